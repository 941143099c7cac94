"""Which log a request speaks for: one that is known, or a new one in the place of another.

A till that finds its log to have two futures begins a new one, without rights, and names the one
that it follows. The first to do so goes on as the terminal. A second copy that follows the same
log is turned away (``retired``) until the owner gives it a code: two machines under one name and
key could not be told apart any more, nor put out of service one by one, and each would hold as
much as the cap allows. Nothing is lost by that, as pairing adopts the second one's whole log.
"""

from __future__ import annotations

from dataclasses import replace

from terminal.server.database import callers, logs
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.callers import Caller
from terminal.server.database.connection import Connection
from terminal.server.database.logs import Log, LogRole, LogStanding
from terminal.server.intake import timelines
from terminal.server.intake.refusals import retired, unknown_terminal
from terminal.server.rights import bank
from terminal.wire.sync_json import SyncRequest

_OVER = frozenset({LogStanding.FENCED, LogStanding.CLOSED, LogStanding.WRITTEN_OFF})
"""No till goes on with such a log."""
GIVES_WAY_MOST = 2
"""Logs of a terminal that said nothing and gave way to the next one."""


def own_log(connection: Connection, request: SyncRequest, timeline: int, now_ms: int) -> Log:
    """The log that a request speaks for, held by this transaction; a new one is begun.

    Raises:
        Refused: nobody knows it, or another copy of the till follows the same log already.
    """
    log = logs.lock(connection, request.incarnation)
    if log is not None:
        return log
    if request.replaces is None:
        raise unknown_terminal("this server does not know that log")
    return _begin_after(connection, request, request.replaces, timeline, now_ms)


def _begin_after(
    connection: Connection, request: SyncRequest, replaced: str, timeline: int, now_ms: int
) -> Log:
    before = logs.lock(connection, replaced)
    terminal = callers.writer_of(connection, replaced)
    if before is None or terminal is None:
        raise unknown_terminal("this server does not know the log that this one follows")
    # The same message may have come twice at once; whoever was second waited for the lock.
    if (meanwhile := logs.lock(connection, request.incarnation)) is not None:
        return meanwhile
    unsaid = before.quarantined
    if terminal.incarnation != replaced:
        unsaid |= _give_way(connection, terminal)
    if before.standing == LogStanding.ACTIVE:
        bank.fence(connection, before, f"its till goes on as {request.incarnation}", now_ms)
    logs.change(connection, replaced, quarantined=0)
    log = Log(
        incarnation=request.incarnation,
        terminal=terminal.terminal,
        store=terminal.store,
        timeline=timeline,
        # What the old log had not said after a restore of the server, the new one has to bring.
        quarantined=unsaid,
        contact_ms=now_ms,
        app=request.app[:100],
    )
    logs.add(connection, log)
    callers.goes_on_as(connection, terminal.terminal, request.incarnation)
    return log


def _give_way(connection: Connection, terminal: Caller) -> int:
    """Another log follows already; one that never said more than its first word gives way.

    So a till may fall back twice at once: its disk was restored again before it sold anything.
    Returns whether a restored server waits for the other one to speak.

    Raises:
        Refused: it is in use.
    """
    current = logs.lock(connection, terminal.incarnation)
    if current is None:
        return 0
    gave_way = sum(
        log.standing == LogStanding.CLOSED and not log.stored
        for log in logs.of_terminal(connection, terminal.terminal)
    )
    # Two copies that sell nothing would turn each other out for ever, each with its first word.
    often = gave_way >= GIVES_WAY_MOST
    if often or current.stored or timelines.has_heard_an_answer(current):
        raise retired("another copy of this till goes on in its place: pair this one with a code")
    logs.change(connection, current.incarnation, standing=LogStanding.CLOSED, quarantined=0)
    return current.quarantined


def till_logs(
    connection: Connection, request: SyncRequest, own: Log, now_ms: int
) -> dict[str, Log]:
    """All logs of the till that speaks, those that it follows included, by incarnation.

    An older one that this server never heard of (it was restored to before) is begun here,
    without rights. Another terminal's is taken like one of its own once nobody goes on with it:
    the till is a copy that was let in under a name of its own, and may be the only one that has
    the end of it. Its chain says what fits, and what both copies recorded anew counts once. One
    that somebody goes on with is none of its business.
    """
    known = {own.incarnation: own}
    if any(mark.incarnation != own.incarnation for mark in request.logs):
        known = {log.incarnation: log for log in logs.of_terminal(connection, own.terminal)} | known
    foreign: list[Alarm] = []
    for mark in request.logs:
        if mark.incarnation in known:
            continue
        older = replace(
            Log(incarnation=mark.incarnation),
            terminal=own.terminal,
            store=own.store,
            standing=LogStanding.CLOSED,
            timeline=own.timeline,
            contact_ms=now_ms,
        )
        if logs.add(connection, older):
            known[mark.incarnation] = older
        else:
            words = f"terminal {own.terminal} brings a log of another terminal"
            foreign.append(Alarm("foreign_log", mark.incarnation, words))
            its = logs.find(connection, mark.incarnation)
            if its is not None and its.role == LogRole.TILL and its.standing in _OVER:
                known[mark.incarnation] = its
    raise_alarms(connection, foreign, now_ms)
    return known
