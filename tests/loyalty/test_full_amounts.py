"""So many points for each full amount: what makes no full one brings nothing."""

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from terminal.loyalty.benefits import AmountOff
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney
from terminal.loyalty.engine.accruals import missing_spend
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.standing import Choices
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import Rounding
from tests.loyalty import shop
from tests.loyalty.members import anna, past, why
from tests.loyalty.refund_till import Till
from tests.loyalty.selling import sell, settled

TEN = PerMoney(amount=1000, full=True)
DOUBLE = Multiplier(percent=200)
COFFEE = Multiplier(percent=200, goods=shop.goods("drinks/coffee"))
_ONE = 1000 * 100
"""What makes one point where it is carried on."""


def offer(rounding: Rounding = Rounding.DOWN, **other: Any) -> Programme:
    rule = EarnRule(**{"id": "rule", "per": TEN, "units": 10, **other})
    return shop.programme(1, unit=shop.unit(rounding=rounding), earn=(rule,))


@pytest.mark.parametrize(("paid", "n"), [(999, 0), (1000, 10), (3999, 30), (4000, 40), (4001, 40)])
@pytest.mark.parametrize("rounding", Rounding)
def test_ten_points_for_each_full_ten(paid: int, n: int, rounding: Rounding) -> None:
    assert shop.earned(sell(shop.basket(shop.product("A", paid)), offer(rounding), to=anna())) == n


def test_without_it_every_part_of_the_amount_counts() -> None:
    parts = offer(per=PerMoney(amount=1000))
    assert shop.earned(sell(shop.basket(shop.product("A", 3999)), parts, to=anna())) == 39


def test_several_lines_make_a_full_amount_together() -> None:
    basket = shop.basket((shop.product("A", 999), 3), shop.product("B", 3))
    assert shop.earned(sell(basket, offer(), to=anna())) == 30


def test_a_multiplier_comes_on_top_of_the_full_amounts() -> None:
    basket = shop.basket(shop.product("A", 3999))
    assert shop.earned(sell(basket, offer(multipliers=(DOUBLE,)), to=anna())) == 60


def test_what_makes_no_full_amount_is_taken_off_all_goods_alike() -> None:
    coffee = shop.product("C", 2000, "drinks/coffee")
    basket = shop.basket(coffee, shop.product("A", 1999))
    # 30 for 30.00, of which 2000/3999 count twice
    assert shop.earned(sell(basket, offer(multipliers=(COFFEE,)), to=anna())) == 45


def test_the_slip_tells_what_counted() -> None:
    (one,) = sell(shop.basket(shop.product("A", 3999)), offer(), to=anna()).earned
    assert one.reason == Reason(
        why=Why.EARNED_PER_MONEY, amount=3999, per=1000, units=10, full=True
    )


def test_what_is_missing_counts_to_the_full_amount() -> None:
    short = why(sell(shop.basket(shop.product("A", 999)), offer(), to=anna()), "rule")
    assert (short.why, short.amount) == (Why.TOO_LITTLE, 1)
    assert missing_spend(offer(), "points", 11) == 2000


def test_no_shopping_brings_in_time_what_waits_before_it_can_be_spent() -> None:
    """Who has none hears how many are missing, and no "spend 10.00": that waits two weeks."""
    programme = offer(per=PerMoney(amount=100), units=1)
    assert programme.unit is not None
    waits = replace(programme, unit=replace(programme.unit, vesting_days=14))
    five = shop.reward("five", mode="claimed", cost=10, benefit=AmountOff(amount=500))
    basket = shop.basket(shop.product("A", 1000))
    for one, amount in ((programme, 1000), (waits, 0)):
        reason = why(sell(basket, replace(one, rewards=(five,)), to=anna()), "five")
        assert (reason.why, reason.units, reason.amount) == (Why.UNITS_MISSING, 10, amount)


def test_money_that_earns_nothing_makes_no_full_amount() -> None:
    new_money = offer(not_paid_with=(TenderKind.GIFT_CARD,))
    paid = Choices(paid_with=((TenderKind.GIFT_CARD, 1),))
    basket = shop.basket(shop.product("A", 4000))
    assert shop.earned(sell(basket, new_money, to=anna(), choices=paid)) == 30


class TestCarriedOn:
    def test_the_rest_of_two_purchases_makes_a_full_amount(self) -> None:
        carrying = offer(carry=True)
        (first,) = sell(shop.basket(shop.product("A", 3999)), carrying, to=anna()).earned
        assert (first.n, first.counted) == (30, 3999 * 1000)
        left = first.counted - first.n * _ONE
        kept = anna(past(left={"2026-03-01": left}))
        assert shop.earned(sell(shop.basket(shop.product("A", 1)), carrying, to=kept)) == 10
        assert shop.earned(sell(shop.basket(shop.product("A", 1001)), carrying, to=kept)) == 20
        (second,) = sell(shop.basket(shop.product("A", 1)), carrying, to=kept).earned
        assert (second.reason.amount, second.reason.left) == (1, 999)

    def test_what_is_missing_counts_what_is_left_over(self) -> None:
        kept = anna(past(left={"2026-03-01": 900 * 1000}))
        short = why(sell(shop.basket(shop.product("A", 60)), offer(carry=True), to=kept), "rule")
        assert (short.why, short.amount) == (Why.TOO_LITTLE, 40)

    def test_goods_that_earn_double_fill_it_twice_as_fast(self) -> None:
        twice = offer(carry=True, multipliers=(DOUBLE,))
        (one,) = sell(shop.basket(shop.product("A", 3999)), twice, to=anna()).earned
        assert (one.n, one.counted - one.n * _ONE) == (70, 998 * 1000)


@pytest.mark.parametrize("law", RefundLaw)
@pytest.mark.parametrize("carry", [False, True])
def test_pieces_that_come_back_in_any_order_end_at_the_same(law: RefundLaw, carry: bool) -> None:
    basket = shop.basket((shop.product("A", 1333), 2), shop.product("B", 1333))
    programme = offer(carry=carry)
    sold = sell(basket, programme, to=anna())
    assert shop.earned(sold) == 30
    first, second = (line.key for line in basket.lines)
    ends = []
    for order in set(permutations((first, first, second))):
        till = Till(settled(sold, basket, anna(), Choices()), [programme])
        for key in order:
            till.take_back({key: 1}, law)
        ends.append(till.in_all())
        assert sum(one.n for past in till.refunds for one in past.taken) == 30
        assert {account: sums.balance for account, sums in till.sums.items() if sums.balance} == {
            account: sums.balance for account, sums in till.before[0].items() if sums.balance
        }
        counts = [one.n for past in till.refunds for one in past.counts if "left:" in one.name]
        assert sum(counts) == (-(3999 * 1000 - 30 * _ONE) if carry else 0)
    assert all(end == ends[0] for end in ends)
