"""The other side of the ratio: the same rows, written in batches by the bare driver."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from time import perf_counter
from typing import Any

from terminal.bench.sync_logs import MadeLog
from terminal.loyalty.facts import decode

BATCH = 500

_TABLES = (
    """CREATE TABLE facts (incarnation text, seq bigint, kind text, hash text, stored {bytes},
    store text, wall_ms bigint, business_day text, arrived_ms bigint,
    PRIMARY KEY (incarnation, seq))""",
    """CREATE TABLE entries (incarnation text, seq bigint, position bigint, wallet text, unit text,
    kind text, n bigint, day text, business_day text, PRIMARY KEY (incarnation, seq, position))""",
    "CREATE INDEX entries_wallet ON entries (wallet, unit)",
)
_FACT = "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ENTRY = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

Rows = list[tuple[Any, ...]]


def raw_rate(file: Path, postgresql: str | None, logs: Sequence[MadeLog]) -> float:
    """Facts per second, with their entries, a commit for each batch, one connection."""
    batches = list(_batches(logs))
    total = sum(len(facts) for facts, _ in batches)
    took = _postgresql(postgresql, batches) if postgresql else _sqlite(file, batches)
    return total / took


def _batches(logs: Sequence[MadeLog]) -> Iterator[tuple[Rows, Rows]]:
    for log in logs:
        for first in range(0, len(log.stored), BATCH):
            facts: Rows = []
            entries: Rows = []
            for place in range(first, min(first + BATCH, len(log.stored))):
                fact = decode(log.stored[place])
                key = (fact.incarnation, fact.seq)
                day = fact.business_day.isoformat()
                told = (log.stored[place], "store", fact.wall_ms, day, 0)
                facts.append((*key, fact.kind, log.hashes[place], *told))
                for number, one in enumerate(fact.entries):
                    ends = "" if one.day is None else one.day.isoformat()
                    entries.append((*key, number, *one.account, one.kind.value, one.n, ends, day))
            yield facts, entries


def _sqlite(file: Path, batches: Sequence[tuple[Rows, Rows]]) -> float:
    with closing(sqlite3.connect(file, isolation_level=None)) as plain:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("PRAGMA synchronous = FULL")
        for table in _TABLES:
            plain.execute(table.format(bytes="blob"))
        began = perf_counter()
        for facts, entries in batches:
            plain.execute("BEGIN IMMEDIATE")
            plain.executemany(_FACT, facts)
            plain.executemany(_ENTRY, entries)
            plain.execute("COMMIT")
        return perf_counter() - began


def _postgresql(url: str, batches: Sequence[tuple[Rows, Rows]]) -> float:
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "", 1)) as plain, plain.cursor() as cursor:
        for table in _TABLES:
            cursor.execute(table.format(bytes="bytea").encode())
        plain.commit()
        began = perf_counter()
        for facts, entries in batches:
            cursor.executemany(_FACT.replace("?", "%s").encode(), facts)
            cursor.executemany(_ENTRY.replace("?", "%s").encode(), entries)
            plain.commit()
        return perf_counter() - began
