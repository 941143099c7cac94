"""Members whom somebody brought, who have bought something and of whom nobody was thanked yet."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy.engine import Connection

from terminal.loyalty.history import PURCHASES, THANKED
from terminal.server.database.bulk import Bulk


class Brought(NamedTuple):
    """Somebody new, and the day of their first purchase."""

    member: str
    day: date


_WAITING = """WITH asked AS (SELECT CAST(? AS text) AS brought, CAST(? AS text) AS after,
CAST(? AS text) AS bought, CAST(? AS text) AS thanked, CAST(? AS bigint) AS most)
SELECT m.id, min(c.day) FROM members m
JOIN wallets w ON w.member = m.id JOIN counts c ON c.wallet = w.wallet
WHERE m.fields LIKE (SELECT brought FROM asked) AND m.merged_into = ''
AND m.id > (SELECT after FROM asked) AND c.name = (SELECT bought FROM asked) AND c.n > 0
AND NOT EXISTS (SELECT 1 FROM wallets v JOIN counts d ON d.wallet = v.wallet
WHERE v.member = m.id AND d.name = (SELECT thanked FROM asked) AND d.n > 0)
GROUP BY m.id ORDER BY m.id LIMIT (SELECT most FROM asked)"""
_BROUGHT = '%"referred_by":["%'
"""In a record of which the field says somebody; null has no quotation mark."""


def waiting(connection: Connection, after: str, most: int) -> list[Brought]:
    """The next members by id whose coming nobody was thanked for, with their first purchase."""
    rows = Bulk(connection).rows(_WAITING, (_BROUGHT, after, PURCHASES, THANKED, most))
    return [Brought(member, date.fromisoformat(day)) for member, day in rows]
