"""A story's shop at a real till: every step of a story by what a cashier and an office do.

The same steps that ``terminal.loyalty.story.playing`` lets happen in memory go through the checkout
onto the till's file here, and what is found there is told in the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import assert_never
from uuid import UUID

from terminal.barcodes.card_number import card_number
from terminal.barcodes.gtin import check_digit, normal
from terminal.barcodes.slip_code import slip_code
from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.basket import Product
from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.consent import Purpose
from terminal.loyalty.engine.evaluation import Earned, Evaluation, NotApplied, Reason, Why
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, Sums
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Holding, RewardName
from terminal.loyalty.story.expecting import not_as_expected
from terminal.loyalty.story.steps import (
    Change,
    Chosen,
    Enrol,
    Grant,
    Paid,
    Pass,
    Publish,
    Scanned,
    Sell,
    Step,
    Story,
    TakeBack,
    Tell,
)
from terminal.loyalty.story.told import Told
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.tiers import with_tier
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.app import OpenTill, open_till, statements_of
from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.journal_port import Recorded
from terminal.till.settings import CardsTable, Settings, ShopTable
from terminal.wire.programme_json import write_programme
from tests.fakes import FakeClock, FakeIds, FakeLine
from tests.fakes.printers import FakePrinter

KEY = b"a key for the cards of a story"
PREFIX = "29"


class NotAtThisTill(Exception):
    """No key of a till, and nothing behind it, does this."""


class StoryRefused(Exception):
    """The till did not let a step happen; the message is in the words of stories."""


class NamedIds(FakeIds):
    """Chance that gives whoever joins the story's name as id, so that lots fall as it says."""

    def __init__(self) -> None:
        super().__init__()
        self.next_name = ""

    def random_id(self) -> str:
        named, self.next_name = self.next_name, ""
        return named or super().random_id()


@dataclass
class StoryTill:
    """One till on a file, and the story's names for what is in it."""

    story: Story
    folder: Path
    clock: FakeClock
    line: FakeLine = field(default_factory=FakeLine)
    ids: NamedIds = field(default_factory=NamedIds)
    cards: dict[str, str] = field(default_factory=dict)
    """Card numbers by member."""
    sales: dict[str, str] = field(default_factory=dict)
    """Ids of sales by name."""
    codes: dict[str, WalletId] = field(default_factory=dict)
    programmes: list[Programme] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = Settings(
            folder=self.folder,
            shop=ShopTable(
                name="Corner shop",
                country="PL",
                currency=self.story.currency,
                prices_include_tax=self.story.prices_include_tax,
            ),
            cards=CardsTable(prefix=PREFIX),
            card_key=KEY,
        )
        self.folder.mkdir(parents=True, exist_ok=True)
        self.till: OpenTill = open_till(settings, clock=self.clock, ids=self.ids, line=self.line)
        self.codes_of_goods = {
            sku: _gtin(number) for number, sku in enumerate(self.story.products, start=1)
        }
        self.till.database.catalogue.put_products(self._products())
        self.till.database.cards.take(20)

    def _products(self) -> Iterator[Product]:
        weighed = {
            line.sku
            for step in self.story.steps
            if isinstance(step, Sell)
            for line in step.lines
            if line.grams is not None
        }
        for sku, goods in self.story.products.items():
            yield Product(
                sku=sku,
                name=goods.name or sku,
                price=goods.price,
                vat=goods.vat,
                category=goods.category,
                brand=goods.brand,
                supplier=goods.supplier,
                gtin=normal(self.codes_of_goods[sku]),
                by_weight=sku in weighed,
                rewardable=goods.rewardable,
                earning=goods.earning,
                open_price=not goods.price,
            )

    def close(self) -> None:
        self.till.close()

    # --- what stands behind the till; with a server it does these --------------------------------

    def publish(self, programmes: tuple[Programme, ...]) -> None:
        """The owner's file comes to the till, with all of the budgets in it."""
        database = self.till.database
        self.programmes += programmes
        database.programmes.put([write_programme(one) for one in programmes])
        entries = []
        for account, amount in budgets_of(programmes).items():
            (known,) = database.programmes.budgets([account]) or (None,)
            lacking = amount - (known.sums if known else NOTHING).earned_in_all
            if lacking > 0:
                entries.append(Entry(account, EntryKind.EARN, lacking))
        if entries:
            assert isinstance(database.journal.adjust(entries, "budget", ""), Recorded)

    def pass_to(self, until: datetime) -> None:
        """A till that nobody serves beside: its clock goes, and nothing else happens."""
        self.clock.local = until

    def begin(self) -> None:
        """Before the first step."""
        self.publish(self.story.programmes)

    def settle(self) -> None:
        """After each step."""

    def answer(self) -> None:
        """Whatever was asked meanwhile is answered."""

    # --- steps -------------------------------------------------------------------------------

    def play(self) -> Iterator[Told]:
        """Let the story happen; each step is told with what was otherwise than expected."""
        self.begin()
        for number, step in enumerate(self.story.steps, start=1):
            happened = _Happened()
            try:
                self._happen(step, happened)
            except StoryRefused as refused:
                happened = _Happened(refused=str(refused))
            self.settle()
            told = Told(
                step=number,
                do=step.do,
                at=self.clock.local.isoformat(),
                refused=happened.refused,
                evaluation=happened.evaluation,
                refund=happened.refund,
                earned=happened.earned,
                wallets=self._units(lambda sums: sums.balance),
                pending=self._units(lambda sums: sums.pending),
                owed=self._units(lambda sums: sums.debt),
                tiers=self._tiers(),
            )
            yield replace(told, not_as_expected=not_as_expected(step.expect, told))

    def _happen(self, step: Step, happened: _Happened) -> None:
        match step:
            case Enrol():
                happened.earned = self._enrol(step)
            case Change():
                self._change(step)
            case Sell():
                happened.evaluation = self._sell(step)
            case TakeBack():
                happened.refund = self._take_back(step)
            case Pass():
                self.pass_to((step.until or self.clock.local) + timedelta(days=step.days))
            case Publish():
                self.publish(step.programmes)
            case Grant():
                happened.earned = self._grant(step)
            case Tell():
                self._tell(step)
            case _:
                assert_never(step)

    def _enrol(self, step: Enrol) -> tuple[Earned, ...]:
        """A blank card is handed out; what the office knows of its holder is written behind it.

        What the rules gave them for it is told, as the member's story on the screen has it.
        """
        checkout, database = self.till.checkout, self.till.database
        number = card_number(len(self.cards) + 1, key=KEY, prefix=PREFIX)
        self._seen(checkout.scan(number))
        if step.referred_by:
            self._seen(checkout.scan(self.cards[step.referred_by]))
        self.ids.next_name = step.member
        month, day = step.birthday or (0, 0)
        view = checkout.join(
            step.member,
            birthday=f"{day}.{month}" if day else "",
            agreed=frozenset(map(Purpose, step.consents)),
            text="1 en",
        )
        assert view.member is not None, view.notice
        assert view.member.id == step.member
        if step.household:
            checkout.with_care(lambda care: care.begin_household())
            self._seen(checkout.scan(self.cards[step.household]))
            checkout.enter("")
            assert database.members.fellows(step.member)
        checkout.remove_member()
        self.cards[step.member] = number
        given = database.journal.movements(step.member, 10)
        if step.tier or step.segments:
            known = database.members.by_id(step.member)
            assert known is not None
            database.members.change(replace(known, tier=step.tier, segments=step.segments))
        if step.units:
            wallet = database.members.standing(step.member).wallets[0]
            entries = [
                Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n)
                for unit, n in step.units.items()
            ]
            assert isinstance(database.journal.adjust(entries, "opening", step.member), Recorded)
        return tuple(
            Earned(
                programme=0,
                revision=0,
                rule="",
                account=one.entry.account,
                n=one.entry.n,
                day=one.entry.day,
                reason=Reason(why=Why.ENROLMENT, units=one.entry.n),
            )
            for one in given
        )

    def _change(self, step: Change) -> None:
        """What they agree to the cashier ticks; their segments are the office's to say."""
        checkout, members = self.till.checkout, self.till.database.members
        if step.segments is not None:
            known = members.by_id(step.member)
            assert known is not None
            members.change(replace(known, segments=step.segments))
        if step.consents is not None:
            self._seen(checkout.scan(self.cards[step.member]))
            for purpose in Purpose:
                agreed = purpose.value in step.consents
                checkout.with_members(
                    lambda steps, one=purpose, yes=agreed: steps.decide(
                        one, agreed=yes, text="1 en"
                    )  # type: ignore[misc]
                )
            checkout.remove_member()

    def _tell(self, step: Tell) -> None:
        """They ask what they have, and take a statement home: its last days are told."""
        self._seen(self.till.checkout.scan(self.cards[step.member]))
        printer = FakePrinter()
        statements_of(self.till, printer).print(step.member, lambda _answer: None)
        assert printer.sheets
        self.till.checkout.remove_member()

    def _grant(self, step: Grant) -> tuple[Earned, ...]:
        """Units by the cashier's hand: for an opinion, or because they were sorry for a wait."""
        checkout, database = self.till.checkout, self.till.database
        self.clock.local += timedelta(seconds=1)  # no hand gives twice at one instant
        self._seen(checkout.scan(self.cards[step.member]))
        before = {one.name for one in database.journal.gifts(step.member, 50)}
        view = checkout.with_care(lambda care: care.begin_goodwill())
        assert view.goodwill is not None, view.notice
        for choice in view.goodwill.choices:
            if choice.on != step.on:
                continue
            if step.on == "feedback":
                checkout.with_care(lambda care, one=choice: care.goodwill.thank(one.name))  # type: ignore[misc]
            else:
                checkout.with_care(lambda care, one=choice: care.goodwill.mark(one.name))  # type: ignore[misc]
                checkout.enter("1")
        given = [one for one in database.journal.gifts(step.member, 50) if one.name not in before]
        checkout.remove_member()
        why = Why.FEEDBACK if step.on == "feedback" else Why.GOODWILL
        return tuple(
            Earned(
                programme=0,
                revision=0,
                rule="",
                account=entry.account,
                n=entry.n,
                day=entry.day,
                reason=Reason(why=why, units=entry.n),
            )
            for one in given
            for entry in one.entries
            if entry.kind in (EntryKind.EARN, EntryKind.EARN_PENDING)
        )

    def _sell(self, step: Sell) -> Evaluation:
        checkout = self.till.checkout
        checkout.begin_next()
        keys = [self._scan(one) for one in step.lines]
        assert keys == list(range(1, len(keys) + 1)), "a row for each line of the story"
        if step.member:
            self._seen(checkout.scan(self.cards[step.member]))
        for code in step.show:
            self._seen(checkout.scan(voucher_code(self.codes[code], key=code_key(KEY))))
        away = [missing for one in step.claims for missing in self._claim(one)]
        for one in step.taken_off:
            checkout.toggle_reward(RewardName(one.programme, one.reward))
        judged = checkout.view().evaluation
        view = self._pay(checkout.finish(), step.tenders)
        assert view.done is not None
        recorded = self.till.database.journal.load(view.done.sale)
        assert recorded is not None
        name = step.name or f"sale {len(self.sales) + 1}"
        self.sales[name] = view.done.sale
        self._name_codes(name, recorded.record)
        checkout.begin_next()
        return _as_recorded(judged, recorded.record, away)

    def _scan(self, one: Scanned) -> int:
        """Goods over the scanner, a typed price for those that have none; the key of their row."""
        checkout = self.till.checkout
        if one.pieces > 1:
            checkout.enter(f"{one.pieces}*")
        view = checkout.scan(self.codes_of_goods[one.sku])
        key = view.selected
        assert key is not None, view.notice
        if one.grams is not None:
            checkout.set_weight(key, one.grams)
        if one.price is not None:
            checkout.set_price(key, one.price)
        return key

    def _claim(self, one: Chosen) -> Iterator[NotApplied]:
        """The reward's key; what the till says where it refuses is told."""
        name = RewardName(one.programme, one.reward)
        view = self.till.checkout.view()
        on = any(applied.name == name for applied in view.evaluation.applied)
        if one.times is not None:
            view = self._seen(self.till.checkout.claim_part(name, one.times))
        elif not on:
            view = self._seen(self.till.checkout.toggle_reward(name))
        notice = view.notice
        if notice is not None and notice.kind is NoticeKind.REWARD_NOT_READY:
            assert isinstance(notice.reason, Reason), notice
            yield NotApplied(
                programme=one.programme, rule=one.reward, earns=False, reason=notice.reason
            )

    def _pay(self, view: CheckoutView, tenders: tuple[Paid, ...]) -> CheckoutView:
        """What the story says, and cash for the rest."""
        checkout = self.till.checkout
        for one in tenders:
            assert view.stage is Stage.PAYING, view.notice
            if one.kind in (TenderKind.GIFT_CARD, TenderKind.STORE_CREDIT):
                view = self._pay_from_wallet(view, one)
            else:
                view = checkout.tender(one.kind, one.amount)
        if view.stage is Stage.PAYING:
            assert view.payment is not None
            assert view.payment.rounding == 0, "stories pay exactly"
            view = checkout.tender(TenderKind.CASH, view.payment.remaining)
        assert view.stage is Stage.DONE, view.notice
        return view

    def _pay_from_wallet(self, view: CheckoutView, paid: Paid) -> CheckoutView:
        checkout = self.till.checkout
        assert view.payment is not None
        fits = [
            one
            for one in view.payment.purses
            if one.kind is paid.kind
            and (not paid.code or one.account.wallet == self.codes[paid.code])
        ]
        if not fits:
            unit = next(one.account.unit for one in self._holdings(self.codes[paid.code]))
            self._clear()
            raise StoryRefused(f"{paid.amount} {unit} wanted, 0 there")
        account = fits[0].account
        view = checkout.with_bearers(lambda keys: keys.pay(account, paid.amount))
        if view.notice is not None and view.notice.weight is Weight.REFUSED:
            self._clear()
            there = fits[0].amount
            raise StoryRefused(f"{paid.amount} {account.unit} wanted, {there} there")
        return view

    def _clear(self) -> None:
        """The customer leaves without the goods."""
        checkout = self.till.checkout
        for line in checkout.back().lines:
            checkout.void(line.key)
        checkout.remove_member()
        for bearer in checkout.view().bearers:
            wallet = bearer.wallet
            checkout.with_bearers(lambda keys, gone=wallet: keys.remove(gone))  # type: ignore[misc]

    def _name_codes(self, sale: str, record: SaleRecord) -> None:
        """The story's names for the codes on the slip."""
        fresh = dict.fromkeys(WalletId(one.wallet) for one in record.bearers if one.fresh)
        for number, wallet in enumerate(fresh, start=1):
            self.codes[f"{sale}/{number}"] = wallet

    def _take_back(self, step: TakeBack) -> RefundRecord:
        checkout = self.till.checkout
        assert step.law == checkout._desk.shop.refund_law, "a shop has one law"
        checkout.begin_next()
        sale = self.sales[step.sale]
        self._seen(checkout.scan(slip_code(UUID(sale))))
        for code in step.show:
            self._seen(checkout.scan(voucher_code(self.codes[code], key=code_key(KEY))))
        for key, n in (step.pieces or {}).items():
            checkout.with_refunds(lambda keys, at=int(key), n=n: keys.set_pieces(at, n))  # type: ignore[misc]
        if step.pieces is None:
            checkout.enter("")
        view = checkout.enter("")
        if view.notice is not None and view.notice.kind is NoticeKind.CODE_SPENT:
            record = self._record(sale)
            sold = sum(one.earned for one in record.bearers if one.fresh)
            checkout.dismiss()
            raise StoryRefused(f"of the card sold with it {sold - view.notice.amount} are spent")
        assert view.done is not None, view.notice
        found = self.till.database.journal.load_refund(view.done.sale)
        assert found is not None
        checkout.begin_next()
        return found.record

    def _record(self, sale: str) -> SaleRecord:
        found = self.till.database.journal.load(sale)
        assert found is not None
        return found.record

    def _seen(self, view: CheckoutView) -> CheckoutView:
        """The picture once everything that was asked is answered."""
        if not self.line.open_questions:
            return view
        while self.line.open_questions:
            self.answer()
        return self.till.checkout.view()

    # --- what is there -----------------------------------------------------------------------

    def _holdings(self, wallet: WalletId) -> tuple[Holding, ...]:
        return self.till.database.bearers.standing((wallet,)).holdings

    def _units(self, n_of: Callable[[Sums], int]) -> dict[str, dict[str, int]]:
        """Units by member and code, zeros left out."""
        database = self.till.database
        held: dict[str, tuple[Holding, ...]] = {
            name: database.members.standing(name).holdings for name in self.cards
        }
        held |= {code: self._holdings(wallet) for code, wallet in self.codes.items()}
        found: dict[str, dict[str, int]] = {}
        for name, holdings in held.items():
            units = found.setdefault(name, {})
            for one in holdings:
                units[one.account.unit] = units.get(one.account.unit, 0) + n_of(one.sums)
        return {name: {unit: n for unit, n in units.items() if n} for name, units in found.items()}

    def _tiers(self) -> Mapping[str, str]:
        """Everybody's tier as the till would count it now."""
        now = self.clock.now()
        programmes = self.till.database.programmes.revisions()
        tiers = {}
        for name in self.cards:
            standing = self.till.database.members.standing(name)
            traits = with_tier(standing, programmes, now.business_day).traits
            if traits is not None and traits.tier:
                tiers[name] = traits.tier
        return tiers


@dataclass(slots=True)
class _Happened:
    refused: str = ""
    evaluation: Evaluation | None = None
    refund: RefundRecord | None = None
    earned: tuple[Earned, ...] = ()


def _as_recorded(judged: Evaluation, record: SaleRecord, away: list[NotApplied]) -> Evaluation:
    """What the cashier saw, and what was earned as it stands on the file; both must be one sale."""
    assert record.total == judged.total
    assert sum(line.net for line in record.lines) == sum(line.net for line in judged.lines)
    assert [(one.name, one.discount) for one in record.applied] == [
        (one.name, one.discount) for one in judged.applied
    ]
    return replace(judged, earned=record.earned, not_applied=(*judged.not_applied, *away))


def _gtin(number: int) -> str:
    body = f"2{number:011d}"
    return body + check_digit(body)
