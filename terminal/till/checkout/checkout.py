"""The checkout: every action of the cashier is one call that returns the whole picture.

No screen, no signals, no threads. A refusal is a notice in the view; trouble with the disk ends
in a notice too, and the sale stays in hand. Undo is a list of drafts. What the line to the
server brings changes the picture without any action; who paints it listens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from terminal.loyalty.standing import RewardName
from terminal.till.checkout import rewards
from terminal.till.checkout.bearers import BearerSteps
from terminal.till.checkout.care import Care
from terminal.till.checkout.line_steps import LineSteps
from terminal.till.checkout.lookup import Lookup
from terminal.till.checkout.member_steps import MemberSteps
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.payment_steps import PaymentSteps
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.refunds import Refunds
from terminal.till.checkout.server_line import server_view
from terminal.till.checkout.shop import Shop
from terminal.till.checkout.steps import without_trouble
from terminal.till.checkout.view import CheckoutView, Concern, ServerView
from terminal.till.member_port import Application, MemberStory
from terminal.till.ports import Tile
from terminal.till.trouble import Trouble


class Checkout(LineSteps, PaymentSteps):
    """One counter: the basket in work, the payment, the sale that was just recorded.

    The steps of lines and those of money have pages of their own; all others stand here.
    """

    def __init__(self, shop: Shop, lookup: Lookup, plugs: Plugs) -> None:
        super().__init__(shop, lookup, plugs)
        self._on_line: Callable[[], None] = lambda: None
        if self._set_aside():
            pass  # it is told
        elif self._work.draft.lines or self._work.draft.member:
            count = len(self._work.draft.lines)
            self._telling.tell(NoticeKind.BASKET_RESTORED, Weight.LOOK, count=count)
            self._paying.resume()
        else:
            self._tell_wrong_clock()
        plugs.line.listen(self._line_changed)

    def _set_aside(self) -> bool:
        """What was begun while this till did another work is on hold until it does so again."""
        try:
            return self._parking.set_aside()
        except Trouble as trouble:
            self._telling.trouble(trouble)
            return True

    # What is on the screen

    def server(self) -> ServerView:
        """How the till stands with its server, as of now."""
        latest_ms = 0
        with suppress(Trouble):  # whoever records the next sale will tell of it
            latest_ms = self._plugs.times.latest_ms()
        return server_view(self._plugs.line.contact(), self._plugs.clock.now(), latest_ms)

    def listen(self, on_view: Callable[[CheckoutView], None], on_line: Callable[[], None]) -> None:
        """Tell this one listener a picture that changed without a step, and another ``server``."""
        self._on_view, self._on_line = on_view, on_line

    def tiles(self) -> Sequence[Tile]:
        """Goods of the touch screen."""
        if self._amounts.on:
            return ()
        picture = self._plugs.picture
        return tuple(
            replace(tile, picture=picture(tile.product.sku))
            for tile in self._plugs.catalogue.tiles()
        )

    def slip(self, sale_id: str | None = None) -> tuple[str, ...]:
        """The lines of a recorded sale's slip; None is the last sale."""
        return self._plugs.slip(sale_id)

    # Goods and customers

    @without_trouble
    def scan(self, text: str) -> CheckoutView:
        """A text from a scanner, on any screen."""
        self._quiet()
        self._answers.take(self._desk.lookup.scanned(text))
        return self._paid()

    @without_trouble
    def enter(self, text: str) -> CheckoutView:
        """A text from the entry field. Empty text confirms what the screen offers."""
        if self._rooms.refunds.on:
            self._quiet()
            self._answers.typed_back(text)
        elif text.strip():
            self._quiet()
            if not self._care.typed(text):
                self._answers.take(self._desk.lookup.typed(text), typed=True)
        elif self._care.waits_for_yes:
            self._quiet()
            self._care.confirm()
        elif self._customers.waits_for_yes:
            self._customers.confirm()
        elif self._telling.asks_for_date:
            return self.believe_clock()
        elif self._amounts.on:
            self._quiet()
            self._amounts.count(None)
        return self._paid()

    @without_trouble
    def pick_member(self, member_id: str) -> CheckoutView:
        """A member from a list of hits."""
        self._quiet()
        self._customers.pick(member_id)
        return self.view()

    @without_trouble
    def remove_member(self) -> CheckoutView:
        """The card is taken off the sale, with the rewards that hung on it."""
        self._quiet()
        self._customers.remove()
        return self.view()

    @without_trouble
    def join(self, /, name: str = "", phone: str = "", **more: Any) -> CheckoutView:
        """The holder of the blank card or of the phone becomes a member, offline, now.

        ``more`` are further fields of ``member_port.Application``.
        """
        self._customers.joining.join(Application(name=name, phone=phone, **more))
        return self.view()

    @without_trouble
    def with_members(self, step: Callable[[MemberSteps], None]) -> CheckoutView:
        """A step of the member's panels."""
        self._quiet()
        self._care.close()
        step(self._members)
        return self.view()

    @without_trouble
    def with_care(self, step: Callable[[Care], None]) -> CheckoutView:
        """A step for a customer beside the sale: units given by hand, households."""
        self._quiet()
        step(self._care)
        return self.view()

    @without_trouble
    def with_bearers(self, step: Callable[[BearerSteps], None]) -> CheckoutView:
        """A step with vouchers, gift cards and money in wallets."""
        self._quiet()
        step(self._rooms.bearers)
        return self._paid()

    def story(self) -> MemberStory | None:
        """Where the units of the member on this sale came from and went; None without one.

        Raises:
            Trouble: it could not be read.
        """
        member = self._work.draft.member
        return self._plugs.reception.story(member) if member else None

    # The computer's clock

    @without_trouble
    def believe_clock(self) -> CheckoutView:
        """Somebody says that the date and the time are right, whatever was recorded before."""
        self._quiet()
        self._plugs.times.believe_clock()
        self._on_line()
        self._telling.tell(NoticeKind.DATE_BELIEVED, Weight.GOOD)
        return self.view()

    def _tell_wrong_clock(self) -> None:
        """As the till opens: later the line at the top goes on saying so."""
        server = self.server()
        if server.concern is Concern.CLOCK_BEHIND:
            self._telling.tell(NoticeKind.CLOCK_BEHIND, Weight.LOOK, sound=Sound.LOOK)
        elif server.concern is Concern.DATE and server.now and server.latest:
            days = server.now.date().isoformat(), server.latest.date().isoformat()
            self._telling.tell(
                NoticeKind.DATE_ASKED, Weight.LOOK, text=days[0], tail=days[1], sound=Sound.LOOK
            )

    # Aside

    @without_trouble
    def park(self) -> CheckoutView:
        """The basket is put aside, and the next customer's begins."""
        self._quiet()
        if self._selling:
            self._parking.park()
        return self.view()

    @without_trouble
    def recall(self, key: str | None = None) -> CheckoutView:
        """A parked basket comes back; of several, without a key, they are listed."""
        choosing = self._parking.listed and key is None
        self._quiet()
        self._care.close()
        if self._desk.money_taken:
            return self._refuse(NoticeKind.MONEY_TAKEN)
        if self._rooms.refunds.on:
            return self._refuse(NoticeKind.RETURN_OPEN)
        if not choosing:
            self._parking.recall(key)
        return self.view()

    # Goods that come back

    @without_trouble
    def with_refunds(self, step: Callable[[Refunds], None]) -> CheckoutView:
        """A step of the return of goods."""
        self._quiet()
        self._care.close()
        step(self._rooms.refunds)
        return self.view()

    # Rewards

    @without_trouble
    def toggle_reward(self, name: RewardName | None = None) -> CheckoutView:
        """A reward on or off; None is the first one that is on or ready.

        One whose units are elsewhere is waited for: the view's ``asking`` says so.
        """
        self._quiet()
        if self._amounts.on and name is None and not self._work.draft.lines:
            self._amounts.toggle_reward()
        elif self._selling:
            if self._customers.proofs.wanted(name):
                return self.view()
            waiting = rewards.waits_for_units(self._work, name)
            if waiting is not None:
                self._asking.wait_for_reward(waiting)
            else:
                rewards.toggle(self._work, self._telling, name)
        return self.view()

    @without_trouble
    def claim_part(self, name: RewardName, times: int) -> CheckoutView:
        """A claimed reward so many times; 0 takes it off."""
        self._quiet()
        if self._selling and not (times > 0 and self._customers.proofs.wanted(name)):
            rewards.claim(self._work, self._telling, name, times)
        return self.view()

    @without_trouble
    def give_up_asking(self) -> CheckoutView:
        """Whoever waits for the server has waited long enough; without it then."""
        if self._asking.current is not None:
            self._telling.quiet()
            self._asking.give_up()
        return self.view()

    # Undo

    @without_trouble
    def undo(self) -> CheckoutView:
        """The step before, any step before payment; while money is taken, the last tender."""
        if self._customers.joining.explain_undo():
            return self.view()
        self._quiet()
        if self._care.goodwill.view is not None:
            self._care.goodwill.undo()
            return self.view()
        if self._paying.can_undo:
            self._paying.take_back()
            return self.view()
        undone = self._selling and self._work.undo()
        return self._stepped(NoticeKind.UNDONE if undone else NoticeKind.NOTHING_TO_UNDO)

    @without_trouble
    def redo(self) -> CheckoutView:
        """The step that was undone."""
        self._quiet()
        if self._paying.can_redo:
            self._paying.take_again()
            return self._paid()
        redone = self._selling and self._work.redo()
        return self._stepped(NoticeKind.REDONE if redone else NoticeKind.NOTHING_TO_UNDO)

    def _stepped(self, kind: NoticeKind) -> CheckoutView:
        if self._amounts.on and self._desk.done is not None:
            # No return of goods is known here that a sale could be taken back with.
            return self._refuse(NoticeKind.RECORDED_ALREADY, count=self._desk.done.seq)
        self._parking.read_again()
        self._telling.tell(kind)
        self._asking.top_up()
        return self.view()

    @without_trouble
    def dismiss(self) -> CheckoutView:
        """Esc: a wait for the server, notices, lists, a joining, a quantity. Never the basket."""
        self._quiet()
        if self._asking.give_up():
            return self.view()
        self._rooms.refunds.close()
        self._care.close()
        self._desk.put_away()
        self._work.adjust(replace(self._work.draft, next_pieces=1))
        return self.view()

    # What happens by itself

    def pursue(self, enough: Callable[[], bool]) -> bool:
        """Look for a better price until ``enough`` says so; whether there is more to look for.

        What is found comes as a picture without a step; so does what a return comes to.
        """
        pursuing, refunds = self._rooms.pursuing, self._rooms.refunds
        if pursuing.go(enough) or refunds.go_on(enough):
            self._tell_changed()
        return pursuing.wanted or refunds.is_open

    def _line_changed(self) -> None:
        if self._asking.line_changed():
            self._tell_changed()
        self._on_line()
