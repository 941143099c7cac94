"""Store credit: money that a member holds at the shop, where a refund may go instead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.refund import UnitsCredited
from terminal.loyalty.standing import Standing
from terminal.loyalty.units import UnitKind, last_day
from terminal.loyalty.wallet import Account, UnitId


def credit_unit(programmes: Iterable[Programme]) -> UnitTerms | None:
    """The unit of the shop's store credit: money that a member holds; None if it has none."""
    units = (one.unit for one in programmes if one.unit is not None)
    return next((one for one in units if one.kind is UnitKind.MONEY and one.held == "member"), None)


def credit_of(
    standing: Standing, programmes: Iterable[Programme], today: date
) -> UnitsCredited | None:
    """Where the member's money would go as store credit; None where it cannot."""
    unit = credit_unit(programmes)
    if unit is None or not standing.wallets:
        return None
    account = Account(standing.wallets[0], UnitId(unit.id))
    return UnitsCredited(account=account, n=0, day=last_day(unit.expiry, today))
