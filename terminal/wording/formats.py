"""Numbers, money, dates and times as a language writes them, by Babel's tables.

Amounts come in as minor units and are never floats on their way.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import cache

from babel import Locale
from babel.numbers import format_decimal, get_currency_symbol

from terminal.loyalty.money import Currency

MINUS = "\u2212"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"

_LOCALES = {"en": "en_GB"}
"""English as shops in Europe write it: the day before the month."""

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
        self._locale = Locale.parse(_LOCALES.get(language, language))
        self._day_first = "d MMM yyyy" if language == "en" else "dd.MM.yyyy"
        self._digits = currency.digits
        self._pattern = "#,##0" + ("." + "0" * currency.digits if currency.digits else "")
        self._symbol = _SHOP_SYMBOLS.get((language, currency.code)) or get_currency_symbol(
            currency.code, locale=self._locale
        )
        self._symbol_of_one = _SHOP_SYMBOL_OF_ONE.get((language, currency.code), self._symbol)
        standard = self._locale.currency_formats["standard"].pattern
        self._symbol_first = standard.lstrip().startswith("¤")
        percent: str = self._locale.percent_formats[None].pattern
        self._percent = percent.rpartition("0")[2]
        self._kilogram = _KILOGRAM.get(language, "kg")

    def number(self, n: int) -> str:
        """A whole number: ``1 234``."""
        return self._decimal(Decimal(n), "#,##0")

    def amount(self, minor: int, *, sign: bool = False) -> str:
        """Money without its currency, for columns: ``7,99``."""
        written = self._decimal(self._major(minor), self._pattern)
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
        return self._with_symbol(self._decimal(self._major(minor), "#,##0"), symbol)

    def percent(self, basis_points: int) -> str:
        """A percentage: ``12,5%``, in some languages with a blank: ``12,5 %``."""
        return self._decimal(Decimal(basis_points).scaleb(-2), "#,##0.##") + self._percent

    def factor(self, percent: int) -> str:
        """A multiplier given in percent: ``1,5`` for 150."""
        return self._decimal(Decimal(percent).scaleb(-2), "#,##0.##")

    def kilograms(self, grams: int) -> str:
        """A weight as a scale shows it: ``1,245 kg``."""
        figure = self._decimal(Decimal(grams).scaleb(-3), "#,##0.000")
        return f"{figure}{NO_BREAK_SPACE}{self._kilogram}"

    def date(self, day: date) -> str:
        """A day, with its year: ``31.08.2026``."""
        # With all that Babel knows of time zones: not before a day is to be written.
        from babel.dates import format_date

        return format_date(day, self._day_first, locale=self._locale)

    def time(self, local: datetime | time) -> str:
        """A time of day: ``17:42``. All our markets count 24 hours."""
        return local.strftime("%H:%M")

    def _major(self, minor: int) -> Decimal:
        return Decimal(minor).scaleb(-self._digits)

    def _decimal(self, value: Decimal, pattern: str) -> str:
        # A real minus, as wide as the plus beside it; paper makes a hyphen of it again.
        return format_decimal(value, pattern, locale=self._locale).replace("-", MINUS)

    def _with_symbol(self, written: str, symbol: str) -> str:
        if not self._symbol_first:
            return f"{written}{NO_BREAK_SPACE}{symbol}"
        # A code of letters would run into the figures: PLN 5, but €5.
        space = NO_BREAK_SPACE if symbol[-1].isalpha() else ""
        sign = written[:1] if written[:1] in {"+", MINUS} else ""
        return f"{sign}{symbol}{space}{written.removeprefix(sign)}"


@cache
def formats(language: str, currency: Currency) -> Formats:
    """The formats of a language and a currency; made once."""
    return Formats(language, currency)
