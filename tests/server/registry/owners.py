"""What an owner writes, for tests: a shop's record, files, a publication."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from typing import Any

from terminal.server.database.connection import ServerDatabase
from terminal.server.feed.telling import tell
from terminal.server.registry import pairing, publishing
from terminal.wire.registry_json import (
    PairReply,
    PairRequest,
    PublishReply,
    PublishRequest,
    ShopRecord,
)
from terminal.wire.signing import new_private_key, public_key_of

STORE = "a1" * 16
NOW = 1_800_000_000_000
MINUTE = 60_000


def numbered_chance(seed: str = "") -> Callable[[], str]:
    """128 bits that are the same in each run."""
    numbers = count(1)
    return lambda: sha256(f"{seed}|{next(numbers)}".encode()).hexdigest()[:32]


def shop_record(store: str = STORE, **changed: Any) -> ShopRecord:
    plain: dict[str, Any] = {
        "store": store,
        "name": "Sklep u Ani",
        "country": "PL",
        "currency": "PLN",
        "language": "pl",
        "card_prefix": "29",
        "card_key": "ab" * 16,
    }
    return ShopRecord(**{**plain, **changed})


def product(sku: str, price: object = 100, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "name": f"Product {sku}", "price": price, "vat": 2300, **more}


def catalogue(*products: dict[str, Any], **more: Any) -> str:
    return json.dumps({"format": 1, "catalogue": products, **more})


def operators(*people: tuple[str, str, str]) -> str:
    listed = [{"id": one, "name": name, "role": role} for one, name, role in people]
    return json.dumps({"format": 1, "operators": listed})


def programme(number: int = 7, revision: int = 1, **more: Any) -> str:
    return json.dumps(
        {
            "format": 1,
            "programme": number,
            "revision": revision,
            "holds_from": "2026-01-01T00:00:00+01:00",
            "name": {"en": f"Programme {number}"},
            "unit": {"id": f"u{number}", "kind": "points", "name": {"en": "points"}},
            "earn": [{"id": "each", "per": {"kind": "money", "amount": 100}, "units": 1}],
            **more,
        }
    )


def publish(
    database: ServerDatabase,
    *files: str,
    shop: ShopRecord | None = None,
    dry_run: bool = False,
    now_ms: int = NOW,
) -> PublishReply:
    named = tuple((f"file{place}.json", text) for place, text in enumerate(files))
    return publishing.publish(
        database,
        PublishRequest(shop=shop, files=named, dry_run=dry_run),
        now_ms,
        tell=tell,
        chance=numbered_chance("publish"),
    )


def found(database: ServerDatabase, *files: str, store: str = STORE) -> None:
    reply = publish(database, *files, shop=shop_record(store))
    assert reply.published, reply


def issue(database: ServerDatabase, *, store: str | None = None, now_ms: int = NOW) -> str:
    chance = numbered_chance(f"code {now_ms} {store}")
    return database.run(
        lambda connection: pairing.issue_code(connection, store, now_ms, chance).code
    )


def pair_request(code: str, *, seed: str = "1", **more: Any) -> PairRequest:
    plain: dict[str, Any] = {
        "code": code,
        "public_key": public_key_of(new_private_key()).hex(),
        "incarnation": sha256(seed.encode()).hexdigest()[:16],
        "lane": f"Till {seed}",
        "app": "tenth test",
    }
    return PairRequest(**{**plain, **more})


def pair(database: ServerDatabase, request: PairRequest, *, now_ms: int = NOW) -> PairReply:
    chance = numbered_chance(f"pair {request.incarnation} {request.code}")
    return database.run(lambda connection: pairing.pair(connection, request, now_ms, chance))
