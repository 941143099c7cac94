"""Mutants: named safeguards taken out of the real code, to see that the simulator notices.

Each is a context manager that replaces a function or a statement of the program for a while. The
seeds that catch it stand in ``tests/simulation/mutants.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from terminal.loyalty.standing import Moment
from terminal.till.database import journal, settling, sync_store
from terminal.till.database.connection import Database
from terminal.till.ports import Clock, Settled
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
    return replaced(settling, "_RECEIVED", never)


def _rights_not_rechecked() -> AbstractContextManager[None]:
    return replaced(journal, "missing_rights", lambda _connection, _entries: ())


def _cursor_ahead() -> AbstractContextManager[None]:
    real = sync_store.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        with database.writing() as connection:
            connection.exec_driver_sql(
                "UPDATE line SET cursor = ? WHERE timeline = ?", (reply.cursor, reply.timeline)
            )
        return real(database, clock, request, reply, at)

    return replaced(sync_store, "settle", settle)


def _settled_in_two() -> AbstractContextManager[None]:
    real = sync_store.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        plans: list[Any] = []

        def first_half(plan: Any, connection: Any) -> None:
            plans[:] = [plan]
            plan.writes.write(connection)

        plan_class = settling._Plan  # noqa: SLF001 - a mutant reaches where nobody else does
        second_half = plan_class.write
        with replaced(plan_class, "write", first_half):
            settled = real(database, clock, request, reply, at)
        for plan in plans:
            plan.writes = type(plan.writes)()
            with database.writing() as connection:
                second_half(plan, connection)
        return settled

    return replaced(sync_store, "settle", settle)


def _without_includes() -> AbstractContextManager[None]:
    real = sync_store.settle

    def settle(
        database: Database, clock: Clock, request: SyncRequest, reply: SyncReply, at: Moment
    ) -> Settled:
        return real(database, clock, request, replace(reply, includes=()), at)

    return replaced(sync_store, "settle", settle)


def _pruned_on_send() -> AbstractContextManager[None]:
    real = sync_store.prepare

    def prepare(database: Database, clock: Clock, **named: Any) -> SyncRequest:
        request = real(database, clock, **named)
        if request.facts:
            with database.writing() as connection:
                connection.exec_driver_sql("UPDATE identity SET acknowledged = next_seq - 1")
                connection.exec_driver_sql("DELETE FROM outbox")
        return request

    return replaced(sync_store, "prepare", prepare)


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
    "settle_not_atomic": Mutant(
        "a reply is settled in two transactions: marks first, then rights", _settled_in_two
    ),
    "statement_without_includes": Mutant(
        "the till does not heed which own facts a statement includes", _without_includes
    ),
    "outbox_pruned_on_send": Mutant("facts count as safe when they were sent", _pruned_on_send),
}
