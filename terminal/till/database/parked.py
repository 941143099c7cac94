"""Baskets that were put aside, until their customers come back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.engine import Connection

from terminal.till.database import working_basket
from terminal.till.database.connection import Database
from terminal.till.database.quick import Quick
from terminal.till.ports import ParkedBasket

_WAITING = """SELECT id, local, business_day, total, stored FROM parked_baskets
ORDER BY business_day DESC, local DESC, id DESC"""
_PUT = """INSERT INTO parked_baskets (id, local, business_day, total, stored)
VALUES (?, ?, ?, ?, ?)"""
_TAKE = "DELETE FROM parked_baskets WHERE id = ?"


class StoredParkedBaskets:
    """``ports.ParkedBaskets`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> Sequence[ParkedBasket]:
        """All of them, the latest first."""
        with self._database.reading() as connection:
            return waiting(connection)

    def exchange(
        self, *, put: ParkedBasket | None, take: ParkedBasket | None, working: bytes
    ) -> None:
        """Put one aside, take one back, keep the basket in work: one durable transaction."""
        with self._database.writing() as connection:
            quick = Quick(connection)
            if take is not None:
                quick.run(_TAKE, (take.id,))
            if put is not None:
                day, local = put.business_day.isoformat(), put.local.isoformat()
                quick.run(_PUT, (put.id, local, day, put.total, put.stored))
            working_basket.keep(connection, working)


def waiting(connection: Connection) -> tuple[ParkedBasket, ...]:
    """All that wait, the latest first."""
    return tuple(
        ParkedBasket(
            id=key,
            local=datetime.fromisoformat(local),
            business_day=date.fromisoformat(day),
            total=total,
            stored=bytes(stored),
        )
        for key, local, day, total, stored in Quick(connection).rows(_WAITING)
    )
