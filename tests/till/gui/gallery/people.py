"""Members, and the line to the server."""

from __future__ import annotations

import time

from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.database.facts import believe
from terminal.till.database.recording import Enrolment
from terminal.till.line_port import LineTrouble
from terminal.till.ports import Member
from tests.till.gui.gallery.stand import LONG_NAME, Stand, scene

DAY_MS = 86_400_000


@scene()
def find(stand: Stand) -> None:
    stand.goods(1)
    stand.take("member")


@scene()
def several_found(stand: Stand) -> None:
    stand.goods(1)
    _namesakes(stand, 4)
    stand.enter("barbara")


@scene()
def forty_found(stand: Stand) -> None:
    _namesakes(stand, 45)
    stand.take("member")
    stand.enter("barbara")


def _namesakes(stand: Stand, count: int) -> None:
    with stand.till.database.journal.in_bulk() as bulk:
        for at in range(count):
            member = Member(id=f"{at:032x}", name=f"Barbara {LONG_NAME}", phone=f"+4870000{at:04}")
            bulk.enrol(Enrolment(member=member, card_number="", at=stand.till.clock.now()))


@scene()
def nobody_found(stand: Stand) -> None:
    stand.take("member")
    stand.enter("xyzzy")


@scene()
def join_with_a_card(stand: Stand) -> None:
    stand.goods(1)
    stand.scan(stand.shop.blank_cards[0])


@scene()
def join_brought_by_a_member(stand: Stand) -> None:
    join_with_a_card(stand)
    stand.window.counter.join.name_field.setText(LONG_NAME)
    stand.member()


@scene()
def join_with_a_phone(stand: Stand) -> None:
    stand.take("member")
    stand.enter("600999888")


@scene()
def join_with_nothing(stand: Stand) -> None:
    stand.take("member", "member")


@scene()
def join_by_touch(stand: Stand) -> None:
    stand.take("member", "member", "touch")
    stand.window.counter.touch.show_letters(on=True)


@scene()
def join_refused(stand: Stand) -> None:
    stand.take("member", "member")
    stand.window.counter.join.phone_field.setText("12")
    stand.take("join")


@scene()
def joined(stand: Stand) -> None:
    join_with_a_card(stand)
    stand.window.counter.join.name_field.setText(LONG_NAME)
    stand.take("join")


@scene()
def replace_card(stand: Stand) -> None:
    stand.goods(1)
    stand.member()
    stand.scan(stand.shop.blank_cards[0])


@scene()
def card_handed_out(stand: Stand) -> None:
    replace_card(stand)
    stand.take("enter")


@scene()
def old_card(stand: Stand) -> None:
    card_handed_out(stand)
    stand.take("remove")
    stand.member()


@scene()
def proof_wanted(stand: Stand) -> None:
    stand.goods(2)
    stand.enter(stand.shop.ready("points").card)


@scene()
def proof_wrong(stand: Stand) -> None:
    proof_wanted(stand)
    stand.take("reward")
    stand.enter("0000")


@scene()
def movements_of_points(stand: Stand) -> None:
    stand.goods(2)
    stand.member()
    stand.take("movements")


@scene()
def movements_of_stamps(stand: Stand) -> None:
    stand.member("coffee")
    stand.take("movements", "movements")


@scene()
def no_movements(stand: Stand) -> None:
    join_with_a_card(stand)
    stand.take("join", "movements")


@scene()
def consents(stand: Stand) -> None:
    stand.goods(2)
    stand.member()
    stand.take("movements", "consents")


def _ago(ms: int) -> int:
    return time.time_ns() // 1_000_000 - ms


def _line(stand: Stand, **contact: object) -> None:
    stand.goods(2)
    stand.line.change(**{"last_ms": _ago(60_000), **contact})
    stand.window.counter.state._waits_long.timeout.emit()
    stand.take("line")


@scene()
def line_without_a_server(stand: Stand) -> None:
    stand.take("line")


@scene()
def line_online(stand: Stand) -> None:
    _line(stand, trouble=LineTrouble.NONE)


@scene()
def line_offline(stand: Stand) -> None:
    _line(stand, trouble=LineTrouble.NO_LINE, waiting=43)


@scene()
def line_offline_for_days(stand: Stand) -> None:
    _line(stand, trouble=LineTrouble.NO_LINE, waiting=12_345, last_ms=_ago(40 * DAY_MS))


@scene()
def line_turned_away(stand: Stand) -> None:
    _line(stand, trouble=LineTrouble.REVOKED, waiting=12)


@scene()
def line_untrusted(stand: Stand) -> None:
    _line(stand, trouble=LineTrouble.UNTRUSTED, waiting=1)


@scene()
def line_of_a_portal(stand: Stand) -> None:
    _line(stand, trouble=LineTrouble.NOT_OUR_SERVER, waiting=2, clock_ahead_ms=-7_200_000, parked=3)


def _recorded_last(stand: Stand, days: int) -> None:
    """By this computer's clock something was recorded so many days from now."""
    with stand.till.database.database.writing() as connection:
        believe(connection, _ago(-days * DAY_MS))
    _line(stand, trouble=LineTrouble.NONE)


@scene()
def clock_behind(stand: Stand) -> None:
    _recorded_last(stand, 3)
    stand.tell(Weight.LOOK, NoticeKind.CLOCK_BEHIND)


@scene()
def date_far_ahead(stand: Stand) -> None:
    _recorded_last(stand, -100)
    stand.tell(Weight.LOOK, NoticeKind.DATE_ASKED, text="2026-12-22", tail="2026-08-14")


@scene()
def card_nobody_knows(stand: Stand) -> None:
    stand.goods(2)
    stand.scan(stand.shop.blank_cards[-1])
