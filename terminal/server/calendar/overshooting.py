"""Limits that several tills overshot together, found when their sales are checked.

Each overshoot is told once, at the sale that was checked last: how much of it was told already
is kept beside it, whoever checks. Nothing is taken from the member.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from terminal.loyalty.checking.findings import Finding
from terminal.loyalty.checking.overshooting import Limited, limited, overshoot, told
from terminal.loyalty.history import Counted
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import SaleRecord
from terminal.server.database import counts, overshoots
from terminal.server.database.connection import Connection


def limited_programmes(programmes: Iterable[Programme]) -> tuple[Programme, ...]:
    """Those revisions that limit anything per member: sales by others need no look."""
    return tuple(
        one
        for one in programmes
        if any(limit.per == "member" for part in one.rewards for limit in part.limits)
        or any(limit.per == "member" for part in one.earn for limit in part.limits)
    )


def overshot(
    connection: Connection,
    record: SaleRecord,
    programmes: Iterable[Programme],
    purse: Collection[str] = (),
) -> list[Finding]:
    """What of a sale was more than the member may have, with what all tills told by now.

    ``purse`` are all wallets that the member uses: a household may have it once, all in all.
    """
    given = list(limited(record, programmes))
    if not given or not record.wallet:
        return []
    wallets = sorted({record.wallet, *purse})
    found = list(counts.counts_of(connection, wallets, date.min))
    return [
        finding
        for one in given
        if (finding := _told(connection, record, wallets[0], one, [each for _, each in found]))
        is not None
    ]


def _told(
    connection: Connection,
    record: SaleRecord,
    wallet: str,
    one: Limited,
    found: Iterable[Counted],
) -> Finding | None:
    mine = [each for each in found if each.name == one.name]
    worst = overshoot(one.limit, record.at.business_day, mine)
    if worst is None:
        return None
    place = overshoots.Place(wallet, one.name, worst.period)
    fresh = overshoots.tell(connection, place, worst.over)
    return told(one, worst, fresh) if fresh else None
