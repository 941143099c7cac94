"""The line to the server in words: quiet at the top, the whole story behind it."""

from dataclasses import replace
from itertools import pairwise

import pytest

from terminal.loyalty.money import Currency
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.notice import Notice, NoticeKind, Weight, Whereabouts
from terminal.till.checkout.view import Concern, ServerView
from terminal.till.line_port import Contact, LineTrouble
from terminal.wording import languages
from terminal.wording.fitting import NOTICE_CHARACTERS_MAX
from terminal.wording.words import Words

ENGLISH, POLISH = (Words(language, Currency("PLN")) for language in ("en", "pl"))
SPOKEN = [Words(language, Currency("PLN")) for language in languages.complete()]
each_language = pytest.mark.parametrize("words", SPOKEN, ids=languages.complete())
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
STATE_CHARACTERS_MAX = 80
"""What a screen of 1024 pixels has room for beside the till's name, the lines and the clock."""


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


def server(
    trouble: LineTrouble = LineTrouble.NONE,
    waiting: int = 0,
    ago_ms: int | None = 0,
    concern: Concern = Concern.NONE,
    ahead: int = 0,
    parked: int = 0,
) -> ServerView:
    contact = Contact(
        trouble=trouble, waiting=waiting, last_ms=1, clock_ahead_ms=ahead, parked=parked
    )
    return ServerView(contact=contact, ago_ms=ago_ms, concern=concern)


@pytest.mark.parametrize(
    ("state", "english", "polish"),
    [
        (server(LineTrouble.NOT_PAIRED, waiting=3), "Saved here", "Zapisane tutaj"),
        (server(), "Saved here and at the server", "Zapisane tutaj i na serwerze"),
        (
            server(waiting=3, ago_ms=2 * MINUTE),
            "Saved here · 3 waiting · last contact 2 min ago",
            "Zapisane tutaj · 3 czekają · kontakt 2 min temu",
        ),
        (
            server(waiting=1, ago_ms=20),
            "Saved here · 1 waiting · last contact just now",
            "Zapisane tutaj · 1 czeka · kontakt przed chwilą",
        ),
        (
            server(LineTrouble.NO_LINE, waiting=25, ago_ms=2 * HOUR),
            "Saved here · 25 waiting · offline · last contact 2 h ago",
            "Zapisane tutaj · 25 czeka · brak łączności · kontakt 2 godz. temu",
        ),
        (
            server(LineTrouble.NO_LINE, waiting=2, ago_ms=MINUTE - 1),
            "Saved here · 2 waiting · offline",
            "Zapisane tutaj · 2 czekają · brak łączności",
        ),
        (
            server(LineTrouble.NO_LINE, ago_ms=2 * DAY, concern=Concern.AGE),
            "Saved here · offline · last contact 2 days ago",
            "Zapisane tutaj · brak łączności · kontakt 2 dni temu",
        ),
        (
            server(LineTrouble.NO_LINE, ago_ms=None),
            "Saved here · offline · no contact yet",
            "Zapisane tutaj · brak łączności · jeszcze bez kontaktu",
        ),
        (
            server(LineTrouble.REVOKED, waiting=3, ago_ms=HOUR, concern=Concern.TROUBLE),
            "Saved here · 3 waiting · this till is shut out",
            "Zapisane tutaj · 3 czekają · kasa bez dostępu do serwera",
        ),
        (
            server(ahead=3 * MINUTE, concern=Concern.CLOCK),
            "Saved here · clock 3 min ahead",
            "Zapisane tutaj · zegar śpieszy się o 3 min",
        ),
        (
            server(parked=2, concern=Concern.PARKED),
            "Saved here · 2 records need a look",
            "Zapisane tutaj · 2 zapisy do sprawdzenia",
        ),
    ],
)
def test_the_line_at_the_top(state: ServerView, english: str, polish: str) -> None:
    assert plain(ENGLISH.state_line(state)) == english
    assert plain(POLISH.state_line(state)) == polish


@each_language
@pytest.mark.parametrize("trouble", list(LineTrouble))
@pytest.mark.parametrize("concern", list(Concern))
def test_every_trouble_has_a_few_words_and_a_whole_story(
    words: Words, trouble: LineTrouble, concern: Concern
) -> None:
    state = server(trouble, 12_345, 59 * MINUTE, concern, ahead=-90 * MINUTE, parked=1_234)
    line = words.state_line(state)
    assert len(line) <= STATE_CHARACTERS_MAX, line
    assert not set("{}") & set(line)
    sentences = words.server_story(state)
    assert sentences
    for sentence in sentences:
        assert sentence.endswith(".")
        assert sentence.count(". ") >= 1, "what it means and what to do"
        assert not set("{}") & set(sentence)


@each_language
def test_every_trouble_tells_another_story(words: Words) -> None:
    told = [words.server_story(server(trouble)) for trouble in LineTrouble]
    assert len(set(told)) == len(told)


def test_ages_are_whole_minutes_hours_and_days() -> None:
    ages = [0, MINUTE - 1, MINUTE, 59 * MINUTE, HOUR, DAY - 1, DAY, 30 * DAY]
    assert [plain(ENGLISH.ago(age)) for age in ages] == [
        "just now", "just now", "1 min ago", "59 min ago", "1 h ago", "23 h ago", "1 day ago", "30 days ago",
    ]  # fmt: skip


def test_a_clock_is_ahead_behind_or_right() -> None:
    assert plain(ENGLISH.clock_difference(-150_000)) == "clock 2 min behind"
    assert ENGLISH.clock_difference(30_000) == "clock right to the minute"


# --- where the rest is ---------------------------------------------------------------------------

ANNA = Whereabouts(
    member="Anna K.", kind=UnitKind.POINTS, here=64, balance=246, places=(("Till 2", 182),)
)


def elsewhere(words: Words, rest: Whereabouts | None) -> str:
    notice = Notice(kind=NoticeKind.RIGHTS_ELSEWHERE, weight=Weight.LOOK, rest=rest)
    return plain(words.notice_line(notice, {}))


@pytest.mark.parametrize(
    ("rest", "english", "polish"),
    [
        (
            ANNA,
            "64 of Anna K.'s 246 pts can be used here now. 182 are on Till 2 while the line is down.",
            "Anna K. ma 246 pkt, tu teraz 64. Reszta (182): Till 2 – brak łączności.",
        ),
        (
            replace(ANNA, offline=False),
            "64 of Anna K.'s 246 pts can be used here now. 182 are on Till 2.",
            "Anna K. ma 246 pkt, tu teraz 64. Reszta (182): Till 2.",
        ),
        (
            replace(ANNA, member="", kind=UnitKind.STAMPS, here=8, balance=9, places=(("", 1),)),
            "8 of 9 stamps can be used here now. 1 is with the server while the line is down.",
            "Razem 9 pieczątek, tu teraz 8. Reszta (1): serwer – brak łączności.",
        ),
        (
            replace(ANNA, here=0, places=(("Till 1", 246),)),
            "Anna K.'s 246 pts: on Till 1 while the line is down. Nothing of it can be used here.",
            "Anna K. ma 246 pkt: Till 1 – brak łączności. Tu nic z tego nie można użyć.",
        ),
        (
            replace(ANNA, offline=False, places=(("Till 2", 100), ("Till 3", 82))),
            "64 of Anna K.'s 246 pts can be used here now. 182 are on Till 2, on Till 3.",
            "Anna K. ma 246 pkt, tu teraz 64. Reszta (182): Till 2, Till 3.",
        ),
    ],
)
def test_what_may_be_used_here_and_where_the_rest_is(
    rest: Whereabouts, english: str, polish: str
) -> None:
    assert elsewhere(ENGLISH, rest) == english
    assert elsewhere(POLISH, rest) == polish


@each_language
@pytest.mark.parametrize("kind", list(UnitKind))
@pytest.mark.parametrize("offline", [True, False])
@pytest.mark.parametrize("here", [0, 1, 1_234_567])
def test_it_is_short_enough_whatever_the_names(
    words: Words, kind: UnitKind, offline: bool, here: int
) -> None:
    for places in pairwise(["Till 2", "Kasa przy samych drzwiach na lewo", "", "Till 3"]):
        rest = Whereabouts(
            member="Bartłomiej-Maksymilian S.",
            kind=kind,
            here=here,
            balance=9_999_999,
            places=tuple((place, 1_000_000) for place in (*places, "Till 9")),
            offline=offline,
        )
        told = elsewhere(words, rest)
        assert len(told) <= NOTICE_CHARACTERS_MAX, told
        assert not set("{}") & set(told)


def test_a_reward_that_went_back_says_where_its_units_are() -> None:
    name = RewardName(1, "five")
    notice = Notice(kind=NoticeKind.RIGHTS_MISSING, weight=Weight.REFUSED, name=name, rest=ANNA)
    names = {name: {"en": "5 zł off"}}
    told = "5 zł off: went back, 182 are on Till 2. Check the new total."
    assert plain(ENGLISH.notice_line(notice, names)) == told
    assert "elsewhere meanwhile" in ENGLISH.notice_line(replace(notice, rest=None), names)
