"""Gift cards and credit that would be paid for and not loaded: they are not sold."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.earning import EarnRule
from terminal.loyalty.engine.evaluation import Evaluation, NotApplied
from terminal.loyalty.programme import Programme
from terminal.loyalty.sold_goods import counts, sells
from terminal.loyalty.units import UnitKind


def unloaded(
    evaluation: Evaluation, basket: Basket, programmes: Iterable[Programme]
) -> NotApplied | None:
    """Why something that is loaded when it is sold would stay empty; None where nothing would.

    Only goods that bring no points, or that no reward may touch, are certain to be the card itself
    and no goods that a shop gives all of the price back for.
    """
    earned = {(one.programme, one.rule) for one in evaluation.earned if not one.by_reward}
    away = {(one.programme, one.rule): one for one in evaluation.not_applied if one.earns}
    money = [
        (one, rule)
        for one in programmes
        if one.unit is not None and one.unit.kind is UnitKind.MONEY
        for rule in one.earn
    ]
    for line in basket.lines:
        if (line.product.earning and line.product.rewardable) or not line.amount:
            continue
        loading = [(one.programme, rule.id) for one, rule in money if _loads(one, rule, line)]
        if loading and earned.isdisjoint(loading):
            return next((away[name] for name in loading if name in away), None)
    return None


def _loads(programme: Programme, rule: EarnRule, line: Line) -> bool:
    return sells(rule, programme.unit, line.piece_amount) and counts(rule, programme.unit, line)
