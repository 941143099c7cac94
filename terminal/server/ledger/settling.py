"""Settling refunds of goods that another till sold, and looking at those that their till unwound.

The till that took the goods back could give the money, but not move the units of a sale that it
did not make. Once that sale is here the server does, by the rules of the day of sale and out of
its pool; what rights are at tills are asked back, and owed until then. A refund whose sale is not
here yet waits. Nobody is refused: pieces that come back a second time are a finding and a debt.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from terminal.loyalty.bodies import RefundSettled, read_body
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.engine.run import DEFAULT_EFFORT, EFFORT_MOST
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.kept_goods import Known
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import (
    RefundLaw,
    RefundRecord,
    Returned,
    UnitsTaken,
    pieces_back,
    read_refund_body,
)
from terminal.loyalty.refund_checking import check_refund
from terminal.loyalty.refund_entries import bearer_accounts, unit_entries
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.unwinding import Step, unwind
from terminal.loyalty.wallet import WalletId
from terminal.loyalty.without_slip import lines_of
from terminal.server.database import accounts as account_table
from terminal.server.database import facts as fact_table
from terminal.server.database import findings, logs, refunds
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.deeds import Place
from terminal.server.database.findings import FindingRow
from terminal.server.database.refunds import OWN, SETTLED, WAITING, RefundRow
from terminal.server.ledger.asking_back import ask_back, ask_back_what_is_owed
from terminal.server.ledger.correcting import taken_back
from terminal.server.ledger.minting import Coin, lock_own_logs, mint_quietly, tell_changed
from terminal.server.ledger.published import published
from terminal.server.registry.local_days import local_day


@dataclass(frozen=True, slots=True)
class KnownRefund:
    """A refund read back: its row, its body, and what it counts for once it is settled."""

    row: RefundRow
    body: RefundRecord


@dataclass(frozen=True, slots=True)
class KnownSale:
    """A sale read back, with the revisions by which it may be judged."""

    place: Place
    record: SaleRecord
    programmes: tuple[Programme, ...]


class Looked(NamedTuple):
    """What a look at refunds came to."""

    done: int = 0
    """Refunds with which nothing is left to do."""
    steps: int = 0
    """Of search that it took, which is what takes time."""


def settle_sale(
    database: ServerDatabase, sale_id: str, now_ms: int, *, most_steps: int = EFFORT_MOST
) -> Looked:
    """Settle what can be settled of a sale's refunds.

    Kept goods are judged anew with as many steps of search as the sale was; that may take seconds,
    so it is done before anything is locked, and not at all where the sale took more than
    ``most_steps``: its refunds wait for somebody who has the time.
    May run beside itself, in other processes too.
    While logs are missing after a restore nothing is settled: what they hold is not known.
    """
    with database.reading() as connection:
        if logs.any_quarantined(connection):
            return Looked()
        sale = _sale(connection, sale_id, published(connection))
        refunds_now = [] if sale is None else _refunds(connection, sale_id)
    if sale is None:
        return Looked()
    steps = [steps_of(sale.record, one.body) for one in refunds_now if not one.row.looked]
    if max(steps, default=0) > most_steps:
        return Looked()
    known: Known = {}
    _judge(sale, refunds_now, known)
    return Looked(database.run(partial(_settle, sale, known, now_ms)), sum(steps))


def steps_of(sale: SaleRecord, refund: RefundRecord) -> int:
    """How many steps of search it takes to say what a refund of a sale undoes."""
    if refund.law is not RefundLaw.REEVALUATE:
        return 0
    return min(max(sale.effort, DEFAULT_EFFORT), EFFORT_MOST)


def _judge(sale: KnownSale, found: Sequence[KnownRefund], known: Known) -> None:
    """Look what it will come to, for what it leaves in ``known``: nothing is written."""
    counted, unseen = _in_turns(found)
    for one in unseen:
        with suppress(ValueError, KeyError):
            step = _unwound(sale, one.body, counted, known)
            counted.append(replace(one.body, taken=step.taken, given=step.given))


def _settle(sale: KnownSale, known: Known, now_ms: int, connection: Connection) -> int:
    if logs.any_quarantined(connection):
        return 0
    wallets = {one.account.wallet for one in sale.record.earned}
    wallets |= {one.account.wallet for one in sale.record.spent}
    wallets |= {one.account.wallet for one in sale.record.tenders if one.account is not None}
    account_table.lock_wallets(connection, wallets, "")
    # Only now, since another server may have been here while this one waited for the wallets.
    counted, unseen = _in_turns(_refunds(connection, sale.record.id, lock=True))
    # They are settled in the order in which they happened, at one store and at another; others
    # hold one of these logs and tell both stores.
    waiting = (one.row.incarnation for one in unseen if one.row.standing == WAITING)
    lock_own_logs(connection, [store_of(connection, incarnation) for incarnation in waiting])
    done: list[Place] = []
    changed: set[WalletId] = set()
    for one in unseen:
        settled = _one(connection, sale, one, counted, known, now_ms, changed)
        if settled is not None:
            counted.append(settled)
            done.append(one.row.place)
    refunds.looked(connection, done)
    tell_changed(connection, changed)
    return len(done)


def _refunds(connection: Connection, sale: str, *, lock: bool = False) -> list[KnownRefund]:
    rows = refunds.of_sale(connection, sale, lock=lock)
    found = (read_refund(connection, row) for row in rows)
    return [one for one in found if one is not None]


def _in_turns(found: Sequence[KnownRefund]) -> tuple[list[RefundRecord], list[KnownRefund]]:
    """What counts already, and what is to be looked at, in its order.

    Tills that unwound by themselves come first: what they took is taken.
    """
    unseen = [one for one in found if not one.row.looked]
    unseen.sort(key=lambda one: (one.row.standing != OWN, one.body.at.utc, one.row.place))
    return [one.body for one in found if one.row.looked], unseen


def _unwound(
    sale: KnownSale, body: RefundRecord, earlier: Sequence[RefundRecord], known: Known
) -> Step:
    codes = [one.account for one in body.taken]  # the till saw which of several came back
    back = pieces_back([body])
    return unwind(sale.record, sale.programmes, earlier, back, body.law, codes, known)


def _one(
    connection: Connection,
    sale: KnownSale,
    refund: KnownRefund,
    earlier: Sequence[RefundRecord],
    known: Known,
    now_ms: int,
    changed: set[WalletId],
) -> RefundRecord | None:
    """Look at one refund and settle it if its till has not; None if it has to wait."""
    body, place = refund.body, refund.row.place
    try:
        step = _unwound(sale, body, earlier, known)
    except (ValueError, KeyError) as error:
        # No lines of this sale: a till of another make, or of another time. Nothing moves.
        noted = finding(place, 0, FindingKind.UNREADABLE, 0, now_ms, text=str(error)[:200])
        findings.add(connection, [noted])
        return body
    taken = body.taken
    if refund.row.standing == WAITING:
        moved = mint_settled(connection, sale, refund, step, now_ms, changed)
        if moved is None:
            return None
        taken = moved
    _tell(connection, sale, refund, step, taken, now_ms)
    return replace(body, taken=taken, given=step.given) if refund.row.standing == WAITING else body


def mint_settled(
    connection: Connection,
    sale: KnownSale,
    refund: KnownRefund,
    step: Step,
    now_ms: int,
    changed: set[WalletId],
    *,
    came: tuple[Returned, ...] = (),
) -> tuple[UnitsTaken, ...] | None:
    """Move the units of a refund; returns what was taken, None while a code's rights are out.

    Nobody is told: the caller tells of wallets that ``changed`` when all is done. ``came`` says which pieces of the sale it is about, where the refund itself does not know; then
    the fact also says what the member's history loses.
    """
    store = store_of(connection, refund.row.incarnation)
    today = local_day(connection, store, now_ms)
    touched = {one.account for one in step.taken} | {one.account for one in step.given}
    touched |= {one.account for one in refund.body.tenders if one.account is not None}
    known = account_table.accounts_of(connection, {one.wallet for one in touched})
    bearer, _ = bearer_accounts(sale.record, sale.programmes)
    entries, taken = unit_entries(
        sale.record,
        step,
        refund.body.tenders,
        today=today,
        pending={one: sums.pending for one, (sums, _) in known.items()},
        rights={one: pool for one, (_, pool) in known.items()},
        debts={one: sums.debt for one, (sums, _) in known.items()},
        bearer=bearer,
    )
    lacking = {one.account: one.lost for one in taken if one.lost}
    wait = bool(ask_back(connection, lacking, now_ms))
    if wait:
        return None  # what a code holds is owed by nobody, so its till is heard first
    before = {one: sums for one, (sums, _) in known.items()}
    ask_back_what_is_owed(connection, entries, before, now_ms)
    settled = RefundSettled(
        refund_incarnation=refund.row.incarnation,
        refund_seq=refund.row.seq,
        sale_incarnation=sale.place.incarnation,
        sale_seq=sale.place.seq,
        sale=sale.record.id,
        member=sale.record.member,
        taken=taken,
        given=step.given,
        twice=step.twice,
        came=came,
        wallet=sale.record.wallet if came else "",
        counts=step.counts if came else (),
    )
    coin = Coin(kind=FactKind.REFUND_SETTLED, entries=entries, body=settled)
    (minted,), wallets = mint_quietly(
        connection, [coin], store=store, now_ms=now_ms, business_day=today
    )
    changed |= wallets
    changed |= taken_back(connection, entries, store=store, now_ms=now_ms, business_day=today)
    row = refund.row._replace(
        sale=sale.record.id,
        standing=SETTLED,
        looked=1,
        by_incarnation=minted.incarnation,
        by_seq=minted.seq,
    )
    refunds.settled(connection, [row])
    return taken


def store_of(connection: Connection, incarnation: str) -> str:
    """Where a log is at home of which a fact is here."""
    log = logs.find(connection, incarnation)
    assert log is not None, "its fact is here"
    return log.store


# --- what is noted --------------------------------------------------------------------------------


def _tell(
    connection: Connection,
    sale: KnownSale,
    refund: KnownRefund,
    step: Step,
    taken: Sequence[UnitsTaken],
    now_ms: int,
) -> None:
    """Keep for the owner what was not as it should be, and what it cost."""
    rows: list[FindingRow] = []
    for one in check_refund(sale.record, sale.programmes, refund.body, step, taken):
        position = int(one.kind is FindingKind.CODE_USED)
        told = {"found": one.found} if one.found else {}
        rows.append(finding(refund.row.place, position, one.kind, one.cost, now_ms, **told))
    findings.add(connection, rows)


def finding(
    place: Place,
    position: int,
    kind: FindingKind,
    cost: int,
    now_ms: int,
    **told: int | str,
) -> FindingRow:
    """What is kept for the owner of a refund."""
    detail = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return FindingRow(*place, position, kind.value, detail, cost, now_ms)


# --- reading back ---------------------------------------------------------------------------------


def _sale(
    connection: Connection, sale_id: str, programmes: tuple[Programme, ...]
) -> KnownSale | None:
    place = refunds.place_of_sale(connection, sale_id)
    stored = stored_at(connection, place) if place is not None else None
    if place is None or stored is None:
        return None
    try:
        record = read_sale_body(decode(stored).body)
    except (ValueError, RecursionError):
        return None  # of a newer till: its refunds wait until this server can read it
    return KnownSale(place, record, programmes)


def read_refund(connection: Connection, row: RefundRow) -> KnownRefund | None:
    """A refund with what it moved in the end; None where its fact is not here yet."""
    stored = stored_at(connection, row.place)
    if stored is None:
        return None
    body = read_refund_body(decode(stored).body)
    if row.standing == SETTLED:
        by = stored_at(connection, Place(row.by_incarnation, row.by_seq))
        assert by is not None, "it was minted or came in the same transaction"
        settled = read_body(RefundSettled, decode(by).body)
        body = replace(body, taken=settled.taken, given=settled.given)
        if settled.came:
            body = replace(body, lines=lines_of(settled.came), vat=(), counts=settled.counts)
    return KnownRefund(row, body)


def stored_at(connection: Connection, place: Place) -> bytes | None:
    """The bytes of a fact; None where it is not here."""
    rows = fact_table.between(
        connection, place.incarnation, after=place.seq - 1, up_to=place.seq, most=1
    )
    return rows[0].stored if rows else None
