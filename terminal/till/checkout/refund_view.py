"""What the screen shows of a return of goods, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum

from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind
from terminal.values import dataclass


class RefundState(StrEnum):
    """How far a return is."""

    ASKING = "asking"
    """A slip is to be scanned, or its number typed."""
    CHOOSING = "choosing"
    """The sale is there; nothing has happened yet."""
    RETURNED = "returned"
    """Everything of the sale came back before."""
    APPROVING = "approving"
    """Without a slip: the shop's PIN is waited for."""


class RefundDoubt(StrEnum):
    """Why what is chosen cannot come back as it is."""

    NONE = ""
    CODE_SPENT = "code_spent"
    """Of a gift card that was sold with it something is spent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLineView:
    """One line of the sale."""

    key: int
    name: str
    sku: str
    pieces: int
    """As it was sold."""
    left: int
    """How many may still come back."""
    back: int
    """How many come back now."""
    grams: int | None
    unit_price: int
    net: int
    """What was paid for the line."""
    money: int
    """What goes back for it now; below zero where a kept line costs more without the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundUnitView:
    """What the return does to one unit."""

    unit: str
    kind: UnitKind
    name: Mapping[str, str]
    taken: int = 0
    given: int = 0
    owed: int = 0
    """What of ``taken`` was spent already: later earnings repay it."""
    lost: int = 0
    """What of ``taken`` cannot be had any more: a code that somebody used."""
    after: int = 0
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """How the unit is called behind a number; empty: as its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """A return in work."""

    state: RefundState
    sale: str = ""
    seq: int = 0
    at: datetime | None = None
    of_today: bool = False
    paid: int = 0
    """What the sale came to."""
    member: str = ""
    """The short name; empty if nobody's."""
    lines: tuple[RefundLineView, ...] = ()
    selected: int | None = None
    voids: bool = False
    """The sale was finished a moment ago, and all of it is undone."""
    worked_out: bool = True
    """False while what is kept is being judged: no sum below is known yet."""
    money: int = 0
    """What goes back to the customer, coins rounded."""
    remainder: int = 0
    """What earlier returns of this sale paid too much for what is kept now."""
    tenders: tuple[Tender, ...] = ()
    ways: tuple[TenderKind, ...] = ()
    """By what the money may go back; the first is the usual one."""
    way: TenderKind | None = None
    """The one that was chosen instead."""
    units: tuple[RefundUnitView, ...] = ()
    settled_later: bool = False
    """The units are moved by the server: another till sold it, or nobody has the slip."""
    doubt: RefundDoubt = RefundDoubt.NONE
    code_left: int = 0
    """What is left on the code in doubt."""

    @property
    def chosen(self) -> int:
        """How many pieces come back now."""
        return sum(line.back for line in self.lines)

    @property
    def shows_slip(self) -> bool:
        """Whether it is of a slip, and not of what lies in the basket."""
        return self.state is not RefundState.APPROVING

    @property
    def may_exchange(self) -> bool:
        """Whether what comes back may pay for other goods, now or once its sum is known."""
        brings = self.money > 0 or not self.worked_out
        return self.state is RefundState.CHOOSING and brings and not self.voids

    @property
    def can_confirm(self) -> bool:
        """Whether the next Enter records it."""
        return (
            self.state is RefundState.CHOOSING
            and self.chosen > 0
            and self.worked_out
            and self.doubt is RefundDoubt.NONE
        )
