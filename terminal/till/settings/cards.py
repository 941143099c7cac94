"""[cards]: the shop's own member cards.

[cards]
prefix = "29"                  # the shop's own 1 to 6 digits; "" where it has no cards
key_file = "card.key"          # beside this file, readable by its owner only
"""

from dataclasses import dataclass

from terminal.barcodes.card_number import PREFIX_DIGITS_MAX
from terminal.till.settings.unfit import demand

KEY_FILE = "card.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsTable:
    """By what the shop knows its own cards."""

    prefix: str = ""
    key_file: str = KEY_FILE
    """Relative to the folder, or a whole path."""

    def __post_init__(self) -> None:
        prefix = self.prefix
        digits = prefix.isascii() and prefix.isdigit() and len(prefix) <= PREFIX_DIGITS_MAX
        wanted = f"1 to {PREFIX_DIGITS_MAX} digits, or empty for no cards"
        demand(not prefix or digits, "cards.prefix", wanted)
