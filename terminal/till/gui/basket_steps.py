"""Steps with the basket: goods, the chosen row, rewards, baskets on hold, totals only."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QApplication

from terminal.barcodes.entry import looks_like_quantity
from terminal.loyalty.standing import RewardName
from terminal.till.checkout.notice import Notice, NoticeKind, Weight
from terminal.till.checkout.view import CheckoutView, LineState, LineView, Stage
from terminal.till.gui.amounts import is_with_cents, read_amount, read_grams
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.plugs import Till
from terminal.till.gui.questions import Questions
from terminal.till.gui.step_table import AskTill, Screen, StepTable
from terminal.wording.labels import Label

_WANTED = {
    LineState.UNKNOWN_CODE: Asking.PRICE,
    LineState.PRICE_WANTED: Asking.PRICE,
    LineState.WEIGHT_WANTED: Asking.WEIGHT,
}
_NO_TOTAL = frozenset({NoticeKind.PRICE_REFUSED, NoticeKind.PRICE_UNUSUAL})
_TOTAL_DIGITS = 6
"""So many digits typed at once may be a total in whole units; more are a card or a phone."""


class BasketSteps(StepTable):
    """What keys, buttons, tiles and rows do with goods and with what the basket brings."""

    def __init__(
        self,
        checkout: Till,
        screen: Screen,
        ask_till: AskTill,
        questions: Questions,
    ) -> None:
        super().__init__(checkout, screen, ask_till)
        self._questions = questions
        self._tapped: tuple[str, str, Notice] | None = None
        """A tile, what was typed before it, and the till's question whether that is the price."""

    def by_name(self) -> dict[str, Callable[[], None]]:
        """Step and what it does."""
        return {
            "goods": self._goods,
            "park": self._park,
            "recall": self._recall,
            "link": self._link,
            "less": lambda: self.add_pieces(-1),
            "more": lambda: self.add_pieces(1),
            "pieces": lambda: self._ask_by_hand(self._how_much()),
            "price": lambda: self._ask_by_hand(Asking.PRICE),
            "weight": lambda: self._ask_by_hand(Asking.WEIGHT),
            "reward": self._reward,
        }

    # Goods

    def _goods(self) -> None:
        """F2: goods by name or tile; on an unknown code, the goods that it belongs to."""
        view = self._screen.view
        if view.stage is not Stage.SELLING or view.amounts_only:
            return
        asking, line = self._screen.counter.entry.asking, self.chosen
        if asking in (Asking.GOODS, Asking.LINK):
            self._screen.counter.step_into_goods()
        elif line is not None and line.state is LineState.UNKNOWN_CODE:
            self._link()
        else:
            self._screen.close()
            self._screen.counter.entry.ask(Asking.GOODS)
            self._screen.counter.step_into_goods()

    def _link(self) -> None:
        """To which goods the chosen row's code belongs."""
        line = self.chosen
        if line is None or line.state is not LineState.UNKNOWN_CODE:
            return
        self._screen.close()
        self._questions.ask_about(line, Asking.LINK)
        self._screen.tell(Weight.LOOK, Label.LINK_HELP)

    def add_product(self, sku: str) -> None:
        """A tile, or a row of the list of products: with what was typed before it, if it fits."""
        key = self._questions.linking
        if key is not None:
            self._ask_till(lambda: self._checkout.link(key, sku))
            self._screen.counter.entry.field.setFocus()
            return
        self.take_quantity()
        entry, view = self._screen.counter.entry, self._screen.view
        by_hand = QApplication.focusWidget() is entry.field
        typed = "" if self._questions.listed.stands(entry.field.text()) else entry.field.text()
        amount, grams = read_amount(typed, view.currency), read_grams(typed)
        before = len(view.lines)
        self._ask_till(lambda: self._checkout.add_product(sku, amount=amount, grams=grams))
        notice = self._screen.view.notice
        if notice is not None and self._questions.is_strange:
            self._tapped = sku, typed.strip(), notice
            entry.field.selectAll()
            return
        if entry.asking is Asking.GOODS:
            self._questions.stop()
        line = self.chosen
        if line is None or len(self._screen.view.lines) <= before:
            return
        if typed and (line.grams == grams or line.unit_price == amount):
            entry.field.clear()
        if by_hand and entry.asking is _WANTED.get(line.state):
            self._screen.counter.lend_touch_keys()

    def tap_again(self, typed: str) -> bool:
        """Enter on what the till found strange behind a tile: it is meant; False if it is not."""
        if self._tapped is None:
            return False
        (sku, strange, asked), self._tapped = self._tapped, None
        if typed != strange or self._screen.view.notice is not asked:
            return False
        self.add_product(sku)
        return True

    def take_quantity(self) -> None:
        """Take ``3*`` that stands in the field before a scan or a tile, with no Enter between."""
        field = self._screen.counter.entry.field
        if (typed := field.text()).rstrip().endswith("*") and looks_like_quantity(typed):
            field.clear()
            self._ask_till(lambda: self._checkout.enter(typed))

    # The chosen row

    @property
    def chosen(self) -> LineView | None:
        """The row that keys act on."""
        view = self._screen.view
        return next((line for line in view.lines if line.key == view.selected), None)

    def select_line(self, key: int) -> None:
        """A tap on a row."""
        self._selling(lambda: self._checkout.select(key))

    def step(self, by: int) -> None:
        """Up and down: another row is chosen."""
        view = self._screen.view
        keys = [line.key for line in view.lines]
        if not keys:
            return
        at = keys.index(view.selected) + by if view.selected in keys else len(keys) - 1
        key = keys[min(max(0, at), len(keys) - 1)]
        if key != view.selected:
            self.select_line(key)

    def add_pieces(self, by: int) -> None:
        """So many pieces more, or less."""
        line = self.chosen
        if line is not None:
            self._selling(lambda: self._checkout.add_pieces(line.key, by))

    def void(self) -> None:
        """The row goes out."""
        line = self.chosen
        if line is not None:
            self._selling(lambda: self._checkout.void(line.key))

    def ask_what_is_wanted(self) -> None:
        """The chosen row waits for a price or a weight: the field asks for it."""
        line = self.chosen
        if line is not None and (what := _WANTED.get(line.state)) is not None:
            self._questions.ask_about(line, what)

    def _ask_by_hand(self, what: Asking) -> None:
        """A tap on a button: the keys to answer with come with the question."""
        line = self.chosen
        if line is not None and self._screen.view.stage is Stage.SELLING:
            self._questions.ask_about(line, what)
            if self._screen.counter.entry.asking is what:
                self._screen.counter.lend_touch_keys()

    def _how_much(self) -> Asking:
        """Pieces, or the weight of what is sold by it."""
        line = self.chosen
        weighed = line is not None and (
            line.grams is not None or line.state is LineState.WEIGHT_WANTED
        )
        return Asking.WEIGHT if weighed else Asking.PIECES

    def _selling(self, step: Callable[[], CheckoutView]) -> None:
        if self._screen.view.stage is Stage.SELLING:
            self._ask_till(step)

    # Baskets on hold

    def _park(self) -> None:
        if self._screen.view.stage is Stage.SELLING:
            self._screen.close()
            self._ask_till(self._checkout.park)

    def _recall(self) -> None:
        if self._screen.view.stage is not Stage.PAYING:
            self._screen.close()
            self._ask_till(self._checkout.recall)

    def pick_parked(self, key: str) -> None:
        """One of several baskets."""
        self._ask_till(lambda: self._checkout.recall(key))
        self._screen.counter.entry.field.setFocus()

    # Totals only

    def is_total(self, typed: str) -> bool:
        """Whether a text is the total of a purchase at the other till."""
        view, asking = self._screen.view, self._screen.counter.entry.asking
        if not view.amounts_only or asking not in (Asking.ANYTHING, Asking.TOTAL):
            return False  # a PIN, a reason, the end of a phone
        if read_amount(typed, view.currency) is None:
            return False
        whole = view.member is not None and len(typed) <= _TOTAL_DIGITS
        return is_with_cents(typed) or whole

    def count(self, typed: str) -> None:
        """Enter on a total."""
        amount = read_amount(typed, self._screen.view.currency)
        self._ask_till(lambda: self._checkout.count_total(amount))
        self._questions.type_again(typed)

    # Rewards

    def toggle_reward(self, name: RewardName) -> None:
        """A reward's own button."""
        self._selling(lambda: self._checkout.toggle_reward(name))

    def claim_part(self, name: RewardName, times: int) -> None:
        """How often a reward is used."""
        self._selling(lambda: self._checkout.claim_part(name, times))

    def _reward(self) -> None:
        """F6; a total that was typed is looked at first, so that the reward can be seen."""
        entry, view = self._screen.counter.entry, self._screen.view
        if view.stage is not Stage.SELLING:
            return
        if self.is_total(entry.field.text().strip()):
            typed = entry.take()
            amount = read_amount(typed, view.currency) or 0
            self._ask_till(lambda: self._checkout.put_total(amount))
            self._questions.type_again(typed)
            notice = self._screen.view.notice
            if notice is not None and notice.kind in _NO_TOTAL:
                return
            if self._screen.view.off_basket:
                return  # it was wanted before, and is on now
        self._ask_till(lambda: self._checkout.toggle_reward(None))
