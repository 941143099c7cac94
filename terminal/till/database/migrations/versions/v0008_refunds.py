"""Refunds are looked for by their sale, among few rows instead of all facts."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute(
        "CREATE INDEX ix_facts_refunds ON facts (business_day) WHERE kind = 'RefundRecorded'"
    )
