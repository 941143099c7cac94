"""Lives by chance: what happens to the members of a shop, each step drawn from what came before.

The programmes are those of the examples, some at a time, beside one that was made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

from terminal import resources
from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, GoodsFilter, Limit, Need, Period
from terminal.loyalty.earning import EarnRule, Per, PerMoney, PerPiece
from terminal.loyalty.programme import Programme, Reward, Stacking, UnitTerms
from terminal.loyalty.refund import pieces_left
from terminal.loyalty.story.shop import StoryShop
from terminal.loyalty.story.steps import (
    Change,
    Chosen,
    Enrol,
    Goods,
    Paid,
    Pass,
    Publish,
    Returned,
    Scanned,
    Sell,
    Step,
    Story,
    TakeBack,
    Undo,
)
from terminal.loyalty.story.told import Told
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import ExpiresAfter, Expiry, NeverExpires, Rounding, UnitKind
from terminal.wire.programme_json import read_programme

GOODS: Mapping[str, Goods] = {
    "COFFEE": Goods(price=1300, vat=2300, category="drinks/coffee"),
    "TEA": Goods(price=999, vat=800, category="drinks/tea", brand="Odra"),
    "BUN": Goods(price=333, vat=500, category="bakery/bread"),
    "JAM": Goods(price=707, vat=800, category="jam", brand="Odra"),
    "WINE": Goods(price=4999, vat=2300, category="wine"),
    "PIZZA": Goods(price=2550, vat=800, category="pizza"),
    "WASH": Goods(price=3000, vat=2300, category="services/wash"),
    "WASH-PASS": Goods(price=7000, vat=2300, category="services/pass"),
    "CARD": Goods(price=5000, category="gift-cards", rewardable=False),
    "HAM": Goods(price=3210, vat=500, category="ham"),
    "SMOKES": Goods(price=1800, vat=2300, rewardable=False, earning=False),
}
WEIGHED = frozenset({"HAM"})
FILTERS = (
    GoodsFilter(),
    GoodsFilter(categories=("drinks", "bakery")),
    GoodsFilter(brands=("Odra",)),
    GoodsFilter(skus=("JAM", "WINE"), except_categories=("gift-cards",)),
)
BEGINS = datetime(2026, 3, 2, 10, 30, tzinfo=UTC).replace(tzinfo=None)
MEMBERS = Audience(members=True)
STORE_CREDIT, MADE_UP = 9, 900
WITH_CODES = (7, 8, 36, 37)
"""The examples with gift cards and vouchers."""
STORY_TO_ITSELF = frozenset({33, 47})
"""Left out: what is for who stayed away, and what ends by purchases, which are renewed by any."""


@cache
def examples() -> Mapping[int, Programme]:
    files = sorted(resources.path("programmes").glob("*.json"))
    found = [read_programme(one.read_bytes()) for one in files]
    return {one.programme: one for one in found if one.programme not in STORY_TO_ITSELF}


def made_up(chance: Random, revision: int = 1, terms: UnitTerms | None = None) -> Programme:
    """A programme with points that are earned and spent, and rewards on all kinds of targets."""
    endings: list[Expiry] = [NeverExpires(), ExpiresAfter(months=1)]
    terms = terms or UnitTerms(
        id="made-up",
        kind=UnitKind.POINTS,
        name={"en": "points"},
        rounding=chance.choice(list(Rounding)),
        expiry=chance.choice(endings),
        vesting_days=chance.choice([0, 0, 3]),
    )
    measures: list[Per] = [PerMoney(amount=50), PerMoney(amount=333), PerPiece(pieces=3)]
    rule = EarnRule(
        id="earn",
        audience=MEMBERS,
        goods=chance.choice(FILTERS),
        per=chance.choice(measures),
        units=chance.choice([1, 7]),
        carry=chance.random() < 0.4,
        base=chance.choice(["net", "gross"]),
    )
    return Programme(
        programme=MADE_UP,
        revision=revision,
        holds_from=datetime(2024, 1, 1, tzinfo=UTC),
        name={"en": "Made up"},
        unit=terms,
        earn=(rule,),
        rewards=tuple(_reward(chance, f"reward {n}") for n in range(chance.randint(1, 3))),
        stacking=chance.choice(
            [Stacking(), Stacking(percent_of="after_amounts"), Stacking(mode="alone")]
        ),
    )


def _reward(chance: Random, name: str) -> Reward:
    scope = chance.choice(["piece", "set", "basket"])
    needs = (Need(goods=chance.choice(FILTERS)), Need(goods=chance.choice(FILTERS)))
    benefits: list[Benefit] = [
        PercentOff(basis_points=3333),
        AmountOff(amount=99),
        FixedPrice(price=199),
    ]
    benefit = chance.choice(benefits)
    if scope == "basket" and isinstance(benefit, PercentOff):
        benefit = replace(benefit, at_most=chance.choice([None, 500]))
    claimed = chance.random() < 0.3
    return Reward(
        id=name,
        name={"en": name},
        mode="claimed" if claimed else "automatic",
        audience=MEMBERS,
        cost=chance.choice([0, 5, 40]),
        condition=Condition(needs=needs if scope == "set" else ()),
        benefit=benefit,
        target=Target(scope=scope),  # type: ignore[arg-type]
        limit=1 if claimed else chance.choice([None, 2]),
        limits=chance.choice([(), (), (Limit(most=1, period=Period(kind="day")),)]),
    )


@dataclass
class Life:
    """The steps of one life. Ask for the next one, let it happen, and tell what came of it."""

    chance: Random
    law: str = ""
    programmes: list[Programme] = field(default_factory=list)
    story: Story = field(init=False)
    members: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    """Units by code."""
    sales: int = 0
    just_sold: str = ""

    def __post_init__(self) -> None:
        chance = self.chance
        self.law = chance.choice(["pro_rata", "reevaluate"])
        chosen = {STORE_CREDIT, *chance.sample(WITH_CODES, 2), *chance.sample([*examples()], 3)}
        self.programmes = [examples()[one] for one in sorted(chosen)] + [made_up(chance)]
        currency, country = chance.choice([("PLN", "PL"), ("EUR", "FI"), ("EUR", "SK")])
        self.story = Story(
            currency=currency,
            country=country,
            prices_include_tax=chance.random() < 0.85,
            start=BEGINS + timedelta(days=chance.randint(0, 40)),
            products=GOODS,
            programmes=tuple(self.programmes),
            steps=(),
        )

    def joining(self) -> Iterator[Step]:
        """Those who join; two of them may share."""
        for name in ("anna", "piotr"):
            shares = self.members and self.chance.random() < 0.4
            units = {"made-up": self.chance.choice([10, 150]), "store-credit": 75}
            yield Enrol(member=name, household=self.members[0] if shares else "", units=units)
            self.members.append(name)

    def next_step(self, shop: StoryShop, told: Told) -> Step:
        """What happens next."""
        roll, chance = self.chance.random(), self.chance
        if roll < 0.42:
            return self._sale(told)
        if roll < 0.84 and (back := self._returned(shop)):
            instead = chance.choice([None] * 6 + [TenderKind.STORE_CREDIT, TenderKind.CASH])
            if roll > 0.78 and not self._is_worthless(shop, back):
                return replace(self._sale(told), in_exchange=back, tenders=())
            return TakeBack(sale=back.sale, pieces=back.pieces, law=back.law, instead=instead)
        if roll < 0.88 and self.just_sold:
            return Undo(sale=self.just_sold)
        if roll < 0.92:
            return Change(member="piotr", household=chance.choice(["anna", ""]))
        if roll < 0.95:
            revision = 1 + max(one.revision for one in self.programmes)
            self.programmes.append(made_up(chance, revision, self.programmes[-1].unit))
            return Publish(programmes=(self.programmes[-1],))
        return Pass(days=chance.choice([1, 5, 32]))

    def _sale(self, told: Told) -> Sell:
        chance = self.chance
        self.sales += 1
        member = chance.choice([*self.members, *self.members, ""])
        filled = [one for one in self.codes if told.spendable.get(one)]
        show = tuple(chance.sample(filled, min(len(filled), chance.choice([0, 0, 1, 2]))))
        tenders = [
            Paid(kind=TenderKind.GIFT_CARD, amount=max(1, n // chance.choice([1, 3])), code=code)
            for code in show
            if (n := told.spendable[code].get("gift-card", 0))
        ]
        credit = told.spendable.get(member, {}).get("store-credit", 0)
        if credit and chance.random() < 0.5:
            tenders.append(Paid(kind=TenderKind.STORE_CREDIT, amount=credit))
        if chance.random() < 0.3:
            tenders.append(Paid(kind=TenderKind.CARD, amount=chance.choice([1, 997])))
        claimed = [one.id for one in self.programmes[-1].rewards if one.mode == "claimed"]
        return Sell(
            name=f"sale {self.sales}",
            member=member,
            lines=tuple(self._line(sku) for sku in chance.sample([*GOODS], chance.randint(1, 4))),
            claims=tuple(Chosen(programme=MADE_UP, reward=one, times=1) for one in claimed[:1]),
            show=show,
            tenders=tuple(tenders),
        )

    def _line(self, sku: str) -> Scanned:
        if sku in WEIGHED:
            return Scanned(sku=sku, grams=self.chance.randint(50, 1500))
        typed = self.chance.choice([None] * 12 + [1, 77])
        return Scanned(sku=sku, pieces=self.chance.choice([1, 1, 2, 3, 5]), price=typed)

    def _returned(self, shop: StoryShop) -> Returned | None:
        left = {
            name: {key: n for key, n in pieces_left(sale, shop.refunds.get(name, ())).items() if n}
            for name, sale in shop.sales.items()
        }
        names = [one for one, pieces in left.items() if pieces]
        if not names:
            return None
        name = self.chance.choice(names)
        some = {str(key): self.chance.randint(0, n) for key, n in left[name].items()}
        some = {key: n for key, n in some.items() if n}
        pieces = some if some and self.chance.random() < 0.65 else None
        return Returned(sale=name, pieces=pieces, law=self.law)  # type: ignore[arg-type]

    def _is_worthless(self, shop: StoryShop, back: Returned) -> bool:
        """Of some goods nothing was paid; there is no till that takes them in exchange."""
        return self.law != "pro_rata" or not any(one.net for one in shop.sales[back.sale].lines)

    def happened(self, step: Step, told: Told) -> None:
        """Know what came of a step."""
        self.just_sold = step.name if isinstance(step, Sell) and not told.refused else ""
        self.codes.update(told.codes)
