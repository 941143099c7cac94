"""The shop of the scenarios: few goods, and rewards so cheap that balances are always near nothing.

So the same units are wanted at several tills all the time.
"""

from __future__ import annotations

import json
from typing import Any

from terminal.loyalty.basket import Product
from terminal.wire.registry_json import CatalogueFile, PublishRequest, ShopRecord, TileRecord
from terminal.wire.sync_json import write_message

PRODUCTS = (
    Product(sku="CUP", name="Coffee", price=900, vat=2300, category="drinks/coffee"),
    Product(sku="BUN", name="Bun", price=250, vat=500, category="bakery"),
    Product(sku="TEA", name="Tea", price=1299, vat=2300, category="drinks/tea"),
    Product(sku="JAM", name="Jam", price=749, vat=500, category="pantry"),
)
POINTS, STAMPS = "points", "stamps:coffee"
SHOP = ShopRecord(
    store="5" * 32,
    name="Sklep u Ani",
    address=("ul. Lipowa 4", "00-001 Warszawa"),
    country="PL",
    currency="PLN",
    language="en",
    card_prefix="29",
    card_key=bytes(range(32)).hex(),
)


def _programme(number: int, name: str, unit: dict[str, Any], **rules: Any) -> str:
    unit["name"] = {"en": unit["kind"]}
    content = {
        "format": 1,
        "programme": number,
        "revision": 1,
        "holds_from": "2024-01-01T00:00:00+01:00",
        "name": {"en": name},
        "unit": unit,
        **rules,
    }
    return json.dumps(content)


POINTS_PROGRAMME = _programme(
    1,
    "Points",
    {
        "id": POINTS,
        "kind": "points",
        "rounding": "down",
        "expiry": {"kind": "after", "months": 12, "round_to": "month"},
        "worth": {"units": 10, "amount": 100},
    },
    earn=[
        {
            "id": "purchase",
            "audience": {"members": True},
            "per": {"kind": "money", "amount": 100},
            "units": 1,
        }
    ],
    rewards=[
        {
            "id": "one-off",
            "name": {"en": "1 zł off"},
            "mode": "claimed",
            "audience": {"members": True},
            "cost": 10,
            "benefit": {"kind": "amount_off", "amount": 100},
            "target": {"scope": "basket"},
        }
    ],
)
STAMPS_PROGRAMME = _programme(
    2,
    "Coffee card",
    {
        "id": STAMPS,
        "kind": "stamps",
        "expiry": {"kind": "after", "months": 24, "round_to": "year"},
    },
    earn=[
        {
            "id": "cup",
            "audience": {"members": True},
            "goods": {"categories": ["drinks/coffee"]},
            "per": {"kind": "piece", "pieces": 1},
            "units": 1,
        }
    ],
    rewards=[
        {
            "id": "free-coffee",
            "name": {"en": "Free coffee"},
            "mode": "claimed",
            "audience": {"members": True},
            "cost": 3,
            "condition": {"needs": [{"goods": {"categories": ["drinks/coffee"]}, "pieces": 1}]},
            "benefit": {"kind": "percent_off", "basis_points": 10000},
            "target": {"scope": "set"},
        }
    ],
)
PRICES = CatalogueFile(
    format=1,
    catalogue=PRODUCTS,
    tiles=tuple(TileRecord(sku=one.sku, tab="Goods") for one in PRODUCTS),
)


def publication() -> PublishRequest:
    """The shop, its prices and its programmes, as its owner publishes them."""
    return PublishRequest(
        shop=SHOP,
        files=(
            ("prices.json", write_message(PRICES).decode()),
            ("points.json", POINTS_PROGRAMME),
            ("stamps.json", STAMPS_PROGRAMME),
        ),
    )
