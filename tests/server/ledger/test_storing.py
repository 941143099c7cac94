"""Facts are stored once, in their order, and two futures of one log are told apart."""

from __future__ import annotations

import pytest

from terminal.server.database import logs
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.ledger.rebuilding import check
from terminal.server.ledger.storing import Forked, Stored, Unplaced, arrived, store
from tests.server.paper_till import NOW_MS, begin, deliver, earn, keep, points, reasons, till

ANNA = points(1)


def test_what_is_there_already_is_acknowledged_again(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    for n in range(1, 6):
        one.record(earn(ANNA, n))
    assert keep(server_database, one.some(1, 3), one.incarnation).log.stored == 3
    stored = keep(server_database, one.some(2, 5), one.incarnation)
    assert [fact.seq for fact in stored.fresh] == [4, 5]
    assert (stored.log.stored, stored.log.head) == (5, one.head)
    again = keep(server_database, one.some(1, 5), one.incarnation)
    assert (again.fresh, again.log.stored) == ((), 5)


def test_facts_after_a_gap_wait_for_those_before(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    for n in range(1, 6):
        one.record(earn(ANNA, n))
    assert keep(server_database, one.some(3, 5), one.incarnation).log.stored == 0
    some = [*one.some(1, 1), *one.some(3, 4)]
    assert keep(server_database, some, one.incarnation).log.stored == 1
    assert keep(server_database, one.some(2, 5), one.incarnation).log.stored == 5


def test_facts_of_other_logs_are_left_alone(server_database: ServerDatabase) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    one.record(earn(ANNA, 1))
    two.record(earn(ANNA, 2))
    both = [*two.unsent(), *one.unsent()]
    assert len(keep(server_database, both, one.incarnation).fresh) == 1
    assert keep(server_database, both, two.incarnation).log.head == two.head


def test_another_fact_of_a_known_number_is_a_fork(server_database: ServerDatabase) -> None:
    """The till's disk was restored, and it went on from there."""
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 1))
    restored = one.again()
    one.record(earn(ANNA, 2))
    deliver(server_database, one)
    restored.record(earn(ANNA, 3))
    with pytest.raises(Forked) as caught:
        keep(server_database, restored.some(1, 2), one.incarnation)
    assert caught.value.seq == 2
    assert caught.value.stored.log.stored == 2


def test_what_fits_before_a_fork_is_stored(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 1))
    other = one.again()
    one.record(earn(ANNA, 2))
    other.record(earn(ANNA, 3))
    other.record(earn(ANNA, 4))
    mixed = [*one.some(1, 2), *other.some(3, 3)]

    def work(connection: Connection) -> Stored:
        log = logs.lock(connection, one.incarnation)
        assert log is not None
        with pytest.raises(Forked) as caught:
            store(connection, log, mixed, NOW_MS)
        return caught.value.stored

    assert server_database.run(work).log.stored == 2
    with server_database.reading() as connection:
        log = logs.find(connection, one.incarnation)
    assert log is not None
    assert (log.stored, log.head) == (2, one.head)


def test_a_chain_begins_at_its_beginning(server_database: ServerDatabase) -> None:
    one = till(1)
    begin(server_database, one)
    one.head = "ab" * 32
    one.record(earn(ANNA, 1))
    with pytest.raises(Forked):
        keep(server_database, one.unsent(), one.incarnation)


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"no newline",
        b"\xff\xfe\n\x00",
        b"[1, 2]\n{}",
        b'{"v": 1, "incarnation": 7, "seq": 1}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_bytes_that_tell_nothing_need_a_place(
    server_database: ServerDatabase, stored: bytes
) -> None:
    with pytest.raises(Unplaced):
        arrived(stored)
    one = till(1)
    begin(server_database, one)
    one.write(stored)
    one.record(earn(ANNA, 2))
    deliver(server_database, one)
    assert reasons(server_database) == [(one.incarnation, 1, "unreadable")]
    assert check(server_database).clean


def test_a_fact_under_another_name_is_kept_and_not_counted(
    server_database: ServerDatabase,
) -> None:
    one, two = till(1), till(2)
    begin(server_database, one, two)
    two.record(earn(ANNA, 1000))
    one.write(two.facts[0])
    deliver(server_database, one)
    assert reasons(server_database) == [(one.incarnation, 1, "unreadable")]


@pytest.mark.parametrize(
    "broken",
    [
        {"kind": "Sale\x00"},
        {"kind": ""},
        {"kind": "x" * 65},
        {"kind": "\ud800"},
        {"wall_ms": -1},
        {"wall_ms": 2**70},
    ],
)
def test_columns_take_only_what_both_databases_can_keep(
    server_database: ServerDatabase, broken: dict[str, object]
) -> None:
    import json

    one = till(1)
    begin(server_database, one)
    one.record(earn(ANNA, 1))
    head, _, body = one.facts.pop().partition(b"\n")
    envelope = json.loads(head) | broken
    one.write(json.dumps(envelope).encode() + b"\n" + body)
    deliver(server_database, one)
    assert reasons(server_database) == [(one.incarnation, 1, "unreadable")]
    assert check(server_database).clean
