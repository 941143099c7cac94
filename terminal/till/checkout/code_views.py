"""Vouchers, gift cards and money in wallets, as the screen shows them."""

from __future__ import annotations

from terminal.loyalty.payment import Payment
from terminal.loyalty.programme import UnitTerms
from terminal.loyalty.standing import Holding, RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.purses import purses
from terminal.till.checkout.view import BearerView, PurseView
from terminal.till.checkout.work import BasketInWork


def bearer_views(work: BasketInWork) -> tuple[BearerView, ...]:
    """Every voucher and gift card that was shown, in that order."""
    if not work.standing.bearers:
        return ()
    terms = {one.unit.id: one.unit for one in work.programmes if one.unit is not None}
    return tuple(_bearer(work, wallet, terms) for wallet in work.standing.bearers)


def _bearer(work: BasketInWork, wallet: str, terms: dict[str, UnitTerms]) -> BearerView:
    held = [one for one in work.standing.holdings if one.account.wallet == wallet]
    earned = [one for one in work.evaluation.earned if one.account.wallet == wallet]
    known = bool([one for one in held if one.sums.earned or one.sums.used]) or wallet in {
        one for one, _ in work.standing.statements
    }
    moved = {one.account for one in earned}
    # One code holds one kind of thing; should it ever hold two, what is worth something counts.
    held.sort(key=lambda one: (one.sums.balance <= 0, one.account not in moved))
    first = next((one for one in held if one.account.unit in terms), None)
    if first is None:
        return BearerView(wallet=wallet, known=known)
    earns = sum(one.n for one in earned if one.account == first.account)
    if not known and not earns:
        return BearerView(wallet=wallet, known=False)
    return _shown(work, first, terms[first.account.unit], earns=earns, known=known)


def _shown(
    work: BasketInWork, holding: Holding, terms: UnitTerms, *, earns: int, known: bool
) -> BearerView:
    unit = holding.account.unit
    named = tuple(
        RewardName(programme.programme, reward.id)
        for programme in work.programmes
        if programme.unit is not None and programme.unit.id == unit
        for reward in programme.rewards
        if reward.cost
    )
    on = tuple(one for one in work.evaluation.applied if one.name in named)
    days = [lot.day for lot in work.standing.lots(holding) if lot.day is not None]
    return BearerView(
        wallet=holding.account.wallet,
        kind=terms.kind,
        name=terms.name,
        balance=max(0, holding.sums.balance),
        spendable=max(0, min(holding.spendable, holding.sums.balance)),
        earns=earns,
        spends=sum(one.n for one in work.evaluation.spent if one.account == holding.account),
        rewards=named if terms.kind is not UnitKind.MONEY else (),
        on=tuple(one.name for one in on),
        off=sum(one.discount for one in on),
        reason=work.why_not(named[0]) if named and not on else None,
        expires=min(days, default=None),
        places=_places(work, holding),
        known=known,
    )


def _places(work: BasketInWork, holding: Holding) -> tuple[tuple[str, int], ...]:
    """Where the right is that is not here, as far as one wallet of a unit stands alone."""
    left = holding.sums.balance - max(0, holding.spendable)
    if left <= 0:
        return ()
    told = work.standing.places_of(holding.account.unit)
    return tuple((place, min(n, left)) for place, n in told)


def purse_views(work: BasketInWork, payment: Payment) -> tuple[PurseView, ...]:
    """What can pay a part of what is left."""
    found = []
    for one in purses(work):
        there = one.left(payment.tenders)
        amount = min(there, payment.left)
        if amount > 0:
            found.append(
                PurseView(
                    kind=one.kind,
                    account=one.account,
                    name=one.name,
                    amount=amount,
                    rest=there - amount,
                )
            )
    return tuple(found)
