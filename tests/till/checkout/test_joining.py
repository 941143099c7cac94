"""Somebody joins with a blank card: two actions, offline, and this very sale counts."""

from __future__ import annotations

from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind, Sound
from terminal.till.checkout.view import JoiningView
from tests.till.checkout.counter import BLANK, BORYS, BOX, BUTTER, UNKNOWN, Counter, named, told


def test_scan_and_enter_make_a_member(counter: Counter) -> None:
    counter.scan(BLANK)
    view = counter.checkout.enter("")
    assert (told(view), view.sound) == (NoticeKind.ENROLLED, Sound.MEMBER)
    assert view.member is not None
    assert view.member.card_tail == BLANK[-4:]
    assert view.joining is None
    card = counter.members.by_card(BLANK)
    assert card.member.joined == counter.clock.now().local.date()


def test_a_name_and_a_phone_are_found_again(counter: Counter) -> None:
    counter.scan(BLANK)
    view = counter.checkout.join("  Celina\tNowak ", "602 111 222")
    assert view.notice is not None
    assert view.notice.text == "Celina Nowak"
    member = counter.members.by_card(BLANK).member
    assert (member.name, member.phone) == ("Celina Nowak", "+48602111222")
    counter.checkout.remove_member()
    for typed in ("602111222", "1222", "celina"):
        assert counter.checkout.enter(typed).member is not None
        counter.checkout.remove_member()


def test_goods_scanned_meanwhile_do_not_put_the_blank_card_away(counter: Counter) -> None:
    view = counter.scan(BLANK, BUTTER, UNKNOWN)
    assert view.joining == JoiningView(card=BLANK)
    assert len(view.lines) == 2
    assert counter.checkout.join().member is not None


def test_a_phone_that_cannot_be_one_is_told_and_the_joining_waits(counter: Counter) -> None:
    counter.scan(BLANK)
    view = counter.checkout.join("Celina", "12x")
    assert told(view) is NoticeKind.PHONE_REFUSED
    assert view.joining == JoiningView(card=BLANK)
    assert counter.members.by_card(BLANK) is None
    assert counter.checkout.join("Celina", "").member is not None


def test_who_joins_earns_in_this_very_sale(counter: Counter) -> None:
    counter.scan(BOX, BLANK)
    counter.checkout.enter("")
    counter.checkout.finish()
    counter.checkout.tender(TenderKind.CASH, 2000)
    assert counter.balance(counter.members.by_card(BLANK).member) == 20


def test_a_card_that_was_taken_meanwhile_is_its_holders(counter: Counter) -> None:
    counter.scan(BLANK)
    dora = named(BORYS, id="d" * 32, name="Dora", phone="")
    counter.journal.enrol(dora, BLANK, counter.clock.now())
    view = counter.checkout.join("Celina")
    assert told(view) is NoticeKind.MEMBER_ATTACHED
    assert view.member is not None
    assert view.member.name == "Dora"
    assert not counter.members.search("celina", 5)


def test_esc_puts_the_blank_card_away(counter: Counter) -> None:
    counter.scan(BLANK)
    assert counter.checkout.dismiss().joining is None
    assert counter.checkout.enter("").member is None
    assert told(counter.checkout.join("Celina")) is NoticeKind.NOBODY_FOUND


def test_undo_takes_the_new_member_off_the_sale_not_out_of_the_shop(counter: Counter) -> None:
    counter.scan(BLANK)
    counter.checkout.enter("")
    assert counter.checkout.undo().member is None
    assert told(counter.scan(BLANK)) is NoticeKind.MEMBER_ATTACHED
