"""The steps about people: find, join, replace a lost card, why 85, what they agree to, proofs."""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.consent import Purpose
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.consent_panel import shown_text
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.open_panel import Open
from terminal.till.gui.step_table import StepTable


class MemberSteps(StepTable):
    """Each has a key and a place to tap."""

    def by_name(self) -> dict[str, Callable[[], None]]:
        """The steps."""
        return {
            "member": self.find,
            "remove": self._remove,
            "join": self.join,
            "new_member": self.begin_joining,
            "new_instead": self._new_instead,
            "movements": self._story,
            "consents": self._consents,
        }

    def find(self) -> None:
        """F3: find somebody; again, or with a blank card at hand, somebody new."""
        screen = self._screen
        if screen.view.stage is not Stage.SELLING:
            return
        if screen.view.replacing:
            self._new_instead()
        elif screen.view.joining:
            screen.counter.join.name_field.setFocus()
        elif screen.opened is Open.FIND:
            self.begin_joining()
        else:
            screen.counter.entry.ask(Asking.MEMBER)
            screen.open_panel(Open.FIND)
            screen.counter.entry.field.setFocus()

    def _remove(self) -> None:
        if self._screen.view.stage is Stage.SELLING:
            self._ask_till(self._checkout.remove_member)

    def begin_joining(self) -> None:
        """Somebody without a card joins: their phone is asked for."""
        if self._screen.view.stage is Stage.SELLING:
            self._screen.open_panel(Open.NOTHING)
            self._ask_till(lambda: self._checkout.with_members(lambda steps: steps.begin_joining()))
            self._screen.counter.join.phone_field.setFocus()

    def join(self) -> None:
        """The holder of the blank card, or of the phone, becomes a member."""
        screen = self._screen
        if not screen.view.joining:
            return
        told = screen.counter.join.told()
        self._ask_till(lambda: self._checkout.join(**told))
        join = screen.counter.join
        if self._screen.view.joining is None:
            screen.counter.entry.field.setFocus()
            return
        # Still joining: something was refused, so that is where the cashier goes on.
        notice = screen.view.notice
        birthday = notice is not None and notice.kind is NoticeKind.BIRTHDAY_REFUSED
        (join.birthday_field if birthday else join.phone_field).setFocus()

    def prove(self, digits: str) -> None:
        """The last four digits of the phone were typed."""
        self._ask_till(lambda: self._checkout.with_members(lambda steps: steps.prove(digits)))

    def look_for(self, typed: str) -> None:
        """Whoever is called so, or has this phone or card; no goods."""
        self._screen.open_panel(Open.NOTHING)
        self._ask_till(lambda: self._checkout.with_members(lambda steps: steps.find(typed)))

    def decide(self, purpose: Purpose, agreed: bool) -> None:
        """A tick was turned over by the member's wish."""
        text = shown_text(self._screen.words)
        self._ask_till(
            lambda: self._checkout.with_members(
                lambda steps: steps.decide(purpose, agreed=agreed, text=text)
            )
        )
        self._screen.show_view(self._screen.view)  # the ticks as they were written down

    def settle(self, view: CheckoutView) -> None:
        """Ask for the proof while it is waited for, and no longer."""
        entry = self._screen.counter.entry
        if view.proving and entry.asking is not Asking.PROOF:
            entry.ask(Asking.PROOF)
        elif not view.proving and entry.asking is Asking.PROOF:
            entry.ask(Asking.ANYTHING)
        if view.joining is None:
            self._screen.counter.forget_joining()

    def _new_instead(self) -> None:
        self._ask_till(lambda: self._checkout.with_members(lambda steps: steps.new_instead()))
        self._screen.counter.join.name_field.setFocus()

    def _story(self) -> None:
        """Alt+M: why 85; pressed again, the next unit."""
        screen = self._screen
        if screen.view.member is None or screen.view.stage is not Stage.SELLING:
            return
        if screen.opened is Open.STORY:
            screen.counter.story.next_unit()
            return
        self._tell_story()
        screen.open_panel(Open.STORY)
        screen.counter.entry.field.setFocus()

    def _tell_story(self) -> None:
        screen = self._screen

        def ask() -> CheckoutView:
            story = self._checkout.story()
            if story is not None:
                screen.counter.story.show_story(story, screen.view.names)
            return screen.view

        self._ask_till(ask)

    def _consents(self) -> None:
        screen = self._screen
        member = screen.view.member
        if member is None or member.provisional or screen.view.stage is not Stage.SELLING:
            return
        shown = screen.opened is Open.CONSENTS
        screen.open_panel(Open.NOTHING if shown else Open.CONSENTS)
        screen.counter.entry.field.setFocus()
