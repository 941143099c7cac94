"""The shop's PIN as it is kept: salted and hashed, so that who reads the file has not read the PIN.

A PIN of four digits can be found by trying all of them on another computer; that takes minutes
instead of a glance. Whoever may copy `shop.toml` can copy the till's whole database too.

>>> kept = hashed("2468", salt=bytes(16))
>>> matches(kept, "2468"), matches(kept, "1357"), matches("2468", "2468")
(True, False, True)
"""

import hashlib
import hmac
import re

PIN_MIN, PIN_MAX = 4, 12
SALT_BYTES = 16
_COST, _BLOCK = 14, 8
"""2**14 rounds of 1 KiB blocks: some 50 ms and 16 MB for each try."""
_COST_MOST = 20
_HASH_BYTES = 32
_KEPT = re.compile(r"scrypt:(\d{1,2}):([0-9a-f]{32}):([0-9a-f]{64})")


def is_plain(kept: str) -> bool:
    """Whether this is a PIN itself, 4 to 12 digits."""
    return kept.isascii() and kept.isdigit() and PIN_MIN <= len(kept) <= PIN_MAX


def is_hashed(kept: str) -> bool:
    """Whether this is what `hashed` made of a PIN."""
    found = _KEPT.fullmatch(kept)
    return found is not None and 1 <= int(found[1]) <= _COST_MOST


def hashed(pin: str, *, salt: bytes) -> str:
    """What is kept of a PIN; ``salt`` are `SALT_BYTES` of chance."""
    return f"scrypt:{_COST}:{salt.hex()}:{_derived(pin, salt, _COST).hex()}"


def matches(kept: str, typed: str) -> bool:
    """Whether this is the PIN; a kept one that is plain still counts."""
    found = _KEPT.fullmatch(kept)
    if found is None:
        return is_plain(kept) and hmac.compare_digest(typed.encode(), kept.encode())
    derived = _derived(typed, bytes.fromhex(found[2]), int(found[1]))
    return hmac.compare_digest(derived, bytes.fromhex(found[3]))


def _derived(pin: str, salt: bytes, cost: int) -> bytes:
    needed = 128 * _BLOCK * 2**cost
    return hashlib.scrypt(
        pin.encode(),
        salt=salt,
        n=2**cost,
        r=_BLOCK,
        p=1,
        maxmem=2 * needed,
        dklen=_HASH_BYTES,
    )
