"""A shop to practise in, beside the real one: the same goods and rules, invented people.

Training is a till of its own, in a process of its own, on a folder of its own. The real till
stays as it is, with its basket, its server and its numbers: no object, no connection and no file
is shared, so there is nothing in which practice could be mistaken for trade. What is on sale is
copied out of the shop's database by a connection that cannot write. There is no server, so nothing
is ever sent; the folder is built anew each time, so nothing is ever counted.

Card numbers: practice uses the shop's own prefix and key, so that its real cards can be scanned.
Everything that the shop has given out, or ever will, is a blank card here; the invented members
and cards printed in training have the last numbers there are, which no shop reaches.
"""

from __future__ import annotations

import csv
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from terminal import resources
from terminal.barcodes.card_number import capacity, card_number
from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.units import UnitKind, last_day
from terminal.till.database.copying import copy_what_is_on_sale
from terminal.till.database.only_till import only_till
from terminal.till.database.recording import Enrolment
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.ports import Clock, Ids, Member
from terminal.till.settings import (
    ServerTable,
    Settings,
    TrainingTable,
    UnfitSettings,
    has_shop,
    pictures_of,
    read_settings,
    write_settings,
)
from terminal.till.settings.cards import KEY_FILE

FOLDER_END = "-training"
"""What the name of the folder has more than that of the shop's."""

MADE_UP_PREFIX = "29"
"""Of cards in a shop that has none of its own."""

NUMBERS_KEPT = 500
"""So many card numbers at the very end are for training."""

_CALLING_CODES = {"PL": "48", "UA": "380", "RO": "40", "LV": "371", "LT": "370", "EE": "372"}
_READY_PERCENT = (137, 85, 0, 60)
"""What the invented members have of each unit, of what the cheapest reward costs."""
_USUAL_COST = 100


def training_folder(shop: Path) -> Path:
    """Where the shop to practise in stands."""
    return shop.with_name(shop.name + FOLDER_END)


def prepare_training(
    shop: Settings, *, clock: Clock | None = None, ids: Ids | None = None
) -> Settings:
    """Build the shop to practise in, in place of the one that may be there; its settings.

    Raises:
        UnfitSettings: what stands there is no shop to practise in, so it is left alone.
        Trouble: somebody practises there now, the disk failed, or the shop's file cannot be read.
        OSError: the folder cannot be written.
    """
    clock, ids = clock or SystemClock(), ids or SystemIds()
    folder = training_folder(shop.folder)
    _demand_ours(folder)
    building = folder.with_name(f"{folder.name}.building-{os.getpid()}")
    shutil.rmtree(building, ignore_errors=True)
    try:
        settings = _settings_for(shop, building)
        write_settings(settings)
        if pictures_of(shop.folder).is_dir():
            shutil.copytree(pictures_of(shop.folder), pictures_of(building))
        _fill(settings, shop, clock, ids)
        if folder.exists():
            with only_till(folder):
                pass  # nobody practises there; an open file would keep the folder in its place
            _make_way(folder)
        building.rename(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return read_settings(folder)


def _demand_ours(folder: Path) -> None:
    """Refuse to build over anything but practice: a real shop may bear that name."""
    if folder.exists() and not (has_shop(folder) and read_settings(folder).training.on):
        raise UnfitSettings(
            f"{folder} is no shop to practise in and stays as it is: rename one of the two folders"
        )


def _make_way(folder: Path) -> None:
    old = folder.with_name(f"{folder.name}.old-{os.getpid()}")
    folder.rename(old)
    shutil.rmtree(old, ignore_errors=True)


def _settings_for(shop: Settings, folder: Path) -> Settings:
    printer = replace(shop.printer, drawer=False)
    if printer.kind in ("folder", "pdf"):
        printer = replace(printer, address="")  # files of practice lie with the practice
    logo = str((shop.folder / shop.cards.logo).absolute()) if shop.cards.logo else ""
    return replace(
        shop,
        folder=folder,
        cards=replace(shop.cards, key_file=KEY_FILE, logo=logo),
        printer=printer,
        server=ServerTable(),
        training=TrainingTable(on=True),
    )


def _fill(settings: Settings, shop: Settings, clock: Clock, ids: Ids) -> None:
    database = open_database(settings.database, clock=clock, ids=ids, lane=settings.lane.name)
    try:
        if shop.database.is_file():
            copy_what_is_on_sale(shop.database, database)
        at = clock.now()
        numbers = _numbers(settings, database)
        programmes = in_force(database.programmes.revisions(), at.utc)
        budgets = budgets_of(programmes)
        if budgets:  # there is no server to ask for them
            whole = [Entry(one, EntryKind.EARN, n) for one, n in sorted(budgets.items())]
            database.journal.adjust(whole, "budget", "", at)
        database.journal.enrol_many(
            Enrolment(
                member=replace(member, card_number=number),
                card_number=number,
                at=at,
                opening=tuple(_opening(programmes, percent, at.business_day)),
            )
            for member, number, percent in zip(
                _people(settings, ids, at.business_day), numbers, _READY_PERCENT, strict=False
            )
        )
    finally:
        database.close()


def _numbers(settings: Settings, database: TillDatabase) -> Iterator[str]:
    """Card numbers for the invented members; all before them are blank cards from now on."""
    prefix, key = settings.cards.prefix, settings.card_key
    if not prefix or key is None:
        prefix, key = MADE_UP_PREFIX, secrets.token_bytes(32)
    first = capacity(prefix) - NUMBERS_KEPT
    database.cards.take(first)
    taken = database.cards.take(len(_READY_PERCENT))
    return (card_number(counter, key=key, prefix=prefix) for counter in taken)


def _people(settings: Settings, ids: Ids, today: date) -> Iterator[Member]:
    """Invented members with names of the shop's language; the last one has a birthday today."""
    file = resources.path("training", "members.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        rows = [row for row in csv.DictReader(opened) if row["language"] == settings.shop.language]
    calling = _CALLING_CODES.get(settings.shop.country, _CALLING_CODES["PL"])
    digits = 8 if calling.startswith("37") else 9
    for place, row in enumerate(rows):
        last = place == len(_READY_PERCENT) - 1
        yield Member(
            id=ids.random_id(),
            name=row["name"],
            phone=f"+{calling}5{place + 1:0{digits - 1}d}",
            birthday=(today.month, today.day) if last else None,
            joined=today,
        )


def _opening(
    programmes: tuple[Programme, ...], percent: int, today: date
) -> Iterator[tuple[str, int, date | None]]:
    """(unit, how many, their last day) of what an invented member has from the start."""
    units = {one.unit.id: one.unit for one in programmes if one.unit}
    for unit in units.values():
        if unit.kind not in (UnitKind.POINTS, UnitKind.STAMPS):
            continue
        own = (one for one in programmes if one.unit and one.unit.id == unit.id)
        costs = [reward.cost for one in own for reward in one.rewards if reward.cost]
        n, day = min(costs, default=_USUAL_COST) * percent // 100, last_day(unit.expiry, today)
        if n and (day is None or day >= today):
            yield unit.id, n, day
