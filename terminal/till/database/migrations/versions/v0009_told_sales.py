"""Sales of other tills that the server was asked for."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE told_sales (
          id TEXT NOT NULL,
          content TEXT NOT NULL,
          told_ms INTEGER NOT NULL,
          PRIMARY KEY (id)
        ) WITHOUT ROWID, STRICT
        """
    )
