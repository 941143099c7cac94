"""Where everything stands on the sale screen: panels and their places, no behaviour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QTimer
from PySide6.QtWidgets import QApplication, QSizePolicy, QVBoxLayout, QWidget

from terminal.till.checkout.view import CheckoutView, PaymentView, ServerView, Stage
from terminal.till.gui.basket_list import BasketList
from terminal.till.gui.controls import (
    KeyButton,
    Stack,
    card,
    column,
    placed_once,
    plain_button,
    row,
    say,
    text,
)
from terminal.till.gui.counter_page import CounterPage
from terminal.till.gui.edge import Edge
from terminal.till.gui.entry_field import EntryField
from terminal.till.gui.later_panels import Deeds, LaterPanels, without_menus
from terminal.till.gui.line_strip import FunctionBar, LineStrip, Steps
from terminal.till.gui.member_panel import MemberPanel
from terminal.till.gui.notice_bar import NoticeBar
from terminal.till.gui.state_line import StateLine
from terminal.till.gui.style import Look
from terminal.till.gui.tile_board import TileBoard
from terminal.till.gui.total_card import TotalCard
from terminal.till.gui.touch_keys import TouchKeys
from terminal.wording.labels import Label
from terminal.wording.words import Words

if TYPE_CHECKING:
    from terminal.till.gui.line_panel import LinePanel
    from terminal.till.gui.settings_panel import Wishes

_LEFT, _RIGHT = 56, 44
"""The basket's share of the width, and the member's."""
_OVER_BASKET = {"why": "why", "line": "line", "slip": "slips", "story": "story"}
"""What lies over the basket while it is open: the panel of each."""
_FIRST_SCAN_MS = 1_500
"""So long whoever opens the till has its processor for the first scan alone."""
_IDLE_MS = 120
"""Between two panels that are made while nothing happens: a scan finds a free moment."""


class Counter(LaterPanels):
    """All panels of the sale screen, placed."""

    def __init__(
        self,
        window: QWidget,
        look: Look,
        words: Words,
        steps: Steps,
        deeds: Deeds,
        *,
        till_name: str,
        settings: Wishes,
        follow: Callable[[CheckoutView], None],
    ) -> None:
        super().__init__(look, words, steps, deeds, settings=settings)
        self._window, self._follow = window, follow
        self._server: ServerView | None = None
        self._local_time: Callable[[], datetime] = datetime.now
        self._touch_wanted = self._touch_lent = self._amounts_only = False
        self._returning = False
        self.edge = Edge(window, look)
        self.entry = EntryField(look, words, steps["void"])
        self.notice = NoticeBar(look, words, steps["escape"])
        self.basket = BasketList(look, words, deeds.select_line)
        self.strip = LineStrip(look, words, steps)
        self.functions = FunctionBar(look, words, steps, slips=True)
        self.total = TotalCard(look, words, steps["next_step"])
        self.touch = TouchKeys(look, words, field=deeds.field_in_use, on_enter=steps["enter"])
        self._make_right(steps, deeds)
        self.state = StateLine(look, words, till_name, steps["line"])
        layout = column(window, look, margin=look.mm(1.8))
        layout.setSpacing(look.mm(1.4))
        layout.addWidget(self.state)
        layout.addLayout(self._entry_row(steps))
        layout.addWidget(self.notice)
        self._selling_page = QWidget()
        middle = row(self._selling_page, look, margin=0)
        middle.setDirection(look.sideways)
        middle.addLayout(self._left_side(), _LEFT)
        middle.addLayout(self._right_side(), _RIGHT)
        self._middle = Stack()
        self._middle.addWidget(self._selling_page)
        layout.addWidget(self._middle, 1)
        layout.addWidget(self.touch.letters)
        without_menus(window)
        self._idle = QTimer(window)
        self._idle.setInterval(_IDLE_MS)
        self._idle.timeout.connect(self._make_one)
        QTimer.singleShot(_FIRST_SCAN_MS, self._idle, self._idle.start)

    def _make_right(self, steps: Steps, deeds: Deeds) -> None:
        look, words = self._look, self._words
        self.member = MemberPanel(
            look,
            words,
            on_offer=deeds.toggle_reward,
            on_more=steps["part"],
            on_remove=steps["remove"],
            on_story=steps["movements"],
            on_code_off=deeds.remove_code,
        )
        self.tiles = TileBoard(look, words, deeds.add_product)

    @cached_property
    def line(self) -> LinePanel:
        """The line to the server, as it stands."""
        panel = super().line
        panel.use_clock(self._local_time)
        if self._server is not None:
            panel.show_server(self._server)
        panel.show_trouble(self.state.trouble)
        return panel

    @property
    def asks_for_card(self) -> bool:
        """Whether the payment waits for the card terminal."""
        return self.is_made("payment") and self.payment.asks_for_card

    def asks_for_card_of(self, payment: PaymentView | None) -> bool:
        """Whether the card terminal is asked about this very payment, and it still stands so."""
        return self.asks_for_card and self.payment.shows(payment)

    def join_fields(self) -> Sequence[QWidget]:
        """The fields of somebody who joins, empty where nobody ever did."""
        return self.join.fields() if self.is_made("join") else ()

    def forget_joining(self) -> None:
        """Whoever wanted to join has joined, or not."""
        if self.is_made("join"):
            self.join.forget()

    def _make_one(self) -> None:
        if self.make_next():
            self._idle.start(_IDLE_MS)
        else:
            self._idle.stop()

    def show_view(self, view: CheckoutView, opened: str, slip: Callable[[], Sequence[str]]) -> None:
        """Let every panel look at the view, and bring the right ones to the front."""
        if self._idle.isActive():
            # Scans come in rows: while somebody works, none shall meet the making of a panel.
            self._idle.start(_FIRST_SCAN_MS)
        with placed_once(self._window, self._selling_page, self._counter_page, self.member):
            self.basket.show_view(view)
            self.strip.show_view(view)
            self.functions.show_view(view)
            self.total.show_view(view)
            self.state.show_view(view)
            if self.is_made("line"):
                self.line.show_trouble(self.state.trouble)
            self._show_next_pieces(view)
            if opened == "why":
                self.why.show_view(view)
            self._amounts_only = view.amounts_only
            self._returning = view.refund is not None
            self._show_touch_keys(paying=view.stage is Stage.PAYING)
            page = self.help if opened == "help" else self._selling_page
            self._middle.setCurrentWidget(page)
            if view.amounts_only:
                self.amount.show_view(view)
            basket = self.place_of(self.amount) if view.amounts_only else self._basket_card
            over = _OVER_BASKET.get(opened)
            if view.refund is not None and view.refund.shows_slip and over is None:
                self.refund.show_view(view)
                over = "refund"
            self._left.setCurrentWidget(getattr(self, over) if over else basket)
            self._show_right(view, opened, slip)
        # Not within the block: a part whose placing is put off does not follow its new size.
        self._counter_page.show_member(view.member.id if view.member else "")
        self._follow(view)

    def step_into_goods(self) -> None:
        """Put the focus on the tiles; where the letters are large they come to the front."""
        self._counter_page.bring_goods()
        self.tiles.step_in()
        self.entry.on_focus()  # the keys of a window that waits behind another go there as well

    def put_goods_back(self) -> None:
        """The member comes to the front again, where there is no room for both."""
        self._counter_page.put_goods_back()

    def show_server(self, server: ServerView) -> None:
        """How the till stands with its server; nothing else is painted."""
        self._server = server
        self.state.show_server(server)
        if self.is_made("line"):
            self.line.show_server(server)

    def show_clock(self, local_time: Callable[[], datetime]) -> None:
        """Tell this time from now on."""
        self._local_time = local_time
        self.state.show_clock(local_time)

    def _show_right(
        self, view: CheckoutView, opened: str, slip: Callable[[], Sequence[str]]
    ) -> None:
        front: QWidget
        if opened == "slip":
            front = self.done  # the list shows its marked slip there
        elif view.stage is Stage.DONE:
            self.done.show_view(view, slip)
            front = self.done
        elif view.stage is Stage.PAYING:
            self.payment.show_view(view)
            front = self.payment
        elif view.refund is not None:
            self.refund_side.show_view(view)
            front = self.refund_side
        elif view.parked_choices:
            self.recall.show_view(view)
            front = self.recall
        elif view.joining:
            self.join.show_joining(view.joining)
            front = self.join
        elif beside := self._beside_sale(view):
            front = beside
        elif view.member_choices or view.product_choices:
            self.choices.show_view(view)
            front = self.choices
        elif opened == "settings":
            self.settings.fill()
            front = self.settings
        elif opened == "consents":
            self.consents.show_view(view)
            front = self.consents
        elif opened == "part":
            self.part.show_view(view)
            front = self.part
        else:
            self.member.show_view(view)
            front = self.find if opened == "find" else self._counter_page
        self._right.setCurrentWidget(self.place_of(front))

    def _beside_sale(self, view: CheckoutView) -> QWidget | None:
        """What is done for the member on the sale: units by hand, a household, another card."""
        if view.goodwill is not None:
            self.goodwill.show_goodwill(view.goodwill)
            return self.goodwill
        if view.household is not None:
            self.household.show_household(view.household)
            return self.household
        if view.replacing:
            self.replace.show_replacing(view.replacing)
            return self.replace
        return None

    @property
    def touch_wanted(self) -> bool:
        """Whether the cashier wants keys on the screen."""
        return self._touch_wanted

    def toggle_touch_keys(self) -> None:
        """Keys on the screen, or none."""
        self._touch_wanted = not (self._touch_wanted or self._touch_lent)
        self._touch_lent = False
        self._show_touch_keys(paying=False)

    def _write_with(self, letters: bool) -> None:
        self.touch.show_letters(letters)

    def lend_touch_keys(self) -> None:
        """Digits for one question of somebody who has no keyboard at hand."""
        self._touch_lent = not self._touch_wanted
        self.touch.show_letters(on=False)
        self._show_touch_keys(paying=False)

    def take_back_touch_keys(self) -> None:
        """The question is answered."""
        if self._touch_lent:
            self._touch_lent = False
            self._show_touch_keys(paying=False)

    def _show_touch_keys(self, *, paying: bool) -> None:
        """While money is counted the payment has a number pad of its own."""
        on = (self._touch_wanted or self._touch_lent) and not paying
        if not on:
            self.touch.show(on=False)
        # What goes goes first: the window would grow for both, and stay so.
        self.functions.setVisible(not on)
        self.strip.setVisible(not on and not self._amounts_only and not self._returning)
        if on:
            QApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            self.touch.show(on=True)
        self.touch_button.setChecked(on)
        self.touch_button.setEnabled(not paying)

    def _show_next_pieces(self, view: CheckoutView) -> None:
        words, pieces = self._words, view.next_pieces
        label = words.label(Label.NEXT_PIECES, n=words.number(pieces))
        say(self._next, label if pieces != 1 else "")

    def _entry_row(self, steps: Steps) -> QVBoxLayout:
        words, look = self._words, self._look
        line = row(None, look, margin=0)
        line.setDirection(look.sideways)
        self._next = text("", "warn")
        self._next.hide()
        self.touch_button = plain_button(
            "⌨",
            role="glyph",
            name=f"{words.label(Label.KEYBOARD)} ({look.keys.caption('Alt+K')})",
            on_click=steps["touch"],
        )
        self.touch_button.setCheckable(True)
        self.touch_button.setFixedSize(look.primary + 6, look.primary + 2)
        enter = plain_button(
            "⏎", role="glyph", name=words.label(Label.ENTER), on_click=steps["enter"]
        )
        enter.setFixedSize(look.primary + 6, look.primary + 2)
        line.addWidget(self.entry, 1)
        line.addWidget(self._next)
        line.addWidget(self.touch_button)
        line.addWidget(enter)
        line.addWidget(
            KeyButton(words.label(Label.HELP), look, key="F1", upright=True, on_click=steps["help"])
        )
        wrap = QVBoxLayout()
        wrap.addLayout(line)
        return wrap

    def _left_side(self) -> QVBoxLayout:
        look = self._look
        self._basket_card = card()
        inner = column(self._basket_card, look, margin=look.mm(1))
        inner.addWidget(self.basket, 1)
        self._left = Stack()
        self._left.addWidget(self._basket_card)
        left = column(None, look, margin=0)
        left.addWidget(self._left, 1)
        left.addWidget(self.strip)
        left.addWidget(self.functions)
        left.addWidget(self.touch.digits)
        return left

    def _right_side(self) -> QVBoxLayout:
        look = self._look
        self._counter_page = CounterPage(look, self._words, self.member, self.tiles)
        self._right = Stack()
        self._right.addWidget(self._counter_page)
        # Not the largest of all pages: the page in front must do with what the screen has.
        self._right.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._left.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        # Whatever pages there are yet: the total and the keys never take all the room.
        # In large letters what is above the total scrolls, and leaves the keyboard its rows.
        self._right.setMinimumSize(look.mm(92), look.mm(28 if look.folds else 35))
        self._left.setMinimumSize(look.mm(63), look.mm(44 if look.folds else 47))
        right = column(None, look, margin=0)
        right.addWidget(self._right, 1)
        right.addWidget(self.total)
        return right
