"""Each store lives by its own day: which day it is, at one instant, in each of them.

What belongs to one store (the business day of a fact, the return window of a sale) goes by that
store's day. The end of units does not: a member of Bucharest may stand at a till in Warsaw, where
the last day has an hour to go. So a day is over for units when it is over in every store of this
server, and what must be told in good time is reckoned from the day that begins first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

from terminal.server.clock import day_of
from terminal.server.database import registry
from terminal.server.database.connection import Connection
from terminal.server.database.registry import StoreRow

_OF_COUNTRY = {
    "EE": "Europe/Tallinn",
    "LT": "Europe/Vilnius",
    "LV": "Europe/Riga",
    "MD": "Europe/Chisinau",
    "PL": "Europe/Warsaw",
    "RO": "Europe/Bucharest",
    "UA": "Europe/Kyiv",
}
"""Countries that have one zone. In others a store's zone is told, or it is the server's."""


@dataclass(frozen=True, slots=True)
class LocalDays:
    """The day in each store at one instant."""

    usual: date
    """Where the server stands; of stores that told neither a zone nor a country of one zone."""
    of_stores: Mapping[str, date] = field(default_factory=dict)

    def at(self, store: str) -> date:
        """The day in one store."""
        return self.of_stores.get(store, self.usual)

    @property
    def open(self) -> date:
        """The day that some store still has: all days before are over everywhere."""
        return min(self.of_stores.values(), default=self.usual)

    @property
    def begun(self) -> date:
        """The latest day that has begun in some store."""
        return max(self.of_stores.values(), default=self.usual)


def local_days(connection: Connection, now_ms: int) -> LocalDays:
    """The day in each store of this server, by its zone, else its country's, else the server's."""
    stores = registry.all_stores(connection)
    return LocalDays(day_of(now_ms), {row.id: _day_at(row, now_ms) for row in stores})


def local_day(connection: Connection, store: str, now_ms: int) -> date:
    """The day in one store, where the others' do not matter: a chain may have thousands."""
    row = registry.find_store(connection, store)
    return day_of(now_ms) if row is None else _day_at(row, now_ms)


def known_zone(name: str) -> tzinfo | None:
    """The time zone of an IANA name such as Europe/Warsaw; None if there is none such."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return None  # no name of a zone, or the name of a folder of them


def _day_at(row: StoreRow, now_ms: int) -> date:
    zone = _zone_of(json.loads(row.shop))
    if zone is None:
        return day_of(now_ms)
    return datetime.fromtimestamp(now_ms / 1000, UTC).astimezone(zone).date()


def _zone_of(shop: Mapping[str, object]) -> tzinfo | None:
    told = shop.get("time_zone") or _OF_COUNTRY.get(str(shop.get("country", "")))
    return known_zone(told) if isinstance(told, str) else None
