"""Whatever a sentence counts, it is in the form that its language asks for."""

from dataclasses import replace

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from terminal import resources
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.money import Currency
from terminal.loyalty.naming import kinds_of
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import ExpiresAfter, UnitKind
from terminal.wire.programme_json import read_programme
from terminal.wording import catalogue, languages
from terminal.wording.languages import ENGLISH
from terminal.wording.marks import Plural
from terminal.wording.words import Words

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
COUNTS = (0, 1, 2, 5, 11, 20, 21, 22, 101, 112)

FORMS = {
    "pl": (2, 0, 1, 2, 2, 2, 2, 1, 2, 2),
    "uk": (2, 0, 1, 2, 2, 2, 0, 1, 0, 2),
    "ru": (2, 0, 1, 2, 2, 2, 0, 1, 0, 2),
    "ro": (1, 0, 1, 1, 1, 2, 2, 2, 1, 1),
    "lv": (2, 0, 1, 1, 1, 1, 0, 1, 0, 1),
    "en": (1, 0, 1, 1, 1, 1, 1, 1, 1, 1),
}
"""Which form each of the counts has: Polish 21 is like 5, Russian and Ukrainian 21 like 1;
Romanian says „20 de” but 101 like 2; Latvian has a form for nothing at all."""

SPOKEN = languages.complete()
each_language = pytest.mark.parametrize("language", SPOKEN)


def plain(text: str) -> str:
    return text.replace(NO_BREAK_SPACE, " ")


def counted_sentences(language: str) -> list[tuple[Plural, tuple[str, ...]]]:
    """Every sentence that counts, with its forms as they stand in the language's file."""
    known = [Plural(*one.id) for one in catalogue.extracted() if not isinstance(one.id, str)]
    if language == ENGLISH:
        return [(msgids, tuple(msgids)) for msgids in known]
    with resources.path("translations", f"{language}.po").open("rb") as file:
        written = read_po(file, locale=language)
    return [(msgids, forms_of(written[msgids.one])) for msgids in known]


def forms_of(message: Message | None) -> tuple[str, ...]:
    assert message is not None
    assert isinstance(message.string, list | tuple)
    return tuple(message.string)


@each_language
def test_every_counted_sentence_takes_the_form_of_its_number(language: str) -> None:
    words = Words(language, Currency("EUR"))
    sentences = counted_sentences(language)
    assert len(sentences) > 10
    for msgids, forms in sentences:
        places = dict.fromkeys(catalogue.places(msgids.many) - {"n"}, "…")
        for n, form in zip(COUNTS, FORMS[language], strict=True):
            expected = forms[form].format_map({"n": words.number(n), **places})
            assert plain(words.counted(msgids, n, **places)) == plain(expected)


@each_language
def test_forms_that_differ_in_english_differ_where_the_language_bends_its_words(
    language: str,
) -> None:
    told = [Words(language, Currency("EUR")).units(n, UnitKind.STAMPS) for n in (1, 2, 0)]
    assert len({one.split(NO_BREAK_SPACE)[-1] for one in told}) >= 2


STAMPS = {
    "pl": (
        "0 pieczątek, 1 pieczątka, 2 pieczątki, 5 pieczątek, 11 pieczątek, 20 pieczątek, "
        "21 pieczątek, 22 pieczątki, 101 pieczątek, 112 pieczątek"
    ),
    "uk": (
        "0 штампів, 1 штамп, 2 штампи, 5 штампів, 11 штампів, 20 штампів, "
        "21 штамп, 22 штампи, 101 штамп, 112 штампів"
    ),
    "ru": (
        "0 штампов, 1 штамп, 2 штампа, 5 штампов, 11 штампов, 20 штампов, "
        "21 штамп, 22 штампа, 101 штамп, 112 штампов"
    ),
    "ro": (
        "0 ștampile, 1 ștampilă, 2 ștampile, 5 ștampile, 11 ștampile, 20 de ștampile, "
        "21 de ștampile, 22 de ștampile, 101 ștampile, 112 ștampile"
    ),
    "lv": (
        "0 zīmogu, 1 zīmogs, 2 zīmogi, 5 zīmogi, 11 zīmogi, 20 zīmogi, "
        "21 zīmogs, 22 zīmogi, 101 zīmogs, 112 zīmogi"
    ),
    "en": (
        "0 stamps, 1 stamp, 2 stamps, 5 stamps, 11 stamps, 20 stamps, "
        "21 stamps, 22 stamps, 101 stamps, 112 stamps"
    ),
}


@each_language
def test_stamps_are_counted_as_people_say_it(language: str) -> None:
    words = Words(language, Currency("EUR"))
    told = ", ".join(plain(words.units(n, UnitKind.STAMPS)) for n in COUNTS)
    assert told == STAMPS[language]


MORE_PIECES = {
    "pl": ("Dodaj jeszcze 1 sztukę", "Dodaj jeszcze 22 sztuki", "Dodaj jeszcze 21 sztuk"),
    "uk": ("Додайте ще 21 штуку", "Додайте ще 22 штуки", "Додайте ще 112 штук"),
    "ru": ("Добавьте ещё 101 штуку", "Добавьте ещё 2 штуки", "Добавьте ещё 11 штук"),
    "ro": ("Mai adaugă 1 bucată", "Mai adaugă 101 bucăți", "Mai adaugă 20 de bucăți"),
    "lv": ("Pievienojiet vēl 21 gabalu", "Pievienojiet vēl 2 gabalus"),
    "en": ("Add 1 more piece", "Add 2 more pieces", "Add 21 more pieces"),
}
MISSING = {
    "pl": ("Brakuje 1 pkt", "Brakuje 2 pkt", "Brakuje 5 pkt"),
    "uk": ("Бракує 21 бала", "Бракує 2 балів", "Бракує 5 балів"),
    "ru": ("Не хватает 21 балла", "Не хватает 2 баллов", "Не хватает 5 баллов"),
    "ro": ("Mai lipsește 1 punct", "Mai lipsesc 101 puncte", "Mai lipsesc 21 de puncte"),
    "lv": ("Trūkst 101 punkta", "Trūkst 2 punktu", "Trūkst 11 punktu"),
    "en": ("1 more pt needed", "2 more pts needed", "21 more pts needed"),
}


def figure(sentence: str) -> int:
    return int("".join(filter(str.isdigit, sentence)))


@pytest.mark.parametrize(("language", "told"), MORE_PIECES.items())
def test_goods_to_add_are_counted(language: str, told: tuple[str, ...]) -> None:
    words = Words(language, Currency("EUR"))
    for sentence in told:
        reason = Reason(why=Why.PIECES_MISSING, pieces=figure(sentence))
        assert plain(words.reason(reason, {})) == sentence


@pytest.mark.parametrize(("language", "told"), MISSING.items())
def test_what_is_missing_stands_in_the_case_that_the_verb_asks_for(
    language: str, told: tuple[str, ...]
) -> None:
    words = Words(language, Currency("EUR"))
    for sentence in told:
        reason = Reason(why=Why.UNITS_MISSING, units=figure(sentence))
        assert plain(words.reason(reason, {})) == sentence


VALID_FOR = {
    "pl": {1: "Ważne 1 miesiąc.", 22: "Ważne 22 miesiące.", 12: "Ważne 12 miesięcy."},
    "uk": {21: "Дійсно 21 місяць.", 2: "Дійсно 2 місяці.", 12: "Дійсно 12 місяців."},
    "ru": {21: "Действует 21 месяц.", 2: "Действует 2 месяца.", 12: "Действует 12 месяцев."},
    "ro": {1: "Valabile 1 lună.", 12: "Valabile 12 luni.", 24: "Valabile 24 de luni."},
    "lv": {21: "Derīgi 21 mēnesi.", 2: "Derīgi 2 mēnešus.", 12: "Derīgi 12 mēnešus."},
    "en": {1: "Valid for 1 month.", 2: "Valid for 2 months.", 21: "Valid for 21 months."},
}


@pytest.mark.parametrize(("language", "told"), VALID_FOR.items())
def test_months_are_counted(language: str, told: dict[int, str]) -> None:
    words = Words(language, Currency("EUR"))
    assert {n: plain(words.valid_for(ExpiresAfter(months=n))) for n in told} == told


VALID_AFTER = {
    "pl": (
        ("Ważne 1 dzień.", "Ważne 1 dzień po każdych zakupach."),
        ("Ważne 90 dni.", "Ważne 90 dni po każdych zakupach."),
        "Ważne 6 miesięcy po każdych zakupach.",
    ),
    "uk": (
        ("Дійсно 1 день.", "Дійсно 1 день після кожної покупки."),
        ("Дійсно 90 днів.", "Дійсно 90 днів після кожної покупки."),
        "Дійсно 6 місяців після кожної покупки.",
    ),
    "ru": (
        ("Действует 1 день.", "Действует 1 день после каждой покупки."),
        ("Действует 90 дней.", "Действует 90 дней после каждой покупки."),
        "Действует 6 месяцев после каждой покупки.",
    ),
    "ro": (
        ("Valabile 1 zi.", "Valabile 1 zi după fiecare cumpărătură."),
        ("Valabile 90 de zile.", "Valabile 90 de zile după fiecare cumpărătură."),
        "Valabile 6 luni după fiecare cumpărătură.",
    ),
    "lv": (
        ("Derīgi 1 dienu.", "Derīgi 1 dienu pēc katra pirkuma."),
        ("Derīgi 90 dienas.", "Derīgi 90 dienas pēc katra pirkuma."),
        "Derīgi 6 mēnešus pēc katra pirkuma.",
    ),
    "en": (
        ("Valid for 1 day.", "Valid for 1 day after each purchase."),
        ("Valid for 90 days.", "Valid for 90 days after each purchase."),
        "Valid for 6 months after each purchase.",
    ),
}


@pytest.mark.parametrize(("language", "told"), VALID_AFTER.items())
def test_days_are_counted_and_what_each_purchase_renews_says_so(
    language: str, told: tuple[tuple[str, str], tuple[str, str], str]
) -> None:
    words = Words(language, Currency("EUR"))
    one, ninety = (
        (
            plain(words.valid_for(ExpiresAfter(days=n))),
            plain(words.valid_for(ExpiresAfter(days=n, since="purchase"))),
        )
        for n in (1, 90)
    )
    months = plain(words.valid_for(ExpiresAfter(months=6, since="purchase")))
    assert (one, ninety, months) == told


@each_language
def test_a_unit_with_words_of_its_own_takes_the_form_of_its_number(language: str) -> None:
    miles = ready("miles").unit
    assert miles is not None
    words = Words(language, Currency("EUR"))
    for n, form in zip(COUNTS, FORMS[language], strict=True):
        assert plain(words.units(n, miles)) == f"{words.number(n)} {miles.counted[language][form]}"


@each_language
def test_what_a_reward_brings_is_counted_as_its_own_unit(language: str) -> None:
    """Points pay for miles: the cost is in points, what comes is in miles."""
    programmes = (ready("partner-miles"), ready("miles"))
    words, miles = Words(language, Currency("EUR")), ready("miles").unit
    assert miles is not None
    unit = kinds_of(programmes)[RewardName(programmes[0].programme, "miles")]
    brings = Reason(why=Why.EXCHANGED, units=250, kind=UnitKind.POINTS)
    assert words.reason_short(brings, {}, unit) == f"+{words.units(250, miles)}"
    assert words.units(250, miles) != words.units(250, UnitKind.POINTS)
    assert words.units(100, unit) == words.units(100, UnitKind.POINTS)


@each_language
def test_missing_units_are_told_in_their_own_words(language: str) -> None:
    miles = ready("miles").unit
    assert miles is not None
    words = Words(language, Currency("EUR"))
    told = words.reason(Reason(why=Why.UNITS_MISSING, units=7, amount=700), {}, miles)
    assert words.units(7, miles) in told
    assert words.money(700) in told


def test_a_language_without_forms_says_what_kind_of_unit_it_is() -> None:
    miles = ready("miles").unit
    assert miles is not None
    polish = replace(miles, counted={"pl": miles.counted["pl"]})
    assert plain(Words("en", Currency("EUR")).units(250, polish)) == "250 pts"
    assert plain(Words("pl", Currency("EUR")).units(250, polish)) == "250 mil"


def ready(name: str) -> Programme:
    return read_programme(resources.path("programmes", f"{name}.json").read_bytes())
