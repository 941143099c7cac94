"""Whether the server's own clock may decide that days are over.

A shop's only computer is till and server at once, and a wrong date there is everybody's. So units
end by it only where some till wrote, by a clock that it believed itself, not long ago.
"""

from __future__ import annotations

from terminal.loyalty.clock_doubt import ClockDoubt, doubt
from terminal.loyalty.facts import ClockQuality, UnreadableFact, decode
from terminal.server.database import facts, logs
from terminal.server.database.connection import Connection
from terminal.server.database.logs import LogRole


def is_certain(connection: Connection, now_ms: int) -> bool:
    """Whether days may end. A shop that was closed for long goes on with its first sale."""
    tills = [log for log in logs.all_logs(connection) if log.role == LogRole.TILL and log.stored]
    tills.sort(key=lambda log: log.contact_ms, reverse=True)
    return not tills or any(
        doubt(now_ms, _latest_ms(connection, log.incarnation, log.stored)) is not ClockDoubt.LEAPT
        for log in tills
    )


def _latest_ms(connection: Connection, incarnation: str, seq: int) -> int:
    """When a till wrote its last fact; far in the past where its clock was in doubt itself."""
    (row,) = facts.between(connection, incarnation, after=seq - 1, up_to=seq, most=1)
    try:
        believed = decode(row.stored).clock == ClockQuality.TRUSTED.value
    except UnreadableFact:
        believed = False
    return row.wall_ms if believed else 1
