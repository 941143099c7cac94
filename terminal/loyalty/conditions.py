"""When, for whom and on what: the conditions that earn rules and rewards share, as data."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import Annotated, Literal

from terminal.loyalty.basket import Line, Product
from terminal.loyalty.bounds import Between, Written, check_bounds
from terminal.loyalty.money import BASIS_POINTS, LARGEST_AMOUNT
from terminal.loyalty.units import LARGEST_COUNT
from terminal.values import dataclass

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
    """Which goods a rule is about. Empty lists mean all; a product must pass every list.

    Of these, goods are taken of which a piece costs from ``price_from`` to ``price_to`` minor units
    on the shelf, both included; of weighed goods what was weighed costs that.
    """

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """Paths; ``drinks`` reaches ``drinks/coffee`` too."""
    brands: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    except_skus: tuple[str, ...] = ()
    except_categories: tuple[str, ...] = ()
    price_from: Money = 0
    price_to: Money | None = None
    name: dict[str, str] = field(default_factory=dict, compare=False)
    """What people call these goods, by language: said where some are missing. The goods are the
    same under any name."""

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.price_to is not None and self.price_to < self.price_from:
            raise ValueError("price to: below price from")

    def __hash__(self) -> int:
        # Filters are looked up hundreds of times for each basket; most differ in one of these.
        return hash(self.skus or self.categories or self.brands)

    @property
    def is_priced(self) -> bool:
        """Whether it asks what a piece costs."""
        return self.price_from > 0 or self.price_to is not None

    def takes_price(self, price: int) -> bool:
        """Whether a piece at this price is within its bounds."""
        return self.price_from <= price and (self.price_to is None or price <= self.price_to)

    def takes(self, line: Line) -> bool:
        """Whether the rule is about the goods of this line."""
        if not self.takes_names(line.product):
            return False
        if self.price_from or self.price_to is not None:
            return self.takes_price(line.piece_amount)
        return True

    def takes_piece(self, product: Product, price: int) -> bool:
        """Whether the rule is about a piece of this product at this price."""
        return self.takes_names(product) and self.takes_price(price)

    def takes_names(self, product: Product) -> bool:
        """Whether the rule is about this product, if the price is right."""
        return (
            (not self.skus or product.sku in self.skus)
            and (not self.categories or _within(product.category, self.categories))
            and (not self.brands or product.brand in self.brands)
            and (not self.suppliers or product.supplier in self.suppliers)
            and product.sku not in self.except_skus
            and not (self.except_categories and _within(product.category, self.except_categories))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """Which members a trial is for: those whose arm lies from ``first`` to ``last``, both included.

    A member's arm is a number from 0 to 9,999 that never changes; see ``chance.arm_of``. Who is
    outside is the control group.
    """

    id: Id
    first: Annotated[int, Between(0, 9_999)] = 0
    last: Annotated[int, Between(0, 9_999)]

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.last < self.first:
            raise ValueError("the last arm is before the first")


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """For whom. Empty: everybody at the counter. Anything said here makes it members only.

    Of ``tiers``, ``segments`` and ``named`` (members' ids) one of each list is enough;
    ``consents`` are all needed.
    """

    members: bool = False
    tiers: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    experiment: Experiment | None = None

    @property
    def members_only(self) -> bool:
        """Whether a card is needed."""
        return (
            self.members
            or bool(self.tiers)
            or bool(self.segments)
            or bool(self.named)
            or bool(self.consents)
            or self.experiment is not None
        )


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
class Period:
    """The time over which something is counted, ending today; the business day counts.

    ``days`` counts back so many days, today included, and belongs to the kind of that name alone.
    Weeks begin on Monday.
    """

    kind: Literal["day", "week", "month", "quarter", "year", "days", "ever"] = "ever"
    days: Annotated[int, Between(0, 3660)] = 0

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.kind == "days" and not self.days:
            raise ValueError("days is missing: how many days back, today included, from 1 to 3660")
        if self.kind != "days" and self.days:
            raise ValueError(f"days belongs to the kind days, not to {self.kind}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Birthday:
    """From so many days before the member's birthday to so many days after it.

    Day and month only: nobody needs the year. 29 February is kept on 28 February in other years.
    """

    kind: Literal["birthday"] = "birthday"
    days_before: Annotated[int, Between(0, 31)] = 0
    days_after: Annotated[int, Between(0, 31)] = 0

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchases:
    """The member's purchase of that number in the period, this one; with ``repeat`` each so many.

    1 is the first purchase; 3 in a month is "three visits this month".
    """

    kind: Literal["purchases"] = "purchases"
    number: Annotated[int, Between(1, 10_000)]
    repeat: bool = False
    period: Period = Period()

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """The member paid at least so much in the period, this sale not counted."""

    kind: Literal["spending"] = "spending"
    amount: SomeMoney
    period: Period = Period()

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """The member's last purchase is at least so many days ago; who never bought is not away."""

    kind: Literal["away"] = "away"
    days: Annotated[int, Between(1, 3660)]

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """The member joined at most so many days ago; 0 is today."""

    kind: Literal["enrolled"] = "enrolled"
    days: Annotated[int, Between(0, 3660)]

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """Another member brought this one."""

    kind: Literal["referred"] = "referred"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A surprise: so many basis points of all (member, business day) are drawn, the same everywhere.

    See ``chance.is_drawn``: no till can draw again.
    """

    kind: Literal["draw"] = "draw"
    id: Id
    basis_points: Annotated[int, Between(1, BASIS_POINTS)]

    def __post_init__(self) -> None:
        check_bounds(self)


Occasion = Birthday | Purchases | Spending | Away | Enrolled | Referred | Draw
"""What must be so in the member's own story; every kind needs a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherReward:
    """A reward of another programme."""

    programme: Number
    reward: Id

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How often a reward may be had, or how many units a rule may bring, within a period.

    Judged by the best knowledge at the till (an overshoot is found later, with its cost). A till
    without operators counts itself as one. A reward counts those named ``together_with`` it as
    itself; they belong to programmes of its own group, so that one sale takes one of them.
    """

    most: Number
    per: Literal["member", "operator"] = "member"
    period: Period = Period()
    together_with: tuple[OtherReward, ...] = ()

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What an offer may cost in all, held as spending rights: it cannot be overdrawn.

    ``money`` counts the minor units that a reward takes off, ``times`` how often it is had,
    ``units`` the units that it or an earn rule gives.
    """

    of: Literal["money", "times", "units"]
    amount: Number

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
    """What the basket must hold. ``spend`` counts shelf prices of ``goods`` before rewards.

    With ``spend_of`` ``rest`` it counts what is left to pay for them: for money off the basket in
    its turn, after all that comes off before it; for what takes nothing off after everything.
    """

    spend: Money = 0
    spend_of: Literal["shelf", "rest"] = "shelf"
    pieces: Annotated[int, Between(0, LARGEST_COUNT)] = 0
    """Pieces of ``goods`` that must be in the basket; unlike needs they are used up by nothing."""
    goods: GoodsFilter = GoodsFilter()
    needs: tuple[Need, ...] = ()

    def __post_init__(self) -> None:
        check_bounds(self)
        if sum(need.pieces for need in self.needs) > LARGEST_SET:
            raise ValueError(f"a set has at most {LARGEST_SET} pieces")


def _within(category: str, paths: tuple[str, ...]) -> bool:
    for path in paths:
        if category.startswith(path) and category[len(path) : len(path) + 1] in ("", "/"):
            return True
    return False
