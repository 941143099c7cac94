"""What an owner rules: this server was restored, that till is lost, this person is forgotten.

Nothing of it happens by itself or by time, because each names who bears a loss.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from terminal.loyalty.bodies import RightsWrittenOff
from terminal.loyalty.facts import FactKind
from terminal.loyalty.wallet import UnitId
from terminal.server.database import grants, logs, recalls
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.feeds import WALLET, Telling, interested_stores
from terminal.server.database.logs import Log, LogRole
from terminal.server.database.registry import read_timeline
from terminal.server.feed.telling import tell
from terminal.server.intake import timelines, worths
from terminal.server.ledger import exposure
from terminal.server.ledger.minting import mint
from terminal.server.members import records
from terminal.server.rights import bank
from terminal.server.rights.policy import Rates, value_of


class UnknownLog(LookupError):
    """There is no till's log of that name."""


def restored(database: ServerDatabase, now_ms: int) -> int:
    """The database was restored from a backup: begin another timeline; returns it.

    The server notices by itself as soon as a till shows that it forgot something. An operator who
    knows says so before any till can be given a right for the second time.
    """
    return database.run(
        lambda connection: timelines.begin_another(
            connection, told=0, why="an operator said so", now_ms=now_ms
        )
    )


def forgive(database: ServerDatabase, incarnation: str, now_ms: int) -> int:
    """Wait no longer for a log after a restore; returns what that may cost, in minor units.

    Facts of it that the server forgot may turn up later: spends of rights that it gives out again
    from now on.
    """
    rates = worths.rates(database)

    def work(connection: Connection) -> int:
        log = _till_log(connection, incarnation)
        value = _value_with(connection, log, rates)
        logs.change(connection, incarnation, quarantined=0)
        detail = f"not waited for after a restore: {value} minor units may be spent twice"
        raise_alarms(connection, [Alarm("forgiven", incarnation, detail)], now_ms)
        exposure.look_again(connection, now_ms)
        return value

    return database.run(work)


def fence(database: ServerDatabase, incarnation: str, reason: str, now_ms: int) -> None:
    """Give a till no rights any more, and have it begin anew when it speaks."""

    def work(connection: Connection) -> None:
        bank.fence(connection, _till_log(connection, incarnation), reason, now_ms)

    database.run(work)


def write_off(
    database: ServerDatabase, incarnation: str, *, reason: str, now_ms: int, today: date
) -> int:
    """Take the rights of a till for lost to it; they go back to the pool.

    Returns what becomes a loss if the till spent them, in minor units. Its facts are still taken,
    and then the loss is booked.
    """
    rates = worths.rates(database)

    def work(connection: Connection) -> int:
        log = _till_log(connection, incarnation)
        written = bank.write_off(connection, log, reason, now_ms, rates=rates)
        wallets = set(written.moved.wallets)
        if written.body is not None:
            _mint(connection, log.store, written.body, now_ms, today)
            wallets |= {wallet for wallet, _, _ in written.body.rights}
        timeline = read_timeline(connection)
        moved, bodies = bank.fill_holes(connection, wallets, now_ms, timeline=timeline)
        for body in bodies:
            _mint(connection, log.store, body, now_ms, today)
        _tell_wallets(connection, wallets)
        for store in sorted(moved.stores):
            database.bell.ring(connection, store)
        if log.quarantined:
            exposure.look_again(connection, now_ms)
        return written.value

    return database.run(work)


def erase(database: ServerDatabase, member: str) -> bool:
    """Forget a person: their records here now, at the tills with their next contact.

    False where nobody is known by that id.
    """

    def work(connection: Connection) -> bool:
        told = records.erase(connection, member)
        tell(connection, told)
        for store in sorted({store for one in told for store in one.stores}):
            database.bell.ring(connection, store)
        return bool(told)

    return database.run(work)


def value_at_risk(database: ServerDatabase) -> dict[str, int]:
    """What each till's log holds, in minor units: the most that its loss may cost."""
    rates = worths.rates(database)
    with database.reading() as connection:
        return bank.value_at_risk(connection, rates)


def _till_log(connection: Connection, incarnation: str) -> Log:
    log = logs.lock(connection, incarnation)
    if log is None or log.role != LogRole.TILL:
        raise UnknownLog(f"There is no till's log {incarnation}.")
    return log


def _value_with(connection: Connection, log: Log, rates: Rates) -> int:
    held: dict[UnitId, int] = recalls.held_by_unit(connection, log.incarnation)
    for grant in grants.sent_to(connection, log.incarnation):
        unit = grant.account.unit
        held[unit] = held.get(unit, 0) + grant.n
    return value_of(held, rates)


def _mint(
    connection: Connection,
    store: str,
    body: RightsWrittenOff,
    now_ms: int,
    today: date,
) -> None:
    mint(
        connection,
        store=store,
        kind=FactKind.RIGHTS_WRITTEN_OFF,
        entries=(),
        body=body,
        now_ms=now_ms,
        business_day=today,
    )


def _tell_wallets(connection: Connection, wallets: Iterable[str]) -> None:
    told = interested_stores(connection, set(wallets))
    tell(connection, [Telling(WALLET, one, stores) for one, stores in sorted(told.items())])
