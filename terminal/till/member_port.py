"""The plug between the counter and the room of members: who joins, whose card is lost, and why 85."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from terminal.loyalty.consent import Purpose
from terminal.loyalty.ledger import EntryKind
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.ports import Card, Member
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody who joins told. Everything may be empty, and nothing is ticked beforehand."""

    name: str = ""
    phone: str = ""
    """As it was typed."""
    birthday: str = ""
    """Day and month as they were typed, without a year."""
    agreed: frozenset[Purpose] = frozenset()
    text: str = ""
    """Which words were shown beside the ticks: their version and language."""
    referred_by: str = ""
    """The id of the member who brought them; empty where nobody did."""


class Objection(StrEnum):
    """Why nobody joined yet; what was typed is kept."""

    PHONE = "phone"
    """It cannot be a whole phone number."""
    BIRTHDAY = "birthday"
    """No day and month."""
    NOTHING_TO_FIND_BY = "nothing_to_find_by"
    """Neither card nor phone, so nobody could ever be found again."""
    PHONE_TAKEN = "phone_taken"
    """Somebody has this phone already; asked a second time it is taken all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Objected:
    """Nobody joined, and why."""

    objection: Objection
    holder: Member | None = None
    """Who has the phone already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovementRow:
    """One movement of one unit, and the balance that it left."""

    at: datetime
    """Local time."""
    kind: EntryKind
    fact: str
    """The kind of the fact."""
    n: int
    """By how much the balance changed; of units that wait to vest, how many came."""
    after: int
    place: str
    """The till, empty for this one."""
    office: bool
    """The server did it by itself: something ran out, vested, was put right."""
    number: int = 0
    """Of the sale or the return, as on its slip; 0 where it was none."""
    rewards: tuple[RewardName, ...] = ()
    """What the units were used for, where it is known here."""
    reason: str = ""
    """What units without a purchase are for, where it is known here."""
    why: str = ""
    """Of goodwill, what for: the key of the reason, or what somebody typed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStory:
    """Why somebody has so many of a unit."""

    unit: str
    kind: UnitKind
    name: Mapping[str, str]
    balance: int
    pending: int
    debt: int
    rows: tuple[MovementRow, ...]
    """Latest first; the first one's ``after`` is the balance."""
    before: int
    """The balance before the earliest row."""
    whole: bool
    """Whether the rows tell everything; else the earlier ones are at the server."""
    endings: tuple[tuple[date, int], ...]
    """What ends when, soonest first."""
    places: tuple[tuple[str, int], ...]
    """(till, how many) of what may not be used here; an empty name is the server."""
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """How the unit is called behind a number; empty: as its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberStory:
    """The movements of one member, unit by unit."""

    member: str
    """The short name; may be empty."""
    units: tuple[UnitStory, ...]
    joined: date | None


class Reception(Protocol):
    """What the counter asks of the room of members."""

    def phones(self, text: str) -> Sequence[str]:
        """The whole numbers (E.164) that a typed phone may be, the likeliest first."""
        ...

    def join(
        self, application: Application, number: str, *, insisting: bool = False
    ) -> Member | Card | Objected:
        """Make the holder of a blank card, or of a phone, a member: offline, now.

        A card that was taken meanwhile is answered instead. ``insisting`` takes a phone that
        somebody has already.

        Raises:
            Trouble: nobody joined.
        """
        ...

    def lost_card(self, member: str) -> Card | None:
        """The card that a blank one would replace; None where they have none."""
        ...

    def replace_card(self, member: str, number: str) -> Member | Card:
        """Give a member a further card, and block the one before; the points stay.

        A card that was taken meanwhile is answered instead.

        Raises:
            Trouble: nothing changed.
        """
        ...

    def decide(self, member: str, purpose: Purpose, *, agreed: bool, text: str) -> Member:
        """Write down what a member agrees to, or does no longer.

        Raises:
            Trouble: nothing changed.
        """
        ...

    def story(self, member: str) -> MemberStory:
        """Where a member's units came from and went."""
        ...

    def proves(self, member: Member, digits: str) -> bool:
        """Whether these are the last four digits of the member's phone; a miss is remembered."""
        ...

    def missed(self) -> None:
        """Somebody typed a card number that is nobody's."""
        ...

    def pause_s(self) -> int:
        """Seconds for which typed numbers are not taken, after so many misses; 0: go on."""
        ...
