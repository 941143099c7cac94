"""What members were given without a purchase, as it stands in this till's own facts."""

from __future__ import annotations

from terminal.loyalty.bodies import UnitsAdjusted, read_body
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.giving import BY_HAND, Gift, fact_name
from terminal.till.database.quick import Connection, Quick

_LOOKED_AT = 60
"""Facts of a member's wallets that are read to find the last few."""
_ADJUSTED = """SELECT DISTINCT f.rowid, f.incarnation, f.seq, f.stored
FROM entries e JOIN facts f ON f.incarnation = e.incarnation AND f.seq = e.seq
WHERE e.wallet IN (SELECT wallet FROM member_wallets WHERE member = ?) AND f.kind = ?
AND f.incarnation IN (SELECT incarnation FROM identity UNION SELECT incarnation FROM older_logs)
ORDER BY f.rowid DESC LIMIT ?"""
_WORDS = "SELECT fact, words FROM remarks WHERE member = ?"


def of_member(connection: Connection, member: str, limit: int) -> tuple[Gift, ...]:
    """The last gifts, latest first; what was taken back says so, and what took it is left out."""
    quick = Quick(connection)
    rows = quick.rows(_ADJUSTED, (member, FactKind.UNITS_ADJUSTED.value, _LOOKED_AT))
    words: dict[str, str] = dict(quick.rows(_WORDS, (member,)))
    found: list[Gift] = []
    undone: set[str] = set()
    for _, incarnation, seq, stored in rows:
        fact = decode(bytes(stored))
        body = read_body(UnitsAdjusted, fact.body)
        if body.undoes:
            undone.add(body.undoes)
        elif body.reason in BY_HAND and len(found) < limit:
            name = fact_name(incarnation, seq)
            found.append(
                Gift(
                    incarnation=incarnation,
                    seq=seq,
                    wall_ms=fact.wall_ms,
                    body=body,
                    entries=fact.entries,
                    words=words.get(name, ""),
                    taken_back=name in undone,
                )
            )
    return tuple(found)
