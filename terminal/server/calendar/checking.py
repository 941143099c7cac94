"""Recorded sales are looked at again, some at a time, long after their tills were answered.

What is found costs nobody a sale: it is kept for the owner, with what it cost. The mark of a log
moves on only from where it was read, so several servers may check at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from terminal.loyalty.checking.findings import Finding
from terminal.loyalty.checking.judging import check_fact
from terminal.loyalty.facts import FactKind, UnreadableFact, decode
from terminal.loyalty.plain import to_plain
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.server.calendar.overshooting import limited_programmes, too_often
from terminal.server.database import facts as fact_table
from terminal.server.database import findings
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.facts import FactRow
from terminal.server.database.findings import FindingRow
from terminal.server.ledger.published import published
from terminal.server.members import households

SLICE = 100
"""Facts between two marks: what a crash makes to be checked again."""
_OVERSHOT = -2
"""The position of the first finding about limits, and down from there; a sale's own count from 0,
and -1 is that of a fact that came twice."""
_SOMEBODY = b'"member":"'


def _always() -> bool:
    return True


def check_some(
    database: ServerDatabase,
    *,
    now_ms: int,
    most: int,
    slice_most: int = SLICE,
    go_on: Callable[[], bool] = _always,
) -> int:
    """Look at facts that nobody has looked at, at most so many; returns how many.

    After each slice ``go_on`` is asked whether there is time for another. The first one is looked
    at in any case, so that all are checked in the end, however busy the server is.
    """
    with database.reading() as connection:
        waiting = findings.waiting(connection)
        programmes = published(connection) if waiting else ()
    looked = 0
    for incarnation, checked, applied in waiting:
        mark = checked
        while mark < applied and looked < most:
            if looked and not go_on():
                return looked
            with database.reading() as connection:
                rows = fact_table.between(
                    connection,
                    incarnation,
                    after=mark,
                    up_to=applied,
                    most=min(slice_most, most - looked),
                )
            if not rows or not _keep(database, incarnation, mark, rows, programmes, now_ms):
                break
            looked += len(rows)
            mark = rows[-1].seq
    return looked


def _keep(
    database: ServerDatabase,
    incarnation: str,
    mark: int,
    rows: Sequence[FactRow],
    programmes: tuple[Programme, ...],
    now_ms: int,
) -> bool:
    found = [
        _row(row, position, one, now_ms)
        for row in rows
        for position, one in enumerate(_found(row, programmes))
    ]
    limits = limited_programmes(programmes)
    sales = [(row, sale) for row in rows if limits and (sale := _sale(row)) is not None]

    def work(connection: Connection) -> bool:
        if not findings.keep(
            connection, incarnation, before=mark, checked=rows[-1].seq, rows=found
        ):
            return False
        wallets = {sale.wallet for _, sale in sales if sale.wallet}
        purses = households.used_with(connection, wallets) if wallets else {}
        findings.add(
            connection,
            [
                _row(row, _OVERSHOT - position, one, now_ms)
                for row, sale in sales
                for position, one in enumerate(
                    too_often(connection, sale, limits, purses.get(sale.wallet, ()))
                )
            ],
        )
        return True

    return database.run(work)


def _row(row: FactRow, position: int, one: Finding, now_ms: int) -> FindingRow:
    detail = json.dumps(_detail(one), sort_keys=True, ensure_ascii=False)
    return FindingRow(row.incarnation, row.seq, position, one.kind.value, detail, one.cost, now_ms)


def _sale(row: FactRow) -> SaleRecord | None:
    """A member's sale, as far as it can be read here."""
    if row.kind != FactKind.SALE_RECORDED or _SOMEBODY not in row.stored:
        return None
    try:
        return read_sale_body(decode(row.stored).body)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _found(row: FactRow, programmes: tuple[Programme, ...]) -> tuple[Finding, ...]:
    if row.kind != FactKind.SALE_RECORDED:
        return ()
    try:
        return check_fact(decode(row.stored), programmes)
    except UnreadableFact:
        # It is parked, which tells more.
        return ()


def _detail(one: Finding) -> dict[str, object]:
    """What a finding says beside its kind and cost, without what is empty."""
    plain: dict[str, object] = to_plain(one)
    return {name: value for name, value in plain.items() if value and name not in {"kind", "cost"}}
