"""Members who share their wallets with others."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("ALTER TABLE members ADD COLUMN household TEXT")
    op.execute("CREATE INDEX ix_members_household ON members (household)")
