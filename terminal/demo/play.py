"""What every scene of a guided sale needs: fingers, a look at the screen, pictures, words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtTest import QTest

from terminal.barcodes import gtin
from terminal.demo.fingers import Fingers
from terminal.demo.shop import DemoShop
from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.line_port import PATIENCE_MS
from terminal.wording.words import Words

_LOOK_MS = 50


class WentWrong(Exception):
    """A step did not lead to what it should; the message says which and what was expected."""


@dataclass(slots=True)
class Play:
    """One window, served by fingers, and what a watcher is told and shown of it."""

    shop: DemoShop
    window: SaleWindow
    words: Words
    screens: Path
    """An existing folder for the pictures."""
    tell: Callable[[str], None]
    fingers: Fingers
    pictures: list[Path] = field(default_factory=list)
    steps: int = 0

    @property
    def view(self) -> CheckoutView:
        """What the screen shows now."""
        return self.window.view

    def step(self, name: str, sentence: str) -> None:
        """One thing was done: a picture of it, and a sentence.

        Raises:
            OSError: the picture could not be saved.
        """
        self.picture(name)
        self.steps += 1
        self.tell(f"{self.steps:3d}. {sentence}")

    def picture(self, name: str) -> None:
        """Save what the window shows.

        Raises:
            OSError: the picture could not be saved.
        """
        file = self.screens / f"{len(self.pictures) + 1:02d}-{name}.png"
        self.fingers.picture(file)
        self.pictures.append(file)

    def expect(self, came_true: bool, expected: str) -> CheckoutView:
        """What the screen shows, if it shows what it should.

        Raises:
            WentWrong: it does not.
        """
        if not came_true:
            raise WentWrong(f"expected that {expected}; see {self.screens}")
        return self.view

    def wait_for_server(self) -> None:
        """Go on once nobody waits for the server's answer any more: at most its patience."""
        for _ in range(2 * PATIENCE_MS // _LOOK_MS):
            if self.view.asking is None:
                return
            QTest.qWait(_LOOK_MS)

    def scan_goods(self, *skus: str) -> None:
        """One scan for each of these goods."""
        for sku in skus:
            self.fingers.scan(gtin.shortest(self.shop.product(sku).gtin or ""))

    def money(self, minor: int) -> str:
        """A sum as the screen writes it."""
        return self.words.money(minor)
