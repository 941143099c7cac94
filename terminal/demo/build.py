"""Builds the demo shop in a folder: settings, card key, catalogue, programmes, members, a past.

It is built beside its place and moved there when it is whole, so that a stop in the middle leaves
either the shop that was there or none.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from terminal import resources
from terminal.demo.history import moment_of, record_history
from terminal.demo.shop import DemoShop, UnfitDemoShop, read_demo_shop
from terminal.loyalty.facts import ClockQuality
from terminal.loyalty.standing import Moment
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.settings import (
    CardsTable,
    LaneTable,
    RefundsTable,
    Settings,
    ShopTable,
    has_shop,
    pictures_of,
    read_settings,
    write_settings,
)
from terminal.wire.programme_json import write_programme

Progress = Callable[[int, int], None]


def open_demo_shop(
    folder: Path,
    language: str,
    *,
    fresh: bool = False,
    small: bool = False,
    today: date | None = None,
    progress: Progress = lambda _done, _of: None,
) -> Settings:
    """The demo shop in a folder, built if it is not there yet (or anew, with `fresh`).

    A shop that is there keeps its data; only its words change to the language that is asked for.
    A small one has a tenth of the members; it is quick to build.

    Raises:
        Trouble: the disk failed.
        OSError: the folder cannot be written.
        ValueError: a file of `resources/demo` or the shop's settings are unfit, or the shop is one
            of another country; says which.
    """
    if fresh or not has_shop(folder):
        build_demo_shop(folder, language, small=small, today=today or _today(), progress=progress)
        return read_settings(folder)
    settings = read_settings(folder)
    if settings.cashier_language != language:
        shop = read_demo_shop(language)
        if (shop.country, shop.currency) != (settings.shop.country, settings.shop.currency):
            raise UnfitDemoShop(f"{folder} holds the demo shop of {settings.shop.country}")
        settings = _settings(shop, folder, language)
        write_settings(settings)
        database = open_database(settings.database, clock=EveningBefore(_today()), ids=SystemIds())
        try:
            _fill_shelves(database, shop)
        finally:
            database.close()
    return settings


def build_demo_shop(
    folder: Path,
    language: str,
    *,
    today: date,
    small: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> None:
    """Build the shop, in place of the one that may be there. Raises what `open_demo_shop` does."""
    shop = read_demo_shop(language, small=small)
    building = folder.with_name(f"{folder.name}.building-{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    try:
        settings = _settings(shop, building, language)
        write_settings(settings)
        shutil.copytree(resources.path("demo", "pictures"), pictures_of(building))
        _fill(settings, shop, today, progress)
        _put_in_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


class EveningBefore:
    """A clock that stands still on the evening before the building: `ports.Clock`.

    Not at the moment of building, so that no clock of the till is ever behind the past.
    """

    def __init__(self, today: date) -> None:
        self._at = moment_of(datetime.combine(today - timedelta(days=1), time(23)))

    def now(self) -> Moment:
        """Local time, 23:00."""
        return self._at

    def quality(self) -> ClockQuality:
        """A clock that stands still is not wrong about a day that is over."""
        return ClockQuality.TRUSTED


def _fill(settings: Settings, shop: DemoShop, today: date, progress: Progress) -> None:
    ids = SystemIds()
    database = open_database(
        settings.database, clock=EveningBefore(today), ids=ids, lane=settings.lane.name
    )
    try:
        _fill_shelves(database, shop)
        database.programmes.put(write_programme(programme) for programme in shop.programmes)
        database.cards.take(len(shop.members) + len(shop.blank_cards))
        record_history(shop, database.journal, ids, today, progress=progress)
    finally:
        database.close()


def _fill_shelves(database: TillDatabase, shop: DemoShop) -> None:
    database.catalogue.put_products(shop.all_products)
    database.catalogue.put_tiles(shop.tiles)


def _settings(shop: DemoShop, folder: Path, language: str) -> Settings:
    return Settings(
        folder=folder,
        shop=ShopTable(
            name=shop.name,
            address=shop.address,
            country=shop.country,
            currency=shop.currency,
            language=language,
            prices_include_tax=shop.prices_include_tax,
        ),
        lane=LaneTable(name=shop.lane, language=language),
        cards=CardsTable(prefix=shop.card_prefix),
        card_key=shop.card_key,
        refunds=RefundsTable(pin=shop.pin),
    )


def _put_in_place(building: Path, folder: Path) -> None:
    old = folder.with_name(f"{folder.name}.old-{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    building.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _today() -> date:
    return datetime.now().astimezone().date()
