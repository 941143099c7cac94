"""What a publication asked for anew is kept until all tills are told of it."""

from __future__ import annotations

from alembic import op

from terminal.server.database.migrations.versions.v0001_first import KINDS

revision = "0013"
down_revision = "0012"

STATEMENTS = (
    """
    CREATE TABLE retellings (
      name {text} NOT NULL,
      revisions {text} NOT NULL,
      CONSTRAINT pk_retellings PRIMARY KEY (name, revisions)
    ) {end}
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement.format(**KINDS[op.get_bind().dialect.name]))
