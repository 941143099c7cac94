"""What members did before, by day: own facts, what the server told, and the sums of both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from alembic import op

from terminal.loyalty.counting import FactCounts, counts_of_fact
from terminal.loyalty.facts import FactKind, UnreadableFact, decode

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

revision = "0007"
down_revision = "0006"

STATEMENTS = (
    """
    CREATE TABLE counted (
      incarnation TEXT NOT NULL,
      seq INTEGER NOT NULL,
      wallet TEXT NOT NULL,
      operator TEXT NOT NULL,
      counts TEXT NOT NULL,
      PRIMARY KEY (incarnation, seq)
    ) WITHOUT ROWID, STRICT
    """,
    "CREATE INDEX ix_counted_wallet ON counted (wallet)",
    """
    CREATE TABLE told_counts (
      wallet TEXT NOT NULL,
      counts TEXT NOT NULL,
      PRIMARY KEY (wallet)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE counts (
      whose TEXT NOT NULL,
      name TEXT NOT NULL,
      day TEXT NOT NULL,
      n INTEGER NOT NULL,
      PRIMARY KEY (whose, name, day)
    ) WITHOUT ROWID, STRICT
    """,
    "ALTER TABLE members ADD COLUMN referred_by TEXT",
)
_SALES = "SELECT incarnation, seq, stored FROM facts WHERE kind = ?"
_PUT = "INSERT INTO counted (incarnation, seq, wallet, operator, counts) VALUES (?, ?, ?, ?, ?)"
_ADD = """INSERT INTO counts (whose, name, day, n) VALUES (?, ?, ?, ?)
ON CONFLICT (whose, name, day) DO UPDATE SET n = n + excluded.n"""


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    _count_what_happened(op.get_bind())


def _count_what_happened(connection: Connection) -> None:
    """Sales of before the upgrade count as well, as no server told of any history yet."""
    for incarnation, seq, stored in connection.exec_driver_sql(
        _SALES, (FactKind.SALE_RECORDED.value,)
    ):
        try:
            fact = decode(bytes(stored))
        except UnreadableFact:
            continue  # it is told by whoever checks the journal
        found = counts_of_fact(fact.kind, fact.body)
        if found is None:
            continue
        text = json.dumps(
            [[name, day.isoformat(), n] for name, day, n in found.counts],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        row = (incarnation, seq, found.wallet, fact.operator or "", text)
        connection.exec_driver_sql(_PUT, row)
        for total in _totals(found, fact.operator or ""):
            connection.exec_driver_sql(_ADD, total)


def _totals(found: FactCounts, operator: str) -> list[tuple[str, str, str, int]]:
    rows = [
        (found.wallet, name, day.isoformat(), n) for name, day, n in found.counts if found.wallet
    ]
    whose = f"operator:{operator}"
    return rows + [(whose, name, day.isoformat(), n) for name, day, n in found.of_operator]
