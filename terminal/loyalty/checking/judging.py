"""``check_sale``: is what a sale's fact says right by itself and by the rules it names?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from terminal.loyalty.checking.benefits import check_benefits
from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.gifts import check_budgets, check_given
from terminal.loyalty.checking.recorded import RecordedSale, basket_of, recorded_sale, standing_of
from terminal.loyalty.checking.rewards import check_revisions, check_rewards
from terminal.loyalty.checking.sums import check_sums
from terminal.loyalty.checking.units import check_units
from terminal.loyalty.engine.evaluation import Applied
from terminal.loyalty.engine.run import DEFAULT_EFFORT, evaluate
from terminal.loyalty.facts import Fact
from terminal.loyalty.ledger import Entry, Sums
from terminal.loyalty.programme import Programme, among, worth_of
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.wallet import BUDGET_UNIT, Account

_ODD = (ValueError, TypeError, KeyError, AttributeError, ArithmeticError, RecursionError)
"""What contents may raise that no program of today writes."""


def check_sale(
    record: SaleRecord, entries: Iterable[Entry], programmes: Iterable[Programme]
) -> tuple[Finding, ...]:
    """Everything that is wrong with a recorded sale; nothing for a true one.

    ``programmes`` are all revisions ever published. Another allocation than the best one is
    nothing wrong; see ``cheaper``.
    """
    try:
        sale = recorded_sale(record, tuple(entries), programmes)
        return tuple(_all(sale))
    except _ODD as error:
        return (Finding(kind=FindingKind.UNREADABLE, text=str(error)[:200]),)


def check_fact(fact: Fact, programmes: Iterable[Programme]) -> tuple[Finding, ...]:
    """The same for a fact as it was stored, with the note whether there was a better price."""
    try:
        record = read_sale_body(fact.body)
    except _ODD as error:
        return (Finding(kind=FindingKind.UNREADABLE, text=str(error)[:200]),)
    published = tuple(programmes)
    found = check_sale(record, fact.entries, published)
    # Beside a sale that is wrong, a better price means nothing.
    better = None if found else cheaper(record, published)
    return (*found, *((better,) if better else ()))


def cheaper(
    record: SaleRecord, programmes: Iterable[Programme], effort: int = DEFAULT_EFFORT
) -> Finding | None:
    """A note where the rules of the sale would have let the customer pay less.

    Asked are the inputs that the sale keeps: its basket, customer and choices, and the units that
    it spent, no more, because what else the till had a right to is not written down.
    """
    held = among(programmes, record.revisions)
    rules, at = held.values(), record.at
    best = evaluate(basket_of(record), _spenders(record), rules, at, record.choices, effort)
    paid = record.total + _worth(record.applied, held)
    least = best.total + _worth(best.applied, held)
    if least >= paid:
        return None
    return Finding(kind=FindingKind.CHEAPER, expected=least, found=paid)


def _all(sale: RecordedSale) -> Iterable[Finding]:
    yield from check_sums(sale)
    yield from check_revisions(sale)
    yield from check_rewards(sale)
    yield from check_benefits(sale)
    yield from check_units(sale)
    yield from check_given(sale)
    yield from check_budgets(sale)


def _spenders(record: SaleRecord) -> Standing:
    """The customer with a right to exactly what was spent."""
    spent: dict[Account, int] = {}
    for one in record.spent:
        spent[one.account] = spent.get(one.account, 0) + one.n
    wallets = [one.account.wallet for one in record.earned]
    wallets += [one.account.wallet for one in record.spent]
    codes = {one.wallet for one in record.bearers}
    held = tuple(
        Holding(account=account, sums=Sums(earned=((None, n),)), spendable=n)
        for account, n in spent.items()
    )
    standing = standing_of(record)
    own = [one for one in (*standing.wallets, *wallets) if one and one not in codes]
    return replace(
        standing,
        wallets=tuple(dict.fromkeys(own)) if record.member else (),
        holdings=tuple(one for one in held if one.account.unit != BUDGET_UNIT),
        budgets=tuple(one for one in held if one.account.unit == BUDGET_UNIT),
    )


def _worth(applied: Iterable[Applied], programmes: dict[int, Programme]) -> int:
    """Units that automatic rewards spend count at their worth, as the engine counts them."""
    return sum(
        one.times * worth_of(programmes.get(one.name.programme), one.units // one.times)
        for one in applied
        if not one.claimed and one.discount
    )
