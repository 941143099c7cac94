"""A till's real file, its courier, and a server whose answers the test writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from terminal.loyalty.facts import decode, fact_hash
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.line_port import Contact, LineTrouble, Question
from terminal.till.ports import Member
from terminal.till.sync.courier import Courier
from terminal.till.sync.errands import Answered, Message, Pause
from terminal.till.sync_port import PairedLine
from terminal.wire.signing import unsqueeze
from terminal.wire.sync_json import (
    SYNC_PATH,
    LogMark,
    RecoverRequest,
    Refusal,
    SyncReply,
    SyncRequest,
    Verdict,
    read_message,
    write_message,
)
from tests.fakes import FakeClock, FakeIds

PAIRED = PairedLine(
    url="https://tenth.example", terminal="a" * 32, store="b" * 32, timeline=1, nonce="c" * 32
)
RESTED_MS = 120_000
"""Longer than any pause."""


class Counted:
    """Chance that counts, as the server's and the courier's."""

    def __init__(self) -> None:
        self.last = 0

    def __call__(self) -> str:
        self.last += 1
        return f"{self.last:032x}"


class Desk:
    """One till at one courier, and the hand that plays the server."""

    def __init__(self, path: Path, jitter: float = 0.5) -> None:
        self.path = path
        self.clock, self.ids = FakeClock(), FakeIds()
        self.chance = Counted()
        self.chance.last = 1 << 64
        self.now_ms = 1_000_000
        self.jitter = jitter
        self.database: TillDatabase = open_database(path, clock=self.clock, ids=self.ids)
        self.courier = self.new_courier()
        self.nonces = 0
        self.cursor = 0

    def new_courier(self) -> Courier:
        return Courier(
            self.database.sync,
            sign=lambda plain: f"signed {len(plain)}",
            chance=self.chance,
            clock=self.clock,
            jitter=lambda: self.jitter,
        )

    def pair(self) -> None:
        self.database.sync.pair(PAIRED)

    def record(self, facts: int = 1) -> None:
        """Something happens at the counter: somebody joins."""
        for _ in range(facts):
            identity = self.ids.random_id()
            self.database.journal.enrol(
                Member(id=identity, name="Anna"), f"29{identity[-11:]}", self.clock.now()
            )

    # --- time --------------------------------------------------------------------------------

    def step(self) -> Message | Pause:
        return self.courier.next(self.now_ms)

    def message(self, within_ms: int = RESTED_MS) -> Message:
        """The next message, however long it takes."""
        ends = self.now_ms + within_ms
        while True:
            step = self.step()
            if isinstance(step, Message):
                return step
            assert self.now_ms < ends, f"nothing was sent within {within_ms} ms"
            self.now_ms = min(ends, self.now_ms + step.ms)

    def waited(self) -> int:
        """How long until the next message."""
        begun = self.now_ms
        self.message()
        return self.now_ms - begun

    # --- the server --------------------------------------------------------------------------

    def request(self, message: Message) -> SyncRequest:
        assert message.path == SYNC_PATH
        return read_message(SyncRequest, unsqueeze(message.body))

    def reply(self, request: SyncRequest | RecoverRequest, **changes: Any) -> SyncReply:
        """All is well, and everything that was sent is stored."""
        self.nonces += 1
        assert isinstance(request, SyncRequest)
        reply = SyncReply(
            request=request.request,
            random=request.random,
            timeline=request.timeline,
            nonce=f"{self.nonces}-{'d' * 32}",
            acknowledged=acknowledged(request),
            includes=acknowledged(request),
            cursor=request.cursor,
            records_taken=tuple(one.id for one in request.records),
            server_ms=0,
        )
        return replace(reply, **changes)

    def answer(self, code: int = 200, body: object = b"") -> None:
        plain = body if isinstance(body, bytes) else write_message(body)
        self.courier.answered(code, plain, self.now_ms)

    def serve(self, **changes: Any) -> SyncRequest:
        """Wait for the next request and answer it well."""
        request = self.request(self.message())
        self.answer(200, self.reply(request, **changes))
        return request

    def refuse(self, code: int, name: str = "failed", **more: Any) -> SyncRequest:
        """Wait for the next request and refuse it in our own words."""
        request = self.request(self.message())
        self.answer(code, Refusal(code=name, text="no", **more))
        return request

    # --- what the till sees ------------------------------------------------------------------

    @property
    def contact(self) -> Contact:
        return self.courier.contact()

    def trouble(self) -> LineTrouble:
        return self.contact.trouble

    def answers(self) -> list[tuple[int, bool]]:
        news = self.courier.news()
        return [(one.ticket, one.reached) for one in news if isinstance(one, Answered)]

    def ask(self, **question: Any) -> int:
        return self.courier.ask(Question(**question))

    def close(self) -> None:
        self.database.close()


def acknowledged(request: SyncRequest) -> tuple[LogMark, ...]:
    """The marks of a server that has stored all that it was sent."""
    known = {one.incarnation: one.seq for one in request.acknowledged}
    for text in request.facts:
        fact = decode(text.encode())
        known[fact.incarnation] = max(known.get(fact.incarnation, 0), fact.seq)
    for one in request.opaque:
        known[one.incarnation] = max(known.get(one.incarnation, 0), one.seq)
    return tuple(LogMark(incarnation=log, seq=seq) for log, seq in known.items())


def hashes(texts: tuple[str, ...]) -> list[str]:
    return [fact_hash(text.encode()) for text in texts]


OK = Verdict.OK


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "till.sqlite")
    desk.pair()
    yield desk
    desk.close()


@pytest.fixture
def make_desk(tmp_path: Path) -> Iterator[Callable[[str], Desk]]:
    desks: list[Desk] = []

    def make(name: str) -> Desk:
        desks.append(Desk(tmp_path / name / "till.sqlite"))
        return desks[-1]

    yield make
    for one in desks:
        one.close()
