"""The numbers of goods: one number, many spellings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.barcodes import gtin

BODIES = st.text("0123456789", min_size=1, max_size=17)


@pytest.mark.parametrize(
    "printed",
    [
        "4006381333931",  # a pen
        "5901234123457",  # GS1 Poland's example
        "96385074",  # EAN-8
        "036000291452",  # UPC-A
        "09506000134352",  # GS1's example for Digital Link
        "00012345600012",  # a case
    ],
)
def test_known_numbers_have_their_check_digit(printed: str) -> None:
    assert gtin.is_gtin(printed)


@pytest.mark.parametrize(
    "text", ["", "1", "4006381333932", "400638133393", "４００６３８１３３３９３１", "٩٦٣٨٥٠٧٤"]
)
def test_what_is_no_number_of_goods(text: str) -> None:
    assert not gtin.is_gtin(text)


def test_every_spelling_of_one_number_finds_the_same_goods() -> None:
    assert gtin.normal("036000291452") == gtin.normal("0036000291452") == "00036000291452"
    assert gtin.normal("96385074") == gtin.normal("0000096385074")


def test_people_read_the_spelling_on_the_pack() -> None:
    assert gtin.shortest("00036000291452") == "036000291452"
    assert gtin.shortest("04006381333931") == "4006381333931"
    assert gtin.shortest("00000096385074") == "96385074"
    assert gtin.shortest("15901234123454") == "15901234123454"


def test_what_is_no_gtin_has_no_normal_form() -> None:
    with pytest.raises(ValueError, match="not a GTIN"):
        gtin.normal("4006381333932")
    with pytest.raises(ValueError, match="digits"):
        gtin.check_digit("40x")


@pytest.mark.parametrize(
    ("printed", "full"),
    [
        ("04252614", "042100005264"),
        ("01234133", "012300000413"),
        ("01234145", "012340000015"),
        ("01234505", "012000003455"),
        ("01234565", "012345000065"),
    ],
)
def test_upc_e_gets_its_zeros_back(printed: str, full: str) -> None:
    assert gtin.expand_upc_e(printed) == full


@pytest.mark.parametrize("text", ["04252615", "24252614", "0425261", "", "0425261x"])
def test_what_is_no_upc_e(text: str) -> None:
    assert gtin.expand_upc_e(text) is None


@given(BODIES)
def test_one_wrong_digit_is_always_noticed(body: str) -> None:
    good = body + gtin.check_digit(body)
    assert gtin.has_check_digit(good)
    for place, digit in enumerate(good):
        wrong = good[:place] + str((int(digit) + 1) % 10) + good[place + 1 :]
        assert not gtin.has_check_digit(wrong)


@given(st.sampled_from(gtin.LENGTHS), st.data())
def test_the_shortest_spelling_is_the_same_number(length: int, data: st.DataObject) -> None:
    body = data.draw(st.text("0123456789", min_size=length - 1, max_size=length - 1))
    code = body + gtin.check_digit(body)
    assert gtin.normal(gtin.shortest(code)) == gtin.normal(code)


@given(st.text())
def test_no_text_makes_trouble(text: str) -> None:
    gtin.is_gtin(text)
    gtin.has_check_digit(text)
    gtin.expand_upc_e(text)
