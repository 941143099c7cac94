"""The best price by brute force: every allocation that the rules allow, tried one after the other.

Only for small baskets. It shares the shapes of programmes with the engine, and no search: pieces
are single things here, not classes, and nothing is ever pruned.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations, product
from typing import NamedTuple

from terminal.loyalty.basket import Product
from terminal.loyalty.benefits import AmountOff, PercentOff
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.money import split
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.wallet import budget_account
from tests.loyalty.chance import Counter
from tests.loyalty.checker import (
    beyond_the_first,
    counted_out,
    left_of,
    off_basket,
    off_piece,
    size_of,
    weight_of,
)
from tests.loyalty.checker_goods import half_up, takes
from tests.loyalty.checker_people import is_for, is_open
from tests.loyalty.checker_units import units_earned


class Best(NamedTuple):
    """The least that the customer can come to, the worth of automatic units included."""

    cost: int
    units: int


class Rank(NamedTuple):
    """The whole objective, for rewards on goods."""

    cost: int
    units: int
    earned: int
    names: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Piece:
    """One single thing that rewards may touch."""

    line: int
    product: Product
    price: int
    weight: Fraction | None
    """Kilograms of a bag; None: it is counted."""


@dataclass(frozen=True)
class Chance:
    """A reward that may be had, and how often at most."""

    programme: Programme
    reward: Reward
    times: int
    claimed: bool
    money_left: int | None = None
    """What its budget of money leaves."""

    @property
    def budget(self) -> str:
        return f"budget {self.programme.programme} {self.reward.id}"

    @property
    def unit(self) -> str:
        return self.programme.unit.id if self.programme.unit and self.reward.cost else ""

    @property
    def worth(self) -> int:
        unit = self.programme.unit
        if self.claimed or not self.unit or unit is None or unit.worth is None:
            return 0
        return (2 * self.reward.cost * unit.worth.amount + unit.worth.units) // (
            2 * unit.worth.units
        )


class Way(NamedTuple):
    """Rewards on goods, in one way: what each costs and takes off which piece."""

    uses: tuple[int, ...]  # by chance
    off: tuple[int, ...]  # by piece


def best(counter: Counter) -> Best:
    """The best price of all that the rules allow; claimed rewards are had as often as can be."""
    pieces = pieces_of(counter)
    found: list[tuple[int, int, int]] = []
    for chances in together(eligible(counter)):
        on_top = sorted((one for one in chances if is_on_top(one)), key=turn)
        on_goods = [
            one for one in chances if one.reward.target.scope != "basket" and not is_on_top(one)
        ]
        on_basket = [one for one in chances if one.reward.target.scope == "basket"]
        on_basket.sort(key=turn)
        ways = set(goods_ways(counter, on_goods, pieces))
        for below in ways:
            way = with_on_top(below, on_top, pieces)
            for claimed, off, units, worth in basket_ways(
                counter, on_goods, on_basket, pieces, way
            ):
                forced = claimed + sum(
                    n for n, one in zip(way.uses, on_goods, strict=True) if one.claimed
                )
                found.append((-forced, counter.basket.amount - off + worth, units))
    _, cost, units = min(found)
    return Best(cost, units)


def is_on_top(one: Chance) -> bool:
    return one.programme.stacking.on_top and one.reward.target.scope == "piece"


def fits(where: GoodsFilter, piece: Piece) -> bool:
    return takes(where, piece.product, piece.price)


def with_on_top(way: Way, on_top: list[Chance], pieces: list[Piece]) -> Way:
    """What comes off what is left of single pieces; only automatic ones that cost no units."""
    off = list(way.off)
    for one in on_top:
        assert not one.claimed
        assert not one.reward.cost
        gains = []
        for number, piece in enumerate(pieces):
            if fits(one.reward.target.goods, piece):
                rest = piece.price - off[number]
                shelf = one.programme.stacking.percent_of == "shelf"
                percent = isinstance(one.reward.benefit, PercentOff)
                on = piece.price if shelf and percent else rest
                gain = off_piece(one.reward, on, weight=piece.weight)
                gains.append((min(rest, gain), number))
        for gain, number in sorted(gains, reverse=True)[: one.times]:
            off[number] += gain
    return Way(way.uses, tuple(off))


def came_to(counter: Counter, evaluation: Evaluation) -> Best:
    """What the customer pays, with the worth of units that automatic rewards spent."""
    worth = 0
    for one in evaluation.applied:
        programme: Programme = next(
            found for found in counter.programmes if found.programme == one.name.programme
        )
        reward = next(found for found in programme.rewards if found.id == one.name.reward)
        worth += one.times * Chance(programme, reward, one.times, one.claimed).worth
    units = sum(one.units for one in evaluation.applied)
    return Best(evaluation.total + worth, units)


def pieces_of(counter: Counter) -> list[Piece]:
    return [
        Piece(line.key, line.product, line.piece_amount, weight_of(line))
        for line in counter.basket.lines
        for _ in range(line.pieces)
        if line.product.rewardable and line.piece_amount
    ]


def best_rank(counter: Counter) -> Rank:
    """The best of all ways to have rewards on goods, down to the last tie; tax is paid as well."""
    pieces = pieces_of(counter)
    found: list[tuple[int, int, int, int, tuple[tuple[int, str], ...]]] = []
    for chances in together(eligible(counter)):
        for way in set(goods_ways(counter, chances, pieces)):
            net = {line.key: line.amount for line in counter.basket.lines}
            free: dict[int, int] = {}
            reduced: dict[int, tuple[int, int]] = {}
            for piece, off in zip(pieces, way.off, strict=True):
                net[piece.line] -= off
                free[piece.line] = free.get(piece.line, 0) + (off == piece.price)
                if off:
                    n, less = reduced.get(piece.line, (0, 0))
                    reduced[piece.line] = (n + 1, less + off)
            used = list(zip(way.uses, chances, strict=True))
            found.append(
                (
                    -sum(n for n, one in used if one.claimed),
                    due(counter, net) + sum(n * one.worth for n, one in used),
                    sum(n * one.reward.cost for n, one in used),
                    -earned(counter, net, free, reduced),
                    tuple(sorted((one.programme.programme, one.reward.id) for n, one in used if n)),
                )
            )
    _, cost, units, less, names = min(found)
    return Rank(cost, units, -less, names)


def due(counter: Counter, net: Mapping[int, int]) -> int:
    """What is paid: prices with tax inside, or each rate's tax on top of its sum."""
    if counter.basket.prices_include_tax:
        return sum(net.values())
    rates = {line.product.vat for line in counter.basket.lines}
    sums = {
        rate: sum(net[line.key] for line in counter.basket.lines if line.product.vat == rate)
        for rate in rates
    }
    return sum(n + half_up(Fraction(n * rate, 10_000)) for rate, n in sums.items())


def earned(
    counter: Counter,
    net: Mapping[int, int],
    free: Mapping[int, int],
    reduced: Mapping[int, tuple[int, int]],
) -> int:
    if not counter.standing.wallets:
        return 0
    return sum(
        units_earned(rule, one, counter.basket, counter.standing, counter.at, net, free, reduced)
        for one in counter.programmes
        for rule in one.earn
        if one.unit
    )


def spendable(counter: Counter, unit: str) -> int:
    return sum(one.spendable for one in counter.standing.holdings if one.account.unit == unit)


def eligible(counter: Counter) -> list[Chance]:
    traits = counter.standing.traits
    found = []
    for programme in counter.programmes:
        for reward in programme.rewards:
            name = (programme.programme, reward.id)
            asked = [one for one in counter.choices.claims if one.name == name]
            spent = sum(
                line.amount
                for line in counter.basket.lines
                if takes(reward.condition.goods, line.product, line.piece_amount)
            )
            if (
                not is_for(reward.audience, traits)
                or not is_open(reward.window, counter.at)
                or name in counter.choices.taken_off
                or spent < reward.condition.spend
                or (reward.mode == "claimed" and not asked)
                or (reward.cost and traits is None)
            ):
                continue
            if falls_short(reward, counter):
                continue
            most = 99 if reward.limit is None else reward.limit
            most = min(most, beyond_the_first(reward, counter.basket))
            if reward.mode == "claimed" and asked[0].times is not None:
                most = min(most, asked[0].times)
            money = next(
                (
                    one.spendable
                    for one in counter.standing.budgets
                    if reward.budget and one.account == budget_account(*name)
                ),
                None,
            )
            found.append(
                Chance(
                    programme,
                    counted_out(reward, counter.basket),
                    most,
                    reward.mode == "claimed",
                    money,
                )
            )
    return found


def falls_short(reward: Reward, counter: Counter) -> bool:
    """Whether not even one full sum is there for an amount for each."""
    benefit = reward.benefit
    if not isinstance(benefit, AmountOff) or benefit.for_each is None:
        return False
    about = [
        one
        for one in counter.basket.lines
        if takes(reward.target.goods, one.product, one.piece_amount)
    ]
    return sum(one.amount for one in about) < benefit.for_each


def together(chances: list[Chance]) -> Iterator[list[Chance]]:
    """All sets of programmes that may stand together."""
    numbers = sorted({one.programme.programme for one in chances})
    by_number = {one.programme.programme: one.programme for one in chances}
    for n in range(len(numbers) + 1):
        for chosen in combinations(numbers, n):
            stacking = [by_number[number].stacking for number in chosen]
            groups = [one.group for one in stacking if one.group]
            alone = any(one.mode == "alone" for one in stacking)
            outranked = any(
                by_number[number].stacking.group == one.group
                and by_number[number].stacking.mode == "combines"
                and by_number[number].stacking.priority > one.priority
                for one in stacking
                if one.group and one.mode == "combines" and one.pick == "priority"
                for number in numbers
            )
            if (
                len(set(groups)) == len(groups)
                and not (alone and len(chosen) > 1)
                and not outranked
            ):
                yield [one for one in chances if one.programme.programme in chosen]


def goods_ways(counter: Counter, chances: list[Chance], pieces: list[Piece]) -> Iterator[Way]:
    left = {one.unit: spendable(counter, one.unit) for one in chances if one.unit}
    left |= {one.budget: one.money_left for one in chances if one.money_left is not None}

    def go(
        free: tuple[int, ...], uses: list[int], off: list[int], left: dict[str, int]
    ) -> Iterator[Way]:
        if not free:
            yield Way(tuple(uses), tuple(off))
            return
        first, rest = free[0], free[1:]
        yield from go(rest, uses, off, left)
        for index, one in enumerate(chances):
            if uses[index] >= one.times or left.get(one.unit, 0) < one.reward.cost:
                continue
            for others in combinations(rest, size_of(one.reward) - 1):
                for gains in on_pieces(one.reward, (first, *others), pieces):
                    if sum(gains) > left.get(one.budget, sum(gains)):
                        continue
                    after = [a + b for a, b in zip(off, gains, strict=True)]
                    used = [n + (index == at) for at, n in enumerate(uses)]
                    paid = dict(left)
                    if one.unit:
                        paid[one.unit] -= one.reward.cost
                    if one.money_left is not None:
                        paid[one.budget] -= sum(gains)
                    still = tuple(piece for piece in rest if piece not in others)
                    yield from go(still, used, after, paid)

    yield from go(tuple(range(len(pieces))), [0] * len(chances), [0] * len(pieces), left)


def on_pieces(reward: Reward, members: tuple[int, ...], pieces: list[Piece]) -> Iterator[list[int]]:
    """What one use takes off each piece, in every way in which the members can make it up."""
    target = reward.target
    told: set[tuple[int, ...]] = set()
    if target.scope == "piece":
        if fits(target.goods, pieces[members[0]]):
            told.add(members)
    else:
        slots = [need.goods for need in reward.condition.needs for _ in range(need.pieces)]
        also = [target.also.goods] * target.also.pieces if target.also else []
        for order in permutations(members):
            filled = zip([*slots, *also], order, strict=True)
            if not all(fits(where, pieces[member]) for where, member in filled):
                continue
            in_set = sorted(order[: len(slots)], key=lambda member: pieces[member].price)
            if target.pick == "dearest":
                in_set.reverse()
            told.add(tuple(order[len(slots) :] if also else in_set[: target.pieces or None]))
    for on in told:
        prices = [pieces[member].price for member in on]
        if isinstance(reward.benefit, PercentOff):
            parts = [off_piece(reward, price) for price in prices]
        elif reward.target.scope == "piece":
            parts = [off_piece(reward, pieces[at].price, weight=pieces[at].weight) for at in on]
        else:
            parts = list(split(off_piece(reward, sum(prices)), prices))
        if sum(parts):
            gains = [0] * len(pieces)
            for member, part in zip(on, parts, strict=True):
                gains[member] = part
            yield gains


def turn(one: Chance) -> tuple[bool, int, int, str]:
    """Automatic before claimed, percents before amounts, lower programmes first."""
    turn = 1
    if isinstance(one.reward.benefit, PercentOff):
        turn = 2 if one.programme.stacking.percent_of == "after_amounts" else 0
    return (one.claimed, turn, one.programme.programme, one.reward.id)


def basket_ways(
    counter: Counter,
    on_goods: list[Chance],
    on_basket: list[Chance],
    pieces: list[Piece],
    way: Way,
) -> Iterator[tuple[int, int, int, int]]:
    """(claimed uses, money off, units, worth) for every way to add rewards on the basket."""
    left: dict[str, int] = {}
    for one in (*on_goods, *on_basket):
        left[one.unit] = spendable(counter, one.unit)
    units = worth = 0
    for one, n in zip(on_goods, way.uses, strict=True):
        units += n * one.reward.cost
        worth += n * one.worth
        left[one.unit] -= n * one.reward.cost
    ranges = []
    for one in on_basket:
        most = min(one.times, left[one.unit] // one.reward.cost) if one.reward.cost else one.times
        many = isinstance(one.reward.benefit, AmountOff) and one.reward.cost
        ranges.append(range(min(most, 40 if many else 1) + 1))
    for uses in product(*ranges):
        spent = dict.fromkeys(left, 0)
        for one, n in zip(on_basket, uses, strict=True):
            spent[one.unit] += n * one.reward.cost
        if any(spent[unit] > left[unit] for unit in left if unit):
            continue
        taken = off_in_turn(counter, on_basket, pieces, way, uses)
        if taken is None:
            continue
        yield (
            sum(n for one, n in zip(on_basket, uses, strict=True) if one.claimed),
            taken,
            units + sum(spent.values()),
            worth + sum(n * one.worth for one, n in zip(on_basket, uses, strict=True)),
        )


def off_in_turn(
    counter: Counter,
    on_basket: list[Chance],
    pieces: list[Piece],
    way: Way,
    uses: tuple[int, ...],
) -> int | None:
    """All that comes off with these rewards on the basket, or None if one finds nothing."""
    net = {line.key: line.amount for line in counter.basket.lines}
    for piece, off in zip(pieces, way.off, strict=True):
        net[piece.line] -= off
    rewardable = {line.key: line for line in counter.basket.lines if line.product.rewardable}
    for one, n in zip(on_basket, uses, strict=True):
        if not n:
            continue
        where = one.reward.target.goods
        keys = [
            key for key, line in rewardable.items() if takes(where, line.product, line.piece_amount)
        ]
        base = sum(net[key] for key in keys)
        benefit = one.reward.benefit
        if isinstance(benefit, AmountOff) and one.reward.cost:
            share = benefit.at_most_basis_points or 10_000
            if benefit.amount * n * 10_000 > base * share:
                return None
        asked = one.reward.condition
        if asked.spend_of == "rest" and left_of(counter.basket, one.reward, net) < asked.spend:
            return None
        shelf = None
        if one.programme.stacking.percent_of == "shelf":
            products = counter.basket.lines
            shelf = sum(line.amount for line in products if line.key in keys)
        off = off_basket(one.reward, base, n, 0, shelf)
        if off <= 0 or (one.money_left is not None and off > one.money_left):
            return None
        for key, part in zip(keys, split(off, [net[key] for key in keys]), strict=True):
            net[key] -= part
    return counter.basket.amount - sum(net.values())
