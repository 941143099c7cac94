"""Where somebody's units are: what may be spent here, what to ask for, and who holds the rest.

A till spends only rights that it holds. What the member has beyond them lies with the server or
with another till, and the cashier should be able to say where.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Standing
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, WalletId
from terminal.till.checkout.notice import Whereabouts
from terminal.till.checkout.work import BasketInWork


def rights_to_ask_for(
    standing: Standing,
    programmes: Iterable[Programme],
    wallets: Collection[WalletId] | None = None,
) -> tuple[tuple[Account, int], ...]:
    """What there is and may not be spent here, of the units that rewards cost and that pay.

    ``wallets`` None means all that stand here.
    """
    wanted = {
        programme.unit.id
        for programme in programmes
        if programme.unit is not None
        and (programme.unit.kind is UnitKind.MONEY or any(one.cost for one in programme.rewards))
    }
    lacking = (
        (holding.account, max(0, holding.sums.balance) - max(0, holding.spendable))
        for holding in standing.holdings
        if holding.account.unit in wanted and (wallets is None or holding.account.wallet in wallets)
    )
    return tuple((account, n) for account, n in lacking if n > 0)


def whereabouts(work: BasketInWork, unit: str, *, offline: bool = True) -> Whereabouts | None:
    """What can be said of one unit of the member at the counter; None if all of it is here."""
    places = work.standing.places_of(unit)
    if work.member is None or not places:
        return None
    known = (one.unit for one in work.programmes if one.unit and one.unit.id == unit)
    terms = next(known, None)
    return Whereabouts(
        member=work.member.short_name,
        kind=terms.kind if terms else UnitKind.POINTS,
        counted=terms.counted if terms else {},
        here=work.standing.spendable(unit),
        balance=work.standing.balance(unit),
        places=places,
        offline=offline,
    )
