"""The keys with which the stores of a chain sign vouchers and gift cards.

A store's first key comes of the key of its cards; newer ones stand in its record. Every store is
told of every store's keys, so that a code of one is genuine at another with the line down. A key
never goes: what it signed lies in drawers for years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from terminal.barcodes.voucher_code import code_key, key_number
from terminal.server.database import registry
from terminal.server.database.connection import Connection
from terminal.server.database.feeds import CODE_KEYS, Telling, append
from terminal.server.database.registry import StoreRow
from terminal.wire.published_files import read_shop
from terminal.wire.registry_json import CodeKey, ShopRecord, StoreKeys

HEARD_MS = 24 * 3_600_000
"""So long before it signs a new key is told: by then nearly every till knows it."""


def keys_of(shop: ShopRecord) -> tuple[CodeKey, ...]:
    """All keys for codes that a store ever had."""
    cards = [shop.card_key, *(one.key for one in shop.older_cards)]
    keys = {
        key: CodeKey(key=key)
        for key in (code_key(bytes.fromhex(one)).hex() for one in cards if one)
    }
    keys.update((one.key, one) for one in shop.code_keys)
    return tuple(keys.values())


def renewed(shop: ShopRecord, now_ms: int, chance: Callable[[], str]) -> ShopRecord:
    """The record with a new key: it signs from tomorrow on, and the keys before stay good."""
    new = CodeKey(key=chance() + chance(), signs_from_ms=now_ms + HEARD_MS)
    return replace(shop, code_keys=(*shop.code_keys, new))


def withdrawn(shop: ShopRecord, now_ms: int, chance: Callable[[], str]) -> ShopRecord:
    """The record with a new key that signs at once; nothing new is good that others signed.

    Vouchers and gift cards that are out stay good: they are known. One key makes one code of a
    wallet, so a copy that was made with it is the code itself, and what it opens is what is left.
    """
    gone = tuple(
        one if one.withdrawn_ms is not None else replace(one, withdrawn_ms=now_ms)
        for one in keys_of(shop)
    )
    new = CodeKey(key=chance() + chance(), signs_from_ms=now_ms)
    return replace(shop, code_keys=(*gone, new))


def with_keys(shop: ShopRecord, keys: Iterable[CodeKey]) -> ShopRecord:
    """The record with keys that the store had at another server; a withdrawn one stays so."""
    known = {one.key: one for one in keys}
    for one in shop.code_keys:
        if one.withdrawn_ms is not None or known.get(one.key, one).withdrawn_ms is None:
            known[one.key] = one
    return replace(shop, code_keys=tuple(known.values()))


def feed_key(store: str) -> str:
    """Under which key feeds tell of a store's keys.

    Some stores share one: in a large chain each store's feed would else have a row for each other.
    """
    return store[:2]


def told_keys(
    connection: Connection, shelves: Iterable[str], numbers: Iterable[int] = ()
) -> tuple[StoreKeys, ...]:
    """The keys behind some keys of a feed, and those of stores that have one of these numbers."""
    by_number = frozenset(numbers)
    on_shelves = registry.stores_on(connection, sorted(set(shelves)))
    told = {one.store: one for one in map(_kept, on_shelves)}
    if by_number:
        for one in map(_kept, registry.all_stores(connection)):
            if any(key_number(bytes.fromhex(each.key)) in by_number for each in one.keys):
                told[one.store] = one
    return tuple(told[store] for store in sorted(told) if told[store].keys)


def _kept(row: StoreRow) -> StoreKeys:
    return _read(row.shop)


@lru_cache(maxsize=16_384)
def _read(shop: str) -> StoreKeys:
    """A chain of thousands of stores changes few of them: each record is read once."""
    found = read_shop(shop)
    return StoreKeys(store=found.store, keys=keys_of(found))


def telling(connection: Connection, store: str) -> Telling:
    """Every store is to know of a store's keys."""
    everybody = [row.id for row in registry.all_stores(connection)]
    return Telling(CODE_KEYS, feed_key(store), everybody)


def spread(connection: Connection, store: str) -> None:
    """Tell every store of a store's keys. Call it last in a transaction: it locks their feeds."""
    news = telling(connection, store)
    for each in sorted(news.stores):
        append(connection, each, [(news.kind, news.key)])
