"""What a cashier does for a customer beside the sale: units given by hand, households."""

from __future__ import annotations

from terminal.till.checkout.goodwill import Goodwill
from terminal.till.checkout.households import Households


class Care:
    """The two rooms; one of them is open at a time, and a sale that goes on closes both."""

    def __init__(self, goodwill: Goodwill, households: Households) -> None:
        self.goodwill, self.households = goodwill, households

    def begin_goodwill(self) -> None:
        """What may be given to the member on the sale; once more: enough of it."""
        shown = self.goodwill.view is not None
        self.close()
        if not shown:
            self.goodwill.begin()

    def begin_household(self) -> None:
        """Who shares with the member on the sale; once more: enough of it."""
        shown = self.households.view is not None
        self.close()
        if not shown:
            self.households.begin()

    def close(self) -> None:
        """Nothing is given, nobody begins to share."""
        self.goodwill.close()
        self.households.close()

    def typed(self, text: str) -> bool:
        """What was typed, if it is meant for one of the rooms."""
        if self.goodwill.view is not None:
            self.goodwill.typed(text)
            return True
        return self.households.view is not None and self.households.typed(text)

    @property
    def waits_for_yes(self) -> bool:
        """Whether Enter alone does something here."""
        return self.households.waits_for_yes

    def confirm(self) -> None:
        """Enter alone."""
        self.households.confirm()
