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
from functools import partial
from pathlib import Path
from typing import Any

from terminal.compiled import put_away_if_older

LANGUAGES = ("en", "pl", "uk", "ro", "lv", "ru")
OWN_SHOP, DEMO_SHOP = "shop", "demo"
BENCHES = {
    "counter": "terminal.bench.counter",
    "sync": "terminal.bench.sync",
    "engine": "terminal.bench.engine",
}
"""Name and module; its `main` takes options and a builder of the demo shop, and returns an exit code."""


Add = Callable[[str, Callable[[argparse.Namespace], int], str], argparse.ArgumentParser]
"""Adds a command: its name, what runs it, a caption."""


class Refusal(Exception):
    """A command cannot do what was asked; the message says why, in words for people."""


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
    _add_pair(add("pair", _pair, "let this computer's till join the shop of a server"))
    _add_demo(add("demo", _demo, "open the demo shop, or play a guided sale without a display"))
    from terminal import file_commands, scale_commands

    file_commands.describe(add)
    scale_commands.describe(add("scales", scale_commands.teach, scale_commands.CAPTION))
    _add_paper(add)
    pin = add("pin", _pin, "set the shop's PIN, with which goods come back without their slip")
    pin.add_argument("--none", action="store_true", help="no PIN: nothing comes back without one")
    _add_shop(pin)
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


def _add_server(add: Add, json_option: argparse.ArgumentParser) -> None:
    from terminal.server import command_line

    command = add("server", _server, "serve the tills of a shop, or of many")
    command_line.describe(command, json_option)


def _add_paper(add: Add) -> None:
    """What prints."""
    from terminal.till import card_commands, slip_commands

    slip = add("slip", _slip, "the slip of a recorded sale: to the shell, a file, the printer")
    slip_commands.describe_slip(slip)
    printer = add("printer", _printer, "try the slip printer of this shop")
    slip_commands.describe_printer(printer)
    press = add("press", _press, "what prints for a till; started by the till itself")
    press.add_argument("--folder", required=True, type=Path, help="of the shop")
    cards = add("cards", _cards, "print blank member cards, or the card of a member")
    card_commands.describe_cards(cards)
    keys = add("keys", _keys, "the keys of the till, to read or as a page to print")
    card_commands.describe_keys(keys)
    for one in (slip, printer, cards, keys):
        _add_shop(one)


def _add_till(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--language", choices=LANGUAGES, help="of the screens")
    _add_shop(parser)
    parser.add_argument("--full-screen", action="store_true", help="without frame, over everything")
    parser.add_argument("--no-server", action="store_true", help="start no line and no server")
    parser.add_argument("--training", action="store_true", help="practise: nothing counts")
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)


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
    parser.add_argument("--small", action="store_true", help="build a tenth of the members")
    parser.add_argument("--screens", type=Path, metavar="FOLDER", help="where pictures are saved")
    parser.add_argument(
        "--sheet", type=Path, metavar="FILE.pdf", help="only write the sheet of codes to scan"
    )
    parser.add_argument("--pictures", type=Path, metavar="FOLDER", help="take README's pictures")


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
        settings = read_settings(args.folder or _folder_of(args.shop))
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

    # Commands beside `tenth server` ask servers, and a server that serves needs none of this.
    def post(*asked: Any) -> tuple[int, bytes] | None:
        from terminal.till.sync.link import ask_once

        return ask_once(*asked)

    with _in_words():
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
    with _in_words():
        try:
            return demo(wishes)
        except UnfitDemoShop as error:
            raise Refusal(str(error)) from error


def _slip(args: argparse.Namespace) -> int:
    from terminal.till import slip_commands

    return _on_paper(args, slip_commands.slip)


def _printer(args: argparse.Namespace) -> int:
    from terminal.till import slip_commands

    return _on_paper(args, slip_commands.printer)


def _on_paper(args: argparse.Namespace, command: Callable[..., int]) -> int:
    from terminal.till.card_commands import NotDone
    from terminal.till.settings import read_settings
    from terminal.till.slip_commands import NotPrinted

    with _in_words():
        try:
            return command(read_settings(_folder_of(args.shop)), args)
        except (NotDone, NotPrinted) as error:
            raise Refusal(str(error)) from error


def _pin(args: argparse.Namespace) -> int:
    from terminal.till import pin_command

    with _in_words():
        return pin_command.pin(_folder_of(args.shop), none=args.none, as_json=args.json)


def _press(args: argparse.Namespace) -> int:
    from terminal.till import slip_commands

    return slip_commands.press(args.folder)


def _cards(args: argparse.Namespace) -> int:
    from terminal.till import card_commands

    return _on_paper(args, card_commands.run_cards)


def _keys(args: argparse.Namespace) -> int:
    from terminal.till import card_commands
    from terminal.till.settings import has_shop, read_settings, shop_folder

    folder = shop_folder(args.shop)
    with _in_words():
        return card_commands.run_keys(args, read_settings(folder) if has_shop(folder) else None)


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
    from terminal.till.rebuild_findings import tell_findings
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
    return tell_findings(findings, only_checked=args.check, as_json=args.json)


def _bench(args: argparse.Namespace) -> int:
    from terminal.demo.build import open_demo_shop

    rest = [*args.rest, *(["--json"] if args.json and "--json" not in args.rest else [])]
    bench = importlib.import_module(BENCHES[args.name])
    with _in_words():
        # Benches and the demo are strangers; this is where they meet.
        return int(bench.main(rest, partial(open_demo_shop, language="en", small=True)))


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


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("tenth")
    except PackageNotFoundError:
        return "0 (not installed)"
