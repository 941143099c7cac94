"""Real tills of one store, or of two, and a real server in one process; each sync is a call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from terminal.loyalty.standing import Moment
from terminal.server.database import logs, registry
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.logs import Log
from terminal.server.database.registry import TerminalRow
from terminal.server.intake.sync import answer
from terminal.server.ledger import rebuilding
from terminal.till.database.facts import unix_ms
from terminal.till.database.rebuild import check
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.line_port import Question
from terminal.till.sync_port import PairedLine
from tests.fakes import FakeClock, FakeIds

STORE = "0a" * 16
NONCE = "0-" + "e" * 32


@dataclass
class Store:
    """A server, and the tills that speak with it."""

    database: ServerDatabase
    folder: Path
    clock: FakeClock = field(default_factory=FakeClock)
    tills: list[TillDatabase] = field(default_factory=list)
    requests: int = 0

    def __post_init__(self) -> None:
        self.database.run(lambda connection: registry.found_server(connection, "f0" * 16))

    def open_till(self, store: str = STORE) -> TillDatabase:
        """One more till, paired; ``store``: of another shop of the same chain."""
        number = len(self.tills) + 1
        ids = FakeIds()
        ids._last = number << 40
        path = self.folder / f"till-{number}.sqlite"
        till = open_database(path, clock=self.clock, ids=ids, lane=f"Till {number}")
        self.pair(till, store)
        return till

    def pair(self, till: TillDatabase, store: str = STORE) -> None:
        """A till that is open already speaks with this server from now on."""
        number = len(self.tills) + 1
        terminal = f"{number:032x}"
        incarnation = till.journal.identity().incarnation

        def work(connection: Connection) -> int:
            timeline = registry.read_timeline(connection)
            row = TerminalRow(terminal, store, f"Till {number}", "", "active", incarnation, 0)
            registry.add_terminal(connection, row)
            log = Log(
                incarnation=incarnation,
                terminal=terminal,
                store=store,
                timeline=timeline,
                nonce=NONCE,
            )
            assert logs.add(connection, log)
            return timeline

        timeline = self.database.run(work)
        till.sync.pair(
            PairedLine(
                url="https://tenth.example",
                terminal=terminal,
                store=store,
                timeline=timeline,
                nonce=NONCE,
            )
        )
        self.tills.append(till)

    def sync(self, *tills: TillDatabase, question: Question | None = None) -> None:
        """Let tills (all of them) speak until nobody has anything more to say."""
        for till in tills or tuple(self.tills):
            more = True
            while more:
                more = self._once(till, question or Question())

    def later(self, **by: int) -> Moment:
        """Time goes by."""
        self.clock.local += timedelta(**by)
        return self.clock.now()

    def close(self) -> None:
        for till in self.tills:
            till.close()

    def _once(self, till: TillDatabase, question: Question) -> bool:
        self.requests += 1
        now = self.clock.now()
        request = till.sync.prepare(
            random=f"{self.requests:032x}",
            question=question,
            most_facts=500,
            most_bytes=1_000_000,
            at=now,
        )
        reply = answer(
            self.database, request, now_ms=unix_ms(now), chance=lambda: f"{self.requests:032x}"
        )
        return till.sync.settle(request, reply, at=now).more


def everybody_agrees(store: Store) -> None:
    """Refolded, every till's tables and the server's are what they were."""
    store.sync()
    store.sync()
    assert rebuilding.check(store.database).differences == ()
    for till in store.tills:
        assert check(till.database).differences == ()
