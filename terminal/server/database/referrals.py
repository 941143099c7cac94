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
CAST(? AS text) AS bought, CAST(? AS text) AS thanked, CAST(? AS bigint) AS most),
told AS (SELECT m.id AS id, c.day AS day, one.key = (SELECT thanked FROM asked) AS is_thanks
FROM members m JOIN wallets w ON w.member = m.id JOIN counted c ON c.wallet = w.wallet
CROSS JOIN {each c.counts} AS one
WHERE m.fields LIKE (SELECT brought FROM asked) AND m.merged_into = ''
AND m.id > (SELECT after FROM asked)
AND one.key IN ((SELECT bought FROM asked), (SELECT thanked FROM asked))
GROUP BY m.id, c.wallet, c.day, one.key HAVING sum(CAST(one.value AS bigint)) > 0)
SELECT id, min(day) FROM told GROUP BY id
HAVING max(CASE WHEN is_thanks THEN 1 ELSE 0 END) = 0
ORDER BY id LIMIT (SELECT most FROM asked)"""
_BROUGHT = '%"referred_by":["%'
"""In a record of which the field says somebody; null has no quotation mark."""


def waiting(connection: Connection, after: str, most: int) -> list[Brought]:
    """The next members by id whose coming nobody was thanked for, with their first purchase."""
    rows = Bulk(connection).rows(_WAITING, (_BROUGHT, after, PURCHASES, THANKED, most))
    return [Brought(member, date.fromisoformat(day)) for member, day in rows]
