"""What the courier keeps on disk: the door to the line's side of the till's file.

Each call is one durable transaction. What a message needs is read beforehand, what a reply brings
is decoded and computed beforehand: a scan at the counter writes to the same file and must not
wait for any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version

from terminal.loyalty.budgets import budgets_of, not_over
from terminal.loyalty.standing import Moment
from terminal.loyalty.statement import Grant
from terminal.till.database import erasing
from terminal.till.database.anew import begin_anew
from terminal.till.database.budget_wants import BudgetWants
from terminal.till.database.connection import Database
from terminal.till.database.facts import unix_ms
from terminal.till.database.line import adopt, contact_of, line_row
from terminal.till.database.outgoing import prepare
from terminal.till.database.programmes import StoredProgrammes
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.revisions import drop_own_prices, turn
from terminal.till.database.settling import settle
from terminal.till.database.store_sales import ASKED_EVERY_MS
from terminal.till.line_port import Contact, Question
from terminal.till.ports import Clock
from terminal.till.sync_port import PairedLine, Settled
from terminal.wire.sync_json import SyncReply, SyncRequest, Verdict, Want

_PRICING = "SELECT 1 FROM pricings LIMIT 1"


class StoredSync:
    """``ports.SyncStore`` on the till's file."""

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._programmes = StoredProgrammes(database)
        self._budget_wants = BudgetWants()
        self._sales_due_ms = 0
        """When the store's other tills are heard of next."""

    def paired(self) -> PairedLine | None:
        """With whom, None if the till has met no server yet."""
        with self._database.reading() as connection:
            line = line_row(connection)
        return None if line is None else line.paired()

    def pair(self, line: PairedLine, *, its_rules: bool = False, again: bool = False) -> None:
        """Adopt a server: the whole log waits to go up, the feed begins at 0.

        With ``its_rules`` its programmes and prices hold instead of the till's own. A server that
        is met ``again`` has what it acknowledged.
        """
        with self._database.writing() as connection:
            left_ms = unix_ms(self._clock.now()) if its_rules else None
            adopt(connection, line, left_ms=left_ms, again=again)

    def has_prices(self) -> bool:
        """Whether the server told a price list, be it one that holds later."""
        with self._database.reading() as connection:
            return Quick(connection).row(_PRICING) is not None

    def contact(self) -> Contact:
        """As of the last request; ``trouble`` says only whether the till is paired."""
        with self._database.reading() as connection:
            return contact_of(connection)

    def prepare(
        self,
        *,
        random: str,
        question: Question,
        most_facts: int,
        most_bytes: int,
        at: Moment,
        opaque: bool = False,
        after: int = 0,
    ) -> SyncRequest:
        """The next request, its number taken and on disk before it leaves.

        Raises:
            ValueError: the till is not paired.
        """
        return prepare(
            self._database,
            self._clock,
            app=_app(),
            random=random,
            question=question,
            most_facts=most_facts,
            most_bytes=most_bytes,
            at=at,
            opaque=opaque,
            after=after,
            lacking=partial(self._lacking, at),
            # Due, or so far off that the clock was set back.
            store_sales=not 0 < self._sales_due_ms - unix_ms(at) <= ASKED_EVERY_MS,
        )

    def _lacking(self, at: Moment, connection: Connection) -> tuple[Want, ...]:
        """Budgets of offers that this till runs out of; those to come are asked for in time."""
        budgets = budgets_of(not_over(self._programmes.revisions(), at.utc))
        return self._budget_wants.of(connection, budgets, unix_ms(at)) if budgets else ()

    def settle(self, request: SyncRequest, reply: SyncReply, *, at: Moment) -> Settled:
        """Take a whole reply over, or nothing of it; then let price lists hold that are due.

        Raises:
            ValueError: it is not the reply to the request that the till waits for, or of an
                older timeline, or its cursor lies before ours; nothing changed.
        """
        settled = settle(self._database, self._clock, request, reply, at)
        if reply.store_sales is not None:
            more = reply.store_sales.more
            self._sales_due_ms = 0 if more else unix_ms(at) + ASKED_EVERY_MS
        # A list of its own transactions: it holds from its instant, not from this reply.
        turned = bool(reply.pricings) and turn(self._database, at)
        if reply.verdict is Verdict.OK and not reply.more:
            turned |= drop_own_prices(self._database)
        return replace(settled, catalogue=turned)

    def begin_anew(
        self, held: Sequence[bytes], grants: Sequence[Grant], *, incarnation: str, at: Moment
    ) -> None:
        """Begin a new log without rights, after a fork.

        Raises:
            ValueError: ``held`` does not fit onto this log, or the incarnation is none that is
                new; nothing changed.
        """
        begin_anew(self._database, self._clock, held, grants, incarnation=incarnation, at=at)

    def turn_revisions(self, at: Moment) -> Settled:
        """Let price lists hold whose instant has come."""
        return Settled(catalogue=turn(self._database, at))

    def sweep(self) -> bool:
        """Leave no trace of members who were erased, see ``erasing``; tells whether.

        It may take a second, so it is for an idle moment.

        Raises:
            Trouble: somebody else is at work on the file; it is still due.
        """
        return erasing.sweep(self._database)


@cache
def _app() -> str:
    """What this program calls itself to a server."""
    try:
        return f"tenth {version('tenth')}"
    except PackageNotFoundError:
        return "tenth"
