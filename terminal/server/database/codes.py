"""One-time codes, by their hash; the code itself is stored nowhere."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from terminal.server.database.schema import codes


class CodeRow(NamedTuple):
    """A code that was issued; ``used_ms`` is 0 until somebody joined with it."""

    hash: str
    store: str
    ends_ms: int
    used_ms: int


def add_code(connection: Connection, code: CodeRow) -> None:
    """Keep a fresh code."""
    connection.execute(insert(codes).values(**code._asdict()))


def lock_code(connection: Connection, code_hash: str) -> CodeRow | None:
    """The code with this hash, for us alone until the end of the transaction."""
    row = connection.execute(
        select(codes.c.hash, codes.c.store, codes.c.ends_ms, codes.c.used_ms)
        .where(codes.c.hash == code_hash)
        .with_for_update()
    ).first()
    return None if row is None else CodeRow(*row)


def use_code(connection: Connection, code_hash: str, now_ms: int) -> None:
    """Mark a code as used."""
    connection.execute(update(codes).where(codes.c.hash == code_hash).values(used_ms=now_ms))


def lengthen_code(connection: Connection, code_hash: str, ends_ms: int) -> None:
    """Let a code hold longer: whoever shows it is at work with it."""
    connection.execute(
        update(codes)
        .where(codes.c.hash == code_hash, codes.c.ends_ms < ends_ms)
        .values(ends_ms=ends_ms)
    )


def forget_codes(connection: Connection, ended_before_ms: int) -> None:
    """Drop codes that ended long ago."""
    connection.execute(delete(codes).where(codes.c.ends_ms < ended_before_ms))
