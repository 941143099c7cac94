"""The first customer of a guided sale: offers, a card, a reward, reasons, a code nobody knows."""

from __future__ import annotations

from PySide6.QtCore import Qt

from terminal.demo.play import Play
from terminal.till.checkout.view import LineState, Stage

CHOCOLATES = ("SWE-01", "SWE-02", "SWE-04")
BUTTER = "DAI-01"


class FirstCustomer:
    """Buys, and lets a watcher see why it costs what it costs."""

    def __init__(self, play: Play) -> None:
        self._play = play

    def serve(self) -> str:
        """Serve the customer; returns the id of the recorded sale.

        Raises:
            WentWrong: a step did not do what it should.
            OSError: a picture could not be saved.
        """
        self._play.fingers.settle()  # the first layout is not the last one
        self._goods()
        self._customer()
        self._unknown_code()
        return self._payment()

    def _goods(self) -> None:
        play, fingers = self._play, self._play.fingers
        play.picture("ready")
        play.scan_goods(BUTTER, *CHOCOLATES)
        view = play.expect(len(play.view.lines) == 4, "four products are in the basket")
        play.expect(view.evaluation.discount > 0, "the third chocolate is free")
        play.step(
            "discount",
            f"Four scans: butter and three bars of chocolate, the cheapest bar for nothing "
            f"(−{play.money(view.evaluation.discount)}). To pay: {play.money(view.total)}.",
        )
        fingers.press(Qt.Key.Key_F2)
        fingers.press(Qt.Key.Key_Right)
        fingers.press(Qt.Key.Key_Right)
        play.picture("tiles")
        fingers.press(Qt.Key.Key_Space)
        view = play.expect(len(play.view.lines) == 5, "a tile put a coffee into the basket")
        play.step("coffee", f"F2, twice →, Space: a coffee from the tiles, {view.lines[-1].name}.")

    def _customer(self) -> None:
        play, fingers = self._play, self._play.fingers
        fingers.scan(play.shop.ready("points").card)
        member = play.view.member
        play.expect(member is not None, "the card's member is at the counter")
        assert member is not None
        points = next(one.balance for one in member.balances if one.unit == "points")
        play.step(
            "member",
            f"One scan, no question: {member.name}, {points} points. "
            f"Butter has the members' price now. To pay: {play.money(play.view.total)}.",
        )
        before = play.view.total
        fingers.press(Qt.Key.Key_F6)
        play.expect(play.view.total < before, "the reward takes money off")
        saved = play.money(before - play.view.total)
        play.step("reward", f"F6: the reward of 100 points, {saved} off.")
        fingers.press(Qt.Key.Key_W, Qt.KeyboardModifier.AltModifier)
        play.step("why", "Alt+W: why this price? Every cent has a reason, in words.")
        fingers.press(Qt.Key.Key_Escape)

    def _unknown_code(self) -> None:
        play, fingers = self._play, self._play.fingers
        fingers.scan(play.shop.unknown_code)
        unknown = [one for one in play.view.lines if one.state is LineState.UNKNOWN_CODE]
        play.expect(len(unknown) == 1, "the unknown code is a line that waits for a price")
        play.step(
            "unknown",
            f"{play.shop.unknown_code} is not in the price list: a line that waits, no box.",
        )
        minor = play.shop.try_price
        typed = f"{minor // 100}.{minor % 100:02d}"
        fingers.press(Qt.Key.Key_Return)
        fingers.typed(typed)
        play.expect(play.view.can_pay, "a price was entered, so that payment is possible")
        play.step("priced", f"Enter and {typed}: it is sold for {play.money(minor)}.")

    def _payment(self) -> str:
        play, fingers = self._play, self._play.fingers
        fingers.press(Qt.Key.Key_F9)
        view = play.expect(play.view.stage is Stage.PAYING, "the window asks for money")
        play.step("payment", f"F9: to pay {play.money(view.total)}.")
        cash = play.shop.handed_over(view.total + 1) // 100
        fingers.typed(str(cash))
        view = play.expect(play.view.stage is Stage.DONE, "the sale is recorded")
        assert view.done is not None
        play.step(
            "done",
            f"{cash} in cash, {play.money(view.done.change)} change. Recorded as number "
            f"{view.done.seq} in the journal, on the disk.",
        )
        return view.done.sale
