"""The journal: the only way in which anything happens at this till.

Each call is one durable transaction. It either happened, and is on the disk with all that follows
from it, or it did not happen and raised Trouble.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from heapq import merge
from itertools import islice
from typing import Any

from terminal.loyalty.bodies import (
    CardMet,
    CardReplaced,
    UnitsAdjusted,
    body_bytes,
    read_body,
)
from terminal.loyalty.consent import Consent
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.giving import Gift, Giving, fact_name
from terminal.loyalty.ledger import Entry, EntryKind, check_entry
from terminal.loyalty.refunding import Refund
from terminal.loyalty.sale import (
    Sale,
    SaleRecord,
    read_sale_body,
    sale_body,
    sale_entries,
    sale_record,
)
from terminal.loyalty.standing import Moment
from terminal.loyalty.statement import MOVEMENTS_MOST, PastMovement
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database import gifts, people, recording, refunds, told_sales, working_basket
from terminal.till.database.balances import day_of, missing_rights
from terminal.till.database.bulk import Bulk
from terminal.till.database.connection import Database
from terminal.till.database.facts import Append, Identity, append, identity
from terminal.till.database.members import add_member, known_card, member_of, wallets_of
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.recording import Enrolment
from terminal.till.database.statements import movements_of
from terminal.till.database.warned import warnings_of
from terminal.till.journal_port import (
    Movement,
    Recorded,
    RecordedRefund,
    RecordedSale,
    Shortfall,
    Welcome,
)
from terminal.till.ports import Clock, Ids, Member

_SALE = "SELECT incarnation, seq FROM facts WHERE sale_id = ?"
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


class StoredJournal:
    """``journal_port.Journal`` and ``journal_port.PastSales`` on the till's file."""

    def __init__(self, database: Database, *, clock: Clock, ids: Ids) -> None:
        self._database = database
        self._clock = clock
        self._ids = ids

    def record_sale(self, sale: Sale) -> Recorded | Shortfall:
        """Write a sale and forget the basket in work; a sale recorded before is not again.

        Raises:
            Trouble: nothing was recorded; the sale is still in hand.
        """
        try:
            return self._record_sale(sale, None)
        except _NotEnoughError as not_enough:
            return not_enough.shortfall

    def record_exchange(self, refund: Refund, sale: Sale) -> Recorded | Shortfall:
        """Write a refund and the sale that it pays for, both or neither; tells of the sale.

        Raises:
            Trouble: nothing was recorded.
        """
        try:
            return self._record_sale(sale, refund)
        except _NotEnoughError as not_enough:
            return not_enough.shortfall

    def _record_sale(self, sale: Sale, exchanged: Refund | None) -> Recorded:
        # All that needs no lock comes first: the shorter the lock, the rarer a wait.
        record = sale_record(sale)
        body, entries = sale_body(record), sale_entries(sale)
        warnings = warnings_of(self._database.reading, sale.standing, record, entries)
        with self._database.writing() as connection:
            known = Quick(connection).row(_SALE, (sale.id,))
            if known is not None:
                # The cashier's second try after a trouble at the very end of the first.
                working_basket.forget(connection)
                return Recorded(incarnation=known[0], seq=known[1])
            if exchanged is not None:
                returned = recording.refund(connection, self._appending(connection), exchanged, "")
                if isinstance(returned, Shortfall):
                    raise _NotEnoughError(returned)
            missing = missing_rights(connection, entries)
            if missing:
                raise _NotEnoughError(Shortfall(missing=missing))
            recorded = append(
                connection,
                self._clock,
                kind=FactKind.SALE_RECORDED,
                at=sale.at,
                entries=entries,
                body=body,
                sale_id=sale.id,
            )
            recording.warn(connection, self._appending(connection), warnings, sale.at)
            working_basket.forget(connection)
        return recorded

    def enrol(
        self, member: Member, card_number: str, at: Moment, *, welcome: Welcome | None = None
    ) -> Recorded:
        """Make somebody a member with a wallet, and a first card unless they have only a phone.

        ``welcome`` says what the rules give them, once their wallet is known.

        Raises:
            ValueError: the card belongs to somebody already, or the member is one already.
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            enrolment = Enrolment(member=member, card_number=card_number, at=at, welcome=welcome)
            return recording.enrol(connection, self._appending(connection), self._ids, enrolment)

    def give(
        self, gift: Giving, member: str, at: Moment, *, approver: str = "", words: str = ""
    ) -> Recorded | Shortfall:
        """Give a member what the rules give without a purchase, in one durable transaction.

        Raises:
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            key = member_of(connection, member)
            given = recording.give(
                connection, self._appending(connection), gift, key, at, approver=approver
            )
            if words and isinstance(given, Recorded):
                fact = fact_name(given.incarnation, given.seq)
                people.keep_remark(connection, key, fact, words)
            return given

    def meet_card(self, card_number: str, at: Moment) -> Member:
        """A genuine card that is not known here: its bearer is a provisional member from now on.

        They have no name, a wallet of their own and earn; the server finds out who it is. A card
        that is known by now is answered with its member.

        Raises:
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            known = known_card(connection, card_number)
            if known is not None:
                return known
            met = CardMet(
                member=self._ids.random_id(),
                wallet=WalletId(self._ids.random_id()),
                card=self._ids.random_id(),
            )
            member = Member(id=met.member, name="", card_number=card_number, provisional=True)
            add_member(connection, member, wallet=met.wallet, card=met.card, number=card_number)
            append(
                connection,
                self._clock,
                kind=FactKind.CARD_MET,
                at=at,
                entries=(),
                body=body_bytes(met),
            )
        return member

    def replace_card(
        self, member: str, card_number: str, at: Moment, *, before: str = ""
    ) -> Recorded:
        """Give a member a further card; ``before`` is the id of the one that is blocked for it.

        Raises:
            ValueError: the number belongs to somebody already, or ``before`` is not their card.
            KeyError: nobody has this id.
            Trouble: nothing was recorded.
        """
        card = self._ids.random_id()
        with self._database.writing() as connection:
            key = member_of(connection, member)
            replaced = CardReplaced(member=key, card=card, before=before)
            people.give_card(connection, replaced, card_number)
            return append(
                connection,
                self._clock,
                kind=FactKind.CARD_REPLACED,
                at=at,
                entries=(),
                body=body_bytes(replaced),
            )

    def decide(self, member: str, decisions: Sequence[Consent], at: Moment) -> None:
        """Write down what a member agrees to, or no longer does: facts, and their evidence.

        Raises:
            KeyError: nobody has this id.
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            key = member_of(connection, member)
            people.keep_evidence(connection, key, decisions)
            people.append_decisions(self._appending(connection), key, decisions, at)

    def share(
        self, members: Sequence[str], household: str, at: Moment, *, approver: str = ""
    ) -> None:
        """These members share all wallets with this household from now on; empty: with nobody.

        Raises:
            KeyError: nobody has one of these ids.
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            for member in members:
                key = member_of(connection, member)
                people.share(connection, self._appending(connection), key, household, at, approver)

    def enrol_many(self, enrolments: Iterable[Enrolment]) -> int:
        """Enrol all of them or nobody, opening balances included; returns how many.

        Raises:
            ValueError: a card or a member is there already.
            Trouble: nobody was enrolled.
        """
        enrolled = 0
        with self.in_bulk() as bulk:
            for enrolment in enrolments:
                bulk.enrol(enrolment)
                enrolled += 1
        return enrolled

    @contextmanager
    def in_bulk(self) -> Iterator[Bulk]:
        """Many sales and enrolments in one durable transaction; all of them or none.

        The till's file is locked until the block ends: for what is built, not for a counter at work.

        Raises:
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            bulk = Bulk(connection, clock=self._clock, ids=self._ids)
            yield bulk
            bulk.flush()

    def adjust(
        self, entries: Sequence[Entry], reason: str, member: str, at: Moment | None = None
    ) -> Recorded | Shortfall:
        """Move units by decision: goodwill, or what a member brought from an older system.

        ``reason`` is a short key such as ``goodwill``; words about a person are a record and
        never enter a fact. ``at`` is when it happened, now if not told.

        Raises:
            ValueError: there are no entries, or one that no fact may carry.
            Trouble: nothing was recorded.
        """
        if not entries:
            raise ValueError("an adjustment moves units")
        moved = tuple(check_entry(entry) for entry in entries)
        with self._database.writing() as connection:
            missing = missing_rights(connection, moved)
            if missing:
                return Shortfall(missing=missing)
            return recording.adjust(
                self._appending(connection), moved, reason, member, at or self._clock.now()
            )

    def record_refund(self, refund: Refund, *, approver: str = "") -> Recorded | Shortfall:
        """Write a refund; one that was recorded before is not again.

        Raises:
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            return recording.refund(connection, self._appending(connection), refund, approver)

    def identity(self) -> Identity:
        """Who this till is, and where its journal stands."""
        with self._database.reading() as connection:
            return identity(connection)

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

    def _appending(self, connection: Connection) -> Append:
        """One fact after the other, each with all that is computed from it."""
        return partial(append, connection, self._clock)


class _NotEnoughError(Exception):
    """Rights are missing: whatever the transaction wrote before is taken back."""

    def __init__(self, shortfall: Shortfall) -> None:
        super().__init__(shortfall)
        self.shortfall = shortfall


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
