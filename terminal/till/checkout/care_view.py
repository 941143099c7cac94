"""What the screen shows while a cashier gives units by hand, or two members begin to share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftView:
    """A rule by which somebody at the counter may give units."""

    name: RewardName
    """The programme and its rule."""
    on: str
    """``goodwill``, or ``feedback`` for an opinion."""
    title: Mapping[str, str]
    """The programme's name by language."""
    kind: UnitKind
    n: int
    """What it gives now; 0 where its limit or its budget is used up, or it is not for them."""
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """How the unit is called behind a number; empty: as its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenView:
    """What this till gave the member lately."""

    key: str
    local: datetime
    kind: UnitKind
    n: int
    on: str
    why: str
    """One of ``giving.WHYS``; empty for an opinion."""
    words: str
    """Why, where somebody typed it."""
    taken_back: bool
    undoable: bool
    """Nothing of it is used, and the right to it is here."""
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """How the unit is called behind a number; empty: as its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillView:
    """Units are about to be given by hand."""

    member: str
    """The short name."""
    choices: tuple[GiftView, ...]
    marked: int | None
    """Which of them a reason gives: of those that are goodwill; None where none can be given."""
    given: tuple[GivenView, ...]
    wants_pin: bool = False
    deed: str = ""
    """The fact of what was given or taken back last since it was opened: there is paper for it."""
    unit: str = ""
    """Of which unit that was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FellowView:
    """Somebody who shares with the member on the sale."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdView:
    """Who shares the units of the member on the sale, and who is about to."""

    member: str
    """The short name."""
    fellows: tuple[FellowView, ...]
    partner: str = ""
    """Enter lets them share: the short name of whose card was shown, and their id."""
    partner_id: str = ""
    leaving: bool = False
    """Enter lets the member on the sale share no longer."""
    wants_pin: bool = False

    @property
    def asks(self) -> bool:
        """Whether Enter does something."""
        return bool(self.partner_id) or self.leaving
