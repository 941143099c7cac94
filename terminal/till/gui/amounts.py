"""What people type as money and as pieces, read without floats."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]*))?")
_WEIGHT = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{0,3}))?")
_PIECES = re.compile(r"([0-9]{1,5})\s*[*x×]?")
# ISO 4217; every other currency that we meet has two.
_DIGITS = {"JPY": 0, "KRW": 0, "HUF": 2, "ISK": 0, "TND": 3, "KWD": 3}


def read_amount(typed: str, currency: str) -> int | None:
    """Minor units of "4,99", "4.99" or "5"; None if it is no amount."""
    digits = _DIGITS.get(currency, 2)
    match = _AMOUNT.fullmatch("".join(typed.split()))
    if match is None:
        return None
    part = match[2] or ""
    if len(part) > digits:
        return None
    return int(match[1]) * int(10**digits) + int(part.ljust(digits, "0") or "0")


def read_grams(typed: str) -> int | None:
    """Grams of so many kilograms: "1,245", "1.2" or "2"; None if it is no weight."""
    match = _WEIGHT.fullmatch("".join(typed.split()))
    if match is None:
        return None
    return int(match[1]) * 1_000 + int((match[2] or "").ljust(3, "0"))


def is_with_cents(typed: str) -> bool:
    """Whether it is an amount written with its cents, "100.00" or "4,9": no code looks so."""
    match = _AMOUNT.fullmatch(typed)
    return match is not None and match[2] is not None


def read_pieces(typed: str) -> int | None:
    """A number of pieces; None if it is none."""
    match = _PIECES.fullmatch(typed.strip())
    pieces = int(match[1]) if match else 0
    return pieces or None
