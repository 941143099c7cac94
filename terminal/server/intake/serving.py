"""The third transaction, where there is anything to do: what a till wants, asks and runs out of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from terminal.loyalty.facts import FactKind
from terminal.server.database import logs, people
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.feeds import WALLET, Telling, interested_stores
from terminal.server.feed.telling import tell
from terminal.server.intake.taking import Taken
from terminal.server.ledger.minting import mint
from terminal.server.members import asking, interests
from terminal.server.registry.cards import LOW, block_for
from terminal.server.registry.local_days import local_days
from terminal.server.rights import bank
from terminal.server.rights.policy import Caps, Rates
from terminal.wire.sync_json import Answer, CardBlock, SyncRequest, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a till gets beside its feed."""

    answers: tuple[Answer, ...] = ()
    wallets: frozenset[str] = frozenset()
    """Whose statements it shall have now."""
    cards: tuple[CardBlock, ...] = ()


def serve(
    database: ServerDatabase,
    request: SyncRequest,
    taken: Taken,
    now_ms: int,
    *,
    caps: Caps,
    rates: Rates,
    holes: Collection[str],
) -> Served:
    """Do for a till what it asks for; one that must begin anew, or learn a timeline, asks nothing."""
    asked = request if taken.verdict is Verdict.OK else _silent(request)
    runs_low = asked.cards_left is not None and asked.cards_left < LOW
    if not (asked.wants or asked.asks or runs_low or holes):
        return Served()
    return database.run(
        lambda connection: _serve(database, connection, asked, taken, now_ms, caps, rates, holes)
    )


def _silent(request: SyncRequest) -> SyncRequest:
    return replace(request, wants=(), asks=(), cards_left=None)


def _serve(
    database: ServerDatabase,
    connection: Connection,
    request: SyncRequest,
    taken: Taken,
    now_ms: int,
    caps: Caps,
    rates: Rates,
    holes: Collection[str],
) -> Served:
    log = logs.lock(connection, taken.log.incarnation)
    assert log is not None, "the first transaction saw it"
    moved = bank.serve_wants(
        connection,
        log,
        request.wants,
        now_ms,
        timeline=taken.timeline,
        caps=caps,
        rates=rates,
        reply_was_lost=taken.reply_was_lost,
    )
    filled = _fill(connection, holes, log.store, now_ms, taken.timeline)
    answers = asking.find(connection, request.asks, log=log, now_ms=now_ms)
    found = {one for some in asking.wallets_found(connection, answers).values() for one in some}
    wanted = people.members_of(connection, {want.wallet for want in request.wants})
    seen = [(wallet, log.store) for wallet in sorted(found | set(wanted))]
    tellings = interests.register(connection, seen)
    changed = moved.wallets | filled.wallets
    told = interested_stores(connection, changed)
    tell(
        connection,
        [*tellings, *(Telling(WALLET, one, told.get(one, ())) for one in sorted(changed))],
    )
    for store in sorted(moved.stores | filled.stores):
        database.bell.ring(connection, store)
    block = block_for(
        connection, store=log.store, terminal=log.terminal, cards_left=request.cards_left
    )
    return Served(
        answers=answers,
        wallets=frozenset(found) | frozenset(wanted),
        cards=(block,) if block is not None else (),
    )


def _fill(
    connection: Connection, holes: Collection[str], store: str, now_ms: int, timeline: int
) -> bank.Moved:
    moved, bodies = bank.fill_holes(connection, holes, now_ms, timeline=timeline)
    for body in bodies:
        mint(
            connection,
            store=store,
            kind=FactKind.RIGHTS_WRITTEN_OFF,
            entries=(),
            body=body,
            now_ms=now_ms,
            business_day=local_days(connection, now_ms).at(store),
        )
    return moved
