"""The plugs for paper: printers, the window's end of them, and the memory of what is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Protocol

from terminal.loyalty.bodies import LotWarned
from terminal.paper.voucher_slip import PrintedCode
from terminal.values import dataclass


class PrinterFault(StrEnum):
    """Why no slip came out; the screen has words for each."""

    NONE = ""
    NO_PRINTER = "no_printer"
    """None is set up."""
    NO_ANSWER = "no_answer"
    """Nobody is there: cable, power, address."""
    NO_PAPER = "no_paper"
    COVER_OPEN = "cover_open"
    FAILED = "failed"
    """The printer itself reports an error: the cutter, heat."""
    STOPPED = "stopped"
    """It was gone or stood still in the middle of a slip."""
    DISK = "disk"
    """The folder that slips are printed into cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipSheet:
    """What a printer is given. Without lines it only opens the drawer."""

    lines: tuple[str, ...] = ()
    code: str = ""
    """Printed below, for a scanner; see ``barcodes.slip_code``."""
    strips: tuple[PrintedCode, ...] = ()
    """Vouchers and gift cards, printed after it."""
    drawer: bool = False
    """Open the cash drawer that hangs at the printer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterAnswer:
    """What became of a sheet."""

    fault: PrinterFault = PrinterFault.NONE
    place: str = ""
    """The file, where slips are files."""
    told: bool = False
    """Whether the printer itself said how it is; many cannot."""
    detail: str = ""
    """For the log, in the words of whatever failed."""


class SlipPrinter(Protocol):
    """A printer. Every call ends within a bounded time, whatever the printer does."""

    def print_sheet(self, sheet: SlipSheet) -> PrinterAnswer:
        """Print, cut, open the drawer; waits until it is done as far as the printer tells."""
        ...

    def look(self) -> PrinterAnswer:
        """How the printer is; nothing is printed."""
        ...


class SlipPress(Protocol):
    """The window's end of a printer: nothing here ever waits."""

    def put(self, sheet: SlipSheet, told: Callable[[PrinterAnswer], None]) -> None:
        """Have it printed. ``told`` is called once, later, in the caller's thread."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipState:
    """How it stands with the paper of one sale."""

    waiting: bool = False
    """It was asked for and is not on paper."""
    printed: int = 0
    """How many times it is."""


class SlipPrints(Protocol):
    """Which slips are on paper.

    Raises:
        Trouble: the disk failed; nothing changed.
    """

    def want(self, sale_id: str, business_day: date) -> None:
        """Somebody asked for the slip of a sale of that day."""
        ...

    def printed(self, sale_id: str) -> None:
        """It is on paper."""
        ...

    def endings(self, member: str) -> Sequence[LotWarned]:
        """What a statement of a member tells in good time, as far as it was not told before."""
        ...

    def told(self, warnings: Sequence[LotWarned]) -> None:
        """The statement is on paper."""
        ...

    def let_go(self, sale_id: str) -> None:
        """Nobody waits for it any more."""
        ...

    def of_sale(self, sale_id: str) -> SlipState:
        """How it stands with one slip."""
        ...

    def of_day(self, business_day: date) -> Mapping[str, SlipState]:
        """By sale, of those that somebody asked for."""
        ...
