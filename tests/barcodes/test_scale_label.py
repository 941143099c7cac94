"""Labels of shop scales: what they say, what they refuse, and what one label teaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.barcodes.gtin import check_digit, normal
from terminal.barcodes.parse import parse
from terminal.barcodes.reading import CardNumber, Gtin, WeighedLabel
from terminal.barcodes.rules import CodeRules
from terminal.barcodes.scale_label import (
    PRESETS,
    Label,
    LabelPattern,
    UnfitPattern,
    agreeing,
    field_check_digit,
    learn,
    read_pattern,
)


def code(body: str) -> str:
    return body + check_digit(body)


APPLES = code("230101201245")


def test_latvian_labels_have_three_two_and_one_decimals() -> None:
    grams, tens, hundreds = read_pattern("lv")
    assert grams.read(APPLES) == Label("01012", normal(code("230101200000")), grams=1245)
    read = tens.read(code("240101200124"))
    assert read is not None
    assert read.grams == 1240
    read = hundreds.read(code("250101200012"))
    assert read is not None
    assert read.grams == 1200


def test_odoo_has_weight_under_21_and_money_under_23() -> None:
    weight, money = read_pattern("odoo")
    read = weight.read(code("211234501500"))
    assert read is not None
    assert (read.goods, read.grams, read.amount) == ("12345", 1500, None)
    read = money.read(code("231234500560"))
    assert read is not None
    assert (read.grams, read.amount) == (None, 560)


def test_all_labels_of_the_same_goods_have_one_number() -> None:
    pattern = read_pattern("23IIIIIWWWWWK kg 3")[0]
    read = [pattern.read(code(f"2301012{grams:05}")) for grams in (1, 1245, 99_999)]
    assert {one.number for one in read if one} == {normal(code("230101200000"))}


def test_the_inner_check_digit_is_that_of_gs1() -> None:
    assert field_check_digit("2875") == "9"
    assert field_check_digit("14685") == "6"
    pattern = read_pattern("20IIIICMMMMMK price 2")[0]
    read = pattern.read(code("201234" + "6" + "14685"))
    assert read is not None
    assert read.amount == 14_685
    assert pattern.read(code("201234" + "5" + "14685")) is None
    four = read_pattern("20IIIIICMMMMK price 2")[0].read(code("2012345" + "9" + "2875"))
    assert four is not None
    assert (four.goods, four.amount) == ("12345", 2875)


@given(st.integers(0, 9999), st.integers(0, 3), st.integers(1, 9))
def test_the_inner_check_digit_finds_every_wrong_digit(money: int, place: int, by: int) -> None:
    field = f"{money:04}"
    wrong = str((int(field[place]) + by) % 10)
    assert field_check_digit(field) != field_check_digit(field[:place] + wrong + field[place + 1 :])


def test_a_label_of_nothing_says_neither_weight_nor_price() -> None:
    read = read_pattern("lv")[0].read(code("230101200000"))
    assert read is not None
    assert (read.grams, read.amount) == (None, None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("23IIIIWWWWK kg 3", "8, 12, 13 or 14"),
        ("IIIIIIIWWWWWK kg 3", "such as"),
        ("23IIIIIWWWWWK", "such as"),
        ("23IIIIIMMMMMK kg 3", "run"),
        ("23IIWIIIWWWWK kg 3", "one run"),
        ("23IIIIIKWWWWK kg 3", "last"),
        ("23IIIICWWWWWW kg 3", "C may guard"),
        ("23IIIIIWWWWWK kg 9", "such as"),
        ("nowhere", "such as"),
        ("", "such as"),
    ],
)
def test_a_pattern_that_no_label_can_have_is_refused_in_words(text: str, why: str) -> None:
    with pytest.raises(UnfitPattern, match=why):
        read_pattern(text)


def test_a_pattern_is_written_as_it_is_read() -> None:
    for preset in PRESETS:
        for pattern in read_pattern(preset):
            assert read_pattern(pattern.text) == (pattern,)


def test_a_card_that_could_be_a_label_is_refused() -> None:
    labels = read_pattern("lv")
    for prefix in ("23", "2", "2345"):
        with pytest.raises(ValueError, match="alike"):
            CodeRules(card_prefix=prefix, scale_labels=labels)
    CodeRules(card_prefix="29", scale_labels=labels)
    CodeRules(card_prefix="", scale_labels=labels)


def test_a_label_is_a_label_and_may_be_goods_of_that_very_number() -> None:
    rules = CodeRules(card_prefix="29", scale_labels=read_pattern("lv"))
    assert parse(APPLES, rules) == (
        Gtin(normal(APPLES)),
        WeighedLabel("01012", normal(code("230101200000")), grams=1245),
    )
    assert not any(isinstance(one, CardNumber) for one in parse(APPLES, rules))


def test_a_label_whose_zero_the_scanner_left_out_is_read_all_the_same() -> None:
    rules = CodeRules(card_prefix="29", scale_labels=read_pattern("02IIIIIWWWWWK kg 3"))
    label = code("020101201245")
    readings = parse(label.removeprefix("0"), rules)
    assert any(isinstance(one, WeighedLabel) and one.grams == 1245 for one in readings)


@given(st.text(max_size=20), st.sampled_from(sorted(PRESETS)))
def test_no_text_breaks_a_pattern(text: str, preset: str) -> None:
    for pattern in read_pattern(preset):
        read = pattern.read(text)
        assert read is None or read.goods.isdigit()


# --- taught by example ---------------------------------------------------------------------------


@given(
    st.sampled_from(["23IIIIIWWWWWK kg 3", "21IIIIIWWWWWK kg 2", "28IIIIIIWWWWK kg 3"]),
    st.integers(1, 9_999),
    st.integers(0, 99_999),
)
def test_the_true_pattern_is_always_among_those_learnt(text: str, figure: int, goods: int) -> None:
    pattern = read_pattern(text)[0]
    goods, wide = pattern.signs.count("I"), pattern.signs.count("W")
    label = code(f"{pattern.prefix}{goods:0{goods}}{figure:0{wide}}")
    read = pattern.read(label)
    assert read is not None
    found = learn(label, grams=read.grams)
    assert pattern in found
    for one in found:
        again = one.read(label)
        assert again is not None
        assert again.grams == read.grams


def test_one_label_and_its_weight_teach_the_usual_pattern() -> None:
    assert learn(APPLES, grams=1245)[0].text == "23IIIIIWWWWWK kg 3"
    assert learn(code("281234500560"), amount=560)[0].text == "28IIIIIMMMMMK price 2"


def test_the_number_of_the_goods_makes_it_sure() -> None:
    label = code("280123400560")
    five, six = learn(label, amount=560, goods="1234"), learn(label, amount=560, goods="12340")
    assert five[0].text == "28IIIIIMMMMMK price 2"
    assert six[0].text == "28IIIIIIMMMMK price 2"


def test_an_inner_check_digit_is_found() -> None:
    found = learn(code("20123469" + "2875"), amount=2875, goods="12346")
    assert found[0].text == "20IIIIICMMMMK price 2"


def test_a_second_label_rules_out_what_fitted_the_first_by_chance() -> None:
    one, other = code("230101200500"), code("230101212005")
    found = learn(one, grams=500)
    assert len(found) > 1
    left = agreeing(found, other, grams=12_005, amount=None)
    assert [pattern.text for pattern in left] == ["23IIIIIWWWWWK kg 3"]


def test_what_the_label_does_not_say_teaches_nothing() -> None:
    assert learn(APPLES, grams=777) == ()
    assert learn(APPLES[:-1] + "0", grams=1245) == ()
    assert learn("12", grams=1) == ()
    assert learn(APPLES, grams=0) == ()


def test_parts_that_make_no_label_are_refused() -> None:
    with pytest.raises(UnfitPattern):
        LabelPattern("23IIIIIWWWWWK", weight=False, decimals=2)
