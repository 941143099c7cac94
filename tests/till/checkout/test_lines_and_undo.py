"""Pieces, voids, undo and redo: every step before payment can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.undoing import UNDO_MOST
from terminal.till.checkout.view import CheckoutView, Stage
from tests.till.checkout.counter import (
    ANNA,
    APPLES,
    BLANK,
    BORYS,
    BOX,
    BUTTER,
    CARDS,
    CHOC,
    CODES,
    COFFEE,
    FIVE_OFF,
    FREE_COFFEE,
    UNKNOWN,
    Counter,
    blank,
    fake_counter,
    rows,
    told,
)


def test_pieces_are_set_counted_up_and_down_and_the_last_one_stays(counter: Counter) -> None:
    key = counter.scan(BUTTER).lines[0].key
    assert counter.checkout.set_pieces(key, 5).lines[0].pieces == 5
    assert counter.checkout.add_pieces(key, 1).lines[0].pieces == 6
    assert counter.checkout.add_pieces(key, -9).lines[0].pieces == 1
    assert counter.checkout.add_pieces(key, -1).lines[0].pieces == 1
    assert not counter.checkout.set_pieces(key, 0).lines


def test_a_void_selects_the_row_below_or_else_the_last(counter: Counter) -> None:
    butter, box, choc = counter.scan(BUTTER, BOX, CHOC).lines
    counter.checkout.select(box.key)
    assert counter.checkout.void(box.key).selected == choc.key
    assert counter.checkout.void(choc.key).selected == butter.key
    assert counter.checkout.void(butter.key).selected is None


def test_a_row_that_is_not_there_is_no_step(counter: Counter) -> None:
    checkout = counter.checkout
    steps: tuple[Callable[[], CheckoutView], ...] = (
        lambda: checkout.void(7),
        lambda: checkout.set_pieces(7, 2),
        lambda: checkout.add_pieces(7, 2),
        lambda: checkout.set_price(7, 100),
        lambda: checkout.select(7),
    )
    for step in steps:
        assert not step().can_undo


def test_what_changes_nothing_is_no_step(counter: Counter) -> None:
    butter, _ = counter.scan(BUTTER, BOX).lines
    counter.checkout.select(butter.key)
    counter.checkout.set_pieces(butter.key, 1)
    counter.checkout.add_pieces(butter.key, -1)
    assert rows(counter.checkout.undo()) == [("Butter", 1)]


def test_undo_and_redo_one_action_each(counter: Counter) -> None:
    counter.scan(BUTTER, ANNA, BOX)
    view = counter.checkout.undo()
    assert (rows(view), told(view)) == ([("Butter", 1)], NoticeKind.UNDONE)
    assert counter.checkout.undo().member is None
    view = counter.checkout.redo()
    assert (view.member is not None, told(view)) == (True, NoticeKind.REDONE)
    assert rows(counter.checkout.redo()) == [("Butter", 1), ("Large box", 1)]
    assert told(counter.checkout.redo()) is NoticeKind.NOTHING_TO_UNDO


def test_a_new_step_forgets_what_was_undone(counter: Counter) -> None:
    counter.scan(BUTTER, BOX)
    counter.checkout.undo()
    assert not counter.scan(CHOC).can_redo


def test_a_refused_reward_leaves_redo_alone(counter: Counter) -> None:
    counter.scan(ANNA, BUTTER, BOX)
    counter.checkout.undo()
    counter.checkout.undo()
    assert told(counter.checkout.claim_part(FIVE_OFF, 1)) is NoticeKind.REWARD_NOT_READY
    assert counter.checkout.view().can_redo


def test_a_quantity_waiting_is_not_redone(counter: Counter) -> None:
    counter.scan(BUTTER)
    counter.checkout.enter("5*")
    counter.checkout.undo()
    counter.checkout.redo()
    assert counter.checkout.view().next_pieces == 1


def test_undo_reaches_back_so_far_and_no_further(counter: Counter) -> None:
    fake = fake_counter()
    for _ in range(UNDO_MOST + 20):
        fake.scan(BUTTER)
    steps = 0
    while fake.checkout.view().can_undo:
        fake.checkout.undo()
        steps += 1
    assert steps == UNDO_MOST
    assert rows(fake.checkout.view()) == [("Butter", 20)]


def test_undo_stops_at_payment(counter: Counter) -> None:
    counter.scan(BOX)
    view = counter.checkout.finish()
    assert not view.can_undo
    view = counter.checkout.undo()
    assert (view.stage, told(view)) == (Stage.PAYING, NoticeKind.NOTHING_TO_UNDO)
    counter.checkout.tender(TenderKind.CASH, 2000)
    assert told(counter.checkout.undo()) is NoticeKind.NOTHING_TO_UNDO


def test_esc_never_touches_the_basket(counter: Counter) -> None:
    before = counter.scan(ANNA, BUTTER, UNKNOWN)
    counter.checkout.enter("3456")
    counter.scan(BLANK)
    after = counter.checkout.dismiss()
    assert (after.lines, after.member, after.selected) == (
        before.lines,
        before.member,
        before.selected,
    )
    assert blank(after) == ""
    assert not after.member_choices
    assert after.notice is None


def test_payment_keeps_everybodys_hands_off_the_basket(counter: Counter) -> None:
    line = counter.scan(ANNA, BOX).lines[0]
    before = counter.checkout.finish()
    checkout = counter.checkout
    steps: tuple[Callable[[], CheckoutView], ...] = (
        checkout.remove_member,
        checkout.undo,
        checkout.redo,
        checkout.toggle_reward,
        checkout.dismiss,
        checkout.join,
        lambda: checkout.enter(""),
        lambda: checkout.void(line.key),
        lambda: checkout.set_pieces(line.key, 4),
        lambda: checkout.set_price(line.key, 1),
        lambda: checkout.claim_part(FIVE_OFF, 1),
    )
    for step in steps:
        view = step()
        assert (view.stage, view.total, view.lines) == (Stage.PAYING, before.total, before.lines)
    assert checkout.tender(TenderKind.CASH, before.total).stage is Stage.DONE


def test_a_blank_card_that_waits_is_put_away_by_payment(counter: Counter) -> None:
    counter.scan(BOX, BLANK)
    assert blank(counter.checkout.finish()) == ""
    assert counter.checkout.enter("").member is None


# --- any sequence of actions ---------------------------------------------------------------------

TEXTS = [
    *CODES.values(),
    *CARDS.values(),
    BLANK,
    UNKNOWN,
    COFFEE.sku,
    APPLES.sku,
    "3*",
    "600123456",
    "",
]
KEYS = st.integers(1, 6)
ACTIONS: st.SearchStrategy[tuple[Any, ...]] = st.one_of(
    st.tuples(st.just("scan"), st.sampled_from(TEXTS)),
    st.tuples(st.just("scan"), st.sampled_from(TEXTS)),
    st.tuples(st.just("enter"), st.sampled_from(TEXTS)),
    st.tuples(st.just("set_pieces"), KEYS, st.integers(-1, 12)),
    st.tuples(st.just("add_pieces"), KEYS, st.integers(-2, 2)),
    st.tuples(st.just("set_price"), KEYS, st.integers(0, 900)),
    st.tuples(st.just("set_weight"), KEYS, st.integers(0, 2_000)),
    st.tuples(st.just("link"), KEYS, st.sampled_from([BUTTER.sku, APPLES.sku])),
    st.tuples(st.sampled_from(["park", "recall"])),
    st.tuples(st.just("void"), KEYS),
    st.tuples(st.just("select"), KEYS),
    st.tuples(st.sampled_from(["remove_member", "dismiss", "toggle_reward", "undo", "redo"])),
    st.tuples(st.just("claim_part"), st.sampled_from([FIVE_OFF, FREE_COFFEE]), st.integers(0, 3)),
)


def content(view: CheckoutView) -> tuple[Any, ...]:
    return view.lines, view.total, view.member, view.evaluation, view.blocked, view.parked


def play(counter: Counter, actions: list[tuple[Any, ...]]) -> None:
    for name, *arguments in actions:
        getattr(counter.checkout, name)(*arguments)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=14))
def test_undo_of_everything_is_an_empty_basket_and_redo_of_all_is_the_same(
    actions: list[tuple[Any, ...]],
) -> None:
    counter = fake_counter()
    play(counter, actions)
    while counter.checkout.view().can_redo:
        counter.checkout.redo()
    before = content(counter.checkout.view())
    while counter.checkout.view().can_undo:
        counter.checkout.undo()
    empty = counter.checkout.view()
    assert (empty.lines, empty.member, empty.total, empty.parked) == ((), None, 0, 0)
    assert counter.catalogue.own == {}
    assert counter.kept.load() == b""
    while counter.checkout.view().can_redo:
        counter.checkout.redo()
    assert content(counter.checkout.view()) == before


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=14), st.integers(0, 3))
def test_a_basket_survives_a_crash_at_any_moment(
    actions: list[tuple[Any, ...]], birds: int
) -> None:
    counter = fake_counter()
    counter.give(BORYS, 100 * birds)
    play(counter, actions)
    again = fake_counter(like=counter).checkout.view()
    assert content(again) == content(counter.checkout.view())
    assert told(again) in (None, NoticeKind.BASKET_RESTORED)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTIONS, max_size=14), st.integers(0, 500))
def test_whatever_was_done_can_be_paid_and_is_recorded_once(
    actions: list[tuple[Any, ...]], more: int
) -> None:
    counter = fake_counter()
    play(counter, actions)
    for key in counter.checkout.view().blocked:
        counter.checkout.set_price(key, 250)
    view = counter.checkout.finish()
    if not view.lines and view.stage is Stage.SELLING:
        return
    if view.payment is not None:
        view = counter.checkout.tender(TenderKind.CASH, view.payment.cash_due + more)
    assert view.stage is Stage.DONE
    assert view.done is not None
    assert len(counter.journal.sales) == 1
    assert counter.kept.load() == b""
    assert not counter.checkout.view().lines
