"""What a cashier typed into the entry field: a code, a phone number, a name, how many pieces.

The field is one for everything (and never asks which), so that a text may be several things at
once: `4812` is a PLU or the end of a phone number. The candidates come in the order in which the
till should look them up.
"""

import re
import unicodedata
from typing import TypeAlias

from terminal.barcodes import gtin
from terminal.barcodes.gs1 import is_address
from terminal.barcodes.parse import parse
from terminal.barcodes.reading import Reading, Unreadable, Why, shown
from terminal.barcodes.rules import CodeRules
from terminal.values import dataclass

PHONE_DIGITS_MIN = 7
PHONE_DIGITS_MAX = 15
"""The longest number with its country, ITU-T E.164."""
PHONE_ENDING_MIN = 4
"""How many of the last digits are enough to look for."""
PIECES_MAX = 9_999
NAME_LENGTH_MAX = 80


@dataclass(frozen=True, slots=True)
class Phone:
    """A phone number, or the end of one."""

    digits: str
    """4 to 15 digits, without `+`, without the 00 that stands for it."""
    international: bool = False
    """Whether it was typed with its country: `+48…` or `0048…`."""

    @property
    def is_ending(self) -> bool:
        """Whether it is too short for a whole number, and so the last digits of one."""
        return len(self.digits) < PHONE_DIGITS_MIN


@dataclass(frozen=True, slots=True)
class Name:
    """A name or the beginning of one, of a member or of goods."""

    text: str
    """Composed (NFC), one blank between words."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """So many pieces: of the code behind the star, or of the next one scanned."""

    pieces: int
    """1 to 9,999."""
    of: tuple[Reading, ...] = ()
    """What the code behind the star may mean; empty where nothing stands there."""


Entry: TypeAlias = Reading | Phone | Name | Quantity

_QUANTITY = re.compile(r"([0-9]{1,9})\s*[*×]")
_ANY_QUANTITY = re.compile(r"[0-9]+\s*[*×]")
_PHONE = re.compile(r"\+?[0-9 ()./\u00a0-]+")
_GAPS = re.compile(r"[ \u00a0-]")
_NOT_A_DIGIT = re.compile(r"[^0-9]")


def read_entry(text: str, rules: CodeRules) -> tuple[Entry, ...]:
    """All that a typed text may mean, the likeliest first. Never raises.

    Empty only where nothing but blanks was typed. An `Unreadable` comes last, where the digits
    are as long as a code but wrong: the refusal to show if nothing else is found.
    """
    typed = " ".join(unicodedata.normalize("NFC", text).split()) if len(text) < _LONG else text
    if not typed:
        return ()
    quantity = _QUANTITY.match(typed)
    if quantity:
        return (_read_quantity(typed, quantity, rules),)
    codes = parse(typed, rules)
    if isinstance(codes[0], Unreadable):
        # Card numbers are printed in groups and typed as they are printed.
        codes = _parse_grouped(typed, rules) or codes
    found: list[Entry] = [code for code in codes if not isinstance(code, Unreadable)]
    # Phones stay candidates beside codes: one in ten numbers of twelve digits happens to have a
    # right check digit.
    found += [reading for reading in (phone_of(typed), name_of(typed)) if reading is not None]
    found += [
        code
        for code in codes
        if isinstance(code, Unreadable) and (not found or code.why is Why.WRONG_CHECK_DIGIT)
    ]
    return tuple(found)


def looks_like_quantity(text: str) -> bool:
    """Whether a star stands behind the number, however large that is."""
    return _ANY_QUANTITY.match(text.strip()) is not None


def phone_of(text: str) -> Phone | None:
    """The phone number that the text may be; None where it has letters, or too few or many digits.

    Blanks, hyphens, dots, slashes and brackets are those that people write between digits.
    """
    if len(text) > _PHONE_TEXT_MAX or not _PHONE.fullmatch(text.strip()):
        return None
    digits = _NOT_A_DIGIT.sub("", text)
    international = text.strip().startswith("+")
    if not international and digits.startswith("00"):
        international, digits = True, digits[2:]
    fewest = PHONE_DIGITS_MIN if international else PHONE_ENDING_MIN
    if not fewest <= len(digits) <= PHONE_DIGITS_MAX:
        return None
    return Phone(digits, international)


def name_of(text: str) -> Name | None:
    """The name that the text may be; None where it has no letter, or is a web address."""
    name = " ".join(unicodedata.normalize("NFC", text[:_LONG]).split())
    fits = (
        len(text) < _LONG
        and len(name) <= NAME_LENGTH_MAX
        and name.isprintable()
        and any(sign.isalpha() for sign in name)
        and not is_address(name)
    )
    return Name(name) if fits else None


_LONG = 1_024
_PHONE_TEXT_MAX = 40


def _read_quantity(typed: str, quantity: re.Match[str], rules: CodeRules) -> Entry:
    pieces = int(quantity[1])
    if pieces > PIECES_MAX:
        return Unreadable(shown(typed), Why.TOO_LONG)
    if pieces == 0:
        return Unreadable(shown(typed), Why.NOT_A_CODE)
    rest = typed[quantity.end() :].strip()
    return Quantity(pieces, (_parse_grouped(rest, rules) or parse(rest, rules)) if rest else ())


def _parse_grouped(typed: str, rules: CodeRules) -> tuple[Reading, ...]:
    """The readings of digits typed in groups; nothing where it is not digits and gaps."""
    # A sign in front is none of a group: `-5` is no code.
    digits = _GAPS.sub("", typed) if gtin.is_digits(typed[:1]) else ""
    return parse(digits, rules) if gtin.is_digits(digits) else ()
