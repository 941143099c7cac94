"""A till joins by a one-time code: once, in time, with all its logs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.server.database import logs, registry
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.logs import LogStanding
from terminal.server.registry.pairing import ALPHABET, BadCode, KnownLog, UnfitTill, code_hash
from terminal.server.registry.stores import UnknownStore
from tests.server.registry.owners import (
    MINUTE,
    NOW,
    STORE,
    found,
    issue,
    pair,
    pair_request,
    shop_record,
)

OTHER = "b2" * 16


def test_a_code_lets_a_till_in_once(server_database: ServerDatabase) -> None:
    found(server_database)
    request = pair_request(issue(server_database))

    reply = pair(server_database, request)

    assert reply.shop == shop_record()
    assert reply.timeline == 1
    assert "-" not in reply.nonce
    with server_database.reading() as connection:
        log = logs.find(connection, request.incarnation)
        (terminal,) = registry.all_terminals(connection)
    assert log is not None
    assert (log.terminal, log.store, log.standing, log.nonce) == (
        reply.terminal,
        STORE,
        LogStanding.ACTIVE,
        reply.nonce,
    )
    assert (terminal.lane, terminal.public_key) == ("Till 1", request.public_key)
    with pytest.raises(BadCode):
        pair(server_database, pair_request(request.code, seed="2"))


def test_a_code_ends_after_a_quarter_of_an_hour(server_database: ServerDatabase) -> None:
    found(server_database)
    early, late = issue(server_database), issue(server_database, now_ms=NOW + 1)

    pair(server_database, pair_request(early), now_ms=NOW + 15 * MINUTE - 1)
    with pytest.raises(BadCode):
        pair(server_database, pair_request(late, seed="2"), now_ms=NOW + 15 * MINUTE + 1)


def test_a_code_that_nobody_gave_opens_nothing(server_database: ServerDatabase) -> None:
    found(server_database)
    with pytest.raises(BadCode):
        pair(server_database, pair_request("0000-0000-00000"))


def test_the_code_is_stored_nowhere(server_database: ServerDatabase) -> None:
    found(server_database)
    code = issue(server_database)
    with server_database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM codes").all()
    assert len(rows) == 1
    assert code.replace("-", "") not in repr(rows)


@given(code=st.text(ALPHABET, min_size=13, max_size=13), spaces=st.booleans())
def test_people_type_a_code_as_they_like(code: str, spaces: bool) -> None:
    typed = code.lower().replace("0", "o").replace("1", "l")
    typed = f" {typed[:4]} {typed[4:8]}-{typed[8:]}" if spaces else typed
    assert code_hash(typed) == code_hash(code)


def test_whose_answer_got_lost_gets_it_again(server_database: ServerDatabase) -> None:
    found(server_database)
    request = pair_request(issue(server_database))
    first = pair(server_database, request)

    again = pair(server_database, request, now_ms=NOW + MINUTE)

    assert again.terminal == first.terminal
    with server_database.reading() as connection:
        log = logs.find(connection, request.incarnation)
        assert len(registry.all_terminals(connection)) == 1
    assert log is not None
    assert {log.nonce, log.nonce_before} >= {again.nonce}
    # With another key, another log, or after it has spoken, the code is used up.
    for other in (
        replace(request, public_key="cd" * 32),
        replace(request, incarnation="cd" * 8),
    ):
        with pytest.raises(BadCode):
            pair(server_database, other)
    server_database.run(lambda it: logs.change(it, request.incarnation, last_request=1))
    with pytest.raises(BadCode):
        pair(server_database, request)


def test_two_at_once_with_one_code(server_database: ServerDatabase) -> None:
    found(server_database)
    code = issue(server_database)

    def join(seed: str) -> bool:
        try:
            pair(server_database, pair_request(code, seed=seed))
        except BadCode:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        let_in = list(threads.map(join, "abcd"))

    assert sum(let_in) == 1


def test_older_logs_come_along_and_get_no_rights(server_database: ServerDatabase) -> None:
    found(server_database)
    older = ("01" * 8, "02" * 8)
    reply = pair(server_database, pair_request(issue(server_database), older=older))
    with server_database.reading() as connection:
        found_logs = {log.incarnation: log for log in logs.of_terminal(connection, reply.terminal)}
    assert {found_logs[one].standing for one in older} == {LogStanding.CLOSED}
    assert len(found_logs) == 3


def test_a_known_log_is_not_taken_twice_and_leaves_the_code(
    server_database: ServerDatabase,
) -> None:
    found(server_database)
    pair(server_database, pair_request(issue(server_database)))
    code = issue(server_database, now_ms=NOW + 1)
    with pytest.raises(KnownLog):
        pair(server_database, pair_request(code))
    # The mistake cost nothing: a new log with the same code is let in.
    assert pair(server_database, pair_request(code, seed="3")).shop == shop_record()


def revoked(database: ServerDatabase, terminal: str) -> None:
    database.run(lambda connection: registry.revoke(connection, terminal))


def log_of(database: ServerDatabase, incarnation: str) -> logs.Log:
    with database.reading() as connection:
        log = logs.find(connection, incarnation)
    assert log is not None
    return log


def test_a_till_that_was_turned_away_comes_back_with_its_logs(
    server_database: ServerDatabase,
) -> None:
    found(server_database)
    first = pair_request(issue(server_database), older=("01" * 8,))
    away = pair(server_database, first).terminal
    server_database.run(lambda it: logs.change(it, first.incarnation, quarantined=1))
    revoked(server_database, away)

    older = (first.incarnation, "01" * 8)
    code = issue(server_database, now_ms=NOW + 1)
    back = pair_request(code, seed="2", older=older)
    reply = pair(server_database, back)

    assert reply.terminal != away
    for incarnation in older:
        log = log_of(server_database, incarnation)
        assert (log.terminal, log.standing, log.quarantined) == (
            reply.terminal,
            LogStanding.CLOSED,
            0,
        )
    own = log_of(server_database, back.incarnation)
    assert (own.standing, own.quarantined) == (LogStanding.ACTIVE, 1), "a restored server waits"
    assert pair(server_database, back).terminal == reply.terminal, "the answer may get lost"


def test_a_written_off_log_of_a_till_that_comes_back_stays_written_off(
    server_database: ServerDatabase,
) -> None:
    found(server_database)
    first = pair_request(issue(server_database))
    revoked(server_database, pair(server_database, first).terminal)
    server_database.run(
        lambda it: logs.change(it, first.incarnation, standing=LogStanding.WRITTEN_OFF)
    )

    code = issue(server_database, now_ms=NOW + 1)
    pair(server_database, pair_request(code, seed="2", older=(first.incarnation,)))

    assert log_of(server_database, first.incarnation).standing == LogStanding.WRITTEN_OFF


def test_a_log_that_another_till_goes_on_with_stays_that_tills(
    server_database: ServerDatabase,
) -> None:
    found(server_database)
    first = pair_request(issue(server_database))
    terminal = pair(server_database, first).terminal

    code = issue(server_database, now_ms=NOW + 1)
    copy = pair(server_database, pair_request(code, seed="2", older=(first.incarnation,)))

    log = log_of(server_database, first.incarnation)
    assert (log.terminal, log.standing) == (terminal, LogStanding.ACTIVE)
    assert copy.terminal != terminal


def test_a_code_of_one_store_moves_no_log_of_another(server_database: ServerDatabase) -> None:
    """Whoever knows the name of a log of the other store would fetch all its sales with it."""
    found(server_database)
    found(server_database, store=OTHER)
    theirs = pair_request(issue(server_database, store=OTHER))
    away = pair(server_database, theirs).terminal
    revoked(server_database, away)

    code = issue(server_database, store=STORE, now_ms=NOW + 1)
    pair(server_database, pair_request(code, seed="2", older=(theirs.incarnation,)))

    log = log_of(server_database, theirs.incarnation)
    assert (log.terminal, log.store) == (away, OTHER)


@pytest.mark.parametrize(
    "unfit",
    [{"lane": "\n"}, {"lane": "a\0b"}, {"older": ("x" * 16,)}, {"cards_taken": -1}, {"app": "\0"}],
)
def test_what_cannot_be_kept_is_refused(
    server_database: ServerDatabase, unfit: dict[str, Any]
) -> None:
    found(server_database)
    with pytest.raises(UnfitTill):
        pair(server_database, pair_request(issue(server_database), **unfit))


def test_two_stores_need_a_name(server_database: ServerDatabase) -> None:
    with pytest.raises(UnknownStore, match="tenth server store"):
        issue(server_database)
    found(server_database)
    found(server_database, store=OTHER)
    with pytest.raises(UnknownStore, match="several"):
        issue(server_database)
    reply = pair(server_database, pair_request(issue(server_database, store=OTHER)))
    assert reply.shop.store == OTHER
