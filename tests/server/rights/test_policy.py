"""How much may sit at one till."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.programme import Programme, UnitTerms, Worth
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, UnitId, WalletId, budget_account
from terminal.server.rights.policy import (
    Caps,
    Rate,
    beyond,
    rates_of,
    room_for,
    slice_of,
    value_of,
)

POINTS, STAMPS = UnitId("points"), UnitId("stamps")
RATES = {POINTS: Rate(100, 500)}
"""A hundred points are five euros."""


def account(number: int, unit: UnitId = POINTS) -> Account:
    return Account(WalletId(f"{number:032x}"), unit)


def programme(number: int, kind: UnitKind, worth: Worth | None, unit: str = "points") -> Programme:
    terms = UnitTerms(id=unit, kind=kind, name={"en": unit}, worth=worth)
    return Programme(
        programme=number,
        revision=1,
        holds_from=datetime(2026, 1, 1, tzinfo=UTC),
        name={"en": "x"},
        unit=terms,
    )


def test_a_worth_is_the_highest_that_anybody_declares_and_money_is_its_own() -> None:
    found = rates_of(
        [
            programme(1, UnitKind.POINTS, Worth(units=100, amount=500)),
            programme(2, UnitKind.POINTS, Worth(units=10, amount=60)),
            programme(3, UnitKind.MONEY, None, "gift"),
            programme(4, UnitKind.STAMPS, None, "stamps"),
            programme(5, UnitKind.STAMPS, Worth(units=1, amount=0), "nothing"),
        ]
    )
    assert found == {POINTS: Rate(10, 60), UnitId("gift"): Rate(1, 1)}


def test_a_till_gets_no_more_than_fits_under_the_cap() -> None:
    caps = Caps(value_most=1_000, count_most=20)
    held = {POINTS: 150}
    assert room_for(account(1), held=held, here=0, caps=caps, rates=RATES) == 50
    held = {POINTS: 300}
    assert room_for(account(1), held=held, here=0, caps=caps, rates=RATES) == 0


def test_units_without_a_worth_are_counted_for_each_account() -> None:
    caps = Caps(value_most=0, count_most=20)
    held = {STAMPS: 500}
    assert room_for(account(1, STAMPS), held=held, here=15, caps=caps, rates=RATES) == 5


def test_no_cap_is_no_bound() -> None:
    caps = Caps(value_most=None, count_most=None)
    for unit in (POINTS, STAMPS):
        room = room_for(account(1, unit), held={unit: 10**6}, here=10**6, caps=caps, rates=RATES)
        assert room >= 10**12
    assert beyond([(account(1), 10**6)], caps=caps, rates=RATES) == {}


HELD = st.dictionaries(
    st.builds(account, st.integers(0, 9), st.sampled_from([POINTS, STAMPS])),
    st.integers(1, 5_000),
)


@given(held=HELD, value_most=st.integers(0, 20_000), count_most=st.integers(0, 100))
def test_what_is_asked_back_brings_a_till_down_to_its_cap(
    held: dict[Account, int], value_most: int, count_most: int
) -> None:
    caps = Caps(value_most=value_most, count_most=count_most)
    asked = beyond(held.items(), caps=caps, rates=RATES)

    left = {one: n - asked.get(one, 0) for one, n in held.items()}
    assert all(0 < n <= held[one] for one, n in asked.items())
    by_unit: dict[UnitId, int] = {}
    for one, n in left.items():
        by_unit[one.unit] = by_unit.get(one.unit, 0) + n
    assert value_of(by_unit, RATES) <= value_most
    assert all(n <= count_most for one, n in left.items() if one.unit == STAMPS)
    # No more than needed: one more of any point that was asked for would be too much.
    before = sum(RATES[POINTS].value(n) for one, n in held.items() if one.unit == POINTS)
    if before <= value_most:
        assert not any(one.unit == POINTS for one in asked)


@pytest.mark.parametrize(
    ("n", "pool", "out", "here", "tills", "gets"),
    [
        (100, 100, 0, 0, 1, 100),
        (40, 100, 0, 0, 1, 40),
        (100, 90, 0, 0, 2, 30),
        (100, 60, 30, 30, 2, 0),
        (100, 60, 30, 0, 2, 30),
        (100, 1, 0, 0, 9, 1),
        (100, 0, 90, 0, 2, 0),
        (100, 2, 1, 1, 9, 0),
    ],
)
def test_a_budget_is_given_out_in_slices(
    n: int, pool: int, out: int, here: int, tills: int, gets: int
) -> None:
    assert slice_of(n, pool=pool, out=out, here=here, tills=tills) == gets


def test_what_a_till_holds_of_budgets_is_never_over_the_cap() -> None:
    held = [(budget_account(1, "first"), 100_000)]
    assert beyond(held, caps=Caps(count_most=10), rates={}) == {}
