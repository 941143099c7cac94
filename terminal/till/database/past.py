"""What happened at this till, read back: sales, refunds, and where units came from and went."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from heapq import merge
from itertools import islice
from typing import Any

from terminal.loyalty.bodies import UnitsAdjusted, read_body
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.giving import Gift
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.loyalty.statement import MOVEMENTS_MOST, PastMovement
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database import gifts, refunds, told_sales
from terminal.till.database.balances import day_of
from terminal.till.database.connection import Database
from terminal.till.database.members import member_of, wallets_of
from terminal.till.database.quick import Quick
from terminal.till.database.statements import movements_of
from terminal.till.journal_port import Movement, Recorded, RecordedRefund, RecordedSale

_STORED = "SELECT incarnation, seq, stored FROM facts WHERE sale_id = ? AND kind = ?"
_DAY = """SELECT incarnation, seq, stored FROM facts
WHERE business_day = ? AND sale_id IS NOT NULL AND kind = 'SaleRecorded'
ORDER BY rowid DESC LIMIT ? OFFSET ?"""
_NUMBER = """SELECT incarnation, seq, stored FROM facts
WHERE incarnation IN (SELECT incarnation FROM identity UNION SELECT incarnation FROM older_logs)
AND seq = ? AND kind = 'SaleRecorded' ORDER BY rowid DESC LIMIT 1"""
_SLIPS = """SELECT kind, incarnation, seq, stored FROM facts
WHERE business_day = ? AND sale_id IS NOT NULL ORDER BY rowid DESC LIMIT ? OFFSET ?"""
_MOVEMENTS = """SELECT f.incarnation, f.seq, f.kind, f.wall_ms, f.business_day, f.sale_id,
CASE f.kind WHEN 'UnitsAdjusted' THEN f.stored END,
CASE f.kind WHEN 'UnitsAdjusted' THEN
(SELECT words FROM remarks WHERE fact = f.incarnation || '/' || f.seq) END,
e.wallet, e.unit, e.kind, e.n, e.day
FROM entries e JOIN facts f ON f.incarnation = e.incarnation AND f.seq = e.seq
WHERE e.wallet IN (SELECT value FROM json_each(?))
ORDER BY f.rowid DESC, e.position LIMIT ?"""
_LOGS = "SELECT incarnation FROM identity UNION SELECT incarnation FROM older_logs"
_ENTRY_KINDS = frozenset(EntryKind)


class StoredPast:
    """``journal_port.PastSales`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self, sale_id: str) -> RecordedSale | None:
        """The sale of this UUIDv7."""
        with self._database.reading() as connection:
            row = Quick(connection).row(_STORED, (sale_id, FactKind.SALE_RECORDED.value))
        return None if row is None else _recorded_sale(*row)

    def load_refund(self, refund_id: str) -> RecordedRefund | None:
        """The refund of this UUIDv7."""
        with self._database.reading() as connection:
            row = Quick(connection).row(_STORED, (refund_id, FactKind.REFUND_RECORDED.value))
        return None if row is None else refunds.recorded_refund(*row)

    def refunds_of(self, sale: SaleRecord) -> Sequence[RecordedRefund]:
        """The refunds of a sale that this till knows, in the order in which they were made."""
        with self._database.reading() as connection:
            own = refunds.of_sale(connection, sale)
            told = told_sales.told_refunds(connection, sale.id)
        known = {one.record.id for one in own}
        elsewhere = [one for one in told if one.record.id not in known]
        return sorted((*own, *elsewhere), key=lambda one: one.record.at.utc)

    def told_sale(self, sale_id: str) -> RecordedSale | None:
        """A sale of another till, where the server was asked for it and told it."""
        with self._database.reading() as connection:
            return told_sales.told_sale(connection, sale_id)

    def by_number(self, seq: int) -> RecordedSale | None:
        """The latest sale of this till with a number, as it stands on the slip."""
        with self._database.reading() as connection:
            row = Quick(connection).row(_NUMBER, (seq,))
        return None if row is None else _recorded_sale(*row)

    def last_slips(
        self, business_day: date, limit: int, *, skip: int = 0
    ) -> Sequence[RecordedSale | RecordedRefund]:
        """The sales and refunds of a business day, latest first."""
        with self._database.reading() as connection:
            arguments = (business_day.isoformat(), max(0, limit), max(0, skip))
            rows = Quick(connection).rows(_SLIPS, arguments)
        return tuple(
            refunds.recorded_refund(*row)
            if kind == FactKind.REFUND_RECORDED
            else _recorded_sale(*row)
            for kind, *row in rows
        )

    def last_sales(
        self, business_day: date, limit: int, *, skip: int = 0
    ) -> Sequence[RecordedSale]:
        """The sales of a business day, latest first; ``skip`` leaves out the very latest."""
        with self._database.reading() as connection:
            arguments = (business_day.isoformat(), max(0, limit), max(0, skip))
            rows = Quick(connection).rows(_DAY, arguments)
        return tuple(_recorded_sale(*row) for row in rows)

    def movements(self, member: str, limit: int) -> Sequence[Movement]:
        """Where the member's units came from and went, latest first."""
        most = max(0, limit)
        with self._database.reading() as connection:
            wallets = wallets_of(connection, member_of(connection, member))
            rows = Quick(connection).rows(_MOVEMENTS, (json.dumps(wallets), most))
            told = movements_of(connection, wallets)
            own = {log for (log,) in Quick(connection).rows(_LOGS)}
        here = [_movement(row) for row in rows]
        # A fact of this till may be in a statement too; here it has its sale with it.
        others = [
            _told_movement(wallet, one)
            for wallet, one in reversed(told)  # entries of a fact in their order
            if one.incarnation not in own and one.entry in _ENTRY_KINDS
        ]
        others.sort(key=_latest_first)
        return tuple(islice(merge(here, others, key=_latest_first), most))

    def gifts(self, member: str, limit: int) -> Sequence[Gift]:
        """What a member was given at this till as goodwill or for an opinion, latest first."""
        with self._database.reading() as connection:
            return gifts.of_member(connection, member_of(connection, member), max(0, limit))

    def known_since(self, member: str) -> int | None:
        """Before this instant (Unix ms) movements of other tills are missing; None: none are."""
        with self._database.reading() as connection:
            told = movements_of(connection, wallets_of(connection, member_of(connection, member)))
        by_wallet: dict[WalletId, list[int]] = {}
        for wallet, one in told:
            by_wallet.setdefault(wallet, []).append(one.wall_ms)
        return max(
            (min(ms) for ms in by_wallet.values() if len(ms) >= MOVEMENTS_MOST), default=None
        )


def _recorded_sale(incarnation: str, seq: int, stored: bytes) -> RecordedSale:
    return RecordedSale(
        recorded=Recorded(incarnation=incarnation, seq=seq),
        record=read_sale_body(decode(bytes(stored)).body),
    )


def _movement(row: Sequence[Any]) -> Movement:
    incarnation, seq, kind, wall_ms, business_day, sale_id, adjusted, words, *entry = row
    wallet, unit, moved, n, day = entry
    body = read_body(UnitsAdjusted, decode(bytes(adjusted)).body) if adjusted else None
    account = Account(WalletId(wallet), UnitId(unit))
    return Movement(
        recorded=Recorded(incarnation=incarnation, seq=seq),
        kind=kind,
        wall_ms=wall_ms,
        business_day=date.fromisoformat(business_day),
        entry=Entry(account, EntryKind(moved), n, day_of(day)),
        sale_id=sale_id,
        reason=body.reason if body is not None else "",
        why=words or (body.why if body is not None else ""),
    )


def _told_movement(wallet: WalletId, past: PastMovement) -> Movement:
    entry = Entry(Account(wallet, past.unit), EntryKind(past.entry), past.n, past.day)
    return Movement(
        recorded=Recorded(incarnation=past.incarnation, seq=past.seq),
        kind=past.fact,
        wall_ms=past.wall_ms,
        business_day=past.business_day,
        entry=entry,
        sale_id=None,
        place=past.place,
    )


def _latest_first(movement: Movement) -> int:
    return -movement.wall_ms
