"""Refunds by their sale, and which of them the server has yet to settle."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0004"
down_revision = "0003"

STATEMENTS = (
    """
    CREATE TABLE refunds (
      incarnation {text} NOT NULL,
      seq {whole} NOT NULL,
      sale {text} NOT NULL,
      standing {text} NOT NULL,
      looked {whole} NOT NULL,
      by_incarnation {text} NOT NULL,
      by_seq {whole} NOT NULL,
      CONSTRAINT pk_refunds PRIMARY KEY (incarnation, seq)
    ) {end}
    """,
    "CREATE INDEX ix_refunds_sale ON refunds (sale)",
    "CREATE INDEX ix_refunds_to_look_at ON refunds (sale) WHERE looked = 0",
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[op.get_bind().dialect.name]))
