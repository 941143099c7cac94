"""The server stops, or fails, between taking a sale in and applying it: nothing is lost by that."""

from __future__ import annotations

from typing import NoReturn

import pytest

from terminal.server.database import alarms
from terminal.server.feed.pruning import prune_feeds
from terminal.server.intake import sync
from terminal.server.intake.leftovers import apply_leftovers
from terminal.wire.sync_json import Verdict
from tests.server.paper_till import earn, points
from tests.server.speaking_till import Office, rounds

ANNA = points(1)


class PowerCut(BaseException):
    """The computer is off."""


def test_a_sale_is_applied_after_the_power_came_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    till, other = office.pair(1), office.pair(2)
    till.paper.record(earn(ANNA, 40))

    def off(*_args: object, **_kwargs: object) -> NoReturn:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(sync, "apply_till", off)
        with pytest.raises(PowerCut):
            till.sync(office)
    assert apply_leftovers(office.database, office.now_ms) == 1
    assert apply_leftovers(office.database, office.now_ms) == 0

    rounds(office, [till, other])
    assert till.sums(ANNA).balance == other.sums(ANNA).balance == 40


def test_a_till_is_answered_even_if_what_follows_fails(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    till = office.pair(1)
    till.paper.record(earn(ANNA, 40))

    def fails(*_args: object, **_kwargs: object) -> NoReturn:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(sync, "apply_till", fails)
        reply = till.sync(office)

    assert reply.verdict is Verdict.OK
    assert reply.acknowledged[0].seq == 1
    assert reply.includes[0].seq == 0
    assert till.sums(ANNA).balance == 40
    with office.database.reading() as connection:
        assert [one.kind for one in alarms.read_alarms(connection)] == ["applying_failed"]
    assert "failed for log" in caplog.text
    till.sync(office)
    till.sync(office)
    assert till.statements[ANNA.wallet].accounts[0].sums.balance == 40


def test_a_pruned_feed_still_tells_a_new_till_everything(office: Office) -> None:
    till = office.pair(1)
    for number in range(12):
        till.paper.record(earn(points(number % 4), 1))
        till.sync(office)
    assert prune_feeds(office.database) > 0
    new = office.pair(2)
    new.sync(office)

    assert [new.sums(points(number)).balance for number in range(4)] == [3, 3, 3, 3]
