"""Goods of which something is missing: under which names what people call them is found.

A reason names goods as it names rewards, by a key: ``naming.names_of`` has the words that their
programme gives them, and whoever knows the price list adds what products are called.
"""

from __future__ import annotations

from typing import Final

from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.standing import RewardName
from terminal.values import dataclass

_PRODUCTS: Final = -1
"""Products are called among rewards, too: no programme has this number, and tiers have 0."""

TARGET: Final = "target"
ALSO: Final = "target.also"
CONDITION: Final = "condition"
EARNING: Final = "earning"
"""Where in a rule goods are named; those of a set see ``need_place``."""


def need_place(number: int) -> str:
    """The place of one need of a set, the first is 0."""
    return f"condition.needs[{number}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Goods of which so many pieces are missing; 0 where they are asked for otherwise.

    ``goods`` is the name under which the names of rewards have what people call them.
    """

    pieces: int = 0
    goods: RewardName


def goods_name(programme: int, rule: str, place: str) -> RewardName:
    """Under which name goods are called that a rule names at one place of it."""
    return RewardName(programme, f"{rule} {place}")


def product_name(sku: str) -> RewardName:
    """Under which name a product is called."""
    return RewardName(_PRODUCTS, sku)


def sku_of(name: RewardName) -> str:
    """The product that is called by a name; empty where it is none."""
    return name.reward if name.programme == _PRODUCTS else ""


def wanted(
    goods: GoodsFilter, programme: int, rule: str, place: str, pieces: int = 0
) -> tuple[Wanted, ...]:
    """What is said of missing goods: their name in the programme, or the one product they are.

    Nothing where they have neither.
    """
    if goods.name:
        return (Wanted(pieces=pieces, goods=goods_name(programme, rule, place)),)
    if len(goods.skus) == 1:
        return (Wanted(pieces=pieces, goods=product_name(goods.skus[0])),)
    return ()
