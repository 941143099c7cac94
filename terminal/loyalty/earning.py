"""How units are earned, as data."""

from __future__ import annotations

from typing import Annotated, Literal

from terminal.loyalty.bounds import Between, check_bounds
from terminal.loyalty.conditions import (
    Audience,
    Budget,
    GoodsFilter,
    Id,
    Limit,
    Money,
    Number,
    Occasion,
    SomeMoney,
    Window,
)
from terminal.loyalty.tender import TenderKind
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PerMoney:
    """Units for each so many minor units of money."""

    kind: Literal["money"] = "money"
    amount: SomeMoney
    full: bool = False
    """Only full amounts count: 10 units for each full 10.00 are 30 for 39.99, not 39. Multipliers
    come on top of them. With ``carry`` the rest counts on towards the next full amount, and goods
    that earn double fill it twice as fast."""

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
    occasion: Occasion | None = None

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnRule:
    """How units are earned. ``minimum`` minor units must be paid for the goods of the rule."""

    id: Id
    on: Literal["purchase", "enrolment", "referral", "referred", "feedback", "goodwill"] = (
        "purchase"
    )
    """What brings them. All but a purchase bring ``units`` once, without goods and money:
    ``referral`` to the member who brought another one, at that one's first purchase, and
    ``referred`` to that one; ``goodwill`` when a manager decides so."""
    audience: Audience = Audience()
    goods: GoodsFilter = GoodsFilter()
    window: Window = Window()
    per: Per
    units: Number = 1
    minimum: Money = 0
    base: Literal["net", "gross"] = "net"
    """Whether money is counted after rewards (net) or before (gross)."""
    not_paid_with: tuple[TenderKind, ...] = ()
    """Money paid so earns nothing; known at payment, and shared over the lines by what they cost."""
    reduced: bool = True
    """Whether goods that a reward on pieces or sets made cheaper count. With false they bring
    nothing and other pieces of their line do; what comes off the basket makes no goods cheaper."""
    carry: bool = False
    """What makes no whole unit counts on at the next purchase, instead of being rounded."""
    multipliers: tuple[Multiplier, ...] = ()
    occasion: Occasion | None = None
    limits: tuple[Limit, ...] = ()
    budget: Budget | None = None
    at_most: Number | None = None
    """No more units than these in one purchase; what is above is cut off."""

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.on != "purchase" and not isinstance(self.per, PerVisit):
            raise ValueError("without a purchase units come per visit, which is once")
        if self.budget and self.budget.of == "money":
            raise ValueError("an earn rule takes no money off: its budget counts units or times")
