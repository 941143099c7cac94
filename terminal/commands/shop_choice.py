"""What commands share: which shop is meant, in which language, and trouble told in words."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

OWN_SHOP, DEMO_SHOP = "shop", "demo"
LANGUAGES = ("en", "pl", "uk", "ro", "lv", "ru")
"""As ``wording`` has them, which no command reads before it is asked for something."""


class Adding(Protocol):
    """Puts a command into the list of all commands: its name, what runs it, a caption."""

    def __call__(
        self, name: str, run: Callable[[argparse.Namespace], int], caption: str
    ) -> argparse.ArgumentParser: ...


class Refusal(Exception):
    """A command cannot do what was asked; the message says why, in words for people."""


def add_shop(parser: argparse.ArgumentParser) -> None:
    """The option that names a shop."""
    parser.add_argument(
        "--shop",
        type=_shop_name,
        default=OWN_SHOP,
        metavar="NAME",
        help=f"whose data (default: {OWN_SHOP}; {DEMO_SHOP} is the demo's)",
    )


def folder_of(shop: str) -> Path:
    """The folder of a shop.

    Raises:
        Refusal: there is no such shop yet.
    """
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
def in_words() -> Iterator[None]:
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


def _shop_name(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,30}", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no name of a shop's folder: small letters and digits"
        )
    return text
