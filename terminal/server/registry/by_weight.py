"""Offers that may mean a kilogram and say a bag: told to whoever publishes them, never refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from terminal.loyalty.basket import Product
from terminal.loyalty.benefits import AmountOff, FixedPrice
from terminal.loyalty.programme import Programme, Reward


def is_for_bags(programme: Programme) -> bool:
    """Whether it takes money off single pieces and says nothing of kilograms."""
    return any(_for_a_bag(reward) for reward in programme.rewards)


def hints(programme: Programme, products: Iterable[Product]) -> Iterator[str]:
    """Money off pieces of goods by weight that is for the whole bag, by its path in the file."""
    weighed = [one for one in products if one.by_weight]
    for number, reward in enumerate(programme.rewards):
        place = _for_a_bag(reward)
        goods = reward.target.goods
        found = next((one for one in weighed if goods.takes_names(one)), None)
        if place and found is not None:
            yield (
                f"rewards[{number}].{place}: of what is sold by weight ({found.name}) it is for the"
                ' bag, whatever that weighs; "per": "kilogram" makes it for each kilogram'
            )


def _for_a_bag(reward: Reward) -> str:
    """The first benefit that is for a bag as it lies there; empty: none."""
    if reward.target.scope != "piece":
        return ""
    told = [("benefit", reward.benefit)]
    told += [(f"steps[{at}].benefit", one.benefit) for at, one in enumerate(reward.steps)]
    for place, benefit in told:
        if isinstance(benefit, AmountOff | FixedPrice) and benefit.per == "piece":
            return place
    return ""
