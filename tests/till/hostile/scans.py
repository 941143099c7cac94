"""What scanners send, right and wrong: every burst of a seed, key by key with its pause.

A shop sees most of it within a year: bad prints, other people's cards, keys of another layout,
scanners that were set up by chance, and a few that nobody would believe.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from terminal.barcodes.gtin import check_digit
from terminal.barcodes.keyboard_layout import american
from terminal.barcodes.slip_code import slip_code
from tests.till.checkout.counter import (
    ANNA,
    BLANK,
    CARDS,
    CODES,
    FOREIGN,
    FROM_TILL_2,
    STRANGE,
    UNKNOWN,
    card,
)

FNC1 = "\x1d"
AIMS = ("]E0", "]E4", "]C0", "]C1", "]d2", "]Q3", "]e0", "]A0", "]I1", "]X9", "]]", "]Cx")
_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_CYRILLIC = str.maketrans({american(key): key for key in _KEYS} | {"/": ".", ":": "Ж"})
_ODD_SIGNS = (
    "😀🎂👨‍👩‍👧", "\u202eabc", "\u200f\u200e", "١٢٣٤٥٦", "²³¹", "①②③", "\u0301" * 40, "ﷺ" * 6, "\ufeff",
    "\ud83d", "\u2028\u2029", "\U000e0001", "ＡＢＣ１２３", "\u200b" * 9, "ąćęłńóśźż", "₴€", "\u00ad" * 7,
)  # fmt: skip
_ATTEMPTS = (
    "'; DROP TABLE products; --", "<b>bold</b><img src=x>", "%s%n%d{0}{name}", "\\..\\..\\x", "=1+1",
    "&amp;&Q&W", "NaN", "-1", "1e308", "0x1F", "null", "+48 600 123 456", "https://evil.example/c/1",
    "WIFI:T:WPA;S:shop;P:secret;;", "BEGIN:VCARD\\nFN:X\\nEND:VCARD", "3*", "999999*", "*", "0000",
)  # fmt: skip


class Ending(StrEnum):
    """What the scanner was set to send after the code."""

    ENTER = "enter"
    TAB = "tab"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Burst:
    """One pull of the trigger."""

    kind: str
    text: str
    gaps: tuple[int, ...]
    """Milliseconds before each key but the first; the last pause goes round again."""
    ending: Ending
    again: int = 1
    """How often the same comes at once."""

    def gap(self, at: int) -> int:
        return self.gaps[at % len(self.gaps)]


def bursts(seed: int, count: int) -> Sequence[Burst]:
    """So many bursts; the same for the same seed, and a longer row begins like a shorter one."""
    return [_burst(random.Random(f"{seed}/{at}")) for at in range(count)]


def _burst(chance: random.Random) -> Burst:
    kind, make, _ = chance.choices(_KINDS, [weight for *_, weight in _KINDS])[0]
    text = make(chance)
    if chance.random() < 0.1:
        text = chance.choice(AIMS) + text
    if chance.random() < 0.05:
        text = chance.choice(("\x02", "\x00", " ", "\t"[:0], "\x1b")) + text
    # Some pause for longer than a burst allows, so that one code comes in two halves.
    long = chance.random() < 0.05
    gaps = tuple(
        chance.choice((60, 90, 200)) if long and chance.random() < 0.1 else chance.randrange(36)
        for _ in range(min(max(len(text), 1), 40))
    )
    ending = chance.choices(list(Ending), (80, 10, 10))[0]
    again = chance.choice((2, 3)) if kind in {"member", "goods"} and chance.random() < 0.2 else 1
    return Burst(kind, text, gaps, ending, again)


# --- codes ---------------------------------------------------------------------------------------


def _goods(chance: random.Random) -> str:
    return chance.choice([*CODES.values(), "101", "4011", "WASH-1"])


def _member(chance: random.Random) -> str:
    return chance.choice(list(CARDS.values()))


def _other_card(chance: random.Random) -> str:
    return chance.choice((BLANK, STRANGE, FROM_TILL_2, FOREIGN, card(chance.randrange(1, 20))))


def _unknown(chance: random.Random) -> str:
    return chance.choice((UNKNOWN, _with_digit(_digits(chance, chance.choice((7, 11, 12, 13))))))


def _wrong_digit(chance: random.Random) -> str:
    whole = chance.choice((_goods(chance), _member(chance), _unknown(chance)))
    at = chance.randrange(len(whole))
    return whole[:at] + str(chance.randrange(10)) + whole[at + 1 :]


def _half(chance: random.Random) -> str:
    whole = chance.choice((_goods(chance), _member(chance), _slip(chance)))
    cut = chance.randrange(len(whole))
    return whole[cut:] if chance.random() < 0.5 else whole[:cut]


def _glued(chance: random.Random) -> str:
    between = chance.choice(("", "", "\r", FNC1, " ", "\n"))
    return between.join(
        chance.choice((_goods, _member, _unknown))(chance) for _ in range(chance.choice((2, 2, 3)))
    )


def _controls(chance: random.Random) -> str:
    signs = list(_goods(chance) + _digits(chance, chance.randrange(8)))
    for _ in range(chance.randrange(1, 6)):
        signs.insert(chance.randrange(len(signs) + 1), chr(chance.choice((*range(0x20), 0x7F))))
    return "".join(signs)


def _elements(chance: random.Random) -> str:
    gtin = chance.choice((next(iter(CODES.values())), UNKNOWN)).zfill(14)
    rest = chance.choice(("3103001245", "10AB12" + FNC1 + "17270101", "21" + "X" * 40, "99", ""))
    return chance.choice(("", FNC1, "]C1")) + "01" + gtin + rest


def _cyrillic(chance: random.Random) -> str:
    whole = chance.choice(
        (
            f"https://shop.example/c/{CARDS[ANNA.id]}",
            "WASH-1",
            "]C101" + UNKNOWN.zfill(14),
            _letters(chance, 12),
        )
    )
    return whole.translate(_CYRILLIC)


def _label(chance: random.Random) -> str:
    prefix = chance.choice(("20", "21", "22", "23", "24", "25", "29"))
    body = prefix + chance.choice(("04011", "00101", _digits(chance, 5))) + _digits(chance, 5)
    last = check_digit(body) if chance.random() < 0.7 else str(chance.randrange(10))
    return body + last


def _slip(chance: random.Random) -> str:
    value = (chance.getrandbits(128) & ~(0xF << 76) & ~(0b11 << 62)) | (7 << 76) | (0b10 << 62)
    return slip_code(UUID(int=value))


def _long(chance: random.Random) -> str:
    return _digits(chance, chance.choice((100, 1_023, 1_024, 1_025, 10_240)))


def _noise(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return chance.choice(_ATTEMPTS)
    if chance.random() < 0.4:
        return chance.choice(_ODD_SIGNS) + chance.choice(("", _digits(chance, 13)))
    return "".join(chr(chance.randrange(0x20, 0x24F)) for _ in range(chance.randrange(60)))


def _digits(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("0123456789", k=count))


def _letters(chance: random.Random, count: int) -> str:
    return "".join(chance.choices("abcdefgxyzABCXYZ[];'/.,", k=count))


def _with_digit(body: str) -> str:
    return body + check_digit(body)


_KINDS: tuple[tuple[str, Callable[[random.Random], str], int], ...] = (
    ("goods", _goods, 30),
    ("member", _member, 12),
    ("other card", _other_card, 6),
    ("unknown", _unknown, 8),
    ("wrong digit", _wrong_digit, 8),
    ("half", _half, 6),
    ("glued", _glued, 6),
    ("controls", _controls, 6),
    ("elements", _elements, 4),
    ("cyrillic", _cyrillic, 4),
    ("label", _label, 4),
    ("slip", _slip, 2),
    ("long", _long, 1),
    ("noise", _noise, 8),
)
