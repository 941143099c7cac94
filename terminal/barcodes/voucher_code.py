"""The code of a bearer wallet, a voucher or a gift card: who holds it may use what is in it.

FROZEN FORMAT, version 1: gift cards lie in drawers for years.

    code  = "98" + value as 60 digits + check digit (GS1's, over the 62 before it)
    value = wallet (128 bits) | number of the key (7 bits) | signature (64 bits)

    number of the key = the first byte of SHA-256("tenth bearer key 1|" + key), without its top bit
    signature         = the first 8 bytes of
                        HMAC-SHA256(key, "tenth bearer 1|<wallet in hex>|<number of the key>")

The signature tells offline whether a code is genuine, that is, whether a store of the chain printed
it; what it is worth, and whether it may be used here and now, only the wallet's units and the right
to them tell. Each store signs with a key of its own, which comes of the key of its card numbers
(``code_key``) until a newer one takes its place. All stores of a chain know each other's keys for
codes, and none of them learns another's key for cards by that. The number of the key comes of the
key itself, so that two shops that join one server need no agreement on numbers: where two keys
have the same, both are tried.

Digits only, because they survive every keyboard layout that a wedge scanner types through, can be
typed on a number pad, and because a QR code packs them best: 63 digits are exactly what version 2
with error correction M holds, 25 modules a side. Code 128 takes 387 modules for them, more than a
slip of 80 mm can show at a width that scanners read.
"""

import hashlib
import hmac
from collections.abc import Iterable

from terminal.barcodes import gtin

LENGTH = 63
PREFIX = "98"
"""GS1 gives the fields 91 to 99 to "company internal" use; slips have 97, see ``slip_code``."""
GROUP = 7
"""Digits that are printed and typed together."""

_DIGITS = LENGTH - len(PREFIX) - 1
_KEY_BITS = 7
_SIGNATURE_BITS = 64
_WALLET_BITS = 128


def code_key(card_key: bytes) -> bytes:
    """The key for codes of a shop that makes its card numbers with ``card_key``: 32 bytes."""
    return hmac.digest(card_key, b"tenth code key 1", hashlib.sha256)


def voucher_code(wallet: str, *, key: bytes) -> str:
    """The 63 digits for a wallet of 32 hex digits, signed with a key for codes.

    Raises `ValueError` where the wallet is no such id.
    """
    bits = _bits_of(wallet)
    number = key_number(key)
    value = (bits << _KEY_BITS | number) << _SIGNATURE_BITS | _signature(bits, number, key)
    body = f"{PREFIX}{value:0{_DIGITS}d}"
    return body + gtin.check_digit(body)


def wallet_of(code: str) -> str | None:
    """The wallet that a code names, genuine or not; None where it is no code of this form."""
    parts = _parts(code)
    return None if parts is None else f"{parts[0]:032x}"


def is_genuine(code: str, keys: Iterable[bytes]) -> bool:
    """Whether one of these keys made the code."""
    return signing_key(code, keys) is not None


def signing_key(code: str, keys: Iterable[bytes]) -> bytes | None:
    """The key that made the code; None where it is none of these."""
    parts = _parts(code)
    if parts is None:
        return None
    wallet, number, signature = parts
    told = signature.to_bytes(_SIGNATURE_BITS // 8, "big")
    for key in keys:
        if key_number(key) == number and hmac.compare_digest(
            _signature(wallet, number, key).to_bytes(8, "big"), told
        ):
            return key
    return None


def number_of(code: str) -> int | None:
    """The number of the key that a code names; None where it is no code of this form."""
    parts = _parts(code)
    return None if parts is None else parts[1]


def key_number(key: bytes) -> int:
    """By which number a code names its key, 0 to 127."""
    return hashlib.sha256(b"tenth bearer key 1|" + key).digest()[0] & (1 << _KEY_BITS) - 1


def looks_like_voucher(text: str) -> bool:
    """Whether the text is as long as such a code and begins like one."""
    return len(text) == LENGTH and text.startswith(PREFIX) and gtin.is_digits(text)


def in_groups(code: str) -> tuple[str, ...]:
    """The digits as they are printed for somebody who types them."""
    return tuple(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _parts(code: str) -> tuple[int, int, int] | None:
    """Wallet, number of the key, signature."""
    if not looks_like_voucher(code) or not gtin.has_check_digit(code):
        return None
    value = int(code[len(PREFIX) : -1])
    if value >> (_WALLET_BITS + _KEY_BITS + _SIGNATURE_BITS):
        return None
    signature = value & (1 << _SIGNATURE_BITS) - 1
    rest = value >> _SIGNATURE_BITS
    return rest >> _KEY_BITS, rest & (1 << _KEY_BITS) - 1, signature


def _signature(wallet: int, number: int, key: bytes) -> int:
    message = f"tenth bearer 1|{wallet:032x}|{number}".encode("ascii")
    return int.from_bytes(hmac.digest(key, message, hashlib.sha256)[:8], "big")


def _bits_of(wallet: str) -> int:
    if len(wallet) != _WALLET_BITS // 4 or not set(wallet) <= set("0123456789abcdef"):
        raise ValueError(f"{wallet!r} is no wallet")
    return int(wallet, 16)
