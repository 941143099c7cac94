"""What everyday shops offer, to be put together into baskets in one line."""

from dataclasses import dataclass, field
from typing import Any

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, GoodsFilter, Need, Window
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney, PerPiece, PerVisit
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import (
    NO_CHOICES,
    NOBODY,
    Choices,
    Claim,
    RewardName,
    Standing,
)
from tests.loyalty import shop

MEMBERS = Audience(members=True)
FREE = PercentOff(basis_points=10_000)
ALL = GoodsFilter()
BASKET = Target(scope="basket")
SHIRT = shop.product("SHIRT", 7999, "clothes/shirts", brand="Lniany")
SOCKS = shop.product("SOCKS", 1290, "clothes/socks", brand="Lniany")
BOOK = shop.product("BOOK", 3990, "books", vat=500)
MILK = shop.product("MILK-1L", 349, "dairy/milk", vat=500)
BUTTER = shop.product("BUTTER", 799, "dairy/butter", vat=500)
BEER = shop.product("BEER", 459, "drinks/beer")
DEPOSIT = shop.product("DEPOSIT", 50, "deposit", rewardable=False, earning=False)
PIZZA = shop.product("PIZZA", 1499, "frozen/pizza", vat=800)
SALAMI = shop.product("SALAMI", 1899, "frozen/pizza", vat=800)
HAM = shop.product("HAM", 5999, "deli", vat=500, by_weight=True)
CIGARETTES = shop.TOBACCO


def offer(benefit: Benefit, target: Target, number: int = 1, **other: Any) -> Programme:
    """A programme of one automatic reward."""
    about = {key: other.pop(key) for key in ("unit", "earn", "stacking") if key in other}
    return shop.programme(
        number, rewards=(shop.reward("offer", benefit=benefit, target=target, **other),), **about
    )


def percent(points: int, where: GoodsFilter = ALL, number: int = 1, **other: Any) -> Programme:
    target = Target(scope="piece", goods=where)
    return offer(PercentOff(basis_points=points), target, number, **other)


def of_set(benefit: Benefit, *needs: Need, target: Target | None = None, **other: Any) -> Programme:
    return offer(benefit, target or Target(scope="set"), condition=Condition(needs=needs), **other)


def off_basket(benefit: Benefit, spend: int = 0, number: int = 1, **other: Any) -> Programme:
    return offer(benefit, BASKET, number, condition=Condition(spend=spend), **other)


def earn(per: Any, *, unit: dict[str, Any] | None = None, **other: Any) -> Programme:
    rule = EarnRule(id="earn", per=per, **other)
    return shop.programme(50, unit=shop.unit(**(unit or {})), earn=(rule,))


def scales(*pairs: tuple[Product, int]) -> Basket:
    """Weighed goods: product and grams."""
    lines = tuple(Line(key=key, product=what, grams=g) for key, (what, g) in enumerate(pairs, 1))
    return Basket(currency="PLN", lines=lines)


def untaxed(*goods: Product | tuple[Product, int]) -> Basket:
    return Basket(currency="PLN", lines=shop.basket(*goods).lines, prices_include_tax=False)


def claim(times: int | None = None, of: int = 1, name: str = "offer") -> Choices:
    return Choices(claims=(Claim(name=RewardName(of, name), times=times),))


@dataclass(frozen=True, kw_only=True)
class Told:
    """A basket as it was told, and what it should come to."""

    basket: Basket
    programmes: tuple[Programme, ...]
    total: int
    to: Standing = NOBODY
    choices: Choices = NO_CHOICES
    at: str = "2026-03-14T15:30"
    earned: int = 0
    spent: int = 0
    why: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    """By reward or rule: the reason's name, and its amount, units or pieces if told."""


def milk_offer(number: int = 1) -> Programme:
    return percent(1000, shop.goods("dairy"), number)


STAMPS = offer(
    FREE,
    Target(scope="set"),
    unit=shop.unit("stamps"),
    earn=(EarnRule(id="cup", goods=shop.goods("drinks/coffee"), per=PerPiece()),),
    mode="claimed",
    cost=9,
    condition=Condition(needs=(Need(goods=shop.goods("drinks/coffee")),)),
)
WASHES = offer(
    FREE,
    Target(scope="set"),
    3,
    unit=shop.unit("washes"),
    earn=(EarnRule(id="wash", goods=shop.goods("services/wash"), per=PerPiece()),),
    cost=5,
    condition=Condition(needs=(Need(goods=shop.goods("services/wash")),)),
)
SECOND_HALF = of_set(
    PercentOff(basis_points=5000),
    Need(goods=shop.goods("frozen/pizza"), pieces=2),
    target=Target(scope="set", pieces=1),
)
SECOND_DEAR_HALF = of_set(
    PercentOff(basis_points=5000),
    Need(goods=shop.goods("frozen/pizza"), pieces=2),
    target=Target(scope="set", pieces=1, pick="dearest"),
)
THREE_FOR_TWENTY = of_set(FixedPrice(price=2000), Need(goods=shop.goods("bakery"), pieces=3))
MENU = of_set(
    FixedPrice(price=1990),
    Need(goods=shop.goods("drinks/coffee")),
    Need(goods=GoodsFilter(skus=("CAKE",))),
)
BUN_WITH_COFFEE = of_set(
    FREE,
    Need(goods=shop.goods("drinks/coffee")),
    target=Target(scope="set", also=Need(goods=GoodsFilter(skus=("BUN",)))),
)
TEN_OFF = off_basket(PercentOff(basis_points=1000), number=7)
FIVE_FROM_FIFTY = off_basket(AmountOff(amount=500), 5000, 8)
GROUP_A = percent(1000, shop.goods("books"), 1, stacking=Stacking(group="g"))
GROUP_B = off_basket(AmountOff(amount=500), number=2, stacking=Stacking(group="g"))
ALONE = off_basket(PercentOff(basis_points=2000), number=3, stacking=Stacking(mode="alone"))
PLAIN = earn(PerMoney(amount=100))
TWO_ZLOTY = earn(PerMoney(amount=200), minimum=1000)
TUESDAY_FRUIT = earn(
    PerMoney(amount=100),
    multipliers=(
        Multiplier(percent=300, goods=shop.goods("fruit"), window=Window(weekdays=(2,))),
        Multiplier(percent=200, audience=Audience(tiers=("gold",))),
    ),
)
GROSS = earn(PerMoney(amount=100), base="gross")
VISIT = earn(PerVisit(), units=5)
NIGHT = percent(3000, shop.goods("bakery"), window=Window(from_time="20:00", to_time="22:00"))
ANNA = shop.anna()
