"""[shop]: who sells here, and in what money.

[shop]
name = "Sklep u Ani"
address = ["ul. Lipowa 4", "00-001 Warszawa"]
country = "PL"                 # ISO 3166, decides how cash is rounded
currency = "PLN"               # ISO 4217
language = "pl"                # of slips and cards, whoever sits at the till
prices_include_tax = true
ask_above = 10000              # a price typed above so many zlotys wants Enter twice; 0: none does
"""

from terminal.till.settings.unfit import demand, demand_one_of
from terminal.values import dataclass

LANGUAGES = ("en", "pl", "uk", "ro", "lv", "ru")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTable:
    """What the shop says of itself."""

    name: str
    address: tuple[str, ...] = ()
    country: str = "PL"
    currency: str = "PLN"
    language: str = "en"
    """Of the slips."""
    prices_include_tax: bool = True
    ask_above: int = 10_000
    """In major units: a dearer price that is typed is most likely a code, and is asked about."""

    def __post_init__(self) -> None:
        demand(bool(self.name.strip()), "shop.name", "a shop needs a name")
        demand(_is_code(self.country, 2), "shop.country", "two capital letters, such as PL")
        demand(_is_code(self.currency, 3), "shop.currency", "three capital letters, such as PLN")
        demand(self.ask_above >= 0, "shop.ask_above", "whole zlotys, euros …, or 0 for never")
        demand_one_of(self.language, LANGUAGES, "shop.language")


def _is_code(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isalpha() and text.isupper()
