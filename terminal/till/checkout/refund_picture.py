"""From the sale in hand and what its return would do to the frozen view that is painted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from terminal.loyalty.money_back import ways_back
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundReason, RefundRecord
from terminal.loyalty.refunding import CodeSpent, Refund
from terminal.loyalty.standing import Moment
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import BUDGET_UNIT
from terminal.till.checkout.refund_in_hand import InHand
from terminal.till.checkout.refund_view import (
    RefundDoubt,
    RefundLineView,
    RefundState,
    RefundUnitView,
    RefundView,
)


def refund_view(
    one: InHand, planned: Refund | CodeSpent | None, now: Moment, *, credit: bool
) -> RefundView:
    """The return as it stands; ``credit``: the money may go back as store credit."""
    record, left = one.sale.record, one.left
    refund = planned.record if isinstance(planned, Refund) else None
    spent = planned if isinstance(planned, CodeSpent) else None
    back = dict(one.back)
    money = {line.key: line.back for line in refund.lines} if refund else {}
    return RefundView(
        state=RefundState.CHOOSING if any(left.values()) else RefundState.RETURNED,
        sale=record.id,
        seq=one.sale.recorded.seq,
        at=record.at.local,
        of_today=record.at.business_day == now.business_day,
        paid=record.due,
        member=one.member.short_name if one.member else "",
        lines=tuple(
            RefundLineView(
                key=line.key,
                name=line.name,
                sku=line.sku,
                pieces=line.pieces,
                left=left[line.key],
                back=back.get(line.key, 0),
                grams=line.grams,
                unit_price=line.unit_price,
                net=line.net,
                money=money.get(line.key, 0),
            )
            for line in record.lines
        ),
        selected=one.selected,
        voids=one.reason is RefundReason.VOIDED,
        worked_out=planned is not None or not one.back,
        money=refund.paid_back if refund else 0,
        remainder=refund.remainder if refund else 0,
        tenders=refund.tenders if refund else (),
        ways=(*ways_back(record), *((TenderKind.STORE_CREDIT,) if credit else ())),
        way=one.instead,
        units=tuple(_units(refund, one.programmes)) if refund else (),
        settled_later=not one.here,
        doubt=RefundDoubt.CODE_SPENT if spent else RefundDoubt.NONE,
        code_left=spent.here if spent else 0,
    )


def _units(record: RefundRecord, programmes: Iterable[Programme]) -> Iterator[RefundUnitView]:
    terms = {one.unit.id: one.unit for one in programmes if one.unit}
    moved: dict[str, dict[str, int]] = {}
    for taken in record.taken:
        _add(moved, taken.account.unit, taken=taken.n, lost=taken.lost)
    for given in record.given:
        _add(moved, given.account.unit, given=given.n)
    balances = {one.unit: one for one in record.balances}
    for unit, sums in moved.items():
        if unit == BUDGET_UNIT:
            continue
        known, balance = terms.get(unit), balances.get(unit)
        yield RefundUnitView(
            unit=unit,
            kind=known.kind if known else UnitKind.POINTS,
            name=known.name if known else _NO_NAMES,
            taken=sums.get("taken", 0),
            given=sums.get("given", 0),
            lost=sums.get("lost", 0),
            owed=balance.owed if balance else 0,
            after=balance.after if balance else 0,
            counted=known.counted if known else _NO_FORMS,
        )


_NO_NAMES: Mapping[str, str] = {}
_NO_FORMS: Mapping[str, tuple[str, ...]] = {}


def _add(moved: dict[str, dict[str, int]], unit: str, **counts: int) -> None:
    sums = moved.setdefault(unit, {})
    for name, n in counts.items():
        sums[name] = sums.get(name, 0) + n
