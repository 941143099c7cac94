"""A story's shop with its server: the till speaks with it after every step, and its days pass there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.ledger import Sums
from terminal.loyalty.programme import Programme
from terminal.loyalty.settlements import Settlement, settlement
from terminal.loyalty.story.steps import Expected, Offline, Online
from terminal.loyalty.wallet import BUDGET_UNIT, Account, UnitId, WalletId, budget_account
from terminal.server.calendar.checking import check_some
from terminal.server.calendar.days import Report, run_day
from terminal.server.database import accounts as account_table
from terminal.server.database import counts, findings
from terminal.server.database.connection import Connection
from terminal.server.intake import rulings
from terminal.server.intake.leftovers import (
    apply_leftovers,
    settle_refunds,
    settle_refunds_without_slip,
)
from terminal.server.ledger.funding import fund
from terminal.server.ledger.publication import publish
from terminal.server.ledger.published import published
from terminal.server.registry.local_days import LocalDays
from terminal.till.database.facts import unix_ms
from terminal.till.line_port import LineTrouble, Question
from terminal.wire.programme_json import write_programme
from terminal.wire.registry_json import PublishRequest
from tests.scenarios.story_holdings import all_held
from tests.scenarios.story_till import StoryTill
from tests.scenarios.story_words import PREFIX
from tests.scenarios.two_tills import STORE, Store
from tests.server.registry import owners
from tests.server.registry.owners import numbered_chance

NOTHING_DONE = Report()


@dataclass
class StoryChain(StoryTill):
    """The same till, paired; ``store`` has the server and the line."""

    store: Store | None = None
    off: set[str] = field(default_factory=set)
    """Tills without the line."""
    found: set[tuple[str, int, int, str]] = field(default_factory=set)
    """Findings that were told."""

    @property
    def chain(self) -> Store:
        assert self.store is not None
        return self.store

    @property
    def now_ms(self) -> int:
        return unix_ms(self.clock.now())

    def open(self, name: str) -> None:
        """A till begins, and is paired; it hears what there is."""
        super().open(name)
        place = self.places[name]
        self.chain.pair(place.till.database)
        place.line.pair(self.now_ms)
        if self.programmes:
            self.settle()

    def publish(self, programmes: tuple[Programme, ...]) -> None:
        """The owner publishes, and the server puts in what budgets want."""
        self.programmes += programmes
        shop = owners.shop_record(
            STORE,
            country=self.story.country or "PL",
            currency=self.story.currency,
            card_prefix=PREFIX,
        )
        texts = [write_programme(one) for one in programmes]
        files = tuple((f"file{place}.json", text) for place, text in enumerate(texts))
        reply = publish(
            self.chain.database,
            PublishRequest(shop=shop, files=files),
            self.now_ms,
            chance=numbered_chance("publish"),
        )
        assert reply.published, reply
        self.settle()

    def _fund(self, connection: Connection) -> None:
        fund(connection, self.now_ms)

    def sync(self) -> None:
        """Every till that has the line speaks until nobody has anything more to say."""
        on = [place.till.database for name, place in self.places.items() if name not in self.off]
        if on:
            self.chain.sync(*on)

    def settle(self) -> None:
        database = self.chain.database
        self.sync()
        apply_leftovers(database, self.now_ms, silent_ms=0)
        settle_refunds(database, self.now_ms)
        settle_refunds_without_slip(database, self.now_ms)
        self._day()
        self.sync()
        self.sync()

    def answer(self) -> None:
        """The oldest question goes to the server, and its answer is in the till's file."""
        if self.here in self.off:
            self.line.leave_unanswered()
            return
        question = self.line.questions[-self.line.open_questions]
        self.line.answer(partial(self._ask, question))

    def _ask(self, question: Question) -> None:
        """Where the server has to ask the others for rights, it is asked once more."""
        self.chain.sync(self.till.database, question=question)
        if question.wants and len(self.places) > 1:
            self.sync()
            self.chain.sync(self.till.database, question=question)

    def offline(self, step: Offline) -> None:
        """The till asks for what it shall hold, the others for all else; then its line is cut."""
        held = {
            Account(self._wallet(name), UnitId(unit)): n
            for name, units in step.holds.items()
            for unit, n in units.items()
        }
        for name, n in step.budgets.items():
            programme, _, rule = name.partition("/")
            held[budget_account(int(programme), rule)] = n
        others = [one for one in self.places if one not in self.off and one != step.till]
        for _ in range(3):
            for account, sums in self._accounts(held).items():
                n = held.get(account, 0)
                if others and account.unit != BUDGET_UNIT:
                    self._want(others[0], account, sums.rights_in_all - n)
                self._want(step.till, account, n)
        here = {account: self._right(step.till, account) for account in held}
        assert here == held, f"the till holds {here}, and the story says {held}"
        self.off.add(step.till)
        self.line.change(trouble=LineTrouble.NO_LINE)

    def _want(self, till: str, account: Account, n: int) -> None:
        lacking = n - self._right(till, account)
        if lacking > 0:
            database = self.places[till].till.database
            question = Question(wants=((account, lacking),))
            self.chain.sync(database, question=question)
            self.sync()
            lacking = n - self._right(till, account)
            if lacking > 0:
                question = Question(wants=((account, lacking),))
                self.chain.sync(database, question=question)

    def _right(self, till: str, account: Account) -> int:
        database = self.places[till].till.database
        if account.unit == BUDGET_UNIT:
            found = database.programmes.budgets([account])
            return found[0].spendable if found else 0
        here, self.here = self.here, till
        rows = [one for some in all_held(self).values() for one in some]
        self.here = here
        return next((one.spendable for one in rows if one.account == account), 0)

    def _accounts(self, held: Iterable[Account]) -> dict[Account, Sums]:
        """Everything that anybody has, as the server knows it, and the budgets that are meant."""
        wallets = {one.wallet for one in held} | set(self.codes.values())
        for holdings in all_held(self).values():
            wallets |= {one.account.wallet for one in holdings}
        with self.chain.database.reading() as connection:
            known = account_table.accounts_of(connection, sorted(wallets))
        return {account: sums for account, (sums, _) in known.items()}

    def _wallet(self, name: str) -> WalletId:
        if name in self.codes:
            return self.codes[name]
        return self.till.database.members.standing(name).wallets[0]

    def online(self, step: Online) -> None:
        """The line is there again, and both sides hear each other."""
        self.off.discard(step.till)
        self.line.change(trouble=LineTrouble.NONE, last_ms=self.now_ms)
        self.settle()

    def forget(self, member: str) -> None:
        """The office erases them."""
        assert rulings.erase(self.chain.database, member)
        del self.cards[member]

    def settlement(self, first: date, last: date) -> Settlement:
        """As `tenth server settlement` sums it up."""
        self.settle()
        with self.chain.database.reading() as connection:
            counted = counts.totals_of_days(connection, first, last)
            return settlement(counted, published(connection))

    def findings(self) -> tuple[Finding, ...]:
        """What the server finds when it checks what came."""
        check_some(self.chain.database, now_ms=self.now_ms, most=1_000)
        with self.chain.database.reading() as connection:
            found = findings.of_days(connection, "0001-01-01", "9999-12-31")
        fresh = [row for row, _, _ in found if row[:4] not in self.found]
        self.found |= {row[:4] for row in fresh}
        return tuple(Finding(kind=FindingKind(row.kind), cost=row.cost) for row in fresh)

    def can_tell(self, expected: Expected) -> Expected:
        """Rights are at one of the tills on the line, and what is there may be had everywhere."""
        apart = self.here in self.off or len(self.places) == 1
        return replace(expected, spendable=expected.spendable if apart else {})

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
