"""A window of a shop of its own that shows one of the screens."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

from terminal.demo.build import build_demo_shop
from terminal.demo.shop import DemoShop, read_demo_shop
from terminal.loyalty.programme import Programme
from terminal.till.app import open_till, open_window
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.settings import RefundsTable, ScreenTable, read_settings
from terminal.wire.programme_json import write_programme
from tests.fakes import FakeLine
from tests.till.gui.gallery import care, codes, offers, paying, people, returning, screens, selling
from tests.till.gui.gallery.stand import SCENES, Stand
from tests.till.gui.settled import settled

ROOMS = (selling, people, care, paying, returning, screens, codes, offers)
"""Read, they have hung their screens into the gallery."""


def _built(language: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="gallery-"))
    build_demo_shop(folder / "shop", language, today=datetime.now().astimezone().date(), small=True)
    return folder / "shop"


def tidy_up() -> None:
    """The shops that were built are gone."""
    for language in ("en", "pl", "uk", "ro", "lv", "ru"):
        if language in _shops:
            shutil.rmtree(_shops.pop(language).parent, ignore_errors=True)


_shops: dict[str, Path] = {}


def _shop_of(language: str) -> Path:
    if language not in _shops:
        _shops[language] = _built(language)
    return _shops[language]


@cache
def _read(language: str) -> DemoShop:
    return read_demo_shop(language, small=True)


def _many(programmes: tuple[Programme, ...], rewards: int) -> Programme:
    """The points programme with so many rewards more, in its next revision."""
    points = next(one for one in programmes if one.programme == 1)
    one = points.rewards[0]
    more = tuple(
        replace(
            one,
            id=f"more-{at}",
            name={
                tongue: f"{name} {at + 1}, na kawę i wypieki z działu"
                for tongue, name in one.name.items()
            },
            cost=20 + at,
        )
        for at in range(rewards)
    )
    return replace(points, revision=points.revision + 1, rewards=points.rewards + more)


@contextmanager
def put_up(
    name: str, size: tuple[int, int], screen: ScreenTable | None = None, language: str = "pl"
) -> Iterator[SaleWindow]:
    """A window that shows one of the screens; its shop is its own and gone afterwards."""
    setting, shop = SCENES[name], _read(language)
    with tempfile.TemporaryDirectory(prefix="gallery-") as place:
        folder = Path(place) / "shop"
        shutil.copytree(_shop_of(language), folder)
        # Without the demo's PIN, unless a scene is about one.
        plain = replace(read_settings(folder), refunds=RefundsTable())
        settings = replace(setting.change(plain), screen=screen or ScreenTable())
        line = FakeLine()
        till = open_till(settings, language=language, line=line)
        if setting.rewards:
            more = _many(shop.programmes, setting.rewards)
            till.database.programmes.put([write_programme(more)])
        window = open_window(till)
        try:
            window.resize(*size)
            window.show()
            setting.play(Stand(shop, till, window, line))
            settled(window)
            yield window
        finally:
            window.close()
            window.deleteLater()
            till.close()
