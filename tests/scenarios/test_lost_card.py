"""A card is lost and replaced at one till: the other one refuses it, and the points are safe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.loyalty.consent import Consent, Purpose
from terminal.loyalty.consent import given as agreed
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.intake.sync import answer
from terminal.server.ledger import rebuilding
from terminal.till.database import rebuild
from terminal.till.database.facts import unix_ms
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.line_port import Question
from terminal.till.ports import CardState, Member
from tests.scenarios.two_tills import Store

LOST, NEW, OTHER = "2900000000017", "2900000000024", "2900000000031"
ANNA = "a" * 32


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    made = Store(database, tmp_path)
    yield made
    made.close()
    database.close()


def enrol(till: TillDatabase, number: str = LOST, points: int = 100) -> None:
    at = till.journal._clock.now()
    till.journal.enrol(Member(id=ANNA, name="Anna Kowalska", phone="+48600123456"), number, at)
    wallet = till.members.standing(ANNA).wallets[0]
    entry = Entry(Account(wallet, UnitId("points")), EntryKind.EARN, points)
    assert isinstance(till.journal.adjust([entry], "opening", ANNA), Recorded)


def card_at(till: TillDatabase, number: str) -> CardState | None:
    found = till.members.by_card(number)
    return found.state if found else None


def replace_card(till: TillDatabase, store: Store, number: str = NEW) -> None:
    before = next(one for one in till.members.cards_of(ANNA) if one.state is CardState.ACTIVE)
    till.journal.replace_card(ANNA, number, store.later(seconds=1), before=before.id)


def assert_all_agree(store: Store) -> None:
    assert rebuilding.check(store.database).differences == ()
    for till in store.tills:
        assert rebuild.check(till.database).differences == ()


def test_a_card_replaced_at_one_till_is_refused_at_the_other(store: Store) -> None:
    first, second = store.open_till(), store.open_till()
    enrol(first)
    store.sync(first, second)
    assert card_at(second, LOST) is CardState.ACTIVE

    replace_card(first, store)
    assert card_at(first, LOST) is CardState.REPLACED
    store.sync(first, second)

    assert card_at(second, LOST) is CardState.REPLACED
    found = second.members.by_card(NEW)
    assert found is not None
    assert (found.state, found.member.id, found.member.card_number) == (
        CardState.ACTIVE,
        ANNA,
        NEW,
    )
    assert second.members.standing(ANNA).balance("points") == 100
    assert first.members.standing(ANNA).spendable("points") == 100
    assert_all_agree(store)


def test_the_points_are_spent_with_the_new_card(store: Store) -> None:
    till = store.open_till()
    enrol(till)
    replace_card(till, store)
    found = till.members.by_card(NEW)
    assert found is not None
    standing = till.members.standing(found.member.id)
    spend = Entry(Account(standing.wallets[0], UnitId("points")), EntryKind.SPEND, 60)
    assert isinstance(till.journal.adjust([spend], "goodwill", ANNA), Recorded)
    store.sync()
    assert till.members.standing(ANNA).spendable("points") == 40
    assert_all_agree(store)


def test_two_tills_that_replace_one_card_leave_both_new_ones(store: Store) -> None:
    first, second = store.open_till(), store.open_till()
    enrol(first)
    store.sync()
    replace_card(first, store, NEW)
    replace_card(second, store, OTHER)
    store.sync()
    store.sync()
    for till in (first, second):
        assert card_at(till, LOST) is CardState.REPLACED
        assert card_at(till, NEW) is card_at(till, OTHER) is CardState.ACTIVE
    assert_all_agree(store)


def test_an_old_word_of_the_server_does_not_bring_a_lost_card_back(store: Store) -> None:
    """The record of before is on its way down while the card is being replaced here."""
    first, second = store.open_till(), store.open_till()
    enrol(first)
    store.sync()
    replace_card(first, store)
    second.members.change(
        Member(id=ANNA, name="Anna Nowak", phone="+48600123456", card_number=LOST)
    )
    store.sync(second)  # the server knows a newer name, and nothing of the replacement
    store.sync(first)
    assert card_at(first, LOST) is CardState.REPLACED
    found = first.members.by_id(ANNA)
    assert found is not None
    assert found.name == "Anna Nowak"


def test_a_card_given_out_while_a_request_is_out_goes_up_with_the_next(store: Store) -> None:
    till = store.open_till()
    enrol(till)
    at = store.clock.now()
    request = till.sync.prepare(
        random="9" * 32, question=Question(), most_facts=9, most_bytes=9999, at=at
    )
    replace_card(till, store)
    reply = answer(store.database, request, now_ms=1, chance=lambda: "8" * 32)
    till.sync.settle(request, reply, at=at)
    store.sync()
    other = store.open_till()
    store.sync()
    store.sync(other, question=Question(card=NEW))
    found = other.members.by_card(NEW)
    assert found is not None
    assert found.member.id == ANNA


def consent(purpose: Purpose, *, yes: bool, at_ms: int = 0) -> Consent:
    return Consent(purpose=purpose, given=yes, text="1 pl", at_ms=at_ms)


def test_a_consent_given_here_is_known_there_and_withdrawn_there_is_known_here(
    store: Store,
) -> None:
    first, second = store.open_till(), store.open_till()
    enrol(first)
    store.sync()
    at = store.later(minutes=1)
    ms = unix_ms(at)
    first.journal.decide(ANNA, [consent(Purpose.MARKETING, yes=True, at_ms=ms)], at)
    store.sync()
    known = second.members.by_id(ANNA)
    assert known is not None
    assert agreed(known.consents) == {Purpose.MARKETING}
    (evidence,) = known.consents
    assert (evidence.text, evidence.channel) == ("1 pl", "till")

    at = store.later(minutes=1)
    second.journal.decide(ANNA, [consent(Purpose.MARKETING, yes=False, at_ms=ms + 60_000)], at)
    store.sync()
    store.sync()
    known = first.members.by_id(ANNA)
    assert known is not None
    assert agreed(known.consents) == frozenset()
    assert_all_agree(store)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["yes", "no", "sync", "replace"]),
        st.integers(0, 1),
        st.sampled_from(list(Purpose)),
    ),
    max_size=14,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_whatever_two_tills_do_the_last_word_holds_and_lost_cards_stay_lost(
    steps: list[tuple[str, int, Purpose]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("shop")
    database: ServerDatabase = open_database(f"sqlite:///{folder / 'server.sqlite'}")
    store = Store(database, folder)
    try:
        tills = (store.open_till(), store.open_till())
        enrol(tills[0])
        store.sync()
        last: dict[Purpose, bool] = {}
        lost, number = set(), 40
        for what, which, purpose in steps:
            till, at = tills[which], store.later(minutes=1)
            if what == "sync":
                store.sync(till)
            elif what == "replace":
                number += 1
                active = [
                    one for one in till.members.cards_of(ANNA) if one.state is CardState.ACTIVE
                ]
                lost.add(active[0].number)
                till.journal.replace_card(ANNA, f"29{number:011d}", at, before=active[0].id)
            else:
                last[purpose] = what == "yes"
                ms = unix_ms(at)
                till.journal.decide(ANNA, [consent(purpose, yes=what == "yes", at_ms=ms)], at)
        store.sync()
        store.sync()
        for till in tills:
            known = till.members.by_id(ANNA)
            assert known is not None
            assert agreed(known.consents) == {one for one, yes in last.items() if yes}
            assert {card_at(till, one) for one in lost} <= {CardState.REPLACED}
            assert till.members.standing(ANNA).balance("points") == 100
        assert_all_agree(store)
    finally:
        store.close()
        database.close()
