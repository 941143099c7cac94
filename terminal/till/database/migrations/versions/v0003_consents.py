"""What members agreed to, with its evidence."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"

STATEMENTS = (
    "ALTER TABLE members ADD COLUMN consent_marketing TEXT",
    "ALTER TABLE members ADD COLUMN consent_profiling TEXT",
    "ALTER TABLE members ADD COLUMN consent_offers TEXT",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
