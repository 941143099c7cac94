"""What a walk over all facts gathers, in tables that are gone afterwards.

They stand in SQLite's own temporary file, apart from the till's: a walk holds a few rows, however
many members and facts there are. Facts hold ids only, so no name comes into that file either.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from terminal.loyalty import consent
from terminal.loyalty.bodies import CardReplaced, ConsentGiven, ConsentWithdrawn, read_body
from terminal.loyalty.facts import Fact, FactKind
from terminal.till.database.facts import EntryRow, entry_rows
from terminal.till.database.quick import Connection, Quick, Row

ROWS_TOGETHER = 1_000

_TABLES = {
    "gathered_entries": """incarnation TEXT NOT NULL, seq INTEGER NOT NULL,
position INTEGER NOT NULL, wallet TEXT NOT NULL, unit TEXT NOT NULL, kind TEXT NOT NULL,
n INTEGER NOT NULL, day TEXT NOT NULL""",
    "gathered_wallets": "member TEXT NOT NULL, wallet TEXT NOT NULL",
    "gathered_grants": """incarnation TEXT NOT NULL, timeline INTEGER NOT NULL,
number INTEGER NOT NULL, PRIMARY KEY (incarnation, timeline, number)""",
    "gathered_warnings": """wallet TEXT NOT NULL, unit TEXT NOT NULL, day TEXT NOT NULL,
last_day TEXT NOT NULL, PRIMARY KEY (wallet, unit, day, last_day)""",
    "gathered_replaced": "card TEXT NOT NULL PRIMARY KEY",
    "gathered_decisions": """member TEXT NOT NULL, field TEXT NOT NULL, at INTEGER NOT NULL,
evidence TEXT NOT NULL, PRIMARY KEY (member, field)""",
}
_ENTRY = "INSERT INTO gathered_entries VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_WALLET = "INSERT INTO gathered_wallets VALUES (?, ?)"
_GRANT = "INSERT OR IGNORE INTO gathered_grants VALUES (?, ?, ?)"
_WARNING = "INSERT OR IGNORE INTO gathered_warnings VALUES (?, ?, ?, ?)"
_REPLACED = "INSERT OR IGNORE INTO gathered_replaced VALUES (?)"
_DECISION = """INSERT INTO gathered_decisions VALUES (?, ?, ?, ?)
ON CONFLICT (member, field) DO UPDATE SET at = excluded.at, evidence = excluded.evidence
WHERE (excluded.at, excluded.evidence) > (at, evidence)"""

ALL_GRANTS = """SELECT incarnation, timeline, number FROM gathered_grants
ORDER BY incarnation, timeline, number"""
ALL_WARNINGS = """SELECT wallet, unit, day, last_day FROM gathered_warnings
ORDER BY wallet, unit, day, last_day"""
ALL_DECISIONS = "SELECT member, field, evidence FROM gathered_decisions ORDER BY member, field"
IN_WALLETS = """SELECT wallet, unit, incarnation, seq, kind, n, day FROM gathered_entries
ORDER BY wallet, rowid"""


class Gathered:
    """The tables while a walk fills them; what waits is written by ``flush``."""

    def __init__(self, connection: Connection) -> None:
        self._quick = Quick(connection)
        self._waiting: dict[str, list[Row]] = {}
        self._rows = 0

    def fold(self, fact: Fact) -> None:
        """The entries of a fact."""
        rows: list[EntryRow] = entry_rows(fact)
        self._put(_ENTRY, *rows)

    def wallet(self, member: str, wallet: str) -> None:
        """Somebody joined, or a card was met, with this wallet."""
        self._put(_WALLET, (member, wallet))

    def grant(self, incarnation: str, timeline: int, number: int) -> None:
        """A grant of the server's was received."""
        self._put(_GRANT, (incarnation, timeline, number))

    def warning(self, row: Row) -> None:
        """A member was told of units that end: a row of ``lots_warned``."""
        self._put(_WARNING, tuple(map(str, row)))

    def heed(self, fact: Fact) -> None:
        """What a fact says of people apart from their wallets: cards, and what they agree to."""
        if fact.kind == FactKind.CARD_REPLACED:
            before = read_body(CardReplaced, fact.body).before
            if before:
                self._put(_REPLACED, (before,))
        elif fact.kind == FactKind.CONSENT_GIVEN:
            self._decided(fact, read_body(ConsentGiven, fact.body))
        elif fact.kind == FactKind.CONSENT_WITHDRAWN:
            self._decided(fact, read_body(ConsentWithdrawn, fact.body))

    def flush(self) -> None:
        """Write what waits."""
        for statement, rows in self._waiting.items():
            self._quick.run_all(statement, rows)
        self._waiting.clear()
        self._rows = 0

    def _decided(self, fact: Fact, body: ConsentGiven | ConsentWithdrawn) -> None:
        name, text = consent.of_fact(fact, body)
        self._put(_DECISION, (body.member, name, *consent.rank(text)))

    def _put(self, statement: str, *rows: Row) -> None:
        self._waiting.setdefault(statement, []).extend(rows)
        self._rows += len(rows)
        if self._rows >= ROWS_TOGETHER:
            self.flush()


@contextmanager
def gathering(connection: Connection) -> Iterator[Gathered]:
    """Tables for one walk, inside a transaction; whatever fails is rolled back, and they with it."""
    quick = Quick(connection)
    for name, columns in _TABLES.items():
        quick.run(f"CREATE TEMP TABLE {name} ({columns})")
    yield Gathered(connection)
    for name in _TABLES:
        quick.run(f"DROP TABLE {name}")
