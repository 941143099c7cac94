"""Stamps whose remainder counts on, and money that earns nothing because of how it was paid."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.basket import Product
from terminal.loyalty.conditions import GoodsFilter, Window
from terminal.loyalty.counting import counted as body_counts
from terminal.loyalty.earning import EarnRule, Multiplier, Per, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.history import NO_HISTORY, Counted
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import sale_record
from terminal.loyalty.standing import NO_CHOICES, Choices
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import Rounding
from tests.loyalty import shop
from tests.loyalty.members import anna, past, why
from tests.loyalty.selling import sell, settled

GIFT_CARD, CASH, MEALS = TenderKind.GIFT_CARD, TenderKind.CASH, TenderKind.VOUCHER


def card(per: Per, **other: Any) -> Programme:
    rule = EarnRule(**{"id": "rule", "per": per, "carry": True, **other})
    return shop.programme(1, unit=shop.unit("stamps"), earn=(rule,))


def counted(sold: Evaluation) -> int:
    return sum(one.counted for one in sold.earned) + sum(one.n for one in sold.carried)


def left_over(sold: Evaluation) -> int:
    """What a sale adds to the count of what is left over."""
    sale = settled(sold, shop.basket(shop.BUN), anna(), NO_CHOICES)
    counts = body_counts(sale_record(sale))
    return sum(one.n for one in counts if one.name.startswith("left:"))


class TestEverySecondBun:
    """A stamp for every second bun, over as many visits as it takes."""

    CARD = card(PerPiece(pieces=2))

    def test_one_bun_is_kept_and_the_next_one_makes_the_stamp(self) -> None:
        first = sell(shop.basket(shop.BUN), self.CARD, to=anna())
        assert first.earned == ()
        assert [tuple(one) for one in first.carried] == [(1, "rule", 100)]
        short = why(first, "rule")
        assert (short.why, short.pieces) == (Why.TOO_LITTLE, 1)

        second = sell(shop.basket(shop.BUN), self.CARD, to=anna(past(left={"2026-03-01": 100})))
        (stamp,) = second.earned
        assert (stamp.n, stamp.counted, second.carried) == (1, 100, ())
        assert left_over(second) == -100, "the bun from before is used up"

    def test_three_buns_are_one_stamp_and_one_bun(self) -> None:
        sold = sell(shop.basket((shop.BUN, 3)), self.CARD, to=anna())
        assert (shop.earned(sold), counted(sold)) == (1, 300)

    def test_without_a_card_nothing_is_kept_for_anybody(self) -> None:
        sold = sell(shop.basket(shop.BUN), self.CARD)
        assert (sold.carried, counted(sold)) == ((), 0)

    def test_a_returned_bun_may_leave_less_than_nothing(self) -> None:
        owing = anna(past(left={"2026-03-01": -100}))
        assert shop.earned(sell(shop.basket((shop.BUN, 2)), self.CARD, to=owing)) == 0
        assert shop.earned(sell(shop.basket((shop.BUN, 3)), self.CARD, to=owing)) == 1
        short = why(sell(shop.basket(shop.BUN), self.CARD, to=owing), "rule")
        assert (short.why, short.pieces) == (Why.TOO_LITTLE, 2)


def test_grosze_are_carried_on_where_the_shop_says_so() -> None:
    points = card(PerMoney(amount=1000))

    kept = anna(past(left={"2026-03-01": 90_000}))  # 9.00 zł
    assert shop.earned(sell(shop.basket(shop.product("A", 150)), points, to=kept)) == 1
    short = why(sell(shop.basket(shop.product("A", 60)), points, to=kept), "rule")
    assert (short.why, short.amount) == (Why.TOO_LITTLE, 40)


def test_carrying_on_takes_the_place_of_rounding() -> None:
    rule = EarnRule(id="rule", per=PerMoney(amount=1000), carry=True)
    up = shop.programme(1, unit=shop.unit(rounding=Rounding.UP), earn=(rule,))

    assert shop.earned(sell(shop.basket(shop.TEA), up, to=anna())) == 0


@given(
    per=st.sampled_from([PerMoney(amount=333), PerPiece(pieces=3), PerVisit()]),
    units=st.integers(1, 4),
    percent=st.sampled_from([100, 150, 33]),
    visits=st.lists(st.lists(st.sampled_from([shop.TEA, shop.BUN]), min_size=1, max_size=4)),
)
def test_many_visits_bring_as_much_as_all_at_once_would(
    per: Per, units: int, percent: int, visits: list[list[Product]]
) -> None:
    offer = card(per, units=units, multipliers=(Multiplier(percent=percent),))
    history = NO_HISTORY
    earned = whole = 0
    for number, bought in enumerate(visits):
        day = date(2026, 3, 1 + number % 14)
        sold = sell(shop.basket(*bought), offer, to=anna(history))
        history = history.plus([Counted("left:1/rule", day, left_over(sold))])
        earned += shop.earned(sold)
        whole += counted(sold)

    each = {PerMoney: 333, PerPiece: 3, PerVisit: 1}[type(per)] * 100
    assert earned == whole // each
    assert sum(one.n for one in history.counted) == whole % each


class TestPaidOtherwise:
    """Points only for new money: what a gift card pays has brought its points when it was sold."""

    RULE = EarnRule(id="rule", per=PerMoney(amount=100), not_paid_with=(GIFT_CARD, MEALS))
    POINTS = shop.programme(1, unit=shop.unit(), earn=(RULE,))

    def sold(self, *paid: tuple[TenderKind, int], offer: Programme = POINTS) -> Evaluation:
        basket = shop.basket((shop.COFFEE, 2), shop.TEA)  # 35.00
        return sell(basket, offer, to=anna(), choices=Choices(paid_with=paid))

    def test_cash_brings_all_and_a_gift_card_nothing(self) -> None:
        assert shop.earned(self.sold((CASH, 3500))) == 35
        none = self.sold((GIFT_CARD, 3500))
        assert (shop.earned(none), why(none, "rule").why) == (0, Why.PAID_OTHERWISE)
        assert why(none, "rule").amount == 3500

    def test_a_part_of_each(self) -> None:
        assert shop.earned(self.sold((GIFT_CARD, 1500), (CASH, 2000))) == 20
        assert shop.earned(self.sold((GIFT_CARD, 1000), (MEALS, 1000), (CASH, 1500))) == 15

    def test_money_is_shared_over_goods_in_proportion(self) -> None:
        coffee = EarnRule(
            id="rule",
            per=PerMoney(amount=1),
            goods=shop.goods("drinks/coffee"),
            not_paid_with=(GIFT_CARD,),
        )
        offer = shop.programme(1, unit=shop.unit(), earn=(coffee,))
        assert shop.earned(self.sold((GIFT_CARD, 1750), offer=offer)) == 1300

    def test_more_than_was_due_takes_no_more_away_than_there_is(self) -> None:
        assert shop.earned(self.sold((GIFT_CARD, 9999))) == 0

    def test_a_minimum_counts_new_money(self) -> None:
        rule = EarnRule(id="rule", per=PerVisit(), minimum=2000, not_paid_with=(GIFT_CARD,))
        offer = shop.programme(1, unit=shop.unit(), earn=(rule,))
        assert shop.earned(self.sold((GIFT_CARD, 1501), offer=offer)) == 0
        assert shop.earned(self.sold((GIFT_CARD, 1500), offer=offer)) == 1

    def test_before_anything_is_paid_all_of_it_is_promised(self) -> None:
        assert shop.earned(self.sold()) == 35


@given(
    bought=st.lists(st.sampled_from([shop.TEA, shop.BUN, shop.CAKE]), min_size=1, max_size=5),
    paid=st.integers(0, 9000),
    gross=st.booleans(),
)
def test_the_more_is_paid_with_a_gift_card_the_less_is_earned(
    bought: list[Product], paid: int, gross: bool
) -> None:
    rule = EarnRule(
        id="rule",
        per=PerMoney(amount=1),
        base="gross" if gross else "net",
        not_paid_with=(GIFT_CARD,),
    )
    offer = shop.programme(1, unit=shop.unit(), earn=(rule,))
    tenth = shop.programme(2, rewards=(shop.pieces_off("off", 1000, GoodsFilter()),))

    def earned(n: int) -> int:
        choices = Choices(paid_with=((GIFT_CARD, n),))
        return shop.earned(sell(shop.basket(*bought), offer, tenth, to=anna(), choices=choices))

    assert 0 <= earned(paid + 100) <= earned(paid) <= earned(0)


@pytest.mark.parametrize(("at", "n"), [("2026-03-13T16:59", 9), ("2026-03-13T17:30", 19)])
def test_ten_points_on_top_in_the_happy_hour(at: str, n: int) -> None:
    happy = EarnRule(
        id="happy",
        per=PerVisit(),
        units=10,
        window=Window(weekdays=(5,), from_time="17:00", to_time="19:00"),
    )
    plain = EarnRule(id="rule", per=PerMoney(amount=100))
    points = shop.programme(1, unit=shop.unit(), earn=(plain, happy))

    assert shop.earned(sell(shop.basket(shop.TEA), points, to=anna(), at=at)) == n
