"""The till that gets killed: plays scripted sales and tells each step, until somebody ends it.

Run as ``python player.py FOLDER SEED counter|window``. Every line on stdout is one write:
``doing`` before a step, ``shown`` once its picture was shown, ``done`` once a sale was shown as
done, ``begin`` and ``commit`` when the database does so.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from terminal.barcodes import gtin
from terminal.loyalty.tender import TenderKind
from terminal.till.app import OpenTill, open_till
from terminal.till.checkout.checkout import Checkout
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.database.quick import Connection
from terminal.till.settings import read_settings

UNTIL_THE_END = ExitStack()

SALES_MOST = 400
"""So that a player whom nobody kills ends by itself."""


def tell(what: str, **told: object) -> None:
    """One line, whole or not at all, flushed before anything else happens."""
    os.write(1, (json.dumps({"what": what, **told}) + "\n").encode())


def picture(checkout: Checkout) -> dict[str, Any]:
    """The basket in work, as far as a crash must not lose it."""
    draft = checkout._work.draft
    return {
        "member": draft.member,
        "lines": [[line.code, line.pieces, line.price] for line in draft.lines],
        "claims": sorted(
            [claim.name.programme, claim.name.reward, claim.times] for claim in draft.choices.claims
        ),
    }


class Hands(Protocol):
    """Whoever serves: the plain calls, or keys into the window."""

    def scan(self, code: str) -> CheckoutView: ...
    def reward(self) -> CheckoutView: ...
    def void(self, key: int) -> CheckoutView: ...
    def finish(self) -> CheckoutView: ...
    def pay(self) -> CheckoutView: ...
    def next(self) -> CheckoutView: ...


class Calls:
    """The headless till."""

    def __init__(self, checkout: Checkout) -> None:
        self._checkout = checkout
        self.scan = checkout.scan
        self.reward = checkout.toggle_reward
        self.void = checkout.void
        self.finish = checkout.finish
        self.next = checkout.begin_next

    def pay(self) -> CheckoutView:
        payment = self._checkout.view().payment
        assert payment is not None
        if payment.remaining % 3 == 0:
            return self._checkout.tender(TenderKind.CARD, payment.remaining)
        return self._checkout.tender(TenderKind.CASH, payment.cash_due)


def keys(till: OpenTill) -> Hands:
    """The real window, painted into memory, served by real keys."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
    from PySide6.QtTest import QTest

    from terminal.bench.scanner import Scanner, quiet
    from terminal.till.app import open_window
    from terminal.till.gui.program import application

    UNTIL_THE_END.enter_context(quiet())
    application()
    window = open_window(till)
    window.tap.wait_for_enter()
    window.resize(1280, 800)
    window.show()
    Scanner.settle()
    scanner = Scanner(window, window.counter.basket.viewport(), window.counter.member)

    class Witness(QObject):
        painted = False

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            self.painted = self.painted or event.type() == QEvent.Type.Paint
            return super().eventFilter(watched, event)

    witness = Witness()
    window.counter.done.installEventFilter(witness)

    def press(key: Qt.Key) -> CheckoutView:
        QTest.keyClick(window, key)
        Scanner.settle()
        return window.view

    class Keys:
        def scan(self, code: str) -> CheckoutView:
            scanner.scan(code)
            return window.view

        def reward(self) -> CheckoutView:
            return press(Qt.Key.Key_F6)

        def void(self, key: int) -> CheckoutView:
            return press(Qt.Key.Key_Delete)

        def finish(self) -> CheckoutView:
            return press(Qt.Key.Key_F9)

        def pay(self) -> CheckoutView:
            witness.painted = False
            view = press(Qt.Key.Key_F10)
            for _ in range(500):
                if witness.painted:
                    break
                QCoreApplication.processEvents()
            assert witness.painted, "the sale was never shown as done"
            return view

        def next(self) -> CheckoutView:
            return press(Qt.Key.Key_F9)

    return Keys()


class Player:
    """Sales by a seed."""

    def __init__(self, till: OpenTill, hands: Hands, seed: int) -> None:
        self._checkout = till.checkout
        self._hands = hands
        self._chance = random.Random(seed)
        self._goods, self._cards = _codes(till.settings.database)

    def sale(self) -> None:
        """One customer; a basket that a crash left is sold first."""
        chance = self._chance
        for _ in range(chance.randint(1, 8)):
            code = chance.choice(self._goods)
            self._step("scan", partial(self._hands.scan, code), code=code)
            if chance.random() < 0.15:
                card, member = chance.choice(self._cards)
                if member != self._checkout._work.draft.member:
                    self._step("card", partial(self._hands.scan, card), member=member)
                    if chance.random() < 0.5:
                        self._step("reward", self._hands.reward)
            if chance.random() < 0.1 and len(self._checkout.view().lines) > 1:
                key = self._checkout.view().selected
                assert key is not None
                line = self._checkout._work.draft.line(key)
                assert line is not None
                self._step("void", partial(self._hands.void, key), code=line.code)
        view = self._step("finish", self._hands.finish)
        if view.stage is Stage.PAYING:
            view = self._step("pay", self._hands.pay)
        assert view.stage is Stage.DONE, f"not done: {view.notice}"
        assert view.done is not None
        tell("done", sale=view.done.sale, seq=view.done.seq)
        self._hands.next()

    def _step(self, name: str, act: Callable[[], CheckoutView], **more: object) -> CheckoutView:
        tell("doing", step=name, **more)
        view = act()
        tell("shown", picture=picture(self._checkout))
        return view


def _codes(file: Path) -> tuple[list[str], list[tuple[str, str]]]:
    with closing(sqlite3.connect(file)) as plain:
        goods = [
            gtin.shortest(one)
            for (one,) in plain.execute("SELECT gtin FROM products WHERE gtin IS NOT NULL")
        ]
        cards = list(plain.execute("SELECT number, member FROM cards WHERE state = 'active'"))
    return sorted(goods), sorted(cards)


def main(folder: str, seed: str, variant: str) -> None:
    """Open the shop and serve."""
    till = open_till(read_settings(Path(folder)))
    _watch(Connection, "execute", "BEGIN IMMEDIATE", "begin")
    _watch(Connection, "commit", "", "commit")
    hands = keys(till) if variant == "window" else Calls(till.checkout)
    tell("ready", picture=picture(till.checkout))
    player = Player(till, hands, int(seed))
    for _ in range(SALES_MOST):
        player.sale()


def _watch(whose: type, deed: str, wanted: str, told: str) -> None:
    """Have a word told before each deed of one kind."""
    real = getattr(whose, deed)

    def watched(one: Any, *arguments: Any) -> Any:
        if "".join(arguments[:1]) == wanted:
            tell(told)
        return real(one, *arguments)

    setattr(whose, deed, watched)


if __name__ == "__main__":
    main(*sys.argv[1:])
