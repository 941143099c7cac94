"""All settings of one shop: read from its file, written, and changed one at a time."""

import dataclasses
import re
import tomllib
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from terminal.barcodes.card_number import KEY_BYTES_MIN
from terminal.barcodes.rules import conflict
from terminal.till.settings.cards import CardsTable
from terminal.till.settings.care import CareTable
from terminal.till.settings.lane import LaneTable
from terminal.till.settings.pin import hashed, is_plain
from terminal.till.settings.places import (
    DATABASE_FILE,
    SERVER_FOLDER,
    SETTINGS_FILE,
    private_folder,
    write_private,
)
from terminal.till.settings.printer import PrinterTable
from terminal.till.settings.refunds import RefundsTable
from terminal.till.settings.scales import ScalesTable
from terminal.till.settings.screen import ScreenTable
from terminal.till.settings.server import ServerTable
from terminal.till.settings.shop import ShopTable
from terminal.till.settings.sound import SoundTable
from terminal.till.settings.tables import read_table, write_table
from terminal.till.settings.training import TrainingTable
from terminal.till.settings.unfit import UnfitSettings, demand
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one shop has set: a table each, by the names that they have in the file.

    A new table is one more line here and in `_TABLES`, and a file of its own.
    Raises `UnfitSettings` where the key is unfit; each table looks after itself.
    """

    folder: Path
    shop: ShopTable
    lane: LaneTable = field(default_factory=LaneTable)
    cards: CardsTable = field(default_factory=CardsTable)
    scales: ScalesTable = field(default_factory=ScalesTable)
    printer: PrinterTable = field(default_factory=PrinterTable)
    refunds: RefundsTable = field(default_factory=RefundsTable)
    care: CareTable = field(default_factory=CareTable)
    server: ServerTable = field(default_factory=ServerTable)
    screen: ScreenTable = field(default_factory=ScreenTable)
    sound: SoundTable = field(default_factory=SoundTable)
    training: TrainingTable = field(default_factory=TrainingTable)
    card_key: bytes | None = field(default=None, repr=False)
    """From the file that ``cards.key_file`` names; none where it is missing."""

    def __post_init__(self) -> None:
        fit = self.card_key is None or len(self.card_key) >= KEY_BYTES_MIN
        demand(fit, "cards.key_file", f"a key has {KEY_BYTES_MIN} bytes or more")
        clash = conflict(self.cards.prefix, self.scales.patterns)
        if clash is not None:
            raise UnfitSettings(
                f"scales.labels: a card that begins with {self.cards.prefix} could be taken for a "
                f"label that begins with {clash.prefix}. Give cards.prefix or the scale another one"
            )

    @property
    def cashier_language(self) -> str:
        """Of the screens."""
        return self.lane.language or self.shop.language

    @property
    def database(self) -> Path:
        """The file with everything that this till knows."""
        return self.folder / DATABASE_FILE

    @property
    def local_server(self) -> Path:
        """The folder of the server beside the till."""
        return self.folder / SERVER_FOLDER


_TABLES: dict[str, type[Any]] = {
    "shop": ShopTable,
    "lane": LaneTable,
    "cards": CardsTable,
    "scales": ScalesTable,
    "printer": PrinterTable,
    "refunds": RefundsTable,
    "care": CareTable,
    "server": ServerTable,
    "screen": ScreenTable,
    "sound": SoundTable,
    "training": TrainingTable,
}
"""In the order in which the file has them."""


def read_settings(folder: Path) -> Settings:
    """The settings of the shop in a folder.

    Raises:
        UnfitSettings: there is no shop, or its file or key cannot be used; says which and why.
    """
    file = folder / SETTINGS_FILE
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UnfitSettings(f"There is no shop in {folder} yet: {file} is missing.") from error
    except OSError as error:
        raise UnfitSettings(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UnfitSettings(f"{file} is not TOML: {error}.") from error
    try:
        return settings_of(content, folder)
    except UnfitSettings as error:
        raise UnfitSettings(f"{file}: {error}") from error


def settings_of(content: Mapping[str, Any], folder: Path) -> Settings:
    """The settings of decoded TOML; the card key is read from its file if there is one.

    Raises:
        UnfitSettings: a setting is unknown, missing or unfit; says which.
    """
    for table in content:
        demand(table in _TABLES, table, "no such table")
    tables: dict[str, Any] = {
        name: read_table(kind, name, content) for name, kind in _TABLES.items()
    }
    key = _read_key(folder / tables["cards"].key_file)
    return Settings(folder=folder, card_key=key, **tables)


def write_settings(settings: Settings) -> Path:
    """Write the shop's file, and its card key (0600) if it has one. Returns the file.

    Each is replaced as a whole: a power cut leaves the old one or the new one, never half of it.
    A table that says nothing but the usual is left out.

    Raises:
        OSError: the folder cannot be written.
    """
    private_folder(settings.folder)
    if settings.card_key is not None:
        write_private(settings.folder / settings.cards.key_file, settings.card_key.hex() + "\n")
    return _write_file(settings)


def write_one_setting(folder: Path, table: str, key: str, value: object) -> Settings:
    """Change one setting of the shop in a folder, such as ``("screen", "theme", "dark")``.

    The file is read again before, so that what somebody wrote into it by hand meanwhile stays;
    then it is replaced as a whole, and comments in it are lost. Returns all settings as they are
    now. The card key is not touched.

    Raises:
        UnfitSettings: the file as it is now, or the new value, cannot be used; nothing is written.
        OSError: the folder cannot be written.
    """
    settings = read_settings(folder)
    demand(table in _TABLES, table, "no such table")
    before = getattr(settings, table)
    known = {one.name for one in dataclasses.fields(before)}
    demand(key in known, f"{table}.{key}", "no such setting")
    changed = dataclasses.replace(before, **{key: value})
    tables: dict[str, Any] = {table: changed}
    settings = dataclasses.replace(settings, **tables)
    _write_file(settings)
    return settings


def hide_pin(folder: Path, *, salt: bytes) -> bool:
    """Hash a PIN that somebody wrote into the shop's file; whether there was one.

    Nothing else of the file changes, comments included.

    Raises:
        UnfitSettings: the file cannot be used as it is.
        OSError: it cannot be written.
    """
    pin = read_settings(folder).refunds.pin
    if not is_plain(pin):
        return False
    kept = hashed(pin, salt=salt)
    file = folder / SETTINGS_FILE
    before = file.read_text(encoding="utf-8")
    wanted = tomllib.loads(before)
    wanted["refunds"]["pin"] = kept
    # Where the digits stand only once, between quotes; any other way of writing is written anew.
    after = re.sub(rf"""(["']){pin}\1""", f'"{kept}"', before)
    if tomllib.loads(after) == wanted:
        write_private(file, after)
    else:
        write_one_setting(folder, "refunds", "pin", kept)
    return True


def _write_file(settings: Settings) -> Path:
    file = settings.folder / SETTINGS_FILE
    tables = (write_table(name, getattr(settings, name)) for name in _TABLES)
    write_private(file, "\n".join(table for table in tables if table))
    return file


def _read_key(file: Path) -> bytes | None:
    try:
        text = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UnfitSettings(f"The card key {file} cannot be read: {error}.") from error
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise UnfitSettings(f"The card key {file} is not written in hex digits.") from error
