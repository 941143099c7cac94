"""Why 85? What came and went, with the balance that each left; over the basket, one key away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScroller, QTextBrowser

from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.gui.controls import KeyButton, sheet
from terminal.till.gui.even_rows import EvenRows
from terminal.till.gui.fitted_labels import ElidedLabel
from terminal.till.gui.look import Look
from terminal.till.member_port import MemberStory, MovementRow, UnitStory
from terminal.wording.care_labels import CareLabel
from terminal.wording.labels import Label
from terminal.wording.movements import movement_words
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.words import Words

Names = Mapping[RewardName, Mapping[str, str]]


class StoryPanel(QFrame):
    """One unit at a time; with several, a button for each."""

    def __init__(
        self,
        look: Look,
        words: Words,
        *,
        on_consents: Callable[[], None],
        on_goodwill: Callable[[], None],
        on_household: Callable[[], None],
        on_close: Callable[[], None],
        on_print: Callable[[], None] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._look, self._words = look, words
        self._story: MemberStory | None = None
        self._names: Names = {}
        self._at = 0
        self._heading = ElidedLabel("", "heading", sizes=range(look.heading, look.body - 1, -1))
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setMinimumHeight(look.line(look.body))  # the units above keep their rows
        self.page.document().setDocumentMargin(look.mm(1))
        self.page.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        QScroller.grabGesture(self.page.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        self._units = EvenRows(look.gap)
        self._buttons: list[KeyButton] = []
        keys: list[KeyButton] = []
        if look.folds:  # the others are a tap further, where there is room for them
            keys = [KeyButton(words.label(Label.CONSENTS_KEY), look, on_click=on_consents)]
        elif on_print is not None:
            label = words.label(CareLabel.STATEMENT_KEY)
            keys = [KeyButton(label, look, key="F11", on_click=on_print)]
        layout = sheet(self, look, words, self._heading, on_close, *keys)
        layout.addWidget(self._units)
        layout.addWidget(self.page, 1)
        if not look.folds:
            others = EvenRows(look.gap)
            others.add(
                KeyButton(words.label(CareLabel.GOODWILL), look, on_click=on_goodwill),
                KeyButton(words.label(CareLabel.HOUSEHOLD), look, on_click=on_household),
                KeyButton(words.label(Label.CONSENTS_KEY), look, on_click=on_consents),
            )
            layout.addWidget(others)

    def show_story(self, story: MemberStory, names: Names) -> None:
        """Tell this story, of the unit that was looked at last if it is there."""
        before = self._unit.unit if self._unit else ""
        self._story, self._names = story, names
        units = [one.unit for one in story.units]
        self._at = units.index(before) if before in units else 0
        words = self._words
        name = story.member or words.label(Label.UNNAMED_MEMBER)
        self._heading.say(words.label(Label.STORY_HEADING, name=name))
        self.page.setAccessibleName(words.label(Label.STORY_HEADING, name=name))
        self._lay_buttons(story)
        self._show()

    def step(self, by: int) -> None:
        """Up and down: a page at a time would lose the line that one reads."""
        bar = self.page.verticalScrollBar()
        bar.setValue(bar.value() + by * self._look.target)

    def next_unit(self) -> None:
        """The same key again: the next unit; after the last, the first."""
        if self._story and self._story.units:
            self._choose((self._at + 1) % len(self._story.units))

    @property
    def _unit(self) -> UnitStory | None:
        units = self._story.units if self._story else ()
        return units[self._at] if self._at < len(units) else None

    def _lay_buttons(self, story: MemberStory) -> None:
        self._units.clear()
        self._buttons = []
        for at, one in enumerate(story.units if len(story.units) > 1 else ()):
            button = KeyButton(_capital(self._words.name(one.name)), self._look)
            button.setCheckable(True)
            button.clicked.connect(lambda _on=False, at=at: self._choose(at))
            self._buttons.append(button)
        self._units.add(*self._buttons)

    def _choose(self, at: int) -> None:
        self._at = at
        self._show()

    def _show(self) -> None:
        for at, button in enumerate(self._buttons):
            button.setChecked(at == self._at)
        unit = self._unit
        words = self._words
        if self._story is None or unit is None:
            empty, margin = escape(words.label(Label.STORY_EMPTY)), self._look.mm(2)
            self.page.setHtml(f'<p style="margin: {margin}px">{empty}</p>')
            return
        self.page.setHtml(_Page(self._story, unit, self._names, words, self._look).html())


class _Page:
    """The page about one unit."""

    def __init__(
        self, story: MemberStory, unit: UnitStory, names: Names, words: Words, look: Look
    ) -> None:
        self._story, self._unit, self._names = story, unit, names
        self._words, self._look = words, look

    def html(self) -> str:
        """What there is, what ends when, and how it came about."""
        rows = "".join(self._row(one) for one in self._unit.rows)
        if rows:
            rows = self._columns() + rows
        else:
            rows = self._quiet_row(self._words.label(Label.STORY_EMPTY))
        return (
            f'<table width="100%" cellspacing="0">{self._today()}</table>'
            f'<table width="100%" cellspacing="0">{rows}{self._older()}</table>'
        )

    def _today(self) -> str:
        words, unit = self._words, self._unit
        told = []
        if unit.debt:
            told.append(words.label(Label.OWED, units=self._units(unit.debt)))
        if unit.pending:
            told.append(words.label(Label.PENDING, units=self._units(unit.pending)))
        for place, n in unit.places:
            label = Label.PLACE_HAS if place else Label.SERVER_HAS
            told.append(words.label(label, place=place, n=self._bare(n)))
        for day, n in unit.endings[:_ENDINGS]:
            told.append(words.label(Label.EXPIRES, units=self._units(n), date=words.date(day)))
        below = "".join(f"<br>{self._quiet(one)}" for one in told)
        palette = self._look.palette
        return (
            f'<tr><td bgcolor="{palette.tint}" style="padding:6px">'
            f'<span style="color:{palette.accent}"><b>{escape(words.label(Label.STORY_TODAY))}</b>'
            f'</span>{below}</td><td bgcolor="{palette.tint}" align="right" valign="top" '
            f'style="padding:6px; white-space:nowrap"><b>{escape(self._units(unit.balance))}</b>'
            f"</td></tr>"
        )

    def _columns(self) -> str:
        heads = (Label.STORY_CHANGE, Label.STORY_BALANCE)
        cells = "".join(
            f'<td align="right" style="padding:4px 6px">{self._quiet(self._words.label(one))}</td>'
            for one in heads
        )
        return f"<tr><td></td>{cells}</tr>"

    def _row(self, one: MovementRow) -> str:
        words, unit = self._words, self._unit
        rewards = [words.name(self._names[name]) for name in one.rewards if name in self._names]
        what = movement_words(words, one, rewards, unit.kind)
        when = f"{words.date(one.at.date())}, {one.at:%H:%M}"
        places = [when]
        if one.place:
            places.append(one.place)
        elif one.office:
            places.append(words.label(Label.STORY_OFFICE))
        if one.number:
            number = (
                ReturnLabel.RETURN_NUMBER if one.fact == "RefundRecorded" else Label.SALE_NUMBER
            )
            places.append(words.label(number, n=one.number))
        sign = "−" if one.n < 0 else "+"
        change = sign + self._bare(abs(one.n)) if one.n else ""
        tone = self._look.palette.good if one.n > 0 else self._look.palette.text
        padded = "padding:5px 6px"
        return (
            f'<tr><td style="{padded}">{escape(what)}<br>{self._quiet(" · ".join(places))}</td>'
            f'<td align="right" valign="top" style="{padded}; white-space:nowrap">'
            f'<span style="color:{tone}"><b>{escape(change)}</b></span></td>'
            f'<td align="right" valign="top" style="{padded}; white-space:nowrap">'
            f"{escape(self._bare(one.after))}</td></tr>"
        )

    def _older(self) -> str:
        words, unit = self._words, self._unit
        if not unit.whole:
            return self._quiet_row(words.label(Label.STORY_OLDER, units=self._units(unit.before)))
        if self._story.joined is not None and unit.rows:
            joined = words.date(self._story.joined)
            return self._quiet_row(words.label(Label.STORY_JOINED, date=joined))
        return ""

    def _quiet_row(self, sentence: str) -> str:
        return f'<tr><td colspan="3" style="padding:6px">{self._quiet(sentence)}</td></tr>'

    def _units(self, n: int) -> str:
        return self._words.units(n, self._unit)

    def _bare(self, n: int) -> str:
        """So many, without their unit: it stands once, at the top."""
        money = self._unit.kind is UnitKind.MONEY
        return self._words.amount(n) if money else self._words.number(n)

    def _quiet(self, words: str) -> str:
        small = f"font-size:{self._look.small}px"
        return f'<span style="color:{self._look.palette.quiet};{small}">{escape(words)}</span>'


_ENDINGS = 6
"""Days on which units end that are told; the slip and the member's page have all."""


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
