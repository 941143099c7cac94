"""What is missing is told by the name of the goods, in words that bend no name in any language."""

from dataclasses import replace

import pytest

from terminal.loyalty.engine.evaluation import Reason, Why, WithinReach
from terminal.loyalty.money import Currency
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wanted import Wanted, goods_name, product_name
from terminal.paper.columns import wrapped
from terminal.till.checkout.notice import Notice, NoticeKind, Weight
from terminal.wording import languages
from terminal.wording.words import Words

SPOKEN = [Words(language, Currency("PLN")) for language in languages.complete()]
COFFEE, BUTTER = goods_name(1, "set", "condition"), product_name("DAI-01")
CAKE = goods_name(1, "set", "target.also")
LONG = "Kawa ziarnista Arabica z upraw ekologicznych 1 kg"
NAMES = {
    COFFEE: {
        "en": "coffee",
        "pl": "kawa",
        "uk": "кава",
        "ro": "cafea",
        "lv": "kafija",
        "ru": "кофе",
    },
    CAKE: {"en": "cake", "pl": "ciasto"},
    BUTTER: {"": "Masło 82% 200 g"},
}


def missing(*pieces: tuple[RewardName, int]) -> Reason:
    of = tuple(Wanted(pieces=n, goods=name) for name, n in pieces)
    return Reason(why=Why.PIECES_MISSING, pieces=sum(n for _, n in pieces), wanted=of)


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("language", "why", "brief"),
    [
        ("en", "Add 2 × coffee", "2 × coffee more"),
        ("pl", "Dodaj jeszcze 2 × kawa", "jeszcze 2 × kawa"),
        ("uk", "Додайте ще 2 × кава", "ще 2 × кава"),
        ("ro", "Mai adaugă 2 × cafea", "încă 2 × cafea"),
        ("lv", "Pievienojiet vēl 2 × kafija", "vēl 2 × kafija"),
        ("ru", "Добавьте ещё 2 × кофе", "ещё 2 × кофе"),
    ],
)
def test_two_more_coffees_in_six_languages(language: str, why: str, brief: str) -> None:
    words, reason = Words(language, Currency("PLN")), missing((COFFEE, 2))

    assert plain(words.reason(reason, NAMES)) == why
    assert plain(words.reason_brief(reason, NAMES)) == brief


def test_several_goods_stand_one_behind_the_other() -> None:
    polish = Words("pl", Currency("PLN"))
    lunch = missing((COFFEE, 2), (CAKE, 1))

    assert plain(polish.reason(lunch, NAMES)) == "Dodaj jeszcze 2 × kawa, 1 × ciasto"


def test_a_product_is_told_by_its_name_in_the_price_list() -> None:
    polish = Words("pl", Currency("PLN"))
    reason = missing((BUTTER, 1))

    assert plain(polish.reason(reason, NAMES)) == "Dodaj jeszcze 1 × Masło 82% 200 g"


def test_goods_that_nobody_here_can_name_are_pieces() -> None:
    english = Words("en", Currency("PLN"))
    reason = missing((COFFEE, 1), (product_name("gone"), 1))

    assert plain(english.reason(reason, NAMES)) == "Add 2 more pieces"
    assert plain(english.reason_brief(reason, NAMES)) == "2 more pieces"


def test_money_that_counts_on_some_goods_only_tells_which() -> None:
    polish = Words("pl", Currency("PLN"))
    of = (Wanted(goods=COFFEE),)
    reason = Reason(why=Why.SPEND_MISSING, amount=1240, wanted=of)

    assert plain(polish.reason(reason, NAMES)) == "Brakuje zakupów za 12,40 zł (kawa)"
    assert plain(polish.reason_brief(reason, NAMES)) == "brakuje 12,40 zł (kawa)"


def test_goods_of_which_nothing_is_in_the_basket_are_named() -> None:
    polish = Words("pl", Currency("PLN"))
    of = (Wanted(goods=COFFEE, pieces=2), Wanted(goods=CAKE, pieces=1))
    reason = Reason(why=Why.NO_GOODS, wanted=of)

    assert polish.reason(reason, NAMES) == "W koszyku brak: kawa, ciasto"


def test_the_next_step_names_its_goods() -> None:
    percent = Reason(why=Why.PERCENT_OFF, basis_points=2000)
    ahead = WithinReach(
        name=RewardName(1, "set"), step=1, missing=missing((COFFEE, 1)), brings=percent
    )

    polish = Words("pl", Currency("PLN"))
    assert plain(polish.within_reach(ahead, NAMES)) == "Dodaj jeszcze 1 × kawa: 20% taniej"


@pytest.mark.parametrize("words", SPOKEN, ids=lambda words: words.language)
def test_a_long_name_is_cut_where_the_paper_is_narrow(words: Words) -> None:
    names = {COFFEE: {"": LONG}}
    spend = Reason(why=Why.SPEND_MISSING, amount=123_456_00, wanted=(Wanted(goods=COFFEE),))
    for reason in (missing((COFFEE, 22)), spend):
        told = words.reason_brief(reason, names)
        assert "…" in told
        assert len(wrapped(told, 30)) <= 2


@pytest.mark.parametrize("words", SPOKEN, ids=lambda words: words.language)
def test_what_more_would_earn_names_its_goods(words: Words) -> None:
    of = (Wanted(pieces=2, goods=COFFEE),)
    for reason in (
        Reason(why=Why.TOO_LITTLE, pieces=2, wanted=of),
        Reason(why=Why.TOO_LITTLE, amount=500, wanted=of),
    ):
        assert words.name(NAMES[COFFEE]) in words.reason(reason, NAMES)
        assert words.name(NAMES[COFFEE]) in words.reason_brief(reason, NAMES)


def test_a_voucher_that_was_used_is_told_as_used() -> None:
    polish = Words("pl", Currency("PLN"))
    used = Reason(why=Why.UNITS_MISSING, units=1, times=1)

    assert polish.reason(used, {}, UnitKind.VOUCHERS) == "Kupon został już wykorzystany"
    assert "Brakuje" in polish.reason(replace(used, times=0), {}, UnitKind.VOUCHERS)


@pytest.mark.parametrize("words", SPOKEN, ids=lambda words: words.language)
def test_a_notice_counts_pieces_where_the_names_of_goods_would_be_cut(words: Words) -> None:
    set_of = RewardName(1, "set")
    notice = Notice(
        kind=NoticeKind.REWARD_NOT_READY,
        weight=Weight.REFUSED,
        name=set_of,
        reason=missing((COFFEE, 1), (BUTTER, 1)),
    )
    short = words.notice_line(notice, {**NAMES, set_of: {"": "Set"}})
    long = words.notice_line(notice, {**NAMES, COFFEE: {"": LONG}, set_of: {"": "Set"}})

    assert "Masło" in short
    assert "…" not in long
    assert (
        plain(words.reason(Reason(why=Why.PIECES_MISSING, pieces=2), {})).lower()
        in plain(long).lower()
    )
