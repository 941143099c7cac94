"""The journal in a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from terminal.loyalty.clock_doubt import doubt
from terminal.loyalty.consent import Consent, Purpose
from terminal.loyalty.counting import counted
from terminal.loyalty.facts import FactKind
from terminal.loyalty.giving import BY_HAND, Gift, Giving
from terminal.loyalty.ledger import RIGHT_SIGN, Entry, EntryKind, rights_of
from terminal.loyalty.refunding import Refund
from terminal.loyalty.sale import Sale, SaleRecord, sale_entries, sale_record
from terminal.loyalty.standing import Moment
from terminal.loyalty.wallet import Account, WalletId
from terminal.till.database.facts import unix_ms
from terminal.till.journal_port import (
    Movement,
    Recorded,
    RecordedRefund,
    RecordedSale,
    Shortfall,
    Welcome,
)
from terminal.till.ports import CardState, Clock, Ids, Member
from terminal.till.trouble import Trouble
from tests.fakes.members import FakeMembers
from tests.fakes.time_and_chance import FakeClock, FakeIds
from tests.fakes.working_basket import FakeWorkingBasket


class FakeJournal:
    """``journal_port.Journal`` and ``journal_port.PastSales``. ``trouble`` is raised by the next writing."""

    def __init__(
        self,
        members: FakeMembers | None = None,
        *,
        working_basket: FakeWorkingBasket | None = None,
        clock: Clock | None = None,
        ids: Ids | None = None,
    ) -> None:
        self.members = members or FakeMembers()
        self.working_basket = working_basket or FakeWorkingBasket()
        self.clock = clock or FakeClock()
        self.ids = ids or FakeIds()
        self.incarnation = self.ids.random_id()[-16:]
        self.facts: list[tuple[FactKind, Moment, tuple[Entry, ...]]] = []
        self.sales: dict[str, RecordedSale] = {}
        self.refunds: dict[str, RecordedRefund] = {}
        self.approvers: dict[str, str] = {}
        self.given: list[Gift] = []
        self.trouble: Trouble | None = None
        self.latest = 0

    def latest_ms(self) -> int:
        return self.latest

    def believe_clock(self) -> None:
        self._meet_trouble()
        self.latest = unix_ms(self.clock.now())

    def prepare(self, sale: Sale) -> None:
        """It is as quick without."""

    def record_sale(self, sale: Sale) -> Recorded | Shortfall:
        self._meet_trouble()
        if sale.id in self.sales:
            self.working_basket.save(b"")
            return self.sales[sale.id].recorded
        entries = sale_entries(sale)
        missing = self._missing(entries)
        if missing:
            return Shortfall(missing=missing)
        record = sale_record(sale)
        recorded = self._append(FactKind.SALE_RECORDED, sale.at, entries)
        self.sales[sale.id] = RecordedSale(recorded=recorded, record=record)
        if record.wallet:
            self.members.count(record.wallet, counted(record))
        self.working_basket.save(b"")
        return recorded

    def record_exchange(self, refund: Refund, sale: Sale) -> Recorded | Shortfall:
        self._meet_trouble()
        missing = self._missing((*refund.entries, *sale_entries(sale)))
        if missing:
            return Shortfall(missing=missing)
        returned = self.record_refund(refund)
        assert isinstance(returned, Recorded)
        return self.record_sale(sale)

    def record_refund(self, refund: Refund, *, approver: str = "") -> Recorded | Shortfall:
        self._meet_trouble()
        if not refund.record.sale:
            self.working_basket.save(b"")
        known = self.refunds.get(refund.record.id)
        if known is not None:
            return known.recorded
        missing = self._missing(refund.entries)
        if missing:
            return Shortfall(missing=missing)
        recorded = self._append(FactKind.REFUND_RECORDED, refund.record.at, refund.entries)
        self.approvers[refund.record.id] = approver
        self.refunds[refund.record.id] = RecordedRefund(recorded=recorded, record=refund.record)
        return recorded

    def enrol(
        self, member: Member, card_number: str, at: Moment, *, welcome: Welcome | None = None
    ) -> Recorded:
        self._meet_trouble()
        if card_number and card_number in self.members.cards:
            raise ValueError(f"card {card_number} belongs to somebody already")
        if member.id in self.members.members:
            raise ValueError(f"{member.id} is a member already")
        wallet, card = self.ids.random_id(), self.ids.random_id()
        self.members.add(member, wallet=wallet, card=card, number=card_number)
        recorded = self._append(FactKind.MEMBER_ENROLLED, at, ())
        for one in member.consents:
            self._append(_decision(one), at, ())
        gift = welcome(WalletId(wallet)) if welcome else None
        if gift is not None:
            self.give(gift, member.id, at)
        return recorded

    def give(
        self, gift: Giving, member: str, at: Moment, *, approver: str = "", words: str = ""
    ) -> Recorded | Shortfall:
        self._meet_trouble()
        missing = self._missing(gift.entries)
        if missing:
            return Shortfall(missing=missing)
        self.members.count(gift.wallet, gift.counts)
        recorded = self._append(FactKind.UNITS_ADJUSTED, at, gift.entries)
        self.approvers[str(recorded.seq)] = approver
        given = Gift(
            incarnation=self.incarnation,
            seq=recorded.seq,
            wall_ms=(at.utc - datetime(1970, 1, 1)) // timedelta(milliseconds=1),  # noqa: DTZ001
            body=gift.body(member),
            entries=gift.entries,
            words=words,
        )
        if gift.reason in BY_HAND:
            self.given.append(given)
        return recorded

    def gifts(self, member: str, limit: int) -> Sequence[Gift]:
        undone = {one.body.undoes for one in self.given}
        mine = [
            replace(one, taken_back=one.name in undone)
            for one in reversed(self.given)
            if one.body.member == member and not one.body.undoes
        ]
        return tuple(mine[: max(0, limit)])

    def share(
        self, members: Sequence[str], household: str, at: Moment, *, approver: str = ""
    ) -> None:
        self._meet_trouble()
        for member in members:
            known = self.members.members[self.members.merged.get(member, member)]
            if known.household != household:
                self.members.change(replace(known, household=household))
                recorded = self._append(FactKind.HOUSEHOLD_CHANGED, at, ())
                self.approvers[str(recorded.seq)] = approver

    def replace_card(
        self, member: str, card_number: str, at: Moment, *, before: str = ""
    ) -> Recorded:
        self._meet_trouble()
        known = self.members.members[self.members.merged.get(member, member)]
        if card_number in self.members.cards:
            raise ValueError(f"card {card_number} belongs to somebody already")
        lost = [one for one in self.members.cards_of(known.id) if one.id == before]
        if before and not lost:
            raise ValueError(f"{before} is no card of this member")
        for one in lost:
            self.members.cards[one.number] = replace(one, state=CardState.REPLACED)
        self.members.give_card(known, card=self.ids.random_id(), number=card_number)
        return self._append(FactKind.CARD_REPLACED, at, ())

    def decide(self, member: str, decisions: Sequence[Consent], at: Moment) -> None:
        self._meet_trouble()
        known = self.members.members[self.members.merged.get(member, member)]
        others = {one.purpose: one for one in known.consents}
        decided = others | {one.purpose: one for one in decisions}
        in_order = tuple(decided[one] for one in Purpose if one in decided)
        self.members.change(replace(known, consents=in_order))
        for one in decisions:
            self._append(_decision(one), at, ())

    def meet_card(self, card_number: str, at: Moment) -> Member:
        self._meet_trouble()
        known = self.members.by_card(card_number)
        if known is not None:
            return known.member
        member = Member(id=self.ids.random_id(), name="", provisional=True)
        wallet, card = self.ids.random_id(), self.ids.random_id()
        self.members.add(member, wallet=wallet, card=card, number=card_number)
        self._append(FactKind.CARD_MET, at, ())
        met = self.members.by_id(member.id)
        assert met is not None
        return met

    def adjust(
        self, entries: Sequence[Entry], reason: str, member: str, at: Moment | None = None
    ) -> Recorded | Shortfall:
        self._meet_trouble()
        if not entries:
            raise ValueError("an adjustment moves units")
        missing = self._missing(tuple(entries))
        if missing:
            return Shortfall(missing=missing)
        return self._append(FactKind.UNITS_ADJUSTED, at or self.clock.now(), tuple(entries))

    def load(self, sale_id: str) -> RecordedSale | None:
        return self.sales.get(sale_id)

    def last_sales(
        self, business_day: date, limit: int, *, skip: int = 0
    ) -> Sequence[RecordedSale]:
        of_day = [sale for sale in self.sales.values() if _day(sale.record) == business_day]
        return tuple(reversed(of_day))[skip : skip + limit]

    def refunds_of(self, sale: SaleRecord) -> Sequence[RecordedRefund]:
        return tuple(one for one in self.refunds.values() if one.record.sale == sale.id)

    def load_refund(self, refund_id: str) -> RecordedRefund | None:
        return self.refunds.get(refund_id)

    def by_number(self, seq: int) -> RecordedSale | None:
        return next((one for one in self.sales.values() if one.recorded.seq == seq), None)

    def last_slips(
        self, business_day: date, limit: int, *, skip: int = 0
    ) -> Sequence[RecordedSale | RecordedRefund]:
        both: list[RecordedSale | RecordedRefund] = [*self.sales.values(), *self.refunds.values()]
        of_day = [one for one in both if one.record.at.business_day == business_day]
        of_day.sort(key=lambda one: -one.recorded.seq)
        return tuple(of_day[skip : skip + limit])

    def movements(self, member: str, limit: int) -> Sequence[Movement]:
        wallets = self.members.wallets_used(member) if member in self.members.wallets else ()
        sale_ids = {sale.recorded.seq: sale.record.id for sale in self.sales.values()}
        sale_ids |= {one.recorded.seq: one.record.id for one in self.refunds.values()}
        found = [
            Movement(
                recorded=Recorded(incarnation=self.incarnation, seq=seq),
                kind=kind.value,
                wall_ms=(at.utc - datetime(1970, 1, 1)) // timedelta(milliseconds=1),  # noqa: DTZ001
                business_day=at.business_day,
                entry=entry,
                sale_id=sale_ids.get(seq),
            )
            for seq, (kind, at, entries) in reversed(list(enumerate(self.facts, start=1)))
            for entry in entries
            if entry.account.wallet in wallets
        ]
        return tuple(found[:limit])

    def known_since(self, member: str) -> int | None:  # it knows everything
        return None

    def _append(self, kind: FactKind, at: Moment, entries: tuple[Entry, ...]) -> Recorded:
        self.facts.append((kind, at, entries))
        now = unix_ms(self.clock.now())
        if not doubt(now, self.latest):
            self.latest = max(self.latest, now)
        self.members.add_up(entries)
        return Recorded(incarnation=self.incarnation, seq=len(self.facts))

    def _missing(self, entries: tuple[Entry, ...]) -> tuple[tuple[Account, int], ...]:
        wanted: dict[Account, int] = {}
        for entry in entries:
            if RIGHT_SIGN[entry.kind] < 0:
                spent = entry.n if entry.kind is EntryKind.SPEND else 0
                wanted[entry.account] = wanted.get(entry.account, 0) + spent
        changes = rights_of(entries)
        lacking = []
        for account, n in wanted.items():
            here, change = self.members.rights.get(account, 0), changes.get(account, 0)
            short = max(n - max(0, here), -(here + change) if change < 0 else 0)
            lacking.append((account, short))
        return tuple((account, n) for account, n in lacking if n > 0)

    def _meet_trouble(self) -> None:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble


def _decision(one: Consent) -> FactKind:
    return FactKind.CONSENT_GIVEN if one.given else FactKind.CONSENT_WITHDRAWN


def _day(record: SaleRecord) -> date:
    return record.at.business_day
