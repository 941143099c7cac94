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
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from terminal.commands.shop_choice import (
    LANGUAGES,
    OWN_SHOP,
    Adding,
    Refusal,
    add_shop,
    folder_of,
    in_words,
)
from terminal.compiled import put_away_if_older

BENCHES = {
    "counter": "terminal.bench.counter",
    "sync": "terminal.bench.sync",
    "engine": "terminal.bench.engine",
}
"""Name and module; its `main` takes options and a builder of the demo shop, and returns an exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    _write_what_can_be_written()
    if told := put_away_if_older():
        print(f"tenth: {told}", file=sys.stderr)
    given = sys.argv[1:] if argv is None else list(argv)
    parser = _parser(asked=given[0] if given else "")
    args = parser.parse_args(given)
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
  tenth cards --count 50                blank member cards to print
  tenth rebuild --check --shop demo     prove the demo's balances by its journal
  tenth pair --url URL --code CODE --lane "Till 2" --shop till2
                                        one more till, of the shop of a running server

`tenth COMMAND --help` tells what a command takes. TENTH_HOME moves where data lives."""


def _tidy_help(prog: str) -> argparse.HelpFormatter:
    """Lines as they were written, and captions in one column."""
    return argparse.RawDescriptionHelpFormatter(prog, max_help_position=22)


def _parser(asked: str = "") -> argparse.ArgumentParser:
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
    if asked == "till":
        return parser  # a cashier waits for the window: nothing is read of other commands
    courier = add("courier", _courier, "the line of a till; started by the till itself")
    courier.add_argument("--folder", required=True, type=Path, help="of the shop")
    if asked == "courier":
        return parser  # it runs all day beside the till, and what it read it would hold
    _add_server(add, json_option)
    if asked == "server":
        return parser  # as the courier
    from terminal.commands import files, pricing, printing, scales, shops

    shops.describe_pair(add)
    _add_demo(add("demo", _demo, "open the demo shop, or play a guided sale without a display"))
    pricing.describe(add)
    files.describe(add)
    scales.describe(add)
    printing.describe(add)
    shops.describe_pin(add)
    shops.describe_rebuild(add)
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


def _add_server(add: Adding, json_option: argparse.ArgumentParser) -> None:
    from terminal.server import command_line

    command = add("server", _server, "serve the tills of a shop, or of many")
    command_line.describe(command, json_option)


def _add_till(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=LANGUAGES, help="of the screens")
    add_shop(parser)
    parser.add_argument("--full-screen", action="store_true", help="without frame, over everything")
    parser.add_argument("--no-server", action="store_true", help="start no line and no server")
    parser.add_argument("--training", action="store_true", help="practise: nothing counts")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)


def _add_demo(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--display", action="store_true", help="insist on a window")
    where.add_argument(
        "--offscreen", action="store_true", help="play the guided sale, even if there is a display"
    )
    parser.add_argument("--language", choices=LANGUAGES, default="en", help="of shop and screens")
    parser.add_argument("--size", type=_size, metavar="WxH", help="of the window, e.g. 1024x768")
    parser.add_argument("--fresh", action="store_true", help="build the demo shop anew")
    parser.add_argument("--small", action="store_true", help="build a tenth of the members")
    parser.add_argument("--screens", type=Path, metavar="FOLDER", help="where pictures are saved")
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE.pdf", help="only write the sheet of codes to scan"
    )
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="take README's pictures")


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) >= 320 and int(height) >= 240):
        raise argparse.ArgumentTypeError(f"{text!r} is no size such as 1024x768")
    return int(width), int(height)


def _till(args: argparse.Namespace) -> int:
    from terminal.till.settings import UnfitSettings, read_settings

    with in_words():
        try:
            settings = read_settings(args.folder or folder_of(args.shop))
        except UnfitSettings as error:
            from terminal.till import running

            running.tell_unfit_settings(str(error), args.language)
            raise
        if args.training:
            from terminal.till.training import prepare_training

            settings = prepare_training(settings)
        from terminal.till import opening

        return opening.run(
            settings,
            language=args.language,
            full_screen=args.full_screen,
            with_line=not (args.no_server or settings.training.on),
        )


def _courier(args: argparse.Namespace) -> int:
    from terminal.till import courier_process

    return courier_process.main(args.folder)


def _server(args: argparse.Namespace) -> int:
    from terminal.server import command_line
    from terminal.server.failures import NotDone
    from terminal.till.settings import shop_folder

    # Commands beside `tenth server` ask servers, and a server that serves needs none of this.
    def post(*asked: Any) -> tuple[int, bytes] | None:
        from terminal.till.sync.link import ask_once

        return ask_once(*asked)

    with in_words():
        try:
            return command_line.run(args, lambda: shop_folder(OWN_SHOP) / "server", post)
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
        small=args.small,
        screens=args.screens,
        sheet=args.sheet,
        pictures=args.pictures,
        as_json=args.json,
    )
    with in_words():
        try:
            return demo(wishes)
        except UnfitDemoShop as error:
            raise Refusal(str(error)) from error


def _bench(args: argparse.Namespace) -> int:
    from terminal.demo.build import open_demo_shop

    rest = [*args.rest, *(["--json"] if args.json and "--json" not in args.rest else [])]
    bench = importlib.import_module(BENCHES[args.name])
    with in_words():
        # Benches and the demo are strangers; this is where they meet.
        return int(bench.main(rest, partial(open_demo_shop, language="en", small=True)))


def _simulate(args: argparse.Namespace) -> int:
    from terminal.simulation import report

    return report.main(args)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tenth")
    except PackageNotFoundError:
        return "0 (not installed)"
