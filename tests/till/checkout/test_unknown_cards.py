"""Cards of other tills: the server is asked; without it they earn, and are joined later."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from terminal.barcodes.rules import ForeignCards
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.line_port import LineTrouble
from terminal.till.ports import CardState, Member
from terminal.till.trouble import Trouble, TroubleKind
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    BOX,
    BUTTER,
    FOREIGN,
    FROM_TILL_2,
    STRANGE,
    Counter,
    blank,
    fake_counter,
    real_counter,
    rows,
    told,
    with_line,
)

OLA = Member(id="d" * 32, name="Ola Nowak")


@pytest.fixture
def counter() -> Counter:
    made = fake_counter([ForeignCards(name="club", length_min=8, length_max=8, prefix="77")])
    made.line.pair()
    return made


def ola_comes(counter: Counter, number: str = FROM_TILL_2) -> None:
    counter.members.add(OLA, wallet="e" * 32, card="f" * 32, number=number)


def shown(counter: Counter) -> tuple[str, str, bool]:
    member = counter.checkout.view().member
    assert member is not None
    return member.name, member.card_tail, member.provisional


def test_on_a_file_the_card_earns_and_is_known_again(tmp_path: Path) -> None:
    real = with_line(real_counter(tmp_path / "shop"))
    real.line.pair()
    real.scan(BOX, FROM_TILL_2)
    real.line.leave_unanswered()
    assert shown(real) == ("", FROM_TILL_2[-4:], True)
    real.checkout.finish()
    assert real.checkout.tender(TenderKind.CASH, 2000).stage is Stage.DONE
    view = real.scan(FROM_TILL_2)
    assert shown(real)[2]
    assert view.member is not None
    assert (view.member.balances[0].balance, view.member.balances[0].spendable) == (20, 0)
    assert view.asking is None, "it is known here by now, if only as a card"
    assert [one.card for one in real.line.questions] == [FROM_TILL_2, FROM_TILL_2]
    assert real.till is not None
    real.till.close()


def test_a_card_of_another_till_is_asked_for_and_attached(counter: Counter) -> None:
    seen: list[CheckoutView] = []
    counter.checkout.listen(seen.append, lambda: None)
    view = counter.scan(BOX, FROM_TILL_2)
    assert view.asking is not None
    assert (view.asking.card, view.member, blank(view)) == (FROM_TILL_2, None, "")
    assert counter.line.questions[-1].card == FROM_TILL_2
    counter.line.answer(lambda: ola_comes(counter))
    assert (seen[-1].asking, told(seen[-1])) == (None, NoticeKind.MEMBER_ATTACHED)
    assert shown(counter) == ("Ola N.", FROM_TILL_2[-4:], False)


def test_goods_are_scanned_meanwhile_and_the_card_is_not_asked_twice(counter: Counter) -> None:
    counter.scan(FROM_TILL_2)
    view = counter.scan(BUTTER, FROM_TILL_2, BOX)
    assert rows(view) == [("Butter", 1), ("Large box", 1)]
    assert view.asking is not None
    assert len(counter.line.questions) == 1
    counter.line.answer(lambda: ola_comes(counter))
    assert len(counter.checkout.view().lines) == 2


@pytest.mark.parametrize("ends", ["no line", "patience", "escape"])
def test_without_an_answer_the_card_earns_and_spends_nothing(counter: Counter, ends: str) -> None:
    counter.scan(BOX, FROM_TILL_2)
    if ends == "no line":
        counter.line.leave_unanswered()
    elif ends == "patience":
        counter.checkout.give_up_asking()
    else:
        counter.checkout.dismiss()
    view = counter.checkout.view()
    assert view.notice is not None
    assert (view.notice.kind, view.notice.weight) == (NoticeKind.CARD_MET, Weight.LOOK)
    assert (view.sound, view.asking) == (Sound.MEMBER, None)
    assert shown(counter) == ("", FROM_TILL_2[-4:], True)
    assert counter.line.told_recorded == 1
    counter.checkout.finish()
    assert counter.checkout.tender(TenderKind.CASH, 2000).stage is Stage.DONE
    card = counter.members.by_card(FROM_TILL_2)
    assert counter.balance(card.member) == 20


def test_a_card_that_earned_may_not_spend_before_it_is_known(counter: Counter) -> None:
    counter.scan(FROM_TILL_2)
    counter.checkout.give_up_asking()
    counter.give(counter.members.by_card(FROM_TILL_2).member, 500)
    counter.checkout.begin_next()
    counter.checkout.remove_member()
    view = counter.scan(BOX, FROM_TILL_2)
    assert view.member is not None
    assert (view.member.balances[0].balance, view.member.balances[0].spendable) == (500, 0)
    view = counter.checkout.toggle_reward()
    assert (told(view), view.total, view.asking) == (NoticeKind.CARD_MET, 2000, None)
    assert not any(one.wants for one in counter.line.questions), "the server knows no such wallet"
    counter.line.leave_unanswered()
    assert told(counter.checkout.view()) is NoticeKind.CARD_MET


def test_what_a_card_lacks_for_a_reward_is_not_told_before_it_is_known(counter: Counter) -> None:
    counter.scan(BOX, FROM_TILL_2)
    counter.checkout.give_up_asking()
    view = counter.checkout.toggle_reward()
    assert told(view) is NoticeKind.CARD_MET, "not: 100 more points needed"


def met_and_shown_again(counter: Counter) -> CheckoutView:
    """A card that was met while nobody answered, and the server now says that it is nobody's."""
    counter.scan(BOX, FROM_TILL_2)
    counter.checkout.give_up_asking()
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 2000)
    view = counter.scan(FROM_TILL_2)
    assert told(view) is NoticeKind.CARD_MET
    counter.line.answer()
    return counter.checkout.view()


@pytest.mark.parametrize("name", ["Ola Nowak", ""])
def test_the_holder_of_a_card_that_is_nobodys_joins_with_what_it_collected(
    counter: Counter, name: str
) -> None:
    view = met_and_shown_again(counter)
    assert (told(view), blank(view)) == (NoticeKind.CARD_NOBODYS, "")
    view = counter.checkout.enter("")
    assert (told(view), blank(view)) == (NoticeKind.NEW_CARD, FROM_TILL_2)
    met = counter.members.by_card(FROM_TILL_2).member
    counter.checkout.join(name)
    assert shown(counter) == ("Ola N." if name else "", FROM_TILL_2[-4:], False)
    assert counter.members.by_card(FROM_TILL_2).member.id == met.id
    assert counter.balance(met) == 20
    counter.checkout.begin_next()
    assert told(counter.scan(BUTTER)) is None


def test_what_must_be_acted_on_stays_when_a_card_turns_out_to_be_nobodys(counter: Counter) -> None:
    counter.scan(BOX, FROM_TILL_2)
    counter.checkout.give_up_asking()
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 2000)
    view = counter.scan(FROM_TILL_2, "2009999999997")
    before = told(view)
    counter.line.answer()
    assert told(counter.checkout.view()) is before


def test_payment_takes_the_card_along_without_waiting(counter: Counter) -> None:
    counter.scan(BOX, FROM_TILL_2)
    view = counter.checkout.finish()
    assert (view.stage, view.asking) == (Stage.PAYING, None)
    assert shown(counter)[2]


def test_a_late_answer_puts_the_member_in_the_place_of_the_card(counter: Counter) -> None:
    counter.scan(BOX, FROM_TILL_2)
    before = counter.checkout.give_up_asking()
    met = counter.members.by_card(FROM_TILL_2).member

    def joined() -> None:
        ola_comes(counter)
        counter.members.merged[met.id] = OLA.id

    counter.line.answer(joined)
    view = counter.checkout.view()
    assert (told(view), view.selected) == (NoticeKind.CARD_KNOWN, before.selected)
    assert shown(counter) == ("Ola N.", FROM_TILL_2[-4:], False)
    assert counter.checkout.undo().member is None
    assert counter.checkout.redo().member == view.member


def test_a_member_that_comes_with_the_feed_is_shown_too(counter: Counter) -> None:
    counter.scan(FROM_TILL_2)
    counter.line.leave_unanswered()
    ola_comes(counter)
    counter.line.change(waiting=0)
    assert shown(counter) == ("Ola N.", FROM_TILL_2[-4:], False)


def test_a_card_that_the_server_does_not_know_either_is_a_new_one(counter: Counter) -> None:
    counter.scan(FROM_TILL_2)
    counter.line.answer()
    view = counter.checkout.view()
    assert (told(view), blank(view)) == (NoticeKind.NEW_CARD, FROM_TILL_2)
    view = counter.checkout.join("Ola")
    assert told(view) is NoticeKind.ENROLLED
    assert counter.line.told_recorded == 1


@pytest.mark.parametrize(
    ("state", "notice"),
    [
        (CardState.BLOCKED, NoticeKind.CARD_BLOCKED),
        (CardState.REPLACED, NoticeKind.CARD_REPLACED),
    ],
)
def test_a_blocked_or_replaced_card_is_told_as_ever(
    counter: Counter, state: CardState, notice: NoticeKind
) -> None:
    def comes() -> None:
        ola_comes(counter)
        counter.members.cards[FROM_TILL_2] = replace(
            counter.members.cards[FROM_TILL_2], state=state
        )

    counter.scan(FROM_TILL_2)
    counter.line.answer(comes)
    view = counter.checkout.view()
    assert (told(view), view.member) == (notice, None)


def test_another_card_takes_the_place_of_the_one_that_is_asked_for(counter: Counter) -> None:
    counter.scan(FROM_TILL_2)
    view = counter.scan(ANNA)
    assert view.asking is None
    counter.line.answer(lambda: ola_comes(counter))
    assert shown(counter)[0] == "Anna K."


def test_a_card_of_this_tills_own_range_is_blank_and_a_strange_one_strange(
    counter: Counter,
) -> None:
    assert blank(counter.scan(BLANK)) == BLANK
    assert told(counter.scan(STRANGE)) is NoticeKind.CARD_UNKNOWN
    assert counter.line.questions == []


def test_a_foreign_card_is_asked_for_where_there_is_a_server(counter: Counter) -> None:
    assert counter.scan(FOREIGN).asking is not None
    counter.checkout.give_up_asking()
    counter.checkout.remove_member()
    counter.line.change(trouble=LineTrouble.NOT_PAIRED)
    assert blank(counter.scan("77000124")) == "77000124"


def test_a_card_that_cannot_be_noted_is_trouble_and_leaves_the_sale_in_hand(
    counter: Counter,
) -> None:
    counter.scan(BOX, FROM_TILL_2)
    counter.journal.trouble = Trouble(TroubleKind.DISK_FULL, "no room")
    view = counter.checkout.give_up_asking()
    assert (told(view), view.member) == (NoticeKind.TROUBLE, None)
    assert rows(view) == [("Large box", 1)]
    counter.scan(FROM_TILL_2)
    counter.journal.trouble = Trouble(TroubleKind.DISK_FULL, "no room")
    counter.line.leave_unanswered()
    counter.line.leave_unanswered()
    assert told(counter.checkout.view()) is NoticeKind.TROUBLE
