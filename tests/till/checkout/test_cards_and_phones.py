"""A phone that nobody has, a card that is lost, a number that was typed: each at the counter."""

from __future__ import annotations

import pytest

from terminal.loyalty.consent import Purpose
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import Notice, NoticeKind
from terminal.till.checkout.view import CheckoutView, ReplacingView
from terminal.till.database.records_in import erase
from terminal.till.database.writes import Writes
from terminal.till.ports import CardState
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BORYS,
    BOX,
    BUTTER,
    CARDS,
    CHOC,
    FIVE_OFF,
    STRANGE,
    Counter,
    blank,
    card,
    rows,
    told,
)

NEW_PHONE = "602 111 222"


def noticed(view: CheckoutView) -> Notice:
    assert view.notice is not None
    return view.notice


# --- joining with a phone ------------------------------------------------------------------------


def test_digits_that_nobody_has_and_two_enters_make_a_member(counter: Counter) -> None:
    view = counter.checkout.enter(NEW_PHONE)
    assert told(view) is NoticeKind.NEW_PHONE
    assert view.joining is not None
    assert (view.joining.card, view.joining.phone) == ("", "+48602111222")
    view = counter.checkout.enter("")
    assert told(view) is NoticeKind.ENROLLED
    assert view.member is not None
    assert (view.member.card_tail, view.member.agreed) == ("", frozenset())
    (found,) = counter.members.search("602111222", 5)
    assert found.phone == "+48602111222"
    assert found.consents == ()


def test_who_joined_by_phone_earns_and_gets_a_card_later(counter: Counter) -> None:
    counter.checkout.enter(NEW_PHONE)
    counter.checkout.enter("")
    counter.scan(BOX)
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 2000)
    (found,) = counter.members.search("602111222", 5)
    assert counter.balance(found) == 20
    assert counter.checkout.enter("602111222").member is not None
    view = counter.scan(BLANK)
    assert told(view) is NoticeKind.GIVE_CARD
    assert view.replacing == ReplacingView(name="", lost_tail="", new_tail=BLANK[-4:])
    assert told(counter.checkout.enter("")) is NoticeKind.CARD_GIVEN
    assert counter.balance(counter.members.by_card(BLANK).member) == 20


def test_a_phone_that_somebody_has_takes_one_more_yes(counter: Counter) -> None:
    counter.scan(BLANK)
    view = counter.checkout.join("Celina", "600 123 456")
    assert told(view) is NoticeKind.PHONE_TAKEN
    assert noticed(view).text == "Anna K."
    assert blank(view) == BLANK
    assert told(counter.checkout.join("Celina", "600 123 456")) is NoticeKind.ENROLLED


def test_nobody_joins_with_neither(counter: Counter) -> None:
    view = counter.checkout.with_members(lambda steps: steps.begin_joining())
    assert view.joining is not None
    assert told(counter.checkout.join("Celina")) is NoticeKind.NOTHING_TO_FIND_BY
    assert told(counter.checkout.join("Celina", NEW_PHONE)) is NoticeKind.ENROLLED


def test_a_member_is_found_apart_from_goods_of_that_name(counter: Counter) -> None:
    assert told(counter.checkout.enter("butter")) is None
    counter.checkout.undo()
    view = counter.checkout.with_members(lambda steps: steps.find("butter"))
    assert (told(view), view.lines) == (NoticeKind.NOBODY_FOUND, ())
    view = counter.checkout.with_members(lambda steps: steps.find("borys"))
    assert view.member is not None


# --- a lost card ---------------------------------------------------------------------------------


def test_a_lost_card_is_replaced_in_four(counter: Counter) -> None:
    counter.checkout.enter("600123456")
    view = counter.scan(BLANK)
    assert told(view) is NoticeKind.REPLACE_CARD
    assert view.replacing == ReplacingView(
        name="Anna K.", lost_tail=CARDS[ANNA.id][-4:], new_tail=BLANK[-4:]
    )
    assert counter.members.by_card(CARDS[ANNA.id]).state is CardState.ACTIVE
    view = counter.checkout.enter("")
    assert told(view) is NoticeKind.CARD_HANDED_OUT
    assert noticed(view).tail == BLANK[-4:]
    assert view.member is not None
    assert view.member.card_tail == BLANK[-4:]
    assert counter.members.by_card(CARDS[ANNA.id]).state is CardState.REPLACED
    assert counter.balance(ANNA) == 137
    view = counter.scan(BOX)
    assert told(counter.checkout.toggle_reward(FIVE_OFF)) is NoticeKind.REWARD_ON


def test_the_old_card_says_where_the_points_are_and_enter_uses_them(counter: Counter) -> None:
    counter.scan(ANNA, BLANK)
    counter.checkout.enter("")
    counter.checkout.remove_member()
    counter.wait(seconds=5)
    view = counter.scan(ANNA)
    assert told(view) is NoticeKind.CARD_REPLACED
    assert (noticed(view).text, noticed(view).tail, view.member) == ("Anna K.", BLANK[-4:], None)
    view = counter.checkout.enter("")
    assert view.member is not None
    assert view.member.card_tail == BLANK[-4:]


def test_whoever_is_erased_before_enter_is_not_said_to_be_on_the_sale(counter: Counter) -> None:
    counter.scan(ANNA, BLANK)
    counter.checkout.enter("")
    counter.checkout.remove_member()
    counter.scan(BUTTER)
    counter.wait(seconds=5)
    assert told(counter.scan(ANNA)) is NoticeKind.CARD_REPLACED
    assert counter.till is not None
    with counter.till.database.database.writing() as connection:
        gone = Writes()
        assert erase(connection, gone, [ANNA.id])
        gone.write(connection)
    view = counter.checkout.enter("")
    assert (told(view), view.member) == (NoticeKind.MEMBER_GONE, None)
    assert rows(view) == [("Butter", 1)]
    assert counter.checkout.undo().member is None


def test_undo_right_after_says_why_not_and_then_goes_on(counter: Counter) -> None:
    counter.scan(BUTTER, ANNA, BLANK)
    counter.checkout.enter("")
    view = counter.checkout.undo()
    assert (told(view), noticed(view).tail) == (NoticeKind.REPLACED_STAYS, BLANK[-4:])
    assert view.member is not None
    assert counter.members.by_card(BLANK).member.id == ANNA.id
    assert told(counter.checkout.undo()) is NoticeKind.UNDONE


def test_the_blank_card_may_be_for_somebody_new(counter: Counter) -> None:
    counter.scan(ANNA, BLANK)
    view = counter.checkout.with_members(lambda steps: steps.new_instead())
    assert (blank(view), view.replacing) == (BLANK, None)
    view = counter.checkout.join("Celina")
    assert view.member is not None
    assert view.member.name == "Celina"
    assert counter.members.by_card(CARDS[ANNA.id]).state is CardState.ACTIVE


def test_esc_leaves_everything_as_it_was(counter: Counter) -> None:
    counter.scan(ANNA, BLANK)
    view = counter.checkout.dismiss()
    assert view.replacing is None
    assert view.member is not None
    assert counter.checkout.enter("").notice is None
    assert counter.members.by_card(BLANK) is None


def test_goods_may_be_scanned_meanwhile_and_another_card_is_meant_instead(
    counter: Counter,
) -> None:
    counter.scan(ANNA, BLANK, BUTTER)
    assert counter.checkout.view().replacing is not None
    view = counter.scan(BORYS)
    assert view.replacing is None
    assert view.member is not None
    assert view.member.name == "Borys"


@pytest.mark.parametrize("leave", ["undo", "remove_member", "park"])
def test_whoever_left_the_sale_gets_no_other_card(counter: Counter, leave: str) -> None:
    """A new card blocks the old one for good, so it takes the member before the cashier's eyes."""
    counter.scan(ANNA, BLANK)
    assert counter.checkout.view().replacing
    view = getattr(counter.checkout, leave)()
    assert (view.member, view.replacing) == (None, None)
    counter.checkout.enter("")
    assert counter.members.by_card(CARDS[ANNA.id]).state is CardState.ACTIVE
    assert counter.members.by_card(BLANK) is None


# --- what a member agrees to ---------------------------------------------------------------------


def test_consents_are_given_and_withdrawn_one_by_one(counter: Counter) -> None:
    def decide(purpose: Purpose, *, agreed: bool) -> None:
        counter.checkout.with_members(
            lambda steps: steps.decide(purpose, agreed=agreed, text="1 pl")
        )

    counter.scan(ANNA)
    decide(Purpose.MARKETING, agreed=True)
    decide(Purpose.OFFERS, agreed=True)
    counter.wait(seconds=1)
    decide(Purpose.MARKETING, agreed=False)
    view = counter.checkout.view()
    assert told(view) is NoticeKind.CONSENT_WITHDRAWN
    assert view.member is not None
    assert view.member.agreed == {Purpose.OFFERS}


# --- a typed number ------------------------------------------------------------------------------


def typed(counter: Counter) -> None:
    counter.scan(BOX)
    view = counter.checkout.enter(CARDS[ANNA.id])
    assert view.member is not None
    assert (view.member.name, view.member.typed) == ("Anna", True)
    (points,) = [one for one in view.member.balances if one.unit == "points"]
    assert points.balance == points.spendable == 137


def test_a_typed_card_earns_and_shows_first_name_and_balance(counter: Counter) -> None:
    typed(counter)
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 2000)
    assert counter.balance(ANNA) == 157


def test_what_a_typed_card_nearly_has_is_read_by_nobody(counter: Counter) -> None:
    assert counter.scan(CHOC, CHOC).others
    typed(counter)
    assert counter.checkout.view().others == ()


def test_a_typed_card_spends_when_the_phones_last_digits_are_told(counter: Counter) -> None:
    typed(counter)
    view = counter.checkout.toggle_reward(None)
    assert (told(view), view.proving) == (NoticeKind.PROOF_WANTED, True)
    assert view.total == 2000
    view = counter.checkout.with_members(lambda steps: steps.prove("0000"))
    assert (told(view), view.proving) == (NoticeKind.PROOF_WRONG, True)
    view = counter.checkout.with_members(lambda steps: steps.prove("3456"))
    assert (told(view), view.proving) == (NoticeKind.REWARD_ON, False)
    assert view.total == 1500
    assert view.member is not None
    assert (view.member.name, view.member.typed) == ("Anna K.", False)


def test_a_part_of_a_reward_asks_for_the_digits_too(counter: Counter) -> None:
    counter.scan(BOX)
    counter.checkout.enter(CARDS[ANNA.id])
    assert told(counter.checkout.claim_part(FIVE_OFF, 1)) is NoticeKind.PROOF_WANTED
    counter.checkout.with_members(lambda steps: steps.prove("3456"))
    assert counter.checkout.view().total == 1500


def test_the_card_itself_is_proof(counter: Counter) -> None:
    typed(counter)
    view = counter.scan(ANNA)
    assert view.member is not None
    assert not view.member.typed
    assert told(counter.checkout.toggle_reward(None)) is NoticeKind.REWARD_ON


def test_without_a_phone_only_the_card_helps(counter: Counter) -> None:
    counter.scan(BLANK)
    member = counter.checkout.join("Celina").member
    assert member is not None
    counter.give(counter.members.by_id(member.id), 200)
    counter.checkout.remove_member()
    counter.scan(BOX)
    counter.checkout.enter(BLANK)
    view = counter.checkout.toggle_reward(None)
    assert (told(view), view.proving) == (NoticeKind.PROOF_IMPOSSIBLE, False)


def test_guessing_is_slowed_and_a_scan_never(counter: Counter) -> None:
    typed(counter)
    counter.checkout.toggle_reward(None)
    for _ in range(4):
        counter.checkout.with_members(lambda steps: steps.prove("0000"))
    counter.checkout.enter(STRANGE)
    assert told(counter.checkout.enter(CARDS[BORYS.id])) is NoticeKind.SLOWED
    assert told(counter.scan(BORYS)) is NoticeKind.MEMBER_ATTACHED
    counter.wait(seconds=31)
    assert told(counter.checkout.enter(CARDS[ANNA.id])) is NoticeKind.MEMBER_ATTACHED


def test_a_typed_card_of_other_members_is_theirs_alone(counter: Counter) -> None:
    typed(counter)
    counter.scan(BORYS)
    view = counter.checkout.view()
    assert view.member is not None
    assert (view.member.name, view.member.typed) == ("Borys", False)
    assert counter.members.by_card(card(2)).member.id == BORYS.id
