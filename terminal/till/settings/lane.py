"""[lane]: this till among the tills of its shop.

[lane]
name = "Till 1"
language = "en"                # of the cashier's screens; "" is that of the shop
mode = "goods"                 # amount: beside another till, a card and the total are enough
"""

from terminal.till.settings.shop import LANGUAGES
from terminal.till.settings.unfit import demand_one_of
from terminal.values import dataclass

MODES = ("goods", "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneTable:
    """What this till is called, and what it speaks."""

    name: str = "1"
    language: str = ""
    """Of the screens; empty for the shop's."""
    mode: str = "goods"
    """``amount``: the goods and the money are another till's, this one counts totals."""

    def __post_init__(self) -> None:
        if self.language:
            demand_one_of(self.language, LANGUAGES, "lane.language")
        demand_one_of(self.mode, MODES, "lane.mode")
