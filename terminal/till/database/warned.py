"""Members who were told in good time that units end: what a sale tells, and what was told before.

The slip and the panel name the nearest last day of each unit. Told at least 14 days before, that
is a warning, and a fact says so, once for each lot and last day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date

from terminal.loyalty.activity import moved_on
from terminal.loyalty.bodies import LotWarned
from terminal.loyalty.expiry import Told, lots_to_warn
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.last_days import MovedOn, later_of, until_of
from terminal.loyalty.ledger import Entry, Sums, fold
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.sold_units import codes_that_end, ends_told
from terminal.loyalty.standing import Standing
from terminal.loyalty.statement import AccountStatement, as_it_holds
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database.balances import sums_of_wallets
from terminal.till.database.counts import history_of
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
    shown = ends_told(record.balances, today)
    if not shown:
        return ()
    moved = later_of(standing.moved_on, standing.moves_on)
    with reading() as connection:
        sums = fold(entries, sums_of_wallets(connection, standing.wallets))
        asked = {
            account: one
            for account, one in sums.items()
            if account.unit in shown and account.wallet in standing.wallets
        }
        return tuple(
            one
            for one in _untold(connection, asked, today, ON_DISPLAY, moved)
            if one.last_day == shown[one.unit]
        )


def told_by_statement(
    connection: Connection,
    wallets: Sequence[WalletId],
    today: date,
    revisions: Sequence[Programme],
) -> tuple[LotWarned, ...]:
    """What a statement of these wallets tells: it names the last days of all units."""
    moved = moved_on(revisions, history_of(connection, wallets))
    sums = sums_of_wallets(connection, wallets)
    return tuple(_untold(connection, sums, today, ON_SLIP, moved))


def _untold(
    connection: Connection,
    sums: Mapping[Account, Sums],
    today: date,
    how: str,
    moved: MovedOn,
) -> Iterator[LotWarned]:
    """Of what accounts hold, whatever ends so soon that its member is to be told, and was not."""
    lots = lots_of(connection, {account.wallet for account in sums})
    for account, one in sums.items():
        extended, warned = lots.get(account, ((), ()))
        stated = AccountStatement(unit=account.unit, sums=one, extended=extended, warned=warned)
        rows = Quick(connection).rows(_WARNED, account)
        told = {Told(date.fromisoformat(day), date.fromisoformat(last)) for day, last in rows}
        holds = as_it_holds(stated, until_of(moved, account.unit))
        for lot in lots_to_warn(holds, today, told):
            yield LotWarned(
                wallet=account.wallet,
                unit=account.unit,
                day=lot.day,
                last_day=lot.last_day,
                n=lot.n,
                how=how,
            )


def told_on_paper(connection: Connection, sale_id: str, today: date) -> tuple[LotWarned, ...]:
    """What the slip of a sale told of the vouchers and gift cards that it gave."""
    row = Quick(connection).row(_SALE, (sale_id, FactKind.SALE_RECORDED.value))
    if row is None:
        return ()
    given = read_sale_body(decode(bytes(row[0])).body).bearers
    return tuple(
        LotWarned(
            wallet=one.wallet,
            unit=UnitId(one.unit),
            day=day,
            last_day=day,
            n=one.next_n,
            how=ON_SLIP,
        )
        for one, day in codes_that_end(given, today)
        if not Quick(connection).rows(_WARNED, (one.wallet, one.unit))
    )


def note(connection: Connection, warned: LotWarned) -> None:
    """Remember that a lot was told of."""
    Quick(connection).run(PUT_WARNED, warned_row(warned))


def warned_row(warned: LotWarned) -> Row:
    """The row that remembers it."""
    return (warned.wallet, warned.unit, warned.day.isoformat(), warned.last_day.isoformat())
