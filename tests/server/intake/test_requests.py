"""What a till says is taken once, whatever the line does to its messages."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NoReturn

import pytest

from terminal.loyalty.facts import FactKind
from terminal.server.database import registry
from terminal.server.database.connection import (
    AFTER_COMMIT,
    BEFORE_COMMIT,
    Connection,
    open_database,
)
from terminal.server.database.failures import CommitUncertain, is_over_soon
from terminal.server.database.logs import Log
from terminal.server.intake import taking
from terminal.server.intake.refusals import Refused
from terminal.server.ledger import storing
from terminal.server.ledger.storing import Arrived
from terminal.wire.signing import (
    INCARNATION_HEADER,
    REQUEST_BYTES_MOST,
    SIGNATURE_HEADER,
    new_private_key,
    sign,
    squeeze,
)
from terminal.wire.sync_json import SYNC_PATH, OpaqueFact, SyncReply, Verdict, Want, write_message
from tests.server.paper_till import earn, points, spend
from tests.server.speaking_till import Office

ANNA = points(1)
BORIS = points(2)


def refused(office: Office, headers: dict[str, str], body: bytes) -> Refused:
    """The refusal of a request, which changed nothing."""
    before = office.dump()
    with pytest.raises(Refused) as caught:
        office.receive(headers, body)
    assert office.dump() == before
    return caught.value


def test_a_sale_goes_up_and_its_statement_comes_down(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))

    reply = till.sync(office)

    assert reply.verdict is Verdict.OK
    assert [(one.incarnation, one.seq) for one in reply.acknowledged] == [(till.incarnation, 1)]
    assert reply.includes[0].seq == 1
    assert till.statements[ANNA.wallet].accounts[0].sums.balance == 40
    assert till.sums(ANNA).balance == 40
    assert reply.only_till


def test_a_lost_reply_costs_nothing(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.send(office, till.asking())  # the reply is lost
    till.paper.record(earn(ANNA, 2))
    till.send(office, till.asking())  # and the next as well

    reply = till.sync(office)

    assert reply.verdict is Verdict.OK
    assert reply.acknowledged[0].seq == 2
    assert till.sums(ANNA).balance == 42


def test_a_request_sent_twice_is_done_once(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    request = till.asking()
    till.send(office, request)

    refusal = refused(office, *till.signed(request))

    assert (refusal.http, refusal.code) == (409, "replayed")
    assert refusal.problems == (("request", "1"),)


def test_a_request_that_was_late_is_not_done_after_a_newer_one(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    late = till.asking()
    till.sync(office)
    till.sync(office)
    till.sync(office)

    assert refused(office, *till.signed(late)).code == "replayed"
    assert till.sync(office).verdict is Verdict.OK


def test_a_till_that_sells_nothing_hears_what_others_sold(office: Office) -> None:
    busy, idle = office.pair(1), office.pair(2)
    busy.paper.record(earn(ANNA, 40))
    busy.sync(office)

    reply = idle.sync(office)

    assert [one.wallet for one in reply.statements] == [ANNA.wallet]
    assert idle.sums(ANNA).balance == 40
    assert not idle.sync(office).statements


def test_nobody_but_the_terminal_speaks_for_its_log(office: Office) -> None:
    till, other = office.pair(1), office.pair(2)
    till.paper.record(earn(ANNA, 40))
    request = till.asking()
    body = squeeze(write_message(request))
    forged = {
        INCARNATION_HEADER: till.incarnation,
        SIGNATURE_HEADER: sign(new_private_key(), "POST", SYNC_PATH, body),
    }
    assert refused(office, forged, body).code == "unsigned"
    assert refused(office, {INCARNATION_HEADER: till.incarnation}, body).code == "unsigned"
    assert refused(office, {}, body).code == "unsigned"
    nobody = forged | {INCARNATION_HEADER: "ee" * 8}
    assert refused(office, nobody, body).code == "unknown_terminal"
    # Signed by another terminal of ours, which speaks for itself and not for this log.
    as_other = {
        INCARNATION_HEADER: other.incarnation,
        SIGNATURE_HEADER: sign(other.key, "POST", SYNC_PATH, body),
    }
    assert refused(office, as_other, body).code == "unsigned"
    # One bit of the body.
    headers, body = till.signed(request)
    assert refused(office, headers, body[:-1] + bytes([body[-1] ^ 1])).code == "unsigned"


def test_nothing_unsigned_is_unpacked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    till = office.pair(1)
    headers, body = till.signed(till.asking())

    def unpacked(_body: bytes) -> bytes:
        raise AssertionError("it was unpacked")

    monkeypatch.setattr("terminal.server.intake.gate.unsqueeze", unpacked)
    assert refused(office, headers | {SIGNATURE_HEADER: "AAAA"}, body).code == "unsigned"


def test_what_is_too_large_is_refused(office: Office) -> None:
    till = office.pair(1)
    request = till.asking()
    headers, _ = till.signed(request)
    assert refused(office, headers, b"x" * (REQUEST_BYTES_MOST + 1)).http == 413
    swollen = squeeze(b" " * (9 * 1024 * 1024))
    signature = sign(till.key, "POST", SYNC_PATH, swollen)
    assert refused(office, headers | {SIGNATURE_HEADER: signature}, swollen).http == 413
    for number in range(501):
        till.paper.record(earn(points(number), 1))
    assert refused(office, *till.signed(till.asking(most=501))).code == "too_large"
    assert till.sync(office).acknowledged[0].seq == 500


def test_a_malformed_message_is_told_where(office: Office) -> None:
    till = office.pair(1)
    body = b'{"incarnation": 5}'
    headers = {
        INCARNATION_HEADER: till.incarnation,
        SIGNATURE_HEADER: sign(till.key, "POST", SYNC_PATH, body),
    }
    refusal = refused(office, headers, body)
    assert (refusal.http, refusal.code) == (400, "malformed")
    assert "incarnation" in {place for place, _ in refusal.problems}


def test_a_terminal_out_of_service_is_let_in_no_more(office: Office) -> None:
    till = office.pair(1)
    office.database.run(lambda connection: registry.revoke(connection, till.terminal))
    till.paper.record(earn(ANNA, 40))

    refusal = refused(office, *till.signed(till.asking()))

    assert (refusal.http, refusal.code) == (403, "retired")


def test_a_fact_may_travel_as_bytes(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    poison = OpaqueFact(
        incarnation=till.incarnation,
        seq=1,
        base64=base64.b64encode(till.paper.facts[0]).decode(),
    )

    reply = till.sync(office, most=0, opaque=(poison,))

    assert reply.acknowledged[0].seq == 1
    assert till.sums(ANNA).balance == 40


def test_bytes_that_nobody_can_read_are_kept_and_hold_up_nothing(office: Office) -> None:
    till = office.pair(1)
    till.paper.write(b"\xff\xfe no fact at all")
    poison = OpaqueFact(
        incarnation=till.incarnation,
        seq=1,
        base64=base64.b64encode(till.paper.facts[0]).decode(),
    )
    till.sync(office, most=0, opaque=(poison,))
    till.paper.record(earn(ANNA, 40))

    reply = till.sync(office)

    assert reply.acknowledged[0].seq == 2
    assert reply.includes[0].seq == 2
    assert [(one.incarnation, one.seq) for one in reply.parked] == [(till.incarnation, 1)]
    assert reply.statements[0].accounts[0].sums.balance == 40


def test_a_fact_that_does_not_say_whose_it_is_is_malformed(office: Office) -> None:
    till = office.pair(1)
    refusal = refused(office, *till.signed(till.asking(facts=("nothing",))))
    assert refusal.code == "malformed"


def test_storing_that_fails_stores_nothing_and_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.paper.record(earn(BORIS, 2))

    def fails(connection: Connection, log: Log, facts: Sequence[Arrived], now_ms: int) -> NoReturn:
        storing.store(connection, log, facts, now_ms)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(taking, "store", fails)
        refusal = refused(office, *till.signed(till.asking()))
        assert (refusal.http, refusal.code) == (500, "failed")
        assert "storing failed" in caplog.text
    assert till.sync(office, most=1).acknowledged[0].seq == 1
    assert till.sync(office).acknowledged[0].seq == 2


@pytest.mark.parametrize("broken", [1, 2])
def test_a_till_comes_again_where_nobody_knows_whether_a_commit_holds(
    database_url: str, broken: int
) -> None:
    to_come: list[bool] = []
    """Of the commits to come, whether each one's answer is lost."""

    def watch(point: str) -> None:
        if point == AFTER_COMMIT and to_come and to_come.pop(0):
            raise CommitUncertain("the line to the database broke")

    office = Office(open_database(database_url, watch=watch))
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    to_come += [n == broken for n in (1, 2)]

    with pytest.raises((Refused, CommitUncertain)) as caught:
        till.sync(office)
    assert is_over_soon(caught.value) or getattr(caught.value, "http", 0) == 503
    assert till.sync(office).verdict is Verdict.OK

    assert till.sums(ANNA).balance == 40
    assert office.dump()["alarms"] == []
    office.database.close()


def test_facts_after_a_gap_wait_for_it_to_close(office: Office) -> None:
    till = office.pair(1)
    for n in (1, 2, 3):
        till.paper.record(earn(ANNA, n))
    third = till.paper.facts[2].decode()

    assert till.send(office, till.asking(facts=(third,))).acknowledged[0].seq == 0
    assert till.sync(office).acknowledged[0].seq == 3
    assert till.sums(ANNA).balance == 6


def test_a_log_of_another_terminal_is_none_of_its_business(office: Office) -> None:
    till, other = office.pair(1), office.pair(2)
    other.paper.record(earn(ANNA, 40))
    request = replace(
        till.asking(),
        facts=tuple(one.decode() for one in other.paper.facts),
        logs=(*till.asking().logs, *other.asking().logs),
    )

    reply = till.send(office, replace(request, request=9))

    assert [one.incarnation for one in reply.acknowledged] == [till.incarnation]
    assert ("foreign_log", other.incarnation) in {row[:2] for row in office.dump()["alarms"]}
    assert not office.dump()["facts"]


def test_the_feed_comes_in_pages_that_say_that_there_is_more(office: Office) -> None:
    busy, idle = office.pair(1), office.pair(2)
    for number in range(25):
        busy.paper.record(earn(points(number), 1))
    busy.sync(office)
    pages: list[SyncReply] = []
    while not pages or pages[-1].more:
        pages.append(idle.sync(office, feed_most=10))

    assert [len(one.statements) for one in pages] == [10, 10, 5]
    assert [one.wallet for page in pages for one in page.statements] == [
        points(number).wallet for number in range(25)
    ]


def test_both_tills_and_the_server_agree_in_the_end(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    first.paper.record(earn(ANNA, 100))
    first.paper.record(spend(ANNA, 30))
    second.paper.record(earn(ANNA, 7))
    for _ in range(3):
        first.sync(office)
        second.sync(office)

    assert first.sums(ANNA) == second.sums(ANNA)
    assert first.sums(ANNA).balance == 77


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # its trace tells all
@pytest.mark.parametrize("sales", [20, 400])
def test_what_a_batch_asks_of_the_database_does_not_grow_with_it(
    office: Office, sales: int
) -> None:
    from sqlalchemy import event

    till = office.pair(1)
    for number in range(sales):
        till.paper.record(earn(points(number), 1), kind=FactKind.SALE_RECORDED)
    request = till.asking(wants=(Want(wallet=ANNA.wallet, unit=ANNA.unit, n=1),))
    asked: list[str] = []
    engine = office.database._engine

    def trace(connection: object, _record: object, _proxy: object) -> None:
        connection.set_trace_callback(asked.append)  # type: ignore[attr-defined]

    event.listen(engine, "checkout", trace)
    till.send(office, request)

    reads = [one for one in asked if one.lstrip().upper().startswith(("SELECT", "UPDATE"))]
    assert len(reads) < 75, reads


@pytest.mark.parametrize("broken", [1, 2])
def test_what_a_database_quotes_of_a_person_stands_in_no_log(
    database_url: str, broken: int, caplog: pytest.LogCaptureFixture
) -> None:
    """The words of a driver may hold the row that it could not write."""
    to_come: list[bool] = []

    def watch(point: str) -> None:
        if point == BEFORE_COMMIT and to_come and to_come.pop(0):
            raise RuntimeError("Failing row contains (Anna, +48601234567)")

    office = Office(open_database(database_url, watch=watch))
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    to_come += [n == broken for n in (1, 2)]

    with suppress(Refused):
        till.sync(office)

    assert "failed for log" in caplog.text
    assert "RuntimeError" in caplog.text
    assert "Anna" not in caplog.text
    assert "+48601234567" not in caplog.text
    office.database.close()
