"""What the program can do beside selling, as far as this till has it: cards, a sheet, training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from terminal.till.gui.customer_screen import Greeting
from terminal.values import dataclass
from terminal.wording.labels import Label


@dataclass(frozen=True, slots=True)
class OnFile:
    """What became of something that is printed to a file."""

    place: str = ""
    """Where it lies, for people; empty where nothing was printed."""
    why_not: Label | None = None


class Cards(Protocol):
    """Prints member cards. Raises `Trouble` where the disk fails."""

    def print_blank(self, count: int) -> OnFile: ...
    def print_member(self, member: str) -> OnFile: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What is not there has no button."""

    cards: Cards | None = None
    print_keys: Callable[[str, Sequence[tuple[str, str]]], OnFile] | None = None
    """(title, rows of key and words): a page to hang up."""
    training: Callable[[str], Sequence[str]] | None = None
    """The command that opens a till to practise on, by the language of its screens."""
    in_training: bool = False
    """This is that till."""
    greeting: Greeting | None = None
    """Who speaks on the customer's display; None where there is never one."""
