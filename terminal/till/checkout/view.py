"""What the screen shows, as one frozen value. It holds numbers, names and reasons, no sentences.

The window compares a view with the one before and repaints what changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum

from terminal.loyalty.consent import Purpose
from terminal.loyalty.engine.evaluation import Evaluation, NotApplied, Offer, Reason
from terminal.loyalty.naming import RuleUnits
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account
from terminal.till.checkout.care_view import GoodwillView, HouseholdView
from terminal.till.checkout.notice import Notice, Sound
from terminal.till.checkout.refund_view import RefundView
from terminal.till.line_port import Contact
from terminal.values import dataclass


class Stage(StrEnum):
    """Where the sale stands."""

    SELLING = "selling"
    PAYING = "paying"
    DONE = "done"
    """Recorded; the next scan begins the next sale."""
    RETURNING = "returning"
    """Goods of an earlier sale come back; the basket waits."""


class LineState(StrEnum):
    """Whether a line can be sold."""

    READY = "ready"
    UNKNOWN_CODE = "unknown_code"
    """Not in the price list: blocks payment until a price is entered, the code is linked to a
    product, or the line is skipped."""
    PRICE_WANTED = "price_wanted"
    """Goods of a kind: blocks payment until it is typed what they cost."""
    WEIGHT_WANTED = "weight_wanted"
    """Sold by weight: blocks payment until it is typed what the scale shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One row. ``discount`` is what rewards on its own pieces take off; ``rewards`` which ones.

    What comes off the whole basket stands in ``CheckoutView.off_basket``: spread over the rows
    it would only make every price look odd.
    """

    key: int
    name: str
    code: str
    """The scanned code of an unknown product; else the sku."""
    state: LineState
    pieces: int
    grams: int | None
    unit_price: int
    gross: int
    discount: int
    rewards: tuple[RewardName, ...] = ()

    @property
    def net(self) -> int:
        """What is paid for the line."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketReward:
    """A reward on the whole basket: what it takes off, and the units that pay for it."""

    name: RewardName
    amount: int
    units: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceView:
    """One unit in the member's wallets, with what it is worth and what happens to it."""

    unit: str
    kind: UnitKind
    name: Mapping[str, str]
    balance: int
    spendable: int
    """What may be used here."""
    pending: int
    debt: int
    worth: int | None
    """Minor units that the whole rewards in the balance are worth; None where not money."""
    cost: int
    """Units of one reward, for a picture of stamps; 0 where there are several."""
    earns: int
    """What this sale adds."""
    spends: int
    """What this sale takes."""
    expires: date | None
    """The nearest last day, within the next 90 days or else the very next."""
    expires_n: int
    earns_pending: int = 0
    """What of ``earns`` has no right yet."""
    after: int = 0
    """The balance that this sale leaves."""
    worth_after: int | None = None
    places: tuple[tuple[str, int], ...] = ()
    """(till, how many) of what may not be used here; an empty name is the server."""
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """How the unit is called behind a number; empty: as its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """The member at the counter."""

    id: str
    name: str
    """The short one, as strangers at the counter may read it."""
    card_tail: str
    """The last four digits of the card; empty if none."""
    birthday: bool
    """Birthday within 3 days of today."""
    balances: tuple[BalanceView, ...]
    offers: tuple[Offer, ...]
    provisional: bool = False
    """Known by the card only: earns, and spends nothing yet."""
    confirmed_ms: int | None = None
    """How long ago the server confirmed the balances, where others may have moved them since."""
    unconfirmed: bool = False
    """There is a server, and it has not told everything yet."""
    typed: bool = False
    """The card's number was typed: spends nothing until the phone's last digits are told."""
    agreed: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChoice:
    """One of several members that fit what was typed."""

    id: str
    name: str
    phone_tail: str
    card_tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningView:
    """Enter makes somebody a member: the holder of a blank card or of a phone, or of neither yet."""

    card: str = ""
    phone: str = ""
    """E.164."""
    brought_by: str = ""
    """The short name of the member who brought them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacingView:
    """Enter gives the member on this sale another card."""

    name: str
    lost_tail: str
    """Empty where they have none."""
    new_tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChoice:
    """One of several products that fit what was typed."""

    sku: str
    name: str
    price: int
    by_weight: bool
    open_price: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedView:
    """One of several baskets that wait for their customers."""

    key: str
    local: datetime
    of_today: bool
    member: str
    """The short name; empty if nobody's."""
    pieces: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BearerView:
    """A voucher or a gift card that was shown."""

    wallet: str
    kind: UnitKind | None = None
    """None: what it holds nobody here knows, or nothing is on it."""
    name: Mapping[str, str] = field(default_factory=dict)
    """Of its units."""
    balance: int = 0
    spendable: int = 0
    """What may be used here."""
    earns: int = 0
    """What this sale loads onto it."""
    spends: int = 0
    """What rewards of this sale take off it."""
    rewards: tuple[RewardName, ...] = ()
    """What it is good for."""
    on: tuple[RewardName, ...] = ()
    """Which of these this sale uses, and ``off`` what they take off."""
    off: int = 0
    reason: Reason | None = None
    """Why none of them is on, if none is."""
    expires: date | None = None
    places: tuple[tuple[str, int], ...] = ()
    """(till, how many) of what may not be used here; an empty name is the server."""
    known: bool = True
    """Somebody told what is in it: this till itself or the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurseView:
    """Money in a wallet that can pay now; ``amount`` is what of it would help."""

    kind: TenderKind
    account: Account
    name: Mapping[str, str]
    amount: int
    rest: int
    """What stays in it after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """The payment in work. ``quick`` are amounts of cash worth a button of their own."""

    due: int
    cash_due: int
    """After cash rounding."""
    rounding: int
    tenders: tuple[Tender, ...]
    remaining: int
    quick: tuple[int, ...]
    purses: tuple[PurseView, ...] = ()
    """Gift cards that were shown, and store credit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneView:
    """The sale that was just recorded."""

    sale: str
    seq: int
    due: int
    paid: int
    change: int
    off: int = 0
    """What rewards took off."""
    refund: bool = False
    """No sale but a return: ``due`` goes back to the customer, by ``back``."""
    back: tuple[Tender, ...] = ()
    exchange: str = ""
    """The return that was recorded with it; ``back`` is what of it goes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingView:
    """The server is asked, and somebody waits: for units, about a card, a phone or a slip."""

    number: int
    """Another one for each question."""
    reward: RewardName | None = None
    card: str = ""
    phone: str = ""
    """E.164."""
    wallet: str = ""
    """That of a voucher or a gift card."""
    sale: str = ""
    """A sale of another till, by its id."""


class Concern(StrEnum):
    """Why somebody should look at the line to the server."""

    NONE = "none"
    TROUBLE = "trouble"
    """It does not mend by itself."""
    CLOCK_BEHIND = "clock_behind"
    """This computer's clock is wrong: something was recorded later than it says."""
    DATE = "date"
    """Far ahead of all that was recorded: a shop that was closed for long, or a wrong date."""
    CLOCK = "clock"
    """It is not the server's."""
    PARKED = "parked"
    AGE = "age"
    """So long without contact that it is no usual gap any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerView:
    """How the till stands with its server; it changes without any step of the cashier."""

    contact: Contact
    ago_ms: int | None = None
    """How long ago the server answered last; None: never."""
    concern: Concern = Concern.NONE
    now: datetime | None = None
    """What this computer's clock says, where it is in doubt."""
    latest: datetime | None = None
    """And the time that was recorded here last, by the same zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutView:
    """Everything on the screen."""

    stage: Stage
    lines: tuple[LineView, ...]
    selected: int | None
    """The key of the line that quantity, price and Del go to."""
    evaluation: Evaluation
    names: Mapping[RewardName, Mapping[str, str]]
    """Names of rewards by language; for an earn rule the name of its programme."""
    currency: str
    member: MemberView | None
    bearers: tuple[BearerView, ...] = ()
    """Vouchers and gift cards that were shown, in that order."""
    member_choices: tuple[MemberChoice, ...] = ()
    product_choices: tuple[ProductChoice, ...] = ()
    next_pieces: int = 1
    """How often the next product counts (``3*``)."""
    joining: JoiningView | None = None
    replacing: ReplacingView | None = None
    proving: bool = False
    """The last four digits of the member's phone are waited for."""
    off_basket: tuple[BasketReward, ...] = ()
    payment: PaymentView | None = None
    done: DoneView | None = None
    notice: Notice | None = None
    asking: AskingView | None = None
    slip: str = ""
    """The return whose slip was scanned; empty else."""
    refund: RefundView | None = None
    """The return in work."""
    goodwill: GoodwillView | None = None
    """Units are about to be given by hand."""
    household: HouseholdView | None = None
    """Who shares the member's units, and who is about to."""
    exchange: int = 0
    """What goods that came back pay of this sale."""
    sound: Sound = Sound.NONE
    can_undo: bool = False
    can_redo: bool = False
    blocked: tuple[int, ...] = ()
    """Keys of the lines that must be resolved before payment."""
    parked: int = 0
    """How many baskets wait for their customers."""
    parked_choices: tuple[ParkedView, ...] = ()
    """The same, while the cashier chooses one."""
    amounts_only: bool = False
    """Goods and money are another till's."""
    reward_wanted: bool = False
    """A reward shall be used as soon as the total is known."""
    unit_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    others: tuple[NotApplied, ...] = ()
    """Offers that stayed away and that the customer's display tells, nearest first."""
    unit_kinds: Mapping[RewardName, RuleUnits] = field(default_factory=dict)
    """What the units of a reward or an earn rule are: nine stamps are not nine points."""
    privileges: Mapping[RewardName, Mapping[str, str]] = field(default_factory=dict)
    """What rewards promise that no till can give, by language."""

    @property
    def total(self) -> int:
        """What the customer pays, before cash rounding."""
        return self.evaluation.total

    @property
    def can_pay(self) -> bool:
        """Whether Finish would go on to payment."""
        return bool(self.lines) and not self.blocked
