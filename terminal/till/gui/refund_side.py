"""What a return does, before it happens: to points, to money, by which way it goes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtWidgets import QFrame

from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.refund_view import (
    RefundDoubt,
    RefundState,
    RefundUnitView,
    RefundView,
)
from terminal.till.checkout.view import CheckoutView
from terminal.till.gui.controls import KeyButton, column, row, rule, say, text
from terminal.till.gui.even_rows import EvenRows
from terminal.till.gui.fitted_labels import Heading
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words

WAYS = {
    TenderKind.CASH: Label.CASH,
    TenderKind.CARD: Label.CARD,
    TenderKind.VOUCHER: Label.VOUCHER,
    TenderKind.TRANSFER: Label.TRANSFER,
    TenderKind.OTHER_TILL: ReturnLabel.BACK_OTHER_TILL,
    TenderKind.GIFT_CARD: ReturnLabel.BACK_GIFT_CARD,
    TenderKind.STORE_CREDIT: ReturnLabel.BACK_STORE_CREDIT,
    TenderKind.EXCHANGE: ReturnLabel.RETURN,
}


class RefundSide(QFrame):
    """The effects in words, the ways for the money, and the keys beside Enter."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_all: Callable[[], None],
        on_way: Callable[[TenderKind], None],
        on_without: Callable[[], None],
        on_exchange: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words = look, words
        self._shown: RefundView | None = None
        self._heading = Heading(look, words.label(ReturnLabel.RETURN_EFFECTS))
        self._effects = text("", "price", wrap=True)
        self._warning = text("", "warn", wrap=True)
        self._ways_caption = text(words.label(ReturnLabel.RETURN_WAYS), "small", wrap=True)
        self._ways = EvenRows(look.mm(1.1))
        self._buttons = {kind: self._way(kind, on_way) for kind in WAYS}
        self._ways.add(*self._buttons.values())
        self._all = KeyButton(
            words.label(ReturnLabel.RETURN_ALL), look, key="Enter", role="offer", on_click=on_all
        )
        self._without = KeyButton(
            words.label(ReturnLabel.RETURN_WITHOUT_SLIP), look, key="Shift+F8", on_click=on_without
        )
        self._exchange = KeyButton(
            words.label(ReturnLabel.EXCHANGE), look, key="Shift+F9", on_click=on_exchange
        )
        layout = column(self, look, margin=look.mm(2.4))
        layout.setSpacing(look.mm(1.4))
        layout.addWidget(self._heading)
        layout.addWidget(self._effects)
        layout.addWidget(self._warning)
        layout.addStretch(1)
        self._rule = rule(look)
        layout.addWidget(self._rule)
        layout.addWidget(self._ways_caption)
        layout.addWidget(self._ways)
        keys = row(None, look, margin=0)
        keys.addWidget(self._all, 1)
        keys.addWidget(self._without, 1)
        layout.addLayout(keys)
        layout.addWidget(self._exchange)

    def show_view(self, view: CheckoutView) -> None:
        """Show what the return of a view would do."""
        shown = view.refund
        if shown is None or shown == self._shown:
            return
        self._shown = shown
        words = self._words
        choosing = shown.state is RefundState.CHOOSING
        self._heading.say(words.label(_HEADINGS[shown.state]))
        say(self._effects, "\n".join(self._told(shown)))
        say(self._warning, self._warned(shown))
        ways = [self._buttons[kind] for kind in shown.ways] if shown.chosen else []
        self._ways.show_only(list(ways) if len(ways) > 1 else [])
        self._ways.setVisible(len(ways) > 1)
        for kind, button in self._buttons.items():
            button.setChecked(kind in _kinds(shown))
        for part in (self._ways_caption, self._rule):
            part.setVisible(len(ways) > 1)
        left = sum(line.left for line in shown.lines)
        self._all.setVisible(choosing and shown.chosen < left)
        self._all.show_key("Enter" if not shown.chosen else "")
        # It has its place before the sum is known: nothing moves under a finger when that comes.
        self._exchange.setVisible(shown.may_exchange)
        self._exchange.setEnabled(shown.worked_out)
        self._without.setVisible(shown.state is RefundState.ASKING)

    def _way(self, kind: TenderKind, on_way: Callable[[TenderKind], None]) -> KeyButton:
        words = self._words
        button = KeyButton(words.label(WAYS[kind]), self._look, on_click=partial(on_way, kind))
        button.setProperty("role", "choice")
        button.setCheckable(True)
        return button

    def _told(self, shown: RefundView) -> Iterator[str]:
        words = self._words
        if shown.state is RefundState.ASKING:
            yield words.label(ReturnLabel.RETURN_ASKING)
        elif shown.state is RefundState.RETURNED:
            yield words.label(ReturnLabel.RETURN_NOTHING_LEFT)
        elif shown.state is RefundState.CHOOSING and not shown.chosen:
            yield words.label(ReturnLabel.RETURN_CHOOSE)
        elif not shown.worked_out:
            yield words.label(ReturnLabel.RETURN_WORKED_OUT)
        elif shown.state is RefundState.APPROVING:
            yield words.label(ReturnLabel.RETURN_PIN_HOW)
            yield from self._effects_of(shown)
        else:
            yield from self._effects_of(shown)

    def _effects_of(self, shown: RefundView) -> Iterator[str]:
        words = self._words
        for tender in shown.tenders:
            yield self._money(tender)
        if not shown.tenders and shown.doubt is RefundDoubt.NONE:
            yield words.label(ReturnLabel.RETURN_NO_MONEY)
        for one in shown.units:
            yield from told_unit(one, words)
        if shown.settled_later:
            sought = shown.state is RefundState.APPROVING
            yield words.label(
                ReturnLabel.RETURN_PURCHASE_SOUGHT if sought else ReturnLabel.RETURN_SETTLED_LATER
            )

    def _money(self, tender: Tender) -> str:
        way = self._words.label(WAYS[tender.kind])
        return f"{way}: {self._words.money(tender.amount)}"

    def _warned(self, shown: RefundView) -> str:
        words = self._words
        if shown.doubt is RefundDoubt.CODE_SPENT:
            return words.label(ReturnLabel.RETURN_CODE_SPENT, amount=words.money(shown.code_left))
        if shown.remainder:
            return words.label(ReturnLabel.RETURN_REMAINDER, amount=words.money(shown.remainder))
        dearer = [line for line in shown.lines if not line.back and line.money < 0]
        if dearer:
            amount = words.money(-sum(line.money for line in dearer))
            return words.label(ReturnLabel.RETURN_DEARER, amount=amount)
        return ""


def told_unit(one: RefundUnitView, words: Words) -> Iterator[str]:
    """What a return does to one unit; money that no drawer holds says where it is."""
    name = words.name(one.name) if one.kind is UnitKind.MONEY else ""

    def units(n: int) -> str:
        return f"{words.units(n, one)} ({name})" if name else words.units(n, one)

    if one.taken:
        yield words.label(ReturnLabel.RETURN_TAKES, units=units(one.taken))
    if one.given:
        yield words.label(ReturnLabel.RETURN_GIVES, units=units(one.given))
    if one.owed:
        yield words.label(ReturnLabel.RETURN_OWES, units=units(one.owed))
    if one.lost:
        yield words.label(ReturnLabel.RETURN_LOSES, units=units(one.lost))
    if one.kind is not UnitKind.MONEY and (one.taken or one.given) and not one.lost:
        yield words.label(ReturnLabel.RETURN_LEAVES, units=units(one.after))


_HEADINGS = {
    RefundState.ASKING: ReturnLabel.RETURN_WHICH_HEADING,
    RefundState.CHOOSING: ReturnLabel.RETURN_EFFECTS,
    RefundState.RETURNED: ReturnLabel.RETURN_DONE_HEADING,
    RefundState.APPROVING: ReturnLabel.RETURN_WITHOUT_SLIP,
}


def _kinds(shown: RefundView) -> frozenset[TenderKind]:
    if not shown.worked_out and shown.way is not None:
        return frozenset((shown.way,))
    return frozenset(tender.kind for tender in shown.tenders)
