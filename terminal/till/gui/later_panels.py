"""Panels that no sale begins with: each is made, and its module read, when it is first wanted.

A till that opens has the first scan to think of. Whoever asks for a panel by its name gets it,
made; ``make_next`` makes them one by one in idle moments, so that nobody waits for the first
opening either. These are the only imports of the window that stand within functions.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from terminal.loyalty.consent import Purpose
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import TenderKind
from terminal.till.gui.controls import Stack
from terminal.till.gui.line_strip import Steps
from terminal.till.gui.look import Look
from terminal.till.gui.scrolled import Scrolled
from terminal.wording.words import Words

if TYPE_CHECKING:
    from terminal.till.gui.amount_panel import AmountPanel
    from terminal.till.gui.choice_list import ChoiceList
    from terminal.till.gui.consent_panel import ConsentPanel
    from terminal.till.gui.done_panel import DonePanel
    from terminal.till.gui.goodwill_panel import GoodwillPanel
    from terminal.till.gui.help_panel import HelpPanel
    from terminal.till.gui.household_panel import HouseholdPanel
    from terminal.till.gui.join_panel import FindPanel, JoinPanel
    from terminal.till.gui.line_panel import LinePanel
    from terminal.till.gui.part_panel import PartPanel
    from terminal.till.gui.payment_panel import PaymentPanel
    from terminal.till.gui.recall_panel import RecallPanel
    from terminal.till.gui.refund_panel import RefundPanel
    from terminal.till.gui.refund_side import RefundSide
    from terminal.till.gui.replace_panel import ReplacePanel
    from terminal.till.gui.settings_panel import SettingsPanel, Wishes
    from terminal.till.gui.slips_panel import SlipsPanel
    from terminal.till.gui.story_panel import StoryPanel
    from terminal.till.gui.why_panel import WhyPanel

P = TypeVar("P", bound=QWidget)


class CareDeeds(Protocol):
    """What the panel for units given by hand asks for."""

    def mark(self, name: RewardName) -> None: ...
    def give(self, why: str) -> None: ...
    def thank(self, name: RewardName) -> None: ...
    def take_back(self, key: str) -> None: ...


class Deeds(Protocol):
    """What the panels ask for with an argument; the rest are steps by name."""

    @property
    def prints(self) -> bool: ...
    @property
    def asks_for_slip(self) -> bool: ...
    def mark_slip(self, at: int) -> None: ...
    def field_in_use(self) -> QLineEdit: ...
    def select_line(self, key: int) -> None: ...
    def pick_member(self, member: str) -> None: ...
    def add_product(self, sku: str) -> None: ...
    def pick_parked(self, key: str) -> None: ...
    def take_back(self, at: int) -> None: ...
    def remove_code(self, wallet: str) -> None: ...
    def pay_from(self, at: int) -> None: ...
    def toggle_reward(self, name: RewardName) -> None: ...
    def claim_part(self, name: RewardName, times: int) -> None: ...
    def decide(self, purpose: Purpose, agreed: bool) -> None: ...
    @property
    def care(self) -> CareDeeds: ...
    def tender_cash(self, amount: int) -> None: ...
    def return_pieces(self, key: int, pieces: int) -> None: ...
    def return_by(self, kind: TenderKind) -> None: ...


class LaterPanels:
    """The panels, each under its name; ``_left``, ``_right`` and ``_middle`` are their places."""

    _left: Stack
    _right: Stack
    _middle: Stack

    def __init__(
        self, look: Look, words: Words, steps: Steps, deeds: Deeds, *, settings: Wishes
    ) -> None:
        self._look, self._words, self._steps, self._deeds = look, words, steps, deeds
        self._wishes = settings
        self._places: dict[QWidget, QWidget] = {}

    def _write_with(self, letters: bool) -> None:
        """Keys on the screen follow the field that was tapped: a name is not written in digits."""
        raise NotImplementedError

    def is_made(self, name: str) -> bool:
        """Whether a panel was wanted yet."""
        return name in vars(self)

    def make_next(self) -> bool:
        """Make one that is not there yet; False when all are."""
        for name in LATER:
            if not self.is_made(name):
                getattr(self, name)
                return True
        return False

    def place_of(self, panel: QWidget) -> QWidget:
        """The page that a panel lies on: itself, or what scrolls it."""
        return self._places.get(panel, panel)

    # --- over the basket -----------------------------------------------------------------------

    @cached_property
    def why(self) -> WhyPanel:
        from terminal.till.gui.why_panel import WhyPanel

        return self._put(self._left, WhyPanel(self._look, self._words, self._steps["why"]))

    @cached_property
    def line(self) -> LinePanel:
        from terminal.till.gui.line_panel import LinePanel

        steps = self._steps
        panel = LinePanel(self._look, self._words, steps["line"], steps["date_right"])
        return self._put(self._left, panel)

    @cached_property
    def slips(self) -> SlipsPanel:
        from terminal.till.gui.slips_panel import SlipsPanel

        panel = SlipsPanel(
            self._look,
            self._words,
            on_mark=self._deeds.mark_slip,
            on_close=self._steps["escape"],
        )
        return self._put(self._left, panel)

    @cached_property
    def story(self) -> StoryPanel:
        from terminal.till.gui.story_panel import StoryPanel

        panel = StoryPanel(
            self._look,
            self._words,
            on_consents=self._steps["consents"],
            on_goodwill=self._steps["goodwill"],
            on_household=self._steps["household"],
            on_close=self._steps["escape"],
            on_print=self._steps["slip"] if self._deeds.prints else None,
        )
        return self._put(self._left, panel)

    @cached_property
    def amount(self) -> AmountPanel:
        from terminal.till.gui.amount_panel import AmountPanel

        panel = AmountPanel(
            self._look,
            self._words,
            field=self._deeds.field_in_use,
            on_enter=self._steps["enter"],
            on_reward=self._steps["reward"],
        )
        return self._put(self._left, panel, movable=True)

    @cached_property
    def refund(self) -> RefundPanel:
        from terminal.till.gui.refund_panel import RefundPanel

        panel = RefundPanel(
            self._look,
            self._words,
            on_pieces=self._deeds.return_pieces,
            on_close=self._steps["escape"],
        )
        return self._put(self._left, panel)

    # --- on the right, and over everything -----------------------------------------------------

    @cached_property
    def payment(self) -> PaymentPanel:
        from terminal.till.gui.payment_panel import PaymentPanel

        steps, deeds = self._steps, self._deeds
        panel = PaymentPanel(
            self._look,
            self._words,
            on_cash=deeds.tender_cash,
            on_exact=steps["exact"],
            on_card=steps["card"],
            on_card_paid=steps["card_paid"],
            on_card_failed=steps["card_failed"],
            on_voucher=steps["voucher"],
            on_transfer=steps["transfer"],
            on_purse=deeds.pay_from,
            on_back=deeds.take_back,
            on_enter=steps["enter"],
            field=deeds.field_in_use,
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def done(self) -> DonePanel:
        from terminal.till.gui.done_panel import DonePanel

        panel = DonePanel(
            self._look,
            self._words,
            on_print=self._steps["print"] if self._deeds.prints else None,
            on_always=self._steps["slip_always"],
            asks=lambda: self._deeds.asks_for_slip,
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def choices(self) -> ChoiceList:
        from terminal.till.gui.choice_list import ChoiceList

        panel = ChoiceList(
            self._look,
            self._words,
            on_member=self._deeds.pick_member,
            on_product=self._deeds.add_product,
            on_close=self._steps["escape"],
        )
        return self._put(self._right, panel)

    @cached_property
    def find(self) -> FindPanel:
        from terminal.till.gui.join_panel import FindPanel

        steps = self._steps
        panel = FindPanel(
            self._look,
            self._words,
            steps["escape"],
            steps.get("print_card"),
            steps.get("blank_cards"),
            steps["new_member"],
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def join(self) -> JoinPanel:
        from terminal.till.gui.join_panel import JoinPanel

        steps = self._steps
        panel = JoinPanel(
            self._look,
            self._words,
            on_join=steps["join"],
            on_close=steps["escape"],
            on_tap=self._write_with,
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def part(self) -> PartPanel:
        from terminal.till.gui.part_panel import PartPanel

        panel = PartPanel(
            self._look,
            self._words,
            on_part=self._deeds.claim_part,
            on_close=self._steps["part"],
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def recall(self) -> RecallPanel:
        from terminal.till.gui.recall_panel import RecallPanel

        panel = RecallPanel(
            self._look,
            self._words,
            on_basket=self._deeds.pick_parked,
            on_close=self._steps["escape"],
        )
        return self._put(self._right, panel)

    @cached_property
    def consents(self) -> ConsentPanel:
        from terminal.till.gui.consent_panel import ConsentPanel

        panel = ConsentPanel(
            self._look,
            self._words,
            on_decide=self._deeds.decide,
            on_goodwill=self._steps["goodwill"],
            on_household=self._steps["household"],
            on_close=self._steps["escape"],
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def goodwill(self) -> GoodwillPanel:
        from terminal.till.gui.goodwill_panel import GoodwillPanel

        care = self._deeds.care
        panel = GoodwillPanel(
            self._look,
            self._words,
            on_mark=care.mark,
            on_why=care.give,
            on_thank=care.thank,
            on_take_back=care.take_back,
            on_close=self._steps["escape"],
            on_print=self._steps["slip"] if self._deeds.prints else None,
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def household(self) -> HouseholdPanel:
        from terminal.till.gui.household_panel import HouseholdPanel

        panel = HouseholdPanel(
            self._look,
            self._words,
            on_yes=self._steps["enter"],
            on_leave=self._steps["household_leave"],
            on_close=self._steps["escape"],
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def replace(self) -> ReplacePanel:
        from terminal.till.gui.replace_panel import ReplacePanel

        panel = ReplacePanel(
            self._look,
            self._words,
            on_replace=self._steps["enter"],
            on_new=self._steps["new_instead"],
            on_close=self._steps["escape"],
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def refund_side(self) -> RefundSide:
        from terminal.till.gui.refund_side import RefundSide

        panel = RefundSide(
            self._look,
            self._words,
            on_all=self._steps["refund_all"],
            on_way=self._deeds.return_by,
            on_without=self._steps["without_slip"],
            on_exchange=self._steps["exchange"],
        )
        return self._put(self._right, panel, movable=True)

    @cached_property
    def settings(self) -> SettingsPanel:
        from terminal.till.gui.settings_panel import SettingsPanel

        panel = SettingsPanel(self._look, self._words, self._wishes, self._steps["settings"])
        return self._put(self._right, panel)

    @cached_property
    def help(self) -> HelpPanel:
        from terminal.till.gui.help_panel import HelpPanel

        steps = self._steps
        panel = HelpPanel(
            self._look, self._words, steps["help"], steps["settings"], steps.get("print_keys")
        )
        return self._put(self._middle, panel)

    def _put(self, stack: Stack, panel: P, *, movable: bool = False) -> P:
        """Lay a panel into its place, behind what is in front."""
        page: QWidget = panel
        if movable:
            # What may be higher than the screen, in large letters, can be moved there.
            page = self._places[panel] = Scrolled(self._look, self._words, panel)
        without_menus(page)
        stack.addWidget(page)
        return panel


LATER = tuple(name for name, one in vars(LaterPanels).items() if isinstance(one, cached_property))
"""In the order in which they are made when there is time: what most sales come to first."""


def without_menus(page: QWidget) -> None:
    """A menu that pops up takes the keyboard, and with it the next scan."""
    for widget in (page, *page.findChildren(QWidget)):
        widget.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
