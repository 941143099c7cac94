"""Which tier members have by counting, and since when they no longer earn it.

The member's record says it to everybody; here stands what the calendar needs beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import delete
from sqlalchemy.engine import Connection

from terminal.loyalty.tiers import TierHeld
from terminal.server.database import schema
from terminal.server.database.bulk import Bulk


class TierRow(NamedTuple):
    """One row of ``tiers``; the fields are the columns."""

    member: str
    programme: int
    tier: str
    below_since: str

    @classmethod
    def of(cls, member: str, programme: int, held: TierHeld) -> TierRow:
        """The row that keeps what a member holds."""
        since = held.below_since
        return cls(member, programme, held.tier, since.isoformat() if since else "")


class Look(NamedTuple):
    """What the calendar saw of a member when it last settled their tier.

    ``until`` is the day on which the tier may change by itself; empty where it never does.
    """

    seen: str
    until: str


_ONE_WALLET = 1 << 40
"""More than any version, so that wallets which come and go are seen as well."""

_HOLDERS = """SELECT DISTINCT member FROM wallets WHERE member > ? ORDER BY member LIMIT ?"""
_WITH_TIER = """SELECT member FROM tiers WHERE programme = ? AND member > ?
ORDER BY member LIMIT ?"""
_MARKS = """SELECT member, CAST(sum(version + CAST(? AS bigint)) AS bigint) FROM wallets
WHERE member {keys} GROUP BY member"""
_LOOKS = """SELECT member, seen, until FROM tier_looks WHERE programme = ? AND member {keys}"""
_HELD = """SELECT member, tier, below_since FROM tiers
WHERE programme = ? AND member {keys} ORDER BY member"""

_GIVEN = """SELECT member, tier FROM given_tiers WHERE programme = ? AND member {keys}"""


def members_known(connection: Connection, programme: int, after: str, most: int) -> list[str]:
    """The next members who have a wallet, or a tier of a programme."""
    bulk = Bulk(connection)
    rows = bulk.rows(_HOLDERS, (after, most)) + bulk.rows(_WITH_TIER, (programme, after, most))
    return sorted({member for (member,) in rows})[:most]


def marks_of(connection: Connection, members: Iterable[str]) -> dict[str, int]:
    """By member a number that changes with all that is told of their wallets, and with those."""
    return dict(Bulk(connection).keyed(_MARKS, sorted(set(members)), (_ONE_WALLET,)))


def looks_at(connection: Connection, members: Iterable[str], programme: int) -> dict[str, Look]:
    """What the calendar last saw of these members."""
    rows = Bulk(connection).keyed(_LOOKS, sorted(set(members)), (programme,))
    return {member: Look(seen, until) for member, seen, until in rows}


def keep_looks(connection: Connection, programme: int, looks: Mapping[str, Look]) -> None:
    """Write what the calendar saw."""
    Bulk(connection).put(
        "tier_looks",
        "member, programme, seen, until",
        [(member, programme, *looks[member]) for member in sorted(looks)],
        conflict="(member, programme) DO UPDATE SET seen = excluded.seen, until = excluded.until",
    )


def forget_looks(connection: Connection) -> None:
    """What is counted was written anew: everybody is looked at once more."""
    connection.execute(delete(schema.tier_looks))


def held_by(connection: Connection, members: Sequence[str], programme: int) -> dict[str, TierHeld]:
    """What these members have by counting; those who have nothing are left out."""
    rows = Bulk(connection).keyed(_HELD, sorted(set(members)), (programme,))
    return {
        member: TierHeld(tier, date.fromisoformat(since) if since else None)
        for member, tier, since in rows
    }


def given_to(connection: Connection, members: Sequence[str], programme: int) -> dict[str, str]:
    """What the office gave to these members; those to whom it gave nothing are left out."""
    return dict(Bulk(connection).keyed(_GIVEN, sorted(set(members)), (programme,)))


def keep_given(connection: Connection, member: str, programme: int, tier: str) -> None:
    """Write what the office gave."""
    Bulk(connection).put(
        "given_tiers",
        "member, programme, tier",
        [(member, programme, tier)],
        conflict="(member, programme) DO UPDATE SET tier = excluded.tier",
    )


def keep(connection: Connection, row: TierRow) -> None:
    """Write what a member has now."""
    Bulk(connection).put(
        "tiers",
        "member, programme, tier, below_since",
        [row],
        conflict="(member, programme) DO UPDATE SET tier = excluded.tier, below_since = excluded.below_since",
    )
