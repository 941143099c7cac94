"""Every job of the cashier, played with keys and with taps on the real till, and its steps counted.

A scan, a key, a tap and a typed text are one action each; an amount counts with the Enter behind
it, as shops count it. A job that takes more than its goal fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from terminal.barcodes.gtin import check_digit
from terminal.barcodes.slip_code import slip_code
from terminal.loyalty.basket import Product
from terminal.till.app import OpenTill, open_till, open_window
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.journal_port import RecordedSale
from terminal.till.ports import CardState, Tile
from terminal.till.settings import LaneTable, ScalesTable
from tests.fakes import FakeClock, FakeIds
from tests.till.checkout.counter import (
    ANNA,
    APPLES,
    BLANK,
    BORYS,
    BOX,
    CARDS,
    CODES,
    COFFEE,
    UNKNOWN,
    programmes,
    real_counter,
    settings,
)
from tests.till.gui.conftest import Hand
from tests.till.gui.settled import settled

Key, Chord = Qt.Key, Qt.KeyboardModifier
SHIFT, CONTROL, ALT = Chord.ShiftModifier, Chord.ControlModifier, Chord.AltModifier
FLOWERS = Product(sku="902", name="Flowers", price=0, vat=800, open_price=True)
LABEL = "230401100500" + check_digit("230401100500")
"""Apples, half a kilogram."""


class Counting(Hand):
    """A hand whose actions are counted, with a finger that types on the keys of the screen."""

    actions = 0

    def scans(self, code: str) -> None:
        self.actions += 1
        self.scan(code)

    def writes(self, text: str) -> None:
        self.actions += 1
        self.type(text)

    def key(self, key: Qt.Key, chord: Qt.KeyboardModifier = Chord.NoModifier) -> None:
        self.actions += 1
        self.press(key, chord)

    def amount(self, text: str) -> None:
        self.actions += 1
        self.enter(text)

    def taps(self, name: str) -> None:
        self.actions += 1
        self.click(name)

    def tap_text(self, text: str) -> None:
        self.actions += 1
        for sign in text:
            self.click(sign)

    def tap_amount(self, text: str) -> None:
        self.tap_text(text)
        self.click("Enter")

    @property
    def view(self) -> CheckoutView:
        return self.window.view

    @property
    def shop(self) -> OpenTill:
        till: OpenTill = self.till
        return till

    def lines(self) -> list[tuple[str, int]]:
        return [(line.name, line.gross) for line in self.view.lines]


Play = Callable[[Counting], None]


def play(*steps: Play) -> Play:
    """One after the other."""

    def all_of_them(hand: Counting) -> None:
        for step in steps:
            step(hand)

    return all_of_them


def scan(code: str) -> Play:
    return lambda hand: hand.scans(code)


def write(text: str) -> Play:
    return lambda hand: hand.writes(text)


def amount(text: str) -> Play:
    return lambda hand: hand.amount(text)


def key(one: Qt.Key, chord: Qt.KeyboardModifier = Chord.NoModifier) -> Play:
    return lambda hand: hand.key(one, chord)


def tap(name: str) -> Play:
    return lambda hand: hand.taps(name)


def tap_text(text: str) -> Play:
    return lambda hand: hand.tap_text(text)


def tap_amount(text: str) -> Play:
    return lambda hand: hand.tap_amount(text)


ENTER, UNDO = key(Key.Key_Return), key(Key.Key_Z, CONTROL)
NOTHING = play()


@dataclass(frozen=True)
class Job:
    """A line of the table."""

    name: str
    goal: int
    by_keys: Play
    by_touch: Play
    done: Callable[[Counting], bool]
    before: Play = NOTHING
    """What stood on the screen when the customer asked."""
    touch_before: Play = field(default=NOTHING)
    """What a cashier without a keyboard has on the screen anyway."""
    mode: str = "goods"


def on_sale(name: str) -> Callable[[Counting], bool]:
    return lambda hand: hand.view.member is not None and hand.view.member.name == name


def has_lines(*lines: tuple[str, int]) -> Callable[[Counting], bool]:
    return lambda hand: hand.lines() == list(lines)


def total(minor: int) -> Callable[[Counting], bool]:
    return lambda hand: hand.view.total == minor


def is_done(hand: Counting) -> bool:
    return hand.view.stage is Stage.DONE


def joined(hand: Counting) -> bool:
    found = hand.shop.database.members.search("602111222", 5)
    return [one.phone for one in found] == ["+48602111222"]


def holds(number: str, member: str) -> Callable[[Counting], bool]:
    def check(hand: Counting) -> bool:
        card = hand.shop.database.members.by_card(number)
        return card is not None and card.state is CardState.ACTIVE and member in card.member.id

    return check


def replaced(hand: Counting) -> bool:
    members = hand.shop.database.members
    old = members.by_card(CARDS[ANNA.id])
    kept = members.standing(ANNA.id).balance("points") == 337
    return bool(old and old.state is CardState.REPLACED and kept and holds(BLANK, ANNA.id)(hand))


def balance_told(hand: Counting) -> bool:
    return bool(
        hand.view.member
        and hand.view.member.balances[0].balance == 337
        and any("337" in label.text() for label in hand.window.findChildren(QLabel))
    )


def slips(count: int) -> Callable[[Counting], bool]:
    def check(hand: Counting) -> bool:
        return len(list((hand.shop.settings.folder / "slips").glob("**/*.txt"))) >= count

    return check


BUTTER, BOX_CODE, ANNAS = CODES["Butter"], CODES[BOX.name], CARDS[ANNA.id]
KEYS_ON_SCREEN = tap("Keyboard")
SELLING = play(scan(BOX_CODE), scan(ANNAS))
SOLD = play(scan(BUTTER), key(Key.Key_F9), key(Key.Key_F10))
WITH_REWARD = play(SELLING, key(Key.Key_F6))
ONE_BUTTER = has_lines(("Butter", 799))


def plus(hand: Counting) -> None:
    hand.actions += 1
    hand.plus_or_minus("+")


def tap_balance(hand: Counting) -> None:
    hand.actions += 1
    QTest.mouseClick(
        hand.window.counter.member._blocks[0], Qt.MouseButton.LeftButton, pos=QPoint(20, 10)
    )


def RULES_BY_HAND(hand: Counting) -> None:  # noqa: N802 - like the other beginnings
    """The owner published what may be given by hand."""
    hand.shop.database.programmes.put(programmes(["goodwill"]))


def gave(n: int) -> Callable[[Counting], bool]:
    return lambda hand: hand.shop.database.members.standing(ANNA.id).balance("sorry") == n


def share(hand: Counting) -> bool:
    return [one.id for one in hand.shop.database.members.fellows(ANNA.id)] == [BORYS.id]


SOLD_TWO = play(scan(BUTTER), SOLD)


def last_sale(hand: Counting) -> RecordedSale:
    past = hand.shop.database.journal
    (sale,) = past.last_sales(hand.shop.clock.now().business_day, 1)
    return sale


def scan_slip(hand: Counting) -> None:
    hand.scans(slip_code(UUID(last_sale(hand).record.id)))


def type_number(hand: Counting) -> None:
    hand.amount(str(last_sale(hand).recorded.seq))


def exchanged(hand: Counting) -> bool:
    done = hand.view.done
    return done is not None and bool(done.exchange) and done.due == BOX.price


def returned(back: int) -> Callable[[Counting], bool]:
    def whether(hand: Counting) -> bool:
        done = hand.view.done
        return done is not None and done.refund and done.due == back

    return whether


TABLE = (
    Job("identify by card", 1, scan(ANNAS), scan(ANNAS), on_sale("Anna K.")),
    Job("identify by card, while joining", 2, play(scan(ANNAS), scan(ANNAS)), play(scan(ANNAS), scan(ANNAS)), on_sale("Anna K."), scan(BLANK)),
    Job("identify by card, while paying", 1, scan(ANNAS), scan(ANNAS), on_sale("Anna K."), play(scan(BUTTER), key(Key.Key_F9))),
    Job("identify by card, under help", 1, scan(ANNAS), scan(ANNAS), on_sale("Anna K."), key(Key.Key_F1)),
    Job("identify by phone", 2, play(write("600123456"), ENTER), play(tap_text("600123456"), tap("Enter")), on_sale("Anna K."), touch_before=KEYS_ON_SCREEN),
    Job("identify by phone, several fit", 3, play(write("3456"), ENTER, ENTER), play(tap_text("3456"), tap("Enter"), tap("Anna Kowalska")), on_sale("Anna K."), touch_before=KEYS_ON_SCREEN),
    Job("identify by name", 2, play(write("kowalska"), ENTER), play(tap_text("kowalska"), tap("Enter")), on_sale("Anna K."), touch_before=play(KEYS_ON_SCREEN, tap("ABC"))),
    Job("join with a blank card", 2, play(scan(BLANK), ENTER), play(scan(BLANK), tap("Join")), holds(BLANK, "")),
    Job("join with a phone", 3, play(write("602111222"), ENTER, ENTER), play(tap_text("602111222"), tap("Enter"), tap("Join")), joined, touch_before=KEYS_ON_SCREEN),
    Job("reward", 1, key(Key.Key_F6), tap("Use 5 zł off"), total(500), SELLING),
    Job("reward in part", 2, play(key(Key.Key_F6, SHIFT), plus), play(tap("How much of the reward?"), tap("Use it once more")), total(1500), SELLING),
    Job("reward taken back", 1, key(Key.Key_F6), tap("5 zł off is on"), total(2000), WITH_REWARD),
    Job("hold", 1, key(Key.Key_F4), tap("Hold"), lambda hand: hand.view.parked == 1 and not hand.view.lines, scan(BUTTER)),
    Job("recall", 1, key(Key.Key_F5), tap("On hold (1)"), ONE_BUTTER, play(scan(BUTTER), key(Key.Key_F4))),
    Job("replace a lost card", 4, play(write("600123456"), ENTER, scan(BLANK), ENTER), play(tap_text("600123456"), tap("Enter"), scan(BLANK), tap("Replace the lost card")), replaced, touch_before=KEYS_ON_SCREEN),
    Job("balance", 1, scan(ANNAS), scan(ANNAS), balance_told),
    Job("why that balance", 1, key(Key.Key_M, ALT), tap_balance, lambda hand: hand.window.counter.story.isVisible(), scan(ANNAS)),
    Job("units for a long wait", 3, play(key(Key.Key_G, ALT), write("1"), ENTER), play(tap_balance, tap("Goodwill"), tap("Waited too long")), gave(30), play(RULES_BY_HAND, scan(ANNAS))),
    Job("units given by mistake, taken back", 1, UNDO, tap("Take back"), gave(0), play(RULES_BY_HAND, scan(ANNAS), key(Key.Key_G, ALT), write("1"), ENTER)),
    Job("two members share from now on", 4, play(key(Key.Key_H, ALT), scan(CARDS[BORYS.id]), ENTER), play(tap_balance, tap("Household"), scan(CARDS[BORYS.id]), tap("Borys shares from now on")), share, scan(ANNAS)),
    Job("a member's statement on paper", 2, play(key(Key.Key_M, ALT), key(Key.Key_F11)), play(tap_balance, tap("Print it")), slips(1), scan(ANNAS)),
    Job("unknown code, selling goes on", 0, NOTHING, NOTHING, lambda hand: len(hand.view.lines) == 2 and len(hand.view.blocked) == 1, play(scan(UNKNOWN), scan(BUTTER))),
    Job("unknown code, skipped", 1, key(Key.Key_Delete), tap("Void"), has_lines(), scan(UNKNOWN)),
    Job("unknown code, priced", 1, amount("4,99"), tap_amount("4.99"), lambda hand: hand.view.total == 499 and not hand.view.blocked, scan(UNKNOWN), touch_before=KEYS_ON_SCREEN),
    Job("unknown code, linked", 2, play(key(Key.Key_F2), amount("butt")), play(tap("Link"), tap("Cappuccino")), lambda hand: not hand.view.blocked and len(hand.view.lines) == 1, scan(UNKNOWN)),
    Job("amount mode", 2, play(scan(ANNAS), amount("53,49")), play(scan(ANNAS), tap_amount("53.49")), is_done, mode="amount"),
    Job("amount mode, with a reward", 3, play(scan(ANNAS), key(Key.Key_F6), amount("53,49")), play(scan(ANNAS), tap("Reward on or off"), tap_amount("53.49")), is_done, mode="amount"),
    Job("goods from a scale's label", 1, scan(LABEL), scan(LABEL), has_lines(("Apples", 225))),
    Job("weighed goods", 2, play(amount("4011"), amount("1,245")), play(tap("Apples"), tap_amount("1.245")), has_lines(("Apples", 560))),
    Job("goods of a kind", 2, play(amount("902"), amount("12,50")), play(tap("Flowers"), tap_amount("12.50")), has_lines(("Flowers", 1250))),
    Job("three at once", 2, play(amount("3*"), scan(BUTTER)), play(tap_amount("3*"), scan(BUTTER)), has_lines(("Butter", 2397)), touch_before=KEYS_ON_SCREEN),
    Job("exact cash", 2, play(key(Key.Key_F9), key(Key.Key_F10)), play(tap("Finish"), tap("Exact cash")), is_done, scan(BUTTER)),
    Job("cash with change", 2, play(key(Key.Key_F9), amount("20")), play(tap("Finish"), tap("20")), lambda hand: is_done(hand) and hand.view.done is not None and hand.view.done.change == 1201, scan(BUTTER)),
    Job("card", 3, play(key(Key.Key_F9), key(Key.Key_F10, SHIFT), ENTER), play(tap("Finish"), tap("Card"), tap("Yes")), is_done, scan(BUTTER)),
    Job("slip of this sale", 1, key(Key.Key_F11), tap("Print"), slips(1), SOLD),
    Job("return everything with its slip", 3, play(scan_slip, ENTER, ENTER), play(scan_slip, tap("Everything"), tap("Give back")), returned(799), play(SOLD, ENTER)),
    Job("return one of the goods", 3, play(scan_slip, scan(BUTTER), ENTER), play(scan_slip, tap("One piece more"), tap("Give back")), returned(799), play(SOLD_TWO, ENTER)),
    Job("return by the number on the slip", 4, play(key(Key.Key_F8), type_number, ENTER, ENTER), play(tap("Return"), type_number, tap("Everything"), tap("Give back")), returned(799), play(SOLD, ENTER)),
    Job("exchange for dearer goods", 6, play(scan_slip, ENTER, key(Key.Key_F9, SHIFT), scan(CODES[BOX.name]), key(Key.Key_F9), key(Key.Key_F10)), play(scan_slip, tap("Everything"), tap("Exchange"), scan(CODES[BOX.name]), tap("Finish"), tap("Exact cash")), exchanged, play(SOLD, ENTER)),
    Job("undo the sale that was just finished", 2, play(key(Key.Key_F8), ENTER), play(tap("Return"), tap("Give back")), returned(799), SOLD),
    Job("one of the goods just sold comes back", 3, play(key(Key.Key_F8), scan(BUTTER), ENTER), play(tap("Return"), tap("One piece less"), tap("Give back")), returned(799), SOLD_TWO),
    Job("slip of the day, again", 2, play(key(Key.Key_F11), ENTER), play(tap("Slip"), tap("Print")), slips(1), play(SOLD, ENTER)),
)  # fmt: skip


UNDONE = (
    ("goods", scan(BUTTER), NOTHING),
    ("an unknown code", scan(UNKNOWN), NOTHING),
    ("its price", amount("4,99"), scan(UNKNOWN)),
    ("its link", play(key(Key.Key_F2), amount("butt")), scan(UNKNOWN)),
    ("one more", plus, scan(BUTTER)),
    ("a deleted line", key(Key.Key_Delete), scan(BUTTER)),
    ("a weight", amount("1,245"), amount("4011")),
    ("the price of a kind", amount("12,50"), amount("902")),
    ("a card", scan(ANNAS), scan(BUTTER)),
    ("another card", scan(ANNAS), scan(CARDS[BORYS.id])),
    ("a member taken off", key(Key.Key_F3, SHIFT), SELLING),
    ("a reward", key(Key.Key_F6), SELLING),
    ("a reward in part", play(key(Key.Key_F6, SHIFT), plus), SELLING),
    ("a reward taken back", key(Key.Key_F6), WITH_REWARD),
    ("a basket on hold", key(Key.Key_F4), SELLING),
    ("a basket recalled", key(Key.Key_F5), play(SELLING, key(Key.Key_F4))),
    ("a part that was paid", amount("5"), play(scan(BUTTER), key(Key.Key_F9))),
)


@contextmanager
def at_work(qtbot: QtBot, folder: Path, mode: str = "goods") -> Iterator[Counting]:
    """A till as the program opens it, in a shop with tiles, and somebody at it."""
    filled = real_counter(folder)
    assert filled.till is not None
    catalogue = filled.till.database.catalogue
    catalogue.put_products([FLOWERS])
    catalogue.put_tiles([Tile(product=one, group="Bar") for one in (COFFEE, APPLES, FLOWERS)])
    filled.give(ANNA, 200)
    filled.till.close()
    ids = FakeIds()
    ids._last = 5_000
    wanted = replace(
        settings(folder), lane=LaneTable(mode=mode), scales=ScalesTable(labels=("lv",))
    )
    till = open_till(wanted, language="en", clock=FakeClock(), ids=ids)
    window = open_window(till)
    qtbot.addWidget(window)
    window.resize(1024, 768)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.counter.entry.field.hasFocus)
    try:
        yield Counting(window, till)
    finally:
        window.tap.disarm()
        till.close()


def basket(hand: Counting) -> object:
    """What undo has to bring back."""
    view = hand.view
    return (
        view.stage,
        [(line.name or line.code, line.pieces, line.gross, line.state) for line in view.lines],
        view.member and view.member.name,
        view.total,
        view.parked,
        view.payment and view.payment.tenders,
    )


@pytest.mark.parametrize("touch", [False, True], ids=["keys", "touch"])
@pytest.mark.parametrize("job", TABLE, ids=[job.name.replace(" ", "-") for job in TABLE])
def test_a_job_is_done_within_its_goal(qtbot: QtBot, tmp_path: Path, job: Job, touch: bool) -> None:
    with at_work(qtbot, tmp_path / "shop", job.mode) as hand:
        job.before(hand)
        if touch:
            job.touch_before(hand)
        hand.actions = 0
        (job.by_touch if touch else job.by_keys)(hand)
        settled(hand.window)
        assert job.done(hand), hand.sentence
        assert hand.actions <= job.goal
        assert QApplication.activeModalWidget() is None


@pytest.mark.parametrize("touch", [False, True], ids=["keys", "touch"])
@pytest.mark.parametrize(
    ("step", "before"),
    [one[1:] for one in UNDONE],
    ids=[one[0].replace(" ", "-") for one in UNDONE],
)
def test_every_step_is_undone_in_one(
    qtbot: QtBot, tmp_path: Path, step: Play, before: Play, touch: bool
) -> None:
    with at_work(qtbot, tmp_path / "shop") as hand:
        before(hand)
        stood = basket(hand)
        step(hand)
        assert basket(hand) != stood
        hand.actions = 0
        (tap("Undo") if touch else UNDO)(hand)
        assert basket(hand) == stood
        assert hand.actions == 1
