"""What is missing: the first reason why a reward cannot be had by this customer, now, with this."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff
from terminal.loyalty.conditions import Need
from terminal.loyalty.engine.accruals import ALL_GOODS, missing_spend
from terminal.loyalty.engine.allowances import uses_left
from terminal.loyalty.engine.classes import PieceClasses
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.eligibility import not_for, not_now, not_on
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.engine.goods import Bought
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.wanted import ALSO, CONDITION, TARGET, Wanted, need_place, sku_of, wanted


class Reach(NamedTuple):
    """Why a reward cannot be had, or how often it may be; None: as often as goods and units do."""

    away: Reason | None
    times: int | None = None


def reach_of(
    programme: Programme,
    reward: Reward,
    basket: Basket,
    classes: PieceClasses,
    customer: Customer,
) -> Reach:
    """Who, when, on what occasion, how often, units, goods, money: the first that is missing."""
    so_far = reach_by_customer(programme, reward, customer)
    return reach_by_goods(so_far, programme, reward, Bought(basket), classes)


def reach_by_customer(programme: Programme, reward: Reward, customer: Customer) -> Reach:
    """All of it that does not ask for the basket."""
    away = (
        not_for(reward.audience, customer)
        or not_now(reward.window, customer.at)
        or not_on(reward.occasion, customer)
    )
    if away:
        return Reach(away)
    allowed = uses_left(programme, reward, customer)
    away = allowed.away or _units_missing(programme, reward, customer)
    if away:
        return Reach(away, reward.limit)
    return Reach(None, _least(allowed.n, reward.limit))


def reach_by_goods(
    so_far: Reach, programme: Programme, reward: Reward, bought: Bought, classes: PieceClasses
) -> Reach:
    """The rest of it."""
    if so_far.away:
        return so_far
    away = _goods_missing(programme.programme, reward, bought, classes)
    if away:
        return Reach(away)
    if reward.target.from_piece > 1:
        pieces = _pieces_of(reward, classes) - reward.target.from_piece + 1
        return Reach(None, _least(so_far.times, pieces))
    return so_far


def _least(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _units_missing(programme: Programme, reward: Reward, customer: Customer) -> Reason | None:
    if not reward.cost or programme.unit is None:
        return None
    standing, unit = customer.standing, programme.unit.id
    shown = standing.of(unit)
    if programme.unit.held == "bearer" and not shown:
        return Reason(why=Why.VOUCHER_MISSING)
    if customer.traits is None and not shown:
        return Reason(why=Why.MEMBERS_ONLY)
    spendable, balance = standing.spendable(unit), standing.balance(unit)
    if spendable >= reward.cost:
        return None
    if balance >= reward.cost:
        return Reason(why=Why.UNITS_ELSEWHERE, units=reward.cost - spendable)
    missing = reward.cost - balance
    used = 0
    if programme.unit.held == "bearer":
        used = sum([holding.sums.used for holding in shown])
    more = missing_spend(programme, unit, missing)
    return Reason(why=Why.UNITS_MISSING, units=missing, amount=more, times=used)


def _goods_missing(
    programme: int, reward: Reward, bought: Bought, classes: PieceClasses
) -> Reason | None:
    target = reward.target
    if not bought.basket.lines and target.goods == ALL_GOODS and target.scope == "basket":
        # Any goods will do: how much of them is wanted tells more than that none are there.
        short = _bought_too_little(programme, reward, bought)
        if short:
            return short
    if target.scope == "set":
        away = _set_missing(programme, reward, classes)
        if away:
            return away
    elif isinstance(reward.benefit, PercentOff | AmountOff | FixedPrice):
        if not classes.taken_by(target.goods):
            return _no_goods(programme, reward)
        missing = target.from_piece - _pieces_of(reward, classes) if target.from_piece > 1 else 0
        if missing > 0:
            of = wanted(target.goods, programme, reward.id, TARGET, missing)
            return Reason(why=Why.PIECES_MISSING, pieces=missing, wanted=of)
    elif not any(target.goods.takes(line) for line in bought.basket.lines):
        return _no_goods(programme, reward)
    return _bought_too_little(programme, reward, bought) or _no_full_sum(programme, reward, bought)


def _no_goods(programme: int, reward: Reward) -> Reason:
    # What each of a thousand prices is about stands in its own name already.
    if not reward.target.goods.name:
        return Reason(why=Why.NO_GOODS)
    of = wanted(reward.target.goods, programme, reward.id, TARGET)
    return Reason(why=Why.NO_GOODS, wanted=of)


def _set_missing(programme: int, reward: Reward, classes: PieceClasses) -> Reason | None:
    """Which pieces of a set are missing; the places that stay empty tell of what."""
    needs, also = reward.condition.needs, reward.target.also
    if also is not None:
        needs = (*needs, also)
    missing = _pieces_missing(needs, classes)
    if not missing:
        return None
    of: tuple[Wanted, ...] = ()
    for number, need in enumerate(needs):
        short = missing.count(number)
        if short:
            place = need_place(number) if need is not also else ALSO
            called = wanted(need.goods, programme, reward.id, place, short)
            if not called:
                of = ()
                break
            of += called
    if len(missing) == sum([need.pieces for need in needs]):
        if any(sku_of(one.goods) for one in of):
            of = ()  # as above
        return Reason(why=Why.NO_GOODS, wanted=of)
    return Reason(why=Why.PIECES_MISSING, pieces=len(missing), wanted=of)


def _pieces_of(reward: Reward, classes: PieceClasses) -> int:
    return sum([classes.counts[index] for index in classes.taken_by(reward.target.goods)])


def _no_full_sum(programme: int, reward: Reward, bought: Bought) -> Reason | None:
    """What is missing to the first full sum of an amount for each."""
    benefit = reward.benefit
    if not isinstance(benefit, AmountOff) or benefit.for_each is None:
        return None
    missing = benefit.for_each - bought.of(reward.target.goods)[1]
    if missing <= 0:
        return None
    of = wanted(reward.target.goods, programme, reward.id, TARGET)
    return Reason(why=Why.SPEND_MISSING, amount=missing, wanted=of)


def _bought_too_little(programme: int, reward: Reward, bought: Bought) -> Reason | None:
    condition = reward.condition
    if not (condition.spend or condition.pieces):
        return None
    goods = condition.goods
    pieces, spent = bought.of(goods)
    if pieces < condition.pieces:
        missing = condition.pieces - pieces
        of = wanted(goods, programme, reward.id, CONDITION, missing)
        return Reason(why=Why.PIECES_MISSING, pieces=missing, wanted=of)
    if spent < condition.spend:
        of = wanted(goods, programme, reward.id, CONDITION)
        return Reason(why=Why.SPEND_MISSING, amount=condition.spend - spent, wanted=of)
    return None


def _pieces_missing(needs: Sequence[Need], classes: PieceClasses) -> list[int]:
    """For each place of a set that stays empty, at best, the need it is of (Kuhn 1955)."""
    counts = classes.counts
    if len(needs) == 1:
        return [0] * _short(counts, classes.taken_by(needs[0].goods), needs[0].pieces)
    wanted = 0
    for need in needs:
        wanted += need.pieces
    for need in needs:
        if _short(counts, classes.taken_by(need.goods), wanted):
            break
    else:
        return []  # whatever others take, each finds its own
    free = list(counts)
    needed = [number for number, need in enumerate(needs) for _ in range(need.pieces)]
    places = [classes.taken_by(needs[number].goods) for number in needed]
    holders: list[list[int]] = [[] for _ in classes]

    def fill(place: int, tried: set[int]) -> bool:
        for index in places[place]:
            if index in tried:
                continue
            tried.add(index)
            if free[index]:
                free[index] -= 1
                holders[index].append(place)
                return True
            for other in holders[index]:
                if fill(other, tried):
                    holders[index].remove(other)
                    holders[index].append(place)
                    return True
        return False

    return [number for place, number in enumerate(needed) if not fill(place, set())]


def _short(counts: list[int], indices: list[int], pieces: int) -> int:
    """How many pieces are missing in some classes."""
    for index in indices:
        pieces -= counts[index]
        if pieces <= 0:
            return 0
    return pieces
