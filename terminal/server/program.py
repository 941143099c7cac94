"""The server program: its folder, its port, its processes, and a clean end.

One process on SQLite. On PostgreSQL as many as asked for: the first one listens and starts the
others, which take connections from the same socket and end when it ends, however it ends.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

import uvicorn

from terminal.server.app import make_app
from terminal.server.background import rounds_of
from terminal.server.clock import system_clock
from terminal.server.database.connection import open_database
from terminal.server.database.only_server import only_server
from terminal.server.failures import CannotListen, words_of_failure
from terminal.server.settings import (
    ADDRESS_FILE,
    LOCK_FILE,
    LOG_FILE,
    Settings,
    owner_key,
    private_folder,
    write_private,
)
from terminal.server.workers import ROUNDS, SharedListener, Worker, Workers

_LOG = logging.getLogger(__name__)

PORTS_TRIED = 50
BACKLOG = 2_048
LOG_BYTES_MOST = 1024 * 1024
LOGS_KEPT = 3
GRACE_S = 3
"""How long requests that are being answered hold up the end."""
KEEP_ALIVE_S = 75
SWITCH_S = 0.001
GARBAGE_MOST = 100_000
"""New objects between two looks for garbage: a request makes thousands and leaves none in circles.
500 facts make more than twenty thousand, which would be looked through while they are needed."""
NICE = 10
"""Of the rounds: requests come first, and yet a lock that a round holds is not held for long."""


def run(
    settings: Settings, *, until_stdin_closes: bool, say: Callable[[str], None] = lambda _: None
) -> int:
    """Serve until somebody ends it; returns the exit code. ``say`` tells whoever watches.

    Raises:
        UnfitSettings, ServerRuns, DatabaseRefused, CannotListen, OSError: it cannot begin.
    """
    settings.demand_safe()
    private_folder(settings.folder)
    with ExitStack() as stack:
        stack.enter_context(only_server(settings.folder / LOCK_FILE))
        stack.enter_context(logging_to(settings.folder / LOG_FILE))
        key = owner_key(settings.folder)
        listener = stack.enter_context(listening(settings))
        stop = threading.Event()
        if until_stdin_closes:
            call_when_stdin_closes(stop.set)
        address = stack.enter_context(address_told(settings, listener, say))
        if settings.workers > 1:
            open_database(settings.url).close()  # its tables are there before the others begin
            with signals_tell(stop.set):
                address()
                Workers(settings, listener).run(stop)
        else:
            serve(settings, listener, key, stop=stop, ready=address)
    return 0


def run_worker(worker: Worker, settings: Settings) -> int:
    """Be one of several processes; ends when the one that started it closes our stdin."""
    with ExitStack() as stack:
        log = Path(LOG_FILE)
        name = f"{log.stem}.{worker.number}{log.suffix}"
        stack.enter_context(logging_to(settings.folder / name))
        listener = stack.enter_context(SharedListener(worker.descriptor))
        stop = threading.Event()
        call_when_stdin_closes(stop.set)
        if worker.number == ROUNDS:
            go_rounds(settings, stop)
        else:
            key = owner_key(settings.folder)
            serve(settings, listener, key, stop=stop, with_rounds=False)
    return 0


def go_rounds(settings: Settings, stop: threading.Event) -> None:
    """Do what a server does by itself, behind all others who want the processor."""
    if hasattr(os, "nice"):
        os.nice(NICE)
    database = open_database(settings.url)
    try:
        rounds = rounds_of(database, settings, system_clock, is_quiet=lambda: not stop.is_set())
        with signals_tell(stop.set):
            rounds.start()
            stop.wait()
            rounds.stop()
    finally:
        database.close()


def serve(
    settings: Settings,
    listener: socket.socket,
    key: str,
    *,
    stop: threading.Event,
    ready: Callable[[], None] = lambda: None,
    with_rounds: bool = True,
) -> None:
    """Answer what comes in on a socket until ``stop`` is set or a signal comes."""
    # Threads that wait for the database shall not wait long for the interpreter afterwards.
    sys.setswitchinterval(SWITCH_S)
    database = open_database(settings.url)
    try:
        app = make_app(database, settings, owner_key=key, with_rounds=with_rounds)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,  # who asks when is nobody's business
            server_header=False,
            lifespan="on",
            proxy_headers=settings.behind_proxy,
            forwarded_allow_ips="*" if settings.behind_proxy else None,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.certificate_key,
            ws="none",
        )
        server = _Server(config, stop, ready, app.state.entrance.close)
        if isinstance(listener, SharedListener):
            listener.connections = lambda: len(server.server_state.connections)
        server.run(sockets=[listener])
    finally:
        database.close()


class _Server(uvicorn.Server):
    """uvicorn's server, ended by an event too, and without raising signals again at its end."""

    def __init__(
        self,
        config: uvicorn.Config,
        stop: threading.Event,
        ready: Callable[[], None],
        closing: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._stop = stop
        self._ready = ready
        self._closing = closing

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there now stays for good: looking through it again and again frees nothing.
        gc.collect()
        gc.freeze()
        gc.set_threshold(GARBAGE_MOST, 10, 100)
        if self.started:
            self._ready()
            _LOG.info("listening, process %s", os.getpid())

    async def on_tick(self, counter: int) -> bool:
        if self._stop.is_set():
            self.should_exit = True
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Tills that wait for the bell would hold up the end.
        self._closing()
        await super().shutdown(sockets)
        _LOG.info("ended, process %s", os.getpid())

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        with signals_tell(self._stop.set):
            yield


@contextmanager
def signals_tell(told: Callable[[], None]) -> Iterator[None]:
    """Have SIGTERM and Ctrl-C end the program as cleanly as everything else does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def hear(_number: int, _frame: FrameType | None) -> None:
        told()

    names = [signal.SIGINT, signal.SIGTERM]
    if sys.platform == "win32":
        names.append(signal.SIGBREAK)
    before = {name: signal.signal(name, hear) for name in names}
    try:
        yield
    finally:
        for name, old in before.items():
            signal.signal(name, old)


def call_when_stdin_closes(called: Callable[[], None]) -> None:
    """Whoever started us holds the other end; when it is gone, so are we."""

    def wait() -> None:
        descriptor = sys.stdin.fileno()
        while os.read(descriptor, 4096):
            pass
        called()

    threading.Thread(target=wait, name="stdin", daemon=True).start()


# --- port, address, log --------------------------------------------------------------------------


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """A socket that listens: where it was asked for, or else on the next free port.

    Raises:
        CannotListen: the address is taken or none of this computer.
    """
    try:
        found = socket.getaddrinfo(settings.host, None, type=socket.SOCK_STREAM)
    except OSError as error:
        raise CannotListen(f"{settings.host} is no address: {error.strerror}.") from error
    family, _, _, _, (host, *_) = found[0]
    last = settings.port + (0 if settings.port_asked else PORTS_TRIED)
    for port in (*range(settings.port, last + 1), *(() if settings.port_asked else (0,))):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            # On Windows the option would let two programs listen on one port.
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen(BACKLOG)
        except OSError as error:
            listener.close()
            if port == (last if settings.port_asked else 0):
                raise CannotListen(
                    f"{settings.host}:{port} cannot be listened on: {error.strerror}."
                ) from error
            continue
        with listener:
            listener.setblocking(False)  # noqa: FBT003
            yield listener
        return


@contextmanager
def address_told(
    settings: Settings, listener: socket.socket, say: Callable[[str], None]
) -> Iterator[Callable[[], None]]:
    """Tell, once called, where we listen; until the block ends."""
    file = settings.folder / ADDRESS_FILE
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - from this computer it is reached so
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    named = f"[{host}]" if ":" in host else host
    url = f"http{'s' if settings.encrypted else ''}://{named}:{port}"
    pid = os.getpid()
    file.unlink(missing_ok=True)  # of a server that was killed

    def tell() -> None:
        write_private(file, json.dumps({"url": url, "pid": pid}) + "\n")
        say(f"Listening on {url}. Ctrl+C ends it.")

    try:
        yield tell
    finally:
        file.unlink(missing_ok=True)


class _Formatter(logging.Formatter):
    """Says of a failure what kind and where, never in its own words: they may name people."""

    def converter(self, timestamp: float | None) -> time.struct_time:
        """Always UTC: a log of several computers is read side by side."""
        return time.gmtime(timestamp)

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        error = ei[1] if isinstance(ei, tuple) else None
        return words_of_failure(error) if isinstance(error, BaseException) else ""


@contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """A log that stays small; failures in it name kinds and places, never what they were about."""
    handler = RotatingFileHandler(
        file, maxBytes=LOG_BYTES_MOST, backupCount=LOGS_KEPT, encoding="utf-8", delay=True
    )
    formatter = _Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s")
    handler.setFormatter(formatter)
    old_mask = os.umask(0o077)  # the file is made at the first line
    roots = [logging.getLogger(name) for name in ("terminal", "uvicorn")]
    before = [one.level for one in roots]
    for one in roots:
        one.addHandler(handler)
        one.setLevel(logging.INFO)
    try:
        yield
    finally:
        for one, level in zip(roots, before, strict=True):
            one.removeHandler(handler)
            one.setLevel(level)
        handler.close()
        os.umask(old_mask)
