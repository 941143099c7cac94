"""What every list of members promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from terminal.loyalty.consent import Consent, Purpose
from terminal.till.ports import CardState, Member, Members

Shop = Any


def names(shop: Shop, words: str, limit: int = 10) -> list[str]:
    return [member.name for member in shop.members.search(words, limit)]


def test_it_is_a_list_of_members(shop: Shop) -> None:
    members: Members = shop.members
    assert members.by_card("5012345678900") is None
    assert members.by_id("a" * 32) is None


def test_a_member_is_found_by_card_and_by_id_as_enrolled(shop: Shop) -> None:
    anna = Member(
        id="a" * 32,
        name="Anna Żółć",
        phone="+48600123456",
        tier="gold",
        segments=frozenset({"nurses", "students"}),
        birthday=(2, 29),
        joined=date(2026, 6, 15),
    )
    shop.journal.enrol(anna, "5012345678900", shop.clock.now())
    card = shop.members.by_card("5012345678900")
    assert card is not None
    assert card.number == card.member.card_number == "5012345678900"
    assert card.state is CardState.ACTIVE
    assert card.member == shop.members.by_id(anna.id)
    found = shop.members.by_id(anna.id)
    assert found is not None
    assert (found.name, found.phone, found.tier) == (anna.name, anna.phone, anna.tier)
    assert (found.segments, found.birthday, found.joined) == (
        anna.segments,
        anna.birthday,
        anna.joined,
    )


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Łukasz Wójcik", "lukasz"),
        ("Łukasz Wójcik", "wojc luk"),
        ("Łukasz Wójcik", "ŁUKASZ"),
        ("Олена Шевченко", "олен"),
        ("Олена Шевченко", "shev"),
        ("Олена Шевченко", "szew"),
        ("Юрій Ґудзь", "yurii"),
        ("Юрій Ґудзь", "jurij"),
        ("Галина", "galina"),
        ("Halyna", "Галина"),
        ("Мар'яна", "mariana"),
        ("Mar’jana", "мар'яна"),
        ("Jürgen Groß", "juergen gross"),
        ("Jürgen Groß", "jurgen"),
        ("Anna-Maria Nowak-Kowalska", "kowalska"),
    ],
)
def test_names_are_found_without_accents_in_either_alphabet(
    shop: Shop, name: str, typed: str
) -> None:
    shop.enrol("Zenon Ostatni")
    shop.enrol(name)
    assert names(shop, typed) == [name]


def test_a_word_is_found_by_its_beginning_only_and_all_words_count(shop: Shop) -> None:
    shop.enrol("Anna Nowak")
    assert names(shop, "nna") == []
    assert names(shop, "anna zorro") == []
    assert names(shop, "") == []
    assert names(shop, " - ") == []


def test_whole_words_come_before_beginnings_then_first_names(shop: Shop) -> None:
    for name in ("Janina Wrona", "Piotr Jan", "Jan Wrona", "Janusz Adamski"):
        shop.enrol(name)
    assert names(shop, "jan") == ["Jan Wrona", "Piotr Jan", "Janina Wrona", "Janusz Adamski"]
    assert names(shop, "jan", 2) == ["Jan Wrona", "Piotr Jan"]


@pytest.mark.parametrize(
    "typed", ["3456", "600123456", "600 123 456", "+48600123456", "(48) 600-123-456"]
)
def test_a_phone_is_found_by_its_last_digits(shop: Shop, typed: str) -> None:
    shop.enrol("Anna", phone="+48600123456")
    shop.enrol("Borys", phone="+48600123457")
    shop.enrol("Nobody's phone")
    assert names(shop, typed) == ["Anna"]


def test_a_phone_is_found_as_it_is_dialled_at_home(shop: Shop) -> None:
    shop.enrol("Anna", phone="+380501234567")
    shop.enrol("Jürgen", phone="+491701234567")
    assert names(shop, "050 123 45 67") == ["Anna"]
    assert names(shop, "0170 1234567") == ["Jürgen"]


def test_three_digits_or_a_beginning_are_too_little(shop: Shop) -> None:
    shop.enrol("Anna", phone="+48600123456")
    assert names(shop, "456") == []
    assert names(shop, "600123") == []


def test_a_new_member_has_a_wallet_and_nothing_in_it(shop: Shop) -> None:
    anna = shop.enrol()
    standing = shop.members.standing(anna)
    assert standing.traits is not None
    assert standing.traits.member == anna
    assert len(standing.wallets) == 1
    assert standing.holdings == ()
    assert standing.account_for("points") is not None


def test_two_members_have_two_wallets(shop: Shop) -> None:
    anna, borys = shop.enrol("Anna"), shop.enrol("Borys")
    assert shop.members.standing(anna).wallets != shop.members.standing(borys).wallets


def test_nobody_has_no_standing(shop: Shop) -> None:
    with pytest.raises(KeyError):
        shop.members.standing("a" * 32)


def test_a_card_that_was_met_earns_and_spends_nothing(shop: Shop) -> None:
    met = shop.journal.meet_card("5012345678900", shop.clock.now())
    assert (met.provisional, met.name, met.card_number) == (True, "", "5012345678900")
    card = shop.members.by_card("5012345678900")
    assert card is not None
    assert card.member == met == shop.members.by_id(met.id)
    shop.sell(shop.members.standing(met.id), earn=40)
    standing = shop.members.standing(met.id)
    assert standing.balance("points") == 40
    assert standing.spendable("points") == 0
    assert shop.members.search("", 5) == ()


def test_a_card_is_met_once(shop: Shop) -> None:
    met = shop.journal.meet_card("5012345678900", shop.clock.now())
    assert shop.journal.meet_card("5012345678900", shop.clock.now()) == met
    anna = shop.enrol("Anna", card="5012345678917")
    assert shop.journal.meet_card("5012345678917", shop.clock.now()).id == anna
    with pytest.raises(ValueError, match="belongs to somebody"):
        shop.enrol("Boris", card="5012345678900")


def test_who_was_met_and_gets_a_name_is_a_member_like_others(shop: Shop) -> None:
    met = shop.journal.meet_card("5012345678900", shop.clock.now())
    shop.sell(shop.members.standing(met.id), earn=40)
    shop.members.change(replace(met, name="Zofia", phone="+48600123456"))
    found = shop.members.by_id(met.id)
    assert found is not None
    assert (found.name, found.phone, found.provisional) == ("Zofia", "+48600123456", False)
    assert names(shop, "zofia") == ["Zofia"]
    assert names(shop, "23456") == ["Zofia"]
    assert shop.members.standing(met.id).spendable("points") == 40
    with pytest.raises(KeyError):
        shop.members.change(Member(id="f" * 32, name="Nobody"))


def test_who_was_met_may_join_without_a_name(shop: Shop) -> None:
    met = shop.journal.meet_card("5012345678900", shop.clock.now())
    shop.members.change(replace(met, provisional=False))
    found = shop.members.by_id(met.id)
    assert found is not None
    assert (found.name, found.provisional) == ("", False)


def test_a_lost_card_is_replaced_and_everything_stays(shop: Shop) -> None:
    anna = shop.enrol("Anna", card="5012345678900")
    shop.sell(shop.members.standing(anna), earn=40)
    (lost,) = shop.members.cards_of(anna)
    shop.journal.replace_card(anna, "5012345678917", shop.clock.now(), before=lost.id)
    old, new = shop.members.by_card("5012345678900"), shop.members.by_card("5012345678917")
    assert (old.state, new.state) == (CardState.REPLACED, CardState.ACTIVE)
    assert old.member == new.member == shop.members.by_id(anna)
    assert new.member.card_number == "5012345678917"
    assert [one.number for one in shop.members.cards_of(anna)] == ["5012345678917", "5012345678900"]
    assert shop.members.standing(anna).spendable("points") == 40


def test_a_card_that_belongs_to_somebody_replaces_none(shop: Shop) -> None:
    anna, boris = shop.enrol("Anna", card="5012345678900"), shop.enrol("Boris")
    with pytest.raises(ValueError, match="belongs to somebody"):
        shop.journal.replace_card(boris, "5012345678900", shop.clock.now())
    (hers,) = shop.members.cards_of(anna)
    with pytest.raises(ValueError, match="no card of this member"):
        shop.journal.replace_card(boris, "5012345678917", shop.clock.now(), before=hers.id)
    with pytest.raises(KeyError):
        shop.journal.replace_card("f" * 32, "5012345678917", shop.clock.now())
    assert shop.members.by_card("5012345678900").state is CardState.ACTIVE
    assert shop.members.by_card("5012345678917") is None


def test_who_joined_by_phone_has_no_card_until_there_is_one(shop: Shop) -> None:
    dora = Member(id="d" * 32, name="Dora", phone="+48600123456")
    shop.journal.enrol(dora, "", shop.clock.now())
    found = shop.members.by_id(dora.id)
    assert (found.card_number, shop.members.cards_of(dora.id)) == ("", ())
    assert len(shop.members.standing(dora.id).wallets) == 1
    shop.journal.replace_card(dora.id, "5012345678917", shop.clock.now())
    assert shop.members.by_id(dora.id).card_number == "5012345678917"


def consent(purpose: Purpose, *, given: bool, at_ms: int = 1_776_672_000_000) -> Consent:
    return Consent(purpose=purpose, given=given, text="1 pl", at_ms=at_ms)


def test_who_joins_agrees_to_what_they_agree_to_and_to_nothing_else(shop: Shop) -> None:
    yes = consent(Purpose.OFFERS, given=True)
    shop.journal.enrol(
        Member(id="a" * 32, name="Anna", consents=(yes,)), "5012345678900", shop.clock.now()
    )
    assert shop.members.by_id("a" * 32).consents == (yes,)
    boris = shop.enrol("Boris")
    assert shop.members.by_id(boris).consents == ()


def test_what_somebody_agreed_to_is_withdrawn_as_easily(shop: Shop) -> None:
    anna = shop.enrol("Anna")
    yes = consent(Purpose.MARKETING, given=True)
    shop.journal.decide(anna, [yes, consent(Purpose.OFFERS, given=True)], shop.clock.now())
    no = consent(Purpose.MARKETING, given=False, at_ms=yes.at_ms + 1)
    shop.journal.decide(anna, [no], shop.clock.now())
    found = shop.members.by_id(anna)
    assert found.consents == (no, consent(Purpose.OFFERS, given=True))
    assert found.name == "Anna"
    with pytest.raises(KeyError):
        shop.journal.decide("f" * 32, [yes], shop.clock.now())
