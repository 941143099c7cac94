"""Compiles the pages of the engine, by mypyc, to machine code: the same answers, sooner.

The pages stay what is written and read. Python takes what is compiled from beside them, so that
nothing of the program knows of it; the library that they share lies in .venv. What is compiled
answers only for the pages that it was made of: if one of them is newer, all of it is stale.

Run by packaging/setup. Without a C compiler the engine runs as it is written.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "terminal" / "loyalty" / "engine"
SUFFIX = sysconfig.get_config_var("EXT_SUFFIX")
SHARED = Path(sysconfig.get_path("platlib")) / f"tenth_engine__mypyc{SUFFIX}"
"""What all pages are in; those beside the pages only name their part of it."""


def main(argv: Sequence[str]) -> int:
    """Bring up to date what is compiled; 0 unless the compiler failed."""
    parser = argparse.ArgumentParser(prog="packaging/compile.py", description=__doc__)
    parser.add_argument("--remove", action="store_true", help="run the pages as they are written")
    parser.add_argument("--remove-stale", action="store_true", help="only if a page is newer")
    parser.add_argument("--now", action="store_true", help="compile, and show all that is said")
    args = parser.parse_args(argv)
    if args.now:
        _compile()
        return 0
    if args.remove or args.remove_stale:
        if args.remove or is_stale():
            remove()
        return 0
    if is_compiled() and not is_stale():
        return 0
    remove()
    if (lack := _lacking()) is not None:
        print(f"{lack} is missing, so the engine runs as it is written, about half as fast.")
        return 0
    print("Compiling the engine, about a minute", flush=True)
    # What it says on its way is long, and of use to nobody while it goes well.
    command = [sys.executable, __file__, "--now"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        print(made.stdout[-4000:], made.stderr[-4000:], sep="\n", file=sys.stderr)
        remove()
    return made.returncode


def pages() -> list[Path]:
    """The modules of the engine, but for the values of its answers: those are written to facts and
    read back by the types of their fields, which a compiled class no longer names.
    """
    written = {"__init__.py", "evaluation.py"}
    return sorted(path for path in ENGINE.glob("*.py") if path.name not in written)


def is_compiled() -> bool:
    """Whether anything is, for this Python."""
    return SHARED.exists() or any(ENGINE.glob(f"*{SUFFIX}"))


def is_stale() -> bool:
    """Whether something is compiled that does not answer for the pages of now."""
    if not is_compiled():
        return False
    compiled = [_beside(page) for page in pages()]
    if not SHARED.exists() or set(compiled) != set(ENGINE.glob(f"*{SUFFIX}")):
        return True
    return max(page.stat().st_mtime for page in pages()) > SHARED.stat().st_mtime


def remove() -> None:
    """Leave only the pages."""
    for one in (*ENGINE.glob(f"*{SUFFIX}"), SHARED):
        one.unlink(missing_ok=True)


def _beside(page: Path) -> Path:
    return page.with_name(page.stem + SUFFIX)


def _lacking() -> str | None:
    """What a compiler would need and this computer does not have."""
    compiler = str(sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None and shutil.which("cc") is None:
        return "A C compiler (gcc)"
    header = Path(sysconfig.get_path("include")) / "Python.h"
    return None if header.exists() else "Python's C header (python3-dev)"


def _compile() -> None:
    from mypyc.build import mypycify
    from setuptools import setup
    from setuptools.command.build_ext import build_ext

    class InParallel(build_ext):
        """One page at a time is what it would do; there are more processors than one."""

        def build_extensions(self) -> None:
            one_by_one = self.compiler.compile

            def compile_all(sources: list[str], **options: Any) -> list[str]:
                with ThreadPoolExecutor(os.cpu_count()) as pool:
                    made = pool.map(lambda one: one_by_one([one], **options), sources)
                    return [path for paths in made for path in paths]

            self.compiler.compile = compile_all
            super().build_extensions()

    began = time.time()
    os.chdir(ROOT)  # modules are named by their path from here
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder)
        names = [str(page.relative_to(ROOT)) for page in pages()]
        modules = mypycify(
            ["--config-file=pyproject.toml", "--follow-imports=silent", *names],
            group_name="tenth_engine",
            multi_file=True,
            target_dir=str(built / "c"),
        )
        setup(
            name="tenth-engine",
            packages=[],
            ext_modules=modules,
            cmdclass={"build_ext": InParallel},
            script_args=["-q", "build_ext", f"--build-lib={built}", f"--build-temp={built / 'o'}"],
        )
        for page in pages():
            shutil.copy(built / _beside(page).relative_to(ROOT), ENGINE)
        shutil.copy(built / SHARED.name, SHARED)  # the last: it is what says that all are there
    for part in (*map(_beside, pages()), SHARED):
        os.utime(part, (began, began))  # what was written meanwhile is newer


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
