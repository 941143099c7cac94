"""Who speaks to the server: the log, the terminal that writes it, and the key that it signs with."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from terminal.server.database import schema
from terminal.server.database.bulk import Bulk
from terminal.server.database.logs import NAMES as LOG_NAMES
from terminal.server.database.logs import Log, log_of


class Caller(NamedTuple):
    """A terminal, as the server knows it."""

    terminal: str
    store: str
    standing: str
    public_key: str
    """64 hex digits."""
    incarnation: str
    """The log that it writes now."""


_COLUMNS = (
    schema.terminals.c.id,
    schema.terminals.c.store,
    schema.terminals.c.standing,
    schema.terminals.c.public_key,
    schema.terminals.c.incarnation,
)


def writer_of(connection: Connection, incarnation: str) -> Caller | None:
    """The terminal that a log belongs to; None for unknown logs and the server's own."""
    row = connection.execute(
        select(*_COLUMNS)
        .join(schema.logs, schema.logs.c.terminal == schema.terminals.c.id)
        .where(schema.logs.c.incarnation == incarnation)
    ).one_or_none()
    return None if row is None else Caller(*row)


_COLUMNS_OF = ", ".join(f"terminals.{column.name}" for column in _COLUMNS)
_SPEAKER = f"""SELECT {_COLUMNS_OF}, {", ".join(f"logs.{name}" for name in LOG_NAMES)}
FROM logs JOIN terminals ON terminals.id = logs.terminal WHERE logs.incarnation = ?"""  # noqa: S608


def speaker(connection: Connection, incarnation: str) -> tuple[Caller, Log] | None:
    """The terminal that a log belongs to, and the log; None as with ``writer_of``."""
    rows = Bulk(connection).rows(_SPEAKER, (incarnation,))
    if not rows:
        return None
    many = len(_COLUMNS)
    return Caller(*rows[0][:many]), log_of(rows[0][many:])


def goes_on_as(connection: Connection, terminal: str, incarnation: str) -> None:
    """A terminal writes another log from now on."""
    connection.execute(
        update(schema.terminals)
        .where(schema.terminals.c.id == terminal)
        .values(incarnation=incarnation)
    )


# --- a server that was restored ------------------------------------------------------------------


CARDS_SKIPPED = 10_000
"""Counters of each store that nobody gets after a restore: some of them were given out since the
backup, and no card's number may ever be made twice."""


def begin_timeline(connection: Connection, timeline: int) -> int:
    """Begin another timeline: every till's active log is asked to speak again; returns how many.

    Terminals that may not speak any more are not waited for.
    """
    connection.execute(
        update(schema.server).where(schema.server.c.id == 1).values(timeline=timeline)
    )
    speaking = select(schema.terminals.c.id).where(schema.terminals.c.standing == "active")
    asked = connection.execute(
        update(schema.logs)
        .where(
            schema.logs.c.role == "till",
            schema.logs.c.standing == "active",
            schema.logs.c.terminal.in_(speaking),
        )
        .values(quarantined=1)
        .returning(schema.logs.c.incarnation)
    )
    many = len(asked.all())
    connection.execute(
        update(schema.stores)
        .where(schema.stores.c.next_card > 0)
        .values(next_card=schema.stores.c.next_card + CARDS_SKIPPED)
    )
    return many
