"""A server restored from a backup: it notices, grants nothing, and learns again what it forgot."""

from __future__ import annotations

from datetime import date

import pytest

from terminal.loyalty.facts import decode
from terminal.server.database import logs, registry
from terminal.server.intake import rulings
from terminal.server.intake.refusals import Refused
from terminal.server.ledger.rebuilding import check
from terminal.wire.sync_json import Verdict
from tests.server.paper_till import earn, points, spend
from tests.server.speaking_till import Office, SpeakingTill

ANNA = points(1)
BORIS = points(2)


def quarantined(office: Office) -> set[str]:
    with office.database.reading() as connection:
        return {one.incarnation for one in logs.of_store(connection, "0a" * 16) if one.quarantined}


def anna_at_till_2(office: Office) -> tuple[SpeakingTill, SpeakingTill]:
    """Fifty points that Anna got at one till sit at the other, and the server has forgotten it."""
    first, second = office.pair(1), office.pair(2)
    first.paper.record(earn(ANNA, 50))
    first.sync(office)
    first.paper.give_back(ANNA, 50)
    first.sync(office)
    backup = office.image()
    second.sync(office)
    second.want(office, ANNA, 50)
    assert second.rights(ANNA) == 50
    office.restore(backup)
    return first, second


@pytest.mark.parametrize("told", [True, False], ids=["told", "noticed"])
def test_a_right_is_not_given_twice_by_a_server_that_forgot(office: Office, told: bool) -> None:
    first, second = anna_at_till_2(office)
    if told:
        rulings.restored(office.database, office.now_ms)
    # Who spent the points is not there yet; the pool of the backup still has them.
    second.paper.record(spend(ANNA, 50))
    if not told:
        # The other till shows that this server gave an answer that it does not know.
        assert second.sync(office, most=0).verdict is Verdict.TIMELINE

    assert first.want(office, ANNA, 50).verdict is Verdict.TIMELINE
    assert not first.want(office, ANNA, 50).grants
    for _ in range(3):
        second.sync(office)
        first.sync(office)

    assert not quarantined(office)
    assert not first.want(office, ANNA, 50).grants
    assert first.sums(ANNA).balance == 0
    assert "exposure" not in {row[0] for row in office.dump()["alarms"]}
    assert check(office.database).clean


def test_a_late_copy_of_a_request_from_before_is_no_second_till(office: Office) -> None:
    """The restored server answers it anew; what the till was told the first time is strange here."""
    till = office.pair(1)
    till.paper.record(earn(ANNA, 50))
    till.sync(office)
    backup = office.image()
    request = till.asking()
    first_answer = till.send(office, request)
    office.restore(backup)
    till.send(office, request)
    till.settle(first_answer)

    assert till.sync(office).verdict is Verdict.TIMELINE
    assert till.sync(office).verdict is Verdict.OK
    assert not quarantined(office)
    assert till.rights(ANNA) == 50


def alarmed(office: Office) -> set[str]:
    return {row[1] for row in office.dump()["alarms"] if row[0] == "exposure"}


def moved_since_the_backup(office: Office) -> tuple[SpeakingTill, SpeakingTill]:
    """Anna's points went from one till to the other, and the server knows nothing of it."""
    first, second = office.pair(1), office.pair(2)
    first.paper.record(earn(ANNA, 50))
    first.sync(office)
    backup = office.image()
    first.paper.give_back(ANNA, 50)
    first.sync(office)
    second.want(office, ANNA, 50)
    second.sync(office)
    assert second.rights(ANNA) == 50
    office.restore(backup)
    rulings.restored(office.database, office.now_ms)
    return first, second


def test_what_another_till_may_explain_alarms_nobody(office: Office) -> None:
    first, second = moved_since_the_backup(office)

    for _ in range(2):
        second.sync(office)  # it has rights of which the server knows nothing
    assert office.dump()["accounts"][0][-1] < 0, "the pool gave what it does not have yet"
    assert not alarmed(office)
    for _ in range(2):
        first.sync(office)

    assert not quarantined(office)
    assert office.dump()["accounts"][0][-1] == 0
    assert not alarmed(office)


@pytest.mark.parametrize("ruled", ["forgiven", "written off"])
def test_what_nobody_explained_alarms_when_the_last_is_waited_for_no_longer(
    office: Office, ruled: str
) -> None:
    first, second = moved_since_the_backup(office)
    for _ in range(2):
        second.sync(office)
    second.paper.record(spend(ANNA, 50))
    second.sync(office)
    assert not alarmed(office)

    if ruled == "forgiven":
        rulings.forgive(office.database, first.incarnation, office.now_ms)
        assert alarmed(office) == {f"pool {ANNA.wallet}/points"}
    else:
        rulings.write_off(
            office.database,
            first.incarnation,
            reason="stolen",
            now_ms=office.now_ms,
            today=date(2026, 3, 2),
        )
        # What it held is the pool's again, and that is what was spent.
        assert not alarmed(office)
    assert not quarantined(office)


def test_a_till_that_spoke_last_and_explained_nothing_alarms(office: Office) -> None:
    first, second = moved_since_the_backup(office)
    # Its disk was put back too, to before it gave anything away.
    first.paper.facts, first.paper.head = first.paper.facts[:1], decode(first.paper.facts[1]).before
    for _ in range(2):
        second.sync(office)
    assert not alarmed(office)

    first.acknowledged = {}
    for _ in range(2):
        first.sync(office)

    assert not quarantined(office)
    assert alarmed(office) == {f"pool {ANNA.wallet}/points"}


def test_facts_that_were_acknowledged_show_that_the_server_forgot(office: Office) -> None:
    till = office.pair(1)
    backup = office.image()
    till.paper.record(earn(ANNA, 50))
    till.sync(office)
    office.restore(backup)

    reply = till.sync(office)
    assert reply.verdict is Verdict.TIMELINE
    assert reply.acknowledged[0].seq == 0
    assert till.sync(office).verdict is Verdict.OK
    assert not quarantined(office)
    assert till.sums(ANNA).balance == 50


def test_an_idle_till_is_not_taken_for_a_copy(office: Office) -> None:
    till = office.pair(1)
    till.sync(office)
    backup = office.image()
    till.sync(office)
    till.sync(office)
    office.restore(backup)

    assert till.sync(office).verdict is Verdict.TIMELINE
    assert till.sync(office).verdict is Verdict.OK


def test_a_request_of_the_old_timeline_does_not_end_the_quarantine(office: Office) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 50))
    till.sync(office)
    late = till.asking()
    rulings.restored(office.database, office.now_ms)

    assert till.send(office, late).verdict is Verdict.TIMELINE
    assert quarantined(office) == {till.incarnation}
    # The reply got lost: the same once more.
    assert till.sync(office).verdict is Verdict.TIMELINE
    assert quarantined(office) == {till.incarnation}
    assert till.sync(office).verdict is Verdict.OK
    assert not quarantined(office)


def test_a_till_with_more_to_say_stays_until_it_has_said_it(office: Office) -> None:
    till = office.pair(1)
    till.sync(office)
    rulings.restored(office.database, office.now_ms)
    for n in (1, 2, 3):
        till.paper.record(earn(ANNA, n))
    till.sync(office, most=1)
    till.sync(office, most=1)
    assert quarantined(office)
    till.sync(office, most=1)
    assert not quarantined(office)


def test_nobody_gets_rights_while_somebody_has_not_spoken(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    first.paper.record(earn(ANNA, 50))
    first.sync(office)
    first.paper.give_back(ANNA, 50)
    first.sync(office)
    second.sync(office)
    rulings.restored(office.database, office.now_ms)
    first.sync(office)
    first.sync(office)
    assert quarantined(office) == {second.incarnation}

    assert not first.want(office, ANNA, 50).grants
    second.sync(office)
    second.sync(office)
    assert [one.n for one in first.want(office, ANNA, 50).grants] == [50]


def test_the_owner_may_wait_no_longer_for_a_dead_till(office: Office) -> None:
    first, dead = office.pair(1), office.pair(2)
    dead.paper.record(earn(ANNA, 50))
    dead.sync(office)
    rulings.restored(office.database, office.now_ms)
    first.sync(office)
    first.sync(office)

    rulings.forgive(office.database, dead.incarnation, office.now_ms)

    assert not quarantined(office)
    assert ("forgiven", dead.incarnation) in {row[:2] for row in office.dump()["alarms"]}


def test_restored_twice_from_one_backup_is_two_timelines(office: Office) -> None:
    till = office.pair(1)
    till.sync(office)
    backup = office.image()
    office.now_ms += 60_000
    first = rulings.restored(office.database, office.now_ms)
    office.restore(backup)
    office.now_ms += 60_000
    second = rulings.restored(office.database, office.now_ms)

    assert second > first > 1


def test_a_backup_older_than_the_tills_timeline_is_noticed(office: Office) -> None:
    till = office.pair(1)
    backup = office.image()
    rulings.restored(office.database, office.now_ms)
    till.sync(office)
    till.sync(office)
    told = till.timeline
    office.restore(backup)

    assert till.sync(office).verdict is Verdict.TIMELINE
    assert till.timeline > told


def test_a_log_begun_after_the_backup_is_learned_again(office: Office) -> None:
    till, other = office.pair(1), office.pair(2)
    till.paper.record(earn(ANNA, 40))
    till.sync(office)
    backup = office.image()
    till.begin_anew(office, "a1" * 8)
    till.paper.record(earn(BORIS, 3))
    till.sync(office)
    till.sync(office)
    office.restore(backup)

    assert till.sync(office).verdict is Verdict.TIMELINE
    assert till.sync(office).verdict is Verdict.OK
    other.sync(office)
    other.sync(office)
    assert (other.sums(ANNA).balance, other.sums(BORIS).balance) == (40, 3)
    assert not quarantined(office)


def test_a_copy_that_comes_with_the_old_timeline_is_still_a_copy(office: Office) -> None:
    till = office.pair(1)
    till.sync(office)
    twin = till.copied()
    for _ in range(3):
        till.sync(office)
    rulings.restored(office.database, office.now_ms)
    till.sync(office)
    till.sync(office)

    with pytest.raises(Refused):
        twin.sync(office)
    twin.request = till.request
    assert twin.sync(office).verdict is Verdict.REENROL


def test_a_copied_till_is_waited_for_until_its_next_log_has_said_everything(
    office: Office,
) -> None:
    first, second = anna_at_till_2(office)
    second.paper.record(spend(ANNA, 50))
    twin = second.copied()
    rulings.restored(office.database, office.now_ms)
    first.sync(office)
    first.sync(office)
    # Both copies speak to the restored server, which sees that they are two.
    second.sync(office, most=0)
    twin.request = second.request
    assert twin.sync(office, most=0).verdict is Verdict.TIMELINE
    twin.request = second.request = 50
    assert second.sync(office, most=0).verdict is Verdict.REENROL
    assert quarantined(office) == {second.incarnation}
    assert not first.want(office, ANNA, 50).grants

    second.begin_anew(office, "a1" * 8)
    assert quarantined(office)
    for _ in range(3):
        second.sync(office)
        assert not first.want(office, ANNA, 50).grants
    assert not quarantined(office)


def test_no_card_is_made_twice_by_a_server_that_forgot_its_blocks(office: Office) -> None:
    store = "0a" * 16

    def block() -> tuple[int, int]:
        taken = office.database.run(
            lambda connection: registry.take_cards(connection, store, "t", n=1000, capacity=10**6)
        )
        assert taken is not None
        return taken

    office.database.run(lambda connection: registry.add_store(connection, store, "{}"))
    block()
    backup = office.image()
    _, last = block()
    office.restore(backup)
    rulings.restored(office.database, office.now_ms)

    first, _ = block()
    assert first > last
