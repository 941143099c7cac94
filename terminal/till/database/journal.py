"""The journal: the only way in which anything happens at this till.

Each call is one durable transaction. It either happened, and is on the disk with all that follows
from it, or it did not happen and raised Trouble.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from terminal.loyalty.bodies import CardMet, CardReplaced, body_bytes
from terminal.loyalty.consent import Consent
from terminal.loyalty.facts import FactKind
from terminal.loyalty.giving import Giving, fact_name
from terminal.loyalty.ledger import Entry, check_entry
from terminal.loyalty.refunding import Refund
from terminal.loyalty.sale import Sale, sale_entries
from terminal.loyalty.sale_ahead import SaleAhead
from terminal.loyalty.standing import Moment
from terminal.loyalty.wallet import WalletId
from terminal.till.database import people, recording, working_basket
from terminal.till.database.balances import missing_rights
from terminal.till.database.bulk import Bulk
from terminal.till.database.connection import Database
from terminal.till.database.facts import (
    Append,
    Identity,
    append,
    believe,
    identity,
    unix_ms,
)
from terminal.till.database.members import add_member, known_card, member_of
from terminal.till.database.past import StoredPast
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.recording import Enrolment
from terminal.till.database.warned import warnings_of
from terminal.till.journal_port import Recorded, Shortfall, Welcome
from terminal.till.ports import Clock, Ids, Member

_SALE = "SELECT incarnation, seq FROM facts WHERE sale_id = ?"


class StoredJournal(StoredPast):
    """``journal_port.Journal`` on the till's file; it reads back, too."""

    def __init__(self, database: Database, *, clock: Clock, ids: Ids) -> None:
        super().__init__(database)
        self._clock = clock
        self._ids = ids
        self._ahead: SaleAhead | None = None

    def prepare(self, sale: Sale) -> None:
        """Make ready what can be of a sale that is about to be paid; nothing is written."""
        self._ahead = SaleAhead(sale)

    def record_sale(self, sale: Sale) -> Recorded | Shortfall:
        """Write a sale and forget the basket in work; a sale recorded before is not again.

        Raises:
            Trouble: nothing was recorded; the sale is still in hand.
        """
        try:
            return self._record_sale(sale, None)
        except _NotEnoughError as not_enough:
            return not_enough.shortfall

    def record_exchange(self, refund: Refund, sale: Sale) -> Recorded | Shortfall:
        """Write a refund and the sale that it pays for, both or neither; tells of the sale.

        Raises:
            Trouble: nothing was recorded.
        """
        try:
            return self._record_sale(sale, refund)
        except _NotEnoughError as not_enough:
            return not_enough.shortfall

    def _record_sale(self, sale: Sale, exchanged: Refund | None) -> Recorded:
        # All that needs no lock comes first: the shorter the lock, the rarer a wait.
        ahead = self._ahead
        if ahead is None or not ahead.is_of(sale):
            ahead = SaleAhead(sale)
        entries = sale_entries(sale)
        warnings = warnings_of(self._database.reading, sale.standing, ahead.record, entries)
        with self._database.writing() as connection:
            known = Quick(connection).row(_SALE, (sale.id,))
            if known is not None:
                # The cashier's second try after a trouble at the very end of the first.
                working_basket.forget(connection)
                return Recorded(incarnation=known[0], seq=known[1])
            if exchanged is not None:
                returned = recording.refund(connection, self._appending(connection), exchanged, "")
                if isinstance(returned, Shortfall):
                    raise _NotEnoughError(returned)
            missing = missing_rights(connection, entries)
            if missing:
                raise _NotEnoughError(Shortfall(missing=missing))
            recorded = append(
                connection,
                self._clock,
                kind=FactKind.SALE_RECORDED,
                at=sale.at,
                entries=entries,
                body=ahead.body(sale),
                sale_id=sale.id,
                counts=ahead.counts,
            )
            recording.warn(connection, self._appending(connection), warnings, sale.at)
            working_basket.forget(connection)
        self._ahead = None
        return recorded

    def enrol(
        self, member: Member, card_number: str, at: Moment, *, welcome: Welcome | None = None
    ) -> Recorded:
        """Make somebody a member with a wallet, and a first card unless they have only a phone.

        ``welcome`` says what the rules give them, once their wallet is known.

        Raises:
            ValueError: the card belongs to somebody already, or the member is one already.
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            enrolment = Enrolment(member=member, card_number=card_number, at=at, welcome=welcome)
            return recording.enrol(connection, self._appending(connection), self._ids, enrolment)

    def give(
        self, gift: Giving, member: str, at: Moment, *, approver: str = "", words: str = ""
    ) -> Recorded | Shortfall:
        """Give a member what the rules give without a purchase, in one durable transaction.

        Raises:
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            key = member_of(connection, member)
            given = recording.give(
                connection, self._appending(connection), gift, key, at, approver=approver
            )
            if words and isinstance(given, Recorded):
                fact = fact_name(given.incarnation, given.seq)
                people.keep_remark(connection, key, fact, words)
            return given

    def meet_card(self, card_number: str, at: Moment) -> Member:
        """A genuine card that is not known here: its bearer is a provisional member from now on.

        They have no name, a wallet of their own and earn; the server finds out who it is. A card
        that is known by now is answered with its member.

        Raises:
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            known = known_card(connection, card_number)
            if known is not None:
                return known
            met = CardMet(
                member=self._ids.random_id(),
                wallet=WalletId(self._ids.random_id()),
                card=self._ids.random_id(),
            )
            member = Member(id=met.member, name="", card_number=card_number, provisional=True)
            add_member(connection, member, wallet=met.wallet, card=met.card, number=card_number)
            append(
                connection,
                self._clock,
                kind=FactKind.CARD_MET,
                at=at,
                entries=(),
                body=body_bytes(met),
            )
        return member

    def replace_card(
        self, member: str, card_number: str, at: Moment, *, before: str = ""
    ) -> Recorded:
        """Give a member a further card; ``before`` is the id of the one that is blocked for it.

        Raises:
            ValueError: the number belongs to somebody already, or ``before`` is not their card.
            KeyError: nobody has this id.
            Trouble: nothing was recorded.
        """
        card = self._ids.random_id()
        with self._database.writing() as connection:
            key = member_of(connection, member)
            replaced = CardReplaced(member=key, card=card, before=before)
            people.give_card(connection, replaced, card_number)
            return append(
                connection,
                self._clock,
                kind=FactKind.CARD_REPLACED,
                at=at,
                entries=(),
                body=body_bytes(replaced),
            )

    def decide(self, member: str, decisions: Sequence[Consent], at: Moment) -> None:
        """Write down what a member agrees to, or no longer does: facts, and their evidence.

        Raises:
            KeyError: nobody has this id.
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            key = member_of(connection, member)
            people.keep_evidence(connection, key, decisions)
            people.append_decisions(self._appending(connection), key, decisions, at)

    def share(
        self, members: Sequence[str], household: str, at: Moment, *, approver: str = ""
    ) -> None:
        """These members share all wallets with this household from now on; empty: with nobody.

        Raises:
            KeyError: nobody has one of these ids.
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            for member in members:
                key = member_of(connection, member)
                people.share(connection, self._appending(connection), key, household, at, approver)

    def enrol_many(self, enrolments: Iterable[Enrolment]) -> int:
        """Enrol all of them or nobody, opening balances included; returns how many.

        Raises:
            ValueError: a card or a member is there already.
            Trouble: nobody was enrolled.
        """
        enrolled = 0
        with self.in_bulk() as bulk:
            for enrolment in enrolments:
                bulk.enrol(enrolment)
                enrolled += 1
        return enrolled

    @contextmanager
    def in_bulk(self) -> Iterator[Bulk]:
        """Many sales and enrolments in one durable transaction; all of them or none.

        The till's file is locked until the block ends: for what is built, not for a counter at work.

        Raises:
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            bulk = Bulk(connection, clock=self._clock, ids=self._ids)
            yield bulk
            bulk.flush()

    def adjust(
        self, entries: Sequence[Entry], reason: str, member: str, at: Moment | None = None
    ) -> Recorded | Shortfall:
        """Move units by decision: goodwill, or what a member brought from an older system.

        ``reason`` is a short key such as ``goodwill``; words about a person are a record and
        never enter a fact. ``at`` is when it happened, now if not told.

        Raises:
            ValueError: there are no entries, or one that no fact may carry.
            Trouble: nothing was recorded.
        """
        if not entries:
            raise ValueError("an adjustment moves units")
        moved = tuple(check_entry(entry) for entry in entries)
        with self._database.writing() as connection:
            missing = missing_rights(connection, moved)
            if missing:
                return Shortfall(missing=missing)
            return recording.adjust(
                self._appending(connection), moved, reason, member, at or self._clock.now()
            )

    def record_refund(self, refund: Refund, *, approver: str = "") -> Recorded | Shortfall:
        """Write a refund; one that was recorded before is not again.

        Raises:
            Trouble: nothing was recorded.
        """
        with self._database.writing() as connection:
            return recording.refund(connection, self._appending(connection), refund, approver)

    def identity(self) -> Identity:
        """Who this till is, and where its journal stands."""
        with self._database.reading() as connection:
            return identity(connection)

    def latest_ms(self) -> int:
        """The latest time (Unix ms) that a believed clock showed here; 0: none ever did."""
        return self.identity().wall_mark

    def believe_clock(self) -> None:
        """Somebody says that the date and the time are right.

        Raises:
            Trouble: nothing changed.
        """
        with self._database.writing() as connection:
            believe(connection, unix_ms(self._clock.now()))

    def _appending(self, connection: Connection) -> Append:
        """One fact after the other, each with all that is computed from it."""
        return partial(append, connection, self._clock)


class _NotEnoughError(Exception):
    """Rights are missing: whatever the transaction wrote before is taken back."""

    def __init__(self, shortfall: Shortfall) -> None:
        super().__init__(shortfall)
        self.shortfall = shortfall
