"""`tenth cards` and `tenth keys`: their options, and what they print.

Imports nothing before it is asked for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from terminal.till.card_printing import Printed, Wanted
    from terminal.till.database.till_database import TillDatabase
    from terminal.till.ports import Clock, Member
    from terminal.till.settings import Settings

_CARDS_EXAMPLES = """\
examples:
  tenth cards --count 50                    blank cards, pictures and A4 pages of ten
  tenth cards --member "Anna Kowalska"      her card again, with her name on it
  tenth cards --number 2599069609197 --out ~/Desktop

How cards look stands in shop.toml, table [cards]: logo, ground, ink, phone, site, promise, size.
Print PDF files at 100 %, never "fit to page"."""

LANGUAGES = ("en", "pl", "uk", "ro", "lv", "ru")
COUNT = 10
COUNT_MOST = 2_000


class NotDone(Exception):
    """The command could not do it; the message says why."""


def describe_cards(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tenth cards`."""
    parser.epilog = _CARDS_EXAMPLES
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument(
        "--count", type=_count, metavar="N", help=f"so many blank cards (default: {COUNT})"
    )
    whose.add_argument("--member", metavar="WHO", help="a member's card: by name or phone")
    whose.add_argument("--number", metavar="NUMBER", help="one card by its number")
    parser.add_argument("--no-name", action="store_true", help="leave the member's name out")
    files = parser.add_mutually_exclusive_group()
    files.add_argument("--png", action="store_true", help="only pictures, 300 dots per inch")
    files.add_argument("--pdf", action="store_true", help="only the A4 pages")
    parser.add_argument(
        "--out", type=Path, metavar="FOLDER", help="default: cards/ in the shop's folder"
    )


def describe_keys(parser: argparse.ArgumentParser) -> None:
    """Add the options of `tenth keys`."""
    parser.add_argument("--sheet", type=Path, metavar="FILE.pdf", help="write an A4 page to print")
    parser.add_argument("--language", choices=LANGUAGES, help="default: the cashier's")


def run_cards(settings: Settings, args: argparse.Namespace) -> int:
    """Print cards; returns the exit code.

    Raises:
        NotDone: says why; no card was printed.
        Trouble: the shop's data cannot be used.
    """
    from terminal.till.card_printing import NotPrinted
    from terminal.till.database.till_database import open_database
    from terminal.till.devices.chance import SystemIds
    from terminal.till.devices.clock import SystemClock

    clock = SystemClock()
    database = open_database(settings.database, clock=clock, ids=SystemIds())
    try:
        printed = _print(args, settings, database, clock)
    except NotPrinted as error:
        raise NotDone(str(error)) from error
    finally:
        database.close()
    if args.json:
        plain = {"ok": True, "folder": str(printed.folder), "numbers": list(printed.numbers)}
        print(json.dumps(plain, ensure_ascii=False))
    else:
        many = len(printed.numbers)
        print(f"{many} card{'' if many == 1 else 's'} to print: {printed.folder}")
    return 0


def run_keys(args: argparse.Namespace, settings: Settings | None) -> int:
    """Print the keys, or write them to a page; returns the exit code.

    Raises:
        OSError: the file cannot be written.
    """
    from terminal.loyalty.money import Currency
    from terminal.till.gui.cheat_sheet import sheet_rows
    from terminal.till.gui.keys import KeyMap
    from terminal.wording.labels import Label
    from terminal.wording.words import Words

    language = args.language or (settings.cashier_language if settings else "en")
    words = Words(language, Currency(settings.shop.currency if settings else "EUR"))
    rows = sheet_rows(words, KeyMap(settings.screen.keys if settings else {}))
    if args.sheet is not None:
        from terminal.paper.cheat_sheet import cheat_sheet_pdf

        note = f"{settings.shop.name} · {settings.lane.name}" if settings else "Tenth"
        args.sheet.write_bytes(cheat_sheet_pdf(words.label(Label.HELP_HEADING), note, rows))
    if args.json:
        keys = [{"key": key, "told": told} for key, told in rows]
        file = None if args.sheet is None else str(args.sheet)
        print(json.dumps({"ok": True, "file": file, "keys": keys}, ensure_ascii=False))
    elif args.sheet is not None:
        print(f"{len(rows)} keys: {args.sheet}")
    else:
        wide = max(len(key) for key, _ in rows)
        print("\n".join(f"{key:<{wide}}  {told}" for key, told in rows))
    return 0


def _print(
    args: argparse.Namespace, settings: Settings, database: TillDatabase, clock: Clock
) -> Printed:
    from terminal.till.card_printing import Wanted, print_blank, print_member

    wanted = Wanted(png=not args.pdf, pdf=not args.png, folder=args.out, progress=_progress())
    if args.number is not None:
        return _print_number(args, settings, database, clock, wanted)
    if args.member is None:
        return print_blank(settings, database, clock, args.count or COUNT, wanted)
    found = database.members.search(args.member, 3)
    if len(found) != 1:
        who = ", ".join(_told(member) for member in found)
        raise NotDone(
            f"Several members are found by {args.member!r}: {who}. Give the --number of the card."
            if found
            else f"Nobody is found by {args.member!r}."
        )
    return print_member(settings, database, clock, found[0], wanted, with_name=not args.no_name)


def _print_number(
    args: argparse.Namespace,
    settings: Settings,
    database: TillDatabase,
    clock: Clock,
    wanted: Wanted,
) -> Printed:
    """A card that is somebody's, or a blank one whose print was spoiled."""
    from terminal.barcodes.card_number import counter_of
    from terminal.till.card_printing import print_member, print_number

    number, key, prefix = args.number.replace(" ", ""), settings.card_key, settings.cards.prefix
    known = database.members.by_card(number)
    if known is not None:
        if known.member.card_number != number:
            raise NotDone(f"Card {number} is not in use any more.")
        return print_member(
            settings, database, clock, known.member, wanted, with_name=not args.no_name
        )
    counter = counter_of(number, key=key, prefix=prefix) if key and prefix else None
    if counter is None or not database.cards.is_blank(counter):
        raise NotDone(f"{number} is no card that this till knows.")
    return print_number(settings, database, clock, number, wanted)


def _told(member: Member) -> str:
    return f"{member.short_name} ({member.card_number})"


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= COUNT_MOST:
        raise argparse.ArgumentTypeError(f"a number of cards is 1 to {COUNT_MOST}, not {text!r}")
    return int(text)


def _progress() -> Callable[[int, int], None]:
    watched = sys.stderr.isatty()

    def tell(done: int, of: int) -> None:
        if watched and (done % 20 == 0 or done == of):
            print(f"\rDrawing: {done} of {of}", end="\n" if done == of else "", file=sys.stderr)

    return tell
