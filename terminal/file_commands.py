"""What the command does with files alone: schemas, programmes, a basket. No shop is needed."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from terminal.shop_choice import Adding

if TYPE_CHECKING:
    from terminal.loyalty.story.steps import Story


SCHEMAS = ("programme", "case", "story")


def describe(add: Adding) -> None:
    """The commands for files, and what they take."""
    priced = add("price", price, "price a basket or play a story, with a reason for every cent")
    priced.add_argument("case", metavar="FILE.json", type=Path, help="see `resources/demo`")
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
    """Say what is wrong in programmes, by its place; 1 if anything is."""
    from terminal.wire.programme_json import BadProgramme, read_programme

    checked: list[dict[str, Any]] = []
    for file in args.files:
        problems: list[dict[str, str]] = []
        try:
            read_programme(file.read_bytes())
        except BadProgramme as error:
            problems = [{"path": one.path, "text": one.text} for one in error.problems]
        except OSError as error:
            problems = [{"path": "", "text": error.strerror or str(error)}]
        checked.append({"file": str(file), "ok": not problems, "problems": problems})
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
    return 1 if bad else 0


def price(args: argparse.Namespace) -> int:
    """Print the evaluation of a basket, or of each step of a story.

    1 where the file is neither, or a step came out otherwise than the story expects.
    """
    from terminal.wire.case_json import BadCase
    from terminal.wire.story_json import BadStory

    try:
        return _price(args.case)
    except (BadCase, BadStory) as error:
        print(f"tenth: {args.case}: {error}", file=sys.stderr)
    except BrokenPipeError:
        raise  # whoever reads us has had enough
    except OSError as error:
        print(f"tenth: {error.filename}: {error.strerror}", file=sys.stderr)
    return 1


def _price(file: Path) -> int:
    from terminal.wire.case_json import BadCase
    from terminal.wire.hand_written import BadJson, read_json
    from terminal.wire.story_json import is_story, read_story

    text = file.read_bytes()
    try:
        content = read_json(text)
    except BadJson as error:
        raise BadCase(str(error)) from error
    if is_story(content):
        return _play(read_story(content, lambda name: (file.parent / name).read_bytes()))
    return _price_one(text, file.parent)


def _play(story: Story) -> int:
    from terminal.loyalty.plain import to_plain
    from terminal.loyalty.story.playing import play

    told = list(play(story))
    print(json.dumps({"steps": to_plain(told)}, ensure_ascii=False, indent=2))
    for one in told:
        for difference in one.not_as_expected:
            print(f"step {one.step} ({one.do}): {difference}", file=sys.stderr)
    return 1 if any(one.not_as_expected for one in told) else 0


def _price_one(text: bytes, folder: Path) -> int:
    from terminal.loyalty.engine.run import evaluate
    from terminal.loyalty.plain import to_plain
    from terminal.wire.case_json import read_case

    case = read_case(text, lambda name: (folder / name).read_bytes())
    evaluation = evaluate(
        case.basket, case.standing, case.programmes, case.at, case.choices, case.effort
    )
    print(json.dumps(to_plain(evaluation), ensure_ascii=False, indent=2))
    return 0
