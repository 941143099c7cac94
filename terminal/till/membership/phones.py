"""Phones as people say them at home, kept as the world writes them (E.164)."""

from __future__ import annotations

from functools import cache
from types import ModuleType

from terminal.barcodes.entry import PHONE_DIGITS_MAX, phone_of

_ALSO_DIALLED = ("RU", "UA", "PL")
"""Whose habits are met abroad too, after the shop's own: 8 916 … is a Russian number in Riga."""
_TRUNK_EIGHT = 11
"""Digits of a number dialled with 8 in front, as in Russia and Kazakhstan."""


def whole_numbers(text: str, country: str) -> tuple[str, ...]:
    """The whole numbers that a typed phone may be, the likeliest first; none for an ending."""
    typed = phone_of(text)
    if typed is None or typed.is_ending:
        return ()
    digits = typed.digits
    tries: list[tuple[str, str]] = []
    if typed.international:
        tries.append((f"+{digits}", ""))
    else:
        tries.append((digits, country))
        if len(digits) == _TRUNK_EIGHT and digits.startswith("8"):
            tries.append((digits, _ALSO_DIALLED[0]))
        # With its country and without the plus: 48 600 123 456.
        tries.append((f"+{digits}", ""))
        tries += [(digits, other) for other in _ALSO_DIALLED if digits.startswith("0")]
    read = [_read(number, home) for number, home in tries]
    valid = [whole for whole, known in read if known]
    # Tables of numbers grow old: one of a right length is taken where none is known.
    found = valid or [whole for whole, _ in read if whole][:1]
    return tuple(dict.fromkeys(found))


def _read(number: str, home: str) -> tuple[str, bool]:
    """A number as the world writes it, empty where it is none; whether it is known to exist."""
    library = _library()
    try:
        read = library.parse(number, home or None)
    except library.NumberParseException:
        return "", False
    if not library.is_possible_number(read):
        return "", False
    whole: str = library.format_number(read, library.PhoneNumberFormat.E164)
    fits = len(whole) <= PHONE_DIGITS_MAX + 1
    return whole if fits else "", fits and library.is_valid_number(read)


@cache
def _library() -> ModuleType:
    # 17 ms, so only when somebody types a phone for the first time.
    import phonenumbers

    return phonenumbers
