"""Many sales and enrolments at once, by the journal's own fold: a demo's year, a bench's million.

Nothing is computed in another way than at the counter: the same bodies, the same entries, the same
``apply``. Only the writing is put together: facts wait until there are enough of them, and their
entries are folded account by account then, which is what one fact after the other comes to, too.
All of it is one transaction, so that a stop in the middle leaves nothing.
"""

from __future__ import annotations

from contextlib import nullcontext

from terminal.loyalty.counting import FactCounts
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import RIGHT_SIGN, Entry
from terminal.loyalty.sale import Sale, sale_entries
from terminal.loyalty.sale_ahead import SaleAhead
from terminal.loyalty.standing import Moment, Standing
from terminal.loyalty.wallet import WalletId
from terminal.till.database import recording
from terminal.till.database.balances import add_up, missing_rights
from terminal.till.database.facts import Growth, identity
from terminal.till.database.members import card_of, standing_of
from terminal.till.database.quick import Connection
from terminal.till.database.recording import Enrolment
from terminal.till.database.warned import warnings_of
from terminal.till.journal_port import Recorded, Shortfall
from terminal.till.ports import Card, Clock, Ids

FACTS_TOGETHER = 1_000
"""Facts that wait before they are written."""


class Bulk:
    """The end of the journal under one lock; see ``StoredJournal.in_bulk``."""

    def __init__(self, connection: Connection, *, clock: Clock, ids: Ids) -> None:
        self._connection = connection
        self._clock, self._ids = clock, ids
        self._begin()

    def enrol(self, enrolment: Enrolment) -> Recorded:
        """Make somebody a member, with what they bring along.

        Raises:
            ValueError: the card belongs to somebody already, or the member is one already.
        """
        return recording.enrol(self._connection, self._append, self._ids, enrolment)

    def by_card(self, number: str) -> Card | None:
        """The card with this number, whatever its state."""
        return card_of(self._connection, number)

    def standing(self, member: str) -> Standing:
        """What the member has, with all that this bulk recorded before.

        Raises:
            KeyError: nobody has this id.
        """
        found = standing_of(self._connection, member)
        if self._touched.isdisjoint(found.wallets):
            return found
        self.flush()
        return standing_of(self._connection, member)

    def record_sale(self, sale: Sale) -> Recorded | Shortfall:
        """Record a sale that nobody recorded before; nothing is recorded where rights are missing.

        Raises:
            Trouble: nothing of the bulk was recorded.
        """
        ahead = SaleAhead(sale)
        entries = sale_entries(sale)
        if not self._touched.isdisjoint({one.account.wallet for one in entries}):
            self.flush()
        warnings = warnings_of(
            lambda: nullcontext(self._connection), sale.standing, ahead.record, entries
        )
        if any(RIGHT_SIGN[one.kind] < 0 for one in entries):
            missing = missing_rights(self._connection, entries)
            if missing:
                return Shortfall(missing=missing)
        recorded = self._append(
            kind=FactKind.SALE_RECORDED,
            at=sale.at,
            entries=entries,
            body=ahead.body(sale),
            sale_id=sale.id,
            counts=ahead.counts,
        )
        recording.warn(self._connection, self._append, warnings, sale.at)
        return recorded

    def flush(self) -> None:
        """Write what waits; done by itself at the end of the bulk."""
        if not len(self._growth):
            return
        self._growth.write(self._connection)
        if self._entries:
            add_up(self._connection, tuple(self._entries))
        self._begin()

    def _begin(self) -> None:
        self._growth = Growth(identity(self._connection), self._clock)
        self._entries: list[Entry] = []
        self._touched: set[WalletId] = set()

    def _append(
        self,
        *,
        kind: FactKind,
        at: Moment,
        entries: tuple[Entry, ...],
        body: bytes,
        sale_id: str | None = None,
        approver: str | None = None,
        counts: FactCounts | None = None,
    ) -> Recorded:
        if len(self._growth) >= FACTS_TOGETHER:
            self.flush()
        fact = self._growth.add(
            kind=kind.value,
            at=at,
            entries=entries,
            body=body,
            sale_id=sale_id,
            approver=approver,
            counts=counts,
        )
        self._entries += entries
        self._touched |= {one.account.wallet for one in entries}
        return Recorded(incarnation=fact.incarnation, seq=fact.seq)
