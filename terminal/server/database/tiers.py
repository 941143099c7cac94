"""Which tier members have by counting, and since when they no longer earn it.

The member's record says it to everybody; here stands what the calendar needs beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy.engine import Connection

from terminal.loyalty.tiers import TierHeld
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


_COUNTED = """WITH asked AS (SELECT CAST(? AS text) AS after, CAST(? AS bigint) AS most)
SELECT member FROM (SELECT member FROM tiers WHERE programme = ?
UNION SELECT w.member AS member FROM wallets w WHERE EXISTS (
SELECT 1 FROM counted, {each counts} AS one WHERE wallet = w.wallet AND one.key {keys})) AS told
WHERE member > (SELECT after FROM asked) ORDER BY member LIMIT (SELECT most FROM asked)"""
_HELD = """SELECT member, tier, below_since FROM tiers
WHERE programme = ? AND member {keys} ORDER BY member"""


def members_counted(
    connection: Connection, names: Sequence[str], programme: int, after: str, most: int
) -> list[str]:
    """The next members of whom something of these names is counted, or who have a tier."""
    rows = Bulk(connection).keyed(_COUNTED, names, (after, most, programme))
    return [row[0] for row in rows]


def held_by(connection: Connection, members: Sequence[str], programme: int) -> dict[str, TierHeld]:
    """What these members have by counting; those who have nothing are left out."""
    rows = Bulk(connection).keyed(_HELD, sorted(set(members)), (programme,))
    return {
        member: TierHeld(tier, date.fromisoformat(since) if since else None)
        for member, tier, since in rows
    }


def keep(connection: Connection, row: TierRow) -> None:
    """Write what a member has now."""
    Bulk(connection).put(
        "tiers",
        "member, programme, tier, below_since",
        [row],
        conflict="(member, programme) DO UPDATE SET tier = excluded.tier, below_since = excluded.below_since",
    )
