"""Goods of which something is missing, in words that need no grammar: ``2 × coffee, 1 × cake``.

Names of goods stand as their programme or the price list writes them, and no language bends them
by a number or a case behind the sign.
"""

from __future__ import annotations

from collections.abc import Mapping

from terminal.loyalty.engine.evaluation import Reason
from terminal.loyalty.standing import RewardName
from terminal.wording.fitting import shortened
from terminal.wording.formats import NO_BREAK_SPACE
from terminal.wording.speech import Speech

Names = Mapping[RewardName, Mapping[str, str]]


def told_goods(speech: Speech, reason: Reason, names: Names, most: int | None = None) -> str:
    """What is missing; empty where one of the goods has no name here.

    With ``most`` names of more characters are cut.
    """
    told: list[str] = []
    for one in reason.wanted:
        name = speech.name(names.get(one.goods, {}))
        if not name:
            return ""
        name = name if most is None else shortened(name, most)
        count = f"{speech.number(one.pieces)}{NO_BREAK_SPACE}×{NO_BREAK_SPACE}"
        told.append(f"{count}{name}" if one.pieces and reason.pieces else name)
    return ", ".join(told)
