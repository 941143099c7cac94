"""The code on a slip: the sale's UUIDv7 as 40 digits.

FROZEN FORMAT, version 1: slips lie in kitchen drawers for years.

    code  = "97" + value as 37 digits + check digit (GS1's, over the 39 before it)
    value = the 122 bits of the UUID that are not fixed: 48 of time, 12 and 62 of chance
            (RFC 9562, section 5.7), in this order

Digits only, because they survive every keyboard layout that a wedge scanner types through, and
because Code 128 packs two of them into one sign: 255 modules, which fit on a slip of 80 mm, where
the same id in hexadecimal does not.
"""

from uuid import UUID

from terminal.barcodes import gtin

LENGTH = 40
PREFIX = "97"
"""GS1 gives the fields 91 to 99 to "company internal" use, so that no other code begins with it.

Not 99 itself: in Code 128 the pair 99 has the number of the switch to digits, and python-barcode
0.16 takes it for that switch at the start of a code and drops it.
"""

_DIGITS = LENGTH - len(PREFIX) - 1
_VERSION = 7
_VARIANT = 0b10


def slip_code(sale_id: UUID) -> str:
    """The 40 digits to print on the slip. Raises `ValueError` where the id is not a UUIDv7."""
    whole = sale_id.int
    if (whole >> 76) & 0xF != _VERSION or (whole >> 62) & 0b11 != _VARIANT:
        raise ValueError(f"{sale_id} is not a UUID of version 7")
    time, first, second = whole >> 80, (whole >> 64) & 0xFFF, whole & ((1 << 62) - 1)
    body = f"{PREFIX}{(time << 74) | (first << 62) | second:0{_DIGITS}d}"
    return body + gtin.check_digit(body)


def sale_of(code: str) -> UUID | None:
    """The sale whose slip carries `code`; None where it is no slip code of ours."""
    if not looks_like_slip(code) or not gtin.has_check_digit(code):
        return None
    value = int(code[len(PREFIX) : -1])
    if value >> 122:
        return None
    time, first, second = value >> 74, (value >> 62) & 0xFFF, value & ((1 << 62) - 1)
    return UUID(int=(time << 80) | (_VERSION << 76) | (first << 64) | (_VARIANT << 62) | second)


def looks_like_slip(text: str) -> bool:
    """Whether the text is as long as a slip code and begins like one."""
    return len(text) == LENGTH and text.startswith(PREFIX) and gtin.is_digits(text)
