"""Phones at the server: who has one, who asks for too many, and who may have joined twice."""

from __future__ import annotations

import pytest

from terminal.server.database.alarms import RaisedAlarm, put_away, read_alarms
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.people import FAMILY_MOST
from terminal.server.intake import rulings
from terminal.server.members.asking import PHONES_MOST, WINDOW_MS
from terminal.wire.sync_json import Answer, Ask, AskKind
from tests.server.members.test_records import Person
from tests.server.paper_till import STATION
from tests.server.speaking_till import Office, SpeakingTill, rounds

PHONE = "+48601234567"


@pytest.fixture
def office(server_database: ServerDatabase) -> Office:
    return Office(server_database)


def ask(office: Office, till: SpeakingTill, *phones: str) -> tuple[Answer, ...]:
    asks = tuple(Ask(kind=AskKind.MEMBER_BY_PHONE, key=phone) for phone in phones)
    return till.sync(office, asks=asks).answers


def alarms(office: Office, kind: str) -> list[RaisedAlarm]:
    with office.database.reading() as connection:
        return [one for one in read_alarms(connection) if one.kind == kind]


# --- a member of another store -------------------------------------------------------------------


def test_a_member_of_another_store_is_found_by_phone_with_what_they_have(office: Office) -> None:
    here, there = office.pair(1), office.pair(2, STATION)
    anna = Person(1, "Anna")
    anna.enrol(there, phone=PHONE)
    there.sync(office)
    here.sync(office)
    assert anna.id not in here.members

    (answer,) = ask(office, here, PHONE)

    assert answer.member == anna.id
    assert here.members[anna.id].wallets == (anna.wallet,)
    assert anna.wallet in here.statements


@pytest.mark.parametrize(
    "guess",
    ["4567", "601234567", "48601234567", "+4860123456", "+486012345678", "+48 601 234 567", "+"],
)
def test_nobody_is_found_by_a_part_of_a_phone(office: Office, guess: str) -> None:
    here, there = office.pair(1), office.pair(2, STATION)
    Person(1, "Anna").enrol(there, phone=PHONE)
    there.sync(office)

    (answer,) = ask(office, here, guess)

    assert (answer.member, answer.too_often) == (None, False)


def test_a_family_with_one_phone_is_told_whole(office: Office) -> None:
    here, there = office.pair(1), office.pair(2, STATION)
    anna, jan = Person(1, "Anna"), Person(2, "Jan", "2900000000024")
    for one in (anna, jan):
        one.enrol(there, phone=PHONE)
    there.sync(office)

    assert {one.member for one in ask(office, here, PHONE)} == {anna.id, jan.id}
    assert {anna.id, jan.id} <= set(here.members)


def test_who_is_forgotten_is_not_found(office: Office) -> None:
    here, there = office.pair(1), office.pair(2, STATION)
    anna = Person(1, "Anna")
    anna.enrol(there, phone=PHONE)
    there.sync(office)
    rulings.erase(office.database, anna.id)

    assert [one.member for one in ask(office, here, PHONE)] == [None]


# --- who guesses ---------------------------------------------------------------------------------


def guess_many(office: Office, till: SpeakingTill) -> None:
    for number in range(PHONES_MOST):
        (answer,) = ask(office, till, f"+48500{number:06d}")
        assert not answer.too_often


def test_who_tries_phone_after_phone_finds_nobody_any_more(office: Office) -> None:
    here, there = office.pair(1), office.pair(2, STATION)
    Person(1, "Anna").enrol(there, phone=PHONE)
    there.sync(office)
    guess_many(office, here)
    assert not alarms(office, "phones_asked")

    (answer,) = ask(office, here, PHONE)

    assert (answer.member, answer.too_often) == (None, True)
    assert here.members == {}
    assert [one.place for one in alarms(office, "phones_asked")] == [here.incarnation]


def test_many_phones_in_one_request_are_many_too(office: Office) -> None:
    till = office.pair(1)

    answers = ask(office, till, *(f"+48500{number:06d}" for number in range(PHONES_MOST + 5)))

    assert [one.too_often for one in answers] == [False] * PHONES_MOST + [True] * 5


def test_another_till_is_answered_all_the_same(office: Office) -> None:
    here, beside, there = office.pair(1), office.pair(3), office.pair(2, STATION)
    anna = Person(1, "Anna")
    anna.enrol(there, phone=PHONE)
    there.sync(office)
    guess_many(office, here)

    assert [one.member for one in ask(office, beside, PHONE)] == [anna.id]


@pytest.mark.parametrize("later", [WINDOW_MS, -86_400_000])
def test_after_ten_minutes_it_is_answered_again(office: Office, later: int) -> None:
    """A server's clock that was set back keeps nobody out for a day."""
    till = office.pair(1)
    guess_many(office, till)
    office.now_ms += later

    (answer,) = ask(office, till, PHONE)

    assert not answer.too_often


def test_cards_are_asked_for_as_often_as_one_likes(office: Office) -> None:
    till = office.pair(1)
    guess_many(office, till)
    Person(1, "Anna").enrol(till)
    till.sync(office)

    asks = (Ask(kind=AskKind.MEMBER_BY_ID, key=Person(1).id),)
    assert [one.member for one in till.sync(office, asks=asks).answers] == [Person(1).id]


# --- perhaps the same person ---------------------------------------------------------------------


def two_join(office: Office, second_store: str) -> tuple[Person, Person]:
    """Anna joins by phone at two tills, neither of which has a line."""
    one, other = office.pair(1), office.pair(2, second_store)
    first, second = Person(1, "Anna"), Person(2, "Ania", "2900000000024")
    first.enrol(one, phone=PHONE)
    second.enrol(other, phone=PHONE)
    rounds(office, [one, other])
    return first, second


def test_who_joined_in_two_stores_with_one_phone_is_told_to_the_owner(office: Office) -> None:
    first, second = two_join(office, STATION)

    (raised,) = alarms(office, "same_phone")

    assert raised.place == f"{first.id} {second.id}"
    assert "Anna" not in raised.detail + raised.place
    assert PHONE[1:] not in raised.detail + raised.place
    standings = {row[4] for row in office.dump()["members"]}
    assert standings == {"active"}, "nobody is merged by a phone"


def test_a_family_of_one_store_is_no_news(office: Office) -> None:
    """There the cashier was told that somebody has the phone, and said that it is another one."""
    till = office.pair(1)
    for one in (Person(1, "Anna"), Person(2, "Jan", "2900000000024")):
        one.enrol(till, phone=PHONE)
    till.sync(office)

    assert not alarms(office, "same_phone")


def test_what_was_put_away_stays_so_when_the_record_comes_again(office: Office) -> None:
    first, _ = two_join(office, STATION)
    (raised,) = alarms(office, "same_phone")
    office.database.run(lambda connection: put_away(connection, raised, "a family", 1))

    again = office.pair(4)
    again.records.append(first.record(5, phone=PHONE))
    again.sync(office)

    assert not alarms(office, "same_phone")


def test_a_number_that_everybody_is_given_says_nothing_of_two_people(office: Office) -> None:
    """Where a till must have a phone, people type the shop's own: that is nobody's family."""
    here, there = office.pair(1), office.pair(2, STATION)
    for number in range(FAMILY_MOST):
        Person(10 + number, "Somebody", f"29000000001{number:02d}").enrol(there, phone=PHONE)
    there.sync(office)
    Person(1, "Anna").enrol(here, phone=PHONE)
    here.sync(office)

    assert not alarms(office, "same_phone")
    assert len(ask(office, here, PHONE)) == FAMILY_MOST
