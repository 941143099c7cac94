"""Who joins at the counter: what was typed beside a blank card, as a member's record."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.barcodes.entry import NAME_LENGTH_MAX, PHONE_DIGITS_MAX, PHONE_DIGITS_MIN, phone_of
from terminal.loyalty.standing import Moment
from terminal.till.ports import Member

CALLING_CODES: Mapping[str, str] = {
    "EE": "372",
    "LT": "370",
    "LV": "371",
    "PL": "48",
    "RO": "40",
    "UA": "380",
}
"""ITU-T E.164 codes of our markets, for phones that are typed as people say them."""


def new_member(
    key: str, at: Moment, number: str, *, name: str, phone: str, country: str
) -> Member | None:
    """The record of who joins; None if the phone cannot be one. Empty answers are answers."""
    wanted = phone_number(phone, country) if phone.strip() else ""
    if wanted is None:
        return None
    shown = "".join(sign if sign.isprintable() else " " for sign in name)
    return Member(
        id=key,
        name=" ".join(shown.split())[:NAME_LENGTH_MAX],
        phone=wanted,
        joined=at.local.date(),
        card_number=number,
    )


def phone_number(text: str, country: str) -> str | None:
    """A typed phone in the form of E.164 (+48600123456); None if it cannot be one."""
    typed = phone_of(text)
    if typed is None or typed.is_ending:
        return None
    code = CALLING_CODES.get(country, "")
    digits = typed.digits
    if not typed.international and code:
        # Ukraine and Romania dial a 0 first at home, which the world leaves out.
        national = digits.removeprefix("0")
        whole = digits.startswith(code) and len(digits) >= PHONE_DIGITS_MIN + len(code) + 1
        digits = digits if whole else code + national
    return f"+{digits}" if PHONE_DIGITS_MIN <= len(digits) <= PHONE_DIGITS_MAX else None
