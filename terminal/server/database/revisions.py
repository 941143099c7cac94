"""Revisions of price list, programmes and operators: added, never changed."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from terminal.server.database.bulk import Bulk
from terminal.server.database.schema import revisions

PRICING = "pricing"
PROGRAMME = "programme"
OPERATORS = "operators"


class RevisionRow(NamedTuple):
    """One revision. ``number`` is the pricing's or programme's; operators have 0."""

    kind: str
    number: int
    revision: int
    holds_from_ms: int
    content: str
    published_ms: int


_ALL = tuple(revisions.c[name] for name in RevisionRow._fields)
_HOW_MANY = "SELECT count(*) FROM revisions WHERE kind = ?"


def add_revisions(connection: Connection, added: Collection[RevisionRow]) -> None:
    """Add revisions for good."""
    if added:
        connection.execute(insert(revisions), [one._asdict() for one in added])


def revisions_of(connection: Connection, kind: str) -> list[RevisionRow]:
    """All revisions of a kind, by number."""
    rows = connection.execute(
        select(*_ALL)
        .where(revisions.c.kind == kind)
        .order_by(revisions.c.number, revisions.c.revision)
    )
    return [RevisionRow(*row) for row in rows]


def revisions_by_number(
    connection: Connection, kind: str, numbers: Collection[int]
) -> list[RevisionRow]:
    """The revisions with these numbers, in order."""
    if not numbers:
        return []
    rows = connection.execute(
        select(*_ALL)
        .where(revisions.c.kind == kind, revisions.c.number.in_(list(numbers)))
        .order_by(revisions.c.number, revisions.c.revision)
    )
    return [RevisionRow(*row) for row in rows]


def latest_revision(connection: Connection, kind: str, number: int) -> RevisionRow | None:
    """The newest revision of a number, or None."""
    row = connection.execute(
        select(*_ALL)
        .where(revisions.c.kind == kind, revisions.c.number == number)
        .order_by(revisions.c.revision.desc())
        .limit(1)
    ).first()
    return None if row is None else RevisionRow(*row)


def revision_keys(connection: Connection) -> list[tuple[str, int, int]]:
    """(kind, number, revision) of everything that was ever published."""
    rows = connection.execute(
        select(revisions.c.kind, revisions.c.number, revisions.c.revision).order_by(
            revisions.c.kind, revisions.c.number, revisions.c.revision
        )
    )
    return [(str(kind), int(number), int(revision)) for kind, number, revision in rows]


def how_many(connection: Connection, kind: str) -> int:
    """How many revisions of a kind there are; they are never taken away."""
    ((found,),) = Bulk(connection).rows(_HOW_MANY, (kind,))
    return int(found)


def highest_number(connection: Connection, kind: str) -> int:
    """The highest number of a kind, 0 if there is none."""
    found = connection.execute(
        select(func.max(revisions.c.number)).where(revisions.c.kind == kind)
    ).scalar()
    return int(found or 0)
