"""[screen]: how the till looks, and by which keys it goes. The settings screen (Alt+S) writes it.

[screen]
theme = "system"               # system, light, dark or contrast
text_size = 100                # percent: 100, 125, 150, 175 or 200 (that one needs 1280 pixels across)
hand = "right"                 # left: the money, the keys and the member stand on the left
still = false                  # true: nothing on the screen moves or flashes
customer = "second"            # the customer's display: second (a second screen, if there is one), window or off
other_offers = 2               # so many offers that they nearly have, on it; 0: none, 3 at most
keys = {}                      # keys of one's own, such as {finish = "F12"}: step = key
"""

from collections.abc import Mapping
from dataclasses import field

from terminal.till.settings.unfit import demand_one_of
from terminal.values import dataclass

THEMES = ("system", "light", "dark", "contrast")
TEXT_SIZES = (100, 125, 150, 175, 200)
HANDS = ("right", "left")
CUSTOMER = ("second", "window", "off")
OTHER_OFFERS = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTable:
    """How the till looks, and by which keys it goes."""

    theme: str = "system"
    text_size: int = 100
    """Percent."""
    hand: str = "right"
    still: bool = False
    """Reduced motion; Qt does not tell whether the system asks for it."""
    customer: str = "second"
    """Where the customer's display is."""
    other_offers: int = 2
    """So many offers that stayed away are told on it."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Step to key, only those that differ from the usual. A key that the window does not know or
    may not take is passed over there: a till that does not open for it would be worse."""

    def __post_init__(self) -> None:
        demand_one_of(self.theme, THEMES, "screen.theme")
        demand_one_of(self.text_size, TEXT_SIZES, "screen.text_size")
        demand_one_of(self.hand, HANDS, "screen.hand")
        demand_one_of(self.customer, CUSTOMER, "screen.customer")
        demand_one_of(self.other_offers, OTHER_OFFERS, "screen.other_offers")
