"""Where a shop's data lives on this computer, and what the shop says of itself in `shop.toml`.

One folder holds one shop: its settings, its database, its card key. The shop's own folder and the
demo's stand side by side in the user's data folder; `TENTH_HOME` moves both.

    [shop]
    name = "Sklep u Ani"
    address = ["ul. Lipowa 4", "00-001 Warszawa"]
    country = "PL"                 # ISO 3166, decides how cash is rounded
    currency = "PLN"               # ISO 4217
    language = "pl"                # of slips and cards, whoever sits at the till
    prices_include_tax = true

    [lane]
    name = "Till 1"
    language = "en"                # of the cashier's screens

    [cards]
    prefix = "29"                  # the shop's own 1 to 6 digits; "" where it has no cards
    key_file = "card.key"          # beside this file, readable by its owner only

    [server]
    url = "https://tenth.example"  # "" is the server beside the till, on this computer
"""

import os
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from terminal.barcodes.card_number import KEY_BYTES_MIN, PREFIX_DIGITS_MAX

SETTINGS_FILE = "shop.toml"
DATABASE_FILE = "till.sqlite"
KEY_FILE = "card.key"
SERVER_FOLDER = "server"
OWN_SHOP = "shop"
DEMO_SHOP = "demo"
LANGUAGES = ("en", "pl", "uk", "ro", "lv", "ru")


class UnfitSettings(ValueError):
    """The settings cannot be used; the message says which file, which setting and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one shop has set. Raises `UnfitSettings` where two settings or one are unfit."""

    folder: Path
    name: str
    address: tuple[str, ...] = ()
    country: str = "PL"
    currency: str = "PLN"
    language: str = "en"
    """Of the slips."""
    prices_include_tax: bool = True
    lane: str = "1"
    cashier_language: str = "en"
    """Of the screens."""
    card_prefix: str = ""
    key_file: str = KEY_FILE
    """Relative to the folder, or a whole path."""
    card_key: bytes | None = field(default=None, repr=False)
    server_url: str = ""
    """Empty: the server beside the till, in ``local_server``."""

    def __post_init__(self) -> None:
        _demand(bool(self.name.strip()), "shop.name", "a shop needs a name")
        _demand(_is_code(self.country, 2), "shop.country", "two capital letters, such as PL")
        _demand(_is_code(self.currency, 3), "shop.currency", "three capital letters, such as PLN")
        known = ", ".join(LANGUAGES)
        _demand(self.language in LANGUAGES, "shop.language", f"one of {known}")
        _demand(self.cashier_language in LANGUAGES, "lane.language", f"one of {known}")
        prefix = self.card_prefix
        digits = prefix.isascii() and prefix.isdigit() and len(prefix) <= PREFIX_DIGITS_MAX
        _demand(
            not prefix or digits,
            "cards.prefix",
            f"1 to {PREFIX_DIGITS_MAX} digits, or empty for no cards",
        )
        fit = self.card_key is None or len(self.card_key) >= KEY_BYTES_MIN
        _demand(fit, "cards.key_file", f"a key has {KEY_BYTES_MIN} bytes or more")

        url = self.server_url
        fits = not url or url.startswith(("https://", "http://"))
        _demand(fits, "server.url", "https://…, or empty for the server beside the till")

    @property
    def database(self) -> Path:
        """The file with everything that this till knows."""
        return self.folder / DATABASE_FILE

    @property
    def local_server(self) -> Path:
        """The folder of the server beside the till."""
        return self.folder / SERVER_FOLDER


def data_home() -> Path:
    """The folder of all that this program keeps for this user; `TENTH_HOME` moves it.

    Raises:
        UnfitSettings: `TENTH_HOME` begins with the home of somebody (`~name`) whom nobody knows.
    """
    moved = os.environ.get("TENTH_HOME")
    if moved:
        try:
            return Path(moved).expanduser()
        except RuntimeError as error:
            raise UnfitSettings(f"TENTH_HOME is {moved}: {error}") from error
    # Imported here, because most starts of a till are told where its home is.
    from platformdirs import user_data_path

    return user_data_path("tenth", appauthor=False)


def shop_folder(shop: str = OWN_SHOP) -> Path:
    """Where one shop's data stands: the shop's own, or the demo's beside it."""
    return data_home() / shop


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may look into; one that is there stays as it is.

    Whatever stands in it, names and phones among them, is closed to others of this computer.

    Raises:
        OSError: it cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    return folder


def has_shop(folder: Path) -> bool:
    """Whether a shop has been set up in the folder."""
    return (folder / SETTINGS_FILE).is_file()


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
    plain = _Plain(content)
    key_file = plain.text("cards", "key_file", KEY_FILE)
    settings = Settings(
        folder=folder,
        name=plain.text("shop", "name", ""),
        address=plain.texts("shop", "address"),
        country=plain.text("shop", "country", "PL"),
        currency=plain.text("shop", "currency", "PLN"),
        language=plain.text("shop", "language", "en"),
        prices_include_tax=plain.truth("shop", "prices_include_tax", default=True),
        lane=plain.text("lane", "name", "1"),
        cashier_language=plain.text("lane", "language", plain.text("shop", "language", "en")),
        card_prefix=plain.text("cards", "prefix", ""),
        key_file=key_file,
        card_key=_read_key(folder / key_file),
        server_url=plain.text("server", "url", ""),
    )
    plain.demand_all_known()
    return settings


def write_settings(settings: Settings) -> Path:
    """Write the shop's file, and its card key (0600) if it has one. Returns the file.

    Each is replaced as a whole: a power cut leaves the old one or the new one, never half of it.

    Raises:
        OSError: the folder cannot be written.
    """
    private_folder(settings.folder)
    if settings.card_key is not None:
        write_private(settings.folder / settings.key_file, settings.card_key.hex() + "\n")
    address = ", ".join(_quoted(line) for line in settings.address)
    file = settings.folder / SETTINGS_FILE
    write_private(
        file,
        f"""[shop]
name = {_quoted(settings.name)}
address = [{address}]
country = {_quoted(settings.country)}
currency = {_quoted(settings.currency)}
language = {_quoted(settings.language)}
prices_include_tax = {str(settings.prices_include_tax).lower()}

[lane]
name = {_quoted(settings.lane)}
language = {_quoted(settings.cashier_language)}

[cards]
prefix = {_quoted(settings.card_prefix)}
key_file = {_quoted(settings.key_file)}

[server]
url = {_quoted(settings.server_url)}
""",
    )
    return file


def write_private(file: Path, text: str) -> None:
    """Write a file whole or not at all; nobody but its owner may read it, not for an instant.

    Raises:
        OSError: it cannot be written.
    """
    new = file.with_name(file.name + ".new")
    new.unlink(missing_ok=True)  # of a start that was cut off; its rights may be anything
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)


class _Plain:
    """Decoded TOML that remembers which settings were asked for, to name those that nobody knows."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._content = content
        self._asked: set[tuple[str, str]] = set()

    def text(self, table: str, key: str, default: str) -> str:
        found = self._find(table, key, default)
        _demand(isinstance(found, str), f"{table}.{key}", "a text in quotes")
        return str(found)

    def texts(self, table: str, key: str) -> tuple[str, ...]:
        found = self._find(table, key, [])
        fits = isinstance(found, list) and all(isinstance(line, str) for line in found)
        _demand(fits, f"{table}.{key}", "a list of texts in quotes")
        return tuple(found)

    def truth(self, table: str, key: str, *, default: bool) -> bool:
        found = self._find(table, key, default)
        _demand(isinstance(found, bool), f"{table}.{key}", "true or false")
        return bool(found)

    def demand_all_known(self) -> None:
        tables = {table for table, _ in self._asked}
        for table, settings in self._content.items():
            _demand(table in tables, table, "no such table")
            for key in settings:
                _demand((table, key) in self._asked, f"{table}.{key}", "no such setting")

    def _find(self, table: str, key: str, default: Any) -> Any:
        self._asked.add((table, key))
        settings = self._content.get(table, {})
        _demand(isinstance(settings, dict), table, f"a table, written [{table}]")
        return settings.get(key, default)


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


def _quoted(text: str) -> str:
    """A TOML basic string: JSON's escapes are among TOML's, its letters are kept as they are."""
    escaped = "".join(
        f"\\u{ord(sign):04x}" if ord(sign) < 0x20 or ord(sign) == 0x7F else sign
        for sign in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'


def _is_code(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isalpha() and text.isupper()


def _demand(fits: bool, setting: str, wanted: str) -> None:
    if not fits:
        raise UnfitSettings(f"{setting}: {wanted}")
