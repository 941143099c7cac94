"""Goods for goods: what comes back pays for what goes, and the difference changes hands."""

from __future__ import annotations

from typing import Any

from terminal.loyalty.refund import RefundReason
from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.refunds import Refunds
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.database.rebuild import check
from terminal.till.trouble import Trouble, TroubleKind
from tests.till.checkout.counter import ANNA, BOX, BREAD, BUTTER, Counter, fake_counter, told
from tests.till.checkout.test_gift_cards import CREDIT, sells_codes, use
from tests.till.checkout.test_refunds import do, sell, shown, slip
from tests.till.checkout.test_vouchers import voucher_for


def exchanging(counter: Counter, *goods: Any) -> CheckoutView:
    """All of the goods came back, and other goods shall be paid by them."""
    counter.scan(slip(sell(counter, *goods)))
    counter.checkout.enter("")
    return do(counter, Refunds.exchange)


def refund_with(counter: Counter, view: CheckoutView) -> Any:
    assert view.done is not None
    found = counter.journal.load_refund(view.done.exchange)
    assert found is not None
    return found.record


def sale_of(counter: Counter, view: CheckoutView) -> Any:
    assert view.done is not None
    return counter.journal.load(view.done.sale).record


def test_dearer_goods_cost_the_difference(counter: Counter) -> None:
    view = exchanging(counter, BREAD)
    assert (told(view), view.stage, view.exchange) == (
        NoticeKind.EXCHANGE_ON,
        Stage.SELLING,
        500,
    )
    counter.scan(BUTTER)
    payment = counter.checkout.finish().payment
    assert payment is not None
    assert payment.remaining == 799 - 500
    view = counter.checkout.tender(TenderKind.CASH, 799 - 500)
    assert sale_of(counter, view).tenders == (
        Tender(kind=TenderKind.EXCHANGE, amount=500),
        Tender(kind=TenderKind.CASH, amount=299),
    )
    record = refund_with(counter, view)
    assert (record.reason, record.tenders) == (
        RefundReason.EXCHANGED,
        (Tender(kind=TenderKind.EXCHANGE, amount=500),),
    )


def test_of_cheaper_goods_the_difference_goes_back(counter: Counter) -> None:
    exchanging(counter, BUTTER)
    counter.scan(BREAD)
    view = counter.checkout.finish()
    assert view.done is not None, "what came back pays for all of it"
    assert view.done.change == 799 - 500
    assert refund_with(counter, view).tenders == (
        Tender(kind=TenderKind.EXCHANGE, amount=500),
        Tender(kind=TenderKind.CASH, amount=299),
    )
    assert counter.checkout.view().exchange == 0


def test_points_of_what_came_back_are_taken_before_the_sale_counts(counter: Counter) -> None:
    exchanging(counter, ANNA, BUTTER, BUTTER)
    view = counter.scan(ANNA, BUTTER)
    assert view.member is not None
    (points,) = [one for one in view.member.balances if one.unit == "points"]
    assert points.balance == 137
    counter.checkout.finish()
    assert counter.balance(ANNA) == 137 + 6
    assert counter.till is not None
    assert check(counter.till.database.database).clean


def test_store_credit_that_stays_in_the_shop_pays_only_once(counter: Counter) -> None:
    sells_codes(counter).give(ANNA, 649, CREDIT)  # what members pay for butter
    counter.scan(ANNA, BUTTER)
    counter.checkout.finish()
    done = use(counter).done
    assert done is not None
    counter.checkout.begin_next()
    counter.scan(slip(done.sale))
    counter.checkout.enter("")
    do(counter, Refunds.exchange)
    view = counter.scan(ANNA, BOX)
    assert view.member is not None
    assert all(one.unit != CREDIT or one.balance == 0 for one in view.member.balances)
    payment = counter.checkout.finish().payment
    assert payment is not None
    assert (payment.remaining, payment.purses) == (2000 - 649, ())


def test_a_voucher_that_comes_back_in_an_exchange_is_good_again(counter: Counter) -> None:
    code = voucher_for(sells_codes(counter))
    counter.scan(BOX, BOX, BOX, code)
    assert counter.checkout.finish().payment is not None
    done = counter.checkout.tender(TenderKind.CASH, 5000).done
    assert done is not None
    counter.checkout.begin_next()
    counter.scan(slip(done.sale))
    counter.checkout.enter("")
    do(counter, Refunds.exchange)
    view = counter.scan(BOX, BOX, BOX, BOX, code)
    assert (told(view), view.total) == (NoticeKind.REWARD_ON, 8000 - 1000)
    view = counter.checkout.finish()
    view = counter.checkout.tender(TenderKind.CASH, 7000 - 5000)
    assert view.stage is Stage.DONE
    assert [one.spent for one in sale_of(counter, view).bearers] == [1]
    counter.checkout.begin_next()
    assert told(counter.scan(BOX, BOX, BOX, code)) is NoticeKind.VOUCHER_USED
    assert counter.till is not None
    assert check(counter.till.database.database).clean


def test_until_the_sale_is_paid_nothing_has_come_back(counter: Counter) -> None:
    sale = sell(counter, BUTTER)
    counter.scan(slip(sale))
    counter.checkout.enter("")
    do(counter, Refunds.exchange)
    counter.scan(BREAD)
    record = counter.journal.load(sale).record
    assert tuple(counter.journal.refunds_of(record)) == ()
    view = do(counter, Refunds.begin)
    assert (shown(view).chosen, view.exchange) == (1, 0)
    assert counter.checkout.dismiss().exchange == 0
    payment = counter.checkout.finish().payment
    assert payment is not None
    assert payment.tenders == ()


def test_a_basket_on_hold_takes_no_exchange_along(counter: Counter) -> None:
    exchanging(counter, BUTTER)
    counter.scan(BREAD)
    assert counter.checkout.park().exchange == 0


def test_a_disk_that_fails_records_neither_and_then_both_once() -> None:
    counter = fake_counter()
    exchanging(counter, BUTTER)
    counter.scan(BREAD)
    counter.journal.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    assert told(counter.checkout.finish()) is NoticeKind.TROUBLE
    assert counter.journal.refunds == {}
    counter.checkout.back()
    view = counter.checkout.finish()
    assert view.stage is Stage.DONE
    assert (len(counter.journal.refunds), len(counter.journal.sales)) == (1, 2)


def test_goods_that_were_had_in_exchange_come_back_for_money(counter: Counter) -> None:
    exchanging(counter, BREAD)
    counter.scan(BUTTER)
    counter.checkout.finish()
    done = counter.checkout.tender(TenderKind.CARD, 299).done
    assert done is not None
    counter.scan(slip(done.sale))
    view = shown(counter.checkout.enter(""))
    assert view.tenders == (
        Tender(kind=TenderKind.CARD, amount=299),
        Tender(kind=TenderKind.CASH, amount=500),
    )


def test_without_anything_chosen_there_is_nothing_to_exchange(counter: Counter) -> None:
    counter.scan(slip(sell(counter, BUTTER)))
    view = do(counter, Refunds.exchange)
    assert (told(view), view.stage) == (NoticeKind.EXCHANGE_WHAT, Stage.RETURNING)
