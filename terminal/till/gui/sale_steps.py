"""What each key, button and scan of the sale screen does, and what the screen then shows.

Each step is one call to the headless till, which answers with the whole picture; the panels
compare it with what they show. Nothing here decides what a thing costs or whether it is allowed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QLineEdit

from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.printing import Printing
from terminal.till.checkout.view import CheckoutView, LineState, Stage
from terminal.till.gui.amounts import is_with_cents
from terminal.till.gui.basket_steps import BasketSteps
from terminal.till.gui.care_steps import CareSteps
from terminal.till.gui.code_steps import CodeSteps
from terminal.till.gui.counter import Counter
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.hints import hint_for
from terminal.till.gui.member_steps import MemberSteps
from terminal.till.gui.not_now import NEXT_SALE, why_not
from terminal.till.gui.notice_line import NoticeLine
from terminal.till.gui.open_panel import Open
from terminal.till.gui.paying import Paying
from terminal.till.gui.plugs import Till
from terminal.till.gui.questions import Questions
from terminal.till.gui.refund_steps import RefundSteps
from terminal.till.gui.server_steps import ServerSteps
from terminal.till.gui.slip_steps import SlipSteps
from terminal.wording.marks import AnyLabel
from terminal.wording.not_now_labels import NotNowLabel
from terminal.wording.words import Words

_LOG = logging.getLogger(__name__)


_ASKS = frozenset({NoticeKind.PRICE_WANTED, NoticeKind.WEIGHT_WANTED})
"""After these the field asks at once."""

_TAKES_ENTER = frozenset({NoticeKind.CARD_REPLACED, NoticeKind.CARD_NOBODYS, NoticeKind.DATE_ASKED})
"""What the notice offers goes before what Enter does otherwise."""


class SaleSteps:
    """The steps, and the little that the screen remembers between them."""

    counter: Counter
    notices: NoticeLine

    def __init__(
        self,
        checkout: Till,
        words: Words,
        *,
        printing: Printing | None,
        on_sign: Callable[[Sound], None],
    ) -> None:
        self._checkout = checkout
        self._words = words
        self._on_sign = on_sign
        self.opened = Open.NOTHING
        self.more: dict[str, Callable[[], None]] = {}
        """Steps of other rooms, which the window hands in before it asks for all of them."""
        self.view = checkout.view()
        self._paying = Paying(checkout, self, self._ask_till)
        self._questions = Questions(checkout, self, self._ask_till, self._paying)
        self._basket = BasketSteps(checkout, self, self._ask_till, self._questions)
        self._members = MemberSteps(checkout, self, self._ask_till)
        self._questions.members = self._members
        self.care = CareSteps(checkout, self, self._ask_till)
        self._server = ServerSteps(checkout, self, self._ask_till)
        self._codes = CodeSteps(checkout, self, self._ask_till)
        self._slips = SlipSteps(printing, self, words)
        self._refunds = RefundSteps(checkout, self, self._ask_till)
        # What the panels ask for with an argument, each of the room whose it is.
        basket, codes, refunds = self._basket, self._codes, self._refunds
        self.add_product, self.select_line = basket.add_product, basket.select_line
        self.toggle_reward, self.claim_part = basket.toggle_reward, basket.claim_part
        self.pick_parked, self.decide = basket.pick_parked, self._members.decide
        self.remove_code, self.pay_from = codes.remove, codes.pay
        self.return_pieces, self.return_by = refunds.set_pieces, refunds.pay_by
        self.mark_slip = self._slips.mark

    def begin(self, counter: Counter) -> None:
        """Take the panels in hand and fill them."""
        self.counter = counter
        self.notices = NoticeLine(
            counter.notice, self._words, lambda: self._on_sign(Sound.REFUSED), self._hint
        )
        counter.entry.on_ask = counter.entry.on_focus = self.notices.look_again
        counter.entry.field.textChanged.connect(self._paying.show_typed)
        self._server.begin()
        self._slips.begin()
        self.show_view(self.view)

    # --- what the till answers ---------------------------------------------------------------

    def show_view(self, view: CheckoutView) -> None:
        """Paint what changed since the view before."""
        fresh = view.notice is not None and view.notice is not self.view.notice
        heard = fresh or view.sound is not self.view.sound or view.stage is not self.view.stage
        if view.stage is not self.view.stage:
            self.opened = Open.NOTHING
        if view.member is not None and self.view.member is None and self.opened is Open.FIND:
            self.opened = Open.NOTHING
        if view.member is None and self.opened in (Open.STORY, Open.CONSENTS):
            self.opened = Open.NOTHING
        self.view = view
        self._server.settle(view)
        self._questions.settle(view, finding=self.opened is Open.FIND)
        self._questions.listed.settle(view, self.counter.entry.field)
        self._members.settle(view)
        self._refunds.settle(view)
        self.care.settle(view)
        if fresh and view.notice is not None and view.notice.kind in _ASKS:
            self._basket.ask_what_is_wanted()
        till = self._checkout
        self.counter.show_view(view, self.opened, lambda: self._slips.of_done(view, till))
        self._paying.show_typed(self.counter.entry.field.text())
        self._slips.show_view(view)
        self.notices.show_view(view)
        if heard:
            refused = view.notice is not None and view.notice.weight is Weight.REFUSED
            self._on_sign(Sound.REFUSED if refused else view.sound)

    def _hint(self) -> AnyLabel:
        asks_for_card = self.counter.asks_for_card
        asking, tiles = self.counter.entry.asking, self.counter.tiles
        return hint_for(self.view, self.opened, asking, asks_for_card=asks_for_card, tiles=tiles)

    @property
    def words(self) -> Words:
        """In the cashier's language, with the keys of this till."""
        return self._words

    def tell(self, weight: Weight, label: AnyLabel) -> None:
        """A notice of the window's own."""
        self.notices.tell(weight, self._words.label(label))

    def tell_fault(self) -> None:
        """A fault that nobody caught; the basket and the window stay."""
        self.notices.tell_fault()

    def _ask_till(self, step: Callable[[], CheckoutView]) -> bool:
        """One step of the till. A bug in it shows a plain sentence and leaves the basket alone."""
        self.notices.forget()
        try:
            self.show_view(step())
        except Exception:  # noqa: BLE001
            _LOG.exception("a step of the checkout failed")
            self.tell_fault()
            return False
        return True

    def _step(self, step: Callable[[], CheckoutView]) -> None:
        self._ask_till(step)

    # --- scanning and typing -----------------------------------------------------------------

    def scan(self, code: str) -> bool:
        """A scanner read something, wherever the focus was; False if it was an amount, typed fast.

        No code has cents, so nothing scanned is taken for money.
        """
        if (self._questions.wants_amount or self.view.amounts_only) and is_with_cents(code):
            return False
        if self.counter.entry.asking in (Asking.GOODS, Asking.LINK):
            self._questions.stop()
        if self.opened.is_read_over_basket:
            self.opened = Open.NOTHING
        self._basket.take_quantity()
        self._ask_till(lambda: self._checkout.scan(code))
        if self.field_in_use() is self.counter.entry.field:
            self.counter.entry.field.setFocus()
        return True

    def field_in_use(self) -> QLineEdit:
        """Where text goes: the join panel's field that has the focus, else the entry."""
        focus = QApplication.focusWidget()
        if focus in self.counter.join_fields() and isinstance(focus, QLineEdit):
            return focus
        return self.counter.entry.field

    def acts(self, text: str) -> bool:
        """Whether a character is a key of its own now, and not text."""
        entry = self.counter.entry
        if self.field_in_use() is not entry.field or entry.field.text():
            return False
        selling = self.view.stage is Stage.SELLING and entry.asking is Asking.ANYTHING
        choosing = entry.asking is Asking.RETURN_GOODS
        return text in "+-" and (selling or choosing)

    def act(self, text: str) -> None:
        """Plus and minus."""
        by = 1 if text == "+" else -1
        if self.view.refund is not None:
            self._refunds.add_pieces(by)
        elif self.opened is Open.PART:
            self.counter.part.change(by)
        else:
            self._basket.add_pieces(by)

    def enter(self) -> None:
        """Enter: what was typed, else the step that waits for a yes."""
        entry, view = self.counter.entry, self.view
        if self._slips.shown:
            self._slips.print_shown()
        elif entry.field.text().strip() and self.is_typed:
            self._enter_typed()
        elif view.stage is Stage.DONE:
            self._ask_till(self._checkout.begin_next)
        elif view.stage in (Stage.PAYING, Stage.RETURNING):
            self._enter_aside(view)
        elif view.joining and not _asks_for_price(view):
            self._members.join()
        elif _waits_for_yes(view):
            self._ask_till(lambda: self._checkout.enter(""))
        elif view.parked_choices:
            self.counter.recall.pick()
        elif view.member_choices or view.product_choices:
            self.counter.choices.pick()
        elif self.opened is not Open.NOTHING:
            self.close()
        elif (line := self._basket.chosen) is not None and line.state is not LineState.READY:
            self._basket.ask_what_is_wanted()
        else:
            self._ask_till(lambda: self._checkout.enter(""))

    @property
    def is_typed(self) -> bool:
        """Whether something stands in the field that Enter has not taken yet."""
        text = self.counter.entry.field.text()
        return bool(text) and not self._questions.listed.stands(text)

    def _enter_aside(self, view: CheckoutView) -> None:
        """Enter where nothing is sold: money is taken, or goods come back."""
        if view.stage is Stage.RETURNING:
            (self._refunds.enter if self.opened is Open.NOTHING else self.close)()
        elif self.counter.asks_for_card:
            self._paying.card_paid()

    def _enter_typed(self) -> None:
        entry = self.counter.entry
        if self.opened.is_read_over_basket:
            self.close()
        typed = entry.field.text().strip()
        if self._basket.tap_again(typed):
            return
        if self._basket.is_total(typed):
            self._basket.count(entry.take())
        else:
            self._questions.take()

    # --- steps: each has a key and a button --------------------------------------------------

    def by_name(self) -> dict[str, Callable[[], None]]:
        """Every step that has a key or a button."""
        return {name: self._if_now(name, step) for name, step in self._all().items()}

    def _if_now(self, name: str, step: Callable[[], None]) -> Callable[[], None]:
        """A step that says why, where it cannot be taken now."""

        def taken() -> None:
            asks_for_card = self.counter.asks_for_card
            if (why := why_not(name, self.view, asks_for_card=asks_for_card)) is not None:
                self.tell(Weight.LOOK, why)
                return
            if name in NEXT_SALE and self.view.stage is Stage.DONE:
                self._ask_till(self._checkout.begin_next)
            step()

        return taken

    def _all(self) -> dict[str, Callable[[], None]]:
        till = self._checkout
        return {
            "enter": self.enter,
            "escape": self._escape,
            "help": lambda: self.toggle(Open.HELP),
            "why": lambda: self.toggle(Open.WHY),
            "part": lambda: self.toggle(Open.PART),
            "line": lambda: self.toggle(Open.LINE),
            "date_right": self._say_date_is_right,
            "next_step": self._next_step,
            "finish": self._finish,
            "undo": lambda: self._step(till.undo),
            "redo": lambda: self._step(till.redo),
            "void": self._void,
            "touch": self._toggle_touch_keys,
            **self._basket.by_name(),
            **self._slips.by_name(),
            **self._members.by_name(),
            **self._paying.by_name(),
            **self._codes.by_name(),
            **self._refunds.by_name(),
            **self.care.by_name(),
            **self.more,
        }

    def toggle(self, panel: Open) -> None:
        """Open a panel, or close it if it is open."""
        self.opened = Open.NOTHING if self.opened is panel else panel
        self.show_view(self.view)
        if self.opened is Open.WHY:
            self.counter.why.page.setFocus()
        else:
            self.counter.entry.field.setFocus()

    def _say_date_is_right(self) -> None:
        self.close()
        self._ask_till(self._checkout.believe_clock)

    def _toggle_touch_keys(self) -> None:
        field = self.field_in_use()  # of who joins: the phone goes on where it was begun
        self.counter.toggle_touch_keys()
        field.setFocus()

    def close(self) -> None:
        """Nothing is open any more, and nothing in particular is asked."""
        self.opened = Open.NOTHING
        if self.counter.entry.asking in (Asking.GOODS, Asking.LINK):
            self._questions.stop()
        self.show_view(self.view)
        self.counter.entry.field.setFocus()

    def _escape(self) -> None:
        """One step back; never anything out of the basket."""
        entry, view = self.counter.entry, self.view
        if self.notices.put_away():
            pass
        elif view.asking is not None:
            self._ask_till(self._checkout.dismiss)
        elif self.opened not in (Open.NOTHING, Open.FIND):
            self.close()
        elif (typed := entry.field.text()) and not self._questions.listed.goes_on(typed):
            entry.field.clear()
        elif view.stage is Stage.PAYING:
            if self.counter.asks_for_card:
                self._paying.card_failed()
            else:
                self._ask_till(self._checkout.back)
        elif view.stage is Stage.DONE:
            self._ask_till(self._checkout.begin_next)
        else:
            self.opened = Open.NOTHING
            self._questions.stop()
            self.counter.put_goods_back()
            self._ask_till(self._checkout.dismiss)
        entry.field.setFocus()

    def open_panel(self, panel: Open) -> None:
        """Open a panel, or with ``Open.NOTHING`` close what is open."""
        self.opened = panel
        self.show_view(self.view)

    def pick_member(self, member: str) -> None:
        """A row of the list of members."""
        self.opened = Open.NOTHING
        self._ask_till(lambda: self._checkout.pick_member(member))

    def take_back(self, at: int) -> None:
        """One of the tenders that were taken."""
        if self.counter.asks_for_card:
            self.tell(Weight.LOOK, NotNowLabel.CARD_ASKED)
        else:
            self._ask_till(lambda: self._checkout.take_back(at))
        self.counter.entry.field.setFocus()

    def _void(self) -> None:
        """Del: what is marked goes out, comes back no more, or is handed back."""
        if self.view.refund is not None:
            self._refunds.let_go()
        elif self.view.stage is Stage.PAYING:
            self._ask_till(self._checkout.take_back)
        else:
            self._basket.void()

    # --- going on ----------------------------------------------------------------------------

    def _next_step(self) -> None:
        """The big button: finish, back, or the next sale."""
        steps = {
            Stage.SELLING: self._finish,
            Stage.PAYING: self._escape,
            Stage.DONE: self._finish,
            Stage.RETURNING: self._finish,
        }
        steps[self.view.stage]()

    def _finish(self) -> None:
        if self.view.stage is Stage.DONE:
            self._ask_till(self._checkout.begin_next)
        elif self.view.stage is Stage.RETURNING:
            self._refunds.enter()
        elif self.view.stage is Stage.SELLING and self.view.amounts_only:
            self.enter()
        elif self.view.stage is Stage.SELLING:
            self.close()
            self._ask_till(self._checkout.finish)
        self.counter.entry.field.setFocus()

    def tender_cash(self, amount: int) -> None:
        """A quick amount."""
        self._paying.cash(amount)

    # --- slips -------------------------------------------------------------------------------

    @property
    def prints(self) -> bool:
        """Whether there is anything to print on."""
        return self._slips.prints

    @property
    def asks_for_slip(self) -> bool:
        """Whether a finished sale asks about its slip."""
        return self._slips.asks

    # --- arrows ------------------------------------------------------------------------------

    def arrow(self, by: int) -> None:
        """Up and down: in a list that is open, else in the basket."""
        if self._slips.shown:
            self._slips.step(by)
        elif self.view.refund is not None:
            self._refunds.arrow(by)
        elif self.view.parked_choices:
            self.counter.recall.step(by)
        elif self.view.member_choices or self.view.product_choices:
            self.counter.choices.step(by)
        elif self.opened is Open.PART:
            self.counter.part.step(by)
        elif self.opened is Open.STORY:
            self.counter.story.step(by)
        else:
            self._basket.step(by)


def _waits_for_yes(view: CheckoutView) -> bool:
    """Whether Enter does what the notice, or the panel about a blank card, offers."""
    if view.replacing:
        return not _asks_for_price(view)
    if view.household is not None and view.household.asks:
        return True
    return view.notice is not None and view.notice.kind in _TAKES_ENTER


def _asks_for_price(view: CheckoutView) -> bool:
    """Whether the notice says that Enter types a price."""
    return view.notice is not None and view.notice.kind is NoticeKind.UNKNOWN_CODE
