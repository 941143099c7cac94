"""Barcode symbols as modules: which strips and squares are black, before anybody draws them.

Whoever prints a code takes its modules from here and draws them at whole dots: a module of 3.7
dots is a code that some scanners refuse.
"""

import enum

import barcode
import segno

from terminal.barcodes import gtin


class Symbology(enum.Enum):
    """The kinds of symbols that we print."""

    EAN = "ean"
    """EAN-13 or EAN-8, by the number of digits."""
    CODE_128 = "code 128"
    QR = "qr"


EAN_QUIET = {13: (11, 7), 8: (7, 7)}
"""Modules to keep white left and right of an EAN symbol (GS1 General Specifications 5.2)."""

CODE_128_QUIET = (10, 10)
"""Modules to keep white left and right of Code 128 (ISO/IEC 15417)."""

QR_QUIET = 4
"""Modules to keep white on each side of a QR code (ISO/IEC 18004)."""


class Unprintable(ValueError):
    """The text cannot stand in a symbol of that kind; the message says why."""


def ean_modules(digits: str) -> str:
    """The modules of an EAN-13 or EAN-8 symbol, `1` for black: 95 or 67 without quiet zones.

    Raises `Unprintable` where the digits are no GTIN of 13 or 8 digits. (The library would print
    another check digit without a word.)
    """
    if len(digits) not in EAN_QUIET or not gtin.is_gtin(digits):
        raise Unprintable(f"{digits!r} is not 13 or 8 digits with the right check digit")
    symbol = barcode.EAN13(digits) if len(digits) == 13 else barcode.EAN8(digits)
    return str(symbol.build()[0])


def code_128_modules(text: str) -> str:
    """The modules of a Code 128 symbol, `1` for black, without quiet zones.

    Raises `Unprintable` where the text is empty or has a character outside ASCII.
    """
    if not text or not text.isascii():
        raise Unprintable(f"{text!r} has characters that Code 128 has not; use QR")
    return str(_Code128(text).build()[0])


def qr_modules(text: str, version: int | None = None) -> tuple[bytes, ...]:
    """The rows of a QR code (error correction M or better), 1 for black, without quiet zone.

    ``version`` sets its size: 17 + 4 × version modules; without it the smallest is taken.
    Raises `Unprintable` where the text is empty or too long for it.
    """
    if not text:
        raise Unprintable("an empty text has no QR code")
    try:
        symbol = segno.make_qr(text, error="m", version=version)
    except (segno.DataOverflowError, UnicodeError) as error:
        raise Unprintable(f"a text of {len(text)} characters has no QR code: {error}") from error
    return tuple(bytes(row) for row in symbol.matrix)


class _Code128(barcode.Code128):  # type: ignore[misc]  # the library ships no types
    """Code 128 without python-barcode's mistake of dropping a leading pair 99.

    Up to 0.16.1 it takes the pair for a switch of the character set, which has the same number
    (its issue 251), and prints another code than asked for.
    """

    def _try_to_optimize(self, encoded: list[int]) -> list[int]:
        if self.code[:2].isdigit():
            return encoded
        shorter: list[int] = super()._try_to_optimize(encoded)
        return shorter
