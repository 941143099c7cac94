"""When the calendar looked at a member's tier, and what it saw: nobody is looked at in vain."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    """
    CREATE TABLE tier_looks (
      member {text} NOT NULL,
      programme {whole} NOT NULL,
      seen {text} NOT NULL,
      until {text} NOT NULL,
      CONSTRAINT pk_tier_looks PRIMARY KEY (member, programme)
    ) {end}
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[op.get_bind().dialect.name]))
