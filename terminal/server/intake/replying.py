"""The reply: everything of one moment, so that statements and what they include belong together."""

from __future__ import annotations

from collections.abc import Iterator

from terminal.server.database import facts, logs
from terminal.server.database.connection import Connection
from terminal.server.database.feeds import GONE, MEMBER, WALLET
from terminal.server.database.logs import Log
from terminal.server.database.registry import tills_and_cards
from terminal.server.feed import reading
from terminal.server.feed.store_sales import store_sales
from terminal.server.intake.serving import Served
from terminal.server.intake.taking import Taken
from terminal.server.ledger.statements import statements_of
from terminal.server.members.asking import code_numbers
from terminal.server.members.records import member_records
from terminal.server.registry import revisions
from terminal.server.rights import bank
from terminal.server.rights.policy import Caps
from terminal.wire.sync_json import LogMark, ParkedFact, SyncReply, SyncRequest, Verdict


def compose(
    connection: Connection,
    request: SyncRequest,
    taken: Taken,
    served: Served,
    *,
    now_ms: int,
    caps: Caps,
) -> SyncReply:
    """What a till is answered."""
    own = _marked_logs(connection, request, taken)
    acknowledged = tuple(_acknowledged(connection, request, own))
    records_taken = tuple(dict.fromkeys(one.id for one in request.records))
    if taken.verdict is not Verdict.OK:
        return _turned_back(request, taken, acknowledged, records_taken, now_ms)
    store, incarnation = taken.log.store, taken.log.incarnation
    page = reading.after(connection, store, request.cursor, request.feed_most)
    published = revisions.published(
        connection,
        store,
        [(kind, key) for kind in revisions.KINDS for key in page.keys(kind)],
        code_numbers(request.asks),
    )
    tills, cards_issued = tills_and_cards(connection, store)
    only_till = tills == 1
    members = {*page.keys(MEMBER), *(one.member for one in served.answers if one.member)}
    return SyncReply(
        request=request.request,
        random=request.random,
        timeline=taken.timeline,
        nonce=taken.log.nonce,
        acknowledged=acknowledged,
        contradicted=taken.contradicted,
        includes=tuple(LogMark(incarnation=log.incarnation, seq=log.applied) for log in own),
        parked=_parked(connection, own),
        cursor=page.cursor,
        more=page.more,
        statements=statements_of(
            connection, sorted({*page.keys(WALLET), *served.wallets}), incarnation, now_ms
        ),
        members=member_records(connection, members),
        gone=page.keys(GONE),
        records_taken=records_taken,
        shop=published.shop,
        pricings=published.pricings,
        programmes=published.programmes,
        operators=published.operators,
        code_keys=published.code_keys,
        grants=bank.grants_for(connection, incarnation),
        recalls=bank.recalls_for(connection, incarnation, only_till=only_till),
        answers=served.answers,
        sales=served.sales,
        store_sales=store_sales(connection, request, taken.log, now_ms),
        cards=served.cards,
        cards_issued=cards_issued,
        only_till=only_till,
        value_most=caps.value_most,
        server_ms=now_ms,
    )


def _turned_back(
    request: SyncRequest,
    taken: Taken,
    acknowledged: tuple[LogMark, ...],
    records_taken: tuple[str, ...],
    now_ms: int,
) -> SyncReply:
    """A till that must begin anew, or learn a new timeline, takes nothing else over."""
    return SyncReply(
        request=request.request,
        random=request.random,
        verdict=taken.verdict,
        timeline=taken.timeline,
        nonce=taken.log.nonce,
        acknowledged=acknowledged,
        # A log that is over contradicts itself when the next one is begun.
        contradicted=() if taken.verdict is Verdict.REENROL else taken.contradicted,
        cursor=0,
        records_taken=records_taken,
        server_ms=now_ms,
    )


def _marked_logs(connection: Connection, request: SyncRequest, taken: Taken) -> list[Log]:
    """The till's logs, its own first; older ones as far as it still speaks of them."""
    spoken = [mark.incarnation for mark in (*request.logs, *request.acknowledged)]
    wanted = list(dict.fromkeys([taken.log.incarnation, *spoken]))
    known = {log.incarnation: log for log in logs.of_terminal(connection, taken.log.terminal)}
    for other in taken.others:  # of a copy that speaks under another name
        if other not in known and (log := logs.find(connection, other)) is not None:
            known[other] = log
    return [known[one] for one in wanted if one in known]


def _acknowledged(
    connection: Connection, request: SyncRequest, own: list[Log]
) -> Iterator[LogMark]:
    """How far each log is here, with the hash of what stands there.

    Where a copy of the till went on with an older log beyond this one's end, it is the fact at that
    end: only of that the till can see whether it is its own, or another future's.
    """
    ends = {mark.incarnation: mark.seq for mark in request.logs}
    for place, log in enumerate(own):
        end = ends.get(log.incarnation, log.stored)
        if place and end < log.stored:
            there = facts.hashes(connection, log.incarnation, end, end)
            yield LogMark(incarnation=log.incarnation, seq=end, hash=there.get(end))
        else:
            yield LogMark(incarnation=log.incarnation, seq=log.stored, hash=log.head)


def _parked(connection: Connection, own: list[Log]) -> tuple[ParkedFact, ...]:
    included = {log.incarnation: log.applied for log in own}
    return tuple(
        ParkedFact(incarnation=row.incarnation, seq=row.seq, reason=row.reason)
        for row in facts.parked(connection, included)
        if row.seq <= included[row.incarnation]
    )
