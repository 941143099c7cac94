"""Baskets that were put aside, until their customers come back."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

from terminal.loyalty.standing import NO_CHOICES
from terminal.till.checkout.draft import restored, stored
from terminal.till.database import working_basket
from terminal.till.database.connection import Database
from terminal.till.database.members import member_of
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.writes import Statement
from terminal.till.ports import ParkedBasket

_WAITING = """SELECT id, local, business_day, total, stored FROM parked_baskets
ORDER BY business_day DESC, local DESC, id DESC"""
_PUT = """INSERT INTO parked_baskets (id, local, business_day, total, stored)
VALUES (?, ?, ?, ?, ?)"""
_KEEP = "UPDATE parked_baskets SET stored = ? WHERE id = ?"
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


def without(connection: Connection, gone: Collection[str]) -> Iterator[Statement]:
    """The statements by which nobody who is erased stands in a basket that waits.

    The goods stay; a basket that was a member and nothing else goes.
    """
    for one in waiting(connection) if gone else ():
        draft = restored(one.stored)
        if draft.member is None or member_of(connection, draft.member) not in gone:
            continue
        nobodys = replace(
            draft, member=None, card=None, card_number="", typed=False, choices=NO_CHOICES
        )
        goods = stored(nobodys)
        yield (_KEEP, [(goods, one.id)]) if goods else (_TAKE, [(one.id,)])
