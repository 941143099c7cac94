"""Baskets that were put aside, the shop's own codes, and goods whose price is typed."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    "ALTER TABLE products ADD COLUMN open_price INTEGER DEFAULT 0 NOT NULL",
    """
    CREATE TABLE own_codes (
      code TEXT NOT NULL,
      sku TEXT NOT NULL,
      PRIMARY KEY (code)
    ) WITHOUT ROWID, STRICT
    """,
    """
    CREATE TABLE parked_baskets (
      id TEXT NOT NULL,
      local TEXT NOT NULL,
      business_day TEXT NOT NULL,
      total INTEGER NOT NULL,
      stored BLOB NOT NULL,
      PRIMARY KEY (id)
    ) STRICT
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
