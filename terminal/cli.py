"""The command `tenth`: one door to everything, and nothing is imported before it is asked for.

What a command finds out goes to stdout (with `--json` as one object), what went wrong to stderr
in words. Exit code 0 is yes, 1 is no or trouble, 2 is a command that was not understood.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "pl", "uk", "ro", "lv", "ru")
OWN_SHOP, DEMO_SHOP = "shop", "demo"
SCHEMAS = ("programme",)
BENCHES = {"counter": "terminal.bench.counter", "sync": "terminal.bench.sync"}
"""Name and module; its `main` takes options and a builder of the demo shop, and returns an exit code."""


class Refusal(Exception):
    """A command cannot do what was asked; the message says why, in words for people."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    _write_what_can_be_written()
    parser = _parser()
    args = parser.parse_args(argv)
    if args.version:
        print(json.dumps({"tenth": _version()}) if args.json else f"tenth {_version()}")
        return 0
    command: Callable[[argparse.Namespace], int] | None = getattr(args, "run", None)
    if command is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        return command(args)
    except Refusal as refusal:
        print(f"tenth: {refusal}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read us has had enough (`tenth schema programme | head`). Python would complain
        # at its end about what it could not write, so the rest goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        print(f"tenth: {where}{error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _write_what_can_be_written() -> None:
    """Let a terminal that knows no Polish letters show a question mark instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


_EXAMPLES = """\
examples:
  tenth demo                            the demo shop; without a display a guided sale
  tenth demo --sheet codes.pdf          cards and goods of the demo shop, to print and scan
  tenth programmes check offer.json     what is wrong in a programme, by its place
  tenth rebuild --check --shop demo     prove the demo's balances by its journal
  tenth pair --url URL --code CODE --lane "Till 2" --shop till2
                                        one more till, of the shop of a running server

`tenth COMMAND --help` tells what a command takes. TENTH_HOME moves where data lives."""


def _tidy_help(prog: str) -> argparse.HelpFormatter:
    """Lines as they were written, and captions in one column."""
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=22)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tenth",
        description="Tenth, a loyalty terminal for the shop counter. Buy nine, the tenth is free.",
        epilog=_EXAMPLES,
        formatter_class=_tidy_help,
    )
    parser.add_argument("--version", action="store_true", help="show the version and stop")
    json_option = argparse.ArgumentParser(add_help=False)
    for one in (parser, json_option):
        # Without a default of its own, the option before the command is not forgotten after it.
        default = False if one is parser else argparse.SUPPRESS
        one.add_argument(
            "--json", action="store_true", default=default, help="print one JSON object"
        )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="tenth")

    def add(
        name: str, run: Callable[[argparse.Namespace], int], caption: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(
            name, help=caption, description=caption, parents=[json_option]
        )
        command.set_defaults(run=run)
        return command

    _add_till(add("till", _till, "open the till of this shop"))
    _add_pair(add("pair", _pair, "let this computer's till join the shop of a server"))
    courier = add("courier", _courier, "the line of a till; started by the till itself")
    courier.add_argument("--folder", required=True, type=Path, help="of the shop")
    from terminal.server import command_line

    command_line.describe(
        add("server", _server, "serve the tills of a shop, or of many"), json_option
    )
    _add_demo(add("demo", _demo, "open the demo shop, or play a guided sale without a display"))
    price = add("price", _price, "price one basket from a file, with a reason for every cent")
    price.add_argument("case", metavar="CASE.json", type=Path, help="the basket, see the example")
    schema = add("schema", _schema, "print the JSON Schema of what people write by hand")
    schema.add_argument("name", choices=SCHEMAS, help="of what")
    programmes = add("programmes", _programmes, "check programmes before they are published")
    programmes.add_argument("action", choices=("check",), help="what to do with them")
    programmes.add_argument("files", nargs="+", metavar="FILE", type=Path, help="JSON files")
    _add_slip(add("slip", _slip, "print the slip of a recorded sale to the shell"))
    _add_rebuild(
        add("rebuild", _rebuild, "fold the journal anew: compare the tables, or mend them")
    )
    # An installed program may come without its benches.
    if importlib.util.find_spec("terminal.bench") is not None:
        bench = add("bench", _bench, "measure, and hold the figures against their goals")
        bench.add_argument("name", choices=BENCHES, help="which bench")
        bench.add_argument(
            "rest",
            nargs=argparse.REMAINDER,
            metavar="...",
            help="its options, see: tenth bench counter --help",
        )
    if importlib.util.find_spec("terminal.simulation") is not None:
        from terminal.simulation.options import add_options

        add_options(add("simulate", _simulate, "tills, a server and a bad network, told by seeds"))
    return parser


def _add_till(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=LANGUAGES, help="of the screens")
    _add_shop(parser)
    parser.add_argument("--full-screen", action="store_true", help="without frame, over everything")
    parser.add_argument("--no-server", action="store_true", help="start no line and no server")


def _add_shop(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--shop",
        type=_shop_name,
        default=OWN_SHOP,
        metavar="NAME",
        help=f"whose data (default: {OWN_SHOP}; {DEMO_SHOP} is the demo's)",
    )


def _add_pair(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--url", required=True, metavar="URL", help="of the server, https://…")
    parser.add_argument("--code", required=True, help="what `tenth server code` shows there")
    parser.add_argument("--lane", required=True, metavar="NAME", help="of this till: Till 2")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="PEM of who vouches for the server")
    _add_shop(parser)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--display", action="store_true", help="insist on a window")
    where.add_argument(
        "--offscreen", action="store_true", help="play the guided sale, even if there is a display"
    )
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of shop and screens")
    parser.add_argument("--size", type=_size, metavar="WxH", help="of the window, e.g. 1024x768")
    parser.add_argument("--fresh", action="store_true", help="build the demo shop anew")
    parser.add_argument("--screens", type=Path, metavar="FOLDER", help="where pictures are saved")
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE.pdf", help="only write the sheet of codes to scan"
    )


def _add_slip(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "sale", nargs="?", metavar="SALE", help="id of the sale (default: the last one of today)"
    )
    _add_shop(parser)
    parser.add_argument(
        "--columns", type=int, choices=(42, 32), default=42, help="width of the paper (default: 42)"
    )


def _add_rebuild(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--check", action="store_true", help="only compare; without it the tables are mended"
    )
    parser.add_argument(
        "--server", type=Path, metavar="FOLDER", help="the books of the server in a folder instead"
    )
    _add_shop(parser)


def _shop_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,30}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name of a shop's folder: small letters and digits"
        )
    return text


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) >= 320 and int(height) >= 240):
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1024x768")
    return int(width), int(height)


# --- shops ---------------------------------------------------------------------------------------


def _till(args: argparse.Namespace) -> int:
    from terminal.till.settings import read_settings

    with _in_words():
        settings = read_settings(_folder_of(args.shop))
        from terminal.till import app

        return app.run(
            settings,
            language=args.language,
            full_screen=args.full_screen,
            with_line=not args.no_server,
        )


def _pair(args: argparse.Namespace) -> int:
    from functools import partial

    from terminal.server.command_line import leave
    from terminal.server.failures import NotDone
    from terminal.till import joining, own_rules
    from terminal.till.settings import shop_folder
    from terminal.till.sync.keys import UnfitKey
    from terminal.till.sync.link import UnfitAddress, ask_once
    from terminal.till.sync.pairing import NotPaired

    post = partial(ask_once, authority=args.ca)
    with _in_words():
        try:
            settings = joining.pair(
                shop_folder(args.shop),
                args.url,
                args.code,
                args.lane,
                bring=lambda server, url, code: leave(server, url, code, post),
                authority=args.ca,
            )
            kept = joining.fetch(settings)
            own = joining.not_held(settings)
            earlier = joining.earlier_log(settings)
        except (NotPaired, NotDone, UnfitAddress, UnfitKey) as error:
            raise Refusal(str(error)) from error
    if args.json:
        told = {"ok": True, "shop": settings.shop.name, "folder": str(settings.folder)}
        more = {"own_rules": [str(file) for file in own], "earlier_log": earlier}
        print(json.dumps({**told, "line": kept.value, **more}, ensure_ascii=False))
        return 0
    whole = not kept.value
    words = own_rules.words_of_joining(settings, args.shop, own, whole=whole, earlier=earlier)
    print("\n".join(words))
    return 0


def _courier(args: argparse.Namespace) -> int:
    from terminal.till import courier_process

    return courier_process.main(args.folder)


def _server(args: argparse.Namespace) -> int:
    from terminal.server import command_line
    from terminal.server.failures import NotDone
    from terminal.till.settings import shop_folder
    from terminal.till.sync.link import ask_once

    with _in_words():
        try:
            return command_line.run(args, lambda: shop_folder(OWN_SHOP) / "server", ask_once)
        except NotDone as error:
            raise Refusal(str(error)) from error


def _demo(args: argparse.Namespace) -> int:
    from terminal.demo.run import Wishes, demo
    from terminal.demo.shop import UnfitDemoShop

    wishes = Wishes(
        display=args.display,
        offscreen=args.offscreen,
        language=args.language,
        size=args.size,
        fresh=args.fresh,
        screens=args.screens,
        sheet=args.sheet,
        as_json=args.json,
    )
    with _in_words():
        try:
            return demo(wishes)
        except UnfitDemoShop as error:
            raise Refusal(str(error)) from error


def _slip(args: argparse.Namespace) -> int:
    from terminal.till.app import open_till
    from terminal.till.settings import read_settings

    with _in_words():
        till = open_till(read_settings(_folder_of(args.shop)))
        try:
            lines = till.slips.lines(args.sale, args.columns)
        finally:
            till.close()
    if not lines:
        raise Refusal(
            f"There is no sale {args.sale} in this journal."
            if args.sale
            else "Nothing was sold today: name the sale by its id."
        )
    print(json.dumps({"slip": lines}, ensure_ascii=False) if args.json else "\n".join(lines))
    return 0


def _rebuild(args: argparse.Namespace) -> int:
    if args.server is not None:
        from terminal.server import command_line
        from terminal.server.failures import NotDone

        try:
            return command_line.rebuild(args, args.server)
        except NotDone as error:
            raise Refusal(str(error)) from error
    from terminal.till.database.connection import open_file
    from terminal.till.database.rebuild import check, rebuild
    from terminal.till.settings import read_settings

    with _in_words():
        settings = read_settings(_folder_of(args.shop))
        if not settings.database.is_file():
            raise Refusal(f"{settings.database} is missing: there is no journal to fold.")
        database = open_file(settings.database)
        try:
            findings = check(database) if args.check else rebuild(database)
        finally:
            database.close()
    mended = not args.check and findings.facts_sound
    if args.json:
        plain = {
            "ok": findings.clean or mended,
            "facts": findings.facts,
            "mended": mended and not findings.clean,
            "differences": [
                {
                    "kind": one.kind.value,
                    "place": one.place,
                    "stored": one.stored,
                    "computed": one.computed,
                }
                for one in findings.differences
            ],
        }
        print(json.dumps(plain, ensure_ascii=False, indent=2))
        return 0 if plain["ok"] else 1
    for one in findings.differences:
        told = f"{one.kind.value} at {one.place}: {one.stored}, computed {one.computed}"
        print(told, file=sys.stderr)
    if findings.clean:
        print(f"{findings.facts} facts folded anew: every table agrees.")
    elif mended:
        print(f"{findings.facts} facts folded anew: the tables were mended.")
    elif not findings.facts_sound:
        print("The facts themselves are damaged, so nothing was changed.", file=sys.stderr)
    return 0 if findings.clean or mended else 1


def _bench(args: argparse.Namespace) -> int:
    from terminal.demo.build import open_demo_shop

    rest = [*args.rest, *(["--json"] if args.json and "--json" not in args.rest else [])]
    bench = importlib.import_module(BENCHES[args.name])
    with _in_words():
        # Benches and the demo are strangers; this is where they meet.
        return int(bench.main(rest, lambda folder: open_demo_shop(folder, "en")))


def _simulate(args: argparse.Namespace) -> int:
    from terminal.simulation import report

    return report.main(args)


def _folder_of(shop: str) -> Path:
    from terminal.till.settings import has_shop, shop_folder

    folder = shop_folder(shop)
    if not has_shop(folder):
        whose = "demo shop" if shop == DEMO_SHOP else "shop"
        raise Refusal(
            f"There is no {whose} in {folder} yet. To try the till in a shop that is made up: "
            "tenth demo"
        )
    return folder


@contextmanager
def _in_words() -> Iterator[None]:
    """Let what may go wrong with a shop's data end in a sentence, not in a traceback."""
    from terminal.till.settings import UnfitSettings
    from terminal.till.trouble import Trouble

    try:
        yield
    except UnfitSettings as error:
        raise Refusal(str(error)) from error
    except Trouble as trouble:
        from terminal.loyalty.money import Currency
        from terminal.wording.words import Words

        words = Words("en", Currency("EUR"))
        sentence = words.notice("trouble", text=trouble.kind.value)
        raise Refusal(f"{sentence} ({trouble.detail})" if trouble.detail else sentence) from trouble


# --- files ---------------------------------------------------------------------------------------


def _schema(_args: argparse.Namespace) -> int:
    from terminal.wire.programme_json import programme_schema

    print(json.dumps(programme_schema(), ensure_ascii=False, indent=2))
    return 0


def _programmes(args: argparse.Namespace) -> int:
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


def _price(args: argparse.Namespace) -> int:
    from terminal.loyalty.engine.run import evaluate
    from terminal.loyalty.plain import to_plain
    from terminal.wire.case_json import BadCase, read_case

    folder = args.case.parent
    try:
        case = read_case(args.case.read_bytes(), lambda name: (folder / name).read_bytes())
    except BadCase as error:
        raise Refusal(f"{args.case}: {error}") from error
    evaluation = evaluate(
        case.basket, case.standing, case.programmes, case.at, case.choices, case.effort
    )
    print(json.dumps(to_plain(evaluation), ensure_ascii=False, indent=2))
    return 0


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tenth")
    except PackageNotFoundError:
        return "0 (not installed)"
