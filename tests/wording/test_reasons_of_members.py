"""Reasons from the member's own story, in words that a cashier can act on."""

from datetime import date

import pytest

from terminal.loyalty.engine.evaluation import Reason, Why, WithinReach
from terminal.loyalty.money import Currency
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.wording import languages
from terminal.wording.words import Words

ENGLISH, POLISH = Words("en", Currency("PLN")), Words("pl", Currency("PLN"))
AGAIN = date(2026, 3, 15)
PERCENT = Reason(why=Why.PERCENT_OFF, basis_points=2000)
SPOKEN = [Words(language, Currency("PLN")) for language in languages.complete()]


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("reason", "english", "polish"),
    [
        (
            Reason(why=Why.USED_UP, times=2, day=AGAIN),
            "Used up, again from 15 Mar 2026",
            "Wykorzystano, znów od 15.03.2026",
        ),
        (
            Reason(why=Why.USED_UP, times=1),
            "Used up, not to be had again",
            "Wykorzystano, więcej nie przysługuje",
        ),
        (
            Reason(why=Why.OTHER_PURCHASE, times=3, pieces=2),
            "2 more purchases to go",
            "Jeszcze 2 zakupy",
        ),
        (
            Reason(why=Why.OTHER_PURCHASE, times=3, pieces=5),
            "5 more purchases to go",
            "Jeszcze 5 zakupów",
        ),
        (
            Reason(why=Why.OTHER_PURCHASE, times=1),
            "Only with the first purchase",
            "Tylko przy pierwszym zakupie",
        ),
        (
            Reason(why=Why.OTHER_PURCHASE, times=3),
            "Only with purchase no. 3",
            "Tylko przy zakupie nr 3",
        ),
        (
            Reason(why=Why.OTHER_PURCHASE, times=3, day=AGAIN),
            "Only with purchase no. 3, again from 15 Mar 2026",
            "Tylko przy zakupie nr 3, znów od 15.03.2026",
        ),
        (
            Reason(why=Why.SPENT_TOO_LITTLE, amount=1240),
            "After PLN 12.40 more of shopping",
            "Po kolejnych zakupach za 12,40 zł",
        ),
        (
            Reason(why=Why.NOT_BIRTHDAY, day=AGAIN),
            "Around the birthday, from 15 Mar 2026",
            "W okolicy urodzin, od 15.03.2026",
        ),
        (
            Reason(why=Why.NOT_AWAY, times=60),
            "For those back after 60 days",
            "Dla wracających po 60 dniach",
        ),
        (
            Reason(why=Why.DONATED, amount=300, units=150, times=3),
            "PLN 3.00 for a good cause (150 pts)",
            "3,00 zł na dobry cel (150 pkt)",
        ),
        (
            Reason(why=Why.PERCENT_OFF, basis_points=2000, amount=5000, per=5000),
            "20% off, at most PLN 50",
            "20% taniej, najwyżej 50 zł",
        ),
        (Reason(why=Why.FREE, pieces=2), "2 pcs free", "2 szt. gratis"),
        (Reason(why=Why.REFERRAL, units=50), "For bringing a friend: 50 pts", None),
        (Reason(why=Why.BUDGET_USED_UP), "The offer's budget here is used up", None),
    ],
)
def test_a_reason_says_what_is_missing(reason: Reason, english: str, polish: str | None) -> None:
    assert plain(ENGLISH.reason(reason, {})) == english
    assert polish is None or plain(POLISH.reason(reason, {})) == polish


def test_units_of_another_kind_are_told_as_what_they_are() -> None:
    money = Reason(why=Why.EXCHANGED, units=2500, kind=UnitKind.MONEY)

    assert plain(POLISH.reason(money, {}, UnitKind.STAMPS)) == "Daje: 25,00 zł"
    assert plain(POLISH.reason_short(money, {}, UnitKind.STAMPS)) == "+25,00 zł"


def test_one_more_piece_for_twenty_percent() -> None:
    ahead = WithinReach(
        name=RewardName(1, "wine"),
        step=2,
        missing=Reason(why=Why.PIECES_MISSING, pieces=1),
        brings=PERCENT,
    )

    assert plain(ENGLISH.within_reach(ahead, {})) == "Add 1 more piece: 20% off"
    assert plain(POLISH.within_reach(ahead, {})) == "Dodaj jeszcze 1 sztukę: 20% taniej"


@pytest.mark.parametrize("words", SPOKEN, ids=languages.complete())
def test_what_a_step_brings_stands_behind_a_colon_and_begins_small(words: Words) -> None:
    for brings in (PERCENT, Reason(why=Why.FIXED_PRICE, amount=500)):
        missing = Reason(why=Why.PIECES_MISSING, pieces=1)
        ahead = WithinReach(name=RewardName(1, "a"), step=1, missing=missing, brings=brings)
        behind = words.within_reach(ahead, {}).partition(": ")[2]
        assert behind[:1] == behind[:1].lower()


@pytest.mark.parametrize("words", SPOKEN, ids=languages.complete())
def test_a_step_is_told_in_every_language_short_enough_for_a_slip(words: Words) -> None:
    for missing in (
        Reason(why=Why.PIECES_MISSING, pieces=3),
        Reason(why=Why.SPEND_MISSING, amount=1240),
    ):
        for brings in (PERCENT, Reason(why=Why.AMOUNT_OFF, amount=500)):
            ahead = WithinReach(name=RewardName(1, "a"), step=1, missing=missing, brings=brings)
            told = words.within_reach(ahead, {})
            assert len(told) <= 60
            assert not set("{}") & set(told)
