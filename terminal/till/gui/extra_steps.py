"""Steps beside the sale: printing cards and the sheet of keys, beginning and leaving training."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from terminal.till.checkout.notice import Weight
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.cheat_sheet import sheet_rows
from terminal.till.gui.extras import Extras, OnFile
from terminal.till.gui.keys import KeyMap
from terminal.till.gui.look import Look
from terminal.till.gui.notice_line import NoticeLine
from terminal.till.gui.palette import Palette
from terminal.till.trouble import Trouble
from terminal.wording.labels import Label
from terminal.wording.marks import AnyLabel
from terminal.wording.settings_labels import SettingsLabel
from terminal.wording.words import Words

if TYPE_CHECKING:
    from terminal.till.gui.training import Practice, TrainingFrame

BLANK_CARDS = 10
"""One A4 page."""

_AMBER_SHARE = 0.22
"""Of amber in the page behind everything; the letters on it stay easy to read in every theme."""

_LOG = logging.getLogger(__name__)


class Screen(Protocol):
    """The steps of the sale, which know what is shown."""

    view: CheckoutView
    notices: NoticeLine

    @property
    def words(self) -> Words: ...


class ExtraSteps:
    """The steps; those that this till has not are not among them."""

    def __init__(self, extras: Extras, window: QWidget) -> None:
        self._extras, self._window = extras, window
        self._screen: Screen | None = None
        self._keys = KeyMap()
        self._pressed_at: CheckoutView | None = None
        self._practice: Practice | None = None
        self._frame: TrainingFrame | None = None

    def by_name(self, screen: Screen, keys: KeyMap) -> dict[str, Callable[[], None]]:
        """Every step that has a key or a button, for what is on the window from now on."""
        self._screen, self._keys, extras = screen, keys, self._extras
        steps: dict[str, Callable[[], None]] = {}
        if extras.cards is not None:
            steps["blank_cards"] = self._print_blank
            steps["print_card"] = self._print_card
        if extras.print_keys is not None:
            steps["print_keys"] = self._print_keys
        if extras.in_training:
            steps["training"] = self._leave
        elif extras.training is not None:
            steps["training"] = self._practise
        return steps

    # --- paper -------------------------------------------------------------------------------

    def _print_blank(self) -> None:
        cards = self._extras.cards
        assert cards is not None
        self._print(lambda: cards.print_blank(BLANK_CARDS), Label.CARDS_ON_FILE)

    def _print_card(self) -> None:
        cards, member = self._extras.cards, self._now().view.member
        assert cards is not None
        if member is None:
            self._tell(Weight.LOOK, Label.CARD_OF_NOBODY)
        else:
            self._print(lambda: cards.print_member(member.id), Label.CARD_ON_FILE)

    def _print_keys(self) -> None:
        words, print_keys = self._now().words, self._extras.print_keys
        assert print_keys is not None
        rows = sheet_rows(words, self._keys)
        self._print(lambda: print_keys(words.label(Label.HELP_HEADING), rows), Label.KEYS_ON_FILE)

    def _print(self, step: Callable[[], OnFile], done: Label) -> None:
        try:
            made = step()
        except Trouble as trouble:
            _LOG.exception("nothing was printed to a file")
            words = self._now().words
            sentence = words.notice("trouble", text=trouble.kind.value)
            self._now().notices.tell(Weight.LOOK, sentence)
            return
        if made.why_not is not None:
            self._tell(Weight.LOOK, made.why_not)
        else:
            self._tell(Weight.GOOD, done, made.place)

    # --- training ----------------------------------------------------------------------------

    def _practise(self) -> None:
        """The first press says what will happen, the second one does it; a step between forgets."""
        screen = self._now()
        if self._practice is not None and self._practice.runs:
            return
        if screen.view.stage is Stage.PAYING:
            self._tell(Weight.QUIET, SettingsLabel.SETTINGS_LATER)
            return
        if self._pressed_at is not screen.view:
            self._pressed_at = screen.view
            self._tell(Weight.LOOK, Label.TRAINING_AGAIN)
            return
        self._pressed_at = None
        self._tell(Weight.QUIET, Label.TRAINING_OPENS)
        assert self._extras.training is not None
        command = self._extras.training(screen.words.language)
        # With all that Qt has on processes: no first scan waits for who wants to practise.
        from terminal.till.gui.training import Practice

        self._practice = Practice(self._window, command, self._practice_over)
        self._practice.begin()

    def _practice_over(self, failed: bool) -> None:
        if failed:
            self._tell(Weight.LOOK, Label.TRAINING_FAILED)
        else:
            self._tell(Weight.GOOD, Label.TRAINING_OVER)

    def _leave(self) -> None:
        self._window.close()

    def tinted(self, palette: Palette) -> Palette:
        """The colours of the window: in training the page behind everything is another one."""
        if not self._extras.in_training:
            return palette
        page, amber = QColor(palette.page), QColor(palette.warn)
        mixed = QColor(
            *(
                round(one * (1 - _AMBER_SHARE) + other * _AMBER_SHARE)
                for one, other in zip(page.getRgb()[:3], amber.getRgb()[:3], strict=True)  # type: ignore[index]
            )
        )
        return replace(palette, page=mixed.name())

    def frame(self, look: Look, words: Words) -> None:
        """Put the signs of training around the window, in its look and words, if it is training."""
        if self._extras.in_training:
            if self._frame is not None:
                self._frame.remove()
            from terminal.till.gui.training import TrainingFrame

            self._frame = TrainingFrame(self._window, look, words, self._leave)

    def end(self) -> None:
        """The window is closed, and with it what was opened from it."""
        if self._practice is not None:
            self._practice.end()

    def _now(self) -> Screen:
        assert self._screen is not None, "by_name comes first"
        return self._screen

    def _tell(self, weight: Weight, label: AnyLabel, place: str = "") -> None:
        words = self._now().words
        sentence = words.label(label, place=place) if place else words.label(label)
        self._now().notices.tell(weight, sentence)
