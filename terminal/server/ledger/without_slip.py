"""Refunds of which nobody had the slip: their purchase is looked for among the member's.

The till gave the money by a manager's PIN, at the prices of the day. What the goods had brought is
taken back by a declared rule, the most favourable one that is honest: of the member's purchases of
the last 90 days the one that has most of the goods, of several the one that takes the fewest units
back, of those the latest. Rewards that were had with them stay had, and units that were spent stay
spent, because their worth went back as money. Where all goods are found this is done at once; else
it waits two weeks for tills that are silent, takes what is found then, and if nothing is found
takes nothing and tells the owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.facts import decode
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundRecord, Returned, pieces_left
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.unwinding import Step, unwind
from terminal.server.database import accounts as account_table
from terminal.server.database import entries, findings, logs, people, refunds
from terminal.server.database.connection import Connection
from terminal.server.database.deeds import Place
from terminal.server.database.refunds import RefundRow
from terminal.server.ledger.published import published
from terminal.server.ledger.settling import (
    KnownSale,
    finding,
    mint_settled,
    read_refund,
    stored_at,
)

WITHIN = timedelta(days=90)
"""How far back a purchase is looked for."""
WAITED_MS = 14 * 24 * 60 * 60 * 1000
"""So long a till may be silent that sold the goods."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - Moment.utc carries no zone either
_KEPT_COUNT = "had:"
"""Counts of rewards, which stay had."""


@dataclass(frozen=True, slots=True)
class _Match:
    """A purchase that may be the one, and what of it would be undone."""

    sale: KnownSale
    came: tuple[Returned, ...]
    step: Step

    @property
    def pieces(self) -> int:
        return sum(one.pieces for one in self.came)

    @property
    def rank(self) -> tuple[int, int]:
        """The best one is the first; of equal ones the one that was found first."""
        return -self.pieces, sum(one.n for one in self.step.taken)


def settle_without_slip(row: RefundRow, now_ms: int, connection: Connection) -> int:
    """Settle a refund if it can be; returns 1 if it is done with.

    May run beside itself. While logs are missing after a restore nothing is settled.
    """
    if logs.any_quarantined(connection):
        return 0
    refund = read_refund(connection, row)
    if refund is None:
        return 0
    body = refund.body
    sales = _purchases(connection, body, published(connection))
    touched = {one.account.wallet for sale in sales for one in sale.record.earned}
    account_table.lock_wallets(connection, touched, "")
    # Only now, since another server may have been here while this one waited for the wallets.
    if not refunds.hold(connection, row.place):
        return 0
    found = sorted(_matches(connection, body, sales), key=lambda one: one.rank)
    wanted = sum(line.pieces for line in body.lines)
    waits = now_ms < _unix_ms(body) + WAITED_MS
    if found and (found[0].pieces == wanted or not waits):
        best = found[0]
        moved = mint_settled(connection, best.sale, refund, best.step, now_ms, came=best.came)
        return int(moved is not None)
    if waits:
        return 0
    findings.add(connection, [finding(row.place, 0, FindingKind.NO_PURCHASE, body.due, now_ms)])
    refunds.looked(connection, [row.place])
    return 1


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


def _matches(
    connection: Connection, body: RefundRecord, sales: Sequence[KnownSale]
) -> list[_Match]:
    found: list[_Match] = []
    for sale in sales:
        known = [read_refund(connection, row) for row in _refunds_of(connection, sale)]
        earlier = [one.body for one in known if one is not None]
        came = _pieces_of(sale.record, earlier, body)
        if not came:
            continue
        try:
            step = unwind(sale.record, sale.programmes, earlier, dict(came), body.law)
        except (ValueError, KeyError):
            continue  # a refund of it cannot be read here
        counts = tuple(one for one in step.counts if not one.name.startswith(_KEPT_COUNT))
        found.append(_Match(sale, came, replace(step, given=(), counts=counts)))
    return found


def _refunds_of(connection: Connection, sale: KnownSale) -> list[RefundRow]:
    return refunds.of_sale(connection, sale.record.id, lock=True)


def _pieces_of(
    sale: SaleRecord, earlier: Iterable[RefundRecord], body: RefundRecord
) -> tuple[Returned, ...]:
    """Which pieces of a sale, as far as they did not come back before, the goods can be."""
    left = pieces_left(sale, earlier)
    came: dict[int, int] = {}
    for back in body.lines:
        wanted = back.pieces
        for line in sale.lines:
            if line.sku != back.sku or line.grams != back.grams:
                continue
            n = min(wanted, left[line.key])
            if n > 0:
                left[line.key] -= n
                wanted -= n
                came[line.key] = came.get(line.key, 0) + n
    return tuple(Returned(key, n) for key, n in sorted(came.items()))


def _unix_ms(body: RefundRecord) -> int:
    return (body.at.utc - _EPOCH) // timedelta(milliseconds=1)
