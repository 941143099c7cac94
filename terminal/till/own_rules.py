"""A shop's own price list and programmes as files: for its first server, and kept when it joins another.

A server that a shop joins has rules of its own, and they hold from then on. What the shop had is
written down beside its folder, so that its owner can publish it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from terminal.till.database.till_database import TillDatabase
from terminal.till.settings import Settings, private_folder, write_private
from terminal.wire.programme_json import BadProgramme, read_programme, write_programme
from terminal.wire.registry_json import CatalogueFile, TileRecord
from terminal.wire.sync_json import BadMessage, read_message, write_message

PRICES = "price list"


def folder_of(shop: Path) -> Path:
    """Where the rules of a shop are written down when it joins a server."""
    return shop.with_name(f"{shop.name}.own-rules")


def as_files(database: TillDatabase) -> list[tuple[str, str]]:
    """(name, text) of the price list and of every revision of every programme."""
    files = [(PRICES, write_message(_prices(database)).decode())]
    for one in database.programmes.revisions():
        files.append((f"programme {one.programme}.{one.revision}", write_programme(one)))
    return files


def write_down(shop: Path, database: TillDatabase) -> None:
    """Write all of it down, unless a move that was cut off did so before.

    Raises:
        OSError: it cannot be written.
    """
    folder = private_folder(folder_of(shop))
    for name, text in as_files(database):
        if name != PRICES or database.catalogue.all_products():
            write_private(folder / f"{name.replace(' ', '-')}.json", text + "\n")


def left(shop: Path, database: TillDatabase) -> tuple[Path, ...]:
    """The files with something that does not hold now; the others are removed.

    Raises:
        OSError: a file cannot be read or removed.
    """
    folder = folder_of(shop)
    for file in sorted(folder.glob("*.json")):
        if _holds(file.read_text(encoding="utf-8"), database):
            file.unlink()
    found = tuple(sorted(folder.glob("*.json")))
    if not found:
        with suppress(OSError):
            folder.rmdir()
    return found


def words_of_joining(
    settings: Settings, shop: str, own: Sequence[Path], *, whole: bool, earlier: str = ""
) -> list[str]:
    """What the owner is told when a till has joined.

    ``whole`` if prices and members are here; ``earlier`` is the log that it wrote before.
    """
    words = [f"{settings.lane.name} is a till of {settings.shop.name}; its data: {settings.folder}"]
    if not whole:
        words.append("Prices and members come as soon as the server answers again.")
    if settings.local_server.is_dir():
        words.append(
            "The server beside it is not started any more; its folder stays as an archive: "
            f"{settings.local_server}"
        )
    if own:
        words.append("Prices and programmes of the server it joined hold from now on.")
        words.append("The shop had these, and that server has not. To publish them there:")
        words += [f"  tenth server publish '{file}'" for file in own]
    if earlier:
        words.append("What this till could spend under its earlier log stays with that log until")
        words.append(f"the owner gives it back to the shop: tenth server write-off {earlier}")
    words.append(f"Open it: tenth till --shop {shop}")
    return words


def _holds(text: str, database: TillDatabase) -> bool:
    """Whether the server has the same."""
    with suppress(BadMessage):
        catalogue = read_message(CatalogueFile, text.encode())
        # A till whose server has no prices goes on with its own; another till has none.
        listed = set(database.catalogue.all_products())
        return database.sync.has_prices() and set(catalogue.catalogue) <= listed
    try:
        return read_programme(text) in database.programmes.revisions()
    except BadProgramme:
        return False


def _prices(database: TillDatabase) -> CatalogueFile:
    return CatalogueFile(
        format=1,
        catalogue=tuple(database.catalogue.all_products()),
        codes=tuple(database.catalogue.more_codes()),
        tiles=tuple(
            TileRecord(sku=one.product.sku, tab=one.group, colour=one.colour)
            for one in database.catalogue.tiles()
        ),
    )
