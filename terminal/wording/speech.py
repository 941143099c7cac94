"""One language at work: it finds a sentence, counts its plural, and fills in the figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Protocol

from terminal.loyalty.money import Currency
from terminal.loyalty.units import UnitKind
from terminal.wording.formats import NO_BREAK_SPACE, formats
from terminal.wording.languages import ENGLISH, LANGUAGES, plural_form, translations
from terminal.wording.marks import Plural, plural

_UNITS: Mapping[UnitKind, Plural] = {
    UnitKind.POINTS: plural("{n} pt", "{n} pts"),
    UnitKind.STAMPS: plural("{n} stamp", "{n} stamps"),
    UnitKind.VOUCHERS: plural("{n} voucher", "{n} vouchers"),
    UnitKind.STATUS: plural("{n} status pt", "{n} status pts"),
}
_PIECES = plural("{n} pc", "{n} pcs")


class UnitLike(Protocol):
    """Whatever knows what its units are: the terms of a programme, a balance on the screen."""

    @property
    def kind(self) -> UnitKind:
        """What the holder has."""

    @property
    def counted(self) -> Mapping[str, tuple[str, ...]]:
        """The unit behind a number by language, in the plural forms of each; may be empty."""


Unit = UnitKind | UnitLike
"""A unit that is called as its kind is, or one that may have words of its own."""


def kind_of(unit: Unit) -> UnitKind:
    """What a unit is."""
    return unit if isinstance(unit, UnitKind) else unit.kind


class Speech:
    """A language and a currency. Sentences without a translation come out in English.

    ``keys`` puts the keys of this till in the place of the usual ones that sentences name.
    """

    def __init__(
        self, language: str, currency: Currency, *, keys: Callable[[str], str] = str
    ) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"not a language of this program: {language!r}")
        self.language = language
        self.currency = currency
        self._keys = keys
        self._sentences = translations(language)
        self._formats = formats(language, currency)

    def text(self, msgid: str, /, **values: str) -> str:
        """A sentence with its places filled. Values are never read as patterns themselves."""
        spoken = self._keys(self._sentences.gettext(msgid))
        return spoken.format_map(values) if values else spoken

    def counted(self, msgids: Plural, n: int, /, **values: str) -> str:
        """A sentence in the form that its number ``{n}`` asks for; both stay on one line."""
        spoken = self._keys(self._sentences.ngettext(msgids.one, msgids.many, abs(n)))
        spoken = spoken.replace("{n} ", "{n}" + NO_BREAK_SPACE)
        return spoken.format_map({"n": self.number(n), **values})

    def name(self, names: Mapping[str, str]) -> str:
        """The name of a rule or unit: in this language, else in English, else in any."""
        return names.get(self.language) or names.get(ENGLISH) or next(iter(names.values()), "")

    def number(self, n: int) -> str:
        """A whole number: ``1 234``."""
        return self._formats.number(n)

    def money(self, minor: int, *, symbol: bool = True, sign: bool = False) -> str:
        """Money: ``1 234,56 zł``; with ``sign`` a gain has its plus."""
        return self._formats.money(minor, symbol=symbol, sign=sign)

    def short_money(self, minor: int) -> str:
        """Money in a rule: ``5 zł``, ``4,50 zł``."""
        return self._formats.short_money(minor)

    def amount(self, minor: int, *, sign: bool = False) -> str:
        """Money in a column, without its currency: ``7,99``."""
        return self._formats.amount(minor, sign=sign)

    def percent(self, basis_points: int) -> str:
        """A percentage: ``12,5%``."""
        return self._formats.percent(basis_points)

    def factor(self, percent: int) -> str:
        """A multiplier given in percent: ``1,5`` for 150."""
        return self._formats.factor(percent)

    def date(self, day: date) -> str:
        """A day: ``31.08.2026``."""
        return self._formats.date(day)

    def time(self, local: datetime | time) -> str:
        """A time of day: ``17:42``."""
        return self._formats.time(local)

    def units(self, n: int, unit: Unit) -> str:
        """So many units: ``137 pts``, ``9 stamps``, ``250 miles``; of a gift card, money."""
        kind = kind_of(unit)
        if kind is UnitKind.MONEY:
            return self.money(n)
        if forms := self.own_forms(unit):
            at = min(plural_form(self._sentences, abs(n)), len(forms) - 1)
            return f"{self.number(n)}{NO_BREAK_SPACE}{forms[at]}"
        return self.counted(_UNITS[kind], n)

    def own_forms(self, unit: Unit) -> tuple[str, ...]:
        """How this language counts a unit that has words of its own; else empty."""
        return () if isinstance(unit, UnitKind) else unit.counted.get(self.language, ())

    def pieces(self, n: int) -> str:
        """So many pieces of goods, as short as on a slip: ``3 pcs``."""
        return self.counted(_PIECES, n)

    def quantity(self, pieces: int, grams: int | None, unit_price: int) -> str:
        """How much of a thing at which price: ``3 × 2,40``, ``1,245 kg × 4,50``."""
        much = self.number(pieces) if grams is None else self._formats.kilograms(grams)
        return f"{much} × {self.amount(unit_price)}".replace(" ", NO_BREAK_SPACE)
