"""What the line under the entry field says: a fault, the window's own words, the till's, a hint.

Where several could be said the one that the cashier must act on wins. A fault of the program
stays until it is put away; a hint says what can be done now, in quiet letters.
"""

from __future__ import annotations

from collections.abc import Callable

from terminal.till.checkout.notice import Weight
from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.notice_bar import NoticeBar
from terminal.values import dataclass
from terminal.wording.labels import Label
from terminal.wording.marks import AnyLabel
from terminal.wording.words import Words

_LOUD = frozenset({Weight.LOOK, Weight.REFUSED})


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence and how loud it is."""

    weight: Weight
    sentence: str
    waiting: bool = False


class NoticeLine:
    """Chooses between what there is to say, and says it on the bar."""

    def __init__(
        self,
        bar: NoticeBar,
        words: Words,
        on_refusal: Callable[[], None],
        hint: Callable[[], AnyLabel],
    ) -> None:
        self._bar, self._words, self._on_refusal, self._hint = bar, words, on_refusal, hint
        self._own: Told | None = None
        self._fault: Told | None = None
        self._view: CheckoutView | None = None

    def show_view(self, view: CheckoutView) -> None:
        """A step of the till is over."""
        self._view = view
        self._say()

    def look_again(self) -> None:
        """Something else can be done now."""
        if self._chosen() is None:
            self._say()

    def tell(self, weight: Weight, sentence: str) -> None:
        """A notice of the window's own, until the next step."""
        self._own = Told(weight, sentence)
        self._say()
        if weight is Weight.REFUSED:
            self._on_refusal()

    def forget(self) -> None:
        """The next step begins; what the window said itself is over."""
        self._own = None

    def tell_fault(self) -> None:
        """A fault of ours: it stays through the steps that follow, until it is put away."""
        fault = Told(Weight.REFUSED, self._words.label(Label.PROGRAM_FAULT))
        fresh, self._fault = self._fault is None, fault
        self._own = None
        self._say()
        if fresh:
            self._on_refusal()

    def put_away(self) -> bool:
        """Esc on a fault; whether there was one."""
        there, self._fault = self._fault is not None, None
        self._say()
        return there

    def _say(self) -> None:
        told = self._chosen()
        if told is not None:
            self._bar.show_notice(told.weight, told.sentence, waiting=told.waiting)
        elif self._view is not None:
            self._bar.show_notice(None, self._words.label(self._hint()))

    def _chosen(self) -> Told | None:
        asked = [told for told in (self._own, self._of_till()) if told is not None]
        loud = next((told for told in asked if told.weight in _LOUD), None)
        return loud or self._fault or self._of_asking() or next(iter(asked), None)

    def _of_asking(self) -> Told | None:
        """The server is asked, and somebody waits for it."""
        view, words = self._view, self._words
        if view is None or view.asking is None:
            return None
        if view.asking.phone:
            label = words.label(Label.ASKING_PHONE, phone=view.asking.phone)
            return Told(Weight.QUIET, label, waiting=True)
        if view.asking.wallet:
            return Told(Weight.QUIET, words.label(Label.ASKING_CODE), waiting=True)
        if view.asking.sale:
            return Told(Weight.QUIET, words.label(Label.ASKING_SALE), waiting=True)
        if view.asking.reward is None:
            return Told(Weight.QUIET, words.label(Label.ASKING_CARD), waiting=True)
        name = words.name(view.names.get(view.asking.reward, {}))
        return Told(Weight.QUIET, words.label(Label.ASKING_REWARD, name=name), waiting=True)

    def _of_till(self) -> Told | None:
        view = self._view
        if view is None or view.notice is None:
            return None
        sentence = self._words.notice_line(view.notice, view.names, view.unit_kinds)
        return Told(view.notice.weight, sentence)
