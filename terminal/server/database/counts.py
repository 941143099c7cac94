"""What is counted on wallets, by name and day: what members did before, at all tills together.

What a fact counts is one row for each day that it speaks of (nearly always its own), with all of
its names in it: rows are only ever added, and whoever reads adds them up. What came to nothing
stands there all the same: of a purchase that came back a slip told its day. Whoever adds holds the
wallets' rows, as with accounts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.engine import Connection

from terminal.loyalty.history import Counted
from terminal.loyalty.wallet import WalletId
from terminal.server.database import schema
from terminal.server.database.accounts import day_of, day_text
from terminal.server.database.bulk import Bulk


class CountedRow(NamedTuple):
    """One row of ``counted``; the fields are the columns.

    ``counts`` is JSON {name: n}; what a fact names twice stands there twice, and counts twice.
    """

    wallet: str
    day: str
    counts: str


Totals = dict[tuple[str, str, date], int]
"""By wallet, name and day."""

_COLUMNS = "wallet, day, counts"
_OF_WALLETS = """SELECT wallet, name, max(day), max(CASE WHEN n > 0 THEN day ELSE '' END),
CAST(sum(n) AS bigint) FROM (SELECT wallet, one.key AS name, day,
CASE WHEN day < ? THEN '' ELSE day END AS since, sum(CAST(one.value AS bigint)) AS n
FROM counted, {each counts} AS one WHERE wallet {keys} GROUP BY wallet, one.key, day) AS told
GROUP BY wallet, name, since ORDER BY wallet, name, max(day)"""
_OF_DAYS = """SELECT one.key, day, CAST(sum(CAST(one.value AS bigint)) AS bigint)
FROM counted, {each counts} AS one WHERE day >= ? AND day <= ?
GROUP BY one.key, day ORDER BY one.key, day"""
_WITH = """SELECT DISTINCT wallet FROM counted, {each counts} AS one WHERE one.key {keys}
ORDER BY wallet"""
_ALL = """SELECT wallet, one.key, day, CAST(sum(CAST(one.value AS bigint)) AS bigint)
FROM counted, {each counts} AS one GROUP BY wallet, one.key, day ORDER BY wallet, one.key, day"""


def rows_of(wallet: str, counts: Iterable[Counted]) -> list[CountedRow]:
    """How the table writes what one fact counts."""
    by_day: dict[date, list[str]] = {}
    for name, day, n in counts:
        told = f"{_quoted(name)}:{n}"
        if day in by_day:
            by_day[day].append(told)
        else:
            by_day[day] = [told]
    return [
        CountedRow(wallet, day_text(day), "{" + ",".join(some) + "}")
        for day, some in by_day.items()
    ]


def add_rows(connection: Connection, rows: Sequence[CountedRow]) -> None:
    """Add to counts, in any order of facts."""
    Bulk(connection).put("counted", _COLUMNS, rows)


def add_counts(connection: Connection, totals: Mapping[tuple[str, str, date], int]) -> None:
    """Add what was summed up, that which came to nothing too: there was something on that day."""
    by_wallet: dict[str, list[Counted]] = {}
    for (wallet, name, day), n in sorted(totals.items()):
        by_wallet.setdefault(wallet, []).append(Counted(name, day, n))
    add_rows(connection, [row for one in by_wallet for row in rows_of(one, by_wallet[one])])


def counts_of(
    connection: Connection, wallets: Iterable[str], since: date
) -> Iterator[tuple[str, Counted]]:
    """(wallet, count), by day from a day on; what lies before stands together on one day.

    That is the latest of which something is left, for what came back was nothing.
    """
    rows = Bulk(connection).keyed(_OF_WALLETS, wallets, (day_text(since),))
    for wallet, name, latest, left, n in rows:
        yield wallet, Counted(name, _read(left or latest), int(n))


def wallets_with(connection: Connection, names: Iterable[str]) -> list[WalletId]:
    """The wallets that have counts of one of these names. All counts are gone through."""
    return [WalletId(wallet) for (wallet,) in Bulk(connection).keyed(_WITH, sorted(names))]


def totals_of_days(connection: Connection, first: date, last: date) -> tuple[Counted, ...]:
    """What was counted on some days, everybody together; both days are included."""
    rows = Bulk(connection).rows(_OF_DAYS, (day_text(first), day_text(last)))
    return tuple(Counted(name, _read(day), int(n)) for name, day, n in rows)


def all_counts(connection: Connection) -> dict[tuple[str, str, date], int]:
    """Everything that is counted, what came to nothing too."""
    rows = Bulk(connection).rows(_ALL)
    return {(wallet, name, _read(day)): n for wallet, name, day, n in rows}


def forget_all(connection: Connection) -> None:
    """Before everything is written anew."""
    connection.execute(delete(schema.counted))


# Names are few, those of programmes and their rules, and come again and again.
@lru_cache(maxsize=4096)
def _quoted(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)


def _read(day: str) -> date:
    found = day_of(day)
    assert found is not None, "every count has its day"
    return found
