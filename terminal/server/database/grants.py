"""Rights on their way from the pool to a log, and what the pool gives and takes.

A grant leaves the pool in the transaction that writes it, before anybody is told of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, tuple_, update
from sqlalchemy.engine import Connection

from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database.bulk import Bulk
from terminal.server.database.schema import accounts, grants

SENT = "sent"
"""On its way: the log has not said yet that it came."""
RECEIVED = "received"
VOID = "void"
"""Written off before it was known to have come; its rights are in the pool again."""

CHUNK = 5_000
"""Keys asked for in one statement: both databases bound the number of parameters."""


class GrantRow(NamedTuple):
    """A grant; (incarnation, timeline, number) names it."""

    incarnation: str
    timeline: int
    number: int
    wallet: str
    unit: str
    n: int
    standing: str
    given_ms: int

    @property
    def account(self) -> Account:
        """Whose rights."""
        return Account(WalletId(self.wallet), UnitId(self.unit))


_COLUMNS = tuple(grants.c[name] for name in GrantRow._fields)
_SENT_OF = """SELECT incarnation, timeline, number, wallet, unit, n, standing, given_ms
FROM grants WHERE standing = 'sent' AND wallet {keys} ORDER BY incarnation, timeline, number"""
_SENT_TO = """SELECT incarnation, timeline, number, wallet, unit, n, standing, given_ms
FROM grants WHERE incarnation = ? AND standing = 'sent' ORDER BY timeline, number"""
_IN_ORDER = (grants.c.timeline, grants.c.number)


def add_grants(connection: Connection, given: Iterable[GrantRow]) -> None:
    """Write grants; the caller takes them from the pool in the same transaction."""
    rows = [one._asdict() for one in given]
    if rows:
        connection.execute(insert(grants), rows)


def grants_named(
    connection: Connection, incarnation: str, names: Collection[tuple[int, int]]
) -> dict[tuple[int, int], GrantRow]:
    """The grants of a log with these (timeline, number), as far as they are known."""
    found: dict[tuple[int, int], GrantRow] = {}
    ordered = sorted(names)
    for begin in range(0, len(ordered), CHUNK):
        rows = connection.execute(
            select(*_COLUMNS).where(
                grants.c.incarnation == incarnation,
                tuple_(grants.c.timeline, grants.c.number).in_(ordered[begin : begin + CHUNK]),
            )
        )
        for row in rows:
            grant = GrantRow(*row)
            found[grant.timeline, grant.number] = grant
    return found


def mark_grants(
    connection: Connection, incarnation: str, names: Iterable[tuple[int, int]], standing: str
) -> None:
    """Say what became of grants."""
    rows = [
        {"of": incarnation, "in_timeline": timeline, "with_number": number, "now": standing}
        for timeline, number in names
    ]
    if rows:
        connection.execute(
            update(grants)
            .where(
                grants.c.incarnation == bindparam("of"),
                grants.c.timeline == bindparam("in_timeline"),
                grants.c.number == bindparam("with_number"),
            )
            .values(standing=bindparam("now")),
            rows,
        )


def sent_to(connection: Connection, incarnation: str) -> list[GrantRow]:
    """The grants on their way to a log, in order."""
    return [GrantRow(*row) for row in Bulk(connection).rows(_SENT_TO, (incarnation,))]


def ever_given(connection: Connection, incarnation: str) -> list[GrantRow]:
    """All grants that a log was ever given and that still count, in order."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(grants.c.incarnation == incarnation, grants.c.standing != VOID)
        .order_by(*_IN_ORDER)
    )
    return [GrantRow(*row) for row in rows]


def sent_of(connection: Connection, wallets: Collection[str]) -> list[GrantRow]:
    """The grants on their way to any log, of these wallets."""
    rows = Bulk(connection).keyed(_SENT_OF, sorted(set(wallets)))
    return [GrantRow(*row) for row in rows]


def all_sent(connection: Connection) -> list[GrantRow]:
    """Every grant that is on its way."""
    rows = connection.execute(select(*_COLUMNS).where(grants.c.standing == SENT))
    return [GrantRow(*row) for row in rows]


def pools(connection: Connection, wanted: Collection[Account]) -> dict[Account, int]:
    """What the pool holds of these accounts, their rows locked in order."""
    if not wanted:
        return {}
    rows = connection.execute(
        select(accounts.c.wallet, accounts.c.unit, accounts.c.pool)
        .where(tuple_(accounts.c.wallet, accounts.c.unit).in_(sorted(wanted)))
        .order_by(accounts.c.wallet, accounts.c.unit)
        .with_for_update()
    )
    return {Account(WalletId(wallet), UnitId(unit)): int(pool) for wallet, unit, pool in rows}


def change_pools(connection: Connection, changes: Mapping[Account, int]) -> None:
    """Add to what the pool holds, or take from it."""
    rows = [
        {"of_wallet": account.wallet, "of_unit": account.unit, "change": n}
        for account, n in sorted(changes.items())
        if n
    ]
    if rows:
        connection.execute(
            update(accounts)
            .where(
                accounts.c.wallet == bindparam("of_wallet"),
                accounts.c.unit == bindparam("of_unit"),
            )
            .values(pool=accounts.c.pool + bindparam("change")),
            rows,
        )
