"""The first transaction of a request: everything that must be on disk before the till hears of it.

All of it or nothing. From its commit on the facts are acknowledged, whatever becomes of the rest.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from terminal.server.database import logs
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.failures import is_over_soon
from terminal.server.database.logs import Log, LogStanding
from terminal.server.database.registry import read_timeline
from terminal.server.failures import words_of_failure
from terminal.server.feed.telling import tell
from terminal.server.intake import lineage, timelines
from terminal.server.intake.refusals import Refused, failed, malformed, replayed, too_large
from terminal.server.ledger.storing import Arrived, Forked, arrived, store
from terminal.server.members.records import merge_records
from terminal.server.members.same_phones import tell_same_phones
from terminal.server.rights import bank
from terminal.wire.signing import FACT_BYTES_MOST, FACTS_MOST
from terminal.wire.sync_json import LogMark, SyncRequest, Verdict

_LOG = logging.getLogger(__name__)

RECORDS_MOST = 2_000
WANTS_MOST = 200
ASKS_MOST = 50
LOGS_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became durable of a request, and what it gets for an answer."""

    log: Log
    """The till's own log as it stands now."""
    others: tuple[str, ...]
    """Its older logs."""
    waiting: frozenset[str]
    """Those of all of them that have facts to be applied."""
    verdict: Verdict
    timeline: int
    reply_was_lost: bool
    """The till has not heard what it was answered last."""
    fresh: Mapping[str, tuple[Arrived, ...]] = field(default_factory=dict)
    """New facts by log, at hand to be applied."""
    contradicted: tuple[LogMark, ...] = ()
    """Older logs of which another future stands here, each from its first such fact on."""

    def waits(self, incarnation: str) -> bool:
        """Whether a log has facts that are stored and not applied."""
        return incarnation in self.waiting


# --- before anything is touched ------------------------------------------------------------------


def read_facts(request: SyncRequest) -> list[Arrived]:
    """The facts of a request, each read once.

    Raises:
        Refused: more than one request may bring, or bytes that do not say whose they are.
    """
    for many, most, what in (
        (len(request.facts) + len(request.opaque), FACTS_MOST, "facts"),
        (len(request.records), RECORDS_MOST, "records"),
        (len(request.wants), WANTS_MOST, "wants"),
        (len(request.asks), ASKS_MOST, "asks"),
        (len(request.logs) + len(request.acknowledged), LOGS_MOST, "logs"),
    ):
        if many > most:
            raise too_large(f"a request brings at most {most} {what}")
    try:
        facts = [arrived(text.encode()) for text in request.facts]
        facts += [
            arrived(base64.b64decode(one.base64, validate=True), (one.incarnation, one.seq))
            for one in request.opaque
        ]
    except ValueError as error:
        raise malformed(f"a fact that does not say whose it is: {error}") from error
    if len(facts) > 1 and sum(len(one.stored) for one in facts) > FACT_BYTES_MOST:
        raise too_large(f"several facts have at most {FACT_BYTES_MOST} bytes together")
    return facts


# --- first: take in ------------------------------------------------------------------------------


def take_in(
    database: ServerDatabase,
    request: SyncRequest,
    facts: Sequence[Arrived],
    now_ms: int,
    chance: Callable[[], str],
) -> Taken:
    """Make a request durable.

    Raises:
        Refused: see ``sync.answer``; nothing was changed.
    """
    nonce = timelines.fresh_nonce(request, chance())
    try:
        return database.run(lambda connection: _take_in(connection, request, facts, now_ms, nonce))
    except Refused:
        raise
    except Exception as error:
        if is_over_soon(error):
            raise Refused("busy", 503, "the database has too much to do") from error
        _LOG.error("storing failed for log %s: %s", request.incarnation, words_of_failure(error))
        raise failed() from error


def _take_in(
    connection: Connection,
    request: SyncRequest,
    facts: Sequence[Arrived],
    now_ms: int,
    nonce: str,
) -> Taken:
    """Everything that must be on disk before the till may hear of it, or nothing."""
    timeline = read_timeline(connection)
    log = lineage.own_log(connection, request, timeline, now_ms)
    futures = timelines.has_two_futures(request, log)
    if not futures and request.request <= log.last_request:
        raise replayed(log.last_request)
    known = lineage.till_logs(connection, request, log, now_ms)
    if forgotten := timelines.what_was_forgotten(request, log, known, timeline):
        timeline = timelines.begin_another(
            connection, told=request.timeline, why=forgotten, now_ms=now_ms
        )
        known = {one: logs.lock(connection, one) or old for one, old in known.items()}
    if futures and log.standing == LogStanding.ACTIVE:
        known[log.incarnation] = bank.fence(connection, known[log.incarnation], futures, now_ms)
    known, fresh, forks = _store(connection, known, log.incarnation, facts, now_ms)
    tell(connection, merge_records(connection, request.records, store=log.store))
    tell_same_phones(connection, request.records, now_ms)
    marked = _mark(connection, request, known[log.incarnation], timeline, now_ms, nonce)
    return Taken(
        log=marked,
        others=tuple(sorted(set(known) - {log.incarnation})),
        waiting=frozenset(one for one, its in known.items() if its.applied < its.stored),
        verdict=_verdict(request, marked, timeline),
        timeline=timeline,
        reply_was_lost=request.nonce != log.nonce,
        fresh=fresh,
        contradicted=tuple(
            LogMark(incarnation=one, seq=seq)
            for one, seq in forks.items()
            if one != log.incarnation
        ),
    )


def _store(
    connection: Connection,
    known: Mapping[str, Log],
    own: str,
    facts: Sequence[Arrived],
    now_ms: int,
) -> tuple[dict[str, Log], dict[str, tuple[Arrived, ...]], dict[str, int]]:
    """Store what is new of each log; one with two futures is fenced. Logs in order of their ids.

    Tells from which fact on a log has another future here, too.
    """
    now: dict[str, Log] = dict(known)
    forks: dict[str, int] = {}
    fresh: dict[str, tuple[Arrived, ...]] = {}
    for incarnation in sorted({one.incarnation for one in facts} & set(known)):
        log = known[incarnation]
        if incarnation != own:
            held = logs.lock(connection, incarnation)
            assert held is not None, "it was begun above"
            log = held
        try:
            # Those of the till's own log are written with all else that this request leaves there.
            stored = store(connection, log, facts, now_ms, marks=incarnation != own)
            now[incarnation] = stored.log
        except Forked as forked:
            stored, forks[incarnation] = forked.stored, forked.seq
            now[incarnation] = bank.fence(connection, stored.log, str(forked), now_ms)
        fresh[incarnation] = stored.fresh
    return now, fresh, forks


def _mark(
    connection: Connection,
    request: SyncRequest,
    log: Log,
    timeline: int,
    now_ms: int,
    nonce: str,
) -> Log:
    """Write down that this request was here, so that it cannot come again."""
    repeated = request.request <= log.last_request
    marked = replace(
        log,
        last_request=max(request.request, log.last_request),
        last_random=log.last_random if repeated else request.random,
        nonce=nonce,
        nonce_before=request.nonce,
        contact_ms=now_ms,
        clock_ahead_ms=max(-(2**62), min(2**62, request.clock.wall_ms - now_ms)),
        cursor=request.cursor,
        app=request.app[:100],
        timeline=timeline if request.timeline == timeline else log.timeline,
    )
    logs.change(
        connection,
        log.incarnation,
        stored=marked.stored,
        head=marked.head,
        last_request=marked.last_request,
        last_random=marked.last_random,
        nonce=marked.nonce,
        nonce_before=marked.nonce_before,
        contact_ms=marked.contact_ms,
        clock_ahead_ms=marked.clock_ahead_ms,
        cursor=marked.cursor,
        app=marked.app,
        timeline=marked.timeline,
    )
    return marked


def _verdict(request: SyncRequest, log: Log, timeline: int) -> Verdict:
    if log.standing != LogStanding.ACTIVE:
        return Verdict.REENROL
    return Verdict.OK if request.timeline == timeline else Verdict.TIMELINE
