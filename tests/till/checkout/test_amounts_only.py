"""Beside another till: a card and a total, and what to take off over there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.checkout import Checkout
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import Stage
from terminal.till.trouble import Trouble, TroubleKind
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BORYS,
    BUTTER,
    UNKNOWN,
    Counter,
    fake_counter,
    rows,
    told,
)


@pytest.fixture
def beside() -> Counter:
    """A till that counts totals only."""
    counter = fake_counter()
    desk = counter.checkout._desk
    shop = replace(desk.shop, amounts_only=True, amount_name="Zakupy")
    return replace(counter, checkout=Checkout(shop, desk.lookup, desk.plugs))


def test_a_card_and_a_total_are_two_actions(beside: Counter) -> None:
    beside.scan(ANNA)
    view = beside.checkout.count_total(5349)
    assert view.stage is Stage.DONE
    assert view.done is not None
    assert (view.done.due, view.done.off) == (5349, 0)
    (sale,) = beside.journal.sales.values()
    line = sale.record.lines[0]
    assert (line.name, line.gross, line.vat, line.pieces) == ("Zakupy", 5349, 2300, 1)
    assert [(one.kind, one.amount) for one in sale.record.tenders] == [
        (TenderKind.OTHER_TILL, 5349)
    ]
    assert beside.balance(ANNA) == 137 + 53


def test_the_reward_that_was_wanted_before_is_taken_off(beside: Counter) -> None:
    beside.scan(ANNA)
    view = beside.checkout.toggle_reward()
    assert (told(view), view.reward_wanted) == (NoticeKind.REWARD_WANTED, True)
    view = beside.checkout.count_total(5349)
    assert view.done is not None
    assert (view.done.off, view.done.due) == (500, 4849)
    assert beside.balance(ANNA) == 37 + 48
    assert not beside.checkout.begin_next().reward_wanted


def test_the_reward_is_wanted_no_more(beside: Counter) -> None:
    beside.scan(ANNA)
    beside.checkout.toggle_reward()
    assert told(beside.checkout.toggle_reward()) is NoticeKind.REWARD_UNWANTED
    view = beside.checkout.count_total(5349)
    assert view.done is not None
    assert view.done.off == 0


def test_a_total_is_looked_at_before_it_counts(beside: Counter) -> None:
    beside.scan(ANNA)
    assert beside.checkout.put_total(5349).total == 5349
    assert beside.checkout.toggle_reward().total == 4849
    assert beside.checkout.undo().total == 5349
    assert beside.checkout.redo().total == 4849
    assert beside.checkout.put_total(6000).total == 5500
    view = beside.checkout.enter("")
    assert view.done is not None
    assert view.done.off == 500


def test_a_reward_that_is_not_ready_is_told_before_anything_counts(beside: Counter) -> None:
    beside.scan(BORYS)
    beside.checkout.toggle_reward()
    view = beside.checkout.count_total(5349)
    assert (told(view), view.stage) == (NoticeKind.REWARD_NOT_READY, Stage.SELLING)
    assert beside.checkout.enter("").stage is Stage.DONE


def test_a_total_waits_for_its_card(beside: Counter) -> None:
    view = beside.checkout.count_total(5349)
    assert (told(view), view.stage, view.total) == (NoticeKind.CARD_FIRST, Stage.SELLING, 5349)
    beside.scan(ANNA)
    assert beside.checkout.finish().stage is Stage.DONE


def test_a_customer_without_a_card_leaves_nothing_to_the_next(beside: Counter) -> None:
    view = beside.checkout.count_total(5349)
    assert rows(beside.checkout.void(view.lines[0].key)) == []
    beside.scan(ANNA)
    assert beside.checkout.enter("").stage is Stage.SELLING, "the total of before is not hers"
    view = beside.checkout.count_total(1000)
    assert view.done is not None
    assert view.done.due == 1000


def test_who_joins_has_this_purchase_counted(beside: Counter) -> None:
    beside.checkout.scan(BLANK)
    beside.checkout.enter("")
    assert beside.checkout.count_total(1000).stage is Stage.DONE


@pytest.mark.parametrize("goods", [BUTTER, UNKNOWN])
def test_goods_are_the_other_tills(beside: Counter, goods: object) -> None:
    view = beside.scan(goods)  # type: ignore[arg-type]
    assert (told(view), view.lines) == (NoticeKind.AMOUNTS_ONLY, ())


@pytest.mark.parametrize("amount", [0, -5, 10**15])
def test_a_total_that_is_none_is_refused(beside: Counter, amount: int) -> None:
    beside.scan(ANNA)
    view = beside.checkout.count_total(amount)
    assert (told(view), view.stage) == (NoticeKind.PRICE_REFUSED, Stage.SELLING)


def test_what_counts_stays_and_it_is_told_how_to_put_it_right(beside: Counter) -> None:
    beside.scan(ANNA)
    beside.checkout.count_total(5349)
    view = beside.checkout.undo()
    assert (told(view), view.stage) == (NoticeKind.RECORDED_ALREADY, Stage.DONE)
    assert len(beside.journal.sales) == 1


def test_the_next_card_begins_the_next_purchase(beside: Counter) -> None:
    beside.scan(ANNA)
    beside.checkout.count_total(5349)
    view = beside.scan(BORYS)
    assert (view.stage, view.lines) == (Stage.SELLING, ())
    assert view.member is not None
    assert view.member.name == "Borys"


def test_trouble_leaves_the_total_in_hand(beside: Counter) -> None:
    beside.scan(ANNA)
    beside.journal.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    view = beside.checkout.count_total(5349)
    assert (told(view), view.stage, view.total) == (NoticeKind.TROUBLE, Stage.SELLING, 5349)
    assert beside.checkout.enter("").stage is Stage.DONE
    assert len(beside.journal.sales) == 1


def test_totals_have_no_tiles(beside: Counter) -> None:
    assert beside.checkout.tiles() == ()


def as_(counter: Counter, *, amounts_only: bool) -> Counter:
    """The same till after a start with another ``mode`` in its settings."""
    desk = counter.checkout._desk
    shop = replace(desk.shop, amounts_only=amounts_only, amount_name="Zakupy")
    return replace(counter, checkout=Checkout(shop, desk.lookup, desk.plugs))


def test_goods_that_were_in_the_basket_wait_until_goods_are_sold_again(beside: Counter) -> None:
    selling = as_(beside, amounts_only=False)
    selling.scan(BUTTER, UNKNOWN, ANNA)
    counting = as_(selling, amounts_only=True)
    view = counting.checkout.view()
    assert told(view) is NoticeKind.GOODS_SET_ASIDE
    assert (view.lines, view.member, view.can_undo, view.parked) == ((), None, False, 0)
    assert told(counting.checkout.recall()) is NoticeKind.OTHERS_PARKED
    counting.scan(BORYS)
    done = counting.checkout.count_total(1_000).done
    assert done is not None
    assert done.due == 1_000  # and nothing of the goods
    selling = as_(counting, amounts_only=False)
    assert selling.checkout.view().parked == 1
    view = selling.checkout.recall()
    assert rows(view) == [("Butter", 1), (UNKNOWN, 1)]


def test_a_total_waits_until_totals_are_counted_again(beside: Counter) -> None:
    beside.checkout.put_total(5_349)
    selling = as_(beside, amounts_only=False)
    assert told(selling.checkout.view()) is NoticeKind.TOTAL_SET_ASIDE
    assert selling.checkout.view().lines == ()
    counting = as_(selling, amounts_only=True)
    assert counting.checkout.recall().total == 5_349


def test_a_basket_that_cannot_be_put_aside_is_told_and_kept(beside: Counter) -> None:
    selling = as_(beside, amounts_only=False)
    selling.scan(BUTTER)
    beside.parked.trouble = Trouble(TroubleKind.DISK_FULL, "")
    counting = as_(selling, amounts_only=True)
    assert told(counting.checkout.view()) is NoticeKind.TROUBLE
    assert rows(counting.checkout.view()) == [("Butter", 1)]
