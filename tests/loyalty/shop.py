"""A small shop for tests: its goods, its customer Anna, its clock, and offers put up in a line."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.benefits import AmountOff, PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, GoodsFilter, Need
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.evaluation import Applied, Evaluation, NotApplied
from terminal.loyalty.ledger import Sums
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.standing import (
    Choices,
    Claim,
    Holding,
    Moment,
    RewardName,
    Standing,
    Traits,
)
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, UnitId, wallet_id

ANNAS = wallet_id(0xA)


def product(sku: str, price: int, category: str = "", **other: Any) -> Product:
    return Product(
        **{"sku": sku, "name": sku, "price": price, "vat": 2300, "category": category, **other}
    )


COFFEE = product("COFFEE", 1300, "drinks/coffee")
TEA = product("TEA", 900, "drinks/tea")
BUN = product("BUN", 450, "bakery", vat=500)
CAKE = product("CAKE", 1500, "bakery", vat=800)
DARK = product("DARK", 899, "sweets/chocolate")
MILK = product("MILK", 599, "sweets/chocolate")
MINI = product("MINI", 50, "sweets/chocolate")
APPLES = product("APPLES", 450, "fruit", vat=500, by_weight=True)
TOBACCO = product("TOBACCO", 1999, "tobacco", rewardable=False, earning=False)
WASH = product("WASH", 2500, "services/wash")


def basket(*goods: Product | tuple[Product, int], currency: str = "PLN") -> Basket:
    """Lines in the order of scans; a pair is a product and its pieces."""
    pairs = [one if isinstance(one, tuple) else (one, 1) for one in goods]
    return Basket(
        currency=currency,
        lines=tuple(
            Line(key=key, product=what, pieces=pieces)
            for key, (what, pieces) in enumerate(pairs, start=1)
        ),
    )


def weighed(what: Product, grams: int) -> Basket:
    return Basket(currency="PLN", lines=(Line(key=1, product=what, grams=grams),))


def moment(text: str = "2026-03-14T10:00") -> Moment:
    """Local time at the counter; 14 March 2026 is a Saturday."""
    local = datetime.fromisoformat(text)
    return Moment(local=local, offset_minutes=60, business_day=local.date())


def anna(
    units: Mapping[str, int] | None = None,
    here: Mapping[str, int] | None = None,
    **traits: Any,
) -> Standing:
    """Anna with her units; ``here`` is how many of them this till may spend, where it differs."""
    held = dict(units or {})
    return Standing(
        traits=Traits(member="anna", **traits),
        wallets=(ANNAS,),
        holdings=tuple(
            Holding(
                account=Account(ANNAS, UnitId(unit)),
                sums=Sums(earned=((None, n),) if n else ()),
                spendable=(here or {}).get(unit, n),
            )
            for unit, n in held.items()
        ),
    )


def unit(name: str = "points", **other: Any) -> UnitTerms:
    return UnitTerms(**{"id": name, "kind": UnitKind.POINTS, "name": {"en": name}, **other})


def programme(number: int = 1, **other: Any) -> Programme:
    return Programme(
        **{
            "programme": number,
            "revision": 1,
            "holds_from": datetime(2024, 1, 1, tzinfo=UTC),
            "name": {"en": f"programme {number}"},
            **other,
        }
    )


def goods(*categories: str, **other: Any) -> GoodsFilter:
    return GoodsFilter(categories=categories, **other)


def reward(name: str = "reward", **other: Any) -> Reward:
    return Reward(
        **{
            "id": name,
            "name": {"en": name},
            "benefit": PercentOff(basis_points=1000),
            "target": Target(scope="piece"),
            **other,
        }
    )


def pieces_off(name: str, basis_points: int, where: GoodsFilter, **other: Any) -> Reward:
    """A percentage off each piece of some goods."""
    return reward(
        name,
        benefit=PercentOff(basis_points=basis_points),
        target=Target(scope="piece", goods=where),
        **other,
    )


def third_free(where: GoodsFilter, **other: Any) -> Reward:
    """Buy two, get one: of each three the cheapest is free."""
    return reward(
        "third-free",
        condition=Condition(needs=(Need(goods=where, pieces=3),)),
        benefit=PercentOff(basis_points=10_000),
        target=Target(scope="set", pieces=1),
        **other,
    )


def points(**other: Any) -> Programme:
    """1 zł = 1 point for members, and 5 zł off for 100 points on demand."""
    rule = EarnRule(id="purchase", audience=Audience(members=True), per=PerMoney(amount=100))
    return programme(
        **{
            "unit": unit(),
            "earn": (rule,),
            "rewards": (
                reward(
                    "five-off",
                    mode="claimed",
                    audience=Audience(members=True),
                    cost=100,
                    benefit=AmountOff(amount=500),
                    target=Target(scope="basket"),
                ),
            ),
            **other,
        }
    )


def claims(name: str, times: int | None = None, of: int = 1) -> Choices:
    return Choices(claims=(Claim(name=RewardName(of, name), times=times),))


def applied(evaluation: Evaluation, name: str) -> Applied:
    return next(one for one in evaluation.applied if one.name.reward == name)


def away(evaluation: Evaluation, rule: str) -> NotApplied:
    """Why a reward or an earn rule stayed away."""
    return next(one for one in evaluation.not_applied if one.rule == rule)


def earned(evaluation: Evaluation) -> int:
    return sum(one.n for one in evaluation.earned)


NOON = moment()
ENDS = date(2026, 12, 31)
