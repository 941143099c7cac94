"""What all tables of steps have: the till that they ask, and the screen that shows the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from terminal.till.checkout.notice import Weight
from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.counter import Counter
from terminal.till.gui.notice_line import NoticeLine
from terminal.till.gui.open_panel import Open
from terminal.till.gui.plugs import Till
from terminal.wording.marks import AnyLabel
from terminal.wording.words import Words

AskTill = Callable[[Callable[[], CheckoutView]], bool]
"""Takes one step of the till and shows what it answers; False if a bug kept it from that."""


class Screen(Protocol):
    """What steps are taken on: `sale_steps.SaleSteps`."""

    counter: Counter
    notices: NoticeLine
    opened: Open
    view: CheckoutView

    @property
    def words(self) -> Words: ...
    def show_view(self, view: CheckoutView) -> None: ...
    def tell(self, weight: Weight, label: AnyLabel) -> None: ...
    def open_panel(self, panel: Open) -> None: ...
    def close(self) -> None: ...


class StepTable:
    """The steps of one room; `sale_steps.SaleSteps` puts the tables together."""

    def __init__(self, checkout: Till, screen: Screen, ask_till: AskTill) -> None:
        self._checkout, self._screen, self._ask_till = checkout, screen, ask_till
