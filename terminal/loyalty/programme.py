"""A programme: rules that move units, as data. A new kind of offer is a file, not code.

Every value here reads from and writes to JSON field by field (``wire.programme_json`` does it and
derives the JSON Schema from these classes). A published revision never changes: a sale names the
revisions that it was judged by, and a refund years later is judged by the same.

Example: *buy nine, the tenth is free* is a unit of kind stamps, an earn rule "one per piece of
coffee", and a claimed reward "100 % off one coffee" that costs nine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from datetime import UTC, datetime
from typing import Annotated, Literal

from terminal.loyalty.benefits import (
    AmountOff,
    Benefit,
    FixedPrice,
    GivenUnits,
    PercentOff,
    Privilege,
    Step,
    Target,
)
from terminal.loyalty.bounds import Between, check_bounds
from terminal.loyalty.conditions import (
    Audience,
    Budget,
    Condition,
    Id,
    Limit,
    Money,
    Number,
    Occasion,
    Period,
    Window,
)
from terminal.loyalty.earning import EarnRule
from terminal.loyalty.money import divide_half_up
from terminal.loyalty.units import LARGEST_COUNT, Expiry, NeverExpires, Rounding, UnitKind
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What units are worth in money: so many units are so many minor units of currency."""

    units: Number
    amount: Money

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTerms:
    """The unit that a programme accrues, with its policies."""

    id: Id
    kind: UnitKind
    name: dict[str, str]
    counted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """How it is called behind a number, by language: in the plural forms of each, in their order.

    Empty: by the words of its kind, such as points.
    """
    rounding: Rounding = Rounding.DOWN
    expiry: Expiry = field(default_factory=NeverExpires)
    vesting_days: Annotated[int, Between(0, 366)] = 0
    worth: Worth | None = None
    """Used to weigh units that an automatic reward would spend; without it they weigh nothing."""
    held: Literal["member", "bearer"] = "member"
    """Bearer units are earned into a wallet of their own, and whoever shows its code has them."""
    partner: str = ""
    """Whom the shop settles these units with; empty for its own."""

    def __post_init__(self) -> None:
        check_bounds(self)
        if not all(forms and all(forms) for forms in self.counted.values()):
            raise ValueError("a language in which units are counted needs its forms")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """A benefit, what it costs in the programme's units, and when it may be had.

    An automatic reward applies itself; a claimed one waits for the cashier's key. With a cost it
    may be had as often as the units suffice, else as often as the goods do; ``limit`` bounds it
    per basket. A basket-wide reward without a cost is had once.
    """

    id: Id
    name: dict[str, str]
    mode: Literal["automatic", "claimed"] = "automatic"
    audience: Audience = Audience()
    window: Window = Window()
    cost: Annotated[int, Between(0, LARGEST_COUNT)] = 0
    condition: Condition = Condition()
    benefit: Benefit
    target: Target
    limit: Number | None = None
    occasion: Occasion | None = None
    limits: tuple[Limit, ...] = ()
    budget: Budget | None = None
    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.target.scope == "set":
            in_set = sum(need.pieces for need in self.condition.needs)
            if not in_set:
                raise ValueError("a set needs goods in its condition")
            if self.target.pieces > in_set and self.target.also is None:
                raise ValueError("the benefit goes to more pieces than the set has")
        elif self.condition.needs:
            raise ValueError("needed pieces belong to a reward on a set")
        _check_for_the_basket(self)
        if not isinstance(self.benefit, PercentOff | AmountOff | FixedPrice):
            if self.target.scope != "basket":
                raise ValueError("only money off comes off pieces and sets")
            if self.steps:
                raise ValueError("steps belong to money off")
        if self.budget and self.budget.of == "units" and not isinstance(self.benefit, GivenUnits):
            raise ValueError("a budget of units belongs to a reward that gives units")
        if (
            self.budget
            and self.budget.of == "money"
            and isinstance(self.benefit, GivenUnits | Privilege)
        ):
            raise ValueError("a budget of money belongs to money off and donations")


def _check_for_the_basket(reward: Reward) -> None:
    """What a reward says that only one on the basket may say."""
    on_basket = reward.target.scope == "basket"
    benefits = (reward.benefit, *(step.benefit for step in reward.steps))
    if not on_basket and any(
        isinstance(one, PercentOff) and one.at_most is not None for one in benefits
    ):
        raise ValueError("at_most belongs to a percent off the basket")
    if not on_basket and any(
        isinstance(one, AmountOff) and one.at_most_basis_points is not None for one in benefits
    ):
        raise ValueError("at_most_basis_points belongs to an amount off the basket")
    if reward.target.scope != "piece" and any(
        isinstance(one, AmountOff | FixedPrice) and one.per == "kilogram" for one in benefits
    ):
        raise ValueError("per kilogram belongs to money off pieces by themselves")
    for_each = any(isinstance(one, AmountOff) and one.for_each is not None for one in benefits)
    if for_each and (not on_basket or reward.cost or reward.steps):
        raise ValueError("for_each belongs to an amount off the basket without cost and steps")
    if reward.condition.spend_of == "rest":
        if not on_basket:
            raise ValueError("a spend of the rest belongs to a reward on the basket")
        if not reward.condition.spend:
            raise ValueError("spend_of belongs to a spend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacking:
    """How a programme's rewards go together with others.

    One piece of goods takes part in at most one reward on pieces or sets; rewards on the basket
    come off what is left, percents before amounts. On top of that a programme may stand
    ``alone`` (no other reward in the same sale), or belong to a ``group`` of which one is taken:
    the best, or, where ``pick`` is ``priority``, the one of the highest ``priority`` that
    can be had. All programmes of a group pick alike. With ``on_top`` its rewards on pieces come
    off what other rewards left of a piece, whatever took part there.

    ``percent_of`` says what a percent off the basket, or on top of others, is counted on: the
    ``rest`` that is left to pay, the ``shelf`` price (never more than is left comes off), or,
    ``after_amounts``, what is left when amounts off the basket are off as well. Of 100.00 with
    10.00 off and 20 % off, ``rest`` and ``shelf`` leave 70.00, ``after_amounts`` 72.00.
    """

    mode: Literal["combines", "alone"] = "combines"
    group: str = ""
    pick: Literal["best", "priority"] = "best"
    priority: Annotated[int, Between(0, 1_000)] = 0
    on_top: bool = False
    percent_of: Literal["rest", "shelf", "after_amounts"] = "rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One step of standing, such as silver, reached with so many status units in the period."""

    id: Id
    name: dict[str, str]
    units: Annotated[int, Between(0, LARGEST_COUNT)]

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class TierTerms:
    """How the programme's status units become tiers, lowest first.

    Units earned in the period count. Who no longer has enough keeps the tier for ``grace_days``
    after the period and then goes down, step by step or straight to what the units are worth.
    """

    tiers: tuple[Tier, ...]
    period: Period
    grace_days: Annotated[int, Between(0, 366)] = 0
    down: Literal["step", "straight"] = "step"

    def __post_init__(self) -> None:
        check_bounds(self)
        counts = [tier.units for tier in self.tiers]
        if not counts or counts != sorted(set(counts)):
            raise ValueError(
                "tiers begin with the lowest, each with more units than the one before"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """One immutable revision of a programme, and the instant (with offset) from which it holds."""

    programme: Number
    revision: Number
    holds_from: datetime
    closed: bool = False
    """A closed revision ends the programme; its units stay what they are."""
    name: dict[str, str]
    unit: UnitTerms | None = None
    earn: tuple[EarnRule, ...] = ()
    rewards: tuple[Reward, ...] = ()
    stacking: Stacking = Stacking()
    tiers: TierTerms | None = None

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.holds_from.tzinfo is None:
            raise ValueError("holds_from needs its offset from UTC, such as +01:00")
        if self.unit is None and (self.earn or any(reward.cost for reward in self.rewards)):
            raise ValueError("earning or costing units needs a unit")
        for names in ([rule.id for rule in self.earn], [reward.id for reward in self.rewards]):
            if len(set(names)) != len(names):
                raise ValueError("rules and rewards need ids that differ")
        bounded = [one.id for one in self.earn if one.budget]
        bounded += [one.id for one in self.rewards if one.budget]
        if len(set(bounded)) != len(bounded):
            raise ValueError("a rule and a reward with budgets need ids that differ")
        is_card = self.unit and self.unit.kind is UnitKind.MONEY and self.unit.held == "bearer"
        if is_card and any(not rule.reduced for rule in self.earn):
            raise ValueError("a gift card is loaded with what it costs, reduced or not")
        if self.tiers and (self.unit is None or self.unit.kind is not UnitKind.STATUS):
            raise ValueError("tiers need a unit of kind status")
        _check_shared_limits(self)
        if (self.stacking.mode == "alone" or self.stacking.group) and any(
            one.condition.spend_of == "rest"
            and not isinstance(one.benefit, PercentOff | AmountOff | FixedPrice)
            for one in self.rewards
        ):
            # Others would make way for it before anybody knows what is left to pay.
            raise ValueError("what takes nothing off asks for a rest beside all others only")


def _check_shared_limits(programme: Programme) -> None:
    """Whether what limits count together can stand in one sale one at a time only."""
    if any(limit.together_with for rule in programme.earn for limit in rule.limits):
        raise ValueError("together_with belongs to a limit of a reward")
    others = [
        other
        for reward in programme.rewards
        for limit in reward.limits
        for other in limit.together_with
    ]
    if any(one.programme == programme.programme for one in others):
        raise ValueError("together_with names rewards of other programmes")
    if others and not programme.stacking.group and programme.stacking.mode != "alone":
        raise ValueError("a limit together with others belongs to a programme of a group")


def worth_of(programme: Programme | None, n: int) -> int:
    """What units of a programme are worth in minor units, as far as it says."""
    if n <= 0 or programme is None or programme.unit is None or programme.unit.worth is None:
        return 0
    return divide_half_up(n * programme.unit.worth.amount, programme.unit.worth.units)


def among(
    programmes: Iterable[Programme], named: Iterable[tuple[int, int]]
) -> dict[int, Programme]:
    """By number, in order, the revisions that are named by (programme, revision)."""
    wanted = set(named)
    found = [one for one in programmes if (one.programme, one.revision) in wanted]
    found.sort(key=lambda one: (one.programme, one.revision))
    return {one.programme: one for one in found}


def in_force(revisions: Iterable[Programme], utc: datetime) -> tuple[Programme, ...]:
    """Of each programme the latest revision that holds at an instant (UTC, no zone on it).

    In order of their numbers; programmes whose latest revision is closed are left out.
    """
    now = utc.replace(tzinfo=UTC)
    latest: dict[int, Programme] = {}
    for revision in revisions:
        known = latest.get(revision.programme)
        if revision.holds_from <= now and (known is None or known.revision < revision.revision):
            latest[revision.programme] = revision
    return tuple(latest[number] for number in sorted(latest) if not latest[number].closed)
