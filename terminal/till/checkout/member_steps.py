"""The steps of the member's panels: finding, cards, consents, proofs."""

from __future__ import annotations

from terminal.loyalty.consent import Purpose
from terminal.till.checkout.answers import Answers
from terminal.till.checkout.customers import Customers
from terminal.till.checkout.desk import Desk


class MemberSteps:
    """Each is one action of the cashier."""

    def __init__(self, desk: Desk, customers: Customers, answers: Answers) -> None:
        self._desk, self._customers, self._answers = desk, customers, answers

    def find(self, text: str) -> None:
        """Somebody by card, phone or name; goods that are called so are not meant."""
        self._answers.take(self._desk.lookup.member(text), typed=True)

    def begin_joining(self) -> None:
        """Somebody without a card joins; their phone is asked for."""
        if not self._desk.money_taken:
            self._customers.asking.forget()
            self._customers.joining.offer_joining()

    def new_instead(self) -> None:
        """The blank card is for somebody new, not for the member on this sale."""
        self._customers.joining.new_instead()

    def decide(self, purpose: Purpose, *, agreed: bool, text: str) -> None:
        """The member on this sale agrees to something, or does no longer."""
        self._customers.joining.decide(purpose, agreed=agreed, text=text)

    def prove(self, digits: str) -> None:
        """The last four digits of the phone, so that a typed card may spend."""
        self._customers.proofs.prove(digits)
