"""A story's shop with its server: the till speaks with it after every step, and its days pass there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from terminal.loyalty.programme import Programme
from terminal.server.calendar.days import Report, run_day
from terminal.server.database.connection import Connection
from terminal.server.intake.leftovers import apply_leftovers, settle_refunds
from terminal.server.ledger.funding import fund
from terminal.server.registry.local_days import LocalDays
from terminal.till.database.facts import unix_ms
from terminal.wire.programme_json import write_programme
from tests.scenarios.story_till import PREFIX, StoryTill
from tests.scenarios.two_tills import STORE, Store
from tests.server.registry import owners

NOTHING_DONE = Report()


@dataclass
class StoryChain(StoryTill):
    """The same till, paired; ``store`` has the server and the line."""

    store: Store | None = None

    @property
    def chain(self) -> Store:
        assert self.store is not None
        return self.store

    @property
    def now_ms(self) -> int:
        return unix_ms(self.clock.now())

    def begin(self) -> None:
        self.chain.pair(self.till.database)
        self.line.pair(self.now_ms)
        super().begin()

    def publish(self, programmes: tuple[Programme, ...]) -> None:
        """The owner publishes, and the server puts in what budgets want."""
        shop = owners.shop_record(
            STORE,
            currency=self.story.currency,
            card_prefix=PREFIX,
        )
        texts = [write_programme(one) for one in programmes]
        reply = owners.publish(self.chain.database, *texts, shop=shop, now_ms=self.now_ms)
        assert reply.published, reply
        self.chain.database.run(self._fund)
        self.settle()

    def _fund(self, connection: Connection) -> None:
        fund(connection, self.now_ms)

    def settle(self) -> None:
        self.chain.sync()
        apply_leftovers(self.chain.database, self.now_ms, silent_ms=0)
        settle_refunds(self.chain.database, self.now_ms)
        self._day()
        self.chain.sync()

    def answer(self) -> None:
        """The oldest question goes to the server, and its answer is in the till's file."""
        question = self.line.questions[-self.line.open_questions]
        self.line.answer(partial(self.chain.sync, self.till.database, question=question))

    def pass_to(self, until: datetime) -> None:
        """The server's calendar runs on every day that begins."""
        while self.clock.local.date() < until.date():
            self.clock.local += timedelta(days=1)
            while self._day() != NOTHING_DONE:
                self.settle()  # rights that were asked back come back
        self.clock.local = until

    def _day(self) -> Report:
        self.chain.database.run(self._fund)
        days = LocalDays(self.clock.local.date())
        return run_day(self.chain.database, now_ms=self.now_ms, days=days)
