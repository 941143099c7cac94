"""How a till joins a server: a new one, the till of a shop, or one that was turned away.

`tenth pair` begins here. All of it may be cut off anywhere and be repeated.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from terminal.till import own_rules
from terminal.till.database.facts import identity
from terminal.till.database.only_till import COURIER_LOCK_FILE, only_till
from terminal.till.database.outgoing import logs_of
from terminal.till.database.sync_store import StoredSync
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.ports import LineTrouble, PairedLine
from terminal.till.settings import (
    LaneTable,
    ServerTable,
    Settings,
    ShopTable,
    has_shop,
    read_settings,
    write_settings,
)
from terminal.till.sync.courier import Courier, Pause
from terminal.till.sync.keys import key_of, signer_of
from terminal.till.sync.link import Link, NobodyThere, Way
from terminal.till.sync.pace import LONGEST_RETRY_MS
from terminal.till.sync.pairing import LOCAL, Introduction, NotPaired, introduce
from terminal.wire.registry_json import CardSeries, PairReply, ShopRecord

LOCK_WAIT_S = 15
"""The courier of a till that was just closed may still bring up what waits."""
FETCH_S = 120.0

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
        opened(settings) as (database, store),
    ):
        known = store.paired()
        if known is not None and known.url == link.url == settings.server.url:
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
            who = introduction(_named(settings, lane), database)
            who = replace(who, moves=known is not None)
            reply = introduce(link, who, code, key_of(folder))
            take_over(database, store, link.url, reply, its_rules=True)
        # Else the move was cut off here: all but the settings is done.
        shop = database.settings.shop()
    joined = replace(_named(settings, lane), server=ServerTable(url=link.url))
    if shop is not None and shop.card_prefix:
        key = bytes.fromhex(shop.card_key) or None
        cards = replace(joined.cards, prefix=shop.card_prefix)
        joined = replace(joined, cards=cards, card_key=key)
    write_settings(joined)
    return joined


def _named(settings: Settings, lane: str) -> Settings:
    return replace(settings, lane=replace(settings.lane, name=lane))


def _found(link: Link, folder: Path, code: str, lane: str) -> Settings:
    """A new till; it is built beside its place, so a refusal leaves nothing behind."""
    building = folder.with_name(f"{folder.name}.pairing-{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    blank = Settings(
        folder=building,
        shop=ShopTable(name="…"),
        lane=LaneTable(name=lane),
        server=ServerTable(url=link.url),
    )
    try:
        with opened(blank) as (database, store):
            reply = introduce(link, introduction(blank, database), code, key_of(building))
            take_over(database, store, link.url, reply)
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
        shop=ShopTable(
            name=shop.name,
            address=shop.address,
            country=shop.country,
            currency=shop.currency,
            language=shop.language,
            prices_include_tax=shop.prices_include_tax,
        ),
        cards=replace(blank.cards, prefix=shop.card_prefix),
        card_key=bytes.fromhex(shop.card_key) or None,
    )


def fetch(settings: Settings) -> LineTrouble:
    """Fetch what the server has for a till that just joined: prices, programmes, members.

    Not needed, only friendly: the till fetches by itself. Returns what kept it from the whole.

    Raises:
        UnfitKey, Trouble, OSError: the folder cannot be used.
    """
    ends = time.monotonic() + FETCH_S
    with only_till(settings.folder, COURIER_LOCK_FILE), opened(settings) as (_, store):
        courier = courier_of(settings.folder, store, SystemClock())
        way = Way(lambda: settings.server.url)
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
    with opened(settings) as (database, _):
        return own_rules.left(settings.folder, database)


@contextmanager
def opened(settings: Settings) -> Iterator[tuple[TillDatabase, StoredSync]]:
    """The till's file, and the line's side of it."""
    clock, ids = SystemClock(), SystemIds()
    database = open_database(settings.database, clock=clock, ids=ids, lane=settings.lane.name)
    try:
        yield database, database.sync
    finally:
        database.close()


# --- what it says of itself, and what it keeps -----------------------------------------------------


def introduction(settings: Settings, database: TillDatabase) -> Introduction:
    """What the till says of itself to a server."""
    with database.database.reading() as connection:
        own, *older = logs_of(connection, identity(connection))
    taken, key = database.cards.given_out().stop, settings.card_key
    return Introduction(
        incarnation=own.incarnation,
        older=tuple(log.incarnation for log in older),
        lane=settings.lane.name,
        app=app_version(),
        cards_taken=taken,
        cards=CardSeries(prefix=settings.cards.prefix, key=key.hex(), issued=taken)
        if settings.cards.prefix and key
        else None,
    )


def take_over(
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


def courier_of(
    folder: Path, store: StoredSync, clock: SystemClock, longest_ms: int = LONGEST_RETRY_MS
) -> Courier:
    """A courier that signs with the key of the till in a folder. Raises what `key_of` does."""
    return Courier(
        store,
        sign=signer_of(folder),
        chance=lambda: secrets.token_hex(16),
        clock=clock,
        jitter=secrets.SystemRandom().random,
        longest_ms=longest_ms,
    )


def app_version() -> str:
    """Which program speaks."""
    try:
        return f"tenth {version('tenth')}"
    except PackageNotFoundError:
        return "tenth"
