"""How a till joins a server: a new one, the till of a shop, or one that was turned away.

`tenth pair` begins here. All of it may be cut off anywhere and be repeated.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from hashlib import sha256
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
from terminal.till.line_port import LineTrouble
from terminal.till.settings import (
    LaneTable,
    ServerTable,
    Settings,
    ShopTable,
    has_shop,
    read_settings,
    write_private,
    write_settings,
)
from terminal.till.sync.courier import Courier
from terminal.till.sync.errands import Pause
from terminal.till.sync.keys import NEXT_KEY_FILE, key_of, signer_of, take_next_key
from terminal.till.sync.link import AUTHORITY_FILE, Link, NobodyThere, Way, authority_of, fit_url
from terminal.till.sync.local_server import own_address
from terminal.till.sync.pace import LONGEST_RETRY_MS
from terminal.till.sync.pairing import (
    LOCAL,
    Introduction,
    NotPaired,
    introduce,
    words_of_nobody,
)
from terminal.till.sync_port import PairedLine
from terminal.till.trouble import Trouble, TroubleKind
from terminal.wire.registry_json import CardSeries, PairReply, ShopRecord
from terminal.wire.signing import public_key_of

LOCK_WAIT_S = 15
"""The courier of a till that was just closed may still bring up what waits."""
FETCH_S = 120.0

Bring = Callable[[Path, str, str], None]
"""(folder of the server beside the till, URL, code): brings the whole shop to another server."""


def pair(
    folder: Path,
    url: str,
    code: str,
    lane: str,
    bring: Bring | None = None,
    authority: Path | None = None,
) -> Settings:
    """Join a distant server: a new shop in the folder, or the till of the shop that is there.

    ``bring`` is what a shop with a server of its own needs. ``authority`` is a PEM file of who
    vouches for the server, if the world does not know them; the till keeps a copy. All of it may
    be cut off anywhere and be repeated.

    Raises:
        NotPaired: the server does not let it in, or this till has a server; says why.
        UnfitAddress: the address is none, or is not encrypted.
        UnfitSettings, UnfitKey, Trouble, OSError: the folder cannot be used.
    """
    settings = read_settings(folder) if has_shop(folder) else None
    if authority is None and settings is not None and _server_of(settings) == fit_url(url):
        authority = authority_of(folder)
    with closing(Link(url, authority)) as link:
        if settings is not None:
            return _join(link, settings, code, lane, bring)
        if folder.exists() and any(folder.iterdir()):
            raise NotPaired(f"{folder} is not empty and holds no shop: nothing is put into it.")
        return _found(link, folder, code, lane)


def _join(link: Link, settings: Settings, code: str, lane: str, bring: Bring | None) -> Settings:
    """The till that is here joins with its whole log, and with its whole shop if it has a server."""
    folder = settings.folder
    with (
        _closed(folder),
        opened(settings) as (database, store),
    ):
        named = replace(settings, lane=replace(settings.lane, name=lane))
        known = store.paired()
        if known is not None and _is_its_server(link.url, known.url, settings):
            who = _turned_away(link, named, database)
            return _join_again(link, named, who, code, database, known.url)
        if known is None or known.url != link.url:
            own_rules.write_down(folder, database)
            if known is not None and known.url == LOCAL:
                if bring is None:
                    raise NotPaired(f"The till in {folder} is paired with the server beside it.")
                bring(settings.local_server, link.url, code)
            who = introduction(named, database)
            who = replace(who, moves=known is not None)
            reply = introduce(link, who, code, key_of(folder))
            take_over(database, store, link.url, reply, its_rules=True)
        # Else the move was cut off here: all but the settings is done.
        _keep_authority(folder, link)
        shop = database.settings.shop()
        return _keep_settings(replace(named, server=replace(settings.server, url=link.url)), shop)


def _keep_authority(folder: Path, link: Link) -> None:
    """Keep who vouches for a server that was believed by it, or that the world does."""
    file = folder / AUTHORITY_FILE
    if link.authority is None:
        file.unlink(missing_ok=True)
    elif link.authority != file:
        # What stands around the certificates is for people, in whatever letters.
        write_private(file, link.authority.read_text(encoding="ascii", errors="replace"))


def _server_of(settings: Settings) -> str | None:
    return settings.server.url or own_address(settings.local_server)


def _is_its_server(url: str, known: str, settings: Settings) -> bool:
    """Whether a till has finished joining the server at an address, its own one included."""
    if settings.server.url:
        return url == known == settings.server.url
    return known == LOCAL and url == own_address(settings.local_server)


@contextmanager
def _closed(folder: Path) -> Iterator[None]:
    """The folder of a till that nobody is at work with.

    Raises:
        NotPaired: its window is open, or its courier does not end.
    """
    with ExitStack() as held:
        try:
            held.enter_context(only_till(folder))
            held.enter_context(only_till(folder, COURIER_LOCK_FILE, LOCK_WAIT_S))
        except Trouble as trouble:
            if trouble.kind is not TroubleKind.DATABASE_LOCKED:
                raise
            raise NotPaired(
                f"The till of {folder} is open. Close its window, wait for a moment, and repeat "
                "the command: the code is still good."
            ) from trouble
        yield


def _keep_settings(joined: Settings, shop: ShopRecord | None) -> Settings:
    if shop is not None and shop.card_prefix:
        key = bytes.fromhex(shop.card_key) or None
        cards = replace(joined.cards, prefix=shop.card_prefix)
        joined = replace(joined, cards=cards, card_key=key)
    write_settings(joined)
    return joined


# --- a till that was turned away -----------------------------------------------------------------


def _turned_away(link: Link, settings: Settings, database: TillDatabase) -> Introduction:
    """Who a till is that its server does not let in any more.

    Raises:
        NotPaired: the server lets it in, or does not say.
    """
    trouble = _spoken(settings.folder, database.sync, link.url, link.authority)
    if trouble in (LineTrouble.NO_LINE, LineTrouble.UNTRUSTED):
        raise NotPaired(words_of_nobody(link.url, stranger=trouble is LineTrouble.UNTRUSTED))
    _keep_authority(settings.folder, link)
    if trouble is not LineTrouble.REVOKED:
        raise NotPaired(
            f"The till in {settings.folder} is paired with {link.url} already. "
            "A new till gets a folder of its own: --shop NAME."
        )
    return introduction(settings, database)


def _join_again(
    link: Link, settings: Settings, who: Introduction, code: str, database: TillDatabase, url: str
) -> Settings:
    """Join the same server under a new name, key and log; the older logs come along.

    What the till may spend stays behind with them, for the owner to release. A key that was
    turned away may be in other hands, too, so it is never let in again.
    """
    folder = settings.folder
    key = key_of(folder, name=NEXT_KEY_FILE)
    # Of the key, so that a repetition names the same log.
    incarnation = sha256(public_key_of(key)).hexdigest()[:16]
    if who.incarnation != incarnation:
        older = (who.incarnation, *who.older)
        who = replace(who, incarnation=incarnation, older=older)
    reply = introduce(link, who, code, key)
    with database.database.reading() as connection:
        begun = identity(connection).incarnation == incarnation
    if not begun:
        database.sync.begin_anew((), (), incarnation=incarnation, at=SystemClock().now())
    take_over(database, database.sync, url, reply, again=True)
    joined = _keep_settings(settings, reply.shop)
    take_next_key(folder)
    return joined


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
            _keep_authority(building, link)
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
    with only_till(settings.folder, COURIER_LOCK_FILE), opened(settings) as (_, store):
        url = _server_of(settings)
        if url is None:
            return LineTrouble.NO_LINE
        return _spoken(settings.folder, store, url, authority_of(settings.folder))


def _spoken(folder: Path, store: StoredSync, url: str, authority: Path | None) -> LineTrouble:
    """Speak with a server until there is nothing left to say; what kept the till from it."""
    ends = time.monotonic() + FETCH_S
    courier = courier_of(folder, store, SystemClock())
    with closing(Way(lambda: url, authority)) as way:
        while time.monotonic() < ends:
            now_ms = time.monotonic_ns() // 1_000_000
            step = courier.next(now_ms)
            if isinstance(step, Pause):
                break
            try:
                http, body = way.carry(step)
                courier.answered(http, body, time.monotonic_ns() // 1_000_000)
            except NobodyThere as nobody:
                courier.failed(now_ms, stranger=nobody.stranger)
    return courier.contact().trouble


def earlier_log(settings: Settings) -> str:
    """The log that this till wrote before the present one, '' if there is none.

    Raises:
        Trouble, OSError: the folder cannot be used.
    """
    with opened(settings) as (database, _), database.database.reading() as connection:
        _, *older = logs_of(connection, identity(connection))
    return older[-1].incarnation if older else ""


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
    again: bool = False,
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
    store.pair(line, its_rules=its_rules, again=again)


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
