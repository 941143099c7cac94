"""A till of the world: a computer with a disk, a clock set right or wrong, and the real program.

What a crash takes away is here as well: the open database, the courier and what it waits for.
"""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.simulation.chance import Chance, Clockwork, Ids
from terminal.simulation.clocks import TillClock
from terminal.simulation.crashes import Doom, watched
from terminal.simulation.disk import Disk
from terminal.simulation.invariants import Reading
from terminal.simulation.looks import GrantName, TillLook
from terminal.simulation.truth import Truth
from terminal.till.database.sync_store import StoredSync
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.sync.courier import Courier
from terminal.wire.sync_json import SyncRequest

_IDENTITY = """SELECT i.incarnation, l.terminal, i.acknowledged, i.next_seq, i.head, l.timeline, l.cursor,
(SELECT count(*) FROM outbox o WHERE o.incarnation = i.incarnation) FROM identity i
LEFT JOIN line l"""
_OLDER_WAITING = """SELECT count(*) FROM outbox
WHERE incarnation <> (SELECT incarnation FROM identity)"""
_RIGHTS = "SELECT wallet, unit, n FROM rights WHERE n <> 0 ORDER BY wallet, unit"
_RECEIVED = "SELECT incarnation, timeline, number FROM grants_received"
_NEW_FACTS = "SELECT rowid, hash, stored FROM facts WHERE rowid > ? ORDER BY rowid"


PAGES_MOST = 2**31
"""As many as SQLite knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """An image of a till's disk, with what it takes to be that till."""

    till: str
    store: str
    key: bytes
    image: bytes
    made_ms: int


class _FewAtOnce(StoredSync):
    """As the real one, but it asks for small pages, so that a reply is seldom the last one."""

    feed_most = 0

    def prepare(self, **named: Any) -> SyncRequest:
        """The next request."""
        request = super().prepare(**named)
        return replace(request, feed_most=min(request.feed_most, self.feed_most))


class Till:
    """One computer at a counter."""

    def __init__(
        self,
        *,
        name: str,
        store: str,
        key: bytes,
        disk: Disk,
        clockwork: Clockwork,
        chance: Chance,
        feed_most: int = 200,
    ) -> None:
        """``feed_most``: of how many different things it wants to be told in one reply."""
        self.name = name
        self.store = store
        self.key = key
        self.disk = disk
        self.clock = TillClock(clockwork)
        self.doom = Doom()
        self.run = 0
        """The how-manieth process this is."""
        self.number = 0
        """Its requests so far."""
        self.waiting: int | None = None
        """The number of the request whose answer it waits for."""
        self._clockwork = clockwork
        self._feed_most = feed_most
        self._chance = chance
        self.ids = Ids(chance.stream("ids"), clockwork)
        self._jitter = chance.stream("jitter")
        self._signing = Ed25519PrivateKey.from_private_bytes(key)
        self._open: tuple[TillDatabase, Courier] | None = None
        self.room: int | None = None
        """How many pages its file may grow by; None where its disk has room enough."""
        self._seen = 0
        """The row of the last fact that the truth knows."""

    # --- the process -------------------------------------------------------------------------

    @property
    def runs(self) -> bool:
        """Whether the program is open."""
        return self._open is not None

    @property
    def program(self) -> TillDatabase:
        """The open program's database."""
        assert self._open is not None, f"{self.name} is not running"
        return self._open[0]

    @property
    def courier(self) -> Courier:
        """The open program's courier."""
        assert self._open is not None, f"{self.name} is not running"
        return self._open[1]

    def start(self) -> None:
        """Open the program on what is on the disk."""
        assert self._open is None, f"{self.name} runs already"
        self.clock.begin()
        database = open_database(self.disk.path, clock=self.clock, ids=self.ids, lane=self.name)
        watched(database.database, self.doom.watch)
        store = _FewAtOnce(database.database, clock=self.clock)
        store.feed_most = self._feed_most
        courier = Courier(
            store,
            sign=self._sign,
            chance=self._chance.hex128,
            clock=self.clock,
            jitter=self._jitter.jitter,
        )
        self.run += 1
        self.waiting = None
        self._open = (database, courier)
        self.leave_room(self.room)

    def leave_room(self, pages: int | None) -> None:
        """Its disk has room for so many more pages of its file, or enough."""
        self.room = pages
        (there,) = self.disk.row("PRAGMA page_count")
        most = PAGES_MOST if pages is None else there + pages
        # Of the one connection that writes; each start of the program opens another.
        writer = self.program.database._writer  # noqa: SLF001
        writer.execute(f"PRAGMA max_page_count = {most}").close()
        writer.rollback()

    def stop(self) -> None:
        """The process ends, or died: nothing of it is left but the disk."""
        if self._open is not None:
            self._open[0].close()
        self._open = None
        self.waiting = None
        self.doom.spare()

    def put(self, image: bytes) -> None:
        """The disk becomes what an image says; the program must not run."""
        assert self._open is None, f"{self.name} is running"
        self.disk.put(image)
        self._seen = 0

    def take_key(self, key: bytes) -> None:
        """It signs with another key from now on."""
        self.key = key
        self._signing = Ed25519PrivateKey.from_private_bytes(key)

    def copy(self) -> Copy:
        """An image of the disk as of its last commit."""
        return Copy(
            till=self.name,
            store=self.store,
            key=self.key,
            image=self.disk.image(),
            made_ms=self._clockwork.now_ms,
        )

    def _sign(self, content: bytes) -> str:
        return base64.b64encode(self._signing.sign(content)).decode()

    # --- looking on --------------------------------------------------------------------------

    def look(self) -> TillLook:
        """The tables as of the last commit."""
        found = self.disk.row(_IDENTITY)
        incarnation, terminal, acknowledged, next_seq, head, timeline, cursor, waiting = found
        rights = Counter(
            {
                Account(WalletId(wallet), UnitId(unit)): n
                for wallet, unit, n in self.disk.rows(_RIGHTS)
            }
        )
        return TillLook(
            till=self.name,
            incarnation=incarnation,
            terminal=terminal or "",
            timeline=timeline or 0,
            cursor=cursor or 0,
            acknowledged=acknowledged,
            next_seq=next_seq,
            head=head,
            waiting=waiting,
            rights=rights,
            received=frozenset(GrantName(*row) for row in self.disk.rows(_RECEIVED)),
        )

    def older_waiting(self) -> int:
        """How many facts of logs before the present one wait to go up."""
        return int(self.disk.row(_OLDER_WAITING)[0])

    def tell(self, truth: Truth, read: Reading, *, anew: bool) -> int:
        """Tell the truth of the facts that are new on this disk; how many there were.

        ``anew``: of all of them, because a log that begins takes rows away.
        """
        if anew:
            self._seen = 0
        rows = self.disk.rows(_NEW_FACTS, self._seen)
        for row, fact_hash, stored in rows:
            truth.take(read(fact_hash, stored), fact_hash)
            self._seen = row
        return len(rows)
