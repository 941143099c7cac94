"""A till that plays a small shop by heart: enough of the headless checkout to paint every screen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from terminal.loyalty.basket import Product
from terminal.loyalty.engine.evaluation import (
    Applied,
    Earned,
    Evaluation,
    LinePrice,
    NotApplied,
    Offer,
    Reason,
    Share,
    Why,
)
from terminal.loyalty.naming import RuleUnits
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.checkout.notice import Notice, NoticeKind, Weight
from terminal.till.checkout.view import (
    BalanceView,
    BasketReward,
    CheckoutView,
    DoneView,
    JoiningView,
    LineState,
    LineView,
    MemberChoice,
    MemberView,
    PaymentView,
    ProductChoice,
    ServerView,
    Stage,
)
from terminal.till.line_port import Contact
from terminal.till.ports import Tile
from tests.fakes.printers import FakePrinter

FIVE_OFF = RewardName(1, "five")
TENTH_FREE = RewardName(2, "tenth")
BUTTER_DEAL = RewardName(3, "butter")
EARN = RewardName(1, "earn")
BREAD = RewardName(4, "bread")
NAMES = {
    FIVE_OFF: {"en": "5 zł off", "pl": "5 zł taniej"},
    TENTH_FREE: {"en": "Tenth coffee free", "pl": "Dziesiąta kawa gratis"},
    BUTTER_DEAL: {"en": "Second butter half price", "pl": "Drugie masło za pół ceny"},
    EARN: {"en": "1 zł = 1 point", "pl": "1 zł = 1 punkt"},
    BREAD: {"en": "Morning bread −20%", "pl": "Poranny chleb −20%"},
}
GOODS = {
    "5901234123457": Product(sku="B1", name="Butter 82% 200 g", price=799, vat=500),
    "5900000000015": Product(sku="C1", name="Coffee beans 500 g", price=3990, vat=2300),
    "2900001012457": Product(sku="A1", name="Apples", price=450, vat=500, by_weight=True),
    "5900000000022": Product(
        sku="L1",
        name="Organic wholegrain spelt bread with pumpkin seeds, sliced, family pack 750 g",
        price=1249,
        vat=500,
    ),
}
ANNA, BLANK = "2512345678904", "2599999999990"
_TILE_NAMES = "Espresso|Cappuccino|Flat white|Latte macchiato|Filter coffee|Tea|Hot chocolate|Croissant|Cinnamon roll with cardamom"
TILES = tuple(
    Tile(product=Product(sku=f"T{at}", name=name, price=700 + 50 * at, vat=800), group="Bar")
    for at, name in enumerate(_TILE_NAMES.split("|"))
) + tuple(
    Tile(
        product=Product(sku=f"V{at}", name=name, price=390, vat=500, by_weight=True),
        group="Vegetables",
        colour="#65A30D",
    )
    for at, name in enumerate("Tomatoes|Potatoes|Onions|Carrots".split("|"))
)
NOBODY_YET = Evaluation(
    lines=(), vat=(), gross=0, discount=0, total=0, applied=(), spent=(), earned=(), offers=(),
    not_applied=(), bound=0, proven=True, steps=0, revisions=(),
)  # fmt: skip

CROWD_OF_HITS: dict[str, object] = {
    "member_choices": tuple(
        MemberChoice(
            id=f"n{at}",
            name="Aleksandra Wiśniewska-Brzęczyszczykiewicz",
            phone_tail=f"00{at}7",
            card_tail=f"11{at}9",
        )
        for at in range(8)
    ),
    "product_choices": tuple(
        ProductChoice(sku=f"M{at}", name=GOODS["5900000000022"].name, price=123456, by_weight=True)
        for at in range(8)
    ),
}


@dataclass(frozen=True)
class Kept:
    """What undo brings back."""

    lines: tuple[LineView, ...] = ()
    selected: int | None = None
    member: bool = False
    times: int = 0


@dataclass
class PeopleSteps:
    """The steps of the member's panels, as far as this shop has them."""

    till: "ScriptedTill"

    def find(self, text: str) -> None:
        self.till.enter(text)

    def begin_joining(self) -> None:
        self.till.extra = {"joining": JoiningView()}


@dataclass
class ScriptedTill:
    calls: list[tuple[object, ...]] = field(default_factory=list)
    fails: bool = False
    crowded: bool = False
    cash_step: int = 1
    printer: FakePrinter = field(default_factory=FakePrinter)

    def __post_init__(self) -> None:
        self.kept = Kept()
        self.past: list[Kept] = []
        self.future: list[Kept] = []
        self.keys = 0
        self.extra: dict[str, object] = {}
        self.stage = Stage.SELLING
        self.tenders: tuple[Tender, ...] = ()
        self.done: DoneView | None = None
        self.member_name = "Anna K."
        self.watch: Callable[[], None] = lambda: None
        self.line = ServerView(contact=Contact())
        self.on_view: Callable[[CheckoutView], None] = lambda _view: None
        self.on_line: Callable[[], None] = lambda: None

    # --- the steps -----------------------------------------------------------------------------

    def scan(self, text: str) -> CheckoutView:
        self.calls.append(("scan", text))
        if self.fails:
            raise RuntimeError("planted")
        if self.stage is Stage.DONE:
            self.begin_next()
        self.extra = {}
        if text == ANNA:
            return self._attach()
        if text == BLANK:
            self.extra = {"joining": JoiningView(card=BLANK)}
            return self._say(NoticeKind.NEW_CARD, Weight.GOOD)
        if text in GOODS:
            return self._add(GOODS[text])
        return self._unknown(text)

    def enter(self, text: str) -> CheckoutView:
        self.calls.append(("enter", text))
        self.extra = {}
        if not text:
            return self.view()
        if text.endswith("*") and text[:-1].isdigit():
            self.extra = {"next_pieces": int(text[:-1])}
            return self._say(NoticeKind.QUANTITY_SET, Weight.QUIET, count=int(text[:-1]))
        if text == "600123456":
            return self._attach()
        if text == "ann":
            self.extra = {
                "member_choices": (
                    MemberChoice(id="m1", name="Anna K.", phone_tail="3456", card_tail="8904"),
                    MemberChoice(id="m2", name="Annabel", phone_tail="0071", card_tail=""),
                    MemberChoice(id="m3", name="Joanna", phone_tail="", card_tail="1187"),
                )
            }
            return self._say(NoticeKind.SEVERAL_FOUND, Weight.LOOK, count=3)
        if text == "many":
            self.extra = CROWD_OF_HITS
            return self._say(NoticeKind.SEVERAL_FOUND, Weight.LOOK, text="many", count=16)
        if text == "coffee":
            self.extra = {
                "product_choices": tuple(
                    ProductChoice(sku=p.sku, name=p.name, price=p.price, by_weight=p.by_weight)
                    for p in [*GOODS.values(), TILES[1].product]
                )
            }
            return self.view()
        if text in GOODS:
            return self._add(GOODS[text])
        return self._say(NoticeKind.NO_PRODUCT_FOUND, Weight.REFUSED, text=text)

    def add_product(
        self, sku: str, *, amount: int | None = None, grams: int | None = None
    ) -> CheckoutView:
        self.calls.append(("add_product", sku))
        self.extra = {}
        every = [*GOODS.values(), *(tile.product for tile in TILES)]
        return self._add(next(product for product in every if product.sku == sku))

    def find_goods(self, text: str) -> CheckoutView:
        self.calls.append(("find_goods", text))
        return self.enter(text)

    def find_for_code(self, key: int, text: str) -> CheckoutView:
        self.calls.append(("find_for_code", key, text))
        return self.enter(text)

    def link(self, key: int, sku: str) -> CheckoutView:
        self.calls.append(("link", key, sku))
        return self.view()

    def set_weight(self, key: int, grams: int) -> CheckoutView:
        self.calls.append(("set_weight", key, grams))
        return self.view()

    def park(self) -> CheckoutView:
        self.calls.append(("park",))
        return self.view()

    def recall(self, key: str | None = None) -> CheckoutView:
        self.calls.append(("recall", key))
        return self.view()

    def put_total(self, amount: int) -> CheckoutView:
        self.calls.append(("put_total", amount))
        return self.view()

    def count_total(self, amount: int | None = None) -> CheckoutView:
        self.calls.append(("count_total", amount))
        return self.view()

    def take_back(self, at: int | None = None) -> CheckoutView:
        self.calls.append(("take_back", at))
        self.tenders = (
            self.tenders[:-1] if at is None else self.tenders[:at] + self.tenders[at + 1 :]
        )
        return self.view()

    def pick_member(self, member_id: str) -> CheckoutView:
        self.calls.append(("pick_member", member_id))
        return self._attach()

    def select(self, key: int) -> CheckoutView:
        self.kept = replace(self.kept, selected=key)
        return self.view()

    def set_pieces(self, key: int, pieces: int) -> CheckoutView:
        self.calls.append(("set_pieces", key, pieces))
        return self._change(key, lambda line: self._counted(line, pieces))

    def add_pieces(self, key: int, change: int) -> CheckoutView:
        self.calls.append(("add_pieces", key, change))
        return self._change(key, lambda line: self._counted(line, max(1, line.pieces + change)))

    def void(self, key: int) -> CheckoutView:
        self.calls.append(("void", key))
        self._remember()
        lines = tuple(line for line in self.kept.lines if line.key != key)
        self.kept = replace(self.kept, lines=lines, selected=lines[-1].key if lines else None)
        return self._say(NoticeKind.LINE_VOIDED, Weight.QUIET)

    def set_price(self, key: int, amount: int) -> CheckoutView:
        self.calls.append(("set_price", key, amount))
        return self._change(
            key,
            lambda line: replace(
                line,
                state=LineState.READY,
                name="Goods " + line.code[-4:],
                unit_price=amount,
                gross=amount * line.pieces,
            ),
        )

    def toggle_reward(self, name: RewardName | None = None) -> CheckoutView:
        self.calls.append(("toggle_reward", name))
        self._remember()
        self.kept = replace(self.kept, times=0 if self.kept.times else 1)
        kind = NoticeKind.REWARD_ON if self.kept.times else NoticeKind.REWARD_OFF
        return self._say(kind, Weight.GOOD, name=FIVE_OFF, amount=500)

    def claim_part(self, name: RewardName, times: int) -> CheckoutView:
        self.calls.append(("claim_part", name, times))
        self._remember()
        self.kept = replace(self.kept, times=times)
        return self.view()

    def remove_member(self) -> CheckoutView:
        self.calls.append(("remove_member",))
        self._remember()
        self.kept = replace(self.kept, member=False, times=0)
        return self._say(NoticeKind.MEMBER_REMOVED, Weight.QUIET)

    def undo(self) -> CheckoutView:
        self.calls.append(("undo",))
        if self.past:
            self.future.append(self.kept)
            self.kept = self.past.pop()
        return self._say(NoticeKind.UNDONE, Weight.QUIET)

    def redo(self) -> CheckoutView:
        self.calls.append(("redo",))
        if self.future:
            self.past.append(self.kept)
            self.kept = self.future.pop()
        return self._say(NoticeKind.REDONE, Weight.QUIET)

    def with_members(self, step: Callable[[Any], None]) -> CheckoutView:
        step(PeopleSteps(self))
        return self.view()

    def with_bearers(self, step: Any) -> CheckoutView:
        return self.view()

    def with_care(self, step: Any) -> CheckoutView:
        return self.view()

    def with_refunds(self, step: Callable[[Any], None]) -> CheckoutView:
        step(PeopleSteps(self))
        return self.view()

    def story(self) -> None:
        return None

    def join(self, name: str = "", phone: str = "", **more: object) -> CheckoutView:
        self.calls.append(("join", name, phone))
        self.member_name = name
        self._attach()
        return self._say(NoticeKind.ENROLLED, Weight.GOOD)

    def dismiss(self) -> CheckoutView:
        self.calls.append(("dismiss",))
        self.extra = {}
        return self.view()

    def finish(self) -> CheckoutView:
        self.calls.append(("finish",))
        if any(line.state is LineState.UNKNOWN_CODE for line in self.kept.lines):
            return self._say(NoticeKind.PAYMENT_BLOCKED, Weight.REFUSED, count=1)
        self.stage = Stage.PAYING
        self.extra = {}
        return self.view()

    def back(self) -> CheckoutView:
        self.calls.append(("back",))
        self.stage, self.tenders = Stage.SELLING, ()
        return self.view()

    def tender(self, kind: TenderKind, amount: int) -> CheckoutView:
        self.calls.append(("tender", kind, amount))
        self.watch()
        due = self._evaluation().total
        self.tenders = (*self.tenders, Tender(kind=kind, amount=amount))
        paid = sum(tender.amount for tender in self.tenders)
        if paid >= due:
            self.stage = Stage.DONE
            self.done = DoneView(sale="ab" * 16, seq=482, due=due, paid=paid, change=paid - due)
        return self.view()

    def begin_next(self) -> CheckoutView:
        self.calls.append(("begin_next",))
        self.stage, self.tenders, self.done, self.kept = Stage.SELLING, (), None, Kept()
        self.past, self.future, self.extra = [], [], {}
        return self.view()

    def give_up_asking(self) -> CheckoutView:
        self.calls.append(("give_up_asking",))
        self.extra = {}
        return self.view()

    def pursue(self, enough: Callable[[], bool]) -> bool:
        self.calls.append(("pursue",))
        return not enough()

    def server(self) -> ServerView:
        return self.line

    def believe_clock(self) -> CheckoutView:
        self.calls.append(("believe_clock",))
        return self.view()

    def listen(self, on_view: Callable[[CheckoutView], None], on_line: Callable[[], None]) -> None:
        self.on_view, self.on_line = on_view, on_line

    def tiles(self) -> Sequence[Tile]:
        return TILES

    def slip(self, sale_id: str | None = None) -> tuple[str, ...]:
        return SLIP

    # --- the picture ---------------------------------------------------------------------------

    def view(self) -> CheckoutView:
        evaluation = self._evaluation()
        member = self._member(evaluation) if self.kept.member else None
        own = {
            share.line: share.amount
            for applied in evaluation.applied
            for share in applied.shares
            if applied.name != FIVE_OFF
        }
        lines = tuple(
            replace(
                line,
                discount=own.get(line.key, 0),
                rewards=tuple(
                    applied.name
                    for applied in evaluation.applied
                    if applied.name != FIVE_OFF
                    and any(share.line == line.key for share in applied.shares)
                ),
            )
            for line in self.kept.lines
        )
        if self.crowded and member is not None:
            member = replace(
                member,
                balances=(*member.balances, replace(member.balances[1], unit="wash", debt=2)),
                offers=(
                    *member.offers,
                    *(replace(member.offers[0], name=RewardName(9, str(at))) for at in range(9)),
                ),
            )
        view = CheckoutView(
            stage=self.stage,
            lines=lines,
            selected=self.kept.selected,
            evaluation=evaluation,
            names=NAMES,
            currency="PLN",
            member=member,
            off_basket=tuple(
                BasketReward(name=a.name, amount=a.discount, units=a.units, unit=a.unit)
                for a in evaluation.applied
                if a.name == FIVE_OFF
            ),
            payment=self._payment(evaluation) if self.stage is Stage.PAYING else None,
            done=self.done,
            can_undo=bool(self.past),
            can_redo=bool(self.future),
            blocked=tuple(line.key for line in lines if line.state is LineState.UNKNOWN_CODE),
            unit_kinds={
                FIVE_OFF: RuleUnits(kind=UnitKind.POINTS),
                EARN: RuleUnits(kind=UnitKind.POINTS),
                TENTH_FREE: RuleUnits(kind=UnitKind.STAMPS),
            },
            unit_names={"points": {"en": "Points", "pl": "Punkty"}},
        )
        return replace(view, **self.extra)  # type: ignore[arg-type]

    def _payment(self, evaluation: Evaluation) -> PaymentView:
        paid = sum(tender.amount for tender in self.tenders)
        due = evaluation.total
        return PaymentView(
            due=due, cash_due=(due - paid) // self.cash_step * self.cash_step, rounding=0, tenders=self.tenders, remaining=due - paid,
            quick=tuple(sorted({-(-due // step) * step for step in (100, 1000, 5000, 10000, 20000)})),
        )  # fmt: skip

    def _evaluation(self) -> Evaluation:
        lines = self.kept.lines
        if not lines:
            return NOBODY_YET
        butter = next((line for line in lines if line.code == "B1" and line.pieces > 1), None)
        biggest = max(lines, key=lambda line: line.gross)
        applied: list[Applied] = []
        if butter is not None:
            applied.append(
                Applied(
                    name=BUTTER_DEAL, revision=1, times=1, discount=400,
                    shares=(Share(line=butter.key, amount=400, pieces=1),), units=0, unit="",
                    claimed=False,
                    reason=Reason(why=Why.PERCENT_OFF, basis_points=5000, pieces=1),
                )
            )  # fmt: skip
        if self.kept.times and self.kept.member:
            off = 500 * self.kept.times
            applied.append(
                Applied(
                    name=FIVE_OFF, revision=1, times=self.kept.times, discount=off,
                    shares=(Share(line=biggest.key, amount=off),), units=100 * self.kept.times,
                    unit="points", claimed=True,
                    reason=Reason(why=Why.UNITS_FOR_MONEY, units=100, amount=500, times=self.kept.times),
                )
            )  # fmt: skip
        off_of = {
            line.key: sum(s.amount for a in applied for s in a.shares if s.line == line.key)
            for line in lines
        }
        gross, discount = sum(line.gross for line in lines), sum(off_of.values())
        total = gross - discount
        account = Account(WalletId("0" * 32), UnitId("points"))
        return replace(
            NOBODY_YET,
            lines=tuple(
                LinePrice(line=x.key, gross=x.gross, discount=off_of[x.key], vat=500) for x in lines
            ),
            gross=gross,
            discount=discount,
            total=total,
            applied=tuple(applied),
            earned=(
                Earned(
                    programme=1, revision=1, rule="earn", account=account, n=total // 100,
                    day=date(2027, 8, 31), vests=None,
                    reason=Reason(why=Why.EARNED_PER_MONEY, units=1, per=100, amount=total),
                ),
            ) if self.kept.member else (),
            not_applied=(
                NotApplied(
                    programme=4, rule="bread", earns=False,
                    reason=Reason(why=Why.UNTIL_TIME, time="10:00"),
                ),
                NotApplied(
                    programme=2, rule="tenth", earns=False,
                    reason=Reason(why=Why.UNITS_MISSING, units=2),
                ),
            ),
        )  # fmt: skip

    def _member(self, evaluation: Evaluation) -> MemberView:
        times = self.kept.times
        earns = evaluation.earned[0].n if evaluation.earned else 0
        return MemberView(
            id="m1", name=self.member_name, card_tail="8904", birthday=True,
            balances=(
                BalanceView(
                    unit="points", kind=UnitKind.POINTS, name={"en": "Points", "pl": "Punkty"},
                    balance=237, spendable=237, pending=0, debt=0, worth=1000, cost=0, earns=earns,
                    spends=100 * times, expires=date(2026, 12, 31), expires_n=40,
                    after=237 + earns - 100 * times, worth_after=(237 + earns - 100 * times) // 100 * 500,
                ),
                BalanceView(
                    unit="stamps", kind=UnitKind.STAMPS,
                    name={"en": "Coffee stamps", "pl": "Pieczątki za kawę"},
                    balance=7, spendable=7, pending=0, debt=0, worth=None, cost=9, earns=1, spends=0, after=8,
                    expires=None, expires_n=0,
                ),
            ),
            offers=(
                Offer(
                    name=FIVE_OFF, unit="points", cost=100, applied=bool(times), automatic=False,
                    times=times or 1, times_most=2, units=100 * (times or 1), worth=500 * (times or 1),
                    balance_units=237, reason=Reason(why=Why.READY, units=100, amount=500),
                ),
                Offer(
                    name=TENTH_FREE, unit="stamps", cost=9, applied=False, automatic=False, times=0,
                    times_most=0, units=0, worth=0, balance_units=7,
                    reason=Reason(why=Why.UNITS_MISSING, units=2),
                ),
            ) if self.kept.lines else (),
        )  # fmt: skip

    # --- small steps ---------------------------------------------------------------------------

    def _remember(self) -> None:
        self.past.append(self.kept)
        self.future = []
        self.extra = {}

    def _add(self, product: Product) -> CheckoutView:
        self._remember()
        self.keys += 1
        grams = 1245 if product.by_weight else None
        gross = product.price * grams // 1000 if grams else product.price
        line = LineView(
            key=self.keys, name=product.name, code=product.sku, state=LineState.READY, pieces=1,
            grams=grams, unit_price=product.price, gross=gross, discount=0,
        )  # fmt: skip
        self.kept = replace(self.kept, lines=(*self.kept.lines, line), selected=line.key)
        return self.view()

    def _unknown(self, code: str) -> CheckoutView:
        self._remember()
        self.keys += 1
        line = LineView(
            key=self.keys, name="", code=code, state=LineState.UNKNOWN_CODE, pieces=1, grams=None,
            unit_price=0, gross=0, discount=0,
        )  # fmt: skip
        self.kept = replace(self.kept, lines=(*self.kept.lines, line), selected=line.key)
        return self._say(NoticeKind.UNKNOWN_CODE, Weight.REFUSED, text=code)

    def _attach(self) -> CheckoutView:
        self._remember()
        self.kept = replace(self.kept, member=True)
        return self._say(NoticeKind.MEMBER_ATTACHED, Weight.GOOD, text=self.member_name)

    def _change(self, key: int, change: Callable[[LineView], LineView]) -> CheckoutView:
        self._remember()
        lines = tuple(change(line) if line.key == key else line for line in self.kept.lines)
        self.kept = replace(self.kept, lines=lines)
        return self.view()

    def _say(self, kind: NoticeKind, weight: Weight, **more: object) -> CheckoutView:
        notice = Notice(kind=kind, weight=weight, **more)  # type: ignore[arg-type]
        return replace(self.view(), notice=notice)

    @staticmethod
    def _counted(line: LineView, pieces: int) -> LineView:
        return replace(line, pieces=pieces, gross=line.unit_price * pieces)


SLIP = tuple(
    """              SKLEP "U ANI"
        *** WYDRUK NIEFISKALNY ***
------------------------------------------
14.03.2026 17:42        kasa 1   nr 000482
Karta **** 8904                    Anna K.
Masło 82% 200 g                       7,99
Kawa ziarnista 500 g                 39,90
Jabłka  1,245 kg x 4,50               5,60
SUMA                                 53,49
NAGRODA  100 pkt = 5,00 zł           -5,00
DO ZAPŁATY                        48,49 zł
==========================================
Było przed zakupami                    137
Użyte na nagrodę                      -100
Za zakupy: 48,49 zł, 1 zł = 1 pkt      +48
MASZ TERAZ                          85 pkt
  Do nagrody 5,00 zł brakuje 15 pkt -
  wystarczą zakupy za 15 zł.""".splitlines()
)
