"""People as tills tell of them: met, enrolled twice, merged, found and forgotten."""

from __future__ import annotations

import itertools

import pytest

from terminal.loyalty.bodies import CardMet, MemberEnrolled
from terminal.loyalty.facts import FactKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database.connection import ServerDatabase
from terminal.server.intake import rulings
from terminal.server.members.records import member_records
from terminal.wire.record_json import CardRecord, MemberRecord, RecordField
from terminal.wire.sync_json import Ask, AskKind
from tests.server.paper_till import STATION, earn
from tests.server.speaking_till import Office, SpeakingTill, rounds

NUMBER = "2900000000017"


@pytest.fixture
def office(server_database: ServerDatabase) -> Office:
    return Office(server_database)


class Person:
    """Somebody as one till knows them."""

    def __init__(self, number: int, name: str = "", card_number: str = NUMBER) -> None:
        self.id = f"{number:032x}"
        self.wallet = WalletId(f"{number + 100:032x}")
        self.card = f"{number + 200:032x}"
        self.name = name
        self.card_number = card_number
        self.points = Account(self.wallet, UnitId("points"))

    def record(self, version: int = 1, **more: str) -> MemberRecord:
        told = ({"name": self.name} if self.name else {}) | more
        return MemberRecord(
            id=self.id,
            fields=tuple(
                RecordField(name=name, value=value, version=version) for name, value in told.items()
            ),
            wallets=(self.wallet,),
            cards=(CardRecord(id=self.card, number=self.card_number),),
        )

    def enrol(self, till: SpeakingTill, **more: str) -> None:
        """They joined, with their name."""
        body = MemberEnrolled(member=self.id, wallet=self.wallet, card=self.card)
        till.paper.record(kind=FactKind.MEMBER_ENROLLED, body=body)
        till.records.append(self.record(1, **more))

    def met(self, till: SpeakingTill) -> None:
        """Their card was shown to a till that did not know it."""
        body = CardMet(member=self.id, wallet=self.wallet, card=self.card)
        till.paper.record(kind=FactKind.CARD_MET, body=body)
        till.records.append(self.record())


def known(office: Office, member: str) -> MemberRecord | None:
    with office.database.reading() as connection:
        found = member_records(connection, [member])
    return found[0] if found else None


def named(record: MemberRecord | None) -> dict[str, str | None]:
    assert record is not None
    return {one.name: one.value for one in record.fields}


def standing(office: Office, member: str) -> str:
    (row,) = [row for row in office.dump()["members"] if row[0] == member]
    return str(row[4])


def test_who_joined_at_one_till_is_known_at_the_other(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    anna = Person(1, "Anna")
    anna.enrol(first, phone="+48 601 234 567")
    first.paper.record(earn(anna.points, 40))

    reply = first.sync(office)
    second.sync(office)

    assert reply.records_taken == (anna.id,)
    assert named(second.members[anna.id]) == {"name": "Anna", "phone": "+48 601 234 567"}
    assert second.members[anna.id].wallets == (anna.wallet,)
    assert [one.number for one in second.members[anna.id].cards] == [NUMBER]
    assert second.sums(anna.points).balance == 40


def test_another_store_hears_of_a_member_when_they_were_there(office: Office) -> None:
    home, away = office.pair(1), office.pair(2, STATION)
    anna, boris = Person(1, "Anna"), Person(2, "Boris", "2900000000024")
    anna.enrol(home)
    boris.enrol(home)
    home.sync(office)
    away.sync(office)
    assert not away.members

    reply = away.sync(office, asks=(Ask(kind=AskKind.MEMBER_BY_CARD, key=NUMBER),))

    assert [one.member for one in reply.answers] == [anna.id]
    assert [one.id for one in reply.members] == [anna.id]
    home.paper.record(earn(anna.points, 40))
    home.sync(office)
    away.sync(office)
    assert away.sums(anna.points).balance == 40
    assert boris.id not in away.members


def test_a_store_that_brings_a_record_is_told_what_is_on_its_wallets(office: Office) -> None:
    """A restored server forgot that this store asked for them; its till tells the record again."""
    home, away = office.pair(1), office.pair(2, STATION)
    anna = Person(1, "Anna")
    anna.enrol(home)
    home.paper.record(earn(anna.points, 40))
    home.sync(office)

    away.sync(office, records=(anna.record(),))

    assert away.sums(anna.points).balance == 40


def orders() -> list[tuple[int, ...]]:
    return list(itertools.permutations(range(4)))


@pytest.mark.parametrize("order", orders())
def test_a_card_that_was_met_is_its_owners_however_it_arrives(
    server_database: ServerDatabase, order: tuple[int, ...]
) -> None:
    office = Office(server_database)
    first, second = office.pair(1), office.pair(2)
    anna, met = Person(1, "Anna"), Person(2)
    anna.enrol(first)
    met.met(second)
    second.paper.record(earn(met.points, 7))
    parts = (
        lambda: first.sync(office, records=()),  # her fact
        lambda: first.sync(office, most=0, records=(anna.record(),)),
        lambda: second.sync(office, records=()),
        lambda: second.sync(office, most=0, records=(met.record(),)),
    )
    for part in order:
        parts[part]()

    found = known(office, met.id)
    assert found is not None
    assert found.id == anna.id
    assert found.merged == (met.id,)
    assert set(found.wallets) == {anna.wallet, met.wallet}
    assert [one.number for one in found.cards] == [NUMBER]
    assert [one.id for one in found.cards] == [anna.card]
    assert standing(office, anna.id) == "active"
    rounds(office, [first, second])
    for till in (first, second):
        assert till.members[anna.id].merged == (met.id,)
        assert till.sums(met.points).balance == 7


def test_who_enrolled_twice_with_one_card_is_who_came_first(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    anna, again = Person(1, "Anna"), Person(2, "Anna")
    anna.enrol(first)
    again.enrol(second, phone="601234567")
    first.sync(office)
    second.sync(office)

    found = known(office, again.id)
    assert found is not None
    assert found.id == anna.id
    assert named(found) == {"name": "Anna", "phone": "601234567"}


def test_a_member_of_a_member_is_followed_to_the_last(office: Office) -> None:
    till = office.pair(1)
    third, second, first = Person(3), Person(2, card_number="2900000000024"), Person(1, "Anna")
    third.met(till)
    second.met(till)
    till.sync(office)
    # The second met shows the number of the third: now they are one.
    till.records = [
        MemberRecord(id=second.id, cards=(CardRecord(id=f"{900:032x}", number=NUMBER),))
    ]
    till.sync(office)
    first.enrol(till)
    till.sync(office)

    assert {known(office, one.id) for one in (first, second, third)} == {known(office, first.id)}
    found = known(office, third.id)
    assert found is not None
    assert set(found.wallets) == {first.wallet, second.wallet, third.wallet}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_whoever_holds_one_wallet_is_one_person(
    server_database: ServerDatabase, order: tuple[int, ...]
) -> None:
    """A restored server forgot who turned out to be whom; a till's record tells it again.

    The fact still says that the wallet is of the one who was met, and no card's number is left.
    """
    office = Office(server_database)
    first, second = office.pair(1), office.pair(2)
    anna, met = Person(1, "Anna"), Person(2)
    anna.enrol(first)
    met.met(second)
    joined = MemberRecord(
        id=anna.id,
        fields=anna.record().fields,
        wallets=(anna.wallet, met.wallet),
        cards=anna.record().cards,
    )
    parts = (
        lambda: first.sync(office, records=()),
        lambda: first.sync(office, most=0, records=(joined,)),
        lambda: second.sync(office, records=()),
    )
    for part in order:
        parts[part]()

    found = known(office, met.id)
    assert found is not None
    assert found.id == anna.id
    assert found.merged == (met.id,)
    assert set(found.wallets) == {anna.wallet, met.wallet}
    rounds(office, [first, second])
    assert first.members[anna.id].merged == second.members[anna.id].merged == (met.id,)


def test_the_wallet_of_somebody_forgotten_joins_nobody_to_them(office: Office) -> None:
    till = office.pair(1)
    anna, again = Person(1, "Anna"), Person(2, "Anna", card_number="2900000000024")
    anna.enrol(till)
    till.sync(office)
    rulings.erase(office.database, anna.id)
    again.wallet = anna.wallet
    again.enrol(till)
    till.sync(office)

    assert standing(office, anna.id) == "erased"
    assert standing(office, again.id) == "active"


def test_what_comes_late_under_an_old_id_finds_its_way(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    anna, met = Person(1, "Anna"), Person(2)
    met.met(second)
    anna.enrol(first)
    second.sync(office)
    first.sync(office)

    second.records.append(
        MemberRecord(id=met.id, fields=(RecordField(name="phone", value="601234567", version=5),))
    )
    second.sync(office)

    assert named(known(office, anna.id)) == {"name": "Anna", "phone": "601234567"}


def test_a_record_that_comes_twice_changes_nothing(office: Office) -> None:
    till = office.pair(1)
    anna = Person(1, "Anna")
    anna.enrol(till)
    till.sync(office)
    before = office.dump()
    till.records.append(anna.record())
    till.sync(office)
    after = office.dump()

    for table in ("members", "cards", "wallets", "interests"):
        assert after[table] == before[table]


def test_a_blocked_card_stays_blocked(office: Office) -> None:
    till = office.pair(1)
    anna = Person(1, "Anna")
    anna.enrol(till)
    till.sync(office)
    for usable in ("blocked", "active"):
        card = CardRecord(id=anna.card, number=NUMBER, usable=usable)
        till.records.append(MemberRecord(id=anna.id, cards=(card,)))
        till.sync(office)

    assert till.members[anna.id].cards[0].usable == "blocked"


def test_people_are_found_by_what_they_say(office: Office) -> None:
    till = office.pair(1)
    Person(1, "Anna").enrol(till, phone="+48 601 234 567")
    Person(2, "Boris", "2900000000024").enrol(till, phone="+48 501 234 567")
    till.sync(office)

    def asked(kind: AskKind, key: str) -> str | None:
        (one,) = till.sync(office, asks=(Ask(kind=kind, key=key),)).answers
        return one.member

    assert asked(AskKind.MEMBER_BY_ID, Person(1).id) == Person(1).id
    assert asked(AskKind.MEMBER_BY_ID, Person(9).id) is None
    assert asked(AskKind.MEMBER_BY_CARD, "2900000000024") == Person(2).id
    assert asked(AskKind.MEMBER_BY_CARD, "123") is None
    assert asked(AskKind.MEMBER_BY_PHONE, "+48601234567") == Person(1).id


def test_who_is_forgotten_is_forgotten_everywhere(office: Office) -> None:
    first, second = office.pair(1), office.pair(2)
    anna, met = Person(1, "Anna"), Person(2)
    anna.enrol(first, phone="601234567")
    met.met(second)
    rounds(office, [first, second])

    assert rulings.erase(office.database, met.id)
    assert not rulings.erase(office.database, Person(9).id)
    rounds(office, [first, second], 1)

    assert anna.id not in first.members
    assert anna.id not in second.members
    second.records.append(anna.record(9))  # of a till that had not heard of it
    second.sync(office)
    left = repr([row for name, rows in office.dump().items() if name != "facts" for row in rows])
    assert "Anna" not in left
    assert "765432106" not in left
    assert NUMBER not in left
    assert known(office, anna.id) is None
    ask = Ask(kind=AskKind.MEMBER_BY_CARD, key=NUMBER)
    assert first.sync(office, asks=(ask,)).answers[0].member is None
