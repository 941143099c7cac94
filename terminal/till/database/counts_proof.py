"""Proof that the counts say what the facts say: facts are read again, wallets a few at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from terminal.loyalty.counting import COUNTING
from terminal.loyalty.facts import UnreadableFact, decode
from terminal.till.database.counts import (
    PUT_COUNTED,
    counted_row,
    refold_counts,
    refold_operator,
    totals_of_operator,
    totals_of_wallets,
    whose_operator,
)
from terminal.till.database.quick import Connection, Quick, Row
from terminal.till.database.side_by_side import side_by_side

_AT_A_TIME = 500

_FACTS = """SELECT f.incarnation, f.seq, f.stored, c.wallet, c.operator, c.counts
FROM facts f LEFT JOIN counted c ON c.incarnation = f.incarnation AND c.seq = f.seq
WHERE (f.incarnation, f.seq) > (?, ?)
AND (f.kind IN (SELECT value FROM json_each(?)) OR c.seq IS NOT NULL)
ORDER BY f.incarnation, f.seq LIMIT ?"""
_ORPHANS = """SELECT c.incarnation, c.seq FROM counted c
LEFT JOIN facts f ON f.incarnation = c.incarnation AND f.seq = c.seq WHERE f.seq IS NULL"""
_WALLETS = (
    "SELECT DISTINCT wallet FROM counted WHERE wallet <> '' ORDER BY wallet",
    "SELECT wallet FROM told_counts ORDER BY wallet",
    "SELECT DISTINCT whose FROM counts WHERE whose NOT LIKE 'operator:%' ORDER BY whose",
)
_OPERATORS = """SELECT DISTINCT 'operator:' || operator FROM counted
UNION SELECT DISTINCT whose FROM counts WHERE whose >= 'operator:' AND whose < 'operator;'"""
_COUNTS = """SELECT whose, name, day, n FROM counts
WHERE whose IN (SELECT value FROM json_each(?)) AND n <> 0"""
_FORGET = ("DELETE FROM counted", "DELETE FROM counts")

Wrong = tuple[str, str, str]
"""Where, what stands there, what should."""


def wrong_counts(connection: Connection) -> Iterator[Wrong]:
    """What the tables of counts say and the facts do not."""
    quick = Quick(connection)
    for stored, computed, place in _counted(connection):
        if stored != computed:
            yield place, str(stored), str(computed)
    for incarnation, seq in quick.rows(_ORPHANS):
        yield f"{incarnation}/{seq}", "counts", "no such fact"
    for wallets in _all_wallets(connection):
        yield from _differing(connection, wallets, totals_of_wallets(connection, wallets))
    for (whose,) in quick.rows(_OPERATORS):
        operator = whose.removeprefix(whose_operator(""))
        yield from _differing(connection, [whose], totals_of_operator(connection, operator))


def mend_counts(connection: Connection) -> None:
    """Write counts again from the facts and from what the server told."""
    quick = Quick(connection)
    for statement in _FORGET:
        quick.run(statement)
    operators = set()
    for _, computed, _ in _counted(connection):
        if computed is not None:
            quick.run(PUT_COUNTED, computed)
            operators.add(computed[3])
    for wallets in _all_wallets(connection):
        refold_counts(connection, wallets)
    for operator in sorted(operators):
        refold_operator(connection, operator)


def _counted(connection: Connection) -> Iterator[tuple[Row | None, Row | None, str]]:
    """Of each fact that counts, or is said to: the row that stands there, and the one that should."""
    quick, after = Quick(connection), ("", 0)
    kinds = json.dumps(sorted(COUNTING))
    while rows := quick.rows(_FACTS, (*after, kinds, _AT_A_TIME)):
        for incarnation, seq, stored, *columns in rows:
            after = (incarnation, seq)
            try:
                computed = counted_row(decode(bytes(stored)))
            except UnreadableFact:
                continue  # whoever walks over the facts tells of it
            known = None if columns[0] is None else (incarnation, seq, *columns)
            yield known, computed, f"{incarnation}/{seq}"


def _all_wallets(connection: Connection) -> Iterator[list[str]]:
    """All wallets that any table of counts names, some at a time."""
    streams = map(Quick(connection).each, _WALLETS)
    wallets = (str(key[0]) for key, _ in side_by_side(1, *streams))
    while some := list(islice(wallets, _AT_A_TIME)):
        yield some


def _differing(
    connection: Connection, whose: list[str], computed: dict[tuple[str, str, str], int]
) -> Iterator[Wrong]:
    rows = Quick(connection).rows(_COUNTS, (json.dumps(whose),))
    stored = {(one, name, day): n for one, name, day, n in rows}
    expected = {key: n for key, n in computed.items() if n}
    for key in sorted({*stored, *expected}):
        there, should = stored.get(key, 0), expected.get(key, 0)
        if there != should:
            yield "/".join(key), str(there), str(should)
