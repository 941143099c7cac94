"""`python -m tests.till.gui.gallery FOLDER`: pictures of every screen, to be looked at."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from terminal.till.settings import ScreenTable


def main(argv: list[str]) -> int:
    """Paint pictures: a folder, sizes, themes and text sizes as they are asked for."""
    parser = argparse.ArgumentParser(description="Paint every screen of the till into a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("scenes", nargs="*", help="only these")
    parser.add_argument("--size", default="1280x800")
    parser.add_argument("--theme", default="light")
    parser.add_argument("--text", type=int, default=100)
    parser.add_argument("--hand", default="right")
    parser.add_argument("--language", default="pl")
    asked = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Imported here: what screen Qt paints on has to be settled before.
    from terminal.demo.screen import silence_offscreen
    from terminal.till.gui.program import application
    from tests.till.gui.gallery.putting_up import put_up, tidy_up
    from tests.till.gui.gallery.stand import SCENES

    application()
    silence_offscreen()
    asked.folder.mkdir(parents=True, exist_ok=True)
    width, height = (int(part) for part in asked.size.split("x"))
    screen = ScreenTable(theme=asked.theme, text_size=asked.text, hand=asked.hand)
    for name in asked.scenes or SCENES:
        with put_up(name, (width, height), screen, asked.language) as window:
            if not window.grab().save(str(asked.folder / f"{name}.png")):
                raise OSError(f"{name}: the picture cannot be written")
    tidy_up()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
