"""The second transaction: stored facts move the accounts, and what follows from them at once.

Whose rights came back is rung for, what a till holds beyond the cap is asked back, and a log that
has said everything on a new timeline is set free.
"""

from __future__ import annotations

from functools import partial

from terminal.loyalty.ledger import EntryKind
from terminal.server.database import logs, recalls
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.feeds import interested_stores
from terminal.server.database.logs import Log
from terminal.server.database.registry import active_terminals
from terminal.server.intake import timelines
from terminal.server.intake.taking import Taken
from terminal.server.ledger import exposure
from terminal.server.ledger.applying import apply_stored
from terminal.server.ledger.storing import Arrived
from terminal.server.rights import bank
from terminal.server.rights.policy import Caps, Rates
from terminal.wire.sync_json import SyncRequest, Verdict


def apply_till(
    database: ServerDatabase,
    request: SyncRequest,
    taken: Taken,
    now_ms: int,
    *,
    caps: Caps,
    rates: Rates,
) -> frozenset[str]:
    """Apply what waits of a till's logs; returns the wallets of which more was spent than held."""
    holes: frozenset[str] = frozenset()
    for older in taken.others:
        if taken.waits(older):
            holes |= database.run(partial(_apply_older, database, taken, older, now_ms))
    if taken.waits(taken.log.incarnation) or taken.log.quarantined:

        def own(connection: Connection) -> frozenset[str]:
            return _apply_own(database, connection, request, taken, now_ms, caps, rates)

        holes |= database.run(own)
    return holes


def says_all(request: SyncRequest, taken: Taken) -> bool:
    """Whether everything that the till's own log holds is here."""
    return all(mark.seq <= taken.log.stored for mark in request.logs[:1])


def _apply_older(
    database: ServerDatabase, taken: Taken, incarnation: str, now_ms: int, connection: Connection
) -> frozenset[str]:
    log = logs.lock(connection, incarnation)
    assert log is not None, "the first transaction saw it"
    return _apply(database, connection, log, taken.fresh.get(incarnation, ()), now_ms)


def _apply_own(
    database: ServerDatabase,
    connection: Connection,
    request: SyncRequest,
    taken: Taken,
    now_ms: int,
    caps: Caps,
    rates: Rates,
) -> frozenset[str]:
    log = logs.lock(connection, taken.log.incarnation)
    assert log is not None, "the first transaction saw it"
    holes = _apply(database, connection, log, taken.fresh.get(log.incarnation, ()), now_ms)
    if taken.verdict is Verdict.REENROL:
        return holes
    if log.quarantined:
        found = (logs.find(connection, one) for one in (log.incarnation, *taken.others))
        known = [one for one in found if one is not None]
        if timelines.speaks_whole(request, taken.timeline, known):
            timelines.set_free(connection, log.incarnation)
            exposure.look_again(connection, now_ms)
    if taken.fresh and says_all(request, taken) and active_terminals(connection, log.store) > 1:
        bank.recall_over_cap(connection, log, now_ms, caps=caps, rates=rates)
    return holes


def _apply(
    database: ServerDatabase,
    connection: Connection,
    log: Log,
    fresh: tuple[Arrived, ...],
    now_ms: int,
) -> frozenset[str]:
    applied = apply_stored(connection, log.incarnation, now_ms, fresh=fresh, held=log)
    back = _returned(connection, log, fresh)
    for stores in interested_stores(connection, back).values():
        for store in sorted(stores):
            database.bell.ring(connection, store)
    # Where the pool has nothing, nothing can be filled.
    return frozenset(one.wallet for one in recalls.holes_in(connection, applied.pooled))


def _returned(connection: Connection, log: Log, fresh: tuple[Arrived, ...]) -> list[str]:
    """The wallets of which rights came back in what was just applied."""
    if not fresh or fresh[0].seq != log.applied + 1:
        return recalls.returned_since(connection, log.incarnation, log.applied)
    facts = (one.fact for one in fresh if one.fact is not None)
    entries = (entry for fact in facts for entry in fact.entries)
    return sorted({one.account.wallet for one in entries if one.kind is EntryKind.RELEASE})
