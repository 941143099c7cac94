"""The load of the sync bench: tills that send their logs as fast as the server takes them.

Each is a thread with one kept connection and one request in flight, like a real courier. Measured
with the server are what no till can do beforehand: the head of each request, its signature, the
line, and reading the reply. Facts are written and squeezed before the clock starts, as tills do it
on computers of their own (see ``sync_parcels``; what it takes is a figure of its own), and no till
here has a database: a whole till is what the counter's part of the bench measures.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter, process_time, time

from terminal.bench.sync_logs import MadeLog
from terminal.bench.sync_parcels import Parcel, joined, parcel, parcels
from terminal.till.sync.link import Link
from terminal.till.sync.pairing import Introduction, introduce
from terminal.wire.registry_json import CODES_PATH, CodeReply, CodeRequest
from terminal.wire.signing import (
    INCARNATION_HEADER,
    OWNER_HEADER,
    SIGNATURE_HEADER,
    new_private_key,
    sign,
    squeeze,
    unsqueeze,
)
from terminal.wire.sync_json import (
    SYNC_PATH,
    ClockReading,
    LogMark,
    SyncReply,
    SyncRequest,
    Want,
    read_message,
    write_message,
)

READ_MS = 30_000
FEED_MOST = 200
QUESTION_FEED = 20
"""As a courier asks."""
APP = "bench"


class Refused(RuntimeError):
    """The server did not take what a bench sent it: its figures would say nothing."""


@dataclass
class LoadedTill:
    """A till with a log to send, and what the courier would have on disk."""

    url: str
    log: MadeLog
    key: bytes = field(default_factory=new_private_key)
    nonce: str = ""
    timeline: int = 0
    request: int = 0
    cursor: int = 0
    sent: int = 0
    applied: int = 0
    replies: list[float] = field(default_factory=list)
    """How long each round trip took, in seconds."""

    def __post_init__(self) -> None:
        self._texts: list[str] = []
        self._parcels: dict[int, Parcel] = {}
        self._link = Link(self.url)

    def pair(self, owner_key: str, store: str) -> None:
        """Be let in with a fresh code."""
        body = squeeze(write_message(CodeRequest(store=store)))
        _, answer = self._link.send(
            "POST", CODES_PATH, headers={OWNER_HEADER: owner_key}, body=body, read_ms=READ_MS
        )
        code = read_message(CodeReply, plain(answer)).code
        who = Introduction(incarnation=self.log.incarnation, lane=self.log.incarnation[:6], app=APP)
        reply = introduce(self._link, who, code, self.key)
        self.nonce, self.timeline = reply.nonce, reply.timeline

    def make_ready(self, *, enrols_apart: bool = False) -> float:
        """Write and squeeze the log before the clock starts; the seconds of processor it took."""
        began = process_time()
        self._texts = [stored.decode() for stored in self.log.stored]
        place = 0
        for one in parcels(self._texts, [len(self.log.wallets)] if enrols_apart else []):
            self._parcels[place] = one
            place += one.facts
        return process_time() - began

    def enrol_all(self) -> None:
        """Send the facts by which members joined, which come first."""
        while self.sent < len(self.log.wallets):
            self._turn(self._parcels[self.sent])

    def send_all(self) -> None:
        """Send facts until the server has all of them applied.

        What they changed is not told meanwhile, as a courier with more to send does not ask for it.
        """
        while self.applied < len(self._texts):
            self._turn(self._parcels[self.sent] if self.sent < len(self._texts) else None)

    def read_feed(self) -> None:
        """Read all that the server has to tell."""
        while self._turn(feed_most=FEED_MOST).more:
            pass

    def send_some(self, most: int) -> None:
        """One request with a few facts."""
        self._turn(parcel(self._texts[self.sent : self.sent + most]), feed_most=FEED_MOST)

    def want(self, wants: Sequence[Want]) -> SyncReply:
        """Ask for rights, in a request of its own."""
        return self._turn(wants=wants, feed_most=QUESTION_FEED)

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def _turn(
        self, facts: Parcel | None = None, *, wants: Sequence[Want] = (), feed_most: int = 0
    ) -> SyncReply:
        self.request += 1
        seq = self.sent + (facts.facts if facts else 0)
        message = SyncRequest(
            incarnation=self.log.incarnation,
            request=self.request,
            random=secrets.token_hex(16),
            nonce=self.nonce,
            timeline=self.timeline,
            cursor=self.cursor,
            logs=(
                LogMark(
                    incarnation=self.log.incarnation,
                    seq=len(self.log.stored),
                    hash=self.log.head if self.log.hashes else None,
                ),
            ),
            acknowledged=(LogMark(incarnation=self.log.incarnation, seq=self.sent),),
            wants=tuple(wants),
            feed_most=feed_most,
            clock=ClockReading(wall_ms=int(time() * 1000), offset_minutes=0, quality="trusted"),
            app=APP,
        )
        body = joined(message, facts) if facts else squeeze(write_message(message))
        headers = {
            INCARNATION_HEADER: self.log.incarnation,
            SIGNATURE_HEADER: sign(self.key, "POST", SYNC_PATH, body),
        }
        began = perf_counter()
        code, answer = self._link.send(
            "POST", SYNC_PATH, headers=headers, body=body, read_ms=READ_MS
        )
        self.replies.append(perf_counter() - began)
        if code != 200:
            raise Refused(f"{code}: {answer[:300]!r}")
        reply = read_message(SyncReply, plain(answer))
        if reply.verdict != "ok" or reply.parked:
            raise Refused(f"{reply.verdict}, {len(reply.parked)} parked: {reply.parked[:1]}")
        self.nonce, self.timeline, self.cursor = reply.nonce, reply.timeline, reply.cursor
        self.sent = max(self.sent, _mark(reply.acknowledged, self.log.incarnation))
        self.applied = _mark(reply.includes, self.log.incarnation)
        assert self.sent >= seq, "the server took less than it was sent"
        return reply


def together(tills: Sequence[LoadedTill], work: Callable[[LoadedTill], None]) -> float:
    """All tills at once, until each has done it; the seconds that it took."""
    faults: list[BaseException] = []

    def run(till: LoadedTill) -> None:
        try:
            work(till)
        except Exception as fault:  # noqa: BLE001 - told by the thread that measures
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(till,)) for till in tills]
    began = perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = perf_counter() - began
    if faults:
        raise faults[0]
    return took


def plain(answer: bytes) -> bytes:
    """A reply's JSON, squeezed or not."""
    return answer if answer[:1] in {b"{", b""} else unsqueeze(answer, 64 * 1024 * 1024)


def _mark(marks: Sequence[LogMark], incarnation: str) -> int:
    return next((one.seq for one in marks if one.incarnation == incarnation), 0)
