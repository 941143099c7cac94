"""How far from the best an answer could be: bounds that hold whatever was not searched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.rest import unit_of
from terminal.loyalty.engine.shares import off_basket
from terminal.loyalty.money import BASIS_POINTS, percent_of, tax_upon

PIECES_COUNTED = 5_000
"""Of more pieces their whole price is taken, rather than what sets of them could save."""


def goods_gap(
    question: Question, candidates: Sequence[Candidate], net: Mapping[int, int], open_gap: int
) -> int:
    """Minor units that other rewards on goods might save, by what the search left open.

    With tax on top the search counts exact tax and the customer pays tax rounded by rate: between
    several rates another allocation could win the roundings.
    """
    if question.basket.prices_include_tax:
        return -(-open_gap // question.scale)
    touched = frozenset[int]().union(*(question.classes_of(one) for one in candidates))
    rates = question.rates(touched)
    if not open_gap and (len(rates) < 2 and not any(one.worth for one in candidates)):
        return 0
    if not rates:
        return -(-open_gap // question.scale)
    nets = {rate: n for rate, n in question.by_rate(net).items() if rate in rates}
    pays = sum(n + tax_upon(n, rate) for rate, n in nets.items())
    exact = sum(n * (BASIS_POINTS + rate) for rate, n in nets.items()) - open_gap
    # Each rate's rounding moves at most half a minor unit.
    return max(0, pays + (BASIS_POINTS * len(rates) - 2 * exact) // (2 * BASIS_POINTS))


def sets_saving(question: Question, candidate: Candidate) -> int:
    """Most that a reward could take off goods in any sets at all, in the search's parts."""
    reward = candidate.reward
    classes = [question.classes[index] for index in sorted(question.classes_of(candidate))]
    also = reward.target.also
    in_set = sum(need.pieces for need in reward.condition.needs)
    each = also.pieces if also else reward.target.pieces or in_set
    size = in_set + (also.pieces if also else 0)
    rounds = sum(one.pieces for one in question.classes) // size
    if candidate.times is not None:
        rounds = min(rounds, candidate.times)
    weight = question.scale + max(question.rates(question.classes_of(candidate)), default=0)
    if sum(one.pieces for one in classes) > PIECES_COUNTED:
        return weight * sum(one.price * one.pieces for one in classes)
    prices = [one.price for one in classes for _ in range(one.pieces)]  # dearest first
    match candidate.benefit:
        case PercentOff(basis_points=basis_points):
            if also is None and reward.target.pick == "cheapest":
                # So many pieces of the sets before are no cheaper than the dearest one free here.
                step = in_set - each + 1
                on = [price for price in prices[step - 1 :: step][:rounds] for _ in range(each)]
            else:
                on = prices[: rounds * each]
            return weight * sum(percent_of(price, basis_points) for price in on)
        case AmountOff(amount=amount):
            return weight * min(rounds * amount, sum(prices[: rounds * each]))
        case FixedPrice(price=price):
            chunks = [sum(prices[n * each : (n + 1) * each]) for n in range(rounds)]
            return weight * sum(max(0, chunk - price) for chunk in chunks)


def is_plain(
    question: Question, on_goods: Sequence[Candidate], on_basket: Sequence[Candidate]
) -> bool:
    """Whether less to pay for goods is never more to pay in the end.

    So it is where all rewards on the basket are about the same goods, these are all or none of
    those that other rewards touch, no units are wanted by both, and tax is inside. What units
    on goods are worth is paid whole, whatever comes off the basket.
    """
    if not question.basket.prices_include_tax:
        return False
    covered = question.classes_of(on_basket[0])
    for one in on_basket:
        about = question.classes_of(one)
        if about is not covered and about != covered:
            return False
        if one.from_rest and _counted_on(question, one) != covered:
            return False
    wanted = {unit_of(one) for one in on_basket if one.reward.cost}
    if wanted and any(one.reward.cost and unit_of(one) in wanted for one in on_goods):
        return False
    # Nothing is outside of everything.
    everything = len(covered) == len(question.classes)
    return everything or all(question.classes_of(one) <= covered for one in on_goods)


def _counted_on(question: Question, candidate: Candidate) -> frozenset[int]:
    return frozenset(question.classes.taken_by(candidate.reward.condition.goods))


def missed_at_most(
    question: Question,
    on_goods: Sequence[Candidate],
    on_basket: Sequence[Candidate],
    taken_by: Mapping[object, int],
    saved: int,
) -> int:
    """What other rewards on goods, or other units spent, might save by way of the basket's rewards.

    Goods are searched first and by themselves. That is best for the whole as well, unless a
    reward on the basket is about some of the goods that they touch and not about others, comes
    off in whole amounts only, wants units that others want, or moves tax from rate to rate: then
    nothing is proven. ``taken_by`` is what each took off, ``saved`` what all of them saved.
    """
    touched = frozenset[int]().union(*(question.classes_of(one) for one in on_goods))
    most = 0
    # What is paid for in units saves less of a rest that another reward makes smaller.
    certain = not any(one.worth for one in on_goods)
    for candidate in on_basket:
        reward = candidate.reward
        covered = question.classes_of(candidate)
        price = question.shelf(covered)
        unit = candidate.programme.unit.id if candidate.programme.unit and reward.cost else ""
        units = question.standing.spendable(unit)
        off = off_basket(candidate, price, units, price, candidate.from_rest)[1]
        rates = question.rates(covered)
        # Tax saved with it is at most that of the highest rate, and a rounding for each rate.
        most += off + tax_upon(off, max(rates, default=0)) + len(rates)
        others = [
            one for one in (*on_goods, *on_basket) if one is not candidate and one.reward.cost
        ]
        wanted = any(one.programme.unit and one.programme.unit.id == unit for one in others)
        optional = bool(reward.cost) and not candidate.claimed and len(on_basket) > 1
        short = bool(reward.cost) and taken_by.get(candidate.name, 0) < off
        mixed = len(rates) > 1 and (bool(touched) or len(on_basket) > 1)
        stacking = candidate.programme.stacking
        if stacking.percent_of == "shelf" and (len(on_basket) > 1 or touched):
            certain = False
        if candidate.from_rest and not taken_by.get(candidate.name, 0):
            certain = False  # with less off before it, it might be had
        if (touched & covered and touched - covered) or wanted or optional or short or mixed:
            certain = False
    return 0 if certain else max(0, most - saved)
