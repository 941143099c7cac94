"""What the entry field asks for, and what is done with the answer."""

from __future__ import annotations

from collections.abc import Callable

from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.checkout.view import CheckoutView, LineState, LineView, Stage
from terminal.till.gui.amounts import read_amount, read_grams, read_pieces
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.listed_word import ListedWord
from terminal.till.gui.member_steps import MemberSteps
from terminal.till.gui.paying import Paying
from terminal.till.gui.plugs import Till
from terminal.till.gui.step_table import AskTill, Screen, StepTable
from terminal.wording.labels import Label

_AMOUNTS = frozenset({Asking.CASH, Asking.CARD, Asking.PRICE, Asking.WEIGHT, Asking.TOTAL})

_STRANGE = frozenset({NoticeKind.PRICE_UNUSUAL, NoticeKind.QUANTITY_UNUSUAL})


class Questions(StepTable):
    """A price, a weight, a number of pieces, a member, cash: one question at a time."""

    def __init__(
        self,
        checkout: Till,
        screen: Screen,
        ask_till: AskTill,
        paying: Paying,
    ) -> None:
        super().__init__(checkout, screen, ask_till)
        self._paying = paying
        self._asking_for: int | None = None
        self.listed = ListedWord()
        self.members: MemberSteps | None = None

    @property
    def wants_amount(self) -> bool:
        """Whether the field waits for money or a weight, so that a text with cents is one."""
        asking = self._screen.counter.entry.asking
        return asking in _AMOUNTS

    @property
    def is_strange(self) -> bool:
        """Whether the till asks if what was typed is meant."""
        notice = self._screen.view.notice
        return notice is not None and notice.kind in _STRANGE

    @property
    def linking(self) -> int | None:
        """The row whose code is being linked to goods; None if none is."""
        return self._asking_for if self._screen.counter.entry.asking is Asking.LINK else None

    def ask_about(self, line: LineView, what: Asking) -> None:
        """Ask for the price, the weight or the pieces of a line, or to which goods it belongs."""
        entry = self._screen.counter.entry
        self._asking_for = line.key
        entry.ask(what, line.name or line.code)
        entry.field.setFocus()

    def take(self) -> None:
        """Enter on what was typed. The word that brought up a list stays, to be gone on with."""
        entry = self._screen.counter.entry
        asked, typed = entry.asking, entry.take()
        more = asked is Asking.ANYTHING and self.listed.goes_on(typed)
        if more and self.listed.of_member and self.members is not None:
            self.members.look_for(typed)
        else:
            self.answer(typed)
        self.listed.keep(typed, asked, self._screen.view, entry.field)

    def answer(self, typed: str) -> None:
        """Take what was typed; an answer that is none leaves the question open."""
        key = self._asking_for
        match self._screen.counter.entry.asking:
            case Asking.CASH | Asking.CARD:
                self._answer_amount(typed, self._paying.answer)
            case Asking.PRICE if key is not None:
                self._answer_amount(typed, lambda amount: self._set_price(key, amount, typed))
            case Asking.PIECES if key is not None:
                pieces = read_pieces(typed)
                if pieces is None:
                    self._screen.tell(Weight.REFUSED, Label.NOT_A_NUMBER)
                    return
                self.stop()
                self._ask_till(lambda: self._checkout.set_pieces(key, pieces))
                self._ask_once_more(key, Asking.PIECES, typed)
            case Asking.WEIGHT if key is not None:
                self._answer_weight(key, typed)
            case Asking.LINK if key is not None:
                self._ask_till(lambda: self._checkout.find_for_code(key, typed))
            case Asking.MEMBER if self.members is not None:
                self.stop()
                self.members.look_for(typed)
            case Asking.PROOF if self.members is not None:
                self.members.prove(typed)
            case Asking.GOODS:
                self._ask_till(lambda: self._checkout.find_goods(typed))
            case Asking.ANYTHING if (grams := self._weight_of_waiting(typed)) is not None:
                self._answer_weight(*grams)
            case Asking.ANYTHING if (price := self._price_of_waiting(typed)) is not None:
                self._set_price(*price, typed)
            case _:
                self.stop()
                self._ask_till(lambda: self._checkout.enter(typed))

    def _price_of_waiting(self, typed: str) -> tuple[int, int] | None:
        """The line that waits for a price, and what was typed: with its cents it is no code."""
        view = self._screen.view
        line = next((line for line in view.lines if line.key == view.selected), None)
        waits = (LineState.UNKNOWN_CODE, LineState.PRICE_WANTED)
        if line is None or line.state not in waits or not set(typed) & set(",."):
            return None
        amount = read_amount(typed, view.currency)
        return None if amount is None else (line.key, amount)

    def _weight_of_waiting(self, typed: str) -> tuple[int, str] | None:
        """The line that waits for a weight, and what was typed: with its decimals it is no code."""
        view = self._screen.view
        line = next((line for line in view.lines if line.key == view.selected), None)
        if line is None or line.state is not LineState.WEIGHT_WANTED or not set(typed) & set(",."):
            return None
        return line.key, typed

    def settle(self, view: CheckoutView, *, finding: bool) -> None:
        """Ask for money while paying; drop a question whose line or panel is gone."""
        entry = self._screen.counter.entry
        if view.stage is Stage.PAYING:
            self._asking_for = None
            card = self._screen.counter.asks_for_card_of(view.payment)
            entry.ask(Asking.CARD if card else Asking.CASH)
            self._screen.counter.take_back_touch_keys()
            return
        keys = {line.key for line in view.lines}
        about = (Asking.PRICE, Asking.PIECES, Asking.WEIGHT)
        lost = entry.asking in about and self._asking_for not in keys
        found = entry.asking is Asking.MEMBER and not finding
        if entry.asking is Asking.LINK:
            found = not any(
                line.key == self._asking_for and line.state is LineState.UNKNOWN_CODE
                for line in view.lines
            )
        money = entry.asking in (Asking.CASH, Asking.CARD)
        if lost or found or money or view.stage is Stage.DONE:
            self.stop()
        if view.amounts_only and entry.asking in (Asking.ANYTHING, Asking.TOTAL):
            selling = view.stage is Stage.SELLING and view.member is not None
            typed = entry.field.text()  # a total may be typed before the card is shown
            entry.ask(Asking.TOTAL if selling else Asking.ANYTHING)
            entry.field.setText(typed)

    def stop(self) -> None:
        """Ask for nothing in particular."""
        self._asking_for = None
        self._screen.counter.entry.ask(Asking.ANYTHING)
        self._screen.counter.take_back_touch_keys()

    def _set_price(self, key: int, amount: int, typed: str) -> None:
        self.stop()
        self._ask_till(lambda: self._checkout.set_price(key, amount))
        self._ask_once_more(key, Asking.PRICE, typed)

    def _ask_once_more(self, key: int, what: Asking, typed: str) -> None:
        """What the till finds strange stays in the field: Enter again means it."""
        view = self._screen.view
        line = next((line for line in view.lines if line.key == key), None)
        if line is not None and self.is_strange:
            self.ask_about(line, what)
            self.type_again(typed)

    def type_again(self, typed: str) -> None:
        """What the till finds strange stands in the field again, and gives way to what is typed."""
        if self.is_strange:
            field = self._screen.counter.entry.field
            field.setText(typed)
            field.selectAll()

    def _answer_weight(self, key: int, typed: str) -> None:
        grams = read_grams(typed)
        if not grams:
            self._screen.tell(Weight.REFUSED, Label.NOT_A_WEIGHT)
            return
        self.stop()
        self._ask_till(lambda: self._checkout.set_weight(key, grams))

    def _answer_amount(self, typed: str, take: Callable[[int], None]) -> None:
        amount = read_amount(typed, self._screen.view.currency)
        if amount is None:
            self._screen.tell(Weight.REFUSED, Label.NOT_A_PRICE)
        else:
            take(amount)
