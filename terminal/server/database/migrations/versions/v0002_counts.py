"""What is counted on wallets by day, out of all facts that were ever applied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from alembic import op
from sqlalchemy import text
from sqlalchemy.engine import Connection

from terminal.loyalty.counting import COUNTING, counts_of_fact
from terminal.loyalty.facts import FactKind, UnreadableFact, decode
from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0002"
down_revision = "0001"

STATEMENTS = (
    """
    CREATE TABLE counts (
      wallet {text} NOT NULL,
      name {text} NOT NULL,
      day {text} NOT NULL,
      n {whole} NOT NULL,
      CONSTRAINT pk_counts PRIMARY KEY (wallet, name, day)
    ) {busy}
    """,
)
_AT_A_TIME = 500
_FACTS = text(
    """SELECT f.incarnation, f.seq, f.stored FROM facts f
    JOIN logs l ON l.incarnation = f.incarnation AND f.seq <= l.applied
    WHERE f.kind = :kind AND (f.incarnation > :log OR (f.incarnation = :log AND f.seq > :seq))
    AND NOT EXISTS (SELECT 1 FROM parked p WHERE p.incarnation = f.incarnation AND p.seq = f.seq)
    ORDER BY f.incarnation, f.seq LIMIT :most"""
)
_ADD = text(
    """INSERT INTO counts (wallet, name, day, n) VALUES (:wallet, :name, :day, :n)
    ON CONFLICT (wallet, name, day) DO UPDATE SET n = counts.n + excluded.n"""
)


def upgrade() -> None:
    connection = op.get_bind()
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[connection.dialect.name]))
    _count_what_happened(connection)


def _count_what_happened(connection: Connection) -> None:
    twice = counted_no_more(connection)
    for kind in sorted(COUNTING):
        totals: dict[tuple[str, str, date], int] = {}
        for incarnation, seq, stored in applied_facts(connection, kind):
            if (incarnation, seq) in twice:
                continue
            try:
                found = counts_of_fact(kind, decode(stored).body)
            except UnreadableFact:
                continue
            for name, day, n in found.counts if found and found.wallet else ():
                assert found is not None
                key = (found.wallet, name, day)
                totals[key] = totals.get(key, 0) + n
            if len(totals) > 10 * _AT_A_TIME:
                _add(connection, totals)
                totals = {}
        _add(connection, totals)


def _add(connection: Connection, totals: dict[tuple[str, str, date], int]) -> None:
    rows = [
        {"wallet": wallet, "name": name, "day": day.isoformat(), "n": n}
        for (wallet, name, day), n in sorted(totals.items())
    ]
    if rows:
        connection.execute(_ADD, rows)


def counted_no_more(connection: Connection) -> set[tuple[str, int]]:
    """The facts that tell what another had told before."""
    twice = set()
    for _, _, stored in applied_facts(connection, FactKind.COUNTED_ONCE.value):
        body = json.loads(decode(stored).body)
        twice.add((body["incarnation"], body["seq"]))
    return twice


def applied_facts(connection: Connection, kind: str) -> Iterator[tuple[str, int, bytes]]:
    """Every fact of a kind that is applied and not parked: (incarnation, seq, its bytes)."""
    log, seq = "", 0
    while True:
        asked = {"kind": kind, "log": log, "seq": seq, "most": _AT_A_TIME}
        rows = connection.execute(_FACTS, asked).all()
        if not rows:
            return
        for incarnation, number, stored in rows:
            yield incarnation, number, bytes(stored)
        log, seq = rows[-1][0], rows[-1][1]
