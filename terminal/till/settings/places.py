"""Where a shop's data lives on this computer, and how its files are written."""

import os
import stat
from pathlib import Path

from terminal.till.settings.unfit import UnfitSettings

SETTINGS_FILE = "shop.toml"
DATABASE_FILE = "till.sqlite"
SERVER_FOLDER = "server"
PICTURES_FOLDER = "pictures"
OWN_SHOP = "shop"
DEMO_SHOP = "demo"


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


def pictures_of(shop: Path) -> Path:
    """Where a shop's own pictures of its goods stand, one file for an article number."""
    return shop / PICTURES_FOLDER


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
