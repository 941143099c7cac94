"""The plug of the journal: facts are written by it and by nothing else, and read back for a slip."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from terminal.loyalty.consent import Consent
from terminal.loyalty.giving import Gift, Giving
from terminal.loyalty.ledger import Entry
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.refunding import Refund
from terminal.loyalty.sale import Sale, SaleRecord
from terminal.loyalty.standing import Moment
from terminal.loyalty.wallet import Account, WalletId
from terminal.till.ports import Member
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A fact that is durably in the journal."""

    incarnation: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """Rights that a sale wanted to spend and that are not here any more; nothing was recorded."""

    missing: tuple[tuple[Account, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSale:
    """A sale read back from the journal: for the slip again, the day's list, a refund."""

    recorded: Recorded
    record: SaleRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRefund:
    """A refund read back from the journal: for its slip again, and for the next one of the sale."""

    recorded: Recorded
    record: RefundRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One entry on an account of a member, and the fact that made it."""

    recorded: Recorded
    kind: str
    """The kind of the fact."""
    wall_ms: int
    business_day: date
    entry: Entry
    sale_id: str | None
    place: str = ""
    """The till where it happened, empty for this one and for the server."""
    reason: str = ""
    """What units without a purchase are for (see ``EarnRule.on``), where it is known here."""
    why: str = ""
    """Of goodwill, what for: one of ``giving.WHYS``, or what somebody typed."""


Welcome = Callable[[WalletId], Giving | None]
"""What the rules give whoever joins, by the wallet that they get."""


class Journal(Protocol):
    """The append-only list of facts; the only way in which anything happens."""

    def prepare(self, sale: Sale) -> None:
        """Make ready what can be of a sale that is about to be paid, in whatever way it looks paid.

        Nothing is written, and no sale needs it: recording it takes half as long.
        """
        ...

    def record_sale(self, sale: Sale) -> Recorded | Shortfall:
        """Write a sale in one durable transaction, and forget the basket in work with it.

        Under the write lock it takes seq and the hash before and rechecks the rights.

        Raises:
            Trouble: nothing was recorded (disk full, damaged, locked); the sale is still in hand.
        """
        ...

    def record_refund(self, refund: Refund, *, approver: str = "") -> Recorded | Shortfall:
        """Write a refund in one durable transaction; one that is recorded already is not again.

        Under the write lock the rights are looked at again: where some have gone meanwhile,
        nothing is recorded, and the refund is to be worked out anew. ``approver`` is who agreed
        to it. One without a slip is the basket in work, which is forgotten with it.

        Raises:
            Trouble: nothing was recorded.
        """
        ...

    def record_exchange(self, refund: Refund, sale: Sale) -> Recorded | Shortfall:
        """Write a refund and the sale that it pays for, both or neither; tells of the sale.

        Raises:
            Trouble: nothing was recorded.
        """
        ...

    def enrol(
        self, member: Member, card_number: str, at: Moment, *, welcome: Welcome | None = None
    ) -> Recorded:
        """Make somebody a member, with what they agreed to, in one durable transaction.

        Without a card number they have no card yet and are found by their phone. ``welcome`` says
        what the rules give them, once their wallet is known.

        Raises:
            ValueError: the card belongs to somebody already.
            Trouble: nothing was recorded.
        """
        ...

    def give(
        self, gift: Giving, member: str, at: Moment, *, approver: str = "", words: str = ""
    ) -> Recorded | Shortfall:
        """Give a member what the rules give without a purchase; a shortfall if its budget is gone.

        ``approver`` is who agreed to it. ``words`` say why; they are a record, never in the fact.

        Raises:
            Trouble: nothing was recorded.
        """
        ...

    def share(
        self, members: Sequence[str], household: str, at: Moment, *, approver: str = ""
    ) -> None:
        """These members share all wallets with this household from now on; empty: with nobody.

        No unit moves. ``approver`` is who agreed to it.

        Raises:
            KeyError: nobody has one of these ids.
            Trouble: nothing was recorded.
        """
        ...

    def meet_card(self, card_number: str, at: Moment) -> Member:
        """A genuine card that is not known here gets a provisional member, who earns from now on.

        The server joins them to whoever the card belongs to; ``Members.by_id`` follows that. A
        card that is known by now is answered with its member, and nothing is recorded.

        Raises:
            Trouble: nothing was recorded.
        """
        ...

    def replace_card(
        self, member: str, card_number: str, at: Moment, *, before: str = ""
    ) -> Recorded:
        """Give a member a further card; ``before`` is the id of the one that is blocked for it.

        Wallets and units stay as they are.

        Raises:
            ValueError: the number belongs to somebody already, or ``before`` is not their card.
            KeyError: nobody has this id.
            Trouble: nothing was recorded.
        """
        ...

    def decide(self, member: str, decisions: Sequence[Consent], at: Moment) -> None:
        """Write down what a member agrees to, or no longer does: facts, and their evidence.

        Raises:
            KeyError: nobody has this id.
            Trouble: nothing was recorded.
        """
        ...


class Times(Protocol):
    """What the journal knows of the time, where nobody can be asked for it."""

    def latest_ms(self) -> int:
        """The latest time (Unix ms) that a believed clock showed here; 0: none ever did.

        Raises:
            Trouble: it could not be read.
        """
        ...

    def believe_clock(self) -> None:
        """Somebody says that the date and the time are right: what comes is measured by them.

        Raises:
            Trouble: nothing changed.
        """
        ...


class PastSales(Protocol):
    """What the journal tells of days gone by."""

    def load(self, sale_id: str) -> RecordedSale | None:
        """The sale of this UUIDv7."""
        ...

    def last_sales(
        self, business_day: date, limit: int, *, skip: int = 0
    ) -> Sequence[RecordedSale]:
        """The sales of a business day, latest first; ``skip`` leaves out the very latest."""
        ...

    def refunds_of(self, sale: SaleRecord) -> Sequence[RecordedRefund]:
        """The refunds of a sale that this till knows, in the order in which they were made."""
        ...

    def load_refund(self, refund_id: str) -> RecordedRefund | None:
        """The refund of this UUIDv7."""
        ...

    def by_number(self, seq: int) -> RecordedSale | None:
        """The latest sale of this till with a number, as it stands on the slip."""
        ...

    def last_slips(
        self, business_day: date, limit: int, *, skip: int = 0
    ) -> Sequence[RecordedSale | RecordedRefund]:
        """The sales and refunds of a business day, latest first."""
        ...

    def movements(self, member: str, limit: int) -> Sequence[Movement]:
        """Where the member's units came from and went, latest first."""
        ...

    def gifts(self, member: str, limit: int) -> Sequence[Gift]:
        """What a member was given at this till as goodwill or for an opinion, latest first."""
        ...

    def known_since(self, member: str) -> int | None:
        """Before this instant (Unix ms) movements of other tills are missing; None: none are."""
        ...
