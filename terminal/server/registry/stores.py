"""The stores of this server and what each says of itself."""

from __future__ import annotations

from collections.abc import Callable

from terminal.server.database import registry
from terminal.server.database.connection import Connection
from terminal.wire.published_files import read_shop
from terminal.wire.registry_json import ShopRecord


class UnknownStore(LookupError):
    """There is no such store, or it is not clear which one is meant; the words say what to do."""


def begin(connection: Connection, chance: Callable[[], str]) -> None:
    """Begin this server's first timeline, unless it has begun: once at each start."""
    registry.found_server(connection, chance())


def shop_of(connection: Connection, store: str) -> ShopRecord:
    """What a store says of itself.

    Raises:
        UnknownStore: there is no such store.
    """
    row = registry.find_store(connection, store)
    if row is None:
        raise UnknownStore(f"There is no store {store}.")
    return read_shop(row.shop)


def all_shops(connection: Connection) -> tuple[ShopRecord, ...]:
    """Every store's record, by id."""
    return tuple(read_shop(row.shop) for row in registry.all_stores(connection))


def meant_store(connection: Connection, store: str | None) -> str:
    """The store that somebody named by its id or name, or the only one.

    Raises:
        UnknownStore: there is none, or several.
    """
    shops = all_shops(connection)
    if store is not None:
        found = [one.store for one in shops if store in (one.store, one.name)]
        if len(found) != 1:
            raise UnknownStore(f"There is no store {store}.")
        return found[0]
    if not shops:
        raise UnknownStore(
            "No store was founded yet: tenth server store NAME --country PL --currency PLN."
        )
    if len(shops) > 1:
        names = ", ".join(one.name for one in shops)
        raise UnknownStore(f"There are several stores, name one: {names}.")
    return shops[0].store
