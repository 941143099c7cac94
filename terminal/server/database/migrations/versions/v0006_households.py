"""Members who share their wallets with others."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0006"
down_revision = "0005"

STATEMENTS = (
    "ALTER TABLE members ADD COLUMN household {text} DEFAULT '' NOT NULL",
    "CREATE INDEX ix_members_household ON members (household)",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[op.get_bind().dialect.name]))
