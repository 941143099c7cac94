"""How far the server has each log: the outbox follows its marks, backwards too.

A mark is a number, and after a fork two logs have the same numbers: a mark counts only where
nothing speaks against its being about our facts. Taken by its number alone it would let facts
pass for sent that the server never saw.
"""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.facts import UnreadableFact, decode
from terminal.till.database.outgoing import Log
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.writes import Writes
from terminal.wire.sync_json import LogMark, SyncReply, SyncRequest, Verdict

_ACKNOWLEDGE = "UPDATE identity SET acknowledged = ?"
_ACKNOWLEDGE_OLDER = "UPDATE older_logs SET acknowledged = ? WHERE incarnation = ?"
_REFUSED = "UPDATE older_logs SET refused = ? WHERE incarnation = ?"
_SENT = "DELETE FROM outbox WHERE incarnation = ? AND seq <= ?"
_WAIT_AGAIN = """INSERT OR IGNORE INTO outbox (incarnation, seq)
SELECT incarnation, seq FROM facts WHERE incarnation = ? AND seq > ?"""
_HASH = "SELECT hash FROM facts WHERE incarnation = ? AND seq = ?"


def settle_marks(
    connection: Connection,
    writes: Writes,
    logs: Sequence[Log],
    request: SyncRequest,
    reply: SyncReply,
) -> dict[str, int]:
    """The rows of what the server acknowledges; tells how far each log is acknowledged now."""
    told = {mark.incarnation: mark for mark in reply.acknowledged}
    acknowledged = {}
    for place, log in enumerate(logs):
        mark = told.get(log.incarnation)
        if place and reply.verdict is Verdict.OK and (mark is None) != log.refused:
            writes.add(_REFUSED, (int(mark is None), log.incarnation))
        # Only a server that goes on says of each fact that was sent whether it stands there.
        sent = _last_sent(log, request) if reply.verdict is Verdict.OK else 0
        to = log.acknowledged if mark is None else _believed(connection, log, mark, sent)
        acknowledged[log.incarnation] = to
        if to == log.acknowledged:
            continue
        if place:
            writes.add(_ACKNOWLEDGE_OLDER, (to, log.incarnation))
        else:
            writes.add(_ACKNOWLEDGE, (to,))
        writes.add(_SENT if to > log.acknowledged else _WAIT_AGAIN, (log.incarnation, to))
    return acknowledged


def _believed(connection: Connection, log: Log, mark: LogMark, sent: int) -> int:
    if mark.seq <= log.acknowledged:
        # It was restored, and has another future from somewhere on: it finds where, given all.
        return mark.seq if _is_ours(connection, mark) else 0
    if mark.seq > log.last:
        # A copy went on where ours ends. What was sent now was looked at, or else it would be
        # contradicted in this reply; nothing is known of the rest.
        return min(log.last, max(log.acknowledged, sent))
    return mark.seq if _is_ours(connection, mark) else log.acknowledged


def _is_ours(connection: Connection, mark: LogMark) -> bool:
    """Whether nothing speaks against a mark being about the fact that is here."""
    row = Quick(connection).row(_HASH, (mark.incarnation, mark.seq))
    return mark.hash is None or row is None or row[0] == mark.hash


def _last_sent(log: Log, request: SyncRequest) -> int:
    """The highest fact of a log that the request brought."""
    sent = [one.seq for one in request.opaque if one.incarnation == log.incarnation]
    for text in request.facts:
        try:
            fact = decode(text.encode())
        except UnreadableFact:
            continue
        if fact.incarnation == log.incarnation:
            sent.append(fact.seq)
    return max(sent, default=0)
