"""Anna's past, and what is left of budgets, put down in a line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from terminal.loyalty.engine.evaluation import Evaluation, Reason
from terminal.loyalty.history import NO_HISTORY, Counted, History
from terminal.loyalty.ledger import Sums
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.wallet import Account, UnitId, WalletId, budget_account, wallet_id
from tests.loyalty import shop

FRESH = tuple(wallet_id(0xF00 + n) for n in range(8))
CARD = wallet_id(0xC1)

Days = Mapping[str, int]
"""How many of something on which day."""


def past(**counts: Days) -> History:
    """Counts by name and day; ``had`` and ``brought`` are those of the rule of programme 1."""
    names = {"had": "had:1/reward", "brought": "brought:1/rule", "left": "left:1/rule"}
    return NO_HISTORY.plus(
        Counted(names.get(name, name), date.fromisoformat(day), n)
        for name, days in counts.items()
        for day, n in days.items()
    )


def anna(
    history: History = NO_HISTORY, units: Mapping[str, int] | None = None, **traits: Any
) -> Standing:
    """Anna with a past."""
    return replace(shop.anna(units, **traits), history=history)


def with_budget(standing: Standing, n: int, rule: str = "reward", programme: int = 1) -> Standing:
    """A till that may still give out so much of an offer's budget."""
    held = Holding(account=budget_account(programme, rule), spendable=n)
    return replace(standing, budgets=(*standing.budgets, held))


def showing(
    standing: Standing, unit: str, n: int, here: int | None = None, wallet: WalletId = CARD
) -> Standing:
    """Somebody who shows a voucher or a gift card with so many units on it."""
    account = Account(wallet, UnitId(unit))
    sums = Sums(earned=((None, n),) if n else ())
    held = Holding(account=account, sums=sums, spendable=n if here is None else here)
    return replace(
        standing,
        holdings=(*standing.holdings, held),
        bearers=(*standing.bearers, wallet),
        fresh=FRESH,
    )


def why(evaluation: Evaluation, rule: str = "reward") -> Reason:
    """Why a reward or an earn rule stayed away."""
    return shop.away(evaluation, rule).reason
