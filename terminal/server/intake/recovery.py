"""Giving a till back what it lost: the facts of its log that it does not have any more, and grants.

A till that began anew folds them under its old log's name, so nobody's purchase is missing from
its screen; and a server that was restored itself can learn its grants again from such a till.
"""

from __future__ import annotations

import base64

from terminal.server.database import facts, grants, logs
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.facts import FactRow
from terminal.server.intake.refusals import replayed, unknown_terminal
from terminal.server.ledger.storing import Unplaced, arrived
from terminal.server.rights import bank
from terminal.wire.sync_json import OpaqueFact, RecoverReply, RecoverRequest

PAGE_BYTES_MOST = 256 * 1024
FACTS_AT_ONCE = 500


def recover(database: ServerDatabase, request: RecoverRequest) -> RecoverReply:
    """One page of what the server holds of a log after a seq; all grants with each page.

    Raises:
        Refused: the number was used before (409), or nobody knows the log (401).
    """
    database.run(lambda connection: _count(connection, request))
    with database.reading() as connection:
        log = logs.find(connection, request.incarnation)
        assert log is not None, "it was counted on above"
        rows = facts.between(
            connection,
            log.incarnation,
            after=request.after,
            up_to=log.stored,
            most=FACTS_AT_ONCE,
        )
        page = _page(rows)
        reached = page[-1].seq if page else log.stored
        texts = {row.seq: text for row in page if (text := _text(row)) is not None}
        return RecoverReply(
            random=request.random,
            facts=tuple(texts[row.seq] for row in page if row.seq in texts),
            opaque=tuple(_opaque(row) for row in page if row.seq not in texts),
            grants=bank.as_sent(grants.ever_given(connection, log.incarnation)),
            more=reached < log.stored,
        )


def _count(connection: Connection, request: RecoverRequest) -> None:
    log = logs.lock(connection, request.incarnation)
    if log is None:
        raise unknown_terminal("this server does not know that log")
    if request.request <= log.last_request:
        raise replayed(log.last_request)
    logs.change(
        connection,
        log.incarnation,
        last_request=request.request,
        last_random=request.random,
    )


def _page(rows: list[FactRow]) -> list[FactRow]:
    """As many as fit, one at least."""
    size = 0
    for count, row in enumerate(rows):
        size += len(row.stored)
        if count and size > PAGE_BYTES_MOST:
            return rows[:count]
    return rows


def _text(row: FactRow) -> str | None:
    """The fact as text, if it can travel so and says by itself where it belongs."""
    try:
        text = row.stored.decode()
        found = arrived(row.stored)
    except (UnicodeDecodeError, Unplaced):
        return None
    return text if found.fact is not None and found.seq == row.seq else None


def _opaque(row: FactRow) -> OpaqueFact:
    return OpaqueFact(
        incarnation=row.incarnation,
        seq=row.seq,
        base64=base64.b64encode(row.stored).decode(),
    )
