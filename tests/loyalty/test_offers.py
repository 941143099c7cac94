"""Offers at the counter, told as the shop would tell them, with the reason why one stays away."""

import pytest

from terminal.loyalty.benefits import PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, GoodsFilter, Need
from terminal.loyalty.earning import EarnRule, PerPiece
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.programme import Worth
from terminal.loyalty.standing import (
    Choices,
    Holding,
    RewardName,
    Standing,
)
from terminal.loyalty.wallet import Account, UnitId, wallet_id
from tests.loyalty import shop
from tests.loyalty.selling import sell

MEMBERS = Audience(members=True)
CHOCOLATE = shop.goods("sweets/chocolate")


class TestPointsForMoney:
    """5 zł off for 100 points, on demand."""

    def test_137_points_give_five_zloty_and_37_stay(self) -> None:
        sold = sell(
            shop.basket(shop.CAKE),
            shop.points(),
            to=shop.anna({"points": 137}),
            choices=shop.claims("five-off"),
        )

        assert (sold.discount, sold.total) == (500, 1000)
        assert [spent.n for spent in sold.spent] == [100]
        assert shop.applied(sold, "five-off").reason == Reason(
            why=Why.UNITS_FOR_MONEY, amount=500, units=100, times=1
        )
        assert shop.earned(sold) == 10

    def test_before_the_key_is_pressed_the_panel_shows_what_it_would_bring(self) -> None:
        sold = sell(shop.basket(shop.CAKE), shop.points(), to=shop.anna({"points": 137}))

        (offer,) = sold.offers
        assert not offer.applied
        assert (offer.worth, offer.units, offer.times_most) == (500, 100, 1)
        assert offer.balance_units == 137
        assert offer.reason.why is Why.READY

    def test_only_a_part_of_the_points_may_be_used(self) -> None:
        sold = sell(
            shop.basket((shop.CAKE, 3)),
            shop.points(),
            to=shop.anna({"points": 512}),
            choices=shop.claims("five-off", times=2),
        )

        assert shop.applied(sold, "five-off").units == 200
        (offer,) = sold.offers
        assert (offer.times, offer.times_most) == (2, 5)

    def test_points_are_never_spent_for_less_than_their_five_zloty(self) -> None:
        sold = sell(
            shop.basket(shop.product("A", 1499)),
            shop.points(),
            to=shop.anna({"points": 1000}),
            choices=shop.claims("five-off"),
        )

        assert shop.applied(sold, "five-off").times == 2
        assert sold.total == 499
        small = sell(
            shop.basket(shop.BUN),
            shop.points(),
            to=shop.anna({"points": 1000}),
            choices=shop.claims("five-off"),
        )
        why = shop.away(small, "five-off").reason
        assert (why.why, why.amount) == (Why.SPEND_MISSING, 50)

    def test_missing_points_are_named_with_the_shopping_that_brings_them(self) -> None:
        sold = sell(shop.basket(shop.CAKE), shop.points(), to=shop.anna({"points": 70}))

        why = shop.away(sold, "five-off").reason
        assert (why.why, why.units, why.amount) == (Why.UNITS_MISSING, 30, 3000)

    def test_points_whose_right_is_at_another_till_are_told_so(self) -> None:
        sold = sell(
            shop.basket(shop.CAKE), shop.points(), to=shop.anna({"points": 137}, {"points": 20})
        )

        why = shop.away(sold, "five-off").reason
        assert (why.why, why.units) == (Why.UNITS_ELSEWHERE, 80)

    def test_without_a_card_the_customer_is_asked_for_one(self) -> None:
        sold = sell(shop.basket(shop.CAKE), shop.points())

        assert shop.away(sold, "five-off").reason.why is Why.MEMBERS_ONLY
        assert sold.offers == ()

    def test_two_wallets_of_a_household_pay_together_in_their_order(self) -> None:
        mine, ours = (
            Holding(account=Account(wallet_id(n), UnitId("points")), spendable=60) for n in (1, 2)
        )
        household = Standing(
            traits=shop.anna().traits,
            wallets=(mine.account.wallet, ours.account.wallet),
            holdings=(mine, ours),
        )

        sold = sell(
            shop.basket(shop.CAKE), shop.points(), to=household, choices=shop.claims("five-off")
        )

        assert [(spent.account, spent.n) for spent in sold.spent] == [
            (mine.account, 60),
            (ours.account, 40),
        ]


class TestStamps:
    """Nine coffees and the tenth is free; every sixth wash by itself."""

    COFFEES = shop.goods("drinks/coffee")
    CARD = shop.programme(
        1,
        unit=shop.unit("stamps"),
        earn=(EarnRule(id="cup", goods=COFFEES, per=PerPiece()),),
        rewards=(
            shop.reward(
                "free-coffee",
                mode="claimed",
                cost=9,
                condition=Condition(needs=(Need(goods=COFFEES),)),
                benefit=PercentOff(basis_points=10_000),
                target=Target(scope="set"),
            ),
        ),
    )
    WASH = shop.programme(
        3,
        unit=shop.unit("washes"),
        earn=(EarnRule(id="wash", per=PerPiece()),),
        rewards=(
            shop.reward(
                "free-wash",
                cost=5,
                condition=Condition(needs=(Need(goods=shop.goods("services/wash")),)),
                benefit=PercentOff(basis_points=10_000),
                target=Target(scope="set"),
            ),
        ),
    )

    def test_a_claim_of_none_takes_nothing(self) -> None:
        anna = shop.anna({"stamps": 27})

        sold = sell(
            shop.basket((shop.COFFEE, 3)), self.CARD, to=anna, choices=shop.claims("free-coffee", 0)
        )

        assert (sold.discount, sold.spent) == (0, ())

    def test_nine_coffees_and_the_tenth_is_free_and_earns_no_stamp(self) -> None:
        anna = shop.anna({"stamps": 9})

        waiting = sell(shop.basket(shop.COFFEE), self.CARD, to=anna)
        sold = sell(
            shop.basket(shop.COFFEE), self.CARD, to=anna, choices=shop.claims("free-coffee")
        )

        assert waiting.total == 1300
        assert waiting.offers[0].reason.why is Why.READY
        assert (sold.total, shop.earned(sold)) == (0, 0)
        assert [spent.n for spent in sold.spent] == [9]
        assert shop.applied(sold, "free-coffee").reason.why is Why.FREE

    def test_with_two_coffees_only_one_is_free_and_the_other_earns(self) -> None:
        sold = sell(
            shop.basket((shop.COFFEE, 2)),
            self.CARD,
            to=shop.anna({"stamps": 17}),
            choices=shop.claims("free-coffee"),
        )

        assert (sold.total, shop.earned(sold)) == (1300, 1)

    def test_every_sixth_wash_is_free_by_itself(self) -> None:
        fifth = sell(shop.basket(shop.WASH), self.WASH, to=shop.anna({"washes": 4}))
        sixth = sell(shop.basket(shop.WASH), self.WASH, to=shop.anna({"washes": 5}))

        assert (fifth.total, sixth.total) == (2500, 0)
        assert shop.away(fifth, "free-wash").reason.units == 1

    def test_taken_off_the_sixth_wash_waits(self) -> None:
        sold = sell(
            shop.basket(shop.WASH),
            self.WASH,
            to=shop.anna({"washes": 5}),
            choices=Choices(taken_off=frozenset({RewardName(3, "free-wash")})),
        )

        assert sold.total == 2500
        assert shop.away(sold, "free-wash").reason.why is Why.TAKEN_OFF

    def test_units_worth_more_than_they_bring_are_kept(self) -> None:
        dear = shop.programme(
            1,
            unit=shop.unit("points", worth=Worth(units=1, amount=100)),
            rewards=(shop.pieces_off("ten", 1000, GoodsFilter(), cost=20),),
        )

        sold = sell(shop.basket(shop.CAKE), dear, to=shop.anna({"points": 50}))

        assert sold.discount == 0
        why = shop.away(sold, "ten").reason
        assert (why.why, why.amount) == (Why.NOT_WORTH_IT, 150)


class TestBuyTwoGetOne:
    """Of each three chocolates the cheapest is free."""

    OFFER = shop.programme(5, rewards=(shop.third_free(CHOCOLATE),))

    def test_the_cheapest_of_three_is_free(self) -> None:
        assert sell(shop.basket(shop.DARK, shop.MILK, shop.DARK), self.OFFER).discount == 599

    def test_of_six_the_dearest_go_together(self) -> None:
        sold = sell(shop.basket((shop.DARK, 3), (shop.MILK, 3)), self.OFFER)

        assert sold.discount == 899 + 599
        assert shop.applied(sold, "third-free").times == 2

    def test_a_cheap_bar_thrown_in_does_not_spoil_the_price(self) -> None:
        """Nor does it pay: three dark ones with a mini cost no less than without."""
        plain = sell(shop.basket((shop.DARK, 3)), self.OFFER)
        gamed = sell(shop.basket((shop.DARK, 3), shop.MINI), self.OFFER)

        assert plain.discount == gamed.discount == 899
        assert gamed.total == plain.total + 50

    @pytest.mark.parametrize("pieces", range(1, 12))
    def test_one_more_bar_never_makes_the_basket_cheaper(self, pieces: int) -> None:
        fewer = sell(shop.basket((shop.DARK, pieces)), self.OFFER)
        more = sell(shop.basket((shop.DARK, pieces), shop.MILK), self.OFFER)

        assert more.total >= fewer.total
        assert sell(shop.basket((shop.DARK, pieces)), self.OFFER).discount == pieces // 3 * 899

    def test_two_missing_bars_are_counted(self) -> None:
        why = shop.away(sell(shop.basket(shop.DARK, shop.TEA), self.OFFER), "third-free").reason

        assert (why.why, why.pieces) == (Why.PIECES_MISSING, 2)
        none = shop.away(sell(shop.basket(shop.TEA), self.OFFER), "third-free").reason
        assert none.why is Why.NO_GOODS

    def test_of_forty_different_bars_every_third_is_free(self) -> None:
        bars = [shop.product(f"BAR-{n}", 1000 - 7 * n, "sweets/chocolate") for n in range(40)]

        sold = sell(shop.basket(*bars), self.OFFER)

        assert sold.discount == sum(bar.price for bar in bars[2::3])

    def test_ten_thousand_bars_are_priced_at_once(self) -> None:
        sold = sell(shop.basket((shop.DARK, 10_000)), self.OFFER)

        assert sold.discount == 3333 * 899
        assert sold.steps < 1000
