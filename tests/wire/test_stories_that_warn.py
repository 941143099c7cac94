"""What a step of a story tells of units that end is what a till's slip tells, and no more."""

from typing import Any

from terminal.loyalty.story.told import Warned
from tests.wire.test_story_json import played

TEN = {"price": "10.00", "vat": "23%"}
HUNDRED = {"price": "100.00", "vat": "23%"}
ANNA = {"do": "enrol", "member": "anna"}
BUYS = {"do": "sale", "member": "anna", "lines": [{"sku": "TEN"}]}
POINTS = {"products": {"TEN": TEN}, "programmes": ["year-points.json"]}
VOUCHERS = {"products": {"TEN": HUNDRED}, "programmes": ["voucher-next-visit.json"]}
GIVES_A_CODE = {"do": "sale", "name": "big", "lines": [{"sku": "TEN"}]}


def warned_in(*steps: dict[str, Any], **more: Any) -> list[list[tuple[str, int]]]:
    return [[(str(one.until), one.n) for one in told.warned] for told in played(*steps, **more)]


def test_a_slip_names_the_nearest_last_day_and_a_message_names_all() -> None:
    steps = (ANNA, BUYS, {"do": "pass", "days": 30}, BUYS, {"do": "pass", "days": 300})
    told = warned_in(*steps, BUYS, BUYS, {"do": "tell", "member": "anna"}, **POINTS)

    assert told[5:] == [[("2027-03-14", 10)], [], [("2027-04-13", 10)]]


def test_a_day_that_is_too_near_hides_the_next_one() -> None:
    steps = (ANNA, BUYS, {"do": "pass", "days": 30}, BUYS, {"do": "pass", "days": 325})

    assert warned_in(*steps, BUYS, **POINTS)[-1] == []


def test_what_was_extended_is_told_with_its_new_last_day() -> None:
    told = played(
        ANNA, BUYS, {"do": "pass", "days": 366}, BUYS, {"do": "pass", "days": 31}, **POINTS
    )

    assert [(str(one.until), one.n) for one in told[3].warned] == [("2027-04-13", 10)]
    assert told[-1].wallets["anna"] == {"yearly": 10}, "the first ones ended, as they were told"


def test_a_code_ends_with_the_day_that_its_slip_tells() -> None:
    told = played(
        GIVES_A_CODE,
        {"do": "pass", "days": 61},
        {"do": "pass", "days": 1},
        {**GIVES_A_CODE, "name": "late", "show": ["big/1"], "expect": {"total": "100.00"}},
        **VOUCHERS,
    )

    (warned,) = told[0].warned
    assert (warned.whose, warned.n, str(warned.until)) == ("big/1", 1, "2026-05-14")
    assert [one.wallets["big/1"] for one in told] == [{"voucher:next-visit": 1}] * 2 + [{}] * 2
    assert not told[3].not_as_expected


def test_who_was_warned_at_a_till_without_the_line_was_warned() -> None:
    told = played(
        ANNA,
        BUYS,
        {"do": "pass", "days": 300},
        {"do": "offline", "till": "garden"},
        {**BUYS, "till": "garden"},
        {"do": "online", "till": "garden"},
        {"do": "pass", "days": 66},
        **POINTS,
    )

    assert told[4].warned == (Warned("anna", "yearly", 10, told[4].warned[0].until),)
    assert told[-1].wallets["anna"] == {"yearly": 10}
