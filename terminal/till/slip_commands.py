"""`tenth slip`, `tenth printer` and the process that prints: paper without the window."""

from __future__ import annotations

import argparse
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from terminal.till.app import OpenTill
    from terminal.till.printer_port import PrinterAnswer, SlipSheet
    from terminal.till.settings import Settings

TO_PRINTER = "printer"

TEST_LINES = (
    "English  Quick brown fox, £ €",
    "polski   Zażółć gęślą jaźń",
    "українська  Ґрунт, їжак, є, ₴",
    "română   Știință și țară, ăâî",
    "latviešu Ķīļķēns, ģērbt, ņūļš",
    "русский  Съешь ещё эту булку ₽",
)
"""All letters that are hard for some printer; none is longer than the narrowest paper."""


class NotPrinted(Exception):
    """What was asked for cannot be had; the message says why, for people."""


def describe_slip(parser: argparse.ArgumentParser) -> None:
    """The options of `tenth slip`, but whose shop it is."""
    parser.add_argument(
        "sale", nargs="?", metavar="SALE", help="id of the sale (default: the last one of today)"
    )
    parser.add_argument(
        "--columns", type=int, choices=(42, 32), help="width of the paper (default: the printer's)"
    )
    parser.add_argument(
        "--to",
        metavar="WHERE",
        default="",
        help="FILE.txt, FILE.pdf or `printer` (default: this shell)",
    )
    parser.add_argument("--copy", action="store_true", help="write COPY on it")


def describe_printer(parser: argparse.ArgumentParser) -> None:
    """The options of `tenth printer`, but whose shop it is."""
    parser.add_argument(
        "action",
        choices=("test", "look"),
        help="test: print letters of all languages; look: only ask how it is",
    )
    parser.add_argument("--drawer", action="store_true", help="open the drawer too (test)")


def slip(settings: Settings, args: argparse.Namespace) -> int:
    """Show or print a slip. Raises `NotPrinted`, `Trouble`, `OSError`."""
    from terminal.till.app import open_till

    till = open_till(settings)
    try:
        columns = args.columns or settings.printer.columns
        sale = args.sale or till.slips.last()
        lines = till.slips.lines(sale, columns, copy=args.copy) if sale else ()
        if not lines or not sale:
            raise NotPrinted(
                f"There is no sale {args.sale} in this journal."
                if args.sale
                else "Nothing was sold today: name the sale by its id."
            )
        return _put(till, sale, lines, columns, args)
    finally:
        till.close()


def _put(
    till: OpenTill,
    sale: str,
    lines: tuple[str, ...],
    columns: int,
    args: argparse.Namespace,
) -> int:
    slips, code = till.slips, till.slips.code(sale)
    if not args.to:
        print(json.dumps({"slip": lines}, ensure_ascii=False) if args.json else "\n".join(lines))
        return 0
    file = Path(args.to)
    drawn = args.to == TO_PRINTER or file.suffix == ".pdf"
    # From there codes are scanned, and not only read.
    strips = slips.strips(sale, columns) if drawn else ()
    lines = slips.lines(sale, columns, copy=args.copy, codes=False) if drawn else lines
    if args.to == TO_PRINTER:
        from terminal.till.printer_port import SlipSheet

        answer = _printed(till.settings, SlipSheet(lines=lines, code=code, strips=strips))
        return _tell(till.settings, answer, args, printed=True)
    if file.suffix == ".pdf":
        from terminal.paper.slip_picture import slip_pdf

        file.write_bytes(slip_pdf(lines, code, columns, strips))
    elif file.suffix == ".txt":
        file.write_text("\n".join([*lines, "", code]) + "\n", encoding="utf-8")
    else:
        raise NotPrinted(f"{args.to}: name a file that ends in .txt or .pdf, or `printer`.")
    print(json.dumps({"slip": lines, "file": str(file)}) if args.json else f"{file} is written.")
    return 0


def printer(settings: Settings, args: argparse.Namespace) -> int:
    """Ask the printer of a shop how it is, or print a test. Raises `NotPrinted`."""
    from terminal.till.printer_port import SlipSheet

    if args.action == "look":
        return _tell(settings, _looked(settings), args, printed=False)
    columns = settings.printer.columns
    head = ("*** TEST ***".center(columns).rstrip(), "-" * columns)
    sheet = SlipSheet(lines=(*head, *TEST_LINES, "=" * columns), drawer=args.drawer)
    return _tell(settings, _printed(settings, sheet), args, printed=True)


def press(folder: Path) -> int:
    """The process that prints for a till, until stdin ends."""
    from terminal.till.devices.press_process import main

    return main(folder)


def _printed(settings: Settings, sheet: SlipSheet) -> PrinterAnswer:
    """Through a process of its own, because a file of the system may block for ever."""
    from terminal.till.app import slip_press
    from terminal.till.trouble import Trouble, TroubleKind

    answers: list[PrinterAnswer] = []
    done = threading.Event()

    def post(call: Callable[[], None]) -> None:
        call()
        done.set()

    there = slip_press(settings, post)
    try:
        there.put(sheet, answers.append)
        if not answers:
            done.wait()
    finally:
        there.close()
    if not answers:
        raise Trouble(TroubleKind.PRINTER_FAILED)
    return answers[0]


def _looked(settings: Settings) -> PrinterAnswer:
    from terminal.till.devices.printers import slip_printer
    from terminal.till.printer_port import PrinterAnswer, PrinterFault

    there = slip_printer(settings.printer, settings.folder)
    return PrinterAnswer(fault=PrinterFault.NO_PRINTER) if there is None else there.look()


def _tell(
    settings: Settings, answer: PrinterAnswer, args: argparse.Namespace, *, printed: bool
) -> int:
    from terminal.till.printer_port import PrinterFault

    ok = answer.fault is PrinterFault.NONE
    sentence = _sentence(settings, answer, printed=printed)
    if args.json:
        plain = {"ok": ok, "fault": answer.fault.value, "answered": answer.told, "text": sentence}
        print(json.dumps({**plain, "place": answer.place}, ensure_ascii=False))
        return 0 if ok else 1
    if not ok:
        raise NotPrinted(sentence)
    print(sentence)
    return 0


def _sentence(settings: Settings, answer: PrinterAnswer, *, printed: bool) -> str:
    from terminal.till.printer_port import PrinterFault

    table = settings.printer
    where = f"The printer at {table.address}" if table.address else "The printer"
    faults = {
        PrinterFault.NO_PRINTER: 'No printer is set up: [printer] in shop.toml says kind = "none".',
        PrinterFault.NO_ANSWER: f"{where} does not answer: look at cable, power and address.",
        PrinterFault.NO_PAPER: f"{where} answers: it has no paper.",
        PrinterFault.COVER_OPEN: f"{where} answers: its cover is open.",
        PrinterFault.FAILED: f"{where} answers that something is wrong with it.",
        PrinterFault.STOPPED: f"{where} stopped in the middle, or stands still.",
        PrinterFault.DISK: "The folder for slips cannot be written.",
    }
    if answer.fault is not PrinterFault.NONE:
        more = f" ({answer.detail})" if answer.detail else ""
        return faults[answer.fault] + more
    if answer.place:
        return f"Slips are files: {answer.place}."
    what = "and has printed" if printed else "and is ready"
    if answer.told:
        return f"{where} answers {what}."
    sent = "It was sent the lines" if printed else "There is a way to it"
    return f"{sent}, but this printer says nothing about itself: look at the paper."
