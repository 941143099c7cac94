"""What members did before, by day: the till's own facts on top of what the server told.

Each own fact that counts has a row in ``counted``; ``counts`` has the sums that the counter asks
for, one question at a card. Where a server told of a wallet's history, own facts that are in its
statement are in there too; where none did, all own facts count.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from terminal.loyalty.counting import FactCounts, counts_of_fact
from terminal.loyalty.facts import Fact
from terminal.loyalty.history import NO_HISTORY, Counted, History
from terminal.till.database.quick import Connection, Quick, Row
from terminal.till.database.statements import NOT_TOLD, Kept, kept_statements
from terminal.till.database.writes import Writes

Totals = dict[tuple[str, str, str], int]
"""By whose they are, name and day."""

PUT_COUNTED = """INSERT OR REPLACE INTO counted (incarnation, seq, wallet, operator, counts)
VALUES (?, ?, ?, ?, ?)"""
ADD_COUNTS = """INSERT INTO counts (whose, name, day, n) VALUES (?, ?, ?, ?)
ON CONFLICT (whose, name, day) DO UPDATE SET n = n + excluded.n"""
_PUT_TOLD = """INSERT INTO told_counts (wallet, counts) VALUES (?, ?)
ON CONFLICT (wallet) DO UPDATE SET counts = excluded.counts"""
_DROP_TOLD = "DELETE FROM told_counts WHERE wallet = ?"
_DROP_COUNTS = "DELETE FROM counts WHERE whose = ?"
_TOLD = "SELECT wallet, counts FROM told_counts WHERE wallet IN (SELECT value FROM json_each(?))"
_OWN = """SELECT incarnation, seq, wallet, counts FROM counted
WHERE wallet IN (SELECT value FROM json_each(?))"""
_OF_WALLETS = """SELECT name, day, sum(n) FROM counts
WHERE whose IN (SELECT value FROM json_each(?))
GROUP BY name, day ORDER BY name, day"""
_OF_OPERATOR = """SELECT name, max(day, ?2) AS since, sum(n) FROM counts
WHERE whose = ?1 AND name = ?3 GROUP BY since ORDER BY since"""
_FROM = """SELECT DISTINCT wallet FROM counted
WHERE incarnation = ? AND seq >= ? AND wallet <> ''"""
_OPERATORS = "SELECT DISTINCT operator FROM counted WHERE incarnation = ? AND seq >= ?"
_DROP_FROM = "DELETE FROM counted WHERE incarnation = ? AND seq >= ?"
_SERVED = "SELECT counts FROM counted WHERE operator = ?"


def whose_operator(operator: str | None) -> str:
    """Under whose name the table has what somebody gave who served; nobody signed on is the till."""
    return f"operator:{operator or ''}"


def counted_row(fact: Fact) -> Row | None:
    """The row of a fact, None where it counts nothing."""
    found = counts_of_fact(fact.kind, fact.body)
    return None if found is None else _row(fact, found)


def add_rows(connection: Connection, counted: Sequence[tuple[Fact, FactCounts]]) -> None:
    """Write the rows of facts that were just recorded, and add them up."""
    if not counted:
        return
    quick = Quick(connection)
    quick.run_many(PUT_COUNTED, [_row(*one) for one in counted])
    totals: Totals = {}
    for fact, found in counted:
        _add_up(totals, found.wallet, fact.operator or "", found.counts)
    quick.run_many(ADD_COUNTS, [(*key, n) for key, n in totals.items()])


def count(connection: Connection, fact: Fact) -> set[str]:
    """Write the row of a fact that was taken over; tells whose sums are to be folded anew."""
    found = counts_of_fact(fact.kind, fact.body)
    if found is None:
        return set()
    quick = Quick(connection)
    quick.run(PUT_COUNTED, _row(fact, found))
    whose = whose_operator(fact.operator)
    quick.run_many(ADD_COUNTS, [(whose, n, d.isoformat(), c) for n, d, c in found.of_operator])
    return {found.wallet} - {""}


def history_of(connection: Connection, wallets: Sequence[str]) -> History:
    """What was done before with these wallets, all of them together."""
    rows = Quick(connection).rows(_OF_WALLETS, (json.dumps(list(wallets)),))
    return _history(rows) if rows else NO_HISTORY


def history_of_operator(
    connection: Connection, operator: str | None, needed: Mapping[str, date]
) -> History:
    """What was given here by whoever serves: of each name from a day on, before that together."""
    quick, whose = Quick(connection), whose_operator(operator)
    return _history(
        row
        for name, first in sorted(needed.items())
        # One day before the first: it counts with no period that begins on the first.
        for row in quick.rows(_OF_OPERATOR, (whose, _day_before(first), name))
    )


def settle_counts(
    connection: Connection,
    writes: Writes,
    kept: Mapping[str, Kept],
    told: Mapping[str, tuple[Counted, ...] | None],
    forgotten: Collection[str],
) -> None:
    """The rows of what statements say of wallets' histories, own facts since then on top.

    ``told`` is None of a wallet where the server said nothing of its history, as one of an older
    program does: then all own facts count, as with those that a server forgot.
    """
    wallets = [*told, *forgotten]
    known = {wallet: one for wallet, one in told.items() if one is not None}
    writes.add(_PUT_TOLD, *((wallet, text_of(one)) for wallet, one in known.items()))
    writes.add(_DROP_TOLD, *((wallet,) for wallet in wallets if wallet not in known))
    totals = _refolded(connection, wallets, known, kept)
    _replace(writes, wallets, totals)


def totals_of_wallets(connection: Connection, wallets: Collection[str]) -> Totals:
    """The sums of wallets as they should stand."""
    kept = {str(wallet): one for wallet, one in kept_statements(connection, wallets).items()}
    return _refolded(connection, wallets, _told_of(connection, wallets), kept)


def totals_of_operator(connection: Connection, operator: str) -> Totals:
    """The sums of whoever served as they should stand."""
    totals: Totals = {}
    for (text,) in Quick(connection).rows(_SERVED, (operator,)):
        _add_up(totals, "", operator, counts_in(text))
    return totals


def refold_counts(connection: Connection, wallets: Collection[str]) -> None:
    """Bring the sums of some wallets up to date with facts that moved."""
    writes = Writes()
    _replace(writes, wallets, totals_of_wallets(connection, wallets))
    writes.write(connection)


def refold_operator(connection: Connection, operator: str) -> None:
    """Bring the sums of whoever served up to date with facts that moved."""
    writes = Writes()
    _replace(writes, [whose_operator(operator)], totals_of_operator(connection, operator))
    writes.write(connection)


def leave(connection: Connection, incarnation: str, seq: int) -> set[str]:
    """A log's facts from one on count no more; tells whose sums are to be folded anew."""
    quick, place = Quick(connection), (incarnation, seq)
    wallets = {wallet for (wallet,) in quick.rows(_FROM, place)}
    operators = [operator for (operator,) in quick.rows(_OPERATORS, place)]
    quick.run(_DROP_FROM, place)
    for operator in operators:
        refold_operator(connection, operator)
    return wallets


def text_of(counts: Iterable[Counted]) -> str:
    """Counts as the tables keep them."""
    return json.dumps(
        [[name, day.isoformat(), n] for name, day, n in counts],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def counts_in(text: str) -> tuple[Counted, ...]:
    """Counts read back."""
    return tuple(Counted(name, date.fromisoformat(day), n) for name, day, n in json.loads(text))


def _row(fact: Fact, found: FactCounts) -> Row:
    operator = fact.operator or ""
    return fact.incarnation, fact.seq, found.wallet, operator, text_of(found.counts)


def _add_up(totals: Totals, wallet: str, operator: str, counts: tuple[Counted, ...]) -> None:
    served = FactCounts(wallet=wallet, counts=counts).of_operator
    for whose, some in ((wallet, counts), (whose_operator(operator), served)):
        for name, day, n in some if whose else ():
            key = (whose, name, day.isoformat())
            totals[key] = totals.get(key, 0) + n


def _refolded(
    connection: Connection,
    wallets: Iterable[str],
    told: Mapping[str, tuple[Counted, ...]],
    kept: Mapping[str, Kept],
) -> Totals:
    """The sums of wallets as they should stand."""
    asked = list(wallets)
    totals: Totals = {}

    def add(wallet: str, counts: Iterable[Counted]) -> None:
        for name, day, n in counts:
            key = (wallet, name, day.isoformat())
            totals[key] = totals.get(key, 0) + n

    for wallet in asked:
        add(wallet, told.get(wallet, ()))
    for log, seq, wallet, text in Quick(connection).rows(_OWN, (json.dumps(asked),)):
        if not (wallet in told and kept.get(wallet, NOT_TOLD).has(log, seq)):
            add(wallet, counts_in(text))
    return totals


def _replace(writes: Writes, whose: Iterable[str], totals: Totals) -> None:
    writes.add(_DROP_COUNTS, *((one,) for one in whose))
    writes.add(ADD_COUNTS, *((*key, n) for key, n in totals.items() if n))


def _told_of(connection: Connection, wallets: Iterable[str]) -> dict[str, tuple[Counted, ...]]:
    rows = Quick(connection).rows(_TOLD, (json.dumps(list(wallets)),))
    return {wallet: counts_in(text) for wallet, text in rows}


def _day_before(day: date) -> str:
    return date.fromordinal(day.toordinal() - 1).isoformat()


def _history(rows: Iterable[Row]) -> History:
    return History(tuple(Counted(name, date.fromisoformat(day), n) for name, day, n in rows if n))
