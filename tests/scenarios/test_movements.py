"""Why 85, where two tills earn: what is not known here is said, and the figure is right all the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal import resources
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId
from terminal.server.database.connection import open_database
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.member_port import UnitStory
from terminal.till.ports import Member
from tests.fakes import FakeIds
from tests.scenarios.two_tills import Store
from tests.till.checkout.counter import reception_of

ANNA = "a" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    made = Store(database, tmp_path)
    yield made
    made.close()
    database.close()


def earn(store: Store, till: TillDatabase, n: int) -> None:
    at = store.later(minutes=1)
    wallet = till.members.standing(ANNA).wallets[0]
    entry = Entry(Account(wallet, UnitId("points")), EntryKind.EARN, n)
    assert isinstance(till.journal.adjust([entry], "goodwill", ANNA, at), Recorded)


def points(store: Store, till: TillDatabase) -> UnitStory:
    till.programmes.put([resources.path("programmes", "points.json").read_text("utf-8")])
    desk = reception_of(till.members, till.journal, till.programmes, store.clock, FakeIds())
    return next(one for one in desk.story(ANNA).units if one.unit == "points")


def assert_adds_up(story: UnitStory) -> None:
    after = story.balance
    for row in story.rows:
        assert row.after == after
        after -= row.n
    assert after == story.before


def two_tills(store: Store) -> tuple[TillDatabase, TillDatabase]:
    first, second = store.open_till(), store.open_till()
    first.journal.enrol(Member(id=ANNA, name="Anna"), "2900000000017", store.clock.now())
    store.sync()
    return first, second


def test_a_short_story_is_told_whole_with_its_places(store: Store) -> None:
    first, second = two_tills(store)
    earn(store, first, 10)
    earn(store, second, 5)
    store.sync()
    store.sync()
    story = points(store, first)
    assert [(row.n, row.after, row.place) for row in story.rows] == [
        (5, 15, "Till 2"),
        (10, 10, ""),
    ]
    assert story.whole
    assert_adds_up(story)


def test_a_long_one_begins_where_the_server_told_and_says_so(store: Store) -> None:
    first, second = two_tills(store)
    for n in range(1, 9):
        earn(store, first, n)
        earn(store, second, 100 * n)
    store.sync()
    store.sync()
    for till in (first, second):
        story = points(store, till)
        assert story.balance == 36 + 3600
        assert len(story.rows) == 10
        assert not story.whole
        assert story.before > 0
        assert_adds_up(story)


def test_what_was_done_here_since_stands_on_top(store: Store) -> None:
    first, second = two_tills(store)
    earn(store, second, 40)
    store.sync()
    store.sync()
    earn(store, first, 2)
    story = points(store, first)
    assert [(row.n, row.after) for row in story.rows] == [(2, 42), (40, 40)]
    assert_adds_up(story)
