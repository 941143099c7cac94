"""Seeded baskets and programmes for the engine's bench: typical, busy, absurd, chosen.

A shop of six hundred products in a tree of categories. Programmes are of all kinds that chains
run beside each other; baskets are of the goods that these are about, so that most of them would
apply if they were alone. *Chosen* are those of a member who claims rewards on goods for stamps,
in a shop whose offers have budgets of money and may spend the same stamps by themselves.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.benefits import AmountOff, FixedPrice, MoneyOff, PercentOff, Target
from terminal.loyalty.conditions import Audience, Budget, Condition, GoodsFilter, Need, Window
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.ledger import Sums
from terminal.loyalty.programme import Programme, Reward, Stacking, UnitTerms, Worth
from terminal.loyalty.standing import (
    NO_CHOICES,
    Choices,
    Claim,
    Holding,
    Moment,
    RewardName,
    Standing,
    Traits,
)
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, UnitId, budget_account, wallet_id

AISLES, SHELVES, PRODUCTS = 6, 6, 600
"""Categories at the top, below each of them, and products in all."""
BRANDS = 24
BASKETS_PER_SHOP = 5
"""So many baskets are asked of the same programmes, as a till does; then come others."""

AT = Moment(
    local=datetime(2026, 3, 14, 15, 30),  # noqa: DTZ001 - a moment's local time has no zone
    offset_minutes=60,
    business_day=date(2026, 3, 14),
)
WALLET = wallet_id(0xBE)
UNIT = "points"
STANDING = Standing(
    traits=Traits(member="bench"),
    wallets=(WALLET,),
    holdings=(
        Holding(
            account=Account(WALLET, UnitId(UNIT)), sums=Sums(earned=((None, 60),)), spendable=60
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Workload:
    """How much of everything."""

    name: str
    lines: int
    programmes: int
    seed: int


TYPICAL = Workload("typical", 10, 5, 10)
BUSY = Workload("busy", 40, 50, 40)
ABSURD = Workload("absurd", 100, 500, 100)
CHOSEN = Workload("chosen", 25, 30, 25)


@dataclass(frozen=True, slots=True)
class Asked:
    """One basket with what it is asked of; ``more`` is the same after one more scan."""

    basket: Basket
    more: Basket
    programmes: tuple[Programme, ...]
    standing: Standing = STANDING
    choices: Choices = NO_CHOICES


def questions(workload: Workload, baskets: int) -> Iterator[Asked]:
    """So many baskets, the same ones in every run."""
    chance = random.Random(workload.seed)  # noqa: S311 - repeatable
    shelf = _shelf(chance)
    programmes: tuple[Programme, ...] = ()
    for number in range(baskets):
        if number % BASKETS_PER_SHOP == 0:
            programmes = _programmes(chance, shelf, workload.programmes)
            if workload is CHOSEN:
                programmes = tuple(_for_stamps(chance, one) for one in programmes)
        bought = _bought(chance, shelf, programmes, workload.lines)
        lines = tuple(
            Line(key=key, product=product, pieces=chance.choice((1, 1, 1, 1, 2, 2, 3)))
            for key, product in enumerate(bought, start=1)
        )
        once_more = Line(key=len(lines) + 1, product=chance.choice(shelf))
        asked = Asked(
            Basket(currency="PLN", lines=lines),
            Basket(currency="PLN", lines=(*lines, once_more)),
            programmes,
        )
        yield _chosen(chance, asked) if workload is CHOSEN else asked


def _shelf(chance: random.Random) -> list[Product]:
    found = []
    for number in range(PRODUCTS):
        aisle = number % AISLES
        found.append(
            Product(
                sku=f"P{number:04}",
                name=f"Product {number}",
                price=chance.choice((99, 149, 199, 249, 299, 399, 499, 699, 899, 1299, 1999))
                + chance.choice((0, 0, 10, 20, 50)),
                vat=(2300, 800, 500)[aisle % 3],
                category=f"aisle-{aisle}/shelf-{number // AISLES % SHELVES}",
                brand=f"brand-{chance.randrange(BRANDS)}",
            )
        )
    return found


def _bought(
    chance: random.Random, shelf: list[Product], programmes: tuple[Programme, ...], lines: int
) -> list[Product]:
    """Goods that make sets of the programmes, as long as there is room for more."""
    found: list[Product] = []
    rewards = [reward for one in programmes for reward in one.rewards]
    for reward in chance.sample(rewards, len(rewards)):
        also = [reward.target.also] if reward.target.also else []
        needs = [*reward.condition.needs, *also] or [Need(goods=reward.target.goods)]
        for need in needs:
            fitting = [one for one in shelf if need.goods.takes_names(one)]
            short = need.pieces - sum(1 for one in found if one in fitting)
            rest = [one for one in fitting if one not in found]
            found += chance.sample(rest, min(len(rest), max(0, short)))
    rest = [one for one in shelf if one not in found]
    found += chance.sample(rest, max(0, lines - len(found)))
    return chance.sample(found[:lines], lines)


# --- programmes ----------------------------------------------------------------------------------


def _programmes(chance: random.Random, shelf: list[Product], count: int) -> tuple[Programme, ...]:
    made = []
    for number in range(1, count + 1):
        kind = _KINDS[number * len(_KINDS) // (count + 1)] if count < len(_KINDS) else None
        made.append(_programme(chance, shelf, number, kind or chance.choice(_KINDS), count))
    return tuple(made)


def _programme(
    chance: random.Random, shelf: list[Product], number: int, kind: _Kind, count: int
) -> Programme:
    target, condition, benefit = kind(chance, shelf)
    basket = target.scope == "basket"
    cost = 20 if basket and chance.random() < 0.5 else 0
    closed = chance.random() < 0.05
    reward = Reward(
        id="offer",
        name={"en": f"Offer {number}"},
        audience=Audience(members=chance.random() < 0.3),
        window=Window(first_day=date(2027, 1, 1)) if closed else Window(),
        cost=cost,
        condition=condition,
        benefit=benefit,
        target=target,
        limit=1 if basket else chance.choice((1, 2, 3)) if chance.random() < 0.2 else None,
    )
    grouped = not basket and count > len(_KINDS) and chance.random() < 0.15
    earns = cost or chance.random() < 0.1
    rule = EarnRule(id="earn", per=PerMoney(amount=100), goods=_shelf_of(chance))
    return Programme(
        programme=number,
        revision=1,
        holds_from=datetime(2024, 1, 1, tzinfo=UTC),
        name={"en": f"Programme {number}"},
        unit=UnitTerms(
            id=UNIT, kind=UnitKind.POINTS, name={"en": UNIT}, worth=Worth(units=20, amount=100)
        )
        if earns
        else None,
        earn=(rule,) if earns else (),
        rewards=(reward,),
        stacking=Stacking(group=f"group-{chance.randrange(3)}" if grouped else ""),
    )


STAMPS = "stamps"
CLAIMS_MOST = 3
"""So many rewards a member claims in one basket."""


def _for_stamps(chance: random.Random, programme: Programme) -> Programme:
    """Some offers on goods cost stamps, claimed or by themselves; some have a budget of money."""
    (reward,) = programme.rewards
    if reward.target.scope == "basket" or programme.unit is not None:
        return programme
    unit = UnitTerms(
        id=STAMPS, kind=UnitKind.STAMPS, name={"en": STAMPS}, worth=Worth(units=10, amount=100)
    )
    match chance.randrange(5):
        case 0:
            claimed = replace(reward, mode="claimed", cost=chance.choice((5, 9)))
            return replace(programme, unit=unit, rewards=(claimed,))
        case 1:
            by_itself = replace(reward, cost=chance.choice((3, 5)))
            return replace(programme, unit=unit, rewards=(by_itself,))
        case 2 | 3:
            budget = Budget(of="money", amount=100_000)
            return replace(programme, rewards=(replace(reward, budget=budget),))
        case _:
            return programme


def _chosen(chance: random.Random, asked: Asked) -> Asked:
    """The same with stamps and what is left of budgets, and with claims."""

    def holding(account: Account, n: int) -> Holding:
        return Holding(account=account, sums=Sums(earned=((None, n),)), spendable=n)

    budgets = tuple(
        holding(budget_account(one.programme, reward.id), chance.choice((300, 800, 2_000, 9_000)))
        for one in asked.programmes
        for reward in one.rewards
        if reward.budget
    )
    claimed = [
        RewardName(one.programme, reward.id)
        for one in asked.programmes
        for reward in one.rewards
        if reward.mode == "claimed"
    ]
    claims = tuple(
        Claim(name=name, times=chance.choice((None, 1, 1, 2)))
        for name in chance.sample(claimed, min(CLAIMS_MOST, len(claimed)))
    )
    stamps = holding(Account(WALLET, UnitId(STAMPS)), chance.choice((9, 20, 40)))
    standing = replace(STANDING, holdings=(*STANDING.holdings, stamps), budgets=budgets)
    return replace(asked, standing=standing, choices=Choices(claims=claims))


Offered = tuple[Target, Condition, MoneyOff]
_Kind = Callable[[random.Random, list[Product]], Offered]


def _shelf_of(chance: random.Random) -> GoodsFilter:
    aisle = f"aisle-{chance.randrange(AISLES)}"
    return GoodsFilter(categories=(f"{aisle}/shelf-{chance.randrange(SHELVES)}",))


def _some(chance: random.Random) -> GoodsFilter:
    match chance.randrange(5):
        case 0:
            return GoodsFilter(categories=(f"aisle-{chance.randrange(AISLES)}",))
        case 1:
            return GoodsFilter(brands=(f"brand-{chance.randrange(BRANDS)}",))
        case 2:
            brands = chance.sample(range(BRANDS), 3)
            return GoodsFilter(brands=tuple(f"brand-{one}" for one in brands))
        case _:
            return _shelf_of(chance)


def _percent(chance: random.Random, _shelf: list[Product]) -> Offered:
    benefit = PercentOff(basis_points=chance.choice((500, 1000, 1500, 2000, 2500)))
    return Target(scope="piece", goods=_some(chance)), Condition(), benefit


def _amount(chance: random.Random, _shelf: list[Product]) -> Offered:
    benefit = AmountOff(amount=chance.choice((20, 50, 100)))
    return Target(scope="piece", goods=_some(chance)), Condition(), benefit


def _price(chance: random.Random, shelf: list[Product]) -> Offered:
    skus = tuple(one.sku for one in chance.sample(shelf, 12))
    return (
        Target(scope="piece", goods=GoodsFilter(skus=skus)),
        Condition(),
        FixedPrice(price=chance.choice((149, 299, 499))),
    )


def _cheapest_free(chance: random.Random, _shelf: list[Product]) -> Offered:
    needs = (Need(goods=_some(chance), pieces=chance.choice((2, 3, 3, 4))),)
    return Target(scope="set", pieces=1), Condition(needs=needs), PercentOff(basis_points=10_000)


def _second_half(chance: random.Random, _shelf: list[Product]) -> Offered:
    needs = (Need(goods=_some(chance), pieces=2),)
    return Target(scope="set", pieces=1), Condition(needs=needs), PercentOff(basis_points=5_000)


def _set_price(chance: random.Random, _shelf: list[Product]) -> Offered:
    pieces = chance.choice((2, 3, 4))
    needs = (Need(goods=_some(chance), pieces=pieces),)
    return Target(scope="set"), Condition(needs=needs), FixedPrice(price=500 * pieces)


def _menu(chance: random.Random, _shelf: list[Product]) -> Offered:
    needs = tuple(Need(goods=_some(chance)) for _ in range(chance.choice((2, 2, 3))))
    return Target(scope="set"), Condition(needs=needs), PercentOff(basis_points=2_000)


def _gets_other(chance: random.Random, _shelf: list[Product]) -> Offered:
    needs = (Need(goods=_some(chance), pieces=chance.choice((1, 2))),)
    target = Target(scope="set", also=Need(goods=_some(chance)))
    return target, Condition(needs=needs), PercentOff(basis_points=5_000)


def _off_basket(chance: random.Random, _shelf: list[Product]) -> Offered:
    spend = chance.choice((5_000, 10_000, 20_000))
    if chance.random() < 0.5:
        return Target(scope="basket"), Condition(spend=spend), PercentOff(basis_points=300)
    return Target(scope="basket"), Condition(spend=spend), AmountOff(amount=500)


_KINDS: tuple[_Kind, ...] = (
    _percent,
    _cheapest_free,
    _second_half,
    _set_price,
    _menu,
    _gets_other,
    _percent,
    _price,
    _amount,
    _off_basket,
    _cheapest_free,
    _percent,
)
