"""Stories of the courier: a real file, a steady hand on the clock, and a server that is played."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from terminal.loyalty.statement import Grant, PlacedRight, Statement
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.line_port import PATIENCE_MS, LineTrouble
from terminal.till.sync.child import ANSWER_S
from terminal.till.sync.errands import Changed, Message, Pause
from terminal.till.sync.pace import IDLE_MS, LEISURE_MS, LEISURE_TIMES, LIGHT, LIGHT_FOR
from terminal.wire.signing import REPLACES_HEADER, unsqueeze
from terminal.wire.sync_json import (
    FORMAT,
    RECOVER_PATH,
    Answer,
    LogMark,
    OpaqueFact,
    RecoverReply,
    RecoverRequest,
    Refusal,
    StoreSales,
    Verdict,
    read_message,
)
from tests.till.sync.conftest import Desk

PORTAL = b"<html><body>Please log in to use this network</body></html>"
POINTS = Account(WalletId("e" * 32), UnitId("points"))


def test_a_till_that_met_no_server_asks_nobody(make_desk: Callable[[str], Desk]) -> None:
    desk = make_desk("alone")
    ticket = desk.ask(card="2900000000001")

    step = desk.step()

    assert isinstance(step, Pause)
    assert desk.trouble() is LineTrouble.NOT_PAIRED
    assert desk.answers() == [(ticket, False)]


def test_a_till_that_was_paired_meanwhile_begins(make_desk: Callable[[str], Desk]) -> None:
    desk = make_desk("paired late")
    assert isinstance(desk.step(), Pause)

    desk.pair()

    assert desk.message(within_ms=2_000).path == "/sync"


def test_what_waits_goes_up_and_then_it_rests(desk: Desk) -> None:
    desk.record(3)
    assert desk.contact.waiting >= 3

    first = desk.serve()

    assert len(first.facts) == 3
    assert (desk.contact.trouble, desk.contact.waiting) == (LineTrouble.NONE, 0)
    assert IDLE_MS <= desk.waited() <= 2 * IDLE_MS


def test_a_log_longer_than_a_request_goes_up_without_a_pause(desk: Desk) -> None:
    desk.record(1_100)

    sent, begun = 0, desk.now_ms
    while desk.database.sync.contact().waiting:
        sent += len(desk.serve().facts)

    assert (sent, desk.now_ms) == (1_100, begun)


def test_a_sale_goes_up_soon(desk: Desk) -> None:
    desk.serve()
    desk.record()
    desk.courier.recorded(desk.now_ms)

    assert desk.waited() <= 1_000


def test_what_was_recorded_while_a_request_was_out_goes_up_soon_too(desk: Desk) -> None:
    request = desk.request(desk.message())
    desk.record()
    desk.courier.recorded(desk.now_ms)
    desk.answer(200, desk.reply(request))

    assert desk.waited() <= 1_000


def test_the_past_of_the_tills_beside_comes_soon_and_leaves_room_for_everybody(desk: Desk) -> None:
    desk.serve()
    past = StoreSales(marks=(LogMark(incarnation="7" * 16, seq=60),), more=True)

    request = desk.serve(store_sales=past)
    assert request.sales_marks == ()
    assert desk.waited() == LEISURE_MS

    request = desk.request(desk.message())
    assert request.sales_marks == past.marks
    desk.now_ms += 1_000  # the line is slow
    desk.answer(200, desk.reply(request, store_sales=past))
    assert desk.waited() == LEISURE_TIMES * 1_000

    desk.record()
    desk.courier.recorded(desk.now_ms)
    assert desk.serve().sales_marks is None


def test_one_request_is_out_at_a_time(desk: Desk) -> None:
    desk.message()

    assert isinstance(desk.step(), Pause)


def test_a_lost_request_is_given_up_and_said_again(desk: Desk) -> None:
    desk.record()
    lost = desk.request(desk.message())

    again = desk.request(desk.message())

    assert again.facts == lost.facts
    assert again.request > lost.request
    assert desk.trouble() is LineTrouble.NO_LINE


def test_a_late_reply_to_a_lost_request_is_dropped(desk: Desk) -> None:
    desk.record()
    lost = desk.request(desk.message())
    desk.courier.failed(desk.now_ms)
    desk.answer(200, desk.reply(lost))
    assert desk.contact.waiting

    pending = desk.request(desk.message())
    desk.answer(200, desk.reply(lost))
    assert desk.contact.waiting

    desk.answer(200, desk.reply(pending))
    assert not desk.contact.waiting


def test_without_a_line_it_tries_less_and_less_often(desk: Desk) -> None:
    pauses = []
    for _ in range(10):
        desk.message()
        desk.courier.failed(desk.now_ms)
        pauses.append(desk.waited())
        desk.courier.failed(desk.now_ms)

    assert pauses == sorted(pauses)
    assert pauses[0] <= 1_000
    assert 10_000 <= pauses[-1] <= 60_000
    assert desk.trouble() is LineTrouble.NO_LINE


def test_back_again_it_is_quick_again(desk: Desk) -> None:
    for _ in range(10):
        desk.message()
        desk.courier.failed(desk.now_ms)
    desk.serve()
    desk.message()
    desk.courier.failed(desk.now_ms)

    assert desk.waited() <= 1_000


def test_a_certificate_that_is_not_ours_is_no_missing_line(desk: Desk) -> None:
    desk.message()
    desk.courier.failed(desk.now_ms, stranger=True)

    assert desk.trouble() is LineTrouble.UNTRUSTED


@pytest.mark.parametrize(
    ("code", "body", "trouble"),
    [
        (200, PORTAL, LineTrouble.NOT_OUR_SERVER),
        (200, b"", LineTrouble.NOT_OUR_SERVER),
        (200, b"{}", LineTrouble.NOT_OUR_SERVER),
        (200, b'{"verdict": "ok"', LineTrouble.NOT_OUR_SERVER),
        (200, b"\x78\x01garbage", LineTrouble.NOT_OUR_SERVER),
        (302, b"", LineTrouble.NOT_OUR_SERVER),
        (404, b'{"detail":"Not Found"}', LineTrouble.NOT_OUR_SERVER),
        (401, PORTAL, LineTrouble.NOT_OUR_SERVER),
        (511, PORTAL, LineTrouble.NOT_OUR_SERVER),
        (401, Refusal(code="unknown_terminal", text=""), LineTrouble.REVOKED),
        (403, Refusal(code="retired", text=""), LineTrouble.REVOKED),
        (400, Refusal(code="malformed", text=""), LineTrouble.OLD_SERVER),
        (429, PORTAL, LineTrouble.SERVER_FAILS),
        (500, b"Internal Server Error", LineTrouble.SERVER_FAILS),
        (502, PORTAL, LineTrouble.SERVER_FAILS),
        (503, Refusal(code="busy", text=""), LineTrouble.SERVER_FAILS),
        (200, b'{"needs": 99, "verdict": "dance"}', LineTrouble.OLD_TILL),
    ],
)
def test_what_is_no_reply_changes_nothing_and_is_told_apart(
    desk: Desk, code: int, body: bytes | Refusal, trouble: LineTrouble
) -> None:
    desk.serve()
    desk.message()

    desk.answer(code, body)

    assert desk.contact.trouble is trouble
    assert desk.waited() > 0
    assert not any(isinstance(one, Changed) for one in desk.courier.news())


def test_a_used_number_is_left_behind_at_once(desk: Desk) -> None:
    desk.record()
    refused = desk.refuse(409, "replayed")

    assert isinstance(desk.step(), Message)
    assert desk.contact.waiting
    desk.courier.failed(desk.now_ms)
    assert desk.serve().request > refused.request


def test_a_restored_disk_jumps_to_the_number_that_the_server_has_seen(desk: Desk) -> None:
    desk.refuse(409, "replayed", problems=(("request", "86400"),))

    assert desk.serve().request == 86_401


@pytest.mark.parametrize("told", ["", "x", "-5", str(10**17), "0"])
def test_a_number_that_makes_no_sense_is_not_believed(desk: Desk, told: str) -> None:
    refused = desk.refuse(409, "replayed", problems=(("request", told),))

    assert desk.serve().request == refused.request + 1


def test_used_numbers_without_end_are_no_storm(desk: Desk) -> None:
    begun = desk.now_ms
    for _ in range(40):
        desk.refuse(409, "replayed")

    assert desk.now_ms - begun > 60_000


def test_a_batch_that_the_server_fails_over_is_halved_down_to_one_that_goes_as_bytes(
    desk: Desk,
) -> None:
    desk.record(8)
    poison = 6
    sizes = []
    for _ in range(40):
        request = desk.request(desk.message())
        first = acknowledged_of(request)
        carried = len(request.facts)
        sizes.append(carried or -len(request.opaque))
        if first < poison <= first + carried:
            desk.answer(500)
        else:
            desk.answer(200, desk.reply(request))
        if not desk.contact.waiting:
            break

    assert sizes[:2] == [8, 4]
    assert -1 in sizes, "the poison went up as bytes"
    assert desk.contact.waiting == 0


def acknowledged_of(request: object) -> int:
    return max((one.seq for one in request.acknowledged), default=0)  # type: ignore[attr-defined]


def test_a_server_that_fails_over_everything_is_left_alone(desk: Desk) -> None:
    desk.record(500)
    begun, tries = desk.now_ms, 0
    while desk.now_ms - begun < 600_000:
        desk.message()
        desk.answer(500)
        tries += 1

    assert tries < 60
    assert desk.trouble() is LineTrouble.SERVER_FAILS


def test_a_request_that_is_too_large_is_halved(desk: Desk) -> None:
    desk.record(4)
    desk.refuse(413, "too_large")

    assert len(desk.serve().facts) == 2


def test_a_line_too_slow_for_a_whole_batch_gets_half_of_it_and_a_dead_one_the_same_again(
    desk: Desk,
) -> None:
    desk.record(400)
    whole = desk.request(desk.message())
    desk.now_ms += 10_000  # it was on its way all that time
    desk.courier.failed(desk.now_ms)
    half = desk.request(desk.message())
    desk.courier.failed(desk.now_ms)  # nobody was there
    again = desk.request(desk.message())

    assert [len(one.facts) for one in (whole, half, again)] == [400, 200, 200]


def test_a_body_that_a_server_has_not_got_in_time_is_halved(desk: Desk) -> None:
    desk.record(100)
    desk.refuse(408, "malformed")

    assert len(desk.serve().facts) == 50


def test_a_line_that_was_slow_is_tried_with_more_after_a_while(desk: Desk) -> None:
    desk.record(600)
    desk.message()
    desk.now_ms += 10_000
    desk.courier.failed(desk.now_ms)
    while len(desk.request(desk.message()).facts) > LIGHT:
        desk.now_ms += 10_000
        desk.courier.failed(desk.now_ms)
    desk.answer(503)

    sizes = [len(desk.serve().facts) for _ in range(LIGHT_FOR + 2)]

    assert sizes == [LIGHT] * (LIGHT_FOR + 1) + [2 * LIGHT]


def test_a_reply_of_another_year_is_not_taken(desk: Desk) -> None:
    desk.record()
    request = desk.request(desk.message())
    desk.answer(200, replace(desk.reply(request), needs=FORMAT + 1))

    assert desk.trouble() is LineTrouble.OLD_TILL
    assert desk.contact.waiting
    assert desk.waited() >= 30_000


def test_an_old_till_goes_on_sending(desk: Desk) -> None:
    desk.record()
    desk.serve(verdict=Verdict.UPGRADE)

    assert desk.trouble() is LineTrouble.OLD_TILL
    assert not desk.contact.waiting
    assert desk.waited() >= 30_000


def test_a_server_that_was_restored_gets_everything_again(desk: Desk) -> None:
    desk.record(5)
    desk.serve()
    desk.record(1)
    incarnation = desk.request(desk.message()).incarnation
    desk.courier.failed(desk.now_ms)
    desk.serve(
        verdict=Verdict.TIMELINE,
        timeline=2,
        cursor=0,
        acknowledged=(LogMark(incarnation=incarnation, seq=2),),
        includes=(),
    )

    again = desk.serve()

    assert again.timeline == 2
    assert len(again.facts) == 4
    assert desk.contact.waiting == 0


def test_a_server_that_cannot_make_up_its_mind_is_no_storm(desk: Desk) -> None:
    begun = desk.now_ms
    for timeline in range(2, 42):
        desk.serve(verdict=Verdict.TIMELINE, timeline=timeline, cursor=0)

    assert desk.now_ms - begun > 60_000


# --- a log with two futures ----------------------------------------------------------------------


def test_a_restored_till_fetches_its_lost_tail_and_begins_anew(
    desk: Desk, make_desk: Callable[[str], Desk]
) -> None:
    desk.record(3)
    old = desk.serve().incarnation
    with closing(sqlite3.connect(desk.path)) as live:
        live.execute("VACUUM INTO ?", (str(desk.path.with_name("backup.sqlite")),))
    desk.record(3)
    lost = desk.serve().facts
    restored = make_desk("restored")
    restored.close()
    restored.path.write_bytes(desk.path.with_name("backup.sqlite").read_bytes())
    restored.__init__(restored.path)  # type: ignore[misc]
    restored.ids._last = 500
    restored.record(1)

    restored.serve(verdict=Verdict.REENROL)
    pages = [lost[:2], lost[2:]]
    for number, page in enumerate(pages):
        message = restored.message()
        assert message.path == RECOVER_PATH
        asked = read_message(RecoverRequest, unsqueeze(message.body))
        assert asked.after == 3 + 2 * number
        more = number + 1 < len(pages)
        restored.answer(200, RecoverReply(random=asked.random, facts=page, more=more))

    message = restored.message()
    first = restored.request(message)
    assert first.incarnation != old
    assert first.replaces == old
    assert message.headers[REPLACES_HEADER] == old
    assert restored.contact.waiting > 0
    restored.answer(200, restored.reply(first))
    while restored.contact.waiting:
        restored.serve()
    assert restored.trouble() is LineTrouble.BEGUN_ANEW
    restored.now_ms += 600_000
    restored.serve()
    assert restored.trouble() is LineTrouble.NONE


def test_a_recovery_that_was_cut_off_goes_on(desk: Desk) -> None:
    desk.record(1)
    desk.serve()
    desk.serve(verdict=Verdict.REENROL)
    assert desk.message().path == RECOVER_PATH
    desk.courier.failed(desk.now_ms)

    message = desk.message()

    assert message.path == RECOVER_PATH
    asked = read_message(RecoverRequest, unsqueeze(message.body))
    desk.answer(200, RecoverReply(random=asked.random))
    assert desk.serve().replaces == asked.incarnation


@pytest.mark.parametrize(
    "page",
    [
        RecoverReply(random="f" * 32, facts=("no fact",)),
        RecoverReply(
            random="f" * 32,
            opaque=(OpaqueFact(incarnation="0" * 16, seq=9, base64="***"),),
        ),
    ],
)
def test_a_page_that_makes_no_sense_is_asked_for_again(desk: Desk, page: RecoverReply) -> None:
    desk.record(1)
    old = desk.serve().incarnation
    desk.serve(verdict=Verdict.REENROL)
    message = desk.message()
    asked = read_message(RecoverRequest, unsqueeze(message.body))

    desk.answer(200, replace(page, random=asked.random))

    assert desk.trouble() is LineTrouble.SERVER_FAILS
    desk.message()
    assert desk.courier._incarnation == old


# --- questions -----------------------------------------------------------------------------------


def test_who_waits_is_answered_before_patience_ends_and_a_later_reply_is_taken(desk: Desk) -> None:
    desk.serve()
    ticket = desk.ask(card="2900000000001")
    request = desk.request(desk.message())
    asked = desk.now_ms
    step = desk.step()
    while not (answers := desk.answers()):
        assert isinstance(step, Pause)
        desk.now_ms += step.ms
        step = desk.step()

    assert answers == [(ticket, False)]
    assert desk.now_ms - asked < 1000 * ANSWER_S < PATIENCE_MS, "courier, child, window: in order"
    desk.answer(200, desk.reply(request, cards_issued=77))
    assert desk.database.cards.issued() == 77, "what came late is here"


def test_a_question_goes_ahead_of_what_waits_and_alone(desk: Desk) -> None:
    desk.serve()
    desk.record(3)
    ticket = desk.ask(card="2900000000001")

    message = desk.step()

    assert isinstance(message, Message)
    assert message.read_ms == 1_500
    request = desk.request(message)
    assert (len(request.facts), len(request.asks)) == (0, 1)
    assert desk.answers() == []
    desk.answer(200, desk.reply(request))
    assert desk.answers() == [(ticket, True)]
    assert len(desk.serve().facts) == 3


def test_a_server_that_was_asked_for_too_many_phones_has_not_answered(desk: Desk) -> None:
    """Whoever stands there joins then as without a line."""
    desk.serve()
    ticket = desk.ask(phone="+48602111222")
    request = desk.request(desk.message())
    (ask,) = request.asks

    refused = Answer(kind=ask.kind, key=ask.key, member=None, too_often=True)
    desk.answer(200, desk.reply(request, answers=(refused,)))

    assert desk.answers() == [(ticket, False)]


def test_a_question_is_asked_even_while_the_line_rests_after_a_failure(desk: Desk) -> None:
    for _ in range(8):
        desk.message()
        desk.courier.failed(desk.now_ms)
    ticket = desk.ask(member="f" * 32)

    assert isinstance(desk.step(), Message)
    desk.courier.failed(desk.now_ms)
    assert desk.answers() == [(ticket, False)]


@pytest.mark.parametrize("code", [200, 500, 401, 409, 413, 302])
def test_a_question_that_fails_is_answered_once(desk: Desk, code: int) -> None:
    desk.serve()
    ticket = desk.ask(member="f" * 32)
    desk.message()
    desk.answer(code, PORTAL)

    assert desk.answers() == [(ticket, False)]
    desk.now_ms += 10_000
    desk.step()
    assert desk.answers() == []


def test_a_question_behind_a_request_that_hangs_is_answered_in_time(desk: Desk) -> None:
    desk.message()
    ticket = desk.ask(member="f" * 32)
    begun = desk.now_ms
    answers: list[tuple[int, bool]] = []
    while not answers:
        step = desk.step()
        assert isinstance(step, Pause)
        answers = desk.answers()
        desk.now_ms += 0 if answers else step.ms

    assert answers == [(ticket, False)]
    assert desk.now_ms - begun <= 1_600


def test_a_question_does_not_halve_the_batch(desk: Desk) -> None:
    desk.record(4)
    desk.ask(member="f" * 32)
    desk.message()
    desk.answer(500)

    assert len(desk.request(desk.message()).facts) == 4


def test_rights_that_were_given_answer_at_once(desk: Desk) -> None:
    desk.serve()
    ticket = desk.ask(wants=((POINTS, 50),))
    request = desk.request(desk.message())
    assert [one.n for one in request.wants] == [50]

    grant = Grant(timeline=1, number=1, account=POINTS, n=50)
    desk.answer(200, desk.reply(request, grants=(grant,)))

    assert desk.answers() == [(ticket, True)]


def test_rights_at_another_till_are_asked_for_again_when_the_bell_rings(desk: Desk) -> None:
    desk.serve()
    ticket = desk.ask(wants=((POINTS, 50),))
    request = desk.request(desk.message())
    grant = Grant(timeline=1, number=1, account=POINTS, n=20)
    desk.answer(
        200, desk.reply(request, grants=(grant,), statements=(elsewhere("Till 2", version=1),))
    )
    assert desk.answers() == []
    desk.serve()  # the right that came goes up as a fact
    assert desk.answers() == []

    desk.now_ms += 300
    desk.courier.woken(desk.now_ms)
    again = desk.request(desk.message(within_ms=100))
    assert [one.n for one in again.wants] == [30]
    grant = Grant(timeline=1, number=2, account=POINTS, n=30)
    desk.answer(200, desk.reply(again, grants=(grant,)))

    assert desk.answers() == [(ticket, True)]


def test_a_bell_that_rings_for_something_else_is_not_the_answer(desk: Desk) -> None:
    desk.serve()
    ticket = desk.ask(wants=((POINTS, 50),))
    for version in range(1, 4):
        request = desk.request(desk.message(within_ms=100))
        assert [one.n for one in request.wants] == [50]
        desk.answer(200, desk.reply(request, statements=(elsewhere("Till 2", version),)))
        assert desk.answers() == []
        desk.courier.woken(desk.now_ms)
    request = desk.request(desk.message(within_ms=100))
    grant = Grant(timeline=1, number=1, account=POINTS, n=50)
    desk.answer(200, desk.reply(request, grants=(grant,)))

    assert desk.answers() == [(ticket, True)]


def test_a_bell_that_never_stops_is_no_storm(desk: Desk) -> None:
    desk.serve()
    desk.ask(wants=((POINTS, 50),))
    asks = 0
    while not desk.answers():
        request = desk.request(desk.message(within_ms=100))
        asks += bool(request.wants)
        statement = elsewhere("Till 2", version=asks)
        desk.answer(200, desk.reply(request, statements=(statement,)))
        desk.courier.woken(desk.now_ms)

    assert asks == 5


def test_rights_that_nobody_holds_are_not_waited_for(desk: Desk) -> None:
    desk.serve()
    ticket = desk.ask(wants=((POINTS, 50),))
    request = desk.request(desk.message())
    desk.answer(200, desk.reply(request, statements=(elsewhere("", version=1),)))

    assert desk.answers() == [(ticket, True)]


def test_a_bell_that_does_not_ring_ends_the_wait(desk: Desk) -> None:
    desk.serve()
    ticket = desk.ask(wants=((POINTS, 50),))
    begun = desk.now_ms
    request = desk.request(desk.message())
    desk.answer(200, desk.reply(request, statements=(elsewhere("Till 2", version=1),)))
    answers: list[tuple[int, bool]] = []
    while not answers:
        step = desk.step()
        assert isinstance(step, Pause)
        answers = desk.answers()
        desk.now_ms += 0 if answers else step.ms

    assert answers == [(ticket, True)]
    assert desk.now_ms - begun <= 1_600


def elsewhere(place: str, version: int) -> Statement:
    return Statement(
        wallet=POINTS.wallet,
        version=version,
        elsewhere=(PlacedRight(unit=POINTS.unit, place=place, n=50),),
    )


# --- bell and disk -------------------------------------------------------------------------------


def test_the_bell_brings_it_to_the_server(desk: Desk) -> None:
    assert desk.courier.wake() is None
    desk.serve()
    wake = desk.courier.wake()
    assert wake is not None
    assert (wake.method, wake.path) == ("GET", "/wake")

    desk.courier.woken(desk.now_ms)

    assert desk.waited() <= 50


def test_a_bell_while_a_request_is_out_is_heard_after_it(desk: Desk) -> None:
    request = desk.request(desk.message())
    desk.courier.woken(desk.now_ms)
    desk.answer(200, desk.reply(request))

    assert desk.waited() <= 50


def test_without_a_server_nobody_waits_for_its_bell(desk: Desk) -> None:
    desk.serve()
    desk.message()
    desk.courier.failed(desk.now_ms)

    assert desk.courier.wake() is None


def test_a_disk_that_fails_is_no_missing_line_and_tried_again(desk: Desk) -> None:
    desk.record()
    desk.serve()
    desk.record()
    desk.courier.recorded(desk.now_ms)
    message = desk.request(desk.message())
    with closing(sqlite3.connect(desk.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.answer(200, desk.reply(message))
        assert desk.trouble() is LineTrouble.LOCAL_DISK
        assert desk.contact.waiting

    desk.serve()

    assert desk.trouble() is LineTrouble.NONE
    assert not desk.contact.waiting


def test_every_message_is_signed_for_its_incarnation(desk: Desk) -> None:
    message = desk.message()

    assert message.headers["Tenth-Incarnation"] == desk.request(message).incarnation
    assert message.headers["Tenth-Signature"].startswith("signed ")


def test_a_till_that_closes_brings_up_what_waits(desk: Desk) -> None:
    desk.serve()
    desk.record()
    desk.courier.hurry(desk.now_ms)

    assert desk.waited() == 0
