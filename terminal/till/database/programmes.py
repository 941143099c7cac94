"""The revisions of programmes that this till knows, as JSON text; decoded once each."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from terminal.loyalty.history import History
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Holding, Moment
from terminal.loyalty.wallet import Account
from terminal.till.database.balances import right_here
from terminal.till.database.connection import Database
from terminal.till.database.counts import history_of_operator
from terminal.till.database.facts import unix_ms
from terminal.till.database.quick import Quick
from terminal.wire.stored_programme import read_stored_programme

_LOG = logging.getLogger(__name__)

_KEYS = "SELECT programme, revision FROM programme_revisions ORDER BY programme, revision"
_TEXT = "SELECT content FROM programme_revisions WHERE programme = ? AND revision = ?"
_EARLIER = """SELECT programme, revision, content FROM earlier_programmes
WHERE until_ms = (SELECT min(until_ms) FROM earlier_programmes WHERE until_ms > ?)
ORDER BY programme, revision"""
_ADD = "INSERT INTO programme_revisions (programme, revision, content) VALUES (?, ?, ?)"


class StoredProgrammes:
    """``ports.Programmes`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._decoded: dict[tuple[int, int], Programme | None] = {}
        self._keys: list[tuple[int, int]] = []
        self._all: tuple[Programme, ...] = ()

    def revisions(self) -> Sequence[Programme]:
        """All revisions by number; the same tuple as before while there is nothing new.

        A revision never changes, so what was decoded stays true; only the list of numbers is
        read each time, because another process may have brought new ones. A revision that this
        program cannot read waits in its row for the program that can.
        """
        decoded = self._decoded
        with self._database.reading() as connection:
            quick = Quick(connection)
            rows = quick.rows(_KEYS)
            keys = [(programme, revision) for programme, revision in rows]
            for key in keys:
                if key not in decoded:
                    (text,) = quick.one(_TEXT, key)
                    decoded[key] = _read(key, text)
        if keys != self._keys:
            self._keys = keys
            self._all = tuple(one for key in keys if (one := decoded[key]) is not None)
        return self._all

    def of_sale(self, revisions: Collection[tuple[int, int]], at: Moment) -> Sequence[Programme]:
        """The revisions that a sale was judged by, also under the rules of an earlier server."""
        with self._database.reading() as connection:
            rows = Quick(connection).rows(_EARLIER, (unix_ms(at),))
        if not rows:
            return [one for one in self.revisions() if (one.programme, one.revision) in revisions]
        read = (_read((programme, revision), text) for programme, revision, text in rows)
        return [one for one in read if one and (one.programme, one.revision) in revisions]

    def budgets(self, accounts: Collection[Account]) -> Sequence[Holding]:
        """What may be given out here of the budgets of offers; none where there is no right."""
        with self._database.reading() as connection:
            return tuple(
                Holding(account=account, spendable=n)
                for account in accounts
                if (n := right_here(connection, account)) > 0
            )

    def given(self, needed: Mapping[str, date], operator: str | None = None) -> History:
        """What one who serves gave to everybody: by name from a day on, before that together."""
        with self._database.reading() as connection:
            return history_of_operator(connection, operator, needed)

    def put(self, texts: Iterable[str]) -> int:
        """Add revisions, all or none; returns how many were new.

        Raises:
            ValueError: a text is no programme, or differs from the revision of its number: what
                was published never changes.
        """
        from terminal.wire.programme_json import read_programme

        given = [(read_programme(text), text) for text in texts]
        added = 0
        with self._database.writing() as connection:
            quick = Quick(connection)
            for programme, text in given:
                key = (programme.programme, programme.revision)
                known = quick.row(_TEXT, key)
                if known is None:
                    quick.run(_ADD, (*key, text))
                    added += 1
                elif read_programme(known[0]) != programme:
                    raise ValueError("programme {}, revision {} is another one".format(*key))
        return added


def _read(key: tuple[int, int], text: str) -> Programme | None:
    known = read_stored_programme(text)
    if known is not None:
        return known
    from terminal.wire.programme_json import read_programme

    try:
        return read_programme(text)
    except ValueError:
        _LOG.warning("programme %s, revision %s is beyond this program", *key)
        return None
