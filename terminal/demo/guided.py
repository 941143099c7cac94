"""A guided sale: one customer served by real keys in the real window, told step by step.

It runs where there is no display, in a shop of its own that is gone afterwards. Each step says
what a person would see, keeps a picture of it, and is checked; the sale counts only if it stands
in the journal at the end. Courier and server run beside it as they do beside a real till.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import Qt

from terminal.barcodes import gtin
from terminal.demo.fingers import SETTLE_MS, Fingers
from terminal.demo.screen import silence_offscreen
from terminal.demo.shop import DemoShop, read_demo_shop
from terminal.till.app import OpenTill, courier_line, open_till, open_window
from terminal.till.checkout.view import CheckoutView, LineState, Stage
from terminal.till.database.facts import identity
from terminal.till.database.rebuild import check
from terminal.till.gui.mailbox import Mailbox
from terminal.till.gui.program import application
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.line_port import LineTrouble
from terminal.till.settings import Settings
from terminal.wording.words import Words

CHOCOLATES = ("SWE-01", "SWE-02", "SWE-04")
BUTTER = "DAI-01"
PRICE_TYPED, PRICE_MINOR = "4.50", 450
"""For the code that is not in the price list."""
CASH = "50"
SYNC_MS = 30_000
"""How long the guided sale waits for the server; a shop never would."""


class WentWrong(Exception):
    """A step did not lead to what it should; the message says which and what was expected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it. It is good only if the sale was found in the journal afterwards."""

    ok: bool
    sale: str
    slip: tuple[str, ...]
    screens: Path
    pictures: tuple[Path, ...]
    problem: str = ""
    sent: int = 0
    """Facts that the server has."""
    waiting: int = 0
    """Facts and records that it does not have yet."""

    def as_plain(self) -> dict[str, object]:
        """As one JSON object."""
        return {
            "ok": self.ok,
            "sale": self.sale,
            "slip": list(self.slip),
            "screens": str(self.screens),
            "pictures": [picture.name for picture in self.pictures],
            "problem": self.problem,
            "sent": self.sent,
            "waiting": self.waiting,
        }


def serve_a_customer(
    settings: Settings, language: str, screens: Path, tell: Callable[[str], None]
) -> Outcome:
    """Open the till of a fresh demo shop, play the sale, and look for it in the journal.

    Raises:
        Trouble: the database cannot be used.
    """
    running = application()
    silence_offscreen()
    line = courier_line(settings, Mailbox().post)
    till = open_till(settings, language=language, line=line)
    try:
        line.begin()
        window = open_window(till)
        screen = running.primaryScreen().availableSize()
        window.resize(screen)
        window.show()
        play = GuidedSale(read_demo_shop(language), window, till.words, screens, tell)
        sale, problem = "", ""
        slip: tuple[str, ...] = ()
        try:
            sale = play.play()
            slip = till.slips.lines(sale)
            play.wait_for_server(till)
        except (WentWrong, OSError) as error:
            problem = str(error)
        finally:
            window.close()
        sent, waiting = _sent(till)
    finally:
        line.close()
        till.close()
    if not problem:
        problem = _missing(settings, sale)
    _conclude(tell, slip, screens, problem)
    return Outcome(
        ok=not problem,
        sale=sale,
        slip=slip,
        screens=screens,
        pictures=tuple(play.pictures),
        problem=problem,
        sent=sent,
        waiting=waiting,
    )


def _sent(till: OpenTill) -> tuple[int, int]:
    """How many facts the server has, and how much waits for it."""
    with till.database.database.reading() as connection:
        acknowledged = identity(connection).acknowledged
    return acknowledged, till.line.contact().waiting


def _missing(settings: Settings, sale: str) -> str:
    """What is not as it should be when the file is opened anew; empty if all is well."""
    till = open_till(settings)
    try:
        recorded = till.database.journal.load(sale)
        findings = check(till.database.database)
    finally:
        till.close()
    if recorded is None:
        return "the sale does not stand in the journal"
    return "" if findings.clean else f"the tables differ from the journal: {findings.differences}"


def _conclude(
    tell: Callable[[str], None], slip: tuple[str, ...], screens: Path, problem: str
) -> None:
    if slip:
        tell("")
        for line in slip:
            tell(f"    {line}".rstrip())
        tell("")
    tell(f"Pictures of every screen: {screens}")
    if problem:
        tell(f"This went wrong: {problem}")
    else:
        tell("The sale stands in the journal, and the journal refolds to the same balances.")


@dataclass(slots=True)
class GuidedSale:
    """The play, and what it leaves behind."""

    shop: DemoShop
    window: SaleWindow
    words: Words
    screens: Path
    """An existing folder for the pictures."""
    tell: Callable[[str], None]
    pictures: list[Path] = field(default_factory=list)
    steps: int = 0

    def play(self) -> str:
        """Serve the customer; returns the id of the recorded sale.

        Raises:
            WentWrong: a step did not do what it should.
            OSError: a picture could not be saved.
        """
        fingers = Fingers(self.window)
        fingers.settle()  # the first layout is not the last one
        self._goods(fingers)
        self._customer(fingers)
        self._unknown_code(fingers)
        return self._payment(fingers)

    def _goods(self, fingers: Fingers) -> None:
        self._picture(fingers, "ready")
        for sku in (BUTTER, *CHOCOLATES):
            fingers.scan(self._code(sku))
        view = self._expect(len(self._view.lines) == 4, "four products are in the basket")
        self._expect(view.evaluation.discount > 0, "the third chocolate is free")
        self._step(
            fingers,
            "discount",
            f"Four scans: butter and three bars of chocolate, the cheapest bar for nothing "
            f"(−{self._money(view.evaluation.discount)}). To pay: {self._money(view.total)}.",
        )
        fingers.press(Qt.Key.Key_F2)
        fingers.press(Qt.Key.Key_Right)
        fingers.press(Qt.Key.Key_Right)
        self._picture(fingers, "tiles")
        fingers.press(Qt.Key.Key_Space)
        view = self._expect(len(self._view.lines) == 5, "a tile put a coffee into the basket")
        self._step(
            fingers,
            "coffee",
            f"F2, twice →, Space: a coffee from the tiles, {view.lines[-1].name}.",
        )

    def _customer(self, fingers: Fingers) -> None:
        anna = self.shop.ready("points")
        fingers.scan(anna.card)
        member = self._view.member
        self._expect(member is not None, "the card's member is at the counter")
        assert member is not None
        points = next(one.balance for one in member.balances if one.unit == "points")
        self._step(
            fingers,
            "member",
            f"One scan, no question: {member.name}, {points} points. "
            f"Butter has the members' price now. To pay: {self._money(self._view.total)}.",
        )
        before = self._view.total
        fingers.press(Qt.Key.Key_F6)
        self._expect(self._view.total < before, "the reward takes money off")
        saved = self._money(before - self._view.total)
        self._step(fingers, "reward", f"F6: the reward of 100 points, {saved} off.")
        fingers.press(Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
        self._step(fingers, "why", "Alt+W: why this price? Every cent has a reason, in words.")
        fingers.press(Qt.Key.Key_Escape)

    def _unknown_code(self, fingers: Fingers) -> None:
        fingers.scan(self.shop.unknown_code)
        unknown = [one for one in self._view.lines if one.state is LineState.UNKNOWN_CODE]
        self._expect(len(unknown) == 1, "the unknown code is a line that waits for a price")
        self._step(
            fingers,
            "unknown",
            f"{self.shop.unknown_code} is not in the price list: a line that waits, no box.",
        )
        fingers.press(Qt.Key.Key_Return)
        fingers.typed(PRICE_TYPED)
        self._expect(self._view.can_pay, "a price was entered, so that payment is possible")
        price = self._money(PRICE_MINOR)
        self._step(fingers, "priced", f"Enter and {PRICE_TYPED}: it is sold for {price}.")

    def _payment(self, fingers: Fingers) -> str:
        fingers.press(Qt.Key.Key_F9)
        view = self._expect(self._view.stage is Stage.PAYING, "the window asks for money")
        self._step(fingers, "payment", f"F9: to pay {self._money(view.total)}.")
        fingers.typed(CASH)
        view = self._expect(self._view.stage is Stage.DONE, "the sale is recorded")
        assert view.done is not None
        self._step(
            fingers,
            "done",
            f"{CASH} in cash, {self._money(view.done.change)} change. Recorded as number "
            f"{view.done.seq} in the journal, on the disk.",
        )
        return view.done.sale

    def wait_for_server(self, till: OpenTill) -> None:
        """Watch the line at the top until the server has everything, or for half a minute.

        Raises:
            OSError: the picture could not be saved.
        """
        fingers = Fingers(self.window)
        contact = till.line.contact()
        for _ in range(SYNC_MS // SETTLE_MS):
            if contact.trouble is LineTrouble.NONE and not contact.waiting:
                break
            fingers.settle()
            contact = till.line.contact()
        fingers.settle()
        sent, waiting = _sent(till)
        self._step(fingers, "synced", f"Sent to the server: {sent} facts, {waiting} waiting.")

    # --- telling -----------------------------------------------------------------------------

    @property
    def _view(self) -> CheckoutView:
        return self.window.view

    def _step(self, fingers: Fingers, name: str, sentence: str) -> None:
        self._picture(fingers, name)
        self.steps += 1
        self.tell(f"{self.steps:3d}. {sentence}")

    def _picture(self, fingers: Fingers, name: str) -> None:
        file = self.screens / f"{len(self.pictures) + 1:02d}-{name}.png"
        fingers.picture(file)
        self.pictures.append(file)

    def _expect(self, came_true: bool, expected: str) -> CheckoutView:
        if not came_true:
            raise WentWrong(f"expected that {expected}; see {self.screens}")
        return self._view

    def _code(self, sku: str) -> str:
        return gtin.shortest(self.shop.product(sku).gtin or "")

    def _money(self, minor: int) -> str:
        return self.words.money(minor)
