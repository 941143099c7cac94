"""While nobody does anything the till looks for a better price, a few milliseconds at a time.

A scan is never in its way: a turn is short, the next one waits for the window to be idle, and
whoever types or scans puts it off. What it has found it shows itself, as a picture without a step.
In the same turns it judges what is kept of a sale of which goods come back.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns

from PySide6.QtCore import Qt, QTimer

from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.counter import Counter

PAUSE_MS = 250
"""So long nobody has done anything: a scanner's burst is over, and so is a run of scans."""

TURN_NS = 3_000_000
"""Then a turn ends with the step it is at, which takes about a millisecond."""

REST_MS = 5
"""Between two turns, for whatever the window has to do."""

WAITED_MS = 1
"""Between two turns while somebody waits for the end, and does nothing else."""


class BetterPrice:
    """Turns of the search, as long as there is anything to look for."""

    def __init__(self, pursue: Callable[[Callable[[], bool]], bool]) -> None:
        self._pursue = pursue
        self._rest = REST_MS

    def begin(self, counter: Counter) -> None:
        """Wait for idle moments of this window."""
        self._next = QTimer(counter.state)  # it goes with the window
        self._next.setSingleShot(True)
        self._next.setTimerType(Qt.TimerType.PreciseTimer)
        self._next.timeout.connect(self._turn)
        counter.entry.field.textChanged.connect(self._put_off)

    def settle(self, view: CheckoutView) -> None:
        """Another picture: what was looked for may be another thing now."""
        waited = view.refund is not None and not view.refund.worked_out
        self._rest = WAITED_MS if waited else REST_MS
        if waited:
            self._next.start(self._rest)
        elif view.stage is Stage.SELLING and view.lines and not view.evaluation.proven:
            self._next.start(PAUSE_MS)
        else:
            self._next.stop()

    def _put_off(self) -> None:
        if self._next.isActive():
            self._next.start(PAUSE_MS)

    def _turn(self) -> None:
        ends = perf_counter_ns() + TURN_NS
        if self._pursue(lambda: perf_counter_ns() >= ends) and not self._next.isActive():
            self._next.start(self._rest)
