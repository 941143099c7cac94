"""GTINs: the numbers of goods (8, 12, 13 or 14 digits), their check digit and their normal form.

Sources: GS1 General Specifications, section 7.9 (check digit), section 3 (GTIN in fields of
14 digits), section 5.2 (UPC-E, zero suppression).

The normal form is the 14-digit string, filled with zeros on the left. One number has many
spellings (a scanner may send UPC-A as 12 digits, or as 13 with a zero in front, a DataMatrix as
14), and all of them must find the same line of the catalogue. The shortest spelling would do that
too, but fourteen digits are the field that GS1 gives for data bases, they sort as text the way
they sort as numbers, and a list of prices that lost its leading zeros in a spreadsheet is repaired
by the same filling. People read `shortest`.
"""

LENGTHS = (8, 12, 13, 14)
"""How many digits a GTIN may have as it is printed."""

_NORMAL_LENGTH = 14


def is_digits(text: str) -> bool:
    """Whether the text is one or more of the digits 0 to 9, and no other script's digits."""
    return text.isascii() and text.isdigit()


def check_digit(body: str) -> str:
    """The digit that completes `body`, which is a GTIN without its last digit.

    GS1 General Specifications 7.9: the digits are weighed 3, 1, 3 … from the right, and the check
    digit fills the sum up to the next ten. Raises `ValueError` where `body` is not all digits.
    """
    if not is_digits(body):
        raise ValueError(f"only the digits 0 to 9 have a check digit, not {body!r}")
    weighed = sum(int(digit) * (1 if place % 2 else 3) for place, digit in enumerate(body[::-1]))
    return str(-weighed % 10)


def has_check_digit(digits: str) -> bool:
    """Whether the last digit is the check digit of the others; the length is not judged."""
    return len(digits) > 1 and is_digits(digits) and check_digit(digits[:-1]) == digits[-1]


def is_gtin(digits: str) -> bool:
    """Whether the text is a GTIN of 8, 12, 13 or 14 digits with the right check digit."""
    return len(digits) in LENGTHS and has_check_digit(digits)


def normal(digits: str) -> str:
    """The normal form of a GTIN: 14 digits. Raises `ValueError` where it is not a GTIN.

    >>> normal("4006381333931")
    '04006381333931'
    """
    if not is_gtin(digits):
        raise ValueError(f"{digits!r} is not a GTIN of 8, 12, 13 or 14 digits")
    return digits.zfill(_NORMAL_LENGTH)


def shortest(gtin: str) -> str:
    """The spelling that people know: 8, 12, 13 or 14 digits, the shortest that holds the number.

    >>> shortest("04006381333931"), shortest("00000096385074")
    ('4006381333931', '96385074')
    """
    significant = normal(gtin).lstrip("0")
    length = next(length for length in LENGTHS if len(significant) <= length)
    return significant.zfill(length)


def expand_upc_e(code: str) -> str | None:
    """The 12 digits (UPC-A) that a UPC-E code of 8 digits stands for; None where it is none.

    `code` is the number system (0 or 1), six digits and the check digit, which is that of the
    full number. The last of the six tells where the zeros were left out: GS1 General
    Specifications 5.2, zero suppression.

    >>> expand_upc_e("04252614")
    '042100005264'
    """
    if len(code) != 8 or not is_digits(code) or code[0] not in "01":
        return None
    system, six, check = code[0], code[1:7], code[7]
    where = six[5]
    if where in "012":
        body = six[:2] + where + "0000" + six[2:5]
    elif where == "3":
        body = six[:3] + "00000" + six[3:5]
    elif where == "4":
        body = six[:4] + "00000" + six[4]
    else:
        body = six[:5] + "0000" + where
    full = system + body + check
    return full if has_check_digit(full) else None
