"""Sales that gave what is for a member's first or n-th purchase, as they were checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from terminal.server.database import overshoots
from terminal.server.database.bulk import Bulk
from terminal.server.database.connection import Connection


class Row(NamedTuple):
    """One row of ``nths``; the fields are the columns."""

    wallet: str
    name: str
    turn: str
    sale: str
    day: str
    pieces: int


_COLUMNS = "wallet, name, turn, sale, day, pieces"
_OF_TURN = """SELECT wallet, name, turn, sale, day, pieces FROM nths
WHERE name = ? AND turn = ? AND wallet {keys} ORDER BY wallet, sale"""


def hold(connection: Connection, wallet: str, name: str, turn: str) -> None:
    """Let nobody else look at this turn of these members until the transaction ends."""
    overshoots.tell(connection, overshoots.Place(wallet, name, turn), 0)


def note(connection: Connection, row: Row) -> None:
    """Keep that a sale gave it."""
    Bulk(connection).put("nths", _COLUMNS, [row], conflict="(wallet, name, turn, sale) DO NOTHING")


def of_turn(connection: Connection, wallets: Sequence[str], name: str, turn: str) -> list[Row]:
    """The sales that gave it for this purchase."""
    return [Row(*row) for row in Bulk(connection).keyed(_OF_TURN, wallets, (name, turn))]
