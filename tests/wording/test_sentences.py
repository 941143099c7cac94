"""A sentence for everything that can happen, in every language, short enough to be read."""

from datetime import date

import pytest

from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.money import Currency
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.notice import Notice, NoticeKind, Weight
from terminal.till.trouble import TroubleKind
from terminal.wording import languages
from terminal.wording.fitting import NOTICE_CHARACTERS_MAX, behind_colon
from terminal.wording.notices import NOTICE_KINDS, TROUBLE_KINDS
from terminal.wording.words import Words

COFFEE = RewardName(1, "coffee")
HAPPY = RewardName(2, "happy")
NAMES = {
    COFFEE: {"en": "Free coffee", "pl": "Kawa gratis"},
    HAPPY: {"en": "Happy hour", "pl": "Szczęśliwa godzina"},
}
LONG_NAME = "Extraordinarily long name of a reward " * 3
LONG_NAMES = {name: {"en": LONG_NAME, "pl": LONG_NAME} for name in NAMES}
SPOKEN = [Words(language, Currency("PLN")) for language in languages.complete()]
each_language = pytest.mark.parametrize("words", SPOKEN, ids=languages.complete())


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def full(why: Why) -> Reason:
    """A reason with every figure filled in."""
    return Reason(
        why=why,
        amount=1240,
        units=15,
        pieces=3,
        times=2,
        per=100,
        basis_points=1500,
        percent=200,
        weekday=5,
        time="15:00",
        day=date(2026, 3, 1),
        other=HAPPY,
    )


# --- reasons -------------------------------------------------------------------------------------


@each_language
@pytest.mark.parametrize("kind", list(UnitKind))
@pytest.mark.parametrize("why", list(Why))
def test_every_reason_has_its_phrase_with_and_without_figures(
    words: Words, why: Why, kind: UnitKind
) -> None:
    for reason in (full(why), Reason(why=why)):
        for names in (NAMES, {}):
            phrase = words.reason(reason, names, kind)
            assert phrase
            assert not set("{}") & set(phrase + words.reason_short(reason, names, kind))
            assert not phrase.endswith(".")


@pytest.mark.parametrize(
    ("reason", "english", "polish"),
    [
        (Reason(why=Why.PIECES_MISSING, pieces=1), "Add 1 more piece", "Dodaj jeszcze 1 sztukę"),
        (Reason(why=Why.PIECES_MISSING, pieces=5), "Add 5 more pieces", "Dodaj jeszcze 5 sztuk"),
        (
            Reason(why=Why.SPEND_MISSING, amount=1240),
            "PLN 12.40 more to spend",
            "Brakuje zakupów za 12,40 zł",
        ),
        (Reason(why=Why.FROM_TIME, time="15:00"), "Today from 15:00", "Dziś od 15:00"),
        (Reason(why=Why.MEMBERS_ONLY), "Only with the card", "Tylko z kartą"),
        (
            Reason(why=Why.BETTER_OFFER, amount=120, other=HAPPY),
            "Another offer was better by PLN 1.20 (Happy hour)",
            "Inna oferta była korzystniejsza o 1,20 zł (Szczęśliwa godzina)",
        ),
        (
            Reason(why=Why.UNITS_MISSING, units=15, amount=1500),
            "15 more pts needed – spend PLN 15.00 to get there",
            "Brakuje 15 pkt – wystarczą zakupy za 15,00 zł",
        ),
        (Reason(why=Why.OTHER_WEEKDAY, weekday=2), "Again on Tuesday", "Znów we wtorek"),
        (
            Reason(why=Why.EARNED_PER_MONEY, units=1, per=100, amount=4849, percent=150),
            "For purchases: PLN 48.49, PLN 1 = 1 pt, × 1.5",
            "Za zakupy: 48,49 zł, 1 zł = 1 pkt, × 1,5",
        ),
        (
            Reason(why=Why.EARNED_PER_MONEY, units=10, per=1000, amount=3999, full=True),
            "For purchases: PLN 39.99, each full PLN 10 = 10 pts",
            "Za zakupy: 39,99 zł, każde pełne 10 zł = 10 pkt",
        ),
        (
            Reason(why=Why.EARNED_PER_MONEY, units=10, per=1000, amount=1, full=True, left=999),
            "For purchases: PLN 0.01 and PLN 9.99 left over, each full PLN 10 = 10 pts",
            "Za zakupy: 0,01 zł i 9,99 zł z poprzednich zakupów, każde pełne 10 zł = 10 pkt",
        ),
        (
            Reason(
                why=Why.EARNED_PER_MONEY,
                units=1,
                per=100,
                amount=2000,
                without_reduced=True,
                left=50,
            ),
            "For purchases: PLN 20.00 without reduced goods and PLN 0.50 left over, PLN 1 = 1 pt",
            (
                "Za zakupy: 20,00 zł bez towarów z rabatem i 0,50 zł z poprzednich zakupów,"
                " 1 zł = 1 pkt"
            ),
        ),
        (
            Reason(why=Why.REDUCED_GOODS),
            "Reduced goods earn nothing",
            "Za towary z rabatem nic się nie należy",
        ),
        (
            Reason(why=Why.EARNED_PER_PIECE, units=1, per=3, pieces=2, left=1),
            "For goods: 2 pcs and 1 pc left over, 3 pcs = 1 pt",
            "Za towary: 2 szt. i 1 szt. z poprzednich zakupów, 3 szt. = 1 pkt",
        ),
        (
            Reason(why=Why.UNITS_FOR_MONEY, units=200, amount=1000, times=2),
            "200 pts = PLN 10.00 off",
            "200 pkt = 10,00 zł taniej",
        ),
        (
            Reason(why=Why.FIXED_PRICE, amount=649, pieces=2, times=2),
            "2 pcs at PLN 6.49 each",
            "2 szt. po 6,49 zł",
        ),
        (
            Reason(why=Why.FIXED_PRICE, amount=300, times=2, kilogram=True),
            "PLN 3.00/kg",
            "3,00 zł/kg",
        ),
        (
            Reason(why=Why.FIXED_PRICE, amount=300, pieces=3, times=5, kilogram=True),
            "PLN 3.00/kg, 3 pcs at PLN 3.00 each",
            "3,00 zł/kg, 3 szt. po 3,00 zł",
        ),
        (
            Reason(why=Why.FIXED_PRICE, amount=1000, pieces=6, times=2),
            "The set for PLN 10.00 × 2",
            "Zestaw za 10,00 zł × 2",
        ),
        (
            Reason(why=Why.EARNED_PER_PIECE, units=1, per=1, pieces=3, percent=0),
            "For goods: 3 pcs, 1 pc = 1 pt, some goods at another rate",
            "Za towary: 3 szt., 1 szt. = 1 pkt, część według innego przelicznika",
        ),
        (
            Reason(why=Why.NOT_TOGETHER, amount=120, other=HAPPY),
            "Not together with Happy hour, which was better by PLN 1.20",
            "Nie łączy się z: Szczęśliwa godzina, korzystniejsze o 1,20 zł",
        ),
    ],
    ids=lambda one: one.why.value if isinstance(one, Reason) else "",
)
def test_reasons_say_what_a_cashier_would(reason: Reason, english: str, polish: str) -> None:
    assert plain(Words("en", Currency("PLN")).reason(reason, NAMES)) == english
    assert plain(Words("pl", Currency("PLN")).reason(reason, NAMES)) == polish


@pytest.mark.parametrize(("n", "polish"), [(1, "Brakuje 1 pieczątki"), (2, "Brakuje 2 pieczątek")])
def test_missing_stamps_stand_in_the_genitive(n: int, polish: str) -> None:
    reason = Reason(why=Why.UNITS_MISSING, units=n)
    assert plain(Words("pl", Currency("PLN")).reason(reason, {}, UnitKind.STAMPS)) == polish


# --- notices -------------------------------------------------------------------------------------


def test_the_tills_notices_and_troubles_are_those_with_sentences() -> None:
    assert {kind.value for kind in NoticeKind} == NOTICE_KINDS
    assert {kind.value for kind in TroubleKind} == TROUBLE_KINDS


def notices(kind: NoticeKind) -> list[Notice]:
    """A notice of a kind: bare, and with everything that it could quote, at its longest."""
    quoted = [trouble.value for trouble in TroubleKind] if kind is NoticeKind.TROUBLE else []
    missing = Reason(why=Why.UNITS_MISSING, units=1234, amount=123_400)
    return [
        Notice(kind=kind, weight=Weight.LOOK),
        *(
            Notice(
                kind=kind,
                weight=Weight.LOOK,
                text=text,
                amount=123_456,
                count=count,
                name=COFFEE,
                reason=missing,
            )
            for text in quoted or ["2900000148123", "Bartłomiej Szczęsny " * 4]
            for count in (1, 22, 100_000)
        ),
    ]


@each_language
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_notice_is_a_sentence_short_enough_to_be_read(words: Words, kind: NoticeKind) -> None:
    for notice in notices(kind):
        for names in (NAMES, LONG_NAMES):
            line = words.notice_line(notice, names)
            assert line.endswith("."), line
            assert len(line) <= NOTICE_CHARACTERS_MAX, (len(line), line)
            assert not set("{}") & set(line)


@each_language
def test_braces_in_what_was_scanned_are_only_text(words: Words) -> None:
    assert "{amount}{" in words.notice("unknown_code", text="{amount}{")


@each_language
def test_a_trouble_that_is_new_to_the_words_still_gets_some(words: Words) -> None:
    assert words.notice("trouble", text="meteorite")


def test_a_reward_that_is_not_ready_says_what_is_missing() -> None:
    notice = Notice(
        kind=NoticeKind.REWARD_NOT_READY,
        weight=Weight.REFUSED,
        name=COFFEE,
        reason=Reason(why=Why.UNITS_MISSING, units=2),
    )
    kinds = {COFFEE: UnitKind.STAMPS}
    english = Words("en", Currency("PLN")).notice_line(notice, NAMES, kinds)
    polish = Words("pl", Currency("PLN")).notice_line(notice, NAMES, kinds)
    assert plain(english) == "Free coffee: not yet. 2 more stamps needed."
    assert plain(polish) == "Kawa gratis: jeszcze nie. Brakuje 2 pieczątek."


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (62, "5 zł off: not yet. 62 more pts needed – spend PLN 62.00 to get there."),
        (16_200, "5 zł off: not yet. 16,200 more pts needed."),
    ],
    ids=["near", "far"],
)
def test_a_reward_out_of_reach_is_told_without_a_cut(missing: int, told: str) -> None:
    words = Words("en", Currency("PLN"))
    name = RewardName(1, "five")
    reason = Reason(why=Why.UNITS_MISSING, units=missing, amount=100 * missing)
    notice = Notice(
        kind=NoticeKind.REWARD_NOT_READY, weight=Weight.REFUSED, name=name, reason=reason
    )
    line = words.notice_line(notice, {name: {"en": "5 zł off"}})
    assert plain(line) == told


@each_language
def test_behind_a_name_and_a_colon_no_sentence_begins_in_capitals(words: Words) -> None:
    lacking = words.reason(Reason(why=Why.UNITS_MISSING, units=15), NAMES)
    told = behind_colon(lacking)
    assert not told[0].isupper()
    assert told[1:] == lacking[1:]


def test_what_is_all_in_capitals_stays_so() -> None:
    assert behind_colon("PIN of the shop") == "PIN of the shop"
    assert behind_colon("") == ""
