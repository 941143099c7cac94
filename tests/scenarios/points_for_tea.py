"""A programme that stories about last days share."""

from __future__ import annotations

from typing import Any


def points_for_tea(number: int = 1, since: str = "2024-01-01", **unit: Any) -> dict[str, Any]:
    """Ten points for a tea of ten, and 1.00 off for ten of them."""
    return {
        "format": 1,
        "programme": 1,
        "revision": number,
        "holds_from": f"{since}T00:00:00+01:00",
        "name": {"en": "Points"},
        "unit": {"id": "p", "kind": "points", "name": {"en": "p"}} | unit,
        "earn": [
            {"id": "all", "audience": {"members": True}, "per": {"kind": "money", "amount": 100}}
        ],
        "rewards": [
            {
                "id": "off",
                "name": {"en": "1.00 off"},
                "mode": "claimed",
                "audience": {"members": True},
                "cost": 10,
                "benefit": {"kind": "amount_off", "amount": 100},
                "target": {"scope": "basket"},
                "limit": 1,
            }
        ],
    }
