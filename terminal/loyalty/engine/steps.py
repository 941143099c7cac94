"""Rewards with steps: what is missing to the next one, and what it would bring."""

from __future__ import annotations

from terminal.loyalty.benefits import AmountOff, FixedPrice, MoneyOff, PercentOff, amount_for
from terminal.loyalty.engine.evaluation import Reason, Why, WithinReach
from terminal.loyalty.money import BASIS_POINTS
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import RewardName
from terminal.loyalty.wanted import TARGET, wanted


def next_step(
    programme: Programme, reward: Reward, step: int, pieces: int, spend: int
) -> WithinReach | None:
    """The step after the one that so much reached (0: none); None where it is the last."""
    for number, one in enumerate(reward.steps[step:], start=step + 1):
        if one.pieces > pieces:
            n = one.pieces - pieces
            of = wanted(reward.target.goods, programme.programme, reward.id, TARGET, n)
            missing = Reason(why=Why.PIECES_MISSING, pieces=n, wanted=of)
        elif one.spend > spend:
            of = wanted(reward.target.goods, programme.programme, reward.id, TARGET)
            missing = Reason(why=Why.SPEND_MISSING, amount=one.spend - spend, wanted=of)
        else:
            continue
        return WithinReach(
            name=RewardName(programme.programme, reward.id),
            step=number,
            missing=missing,
            brings=_brought_by(one.benefit, reward.target.scope == "piece"),
        )
    return None


def next_amount(
    programme: Programme, reward: Reward, benefit: AmountOff, spend: int
) -> WithinReach | None:
    """What one full sum more would bring; None where no more comes off."""
    assert benefit.for_each is not None
    number = spend // benefit.for_each + 1
    missing = number * benefit.for_each - spend
    brings = amount_for(benefit, spend + missing)
    if brings <= amount_for(benefit, spend):
        return None
    of = wanted(reward.target.goods, programme.programme, reward.id, TARGET)
    return WithinReach(
        name=RewardName(programme.programme, reward.id),
        step=number,
        missing=Reason(why=Why.SPEND_MISSING, amount=missing, wanted=of),
        brings=Reason(why=Why.AMOUNT_OFF, amount=brings),
    )


def _brought_by(benefit: MoneyOff, each: bool) -> Reason:
    match benefit:
        case PercentOff(basis_points=points) if points == BASIS_POINTS:
            return Reason(why=Why.FREE)
        case PercentOff(basis_points=points):
            return Reason(why=Why.PERCENT_OFF, basis_points=points)
        case AmountOff(amount=amount):
            return Reason(why=Why.AMOUNT_OFF, amount=amount)
        case FixedPrice(price=price):
            # One piece for one use says that it is the price of each.
            weighed = benefit.per == "kilogram"
            times = int(each and not weighed)
            return Reason(
                why=Why.FIXED_PRICE, amount=price, pieces=times, times=times, kilogram=weighed
            )
