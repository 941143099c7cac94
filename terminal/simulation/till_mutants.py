"""Safeguards of the till, each taken out for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import Moment
from terminal.simulation.clocks import BEGINNING_MS, moment_at
from terminal.simulation.replacing import replaced
from terminal.till.database import (
    journal,
    marks,
    outgoing,
    records_out,
    rights_in,
    settling,
    sync_store,
)
from terminal.till.database.connection import Database
from terminal.till.database.line import LineRow
from terminal.till.database.writes import Writes
from terminal.till.journal_port import Recorded, Shortfall
from terminal.till.ports import Clock
from terminal.till.sync.answers import read_answer
from terminal.till.sync.courier import Courier
from terminal.till.sync_port import Settled
from terminal.wire.sync_json import SyncReply, SyncRequest


def grant_given_twice() -> AbstractContextManager[None]:
    never = (
        "SELECT 1 FROM grants_received WHERE incarnation = ? AND timeline = ? AND number = -1 - ?"
    )
    return replaced(rights_in, "_RECEIVED", never)


def rights_not_rechecked() -> AbstractContextManager[None]:
    return replaced(journal, "missing_rights", lambda _connection, _entries: ())


def refused_by_the_clock() -> AbstractContextManager[None]:
    """Units that were earned later than the till's clock shows are refused."""
    real = journal.StoredJournal.record_sale
    earned_from = moment_at(BEGINNING_MS).business_day

    def record_sale(self: journal.StoredJournal, sale: Sale) -> Recorded | Shortfall:
        spent = tuple((one.account, one.n) for one in sale.evaluation.spent)
        if spent and sale.at.business_day < earned_from:
            return Shortfall(missing=spent)
        return real(self, sale)

    return replaced(journal.StoredJournal, "record_sale", record_sale)


def cursor_ahead() -> AbstractContextManager[None]:
    real = settling.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        with database.writing() as connection:
            connection.execute(
                "UPDATE line SET cursor = ? WHERE timeline = ?", (reply.cursor, reply.timeline)
            )
        return real(database, clock, request, reply, at)

    return replaced(sync_store, "settle", settle)


def not_atomic() -> AbstractContextManager[None]:
    real = settling.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        if reply.contradicted:
            return real(database, clock, request, reply, at)
        with database.reading() as connection:
            plan = settling._plan(connection, clock, request, reply, at)  # noqa: SLF001
        with database.writing() as connection:
            plan.writes.write(connection)
        with database.writing() as connection:
            replace(plan, writes=Writes()).write(connection)
        return plan.settled()

    return replaced(sync_store, "settle", settle)


def refund_knows_no_other() -> AbstractContextManager[None]:
    return replaced(journal.StoredJournal, "refunds_of", lambda _journal, _sale: ())


@contextmanager
def any_reply() -> Iterator[None]:
    """Both guards together: the courier's, and the one at the file."""
    real = Courier.answered

    def answered(self: Courier, code: int, body: bytes, now_ms: int) -> None:
        reply = read_answer(SyncReply, code, body)
        pending = self._pending
        if isinstance(reply, SyncReply) and pending and isinstance(pending.request, SyncRequest):
            self._replied(pending, pending.request, reply, now_ms)
        else:
            real(self, code, body, now_ms)

    def check(line: LineRow | None, *_others: object) -> LineRow:
        assert line is not None, "the till is paired"
        return line

    with replaced(Courier, "answered", answered), replaced(settling, "_check", check):
        yield


def parked_not_folded() -> AbstractContextManager[None]:
    real = settling.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        return real(database, clock, request, replace(reply, parked=()), at)

    return replaced(sync_store, "settle", settle)


def grants_forgotten() -> AbstractContextManager[None]:
    """What names a grant that came is not kept, so that each reply that names it brings it again."""
    nowhere = (
        "DELETE FROM grants_received WHERE incarnation = ? AND timeline = ? AND number = -1 - ?"
    )
    return replaced(rights_in, "PUT_RECEIVED", nowhere)


def records_not_taught() -> AbstractContextManager[None]:
    return replaced(records_out, "EXPECT_ALL", "DELETE FROM record_outbox WHERE false")


def contradictions_unheeded() -> AbstractContextManager[None]:
    """By its number alone a mark of an older log counts, whatever the hash there."""
    return replaced(marks, "_is_ours", lambda _connection, _mark: True)


def without_includes() -> AbstractContextManager[None]:
    real = settling.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        return real(database, clock, request, replace(reply, includes=()), at)

    return replaced(sync_store, "settle", settle)


def pruned_on_send() -> AbstractContextManager[None]:
    real = outgoing.prepare

    def prepare(database: Database, clock: Clock, **named: Any) -> SyncRequest:
        request = real(database, clock, **named)
        if request.facts:
            with database.writing() as connection:
                connection.execute("UPDATE identity SET acknowledged = next_seq - 1")
                connection.execute("DELETE FROM outbox")
        return request

    return replaced(sync_store, "prepare", prepare)
