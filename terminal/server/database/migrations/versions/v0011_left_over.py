"""What rules that carry on had left over is counted anew where it was counted by its older name.

Under ``rest:`` stood all that such a rule ever counted; under ``left:`` stands what is left over of
it once units were made. Facts tell both, so everything is counted as a new server would.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date

from alembic import op
from sqlalchemy import text
from sqlalchemy.engine import Connection

from terminal.loyalty.counting import COUNTING, FactCounts, counts_of_fact
from terminal.loyalty.facts import UnreadableFact, decode
from terminal.server.database.migrations.versions.v0002_counts import applied_facts, counted_no_more

revision = "0011"
down_revision = "0010"

_AT_A_TIME = 5_000
_OLDER = text("SELECT 1 FROM counted WHERE counts LIKE :name LIMIT 1")
_ADD = text("INSERT INTO counted (wallet, day, counts) VALUES (:wallet, :day, :counts)")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.execute(_OLDER, {"name": '%"rest:%'}).first() is None:
        return
    op.execute("DELETE FROM counted")
    days: dict[tuple[str, date], dict[str, int]] = {}
    for fact in _counted(connection):
        for name, day, n in fact.counts:
            kept = days.setdefault((fact.wallet, day), {})
            kept[name] = kept.get(name, 0) + n
        if len(days) > _AT_A_TIME:
            _add(connection, days)
            days = {}
    _add(connection, days)


def _counted(connection: Connection) -> Iterator[FactCounts]:
    twice = counted_no_more(connection)
    for kind in sorted(COUNTING):
        for incarnation, seq, stored in applied_facts(connection, kind):
            if (incarnation, seq) in twice:
                continue
            try:
                found = counts_of_fact(kind, decode(stored).body)
            except UnreadableFact:
                continue
            if found is not None and found.wallet:
                yield found


def _add(connection: Connection, days: dict[tuple[str, date], dict[str, int]]) -> None:
    rows = [
        {"wallet": wallet, "day": day.isoformat(), "counts": json.dumps(counts)}
        for (wallet, day), counts in sorted(days.items())
    ]
    if rows:
        connection.execute(_ADD, rows)
