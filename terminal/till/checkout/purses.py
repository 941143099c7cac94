"""Money in wallets that can pay: gift cards that were shown, and the member's store credit.

They pay like notes and cards do, and are no discount; what rewards of the same sale spend of them
is spoken for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from terminal.loyalty.programme import UnitTerms
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account
from terminal.till.checkout.work import BasketInWork
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """Something that can pay. ``amount`` is what may be used of it here, in minor units."""

    kind: TenderKind
    account: Account
    name: Mapping[str, str]
    amount: int

    def left(self, tenders: Iterable[Tender]) -> int:
        """What of it was not taken yet."""
        taken = sum(one.amount for one in tenders if one.account == self.account)
        return max(0, self.amount - taken)


def purses(work: BasketInWork) -> tuple[Purse, ...]:
    """Gift cards in the order in which they were shown, then store credit; empty ones left out."""
    terms = {
        one.unit.id: one.unit
        for one in work.programmes
        if one.unit is not None and one.unit.kind is UnitKind.MONEY
    }
    spoken_for: dict[Account, int] = {}
    for spent in work.evaluation.spent:
        spoken_for[spent.account] = spoken_for.get(spent.account, 0) + spent.n
    bearers = work.standing.bearers
    found = [
        Purse(
            kind=_kind(holding.account, bearers),
            account=holding.account,
            name=terms[holding.account.unit].name,
            amount=holding.spendable - spoken_for.get(holding.account, 0),
        )
        for holding in work.countable.holdings
        if holding.account.unit in terms and _fits(holding.account, terms, bearers)
    ]
    order = {wallet: place for place, wallet in enumerate(bearers)}
    found.sort(key=lambda one: order.get(one.account.wallet, len(order)))
    return tuple(one for one in found if one.amount > 0)


def _kind(account: Account, bearers: Sequence[str]) -> TenderKind:
    return TenderKind.GIFT_CARD if account.wallet in bearers else TenderKind.STORE_CREDIT


def _fits(account: Account, terms: Mapping[str, UnitTerms], bearers: Sequence[str]) -> bool:
    """Whether such money lies where it is held: a card's on a card, a member's with the member."""
    return (terms[account.unit].held == "bearer") == (account.wallet in bearers)
