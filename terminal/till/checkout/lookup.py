"""What a scanned or typed text turns out to be, once the price list and the members were asked.

``barcodes`` gives candidate readings in order; the first that something is known about wins. The
answer is a value, and it never raises: a text that means nothing is an answer too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from terminal.barcodes import gtin
from terminal.barcodes.entry import Name, Phone, Quantity, looks_like_quantity, read_entry
from terminal.barcodes.parse import parse
from terminal.barcodes.reading import (
    BearerCode,
    CardNumber,
    ForeignCard,
    Gtin,
    Reading,
    ShortCode,
    Sku,
    Slip,
    Unreadable,
    WeighedLabel,
    Why,
)
from terminal.barcodes.rules import CodeRules
from terminal.loyalty.basket import Product
from terminal.loyalty.money import divide_half_up
from terminal.till.ports import Card, Catalogue, Member, Members
from terminal.values import dataclass

FOUND_MOST = 40
"""Rows of a list of hits, of members or of goods: beyond that another letter helps more than
scrolling."""

CODE_DIGITS_MIN = 13
"""So many digits are a code rather than a phone, even if one of them is wrong."""


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """Goods of the price list."""

    product: Product
    code: str
    pieces: int | None = None
    """How many were typed with it (``3*…``); None if not told."""
    grams: int | None = None
    price: int | None = None
    """What the label of a scale says, or the cashier typed, as either of both."""


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
    grams: int | None = None
    price: int | None = None
    """What the label of a scale says, as either of both."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Members and goods that fit what was typed; both may be empty."""

    text: str
    members: tuple[Member, ...] = ()
    products: tuple[Product, ...] = ()


@dataclass(frozen=True, slots=True)
class NobodysPhone:
    """A whole phone number that nobody here has: perhaps of somebody new."""

    number: str
    """E.164."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The next product counts so many times; 0 if nobody can mean that many."""

    n: int


@dataclass(frozen=True, slots=True)
class ScannedSlip:
    """The code of a slip of ours; perhaps of another till's sale."""

    sale: str


@dataclass(frozen=True, slots=True)
class ShownBearer:
    """A voucher or a gift card; an empty wallet is one that no key of this shop signed."""

    wallet: str
    code: str = ""
    """Its digits, to be tried with other stores' keys; empty where it was misread."""


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
    | NobodysPhone
    | Pieces
    | ScannedSlip
    | ShownBearer
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
        phones: Callable[[str], Sequence[str]] = lambda _text: (),
    ) -> None:
        """``is_blank`` tells whether a card's counter is among those that this till gave out.

        ``may_be_elsewhere`` tells whether another till may have given it out, or whether a card
        without a counter (None) may have its member with the server. ``phones`` are the whole
        numbers (E.164) that a typed phone may be.
        """
        self._rules = rules
        self._catalogue = catalogue
        self._members = members
        self._is_blank = is_blank
        self._may_be_elsewhere = may_be_elsewhere
        self._phones = phones

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
            return self._nobodys(phones, text) or hits
        return self._of_readings(readings)

    def member(self, text: str) -> Answer:
        """Members alone: by card, by phone, by the beginning of their name."""
        entries = read_entry(text, self._rules)
        known = self._known([one for one in entries if isinstance(one, CardNumber | ForeignCard)])
        if known is not None:
            return known
        phones = [one for one in entries if isinstance(one, Phone)]
        hits = self._hits(text, phones, [one for one in entries if isinstance(one, Name)])
        if hits is None:
            return Hits(text)
        if hits.members:
            return Hits(text, hits.members)
        return self._nobodys(phones, text) or Hits(text)

    def _nobodys(self, phones: Sequence[Phone], text: str) -> NobodysPhone | None:
        whole = self._phones(text) if phones else ()
        return NobodysPhone(whole[0]) if whole else None

    def _of_quantity(self, entry: Quantity) -> Answer:
        if not entry.of:
            return Pieces(entry.pieces)
        answer = self._of_readings(entry.of)
        if isinstance(answer, FoundProduct):
            return replace(answer, pieces=entry.pieces)
        if isinstance(answer, UnknownCode):
            return replace(answer, pieces=entry.pieces)
        return answer

    def _hits(self, text: str, phones: list[Phone], names: list[Name]) -> Hits | None:
        for phone in phones:
            # As a whole number first: how it is dialled at home is not how it ends.
            for digits in dict.fromkeys((*self._phones(text), phone.digits)):
                found = tuple(self._members.search(digits, FOUND_MOST))
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
                case BearerCode(wallet=wallet, code=code):
                    return ShownBearer(wallet, code)
                case CardNumber(number=number) | ForeignCard(number=number):
                    card = self._members.by_card(number)
                    if card is not None:
                        return FoundCard(card)
                case Gtin(number=number, net_weight_mg=weight):
                    product = self._catalogue.by_gtin(number)
                    if product is not None:
                        grams = _grams(weight) if product.by_weight else None
                        return FoundProduct(product, gtin.shortest(number), grams=grams)
                case ShortCode() | Sku() | WeighedLabel():
                    found = self._of_own_number(reading)
                    if found is not None:
                        return found
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
        return self._linked(readings)

    def _of_own_number(self, reading: ShortCode | Sku | WeighedLabel) -> FoundProduct | None:
        """Goods by the shop's number for them; on a scale's label it may have zeros before it."""
        code = _number_of(reading)
        product = self._catalogue.by_sku(code)
        if not isinstance(reading, WeighedLabel):
            return None if product is None else FoundProduct(product, code)
        product = product or self._catalogue.by_sku(code.lstrip("0") or "0")
        product = product or self._catalogue.by_gtin(reading.number)
        return None if product is None else _of_label(product, reading)

    def _linked(self, readings: Iterable[Reading]) -> FoundProduct | None:
        """A code that no price list knows, and that the shop gave to a product itself.

        A label of a scale is looked at first: what it belongs to is told by its number alone.
        """
        for reading in sorted(readings, key=lambda one: not isinstance(one, WeighedLabel)):
            code = _code_of(reading)
            product = self._catalogue.by_own_code(code) if code else None
            if product is not None and isinstance(reading, WeighedLabel):
                return _of_label(product, reading)
            if product is not None:
                return FoundProduct(product, code)
        return None

    def _unheld(self, number: str, counter: int | None) -> Answer:
        """A card of a right form that nobody here has."""
        if counter is not None and self._is_blank(counter):
            return BlankCard(number)
        if self._may_be_elsewhere(counter):
            return UnknownCard(number)
        return BlankCard(number) if counter is None else StrangeCard(number)

    def goods(self, text: str) -> Hits | FoundProduct:
        """Goods alone: by a code of theirs, by the beginning of their name."""
        entries = read_entry(text, self._rules)
        known = self._known(
            [one for one in entries if isinstance(one, Gtin | ShortCode | Sku | WeighedLabel)]
        )
        if isinstance(known, FoundProduct):
            return known
        return Hits(text, (), tuple(self._catalogue.search(text, FOUND_MOST)))

    def _unknown(self, readings: tuple[Reading, ...]) -> Answer:
        for reading in readings:
            if isinstance(reading, WeighedLabel):
                return UnknownCode(_code_of(reading), None, reading.grams, reading.amount)
        for reading in readings:
            match reading:
                case Gtin() | ShortCode() | Sku() | Unreadable(why=Why.WRONG_CHECK_DIGIT):
                    # Even with a bad print: the piece is on the counter, so it gets a line.
                    return UnknownCode(_code_of(reading))
                case Unreadable(text=text, why=why):
                    return Nothing(text, why)
                case Slip(sale_id=sale):
                    return ScannedSlip(sale.hex)
                case _:
                    continue
        return Nothing("", Why.TOO_SHORT)


def _number_of(reading: ShortCode | Sku | WeighedLabel) -> str:
    match reading:
        case ShortCode(digits=code) | Sku(text=code) | WeighedLabel(goods=code):
            return code


def _code_of(reading: Reading) -> str:
    """The code by which goods of a reading are shown and linked; empty where it names none."""
    match reading:
        case Gtin(number=number):
            return gtin.shortest(number)
        case WeighedLabel(number=number):
            return gtin.shortest(number) if gtin.is_gtin(number) else number
        case ShortCode(digits=code) | Sku(text=code):
            return code
        case Unreadable(text=text, why=Why.WRONG_CHECK_DIGIT):
            return text
        case _:
            return ""


def _grams(weight_mg: int | None) -> int | None:
    """What a code says that goods weigh, in whole grams; None where it says nothing."""
    return divide_half_up(weight_mg, 1000) or None if weight_mg else None


def _of_label(product: Product, label: WeighedLabel) -> FoundProduct:
    """What a label says of goods: a weight only of what is sold by weight."""
    grams = label.grams if product.by_weight else None
    return FoundProduct(product, product.sku, grams=grams, price=label.amount)
