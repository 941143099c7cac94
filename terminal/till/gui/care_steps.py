"""Alt+G and Alt+H: units given by hand, and members who share."""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.standing import RewardName
from terminal.till.checkout.care import Care
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.gui.entry_field import Asking
from terminal.till.gui.step_table import StepTable

_ASKED = (Asking.REASON, Asking.PARTNER)
_GIVES_WAY = (*_ASKED, Asking.PIN, Asking.ANYTHING, Asking.TOTAL)
"""Any other question was asked by hand meanwhile: what is typed is the answer to that one."""


class CareSteps(StepTable):
    """Both rooms beside the sale, one at a time."""

    def by_name(self) -> dict[str, Callable[[], None]]:
        """Step and what it does."""
        return {
            "goodwill": lambda: self._begin(Care.begin_goodwill),
            "household": lambda: self._begin(Care.begin_household),
            "household_leave": lambda: self._do(lambda care: care.households.leave()),
        }

    def settle(self, view: CheckoutView) -> None:
        """The field asks for what is waited for, and for nothing of it afterwards."""
        entry, shown = self._screen.counter.entry, view.goodwill or view.household
        if shown is not None and entry.asking not in _GIVES_WAY:
            pass
        elif shown is not None and shown.wants_pin:
            entry.ask(Asking.PIN)
        elif view.goodwill is not None:
            entry.ask(Asking.REASON)
        elif view.household is not None:
            entry.ask(Asking.PARTNER)
        elif entry.asking in _ASKED:
            entry.ask(Asking.ANYTHING)

    def mark(self, name: RewardName) -> None:
        """By which rule a reason gives."""
        self._do(lambda care: care.goodwill.mark(name))

    def give(self, why: str) -> None:
        """A reason."""
        self._do(lambda care: care.goodwill.give(why))

    def thank(self, name: RewardName) -> None:
        """For an opinion."""
        self._do(lambda care: care.goodwill.thank(name))

    def take_back(self, key: str) -> None:
        """What was given by mistake."""
        self._do(lambda care: care.goodwill.take_back(key))

    def _begin(self, step: Callable[[Care], None]) -> None:
        if self._screen.view.stage is Stage.SELLING:
            self._screen.close()
            self._screen.counter.entry.ask(Asking.ANYTHING)
            self._do(step)

    def _do(self, step: Callable[[Care], None]) -> None:
        self._ask_till(lambda: self._checkout.with_care(step))
        self._screen.counter.entry.field.setFocus()
