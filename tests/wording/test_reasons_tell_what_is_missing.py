"""Which tier, which consent, until when: what is missing is named, and a trial stays a secret."""

from datetime import date

import pytest

from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.money import Currency
from terminal.loyalty.naming import tier_name
from terminal.loyalty.units import UnitKind
from terminal.wording import languages
from terminal.wording.words import Words

ENGLISH = Words("en", Currency("PLN"))
SPOKEN = [Words(language, Currency("PLN")) for language in languages.complete()]
MARCH = date(2026, 3, 31)
NAMES = {
    tier_name("silver"): {"en": "Silver", "pl": "Srebro"},
    tier_name("gold"): {"en": "Gold", "pl": "Złoto"},
}


def said(reason: Reason, words: Words = ENGLISH, kind: UnitKind = UnitKind.POINTS) -> str:
    return words.reason(reason, NAMES, kind).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("reason", "english"),
    [
        (
            Reason(why=Why.NOT_FOR_THIS_MEMBER, tiers=("silver", "gold")),
            "Only for Silver, Gold members",
        ),
        (Reason(why=Why.NOT_FOR_THIS_MEMBER, tiers=("black",)), "Only for black members"),
        (Reason(why=Why.NOT_FOR_THIS_MEMBER), "Only for chosen members"),
        (
            Reason(why=Why.CONSENT_MISSING, consents=("marketing",)),
            "Only for members who agreed to messages",
        ),
        (
            Reason(why=Why.CONSENT_MISSING, consents=("news",)),
            "Only for members who gave their consent",
        ),
        (
            Reason(why=Why.OTHER_PURCHASE, times=3, pieces=2, day=MARCH),
            "2 more purchases to go until 31 Mar 2026",
        ),
        (
            Reason(why=Why.SPENT_TOO_LITTLE, amount=10_000, day=MARCH),
            "After PLN 100.00 more of shopping until 31 Mar 2026",
        ),
        (Reason(why=Why.UNTIL_TIME, time="20:00"), "Over for today, it was until 20:00"),
        (
            Reason(why=Why.EARNED_PER_VISIT, units=40, most=20),
            "For the visit: 40 pts, of which the limit leaves 20 pts",
        ),
    ],
)
def test_what_is_missing_is_named(reason: Reason, english: str) -> None:
    assert said(reason) == english


def test_what_is_put_on_a_gift_card_is_no_rate() -> None:
    loaded = Reason(why=Why.EARNED_PER_MONEY, amount=5000, per=1, units=1)
    back = Reason(why=Why.EARNED_PER_MONEY, amount=10_000, per=100, units=5)

    assert said(loaded, kind=UnitKind.MONEY) == "Loaded: PLN 50.00"
    assert said(back, kind=UnitKind.MONEY) == "For purchases: PLN 100.00, PLN 1 = PLN 0.05"


@pytest.mark.parametrize("words", SPOKEN, ids=lambda words: words.language)
def test_nobody_at_the_counter_reads_that_there_is_a_trial(words: Words) -> None:
    control = said(Reason(why=Why.CONTROL_GROUP), words)

    assert control == said(Reason(why=Why.NOT_FOR_THIS_MEMBER), words)
    assert words.reason_brief(Reason(why=Why.CONTROL_GROUP), {}) == ""


@pytest.mark.parametrize("words", SPOKEN, ids=lambda words: words.language)
def test_on_paper_the_day_stands_too(words: Words) -> None:
    visits = Reason(why=Why.OTHER_PURCHASE, times=3, pieces=2, day=MARCH)
    spending = Reason(why=Why.SPENT_TOO_LITTLE, amount=10_000, day=MARCH)

    assert words.date(MARCH) in words.reason_brief(visits, {})
    assert words.date(MARCH) in words.reason_brief(spending, {})
