"""What is missing: the first reason why a reward cannot be had by this customer, now, with this."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.basket import Basket
from terminal.loyalty.conditions import Need
from terminal.loyalty.engine.accruals import missing_spend
from terminal.loyalty.engine.eligibility import not_for, not_now
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.engine.goods import PieceClass, of_filter
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import Moment, Standing


def out_of_reach(
    programme: Programme,
    reward: Reward,
    basket: Basket,
    classes: tuple[PieceClass, ...],
    standing: Standing,
    at: Moment,
) -> Reason | None:
    """Who, when, units, goods, money: the first that is missing; None if nothing is."""
    away = not_for(reward.audience, standing.traits) or not_now(reward.window, at)
    if away:
        return away
    return _units_missing(programme, reward, standing) or _goods_missing(reward, basket, classes)


def _units_missing(programme: Programme, reward: Reward, standing: Standing) -> Reason | None:
    if not reward.cost or programme.unit is None:
        return None
    if standing.traits is None:
        return Reason(why=Why.MEMBERS_ONLY)
    unit = programme.unit.id
    spendable, balance = standing.spendable(unit), standing.balance(unit)
    if spendable >= reward.cost:
        return None
    if balance >= reward.cost:
        return Reason(why=Why.UNITS_ELSEWHERE, units=reward.cost - spendable)
    missing = reward.cost - balance
    return Reason(
        why=Why.UNITS_MISSING, units=missing, amount=missing_spend(programme, unit, missing)
    )


def _goods_missing(
    reward: Reward, basket: Basket, classes: tuple[PieceClass, ...]
) -> Reason | None:
    target, condition = reward.target, reward.condition
    if target.scope == "set":
        needs = (*condition.needs, *((target.also,) if target.also else ()))
        missing = _pieces_missing(needs, classes)
        if missing == sum(need.pieces for need in needs):
            return Reason(why=Why.NO_GOODS)
        if missing:
            return Reason(why=Why.PIECES_MISSING, pieces=missing)
    elif not of_filter(classes, target.goods):
        return Reason(why=Why.NO_GOODS)
    if not condition.spend:
        return None
    spent = sum(line.amount for line in basket.lines if condition.goods.takes(line.product))
    if spent < condition.spend:
        return Reason(why=Why.SPEND_MISSING, amount=condition.spend - spent)
    return None


def _pieces_missing(needs: Sequence[Need], classes: tuple[PieceClass, ...]) -> int:
    """How many places of a set stay empty, at best (augmenting paths, Kuhn 1955)."""
    places = [of_filter(classes, need.goods) for need in needs for _ in range(need.pieces)]
    free = [one.pieces for one in classes]
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

    return sum(not fill(place, set()) for place in range(len(places)))
