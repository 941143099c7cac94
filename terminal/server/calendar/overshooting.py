"""What several tills gave too often together, found when their sales are checked.

Each overshoot of a limit is told once, at the sale that was checked last: how much of it was told
already is kept beside it, whoever checks. Of what is for one purchase each sale that gave it is
kept, and all but the first are told. Nothing is taken from the member.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from terminal.loyalty.checking.findings import Finding
from terminal.loyalty.checking.overshooting import (
    Limited,
    hangs_on_others,
    limited,
    nth_given,
    overshoot,
    told,
    told_again,
    was_not_heard,
)
from terminal.loyalty.history import PURCHASES, Counted
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import pieces_back
from terminal.loyalty.sale import SaleRecord
from terminal.server.database import counts, nths, overshoots, refunds
from terminal.server.database.connection import Connection
from terminal.server.ledger.settling import read_refund


def limited_programmes(programmes: Iterable[Programme]) -> tuple[Programme, ...]:
    """Those revisions of which a member may have something so often: other sales need no look."""
    return tuple(
        one
        for one in programmes
        if any(map(hangs_on_others, one.rewards)) or any(map(hangs_on_others, one.earn))
    )


def too_often(
    connection: Connection,
    record: SaleRecord,
    programmes: Sequence[Programme],
    purse: Collection[str] = (),
) -> list[Finding]:
    """What of a sale the member has too often by now, with what all tills told.

    ``purse`` are all wallets that the member uses: a household may have it once, all in all.
    """
    return [
        *overshot(connection, record, programmes, purse),
        *given_again(connection, record, programmes, purse),
    ]


def given_again(
    connection: Connection,
    record: SaleRecord,
    programmes: Iterable[Programme],
    purse: Collection[str] = (),
) -> list[Finding]:
    """What of a sale was for the member's first or n-th purchase, and given for another one too."""
    given = sorted(nth_given(record, programmes), key=lambda one: (one.name, one.turn))
    if not given or not record.wallet:
        return []
    wallets = sorted({record.wallet, *purse})
    purchases = [
        one for _, one in counts.counts_of(connection, wallets, date.min) if one.name == PURCHASES
    ]
    found: list[Finding] = []
    for one in given:
        nths.hold(connection, wallets[0], one.name, one.turn)
        own = nths.Row(record.wallet, one.name, one.turn, record.id, *_day_and_pieces(record))
        nths.note(connection, own)  # also where nothing is wrong: the next one asks for it
        others = [
            row
            for row in nths.of_turn(connection, wallets, one.name, one.turn)
            if row.sale != record.id
            and was_not_heard(one, record.at.business_day, date.fromisoformat(row.day), purchases)
            and not _came_back(connection, row)
        ]
        if others and not _came_back(connection, own):
            found.append(told_again(one, 1 + len(others)))
    return found


def _day_and_pieces(record: SaleRecord) -> tuple[str, int]:
    return record.at.business_day.isoformat(), sum(line.pieces for line in record.lines)


def _came_back(connection: Connection, row: nths.Row) -> bool:
    """Whether all goods of a sale are back: then it was no purchase, and gave nothing."""
    known = (read_refund(connection, one) for one in refunds.of_sale(connection, row.sale))
    back = pieces_back(one.body for one in known if one is not None)
    return sum(back.values()) >= row.pieces


def overshot(
    connection: Connection,
    record: SaleRecord,
    programmes: Iterable[Programme],
    purse: Collection[str] = (),
) -> list[Finding]:
    """What of a sale was more than a limit leaves the member."""
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
    mine = [each for each in found if each.name in one.names]
    worst = overshoot(one.limit, record.at.business_day, mine)
    if worst is None:
        return None
    place = overshoots.Place(wallet, one.names[0], worst.period)
    fresh = overshoots.tell(connection, place, worst.over)
    return told(one, worst, fresh) if fresh else None
