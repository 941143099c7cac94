"""What was published, as tills get it: by the keys that stand in a store's feed.

Keys: a pricing's number, ``NUMBER.REVISION`` of a programme, nothing for the operators (always
all of them, as they are now), the store's id for the shop's
record, and what ``code_keys.feed_key`` says for keys of codes.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from terminal.server.database import registry, revisions
from terminal.server.database.connection import Connection
from terminal.server.database.feeds import CODE_KEYS
from terminal.server.database.revisions import OPERATORS, PRICING, PROGRAMME, RevisionRow
from terminal.server.registry.code_keys import feed_key as shelf_of
from terminal.server.registry.code_keys import told_keys
from terminal.server.registry.stores import shop_of
from terminal.wire.published_files import read_operators, read_pricing
from terminal.wire.registry_json import Operator, Pricing, ShopRecord, StoreKeys

SHOP = "shop"
KINDS = frozenset({PRICING, PROGRAMME, OPERATORS, SHOP, CODE_KEYS})
"""The kinds of feed rows that this room answers for."""


@dataclass(frozen=True, slots=True)
class Published:
    """What stands behind some keys of a feed."""

    shop: ShopRecord | None = None
    pricings: tuple[Pricing, ...] = ()
    programmes: tuple[dict[str, Any], ...] = ()
    operators: tuple[Operator, ...] | None = None
    code_keys: tuple[StoreKeys, ...] = ()


def feed_key(kind: str, number: int, revision: int) -> str:
    """The key under which feeds name a revision."""
    if kind == PROGRAMME:
        return f"{number}.{revision}"
    return str(number) if kind == PRICING else ""


def everything(connection: Connection) -> list[tuple[str, str]]:
    """(kind, key) of all that was ever published: what a new store must be told."""
    return list(
        dict.fromkeys(
            (kind, feed_key(kind, number, revision))
            for kind, number, revision in revisions.revision_keys(connection)
        )
    ) + sorted({(CODE_KEYS, shelf_of(row.id)) for row in registry.all_stores(connection)})


def published(
    connection: Connection,
    store: str,
    keys: Iterable[tuple[str, str]],
    numbers: Collection[int] = (),
) -> Published:
    """What is behind (kind, key) of a store's feed; other kinds are passed over.

    ``numbers`` are those of keys for codes that were asked for.
    """
    wanted: dict[str, list[str]] = {}
    for kind, key in keys:
        wanted.setdefault(kind, []).append(key)
    pricings = revisions.revisions_by_number(
        connection, PRICING, [int(key) for key in wanted.get(PRICING, ())]
    )
    programme_keys = {
        (int(number), int(revision))
        for number, _, revision in (key.partition(".") for key in wanted.get(PROGRAMME, ()))
    }
    programmes = revisions.revisions_by_number(
        connection, PROGRAMME, sorted({number for number, _ in programme_keys})
    )
    return Published(
        shop=shop_of(connection, store) if SHOP in wanted else None,
        pricings=tuple(read_pricing(one.content) for one in pricings),
        programmes=tuple(
            json.loads(one.content)
            for one in programmes
            if (one.number, one.revision) in programme_keys
        ),
        operators=operators(connection) if OPERATORS in wanted else None,
        code_keys=told_keys(connection, wanted.get(CODE_KEYS, ()), numbers),
    )


def operators(connection: Connection) -> tuple[Operator, ...]:
    """Everybody who may sign on now."""
    row = revisions.latest_revision(connection, OPERATORS, 0)
    return () if row is None else read_operators(row.content).operators


def pricings(connection: Connection) -> tuple[Pricing, ...]:
    """Every pricing, by number."""
    rows = revisions.revisions_of(connection, PRICING)
    return tuple(read_pricing(one.content) for one in rows)


def programme_rows(connection: Connection) -> list[RevisionRow]:
    """Every revision of every programme, as JSON text, by number and revision."""
    return revisions.revisions_of(connection, PROGRAMME)
