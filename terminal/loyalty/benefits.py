"""What a reward brings, and what it is taken off, as data."""

from __future__ import annotations

from typing import Annotated, Literal

from terminal.loyalty.bounds import Between, check_bounds
from terminal.loyalty.conditions import LARGEST_SET, GoodsFilter, Id, Money, Need, Number, SomeMoney
from terminal.loyalty.money import BASIS_POINTS, percent_of
from terminal.loyalty.units import LARGEST_COUNT
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the benefit is taken off.

    - ``piece``: each piece of ``goods`` by itself; with ``from_piece`` 3 all but two of those in
      the basket, the ones that save the customer most;
    - ``set``: the needs of the condition make a set; the benefit goes to ``pieces`` of the set,
      the ``pick`` of them (0 means all), or, with ``also``, to further pieces of those goods;
    - ``basket``: what is left to pay for ``goods`` after the rewards on pieces and sets.
    """

    scope: Literal["piece", "set", "basket"]
    goods: GoodsFilter = GoodsFilter()
    pieces: Annotated[int, Between(0, LARGEST_SET)] = 0
    pick: Literal["cheapest", "dearest"] = "cheapest"
    also: Need | None = None
    from_piece: Annotated[int, Between(1, LARGEST_COUNT)] = 1

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.scope != "piece" and self.from_piece > 1:
            raise ValueError("from_piece belongs to pieces by themselves")
        if self.scope != "set" and (self.pieces or self.also):
            raise ValueError("pieces and also belong to a set")


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentOff:
    """So many basis points off the target: 10000 makes it free.

    With ``at_most`` a percent off the basket takes no more than so many minor units off.
    """

    kind: Literal["percent_off"] = "percent_off"
    basis_points: Annotated[int, Between(1, BASIS_POINTS)]
    at_most: SomeMoney | None = None

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmountOff:
    """So many minor units off the target, never more than the target costs.

    With ``for_each`` an amount off the basket comes off once for each full so many minor units
    that its goods cost on the shelf, ``at_most`` so much in all. ``at_most_basis_points`` bounds an
    amount off the basket by a share of what is left to pay of its goods in its turn: with 5000
    at most half of it is paid by points. ``per`` a kilogram it comes off each kilogram of goods
    that are sold by weight, off all of a bag rounded half up once, and off each piece of others.
    """

    kind: Literal["amount_off"] = "amount_off"
    amount: SomeMoney
    per: Literal["piece", "kilogram"] = "piece"
    for_each: SomeMoney | None = None
    at_most: SomeMoney | None = None
    at_most_basis_points: Annotated[int, Between(1, BASIS_POINTS)] | None = None

    def __post_init__(self) -> None:
        check_bounds(self)
        if self.at_most is not None and (self.for_each is None or self.at_most < self.amount):
            raise ValueError("at_most bounds an amount for each full sum, and is no less than it")


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedPrice:
    """The target costs so many minor units instead; never more than without it.

    ``per`` a kilogram goods that are sold by weight cost so much for each, a bag rounded half up
    once as its price on the shelf is, and others so much a piece.
    """

    kind: Literal["fixed_price"] = "fixed_price"
    price: Money
    per: Literal["piece", "kilogram"] = "piece"

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUnits:
    """Units of any programme: partner miles, gift-card money, a voucher for the next visit.

    ``bearer`` gives them to whoever holds the code on the slip, else they go to the member.
    """

    kind: Literal["units"] = "units"
    unit: Id
    n: Number
    bearer: bool = False

    def __post_init__(self) -> None:
        check_bounds(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Privilege:
    """Something that no till can give, in words: free delivery, a longer service plan."""

    kind: Literal["privilege"] = "privilege"
    words: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Donation:
    """The shop gives so many minor units to a good cause, as the settlement report sums them."""

    kind: Literal["donation"] = "donation"
    cause: Id
    amount: SomeMoney

    def __post_init__(self) -> None:
        check_bounds(self)


MoneyOff = PercentOff | AmountOff | FixedPrice
"""Benefits that make the basket cost less."""


def percent_off(benefit: PercentOff, price: int) -> int:
    """What a percent takes off a price, ``at_most`` included."""
    off = percent_of(price, benefit.basis_points)
    return off if benefit.at_most is None else min(off, benefit.at_most)


def room_for(benefit: AmountOff, rest: int) -> int:
    """How much of what is left an amount off the basket may take, all its uses together."""
    points = benefit.at_most_basis_points
    return rest if points is None else rest * points // BASIS_POINTS


def rest_for(benefit: AmountOff, off: int) -> int:
    """What must be left for so much to come off."""
    points = benefit.at_most_basis_points
    return off if points is None else -(-off * BASIS_POINTS // points)


def amount_for(benefit: AmountOff, spend: int) -> int:
    """What an amount comes to where its goods cost so much on the shelf."""
    if benefit.for_each is None:
        return benefit.amount
    off = benefit.amount * (spend // benefit.for_each)
    return off if benefit.at_most is None else min(off, benefit.at_most)


Benefit = MoneyOff | GivenUnits | Privilege | Donation


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A higher step of a reward: from so many pieces or so much spent its own benefit holds.

    Pieces and shelf prices of the target's goods in the whole basket count. Of several steps that
    are reached the last one holds, for all of the target.
    """

    pieces: Annotated[int, Between(0, LARGEST_COUNT)] = 0
    spend: Money = 0
    benefit: MoneyOff

    def __post_init__(self) -> None:
        check_bounds(self)
        if not self.pieces and not self.spend:
            raise ValueError("a step begins at a number of pieces or at a spend")
