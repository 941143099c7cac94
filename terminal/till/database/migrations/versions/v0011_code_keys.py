"""The keys with which the stores of the chain sign vouchers and gift cards."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE code_keys (
          store TEXT NOT NULL,
          "key" TEXT NOT NULL,
          number INTEGER NOT NULL,
          signs_from_ms INTEGER NOT NULL,
          withdrawn INTEGER NOT NULL,
          PRIMARY KEY (store, "key")
        ) WITHOUT ROWID, STRICT
        """
    )
    op.execute("CREATE INDEX ix_code_keys_number ON code_keys (number)")
