"""What else a cashier does in a day: hold, weigh, join, a lost card, a part, a gift card."""

from __future__ import annotations

from PySide6.QtCore import Qt

from terminal.demo.play import Play
from terminal.demo.shop import DemoMember
from terminal.till.app import OpenTill
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import Stage
from terminal.till.gui.tick_button import TickButton
from terminal.till.ports import CardState

EGGS, WATER, HONEY = "DAI-09", "DRI-03", "PAN-08"
TOILET_PAPER, DISHWASHER = "HOM-16", "HOM-15"
APPLES, WEIGHT, GRAMS = "4065", "1.245", 1245
GIFT_CARD, GIFT = "908", "50"
PART_LEAST = 200
"""Points of somebody who can use a part of what they have."""

_ALT = Qt.KeyboardModifier.AltModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class MoreJobs:
    """Plays them one after the other; each begins with an empty basket and leaves one."""

    def __init__(self, play: Play, till: OpenTill) -> None:
        self._play = play
        self._till = till
        self.gift_card = ""
        """The sale that sold one, once it is played."""

    def play(self) -> None:
        """Play all of them.

        Raises:
            WentWrong: a step did not do what it should.
            OSError: a picture could not be saved.
        """
        self._weigh_hold_recall()
        self._join_and_pay_in_two_ways()
        self._lost_card()
        self._part_of_the_points()
        self._sell_a_gift_card()
        self._pay_with_it()
        self._print_again()

    def _weigh_hold_recall(self) -> None:
        play, fingers = self._play, self._play.fingers
        play.scan_goods(EGGS)
        fingers.typed(APPLES)
        fingers.typed(WEIGHT)
        play.expect(
            [line.grams for line in play.view.lines] == [None, GRAMS], "the apples were weighed"
        )
        play.step(
            "weighed", f"Eggs, then {APPLES} and {WEIGHT}: apples by weight, by their number."
        )
        fingers.press(Qt.Key.Key_F4)
        play.expect(play.view.parked == 1 and not play.view.lines, "the basket is on hold")
        play.scan_goods(WATER)
        play.step("held", "F4: on hold while the purse is fetched. The next one only has water.")
        fingers.press(Qt.Key.Key_F9)
        fingers.press(Qt.Key.Key_F10)
        play.expect(play.view.stage is Stage.DONE, "the water is paid")
        fingers.press(Qt.Key.Key_F5)
        play.expect(len(play.view.lines) == 2 and not play.view.parked, "the basket is back")
        play.step("recalled", "F9, F10: exact cash, done. F5: the basket from before is back.")

    def _join_and_pay_in_two_ways(self) -> None:
        play, fingers = self._play, self._play.fingers
        phone = play.shop.free_phone
        fingers.typed(phone)
        play.wait_for_server()  # it may be somebody of another store
        play.expect(play.view.joining is not None, "an unknown phone number may join")
        panel = play.window.counter.join
        fingers.go_to(panel.name_field)
        fingers.write(play.shop.ready("nothing").name.split()[0])
        tick = panel.findChildren(TickButton)[0]
        fingers.go_to(tick)
        fingers.press(Qt.Key.Key_Space)
        play.expect(tick.isChecked(), "one of the three consents is given")
        play.step("join", f"{phone} and Enter: nobody has it. A name, one consent of three.")
        fingers.go_to(panel.name_field)
        fingers.press(Qt.Key.Key_Return)
        play.expect(self._noticed(NoticeKind.ENROLLED), "somebody joined")
        play.step("joined", "Enter: a member, with points for this very sale.")
        fingers.press(Qt.Key.Key_F9)
        half = play.view.total // 200
        fingers.write(str(half))
        fingers.press(Qt.Key.Key_F10, _CTRL)
        payment = play.view.payment
        play.expect(payment is not None and payment.remaining > 0, "a part is paid with a voucher")
        play.step("tenders", f"F9, {half} and Ctrl+F10: a part by voucher, the rest by card.")
        fingers.press(Qt.Key.Key_F10, _SHIFT)
        fingers.press(Qt.Key.Key_Return)
        play.expect(play.view.stage is Stage.DONE, "the rest is paid by card")

    def _lost_card(self) -> None:
        play, fingers = self._play, self._play.fingers
        # Nobody whose card is worth a try from the sheet of codes: this shop may be kept.
        known, members = self._till.database.members.by_card, play.shop.members
        ordinary = (one for one in reversed(members) if one.phone and not one.story)
        loser = next(one for one in ordinary if known(one.card))
        fingers.typed(loser.phone[-6:])
        play.expect(play.view.member is not None, "the phone number finds its member")
        fingers.scan(play.shop.blank_cards[-1])
        play.expect(play.view.replacing is not None, "a blank card can replace the lost one")
        play.step("lost", "A lost card: six digits of the phone, Enter, and a blank card's scan.")
        fingers.press(Qt.Key.Key_Return)
        old = self._till.database.members.by_card(loser.card)
        play.expect(old is not None and old.state is CardState.REPLACED, "the lost card is blocked")
        play.step("replaced", "Enter: the new card holds everything, the lost one is blocked.")
        fingers.press(Qt.Key.Key_M, _ALT)
        play.step("movements", "Alt+M: where the points came from and went to, to the last one.")
        fingers.press(Qt.Key.Key_Escape)
        fingers.press(Qt.Key.Key_F3, _SHIFT)
        play.expect(play.view.member is None, "the next customer is somebody else")

    def _part_of_the_points(self) -> None:
        play, fingers = self._play, self._play.fingers
        play.scan_goods(HONEY, TOILET_PAPER, DISHWASHER)
        fingers.scan(self._somebody_with_points().card)
        full = play.view.total
        fingers.press(Qt.Key.Key_F6, _SHIFT)
        fingers.press(Qt.Key.Key_Plus)
        fingers.settle()
        fingers.settle()
        view = play.expect(play.view.total < full, "a part of the points is used")
        play.step(
            "part",
            f"Shift+F6 and +: 100 of the points, {play.money(full - view.total)} off; "
            "the others are kept.",
        )
        fingers.press(Qt.Key.Key_Escape)
        fingers.press(Qt.Key.Key_F9)
        fingers.press(Qt.Key.Key_F10)
        play.expect(play.view.stage is Stage.DONE, "the sale is recorded")

    def _sell_a_gift_card(self) -> None:
        """To somebody without a card: its code is on the slip, and nowhere else."""
        play, fingers = self._play, self._play.fingers
        fingers.typed(GIFT_CARD)
        fingers.typed(GIFT)
        view = play.expect(play.view.can_pay, "the gift card has its price")
        bought = play.money(view.total)
        fingers.press(Qt.Key.Key_F9)
        fingers.press(Qt.Key.Key_F10)
        play.expect(play.view.done is not None, "the gift card is sold")
        assert play.view.done is not None
        self.gift_card = play.view.done.sale
        play.expect(len(self._till.slips.strips(self.gift_card)) == 1, "the slip has one code")
        play.step(
            "gift-card",
            f"{GIFT_CARD}, {GIFT}, F9, F10: a gift card of {bought}. Its code is on the slip, "
            "signed by this till, with or without a line.",
        )

    def _pay_with_it(self) -> None:
        play, fingers = self._play, self._play.fingers
        play.scan_goods(WATER)
        (strip,) = self._till.slips.strips(self.gift_card)
        fingers.scan(strip.code)
        play.expect(self._noticed(NoticeKind.GIFT_CARD_SHOWN), "the code is known for what it is")
        fingers.press(Qt.Key.Key_F9)
        fingers.press(Qt.Key.Key_F7)
        play.expect(play.view.stage is Stage.DONE, "the gift card paid for the water")
        play.step(
            "paid-by-gift-card",
            "Whoever has it scans it: F9, F7, paid. The slip says what is left on it.",
        )

    def _print_again(self) -> None:
        play, fingers = self._play, self._play.fingers
        fingers.press(Qt.Key.Key_Escape)
        fingers.press(Qt.Key.Key_F11)
        fingers.press(Qt.Key.Key_Down)
        play.step("slips", "F11: the slips of today, each to be read and printed again.")
        fingers.press(Qt.Key.Key_Return)
        fingers.settle()
        play.picture("printed")
        fingers.press(Qt.Key.Key_Escape)

    def _somebody_with_points(self) -> DemoMember:
        """The first ordinary member who could use 100 points twice."""
        members = self._till.database.members
        for one in self._play.shop.members:
            card = members.by_card(one.card)
            if one.story or card is None:
                continue
            if members.standing(card.member.id).spendable("points") >= PART_LEAST:
                return one
        raise LookupError("nobody of the demo shop has points enough")

    def _noticed(self, kind: NoticeKind) -> bool:
        notice = self._play.view.notice
        return notice is not None and notice.kind is kind
