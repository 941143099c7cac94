"""How much of each overshoot of a limit was told to the owner already."""

from __future__ import annotations

from typing import NamedTuple

from terminal.server.database.bulk import Bulk
from terminal.server.database.connection import Connection


class Place(NamedTuple):
    """A count of a wallet, and the period in which it is more than it may be."""

    wallet: str
    name: str
    period: str


_BEGIN = """INSERT INTO overshoots (wallet, name, period, n) VALUES (?, ?, ?, 0)
ON CONFLICT (wallet, name, period) DO NOTHING"""
_HOLD = "SELECT n FROM overshoots WHERE wallet = ? AND name = ? AND period = ? {lock}"
_TOLD = "UPDATE overshoots SET n = ? WHERE wallet = ? AND name = ? AND period = ?"


def tell(connection: Connection, place: Place, over: int) -> int:
    """Note that a limit is overshot by so much; how much of that is news."""
    bulk = Bulk(connection)
    bulk.run(_BEGIN, place)
    before = int(bulk.rows(_HOLD, place)[0][0])
    if over <= before:
        return 0
    bulk.run(_TOLD, (over, *place))
    return over - before
