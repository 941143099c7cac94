"""Baskets put aside and brought back: nothing is lost, and every step can be undone."""

from __future__ import annotations

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import Stage
from terminal.till.trouble import Trouble, TroubleKind
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BORYS,
    BOX,
    BUTTER,
    CHOC,
    FIVE_OFF,
    UNKNOWN,
    Counter,
    blank,
    fake_counter,
    real_counter,
    rows,
    told,
)


def test_a_basket_is_parked_and_comes_back_with_one_action_each(counter: Counter) -> None:
    line = counter.scan(ANNA, BOX, UNKNOWN).lines[1]
    counter.checkout.set_price(line.key, 250)
    before = counter.checkout.toggle_reward(FIVE_OFF)
    view = counter.checkout.park()
    assert (told(view), rows(view), view.member, view.parked) == (NoticeKind.PARKED, [], None, 1)
    assert view.notice is not None
    assert view.notice.count == 2
    view = counter.checkout.recall()
    assert told(view) is NoticeKind.RECALLED
    assert (view.lines, view.total, view.member) == (before.lines, before.total, before.member)
    assert view.parked == 0
    assert counter.parked.waiting() == ()


def test_a_parked_basket_outlives_the_program(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    before = counter.checkout.toggle_reward(FIVE_OFF)
    counter.checkout.park()
    assert counter.till is not None
    folder = counter.till.settings.folder
    counter.till.close()
    again = real_counter(folder, clock=counter.clock, ids=counter.ids)
    assert rows(again.checkout.view()) == []
    assert again.checkout.view().parked == 1
    view = again.checkout.recall()
    assert (view.lines, view.total) == (before.lines, before.total)
    assert view.member is not None
    assert again.till is not None
    again.till.close()
    counter.till = real_counter(folder, clock=counter.clock, ids=counter.ids).till


def test_no_name_stands_in_a_parked_basket(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.park()
    stored = counter.parked.waiting()[0].stored.decode()
    assert "Anna" not in stored
    assert "600123456" not in stored


def test_of_several_one_is_chosen_and_the_newest_stands_first(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.park()
    counter.wait(days=1)
    counter.scan(BUTTER, BUTTER)
    counter.checkout.park()
    view = counter.checkout.recall()
    assert [(one.member, one.pieces, one.total, one.of_today) for one in view.parked_choices] == [
        ("", 2, 1598, True),
        ("Anna K.", 1, 2000, False),
    ]
    assert not counter.checkout.recall().parked_choices, "the same key puts the list away"
    choices = counter.checkout.recall().parked_choices
    view = counter.checkout.recall(choices[1].key)
    assert (rows(view), view.parked, view.parked_choices) == ([("Large box", 1)], 1, ())


def test_a_list_is_put_away_by_the_next_scan_and_by_esc(counter: Counter) -> None:
    for goods in (BOX, CHOC):
        counter.scan(goods)
        counter.checkout.park()
    assert counter.checkout.recall().parked_choices
    assert not counter.scan(BUTTER).parked_choices
    assert counter.checkout.recall().parked_choices
    assert not counter.checkout.dismiss().parked_choices


def test_recalling_parks_what_is_in_work(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.park()
    counter.scan(BORYS, CHOC)
    view = counter.checkout.recall()
    assert (told(view), rows(view), view.parked) == (
        NoticeKind.RECALLED_AND_PARKED,
        [("Large box", 1)],
        1,
    )
    view = counter.checkout.recall()
    assert rows(view) == [("Milk chocolate", 1)]
    assert view.member is not None
    assert view.member.name == "Borys"


def test_parking_and_recalling_are_undone_and_redone(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.park()
    counter.scan(CHOC)
    counter.checkout.recall()
    view = counter.checkout.undo()
    assert (rows(view), view.parked) == ([("Milk chocolate", 1)], 1)
    counter.checkout.undo()
    view = counter.checkout.undo()
    assert (rows(view), view.parked) == ([("Large box", 1)], 0)
    assert counter.parked.waiting() == ()
    for expected in (([], 1), ([("Milk chocolate", 1)], 1), ([("Large box", 1)], 1)):
        view = counter.checkout.redo()
        assert (rows(view), view.parked) == expected
    assert counter.checkout.recall().lines[0].name == "Milk chocolate"


def test_an_empty_basket_is_not_parked_and_nothing_is_not_recalled(counter: Counter) -> None:
    assert told(counter.checkout.park()) is NoticeKind.NOTHING_TO_PARK
    assert told(counter.checkout.recall()) is NoticeKind.NOTHING_PARKED
    assert not counter.checkout.view().can_undo


def test_keys_that_do_nothing_leave_who_is_about_to_join_and_the_change(counter: Counter) -> None:
    counter.scan(BLANK)
    assert blank(counter.checkout.park()) == BLANK
    assert blank(counter.checkout.recall()) == BLANK
    counter.checkout.dismiss()
    counter.scan(BOX)
    counter.checkout.finish()
    done = counter.checkout.tender(TenderKind.CASH, 5000).done
    view = counter.checkout.recall()
    assert (told(view), view.stage, view.done) == (NoticeKind.NOTHING_PARKED, Stage.DONE, done)


def test_money_that_was_taken_keeps_the_basket_here(counter: Counter) -> None:
    counter.scan(CHOC)
    counter.checkout.park()
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 500)
    assert counter.checkout.park().stage is Stage.PAYING
    assert told(counter.checkout.recall()) is NoticeKind.MONEY_TAKEN
    assert counter.checkout.view().parked == 1


def test_a_reward_that_was_spent_meanwhile_is_told_on_the_way_back(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward(FIVE_OFF)
    counter.checkout.park()
    counter.take(ANNA, 100)
    view = counter.checkout.recall()
    assert told(view) is NoticeKind.REWARD_GONE
    assert view.total == 2000


def test_the_next_sale_does_not_touch_what_is_parked(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.park()
    counter.scan(CHOC)
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 600)
    view = counter.checkout.recall()
    assert (view.stage, rows(view)) == (Stage.SELLING, [("Large box", 1)])
    assert counter.checkout.view().can_undo


def test_a_disk_that_fails_leaves_the_basket_in_hand() -> None:
    counter = fake_counter()
    counter.scan(ANNA, BOX)
    counter.parked.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    view = counter.checkout.park()
    assert told(view) is NoticeKind.TROUBLE
    assert (rows(view), view.parked) == ([("Large box", 1)], 0)
    assert view.member is not None
    assert counter.checkout.park().parked == 1
    counter.parked.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    view = counter.checkout.recall()
    assert (told(view), rows(view), view.parked) == (NoticeKind.TROUBLE, [], 1)
    counter.parked.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    view = counter.checkout.undo()
    assert (told(view), rows(view), view.parked) == (NoticeKind.TROUBLE, [], 1)
    assert rows(counter.checkout.undo()) == [("Large box", 1)]


def test_a_basket_of_a_strange_program_stays_parked() -> None:
    counter = fake_counter()
    counter.scan(BOX)
    counter.checkout.park()
    key, parked = next(iter(counter.parked.parked.items()))
    object.__setattr__(parked, "stored", b'{"format":99}')
    assert told(counter.checkout.recall()) is NoticeKind.PARKED_UNREADABLE
    assert key in counter.parked.parked
