"""Numbers, money, dates and times as a language writes them, by Babel's tables.

Amounts come in as minor units and are never floats on their way. What every screen shows stands
here as in those tables (a test compares): to read them takes 15 ms, and the first scan would wait.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from typing import NamedTuple

from terminal.loyalty.money import Currency

MINUS = "\u2212"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_LOCALES = {"en": "en_GB"}
"""English as shops in Europe write it: the day before the month."""


class Marks(NamedTuple):
    """What stands in and around the figures of a language."""

    decimals: str = ","
    thousands: str = NO_BREAK_SPACE
    percent: str = "%"
    symbol_first: bool = False


MARKS = {
    "en": Marks(decimals=".", thousands=",", symbol_first=True),
    "pl": Marks(),
    "uk": Marks(),
    "ro": Marks(thousands=".", percent=f"{NO_BREAK_SPACE}%"),
    "lv": Marks(),
    "ru": Marks(percent=f"{NO_BREAK_SPACE}%"),
}

SYMBOLS = {
    ("en", "EUR"): "€",
    ("en", "PLN"): "PLN",
    ("pl", "EUR"): "€",
    ("pl", "PLN"): "zł",
    ("lv", "EUR"): "€",
    ("ru", "EUR"): "€",
    ("ro", "EUR"): "EUR",
}
"""Of the currencies that are paid where the language is spoken; others Babel is asked for."""

_SHOP_SYMBOLS = {
    ("uk", "UAH"): "грн",
    ("ru", "UAH"): "грн",
    ("ro", "RON"): "lei",
    ("uk", "PLN"): "zł",
    ("ru", "PLN"): "zł",
    ("lv", "PLN"): "zł",
    ("ro", "PLN"): "zł",
    ("uk", "EUR"): "€",
}
"""What stands on price tags, where it is not what the tables have (and ₴ is on few printers).

A cashier may speak another language than the tags around her: zł stays zł.
"""

_SHOP_SYMBOL_OF_ONE = {("ro", "RON"): "leu"}
"""What stands behind exactly one, without decimals, where that is another word: 1 leu, 1,00 lei."""

_KILOGRAM = {"uk": "кг", "ru": "кг"}
"""Where it is not kg."""


class Formats:
    """How one language writes the figures of one currency."""

    def __init__(self, language: str, currency: Currency) -> None:
        self._language = language
        self._marks = MARKS[language]
        self._digits = currency.digits
        known = (language, currency.code)
        self._symbol = (
            _SHOP_SYMBOLS.get(known) or SYMBOLS.get(known) or _symbol(language, currency.code)
        )
        self._symbol_of_one = _SHOP_SYMBOL_OF_ONE.get((language, currency.code), self._symbol)
        self._kilogram = _KILOGRAM.get(language, "kg")

    def number(self, n: int) -> str:
        """A whole number: ``1 234``."""
        return self._figure(n)

    def amount(self, minor: int, *, sign: bool = False) -> str:
        """Money without its currency, for columns: ``7,99``."""
        written = self._figure(minor, self._digits, least=self._digits)
        return f"+{written}" if sign and minor > 0 else written

    def money(self, minor: int, *, symbol: bool = True, sign: bool = False) -> str:
        """Money with its currency: ``1 234,56 zł``."""
        written = self.amount(minor, sign=sign)
        return self._with_symbol(written, self._symbol) if symbol else written

    def short_money(self, minor: int) -> str:
        """Money in a rule, without the decimals of a whole sum: ``5 zł``, ``4,50 zł``."""
        if minor % 10**self._digits:
            return self.money(minor)
        symbol = self._symbol_of_one if abs(minor) == 10**self._digits else self._symbol
        return self._with_symbol(self._figure(minor, self._digits), symbol)

    def percent(self, basis_points: int) -> str:
        """A percentage: ``12,5%``, in some languages with a blank: ``12,5 %``."""
        return self._figure(basis_points, 2) + self._marks.percent

    def factor(self, percent: int) -> str:
        """A multiplier given in percent: ``1,5`` for 150."""
        return self._figure(percent, 2)

    def kilograms(self, grams: int) -> str:
        """A weight as a scale shows it: ``1,245 kg``."""
        figure = self._figure(grams, 3, least=3)
        return f"{figure}{NO_BREAK_SPACE}{self._kilogram}"

    def date(self, day: date) -> str:
        """A day, with its year: ``31.08.2026``."""
        if self._language != "en":
            return day.strftime("%d.%m.%Y")
        from babel.dates import format_date  # it knows the names of months

        return format_date(day, "d MMM yyyy", locale=_LOCALES["en"])

    def time(self, local: datetime | time) -> str:
        """A time of day: ``17:42``. All our markets count 24 hours."""
        return local.strftime("%H:%M")

    def _figure(self, n: int, digits: int = 0, *, least: int = 0) -> str:
        """So many units of 10 to the power of -``digits``, with ``least`` decimals or more."""
        whole, part = divmod(abs(n), 10**digits)
        decimals = f"{part:0{digits}d}" if digits else ""
        decimals = decimals[:least] + decimals[least:].rstrip("0")
        grouped = f"{whole:,}".replace(",", self._marks.thousands)
        # A real minus, as wide as the plus beside it; paper makes a hyphen of it again.
        written = f"{MINUS}{grouped}" if n < 0 else grouped
        return f"{written}{self._marks.decimals}{decimals}" if decimals else written

    def _with_symbol(self, written: str, symbol: str) -> str:
        if not self._marks.symbol_first:
            return f"{written}{NO_BREAK_SPACE}{symbol}"
        # A code of letters would run into the figures: PLN 5, but €5.
        space = NO_BREAK_SPACE if symbol[-1].isalpha() else ""
        sign = written[:1] if written[:1] in {"+", MINUS} else ""
        return f"{sign}{symbol}{space}{written.removeprefix(sign)}"


def _symbol(language: str, currency: str) -> str:
    """What Babel's tables have for a currency that is seldom seen in a language."""
    from babel.numbers import get_currency_symbol

    return get_currency_symbol(currency, locale=_LOCALES.get(language, language))


@cache
def formats(language: str, currency: Currency) -> Formats:
    """The formats of a language and a currency; made once."""
    return Formats(language, currency)
