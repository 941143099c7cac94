"""Where a server's folder lies and what its owner set in `server.toml`; flags win over the file.

One folder holds one server: its settings, the owner's key, its log, and its database unless that
is PostgreSQL. A shop with one computer has it inside the shop's folder, started with the till.

    [server]
    database = "postgresql+psycopg://tenth@db/tenth"   # default: server.sqlite in the folder
    listen = "0.0.0.0:8710"        # default: 127.0.0.1:8710, this computer only
    certificate = "tls.pem"        # beside this file, or whole paths; needed off this computer
    certificate_key = "tls.key"
    behind_proxy = false           # true: something before us ends TLS
    workers = 1                    # processes; more than one need PostgreSQL

    [rights]                       # the most that the server gives to one till's keeping
    value_most = 50000             # minor units, all units of worth together
    count_most = 1000              # of units without a worth, for each kind

    [expiry]
    extension_days = 30            # not warned: this many days more, again and again
    extension_months_most = 12     # and then the owner decides
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

SETTINGS_FILE = "server.toml"
DATABASE_FILE = "server.sqlite"
OWNER_KEY_FILE = "owner.key"
ADDRESS_FILE = "address.json"
LOCK_FILE = "server.lock"
LOG_FILE = "server.log"

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8710
WORKERS_MOST = 64


class UnfitSettings(ValueError):
    """The settings cannot be used; the message says which one and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a server is told. Raises `UnfitSettings` where settings do not go together."""

    folder: Path
    database: str = ""
    """A URL; empty means SQLite in the folder."""
    host: str = DEFAULT_HOST
    port: int = DEFAULT_PORT
    port_asked: bool = False
    """Somebody named the port, so no other one will do."""
    certificate: Path | None = None
    certificate_key: Path | None = None
    behind_proxy: bool = False
    workers: int = 1
    value_most: int = 50_000
    count_most: int = 1_000
    extension_days: int = 30
    extension_months_most: int = 12

    def __post_init__(self) -> None:
        _demand(0 <= self.port <= 65_535, "server.listen", "a port is from 0 to 65535")
        fits = 1 <= self.workers <= WORKERS_MOST
        _demand(fits, "server.workers", f"from 1 to {WORKERS_MOST}")
        _demand(self.value_most >= 0, "rights.value_most", "0 or more minor units")
        _demand(self.count_most >= 0, "rights.count_most", "0 or more units")
        _demand(1 <= self.extension_days <= 366, "expiry.extension_days", "from 1 to 366")
        fits = 1 <= self.extension_months_most <= 120
        _demand(fits, "expiry.extension_months_most", "from 1 to 120")
        both = (self.certificate is None) == (self.certificate_key is None)
        _demand(both, "server.certificate", "a certificate and its key go together")

    @property
    def url(self) -> str:
        """The database, SQLite in the folder unless the owner named another."""
        return self.database or f"sqlite:///{self.folder / DATABASE_FILE}"

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file that one server has to itself."""
        return self.url.startswith("sqlite:")

    @property
    def encrypted(self) -> bool:
        """Whether tills are spoken to through TLS that this program ends itself."""
        return self.certificate is not None

    def demand_safe(self) -> Settings:
        """Let settings pass with which a server may begin to listen.

        Raises:
            UnfitSettings: others could listen in, or several processes would share a file.
        """
        if not (is_loopback(self.host) or self.encrypted or self.behind_proxy):
            raise UnfitSettings(
                f"{self.host} can be reached from other computers, so the line must be encrypted: "
                "give --certificate FILE and --key FILE (or server.certificate and "
                "server.certificate_key), or --behind-proxy where something else ends TLS before "
                "this server."
            )
        for file in (self.certificate, self.certificate_key):
            if file is not None and not file.is_file():
                raise UnfitSettings(f"{file} is missing.")
        if self.workers > 1 and self.on_sqlite:
            raise UnfitSettings("Several workers need PostgreSQL: SQLite has one server.")
        if self.workers > 1 and os.name != "posix":
            raise UnfitSettings("Several workers share one port, which this system cannot do.")
        return self


def is_loopback(host: str) -> bool:
    """Whether an address is reached from this computer only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_settings(folder: Path) -> Settings:
    """The settings of the server in a folder; without a file the defaults.

    Raises:
        UnfitSettings: the file cannot be used; says which setting and why.
    """
    file = folder / SETTINGS_FILE
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings(folder=folder)
    except OSError as error:
        raise UnfitSettings(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UnfitSettings(f"{file} is not TOML: {error}.") from error
    try:
        return settings_of(content, folder)
    except UnfitSettings as error:
        raise UnfitSettings(f"{file}: {error}") from error


_KNOWN: Mapping[str, Mapping[str, type]] = {
    "server": {
        "database": str,
        "listen": str,
        "certificate": str,
        "certificate_key": str,
        "behind_proxy": bool,
        "workers": int,
    },
    "rights": {"value_most": int, "count_most": int},
    "expiry": {"extension_days": int, "extension_months_most": int},
}
_WANTED = {str: "a text in quotes", int: "a whole number", bool: "true or false"}


def settings_of(content: Mapping[str, Any], folder: Path) -> Settings:
    """The settings of decoded TOML.

    Raises:
        UnfitSettings: a setting is unknown or unfit; says which.
    """
    plain: dict[str, Any] = {}
    for table, settings in content.items():
        _demand(table in _KNOWN, table, "no such table")
        _demand(isinstance(settings, dict), table, f"a table, written [{table}]")
        for key, value in settings.items():
            shape = _KNOWN[table].get(key)
            _demand(shape is not None, f"{table}.{key}", "no such setting")
            assert shape is not None
            fits = isinstance(value, shape) and (shape is bool or not isinstance(value, bool))
            _demand(fits, f"{table}.{key}", _WANTED[shape])
            plain[key] = value
    listen = plain.pop("listen", None)
    for key in ("certificate", "certificate_key"):
        if key in plain:
            plain[key] = folder / plain[key]
    settings = Settings(folder=folder, **plain)
    return settings if listen is None else listening(settings, listen)


def listening(settings: Settings, listen: str) -> Settings:
    """The settings with an address to listen on, written HOST:PORT.

    Raises:
        UnfitSettings: it is not written so.
    """
    host, colon, port = listen.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and len(port) <= 5):
        raise UnfitSettings(f"server.listen: {listen!r} is not written HOST:PORT")
    return replace(settings, host=host.strip("[]"), port=int(port), port_asked=True)


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may look into; one that is there stays as it is.

    Raises:
        OSError: it cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=stat.S_IRWXU, exist_ok=True)
    return folder


def owner_key(folder: Path) -> str:
    """The key of the server's owner, 64 hex digits; made at the first start (0600).

    Raises:
        UnfitSettings: the file holds no key.
    """
    file = folder / OWNER_KEY_FILE
    try:
        key = file.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        key = secrets.token_hex(32)
        write_private(file, key + "\n")
    if len(key) != 64 or not set(key) <= set("0123456789abcdef"):
        raise UnfitSettings(f"{file} holds no key: 64 hex digits.")
    return key


def write_private(file: Path, text: str) -> None:
    """Write a file whole or not at all; nobody but its owner may read it, not for an instant.

    Raises:
        OSError: it cannot be written.
    """
    new = file.with_name(f"{file.name}.{os.getpid()}.new")
    new.unlink(missing_ok=True)  # of a start that was cut off; its rights may be anything
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, stat.S_IRUSR | stat.S_IWUSR)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    new.replace(file)


def _demand(fits: bool, setting: str, wanted: str) -> None:
    if not fits:
        raise UnfitSettings(f"{setting}: {wanted}")
