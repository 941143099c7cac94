"""What the command does with files alone: schemas, and programmes that are checked."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.commands.shop_choice import Adding

if TYPE_CHECKING:
    from terminal.loyalty.programme import Programme

SCHEMAS = ("programme", "case", "story")


def describe(add: Adding) -> None:
    """The commands for what people write by hand, and what they take."""
    told = add("schema", schema, "print the JSON Schema of what people write by hand")
    told.add_argument("name", choices=SCHEMAS, help="of what")
    programmes = add("programmes", check_programmes, "check programmes before they are published")
    programmes.add_argument("action", choices=("check",), help="what to do with them")
    programmes.add_argument("files", nargs="+", metavar="FILE", type=Path, help="JSON files")


def schema(args: argparse.Namespace) -> int:
    """Print the JSON Schema of a ``programme``, a ``case`` or a ``story``."""
    from terminal.wire import case_json, programme_json, story_json

    schemas = {
        "programme": programme_json.programme_schema,
        "case": case_json.case_schema,
        "story": story_json.story_schema,
    }
    print(json.dumps(schemas[args.name](), ensure_ascii=False, indent=2))
    return 0


def check_programmes(args: argparse.Namespace) -> int:
    """Say what is wrong in programmes, by its place; 1 if anything is.

    What may be right is a warning: units, limits and tiers of programmes that are not given, and
    less than one percent off.
    """
    from terminal.wire.mistakes import odd_together, of_nobody, tiers_of_nobody
    from terminal.wire.small_rates import small_rates

    checked: dict[str, dict[str, Any]] = {}
    good: list[tuple[str, Programme]] = []
    for file in args.files:
        programme, problems = _read(file)
        if programme is not None:
            good.append((str(file), programme))
        checked[str(file)] = {"file": str(file), "ok": True, "problems": problems, "warnings": []}
    for odd in odd_together(good):
        checked[odd.place]["problems"].append({"path": odd.path, "text": odd.text})
    for odd in (*of_nobody(good), *tiers_of_nobody(good)):
        text = f"{odd.text}; of a programme that is not given? Check both together"
        checked[odd.place]["warnings"].append({"path": odd.path, "text": text})
    for place, one in good:
        small = [{"path": path, "text": text} for path, text in small_rates(one)]
        checked[place]["warnings"] += small
    for found in checked.values():
        found["ok"] = not found["problems"]
    _tell(list(checked.values()), as_json=args.json)
    return 0 if all(found["ok"] for found in checked.values()) else 1


def _read(file: Path) -> tuple[Programme | None, list[dict[str, str]]]:
    """The programme of a file, or what is wrong in it."""
    from terminal.wire.hand_written import BadJson, read_json
    from terminal.wire.programme_json import BadProgramme, programme_of

    try:
        return programme_of(read_json(file.read_bytes())), []
    except BadProgramme as error:
        return None, [{"path": one.path, "text": one.text} for one in error.problems]
    except BadJson as error:
        return None, [{"path": "", "text": str(error)}]
    except OSError as error:
        return None, [{"path": "", "text": error.strerror or str(error)}]


def _tell(checked: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        ok = all(one["ok"] for one in checked)
        print(json.dumps({"ok": ok, "files": checked}, ensure_ascii=False, indent=2))
        return
    for one in checked:
        if one["ok"]:
            print(f"{one['file']}: fine")
        for problem in one["problems"]:
            path = f"{problem['path']}: " if problem["path"] else ""
            print(f"{one['file']}: {path}{problem['text']}", file=sys.stderr)
        for warning in one["warnings"]:
            print(f"{one['file']}: warning: {warning['path']}: {warning['text']}", file=sys.stderr)
