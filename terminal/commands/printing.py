"""The commands that print: slips, cards, the keys of the till. What is printed, the till composes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from terminal.commands.shop_choice import Adding, Refusal, add_shop, folder_of, in_words


def describe(add: Adding) -> None:
    """The commands that print, and what they take."""
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
        add_shop(one)


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

    with in_words():
        try:
            return command(read_settings(folder_of(args.shop)), args)
        except (NotDone, NotPrinted) as error:
            raise Refusal(str(error)) from error


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
    with in_words():
        return card_commands.run_keys(args, read_settings(folder) if has_shop(folder) else None)
