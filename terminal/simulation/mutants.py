"""Mutants: named safeguards taken out of the real code, to see that the simulator notices.

Each is a context manager that replaces a function or a statement of the program for a while. The
seeds that catch it stand in ``tests/simulation/mutants.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from terminal.loyalty import refunding
from terminal.loyalty.engine import run
from terminal.loyalty.ledger import Entry
from terminal.loyalty.sale import Sale, sale_entries
from terminal.loyalty.standing import Moment, Standing
from terminal.loyalty.wallet import Account, WalletId
from terminal.server.database import grants, logs, refunds
from terminal.server.database.connection import Connection
from terminal.server.feed import reading
from terminal.server.feed.reading import FeedPage
from terminal.server.intake import lineage, replying, timelines
from terminal.server.ledger import applying
from terminal.server.ledger import settling as server_settling
from terminal.server.rights import bank
from terminal.simulation.scenario import CODE_UNITS
from terminal.till.database import (
    journal,
    marks,
    outgoing,
    records_out,
    rights_in,
    settling,
    sync_store,
)
from terminal.till.database.balances import missing_rights
from terminal.till.database.bearers import StoredBearers
from terminal.till.database.connection import Database
from terminal.till.database.line import LineRow
from terminal.till.database.quick import Connection as TillConnection
from terminal.till.database.writes import Writes
from terminal.till.ports import Clock
from terminal.till.sync.answers import read_answer
from terminal.till.sync.courier import Courier
from terminal.till.sync_port import Settled
from terminal.wire.sync_json import SyncReply, SyncRequest


@dataclass(frozen=True, slots=True)
class Mutant:
    """A safeguard that is missing."""

    what: str
    """What is done wrong without it, in words."""
    removed: Callable[[], AbstractContextManager[None]]


@contextmanager
def replaced(place: Any, name: str, instead: Any) -> Iterator[None]:
    """Put something else in the place of an attribute for a while."""
    kept = getattr(place, name)
    setattr(place, name, instead)
    try:
        yield
    finally:
        setattr(place, name, kept)


# --- the till ------------------------------------------------------------------------------------


def _grant_given_twice() -> AbstractContextManager[None]:
    never = (
        "SELECT 1 FROM grants_received WHERE incarnation = ? AND timeline = ? AND number = -1 - ?"
    )
    return replaced(rights_in, "_RECEIVED", never)


def _rights_not_rechecked() -> AbstractContextManager[None]:
    return replaced(journal, "missing_rights", lambda _connection, _entries: ())


def _cursor_ahead() -> AbstractContextManager[None]:
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


def _not_atomic() -> AbstractContextManager[None]:
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


def _refund_knows_no_other() -> AbstractContextManager[None]:
    return replaced(journal.StoredJournal, "refunds_of", lambda _journal, _sale: ())


@contextmanager
def _code_is_enough() -> Iterator[None]:
    """Who shows a code may spend what stands behind it, whoever holds the right to it."""
    known = StoredBearers.standing

    def standing(self: StoredBearers, wallets: Sequence[WalletId]) -> Standing:
        found = known(self, wallets)
        holdings = (
            replace(one, spendable=max(one.spendable, one.sums.balance)) for one in found.holdings
        )
        return replace(found, holdings=tuple(holdings))

    def lacking(
        connection: TillConnection, entries: tuple[Entry, ...]
    ) -> tuple[tuple[Account, int], ...]:
        return tuple(
            one for one in missing_rights(connection, entries) if one[0].unit not in CODE_UNITS
        )

    with (
        replaced(StoredBearers, "standing", standing),
        replaced(journal, "missing_rights", lacking),
    ):
        yield


def _cards_share_a_code() -> AbstractContextManager[None]:
    return replaced(run, "parted", lambda earned, *_others: tuple(earned))


def _gift_card_not_charged() -> AbstractContextManager[None]:
    def entries(sale: Sale) -> tuple[Entry, ...]:
        return sale_entries(
            replace(sale, tenders=tuple(replace(one, account=None) for one in sale.tenders))
        )

    return replaced(journal, "sale_entries", entries)


@contextmanager
def _card_may_owe() -> Iterator[None]:
    """At the till and at the server, which would ask the same."""

    def nobody(*_given: object) -> tuple[frozenset[Account], frozenset[Account]]:
        return frozenset(), frozenset()

    with (
        replaced(refunding, "bearer_accounts", nobody),
        replaced(server_settling, "bearer_accounts", nobody),
    ):
        yield


@contextmanager
def _any_reply() -> Iterator[None]:
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


def _parked_not_folded() -> AbstractContextManager[None]:
    real = settling.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        return real(database, clock, request, replace(reply, parked=()), at)

    return replaced(sync_store, "settle", settle)


def _parked_not_listed() -> AbstractContextManager[None]:
    return replaced(replying, "_parked", lambda _connection, _logs: ())


def _grants_forgotten() -> AbstractContextManager[None]:
    """What names a grant that came is not kept, so that each reply that names it brings it again."""
    nowhere = (
        "DELETE FROM grants_received WHERE incarnation = ? AND timeline = ? AND number = -1 - ?"
    )
    return replaced(rights_in, "PUT_RECEIVED", nowhere)


def _counted_each_time() -> AbstractContextManager[None]:
    return replaced(applying, "seconds", lambda _connection, _facts: [])


def _naive_cursor() -> AbstractContextManager[None]:
    """The next number is read and written without the lock, so it is not dense."""
    real = reading.after

    def after(connection: Connection, store: str, cursor: int, most: int) -> FeedPage:
        page = real(connection, store, cursor, most)
        return replace(page, cursor=page.cursor + 1) if page.told else page

    return replaced(reading, "after", after)


def _tail_stays_behind() -> AbstractContextManager[None]:
    """Logs of a copy that joined under another name are none of the server's business."""
    return replaced(lineage, "_OVER", frozenset[str]())


def _records_not_taught() -> AbstractContextManager[None]:
    return replaced(records_out, "EXPECT_ALL", "DELETE FROM record_outbox WHERE false")


def _contradictions_unheeded() -> AbstractContextManager[None]:
    """By its number alone a mark of an older log counts, whatever the hash there."""
    return replaced(marks, "_is_ours", lambda _connection, _mark: True)


def _without_includes() -> AbstractContextManager[None]:
    real = settling.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        return real(database, clock, request, replace(reply, includes=()), at)

    return replaced(sync_store, "settle", settle)


def _pruned_on_send() -> AbstractContextManager[None]:
    real = outgoing.prepare

    def prepare(database: Database, clock: Clock, **named: Any) -> SyncRequest:
        request = real(database, clock, **named)
        if request.facts:
            with database.writing() as connection:
                connection.execute("UPDATE identity SET acknowledged = next_seq - 1")
                connection.execute("DELETE FROM outbox")
        return request

    return replaced(sync_store, "prepare", prepare)


# --- the server ----------------------------------------------------------------------------------


def _no_fork_check() -> AbstractContextManager[None]:
    return replaced(timelines, "has_two_futures", lambda _request, _log: "")


def _no_fence() -> AbstractContextManager[None]:
    return replaced(bank, "fence", lambda *_given: None)


def _no_quarantine() -> AbstractContextManager[None]:
    return replaced(logs, "any_quarantined", lambda _connection: False)


def _acknowledged_unstored() -> AbstractContextManager[None]:
    real = replying._marked_logs  # noqa: SLF001

    def marked(connection: Connection, request: SyncRequest, *others: Any) -> list[Any]:
        told = {mark.incarnation: mark.seq for mark in request.logs}
        return [
            replace(log, stored=max(log.stored, told.get(log.incarnation, 0)))
            for log in real(connection, request, *others)
        ]

    return replaced(replying, "_marked_logs", marked)


def _pool_not_charged() -> AbstractContextManager[None]:
    return replaced(grants, "change_pools", lambda _connection, _changes: None)


def _applied_not_marked() -> AbstractContextManager[None]:
    real = logs.change

    def change(connection: Connection, incarnation: str, **columns: Any) -> None:
        columns.pop("applied", None)
        if columns:
            real(connection, incarnation, **columns)

    return replaced(logs, "change", change)


def _page_skips() -> AbstractContextManager[None]:
    real = reading.after

    def after(connection: Connection, store: str, cursor: int, most: int) -> FeedPage:
        whole = real(connection, store, cursor, 1000)
        page = real(connection, store, cursor, most)
        return replace(page, cursor=whole.cursor, more=False)

    return replaced(reading, "after", after)


@contextmanager
def _settled_each_time() -> Iterator[None]:
    def forget(_connection: Connection, _rows: object) -> None:
        """Nobody writes down that it is done."""

    with replaced(refunds, "settled", forget), replaced(refunds, "looked", forget):
        yield


MUTANTS: Mapping[str, Mutant] = {
    "grant_given_twice": Mutant(
        "the till takes a grant each time that a reply names it", _grant_given_twice
    ),
    "rights_not_rechecked_at_record": Mutant(
        "a sale is recorded though its rights went back meanwhile", _rights_not_rechecked
    ),
    "cursor_ahead_of_settle": Mutant(
        "the cursor is saved in a transaction before what it stands for", _cursor_ahead
    ),
    "statement_without_includes": Mutant(
        "the till does not heed which own facts a statement includes", _without_includes
    ),
    "parked_not_folded": Mutant(
        "the till does not fold those of its facts that the server parked", _parked_not_folded
    ),
    "parked_not_listed": Mutant(
        "the server does not say which facts it parked", _parked_not_listed
    ),
    "grants_forgotten": Mutant(
        "the till does not keep by what name it received a grant", _grants_forgotten
    ),
    "counted_each_time": Mutant(
        "what two copies of a disk both recorded counts twice", _counted_each_time
    ),
    "cursor_one_too_far": Mutant("a page's cursor is that of the row after it", _naive_cursor),
    "copys_log_not_taken": Mutant(
        "what a copy wrote under its old name is taken from nobody", _tail_stays_behind
    ),
    "records_not_taught": Mutant(
        "a restored server is not told again of people whom it forgot", _records_not_taught
    ),
    "marks_by_number": Mutant(
        "an acknowledgement counts by its number, whoever's fact that is", _contradictions_unheeded
    ),
    "settle_not_atomic": Mutant(
        "a reply's grants are booked in a transaction after the rest of it", _not_atomic
    ),
    "old_timeline_reply_taken": Mutant(
        "the till takes any reply, of whatever request and timeline", _any_reply
    ),
    "no_fork_check": Mutant("two copies of a till under one log go unnoticed", _no_fork_check),
    "no_fence": Mutant("a log with two futures goes on getting rights", _no_fence),
    "no_quarantine": Mutant("a restored server grants before everybody has spoken", _no_quarantine),
    "facts_acked_before_stored": Mutant(
        "facts are acknowledged that the till only says it has", _acknowledged_unstored
    ),
    "pool_not_charged": Mutant("a grant does not leave the pool", _pool_not_charged),
    "dedupe_off": Mutant("facts are applied each time they are looked at", _applied_not_marked),
    "page_ends_early": Mutant("a page of the feed says it goes further than it does", _page_skips),
    "outbox_pruned_on_send": Mutant("facts count as safe when they were sent", _pruned_on_send),
    "refund_knows_no_other": Mutant(
        "a refund does not look at what came back before", _refund_knows_no_other
    ),
    "code_is_enough": Mutant(
        "the till lets a gift card pay whose right is elsewhere", _code_is_enough
    ),
    "cards_share_a_code": Mutant(
        "gift cards of one sale are behind one code together", _cards_share_a_code
    ),
    "gift_card_not_charged": Mutant(
        "what a gift card pays does not leave it", _gift_card_not_charged
    ),
    "card_may_owe": Mutant(
        "a gift card comes back though somebody spent of it, and owes the rest", _card_may_owe
    ),
    "settled_each_time": Mutant("a refund is settled whenever somebody looks", _settled_each_time),
}
