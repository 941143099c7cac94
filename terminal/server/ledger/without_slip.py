"""Refunds of which nobody had the slip: their purchase is looked for among the member's.

The till gave the money by a manager's PIN, at the prices of the day; which purchase it is taken for
and what is undone says ``loyalty.without_slip``. Where all goods are found this is done at once;
else it waits two weeks for tills that are silent, takes what is found then, and if nothing is found
takes nothing and tells the owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.facts import decode
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.unwinding import Step
from terminal.loyalty.wallet import WalletId
from terminal.loyalty.without_slip import WITHIN, Purchase, chosen, pieces_of
from terminal.server.database import accounts as account_table
from terminal.server.database import entries, findings, logs, people, refunds
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.deeds import Place
from terminal.server.database.refunds import RefundRow
from terminal.server.ledger.minting import tell_changed
from terminal.server.ledger.published import published
from terminal.server.ledger.settling import (
    KnownRefund,
    KnownSale,
    Looked,
    finding,
    mint_settled,
    read_refund,
    steps_of,
    stored_at,
)

READ_STEPS = 40
"""Reading a purchase takes about as long as so many steps of search."""
WAITED_MS = 14 * 24 * 60 * 60 * 1000
"""So long a till may be silent that sold the goods."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - Moment.utc carries no zone either


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A purchase that may be the one, where its fact is, and the rows of its refunds."""

    known: KnownSale
    rows: tuple[RefundRow, ...]
    purchase: Purchase


@dataclass(frozen=True, slots=True)
class _Match:
    """A candidate, and what of it would be undone."""

    candidate: _Candidate
    step: Step


def settle_without_slip(database: ServerDatabase, row: RefundRow, now_ms: int) -> Looked:
    """Settle a refund if it can be.

    May run beside itself. While logs are missing after a restore nothing is settled. What takes
    long is done before anything is locked; where something came in between, the next look settles.
    """
    with database.reading() as connection:
        refund = read_refund(connection, row)
        if refund is None or logs.any_quarantined(connection):
            return Looked()
        body = refund.body
        sales = _purchases(connection, body, published(connection))
        found = [one for sale in sales if (one := _candidate(connection, body, sale)) is not None]
    wanted = sum(line.pieces for line in body.lines)
    waits = now_ms < _unix_ms(body) + WAITED_MS
    best, steps = _best([one for one in found if one.purchase.pieces == wanted or not waits], body)
    steps += READ_STEPS * len(sales)
    if best is None and waits:
        return Looked(0, steps)
    return Looked(database.run(partial(_settle, best, refund, now_ms)), steps)


def _best(found: Sequence[_Candidate], body: RefundRecord) -> tuple[_Match | None, int]:
    best, steps = chosen([one.purchase for one in found], body, steps_of)
    return (None if best is None else _Match(found[best.place], best.step)), steps


def _settle(best: _Match | None, refund: KnownRefund, now_ms: int, connection: Connection) -> int:
    place = refund.row.place
    if logs.any_quarantined(connection):
        return 0
    if best is None:
        if not refunds.hold(connection, place):
            return 0
        cost = refund.body.due
        findings.add(connection, [finding(place, 0, FindingKind.NO_PURCHASE, cost, now_ms)])
        refunds.looked(connection, [place])
        return 1
    candidate = best.candidate
    record = candidate.known.record
    wallets = {one.account.wallet for one in record.earned}
    account_table.lock_wallets(connection, wallets, "")
    # Only now, since another server may have been here while this one waited for the wallets.
    if not refunds.hold(connection, place):
        return 0
    if tuple(refunds.of_sale(connection, record.id, lock=True)) != candidate.rows:
        return 0
    came = candidate.purchase.came
    changed: set[WalletId] = set()
    moved = mint_settled(connection, candidate.known, refund, best.step, now_ms, changed, came=came)
    tell_changed(connection, changed)
    return int(moved is not None)


def _purchases(
    connection: Connection, body: RefundRecord, programmes: tuple[Programme, ...]
) -> list[KnownSale]:
    """The member's sales that brought units and have any of these goods, the latest first."""
    if body.member is None:
        return []
    final = people.finals(connection, [body.member]).get(body.member, body.member)
    wallets = people.wallets_of(connection, [final]).get(final, [])
    since: date = body.at.business_day - WITHIN
    skus = {line.sku for line in body.lines}
    found: list[KnownSale] = []
    for place in entries.sales_that_earned(connection, wallets, since):
        stored = stored_at(connection, Place(*place))
        try:
            record = read_sale_body(decode(stored).body) if stored is not None else None
        except (ValueError, RecursionError):
            continue  # of a newer till
        if record is not None and record.at.utc <= body.at.utc and _has_any(record, skus):
            found.append(KnownSale(Place(*place), record, programmes))
    return found


def _has_any(record: SaleRecord, skus: Iterable[str]) -> bool:
    wanted = set(skus)
    return any(line.sku in wanted for line in record.lines)


def _candidate(connection: Connection, body: RefundRecord, sale: KnownSale) -> _Candidate | None:
    rows = tuple(refunds.of_sale(connection, sale.record.id))
    known = [read_refund(connection, row) for row in rows]
    earlier = tuple(one.body for one in known if one is not None)
    came = pieces_of(sale.record, earlier, body)
    purchase = Purchase(sale.record, sale.programmes, earlier, came)
    return _Candidate(sale, rows, purchase) if came else None


def _unix_ms(body: RefundRecord) -> int:
    return (body.at.utc - _EPOCH) // timedelta(milliseconds=1)
