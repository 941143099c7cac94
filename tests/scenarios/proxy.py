"""A bad line on purpose: a proxy on loopback that loses, cuts, delays, repeats and garbles.

Each till has a port of its own, its *line*. A line draws its faults from a seed; a test cuts and
restores it by hand, lets the storm begin, and ends it. It understands as much of HTTP as it takes
to cut a request or an answer in the middle, and it notes everything that passes.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")

HOST = "127.0.0.1"
CAPTURED_MOST = 60
"""Old requests that may be sent again."""
ANSWER_S = 40.0
CONTROL_S = 10.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
_HTML = b"<!doctype html><title>Hotel</title><form>Room and name, please</form>"
PORTALS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(_HTML)
    + _HTML,
    b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 511 Network Authentication Required\r\nContent-Length: %d\r\n\r\n" % len(_HTML)
    + _HTML,
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
)


class Weather(Enum):
    """What a line is like for a while."""

    FAIR = "fair"
    ROUGH = "rough"
    """Every request may meet a fault of its own."""
    DOWN = "down"
    """Nobody answers: connections are refused."""
    PORTAL = "portal"
    """Somebody else answers."""
    SILENT = "silent"
    """What is sent vanishes, and nobody says so."""


class Fault(Enum):
    """What happens to one request."""

    NONE = "none"
    SLOW = "slow"
    DRIP = "drip"
    REFUSED = "refused"
    CUT_REQUEST = "cut_request"
    CUT_ANSWER = "cut_answer"
    """The server has done it, and half of its answer comes."""
    LOST_ANSWER = "lost_answer"
    SHORT_ANSWER = "short_answer"
    """A whole answer by its form, with a part of its content."""
    GARBLED_REQUEST = "garbled_request"
    """Answers are not garbled: off this computer TLS would notice."""
    TWICE = "twice"
    """The server gets it twice; the till hears the second answer."""
    AT_ONCE = "at_once"
    """The server gets it twice at the same time."""
    LATE = "late"
    """It comes when the till has given it up."""
    OLD_AGAIN = "old_again"
    """A request of a while ago comes again after this one."""


_ROUGH = {Fault.NONE: 12, Fault.SLOW: 3, Fault.OLD_AGAIN: 3} | dict.fromkeys(
    set(Fault) - {Fault.NONE, Fault.SLOW, Fault.OLD_AGAIN}, 1
)
_SKY = {
    Weather.FAIR: (6, 1.0, 3.0),
    Weather.ROUGH: (8, 1.0, 4.0),
    Weather.DOWN: (2, 0.5, 3.0),
    Weather.PORTAL: (1, 0.5, 2.0),
    Weather.SILENT: (1, 1.0, 4.0),
}
"""How often each weather comes, and how many seconds it stays at least and at most."""


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that came to the proxy."""

    at: float
    """Steady seconds."""
    line: str
    path: str
    fault: Fault
    weather: Weather


@dataclass(slots=True, eq=False)
class Line:
    """One till's port."""

    name: str
    chance: random.Random
    weather: Weather = Weather.FAIR
    cut: bool = False
    port: int = 0
    captured: deque[bytes] = field(default_factory=lambda: deque(maxlen=CAPTURED_MOST))
    """Requests that were answered well: sent again, they must do nothing."""
    writers: set[asyncio.StreamWriter] = field(default_factory=set)


class Proxy:
    """Lines to one server, served by a thread of its own."""

    def __init__(self, upstream: int, names: Sequence[str], seed: int = 0) -> None:
        """``upstream`` is the server's port."""
        self.passed: list[Passed] = []
        self.replayed: Counter[int] = Counter()
        """Answers to requests of a while ago, by code; 0 for none."""
        self._upstream = upstream
        self._stormy = False
        self._lines = {name: Line(name, random.Random(f"{seed} {name}")) for name in names}
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._servers: list[asyncio.Server] = []
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    # --- by the test -------------------------------------------------------------------------

    def start(self) -> None:
        self._thread.start()
        self._call(self._open())

    def stop(self) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CONTROL_S)
        self._loop.close()

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self._lines[name].port}"

    def cut(self, name: str) -> None:
        """Nobody answers on this line, and what is under way breaks off."""
        self._call(self._set_cut(self._lines[name], is_cut=True))

    def restore(self, name: str) -> None:
        self._call(self._set_cut(self._lines[name], is_cut=False))

    def storm(self) -> None:
        """From now on the weather changes."""
        self._call(self._begin_storm())

    def calm(self) -> None:
        """No faults any more; what was held back to come late still comes."""
        self._call(self._end_storm())

    def faults(self) -> dict[str, int]:
        """How often each fault and each bad weather met a request."""
        told = Counter(one.fault.value for one in self.passed if one.fault is not Fault.NONE)
        told.update(
            one.weather.value
            for one in self.passed
            if one.weather not in {Weather.FAIR, Weather.ROUGH}
        )
        return dict(sorted(told.items()))

    def _call(self, task: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(task, self._loop).result(CONTROL_S)

    # --- in the loop -------------------------------------------------------------------------

    async def _open(self) -> None:
        for line in self._lines.values():

            def met(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter, line: Line = line
            ) -> None:
                self._spawn(self._serve(line, reader, writer))

            server = await asyncio.start_server(met, HOST, 0, backlog=256)
            line.port = server.sockets[0].getsockname()[1]
            self._servers.append(server)

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for line in self._lines.values():
            _abort(line.writers)
        await asyncio.sleep(0.05)  # the loop buries what was closed

    def _spawn(self, task: Coroutine[Any, Any, None]) -> None:
        spawned = self._loop.create_task(task)
        self._tasks.add(spawned)
        spawned.add_done_callback(self._tasks.discard)

    async def _set_cut(self, line: Line, *, is_cut: bool) -> None:
        line.cut = is_cut
        if is_cut:
            _abort(line.writers)

    async def _begin_storm(self) -> None:
        self._stormy = True
        for line in self._lines.values():
            self._spawn(self._change_weather(line))

    async def _end_storm(self) -> None:
        self._stormy = False
        for line in self._lines.values():
            if line.weather is not Weather.FAIR:
                line.weather = Weather.FAIR
                _abort(line.writers)
            line.cut = False

    async def _change_weather(self, line: Line) -> None:
        kinds, weights = list(_SKY), [one[0] for one in _SKY.values()]
        while self._stormy:
            line.weather = line.chance.choices(kinds, weights)[0]
            if line.weather in {Weather.DOWN, Weather.SILENT}:
                _abort(line.writers)
            _, least, most = _SKY[line.weather]
            await asyncio.sleep(line.chance.uniform(least, most))
        line.weather = Weather.FAIR

    async def _serve(
        self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """One connection of a till, request by request."""
        line.writers.add(writer)
        upstream = _Upstream(self._upstream)
        try:
            # Who is down answers nobody; the connection was taken by the system already.
            while not (line.cut or line.weather is Weather.DOWN):
                request = await _read_message(reader)
                if request is None or not await self._pass(line, request, writer, upstream):
                    return
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            return
        finally:
            line.writers.discard(writer)
            upstream.close()
            writer.transport.abort()

    async def _pass(
        self, line: Line, request: bytes, writer: asyncio.StreamWriter, upstream: _Upstream
    ) -> bool:
        """One request; whether the connection goes on."""
        fault = Fault.NONE
        if line.weather is Weather.ROUGH:
            fault = line.chance.choices(list(_ROUGH), list(_ROUGH.values()))[0]
        path = request.split(b" ", 2)[1].decode("latin-1")
        self.passed.append(Passed(time.monotonic(), line.name, path, fault, line.weather))
        if line.weather is Weather.PORTAL:
            writer.write(line.chance.choice(PORTALS))
            await writer.drain()
            return True
        if line.weather is Weather.SILENT:
            await asyncio.sleep(ANSWER_S)  # until the weather changes, and breaks it off
            return False
        return await self._fail(line, request, writer, upstream, fault)

    async def _fail(
        self,
        line: Line,
        request: bytes,
        writer: asyncio.StreamWriter,
        upstream: _Upstream,
        fault: Fault,
    ) -> bool:
        chance = line.chance
        match fault:
            case Fault.REFUSED:
                return False
            case Fault.CUT_REQUEST:
                await upstream.send(request[: chance.randrange(1, len(request))])
                return False
            case Fault.LATE:
                self._spawn(self._send_late(request, chance.uniform(0.3, 5.0)))
                return False
            case Fault.GARBLED_REQUEST:
                request = _garbled(request, chance)
            case Fault.TWICE:
                await self._send_apart(request)
            case Fault.AT_ONCE:
                self._spawn(self._send_late(request, 0))
            case Fault.SLOW:
                await asyncio.sleep(chance.uniform(0.05, 1.2))
            case _:
                pass
        answer = await upstream.ask(request)
        if fault is Fault.OLD_AGAIN and line.captured:
            self._spawn(self._send_old(chance.choice(line.captured), chance.uniform(0, 1)))
        if fault is Fault.NONE and answer.startswith(b"HTTP/1.1 200") and b"POST" in request[:5]:
            line.captured.append(request)
        return await _answer(answer, writer, fault, chance)

    # --- requests that nobody waits for ------------------------------------------------------

    async def _send_late(self, request: bytes, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._send_apart(request)

    async def _send_old(self, request: bytes, seconds: float) -> None:
        await asyncio.sleep(seconds)
        self.replayed[await self._send_apart(request)] += 1

    async def _send_apart(self, request: bytes) -> int:
        """Send on a connection of its own; the code of the answer, 0 if there was none."""
        upstream = _Upstream(self._upstream)
        try:
            answer = await upstream.ask(request)
            return int(answer.split(b" ", 2)[1])
        except (OSError, asyncio.IncompleteReadError, TimeoutError):
            return 0
        finally:
            upstream.close()


class _Upstream:
    """The proxy's own connection to the server, opened when it is needed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, part: bytes) -> asyncio.StreamReader:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port)
        reader, writer = self._streams
        writer.write(part)
        await writer.drain()
        return reader

    async def ask(self, request: bytes) -> bytes:
        async with asyncio.timeout(ANSWER_S):
            answer = await _read_message(await self.send(request))
        if answer is None:
            raise ConnectionResetError("the server hung up")
        if _CLOSES.search(answer.split(b"\r\n\r\n", 1)[0]):
            self.close()
        return answer

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None


async def _read_message(reader: asyncio.StreamReader) -> bytes | None:
    """Head and body as they are; None where the other side has hung up."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    length = _LENGTH.search(head)
    return head + (await reader.readexactly(int(length[1])) if length else b"")


async def _answer(
    answer: bytes, writer: asyncio.StreamWriter, fault: Fault, chance: random.Random
) -> bool:
    """Bring an answer, as well as the fault lets it; whether the connection goes on."""
    if fault is Fault.LOST_ANSWER:
        return False
    if fault is Fault.CUT_ANSWER:
        writer.write(answer[: chance.randrange(1, len(answer))])
        with contextlib.suppress(OSError):
            await writer.drain()
        await asyncio.sleep(0.01)
        return False
    if fault is Fault.SHORT_ANSWER:
        answer = _shortened(answer, chance)
    step = max(1, len(answer) // 20) if fault is Fault.DRIP else len(answer)
    for begin in range(0, len(answer), step):
        writer.write(answer[begin : begin + step])
        await writer.drain()
        if fault is Fault.DRIP:
            await asyncio.sleep(0.04)
    return not _CLOSES.search(answer.split(b"\r\n\r\n", 1)[0])


def _shortened(message: bytes, chance: random.Random) -> bytes:
    head, _, body = message.partition(b"\r\n\r\n")
    body = body[: chance.randrange(len(body))] if body else body
    head = _LENGTH.sub(b"\r\ncontent-length: %d" % len(body), head)
    return head + b"\r\n\r\n" + body


def _garbled(message: bytes, chance: random.Random) -> bytes:
    """One bit of the body is another one; of a message without a body, nothing."""
    head, mark, body = message.partition(b"\r\n\r\n")
    if not body:
        return message
    place = chance.randrange(len(body))
    changed = bytes((body[place] ^ (1 << chance.randrange(8)),))
    return head + mark + body[:place] + changed + body[place + 1 :]


def _abort(writers: set[asyncio.StreamWriter]) -> None:
    for writer in writers:
        writer.transport.abort()


@contextmanager
def running_proxy(upstream: int, names: Sequence[str], seed: int = 0) -> Iterator[Proxy]:
    """A proxy that is stopped again."""
    proxy = Proxy(upstream, names, seed)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
