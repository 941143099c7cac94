"""Slips: printed when a sale is done, looked for, printed again; what the printer says of it."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QTimer

from terminal.till.checkout.notice import Weight
from terminal.till.checkout.printing import PrintedView, Printing, SlipRow, When
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.open_panel import Open
from terminal.till.gui.plugs import Till
from terminal.till.gui.slips_panel import ShownSlip
from terminal.till.gui.step_table import Screen
from terminal.till.printer_port import PrinterFault
from terminal.till.trouble import Trouble
from terminal.wording.labels import Label
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words

_LOG = logging.getLogger(__name__)

_AT_ONCE = 12
"""Slips read in one go; each takes half a millisecond."""

_FAULTS = {
    PrinterFault.NO_PRINTER: Label.PRINTER_NONE,
    PrinterFault.NO_ANSWER: Label.PRINTER_NO_ANSWER,
    PrinterFault.NO_PAPER: Label.PRINTER_NO_PAPER,
    PrinterFault.COVER_OPEN: Label.PRINTER_COVER_OPEN,
    PrinterFault.FAILED: Label.PRINTER_FAILED,
    PrinterFault.STOPPED: Label.PRINTER_STOPPED,
    PrinterFault.DISK: Label.PRINTER_DISK,
}


class SlipSteps:
    """The steps of the keys and buttons about slips. Without ``printing`` they do nothing."""

    def __init__(self, printing: Printing | None, screen: Screen, words: Words) -> None:
        self._printing, self._screen, self._words = printing, screen, words
        self._rows: tuple[SlipRow, ...] = ()
        self._found: tuple[SlipRow, ...] = ()
        self._marked = 0
        self._sold = ""
        self._looked_up = ""
        self._given = ""

    def by_name(self) -> dict[str, Callable[[], None]]:
        """Every step about slips that has a key or a button."""
        return {"slip": self.slip, "print": self.print_shown, "slip_always": self.print_always}

    @property
    def prints(self) -> bool:
        """Whether there is anything to print on."""
        return self._printing is not None

    @property
    def asks(self) -> bool:
        """Whether a finished sale asks about its slip."""
        return self._printing is not None and self._printing.when is When.ASK

    @property
    def shown(self) -> bool:
        """Whether the list of slips is open."""
        return self._screen.opened is Open.SLIP

    def begin(self) -> None:
        """Listen from now on; say what a crash or an empty roll left unprinted."""
        if self._printing is None:
            return
        done, goodwill = self._screen.view.done, self._screen.view.goodwill
        # Made anew over a finished sale, the window must not print its slip once more.
        self._sold = done.sale if done else ""
        self._given = goodwill.deed if goodwill else ""
        self._screen.counter.entry.field.textChanged.connect(self._seek)
        self._printing.listen(self._tell)
        waiting = self._printing.waiting()
        if waiting and self._screen.view.stage is Stage.SELLING and not self._screen.view.lines:
            self._say(Weight.LOOK, Label.SLIPS_WAIT, n=self._words.number(waiting))

    # --- a sale is done ----------------------------------------------------------------------

    def show_view(self, view: CheckoutView) -> None:
        """A sale that has just been recorded is printed, where the shop wants that."""
        if view.done is not None and view.done.sale != self._sold and self._printing is not None:
            self._sold = view.done.sale
            # After this view is painted: the change is what everybody waits for.
            QTimer.singleShot(0, self._screen.counter.state, self._print_sold)
        self._show_given(view)
        if view.slip and view.slip != self._looked_up and self._printing is not None:
            self._looked_up = view.slip
            self._open(view.slip)
        elif not view.slip:
            self._looked_up = ""
        if self._screen.counter.entry.asking is Asking.SLIP and not self.shown:
            # The list is put away, and with it what was typed to find something in it.
            self._rows = self._found = ()
            self._screen.counter.entry.ask(Asking.ANYTHING)

    def _show_given(self, view: CheckoutView) -> None:
        """Units that somebody was given by hand are on paper, too, where every sale is."""
        deed = view.goodwill.deed if view.goodwill is not None else ""
        printing = self._printing
        if deed and deed != self._given and printing is not None and printing.when is When.ALWAYS:
            QTimer.singleShot(0, self._screen.counter.state, self._print_given)
        self._given = deed

    def _print_given(self) -> bool:
        """Whether there is paper for what was given by hand a moment ago."""
        given, member, printing = (
            self._screen.view.goodwill,
            self._screen.view.member,
            self._printing,
        )
        if given is None or not given.deed or member is None or printing is None:
            return False
        self._carefully(lambda: printing.print_statement(member.id, given.unit))
        return True

    @staticmethod
    def of_done(view: CheckoutView, till: Till) -> tuple[str, ...]:
        """The slip of the sale, or the return, that is done."""
        return till.slip(view.done.sale if view.done else None)

    def _print_sold(self) -> None:
        printing = self._printing
        done = self._screen.view.done
        returned = done.exchange if done is not None else ""
        if printing is not None:
            self._carefully(lambda: printing.sold(self._sold))
            if returned:
                self._carefully(lambda: printing.sold(returned))

    # --- steps -------------------------------------------------------------------------------

    def slip(self) -> None:
        """F11: what is shown is printed; else the slips of today are shown."""
        refund, member = self._screen.view.refund, self._screen.view.member
        if self._print_given():
            pass
        elif (
            self._screen.opened is Open.STORY and member is not None and self._printing is not None
        ):
            printing = self._printing
            self._carefully(lambda: printing.print_statement(member.id))
        elif self.shown or self._screen.view.stage is Stage.DONE:
            self.print_shown()
        elif refund is not None and refund.sale and self._printing is not None:
            printing, sale = self._printing, refund.sale
            self._carefully(lambda: printing.print_slip(sale))
        elif self._screen.view.stage is Stage.SELLING and self._printing is not None:
            self._open("")

    def print_shown(self) -> None:
        """The marked slip, or that of the sale that is done."""
        printing, done = self._printing, self._screen.view.done
        if printing is None:
            return
        sale = done.sale if done is not None else ""
        if self.shown:
            sale = self._found[self._marked].sold.sale if self._found else ""
        if sale:
            self._carefully(lambda: printing.print_slip(sale))

    def print_always(self) -> None:
        """The slip of this sale, and of every one after it, without asking."""
        printing = self._printing
        if printing is None or not self.asks:
            return
        try:
            printing.print_always()
        except OSError:
            _LOG.exception("that slips are always printed could not be kept")
        self._screen.counter.done.offer_always(on=False)
        self.print_shown()

    def step(self, by: int) -> None:
        """The mark goes up or down."""
        if self._found:
            self.mark(min(max(0, self._marked + by), len(self._found) - 1))

    def mark(self, at: int) -> None:
        """A tap on a row."""
        self._marked = at
        self._show()

    # --- the list ----------------------------------------------------------------------------

    def _open(self, sale: str) -> None:
        """The slips of today, or only that of one sale of whatever day."""
        printing = self._printing
        assert printing is not None
        try:
            one = printing.row(sale) if sale else None
            self._rows = (one,) if one is not None else printing.rows(0, _AT_ONCE)
        except Trouble as trouble:
            self._in_trouble(trouble)
            return
        if one is None and len(self._rows) == _AT_ONCE:
            self._go_on_reading()
        self._found, self._marked = self._rows, 0
        self._screen.open_panel(Open.SLIP)
        self._screen.counter.entry.field.setFocus()
        self._screen.counter.entry.ask(Asking.SLIP)
        self._show()

    def _go_on_reading(self) -> None:
        QTimer.singleShot(0, self._screen.counter.slips, self._read_more)

    def _read_more(self) -> None:
        """The rest of the day, a few at a time: a scan meanwhile waits for none of it."""
        printing = self._printing
        if printing is None or not self.shown:
            return
        try:
            more = printing.rows(len(self._rows), _AT_ONCE)
        except Trouble as trouble:
            self._in_trouble(trouble)
            return
        # A sale that was made meanwhile has moved the others down by one.
        known = {row.sold.sale for row in self._rows}
        self._rows += tuple(row for row in more if row.sold.sale not in known)
        found = self._fitting()
        if found != self._found:
            beginning = self._found[:1] != found[:1]
            self._found = found
            if beginning:
                self._show(self._sought)
            else:
                self._show_rows(self._sought)
        if len(more) == _AT_ONCE:
            self._go_on_reading()

    @property
    def _sought(self) -> str:
        return self._screen.counter.entry.field.text().strip()

    def _fitting(self) -> tuple[SlipRow, ...]:
        sought = self._sought.replace(",", ".")
        return tuple(one for one in self._rows if _fits(one, sought))

    def _seek(self, typed: str) -> None:
        if not self.shown:
            return
        self._found = self._fitting()
        self._marked = 0
        self._show(typed.strip())

    def _show_rows(self, sought: str) -> None:
        self._screen.counter.slips.show_slips(
            [self._written(one) for one in self._found], self._marked, sought=sought
        )

    def _show(self, sought: str = "") -> None:
        counter = self._screen.counter
        self._show_rows(sought)
        if not self._found or self._printing is None:
            counter.done.show_earlier((), "")
            return
        sold = self._found[self._marked].sold
        try:
            lines = self._printing.preview(sold.sale)
        except Trouble as trouble:
            self._in_trouble(trouble)
            return
        counter.done.show_earlier(lines, self._number(sold.seq, refund=sold.refund))

    def _written(self, one: SlipRow) -> ShownSlip:
        words, sold = self._words, one.sold
        waits = one.paper.waiting
        return ShownSlip(
            sale=sold.sale,
            time=words.time(sold.at),
            number=self._number(sold.seq, refund=sold.refund),
            total=words.money(-sold.due if sold.refund else sold.due),
            member=sold.member,
            note=words.label(Label.NOT_PRINTED) if waits else "",
        )

    def _number(self, seq: int, *, refund: bool) -> str:
        label = ReturnLabel.RETURN_NUMBER if refund else Label.SALE_NUMBER
        return self._words.label(label, n=str(seq))

    # --- what the printer says ---------------------------------------------------------------

    def _tell(self, printed: PrintedView) -> None:
        if printed.going:
            self._say(Weight.QUIET, Label.SLIP_GOES)
            return
        if printed.fault is PrinterFault.NONE:
            label = Label.SLIP_PRINTED_TO if printed.place else Label.SLIP_PRINTED
            self._say(Weight.GOOD, label, place=printed.place)
        else:
            drawer = Label.DRAWER_SHUT if printed.drawer_only else None
            self._say(Weight.LOOK, drawer or _FAULTS[printed.fault])
        if self.shown and self._printing is not None:
            self._renew(self._printing)

    def _renew(self, printing: Printing) -> None:
        """What is printed or waits is another one now; the mark stays."""
        now = {row.sold.sale: row for row in self._rows}
        for sale in now:
            fresh = printing.row(sale)
            if fresh is not None:
                now[sale] = fresh
        self._rows = tuple(now.values())
        self._found = tuple(now[one.sold.sale] for one in self._found)
        self._show(self._sought)

    def _carefully(self, step: Callable[[], object]) -> None:
        try:
            step()
        except Trouble as trouble:
            self._in_trouble(trouble)

    def _in_trouble(self, trouble: Trouble) -> None:
        """The sale stands; only the paper is missing, and the same key prints it later."""
        _LOG.error("a slip was not printed", exc_info=trouble)
        self._screen.notices.tell(
            Weight.LOOK, self._words.notice("trouble", text=trouble.kind.value)
        )

    def _say(self, weight: Weight, label: Label, **values: object) -> None:
        self._screen.notices.tell(weight, self._words.label(label, **values))


def _fits(one: SlipRow, sought: str) -> bool:
    """Whether a number or an amount has the typed figures in it."""
    sold = one.sold
    return sought in str(sold.seq) or sought in f"{sold.due // 100}.{sold.due % 100:02d}"
