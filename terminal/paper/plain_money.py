"""Rewards that are simply money off, so that their amount says on paper all there is to say."""

from __future__ import annotations

from terminal.loyalty.benefits import AmountOff
from terminal.loyalty.conditions import Condition, GoodsFilter
from terminal.loyalty.programme import Reward


def plain_money(reward: Reward) -> int:
    """What comes off any purchase that is large enough, in minor units; 0: its name says more."""
    benefit, target = reward.benefit, reward.target
    whole_basket = target.scope == "basket" and target.goods == GoodsFilter()
    plain = whole_basket and reward.condition == Condition()
    return benefit.amount if plain and isinstance(benefit, AmountOff) else 0
