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

    What may be right beside programmes that are not given is a warning: units and
    limits of others.
    """
    from terminal.wire.hand_written import BadJson, read_json
    from terminal.wire.mistakes import odd_together, of_nobody
    from terminal.wire.programme_json import BadProgramme, programme_of

    checked: list[dict[str, Any]] = []
    good: list[tuple[str, Programme]] = []
    for file in args.files:
        problems: list[dict[str, str]] = []
        try:
            good.append((str(file), programme_of(read_json(file.read_bytes()))))
        except BadProgramme as error:
            problems = [{"path": one.path, "text": one.text} for one in error.problems]
        except BadJson as error:
            problems = [{"path": "", "text": str(error)}]
        except OSError as error:
            problems = [{"path": "", "text": error.strerror or str(error)}]
        found: dict[str, Any] = {
            "file": str(file),
            "ok": not problems,
            "problems": problems,
            "warnings": [],
        }
        checked.append(found)
    for odd in odd_together(good):
        told = next(one for one in checked if one["file"] == odd.place)
        told["ok"] = False
        told["problems"].append({"path": odd.path, "text": odd.text})
    for odd in of_nobody(good):
        told = next(one for one in checked if one["file"] == odd.place)
        text = f"{odd.text}; of a programme that is not given? Check both together"
        told["warnings"].append({"path": odd.path, "text": text})
    bad = [one for one in checked if not one["ok"]]
    if args.json:
        print(json.dumps({"ok": not bad, "files": checked}, ensure_ascii=False, indent=2))
        return 1 if bad else 0
    for one in checked:
        if one["ok"]:
            print(f"{one['file']}: fine")
        for problem in one["problems"]:
            path = f"{problem['path']}: " if problem["path"] else ""
            print(f"{one['file']}: {path}{problem['text']}", file=sys.stderr)
        for warning in one["warnings"]:
            print(f"{one['file']}: warning: {warning['path']}: {warning['text']}", file=sys.stderr)
    return 1 if bad else 0
