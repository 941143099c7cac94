"""The server of the world: the real intake, ledger, bank and calendar on a database in memory.

A crash takes the process away at a commit point; what was committed stays. An image of the
database is its backup, and starting on one is a restored server.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from terminal.loyalty.facts import decode
from terminal.loyalty.ledger import RIGHT_SIGN
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.intake.gate import admit
from terminal.server.intake.recovery import recover
from terminal.server.intake.refusals import Refused
from terminal.server.intake.sync import answer
from terminal.simulation.chance import Chance, Clockwork
from terminal.simulation.crashes import Doom, ProcessGone
from terminal.simulation.looks import (
    AccountLook,
    FeedLook,
    GrantName,
    LogLook,
    SentGrant,
    ServerLook,
)
from terminal.simulation.network import Reply, Request
from terminal.simulation.older import older_version
from terminal.wire.signing import squeeze
from terminal.wire.sync_json import (
    RECOVER_PATH,
    RecoverRequest,
    SyncRequest,
    write_message,
)

_LOGS = """SELECT incarnation, terminal, store, role, standing, timeline, stored, head, applied,
quarantined FROM logs ORDER BY incarnation"""
_ACCOUNTS = """SELECT wallet, unit, earned, expired, used, pending, debt, pool FROM accounts
ORDER BY wallet, unit"""
_HELD = "SELECT wallet, unit, incarnation, n FROM holdings WHERE n <> 0 ORDER BY 1, 2, 3"
_SENT = """SELECT incarnation, timeline, number, wallet, unit, n FROM grants
WHERE standing = 'sent' ORDER BY 1, 2, 3"""
_PARKED = """SELECT f.stored FROM parked p
JOIN facts f ON f.incarnation = p.incarnation AND f.seq = p.seq
WHERE p.reason NOT LIKE 'grant_twice%' ORDER BY p.incarnation, p.seq"""
_FEEDS = """SELECT s.store, s.next, coalesce(min(f.number), 0), coalesce(max(f.number), 0),
count(f.number) FROM feeds s LEFT JOIN feed f ON f.store = s.store GROUP BY s.store, s.next"""


class Office:
    """The one server."""

    def __init__(self, clockwork: Clockwork, chance: Chance) -> None:
        self.doom = Doom()
        self._clockwork = clockwork
        self._chance = chance
        self._database: ServerDatabase | None = None
        self.changed = True
        """Whether its tables may have changed since somebody looked."""
        self.requests = 0
        self.old = False
        """Whether its program is of an older version than its tills, see ``older``."""

    # --- the process -------------------------------------------------------------------------

    @property
    def runs(self) -> bool:
        """Whether it answers."""
        return self._database is not None

    @property
    def database(self) -> ServerDatabase:
        """Its open database."""
        assert self._database is not None, "the server is not running"
        return self._database

    def start(self, image: bytes | None) -> None:
        """Start on a database, or on none yet."""
        assert self._database is None, "the server runs already"
        self._database = open_database("sqlite://", watch=self.doom.watch, image=image)
        self.changed = True

    def stop(self) -> bytes:
        """End, or die; returns what is on its disk."""
        image = self.database.image()
        self.database.close()
        self._database = None
        self.doom.spare()
        return image

    def begin_again(self) -> None:
        """The process died and is started anew: memory forgets, the disk does not."""
        self.start(self.stop())

    def chance(self) -> str:
        """What the server asks chance for."""
        return self._chance.hex128()

    # --- what it does ------------------------------------------------------------------------

    def receive(self, request: Request) -> Reply | None:
        """Answer a request; None where the process died over it."""
        self.requests += 1
        self.changed = True
        try:
            with self._version():
                code, body = self._answer(request)
        except ProcessGone:
            self.begin_again()
            return None
        return Reply(
            till=request.till, run=request.run, number=request.number, code=code, body=body
        )

    def _answer(self, request: Request) -> tuple[int, bytes]:
        now = self._clockwork.now_ms
        try:
            admitted = admit(
                self.database, "POST", request.path, dict(request.headers), request.body
            )
            reply: Any
            if request.path == RECOVER_PATH:
                reply = recover(self.database, admitted.message(RecoverRequest))
            else:
                asked = admitted.message(SyncRequest)
                reply = answer(self.database, asked, now_ms=now, chance=self.chance)
            return 200, squeeze(write_message(reply))
        except Refused as refused:
            return refused.http, write_message(refused.refusal)

    def work(self, what: Callable[[ServerDatabase], Any]) -> bool:
        """Let it do something of its own accord; whether it lived through it."""
        self.changed = True
        try:
            with self._version():
                what(self.database)
        except ProcessGone:
            self.begin_again()
            return False
        return True

    def _version(self) -> AbstractContextManager[None]:
        return older_version() if self.old else nullcontext()

    # --- looking on --------------------------------------------------------------------------

    def rows(self, question: str, *arguments: object) -> list[Any]:
        """Look into the tables, past all programs."""
        with self.database.reading() as connection:
            driver: Any = connection.connection.dbapi_connection
            return list(driver.execute(question, arguments).fetchall())

    def look(self) -> ServerLook:
        """The tables as of the last commit."""
        with self.database.reading() as connection:
            driver: Any = connection.connection.dbapi_connection

            def rows(question: str) -> list[Any]:
                return list(driver.execute(question).fetchall())

            ((timeline,),) = rows("SELECT timeline FROM server")
            ((given,),) = rows("SELECT count(*) FROM grants")
            return ServerLook(
                timeline=timeline,
                logs={row[0]: LogLook(*row[1:]) for row in rows(_LOGS)},
                accounts={
                    _account(row[0], row[1]): AccountLook(*row[2:]) for row in rows(_ACCOUNTS)
                },
                held={(_account(row[0], row[1]), row[2]): row[3] for row in rows(_HELD)},
                sent=tuple(
                    SentGrant(GrantName(*row[:3]), _account(row[3], row[4]), row[5])
                    for row in rows(_SENT)
                ),
                parked=_rights_in(stored for (stored,) in rows(_PARKED)),
                given=given,
                feeds={row[0]: FeedLook(*row[1:]) for row in rows(_FEEDS)},
            )


def _rights_in(stored: Iterable[bytes]) -> Mapping[tuple[Account, str], int]:
    found: Counter[tuple[Account, str]] = Counter()
    for fact in map(decode, map(bytes, stored)):
        for entry in fact.entries:
            found[entry.account, fact.incarnation] += RIGHT_SIGN[entry.kind] * entry.n
    return found


def _account(wallet: str, unit: str) -> Account:
    return Account(WalletId(wallet), UnitId(unit))
