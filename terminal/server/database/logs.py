"""Logs: one row for each life of a till's journal, and for each of the server's own.

Whoever stores or applies facts of a log holds its row; it is the first that any transaction
locks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection

from terminal.loyalty.facts import FIRST_HASH
from terminal.server.database import schema
from terminal.server.database.bulk import LOCK, Bulk


class LogRole(StrEnum):
    """Who writes a log."""

    TILL = "till"
    SERVER = "server"


class LogStanding(StrEnum):
    """How far a log is believed. Its facts are taken in every standing."""

    ACTIVE = "active"
    FENCED = "fenced"
    """It has two futures: it gets no rights any more."""
    CLOSED = "closed"
    """A newer incarnation of its terminal goes on."""
    WRITTEN_OFF = "written_off"
    """A manager decided that its rights are lost to it."""
    BROUGHT = "brought"
    """It came with its shop from another server; its till has not joined yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """One row of ``logs``; the fields are the columns."""

    incarnation: str
    terminal: str = ""
    """Empty for the server's own."""
    store: str = ""
    role: str = LogRole.TILL
    standing: str = LogStanding.ACTIVE
    timeline: int = 0
    stored: int = 0
    """The highest fact that is stored, with all before it."""
    head: str = FIRST_HASH
    """Its hash."""
    applied: int = 0
    """The highest fact that is applied or parked."""
    checked: int = 0
    last_request: int = 0
    last_random: str = ""
    nonce: str = ""
    nonce_before: str = ""
    next_grant: int = 1
    quarantined: int = 0
    contact_ms: int = 0
    clock_ahead_ms: int = 0
    cursor: int = 0
    app: str = ""


NAMES = tuple(one.name for one in fields(Log))
_COLUMNS = tuple(schema.logs.c[name] for name in NAMES)
# Every request asks these several times, so they go straight to the driver.
_FIND = f"SELECT {', '.join(NAMES)} FROM logs WHERE incarnation = ?"  # noqa: S608
_LOCK = f"{_FIND} {LOCK}"
_OF_TERMINAL = f"""SELECT {", ".join(NAMES)} FROM logs
WHERE terminal = ? ORDER BY incarnation"""  # noqa: S608

_LANES = """SELECT logs.incarnation, terminals.lane FROM logs
JOIN terminals ON terminals.id = logs.terminal WHERE logs.incarnation {keys}"""


def log_of(row: Iterable[Any]) -> Log:
    """A row with all columns, in their order."""
    return Log(**dict(zip(NAMES, row, strict=True)))


def find(connection: Connection, incarnation: str) -> Log | None:
    """A log, without locking it."""
    rows = Bulk(connection).rows(_FIND, (incarnation,))
    return log_of(rows[0]) if rows else None


def lock(connection: Connection, incarnation: str) -> Log | None:
    """A log, held by this transaction until its end."""
    rows = Bulk(connection).rows(_LOCK, (incarnation,))
    return log_of(rows[0]) if rows else None


def add(connection: Connection, log: Log) -> bool:
    """A new log; False where there is one of that incarnation already, which stays as it is."""
    added = connection.execute(
        insert(schema.logs)
        .values(asdict(log))
        .on_conflict_do_nothing()
        .returning(schema.logs.c.incarnation)
    )
    return added.one_or_none() is not None


def change(connection: Connection, incarnation: str, **columns: int | str) -> None:
    """Write some columns of a log whose row this transaction holds."""
    changed = ", ".join(f"{name} = ?" for name in columns)
    Bulk(connection).run(
        f"UPDATE logs SET {changed} WHERE incarnation = ?",  # noqa: S608
        (*columns.values(), incarnation),
    )


def of_terminal(connection: Connection, terminal: str) -> tuple[Log, ...]:
    """All logs of a terminal."""
    return tuple(log_of(row) for row in Bulk(connection).rows(_OF_TERMINAL, (terminal,)))


def of_store(connection: Connection, store: str) -> tuple[Log, ...]:
    """All logs of a store, the server's own among them."""
    logs = schema.logs.c
    rows = connection.execute(
        select(*_COLUMNS).where(logs.store == store).order_by(logs.incarnation)
    )
    return tuple(log_of(row) for row in rows)


def all_logs(connection: Connection) -> tuple[Log, ...]:
    """Every log, in order."""
    rows = connection.execute(select(*_COLUMNS).order_by(schema.logs.c.incarnation))
    return tuple(log_of(row) for row in rows)


def lock_all(connection: Connection) -> tuple[Log, ...]:
    """Every log, held by this transaction: nobody stores or applies facts until its end."""
    rows = connection.execute(
        select(*_COLUMNS).order_by(schema.logs.c.incarnation).with_for_update()
    )
    return tuple(log_of(row) for row in rows)


def waiting(connection: Connection, *, silent_since_ms: int) -> tuple[str, ...]:
    """The logs with stored facts that are not applied yet, and no word since then."""
    logs = schema.logs.c
    rows = connection.execute(
        select(logs.incarnation)
        .where(
            logs.applied < logs.stored,
            logs.contact_ms <= silent_since_ms,
            # What is being brought counts when all of it is there, and all at once.
            logs.standing != LogStanding.BROUGHT,
        )
        .order_by(logs.incarnation)
    )
    return tuple(rows.scalars())


def any_quarantined(connection: Connection) -> bool:
    """Whether a log has not spoken yet since the server was restored."""
    found = connection.execute(
        select(schema.logs.c.incarnation).where(schema.logs.c.quarantined == 1).limit(1)
    )
    return found.first() is not None


def timeline_and_founding(connection: Connection) -> tuple[int, str]:
    """The server's timeline, and the chance that it was founded with."""
    server = schema.server.c
    row = connection.execute(select(server.timeline, server.founded).where(server.id == 1)).one()
    return int(row.timeline), str(row.founded)


def lanes(connection: Connection, incarnations: Iterable[str]) -> dict[str, str]:
    """What people call the tills of some logs; '' for the server's own."""
    asked = sorted(set(incarnations))
    return dict.fromkeys(asked, "") | dict(Bulk(connection).keyed(_LANES, asked))
