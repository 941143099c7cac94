"""The bodies of facts other than sales: what each kind keeps beside its entries.

Written by till or server, read by both and by people who audit them; ids only, never a name.
Stored bytes stay as they are for ever, so a field that comes later has a default.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TypeVar

from terminal.loyalty.facts import canonical
from terminal.loyalty.history import Counted
from terminal.loyalty.plain import from_plain, to_lean, to_plain
from terminal.loyalty.refund import Returned, UnitsGiven, UnitsTaken
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEnrolled:
    """Somebody joined with a first wallet and a card. Name, phone and number are records.

    ``card`` is empty where they joined by their phone.
    """

    member: str
    wallet: WalletId
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardReplaced:
    """A member has a further card: no entries, the wallets stay. Numbers are records.

    ``before`` is the card that is lost and good for nothing from now on; empty where there was
    none, as with somebody who joined by their phone.
    """

    member: str
    card: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentGiven:
    """The member agreed to a purpose (see ``consent.Purpose``): no entries.

    ``text`` names the words that were shown, ``channel`` where (``till``).
    """

    member: str
    purpose: str
    text: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentWithdrawn:
    """The member agrees no longer: no entries."""

    member: str
    purpose: str
    text: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdChanged:
    """A member shares all wallets with a household from now on, or is on their own: no entries.

    ``household`` names it, empty is none. Nothing moves: each wallet stays whose it is, and which
    of them somebody may spend from is what changes. Who shares with whom is a record.
    """

    member: str
    household: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardMet:
    """A genuine card of the shop that this till does not know was shown while it had no answer.

    Units earned meanwhile go to a wallet of their own. The server links it to the member of the
    card, whose number is a record (``member``'s, the provisional one).
    """

    member: str
    wallet: WalletId
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vesting:
    """So many units of an account are pending until a day."""

    account: Account
    n: int
    vests: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsAdjusted:
    """Units moved by decision; ``reason`` is a short key such as ``goodwill``."""

    reason: str
    member: str
    wallet: str = ""
    """Where ``counts`` are counted."""
    counts: tuple[Counted, ...] = ()
    """What earn rules brought by it."""
    earned: tuple[Vesting, ...] = ()
    """What of it is pending; called as in the body of a sale, which is read the same way."""
    newcomer: str = ""
    """Who was brought, where the units are for that: two friends are two thanks."""
    why: str = ""
    """Of goodwill, what for: one of ``giving.WHYS``; words about a person are a record."""
    undoes: str = ""
    """The fact whose units are taken back, as ``giving.fact_name`` names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsReceived:
    """A grant arrived: entries ``receive``. See ``statement.Grant`` for its name."""

    timeline: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsReturned:
    """Rights went back to the server's pool: entries ``release``."""

    reason: str
    """``recalled`` or ``over_cap``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LotWarned:
    """The member was told in good time that units end: no entries.

    ``how`` is ``display``, ``slip`` or ``message``; ``last_day`` the last day as they were told.
    """

    wallet: WalletId
    unit: UnitId
    day: date
    """The expiry day as earned, which names the lot."""
    last_day: date
    n: int
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotExtended:
    """Nobody was warned, so the units stay usable until ``until``: no entries, E never moves."""

    wallet: WalletId
    unit: UnitId
    day: date
    until: date
    reason: str
    """``not_warned``, ``given_back_late``, ``active`` or ``owner``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierChanged:
    """A member went up or down by the rules of a programme: no entries. Empty is no tier."""

    member: str
    programme: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LotExpired:
    """Units ran out: entries ``expire``, or ``unexpire`` where later facts show too many."""

    wallet: WalletId
    unit: UnitId
    up_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsVested:
    """The return window closed: entries ``vest``, and ``repay`` what of it was owed.

    What of the sale was taken back before is pending no more, so fewer units may vest than it
    earned, or none.
    """

    incarnation: str
    seq: int
    """The sale's fact that earned them."""
    up_to: date | None = None
    """Everything of the sale that was to vest by this day is dealt with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VestingCorrected:
    """Units vested that a till took back as pending: ``earn_pending``, ``unearn`` and ``owe``."""

    wallet: WalletId
    unit: UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtCorrected:
    """A debt was repaid twice by tills that did not know of each other: entries ``owe``.

    Or rights to units that are owed came back: entries ``repay``.
    """

    wallet: WalletId
    unit: UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedOnce:
    """Two copies of one disk recorded the same thing: the entries undo the second fact's.

    Nothing of what that fact earned is left to vest.
    """

    incarnation: str
    seq: int
    """The second fact."""
    first_incarnation: str
    first_seq: int
    """The fact that counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSettled:
    """What a refund that a till could not unwind moved: ``unearn``, ``owe``, ``unspend``.

    The till had not sold the goods, so its fact moves no unit. ``taken`` and ``given`` are what
    counts of that refund from now on, whatever its till had worked out.
    """

    refund_incarnation: str
    refund_seq: int
    """The refund's fact."""
    sale_incarnation: str
    sale_seq: int
    """The sale's fact."""
    sale: str
    """The sale's id."""
    member: str | None = None
    taken: tuple[UnitsTaken, ...] = ()
    given: tuple[UnitsGiven, ...] = ()
    twice: tuple[Returned, ...] = ()
    """Pieces that had come back before."""
    came: tuple[Returned, ...] = ()
    """Of a refund without a slip: the pieces of this sale that it is taken to be about."""
    wallet: str = ""
    """Where ``counts`` are kept."""
    counts: tuple[Counted, ...] = ()
    """What the member's history loses, where the refund did not know of which sale it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsWrittenOff:
    """A manager decided that a till's rights are lost to it: they go back to the pool.

    ``rights`` are (wallet, unit, n). No entries: the fact is the server's and moves no right of
    its own; if the till's facts turn up later, the loss becomes real.
    """

    incarnation: str
    reason: str
    rights: tuple[tuple[WalletId, UnitId, int], ...]


Body = (
    MemberEnrolled
    | CardMet
    | CardReplaced
    | ConsentGiven
    | ConsentWithdrawn
    | HouseholdChanged
    | UnitsAdjusted
    | RightsReceived
    | RightsReturned
    | LotWarned
    | LotExtended
    | LotExpired
    | TierChanged
    | UnitsVested
    | VestingCorrected
    | CountedOnce
    | DebtCorrected
    | RefundSettled
    | RightsWrittenOff
)
B = TypeVar("B", bound=Body)


def body_bytes(body: Body) -> bytes:
    """The canonical bytes of a body."""
    # Fields that came later and say nothing are left out, as in facts from before.
    told = to_lean(body) if isinstance(body, UnitsAdjusted) else to_plain(body)
    if isinstance(body, RefundSettled):
        told = {name: one for name, one in told.items() if one or name not in _CAME_LATER}
    return canonical(told)


_CAME_LATER = frozenset({"came", "wallet", "counts"})


def read_body(shape: type[B], stored: bytes) -> B:
    """A body read back.

    Raises:
        ValueError: the bytes are no such body.
    """
    return from_plain(shape, json.loads(stored))
