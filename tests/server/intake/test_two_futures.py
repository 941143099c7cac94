"""A till whose disk was copied or restored: noticed, kept from rights, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terminal.loyalty.bodies import RightsReceived, read_body
from terminal.loyalty.facts import FactKind, decode, fact_hash
from terminal.server.database import logs
from terminal.server.database.logs import LogStanding
from terminal.server.intake import rulings
from terminal.server.intake.refusals import Refused
from terminal.server.ledger.rebuilding import check
from terminal.wire.sync_json import SyncReply, Verdict
from tests.server.paper_till import NOW_MS, earn, points, spend
from tests.server.speaking_till import Office, SpeakingTill

ANNA = points(1)
BORIS = points(2)
ANEW = "a1" * 8


def standing(office: Office, incarnation: str) -> str:
    with office.database.reading() as connection:
        log = logs.find(connection, incarnation)
    assert log is not None
    return log.standing


def until_heard(till: SpeakingTill, office: Office) -> SyncReply:
    """A till that counts behind takes its number up, as it is told to."""
    try:
        return till.sync(office)
    except Refused as refusal:
        till.request = int(dict(refusal.problems)["request"])
        return till.sync(office)


def test_another_fact_of_one_number_is_a_fork(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.paper.record(spend(ANNA, 30))
    twin.paper.record(spend(ANNA, 20))
    till.sync(office)

    assert until_heard(twin, office).verdict is Verdict.REENROL
    assert standing(office, till.incarnation) == LogStanding.FENCED
    assert till.sync(office).verdict is Verdict.REENROL


def test_two_requests_under_one_number_are_a_fork(office: Office) -> None:
    till = office.pair(1)
    till.sync(office)
    twin = till.copied()
    till.sync(office)

    assert twin.sync(office).verdict is Verdict.REENROL


def test_a_copy_that_has_nothing_new_to_say_is_noticed_by_its_nonce(office: Office) -> None:
    till = office.pair(1)
    till.sync(office)
    twin = till.copied()
    for _ in range(5):
        till.sync(office)

    assert until_heard(twin, office).verdict is Verdict.REENROL


def test_a_restored_till_that_never_got_an_answer_is_known_by_what_it_lacks(
    office: Office,
) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    backup = till.copied()
    for _ in range(2):  # each of its answers is lost, so its nonce stays that of the pairing
        till.paper.record(earn(ANNA, 5))
        till.request += 1
        till.send(office, replace(till.asking(), request=till.request))

    assert until_heard(backup, office).verdict is Verdict.REENROL
    assert standing(office, till.incarnation) == LogStanding.FENCED


def test_a_restored_till_far_behind_is_heard_with_its_second_request(office: Office) -> None:
    till = office.pair(1)
    till.sync(office)
    backup = till.copied()
    for _ in range(20):
        till.sync(office)

    with pytest.raises(Refused) as caught:
        backup.sync(office)
    assert caught.value.problems == (("request", "21"),)
    backup.request = 21
    assert backup.sync(office).verdict is Verdict.REENROL


def test_the_late_tail_of_a_fenced_log_is_stored_and_applied_without_rights(
    office: Office,
) -> None:
    till, other = office.pair(1), office.pair(2)
    other.paper.record(earn(BORIS, 50))
    other.sync(office)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.sync(office)
    twin.sync(office)
    till.paper.record(spend(ANNA, 30))

    reply = until_heard(till, office)

    assert reply.verdict is Verdict.REENROL
    assert reply.acknowledged[0].seq == 2
    assert not reply.grants
    other.sync(office)
    assert other.sums(ANNA).balance == 10


def test_a_fenced_till_begins_anew_and_loses_nothing_but_its_rights(office: Office) -> None:
    till, watcher = office.pair(1), office.pair(2)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    backup = till.copied()
    till.paper.record(earn(ANNA, 5))
    till.sync(office)
    # The disk is restored; what happened since is known to the server only.
    backup.paper.record(earn(BORIS, 3))
    assert until_heard(backup, office).verdict is Verdict.REENROL

    backup.begin_anew(office, ANEW)
    reply = backup.sync(office)
    watcher.sync(office)

    assert reply.verdict is Verdict.OK
    assert [decode(one).entries[0].n for one in backup.older[0].facts] == [40, 5]
    assert backup.rights(ANNA) == 0
    assert backup.rights(BORIS) == 3
    assert watcher.sums(ANNA).balance == 45
    assert watcher.sums(BORIS).balance == 3
    backup.sync(office)
    assert backup.sums(ANNA).balance == 45
    assert check(office.database).clean


def test_a_lost_reply_to_the_first_request_of_a_new_log_costs_nothing(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.sync(office)
    until_heard(twin, office)
    till.begin_anew(office, ANEW)
    till.paper.record(earn(ANNA, 1))
    till.send(office, till.asking())

    assert till.sync(office).verdict is Verdict.OK
    assert till.sums(ANNA).balance == 41


def test_the_second_copy_must_pair_again(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.sync(office)
    until_heard(twin, office)
    till.begin_anew(office, ANEW)
    till.sync(office)
    till.sync(office)
    twin.request += 10
    twin.begin_anew(office, "b2" * 8)

    before = office.dump()
    with pytest.raises(Refused) as caught:
        twin.sync(office)
    assert (caught.value.http, caught.value.code) == (403, "retired")
    assert office.dump() == before
    assert till.sync(office).verdict is Verdict.OK


def paired_again(office: Office, twin: SpeakingTill) -> SpeakingTill:
    """The copy of a till joins as another terminal, and brings what it wrote under the old name."""
    joined = office.pair(3)
    bring(joined, twin)
    return joined


def bring(joined: SpeakingTill, twin: SpeakingTill) -> None:
    joined.older = [twin.paper]
    joined.acknowledged |= twin.acknowledged


def test_a_copy_that_joined_anew_hands_over_what_it_wrote_under_the_old_name(
    office: Office,
) -> None:
    till, watcher = office.pair(1), office.pair(2)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    twin.paper.record(earn(ANNA, 7))
    joined = paired_again(office, twin)

    first = joined.sync(office)  # nobody knows of the copy yet, and the till sells under that name
    till.begin_anew(office, ANEW)
    till.sync(office)
    second = joined.sync(office)

    names = [[mark.incarnation for mark in reply.acknowledged] for reply in (first, second)]
    assert names == [[joined.incarnation], [joined.incarnation, twin.incarnation]]
    assert second.acknowledged[1].seq == 2
    assert ("foreign_log", twin.incarnation) in {row[:2] for row in office.dump()["alarms"]}
    for one in (till, watcher, joined):
        one.sync(office)
        one.sync(office)
        assert one.sums(ANNA).balance == 47
    assert check(office.database).clean


def test_a_copy_that_joined_anew_is_told_where_another_future_stands(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.paper.record(earn(ANNA, 5))
    twin.paper.record(earn(ANNA, 7))
    till.sync(office)
    till.begin_anew(office, ANEW)
    till.sync(office)
    joined = paired_again(office, twin)

    (mark,) = joined.sync(office).contradicted

    assert (mark.incarnation, mark.seq) == (twin.incarnation, 2)


def test_how_far_an_older_log_is_here_is_said_of_facts_that_the_till_has(office: Office) -> None:
    """So it sees whether they are its own, though another copy went on beyond its end."""
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.paper.record(earn(ANNA, 5))
    till.paper.record(earn(ANNA, 6))
    twin.paper.record(earn(ANNA, 7))
    till.sync(office)
    till.begin_anew(office, ANEW)
    till.sync(office)
    joined = paired_again(office, twin)
    # A server that was restored since had all that the twin wrote.
    joined.acknowledged[twin.incarnation] = 2

    _, mark = joined.sync(office).acknowledged

    assert (mark.incarnation, mark.seq) == (twin.incarnation, 2)
    assert mark.hash == fact_hash(till.older[0].facts[1]) != fact_hash(twin.paper.facts[1])


def test_where_another_future_stands_is_told_on_a_new_timeline_too(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.paper.record(earn(ANNA, 5))
    twin.paper.record(earn(ANNA, 7))
    till.sync(office)
    till.begin_anew(office, ANEW)
    till.sync(office)
    joined = paired_again(office, twin)
    rulings.restored(office.database, NOW_MS)

    reply = joined.sync(office)

    assert reply.verdict is Verdict.TIMELINE
    assert [(mark.incarnation, mark.seq) for mark in reply.contradicted] == [(twin.incarnation, 2)]


def test_a_restored_server_is_given_back_by_a_copy_what_only_the_copy_has(office: Office) -> None:
    till, joined = office.pair(1), office.pair(3)
    till.sync(office)
    joined.sync(office)
    backup = office.image()
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.begin_anew(office, ANEW)
    till.sync(office)
    bring(joined, twin)
    joined.sync(office)
    office.restore(backup)
    rulings.restored(office.database, NOW_MS)
    rulings.fence(office.database, twin.incarnation, "the till is lost", NOW_MS)

    for _ in range(3):
        joined.sync(office)

    with office.database.reading() as connection:
        log = logs.find(connection, joined.incarnation)
    assert log is not None
    assert not log.quarantined, "it has said everything"
    joined.sync(office)
    assert joined.sums(ANNA).balance == 40


def test_a_till_that_fell_back_before_it_sold_anything_may_follow_again(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    twin = till.copied()
    till.sync(office)
    until_heard(twin, office)
    backup = till.copied()
    till.begin_anew(office, ANEW)
    till.sync(office)
    backup.request = till.request + 10
    backup.begin_anew(office, "b2" * 8)

    assert backup.sync(office).verdict is Verdict.OK
    assert standing(office, ANEW) == LogStanding.CLOSED


def test_a_till_may_begin_anew_by_itself(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    till.begin_anew(office, ANEW)

    assert till.sync(office).verdict is Verdict.OK
    assert standing(office, till.older[0].incarnation) == LogStanding.FENCED


def test_a_stranger_cannot_follow_somebodys_log(office: Office) -> None:
    till, thief = office.pair(1), office.pair(2)
    till.sync(office)
    thief.replaces = till.incarnation
    thief.paper = type(thief.paper)("Till 2", ANEW)

    before = office.dump()
    with pytest.raises(Refused) as caught:
        thief.sync(office)
    assert caught.value.code == "unsigned"
    assert office.dump() == before


def test_recovering_comes_in_pages_and_tells_all_grants(office: Office) -> None:
    till, other = office.pair(1), office.pair(2)
    for _ in range(5):
        till.paper.record(earn(ANNA, 1), kind="Remark", body=b"x" * 100_000)
    for _ in range(5):
        till.sync(office, most=1)
    other.paper.record(earn(BORIS, 50))
    other.sync(office)
    till.sync(office)
    till.want(office, BORIS, 20)
    other.sync(office)
    other.sync(office)
    till.want(office, BORIS, 20)

    pages = till.recovered(office)

    assert len(pages) == 3
    assert all(sum(map(len, one.facts)) <= 256 * 1024 for one in pages)
    held = [decode(text.encode()) for page in pages for text in page.facts]
    assert [one.seq for one in held] == list(range(1, len(held) + 1))
    assert [(one.account, one.n) for one in pages[0].grants] == [(BORIS, 20)]


def test_a_grant_that_both_copies_received_is_noticed_as_exposure(office: Office) -> None:
    till, other = office.pair(1), office.pair(2)
    other.paper.record(earn(ANNA, 50))
    other.sync(office)
    till.sync(office)
    till.want(office, ANNA, 50)
    other.sync(office)
    other.sync(office)
    till.want(office, ANNA, 50)
    assert till.rights(ANNA) == 50
    twin = till.copied()
    till.paper.record(spend(ANNA, 50))
    twin.paper.record(spend(ANNA, 50))
    till.sync(office)
    until_heard(twin, office)
    twin.begin_anew(office, ANEW)
    twin.sync(office)

    alarms = {row[0] for row in office.dump()["alarms"]}
    assert {"fork", "exposure"} <= alarms
    received = [
        read_body(RightsReceived, decode(one).body)
        for one in twin.older[0].facts
        if decode(one).kind == FactKind.RIGHTS_RECEIVED
    ]
    assert [(one.timeline, one.number) for one in received] == [*till.names]
    assert check(office.database).clean
