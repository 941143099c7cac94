"""Refunds that were recorded before servers noted them: those without a slip, and any before v0004.

Whoever looks for refunds that wait finds them then, and settles them as any other.
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text
from sqlalchemy.engine import Connection

from terminal.loyalty.facts import FactKind, UnreadableFact, decode
from terminal.loyalty.refund import read_refund_body
from terminal.server.database.migrations.versions.v0002_counts import applied_facts, counted_no_more

revision = "0008"
down_revision = "0007"

_NOTE = text(
    """INSERT INTO refunds (incarnation, seq, sale, standing, looked, by_incarnation, by_seq)
    VALUES (:incarnation, :seq, :sale, :standing, 0, '', 0)
    ON CONFLICT (incarnation, seq) DO NOTHING"""
)


def upgrade() -> None:
    connection: Connection = op.get_bind()
    twice = counted_no_more(connection)
    for incarnation, seq, stored in applied_facts(connection, FactKind.REFUND_RECORDED.value):
        if (incarnation, seq) in twice:
            continue
        try:
            body = read_refund_body(decode(stored).body)
        except (UnreadableFact, ValueError, RecursionError):
            continue
        if body.sale or body.member:
            row = {
                "incarnation": incarnation,
                "seq": seq,
                "sale": body.sale,
                "standing": "own" if body.settled else "waiting",
            }
            connection.execute(_NOTE, row)
