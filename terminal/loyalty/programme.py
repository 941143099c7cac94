"""A programme: rules that move units, as data. A new kind of offer is a file, not code.

Every value here reads from and writes to JSON field by field (``wire.programme_json`` does it and
derives the JSON Schema from these classes). A published revision never changes: a sale names the
revisions that it was judged by, and a refund years later is judged by the same.

Example: *buy nine, the tenth is free* is a unit of kind stamps, an earn rule "one per piece of
coffee", and a claimed reward "100 % off one coffee" that costs nine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Literal

from terminal.loyalty.basket import Product
from terminal.loyalty.bounds import Between, Written, check_bounds
from terminal.loyalty.money import BASIS_POINTS, LARGEST_AMOUNT
from terminal.loyalty.units import LARGEST_COUNT, Expiry, NeverExpires, Rounding, UnitKind

LARGEST_SET = 24
"""Pieces in one set; more is no set but a spend condition."""


Id = Annotated[str, Written(r"\S(.*\S)?", "at least one letter, no space around it")]
Time = Annotated[str, Written(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00", "a time of day as HH:MM")]
Weekday = Annotated[int, Between(1, 7)]
Money = Annotated[int, Between(0, LARGEST_AMOUNT)]
SomeMoney = Annotated[int, Between(1, LARGEST_AMOUNT)]
Number = Annotated[int, Between(1, LARGEST_COUNT)]
Pieces = Annotated[int, Between(1, LARGEST_SET)]


def minutes_of(time: str) -> int:
    """Minutes after midnight of a time written ``HH:MM``; ``24:00`` is the end of the day."""
    return int(time[:2]) * 60 + int(time[3:])


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsFilter:
    """Which products a rule is about. Empty lists mean all; a product must pass every list."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """Paths; ``drinks`` reaches ``drinks/coffee`` too."""
    brands: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    except_skus: tuple[str, ...] = ()
    except_categories: tuple[str, ...] = ()

    def takes(self, product: Product) -> bool:
        """Whether the rule is about this product."""
        return (
            (not self.skus or product.sku in self.skus)
            and (not self.categories or _within(product.category, self.categories))
            and (not self.brands or product.brand in self.brands)
            and (not self.suppliers or product.supplier in self.suppliers)
            and product.sku not in self.except_skus
            and not (self.except_categories and _within(product.category, self.except_categories))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """For whom. Empty: everybody at the counter. Tiers and segments make it members only."""

    members: bool = False
    tiers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()

    @property
    def members_only(self) -> bool:
        """Whether a card is needed."""
        return self.members or bool(self.tiers) or bool(self.segments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """When. Weekdays are 1 (Monday) to 7; times are local ``HH:MM``, the end not included.

    A window from 22:00 to 02:00 goes over midnight and belongs to the day on which it began.
    """

    weekdays: tuple[Weekday, ...] = ()
    from_time: Time = "00:00"
    to_time: Time = "24:00"
    first_day: date | None = None
    last_day: date | None = None

    def __post_init__(self) -> None:
        check_bounds(self)
        if minutes_of(self.from_time) == minutes_of(self.to_time):
            raise ValueError("a window that ends when it begins is never open")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("the last day is before the first")


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
    rounding: Rounding = Rounding.DOWN
    expiry: Expiry = field(default_factory=NeverExpires)
    vesting_days: Annotated[int, Between(0, 366)] = 0
    worth: Worth | None = None
    """Used to weigh units that an automatic reward would spend; without it they weigh nothing."""

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerMoney:
    """Units for each so many minor units of money."""

    kind: Literal["money"] = "money"
    amount: SomeMoney

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerPiece:
    """Units for each so many pieces; a piece that a reward made free does not count."""

    kind: Literal["piece"] = "piece"
    pieces: Annotated[int, Between(1, 1000)] = 1

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PerVisit:
    """Units once for each sale with goods that the rule is about."""

    kind: Literal["visit"] = "visit"


Per = PerMoney | PerPiece | PerVisit


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    """Some goods, hours or people earn more: ``percent`` 200 is double. The highest one holds."""

    percent: Annotated[int, Between(0, 100_000)]
    goods: GoodsFilter = GoodsFilter()
    audience: Audience = Audience()
    window: Window = Window()

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnRule:
    """How units are earned. ``minimum`` minor units must be paid for the goods of the rule."""

    id: Id
    on: Literal["purchase"] = "purchase"
    audience: Audience = Audience()
    goods: GoodsFilter = GoodsFilter()
    window: Window = Window()
    per: Per
    units: Number = 1
    minimum: Money = 0
    base: Literal["net", "gross"] = "net"
    """Whether money is counted after rewards (net) or before (gross)."""
    multipliers: tuple[Multiplier, ...] = ()

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Pieces that must be in the basket, and that the set then uses up."""

    goods: GoodsFilter = GoodsFilter()
    pieces: Pieces = 1

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What the basket must hold. ``spend`` counts shelf prices of ``goods`` before rewards."""

    spend: Money = 0
    goods: GoodsFilter = GoodsFilter()
    needs: tuple[Need, ...] = ()

    def __post_init__(self) -> None:
        check_bounds(self)
        if sum(need.pieces for need in self.needs) > LARGEST_SET:
            raise ValueError(f"a set has at most {LARGEST_SET} pieces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the benefit is taken off.

    - ``piece``: each piece of ``goods`` by itself;
    - ``set``: the needs of the condition make a set; the benefit goes to ``pieces`` of the set,
      the ``pick`` of them (0 means all), or, with ``also``, to further pieces of those goods;
    - ``basket``: what is left to pay for ``goods`` after the rewards on pieces and sets.
    """

    scope: Literal["piece", "set", "basket"]
    goods: GoodsFilter = GoodsFilter()
    pieces: Annotated[int, Between(0, LARGEST_SET)] = 0
    pick: Literal["cheapest", "dearest"] = "cheapest"
    also: Need | None = None

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.scope != "set" and (self.pieces or self.also):
            raise ValueError("pieces and also belong to a set")


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentOff:
    """So many basis points off the target: 10000 makes it free."""

    kind: Literal["percent_off"] = "percent_off"
    basis_points: Annotated[int, Between(1, BASIS_POINTS)]

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountOff:
    """So many minor units off the target, never more than the target costs."""

    kind: Literal["amount_off"] = "amount_off"
    amount: SomeMoney

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPrice:
    """The target costs so many minor units instead; never more than without it."""

    kind: Literal["fixed_price"] = "fixed_price"
    price: Money

    def __post_init__(self) -> None:
        check_bounds(self)


Benefit = PercentOff | AmountOff | FixedPrice


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacking:
    """How a programme's rewards go together with others.

    One piece of goods takes part in at most one reward on pieces or sets; rewards on the basket
    come off what is left, percents before amounts. On top of that a programme may stand
    ``alone`` (no other reward in the same sale), or belong to a ``group`` of which the best one
    is taken.
    """

    mode: Literal["combines", "alone"] = "combines"
    group: str = ""


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

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.holds_from.tzinfo is None:
            raise ValueError("holds_from needs its offset from UTC, such as +01:00")
        if self.unit is None and (self.earn or any(reward.cost for reward in self.rewards)):
            raise ValueError("earning or costing units needs a unit")
        for names in ([rule.id for rule in self.earn], [reward.id for reward in self.rewards]):
            if len(set(names)) != len(names):
                raise ValueError("rules and rewards need ids that differ")


def in_force(revisions: Iterable[Programme], utc: datetime) -> tuple[Programme, ...]:
    """Of each programme the latest revision that holds at an instant (UTC, no zone on it).

    In order of their numbers; programmes whose latest revision is closed are left out.
    """
    latest: dict[int, Programme] = {}
    for revision in revisions:
        begins = revision.holds_from.replace(tzinfo=None) - (
            revision.holds_from.utcoffset() or utc - utc
        )
        known = latest.get(revision.programme)
        if begins <= utc and (known is None or known.revision < revision.revision):
            latest[revision.programme] = revision
    return tuple(latest[number] for number in sorted(latest) if not latest[number].closed)


def _within(category: str, paths: tuple[str, ...]) -> bool:
    return any(category == path or category.startswith(path + "/") for path in paths)
