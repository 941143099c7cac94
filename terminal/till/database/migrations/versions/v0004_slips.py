"""What slips need: what is printed already, and until when a balance is confirmed."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    # Until the next reply tells, nobody knows.
    "ALTER TABLE line ADD COLUMN told_ms INTEGER",
    "ALTER TABLE line ADD COLUMN only_till INTEGER DEFAULT 0 NOT NULL",
    """
    CREATE TABLE slip_prints (
      sale_id TEXT NOT NULL,
      business_day TEXT NOT NULL,
      waiting INTEGER NOT NULL,
      printed INTEGER NOT NULL,
      PRIMARY KEY (sale_id)
    ) WITHOUT ROWID, STRICT
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
