"""Every store is told of the keys for codes that the stores of its chain have."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"

STATEMENTS = (
    """
    INSERT INTO feed (store, number, kind, key)
    SELECT feeds.store, feeds.next + shelves.place, 'code_keys', shelves.shelf
    FROM feeds CROSS JOIN (
      SELECT shelf, row_number() OVER (ORDER BY shelf) - 1 AS place
      FROM (SELECT DISTINCT substr(id, 1, 2) AS shelf FROM stores) AS known
    ) AS shelves
    """,
    """
    UPDATE feeds SET next = next + (SELECT count(DISTINCT substr(id, 1, 2)) FROM stores)
    """,
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
