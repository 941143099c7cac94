"""A household shares all its wallets: linked at one till, used at another, ended, and nothing lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.standing import Moment
from terminal.loyalty.wallet import Account, UnitId
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.ledger import rebuilding
from terminal.till.database import rebuild
from terminal.till.database.quick import Quick
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.line_port import Question
from terminal.till.ports import Member
from tests.scenarios.two_tills import STORE, Store

ANNA, PIOTR, OLGA = "a" * 32, "b" * 32, "c" * 32
CARDS = {ANNA: "2900000000017", PIOTR: "2900000000024", OLGA: "2900000000031"}
POINTS = UnitId("points")
OTHER_STORE = "0b" * 16


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    made = Store(database, tmp_path)
    yield made
    made.close()
    database.close()


def told(store: Store) -> None:
    """Everybody has heard what everybody had to say."""
    for _ in range(2):
        store.later(seconds=1)
        store.sync()


def join(till: TillDatabase, member: str, points: int = 0) -> None:
    number = CARDS[member]
    till.journal.enrol(Member(id=member, name=f"Member {member[0]}"), number, now(till))
    if points:
        moves(till, Entry(own_account(till, member), EntryKind.EARN, points), member)


def now(till: TillDatabase) -> Moment:
    return till.journal._clock.now()


def own_account(till: TillDatabase, member: str) -> Account:
    return Account(till.members.standing(member).wallets[0], POINTS)


def moves(till: TillDatabase, entry: Entry, member: str) -> None:
    assert isinstance(till.journal.adjust([entry], "opening", member), Recorded)


def spend(till: TillDatabase, member: str, n: int) -> None:
    """So many points of whatever the member may use here."""
    for one in till.members.standing(member).holdings:
        part = min(n, one.spendable)
        if part > 0:
            moves(till, Entry(one.account, EntryKind.SPEND, part), member)
            n -= part
    assert n == 0, "the rights are here"


def share(till: TillDatabase, household: str, *members: str) -> None:
    till.journal.share(members, household, now(till))


def balances(till: TillDatabase, *members: str) -> list[int]:
    return [till.members.standing(one).balance("points") for one in members]


def assert_all_agree(store: Store) -> None:
    assert rebuilding.check(store.database).differences == ()
    for till in store.tills:
        assert rebuild.check(till.database).differences == ()


def test_what_both_have_is_there_for_either_at_every_till(
    server_database: ServerDatabase, tmp_path: Path
) -> None:
    store = Store(server_database, tmp_path)
    first, second = store.open_till(), store.open_till()
    join(first, ANNA, 100)
    join(first, PIOTR, 30)
    told(store)

    share(first, "h", ANNA, PIOTR)

    assert balances(first, ANNA, PIOTR) == [130, 130]
    spend(first, PIOTR, 120)  # thirty of his own, the others hers
    told(store)
    assert balances(second, ANNA, PIOTR) == [10, 10]
    assert [one.id for one in second.members.fellows(ANNA)] == [PIOTR]
    assert_all_agree(store)
    store.close()


def test_who_leaves_takes_along_what_is_left_of_their_own(store: Store) -> None:
    first, second = store.open_till(), store.open_till()
    join(first, ANNA, 100)
    join(first, PIOTR, 30)
    share(first, "h", ANNA, PIOTR)
    spend(first, PIOTR, 50)
    told(store)

    share(second, "", PIOTR)

    assert balances(second, ANNA, PIOTR) == [80, 0]
    told(store)
    assert balances(first, ANNA, PIOTR) == [80, 0]
    assert_all_agree(store)


def test_a_till_of_another_store_that_asks_for_one_learns_what_both_have(store: Store) -> None:
    home, away = store.open_till(), store.open_till(OTHER_STORE)
    join(home, ANNA, 100)
    join(home, PIOTR, 30)
    share(home, "h", ANNA, PIOTR)
    told(store)
    assert away.members.by_id(PIOTR) is None

    store.sync(away, question=Question(card=CARDS[PIOTR]))

    assert balances(away, PIOTR) == [130]
    wanted = (own_account(home, ANNA), 100)
    store.sync(away, question=Question(wants=(wanted,)))
    store.sync(home)
    store.sync(away, question=Question(wants=(wanted,)))
    spend(away, PIOTR, 100)
    told(store)
    assert balances(home, ANNA, PIOTR) == [30, 30]
    assert_all_agree(store)


def test_two_tills_that_link_the_same_two_without_a_line_agree(store: Store) -> None:
    first, second = store.open_till(), store.open_till()
    join(first, ANNA, 100)
    join(first, PIOTR, 30)
    told(store)

    share(first, "one name", ANNA, PIOTR)
    share(second, "another name", ANNA, PIOTR)
    spend(first, PIOTR, 90)
    told(store)

    assert balances(first, ANNA, PIOTR) == balances(second, ANNA, PIOTR) == [40, 40]
    assert_all_agree(store)


def test_a_spend_of_before_the_end_is_told_that_arrives_after_it(store: Store) -> None:
    """Till 2 does not know yet that they went apart; what it spent is spent, once."""
    first, second = store.open_till(), store.open_till()
    join(second, ANNA, 100)
    join(first, PIOTR, 30)
    share(first, "h", PIOTR)
    told(store)
    share(second, "h", ANNA)
    told(store)

    share(first, "", ANNA)
    spend(second, PIOTR, 40)  # of hers: the rights are there
    told(store)

    assert balances(first, ANNA, PIOTR) == balances(second, ANNA, PIOTR) == [60, 30]
    assert_all_agree(store)


def test_somebody_forgotten_takes_their_wallet_out_of_the_household(store: Store) -> None:
    from terminal.server.feed.telling import tell
    from terminal.server.members.records import erase

    first = store.open_till()
    join(first, ANNA, 100)
    join(first, PIOTR, 30)
    share(first, "h", ANNA, PIOTR)
    told(store)

    store.database.run(lambda connection: tell(connection, erase(connection, ANNA)))
    told(store)

    assert balances(first, PIOTR) == [30]
    assert first.members.fellows(PIOTR) == ()


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["share", "leave", "earn", "spend", "sync"]),
        st.sampled_from([0, 1]),
        st.sampled_from([ANNA, PIOTR, OLGA]),
        st.sampled_from([ANNA, PIOTR, OLGA]),
        st.integers(1, 60),
    ),
    min_size=4,
    max_size=10,
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=_STEPS)
def test_whatever_is_linked_and_ended_no_unit_is_lost_or_counted_twice(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, str, str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("households")
    database = open_database(f"sqlite:///{folder / 'server.sqlite'}")
    store = Store(database, folder)
    try:
        tills = store.open_till(), store.open_till()
        people = (ANNA, PIOTR, OLGA)
        for one in people:
            join(tills[0], one, 50)
        told(store)
        there = 150
        for do, at, member, other, n in steps:
            store.later(seconds=1)  # what happens at one instant is one thing
            till = tills[at]
            if do == "share":
                share(till, min(member, other), member, other)
            elif do == "leave":
                share(till, "", member)
            elif do == "earn":
                moves(till, Entry(own_account(till, member), EntryKind.EARN, n), member)
                there += n
            elif do == "spend":
                most = min(n, till.members.standing(member).spendable("points"))
                if most > 0:
                    spend(till, member, most)
                    there -= most
            else:
                store.sync(till)
        for _ in range(3):
            told(store)
        for till in tills:
            accounts = {
                one.account: one.sums.balance
                for member in people
                for one in till.members.standing(member).holdings
            }
            assert sum(accounts.values()) == there
        assert [tills[0].members.standing(one).wallets for one in people] == [
            tills[1].members.standing(one).wallets for one in people
        ]
        assert_all_agree(store)
    finally:
        store.close()
        database.close()


def test_the_owner_lets_two_share_and_one_leave_at_the_shell(tmp_path: Path) -> None:
    from terminal.server import sharing
    from terminal.server.failures import NotDone
    from terminal.server.settings import Settings
    from tests.server.registry import owners

    settings = Settings(folder=tmp_path)
    database = open_database(settings.url)
    store = Store(database, tmp_path)
    owners.publish(database, shop=owners.shop_record(STORE), now_ms=0)
    till = store.open_till()
    join(till, ANNA, 100)
    join(till, PIOTR, 30)
    told(store)

    assert sharing.shown(settings, CARDS[ANNA]).plain["shares_with"] == []
    shared = sharing.begun(settings, CARDS[ANNA], [CARDS[PIOTR]])
    assert shared.lines == ("Member a shares all units with Member b.",)
    told(store)
    assert balances(till, ANNA, PIOTR) == [130, 130]
    sharing.left(settings, CARDS[PIOTR])
    told(store)
    assert balances(till, ANNA, PIOTR) == [100, 30]
    with pytest.raises(NotDone, match="nobody is known"):
        sharing.begun(settings, CARDS[ANNA], [CARDS[OLGA]])
    join(till, OLGA, 7)
    told(store)
    sharing.begun(settings, CARDS[ANNA], [CARDS[PIOTR]])
    sharing.left(settings, CARDS[ANNA])
    sharing.begun(settings, CARDS[ANNA], [CARDS[OLGA]])
    told(store)
    assert balances(till, ANNA, PIOTR, OLGA) == [107, 30, 107]
    assert_all_agree(store)
    store.close()
    database.close()


def test_words_about_a_gift_go_up_beside_the_fact_and_are_forgotten_with_the_person(
    store: Store,
) -> None:
    from terminal.loyalty.giving import Giving
    from terminal.server.feed.telling import tell
    from terminal.server.members.records import erase

    first, second = store.open_till(), store.open_till()
    join(first, ANNA)
    told(store)
    entry = Entry(own_account(first, ANNA), EntryKind.EARN, 30)
    wallet = entry.account.wallet
    gift = Giving(reason="goodwill", wallet=wallet, entries=(entry,), counts=(), why="other")
    given = first.journal.give(gift, ANNA, now(first), approver="shop-pin", words="cold coffee")
    assert isinstance(given, Recorded)
    told(store)

    assert [one.words for one in first.journal.gifts(ANNA, 3)] == ["cold coffee"]
    assert remarks(second) == ["cold coffee"]
    assert b"cold" not in b"".join(facts(first)), "facts hold no words about people"

    store.database.run(lambda connection: tell(connection, erase(connection, ANNA)))
    told(store)
    assert remarks(first) == remarks(second) == []
    assert_all_agree(store)


def remarks(till: TillDatabase) -> list[str]:
    with till.database.reading() as connection:
        return [words for (words,) in Quick(connection).rows("SELECT words FROM remarks")]


def facts(till: TillDatabase) -> list[bytes]:
    with till.database.reading() as connection:
        return [bytes(one) for (one,) in Quick(connection).rows("SELECT stored FROM facts")]


def test_who_turned_out_to_be_somebody_of_a_household_may_leave_it(tmp_path: Path) -> None:
    """The household stands in the record of an id that means somebody else by now."""
    from terminal.server import sharing
    from terminal.server.members.records import merge_records
    from terminal.server.settings import Settings
    from terminal.wire.record_json import CardRecord, MemberRecord, RecordField
    from tests.server.registry import owners

    settings = Settings(folder=tmp_path)
    database = open_database(settings.url)
    store = Store(database, tmp_path)
    owners.publish(database, shop=owners.shop_record(STORE), now_ms=0)
    till = store.open_till()
    join(till, ANNA, 100)
    join(till, PIOTR, 30)
    share(till, "h", PIOTR)
    told(store)
    twin = MemberRecord(
        id=OLGA,
        fields=(
            RecordField(name="name", value="Anna", version=1),
            RecordField(name="household", value="h", version=3),
        ),
        cards=(CardRecord(id="f" * 32, number=CARDS[ANNA]),),
    )
    database.run(lambda connection: merge_records(connection, [twin], store=STORE))
    assert sharing.shown(settings, CARDS[ANNA]).plain["shares_with"] == [PIOTR]

    sharing.left(settings, CARDS[ANNA])

    assert sharing.shown(settings, CARDS[ANNA]).plain["shares_with"] == []
    store.close()
    database.close()
