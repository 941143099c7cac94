"""What the server keeps and cannot apply its till goes on counting, so every reply must list it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from terminal.loyalty.facts import Fact
from terminal.loyalty.ledger import NOTHING
from terminal.server.background import try_parked_again
from terminal.server.ledger import applying
from terminal.server.ledger.ready import ReadyFact, Unfit, ready
from tests.server.paper_till import earn, points
from tests.server.speaking_till import Office, SpeakingTill

ANNA = points(1)
NEW = "FeedbackGiven"
"""A kind that an older server stumbles over."""


@contextmanager
def an_older_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What it cannot make ready it parks."""

    def stumbles(fact: Fact, role: str) -> ReadyFact:
        if fact.kind == NEW:
            raise Unfit("unknown: of another year")
        return ready(fact, role)

    with monkeypatch.context() as patch:
        patch.setattr(applying, "ready", stumbles)
        yield


def balance(till: SpeakingTill) -> int:
    return till.sums(ANNA).balance


@pytest.fixture
def tills(office: Office, monkeypatch: pytest.MonkeyPatch) -> tuple[SpeakingTill, SpeakingTill]:
    """Anna got 40 and 2 points at one till, and between them 7 that its server cannot read."""
    own, other = office.pair(1), office.pair(2)
    own.paper.record(earn(ANNA, 40))
    own.paper.record(earn(ANNA, 7), kind=NEW)
    own.paper.record(earn(ANNA, 2))
    with an_older_program(monkeypatch):
        own.sync(office)
        other.sync(office)
    return own, other


def test_its_own_till_counts_it_and_no_other_does(
    office: Office, tills: tuple[SpeakingTill, SpeakingTill]
) -> None:
    own, other = tills
    assert (balance(own), balance(other)) == (49, 42)
    stated = own.statements[ANNA.wallet].accounts[0].sums
    assert stated.balance == 42, "it is not in the statement, and yet includes goes beyond it"
    assert own.includes[ANNA.wallet] == {own.incarnation: 3}


def test_every_reply_lists_it_until_it_is_applied(
    office: Office, tills: tuple[SpeakingTill, SpeakingTill]
) -> None:
    own, other = tills
    parked = {(own.incarnation, 2)}
    for _ in range(2):
        own.sync(office)
        other.sync(office)
        assert (own.parked, other.parked) == (parked, set())
    own.paper.record(earn(ANNA, 1))
    own.sync(office)
    own.want(office, ANNA, 5)
    assert (own.parked, balance(own)) == (parked, 50)

    try_parked_again(office.database, office.now_ms)
    own.sync(office)
    other.sync(office)

    assert own.parked == set()
    assert (balance(own), balance(other)) == (50, 50)


def test_it_is_listed_of_a_log_that_was_left_behind_too(
    office: Office, tills: tuple[SpeakingTill, SpeakingTill]
) -> None:
    own, _ = tills
    left = own.incarnation
    copied = own.copied()
    copied.paper.record(earn(ANNA, 100))
    copied.sync(office)
    own.paper.record(earn(ANNA, 3))
    own.sync(office)
    own.begin_anew(office, "e" * 16)
    for _ in range(2):
        own.sync(office)

    assert own.parked == {(left, 2)}
    assert own.sums(ANNA) != NOTHING
    assert balance(own) == 40 + 7 + 2 + 100 + 3
