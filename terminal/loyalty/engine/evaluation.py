"""What the engine says: the price, line by line, and a reason for everything, as data.

Reasons carry numbers and names of rules, never sentences: ``wording`` has the sentences, in every
language, and a replay on the server compares reasons without reading prose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from terminal.loyalty.history import NO_HISTORY, History
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account
from terminal.loyalty.wanted import Wanted
from terminal.values import dataclass


class Why(StrEnum):
    """The one reason behind a discount, an accrual or an offer that stayed away."""

    # Why it applied
    PERCENT_OFF = "percent_off"
    """``basis_points`` off ``pieces`` pieces, or off the basket (pieces 0).

    ``per`` is the most that comes off, where that was reached.
    """
    AMOUNT_OFF = "amount_off"
    """``amount`` off, ``times`` times."""
    FIXED_PRICE = "fixed_price"
    """``pieces`` pieces for ``amount`` each, or a set for ``amount``."""
    FREE = "free"
    """``pieces`` pieces for nothing."""
    UNITS_FOR_MONEY = "units_for_money"
    """``units`` units are worth ``amount``, used ``times`` times."""
    EARNED_PER_MONEY = "earned_per_money"
    """``units`` for each ``per`` of ``amount``; ``percent`` is the multiplier if all had it."""
    EARNED_PER_PIECE = "earned_per_piece"
    """``units`` for each ``per`` of ``pieces``."""
    EARNED_PER_VISIT = "earned_per_visit"
    """``units`` for the visit."""
    ENROLMENT = "enrolment"
    """``units`` for joining."""
    REFERRAL = "referral"
    """``units`` for bringing another member."""
    REFERRED = "referred"
    """``units`` for having been brought by another member."""
    FEEDBACK = "feedback"
    """``units`` for having told the shop."""
    GOODWILL = "goodwill"
    """``units`` as a kindness of the shop."""
    EXCHANGED = "exchanged"
    """A reward gives ``units``, all its ``times`` together; ``kind`` is what these units are, where the programme's own are something else."""
    PRIVILEGE = "privilege"
    """A privilege in words, ``times`` times."""
    DONATED = "donated"
    """``amount`` for a good cause, for ``units``."""

    # Why it did not
    MEMBERS_ONLY = "members_only"
    """Only with a card; ``amount`` or ``units`` is what it would have brought, if known."""
    NOT_FOR_THIS_MEMBER = "not_for_this_member"
    """For another tier, one of ``tiers``; without them for chosen members, such as a segment."""
    NOT_STARTED = "not_started"
    """From ``day`` on."""
    ENDED = "ended"
    """``day`` was the last day."""
    OTHER_WEEKDAY = "other_weekday"
    """Next on ``weekday`` (1 Monday to 7)."""
    FROM_TIME = "from_time"
    """Today from ``time`` (HH:MM)."""
    UNTIL_TIME = "until_time"
    """Today it was over at ``time``."""
    NO_GOODS = "no_goods"
    """Nothing in the basket that it is about."""
    PIECES_MISSING = "pieces_missing"
    """``pieces`` more needed."""
    SPEND_MISSING = "spend_missing"
    """``amount`` more needed."""
    UNITS_MISSING = "units_missing"
    """``units`` more needed; ``amount`` is what must be bought for them, 0 if not by money.

    ``times`` are those that were used already, of what a code holds.
    """
    UNITS_ELSEWHERE = "units_elsewhere"
    """Enough units, but the right to ``units`` of them is not at this till."""
    BETTER_OFFER = "better_offer"
    """Others were better by ``amount``; ``other`` is one of them."""
    NOT_TOGETHER = "not_together"
    """May not be combined with ``other``, which was better by ``amount``."""
    TAKEN_OFF = "taken_off"
    """The cashier took it off."""
    READY = "ready"
    """Waits for the cashier's key; brings ``amount`` for ``units``."""
    NOTHING_LEFT = "nothing_left"
    """Nothing is left that it could come off."""
    NOT_WORTH_IT = "not_worth_it"
    """The units that it would spend are worth more than the ``amount`` it brings."""
    USED_UP = "used_up"
    """Had as often as it may be; again from ``day`` on (None: not again), ``times`` is the limit."""
    OPERATOR_LIMIT = "operator_limit"
    """Given here as often as one operator may; again from ``day`` on."""
    BUDGET_USED_UP = "budget_used_up"
    """The right to the offer's budget is used up at this till."""
    CONSENT_MISSING = "consent_missing"
    """Only for those who agreed to all of ``consents``."""
    CONTROL_GROUP = "control_group"
    """Tried out with other members, which nobody at the counter is to read."""
    NOT_BIRTHDAY = "not_birthday"
    """Around the member's birthday, from ``day`` on (None: the till knows none)."""
    OTHER_PURCHASE = "other_purchase"
    """With purchase number ``times`` in its period; ``pieces`` purchases on from now, 0: past.

    ``day`` is the last day of the period, where it has one; for what is past when it begins anew.
    """
    SPENT_TOO_LITTLE = "spent_too_little"
    """``amount`` more must have been spent in its period."""
    NOT_AWAY = "not_away"
    """For those who come back after ``times`` days."""
    NOT_NEW = "not_new"
    """For those who joined at most ``times`` days ago."""
    NOT_REFERRED = "not_referred"
    """For those whom another member brought."""
    NOT_DRAWN = "not_drawn"
    """A surprise that was not drawn today."""
    VOUCHER_MISSING = "voucher_missing"
    """Only with the voucher's code."""
    PAID_OTHERWISE = "paid_otherwise"
    """``amount`` was paid in a way that earns nothing."""
    REDUCED_GOODS = "reduced_goods"
    """Only goods that a reward made cheaper, which bring nothing here."""
    TOO_LITTLE = "too_little"
    """Too little money or too few pieces for one unit; ``amount`` or ``pieces`` more is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why, with the numbers that the sentence needs. Unused ones are 0, empty or None."""

    why: Why
    amount: int = 0
    units: int = 0
    pieces: int = 0
    times: int = 0
    per: int = 0
    basis_points: int = 0
    percent: int = 100
    full: bool = False
    """Only each full ``per`` counted of ``amount``."""
    without_reduced: bool = False
    """Goods that a reward made cheaper are not counted."""
    left: int = 0
    """What was left over from earlier purchases, by a rule that carries on; minor units or pieces."""
    weekday: int = 0
    time: str = ""
    day: date | None = None
    other: RewardName | None = None
    kind: UnitKind | None = None
    """What ``units`` are, where they may be another programme's."""
    tiers: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    most: int = 0
    """No more units came than these: a limit or the offer's budget left no more."""
    wanted: tuple[Wanted, ...] = ()
    """Of which goods pieces or money are missing; empty where nobody gave them a name."""
    kilogram: bool = False
    """``amount`` is the price of a kilogram, and of each of ``pieces`` that were counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a reward took off one line, and of how many of its pieces (0: of the line's rest)."""

    line: int
    amount: int
    pieces: int = 0


def of_share(reason: Reason, share: Share) -> Reason:
    """The reason with the pieces of one line: those of all lines are no news beside it."""
    if reason.kilogram:
        return reason
    each = reason.why in (Why.PERCENT_OFF, Why.FREE)
    each = each or (reason.why is Why.FIXED_PRICE and reason.pieces <= reason.times)
    return replace(reason, pieces=share.pieces) if each and share.pieces else reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """A reward that the customer gets in this sale."""

    name: RewardName
    revision: int
    times: int
    discount: int
    """Minor units; 0 where it gives units, a privilege or a donation."""
    shares: tuple[Share, ...]
    units: int
    """Units that it spends."""
    unit: str
    claimed: bool
    reason: Reason
    step: int = 0
    """Which of its steps was reached, from 1; 0: none, or it has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Units that the sale takes from one account, for one reward.

    Of a budget's account (unit ``budget``) it takes what the reward, or the earn rule of that id,
    costs its budget.
    """

    name: RewardName
    account: Account
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """Units that the sale brings, by one rule of one programme."""

    programme: int
    revision: int
    rule: str
    account: Account
    n: int
    day: date | None
    """Their last day; None means that they never expire."""
    vests: date | None = None
    """Pending until this day; None means spendable at once."""
    by_reward: bool = False
    """True where a reward gives them; ``rule`` is its id then."""
    counted: int = 0
    """What a rule that carries on counted in this sale; see ``history.rest`` and ``Carried``."""
    line: int | None = None
    """The line with whose piece a gift card was sold."""
    reason: Reason


def together(earned: Iterable[Earned]) -> tuple[Earned, ...]:
    """What each rule and each reward brought in all, behind the code of its first part."""
    whole: dict[tuple[int, str, bool, str], Earned] = {}
    for one in earned:
        key = (one.programme, one.rule, one.by_reward, one.account.unit)
        before = whole.get(key)
        whole[key] = (
            one
            if before is None
            else replace(before, n=before.n + one.n, counted=before.counted + one.counted)
        )
    return tuple(whole.values())


class Carried(NamedTuple):
    """What a rule that carries on counted in a sale that brought no whole unit."""

    programme: int
    rule: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rules were judged by besides tier and segments, as far as they asked.

    The counts are condensed: over each period that a rule asked about they sum to what the till
    knew. A birthday is in no fact.
    """

    history: History = NO_HISTORY
    operator_history: History = NO_HISTORY
    arms: tuple[tuple[str, int], ...] = ()
    """(experiment, the member's arm in it)."""
    consents: frozenset[str] = frozenset()
    """Of the purposes that were asked, those that the member agreed to."""
    enrolled: date | None = None
    referred_by: str = ""


NOTHING_ASKED = Judged()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotApplied:
    """A reward or an earn rule that stayed away, with the first reason why."""

    programme: int
    rule: str
    earns: bool
    """True for an earn rule, False for a reward."""
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A reward that units pay for, as the member's panel shows it.

    ``worth`` is what it would take off this basket now (or takes, if applied) and ``units`` what
    that costs; ``times_most`` how often it could be had. ``balance_units`` is what the member
    has. A reward that is out of reach has ``worth`` 0 and says in ``reason`` what is missing.
    """

    name: RewardName
    unit: str
    cost: int
    applied: bool
    automatic: bool
    times: int
    times_most: int
    units: int
    worth: int
    balance_units: int
    reason: Reason
    brings: Reason | None = None
    """What it gives where it takes nothing off: units, a privilege, a donation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinReach:
    """The next step of a reward: ``brings`` from ``missing`` more on, for what it is about."""

    name: RewardName
    step: int
    """Its number, from 1."""
    missing: Reason
    """``PIECES_MISSING`` or ``SPEND_MISSING``; both may be needed, then the pieces are told."""
    brings: Reason
    """``PERCENT_OFF``, ``AMOUNT_OFF``, ``FIXED_PRICE`` or ``FREE``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePrice:
    """One line after rewards: ``gross`` − ``discount`` = ``net``, in minor units."""

    line: int
    gross: int
    discount: int
    vat: int

    @property
    def net(self) -> int:
        """What is paid for the line (before tax, where prices are without tax)."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class VatPrice:
    """All lines of one VAT rate: what is paid, and how much of it is tax."""

    rate: int
    gross: int
    discount: int = 0
    taxable: int
    """Without tax."""
    tax: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The engine's whole answer about one basket at one moment.

    ``total`` is what the customer pays (tax included) before cash rounding. ``bound`` is the
    least that any allocation allowed by the rules could come to, as far as the search has shown;
    with ``proven`` nothing is better. ``steps`` is the effort that was used. ``revisions`` are
    the rules that it was judged by: (programme, revision) of every one in force.
    """

    lines: tuple[LinePrice, ...]
    vat: tuple[VatPrice, ...]
    gross: int
    discount: int
    total: int
    applied: tuple[Applied, ...]
    spent: tuple[Spent, ...]
    earned: tuple[Earned, ...]
    offers: tuple[Offer, ...]
    not_applied: tuple[NotApplied, ...]
    bound: int
    proven: bool
    steps: int
    revisions: tuple[tuple[int, int], ...]
    within_reach: tuple[WithinReach, ...] = ()
    """Of rewards with steps that may be had: the next step."""
    carried: tuple[Carried, ...] = ()
    judged: Judged = NOTHING_ASKED
    effort: int = 0
    """With this effort ``evaluate`` gives this very answer; 0: that of a first answer."""
