"""What every route needs, and how a request is taken in and answered: bounded in size and number.

The body is read as it travels and never before its size is known to be allowed. What asks the
database works in a few threads, so that a till that waits for the bell holds none.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import anyio.to_thread
from anyio import CapacityLimiter
from fastapi import Request, Response

from terminal.server.database.connection import ServerDatabase
from terminal.server.intake.refusals import Refused
from terminal.server.rights.policy import Caps
from terminal.server.routes.figures import Figures
from terminal.server.routes.tries import Tries
from terminal.wire.signing import (
    OWNER_HEADER,
    PLAIN_BYTES_MOST,
    Swollen,
    is_squeezed,
    squeeze,
    unsqueeze,
)
from terminal.wire.sync_json import BadMessage, Refusal, read_message, write_message

JSON = "application/json"
SQUEEZED = "application/octet-stream"
"""A body that is a zlib stream by itself, without a header that says so."""

WORKERS = 12
"""Requests that are at the database at once."""
HEAVY_BYTES = 32 * 1024
"""A body of some hundred facts and more. Such requests are done one after the other in a process:
side by side they take the interpreter from each other at every question to the database, which
costs a fifth of what a process can do. Who asks for little does not wait for them."""
WAITING_MOST = 400
"""Requests that wait for one of those; more are asked to come again."""
QUIET_S = 0.1
"""Who asks once will soon ask again."""
BODY_SECONDS = 30
"""A body that has not come by then drips, or its sender is gone."""
WORTH_SQUEEZING = 4_096

T = TypeVar("T")
M = TypeVar("M")


@dataclass(slots=True)
class Entrance:
    """The server as its routes see it. ``chance`` gives 128 random bits as hex."""

    database: ServerDatabase
    now_ms: Callable[[], int]
    chance: Callable[[], str]
    caps: Caps
    owner_key: str
    figures: Figures
    tries: Tries = field(default_factory=Tries)
    _limiter: CapacityLimiter | None = None
    _one_heavy: CapacityLimiter | None = None
    steady_s: Callable[[], float] = time.monotonic
    _asked: int = 0
    _answered_s: float = -1.0
    _sleepers: set[asyncio.Event] = field(default_factory=set)
    _closed: bool = False

    async def work(self, task: Callable[[], T], *, body_bytes: int = 0) -> T:
        """Do something that waits for the database, in a thread; what is heavy takes turns.

        Raises:
            Refused: too many wait already (503).
        """
        if self._limiter is None or self._one_heavy is None:
            self._limiter, self._one_heavy = CapacityLimiter(WORKERS), CapacityLimiter(1)
        limiter = self._one_heavy if body_bytes >= HEAVY_BYTES else self._limiter
        if self._asked >= WAITING_MOST:
            raise Refused("busy", 503, "too many tills ask at once, come again in a moment")
        self._asked += 1
        try:
            return await anyio.to_thread.run_sync(task, limiter=limiter)
        finally:
            self._asked -= 1
            self._answered_s = self.steady_s()

    def is_quiet(self) -> bool:
        """Whether nobody waits for an answer, and nobody has for a moment."""
        return not self._asked and self.steady_s() - self._answered_s >= QUIET_S

    async def until_rung(
        self, listen: Callable[[Callable[[], None]], Callable[[], None]], sleeper: asyncio.Event
    ) -> Callable[[], None]:
        """Have the bell wake a sleeper; what comes back ends it. The closing server wakes all."""
        loop = asyncio.get_running_loop()

        def rung() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(sleeper.set)

        stop = await self.work(lambda: listen(rung))
        self._sleepers.add(sleeper)
        if self._closed:
            sleeper.set()

        def end() -> None:
            self._sleepers.discard(sleeper)
            stop()

        return end

    @property
    def waiting(self) -> int:
        """How many wait for the bell."""
        return len(self._sleepers)

    def close(self) -> None:
        """Send everybody home who waits for the bell. To be called in the loop's thread."""
        self._closed = True
        for sleeper in self._sleepers:
            sleeper.set()

    def demand_owner(self, request: Request) -> None:
        """Let a request pass that carries the owner's key.

        Raises:
            Refused: it does not.
        """
        given = request.headers.get(OWNER_HEADER, "")
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            given = given or bearer
        if not hmac.compare_digest(given.encode(), self.owner_key.encode()):
            raise Refused("unsigned", 401, "this needs the key of the server's owner")


def entrance_of(request: Request) -> Entrance:
    """What the app put up."""
    entrance: Entrance = request.app.state.entrance
    return entrance


async def read_body(request: Request, most: int) -> bytes:
    """The body as it travelled.

    Raises:
        Refused: it is too large, of another kind, or comes too slowly.
    """
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    coding = request.headers.get("Content-Encoding", "").strip().lower()
    if kind not in {JSON, SQUEEZED} or coding not in {"", "identity", "deflate"}:
        raise Refused("wrong_content", 415, f"a body is {JSON}, plain or with deflate (zlib)")
    told = request.headers.get("Content-Length", "0")
    if told.isdecimal() and int(told[:20]) > most:
        raise _too_large(most)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise _too_large(most)
                parts.append(part)
    except TimeoutError as error:
        raise Refused("malformed", 408, "the body did not come in time") from error
    return b"".join(parts)


def _too_large(most: int) -> Refused:
    return Refused("too_large", 413, f"a request has at most {most} bytes")


def plain_of(body: bytes, most: int = PLAIN_BYTES_MOST) -> bytes:
    """A body as it was before it was squeezed, if it was.

    Raises:
        Refused: it swells beyond ``most`` bytes.
    """
    if not is_squeezed(body):
        return body
    try:
        return unsqueeze(body, most)
    except Swollen as error:
        raise Refused("too_large", 413, str(error)) from error


def read(shape: type[M], plain: bytes) -> M:
    """A message.

    Raises:
        Refused: it is none of this shape (400); says where.
    """
    try:
        return read_message(shape, plain)
    except BadMessage as error:
        raise Refused("malformed", 400, "not such a message", error.problems) from error


def answered(request: Request, message: Any) -> Response:
    """A reply, squeezed where it is long and the other side can take that."""
    plain = write_message(message)
    headers = {"Cache-Control": "no-store"}
    if len(plain) >= WORTH_SQUEEZING:
        if request.headers.get("Content-Type") == SQUEEZED:
            return Response(squeeze(plain), media_type=SQUEEZED, headers=headers)
        if "deflate" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "deflate"
            return Response(squeeze(plain), media_type=JSON, headers=headers)
    return Response(plain, media_type=JSON, headers=headers)


def refused(refusal: Refusal, http: int, headers: Mapping[str, str] | None = None) -> Response:
    """A refusal as it travels."""
    given = {"Cache-Control": "no-store", **(headers or {})}
    if http in {408, 413}:
        given["Connection"] = "close"  # what is left of the body is not waited for
    if http in {429, 503}:
        given.setdefault("Retry-After", "5")
    # Written in full: a reader of a log wants to see the code even where it is the usual one.
    return Response(write_message(refusal), status_code=http, media_type=JSON, headers=given)
