"""From facts to what they say of people: further cards, and what members agree to. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.loyalty import consent
from terminal.loyalty.bodies import CardReplaced, ConsentGiven, ConsentWithdrawn
from terminal.server.ledger.ready import ReadyFact
from terminal.server.members.decisions import Decisions


def decisions_of(facts: Iterable[ReadyFact]) -> Decisions:
    """What these facts say of people, all together."""
    said = Decisions()
    for one in facts:
        add_decision(said, one)
    return said


def add_decision(said: Decisions, one: ReadyFact) -> None:
    """One more fact."""
    match one.body:
        case CardReplaced() as body:
            said.card(body.member, body.card, body.before)
        case ConsentGiven() | ConsentWithdrawn() as body:
            said.decided(body.member, *consent.of_fact(one.fact, body))
        case _:
            pass
