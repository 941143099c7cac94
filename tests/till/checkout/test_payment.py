"""Taking money: cash, card, both, and what is rounded; then it is recorded, and only then done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from terminal.loyalty.payment import NOTES, Payment
from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.checkout.notice import NoticeKind, Sound
from terminal.till.checkout.view import CheckoutView, Stage
from tests.till.checkout.counter import (
    ANNA,
    BOX,
    BUTTER,
    CHOC,
    COFFEE,
    FREE_COFFEE,
    UNKNOWN,
    Counter,
    real_counter,
    rows,
    told,
)

CASH, CARD = TenderKind.CASH, TenderKind.CARD


@pytest.fixture
def kyiv(tmp_path: Path) -> Iterator[Counter]:
    """Where cash is rounded to 50 kopiykas."""
    opened = real_counter(tmp_path / "kyiv", "UA", "UAH")
    yield opened
    assert opened.till is not None
    opened.till.close()


@pytest.fixture
def tartu(tmp_path: Path) -> Iterator[Counter]:
    """Where cash is rounded to 5 cents."""
    opened = real_counter(tmp_path / "tartu", "EE", "EUR")
    yield opened
    assert opened.till is not None
    opened.till.close()


def costing(counter: Counter, amount: int) -> CheckoutView:
    line = counter.scan(UNKNOWN).lines[0]
    counter.checkout.set_price(line.key, amount)
    return counter.checkout.finish()


def test_exact_cash_is_recorded_and_done(counter: Counter) -> None:
    counter.scan(BOX)
    assert counter.checkout.finish().payment is not None
    view = counter.checkout.tender(CASH, 2000)
    assert view.done is not None
    assert (view.stage, view.done.due, view.done.paid, view.done.change) == (
        Stage.DONE,
        2000,
        2000,
        0,
    )
    assert view.sound is Sound.DONE
    assert not view.lines
    assert counter.journal.load(view.done.sale).recorded.seq == view.done.seq


def test_more_cash_gives_change(counter: Counter) -> None:
    counter.scan(BUTTER)
    counter.checkout.finish()
    view = counter.checkout.tender(CASH, 1000)
    assert view.done is not None
    assert (view.done.paid, view.done.change) == (1000, 201)


def test_less_cash_leaves_the_rest_to_pay(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    view = counter.checkout.tender(CASH, 500)
    assert view.payment is not None
    assert (view.payment.remaining, view.payment.cash_due) == (1500, 1500)
    assert view.payment.tenders == (Tender(kind=CASH, amount=500),)
    view = counter.checkout.tender(CASH, 2000)
    assert view.done is not None
    assert view.done.change == 500


def test_a_card_pays_exactly_and_never_more(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    view = counter.checkout.tender(CARD, 2001)
    assert (told(view), view.stage) == (NoticeKind.TENDER_REFUSED, Stage.PAYING)
    assert counter.checkout.tender(CARD, 2000).stage is Stage.DONE


@pytest.mark.parametrize(("kind", "amount"), [(CASH, 0), (CASH, -5), (CARD, 0), (CARD, -5)])
def test_nothing_is_no_tender(counter: Counter, kind: TenderKind, amount: int) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    assert told(counter.checkout.tender(kind, amount)) is NoticeKind.TENDER_REFUSED


def test_a_code_typed_into_the_cash_field_is_no_money(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    assert told(counter.checkout.tender(CASH, 5901234123457)) is NoticeKind.TENDER_REFUSED


def test_card_and_then_cash(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(CARD, 1200)
    view = counter.checkout.tender(CASH, 1000)
    assert view.done is not None
    assert (view.done.change, view.done.due) == (200, 2000)
    record = counter.journal.load(view.done.sale).record
    assert [one.kind for one in record.tenders] == [CARD, CASH]


def test_back_hands_everything_back(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(CASH, 500)
    view = counter.checkout.back()
    assert (view.stage, view.payment, rows(view)) == (Stage.SELLING, None, [("Large box", 1)])
    counter.scan(CHOC)
    view = counter.checkout.finish()
    assert view.payment is not None
    assert view.payment.remaining == 2600


def test_an_empty_basket_is_not_paid_for(counter: Counter) -> None:
    assert told(counter.checkout.finish()) is NoticeKind.NOTHING_TO_PAY_FOR
    assert told(counter.scan(ANNA)) is NoticeKind.MEMBER_ATTACHED
    assert told(counter.checkout.finish()) is NoticeKind.NOTHING_TO_PAY_FOR


def test_money_before_finish_is_nobodys(counter: Counter) -> None:
    counter.scan(BOX)
    assert counter.checkout.tender(CASH, 2000).stage is Stage.SELLING


def test_what_costs_nothing_is_done_at_once(counter: Counter) -> None:
    counter.give(ANNA, 9, "stamps:coffee")
    counter.scan(ANNA, COFFEE)
    counter.checkout.toggle_reward(FREE_COFFEE)
    view = counter.checkout.finish()
    assert view.stage is Stage.DONE
    assert view.done is not None
    assert (view.done.due, view.done.paid, view.done.change) == (0, 0, 0)


def test_the_next_scan_begins_the_next_sale(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.finish()
    counter.checkout.tender(CASH, 2000)
    view = counter.scan(BUTTER)
    assert (view.stage, rows(view), view.member, view.done) == (
        Stage.SELLING,
        [("Butter", 1)],
        None,
        None,
    )
    assert not counter.checkout.undo().lines
    assert not counter.checkout.view().can_undo, "undo never reaches into a recorded sale"


def test_begin_next_and_the_same_customer_again(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.finish()
    counter.checkout.tender(CASH, 2000)
    assert counter.checkout.begin_next().stage is Stage.SELLING
    assert told(counter.scan(ANNA)) is NoticeKind.MEMBER_ATTACHED


# --- rounding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "due"),
    [(1024, 1000), (1025, 1050), (1049, 1050), (1074, 1050), (1075, 1100), (1000, 1000)],
)
def test_hryvnias_in_cash_come_in_halves(kyiv: Counter, total: int, due: int) -> None:
    view = costing(kyiv, total)
    assert view.payment is not None
    assert (view.payment.cash_due, view.payment.rounding) == (due, due - total)
    view = kyiv.checkout.tender(CASH, due)
    assert view.done is not None
    assert (view.done.due, view.done.change) == (due, 0)
    assert kyiv.journal.load(view.done.sale).record.rounding == due - total


def test_a_card_is_never_rounded(kyiv: Counter) -> None:
    costing(kyiv, 1024)
    view = kyiv.checkout.tender(CARD, 1024)
    assert view.done is not None
    assert view.done.due == 1024


def test_only_the_cash_part_is_rounded(kyiv: Counter) -> None:
    costing(kyiv, 1030)
    view = kyiv.checkout.tender(CARD, 510)
    assert view.payment is not None
    assert (view.payment.remaining, view.payment.cash_due, view.payment.rounding) == (520, 500, -20)
    view = kyiv.checkout.tender(CASH, 500)
    assert view.done is not None
    assert (view.done.due, view.done.change) == (1010, 0)


def test_what_rounds_to_nothing_is_paid_with_nothing(kyiv: Counter) -> None:
    costing(kyiv, 20)
    view = kyiv.checkout.tender(CASH, 0)
    assert view.done is not None
    assert (view.done.due, view.done.paid) == (0, 0)
    costing(kyiv, 1020)
    kyiv.checkout.tender(CARD, 1000)
    assert kyiv.checkout.tender(CASH, 0).stage is Stage.DONE


def test_points_count_what_is_due_before_coins_are_rounded(kyiv: Counter) -> None:
    kyiv.scan(ANNA)
    before = kyiv.balance(ANNA)
    assert costing(kyiv, 499).payment is not None
    view = kyiv.checkout.tender(CASH, 500)
    assert view.done is not None
    assert kyiv.journal.load(view.done.sale).record.rounding == 1
    assert kyiv.balance(ANNA) - before == 4, "of 5.00 it would be five"


def test_cents_that_the_rounding_would_do_without_are_taken(tartu: Counter) -> None:
    costing(tartu, 1003)
    view = tartu.checkout.tender(CASH, 1003)
    assert view.done is not None
    assert (view.done.due, view.done.change) == (1003, 0)


def test_cash_note_by_note_is_rounded_once(tartu: Counter) -> None:
    costing(tartu, 1003)
    tartu.checkout.tender(CASH, 502)
    view = tartu.checkout.tender(CASH, 502)
    assert view.payment is not None
    assert view.payment.cash_due == 1
    view = tartu.checkout.tender(CASH, 1)
    assert view.done is not None
    assert (view.done.due, view.done.change) == (1005, 0)


def test_points_are_earned_on_what_was_not_rounded(kyiv: Counter) -> None:
    kyiv.scan(ANNA)
    line = kyiv.scan(UNKNOWN).lines[0]
    kyiv.checkout.set_price(line.key, 1075)
    kyiv.checkout.finish()
    kyiv.checkout.tender(CASH, 1100)
    assert kyiv.balance(ANNA) == 147


def test_a_card_that_leaves_less_than_the_coins_already_taken_ends_the_payment() -> None:
    payment = Payment(13, 10).after(CASH, 3).after(TenderKind.CARD, 9)
    assert payment.settled_by(TenderKind.CARD) == (-4, 3)


# --- every payment -------------------------------------------------------------------------------

STEPS = st.lists(st.tuples(st.sampled_from(TenderKind), st.integers(0, 3_000)), max_size=6)


@example(13, 10, [(CASH, 3), (TenderKind.CARD, 9)])
@given(st.integers(1, 5_000), st.sampled_from([1, 5, 10, 50]), STEPS)
def test_every_payment_can_be_ended_and_comes_out_right(
    total: int, step: int, steps: list[tuple[TenderKind, int]]
) -> None:
    payment = Payment(total, step)
    ended = None
    for kind, amount in [*steps, (CASH, None)]:
        wanted = payment.cash_left if amount is None else amount
        if payment.refuses(kind, wanted, "UAH"):
            assert amount is not None, "what is left can always be paid in cash"
            continue
        payment = payment.after(kind, wanted)
        ended = payment.settled_by(kind)
        if ended is not None:
            break
    assert ended is not None
    rounding, change = ended
    assert change >= 0
    assert abs(rounding) <= step // 2
    assert sum(one.amount for one in payment.tenders) - change == total + rounding
    if not any(one.kind is CASH for one in payment.tenders) and payment.left <= 0:
        assert rounding == 0


@given(st.integers(1, 100_000), st.sampled_from([*NOTES, "CZK"]))
def test_quick_amounts_are_few_rising_and_more_than_is_due(total: int, currency: str) -> None:
    quick = Payment(total, 1).quick(currency)
    assert len(quick) <= 4
    assert list(quick) == sorted(set(quick))
    assert all(amount > total for amount in quick)
    assert not any(Payment(total, 1).refuses(CASH, amount, currency) for amount in quick)


def test_quick_amounts_are_those_that_people_hand_over() -> None:
    assert Payment(5349, 1).quick("PLN") == (6000, 10_000, 20_000, 50_000)
    assert Payment(320, 1).quick("EUR") == (500, 1000, 2000, 5000)
