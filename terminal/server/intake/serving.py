"""The third transaction, where there is anything to do: what a till wants, asks and runs out of."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from terminal.loyalty.facts import FactKind
from terminal.loyalty.wallet import BUDGET_UNIT
from terminal.server.database import accounts, logs, people
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.feeds import WALLET, Telling, interested_stores
from terminal.server.feed.telling import tell
from terminal.server.intake.past_sales import sales_asked
from terminal.server.intake.taking import Taken
from terminal.server.ledger.minting import mint
from terminal.server.members import asking, interests
from terminal.server.registry.cards import LOW, block_for
from terminal.server.registry.local_days import local_day
from terminal.server.rights import bank
from terminal.server.rights.policy import Caps, Rates
from terminal.wire.sync_json import Answer, AskKind, CardBlock, SyncRequest, ToldSale, Verdict, Want


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a till gets beside its feed."""

    answers: tuple[Answer, ...] = ()
    wallets: frozenset[str] = frozenset()
    """Whose statements it shall have now."""
    cards: tuple[CardBlock, ...] = ()
    sales: tuple[ToldSale, ...] = ()


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


def asks_for_rights(request: SyncRequest) -> bool:
    """Whether a till wants to spend something now, a voucher or a gift card among it."""
    return bool(request.wants) or any(one.kind is AskKind.WALLET for one in request.asks)


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
    bearers = asking.bearers_asked(connection, request.asks)
    moved = bank.serve_wants(
        connection,
        log,
        (*request.wants, *_all_in(connection, bearers, log.incarnation)),
        now_ms,
        timeline=taken.timeline,
        caps=caps,
        rates=rates,
        reply_was_lost=taken.reply_was_lost,
    )
    filled = _fill(connection, holes, log.store, now_ms, taken.timeline)
    answers = asking.find(connection, request.asks, log=log, now_ms=now_ms)
    found = {one for some in asking.wallets_found(connection, answers).values() for one in some}
    wanted = people.members_of(
        connection, {want.wallet for want in request.wants if want.unit != BUDGET_UNIT}
    )
    if bearers:
        found |= {row.wallet for row in accounts.wallet_rows(connection, bearers)}
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
        sales=sales_asked(connection, request.asks),
    )


def _all_in(connection: Connection, wallets: Collection[str], own: str) -> Iterator[Want]:
    """All that vouchers and gift cards hold, less what the till that asks has of it already.

    Whoever shows the code wants to use it there, and nobody else can meanwhile.
    """
    if not wallets:
        return
    here = {
        one.account: one.n
        for one in accounts.holdings_of(connection, wallets)
        if one.incarnation == own
    }
    for account, (sums, _) in accounts.accounts_of(connection, wallets).items():
        n = sums.rights_in_all - max(0, here.get(account, 0))
        if n > 0:
            yield Want(wallet=account.wallet, unit=account.unit, n=n)


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
            business_day=local_day(connection, store, now_ms),
        )
    return moved
