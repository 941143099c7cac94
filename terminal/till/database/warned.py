"""Members who were told in good time that units end: what a sale tells, and what was told before.

The slip and the panel name the nearest last day of each unit. Told at least 14 days before, that
is a warning, and a fact says so, once for each lot and last day.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date

from terminal.loyalty.bodies import LotWarned
from terminal.loyalty.expiry import WARNED_AT_MOST_AHEAD, Told, in_good_time, lots_to_warn
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.ledger import Entry, fold
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.standing import Standing
from terminal.loyalty.statement import AccountStatement
from terminal.loyalty.wallet import UnitId, WalletId
from terminal.till.database.balances import sums_of_wallets
from terminal.till.database.quick import Connection, Quick, Row
from terminal.till.database.statements import lots_of

ON_DISPLAY = "display"
ON_SLIP = "slip"

PUT_WARNED = """INSERT OR IGNORE INTO lots_warned (wallet, unit, day, last_day)
VALUES (?, ?, ?, ?)"""
_SALE = "SELECT stored FROM facts WHERE sale_id = ? AND kind = ?"
_WARNED = "SELECT day, last_day FROM lots_warned WHERE wallet = ? AND unit = ?"


def warnings_of(
    reading: Callable[[], AbstractContextManager[Connection]],
    standing: Standing,
    record: SaleRecord,
    entries: tuple[Entry, ...],
) -> tuple[LotWarned, ...]:
    """What a sale tells its member of units that end, unless they were told it before.

    Read before the sale is recorded and without a lock: a warning twice does no harm.
    """
    today = record.at.business_day
    shown = {
        one.unit: one.next_day
        for one in record.balances
        if one.next_day is not None and one.next_n > 0 and _counts(today, one.next_day)
    }
    if not shown:
        return ()
    found = []
    with reading() as connection:
        lots = lots_of(connection, standing.wallets)
        sums = fold(entries, sums_of_wallets(connection, standing.wallets))
        for account, one in sums.items():
            if account.unit not in shown or account.wallet not in standing.wallets:
                continue
            extended, warned = lots.get(account, ((), ()))
            stated = AccountStatement(unit=account.unit, sums=one, extended=extended, warned=warned)
            told = {
                Told(_day(day), _day(last))
                for day, last in Quick(connection).rows(_WARNED, account)
            }
            found += [
                LotWarned(
                    wallet=account.wallet,
                    unit=account.unit,
                    day=lot.day,
                    last_day=lot.last_day,
                    n=lot.n,
                    how=ON_DISPLAY,
                )
                for lot in lots_to_warn(stated, today, told)
                if lot.last_day == shown[account.unit]
            ]
    return tuple(found)


def told_by_statement(
    connection: Connection, wallets: Sequence[WalletId], today: date
) -> tuple[LotWarned, ...]:
    """What a statement of these wallets tells: it names the last days of all units."""
    lots = lots_of(connection, wallets)
    found: list[LotWarned] = []
    for account, one in sums_of_wallets(connection, wallets).items():
        extended, warned = lots.get(account, ((), ()))
        stated = AccountStatement(unit=account.unit, sums=one, extended=extended, warned=warned)
        told = {
            Told(_day(day), _day(last)) for day, last in Quick(connection).rows(_WARNED, account)
        }
        found += [
            LotWarned(
                wallet=account.wallet,
                unit=account.unit,
                day=lot.day,
                last_day=lot.last_day,
                n=lot.n,
                how=ON_SLIP,
            )
            for lot in lots_to_warn(stated, today, told)
        ]
    return tuple(found)


def told_on_paper(connection: Connection, sale_id: str, today: date) -> tuple[LotWarned, ...]:
    """What the slip of a sale told of the vouchers and gift cards that it gave.

    Nobody can be told later: whoever holds the code holds the paper, and the day stands on it for
    as long as they do. So it counts however far ahead that day is.
    """
    row = Quick(connection).row(_SALE, (sale_id, FactKind.SALE_RECORDED.value))
    if row is None:
        return ()
    given = [one for one in read_sale_body(decode(bytes(row[0])).body).bearers if one.fresh]
    return tuple(
        LotWarned(
            wallet=one.wallet,
            unit=UnitId(one.unit),
            day=one.next_day,
            last_day=one.next_day,
            n=one.next_n,
            how=ON_SLIP,
        )
        for one in given
        if one.next_day is not None
        and one.next_n > 0
        and in_good_time(today, one.next_day)
        and not Quick(connection).rows(_WARNED, (one.wallet, one.unit))
    )


def note(connection: Connection, warned: LotWarned) -> None:
    """Remember that a lot was told of."""
    Quick(connection).run(PUT_WARNED, warned_row(warned))


def warned_row(warned: LotWarned) -> Row:
    """The row that remembers it."""
    return (warned.wallet, warned.unit, warned.day.isoformat(), warned.last_day.isoformat())


def _counts(today: date, last_day: date) -> bool:
    return in_good_time(today, last_day) and last_day - today <= WARNED_AT_MOST_AHEAD


def _day(text: str) -> date:
    return date.fromisoformat(text)
