"""The program beside the till: its courier, and the local server where there is no distant one.

`tenth courier --folder SHOP`, started by the till, speaks with it by lines over stdin and stdout
(`sync.talk`) and ends when stdin closes, so also when the till is killed. It loads no Qt. This is
the composition root of the line, as `app` is that of the till; `tenth pair` begins here too.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import BinaryIO

from terminal.till import own_rules
from terminal.till.database.facts import identity
from terminal.till.database.only_till import COURIER_LOCK_FILE, only_till
from terminal.till.database.outgoing import logs_of
from terminal.till.database.sync_store import StoredSync
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.ports import LineTrouble, PairedLine
from terminal.till.settings import Settings, has_shop, read_settings, write_settings
from terminal.till.sync.child import program
from terminal.till.sync.courier import Courier, Pause
from terminal.till.sync.keys import UnfitKey, key_of, signer_of
from terminal.till.sync.line_loop import LineLoop
from terminal.till.sync.link import Link, NobodyThere, UnfitAddress, Way
from terminal.till.sync.local_server import LocalServer
from terminal.till.sync.pace import LONGEST_RETRY_MS
from terminal.till.sync.pairing import (
    LOCAL,
    Introduction,
    NotPaired,
    introduce,
    introduce_locally,
)
from terminal.till.sync.talk import Said, read_line, write_line
from terminal.till.trouble import Trouble
from terminal.wire.registry_json import CardSeries, PairReply, ShopRecord

LOG_FILE = "courier.log"
LOG_BYTES = 500_000
LOCK_LOOK_S = 0.25
LOCK_WAIT_S = 15
"""The courier of a till that was just closed may still bring up what waits."""
PAIR_AGAIN_S = 10.0
NEAR_RETRY_MS = 5_000
"""A server on this computer serves one shop: there is no crowd to spread."""
END_S = 6.0
"""After the till's end; whoever hangs then is ended."""
FETCH_S = 120.0
READ_BYTES = 65_536

_LOG = logging.getLogger(__name__)


def main(folder: Path) -> int:
    """Be the courier of the till in a folder until stdin closes; returns the exit code."""
    with _log_kept(folder):
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
        database = open_database(settings.database, clock=clock, ids=ids, lane=settings.lane)
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
        near = not settings.server_url.startswith("https:")
        courier = _courier(folder, store, clock, NEAR_RETRY_MS if near else LONGEST_RETRY_MS)
        loop = LineLoop(courier, Way(address), tell, bell=Way(address), tidy=lambda: _sweep(store))
        ears.tell(loop)
        if not settings.server_url and store.paired() is None:
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


def _courier(
    folder: Path, store: StoredSync, clock: SystemClock, longest_ms: int = LONGEST_RETRY_MS
) -> Courier:
    return Courier(
        store,
        sign=signer_of(folder),
        chance=lambda: secrets.token_hex(16),
        clock=clock,
        jitter=secrets.SystemRandom().random,
        longest_ms=longest_ms,
    )


def _sweep(store: StoredSync) -> None:
    """Wipe the traces of members who were erased, once nobody works on the file."""
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
    who = _introduction(settings, database)
    files = own_rules.as_files(database)
    link = Link(url)
    try:
        reply = introduce_locally(
            link, owner_key, who, key_of(settings.folder), _shop_record(settings, who), files
        )
    finally:
        link.close()
    _take_over(database, store, LOCAL, reply)


def _shop_record(settings: Settings, who: Introduction) -> ShopRecord:
    # The store's id follows from the log's, so that founding it again founds the same store.
    return ShopRecord(
        store=sha256(f"store of {who.incarnation}".encode()).hexdigest()[:32],
        name=settings.name,
        address=settings.address,
        country=settings.country,
        currency=settings.currency,
        language=settings.language,
        prices_include_tax=settings.prices_include_tax,
        card_prefix=settings.card_prefix,
        card_key=(settings.card_key or b"").hex(),
    )


def _introduction(settings: Settings, database: TillDatabase) -> Introduction:
    with database.database.reading() as connection:
        own, *older = logs_of(connection, identity(connection))
    taken, key = database.cards.given_out().stop, settings.card_key
    return Introduction(
        incarnation=own.incarnation,
        older=tuple(log.incarnation for log in older),
        lane=settings.lane,
        app=app_version(),
        cards_taken=taken,
        cards=CardSeries(prefix=settings.card_prefix, key=key.hex(), issued=taken)
        if settings.card_prefix and key
        else None,
    )


def _take_over(
    database: TillDatabase,
    store: StoredSync,
    url: str,
    reply: PairReply,
    *,
    its_rules: bool = False,
) -> None:
    """Keep what the server answered; the till is paired with the last of it."""
    database.settings.put_shop(reply.shop)
    line = PairedLine(
        url=url,
        terminal=reply.terminal,
        store=reply.shop.store,
        timeline=reply.timeline,
        nonce=reply.nonce,
    )
    store.pair(line, its_rules=its_rules)


# --- tenth pair ----------------------------------------------------------------------------------


Bring = Callable[[Path, str, str], None]
"""(folder of the server beside the till, URL, code): brings the whole shop to another server."""


def pair(folder: Path, url: str, code: str, lane: str, bring: Bring | None = None) -> Settings:
    """Join a distant server: a new shop in the folder, or the till of the shop that is there.

    ``bring`` is what a shop with a server of its own needs. All of it may be cut off anywhere and
    be repeated.

    Raises:
        NotPaired: the server does not let it in, or this till has a server; says why.
        UnfitAddress: the address is none, or is not encrypted.
        UnfitSettings, UnfitKey, Trouble, OSError: the folder cannot be used.
    """
    link = Link(url)
    try:
        if has_shop(folder):
            return _join(link, read_settings(folder), code, lane, bring)
        if folder.exists() and any(folder.iterdir()):
            raise NotPaired(f"{folder} is not empty and holds no shop: nothing is put into it.")
        return _found(link, folder, code, lane)
    finally:
        link.close()


def _join(link: Link, settings: Settings, code: str, lane: str, bring: Bring | None) -> Settings:
    """The till that is here joins with its whole log, and with its whole shop if it has a server."""
    folder = settings.folder
    with (
        only_till(folder),
        only_till(folder, COURIER_LOCK_FILE, LOCK_WAIT_S),
        _opened(settings) as (database, store),
    ):
        known = store.paired()
        if known is not None and known.url == link.url == settings.server_url:
            raise NotPaired(
                f"The till in {folder} is paired with {link.url} already. "
                "A new till gets a folder of its own: --shop NAME."
            )
        if known is None or known.url != link.url:
            own_rules.write_down(folder, database)
            if known is not None and known.url == LOCAL:
                if bring is None:
                    raise NotPaired(f"The till in {folder} is paired with the server beside it.")
                bring(settings.local_server, link.url, code)
            who = _introduction(replace(settings, lane=lane), database)
            who = replace(who, moves=known is not None)
            reply = introduce(link, who, code, key_of(folder))
            _take_over(database, store, link.url, reply, its_rules=True)
        # Else the move was cut off here: all but the settings is done.
        shop = database.settings.shop()
    joined = replace(settings, lane=lane, server_url=link.url)
    if shop is not None and shop.card_prefix:
        key = bytes.fromhex(shop.card_key) or None
        joined = replace(joined, card_prefix=shop.card_prefix, card_key=key)
    write_settings(joined)
    return joined


def _found(link: Link, folder: Path, code: str, lane: str) -> Settings:
    """A new till; it is built beside its place, so a refusal leaves nothing behind."""
    building = folder.with_name(f"{folder.name}.pairing-{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    blank = Settings(folder=building, name="…", lane=lane, server_url=link.url)
    try:
        with _opened(blank) as (database, store):
            reply = introduce(link, _introduction(blank, database), code, key_of(building))
            _take_over(database, store, link.url, reply)
        settings = _settings_of(reply.shop, blank)
        write_settings(settings)
        if folder.exists():
            folder.rmdir()  # it is empty
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return read_settings(folder)


def _settings_of(shop: ShopRecord, blank: Settings) -> Settings:
    return replace(
        blank,
        name=shop.name,
        address=shop.address,
        country=shop.country,
        currency=shop.currency,
        language=shop.language,
        cashier_language=shop.language,
        prices_include_tax=shop.prices_include_tax,
        card_prefix=shop.card_prefix,
        card_key=bytes.fromhex(shop.card_key) or None,
    )


def fetch(settings: Settings) -> LineTrouble:
    """Fetch what the server has for a till that just joined: prices, programmes, members.

    Not needed, only friendly: the till fetches by itself. Returns what kept it from the whole.

    Raises:
        UnfitKey, Trouble, OSError: the folder cannot be used.
    """
    ends = time.monotonic() + FETCH_S
    with only_till(settings.folder, COURIER_LOCK_FILE), _opened(settings) as (_, store):
        courier = _courier(settings.folder, store, SystemClock())
        way = Way(lambda: settings.server_url)
        while time.monotonic() < ends:
            now_ms = time.monotonic_ns() // 1_000_000
            step = courier.next(now_ms)
            if isinstance(step, Pause):
                break
            try:
                http, body = way.carry(step)
                courier.answered(http, body, time.monotonic_ns() // 1_000_000)
            except NobodyThere:
                courier.failed(now_ms)
        way.close()
        return courier.contact().trouble


def not_held(settings: Settings) -> tuple[Path, ...]:
    """Files with what the shop had of its own and its server does not have; the others are removed.

    Raises:
        Trouble, OSError: the folder cannot be used.
    """
    with _opened(settings) as (database, _):
        return own_rules.left(settings.folder, database)


@contextmanager
def _opened(settings: Settings) -> Iterator[tuple[TillDatabase, StoredSync]]:
    clock, ids = SystemClock(), SystemIds()
    database = open_database(settings.database, clock=clock, ids=ids, lane=settings.lane)
    try:
        yield database, database.sync
    finally:
        database.close()


# --- around it -----------------------------------------------------------------------------------


def app_version() -> str:
    """Which program speaks."""
    try:
        return f"tenth {version('tenth')}"
    except PackageNotFoundError:
        return "tenth"


@contextmanager
def _log_kept(folder: Path) -> Iterator[None]:
    """Write what happens on the line to ``courier.log``: bounded, without keys, names and codes."""
    log = logging.getLogger("terminal")
    log.setLevel(logging.INFO)
    try:
        to_file: logging.Handler = RotatingFileHandler(
            folder / LOG_FILE, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8"
        )
    except OSError:
        to_file = logging.NullHandler()  # a full disk must not keep the line down
    to_file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    log.addHandler(to_file)
    try:
        yield
    finally:
        log.removeHandler(to_file)
        to_file.close()
