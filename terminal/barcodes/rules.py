"""What a shop may set about its codes: its own cards, cards of others, short codes."""

from dataclasses import field

from terminal.barcodes import card_number, gtin
from terminal.barcodes.scale_label import LabelPattern
from terminal.barcodes.voucher_code import code_key
from terminal.values import dataclass

GROUP_SEPARATOR = "\x1d"
"""FNC1 between two fields of a GS1 code, as scanners send it: the control character GS."""


@dataclass(frozen=True, slots=True)
class ForeignCards:
    """A form of cards that the shop did not make: a club's, a chain's, the old programme's.

    Plain parts instead of a regular expression: an owner can fill them in, three scanned cards
    are enough to find them, and no burst can make them slow.

    A magnetic stripe of the form `;1234567890=2512…?` is `before=";"`, `after="="`.
    Raises `ValueError` for limits that no card can meet.
    """

    name: str
    length_min: int
    length_max: int
    prefix: str = ""
    """With what the number begins."""
    luhn: bool = False
    """Whether the last digit is a Luhn check digit (ISO/IEC 7812-1, annex B)."""
    letters: bool = False
    """Whether A to Z may stand in the number; they are read as capitals."""
    before: str = ""
    """What a reader sends before the number; it must be there and is cut off."""
    after: str = ""
    """With what the text behind the number begins; it must be there and is cut off."""

    def __post_init__(self) -> None:
        if not 1 <= self.length_min <= self.length_max <= FOREIGN_LENGTH_MAX:
            raise ValueError(
                f"cards of {self.name!r} have 1 to {FOREIGN_LENGTH_MAX} characters, "
                f"not {self.length_min} to {self.length_max}"
            )
        if self.luhn and self.letters:
            raise ValueError(f"cards of {self.name!r}: Luhn's check digit is for digits only")

    def number_in(self, text: str) -> str | None:
        """The card number that `text` holds; None where it is not of this form."""
        if not text.startswith(self.before):
            return None
        number = text[len(self.before) :]
        if self.after:
            number, found, _ = number.partition(self.after)
            if not found:
                return None
        if self.letters:
            number = number.upper()
        fits = (
            self.length_min <= len(number) <= self.length_max
            and number.startswith(self.prefix)
            and number.isascii()
            and (number.isalnum() if self.letters else number.isdigit())
            and (not self.luhn or has_luhn_digit(number))
        )
        return number if fits else None


FOREIGN_LENGTH_MAX = 64


@dataclass(frozen=True, slots=True)
class OlderCards:
    """Cards that the shop made with another prefix or key; those that are out stay in use.

    Raises `ValueError` where prefix or key is unfit.
    """

    prefix: str
    key: bytes = field(repr=False)
    issued: int
    """Counters below this were given out."""

    def __post_init__(self) -> None:
        card_number.capacity(self.prefix)
        if len(self.key) < card_number.KEY_BYTES_MIN:
            raise ValueError(f"a card key has {card_number.KEY_BYTES_MIN} bytes or more")

    def has(self, number: str) -> bool:
        """Whether a number of 13 digits is one of these cards."""
        counter = card_number.counter_of(number, key=self.key, prefix=self.prefix)
        return counter is not None and counter < self.issued


@dataclass(frozen=True, slots=True)
class CodeRules:
    """How this shop's codes are read. Raises `ValueError` where a setting is unfit."""

    card_prefix: str
    """The shop's own 1 to 6 digits before its card numbers; empty: it has no cards of its own."""
    card_key: bytes | None = field(default=None, repr=False)
    """The shop's secret of 16 bytes or more. Without it nobody can tell a genuine blank card."""
    foreign_cards: tuple[ForeignCards, ...] = ()
    cards_first: bool = True
    """Which candidate comes first where a number can be both a card and goods."""
    short_code_digits_max: int = 6
    """Up to how many digits a code may be a PLU or the shop's own article number; 0: none."""
    skus_with_letters: bool = True
    """Whether the shop has article codes with letters (`AB-1234`)."""
    separators: tuple[str, ...] = ("<GS>", "{GS}", "|", "~", "^")
    """What scanners are known to send for the GS1 separator; GS itself is always understood."""
    older_cards: tuple[OlderCards, ...] = ()
    scale_labels: tuple[LabelPattern, ...] = ()

    @property
    def bearer_keys(self) -> tuple[bytes, ...]:
        """The keys that signed this shop's own vouchers and gift cards; see ``voucher_code``.

        Those of other stores, and newer ones of this shop, its server tells.
        """
        own = (self.card_key,) if self.card_key is not None else ()
        cards = (*own, *(one.key for one in self.older_cards))
        # The first codes were signed with the key of the cards itself, and lie in drawers.
        return (*map(code_key, cards), *cards)

    def __post_init__(self) -> None:
        if self.card_prefix:
            card_number.capacity(self.card_prefix)
        clash = conflict(self.card_prefix, self.scale_labels)
        if clash is not None:
            raise ValueError(f"cards of {self.card_prefix} and labels of {clash.prefix} are alike")
        if self.card_key is not None and len(self.card_key) < card_number.KEY_BYTES_MIN:
            raise ValueError(f"a card key has {card_number.KEY_BYTES_MIN} bytes or more")
        if "" in self.separators:
            raise ValueError("a separator has one character or more")


def conflict(card_prefix: str, labels: tuple[LabelPattern, ...]) -> LabelPattern | None:
    """The first kind of scale label that a card of this prefix could be taken for."""
    return next((one for one in labels if one.meets(card_prefix)), None)


def has_luhn_digit(number: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others (ISO/IEC 7812-1, annex B)."""
    if len(number) < 2 or not gtin.is_digits(number):
        return False
    total = 0
    for place, sign in enumerate(reversed(number)):
        digit = int(sign) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0
