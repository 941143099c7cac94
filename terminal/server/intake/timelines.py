"""A server that was restored from a backup: how it notices, and how tills speak themselves free.

It forgot facts, and worse, grants: it would give the same rights out twice. So it begins another
timeline and grants nothing until every active log has spoken on it with all its facts. A request
that was on its way when the timeline changed cannot do that, as it carries the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from terminal.server.database import logs
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.callers import begin_timeline
from terminal.server.database.connection import Connection
from terminal.server.database.logs import Log, LogStanding
from terminal.server.database.registry import lock_server
from terminal.wire.sync_json import SyncRequest

RESTORED = "server_restored"
_SECOND_MS = 1_000


def begin_another(connection: Connection, *, told: int, why: str, now_ms: int) -> int:
    """Begin a timeline that was never before, and ask every active log to speak; returns it.

    ``told`` is the highest that anybody told of. Counting on by one would not do: restored twice
    from one backup, the server would number two lives alike, and tills would take a grant of the
    second for one that they had in the first.
    """
    timeline = max(lock_server(connection), told)
    timeline = max(timeline + 1, now_ms // _SECOND_MS)
    asked = begin_timeline(connection, timeline)
    detail = f"{why}; timeline {timeline}, {asked} logs are asked to speak before rights are given"
    raise_alarms(connection, [Alarm(RESTORED, str(timeline), detail)], now_ms)
    return timeline


def what_was_forgotten(
    request: SyncRequest, log: Log, known: Mapping[str, Log], timeline: int
) -> str:
    """What shows that this server forgot something that it told this till; '' if nothing does.

    ``known`` are the till's logs by incarnation, as they stood before this request.
    """
    if request.timeline > timeline:
        return f"a till has met timeline {request.timeline}"
    if request.timeline < timeline:
        return ""  # that is known already, and the till is about to hear of it
    for mark in request.acknowledged:
        here = known.get(mark.incarnation)
        if here is not None and mark.seq > here.stored:
            return f"log {mark.incarnation} was acknowledged up to {mark.seq}, {here.stored} stands"
    if nonce_is_strange(request, log) and not _is_of_the_past(request, log):
        return f"log {log.incarnation} got an answer that is not known here"
    return ""


def has_two_futures(request: SyncRequest, log: Log) -> str:
    """What shows that two tills write this log; '' if nothing does.

    An old request that comes late shows nothing: what it says was true when it was sent.
    """
    if request.request == log.last_request and request.random != log.last_random:
        return "two requests under one number"
    if request.request <= log.last_request:
        return ""
    if nonce_is_strange(request, log) and _is_of_the_past(request, log):
        return "it does not know what its other copy was told"
    # Where every answer was lost, the nonce is an old one on both sides of a restore.
    for mark in request.logs:
        if mark.incarnation != log.incarnation:
            continue
        if mark.seq < log.stored:
            return f"it goes to fact {mark.seq}, and {log.stored} came from it before"
        if mark.seq == log.stored and mark.hash not in {None, log.head}:
            return f"its fact {mark.seq} is another than the one that came before"
    return ""


def fresh_nonce(request: SyncRequest, chance: str) -> str:
    """A nonce that tells which request of which log it answered.

    So a server that forgot the answer can see that it gave it.
    """
    return f"{request.request}-{request.incarnation}-{chance}"


def named_by(nonce: str) -> int:
    """The request that a nonce answered; 0 for the one that pairing gave."""
    number, hyphen, _ = nonce.partition("-")
    return int(number) if hyphen and number.isascii() and number.isdigit() else 0


def _is_of_the_past(request: SyncRequest, log: Log) -> bool:
    """Whether a strange nonce is older than what this log was told last.

    One that answered the very same request is not: one life of a server answers a request of a
    log with one nonce, so another life gave it, and this one answered a late copy of the request.
    In a fenced log two tills have asked under that number.
    """
    number = named_by(request.nonce)
    answered_twice = (
        log.standing == LogStanding.ACTIVE
        and number == log.last_request
        and f"-{log.incarnation}-" in request.nonce
    )
    return number <= log.last_request and not answered_twice


def has_heard_an_answer(log: Log) -> bool:
    """Whether the till of a log ever presented what it was told under this name."""
    return f"-{log.incarnation}-" in log.nonce_before


def nonce_is_strange(request: SyncRequest, log: Log) -> bool:
    """Whether a till presents neither the last nonce nor the one before, whose reply was lost."""
    # A log that has never spoken presents what its terminal was told last under another name.
    return bool(log.nonce) and request.nonce not in (log.nonce, log.nonce_before)


def speaks_whole(request: SyncRequest, timeline: int, known: Iterable[Log]) -> bool:
    """Whether a request on the new timeline leaves nothing of its logs unsaid or unapplied.

    Grants that the server forgot are known to it once their facts are *applied*: not before
    that may rights be given again. A log that is not among the ``known`` belongs to another till,
    which goes on with it and speaks for it: its copy cannot, and nobody would wait for it in vain.
    """
    here = {log.incarnation: log for log in known}
    return (
        request.timeline == timeline
        and any(mark.incarnation == request.incarnation for mark in request.logs)
        and all(
            here[mark.incarnation].stored >= mark.seq
            and here[mark.incarnation].applied == here[mark.incarnation].stored
            for mark in request.logs
            if mark.incarnation in here
        )
    )


def set_free(connection: Connection, incarnation: str) -> None:
    """A log has spoken; the caller holds its row."""
    logs.change(connection, incarnation, quarantined=0)
