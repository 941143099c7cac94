"""How far a balance may be believed: what the slip and the panel may say for certain."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from terminal.loyalty.standing import CERTAIN, Confirmed
from terminal.till.database.till_database import TillDatabase
from terminal.till.line_port import Question
from terminal.till.ports import Member
from terminal.till.sync_port import PairedLine
from terminal.wire.sync_json import SyncReply, Verdict
from tests.till.database.small_server import SmallServer

Files = Any
ANNA, CARD = "a" * 32, "5012345678900"


class Till:
    def __init__(self, files: Files, url: str) -> None:
        self.files = files
        self.till: TillDatabase = files.open()
        self.server = SmallServer()
        self.round = 0
        line = PairedLine(url=url, terminal="t" * 32, store="5" * 32, timeline=1, nonce="first")
        self.till.sync.pair(line)
        self.till.journal.enrol(Member(id=ANNA, name="Anna"), CARD, files.clock.now())

    @property
    def confirmed(self) -> Confirmed:
        return self.till.members.standing(ANNA).confirmed

    def sync(self, **more: Any) -> SyncReply:
        self.round += 1
        now = self.files.clock.now()
        request = self.till.sync.prepare(
            random=f"{self.round:032x}",
            question=Question(),
            most_facts=500,
            most_bytes=100_000,
            at=now,
        )
        reply = self.server.answer(request, **more)
        self.till.sync.settle(request, reply, at=now)
        return reply


@pytest.fixture
def chain(files: Files) -> Till:
    return Till(files, "https://tenth.example")


def test_a_till_that_has_met_no_server_knows_all(files: Files) -> None:
    till = files.open()
    till.journal.enrol(Member(id=ANNA, name="Anna"), CARD, files.clock.now())
    assert till.members.standing(ANNA).confirmed == CERTAIN


def test_before_the_server_told_everything_nothing_is_confirmed(chain: Till) -> None:
    assert chain.confirmed == Confirmed(untold=True)
    chain.sync(more=True)
    assert chain.confirmed == Confirmed(untold=True)
    chain.sync()
    assert chain.confirmed.utc == chain.files.clock.now().utc


def test_only_a_reply_that_tells_all_confirms_anew(chain: Till) -> None:
    chain.sync()
    first = chain.confirmed.utc
    chain.files.clock.advance(hours=3)
    chain.sync(more=True)
    assert chain.confirmed.utc == first
    chain.sync(verdict=Verdict.UPGRADE)
    assert chain.confirmed.utc == first
    chain.sync()
    assert first is not None
    assert chain.confirmed.utc == first + timedelta(hours=3)


def test_the_only_till_of_a_shop_with_its_server_beside_it_knows_all(files: Files) -> None:
    till = Till(files, "local:")
    assert till.confirmed == CERTAIN, "nobody else can have joined before the first answer"
    till.sync(only_till=True)
    assert till.confirmed == CERTAIN
    till.sync(only_till=False)
    assert till.confirmed.utc is not None


def test_an_only_till_with_a_distant_server_is_not_alone(chain: Till) -> None:
    chain.sync(only_till=True)
    assert chain.confirmed.utc is not None


def test_another_server_has_confirmed_nothing(chain: Till) -> None:
    chain.sync()
    line = PairedLine(
        url="https://other.example", terminal="t" * 32, store="6" * 32, timeline=1, nonce="first"
    )
    chain.till.sync.pair(line)
    assert chain.confirmed == Confirmed(untold=True)


def test_of_a_card_that_was_only_met_the_rest_is_not_known(chain: Till) -> None:
    met = chain.till.journal.meet_card("5012345000002", chain.files.clock.now())
    chain.sync()
    assert chain.till.members.standing(met.id).confirmed.met
    assert not chain.confirmed.met


def test_the_same_units_confirmed_once_more_are_no_other_standing(chain: Till) -> None:
    before = chain.till.members.standing(ANNA)
    chain.sync()
    assert chain.till.members.standing(ANNA).confirmed != before.confirmed
    chain.sync()
    again = chain.till.members.standing(ANNA)
    chain.files.clock.advance(hours=1)
    chain.sync()
    assert chain.till.members.standing(ANNA) == again
