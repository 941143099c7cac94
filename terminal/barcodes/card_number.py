"""Card numbers: 13 digits that never repeat and that nobody can guess in order.

FROZEN FORMAT, version 1. Cards are plastic and live for twenty years; nothing here may change.
`tests/barcodes/test_card_number.py` holds numbers made by it.

    number = prefix (1 to 6 digits, the shop's own) + body (11 to 6 digits) + check digit (EAN-13)
    body   = permute(counter), over all numbers of as many digits as the body has

The counter runs 0, 1, 2 …; the permutation is one-to-one on exactly 10^digits numbers, so no
number repeats before all have been used, and what a till needs to remember is one counter.

The permutation is a Feistel network with ten rounds on decimal halves, the shape of FF1 (NIST SP
800-38G) with HMAC-SHA256 for the round function. With u = digits // 2 and v = digits - u, the
value is cut into left (the first u digits) and right (the last v digits); round i = 0 … 9 does

    width       = u if i is even, else v
    left, right = right, (left + F(i, right)) mod 10^width
    F(i, right) = the first 16 bytes, big-endian, of
                  HMAC-SHA256(key, "tenth card 1|<prefix>|<digits>|<i>|<right>")

with plain decimal numbers in the message, right without leading zeros. Ten rounds bring the two
widths back to their places, so no cycle has to be walked. A body has at least six digits because
NIST asks for a domain of a million at least (SP 800-38G revision 1).

Card numbers identify; they are no secrets and open nothing. The key only keeps the order hidden,
so that one card does not give away the next one.
"""

from collections.abc import Iterator

from terminal.barcodes import gtin

LENGTH = 13
"""Digits in a card number."""

PREFIX_DIGITS_MAX = 6
KEY_BYTES_MIN = 16

_ROUNDS = 10
_FORMAT = "tenth card 1"


def card_number(counter: int, *, key: bytes, prefix: str) -> str:
    """The card number of the `counter`-th card of a shop, 13 digits.

    `key` is the shop's secret (16 bytes or more), `prefix` its own 1 to 6 digits. Raises
    `ValueError` where one of them is unfit or the counter is not within `capacity(prefix)`.
    """
    _demand_fit(key, prefix)
    if not 0 <= counter < capacity(prefix):
        raise ValueError(f"prefix {prefix} has no card with the counter {counter}")
    digits = _body_digits(prefix)
    body = permute(counter, digits=digits, key=key, prefix=prefix)
    number = f"{prefix}{body:0{digits}d}"
    return number + gtin.check_digit(number)


def counter_of(number: str, *, key: bytes, prefix: str) -> int | None:
    """The counter that `number` was made from; None where it is not of this shop's form.

    Every number with the shop's prefix and the right check digit has a counter, the guessed ones
    too; a genuine card is one whose counter has been given out: with 10,000 cards out of 10^10, a
    made-up number passes once in a million. Raises `ValueError` only for an unfit key or prefix.
    """
    _demand_fit(key, prefix)
    if not is_card_number(number, prefix=prefix):
        return None
    digits = _body_digits(prefix)
    return unpermute(int(number[len(prefix) : -1]), digits=digits, key=key, prefix=prefix)


def is_card_number(number: str, *, prefix: str) -> bool:
    """Whether the text has the form of a card of this shop: 13 digits, prefix, check digit."""
    return len(number) == LENGTH and number.startswith(prefix) and gtin.has_check_digit(number)


def card_numbers(block: range, *, key: bytes, prefix: str) -> Iterator[str]:
    """The card numbers of a block of counters, in the order of the counters."""
    return (card_number(counter, key=key, prefix=prefix) for counter in block)


def capacity(prefix: str) -> int:
    """How many card numbers a prefix has: 10 to the power of the free digits."""
    _demand_prefix(prefix)
    return _ten_to(_body_digits(prefix))


def permute(value: int, *, digits: int, key: bytes, prefix: str) -> int:
    """`value` carried to its place among the numbers of `digits` digits (one-to-one)."""
    high, low = digits // 2, digits - digits // 2
    left, right = divmod(value, _ten_to(low))
    for turn in range(_ROUNDS):
        width = low if turn % 2 else high
        shift = _shift(turn, right, digits=digits, key=key, prefix=prefix)
        left, right = right, (left + shift) % _ten_to(width)
    return left * _ten_to(low) + right


def unpermute(value: int, *, digits: int, key: bytes, prefix: str) -> int:
    """What `permute` carried to `value`."""
    high, low = digits // 2, digits - digits // 2
    left, right = divmod(value, _ten_to(low))
    for turn in reversed(range(_ROUNDS)):
        width = low if turn % 2 else high
        shift = _shift(turn, left, digits=digits, key=key, prefix=prefix)
        left, right = (right - shift) % _ten_to(width), left
    return left * _ten_to(low) + right


def _shift(turn: int, half: int, *, digits: int, key: bytes, prefix: str) -> int:
    # Only who asks for a number pays for them: the settings, which every window waits for, read
    # no more than the sizes above.
    import hashlib
    import hmac

    message = f"{_FORMAT}|{prefix}|{digits}|{turn}|{half}".encode("ascii")
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:16], "big")


def _ten_to(digits: int) -> int:
    return int(10**digits)


def _body_digits(prefix: str) -> int:
    return LENGTH - 1 - len(prefix)


def _demand_fit(key: bytes, prefix: str) -> None:
    if len(key) < KEY_BYTES_MIN:
        raise ValueError(f"a card key has {KEY_BYTES_MIN} bytes or more, not {len(key)}")
    _demand_prefix(prefix)


def _demand_prefix(prefix: str) -> None:
    if not gtin.is_digits(prefix) or len(prefix) > PREFIX_DIGITS_MAX:
        raise ValueError(f"a card prefix is 1 to {PREFIX_DIGITS_MAX} digits, not {prefix!r}")
