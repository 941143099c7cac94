"""What a scanned or typed text turns out to be, once the price list and the members were asked.

``barcodes`` gives candidate readings in order; the first that something is known about wins. The
answer is a value, and it never raises: a text that means nothing is an answer too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from terminal.barcodes import gtin
from terminal.barcodes.entry import Name, Phone, Quantity, looks_like_quantity, read_entry
from terminal.barcodes.parse import parse
from terminal.barcodes.reading import (
    CardNumber,
    ForeignCard,
    Gtin,
    Reading,
    ShortCode,
    Sku,
    Slip,
    Unreadable,
    Why,
)
from terminal.barcodes.rules import CodeRules
from terminal.loyalty.basket import Product
from terminal.till.ports import Card, Catalogue, Member, Members

FOUND_MOST = 8
"""Rows of a list of hits: more do not fit, and another letter helps more than scrolling."""

CODE_DIGITS_MIN = 13
"""So many digits are a code rather than a phone, even if one of them is wrong."""


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """Goods of the price list."""

    product: Product
    code: str
    pieces: int | None = None
    """How many were typed with it (``3*…``); None if not told."""


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A card that the till knows, in whatever state."""

    card: Card


@dataclass(frozen=True, slots=True)
class BlankCard:
    """A card of the shop that nobody has yet."""

    number: str


@dataclass(frozen=True, slots=True)
class UnknownCard:
    """A card that another till may have given out: the server may know whose it is."""

    number: str


@dataclass(frozen=True, slots=True)
class StrangeCard:
    """A number of the shop's form that the shop never gave out."""

    number: str


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """Something was scanned that no list knows: perhaps goods, so it must not get lost."""

    code: str
    pieces: int | None = None


@dataclass(frozen=True, slots=True)
class Hits:
    """Members and goods that fit what was typed; both may be empty."""

    text: str
    members: tuple[Member, ...] = ()
    products: tuple[Product, ...] = ()


@dataclass(frozen=True, slots=True)
class Pieces:
    """The next product counts so many times; 0 if nobody can mean that many."""

    n: int


@dataclass(frozen=True, slots=True)
class Nothing:
    """No code, no phone, no name."""

    text: str
    why: Why


Answer = (
    FoundProduct
    | FoundCard
    | BlankCard
    | UnknownCard
    | StrangeCard
    | UnknownCode
    | Hits
    | Pieces
    | Nothing
)


class Lookup:
    """Asks the price list and the members."""

    def __init__(
        self,
        rules: CodeRules,
        catalogue: Catalogue,
        members: Members,
        is_blank: Callable[[int], bool],
        may_be_elsewhere: Callable[[int | None], bool] = lambda _counter: False,
    ) -> None:
        """``is_blank`` tells whether a card's counter is among those that this till gave out.

        ``may_be_elsewhere`` tells whether another till may have given it out, or whether a card
        without a counter (None) may have its member with the server.
        """
        self._rules = rules
        self._catalogue = catalogue
        self._members = members
        self._is_blank = is_blank
        self._may_be_elsewhere = may_be_elsewhere

    def scanned(self, text: str) -> Answer:
        """A text from a scanner. Who types ``3*`` and scans at once is read as one burst."""
        if looks_like_quantity(text):
            return self.typed(text)
        answer = self._of_readings(parse(text, self._rules))
        if isinstance(answer, Nothing):
            # No code at all: perhaps a name or a phone from very quick fingers.
            typed = self.typed(text)
            if isinstance(typed, Hits) and (typed.members or typed.products):
                return typed
        return answer

    def typed(self, text: str) -> Answer:
        """A text from the entry field."""
        entries = read_entry(text, self._rules)
        if looks_like_quantity(text) and all(isinstance(one, Unreadable) for one in entries):
            return Pieces(0)
        readings: list[Reading] = []
        phones: list[Phone] = []
        names: list[Name] = []
        for entry in entries:
            match entry:
                case Quantity():
                    return self._of_quantity(entry)
                case Phone():
                    phones.append(entry)
                case Name():
                    names.append(entry)
                case _:
                    readings.append(entry)
        known = self._known(readings)
        if known is not None:
            return known
        hits = self._hits(text, phones, names)
        if hits is not None and (hits.members or hits.products):
            return hits
        if any(isinstance(one, Gtin | CardNumber | ForeignCard) for one in readings):
            return self._of_readings(readings)
        wrong = [one for one in readings if isinstance(one, Unreadable)]
        if wrong and len(wrong[0].text) >= CODE_DIGITS_MIN:
            # Typed by hand, so it is typed again; nothing is on its way into a bag.
            return Nothing(wrong[0].text, wrong[0].why)
        if hits is not None:
            return hits
        return self._of_readings(readings)

    def _of_quantity(self, entry: Quantity) -> Answer:
        if not entry.of:
            return Pieces(entry.pieces)
        answer = self._of_readings(entry.of)
        if isinstance(answer, FoundProduct):
            return FoundProduct(answer.product, answer.code, entry.pieces)
        if isinstance(answer, UnknownCode):
            return UnknownCode(answer.code, entry.pieces)
        return answer

    def _hits(self, text: str, phones: list[Phone], names: list[Name]) -> Hits | None:
        for phone in phones:
            found = tuple(self._members.search(phone.digits, FOUND_MOST))
            if found:
                return Hits(text, found)
        for name in names:
            return Hits(
                text,
                tuple(self._members.search(name.text, FOUND_MOST)),
                tuple(self._catalogue.search(name.text, FOUND_MOST)),
            )
        return Hits(text) if phones else None

    def _of_readings(self, readings: Iterable[Reading]) -> Answer:
        readings = tuple(readings)
        return self._known(readings) or self._unknown(readings)

    def _known(self, readings: Iterable[Reading]) -> Answer | None:
        """The first reading that a list knows; a blank card is known too."""
        readings = tuple(readings)
        for reading in readings:
            match reading:
                case CardNumber(number=number) | ForeignCard(number=number):
                    card = self._members.by_card(number)
                    if card is not None:
                        return FoundCard(card)
                case Gtin(number=number):
                    product = self._catalogue.by_gtin(number)
                    if product is not None:
                        return FoundProduct(product, gtin.shortest(number))
                case ShortCode(digits=code) | Sku(text=code):
                    product = self._catalogue.by_sku(code)
                    if product is not None:
                        return FoundProduct(product, code)
                case _:
                    continue
        for reading in readings:
            match reading:
                case CardNumber(number=number, counter=counter):
                    return self._unheld(number, counter)
                case ForeignCard(number=number):
                    return self._unheld(number, None)
                case _:
                    continue
        return None

    def _unheld(self, number: str, counter: int | None) -> Answer:
        """A card of a right form that nobody here has."""
        if counter is not None and self._is_blank(counter):
            return BlankCard(number)
        if self._may_be_elsewhere(counter):
            return UnknownCard(number)
        return BlankCard(number) if counter is None else StrangeCard(number)

    def _unknown(self, readings: tuple[Reading, ...]) -> Answer:
        for reading in readings:
            match reading:
                case Gtin(number=number):
                    return UnknownCode(gtin.shortest(number))
                case ShortCode(digits=code) | Sku(text=code):
                    return UnknownCode(code)
                case Unreadable(text=text, why=Why.WRONG_CHECK_DIGIT):
                    # Goods with a bad print: the piece is on the counter, so it gets a line.
                    return UnknownCode(text)
                case Unreadable(text=text, why=why):
                    return Nothing(text, why)
                case Slip(sale_id=sale):
                    return Nothing(str(sale), Why.NOT_A_CODE)
                case _:
                    continue
        return Nothing("", Why.TOO_SHORT)
