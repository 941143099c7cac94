"""In a checkout the engine that runs is the one that is written.

packaging/compile.py puts what it compiled beside the engine's pages, and Python takes that first.
Whoever edits a page would see nothing of it until packaging/setup compiles again.
"""

from __future__ import annotations

import os
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

HOUSE = Path(__file__).parent


def put_away_if_older(house: Path = HOUSE) -> str:
    """Remove what is compiled if a page is newer than its part; what is to be told of it, or "".

    An installed program is left alone: nobody edits it, and its files may be of any age. To be
    called before the engine is imported; it takes a quarter of a millisecond.
    """
    if not (house.parent / "packaging" / "compile.py").exists():
        return ""
    written: dict[str, float] = {}
    compiled: dict[str, os.DirEntry[str]] = {}
    with os.scandir(house / "loyalty" / "engine") as entries:
        for entry in entries:
            name, _, kind = entry.name.partition(".")
            if kind == "py":
                written[name] = entry.stat().st_mtime
            elif f".{kind}" in EXTENSION_SUFFIXES:
                compiled[name] = entry
    if all(written.get(name, 0) <= part.stat().st_mtime for name, part in compiled.items()):
        return ""
    try:
        for part in compiled.values():
            Path(part.path).unlink(missing_ok=True)
    except OSError as error:
        # Another till may hold it, where files that are open cannot go.
        return f"an older engine runs than is written: {error}"
    return (
        "the engine was edited after it was compiled, so it runs as it is written, about"
        " half as fast, until packaging/setup compiles it again."
    )
