"""The shop's own cards: no number twice, none to be guessed, and every old card stays good."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.barcodes import gtin
from terminal.barcodes.card_number import (
    capacity,
    card_number,
    card_numbers,
    counter_of,
    is_card_number,
    permute,
    unpermute,
)

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))
PREFIXES = st.text("0123456789", min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("counter", "prefix", "number"),
    [
        (0, "25", "2599069609197"),
        (1, "25", "2557826321225"),
        (2, "25", "2563332764708"),
        (9_999_999_999, "25", "2523500369128"),
        (0, "2", "2462861665145"),
        (1_234_567, "29000", "2900067534037"),
        (123_456, "290001", "2900011261002"),
    ],
)
def test_cards_printed_long_ago_stay_good(counter: int, prefix: str, number: str) -> None:
    """Frozen: a change here makes the cards in people's pockets worthless."""
    assert card_number(counter, key=KEY, prefix=prefix) == number
    assert counter_of(number, key=KEY, prefix=prefix) == counter


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_a_whole_box_of_numbers_is_used_up_without_a_repeat(digits: int) -> None:
    everything = range(10**digits)
    places = [permute(value, digits=digits, key=KEY, prefix="25") for value in everything]
    assert sorted(places) == list(everything)
    back = [unpermute(place, digits=digits, key=KEY, prefix="25") for place in places]
    assert back == list(everything)


@given(PREFIXES, st.data())
def test_every_card_has_thirteen_digits_and_leads_back_to_its_counter(
    prefix: str, data: st.DataObject
) -> None:
    counter = data.draw(st.integers(0, capacity(prefix) - 1))
    number = card_number(counter, key=KEY, prefix=prefix)
    assert is_card_number(number, prefix=prefix)
    assert gtin.is_gtin(number)
    assert counter_of(number, key=KEY, prefix=prefix) == counter


def test_the_order_of_the_cards_does_not_show_in_their_numbers() -> None:
    count = 2_000
    numbers = list(card_numbers(range(count), key=KEY, prefix="25"))
    assert len(set(numbers)) == count
    rising = sum(later > earlier for earlier, later in pairwise(numbers))
    assert abs(rising - count // 2) < count // 20
    steps = [int(later[:-1]) - int(earlier[:-1]) for earlier, later in pairwise(numbers)]
    assert len(set(steps)) == len(steps)
    for place in range(2, 12):
        for digit in "0123456789":
            seen = sum(number[place] == digit for number in numbers)
            assert count // 10 - 70 < seen < count // 10 + 70


def test_neighbouring_counters_share_no_more_digits_than_strangers_do() -> None:
    numbers = list(card_numbers(range(2_000), key=KEY, prefix="25"))
    alike = sum(
        left == right
        for earlier, later in pairwise(numbers)
        for left, right in zip(earlier[2:12], later[2:12], strict=True)
    )
    assert abs(alike - 1_999) < 250


def test_another_shop_or_another_key_makes_other_cards() -> None:
    ours = set(card_numbers(range(500), key=KEY, prefix="25"))
    theirs = set(card_numbers(range(500), key=OTHER_KEY, prefix="25"))
    assert not ours & theirs
    bodies = {number[2:12] for number in ours}
    assert not bodies & {number[2:12] for number in card_numbers(range(500), key=KEY, prefix="26")}


def test_made_up_numbers_are_not_genuine() -> None:
    given_out = range(10_000)
    made_up = [f"25{body:010d}" for body in range(0, 10**10, 10**7 + 13)]
    passed = [
        body
        for body in made_up
        if counter_of(body + gtin.check_digit(body), key=KEY, prefix="25") in given_out
    ]
    assert passed == []


@pytest.mark.parametrize("text", ["", "25", "2599069609198", "4006381333931", "x" * 13])
def test_what_is_no_card_of_this_shop_has_no_counter(text: str) -> None:
    assert counter_of(text, key=KEY, prefix="25") is None


@given(st.text())
def test_no_text_makes_trouble(text: str) -> None:
    counter_of(text, key=KEY, prefix="25")


def test_an_unfit_key_prefix_or_counter_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        card_number(0, key=b"short", prefix="25")
    for prefix in ("", "2500000", "2x", "٢"):
        with pytest.raises(ValueError, match="prefix"):
            card_number(0, key=KEY, prefix=prefix)
    for counter in (-1, 10**10):
        with pytest.raises(ValueError, match="counter"):
            card_number(counter, key=KEY, prefix="25")
