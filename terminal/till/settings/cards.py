"""[cards]: the shop's own member cards, and how they look.

[cards]
prefix = "29"                  # the shop's own 1 to 6 digits; "" where it has no cards
key_file = "card.key"          # beside this file, readable by its owner only
logo = "logo.png"              # beside this file; "" is the shop's name in letters
ground = "#ffffff"             # the colour of the card
ink = "#111827"                # of the letters on it
phone = "+48 600 123 456"      # at the bottom of the card, "" for none
site = "anna.example"
promise = ""                   # words of one's own; "" tells what the programmes bring
size = "id1"                   # id1, bleed (3 mm more on each side), ua89 or ua90 (× 57 mm)
"""

from terminal.barcodes.card_number import PREFIX_DIGITS_MAX
from terminal.till.settings.unfit import demand, demand_one_of
from terminal.values import dataclass

KEY_FILE = "card.key"
CARD_SIZES = ("id1", "bleed", "ua89", "ua90")
_CONTACT_MAX = 40
_PROMISE_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class CardsTable:
    """By what the shop knows its own cards, and how they look."""

    prefix: str = ""
    key_file: str = KEY_FILE
    """Relative to the folder, or a whole path."""
    logo: str = ""
    """A picture file, relative to the folder, or a whole path."""
    ground: str = "#ffffff"
    ink: str = "#111827"
    """Whether it can be read on the ground is judged where a card is printed: a till that does
    not open because of a colour would be worse."""
    phone: str = ""
    site: str = ""
    promise: str = ""
    size: str = "id1"

    def __post_init__(self) -> None:
        prefix = self.prefix
        digits = prefix.isascii() and prefix.isdigit() and len(prefix) <= PREFIX_DIGITS_MAX
        wanted = f"1 to {PREFIX_DIGITS_MAX} digits, or empty for no cards"
        demand(not prefix or digits, "cards.prefix", wanted)
        demand_one_of(self.size, CARD_SIZES, "cards.size")
        for name, text, most in (
            ("phone", self.phone, _CONTACT_MAX),
            ("site", self.site, _CONTACT_MAX),
            ("promise", self.promise, _PROMISE_MAX),
        ):
            demand(len(text) <= most, f"cards.{name}", f"at most {most} characters")
