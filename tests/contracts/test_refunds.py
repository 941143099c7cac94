"""What every journal promises of refunds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from terminal.loyalty.ledger import EntryKind
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.refunding import Refund, Wish, plan
from terminal.loyalty.sale import Sale, sale_record
from terminal.loyalty.standing import NOBODY, Standing
from terminal.loyalty.wallet import Account, UnitId
from terminal.till.journal_port import Recorded, RecordedRefund, RecordedSale, Shortfall

Shop = Any  # the fixture's class stands in conftest, which is no module to import from


def refund_of(shop: Shop, sale: Sale, standing: Standing = NOBODY, pieces: int = 1) -> Refund:
    record = sale_record(sale)
    planned = plan(
        Wish(
            id=shop.ids.sale_id(),
            at=shop.clock.now(),
            sale=record,
            programmes=(),
            earlier=tuple(one.record for one in shop.journal.refunds_of(record)),
            back={line.key: 1 for line in record.lines[:pieces]},
            law=RefundLaw.PRO_RATA,
            standing=standing,
        )
    )
    assert isinstance(planned, Refund)
    return planned


def test_a_refund_is_found_by_its_sale_and_by_its_own_number(shop: Shop) -> None:
    sale, other = shop.sell(lines=2), shop.sell()
    refund = refund_of(shop, sale)
    recorded = shop.journal.record_refund(refund)
    assert isinstance(recorded, Recorded)
    kept = RecordedRefund(recorded=recorded, record=refund.record)
    assert shop.journal.load_refund(refund.record.id) == kept
    assert tuple(shop.journal.refunds_of(sale_record(sale))) == (kept,)
    assert tuple(shop.journal.refunds_of(sale_record(other))) == ()
    assert shop.journal.load(refund.record.id) is None
    assert shop.journal.load_refund(sale.id) is None


def test_refunds_of_a_sale_come_in_their_order(shop: Shop) -> None:
    sale = shop.sell(lines=2)
    first = refund_of(shop, sale)
    shop.journal.record_refund(first)
    second = refund_of(shop, sale, pieces=1)
    shop.journal.record_refund(second)
    found = [one.record.id for one in shop.journal.refunds_of(sale_record(sale))]
    assert found == [first.record.id, second.record.id]


def test_a_refund_is_a_slip_of_its_day_and_no_sale(shop: Shop) -> None:
    sale = shop.sell()
    refund = refund_of(shop, sale)
    shop.journal.record_refund(refund)
    day = shop.clock.now().business_day
    assert [one.record.id for one in shop.journal.last_sales(day, 9)] == [sale.id]
    slips = shop.journal.last_slips(day, 9)
    assert [type(one) for one in slips] == [RecordedRefund, RecordedSale]
    assert [one.record.id for one in shop.journal.last_slips(day, 1, skip=1)] == [sale.id]


def test_a_refund_is_recorded_once(shop: Shop) -> None:
    refund = refund_of(shop, shop.sell())
    first = shop.journal.record_refund(refund)
    assert shop.journal.record_refund(refund) == first


def test_units_go_back_with_the_refund(shop: Shop) -> None:
    anna = shop.enrol()
    sale = shop.sell(shop.members.standing(anna), earn=30)
    shop.journal.record_refund(refund_of(shop, sale, shop.members.standing(anna)))
    standing = shop.members.standing(anna)
    assert (standing.balance("points"), standing.spendable("points")) == (0, 0)
    moved = shop.journal.movements(anna, 10)[0]
    assert (moved.kind, moved.entry.kind) == ("RefundRecorded", EntryKind.UNEARN)


def test_rights_that_went_meanwhile_are_a_shortfall(shop: Shop) -> None:
    anna = shop.enrol()
    sale = shop.sell(shop.members.standing(anna), earn=30)
    refund = refund_of(shop, sale, shop.members.standing(anna))
    shop.sell(shop.members.standing(anna), spend=20)
    points = Account(shop.members.standing(anna).wallets[0], UnitId("points"))
    assert shop.journal.record_refund(refund) == Shortfall(missing=((points, 20),))
    assert shop.journal.load_refund(refund.record.id) is None
    again = refund_of(shop, sale, shop.members.standing(anna))
    assert isinstance(shop.journal.record_refund(again), Recorded)
    standing = shop.members.standing(anna)
    assert (standing.balance("points"), standing.of("points")[0].sums.debt) == (0, 20)


def test_goods_without_a_slip_are_the_basket_which_goes_in_the_same_moment(shop: Shop) -> None:
    with_slip = refund_of(shop, shop.sell())
    shop.working_basket.save(b"what lies on the counter")
    shop.journal.record_refund(with_slip)
    assert shop.working_basket.load() == b"what lies on the counter"
    record = replace(with_slip.record, id=shop.ids.sale_id(), sale="", settled=False)
    shop.journal.record_refund(Refund(record, ()))
    assert shop.working_basket.load() == b""
