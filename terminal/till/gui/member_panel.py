"""The member at the counter: what they have, what it is worth, what this sale adds, what is missing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout, QWidget

from terminal.loyalty.engine.evaluation import Offer
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import BalanceView, CheckoutView, MemberView
from terminal.till.gui.controls import (
    ElidedLabel,
    KeyButton,
    clear,
    column,
    mark,
    plain_button,
    say,
    text,
)
from terminal.till.gui.controls import row as sideways
from terminal.till.gui.style import Look
from terminal.wording.labels import Label
from terminal.wording.words import Words

_OFFERS_SHOWN = 2
_PIPS_MOST = 12


class Pips(QWidget):
    """Stamps as a row of rounds: full ones are there, pale ones come with this sale."""

    def __init__(self, look: Look, have: int, coming: int, cost: int) -> None:
        super().__init__()
        self._look = look
        self._have, self._coming, self._cost = have, coming, cost
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._look.mm(5) * self._cost, self._look.mm(5.4))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._look.mm(3) * self._cost, self._look.mm(5.4))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        palette = self._look.palette
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        step = min(self._look.mm(6.6), self.width() / self._cost)
        size = min(step - 3, self.height() - 2)
        for at in range(self._cost):
            full = at < self._have
            coming = self._have <= at < self._have + self._coming
            painter.setPen(QPen(QColor(palette.accent if full or coming else palette.edge), 2))
            fill = palette.accent if full else palette.tint if coming else palette.card
            painter.setBrush(QColor(fill))
            painter.drawEllipse(QRectF(at * step + 1.5, 1.5, size - 1, size - 1))
        painter.end()


class MemberPanel(QFrame):
    """A card at the top right; small while nobody has shown a card."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_offer: Callable[[RewardName], None],
        on_more: Callable[[], None],
        on_remove: Callable[[], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words = look, words
        self._on_offer, self._on_more = on_offer, on_more
        self._shown: object = None
        self._name = ElidedLabel("", "heading")
        self._card = text("", "quiet")
        self._remove = plain_button(
            "✕", role="bare", name=words.label(Label.REMOVE_MEMBER), on_click=on_remove
        )
        self._remove.setFixedSize(look.target, look.target)
        top = sideways(None, look, margin=0)
        self._heart = text("♥", "accent")
        top.addWidget(self._heart)
        top.addWidget(self._name, 1)
        top.addWidget(self._card)
        top.addWidget(self._remove)
        self._hint = text(words.label(Label.NO_MEMBER_HINT), "quiet", wrap=True)
        self._birthday = text("★ " + words.label(Label.BIRTHDAY), "warn", wrap=True)
        self._body = QVBoxLayout()
        self._body.setSpacing(look.mm(0.8))
        layout = column(self, look)
        layout.setContentsMargins(look.mm(3), look.mm(0.8), look.mm(3), look.mm(2))
        layout.setSpacing(look.mm(0.8))
        layout.addLayout(top)
        layout.addWidget(self._hint)
        layout.addWidget(self._birthday)
        layout.addLayout(self._body)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_view(self, view: CheckoutView) -> None:
        """Paint the member of a view, if anything about them changed."""
        shown = (view.member, view.names, view.unit_names)
        if shown == self._shown:
            return
        self._shown = shown
        member, words = view.member, self._words
        self._heart.setVisible(member is not None)
        self._remove.setVisible(member is not None)
        self._birthday.setVisible(member is not None and member.birthday)
        self._hint.setVisible(member is None)
        clear(self._body)
        if member is None:
            self._name.say(words.label(Label.NO_MEMBER))
            say(self._card, "")
            return
        self._name.say(member.name or words.label(Label.UNNAMED_MEMBER))
        tail = member.card_tail
        say(self._card, words.label(Label.CARD_TAIL, tail=tail) if tail else "")
        for balance in member.balances:
            self._add_balance(balance)
        self._add_offers(member, view)

    def _add_balance(self, balance: BalanceView) -> None:
        words, look = self._words, self._look
        units = words.units(balance.balance, balance.kind)
        line = sideways(None, look, margin=0)
        line.addWidget(text(words.name(balance.name), "quiet"))
        line.addStretch(1)
        if balance.worth:
            line.addWidget(
                text(words.label(Label.WORTH, amount=words.money(balance.worth)), "good")
            )
        line.addWidget(text(units, "strong-price"))
        self._body.addLayout(line)
        if balance.kind is UnitKind.STAMPS and 0 < balance.cost <= _PIPS_MOST:
            pips = Pips(look, min(balance.balance, balance.cost), balance.earns, balance.cost)
            pips.setAccessibleName(
                words.label(
                    Label.STAMPS_OF,
                    n=words.number(balance.balance),
                    cost=words.number(balance.cost),
                )
            )
            line = sideways(None, look, margin=0)
            line.addWidget(pips, 1)
            if balance.earns and not balance.spends:
                coming = words.units(balance.earns, balance.kind)
                line.addWidget(text("+" + coming, "good"))
            self._body.addLayout(line)
            if not balance.spends:
                self._add_rest(balance)
                return
        self._add_movements(balance)

    def _add_movements(self, balance: BalanceView) -> None:
        """What this sale does to the balance."""
        words = self._words

        def units(n: int) -> str:
            return words.units(n, balance.kind)

        moves = []
        if balance.earns:
            moves.append(words.label(Label.THIS_SALE_EARNS, units=units(balance.earns)))
        if balance.spends:
            moves.append(words.label(Label.THIS_SALE_SPENDS, units=units(balance.spends)))
        if moves:
            self._body.addWidget(text(" · ".join(moves), "good", wrap=True))
        self._add_rest(balance)

    def _add_rest(self, balance: BalanceView) -> None:
        """What happens to the balance by itself, and what of it is not at hand."""
        words = self._words

        def units(n: int) -> str:
            return words.units(n, balance.kind)

        rest = []
        if balance.expires is not None and balance.expires_n:
            rest.append(
                words.label(
                    Label.EXPIRES,
                    units=units(balance.expires_n),
                    date=words.date(balance.expires),
                )
            )
        if balance.spendable < balance.balance:
            rest.append(words.label(Label.ELSEWHERE, units=units(balance.spendable)))
        if balance.pending:
            rest.append(words.label(Label.PENDING, units=units(balance.pending)))
        if balance.debt:
            rest.append(words.label(Label.OWED, units=units(balance.debt)))
        if rest:
            self._body.addWidget(text(" · ".join(rest), "small", wrap=True))

    def _add_offers(self, member: MemberView, view: CheckoutView) -> None:
        """Rewards that are on or ready as buttons, and one sentence for the nearest of the others."""
        words = self._words
        ready = [offer for offer in member.offers if offer.applied or offer.worth]
        ready.sort(key=lambda offer: not offer.applied)
        for number, offer in enumerate(ready[:_OFFERS_SHOWN]):
            self._body.addWidget(self._offer_button(offer, view, key="F6" if not number else ""))
        further = len(ready) - _OFFERS_SHOWN
        if further > 0:
            more = KeyButton(
                words.label(Label.MORE_OFFERS, n=words.number(further)),
                self._look,
                key="Shift+F6",
                on_click=self._on_more,
            )
            self._body.addWidget(more)
        out_of_reach = [offer for offer in member.offers if not offer.applied and not offer.worth]
        for offer in out_of_reach[:1]:
            name = words.name(view.names.get(offer.name, {}))
            reason = words.reason(offer.reason, view.names, _kind(member, offer.unit))
            self._body.addWidget(text(f"{name}: {reason}", "small", wrap=True))

    def _offer_button(self, offer: Offer, view: CheckoutView, *, key: str) -> KeyButton:
        words = self._words
        name = words.name(view.names.get(offer.name, {}))
        caption = Label.OFFER_ON if offer.applied else Label.USE_OFFER
        button = KeyButton(
            words.label(caption, name=name),
            self._look,
            key=key,
            role="offer",
            spread=True,
            on_click=lambda: self._on_offer(offer.name),
        )
        mark(button, "lit", "true" if offer.applied else "false")
        button.words.setProperty("tone", "bold")
        button.words.setWordWrap(True)
        cost = text(tone="accent")
        cost.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        amount = words.money(offer.worth)
        if offer.times > 1 and offer.applied:
            amount = words.label(Label.OFFER_TIMES, n=words.number(offer.times)) + " " + amount
        if offer.units:
            units = words.units(offer.units, _kind(view.member, offer.unit))
            cost.setText(words.label(Label.OFFER_COSTS, amount=amount, units=units))
        else:
            cost.setText(amount)
        layout = button.layout()
        assert layout is not None
        layout.addWidget(cost)
        button.setAccessibleName(f"{button.words.text()} {cost.text()}")
        return button


def _kind(member: MemberView | None, unit: str) -> UnitKind:
    balances = member.balances if member else ()
    return next((balance.kind for balance in balances if balance.unit == unit), UnitKind.POINTS)
