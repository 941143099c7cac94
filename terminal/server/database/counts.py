"""What is counted on wallets, by name and day: what members did before, at all tills together.

Whoever adds holds the wallets' rows, as with accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.engine import Connection

from terminal.loyalty.history import Counted
from terminal.server.database import schema
from terminal.server.database.accounts import day_of, day_text
from terminal.server.database.bulk import Bulk


class CountRow(NamedTuple):
    """One row of ``counts``; the fields are the columns."""

    wallet: str
    name: str
    day: str
    n: int


Totals = dict[tuple[str, str, date], int]
"""By wallet, name and day."""

_COLUMNS = "wallet, name, day, n"
_OF_WALLETS = """SELECT wallet, name, max(day), CAST(sum(n) AS bigint)
FROM (SELECT wallet, name, day, n, CASE WHEN day < ? THEN '' ELSE day END AS since FROM counts
WHERE wallet {keys}) AS counted GROUP BY wallet, name, since ORDER BY wallet, name, max(day)"""
_OF_DAYS = """SELECT name, day, CAST(sum(n) AS bigint) FROM counts
WHERE day >= ? AND day <= ? GROUP BY name, day ORDER BY name, day"""
_ALL = "SELECT wallet, name, day, n FROM counts WHERE n <> 0 ORDER BY wallet, name, day"


def add_counts(connection: Connection, totals: Mapping[tuple[str, str, date], int]) -> None:
    """Add to counts, in any order of facts."""
    Bulk(connection).put(
        "counts",
        _COLUMNS,
        [
            CountRow(wallet, name, day_text(day), n)
            for (wallet, name, day), n in sorted(totals.items())
            if n
        ],
        conflict="(wallet, name, day) DO UPDATE SET n = counts.n + excluded.n",
    )


def counts_of(
    connection: Connection, wallets: Iterable[str], since: date
) -> Iterator[tuple[str, Counted]]:
    """(wallet, count), by day from a day on; what lies before stands together on its latest day."""
    rows = Bulk(connection).keyed(_OF_WALLETS, wallets, (day_text(since),))
    for wallet, name, day, n in rows:
        yield wallet, Counted(name, _read(day), int(n))


def totals_of_days(connection: Connection, first: date, last: date) -> tuple[Counted, ...]:
    """What was counted on some days, everybody together; both days are included."""
    rows = Bulk(connection).rows(_OF_DAYS, (day_text(first), day_text(last)))
    return tuple(Counted(name, _read(day), int(n)) for name, day, n in rows)


def all_counts(connection: Connection) -> dict[tuple[str, str, date], int]:
    """Everything that is counted."""
    rows = Bulk(connection).rows(_ALL)
    return {(wallet, name, _read(day)): n for wallet, name, day, n in rows}


def forget_all(connection: Connection) -> None:
    """Before everything is written anew."""
    connection.execute(delete(schema.counts))


def _read(day: str) -> date:
    found = day_of(day)
    assert found is not None, "every count has its day"
    return found
