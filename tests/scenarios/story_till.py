"""A story's shop at a real till: every step of a story by what a cashier and an office do.

The same steps that ``terminal.loyalty.story.playing`` lets happen in memory go through the checkout
onto the till's file here, and what is found there is told in the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import assert_never

from terminal.barcodes.gtin import check_digit, normal
from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.basket import Product
from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.checking.findings import Finding
from terminal.loyalty.engine.evaluation import Earned, Evaluation, NotApplied, Reason
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.settlements import Settlement
from terminal.loyalty.standing import RewardName
from terminal.loyalty.story.expecting import not_as_expected
from terminal.loyalty.story.playing import till_of
from terminal.loyalty.story.steps import (
    Change,
    Chosen,
    Enrol,
    Expected,
    Forget,
    Grant,
    Issue,
    Offline,
    Online,
    Park,
    Pass,
    Publish,
    ReplaceCard,
    Returned,
    Scanned,
    Sell,
    Settle,
    Step,
    Story,
    TakeBack,
    TakeBackWithoutSlip,
    Tell,
    Undo,
)
from terminal.loyalty.story.told import Told
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.app import OpenTill, open_till
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView
from terminal.till.journal_port import Recorded
from terminal.till.settings import CardsTable, CareTable, RefundsTable, Settings, ShopTable
from terminal.wire.programme_json import write_programme
from tests.fakes import FakeClock, FakeIds, FakeLine
from tests.scenarios.story_holdings import lots_left, spendable, tiers, units
from tests.scenarios.story_parking import park, recall
from tests.scenarios.story_paying import as_recorded, pay
from tests.scenarios.story_people import (
    change,
    enrol,
    grant,
    replace_card,
    show_card,
    take_gift_back,
    tell,
)
from tests.scenarios.story_returns import choose, take_back, take_back_without_slip, undo_sale
from tests.scenarios.story_slips import print_slip, told_of
from tests.scenarios.story_words import KEY, PIN, PREFIX, NotAtThisTill, StoryRefused


class NamedIds(FakeIds):
    """Chance that gives whoever joins the story's name as id, so that lots fall as it says."""

    def __init__(self) -> None:
        super().__init__()
        self.next_name = ""

    def random_id(self) -> str:
        named, self.next_name = self.next_name, ""
        return named or super().random_id()


@dataclass
class Place:
    """One till: its program, its line and its chance."""

    till: OpenTill
    line: FakeLine
    ids: NamedIds


@dataclass
class StoryTill:
    """One till on a file, and the story's names for what is in it."""

    story: Story
    folder: Path
    clock: FakeClock
    places: dict[str, Place] = field(default_factory=dict)
    """Tills by the story's names."""
    here: str = ""
    """The till at which the step in hand happens."""
    cards: dict[str, str] = field(default_factory=dict)
    """By member the number of the card that they got last."""
    cards_of: dict[str, list[str]] = field(default_factory=dict)
    """All that they ever got."""
    cards_made: int = 0
    parked: dict[tuple[str, str], str] = field(default_factory=dict)
    """The till's names for baskets that were put aside, by till and by the story's."""
    sales: dict[str, str] = field(default_factory=dict)
    """Ids of sales by name."""
    codes: dict[str, WalletId] = field(default_factory=dict)
    gifts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(member, the till's name for it) by the story's."""
    gifts_made: int = 0
    programmes: list[Programme] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.codes_of_goods = {
            sku: _gtin(number) for number, sku in enumerate(self.story.products, start=1)
        }
        self.open("")

    @property
    def till(self) -> OpenTill:
        """The till at which the step in hand happens."""
        return self.places[self.here].till

    @property
    def line(self) -> FakeLine:
        """Its line."""
        return self.places[self.here].line

    @property
    def ids(self) -> NamedIds:
        """Its chance."""
        return self.places[self.here].ids

    def open(self, name: str) -> None:
        """A till begins."""
        laws = {one.law for one in self._returns()} or {"pro_rata"}
        if len(laws) > 1:
            raise NotAtThisTill("a shop has one law of returns")
        folder = self.folder / (name or "till")
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(
            folder=folder,
            shop=ShopTable(
                name="Corner shop",
                country=self.story.country or "PL",
                currency=self.story.currency,
                prices_include_tax=self.story.prices_include_tax,
            ),
            cards=CardsTable(prefix=PREFIX),
            refunds=RefundsTable(law=laws.pop(), pin=PIN),
            care=CareTable(pin_for_goodwill=False, pin_for_household=False),
            card_key=KEY,
        )
        line, ids = FakeLine(), NamedIds()
        ids._last = len(self.places) << 40
        till = open_till(settings, clock=self.clock, ids=ids, line=line)
        self.places[name] = Place(till, line, ids)
        till.database.catalogue.put_products(self._products())
        till.database.cards.take(20)

    def _returns(self) -> Iterator[TakeBack | Returned]:
        for step in self.story.steps:
            if isinstance(step, TakeBack):
                yield step
            elif isinstance(step, Sell) and step.in_exchange is not None:
                yield step.in_exchange

    def _products(self) -> Iterator[Product]:
        weighed = {
            line.sku
            for step in self.story.steps
            if isinstance(step, Sell | TakeBackWithoutSlip)
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
                by_weight=goods.by_weight or sku in weighed,
                rewardable=goods.rewardable,
                earning=goods.earning,
                open_price=not goods.price,
            )

    def close(self) -> None:
        for place in self.places.values():
            place.till.close()

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

    def offline(self, step: Offline) -> None:
        """A till loses the line."""
        raise NotAtThisTill("only a till that has a server loses its line")

    def online(self, step: Online) -> None:
        """A till has the line again."""
        raise NotAtThisTill("only a till that has a server finds it again")

    def forget(self, member: str) -> None:
        """The office lets nobody know of a member any more."""
        raise NotAtThisTill("the server forgets")

    def settlement(self, first: date, last: date) -> Settlement:
        """What the office owes to others."""
        raise NotAtThisTill("the server sums up")

    def findings(self) -> tuple[Finding, ...]:
        """What the owner is told since anybody asked last."""
        return ()

    def can_tell(self, expected: Expected) -> Expected:
        """As much of what is expected as is known where the story is played."""
        return replace(expected, findings=None)

    # --- steps -------------------------------------------------------------------------------

    def play(self) -> Iterator[Told]:
        """Let the story happen; each step is told with what was otherwise than expected."""
        self.begin()
        for number, step in enumerate(self.story.steps, start=1):
            self.here = till_of(step)
            if self.here not in self.places:
                self.open(self.here)
            happened, before = _Happened(), len(told_of(self))
            try:
                self._happen(step, happened)
            except StoryRefused as refused:
                happened = _Happened(refused=str(refused))
            self.settle()
            told = Told(
                step=number,
                do=step.do,
                at=self.clock.local.isoformat(),
                till=self.here,
                refused=happened.refused,
                evaluation=happened.evaluation,
                change=happened.sale.change if happened.sale else 0,
                rounding=happened.sale.rounding if happened.sale else 0,
                refund=happened.refund,
                earned=happened.earned,
                warned=told_of(self)[before:],
                wallets=units(self, lambda sums: max(0, sums.balance)),
                lots=lots_left(self),
                pending=units(self, lambda sums: sums.pending),
                owed=units(self, lambda sums: sums.debt),
                spendable=spendable(self),
                tiers=tiers(self),
                findings=self.findings(),
                settlement=happened.settlement,
            )
            yield replace(told, not_as_expected=not_as_expected(self.can_tell(step.expect), told))

    def _happen(self, step: Step, happened: _Happened) -> None:
        if not isinstance(step, Undo):
            self.till.checkout.begin_next()
        match step:
            case Enrol():
                happened.earned = enrol(self, step)
            case Change():
                change(self, step)
            case Sell():
                self._sell(step, happened)
            case TakeBack():
                happened.refund = take_back(self, step)
            case TakeBackWithoutSlip():
                happened.refund = take_back_without_slip(self, step)
            case Undo() if step.sale:
                happened.refund = undo_sale(self, step.sale)
            case Undo():
                take_gift_back(self, step)
            case ReplaceCard():
                replace_card(self, step)
            case Park():
                park(self, step)
            case Grant():
                happened.earned = grant(self, step)
            case _:
                self._happen_behind(step, happened)

    def _happen_behind(
        self,
        step: Pass | Publish | Tell | Issue | Offline | Online | Forget | Settle,
        happened: _Happened,
    ) -> None:
        """What no cashier does."""
        match step:
            case Pass():
                self.pass_to((step.until or self.clock.local) + timedelta(days=step.days))
            case Publish():
                self.publish(step.programmes)
            case Tell():
                tell(self, step)
            case Issue():
                self._issue(step)
            case Offline():
                self.offline(step)
            case Online():
                self.online(step)
            case Forget():
                self.forget(step.member)
            case Settle():
                first = step.first or self.story.first_day
                last = step.last or self.clock.local.date()
                happened.settlement = self.settlement(first, last)
            case _:
                assert_never(step)

    def _issue(self, step: Issue) -> None:
        """The office hands out a code."""
        wallet = self.codes[step.name] = WalletId(self.ids.random_id())
        entries = [
            Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n)
            for unit, n in step.units.items()
        ]
        journal = self.till.database.journal
        assert isinstance(journal.adjust(entries, "issued", ""), Recorded)

    def _sell(self, step: Sell, happened: _Happened) -> None:
        checkout = self.till.checkout
        if step.in_exchange is not None:
            choose(self, step.in_exchange)
            checkout.with_refunds(lambda keys: keys.exchange())
        recall(self, step.recall)
        if step.card:  # before the goods: nothing is in hand where it is refused
            show_card(self, step.member, step.card)
        self.scan_goods(step.lines)
        if step.member and not step.card:
            show_card(self, step.member, step.card)
        for code in step.show:
            self._show(code)
        away = [missing for one in step.claims for missing in self._claim(one)]
        for one in step.taken_off:
            checkout.toggle_reward(RewardName(one.programme, one.reward))
        # Nobody hurries: a story looks for the best price as long as a till does before it is paid.
        while checkout.pursue(lambda: False):
            pass
        judged = checkout.view().evaluation
        view = pay(self, checkout.finish(), step.tenders)
        assert view.done is not None
        recorded = self.till.database.journal.load(view.done.sale)
        assert recorded is not None
        name = step.name or f"sale {len(self.sales) + 1}"
        self.sales[name] = view.done.sale
        self._name_codes(name, recorded.record)
        print_slip(self, view.done.sale)
        happened.evaluation = as_recorded(judged, recorded.record, away)
        happened.sale = recorded.record
        if view.done.exchange:
            refund = self.till.database.journal.load_refund(view.done.exchange)
            happened.refund = refund.record if refund else None

    def _show(self, name: str) -> None:
        """A code is scanned; whoever painted one does not have the key."""
        if name in self.codes:
            self.seen(self.till.checkout.scan(voucher_code(self.codes[name], key=code_key(KEY))))
            return
        painted = voucher_code(WalletId(self.ids.random_id()), key=code_key(b"somebody else's"))
        view = self.seen(self.till.checkout.scan(painted))
        assert view.notice is not None
        assert not view.bearers
        self.clear()
        raise StoryRefused(f"no sale gave the code {name!r}")

    def scan_goods(self, lines: Sequence[Scanned]) -> None:
        """All goods of a step, each in a row of its own."""
        there = len(self.till.checkout.view().lines)
        keys = [self._scan(one) for one in lines]
        rows = list(range(there + 1, there + len(keys) + 1))
        assert keys == rows, "a row for each line of the story"

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
            view = self.seen(self.till.checkout.claim_part(name, one.times))
        elif not on:
            view = self.seen(self.till.checkout.toggle_reward(name))
        notice = view.notice
        if notice is not None and notice.kind is NoticeKind.REWARD_NOT_READY:
            assert isinstance(notice.reason, Reason), notice
            yield NotApplied(
                programme=one.programme, rule=one.reward, earns=False, reason=notice.reason
            )

    def clear(self) -> None:
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

    def record(self, sale: str) -> SaleRecord:
        found = self.till.database.journal.load(sale)
        assert found is not None
        return found.record

    def seen(self, view: CheckoutView) -> CheckoutView:
        """The picture once everything that was asked is answered."""
        if not self.line.open_questions:
            return view
        while self.line.open_questions:
            self.answer()
        return self.till.checkout.view()


@dataclass(slots=True)
class _Happened:
    refused: str = ""
    evaluation: Evaluation | None = None
    sale: SaleRecord | None = None
    refund: RefundRecord | None = None
    earned: tuple[Earned, ...] = ()
    settlement: Settlement | None = None


def _gtin(number: int) -> str:
    body = f"2{number:011d}"
    return body + check_digit(body)
