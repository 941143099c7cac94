"""Money: every cent can be explained, and every split sums exactly."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.money import (
    BASIS_POINTS,
    Currency,
    cash_step,
    divide_half_up,
    percent_of,
    round_cash,
    split,
    tax_upon,
    tax_within,
)

AMOUNTS = st.integers(0, 10**15)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (5, 2, 3), (-5, 2, -3), (49, 100, 0), (50, 100, 1)],
)
def test_a_half_goes_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert divide_half_up(numerator, denominator) == rounded


@given(st.integers(-(10**18), 10**18), st.integers(1, 10**9))
def test_rounding_is_the_nearest_whole_and_the_same_on_both_sides_of_zero(
    numerator: int, denominator: int
) -> None:
    rounded = divide_half_up(numerator, denominator)

    assert abs(rounded - Fraction(numerator, denominator)) <= Fraction(1, 2)
    assert divide_half_up(-numerator, denominator) == -rounded


@pytest.mark.parametrize("denominator", [0, -1])
def test_nothing_is_divided_by_zero_or_less(denominator: int) -> None:
    with pytest.raises(ValueError, match="denominator"):
        divide_half_up(1, denominator)


def test_ten_percent_of_seven_ninety_nine_is_eighty_grosz() -> None:
    assert percent_of(799, 1000) == 80
    assert percent_of(795, 1000) == 80
    assert percent_of(794, 1000) == 79


@given(AMOUNTS, st.integers(0, BASIS_POINTS))
def test_a_percentage_is_never_more_than_the_whole(amount: int, basis_points: int) -> None:
    assert 0 <= percent_of(amount, basis_points) <= amount
    assert percent_of(amount, BASIS_POINTS) == amount


def test_vat_of_23_percent_in_12_30_is_2_30() -> None:
    assert tax_within(1230, 2300) == 230
    assert tax_upon(1000, 2300) == 230
    assert tax_within(1230, 0) == tax_upon(1230, 0) == 0


@given(AMOUNTS, st.integers(0, BASIS_POINTS))
def test_tax_put_upon_a_net_price_is_found_again_within_the_gross(net: int, rate: int) -> None:
    assert tax_within(net + tax_upon(net, rate), rate) == tax_upon(net, rate)


@given(st.integers(-(10**15), 10**15), WEIGHTS)
def test_the_shares_of_a_split_sum_exactly(total: int, weights: list[int]) -> None:
    shares = split(total, weights)

    assert sum(shares) == total
    assert len(shares) == len(weights)
    assert all(share * total >= 0 for share in shares)
    if whole := sum(weights):
        for share, weight in zip(shares, weights, strict=True):
            assert abs(share - Fraction(total * weight, whole)) < 1


@given(WEIGHTS, st.data())
def test_no_share_is_more_than_its_weight(weights: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(weights)))

    if sum(weights):
        shares = split(total, weights)
        assert all(share <= weight for share, weight in zip(shares, weights, strict=True))


def test_a_cent_that_cannot_be_split_goes_to_the_earlier_share() -> None:
    assert split(1, (1, 1)) == (1, 0)
    assert split(-1, (1, 1)) == (-1, 0)
    assert split(100, (1, 1, 1)) == (34, 33, 33)
    assert split(100, (0, 0)) == (100, 0)


@pytest.mark.parametrize("weights", [(), (1, -1)])
def test_a_split_without_weights_or_with_one_below_zero_is_refused(weights: tuple[int]) -> None:
    with pytest.raises(ValueError, match="weight"):
        split(1, weights)


UKRAINE = ("UAH", "UA")
AFTER = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("amount", "paid"), [(25, 50), (24, 0), (49, 50), (51, 50), (74, 50), (75, 100), (99, 100)]
)
def test_ukraine_rounds_cash_to_50_kopiykas(amount: int, paid: int) -> None:
    step = cash_step(*UKRAINE, AFTER)

    assert round_cash(amount, step) == paid
    assert round_cash(1000 + amount, step) == 1000 + paid


@pytest.mark.parametrize(
    ("currency", "country", "on", "step"),
    [
        ("UAH", "UA", date(2018, 6, 30), 1),
        ("UAH", "UA", date(2018, 7, 1), 10),
        ("UAH", "UA", date(2025, 9, 30), 10),
        ("UAH", "UA", date(2025, 10, 1), 50),
        ("EUR", "EE", date(2024, 12, 31), 1),
        ("EUR", "EE", date(2025, 1, 1), 5),
        ("EUR", "LT", date(2025, 4, 30), 1),
        ("EUR", "LT", date(2025, 5, 1), 5),
        ("EUR", "LV", AFTER, 1),
        ("PLN", "PL", AFTER, 1),
        ("RON", "RO", AFTER, 1),
        ("EUR", "UA", AFTER, 1),
    ],
)
def test_cash_is_rounded_where_and_from_when_the_law_says(
    currency: str, country: str, on: date, step: int
) -> None:
    assert cash_step(currency, country, on) == step


def test_two_cents_go_down_and_three_go_up_where_five_is_the_least_coin() -> None:
    assert [round_cash(amount, 5) for amount in (1000, 1002, 1003, 1007, 1008)] == [
        1000,
        1000,
        1005,
        1005,
        1010,
    ]
    assert round_cash(1003, 1) == 1003


def test_a_currency_knows_its_minor_units() -> None:
    assert Currency("PLN").minor_per_major == 100
    assert Currency("JPY", 0).minor_per_major == 1
    assert Currency("KWD", 3).minor_per_major == 1000


@pytest.mark.parametrize(("code", "digits"), [("pln", 2), ("PL", 2), ("PŁN", 2), ("PLN", 5)])
def test_what_is_no_currency_is_refused(code: str, digits: int) -> None:
    with pytest.raises(ValueError, match="currency"):
        Currency(code, digits)
