"""What happens on the screen without any step of the cashier: the line, waits, a better price.

Only what changed is painted: the line at the top by itself, the rest by the view that the till
hands over. Nothing here takes the focus or touches what is being typed.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from terminal.till.checkout.view import AskingView, CheckoutView, Stage
from terminal.till.gui.better_price import BetterPrice
from terminal.till.gui.plugs import Till
from terminal.till.gui.step_table import AskTill, Screen, StepTable
from terminal.till.line_port import PATIENCE_MS
from terminal.till.ports import Tile


class ServerSteps(StepTable):
    """Listens to the till, and ends waits after so much patience."""

    def __init__(self, checkout: Till, screen: Screen, ask_till: AskTill) -> None:
        super().__init__(checkout, screen, ask_till)
        self._tiles: Sequence[Tile] = ()
        self._asked = 0
        self._better_price = BetterPrice(checkout.pursue)

    def begin(self) -> None:
        """Show how things stand, and listen from now on."""
        # It goes with the window: nobody must run out of patience with one that is closed.
        self._patience = QTimer(self._screen.counter.state)
        self._patience.setSingleShot(True)
        self._patience.setTimerType(Qt.TimerType.PreciseTimer)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._give_up)
        self._tiles = self._checkout.tiles()
        self._screen.counter.tiles.show_tiles(self._tiles)
        self._show_server()
        self._screen.counter.state.each_minute(self._show_server)
        self._better_price.begin(self._screen.counter)
        self._checkout.listen(self._screen.show_view, self._line_changed)

    def settle(self, view: CheckoutView) -> None:
        """Another picture: what is waited for, and what is looked for meanwhile."""
        self._better_price.settle(view)
        self._show_asking(view.asking)

    def _show_asking(self, asking: AskingView | None) -> None:
        """A wait begins, goes on or is over."""
        if asking is None:
            self._patience.stop()
        elif asking.number != self._asked:
            self._asked = asking.number
            self._patience.start()

    def _give_up(self) -> None:
        if self._screen.view.asking is not None:
            self._ask_till(self._checkout.give_up_asking)

    def _line_changed(self) -> None:
        self._show_server()
        view = self._screen.view
        if view.stage is Stage.SELLING and not view.lines:
            self._show_new_tiles()

    def _show_server(self) -> None:
        self._screen.counter.show_server(self._checkout.server())

    def _show_new_tiles(self) -> None:
        """Between two customers, and never under a finger that walks over them."""
        board = self._screen.counter.tiles
        tiles, focus = self._checkout.tiles(), QApplication.focusWidget()
        walked = focus is not None and board.isAncestorOf(focus)
        if tiles != self._tiles and not walked:
            self._tiles = tiles
            board.show_tiles(tiles)
