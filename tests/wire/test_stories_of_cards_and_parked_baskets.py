"""A lost card and a basket that waits, in stories: what is known where, and what is refused."""

from typing import Any

import pytest

from tests.wire.test_story_json import ANNA, FREE, LATTE, played

REPLACED = {"do": "replace_card", "member": "anna"}
PARKED = {"do": "park", "name": "milk", "member": "anna", "lines": [{"sku": "LATTE"}]}
RECALLED = {"do": "sale", "name": "after", "recall": "milk", "lines": []}


def test_with_the_new_card_everything_is_there() -> None:
    told = played(ANNA, LATTE, REPLACED, {**FREE, "card": 2})

    assert not any(one.refused for one in told)
    assert told[-1].wallets["anna"] == {}


@pytest.mark.parametrize(
    ("steps", "refused"),
    [
        ([REPLACED, {**LATTE, "card": 1}], "card 1 of 'anna' was replaced"),
        ([{**LATTE, "card": 2}], "'anna' has no card 2"),
        ([{"do": "replace_card", "member": "bohdan"}], "'bohdan' has not joined"),
        (
            [{"do": "offline", "till": "garden"}, REPLACED, {**LATTE, "till": "garden"}],
            "card 2 of 'anna' is not known here: their till has no line",
        ),
        ([RECALLED], "no basket 'milk' is parked at this till"),
        ([PARKED, {**RECALLED, "till": "garden"}], "no basket 'milk' is parked at this till"),
        ([PARKED, PARKED], "there is a parked basket 'milk' already"),
        ([{"do": "park", "name": "milk", "lines": []}], "nothing is there to be parked"),
        (
            [{**PARKED, "lines": [{"sku": "TEA"}]}],
            "no product 'TEA'",
        ),
    ],
)
def test_what_cannot_be_is_refused_in_words(steps: list[dict[str, Any]], refused: str) -> None:
    assert played(ANNA, *steps)[-1].refused == refused


def test_two_tills_that_replace_one_card_leave_both_new_ones() -> None:
    told = played(
        ANNA,
        {"do": "offline", "till": "garden"},
        REPLACED,
        {**REPLACED, "till": "garden"},
        {"do": "online", "till": "garden"},
        {**LATTE, "card": 2},
        {**LATTE, "card": 3},
        {**LATTE, "card": 1},
    )

    assert [bool(one.refused) for one in told] == [False] * 7 + [True]


def test_a_parked_basket_comes_back_with_its_member() -> None:
    told = played(ANNA, PARKED, {**RECALLED, "lines": [{"sku": "LATTE", "pieces": 2}]}, RECALLED)

    assert told[2].evaluation is not None
    assert told[2].evaluation.total == 3900
    assert told[2].wallets["anna"] == {"stamps:coffee": 11}
    assert told[3].refused


def test_a_basket_whose_sale_is_refused_still_waits() -> None:
    too_much = {**RECALLED, "tenders": [{"kind": "card", "amount": "50.00"}]}

    told = played(ANNA, PARKED, too_much, {**RECALLED, "name": "again"})

    assert told[2].refused
    assert not told[3].refused
    assert told[3].wallets["anna"] == {"stamps:coffee": 9}


def test_after_parking_the_sale_before_is_refunded_not_undone() -> None:
    told = played(ANNA, {**LATTE, "name": "one"}, PARKED, {"do": "undo", "sale": "one"})

    assert told[-1].refused.startswith("only the sale that was just finished")
