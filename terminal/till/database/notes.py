"""Small things that the till remembers: settings by name, and which card numbers are used up."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.till.database.connection import Database

_GET = "SELECT content FROM settings WHERE key = ?"
_ALL = "SELECT key, content FROM settings ORDER BY key"
_PUT = """INSERT INTO settings (key, content) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET content = excluded.content"""
_DROP = "DELETE FROM settings WHERE key = ?"
_NEXT_CARD = "SELECT next_card FROM card_counter"
_TAKE_CARDS = """INSERT INTO card_counter (id, next_card) VALUES (1, ?)
ON CONFLICT (id) DO UPDATE SET next_card = next_card + excluded.next_card"""


class StoredSettings:
    """Texts by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """The text, None where nobody set one."""
        with self._database.reading() as connection:
            content = connection.exec_driver_sql(_GET, (key,)).scalar()
        return None if content is None else str(content)

    def all(self) -> Mapping[str, str]:
        """Everything that was set."""
        with self._database.reading() as connection:
            rows = connection.exec_driver_sql(_ALL).all()
        return {key: content for key, content in rows}  # noqa: C416 - rows are no pairs to mypy

    def put(self, key: str, content: str | None) -> None:
        """Set a text; None forgets it."""
        with self._database.writing() as connection:
            if content is None:
                connection.exec_driver_sql(_DROP, (key,))
            else:
                connection.exec_driver_sql(_PUT, (key, content))


class CardCounter:
    """The counters behind the shop's card numbers: each is given out once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, count: int) -> range:
        """The next counters for blank cards; they are used up even if nothing gets printed."""
        if count < 1:
            raise ValueError("at least one card")
        with self._database.writing() as connection:
            connection.exec_driver_sql(_TAKE_CARDS, (count,))
            end = connection.exec_driver_sql(_NEXT_CARD).scalar_one()
        return range(end - count, end)

    def given_out(self) -> range:
        """All counters that were ever taken; a genuine card has one of them."""
        with self._database.reading() as connection:
            return range(connection.exec_driver_sql(_NEXT_CARD).scalar() or 0)
