"""`tenth demo`: the demo shop in a window, or a guided sale where no window can open."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from terminal.demo.build import open_demo_shop
from terminal.demo.screen import SIZE, go_offscreen
from terminal.demo.sheet import write_sheet
from terminal.demo.shop import demo_folder, read_demo_shop
from terminal.till.database.only_till import COURIER_LOCK_FILE, only_till
from terminal.till.gui.displays import has_display
from terminal.till.settings import Settings, shop_folder
from terminal.till.settings.pin import matches

COURIER_ENDS_S = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for on the command line."""

    display: bool = False
    offscreen: bool = False
    language: str = "en"
    size: tuple[int, int] | None = None
    fresh: bool = False
    small: bool = False
    screens: Path | None = None
    sheet: Path | None = None
    pictures: Path | None = None
    as_json: bool = False


def demo(wishes: Wishes) -> int:
    """Do what was asked for; returns the exit code.

    Raises:
        Trouble: the disk failed.
        OSError: a file or folder cannot be written.
        ValueError: a file of `resources/demo` or the shop's settings are unfit; says which.
    """
    if wishes.sheet is not None:
        return _sheet(wishes, wishes.sheet)
    if wishes.pictures is not None:
        return _pictures(wishes, wishes.pictures)
    if wishes.offscreen or not (wishes.display or has_display()):
        return _guided(wishes)
    return _window(wishes)


def _sheet(wishes: Wishes, file: Path) -> int:
    codes = write_sheet(read_demo_shop(wishes.language, small=True), wishes.language, file)
    if wishes.as_json:
        print(json.dumps({"ok": True, "file": str(file), "codes": codes}))
    else:
        print(f"{codes} codes to scan: {file} (print at 100 %, never fit to page)")
    return 0


def _pictures(wishes: Wishes, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tenth-pictures-") as home:
        go_offscreen(wishes.size or SIZE, Path(home))
        # Imported here: what screen Qt paints on has to be settled before.
        from terminal.demo.play import WentWrong
        from terminal.demo.readme_pictures import take_pictures

        taken: tuple[Path, ...] = ()
        problem = ""
        try:
            taken = take_pictures(Path(home), wishes.language, folder, _teller(wishes))
        except (WentWrong, LookupError) as error:
            problem = str(error)
            _teller(wishes)(f"This went wrong: {problem}")
    if wishes.as_json:
        told = {"ok": not problem, "pictures": [str(one) for one in taken], "problem": problem}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    return 1 if problem else 0


def _window(wishes: Wishes) -> int:
    folder = shop_folder(demo_folder(wishes.language))
    settings = _built(folder, wishes)
    sheet = f"{_command()} demo --sheet codes.pdf"
    tell = _teller(wishes)
    tell(f"The demo shop: {folder}. Codes to scan: {sheet}")
    pin = read_demo_shop(wishes.language, small=True).pin
    if matches(settings.refunds.pin, pin):  # its owner may have chosen another one since
        tell(f"The shop's PIN, for Shift+F8 (a return without its slip), Alt+G and Alt+H: {pin}")
    from terminal.till.opening import run

    return run(settings, language=wishes.language, size=wishes.size)


def _guided(wishes: Wishes) -> int:
    tell = _teller(wishes)
    if not wishes.offscreen:
        tell("There is no display here, so no window can open. Watch a guided sale instead:")
        tell("the real window painted into memory, served by real key strokes.")
    screens = wishes.screens or Path(tempfile.mkdtemp(prefix="tenth-screens-"))
    screens.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="tenth-demo-") as home:
        go_offscreen(wishes.size or SIZE, Path(home))
        # The key of a till that may be gone in a minute stays out of the user's keystore.
        os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        # Imported here: what screen Qt paints on has to be settled before.
        from terminal.demo.guided import serve_a_customer

        settings = _built(Path(home) / demo_folder(wishes.language), wishes)
        outcome = serve_a_customer(settings, wishes.language, screens, tell)
        if outcome.ok:
            _keep(settings.folder, tell)
    if wishes.as_json:
        print(json.dumps(outcome.as_plain(), ensure_ascii=False, indent=2))
    return 0 if outcome.ok else 1


def _keep(built: Path, tell: Callable[[str], None]) -> None:
    """Keep the shop of a guided sale, unless there is one: its journal is worth a look."""
    folder = shop_folder(built.name)
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(built, folder)
        tell(f"The demo shop is kept in {folder}; to prove its balances:")
        tell(f"  {_command()} rebuild --check --shop {built.name}")


def _command() -> str:
    """How this program is called here: it is seldom on the path of somebody who tries it out."""
    called = Path(sys.argv[0])
    if called.name != "tenth" or shutil.which("tenth"):
        return "tenth"
    here = Path.cwd()
    return str(called.relative_to(here) if called.is_relative_to(here) else called)


def _built(folder: Path, wishes: Wishes) -> Settings:
    """The demo shop; building takes a second or two, which a terminal is told."""
    if wishes.fresh and folder.exists():
        # An open window would lose the ground under its feet, so this is refused; the courier of
        # one that was just closed is waited for.
        with only_till(folder), only_till(folder, COURIER_LOCK_FILE, COURIER_ENDS_S):
            pass
    watched = sys.stderr.isatty()

    def progress(done: int, of: int) -> None:
        if watched and (done % 200 == 0 or done == of):
            end = "\n" if done == of else ""
            print(f"\rBuilding the demo shop: {done} of {of} past sales", end=end, file=sys.stderr)

    return open_demo_shop(
        folder, wishes.language, fresh=wishes.fresh, small=wishes.small, progress=progress
    )


def _teller(wishes: Wishes) -> Callable[[str], None]:
    """Where sentences go: with --json stdout is one object and nothing else."""
    stream = sys.stderr if wishes.as_json else sys.stdout

    def tell(line: str) -> None:
        print(line, file=stream, flush=True)

    return tell
