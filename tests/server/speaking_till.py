"""A till as the server's intake meets it: it signs real requests and settles real replies.

What a till keeps on disk is kept in memory here, so that a copy of it is one call, and a lost
reply is one that is not settled.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from terminal.loyalty.bodies import RightsReceived, RightsReturned
from terminal.loyalty.facts import Fact, FactKind, decode, fact_hash
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, Sums, rights_of
from terminal.loyalty.statement import Grant, Statement, with_tail
from terminal.loyalty.wallet import Account
from terminal.server.database import logs, registry
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.logs import Log
from terminal.server.database.registry import TerminalRow
from terminal.server.database.schema import metadata
from terminal.server.intake.gate import admit
from terminal.server.intake.recovery import recover
from terminal.server.intake.sync import answer
from terminal.server.rights.policy import Caps
from terminal.wire.record_json import MemberRecord
from terminal.wire.signing import (
    INCARNATION_HEADER,
    REPLACES_HEADER,
    SIGNATURE_HEADER,
    new_private_key,
    public_key_of,
    sign,
    squeeze,
)
from terminal.wire.sync_json import (
    RECOVER_PATH,
    SYNC_PATH,
    ClockReading,
    LogMark,
    RecoverReply,
    RecoverRequest,
    SyncReply,
    SyncRequest,
    Verdict,
    Want,
    write_message,
)
from tests.server.paper_till import NOW_MS, PaperTill, till

Rows = dict[str, list[tuple[Any, ...]]]


@dataclass(slots=True)
class Office:
    """The server: its database, its clock and its chance."""

    database: ServerDatabase
    caps: Caps = field(default_factory=Caps)
    now_ms: int = NOW_MS
    _drawn: int = 0

    def __post_init__(self) -> None:
        self.database.run(lambda connection: registry.found_server(connection, "f0" * 16))

    def chance(self) -> str:
        self._drawn += 1
        return f"{self._drawn:032x}"

    def pair(self, number: int, store: str = "0a" * 16) -> SpeakingTill:
        """Let a new till in."""
        made = SpeakingTill(paper=till(number, store), terminal=f"{number:032x}")

        def work(connection: Connection) -> None:
            timeline = registry.read_timeline(connection)
            made.timeline = timeline
            key = public_key_of(made.key).hex()
            row = TerminalRow(
                made.terminal, store, made.paper.name, key, "active", made.incarnation, NOW_MS
            )
            registry.add_terminal(connection, row)
            log = Log(
                incarnation=made.incarnation,
                terminal=made.terminal,
                store=store,
                timeline=timeline,
                nonce=made.nonce,
            )
            assert logs.add(connection, log)

        self.database.run(work)
        return made

    def receive(self, headers: dict[str, str], body: bytes) -> SyncReply:
        """What the route of /sync does with a request."""
        self.now_ms += 1
        admitted = admit(self.database, "POST", SYNC_PATH, headers, body)
        return answer(
            self.database,
            admitted.message(SyncRequest),
            now_ms=self.now_ms,
            chance=self.chance,
            caps=self.caps,
        )

    def dump(self) -> Rows:
        """All tables, row by row."""
        with self.database.reading() as connection:
            return {
                table.name: sorted(tuple(row) for row in connection.execute(table.select()))
                for table in metadata.sorted_tables
            }

    def image(self) -> Rows:
        """A backup."""
        return self.dump()

    def restore(self, backup: Rows) -> None:
        """Put a backup back, as somebody does in the night."""

        def work(connection: Connection) -> None:
            for table in metadata.sorted_tables:
                connection.execute(table.delete())
                columns = table.columns.keys()
                rows = [dict(zip(columns, row, strict=True)) for row in backup[table.name]]
                if rows:
                    connection.execute(table.insert(), rows)

        self.database.run(work)


@dataclass(slots=True)
class SpeakingTill:
    """A till with a key and a log."""

    paper: PaperTill
    terminal: str
    key: bytes = field(default_factory=new_private_key)
    nonce: str = "first"
    timeline: int = 1
    request: int = 0
    random: int = 0
    cursor: int = 0
    replaces: str | None = None
    acknowledged: dict[str, int] = field(default_factory=dict)
    includes: dict[str, dict[str, int]] = field(default_factory=dict)
    older: list[PaperTill] = field(default_factory=list)
    statements: dict[str, Statement] = field(default_factory=dict)
    members: dict[str, MemberRecord] = field(default_factory=dict)
    parked: set[tuple[str, int]] = field(default_factory=set)
    """Facts that the server keeps and could not apply: this till goes on counting them itself."""
    names: set[tuple[int, int]] = field(default_factory=set)
    records: list[MemberRecord] = field(default_factory=list)

    @property
    def incarnation(self) -> str:
        return self.paper.incarnation

    def copied(self) -> SpeakingTill:
        """The same disk in another till."""
        twin = copy.deepcopy(self)
        twin.random += 1_000_000  # chance is not on the disk
        twin.paper.wall_ms += 1  # nor do two tills sell in the same instant
        return twin

    # --- what it holds ---------------------------------------------------------------------------

    def rights(self, account: Account) -> int:
        """What it may spend."""
        return rights_of(
            entry for stored in self.paper.facts for entry in decode(stored).entries
        ).get(account, 0)

    def sums(self, account: Account) -> Sums:
        """What it shows: the statement, its own facts since, and those that are parked."""
        statement = self.statements.get(account.wallet)
        included = self.includes.get(account.wallet, {})
        tail = [
            entry
            for log in (*self.older, self.paper)
            for seq, stored in enumerate(log.facts, start=1)
            if seq > included.get(log.incarnation, 0) or (log.incarnation, seq) in self.parked
            for entry in decode(stored).entries
        ]
        stated = statement or Statement(wallet=account.wallet, version=0)
        return with_tail(stated, tail).get(account, NOTHING)

    # --- speaking --------------------------------------------------------------------------------

    def asking(self, *, most: int = 500, **more: Any) -> SyncRequest:
        """The next request; its number is on disk before it leaves."""
        self.request += 1
        self.random += 1
        facts = [
            stored
            for log in (*self.older, self.paper)
            for stored in log.facts[self.acknowledged.get(log.incarnation, 0) :]
        ][:most]
        every = (self.paper, *self.older)
        request = SyncRequest(
            incarnation=self.incarnation,
            request=self.request,
            random=f"{self.random:032x}",
            nonce=self.nonce,
            timeline=self.timeline,
            cursor=self.cursor,
            logs=tuple(LogMark(incarnation=one.incarnation, seq=len(one.facts)) for one in every),
            acknowledged=tuple(
                LogMark(incarnation=one, seq=seq) for one, seq in self.acknowledged.items()
            ),
            replaces=self.replaces,
            facts=tuple(stored.decode() for stored in facts),
            records=tuple(self.records),
            clock=ClockReading(wall_ms=NOW_MS, offset_minutes=120, quality="trusted"),
            app="test",
        )
        return replace(request, **more)

    def signed(self, request: SyncRequest | RecoverRequest, path: str = SYNC_PATH) -> Any:
        """(headers, body) as they travel."""
        body = squeeze(write_message(request))
        headers = {
            INCARNATION_HEADER: request.incarnation,
            SIGNATURE_HEADER: sign(self.key, "POST", path, body),
        }
        if isinstance(request, SyncRequest) and request.replaces is not None:
            headers[REPLACES_HEADER] = request.replaces
        return headers, body

    def send(self, office: Office, request: SyncRequest) -> SyncReply:
        """A request and its answer, which is not settled."""
        return office.receive(*self.signed(request))

    def sync(self, office: Office, **more: Any) -> SyncReply:
        """One whole round."""
        request = self.asking(**more)
        reply = self.send(office, request)
        assert (reply.request, reply.random) == (request.request, request.random)
        self.settle(reply)
        return reply

    def settle(self, reply: SyncReply) -> None:
        """Take a reply over."""
        if reply.verdict is Verdict.REENROL:
            return
        self.nonce, self.timeline, self.cursor = reply.nonce, reply.timeline, reply.cursor
        self.acknowledged |= {one.incarnation: one.seq for one in reply.acknowledged}
        included = {one.incarnation: one.seq for one in reply.includes}
        for statement in reply.statements:
            self.statements[statement.wallet] = statement
            self.includes[statement.wallet] = included
        if reply.verdict is Verdict.OK:
            self.parked = {(one.incarnation, one.seq) for one in reply.parked}
        self.members |= {one.id: one for one in reply.members}
        for member in reply.gone:
            self.members.pop(member, None)
        taken = set(reply.records_taken)
        self.records = [one for one in self.records if one.id not in taken]
        for grant in reply.grants:
            self._receive(grant)
        for recall in reply.recalls:
            account = Account(recall.wallet, recall.unit)
            n = min(recall.n, self.rights(account))
            if n > 0:
                body = RightsReturned(reason=recall.reason)
                entry = Entry(account, EntryKind.RELEASE, n)
                self.paper.record(entry, kind=FactKind.RIGHTS_RETURNED, body=body)

    def _receive(self, grant: Grant) -> None:
        name = (grant.timeline, grant.number)
        if name in self.names:
            return
        self.names.add(name)
        body = RightsReceived(timeline=grant.timeline, number=grant.number)
        entry = Entry(grant.account, EntryKind.RECEIVE, grant.n)
        self.paper.record(entry, kind=FactKind.RIGHTS_RECEIVED, body=body)

    def want(self, office: Office, account: Account, n: int) -> SyncReply:
        """Somebody waits: a small request without facts."""
        wish = Want(wallet=account.wallet, unit=account.unit, n=n)
        return self.sync(office, most=0, wants=(wish,))

    # --- after a fork ----------------------------------------------------------------------------

    def recovered(self, office: Office) -> list[RecoverReply]:
        """What the server holds of this log, page by page."""
        pages: list[RecoverReply] = []
        after = 0
        while not pages or pages[-1].more:
            self.request += 1
            self.random += 1
            request = RecoverRequest(
                incarnation=self.incarnation,
                request=self.request,
                random=f"{self.random:032x}",
                after=after,
            )
            headers, body = self.signed(request, RECOVER_PATH)
            admitted = admit(office.database, "POST", RECOVER_PATH, headers, body)
            pages.append(recover(office.database, admitted.message(RecoverRequest)))
            after += len(pages[-1].facts) + len(pages[-1].opaque)
        return pages

    def begin_anew(self, office: Office, incarnation: str) -> None:
        """What a till does that heard that its log has two futures."""
        held = [text.encode() for page in self.recovered(office) for text in page.facts]
        own: list[Fact] = []
        old = self.paper
        if held != old.facts[: len(held)]:
            # Two futures: that of the server stays, this one's facts are recorded again.
            kept = set(map(fact_hash, held))
            own = [decode(one) for one in old.facts if fact_hash(one) not in kept]
            old = replace(old, facts=held, head=fact_hash(held[-1]))
        self.older.append(old)
        self.acknowledged[old.incarnation] = len(held)
        self.paper = PaperTill(old.name, incarnation, old.store)
        self.replaces = old.incarnation
        self.names = set()
        for fact in own:
            if fact.kind not in {FactKind.RIGHTS_RECEIVED, FactKind.RIGHTS_RETURNED}:
                self.paper.record(*fact.entries, kind=fact.kind, body=fact.body)


def rounds(office: Office, tills: Sequence[SpeakingTill], times: int = 3) -> None:
    """All tills speak in turns, until nothing is left to say."""
    for _ in range(times):
        for one in tills:
            one.sync(office)
