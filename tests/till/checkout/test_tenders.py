"""Several ways to pay in one payment: taken back, taken again, and safe through a crash."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.payment import Payment
from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import Stage
from tests.till.checkout.counter import (
    ANNA,
    BOX,
    CHOC,
    FIVE_OFF,
    Counter,
    fake_counter,
    real_counter,
    rows,
    told,
)

CASH, CARD, VOUCHER, TRANSFER = (
    TenderKind.CASH,
    TenderKind.CARD,
    TenderKind.VOUCHER,
    TenderKind.TRANSFER,
)


def _taken(counter: Counter) -> list[tuple[TenderKind, int]]:
    payment = counter.checkout.view().payment
    return [(one.kind, one.amount) for one in payment.tenders] if payment else []


def test_any_mix_pays_and_only_cash_gives_change(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(VOUCHER, 500)
    counter.checkout.tender(TRANSFER, 400)
    counter.checkout.tender(CARD, 300)
    view = counter.checkout.tender(CASH, 1000)
    assert view.done is not None
    assert view.done.change == 200
    record = counter.journal.load(view.done.sale).record
    assert [one.kind for one in record.tenders] == [VOUCHER, TRANSFER, CARD, CASH]


def test_a_voucher_pays_no_more_than_is_left(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    assert told(counter.checkout.tender(VOUCHER, 2001)) is NoticeKind.TENDER_REFUSED
    assert told(counter.checkout.tender(TRANSFER, 0)) is NoticeKind.TENDER_REFUSED


def test_the_last_tender_is_taken_back_and_taken_again(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 500)
    counter.checkout.tender(CASH, 300)
    view = counter.checkout.undo()
    assert (told(view), _taken(counter)) == (NoticeKind.TENDER_BACK, [(CARD, 500)])
    assert view.can_redo
    counter.checkout.undo()
    assert _taken(counter) == []
    assert told(counter.checkout.undo()) is NoticeKind.NOTHING_TO_UNDO
    counter.checkout.redo()
    counter.checkout.redo()
    assert _taken(counter) == [(CARD, 500), (CASH, 300)]
    assert not counter.checkout.view().can_redo


def test_any_tender_is_taken_back(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 500)
    counter.checkout.tender(CASH, 300)
    counter.checkout.take_back(0)
    assert _taken(counter) == [(CASH, 300)]
    counter.checkout.redo()
    assert _taken(counter) == [(CARD, 500), (CASH, 300)], "in its place"
    assert counter.checkout.take_back(7).payment is not None


def test_a_new_tender_forgets_what_was_taken_back(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 500)
    counter.checkout.undo()
    assert not counter.checkout.tender(CASH, 100).can_redo


def test_leaving_the_payment_says_what_to_hand_back(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 500)
    counter.checkout.tender(CASH, 300)
    view = counter.checkout.back()
    assert told(view) is NoticeKind.MONEY_BACK
    assert view.notice is not None
    assert view.notice.amount == 800
    view = counter.checkout.finish()
    assert view.payment is not None
    assert view.payment.tenders == ()


def test_money_that_was_taken_outlives_the_program(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 500)
    counter.checkout.tender(CASH, 300)
    counter.checkout.undo()
    assert counter.till is not None
    folder = counter.till.settings.folder
    counter.till.close()
    again = real_counter(folder, clock=counter.clock, ids=counter.ids)
    view = again.checkout.view()
    assert (view.stage, told(view)) == (Stage.PAYING, NoticeKind.MONEY_RESTORED)
    assert view.notice is not None
    assert view.notice.amount == 500
    assert view.payment is not None
    assert (view.payment.tenders, view.payment.remaining) == (
        (Tender(kind=CARD, amount=500),),
        1500,
    )
    view = again.checkout.tender(CASH, 1500)
    assert view.done is not None
    assert again.journal.load(view.done.sale).record.tenders[0].kind is CARD
    assert again.till is not None
    again.till.close()
    counter.till = real_counter(folder, clock=counter.clock, ids=counter.ids).till


def test_a_recorded_sale_leaves_no_money_behind(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 500)
    counter.checkout.tender(CASH, 1500)
    assert counter.kept.load() == b""
    counter.scan(CHOC)
    view = counter.checkout.finish()
    assert view.payment is not None
    assert view.payment.tenders == ()


def test_money_stays_taken_when_a_reward_falls_away_at_the_last_moment(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward(FIVE_OFF)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 1000)
    counter.take(ANNA, 100)
    view = counter.checkout.tender(CASH, 500)
    assert (told(view), view.stage) == (NoticeKind.RIGHTS_MISSING, Stage.PAYING)
    assert view.payment is not None
    assert (view.payment.due, view.payment.remaining) == (2000, 1000)
    assert counter.checkout.tender(CASH, 1000).stage is Stage.DONE


def test_money_that_was_handed_back_never_returns_with_an_undone_step(counter: Counter) -> None:
    """A reward fell away while a card had paid a part: that step was taken with money on it."""
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward(FIVE_OFF)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 1000)
    counter.take(ANNA, 100)
    counter.checkout.tender(CASH, 500)
    counter.checkout.back()
    counter.checkout.undo()
    assert counter.till is not None
    folder = counter.till.settings.folder
    counter.till.close()
    again = real_counter(folder, clock=counter.clock, ids=counter.ids)
    counter.till = again.till
    assert told(again.checkout.view()) is NoticeKind.BASKET_RESTORED
    assert again.checkout.view().stage is Stage.SELLING


def test_undo_in_payment_leaves_the_basket_alone(counter: Counter) -> None:
    counter.scan(BOX, CHOC)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 500)
    view = counter.checkout.undo()
    assert rows(view) == [("Large box", 1), ("Milk chocolate", 1)]
    assert view.stage is Stage.PAYING


STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("tender"),
            st.sampled_from([CASH, CARD, VOUCHER, TRANSFER]),
            st.integers(1, 1_500),
        ),
        st.tuples(st.sampled_from(["undo", "redo"])),
        st.tuples(st.just("take_back"), st.integers(0, 3)),
    ),
    max_size=10,
)


@settings(max_examples=80, deadline=None)
@given(STEPS)
def test_whatever_was_taken_and_handed_back_the_sale_comes_out_right(
    steps: list[tuple[object, ...]],
) -> None:
    counter = fake_counter()
    counter.scan(BOX)
    counter.checkout.finish()
    for name, *arguments in steps:
        view = getattr(counter.checkout, str(name))(*arguments)
        if view.stage is Stage.DONE:
            break
        assert view.payment is not None
        left = 2000 - sum(one.amount for one in view.payment.tenders)
        assert view.payment.remaining == left
        crashed = fake_counter(like=counter).checkout.view()
        assert (crashed.payment.tenders if crashed.payment else ()) == view.payment.tenders
    else:
        view = counter.checkout.tender(CASH, counter.checkout.view().payment.cash_due)  # type: ignore[union-attr]
    assert view.stage is Stage.DONE
    (sale,) = counter.journal.sales.values()
    cash = sum(one.amount for one in sale.record.tenders if one.kind is CASH)
    assert sum(one.amount for one in sale.record.tenders) - sale.record.change == 2000
    assert 0 <= sale.record.change <= cash, "change comes out of cash alone"


@given(
    st.integers(1, 9_999),
    st.sampled_from([5, 10, 50]),
    st.lists(
        st.tuples(st.sampled_from([CARD, VOUCHER, TRANSFER]), st.integers(1, 999)), max_size=4
    ),
)
def test_only_what_is_paid_in_cash_is_rounded(
    total: int, step: int, others: list[tuple[TenderKind, int]]
) -> None:
    payment = Payment(total, step)
    for kind, amount in others:
        if not payment.refuses(kind, amount, "UAH"):
            payment = payment.after(kind, amount)
    in_cash = payment.left
    assert payment.cash_left % step == 0
    assert abs(payment.cash_left - in_cash) * 2 <= step
    if in_cash == 0:
        assert payment.rounding == 0
