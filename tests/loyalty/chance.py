"""Baskets, customers and programmes by chance, for properties."""

from dataclasses import dataclass, replace
from typing import Literal

from hypothesis import strategies as st

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice, PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, GoodsFilter, Need, Window
from terminal.loyalty.earning import EarnRule, Multiplier, Per, PerMoney, PerPiece, PerVisit
from terminal.loyalty.programme import Programme, Reward, Stacking, Worth
from terminal.loyalty.standing import NOBODY, Choices, Claim, Moment, RewardName, Standing
from terminal.loyalty.units import Rounding
from tests.loyalty import shop

AT = shop.moment("2026-03-14T15:30")


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Everything that stands at the counter when the engine is asked."""

    basket: Basket
    standing: Standing
    programmes: tuple[Programme, ...]
    choices: Choices
    at: Moment = AT


PRODUCTS = (
    shop.COFFEE,
    shop.TEA,
    shop.BUN,
    shop.CAKE,
    shop.DARK,
    shop.MILK,
    shop.MINI,
    shop.TOBACCO,
    shop.product("PLUM", 333, "fruit", vat=500, earning=False),
    shop.product("BAG", 0, ""),
)
FILTERS = st.sampled_from(
    [
        GoodsFilter(),
        shop.goods("drinks"),
        shop.goods("drinks/coffee", "bakery"),
        shop.goods("sweets"),
        shop.goods("bakery", except_skus=("CAKE",)),
        GoodsFilter(skus=("DARK", "COFFEE", "TOBACCO")),
        GoodsFilter(except_categories=("sweets", "fruit")),
        GoodsFilter(price_from=450, price_to=899),
    ]
)
AUDIENCES = st.sampled_from(
    [Audience(), Audience(), Audience(members=True), Audience(tiers=("g",))]
)
WINDOWS = st.sampled_from(
    [
        *[Window()] * 6,
        Window(from_time="15:00", to_time="17:00"),
        Window(from_time="22:00", to_time="02:00"),
        Window(weekdays=(6, 7)),
    ]
)
BENEFITS = (
    st.builds(PercentOff, basis_points=st.sampled_from([1000, 1500, 3333, 5000, 10_000]))
    | st.builds(AmountOff, amount=st.sampled_from([1, 100, 333, 700]))
    | st.builds(FixedPrice, price=st.sampled_from([0, 99, 500, 1250]))
)
UNITS = ("points", "stamps")
SCOPES: st.SearchStrategy[Literal["piece", "set", "basket"]] = st.sampled_from(
    ["piece", "set", "set", "basket"]
)


@st.composite
def targets(draw: st.DrawFn, largest_set: int) -> tuple[Target, Condition]:
    scope = draw(SCOPES)
    spend = draw(st.sampled_from([0, 0, 0, 1000, 3000]))
    where = draw(FILTERS)
    if scope != "set":
        return Target(scope=scope, goods=where), Condition(spend=spend, goods=draw(FILTERS))
    sizes = draw(st.lists(st.integers(1, largest_set), min_size=1, max_size=2))
    if sum(sizes) > largest_set:
        sizes = [largest_set]
    needs = tuple(Need(goods=draw(FILTERS), pieces=size) for size in sizes)
    also = draw(st.none() | st.none() | st.builds(Need, goods=FILTERS, pieces=st.just(1)))
    target = Target(
        scope="set",
        pieces=0 if also else draw(st.integers(0, sum(sizes))),
        pick=draw(st.sampled_from(["cheapest", "dearest"])),
        also=also,
    )
    return target, Condition(spend=spend, needs=needs)


@st.composite
def rewards(draw: st.DrawFn, name: str, costs: st.SearchStrategy[int], largest_set: int) -> Reward:
    target, condition = draw(targets(largest_set))
    benefit: Benefit = draw(BENEFITS)
    if isinstance(benefit, PercentOff) and target.scope == "basket":
        benefit = replace(benefit, at_most=draw(st.sampled_from([None, None, 99, 500])))
    if isinstance(benefit, AmountOff) and target.scope == "basket":
        share = draw(st.sampled_from([None, None, None, 5000, 3000]))
        benefit = replace(benefit, at_most_basis_points=share)
    return Reward(
        id=name,
        name={"en": name},
        mode=draw(st.sampled_from(["automatic", "automatic", "claimed"])),
        audience=draw(AUDIENCES),
        window=draw(WINDOWS),
        cost=draw(costs),
        condition=condition,
        benefit=benefit,
        target=target,
        limit=draw(st.sampled_from([None, None, 1, 2])),
    )


PERS: st.SearchStrategy[Per] = st.one_of(
    st.builds(PerMoney, amount=st.sampled_from([1, 100, 333]), full=st.booleans()),
    st.builds(PerPiece, pieces=st.integers(1, 2)),
    st.builds(PerVisit),
)
MULTIPLIERS = st.builds(
    Multiplier,
    percent=st.sampled_from([0, 150, 200]),
    goods=FILTERS,
    audience=AUDIENCES,
    window=WINDOWS,
)


@st.composite
def earn_rules(draw: st.DrawFn, name: str) -> EarnRule:
    return EarnRule(
        id=name,
        audience=draw(AUDIENCES),
        goods=draw(FILTERS),
        window=draw(WINDOWS),
        per=draw(PERS),
        units=draw(st.integers(1, 3)),
        minimum=draw(st.sampled_from([0, 0, 1000])),
        base=draw(st.sampled_from(["net", "net", "gross"])),
        reduced=draw(st.sampled_from([True, True, False])),
        multipliers=tuple(draw(st.lists(MULTIPLIERS, max_size=2))),
        at_most=draw(st.sampled_from([None, None, None, 4])),
    )


@st.composite
def programmes(draw: st.DrawFn, number: int, largest_set: int) -> Programme:
    has_unit = draw(st.booleans())
    costs = st.sampled_from([0, 0, 2, 5]) if has_unit else st.just(0)
    return shop.programme(
        number,
        unit=shop.unit(
            draw(st.sampled_from(UNITS)),
            rounding=draw(st.sampled_from(Rounding)),
            worth=draw(st.sampled_from([None, None, Worth(units=5, amount=100)])),
            vesting_days=draw(st.sampled_from([0, 0, 14])),
        )
        if has_unit
        else None,
        earn=tuple(
            draw(earn_rules(f"earn-{n}")) for n in range(draw(st.integers(0, 2)) if has_unit else 0)
        ),
        rewards=tuple(
            draw(rewards(f"reward-{n}", costs, largest_set)) for n in range(draw(st.integers(1, 2)))
        ),
        stacking=Stacking(
            mode=draw(st.sampled_from(["combines", "combines", "combines", "alone"])),
            group=draw(st.sampled_from(["", "", "", "g1"])),
        ),
    )


@st.composite
def counters(
    draw: st.DrawFn,
    *,
    lines: int,
    pieces: int,
    offers: int,
    at_least: int = 1,
    largest_set: int = 3,
    with_tax: bool | None = True,
) -> Counter:
    """A counter with at most so many lines, pieces on each, and programmes."""
    bought = draw(
        st.lists(
            st.tuples(st.sampled_from(PRODUCTS), st.integers(1, pieces)),
            min_size=at_least,
            max_size=lines,
        )
    )
    found = tuple(
        draw(programmes(number, largest_set))
        for number in range(1, draw(st.integers(min(at_least, offers), offers)) + 1)
    )
    names = [RewardName(one.programme, reward.id) for one in found for reward in one.rewards]
    standing = draw(
        st.just(NOBODY)
        | st.builds(
            shop.anna,
            st.fixed_dictionaries({name: st.integers(0, 12) for name in UNITS}),
            tier=st.sampled_from(["", "g"]),
        )
    )
    claimed = draw(st.lists(st.sampled_from(names), unique=True, max_size=2))
    taken_off = draw(st.sampled_from([frozenset(), frozenset(), frozenset(names[:1])]))
    return Counter(
        basket=Basket(
            currency="PLN",
            lines=tuple(
                Line(key=key, product=what, pieces=n)
                for key, (what, n) in enumerate(bought, start=1)
            ),
            prices_include_tax=draw(st.booleans()) if with_tax is None else with_tax,
        ),
        standing=standing,
        programmes=found,
        choices=Choices(
            claims=tuple(
                Claim(name=name, times=draw(st.sampled_from([None, None, 1, 2])))
                for name in claimed
            ),
            taken_off=taken_off,
        ),
    )
