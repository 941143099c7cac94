"""The door to all sentences: labels, reasons and notices in one language and currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

from terminal.loyalty.engine.evaluation import Reason, Why, WithinReach
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import ExpiresAfter, UnitKind
from terminal.wording.brief_reasons import brief_phrase
from terminal.wording.marks import AnyLabel, plural
from terminal.wording.notices import notice_sentence
from terminal.wording.reasons import (
    Names,
    reason_phrase,
    short_phrase,
    within_reach_phrase,
)
from terminal.wording.record_troubles import cannot_open, trouble_story
from terminal.wording.rights import RestLike
from terminal.wording.server_line import ServerLike, ago, clock_difference, state_line, story
from terminal.wording.speech import Speech, Unit
from terminal.wording.told import REASON_CHARACTERS_MAX, Told

_VALID_FOR_MONTHS = plural("Valid for {n} month.", "Valid for {n} months.")
_VALID_FOR_DAYS = plural("Valid for {n} day.", "Valid for {n} days.")
_MONTHS_ON = plural(
    "Valid for {n} month after each purchase.", "Valid for {n} months after each purchase."
)
_DAYS_ON = plural(
    "Valid for {n} day after each purchase.", "Valid for {n} days after each purchase."
)


class NoticeLike(Protocol):
    """What a notice of the till looks like from here; ``kind`` is the value of its kind."""

    @property
    def kind(self) -> StrEnum:
        """What happened."""

    @property
    def text(self) -> str:
        """A name, a code, a trouble kind."""

    @property
    def tail(self) -> str:
        """The last digits of another card."""

    @property
    def amount(self) -> int:
        """Minor units, 0 for none."""

    @property
    def count(self) -> int:
        """How many, 0 for none."""

    @property
    def name(self) -> RewardName | None:
        """The reward that it is about."""

    @property
    def reason(self) -> object:
        """A ``Reason``, where there is one."""

    @property
    def rest(self) -> RestLike | None:
        """Where units are that may not be used here."""


class Words(Speech):
    """Everything that the program says to people."""

    def label(self, label: AnyLabel, **values: object) -> str:
        """A word on the window, the slip or the customer's display. Money, dates and units come written out."""
        return self.text(label.value, **{place: str(value) for place, value in values.items()})

    def reason(self, reason: Reason, names: Names, unit: Unit = UnitKind.POINTS) -> str:
        """Why something applied or stayed away, as a phrase without a full stop.

        ``names`` are those of the rewards that it may mention, ``unit`` what its units are.
        """
        return reason_phrase(self, reason, names, unit)

    def reason_short(self, reason: Reason, names: Names, unit: Unit = UnitKind.POINTS) -> str:
        """The same for a slip, behind the name of the rule; may be empty."""
        return short_phrase(self, reason, names, unit)

    def reason_brief(self, reason: Reason, names: Names) -> str:
        """What an offer wants that stayed away, behind its name: ``2 more pieces``.

        ``names`` are those of goods that it may mention.
        """
        return brief_phrase(self, reason, names)

    def within_reach(self, ahead: WithinReach, names: Names) -> str:
        """The next step of a reward: ``Add 1 × coffee: 20% off``; ``names`` as above."""
        return within_reach_phrase(self, ahead, names)

    def notice(
        self,
        kind: str,
        *,
        text: str = "",
        tail: str = "",
        amount: int = 0,
        count: int = 0,
        name_text: str = "",
        reason: str = "",
        rest: RestLike | None = None,
    ) -> str:
        """What happened, what it means, what to do; at most 90 characters.

        ``kind`` is the value of the till's ``NoticeKind``; for ``trouble`` the text is the value
        of its ``TroubleKind``. ``reason`` is already in words.
        """
        told = Told(
            text=text,
            tail=tail,
            amount=self.money(amount) if amount else "",
            name=name_text,
            reason=reason,
            count=count,
            rest=rest,
        )
        return notice_sentence(self, kind, told)

    def notice_line(
        self, notice: NoticeLike, names: Names, kinds: Mapping[RewardName, Unit] | None = None
    ) -> str:
        """The sentence of a notice as the till gives it.

        ``names`` are the view's; ``kinds`` say what the units of a reward are, else points.
        """
        unit: Unit = UnitKind.POINTS
        if kinds and notice.name:
            unit = kinds.get(notice.name, unit)
        return self.notice(
            notice.kind.value,
            text=notice.text,
            tail=notice.tail,
            amount=notice.amount,
            count=notice.count,
            name_text=self.name(names.get(notice.name, {})) if notice.name else "",
            reason=(
                self._brief(notice.reason, names, unit) if isinstance(notice.reason, Reason) else ""
            ),
            rest=notice.rest,
        )

    def _brief(self, reason: Reason, names: Names, unit: Unit) -> str:
        """A reason that is not cut off within a notice.

        How to come by units is left out first, and what the goods are called that are missing.
        """
        words = self.reason(reason, names, unit)
        if len(words) <= REASON_CHARACTERS_MAX:
            return words
        if reason.why is Why.UNITS_MISSING:
            return self.reason(replace(reason, amount=0), names, unit)
        return self.reason(replace(reason, wanted=()), names, unit) if reason.wanted else words

    def state_line(self, server: ServerLike) -> str:
        """The line to the server in a few words: ``Saved here · 3 waiting · …``."""
        return state_line(self, server)

    def server_story(self, server: ServerLike) -> tuple[str, ...]:
        """What happened to the line, what it means and what to do, in whole sentences."""
        return story(self, server)

    def cannot_open(self, trouble: str) -> tuple[str, str]:
        """That the till does not open, and why: what happened, what it means and what to do.

        ``trouble`` is the value of a kind of trouble, or ``record_troubles.SETTINGS_UNFIT``.
        """
        return cannot_open(self, trouble)

    def trouble_story(self, trouble: str) -> str:
        """Why an open till cannot record anything, in whole sentences."""
        return trouble_story(self, trouble)

    def ago(self, milliseconds: int) -> str:
        """How long ago: ``2 min ago``."""
        return ago(self, milliseconds)

    def clock_difference(self, ahead_ms: int) -> str:
        """By how much a clock is off: ``clock 3 min ahead``."""
        return clock_difference(self, ahead_ms)

    def valid_for(self, expiry: ExpiresAfter) -> str:
        """How long units live, such as ``Valid for 12 months``."""
        on = expiry.since == "purchase"
        if expiry.days is not None:
            return self.counted(_DAYS_ON if on else _VALID_FOR_DAYS, expiry.days)
        return self.counted(_MONTHS_ON if on else _VALID_FOR_MONTHS, expiry.months or 0)
