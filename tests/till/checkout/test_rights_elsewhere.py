"""Units that are not at this till: asked for behind the scenes, waited for, and told of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from terminal.loyalty.statement import PlacedRight
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import Account, UnitId
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.line_port import LineTrouble
from terminal.till.ports import Member
from tests.till.checkout.counter import (
    ANNA,
    BORYS,
    BOX,
    BUTTER,
    FIVE_OFF,
    FREE_COFFEE,
    UNKNOWN,
    Counter,
    fake_counter,
    told,
)

POINTS = UnitId("points")


def account(counter: Counter, member: Member = ANNA) -> Account:
    return Account(counter.members.wallets[member.id][0], POINTS)


def move(counter: Counter, n: int, place: str = "Till 2") -> None:
    """So many of Anna's rights lie elsewhere from now on."""
    counter.members.rights[account(counter)] -= n
    before = sum(one.n for one in counter.members.elsewhere)
    counter.members.elsewhere = (PlacedRight(unit=POINTS, place=place, n=before + n),)


def arrive(counter: Counter, n: int) -> Callable[[], None]:
    def granted() -> None:
        move(counter, -n)
        if not sum(one.n for one in counter.members.elsewhere):
            counter.members.elsewhere = ()

    return granted


@pytest.fixture
def counter() -> Counter:
    """Anna has 246 points, 64 of them may be spent here."""
    made = fake_counter()
    made.give(ANNA, 246 - 137)
    move(made, 182)
    made.line.pair()
    return made


class Window:
    """Somebody who paints what changes by itself."""

    def __init__(self, counter: Counter) -> None:
        self.views: list[CheckoutView] = []
        self.lines = 0
        counter.checkout.listen(self.views.append, self._count)

    def _count(self) -> None:
        self.lines += 1


def points(view: CheckoutView) -> tuple[int, int, tuple[tuple[str, int], ...]]:
    assert view.member is not None
    shown = next(one for one in view.member.balances if one.unit == "points")
    return shown.balance, shown.spendable, shown.places


def test_the_panel_tells_what_is_here_and_where_the_rest_is(counter: Counter) -> None:
    assert points(counter.scan(ANNA)) == (246, 64, (("Till 2", 182),))


def test_what_nobody_is_known_to_hold_is_with_the_server(counter: Counter) -> None:
    counter.members.elsewhere = (PlacedRight(unit=POINTS, place="Till 2", n=100),)
    assert points(counter.scan(ANNA)) == (246, 64, (("Till 2", 100), ("", 82)))
    counter.checkout.remove_member()
    counter.members.elsewhere = (PlacedRight(unit=POINTS, place="Till 2", n=999),)
    assert points(counter.scan(ANNA)) == (246, 64, (("Till 2", 182),))


def test_a_card_asks_for_the_rest_behind_the_scenes(counter: Counter) -> None:
    view = counter.scan(ANNA)
    assert told(view) is NoticeKind.MEMBER_ATTACHED
    assert view.asking is None
    (question,) = counter.line.questions
    assert question.wants == ((account(counter), 182),)
    assert question.member == ANNA.id


def test_nothing_is_asked_where_all_is_here_or_nobody_could_answer(counter: Counter) -> None:
    counter.scan(BORYS)
    counter.line.change(trouble=LineTrouble.NOT_PAIRED)
    counter.scan(ANNA)
    assert counter.line.questions == []


def test_the_answer_is_painted_without_a_step_and_keeps_selection_and_undo(
    counter: Counter,
) -> None:
    window = Window(counter)
    counter.scan(ANNA, BOX, BUTTER)
    before = counter.checkout.select(1)
    counter.line.answer(arrive(counter, 182))
    (view,) = window.views
    assert points(view) == (246, 246, ())
    assert (told(view), view.sound) == (NoticeKind.RIGHTS_HERE, Sound.REWARD_READY)
    assert (view.selected, view.lines) == (1, before.lines)
    assert counter.checkout.undo().lines[0].name == "Large box"
    assert len(counter.checkout.view().lines) == 1


def test_good_news_does_not_hide_what_must_be_acted_on(counter: Counter) -> None:
    counter.scan(ANNA, UNKNOWN)
    counter.line.answer(arrive(counter, 182))
    view = counter.checkout.view()
    assert told(view) is NoticeKind.UNKNOWN_CODE
    assert points(view) == (246, 246, ())


def test_an_answer_for_somebody_who_has_left_is_dropped(counter: Counter) -> None:
    window = Window(counter)
    counter.scan(ANNA, BORYS)
    counter.line.answer(arrive(counter, 182))
    assert window.views == []
    view = counter.checkout.view()
    assert view.member is not None
    assert (view.member.id, told(view)) == (BORYS.id, NoticeKind.MEMBER_ATTACHED)


def test_the_reward_waits_for_its_units_and_goes_on(counter: Counter) -> None:
    window = Window(counter)
    counter.scan(ANNA, BOX)
    view = counter.checkout.toggle_reward()
    assert view.asking is not None
    assert (view.asking.reward, view.total) == (FIVE_OFF, 2000)
    assert len(counter.line.questions) == 1, "the question that is out will do"
    counter.line.answer(arrive(counter, 182))
    view = window.views[-1]
    assert view.asking is None
    assert (told(view), view.sound, view.total) == (
        NoticeKind.REWARD_ON,
        Sound.REWARD_READY,
        1000,
    )
    assert counter.checkout.undo().total == 2000


def test_scanning_goes_on_meanwhile(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    asked = counter.checkout.toggle_reward().asking
    view = counter.scan(BUTTER)
    assert view.asking == asked
    assert view.total == 2649
    assert counter.checkout.toggle_reward().asking == asked, "the same key again waits on"
    counter.line.answer(arrive(counter, 182))
    assert counter.checkout.view().total == 1649


def test_no_line_tells_what_may_be_used_and_where_the_rest_is(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    counter.line.leave_unanswered()
    view = counter.checkout.view()
    assert view.asking is None
    assert view.notice is not None
    assert (view.notice.kind, view.notice.weight) == (NoticeKind.RIGHTS_ELSEWHERE, Weight.LOOK)
    rest = view.notice.rest
    assert rest is not None
    assert (rest.member, rest.here, rest.balance) == ("Anna K.", 64, 246)
    assert (rest.places, rest.offline) == ((("Till 2", 182),), True)


def test_a_server_that_answers_without_rights_is_no_line_that_is_down(counter: Counter) -> None:
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    counter.line.answer()
    notice = counter.checkout.view().notice
    assert notice is not None
    assert notice.rest is not None
    assert not notice.rest.offline


@pytest.mark.parametrize("ends", ["patience", "escape"])
def test_patience_and_escape_go_on_without(counter: Counter, ends: str) -> None:
    window = Window(counter)
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    checkout = counter.checkout
    view = checkout.give_up_asking() if ends == "patience" else checkout.dismiss()
    assert view.asking is None
    assert told(view) is NoticeKind.RIGHTS_ELSEWHERE
    assert view.total == 2000
    counter.line.answer(arrive(counter, 182))
    assert window.views[-1].total == 2000, "nobody waits for it any more"
    assert told(window.views[-1]) is NoticeKind.RIGHTS_HERE
    assert checkout.toggle_reward().total == 1000


def test_rights_that_come_when_nobody_asks_any_more_are_simply_there(counter: Counter) -> None:
    window = Window(counter)
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    counter.line.leave_unanswered()
    assert told(window.views[-1]) is NoticeKind.RIGHTS_ELSEWHERE

    arrive(counter, 182)()
    counter.line.change(waiting=0)

    assert told(window.views[-1]) is NoticeKind.RIGHTS_HERE
    assert counter.checkout.toggle_reward().total == 1000


def test_giving_up_what_nobody_waits_for_changes_nothing(counter: Counter) -> None:
    before = counter.scan(ANNA, UNKNOWN)
    assert counter.checkout.give_up_asking() == before


def test_the_key_takes_what_is_ready_before_what_is_elsewhere(counter: Counter) -> None:
    counter.give(ANNA, 9, "stamps:coffee")
    counter.scan(ANNA, "101")
    view = counter.checkout.toggle_reward()
    assert view.asking is None
    assert view.total == 0
    assert counter.checkout.toggle_reward(FIVE_OFF).asking is not None
    assert view.names[FREE_COFFEE]


def test_payment_does_not_wait_and_its_price_stands(counter: Counter) -> None:
    window = Window(counter)
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    view = counter.checkout.finish()
    assert (view.stage, view.asking) == (Stage.PAYING, None)
    counter.line.answer(arrive(counter, 182))
    counter.line.change(waiting=1)
    assert window.views == []
    assert points(counter.checkout.view())[1] == 64
    assert points(counter.checkout.back())[1] == 246
    counter.checkout.finish()
    assert counter.checkout.tender(TenderKind.CASH, 2000).stage is Stage.DONE
    assert counter.line.told_recorded == 1


def test_the_question_is_asked_again_when_the_line_is_back(counter: Counter) -> None:
    counter.scan(ANNA)
    counter.line.change(trouble=LineTrouble.NO_LINE)
    counter.line.leave_unanswered()
    counter.line.change(waiting=1)
    assert len(counter.line.questions) == 1
    counter.line.pair(last_ms=2)
    assert len(counter.line.questions) == 2
    counter.line.leave_unanswered()
    counter.line.change(waiting=2)
    assert len(counter.line.questions) == 2, "no news from the server, no question"


def test_what_comes_with_the_feed_is_painted_and_what_falls_away_is_told(
    counter: Counter,
) -> None:
    window = Window(counter)
    counter.scan(ANNA, BOX)
    counter.line.answer(arrive(counter, 182))
    counter.checkout.toggle_reward()
    counter.line.change(waiting=1)
    assert len(window.views) == 1, "nothing new about Anna"
    assert window.lines == 1
    counter.take(ANNA, 200)
    counter.line.change(waiting=0)
    view = window.views[-1]
    assert (told(view), view.total) == (NoticeKind.REWARD_GONE, 2000)
    assert points(view)[:2] == (46, 46)


def test_a_refusal_that_stands_is_not_told_twice(counter: Counter) -> None:
    window = Window(counter)
    counter.scan(ANNA)
    counter.line.answer()
    before = counter.checkout.enter("nobody of this name").notice
    counter.give(ANNA, 3)
    counter.line.change(waiting=1)
    assert window.views[-1].notice is before


def test_rights_that_went_while_paying_are_told_with_their_place(counter: Counter) -> None:
    counter.members.elsewhere = ()
    move(counter, -182)
    counter.members.elsewhere = ()
    counter.scan(ANNA, BOX)
    counter.checkout.toggle_reward()
    counter.checkout.finish()
    move(counter, 182)
    view = counter.checkout.tender(TenderKind.CASH, 1000)
    assert told(view) is NoticeKind.RIGHTS_MISSING
    assert view.notice is not None
    assert view.notice.rest is not None
    assert view.notice.rest.places == (("Till 2", 182),)
    assert view.total == 2000
