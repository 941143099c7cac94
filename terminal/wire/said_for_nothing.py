"""What a programme says and no rule would ever ask for, so that something else holds than was meant.

Each of these can be read and means nothing: a referral from 50.00 on that is thanked for at 20.00, a
basket reward "if trousers are bought" that asks for no trousers. Whoever wrote it meant something,
so it is told before it is published. A revision that is published already stays what it was.
"""

from __future__ import annotations

from collections.abc import Iterator

from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.earning import EarnRule
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.units import UnitKind

_ALL_GOODS = GoodsFilter()


def said_for_nothing(programme: Programme) -> Iterator[tuple[str, str]]:
    """Each key that counts for nothing where it stands: its path, and why."""
    for number, rule in enumerate(programme.earn):
        yield from _of_rule(f"earn[{number}]", rule)
    is_status = programme.unit is not None and programme.unit.kind is UnitKind.STATUS
    for number, reward in enumerate(programme.rewards):
        if reward.cost and is_status:
            yield f"rewards[{number}].cost", "units of kind status are never spent"
        yield from _of_reward(f"rewards[{number}]", reward)


def _of_rule(path: str, rule: EarnRule) -> Iterator[tuple[str, str]]:
    if rule.on == "purchase":
        return
    said = {
        "goods": rule.goods != _ALL_GOODS,
        "minimum": bool(rule.minimum),
        "base": rule.base != "net",
        "not_paid_with": bool(rule.not_paid_with),
        "reduced": not rule.reduced,
        "carry": rule.carry,
        "at_most": rule.at_most is not None,
    }
    for key in (one for one, is_said in said.items() if is_said):
        yield f"{path}.{key}", f"belongs to a purchase; {rule.on} brings its units once"
    for number, one in enumerate(rule.multipliers):
        if one.goods != _ALL_GOODS:
            place = f"{path}.multipliers[{number}].goods"
            yield place, f"belongs to a purchase; {rule.on} brings its units once"


def _of_reward(path: str, reward: Reward) -> Iterator[tuple[str, str]]:
    condition, target = reward.condition, reward.target
    if condition.goods != _ALL_GOODS and not condition.spend and not condition.pieces:
        text = 'counts for nothing without spend or pieces; say "pieces": 1 for one of them'
        yield f"{path}.condition.goods", text
    if target.scope == "set" and target.goods != _ALL_GOODS:
        text = "belongs to pieces and the basket; a set is what its condition needs"
        yield f"{path}.target.goods", text
    if target.scope != "set" and target.pick != "cheapest":
        yield f"{path}.target.pick", "belongs to a set"
    for number, (one, after) in enumerate(zip(reward.steps, reward.steps[1:], strict=False)):
        if after.pieces <= one.pieces and after.spend <= one.spend:
            text = "the lowest step is the first; of those that are reached the last one holds"
            yield f"{path}.steps[{number + 1}]", text
