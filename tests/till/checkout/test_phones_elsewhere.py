"""A phone that nobody here has: perhaps of a member of another store, so the server is asked."""

from __future__ import annotations

import pytest

from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView
from terminal.till.ports import Member
from tests.till.checkout.counter import BLANK, BORYS, BOX, BUTTER, Counter, fake_counter, rows, told

OLA = Member(id="d" * 32, name="Ola Nowak", phone="+48602111222")
JAN = Member(id="e" * 32, name="Jan Nowak", phone="+48602111222")
PHONE = "602 111 222"


@pytest.fixture
def counter() -> Counter:
    made = fake_counter()
    made.line.pair()
    return made


def come(counter: Counter, *members: Member) -> None:
    for place, one in enumerate(members):
        counter.members.add(one, wallet=f"{place:032x}", card=f"{place + 50:032x}", number="")


def shown(view: CheckoutView) -> str:
    return view.member.name if view.member else ""


@pytest.mark.parametrize("how", ["entry field", "search"])
def test_a_member_of_another_store_is_attached_with_two_actions(counter: Counter, how: str) -> None:
    if how == "search":
        view = counter.checkout.with_members(lambda steps: steps.find(PHONE))
    else:
        view = counter.checkout.enter(PHONE)
    assert view.asking is not None
    assert (view.asking.phone, view.joining, told(view)) == ("+48602111222", None, None)
    assert counter.line.questions[-1].phone == "+48602111222"

    counter.line.answer(lambda: come(counter, OLA))

    view = counter.checkout.view()
    assert (shown(view), view.asking, told(view)) == ("Ola N.", None, NoticeKind.MEMBER_ATTACHED)


def test_goods_are_scanned_meanwhile_and_nothing_is_asked_twice(counter: Counter) -> None:
    counter.checkout.enter(PHONE)
    view = counter.scan(BUTTER, BOX)
    assert rows(view) == [("Butter", 1), ("Large box", 1)]
    assert view.asking is not None
    counter.checkout.enter(PHONE)
    assert len(counter.line.questions) == 1

    counter.line.answer(lambda: come(counter, OLA))

    view = counter.checkout.view()
    assert (shown(view), len(view.lines)) == ("Ola N.", 2)


@pytest.mark.parametrize("ends", ["nobody", "no line", "patience", "escape"])
def test_whoever_nobody_knows_joins_with_this_phone(counter: Counter, ends: str) -> None:
    counter.checkout.enter(PHONE)
    match ends:
        case "nobody":
            counter.line.answer()
        case "no line":
            counter.line.leave_unanswered()
        case "patience":
            counter.checkout.give_up_asking()
        case _:
            counter.checkout.dismiss()
    view = counter.checkout.view()
    assert (told(view), view.asking) == (NoticeKind.NEW_PHONE, None)
    assert view.joining is not None
    assert view.joining.phone == "+48602111222"

    view = counter.checkout.enter("")

    assert told(view) is NoticeKind.ENROLLED


def test_a_family_is_listed(counter: Counter) -> None:
    counter.checkout.enter(PHONE)

    counter.line.answer(lambda: come(counter, OLA, JAN))

    view = counter.checkout.view()
    assert told(view) is NoticeKind.SEVERAL_FOUND
    assert {one.name for one in view.member_choices} == {"Ola Nowak", "Jan Nowak"}


@pytest.mark.parametrize("meanwhile", ["another member", "a blank card", "joining", "payment"])
def test_a_late_answer_changes_nothing_for_whoever_stands_there_now(
    counter: Counter, meanwhile: str
) -> None:
    counter.scan(BOX)
    counter.checkout.enter(PHONE)
    match meanwhile:
        case "another member":
            counter.scan(BORYS)
        case "a blank card":
            counter.scan(BLANK)
        case "joining":
            counter.checkout.with_members(lambda steps: steps.begin_joining())
        case _:
            counter.checkout.finish()
    before = counter.checkout.view()

    counter.line.answer(lambda: come(counter, OLA))

    after = counter.checkout.view()
    assert (shown(after), after.joining, after.stage) == (
        shown(before),
        before.joining,
        before.stage,
    )


def test_a_shop_without_a_server_asks_nobody() -> None:
    alone = fake_counter()

    view = alone.checkout.enter(PHONE)

    assert (told(view), view.asking) == (NoticeKind.NEW_PHONE, None)
    assert not alone.line.questions
