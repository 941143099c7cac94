"""Two stores of one chain: who is a member of one is known at the other by their phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId
from terminal.server.database.alarms import read_alarms
from terminal.server.database.connection import open_database
from terminal.server.ledger import rebuilding
from terminal.till.database import rebuild
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.line_port import Question
from terminal.till.ports import Member
from tests.scenarios.two_tills import Store

STATION = "0b" * 16
PHONE = "+48600123456"
ANNA, ANIA = "a" * 32, "b" * 32


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    made = Store(database, tmp_path)
    yield made
    made.close()
    database.close()


def join(till: TillDatabase, member: str, name: str, points: int) -> None:
    """They join by phone, without a card, and earn."""
    till.journal.enrol(Member(id=member, name=name, phone=PHONE), "", till.journal._clock.now())
    wallet = till.members.standing(member).wallets[0]
    entry = Entry(Account(wallet, UnitId("points")), EntryKind.EARN, points)
    assert isinstance(till.journal.adjust([entry], "opening", member), Recorded)


def assert_all_agree(chain: Store) -> None:
    assert rebuilding.check(chain.database).differences == ()
    for till in chain.tills:
        assert rebuild.check(till.database).differences == ()


def test_a_phone_is_enough_at_another_store(chain: Store) -> None:
    main_street, station = chain.open_till(), chain.open_till(STATION)
    join(main_street, ANNA, "Anna", 100)
    chain.sync()
    assert not station.members.search(PHONE, 5)

    chain.sync(station, question=Question(phone=PHONE))

    (found,) = station.members.search(PHONE, 5)
    assert (found.id, found.name, found.phone) == (ANNA, "Anna", PHONE)
    assert station.members.standing(ANNA).balance(UnitId("points")) == 100
    # From now on this store is told what becomes of her.
    wallet = main_street.members.standing(ANNA).wallets[0]
    more = Entry(Account(wallet, UnitId("points")), EntryKind.EARN, 20)
    assert isinstance(main_street.journal.adjust([more], "goodwill", ANNA), Recorded)
    chain.sync()
    assert station.members.standing(ANNA).balance(UnitId("points")) == 120
    assert_all_agree(chain)


def test_who_joined_twice_without_a_line_keeps_both_and_the_owner_is_told(chain: Store) -> None:
    main_street, station = chain.open_till(), chain.open_till(STATION)
    join(main_street, ANNA, "Anna", 100)
    join(station, ANIA, "Ania", 30)

    chain.sync()

    with chain.database.reading() as connection:
        raised = [one for one in read_alarms(connection) if one.kind == "same_phone"]
    assert [one.place for one in raised] == [f"{ANNA} {ANIA}"]
    chain.sync(station, question=Question(phone=PHONE))
    assert {one.id for one in station.members.search(PHONE, 5)} == {ANNA, ANIA}
    assert station.members.standing(ANNA).balance(UnitId("points")) == 100
    assert station.members.standing(ANIA).balance(UnitId("points")) == 30
    assert_all_agree(chain)
