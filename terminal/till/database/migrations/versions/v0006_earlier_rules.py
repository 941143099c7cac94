"""Programmes of the server that a till left: its sales of then were judged by them."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    """
    CREATE TABLE earlier_programmes (
      until_ms INTEGER NOT NULL,
      programme INTEGER NOT NULL,
      revision INTEGER NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY (until_ms, programme, revision)
    ) STRICT
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
