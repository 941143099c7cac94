"""Rights that are out at logs, and which of them are asked back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, func, select, text, tuple_, update
from sqlalchemy.engine import Connection

from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database.bulk import Bulk
from terminal.server.database.schema import entries, holdings, logs, recalls

RECALLED = "recalled"
"""Somebody else asks for them, or they end."""
OVER_CAP = "over_cap"


class RecallRow(NamedTuple):
    """Rights asked back from a log."""

    incarnation: str
    wallet: str
    unit: str
    n: int
    reason: str
    asked_ms: int


class Held(NamedTuple):
    """Rights in the hands of a log that answers; ``store`` is where it stands."""

    incarnation: str
    store: str
    wallet: str
    unit: str
    n: int

    @property
    def account(self) -> Account:
        """Whose rights."""
        return Account(WalletId(self.wallet), UnitId(self.unit))


_COLUMNS = tuple(recalls.c[name] for name in RecallRow._fields)
_RECALLS_OF = """SELECT recalls.incarnation, recalls.wallet, recalls.unit, recalls.n, reason,
asked_ms, holdings.n FROM recalls JOIN holdings ON holdings.incarnation = recalls.incarnation
AND holdings.wallet = recalls.wallet AND holdings.unit = recalls.unit
WHERE recalls.incarnation = ? AND holdings.n > 0 ORDER BY recalls.wallet, recalls.unit"""
_HELD = (holdings.c.incarnation, logs.c.store, holdings.c.wallet, holdings.c.unit, holdings.c.n)

_ASK = text(
    "INSERT INTO recalls (incarnation, wallet, unit, n, reason, asked_ms)"
    " VALUES (:incarnation, :wallet, :unit, :n, :reason, :asked_ms)"
    " ON CONFLICT (incarnation, wallet, unit) DO UPDATE SET"
    " n = CASE WHEN excluded.n > recalls.n THEN excluded.n ELSE recalls.n END,"
    " reason = CASE WHEN recalls.reason = 'recalled' THEN recalls.reason"
    " ELSE excluded.reason END, asked_ms = excluded.asked_ms"
)


# --- what is asked back --------------------------------------------------------------------------


def ask_back(connection: Connection, asked: Iterable[RecallRow]) -> None:
    """Ask rights back; what is asked already stays asked, the larger number counts."""
    rows = [one._asdict() for one in sorted(asked)]
    if rows:
        connection.execute(_ASK, rows)


def recalls_of(connection: Connection, incarnation: str) -> list[RecallRow]:
    """What a log is asked to give back and still holds, by account; never more than it holds."""
    rows = Bulk(connection).rows(_RECALLS_OF, (incarnation,))
    return [RecallRow(*row[:-1])._replace(n=min(row[3], row[-1])) for row in rows]


def reduce_recalls(
    connection: Connection, incarnation: str, returned: Mapping[Account, int]
) -> None:
    """Rights came back: that much less is asked for."""
    rows = [
        {"of": incarnation, "of_wallet": account.wallet, "of_unit": account.unit, "back": n}
        for account, n in sorted(returned.items())
    ]
    if not rows:
        return
    mine = (
        (recalls.c.incarnation == bindparam("of"))
        & (recalls.c.wallet == bindparam("of_wallet"))
        & (recalls.c.unit == bindparam("of_unit"))
    )
    connection.execute(update(recalls).where(mine).values(n=recalls.c.n - bindparam("back")), rows)
    connection.execute(
        delete(recalls).where(recalls.c.incarnation == incarnation, recalls.c.n <= 0)
    )


def forget_recalls(connection: Connection, incarnation: str) -> None:
    """Nothing is asked of a log any more."""
    connection.execute(delete(recalls).where(recalls.c.incarnation == incarnation))


def forget_over_cap(connection: Connection, incarnation: str) -> None:
    """What a log holds beyond the cap is about to be reckoned anew."""
    connection.execute(
        delete(recalls).where(recalls.c.incarnation == incarnation, recalls.c.reason == OVER_CAP)
    )


# --- who holds what ------------------------------------------------------------------------------


def holders(connection: Connection, wanted: Collection[Account], but_not: str) -> list[Held]:
    """Active logs that hold rights of these accounts, most first; not the one who asks."""
    if not wanted:
        return []
    return _held(
        connection,
        select(*_HELD)
        .join(logs, logs.c.incarnation == holdings.c.incarnation)
        .where(
            tuple_(holdings.c.wallet, holdings.c.unit).in_(sorted(wanted)),
            holdings.c.n > 0,
            holdings.c.incarnation != but_not,
            logs.c.role == "till",
            logs.c.standing == "active",
        )
        .order_by(holdings.c.n.desc(), holdings.c.incarnation),
    )


def held_by(connection: Connection, incarnation: str) -> list[Held]:
    """Everything in the hands of a log, most first; holes (below zero) last."""
    return _held(
        connection,
        select(*_HELD)
        .join(logs, logs.c.incarnation == holdings.c.incarnation)
        .where(holdings.c.incarnation == incarnation, holdings.c.n != 0)
        .order_by(holdings.c.n.desc(), holdings.c.wallet, holdings.c.unit),
    )


def holes_in(connection: Connection, wallets: Collection[str]) -> list[Held]:
    """Where tills spent more of these wallets than they held, as far as their facts tell."""
    rows = Bulk(connection).keyed(_HOLES, sorted(set(wallets))) if wallets else []
    return [Held(*row) for row in rows]


_HOLES = """SELECT holdings.incarnation, logs.store, wallet, unit, n
FROM holdings JOIN logs ON logs.incarnation = holdings.incarnation
WHERE wallet {keys} AND n < 0 AND logs.role = 'till' ORDER BY wallet, unit, holdings.incarnation"""


def held_above(connection: Connection, incarnation: str, most: int) -> dict[Account, int]:
    """The accounts of which a log holds more than so many."""
    rows = connection.execute(
        select(holdings.c.wallet, holdings.c.unit, holdings.c.n).where(
            holdings.c.incarnation == incarnation, holdings.c.n > most
        )
    )
    return {Account(WalletId(wallet), UnitId(unit)): int(n) for wallet, unit, n in rows}


def held_by_unit(connection: Connection, incarnation: str) -> dict[UnitId, int]:
    """How many rights of each unit a log holds, all wallets together."""
    rows = connection.execute(
        select(holdings.c.unit, func.sum(holdings.c.n))
        .where(holdings.c.incarnation == incarnation, holdings.c.n > 0)
        .group_by(holdings.c.unit)
    )
    return {UnitId(unit): int(n) for unit, n in rows}


def held_by_all(connection: Connection) -> list[tuple[str, UnitId, int]]:
    """(incarnation, unit, n) of all tills' logs: what is out, dead logs included."""
    rows = connection.execute(
        select(holdings.c.incarnation, holdings.c.unit, func.sum(holdings.c.n))
        .join(logs, logs.c.incarnation == holdings.c.incarnation)
        .where(logs.c.role == "till", holdings.c.n > 0)
        .group_by(holdings.c.incarnation, holdings.c.unit)
        .order_by(holdings.c.incarnation, holdings.c.unit)
    )
    return [(str(incarnation), UnitId(unit), int(n)) for incarnation, unit, n in rows]


def returned_since(connection: Connection, incarnation: str, seq: int) -> list[str]:
    """The wallets of which a log gave rights back in facts after ``seq``."""
    rows = connection.execute(
        select(entries.c.wallet)
        .where(
            entries.c.incarnation == incarnation, entries.c.seq > seq, entries.c.kind == "release"
        )
        .distinct()
        .order_by(entries.c.wallet)
    )
    return [str(wallet) for (wallet,) in rows]


def _held(connection: Connection, query: Select[Any]) -> list[Held]:
    return [Held(*row) for row in connection.execute(query)]
