"""Plugs on the back of the box: what the headless till asks of databases, devices, clocks.

Further ones have pages of their own beside this one: ``journal_port``, ``line_port``,
``member_port``, ``printer_port``, ``sync_port``. The real ones stand in ``database`` and
``devices``, fakes for tests in ``tests/fakes``; both pass the same contract tests.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from terminal.loyalty.basket import Product
from terminal.loyalty.consent import Consent
from terminal.loyalty.facts import ClockQuality
from terminal.loyalty.history import History
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Holding, Moment, Standing
from terminal.loyalty.wallet import Account, WalletId
from terminal.values import dataclass


class CardState(StrEnum):
    """What a card may do."""

    ACTIVE = "active"
    REPLACED = "replaced"
    """Its member has a newer card; the points are safe there."""
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member's record, as the counter needs it. Names and phones never enter a fact."""

    id: str
    name: str
    """What the member wants to be called; may be empty."""
    phone: str = ""
    """E.164, such as +48600123456, or empty."""
    tier: str = ""
    segments: frozenset[str] = frozenset()
    birthday: tuple[int, int] | None = None
    joined: date | None = None
    card_number: str = ""
    """The newest active card."""
    provisional: bool = False
    """Met by a card that nobody here knew: earns, spends nothing until the server says whose it is."""
    consents: tuple[Consent, ...] = ()
    """What they decided, one purpose each; who was never asked has none."""
    referred_by: str = ""
    """The id of the member who brought this one; empty where nobody did, or nobody said so."""
    household: str = ""
    """Members with the same one share all their wallets; empty for who is on their own."""

    @property
    def short_name(self) -> str:
        """The name where strangers may read it, on the counter and on slips: Anna K."""
        first, *others = self.name.split() or [""]
        # Composed, so that the letter of Їжак is Ї and not І; «(Коваль)» begins with К.
        letters = unicodedata.normalize("NFC", others[-1] if others else "")
        initial = next((letter for letter in letters if letter.isalnum()), "")
        return f"{first} {initial.upper()}." if initial else first


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A card that the till knows, and whose it is."""

    id: str
    number: str
    state: CardState
    member: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A product on the touch screen, for goods that have no barcode."""

    product: Product
    group: str
    """Words on the tab, from the catalogue."""
    colour: str = ""
    """#rrggbb, or empty for the style's own."""
    picture: str = ""
    """The file of a picture; empty where there is none."""


class Catalogue(Protocol):
    """What is on sale."""

    def by_gtin(self, gtin: str) -> Product | None:
        """The product of a GTIN in the normal form of ``barcodes.gtin``."""
        ...

    def by_sku(self, sku: str) -> Product | None:
        """The product of the shop's own number."""
        ...

    def search(self, words: str, limit: int) -> Sequence[Product]:
        """Products whose name begins its words so, accents and case apart; best first."""
        ...

    def tiles(self) -> Sequence[Tile]:
        """The products of the touch screen, in the owner's order."""
        ...

    def by_own_code(self, code: str) -> Product | None:
        """The product that this till was told a code belongs to; no price list need know it."""
        ...

    def own_sku(self, code: str) -> str | None:
        """To which product of the shop a code was linked here, on sale or not."""
        ...

    def link(self, code: str, sku: str | None, *, working: bytes) -> None:
        """Let a code belong to a product from now on, whatever price lists come; None: to none.

        The basket in work is kept with it: both, or neither.

        Raises:
            Trouble: nothing changed.
        """
        ...


class Members(Protocol):
    """Who is a member, and what they have."""

    def by_card(self, number: str) -> Card | None:
        """The card with this number."""
        ...

    def by_id(self, member: str) -> Member | None:
        """The member of this id."""
        ...

    def search(self, words: str, limit: int) -> Sequence[Member]:
        """Members by name (accents and case apart) or by at least the last 4 phone digits."""
        ...

    def cards_of(self, member: str) -> Sequence[Card]:
        """The cards of a member, newest first, in whatever state."""
        ...

    def fellows(self, member: str) -> Sequence[Member]:
        """Who else is in a member's household, as far as it is known here."""
        ...

    def change(self, member: Member) -> None:
        """Write down what is known of a person now; somebody met by a card is a member then.

        Raises:
            KeyError: nobody has this id.
            Trouble: nothing was changed.
        """
        ...

    def standing(self, member: str) -> Standing:
        """What the member has and may spend here."""
        ...


class Bearers(Protocol):
    """What stands in the wallets of codes: vouchers and gift cards."""

    def standing(self, wallets: Sequence[WalletId]) -> Standing:
        """What these wallets hold and may spend here; ``bearers`` are all that were asked for.

        A wallet that nothing is known of has no holdings and no statement.
        """
        ...


class CodeKey(NamedTuple):
    """A key with which a store of the chain signs vouchers and gift cards."""

    key: bytes
    withdrawn: bool = False
    """Somebody else may have it: what it signed is good only where it is known."""


class CodeKeys(Protocol):
    """The keys for codes of all stores of the chain, as far as this till was told."""

    def numbered(self, number: int, /) -> Sequence[CodeKey]:
        """The keys that codes name by this number, see ``barcodes.voucher_code``."""
        ...


class NoSisters:
    """``CodeKeys`` of a shop whose own keys are all that there are."""

    def numbered(self, _number: int, /) -> Sequence[CodeKey]:
        """None."""
        return ()


class Programmes(Protocol):
    """The rules."""

    def revisions(self) -> Sequence[Programme]:
        """All revisions that this till knows."""
        ...

    def of_sale(self, revisions: Collection[tuple[int, int]], at: Moment) -> Sequence[Programme]:
        """Those of them by which a sale of that moment was judged; numbers of an earlier server
        mean its programmes.
        """
        ...

    def budgets(self, accounts: Collection[Account]) -> Sequence[Holding]:
        """What may be given out here of the budgets of offers; none where there is no right."""
        ...

    def given(self, needed: Mapping[str, date], operator: str | None = None) -> History:
        """What one who serves gave to everybody: by name from a day on, before that together."""
        ...


class WorkingBasket(Protocol):
    """The basket in work, kept through a crash."""

    def save(self, stored: bytes) -> None:
        """Keep it; empty bytes forget it."""
        ...

    def load(self) -> bytes:
        """What was kept last, or empty bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedBasket:
    """A basket that was put aside. It holds the id of a member, never a name."""

    id: str
    local: datetime
    """When it was parked, by the clock on the wall."""
    business_day: date
    total: int
    """What it came to then, in minor units."""
    stored: bytes
    """As the basket in work is kept."""


class ParkedBaskets(Protocol):
    """Baskets that wait for their customers."""

    def waiting(self) -> Sequence[ParkedBasket]:
        """All of them, the latest first."""
        ...

    def exchange(
        self, *, put: ParkedBasket | None, take: ParkedBasket | None, working: bytes
    ) -> None:
        """Put one aside, take one back, and keep the basket in work: all of it or nothing.

        Raises:
            Trouble: nothing changed.
        """
        ...


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> Moment:
        """Local time, offset, and the business day."""
        ...

    def quality(self) -> ClockQuality:
        """How far it may be believed."""
        ...


class Ids(Protocol):
    """Where chance comes from."""

    def sale_id(self) -> str:
        """A fresh UUIDv7 as 32 hex digits."""
        ...

    def random_id(self) -> str:
        """128 fresh random bits as 32 hex digits."""
        ...
