"""What a durable sale costs, against the same rows written by raw SQLite beside it.

The till records a sale; then the rows that it left are written into a copy of its file by plain
`sqlite3`, under the same settings and on the same file system. Turn by turn, so that both sides
meet the same disk and the same load, and only their ratio is worth telling.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter_ns
from typing import Any

from terminal.till.database.connection import PRAGMAS

_FACT = """SELECT incarnation, seq, kind, hash, stored, sale_id, wall_ms, business_day
FROM facts WHERE sale_id = ?"""
_ENTRIES = """SELECT incarnation, seq, position, wallet, unit, kind, n, day FROM entries
WHERE incarnation = ? AND seq = ? ORDER BY position"""
_IDENTITY = "SELECT next_seq, head, wall_mark FROM identity"
_ACCOUNTS = "SELECT DISTINCT wallet, unit FROM entries WHERE incarnation = ? AND seq = ?"
_SUMS = "SELECT wallet, unit, used, pending, debt FROM balances WHERE wallet = ? AND unit = ?"
_DAYS = """SELECT b.wallet, b.unit, b.day, b.earned, b.expired FROM balance_days b
WHERE (b.wallet, b.unit, b.day) IN
(SELECT wallet, unit, day FROM entries WHERE incarnation = ? AND seq = ? AND kind = 'earn')"""
_RIGHTS = "SELECT wallet, unit, n FROM rights WHERE wallet = ? AND unit = ?"
_COUNTED = """SELECT incarnation, seq, wallet, operator, counts FROM counted
WHERE incarnation = ? AND seq = ?"""
_COUNTS = """SELECT whose, name, day, n FROM counts
WHERE whose IN (?1, 'operator:' || ?2) AND (name, day) IN
(SELECT value ->> 0, value ->> 1 FROM json_each(?3))"""

_PUT_FACT = "INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_PUT_ENTRY = "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_PUT_OUTBOX = "INSERT INTO outbox VALUES (?, ?)"
_PUT_IDENTITY = "UPDATE identity SET next_seq = ?, head = ?, wall_mark = ?"
_PUT_SUMS = "INSERT OR REPLACE INTO balances (wallet, unit, used, pending, debt) VALUES (?,?,?,?,?)"
_PUT_DAYS = """INSERT OR REPLACE INTO balance_days (wallet, unit, day, earned, expired)
VALUES (?, ?, ?, ?, ?)"""
_PUT_RIGHTS = "INSERT OR REPLACE INTO rights (wallet, unit, n) VALUES (?, ?, ?)"
_PUT_COUNTED = """INSERT INTO counted (incarnation, seq, wallet, operator, counts)
VALUES (?, ?, ?, ?, ?)"""
_PUT_COUNTS = "INSERT OR REPLACE INTO counts (whose, name, day, n) VALUES (?, ?, ?, ?)"
_KEEP = "INSERT OR REPLACE INTO working_basket (id, stored) VALUES (1, ?)"
_FORGET = "DELETE FROM working_basket"

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Written:
    """Everything that one recorded sale left in the tables."""

    fact: tuple[Any, ...]
    entries: Rows
    identity: tuple[Any, ...]
    sums: Rows
    days: Rows
    rights: Rows
    counted: Rows
    counts: Rows

    @property
    def rows(self) -> int:
        """How many rows were written."""
        more = (self.entries, self.sums, self.days, self.rights, self.counted, self.counts)
        return 3 + sum(len(one) for one in more)


class RawWriter:
    """A copy of the till's file, written by nothing but the driver."""

    def __init__(self, till_file: Path, copy: Path) -> None:
        self._reader = sqlite3.connect(till_file, isolation_level=None)
        self._raw = sqlite3.connect(copy, isolation_level=None)
        self._reader.backup(self._raw)
        for name, wanted, expected in PRAGMAS:
            self._raw.execute(f"PRAGMA {name} = {wanted}").close()
            with closing(self._raw.execute(f"PRAGMA {name}")) as answer:
                assert answer.fetchone()[0] == expected, f"raw SQLite has another {name}"

    def close(self) -> None:
        """Let go of both files."""
        self._reader.close()
        self._raw.close()

    def written(self, sale: str) -> Written:
        """What the till wrote for a sale."""
        fact = self._ask(_FACT, (sale,))[0]
        place = fact[:2]
        accounts = self._ask(_ACCOUNTS, place)
        counted = self._ask(_COUNTED, place)
        return Written(
            fact=fact,
            entries=self._ask(_ENTRIES, place),
            identity=self._ask(_IDENTITY)[0],
            sums=[row for one in accounts for row in self._ask(_SUMS, one)],
            days=self._ask(_DAYS, place),
            rights=[row for one in accounts for row in self._ask(_RIGHTS, one)],
            counted=counted,
            counts=[row for one in counted for row in self._ask(_COUNTS, one[2:])],
        )

    def kept(self) -> bytes:
        """The basket in work, as the till keeps it."""
        rows = self._ask("SELECT stored FROM working_basket")
        return bytes(rows[0][0]) if rows else b""

    def keep(self, basket: bytes) -> None:
        """Keep the basket in work here too, so that both sides have one to forget."""
        self._raw.execute(_KEEP, (basket,)).close()

    def write(self, rows: Written) -> int:
        """Write them durably; how many nanoseconds that took."""
        raw = self._raw
        began = perf_counter_ns()
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(_PUT_FACT, rows.fact)
        raw.executemany(_PUT_ENTRY, rows.entries)
        raw.executemany(_PUT_SUMS, rows.sums)
        raw.executemany(_PUT_DAYS, rows.days)
        raw.executemany(_PUT_RIGHTS, rows.rights)
        raw.executemany(_PUT_COUNTED, rows.counted)
        raw.executemany(_PUT_COUNTS, rows.counts)
        raw.execute(_PUT_OUTBOX, rows.fact[:2])
        raw.execute(_PUT_IDENTITY, rows.identity)
        raw.execute(_FORGET)
        raw.execute("COMMIT")
        return perf_counter_ns() - began

    def _ask(self, question: str, arguments: Sequence[Any] = ()) -> Rows:
        with closing(self._reader.execute(question, arguments)) as answer:
            return answer.fetchall()
