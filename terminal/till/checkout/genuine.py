"""Whether the code of a voucher or a gift card is genuine: whose key signed it, as far as is known."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from terminal.barcodes.voucher_code import number_of, signing_key
from terminal.till.ports import CodeKeys


class Verdict(Enum):
    """What the signature of a code tells."""

    GENUINE = auto()
    WITHDRAWN = auto()
    """The key that signed it is not the chain's alone any more."""
    MADE_UP = auto()
    """It names a key that is known here, and that key did not sign it; or it was misread."""
    UNKNOWN_KEY = auto()
    """No store that this till knows has such a key: a store may be new."""


def lets_in(verdict: Verdict, known: Callable[[], bool]) -> bool:
    """Whether a code opens anything; ``known`` says whether anything ever stood behind it.

    Of a key that was withdrawn only what is known stays good: whoever took the key can sign, and
    cannot have sold anything.
    """
    return verdict is Verdict.GENUINE or (verdict is Verdict.WITHDRAWN and known())


def verdict_on(code: str, keys: CodeKeys, *, own: bool) -> Verdict:
    """What to think of a code. ``own``: a key that this till was set up with signed it."""
    number = number_of(code)
    known = () if number is None else keys.numbered(number)
    signed = signing_key(code, [one.key for one in known])
    if signed is not None:
        gone = any(one.withdrawn for one in known if one.key == signed)
        return Verdict.WITHDRAWN if gone else Verdict.GENUINE
    if own:
        return Verdict.GENUINE
    return Verdict.MADE_UP if number is None or known else Verdict.UNKNOWN_KEY
