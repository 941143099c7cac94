"""The program beside the till: its courier, and the local server where there is no distant one.

`tenth courier --folder SHOP`, started by the till, speaks with it by lines over stdin and stdout
(`sync.talk`) and ends when stdin closes, so also when the till is killed. It loads no Qt. This is
the composition root of the line, as `app` is that of the till.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from terminal.memory import give_back
from terminal.till import own_rules
from terminal.till.database.only_till import COURIER_LOCK_FILE, only_till
from terminal.till.database.sync_store import StoredSync
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.joining import LOCK_WAIT_S, courier_of, introduction, take_over
from terminal.till.log_file import log_kept
from terminal.till.settings import Settings, read_settings
from terminal.till.sync.child import program
from terminal.till.sync.keys import UnfitKey, key_of
from terminal.till.sync.line_loop import LineLoop
from terminal.till.sync.link import Link, UnfitAddress, Way, authority_of
from terminal.till.sync.local_server import LocalServer
from terminal.till.sync.pace import LONGEST_RETRY_MS
from terminal.till.sync.pairing import LOCAL, Introduction, NotPaired, introduce_locally
from terminal.till.sync.talk import Said, read_line, write_line
from terminal.till.trouble import Trouble
from terminal.wire.registry_json import ShopRecord

LOG_FILE = "courier.log"
LOG_BYTES = 500_000
LOCK_LOOK_S = 0.25
PAIR_AGAIN_S = 10.0
NEAR_RETRY_MS = 5_000
"""A server on this computer serves one shop: there is no crowd to spread."""
END_S = 6.0
"""After the till's end; whoever hangs then is ended."""
READ_BYTES = 65_536

_LOG = logging.getLogger(__name__)


def main(folder: Path) -> int:
    """Be the courier of the till in a folder until stdin closes; returns the exit code."""
    logging.getLogger("terminal").setLevel(logging.INFO)
    with log_kept(folder / LOG_FILE, most_bytes=LOG_BYTES, copies=1):
        try:
            _serve(folder, sys.stdin.fileno(), sys.stdout.buffer)
        except Exception:  # noqa: BLE001 - the till starts the next one; the reason must be read
            _LOG.exception("the courier ends")
            return 1
    return 0


def _serve(folder: Path, heard: int, said: BinaryIO) -> None:
    settings = read_settings(folder)
    with ExitStack() as until_end:
        ears = _Ears(heard)
        if not _hold(folder, ears, until_end):
            return
        clock, ids = SystemClock(), SystemIds()
        database = open_database(settings.database, clock=clock, ids=ids, lane=settings.lane.name)
        until_end.callback(database.close)
        store = database.sync
        local = LocalServer(settings.local_server, program())
        until_end.callback(local.close)

        def address() -> str | None:
            line = store.paired()
            if line is None:
                return None
            return local.url() if line.url == LOCAL else line.url

        def tell(one: Said) -> None:
            # Where the till was killed its end comes on the other pipe; until then work goes on.
            with suppress(BrokenPipeError):
                said.write(write_line(one))
                said.flush()

        # Only a server on this computer is spoken to without TLS.
        near = not settings.server.url.startswith("https:")
        courier = courier_of(folder, store, clock, NEAR_RETRY_MS if near else LONGEST_RETRY_MS)
        way, bell = (Way(address, authority_of(folder)) for _ in range(2))
        loop = LineLoop(courier, way, tell, bell=bell, tidy=lambda: _tidy(store))
        ears.tell(loop)
        if not settings.server.url and store.paired() is None:
            _daemon(_pair_silently, settings, database, store, local, ears.ended)
        loop.run()


def _hold(folder: Path, ears: _Ears, until_end: ExitStack) -> bool:
    """Wait until no other courier is at work here; False if the till ended meanwhile.

    Raises:
        Trouble: another one does not end.
    """
    ends = time.monotonic() + LOCK_WAIT_S
    while not ears.ended.is_set():
        try:
            until_end.enter_context(only_till(folder, COURIER_LOCK_FILE, LOCK_LOOK_S))
            return True
        except Trouble:
            if time.monotonic() > ends:
                raise
    return False


def _tidy(store: StoredSync) -> None:
    """Wipe the traces of members who were erased, as nobody works on the file, and give memory back."""
    give_back()
    try:
        store.sweep()
    except Trouble as trouble:
        _LOG.info("the file could not be swept now: %s", trouble.kind)


class _Ears:
    """Hears the till from the first moment on; with its end ours begins."""

    def __init__(self, heard: int) -> None:
        """``heard`` is a descriptor: a thread that waits in Python's own reader would bring the
        whole process down at its end.
        """
        self.ended = threading.Event()
        self._heard = heard
        self._loop: LineLoop | None = None
        _daemon(self._listen)

    def tell(self, loop: LineLoop) -> None:
        """From now on a loop is told. What was said before it reads from the disk."""
        self._loop = loop
        if self.ended.is_set():
            loop.end()

    def _listen(self) -> None:
        rest = b""
        while part := os.read(self._heard, READ_BYTES):
            *lines, rest = (rest + part).split(b"\n")
            for line in lines:
                said = read_line(line)
                if said is not None and self._loop is not None:
                    self._loop.hear(said)
        self.ended.set()
        if self._loop is not None:
            self._loop.end()
        time.sleep(END_S)
        # A reply that drips, a server that does not start: nothing is lost by leaving now.
        os._exit(0)


def _daemon(task: Callable[..., None], *given: object) -> None:
    threading.Thread(target=task, args=given, daemon=True).start()


# --- meeting a server ----------------------------------------------------------------------------


def _pair_silently(
    settings: Settings,
    database: TillDatabase,
    store: StoredSync,
    local: LocalServer,
    ended: threading.Event,
) -> None:
    """Found the shop at the server beside the till, however often it takes."""
    while not ended.is_set():
        try:
            url, owner_key = local.url(), local.owner_key()
            if url is not None and owner_key is not None:
                _pair_locally(settings, database, store, url, owner_key)
                _LOG.info("paired with the local server")
                return
        except (NotPaired, UnfitAddress, UnfitKey, Trouble, OSError) as error:
            _LOG.warning("not paired with the local server: %s", error)
        ended.wait(PAIR_AGAIN_S)


def _pair_locally(
    settings: Settings, database: TillDatabase, store: StoredSync, url: str, owner_key: str
) -> None:
    who = introduction(settings, database)
    files = own_rules.as_files(database)
    link = Link(url, authority_of(settings.folder))
    try:
        reply = introduce_locally(
            link, owner_key, who, key_of(settings.folder), _shop_record(settings, who), files
        )
    finally:
        link.close()
    take_over(database, store, LOCAL, reply)


def _shop_record(settings: Settings, who: Introduction) -> ShopRecord:
    # The store's id follows from the log's, so that founding it again founds the same store.
    return ShopRecord(
        store=sha256(f"store of {who.incarnation}".encode()).hexdigest()[:32],
        name=settings.shop.name,
        address=settings.shop.address,
        country=settings.shop.country,
        currency=settings.shop.currency,
        language=settings.shop.language,
        prices_include_tax=settings.shop.prices_include_tax,
        card_prefix=settings.cards.prefix,
        card_key=(settings.card_key or b"").hex(),
    )
