"""What a code may mean: the answers of `parse`. A reading is a candidate; the look-up decides."""

import enum
from dataclasses import field
from typing import TypeAlias
from uuid import UUID

from terminal.values import dataclass


@dataclass(frozen=True, slots=True)
class Gtin:
    """Goods by their number. The marks after it stand only in the richer codes (GS1)."""

    number: str
    """14 digits, the normal form (see `gtin`)."""
    batch: str = ""
    serial: str = ""
    expires: str = ""
    """Last day of use as printed, YYMMDD. Empty: unknown."""
    net_weight_mg: int | None = None
    """Net weight in milligrams, because the code may give six decimals of a kilogram."""


@dataclass(frozen=True, slots=True)
class CardNumber:
    """A card of this shop: its prefix and check digit are right."""

    number: str
    """13 digits."""
    counter: int | None = None
    """Which card of the shop it would be; genuine where that counter was given out. None: no key."""


@dataclass(frozen=True, slots=True)
class ForeignCard:
    """A card that others made, of a form that the shop accepts."""

    number: str
    form: str
    """Name of the `ForeignCards` rule that it fits."""


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A few digits: a PLU, or an article number of the shop's own. Leading zeros are kept."""

    digits: str


@dataclass(frozen=True, slots=True)
class WeighedLabel:
    """A label of a shop scale: which goods, and how much or for how much (see `scale_label`)."""

    goods: str
    """The number of the goods as printed, zeros included."""
    number: str
    """The code with zeros for what was weighed: the same for all labels of these goods."""
    grams: int | None = None
    amount: int | None = None
    """Minor units."""


@dataclass(frozen=True, slots=True)
class Sku:
    """An article code of the shop's own, with letters, in the spelling that was scanned."""

    text: str


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of ours, for a return or a reprint."""

    sale_id: UUID


@dataclass(frozen=True, slots=True)
class BearerCode:
    """The code of a voucher or a gift card (see ``voucher_code``)."""

    wallet: str
    """32 hex digits; empty where it is not genuine, so that nobody goes on with it."""
    genuine: bool = True
    """Whether a key of this shop signed it; else it was misread or made up, or is another's."""
    code: str = field(default="", compare=False)
    """Its 63 digits, to be tried with other stores' keys; empty where a digit is wrong."""


class Why(enum.Enum):
    """Why a text is no code; `wording` has the sentences."""

    WRONG_CHECK_DIGIT = "wrong check digit"
    """As long as a code, but a digit is wrong: scan again, or mistyped."""
    TOO_SHORT = "too short"
    """Half a code, or nothing."""
    TOO_LONG = "too long"
    """More digits than any code has: perhaps two scans that ran together."""
    NOT_A_CODE = "not a code"
    """Anything else: a foreign web address, a word, control characters."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """No meaning found."""

    text: str
    """What came, cut to `SHOWN_MAX` and with `·` for what has no sign, fit to be shown."""
    why: Why


SHOWN_MAX = 48

Reading: TypeAlias = (
    Gtin
    | CardNumber
    | ForeignCard
    | WeighedLabel
    | ShortCode
    | Sku
    | Slip
    | BearerCode
    | Unreadable
)


def shown(text: str) -> str:
    """The text as a screen may show it: one line, at most `SHOWN_MAX` characters."""
    # One character more than fits, so that the cut is known without walking a long text.
    start = "".join(sign if sign.isprintable() else "·" for sign in text[: SHOWN_MAX + 1])
    return start if len(start) <= SHOWN_MAX else start[: SHOWN_MAX - 1] + "…"
