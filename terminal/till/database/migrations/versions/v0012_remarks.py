"""Words about a person that belong to a fact: why they were given something."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE remarks (
          fact TEXT NOT NULL,
          member TEXT NOT NULL,
          words TEXT NOT NULL,
          PRIMARY KEY (fact, member),
          CONSTRAINT fk_remarks_member FOREIGN KEY(member) REFERENCES members (id)
            ON DELETE CASCADE
        ) WITHOUT ROWID, STRICT
        """
    )
    op.execute("CREATE INDEX ix_remarks_member ON remarks (member)")
