"""Sales of the store's other tills of the last 30 days, and how far their logs were heard."""

from __future__ import annotations

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE store_sales (
          id TEXT NOT NULL,
          sale TEXT NOT NULL,
          at_ms INTEGER NOT NULL,
          squeezed BLOB NOT NULL,
          PRIMARY KEY (id)
        ) STRICT
        """
    )
    op.execute("CREATE INDEX ix_store_sales_sale ON store_sales (sale)")
    op.execute("CREATE INDEX ix_store_sales_at_ms ON store_sales (at_ms)")
    op.execute(
        """
        CREATE TABLE store_logs (
          incarnation TEXT NOT NULL,
          seq INTEGER NOT NULL,
          PRIMARY KEY (incarnation)
        ) WITHOUT ROWID, STRICT
        """
    )
