"""Finds `resources/`: the icons, fonts, styles and texts that people may replace without code.

The folder stands in one of three places, looked for in this order:

1. in a frozen program, beside the unpacked code (`sys._MEIPASS`, PyInstaller's name for it),
2. in an installed wheel, inside the package as `terminal/_resources`,
3. in a checkout, beside the package.

Only files that ship with the program are found here; what a shop makes itself lives in its own
data folder.
"""

import sys
from pathlib import Path

__all__ = ["MissingResource", "path"]

_FOLDER_IN_WHEEL = "_resources"
_FOLDER = "resources"


class MissingResource(FileNotFoundError):
    """A file that ships with the program is not there: the installation is not whole."""


def path(*parts: str) -> Path:
    """The file or folder at `resources/<parts…>`, as a path that exists.

    `path("fonts", "DejaVuSans.ttf")`; no parts give the folder itself. Raises `MissingResource`
    saying what is missing and where it was looked for, and `ValueError` for parts that lead out
    of the folder (an absolute part or `..`).
    """
    for part in parts:
        steps = Path(part)
        if steps.is_absolute() or ".." in steps.parts:
            raise ValueError(f"{part!r} leads out of the folder {_FOLDER!r}")
    folder = _folder()
    wanted = folder.joinpath(*parts)
    if not wanted.exists():
        raise MissingResource(
            f"{'/'.join((_FOLDER, *parts))} is missing (looked for {wanted}). "
            "The installation is not whole; install Tenth again."
        )
    return wanted


def _folder() -> Path:
    """The first of the three places that exists. Asked anew each time: it costs microseconds."""
    places = _places()
    for place in places:
        if place.is_dir():
            return place
    looked = ", ".join(str(place) for place in places)
    raise MissingResource(
        f"The folder {_FOLDER!r} is missing (looked for {looked}). "
        "The installation is not whole; install Tenth again."
    )


def _places() -> tuple[Path, ...]:
    package = Path(__file__).resolve().parent
    unpacked = getattr(sys, "_MEIPASS", None)
    frozen = (Path(unpacked) / _FOLDER,) if unpacked else ()
    return (*frozen, package / _FOLDER_IN_WHEEL, package.parent / _FOLDER)
