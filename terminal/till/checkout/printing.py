"""Slips on paper: now, later, again. A sale is over before any of this begins.

Whoever asks for a slip is noted on the disk first and struck off when it is on paper, so that
neither a crash nor an empty roll makes anybody forget it. Nothing prints by itself later: the
customer has gone, and somebody else's slip would lie beside the next one's change.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from terminal.till.checkout.slips import Slips, SoldRow
from terminal.till.printer_port import (
    PrinterAnswer,
    PrinterFault,
    SlipPress,
    SlipPrints,
    SlipSheet,
    SlipState,
)
from terminal.till.trouble import Trouble
from terminal.values import dataclass

if TYPE_CHECKING:
    from terminal.till.checkout.statements import Statements

_LOG = logging.getLogger(__name__)


class When(StrEnum):
    """Whether a finished sale prints its slip."""

    ALWAYS = "always"
    ASK = "ask"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedView:
    """What became of a slip that was asked for, or of opening the drawer."""

    sale: str
    fault: PrinterFault = PrinterFault.NONE
    place: str = ""
    """The file, where slips are files."""
    going: bool = False
    """It was handed over and is not on paper yet."""
    drawer_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlipRow:
    """One sale in the list of slips, and how it stands with its paper."""

    sold: SoldRow
    paper: SlipState


class Printing:
    """What the counter can do with paper. Never waits for a printer.

    ``drawer``: the cash drawer hangs at the printer. ``keep_when`` writes down what the cashier
    chose. A till in training is given no drawer, so that it stays shut.
    """

    def __init__(
        self,
        slips: Slips,
        prints: SlipPrints,
        press: SlipPress,
        *,
        when: When = When.ASK,
        drawer: bool = False,
        keep_when: Callable[[When], None] | None = None,
        statements: Callable[[], Statements] | None = None,
    ) -> None:
        self._slips, self._prints, self._press = slips, prints, press
        self.when = when
        self._drawer = drawer
        self._keep_when = keep_when
        self._statements = statements
        self._going: set[str] = set()
        self._listener: Callable[[PrintedView], None] | None = None

    def listen(self, told: Callable[[PrintedView], None]) -> None:
        """Tell this one listener what becomes of each slip, in the window's thread."""
        self._listener = told

    # --- what the cashier does ---------------------------------------------------------------

    def sold(self, sale_id: str) -> None:
        """A sale was recorded a moment ago: its slip if wanted, the drawer if cash was taken.

        Raises:
            Trouble: the disk failed; nothing is printed, but the drawer opens.
        """
        opens = self._drawer and self._slips.took_cash(sale_id)
        try:
            # A voucher or a gift card is nowhere but on its slip.
            if self.when is When.ALWAYS or self._slips.strips(sale_id):
                self.print_slip(sale_id, drawer=opens)
                opens = False
        finally:
            if opens:
                told = partial(self._opened, sale_id)
                self._press.put(SlipSheet(drawer=True), told)

    def print_slip(self, sale_id: str, *, drawer: bool = False) -> bool:
        """Have a slip printed; COPY stands on it if it was before. Twice at once is once.

        False if there is no such sale here.

        Raises:
            Trouble: the disk failed; nothing is printed.
        """
        if sale_id in self._going:
            return True
        day = self._slips.business_day(sale_id)
        if day is None:
            return False
        lines = self._slips.lines(sale_id, copy=self._is_copy(sale_id, day), codes=False)
        self._prints.want(sale_id, day)
        self._going.add(sale_id)
        sheet = SlipSheet(
            lines=lines,
            code=self._slips.code(sale_id),
            strips=self._slips.strips(sale_id),
            drawer=drawer,
        )
        self._tell(PrintedView(sale=sale_id, going=True))
        self._press.put(sheet, lambda answer: self._done(sale_id, answer))
        return True

    def print_statement(self, member: str, unit: str = "") -> None:
        """What a member has and until when; of one ``unit`` only with what moved it last.

        Raises:
            Trouble: the disk failed; nothing is printed.
        """
        if self._statements is None:
            return
        self._tell(PrintedView(sale="", going=True))
        self._statements().print(
            member,
            lambda answer: self._tell(PrintedView(sale="", fault=answer.fault, place=answer.place)),
            unit,
        )

    def print_always(self) -> None:
        """From now on every sale prints its slip.

        Raises:
            OSError: it could not be written down; it holds until the till is closed.
        """
        self.when = When.ALWAYS
        if self._keep_when is not None:
            self._keep_when(When.ALWAYS)

    # --- what is there -----------------------------------------------------------------------

    def rows(self, skip: int = 0, most: int = 20) -> tuple[SlipRow, ...]:
        """So many slips of today, newest first: to read a whole day takes longer than a frame."""
        papers = self._prints.of_day(self._slips.today())
        return tuple(
            SlipRow(sold=sold, paper=papers.get(sold.sale, SlipState()))
            for sold in self._slips.of_today(skip, most)
        )

    def row(self, sale_id: str) -> SlipRow | None:
        """One slip of any day, None if this till made no such sale."""
        sold = self._slips.row(sale_id)
        return None if sold is None else SlipRow(sold=sold, paper=self._prints.of_sale(sale_id))

    def preview(self, sale_id: str) -> tuple[str, ...]:
        """The lines as they would be printed now."""
        day = self._slips.business_day(sale_id)
        return () if day is None else self._slips.lines(sale_id, copy=self._is_copy(sale_id, day))

    def waiting(self) -> int:
        """How many slips of today somebody asked for and nobody has."""
        papers = self._prints.of_day(self._slips.today())
        return sum(paper.waiting and sale not in self._going for sale, paper in papers.items())

    # --- what the printer says ---------------------------------------------------------------

    def _is_copy(self, sale_id: str, day: date) -> bool:
        """Of an earlier day nobody knows any more, so whoever prints it prints a copy."""
        return day != self._slips.today() or self._prints.of_sale(sale_id).printed > 0

    def _done(self, sale_id: str, answer: PrinterAnswer) -> None:
        self._going.discard(sale_id)
        try:
            if answer.fault is PrinterFault.NONE:
                self._prints.printed(sale_id)
            elif answer.fault is PrinterFault.NO_PRINTER:
                self._prints.let_go(sale_id)
        except Trouble:
            # What the printer did is done; the list of slips only believes that it still waits.
            _LOG.exception("what became of a slip could not be written down")
        self._tell(PrintedView(sale=sale_id, fault=answer.fault, place=answer.place))

    def _opened(self, sale_id: str, answer: PrinterAnswer) -> None:
        if answer.fault is not PrinterFault.NONE:
            self._tell(PrintedView(sale=sale_id, fault=answer.fault, drawer_only=True))

    def _tell(self, view: PrintedView) -> None:
        if self._listener is not None:
            self._listener(view)
