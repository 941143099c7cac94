"""What the command does with files alone: schemas, programmes, a basket. No shop is needed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class UnfitFile(Exception):
    """A file is not what it should be; the message says which and why."""


def schema() -> int:
    """Print the JSON Schema of a programme."""
    from terminal.wire.programme_json import programme_schema

    print(json.dumps(programme_schema(), ensure_ascii=False, indent=2))
    return 0


def check_programmes(files: Sequence[Path], *, as_json: bool) -> int:
    """Say what is wrong in programmes, by its place; 1 if anything is."""
    from terminal.wire.programme_json import BadProgramme, read_programme

    checked: list[dict[str, Any]] = []
    for file in files:
        problems: list[dict[str, str]] = []
        try:
            read_programme(file.read_bytes())
        except BadProgramme as error:
            problems = [{"path": one.path, "text": one.text} for one in error.problems]
        except OSError as error:
            problems = [{"path": "", "text": error.strerror or str(error)}]
        checked.append({"file": str(file), "ok": not problems, "problems": problems})
    bad = [one for one in checked if not one["ok"]]
    if as_json:
        print(json.dumps({"ok": not bad, "files": checked}, ensure_ascii=False, indent=2))
        return 1 if bad else 0
    for one in checked:
        if one["ok"]:
            print(f"{one['file']}: fine")
        for problem in one["problems"]:
            path = f"{problem['path']}: " if problem["path"] else ""
            print(f"{one['file']}: {path}{problem['text']}", file=sys.stderr)
    return 1 if bad else 0


def price(file: Path) -> int:
    """Print the evaluation of a basket. Raises `UnfitFile`; `OSError`: it cannot be read."""
    from terminal.loyalty.engine.run import evaluate
    from terminal.loyalty.plain import to_plain
    from terminal.wire.case_json import BadCase, read_case

    folder = file.parent
    try:
        case = read_case(file.read_bytes(), lambda name: (folder / name).read_bytes())
    except BadCase as error:
        raise UnfitFile(f"{file}: {error}") from error
    evaluation = evaluate(
        case.basket, case.standing, case.programmes, case.at, case.choices, case.effort
    )
    print(json.dumps(to_plain(evaluation), ensure_ascii=False, indent=2))
    return 0
