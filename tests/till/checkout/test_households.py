"""Two cards and a yes: from then on each uses what both have."""

from __future__ import annotations

import pytest

from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView
from terminal.till.database.records_in import erase
from terminal.till.database.writes import Writes
from terminal.till.ports import Member
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BORYS,
    BOX,
    CARDS,
    FIVE_OFF,
    OLD_ANNA,
    Counter,
    told,
)

MARIA = Member(id="d" * 32, name="Maria Nowak", phone="+48600123459")


def begin(counter: Counter) -> CheckoutView:
    return counter.checkout.with_care(lambda care: care.begin_household())


def together(counter: Counter) -> CheckoutView:
    """Anna and Borys share."""
    counter.scan(ANNA)
    begin(counter)
    counter.scan(BORYS)
    return counter.checkout.enter("")


def leave(counter: Counter) -> CheckoutView:
    begin(counter)
    return counter.checkout.with_care(lambda care: care.households.leave())


def test_two_cards_and_enter(counter: Counter) -> None:
    counter.scan(ANNA)
    before = counter.balance(ANNA), counter.balance(BORYS)
    view = begin(counter)
    assert view.household is not None
    assert view.household.fellows == ()
    view = counter.scan(BORYS)
    assert told(view) is NoticeKind.HOUSEHOLD_ASKED
    assert view.member is not None
    assert view.member.id == ANNA.id, "she is still the customer"
    assert counter.balance(ANNA) == before[0], "nothing happened yet"

    view = counter.checkout.enter("")

    assert told(view) is NoticeKind.HOUSEHOLD_JOINED
    assert view.household is None, "the next card is the next customer's"
    view = begin(counter)
    assert view.household is not None
    assert [one.id for one in view.household.fellows] == [BORYS.id]
    assert counter.balance(ANNA) == counter.balance(BORYS) == sum(before)


def test_the_others_units_pay_at_once(counter: Counter) -> None:
    counter.scan(ANNA)
    ready = counter.balance(ANNA)
    assert ready >= 100
    counter.checkout.begin_next()
    together(counter)
    counter.checkout.dismiss()
    counter.checkout.remove_member()
    counter.scan(BORYS, BOX)

    view = counter.checkout.toggle_reward(FIVE_OFF)

    assert view.total == 1500


def test_escape_means_no(counter: Counter) -> None:
    counter.scan(ANNA)
    begin(counter)
    counter.scan(BORYS)
    view = counter.checkout.dismiss()

    assert view.household is None
    assert counter.members.fellows(ANNA.id) == ()


def test_who_leaves_is_on_their_own(counter: Counter) -> None:
    counter.scan(ANNA)
    before = counter.balance(ANNA), counter.balance(BORYS)
    counter.checkout.begin_next()
    together(counter)
    view = leave(counter)
    assert told(view) is NoticeKind.HOUSEHOLD_LEAVING

    view = counter.checkout.enter("")

    assert told(view) is NoticeKind.HOUSEHOLD_LEFT
    assert (counter.balance(ANNA), counter.balance(BORYS)) == before


def test_who_was_left_alone_may_begin_another(counter: Counter) -> None:
    together(counter)
    leave(counter)
    counter.checkout.enter("")
    counter.checkout.remove_member()
    counter.scan(BORYS)
    begin(counter)
    counter.scan(OLD_ANNA)
    assert told(counter.checkout.enter("")) is NoticeKind.HOUSEHOLD_JOINED
    assert [one.id for one in counter.members.fellows(BORYS.id)] == [OLD_ANNA.id]
    assert counter.members.fellows(ANNA.id) == ()


def test_what_is_refused(counter: Counter) -> None:
    assert told(begin(counter)) is NoticeKind.HOUSEHOLD_OF_WHOM
    counter.scan(ANNA)
    begin(counter)
    assert told(counter.checkout.scan(CARDS[ANNA.id])) is NoticeKind.HOUSEHOLD_SAME_CARD
    assert told(counter.checkout.enter(CARDS[BORYS.id])) is NoticeKind.HOUSEHOLD_SHOW_CARDS
    counter.scan(BORYS)
    counter.checkout.enter("")
    begin(counter)
    assert told(counter.scan(BORYS)) is NoticeKind.HOUSEHOLD_ALREADY


def test_the_shops_pin_is_asked_and_then_a_typed_card_will_do(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = counter.checkout._desk.shop
    object.__setattr__(shop, "refund_pin", "4711")
    counter.scan(ANNA)
    begin(counter)
    counter.checkout.enter(CARDS[BORYS.id])
    assert told(counter.checkout.enter("")) is NoticeKind.PIN_FIRST
    assert counter.members.fellows(ANNA.id) == ()

    view = counter.checkout.enter("4711")

    assert told(view) is NoticeKind.HOUSEHOLD_JOINED
    object.__setattr__(shop, "refund_pin", "")


def test_who_was_left_is_not_drawn_into_what_the_other_begins(counter: Counter) -> None:
    alone = counter.balance(BORYS)
    together(counter)
    leave(counter)
    counter.checkout.enter("")
    begin(counter)
    counter.scan(OLD_ANNA)

    assert told(counter.checkout.enter("")) is NoticeKind.HOUSEHOLD_JOINED

    assert [one.id for one in counter.members.fellows(ANNA.id)] == [OLD_ANNA.id]
    assert counter.members.fellows(BORYS.id) == ()
    assert counter.balance(BORYS) == alone


def test_who_was_erased_before_the_yes_shares_with_nobody(counter: Counter) -> None:
    counter.scan(ANNA)
    begin(counter)
    counter.scan(BORYS)
    assert counter.till is not None
    with counter.till.database.database.writing() as connection:
        gone = Writes()
        assert erase(connection, gone, [BORYS.id])
        gone.write(connection)

    view = counter.checkout.enter("")

    assert told(view) is NoticeKind.HOUSEHOLD_OF_WHOM
    anna = counter.members.by_id(ANNA.id)
    assert anna is not None
    assert anna.household == ""


def test_who_found_others_before_the_yes_has_to_leave_them_first(counter: Counter) -> None:
    together(counter)
    begin(counter)
    counter.scan(OLD_ANNA)
    counter.journal.enrol(MARIA, BLANK, counter.clock.now())
    counter.journal.share([OLD_ANNA.id, MARIA.id], "another", counter.clock.now())

    view = counter.checkout.enter("")

    assert told(view) is NoticeKind.HOUSEHOLD_OTHER
    assert [one.id for one in counter.members.fellows(ANNA.id)] == [BORYS.id]
