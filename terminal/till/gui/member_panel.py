"""The member at the counter: what they have, what it is worth, what this sale adds, what is missing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QFrame, QSizePolicy, QVBoxLayout

from terminal.loyalty.engine.evaluation import Offer, Why
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import BalanceView, CheckoutView, MemberView
from terminal.till.gui.balance_block import BalanceBlock, has_pips
from terminal.till.gui.code_rows import CodeRows
from terminal.till.gui.controls import KeyButton, column, plain_button, say, text
from terminal.till.gui.controls import row as sideways
from terminal.till.gui.fitted_labels import ElidedLabel
from terminal.till.gui.offer_button import OfferButton, is_elsewhere
from terminal.till.gui.style import Look
from terminal.wording.fitting import behind_colon
from terminal.wording.labels import Label
from terminal.wording.speech import Unit
from terminal.wording.words import Words

_OFFERS_SHOWN = 2


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
        on_story: Callable[[], None],
        on_code_off: Callable[[str], None],
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words = look, words
        self._on_story = on_story
        self._view: CheckoutView | None = None
        self._shown: object = None
        self._fitted: object = None
        self._high = self._room = 0
        sizes = range(look.heading, look.body - 1, -1)
        self._name = ElidedLabel("", "heading", sizes=sizes)
        self._card = text("", "quiet")
        self._remove = plain_button(
            "✕", role="bare", name=words.label(Label.REMOVE_MEMBER), on_click=on_remove
        )
        self._remove.setFixedSize(look.target, look.target)
        top = sideways(None, look, margin=0)
        self._heart = text("♥", "accent")
        top.addWidget(self._heart)
        top.addWidget(self._name, 1)
        if not look.folds:
            top.addWidget(self._card)
        top.addWidget(self._remove)
        self._hint = text("", "quiet", wrap=True)
        self._birthday = text("★ " + words.label(Label.BIRTHDAY), "warn", wrap=True)
        self._codes, self._body = CodeRows(look, words, on_code_off), QVBoxLayout()
        self._body.setSpacing(look.mm(1.1))
        self._blocks: list[BalanceBlock] = []
        self._ready = 0
        self._in_parts = False
        self._came: tuple[str, frozenset[str]] = ("", frozenset())
        """Whose units were elsewhere since they are on this sale, and which."""
        self._offers = [
            OfferButton(look, words, key="" if at else "F6", on_offer=on_offer)
            for at in range(_OFFERS_SHOWN)
        ]
        self._more = KeyButton("", look, key="Shift+F6", upright=look.folds, on_click=on_more)
        self._missing = text("", "small", wrap=True)
        for part in (*self._offers, self._more, self._missing):
            part.hide()
            self._body.addWidget(part)
        layout = column(self, look)
        layout.setContentsMargins(look.mm(3), look.mm(1.8), look.mm(3), look.mm(2))
        layout.setSpacing(look.mm(0.8))
        layout.addLayout(top)
        if look.folds:
            layout.addWidget(self._card)
        layout.addWidget(self._hint)
        layout.addWidget(self._birthday)
        layout.addWidget(self._codes)
        layout.addLayout(self._body)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_view(self, view: CheckoutView) -> None:
        """Paint the member of a view, if anything about them changed."""
        self._view = view
        self._shown = (view.member, view.bearers, view.names, view.unit_names, view.asking)

    def _show_all(self) -> None:
        """Everything that there is to say; ``fit`` takes away what has no room."""
        view, words = self._view, self._words
        if view is None:
            return
        member = view.member
        self._codes.show_view(view)
        self._heart.setVisible(member is not None)
        self._remove.setVisible(member is not None)
        self._birthday.setVisible(member is not None and member.birthday)
        say(self._hint, "" if view.bearers and member is None else self._hint_for(member))
        for part in (*self._blocks, *self._offers, self._more, self._missing):
            if member is None:
                part.hide()
        if member is None:
            self._came = ("", frozenset())
            self._name.say(words.label(Label.NO_MEMBER))
            say(self._card, "")
            return
        tail = member.card_tail
        if member.provisional:
            self._name.say(words.label(Label.UNKNOWN_CARD, tail=tail))
            tail = ""
        else:
            self._name.say(member.name or words.label(Label.UNNAMED_MEMBER))
        say(self._card, words.label(Label.CARD_TAIL, tail=tail) if tail else "")
        away = frozenset(one.unit for one in member.balances if one.spendable < one.balance)
        whose, before = self._came
        self._came = member.id, away | before if whose == member.id else away
        self._show_balances([balance for balance in member.balances if _tells(balance)])
        self._show_offers(replace(member, offers=()) if member.provisional else member, view)

    def _hint_for(self, member: MemberView | None) -> str:
        if member is None:
            return self._words.label(Label.NO_MEMBER_HINT)
        if member.provisional:
            return self._words.label(Label.UNKNOWN_CARD_HINT)
        if member.unconfirmed:
            return self._words.label(Label.NOT_CONFIRMED)
        if member.confirmed_ms is not None:
            ago = self._words.ago(member.confirmed_ms)
            return self._words.label(Label.CONFIRMED_AGO, ago=ago)
        return ""

    def _show_more(self, further: int) -> None:
        """The way to the other rewards, and to a part of one that can be used more than once."""
        self._more.setVisible(further > 0 or self._in_parts)
        words = self._words
        if further > 0:
            self._more.say(words.label(Label.MORE_OFFERS, n=words.number(further)))
        else:
            self._more.say(words.label(Label.PART_HEADING))

    def _leave_one_offer(self) -> None:
        # Only where the key for the others is there anyway: one button more is no less.
        if self._ready > 1 and not self._more.isHidden():
            self._offers[1].hide()
            self._show_more(self._ready - 1)

    def _leave_parts(self) -> None:
        if self._ready <= sum(not one.isHidden() for one in self._offers):
            self._more.hide()

    def fit(self, width: int, room: int) -> int:
        """Leave out the least of it until it fits the room; the rest is one key away. The height."""
        asked = (self._shown, width, self.isVisible())
        # Measuring asks for a placing, which asks for the height: answered anew each time, it
        # would go round for ever on a whole core. And what has room in a place has the same in a
        # smaller one that still holds it.
        known = room == self._room or self._high <= room <= self._room
        if asked != self._fitted or not known:
            self._fitted, self._room = asked, room
            self._show_all()
            further: list[Callable[[], None]] = [self._codes.give_way, self._missing.hide]
            further += [block.give_way for block in reversed(self._blocks[1:])]
            further += [block.hide for block in reversed(self._blocks[2:])]
            further += [self._leave_one_offer, self._birthday.hide, self._leave_parts]
            further += [block.give_way for block in self._blocks[:1]]
            if not self._codes.isHidden():
                further += [block.hide for block in reversed(self._blocks[1:])]
            self._high = self._needed(width)
            for leave_out in further:
                if self._high <= room:
                    break
                leave_out()
                self._high = self._needed(width)
        return self._high

    def settle(self) -> None:
        """Place the parts in the size that it has now."""
        if (layout := self.layout()) is not None:
            layout.activate()

    def _needed(self, width: int) -> int:
        """How high it must be at a width, of the parts that show now."""
        layout = self.layout()
        assert layout is not None
        for block in self._blocks:
            block.measure_anew()
        for offer in self._offers:
            offer.measure_anew()
        self._codes.measure_anew()
        self._body.invalidate()
        layout.invalidate()
        if layout.hasHeightForWidth():
            return layout.totalHeightForWidth(width)
        return layout.totalSizeHint().height()

    def _show_balances(self, balances: Sequence[BalanceView]) -> None:
        while len(self._blocks) < len(balances):
            block = BalanceBlock(self._look, self._words, self._on_story)
            self._body.insertWidget(len(self._blocks), block)
            self._blocks.append(block)
        for at, block in enumerate(self._blocks):
            block.setVisible(at < len(balances))
            if at < len(balances):
                block.show_balance(balances[at], came=balances[at].unit in self._came[1])

    def _show_offers(self, member: MemberView, view: CheckoutView) -> None:
        """Rewards that are on or ready as buttons, and one sentence for the nearest of the others."""
        words = self._words
        ready = [
            offer
            for offer in member.offers
            if offer.applied or offer.worth or (offer.brings and offer.times)
        ]
        ready.sort(key=lambda offer: not offer.applied)
        ready += [offer for offer in member.offers if is_elsewhere(offer)]
        asked = view.asking.reward if view.asking else None
        for at, button in enumerate(self._offers):
            button.setVisible(at < len(ready))
            if at < len(ready):
                name = words.name(view.names.get(ready[at].name, {}))
                unit = _unit(view, ready[at])
                button.show_offer(
                    ready[at], name, unit, asked=ready[at].name == asked, typed=member.typed
                )
        self._ready = len(ready)
        self._in_parts = any(offer.times_most > 1 for offer in ready)
        self._show_more(len(ready) - len(self._offers))
        pictured = {one.unit for one in member.balances if one.unit and has_pips(one)}
        far = [o for o in member.offers if o not in ready]
        waiting = [words.name(view.names.get(o.name, {})) for o in far if waits_for_goods(o)]
        far = [o for o in far if not waits_for_goods(o)]
        # Stamps show by themselves what is missing.
        missing = next((offer for offer in far if offer.unit not in pictured), None)
        sentence = ""
        if missing is not None:
            sentence = self._told_missing(missing, member, view)
        if waiting:
            label = Label.OFFER_WAITS_TOTAL if view.amounts_only else Label.OFFER_WAITS
            sentence = words.label(label, name=" · ".join(waiting))
        ahead = next(iter(view.evaluation.within_reach), None)
        if not sentence and ahead is not None:
            name = words.name(view.names.get(ahead.name, {}))
            sentence = f"{name}: {behind_colon(words.within_reach(ahead, view.names))}"
        say(self._missing, sentence)

    def _told_missing(self, missing: Offer, member: MemberView, view: CheckoutView) -> str:
        """What lacks for a reward when this sale is counted, which the panel says it will be."""
        words, reason = self._words, missing.reason
        name = words.name(view.names.get(missing.name, {}))
        if reason.why is Why.UNITS_MISSING and (coming := _coming(missing, member)) > 0:
            if coming >= reason.units:
                return words.label(Label.OFFER_AFTER, name=name)
            # What it would cost to get there is known of the whole only.
            reason = replace(reason, units=reason.units - coming, amount=0)
        lacking = words.reason(reason, view.names, _unit(view, missing))
        return f"{name}: {behind_colon(lacking)}"


def _coming(offer: Offer, member: MemberView) -> int:
    """Units that this sale brings with the right to use them, less what it uses."""
    balance = next((one for one in member.balances if one.unit == offer.unit), None)
    if balance is None:
        return 0
    return balance.earns - balance.earns_pending - balance.spends - balance.debt


def _tells(balance: BalanceView) -> bool:
    """An empty balance that this sale leaves empty is no news, and its row is needed."""
    parts = (balance.balance, balance.pending, balance.debt, balance.earns, balance.spends)
    return any(parts)


def waits_for_goods(offer: Offer) -> bool:
    """Whether the member has what it costs, and only the goods are not there yet."""
    return offer.reason.why is Why.NO_GOODS and 0 < offer.cost <= offer.balance_units


def _unit(view: CheckoutView, offer: Offer) -> Unit:
    return view.unit_kinds.get(offer.name, UnitKind.POINTS)
