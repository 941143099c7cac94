"""Refunds by the sale that they are of: which the server has yet to settle, and which it has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.engine import Connection

from terminal.server.database import schema
from terminal.server.database.bulk import Bulk
from terminal.server.database.deeds import Place

OWN = "own"
"""The till that made it had sold the goods, and moved the units itself."""
WAITING = "waiting"
SETTLED = "settled"
"""By a fact of the server."""


class RefundRow(NamedTuple):
    """One row of ``refunds``; the fields are the columns."""

    incarnation: str
    seq: int
    sale: str
    standing: str
    looked: int = 0
    by_incarnation: str = ""
    """The server's fact that settled it."""
    by_seq: int = 0

    @property
    def place(self) -> Place:
        """The refund's fact."""
        return Place(self.incarnation, self.seq)


_COLUMNS = "incarnation, seq, sale, standing, looked, by_incarnation, by_seq"
_TO_LOOK_AT = """SELECT DISTINCT refunds.sale FROM refunds JOIN deeds ON deeds.id = refunds.sale
WHERE looked = 0 AND refunds.sale > ? ORDER BY refunds.sale LIMIT ?"""
_TOLD_BY = """SELECT DISTINCT refunds.sale FROM refunds JOIN deeds ON deeds.id = refunds.sale
WHERE looked = 0 AND refunds.sale > '' AND ? IN (refunds.incarnation, deeds.incarnation)
ORDER BY refunds.sale"""
_PLACE = "SELECT incarnation, seq FROM deeds WHERE id = ?"
_OF_SALE = """SELECT incarnation, seq, sale, standing, looked, by_incarnation, by_seq
FROM refunds WHERE sale = ? ORDER BY incarnation, seq"""
_LOCK = _OF_SALE + " {lock}"
_WITHOUT_SLIP = """SELECT incarnation, seq, sale, standing, looked, by_incarnation, by_seq
FROM refunds WHERE looked = 0 AND sale = '' AND (incarnation, seq) > (?, ?)
ORDER BY incarnation, seq LIMIT ?"""
_HOLD = "SELECT looked FROM refunds WHERE incarnation = ? AND seq = ? {lock}"
_LOOKED = "UPDATE refunds SET looked = 1 WHERE incarnation = ? AND seq = ?"
_ALL = """SELECT incarnation, seq, sale, standing, looked, by_incarnation, by_seq
FROM refunds ORDER BY incarnation, seq"""


def note(connection: Connection, rows: Sequence[RefundRow]) -> None:
    """Refunds that were applied just now; one that is settled already stays so."""
    conflict = "(incarnation, seq) DO NOTHING"
    Bulk(connection).put("refunds", _COLUMNS, sorted(rows), conflict=conflict)


def settled(connection: Connection, rows: Sequence[RefundRow]) -> None:
    """Refunds that facts of the server settled, whether their own facts are here or not.

    One without a slip is of the sale that was found for it from now on.
    """
    Bulk(connection).put(
        "refunds",
        _COLUMNS,
        sorted(rows),
        conflict="(incarnation, seq) DO UPDATE SET sale = excluded.sale,"
        " standing = excluded.standing, looked = 1,"
        " by_incarnation = excluded.by_incarnation, by_seq = excluded.by_seq",
    )


def looked(connection: Connection, places: Iterable[Place]) -> None:
    """Nothing is left to do about these."""
    bulk = Bulk(connection)
    for place in places:
        bulk.run(_LOOKED, place)


def to_look_at(connection: Connection, after: str, most: int) -> list[str]:
    """Sales that are here and of which refunds wait, beyond one of them, in order."""
    return [row[0] for row in Bulk(connection).rows(_TO_LOOK_AT, (after, most))]


def told_by(connection: Connection, incarnation: str) -> list[str]:
    """Those of them of which this log tells, the sale or a refund; in order."""
    return [row[0] for row in Bulk(connection).rows(_TOLD_BY, (incarnation,))]


def place_of_sale(connection: Connection, sale: str) -> Place | None:
    """The fact that first told of a sale."""
    rows = Bulk(connection).rows(_PLACE, (sale,))
    return Place(*rows[0]) if rows else None


def of_sale(connection: Connection, sale: str, *, lock: bool = False) -> list[RefundRow]:
    """All refunds of a sale; with ``lock`` held until the end of the transaction."""
    return [RefundRow(*row) for row in Bulk(connection).rows(_LOCK if lock else _OF_SALE, (sale,))]


def without_slip(connection: Connection, after: Place, most: int) -> list[RefundRow]:
    """Refunds of which nobody had the slip and whose sale is not found yet, beyond one, in order."""
    return [RefundRow(*row) for row in Bulk(connection).rows(_WITHOUT_SLIP, (*after, most))]


def hold(connection: Connection, place: Place) -> bool:
    """Lock a refund's row; whether there is still something to do about it."""
    rows = Bulk(connection).rows(_HOLD, place)
    return bool(rows) and rows[0][0] == 0


def all_refunds(connection: Connection) -> list[RefundRow]:
    """Every refund that is noted."""
    return [RefundRow(*row) for row in Bulk(connection).rows(_ALL)]


def forget_all(connection: Connection) -> None:
    """Before everything is written anew."""
    connection.execute(delete(schema.refunds))
