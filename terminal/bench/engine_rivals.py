"""The same baskets by others: a plain greedy pass, and an exact solver from the shelf (HiGHS).

Both know the programmes of the bench and no more: rewards on pieces, sets and all of the basket,
with limits, groups and units. The solver gets a plain formulation, a whole number for each way to
use a reward, and its bound holds for the engine too.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, product
from typing import Any

from terminal.bench.engine_workloads import AT, STANDING, UNIT
from terminal.loyalty.basket import Basket, Product
from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff
from terminal.loyalty.money import BASIS_POINTS, percent_of, split
from terminal.loyalty.programme import Programme, Reward, worth_of

COLUMNS_MOST = 400_000
"""Ways to use rewards that the solver is given; with more it is not asked."""


@dataclass(frozen=True, slots=True)
class Column:
    """One way to use a reward: its programme, pieces by line, and what it takes off."""

    number: int
    reward: Reward
    uses: Mapping[int, int]
    off: int


@dataclass(slots=True)
class Stock:
    """The pieces of a basket by line, and which programmes stand at the counter."""

    products: dict[int, Product]
    left: dict[int, int]
    offers: list[tuple[Programme, Reward]] = field(default_factory=list)


def stock_of(basket: Basket, programmes: Sequence[Programme]) -> Stock:
    """What the rivals look at."""
    offers = [
        (one, reward)
        for one in programmes
        for reward in one.rewards
        if not (reward.window.first_day and reward.window.first_day > AT.business_day)
        and basket.amount >= reward.condition.spend
    ]
    return Stock(
        {line.key: line.product for line in basket.lines},
        {line.key: line.pieces for line in basket.lines},
        offers,
    )


# --- greedy --------------------------------------------------------------------------------------


def greedy(basket: Basket, programmes: Sequence[Programme]) -> int:
    """What a plain pass takes off: offer by offer, the one that brings most a piece first."""
    stock = stock_of(basket, programmes)
    taken: dict[str, int] = {}
    saved = 0
    ranked = sorted(
        (
            (found, one, reward)
            for one, reward in stock.offers
            if reward.target.scope != "basket"
            and (found := _first_use(stock, reward, stock.left)) is not None
        ),
        key=lambda best: (-best[0].off * 720 // sum(best[0].uses.values()), best[1].programme),
    )
    for _, one, reward in ranked:
        group = one.stacking.group
        if group and taken.setdefault(group, one.programme) != one.programme:
            continue
        times = 10_000 if reward.limit is None else reward.limit
        while times and (use := _first_use(stock, reward, stock.left)) is not None:
            times -= 1
            saved += use.off
            for key, pieces in use.uses.items():
                stock.left[key] -= pieces
    return saved + _off_the_rest(stock, basket.amount - saved)


def _first_use(stock: Stock, reward: Reward, left: Mapping[int, int]) -> Column | None:
    """The reward on the dearest pieces that are left, neighbours in price."""
    free = dict(left)
    chosen: list[int] = []
    needs = [*reward.condition.needs] if reward.target.scope == "set" else []
    slots = [one.goods for one in needs for _ in range(one.pieces)] or [reward.target.goods]
    also = [reward.target.also.goods] if reward.target.also else []
    keys = sorted(stock.products, key=lambda key: (-stock.products[key].price, key))
    for goods in (*slots, *also):
        key = next(
            (key for key in keys if free[key] and goods.takes_names(stock.products[key])), None
        )
        if key is None:
            return None
        free[key] -= 1
        chosen.append(key)
    column = _column(stock, 0, reward, chosen[: len(slots)], chosen[len(slots) :])
    return column if column.off > 0 else None


def _off_the_rest(stock: Stock, rest: int) -> int:
    """Rewards on all of the basket: percents first; units go to those that come first."""
    saved = 0
    units = STANDING.spendable(UNIT)
    turns = sorted(
        (pair for pair in stock.offers if pair[1].target.scope == "basket"),
        key=lambda pair: (not isinstance(pair[1].benefit, PercentOff), pair[0].programme),
    )
    for one, reward in turns:
        if reward.cost > units:
            continue
        off = _off(reward, rest - saved) - worth_of(one, reward.cost)
        if off > 0:
            units -= reward.cost
            saved += off
    return saved


def _off(reward: Reward, price: int) -> int:
    match reward.benefit:
        case PercentOff(basis_points=basis_points):
            return percent_of(price, basis_points)
        case AmountOff(amount=amount):
            return min(price, amount)
        case FixedPrice(price=fixed):
            return max(0, price - fixed)
        case _:
            return 0


def _column(
    stock: Stock, number: int, reward: Reward, in_set: Sequence[int], also: Sequence[int]
) -> Column:
    uses: dict[int, int] = {}
    for key in (*in_set, *also):
        uses[key] = uses.get(key, 0) + 1
    ordered = sorted(in_set, key=lambda key: (-stock.products[key].price, key))
    n = reward.target.pieces or len(ordered)
    on = also or (ordered[:n] if reward.target.pick == "dearest" else ordered[-n:])
    prices = [stock.products[key].price for key in on]
    if isinstance(reward.benefit, PercentOff):
        off = sum(_off(reward, price) for price in prices)
    else:
        off = sum(split(_off(reward, sum(prices)), prices))
    return Column(number, reward, uses, off)


# --- exact ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exact:
    """What the solver found, and what nothing can exceed."""

    saved: int
    bound: int
    columns: int


def has_solver() -> bool:
    """Whether the development dependency is there."""
    return importlib.util.find_spec("highspy") is not None


def columns_of(stock: Stock) -> list[Column]:
    """Every way to use every reward on goods; each once."""
    found: list[Column] = []
    for one, reward in stock.offers:
        if reward.target.scope == "basket":
            continue
        told = set()
        for in_set, also in _ways(stock, reward):
            column = _column(stock, one.programme, reward, in_set, also)
            fits = all(stock.left[key] >= n for key, n in column.uses.items())
            key = (tuple(sorted(column.uses.items())), column.off)
            if fits and column.off > 0 and key not in told:
                told.add(key)
                found.append(column)
        if len(found) > COLUMNS_MOST:
            break
    return found


def _ways(stock: Stock, reward: Reward) -> Iterator[tuple[list[int], list[int]]]:
    def those(goods: Any, pieces: int) -> list[tuple[int, ...]]:
        keys = [key for key, what in stock.products.items() if goods.takes_names(what)]
        return list(combinations_with_replacement(keys, pieces))

    if reward.target.scope == "piece":
        for way in those(reward.target.goods, 1):
            yield list(way), []
        return
    also = reward.target.also
    slots = [those(need.goods, need.pieces) for need in reward.condition.needs]
    extras = those(also.goods, also.pieces) if also else [()]
    for *parts, extra in product(*slots, extras):
        yield [key for part in parts for key in part], list(extra)


def exact(basket: Basket, programmes: Sequence[Programme], seconds: float) -> Exact | None:
    """The best that the solver finds in so many seconds; None where the problem is too large."""
    stock = stock_of(basket, programmes)
    columns = columns_of(stock)
    if len(columns) > COLUMNS_MOST:
        return None
    highspy: Any = importlib.import_module("highspy")
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)  # noqa: FBT003
    model.setOptionValue("threads", 1)
    model.setOptionValue("random_seed", 1)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.setOptionValue("time_limit", float(seconds))
    goal = _rows(highspy, model, stock, columns, basket.amount)
    model.maximize(goal)
    told = model.getInfo()
    # The roundings of percents off the rest are none of the solver's: a minor unit for each.
    loose = sum(1 for _, reward in stock.offers if reward.target.scope == "basket")
    # Where the time was too short, there may be no answer, which is told as infinity.
    bound = int(min(told.mip_dual_bound, basket.amount)) + loose
    saved = told.objective_function_value
    return Exact(int(saved) if 0 < saved < math.inf else 0, bound, len(columns))


def _rows(highspy: Any, model: Any, stock: Stock, columns: Sequence[Column], amount: int) -> Any:
    """Pieces, limits, groups, units; then rewards on the rest, percents first."""
    uses = [model.addIntegral(lb=0, ub=sum(stock.left.values())) for _ in columns]
    by_line: dict[int, list[Any]] = {}
    by_offer: dict[int, list[Any]] = {}
    for use, column in zip(uses, columns, strict=True):
        by_offer.setdefault(column.number, []).append(use)
        for key, n in column.uses.items():
            by_line.setdefault(key, []).append(n * use)
    for key, terms in by_line.items():
        model.addConstr(highspy.Highs.qsum(terms) <= stock.left[key])
    groups: dict[str, list[Any]] = {}
    for one, reward in stock.offers:
        terms = by_offer.get(one.programme, [])
        most = sum(stock.left.values()) if reward.limit is None else reward.limit
        if terms and one.stacking.group:
            chosen = model.addBinary()
            groups.setdefault(one.stacking.group, []).append(chosen)
            model.addConstr(highspy.Highs.qsum(terms) <= most * chosen)
        elif terms and reward.limit is not None:
            model.addConstr(highspy.Highs.qsum(terms) <= most)
    for members in groups.values():
        model.addConstr(highspy.Highs.qsum(members) <= 1)
    gains = [column.off * use for use, column in zip(uses, columns, strict=True)]
    return _rest(highspy, model, stock, gains, amount)


def _rest(highspy: Any, model: Any, stock: Stock, gains: list[Any], amount: int) -> Any:
    turns = sorted(
        (pair for pair in stock.offers if pair[1].target.scope == "basket"),
        key=lambda pair: (not isinstance(pair[1].benefit, PercentOff), pair[0].programme),
    )
    off, spent, goal = list(gains), [], list(gains)
    for one, reward in turns:
        taken = model.addVariable(lb=0, ub=amount)
        had = model.addBinary()
        rest = amount - highspy.Highs.qsum(off) if off else amount
        if isinstance(reward.benefit, PercentOff):
            share = reward.benefit.basis_points / BASIS_POINTS
            model.addConstr(taken <= share * rest)
            model.addConstr(taken <= share * amount * had)
        else:
            assert isinstance(reward.benefit, AmountOff)
            model.addConstr(taken <= reward.benefit.amount * had)
            model.addConstr(taken <= rest)
        off.append(taken)
        spent.append(reward.cost * had)
        goal += [taken, -worth_of(one, reward.cost) * had]
    if spent:
        model.addConstr(highspy.Highs.qsum(spent) <= STANDING.spendable(UNIT))
    return highspy.Highs.qsum(goal)
