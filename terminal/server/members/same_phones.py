"""Two members of different stores with one phone: perhaps the same person, who joined twice.

Nobody is merged by a phone, because a family shares one. In one store the cashier was told, and
said that it is somebody else; of another store's members a till without a line knows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from terminal.server.database import people
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import Connection
from terminal.server.database.people import ACTIVE, FAMILY_MOST, MemberRow
from terminal.wire.record_json import MemberRecord

SAME_PHONE = "same_phone"


def tell_same_phones(connection: Connection, records: Iterable[MemberRecord], now_ms: int) -> None:
    """Raise an alarm for each two members, one of them of these records, who may be one person."""
    brought = [
        one.id for one in records if any(it.name == "phone" and it.value for it in one.fields)
    ]
    rows = people.rows_of(connection, brought) if brought else {}
    living = [row for row in rows.values() if row.standing == ACTIVE and row.phone]
    sharing: dict[str, list[MemberRow]] = {}
    for one in people.with_phones(connection, (row.phone for row in living)) if living else ():
        if one.standing == ACTIVE:
            sharing.setdefault(one.phone, []).append(one)
    pairs = {
        tuple(sorted((row.id, other.id)))
        for row in living
        if len(sharing[row.phone]) <= FAMILY_MOST
        for other in sharing[row.phone]
        if other.store != row.store
    }
    # Their ids alone: an alarm stays when a person is erased.
    raised = [Alarm(SAME_PHONE, " ".join(pair), "") for pair in pairs]
    if raised:
        raise_alarms(connection, raised, now_ms)
