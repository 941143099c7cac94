"""What may happen in a story, step by step, as data.

Members, sales and codes are named by the story. Money is in minor units; lines of a sale are
counted from 1. A step happens at the story's clock, which ``Pass`` alone moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Annotated, Literal

from terminal.loyalty.bounds import Between, check_bounds
from terminal.loyalty.programme import Programme
from terminal.loyalty.tender import TenderKind
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """A product of the story's catalogue; ``vat`` is in basis points."""

    price: int = 0
    vat: int = 0
    name: str = ""
    category: str = ""
    brand: str = ""
    supplier: str = ""
    rewardable: bool = True
    earning: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One line of a sale: a product of the catalogue, how much of it, another price if typed."""

    sku: str
    pieces: int = 1
    grams: int | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A reward that the cashier claims or takes off."""

    programme: int
    reward: str
    times: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What was handed over; ``code`` is the gift card's, as the story names it."""

    kind: TenderKind = TenderKind.CASH
    amount: int
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Pieces of a sale that come back in exchange; without ``pieces`` all that is left of it."""

    sale: str
    pieces: Mapping[str, int] | None = None
    """How many of each line, by its number."""
    law: Literal["pro_rata", "reevaluate"] = "pro_rata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What somebody expects after a step; what is left out is not looked at.

    Rewards and rules are written ``programme/id``, ``units`` by unit. ``why`` is the reason, by
    its name in the evaluation, why a reward stayed away.
    """

    total: int | None = None
    discount: int | None = None
    lines: Mapping[str, int] | None = None
    """What is paid for each line, by its number."""
    applied: Mapping[str, int] | None = None
    """All rewards that were had, with what each took off."""
    earned: Mapping[str, int] | None = None
    """All units that were earned."""
    tax: Mapping[str, int] | None = None
    """The tax in what is paid, by rate in basis points."""
    why: Mapping[str, str] = field(default_factory=dict)
    paid_back: int | None = None
    """Money that goes back, without what stays in the shop in exchange."""
    wallets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By member or code, vested units that are left."""
    pending: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    owed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    tiers: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    """A part of the sentence by which the step was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """Somebody joins. With ``household`` they share another member's wallet."""

    do: Literal["enrol"] = "enrol"
    member: str
    birthday: tuple[int, int] | None = None
    tier: str = ""
    segments: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    referred_by: str = ""
    household: str = ""
    units: Mapping[str, int] = field(default_factory=dict)
    """What they bring along, by unit; it never expires."""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sell:
    """A sale. What the tenders leave open is paid in cash; change is given out of cash alone.

    Codes that it gives are called by the sale's name, a slash and a number from 1.
    """

    do: Literal["sale"] = "sale"
    name: str = ""
    member: str = ""
    lines: tuple[Scanned, ...]
    claims: tuple[Chosen, ...] = ()
    taken_off: tuple[Chosen, ...] = ()
    show: tuple[str, ...] = ()
    """Codes of vouchers and gift cards that are scanned."""
    tenders: tuple[Paid, ...] = ()
    in_exchange: Returned | None = None
    """What comes back for these goods: it pays first, and what it is worth more goes back."""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Pieces of a sale come back; without ``pieces`` all that is left of it."""

    do: Literal["refund"] = "refund"
    sale: str
    pieces: Mapping[str, int] | None = None
    """How many of each line, by its number."""
    law: Literal["pro_rata", "reevaluate"] = "pro_rata"
    instead: TenderKind | None = None
    """By what the money goes back, if not by the way it came: ``store_credit``, for example."""
    show: tuple[str, ...] = ()
    """Codes of gift cards and vouchers that come back with the goods: of several these are taken."""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Time passes: to a local time, or from now, and so many days more."""

    do: Literal["pass"] = "pass"
    days: Annotated[int, Between(0, 3660)] = 0
    until: datetime | None = None
    expect: Expected = Expected()

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """Revisions of programmes are published."""

    do: Literal["publish"] = "publish"
    programmes: tuple[Programme, ...]
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A member is given units by the rules for feedback or goodwill."""

    do: Literal["give"] = "give"
    member: str
    on: Literal["feedback", "goodwill"] = "goodwill"
    programme: int | None = None
    """Only by the rules of this programme."""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """A message reaches a member: it tells what ends soon, which counts as a warning."""

    do: Literal["tell"] = "tell"
    member: str
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something else is known of a member from now on; what is left out stays as it was."""

    do: Literal["change"] = "change"
    member: str
    segments: frozenset[str] | None = None
    consents: frozenset[str] | None = None
    """All that they agree to now: what is not among them is withdrawn."""
    expect: Expected = Expected()


Step = Enrol | Change | Sell | TakeBack | Pass | Publish | Grant | Tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A shop, its programmes, and what happens there."""

    title: str = ""
    currency: str = "PLN"
    prices_include_tax: bool = True
    start: datetime
    """Local time, without an offset."""
    offset_minutes: int = 60
    products: Mapping[str, Goods] = field(default_factory=dict)
    programmes: tuple[Programme, ...] = ()
    steps: tuple[Step, ...]
    effort: int = 20_000

    @property
    def first_day(self) -> date:
        """The business day on which it begins."""
        return self.start.date()
