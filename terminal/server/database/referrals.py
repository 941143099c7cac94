"""Members whom somebody brought: whose coming is to be thanked for, and whose no more."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy.engine import Connection

from terminal.loyalty.bodies import UnitsAdjusted, read_body
from terminal.loyalty.facts import decode
from terminal.loyalty.giving import Gift
from terminal.loyalty.history import PURCHASES, THANKED
from terminal.server.database.bulk import Bulk


class Brought(NamedTuple):
    """Somebody new, and the day of their first purchase."""

    member: str
    day: date


_TOLD = """WITH asked AS (SELECT CAST(? AS text) AS brought, CAST(? AS text) AS after,
CAST(? AS text) AS bought, CAST(? AS text) AS thanked, CAST(? AS bigint) AS most),
told AS (SELECT m.id AS id, c.day AS day, one.key = (SELECT thanked FROM asked) AS is_thanks
FROM members m JOIN wallets w ON w.member = m.id JOIN counted c ON c.wallet = w.wallet
CROSS JOIN {each c.counts} AS one
WHERE m.fields LIKE (SELECT brought FROM asked) AND m.merged_into = ''
AND m.id > (SELECT after FROM asked)
AND one.key IN ((SELECT bought FROM asked), (SELECT thanked FROM asked))
GROUP BY m.id, c.wallet, c.day, one.key HAVING sum(CAST(one.value AS bigint)) > 0)
SELECT id, min(day) FROM told GROUP BY id
HAVING {having} ORDER BY id LIMIT (SELECT most FROM asked)"""
_WAITING = _TOLD.replace("{having}", "max(CASE WHEN is_thanks THEN 1 ELSE 0 END) = 0")
_THANKED_ALONE = _TOLD.replace("{having}", "min(CASE WHEN is_thanks THEN 1 ELSE 0 END) = 1")
_ADJUSTED = """SELECT DISTINCT f.incarnation, f.seq, f.wall_ms FROM entries e
JOIN facts f ON f.incarnation = e.incarnation AND f.seq = e.seq
WHERE f.kind = 'UnitsAdjusted' AND e.wallet {keys} ORDER BY f.incarnation, f.seq"""
_STORED = "SELECT stored FROM facts WHERE incarnation = ? AND seq = ?"
_BROUGHT = '%"referred_by":["%'
"""In a record of which the field says somebody; null has no quotation mark."""


def waiting(connection: Connection, after: str, most: int) -> list[Brought]:
    """The next members by id whose coming nobody was thanked for, with their first purchase."""
    rows = Bulk(connection).rows(_WAITING, (_BROUGHT, after, PURCHASES, THANKED, most))
    return [Brought(member, date.fromisoformat(day)) for member, day in rows]


def in_vain(connection: Connection, after: str, most: int) -> list[Brought]:
    """The next members by id whose coming was thanked for, and who have no purchase any more.

    The day is that of the thanks.
    """
    rows = Bulk(connection).rows(_THANKED_ALONE, (_BROUGHT, after, PURCHASES, THANKED, most))
    return [Brought(member, date.fromisoformat(day)) for member, day in rows]


def thanks(connection: Connection, newcomers: Iterable[str], wallets: Iterable[str]) -> list[Gift]:
    """What these wallets were given for the coming of somebody, but for what was taken back."""
    bulk, named = Bulk(connection), set(newcomers)
    found: list[Gift] = []
    undone: set[str] = set()
    for incarnation, seq, wall_ms in bulk.keyed(_ADJUSTED, sorted(set(wallets))):
        ((stored,),) = bulk.rows(_STORED, (incarnation, seq))
        fact = decode(bytes(stored))
        try:
            body = read_body(UnitsAdjusted, fact.body)
        except (ValueError, RecursionError):
            continue  # of a newer till
        if body.undoes:
            undone.add(body.undoes)
        elif body.newcomer in named:
            found.append(
                Gift(
                    incarnation=incarnation,
                    seq=seq,
                    wall_ms=wall_ms,
                    body=body,
                    entries=fact.entries,
                )
            )
    return [one for one in found if one.name not in undone]
