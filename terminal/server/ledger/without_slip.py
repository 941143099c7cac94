"""Refunds of which nobody had the slip: their purchase is looked for among the member's.

The till gave the money by a manager's PIN, at the prices of the day. What the goods had brought is
taken back by a declared rule, the most favourable one that is honest: of the member's purchases of
the last 90 days the one that has most of the goods, of the latest of several the one that takes the
fewest units back. Rewards that were had with them stay had, and units that were spent stay
spent, because their worth went back as money. Where all goods are found this is done at once; else
it waits two weeks for tills that are silent, takes what is found then, and if nothing is found
takes nothing and tells the owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.engine.run import EFFORT_MOST
from terminal.loyalty.facts import decode
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundRecord, Returned, pieces_left
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.unwinding import Step, unwind
from terminal.server.database import accounts as account_table
from terminal.server.database import entries, findings, logs, people, refunds
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.deeds import Place
from terminal.server.database.refunds import RefundRow
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

WITHIN = timedelta(days=90)
"""How far back a purchase is looked for."""
READ_STEPS = 40
"""Reading a purchase takes about as long as so many steps of search."""
WAITED_MS = 14 * 24 * 60 * 60 * 1000
"""So long a till may be silent that sold the goods."""
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - Moment.utc carries no zone either
_KEPT_COUNT = "had:"
"""Counts of rewards, which stay had."""


JUDGED_MOST = 20
"""So many purchases are compared, of those with as many of the goods the latest: whoever drinks the
same coffee every day has a hundred of them."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A purchase that may be the one: what of it came back before, and what would now."""

    sale: KnownSale
    rows: tuple[RefundRow, ...]
    earlier: tuple[RefundRecord, ...]
    came: tuple[Returned, ...]

    @property
    def pieces(self) -> int:
        return sum(one.pieces for one in self.came)


@dataclass(frozen=True, slots=True)
class _Match:
    """A candidate, and what of it would be undone."""

    candidate: _Candidate
    step: Step

    @property
    def units(self) -> int:
        return sum(one.n for one in self.step.taken)


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
    best, steps = _best([one for one in found if one.pieces == wanted or not waits], body)
    steps += READ_STEPS * len(sales)
    if best is None and waits:
        return Looked(0, steps)
    return Looked(database.run(partial(_settle, best, refund, now_ms)), steps)


def _best(found: Sequence[_Candidate], body: RefundRecord) -> tuple[_Match | None, int]:
    """Which of several purchases it is taken for, and in how many steps of search it was found.

    No more are compared than may be judged in as many steps as one sale.
    """
    best: _Match | None = None
    steps = 0
    for one in sorted(found, key=lambda one: -one.pieces)[:JUDGED_MOST]:
        if best is not None and one.pieces < best.candidate.pieces:
            break
        more = steps_of(one.sale.record, body)
        if steps and steps + more > EFFORT_MOST:
            break
        steps += more
        match = _match(one, body)
        if match is not None and (best is None or match.units < best.units):
            best = match
    return best, steps


def _match(one: _Candidate, body: RefundRecord) -> _Match | None:
    try:
        step = unwind(one.sale.record, one.sale.programmes, one.earlier, dict(one.came), body.law)
    except (ValueError, KeyError):
        return None  # a refund of it cannot be read here
    counts = tuple(one for one in step.counts if not one.name.startswith(_KEPT_COUNT))
    return _Match(one, replace(step, given=(), counts=counts))


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
    wallets = {one.account.wallet for one in candidate.sale.record.earned}
    account_table.lock_wallets(connection, wallets, "")
    # Only now, since another server may have been here while this one waited for the wallets.
    if not refunds.hold(connection, place):
        return 0
    if tuple(refunds.of_sale(connection, candidate.sale.record.id, lock=True)) != candidate.rows:
        return 0
    came = candidate.came
    moved = mint_settled(connection, candidate.sale, refund, best.step, now_ms, came=came)
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
    came = _pieces_of(sale.record, earlier, body)
    return _Candidate(sale, rows, earlier, came) if came else None


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
