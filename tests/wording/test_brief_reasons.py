"""What an offer wants, in the few words of a slip: in every language, within two narrow lines."""

from datetime import date

import pytest

from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.money import Currency
from terminal.loyalty.other_offers import TOLD
from terminal.paper.columns import wrapped
from terminal.wording import languages
from terminal.wording.words import Words

SPOKEN = [Words(language, Currency("PLN")) for language in languages.complete()]
SAMPLES = (
    *(Reason(why=Why.PIECES_MISSING, pieces=n) for n in (1, 2, 5, 22)),
    *(Reason(why=Why.OTHER_PURCHASE, pieces=n, times=30) for n in (1, 3, 11)),
    Reason(why=Why.SPEND_MISSING, amount=1240),
    *(Reason(why=Why.OTHER_PURCHASE, pieces=n, times=30, day=date(2026, 3, 31)) for n in (1, 22)),
    Reason(why=Why.SPENT_TOO_LITTLE, amount=99_900),
    Reason(why=Why.SPENT_TOO_LITTLE, amount=99_900, day=date(2026, 3, 31)),
    Reason(why=Why.TOO_LITTLE, amount=120),
    Reason(why=Why.TOO_LITTLE, pieces=2),
    Reason(why=Why.MEMBERS_ONLY),
    Reason(why=Why.FROM_TIME, time="15:00"),
    *(Reason(why=Why.OTHER_WEEKDAY, weekday=day) for day in range(1, 8)),
    Reason(why=Why.USED_UP, day=date(2026, 3, 15), times=1),
    Reason(why=Why.BETTER_OFFER, amount=120),
    Reason(why=Why.NOT_TOGETHER, amount=120),
    Reason(why=Why.PAID_OTHERWISE, amount=99_900),
)


def test_there_is_a_sample_of_each_reason_that_is_told() -> None:
    assert {one.why for one in SAMPLES} == TOLD


@pytest.mark.parametrize("words", SPOKEN, ids=lambda words: words.language)
def test_each_is_told_in_two_narrow_lines(words: Words) -> None:
    for reason in SAMPLES:
        told = words.reason_brief(reason, {})
        assert told, reason.why
        assert not set("{}") & set(told)
        assert not told.endswith(".")
        assert len(wrapped(told, 30)) <= 2, told


@pytest.mark.parametrize("why", sorted(set(Why) - TOLD))
def test_what_is_not_for_customers_has_no_words_for_them(why: Why) -> None:
    reason = Reason(why=why, amount=100, pieces=1, units=1, day=date(2026, 3, 15), weekday=1)
    assert SPOKEN[0].reason_brief(reason, {}) == ""


def test_it_says_what_is_missing() -> None:
    english = Words("en", Currency("PLN"))
    said = [
        english.reason_brief(one, {}).replace("\N{NO-BREAK SPACE}", " ")
        for one in SAMPLES
        if one.why in {Why.SPEND_MISSING, Why.BETTER_OFFER, Why.MEMBERS_ONLY, Why.FROM_TIME}
    ]
    assert said == [
        "PLN 12.40 more",
        "only with the card",
        "today from 15:00",
        "another offer was better by PLN 1.20",
    ]
