"""What may happen in a story, step by step, as data.

Members, sales, gifts, codes and tills are named by the story. Money is in minor units; lines of a
sale are counted from 1. A step happens at the story's clock, which ``Pass`` alone moves, and at a
till: the one that has no name where none is named. All tills are on the line, and each step is
known to all of them, until ``Offline`` takes one off it.
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
    """Whether rewards may come off it."""
    earning: bool = True
    """Whether it brings units, and counts as money spent."""
    by_weight: bool = False
    """Whether its price is that of a kilogram where no line tells grams, but the price on a
    scale's label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One line of a sale: a product of the catalogue, how much of it, another price if there is one."""

    sku: str
    pieces: int = 1
    grams: int | None = None
    """Of weighed goods, whose price is that of a kilogram."""
    price: int | None = None
    """A price that the cashier types, or a scale's label tells, instead of the catalogue's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A reward that the cashier claims or takes off."""

    programme: int
    reward: str
    times: int | None = None
    """How often; null is as often as units and basket allow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """What was handed over; ``code`` is the gift card's, as the story names it."""

    kind: TenderKind = TenderKind.CASH
    amount: int
    code: str = ""
    """Of a gift card, what the story calls its code, such as ``sale 1/1``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Pieces of a sale that come back in exchange; without ``pieces`` all that is left of it."""

    sale: str
    pieces: Mapping[str, int] | None = None
    """How many of each line, by its number."""
    law: Literal["pro_rata", "reevaluate"] = "pro_rata"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedLot:
    """Vested units that share their last day; without ``until`` they never end."""

    n: int
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What somebody expects after a step; what is left out is not looked at.

    Rewards and rules are written ``programme/id``, ``units`` by unit. ``why`` is the reason, by
    its name in the evaluation, why a reward stayed away.
    """

    total: int | None = None
    discount: int | None = None
    lines: Mapping[str, int] | None = None
    """What is paid for each line, by its number from 1: after all rewards, those on the basket too."""
    applied: Mapping[str, int] | None = None
    """All rewards that were had, with what each took off."""
    earned: Mapping[str, int] | None = None
    """All units that were earned."""
    tax: Mapping[str, int] | None = None
    """The tax in what is paid, by rate in basis points."""
    why: Mapping[str, str] = field(default_factory=dict)
    """By ``programme/id`` why a reward or an earn rule stayed away, such as ``units_missing``,
    ``spend_missing``, ``members_only``, ``ready`` (it waits for a claim), ``not_together``,
    ``used_up``, ``budget_used_up``: the name that the evaluation's ``not_applied`` has."""
    paid_back: int | None = None
    """Money that goes back, cash rounding included, without what stays in the shop in exchange."""
    change: int | None = None
    """What of the cash that was handed over went back at once."""
    rounding: int | None = None
    """What cash rounding added to the total, or to the money that goes back."""
    wallets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By member or code, vested units that are left, as they are known where the step happened."""
    lots: Mapping[str, Mapping[str, tuple[ExpectedLot, ...]]] = field(default_factory=dict)
    """The same by their last days, the earliest first."""
    pending: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Units that wait until goods can no longer be returned."""
    owed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Units that were spent and then taken back: later ones repay them first."""
    spendable: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Units that may be spent where the step happened: of a till off the line, what it holds."""
    warned: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By member or code, units of whose last day the step told: its slip, or its message."""
    tiers: Mapping[str, str] = field(default_factory=dict)
    """By member; an empty text is none."""
    findings: tuple[str, ...] | None = None
    """All that the owner is told of what this step showed, by its name, in any order: such as
    ``overshot`` (a limit), ``nth_again``, ``refunded_twice``, ``no_purchase``, ``outdated``."""
    partners: Mapping[str, int] | None = None
    """All units that are owed to partners, as ``partner/unit``."""
    causes: Mapping[str, int] | None = None
    """All money that was given to good causes."""
    refused: str = ""
    """A part of the sentence by which the step was refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrol:
    """Somebody joins. With ``household`` they share another member's wallet."""

    do: Literal["enrol"] = "enrol"
    member: str
    birthday: tuple[int, int] | None = None
    """Month and day."""
    tier: str = ""
    """The id of a tier that they bring along: they rise above it, and never fall below. Empty:
    none."""
    segments: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    referred_by: str = ""
    household: str = ""
    units: Mapping[str, int] = field(default_factory=dict)
    """What they bring along, by unit; it never expires, and status among it counts for no tier."""
    till: str = ""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sell:
    """A sale. What the tenders leave open is paid in cash; change is given out of cash alone.

    Codes that it gives are called by the sale's name, a slash and a number from 1.
    """

    do: Literal["sale"] = "sale"
    name: str = ""
    member: str = ""
    card: Annotated[int, Between(0, 99)] = 0
    """Which of the member's cards is shown, from 1: one that was replaced is refused. Without a
    number they show the one that they got last."""
    recall: str = ""
    """A basket that was parked at this till: its goods come first, and its member is on the sale."""
    lines: tuple[Scanned, ...]
    claims: tuple[Chosen, ...] = ()
    taken_off: tuple[Chosen, ...] = ()
    show: tuple[str, ...] = ()
    """Codes of vouchers and gift cards that are scanned."""
    tenders: tuple[Paid, ...] = ()
    in_exchange: Returned | None = None
    """What comes back for these goods: it pays first, and what it is worth more goes back."""
    till: str = ""
    expect: Expected = Expected()

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Park:
    """A basket is put aside at a till, and the next customer's begins; a sale may recall it."""

    do: Literal["park"] = "park"
    name: str
    """What the story calls the basket."""
    member: str = ""
    lines: tuple[Scanned, ...]
    till: str = ""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCard:
    """A member lost their card and gets another one: nothing is lost with the one before."""

    do: Literal["replace_card"] = "replace_card"
    member: str
    till: str = ""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Pieces of a sale come back; without ``pieces`` all that is left of it."""

    do: Literal["refund"] = "refund"
    sale: str
    pieces: Mapping[str, int] | None = None
    """How many of each line, by its number."""
    law: Literal["pro_rata", "reevaluate"] = "pro_rata"
    """In proportion, or by asking what would have held for what the customer keeps."""
    instead: TenderKind | None = None
    """By what the money goes back, if not by the way it came: ``store_credit``, for example."""
    show: tuple[str, ...] = ()
    """Codes of gift cards and vouchers that come back with the goods: of several these are taken."""
    till: str = ""
    """Another till than the one that sold them gives the money, and the server moves the units."""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackWithoutSlip:
    """Goods come back and nobody has their slip: a manager lets them, at the prices of today.

    Of which of the member's purchases they are, the server finds out; it takes back what they had
    brought.
    """

    do: Literal["refund_without_slip"] = "refund_without_slip"
    member: str = ""
    lines: tuple[Scanned, ...]
    till: str = ""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """Something that should not have been is undone whole: one of both is named."""

    do: Literal["undo"] = "undo"
    sale: str = ""
    """The sale that this till just finished."""
    gift: str = ""
    """What this till gave a member for their opinion or out of goodwill."""
    till: str = ""
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
    name: str = ""
    """For undoing it; without one it is called "gift 1", "gift 2" and so on."""
    till: str = ""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """A message reaches a member: it tells what ends soon, which counts as a warning."""

    do: Literal["tell"] = "tell"
    member: str
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """The office hands out a voucher or a gift card that no sale gave."""

    do: Literal["issue"] = "issue"
    name: str
    """What the story calls its code."""
    units: Mapping[str, int]
    """What is behind it, by unit; it never expires."""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something else is known of a member from now on; what is left out stays as it was."""

    do: Literal["change"] = "change"
    member: str
    segments: frozenset[str] | None = None
    consents: frozenset[str] | None = None
    """All that they agree to now: what is not among them is withdrawn."""
    household: str | None = None
    """Another member: from now on each uses what both have. Empty: they leave, and take along
    what is left of what they brought and earned."""
    till: str = ""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forget:
    """A member wants to be forgotten: nobody knows them any more, and what they had is gone."""

    do: Literal["forget"] = "forget"
    member: str
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offline:
    """A till loses the line: it goes on with what it knows, and nobody hears of it.

    It spends what it holds, and what it earns itself; nothing else may be spent there, and nothing
    that it holds may be spent elsewhere.
    """

    do: Literal["offline"] = "offline"
    till: str = ""
    holds: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """By member or code, and by unit, what may be spent there meanwhile."""
    budgets: Mapping[str, int] = field(default_factory=dict)
    """What of the offers' budgets it may give, by ``programme/rule``."""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Online:
    """A till has the line again: everybody hears what it did, and it hears the others."""

    do: Literal["online"] = "online"
    till: str = ""
    expect: Expected = Expected()


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """The office sums up what it owes to partners and good causes for some days, both included."""

    do: Literal["settlement"] = "settlement"
    first: date | None = None
    """Without it, from the day on which the story begins."""
    last: date | None = None
    """Without it, up to today."""
    expect: Expected = Expected()


Step = (
    Enrol
    | Change
    | Forget
    | ReplaceCard
    | Park
    | Sell
    | TakeBack
    | TakeBackWithoutSlip
    | Undo
    | Pass
    | Publish
    | Grant
    | Tell
    | Issue
    | Offline
    | Online
    | Settle
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A shop, its programmes, and what happens there."""

    title: str = ""
    currency: str = "PLN"
    country: str = ""
    """In some countries cash is rounded: two letters, such as ``EE``."""
    prices_include_tax: bool = True
    start: datetime
    """Local time, without an offset."""
    offset_minutes: int = 60
    products: Mapping[str, Goods] = field(default_factory=dict)
    programmes: tuple[Programme, ...] = ()
    steps: tuple[Step, ...]
    effort: int = 20_000
    """Steps of search for the best price of each sale; the same everywhere, whatever the clock."""

    @property
    def first_day(self) -> date:
        """The business day on which it begins."""
        return self.start.date()
