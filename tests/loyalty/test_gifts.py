"""Rewards that take nothing off: a welcome gift, partner miles, a donation, free delivery."""

from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.benefits import AmountOff, Donation, GivenUnits, PercentOff, Privilege, Target
from terminal.loyalty.conditions import Audience, Condition, Enrolled, GoodsFilter, Purchases
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import Choices, Claim, RewardName
from terminal.loyalty.units import ExpiresAfter, ExpiresOn, UnitKind
from tests.loyalty import shop
from tests.loyalty.members import anna, past, why
from tests.loyalty.selling import sell

BASKET = Target(scope="basket")


def given_units(n: int, unit: str = "points", **other: Any) -> Programme:
    reward = shop.reward(**{"benefit": GivenUnits(unit=unit, n=n), "target": BASKET, **other})
    return shop.programme(1, unit=shop.unit(), rewards=(reward,))


MILES = shop.programme(
    9, unit=shop.unit("miles", kind=UnitKind.POINTS, partner="Air", expiry=ExpiresAfter(months=12))
)
DELIVERY = Privilege(words={"en": "Free delivery", "pl": "Darmowa dostawa"})


class TestWelcomeGift:
    """A hundred points with the first purchase."""

    GIFT = given_units(100, occasion=Purchases(number=1))

    def test_it_comes_with_the_first_purchase(self) -> None:
        sold = sell(shop.basket(shop.TEA), self.GIFT, to=anna())

        (one,) = sold.earned
        assert (one.n, one.by_reward, one.rule) == (100, True, "reward")
        assert shop.applied(sold, "reward").reason.why is Why.EXCHANGED
        assert sold.total == 900

    def test_it_does_not_come_again(self) -> None:
        again = sell(shop.basket(shop.TEA), self.GIFT, to=anna(past(purchases={"2026-03-01": 1})))
        assert (again.earned, why(again).why) == ((), Why.OTHER_PURCHASE)

    def test_an_empty_basket_brings_none(self) -> None:
        assert why(sell(shop.basket(), self.GIFT, to=anna())).why is Why.NO_GOODS

    def test_without_a_card_it_says_what_the_card_would_bring(self) -> None:
        open_to_all = given_units(100)
        reason = why(sell(shop.basket(shop.TEA), open_to_all))
        assert (reason.why, reason.units) == (Why.MEMBERS_ONLY, 100)

    def test_a_new_member_has_it_for_a_week(self) -> None:
        week = given_units(100, occasion=Enrolled(days=7), audience=Audience(members=True))
        sold = sell(shop.basket(shop.TEA), week, to=anna(enrolled=date(2026, 3, 10)))
        assert shop.earned(sold) == 100


class TestSpendAndChoose:
    """From 50 zł on one of three gifts, which the customer chooses."""

    GIFTS = shop.programme(
        1,
        rewards=(
            shop.reward(
                mode="claimed",
                benefit=PercentOff(basis_points=10_000),
                target=Target(scope="piece", goods=GoodsFilter(skus=("TEA", "BUN", "MINI"))),
                condition=Condition(spend=5000),
                limit=1,
            ),
        ),
    )

    def test_the_chosen_gift_is_free_and_only_one(self) -> None:
        sold = sell(
            shop.basket((shop.CAKE, 4), shop.TEA, shop.BUN),
            self.GIFTS,
            to=anna(),
            choices=shop.claims("reward"),
        )
        assert (sold.discount, shop.applied(sold, "reward").times) == (900, 1)

    def test_below_fifty_it_is_told_what_is_missing(self) -> None:
        reason = why(sell(shop.basket((shop.CAKE, 2), shop.TEA), self.GIFTS, to=anna()))
        assert (reason.why, reason.amount) == (Why.SPEND_MISSING, 1100)


class TestPartnerMiles:
    """500 miles of an airline for 100 points, on demand."""

    OFFER = given_units(500, "miles", mode="claimed", cost=100)

    def test_the_miles_come_and_the_points_go(self) -> None:
        sold = sell(
            shop.basket(shop.TEA),
            self.OFFER,
            MILES,
            to=anna(units={"points": 250}),
            choices=shop.claims("reward", 1),
        )
        (miles,) = sold.earned
        assert (miles.account, miles.n) == ((shop.ANNAS, "miles"), 500)
        assert miles.day == date(2027, 3, 14)
        assert [(one.account.unit, one.n) for one in sold.spent] == [("points", 100)]
        assert sold.total == 900

    def test_nobody_pays_points_for_miles_that_have_ended(self) -> None:
        ended = ExpiresOn(last_day=date(2026, 3, 31))
        sold = sell(
            shop.basket(shop.TEA),
            self.OFFER,
            shop.programme(9, unit=shop.unit("miles", expiry=ended)),
            to=anna(units={"points": 250}),
            choices=shop.claims("reward", 1),
            at="2026-04-01T09:00",
        )
        assert (sold.earned, sold.spent) == ((), ())
        assert (why(sold).why, why(sold).day) == (Why.ENDED, date(2026, 3, 31))

    def test_as_often_as_the_points_suffice(self) -> None:
        sold = sell(
            shop.basket(shop.TEA),
            self.OFFER,
            MILES,
            to=anna(units={"points": 250}),
            choices=shop.claims("reward"),
        )
        assert (shop.earned(sold), shop.applied(sold, "reward").units) == (1000, 200)

    def test_the_panel_offers_them_with_what_they_bring(self) -> None:
        sold = sell(shop.basket(shop.TEA), self.OFFER, MILES, to=anna(units={"points": 250}))

        (offer,) = sold.offers
        assert (offer.applied, offer.times_most, offer.units, offer.worth) == (False, 2, 100, 0)
        assert offer.reason.why is Why.READY
        assert offer.brings is not None
        assert (offer.brings.why, offer.brings.units) == (Why.EXCHANGED, 500)
        assert why(sold).why is Why.READY

    def test_missing_points_are_named(self) -> None:
        sold = sell(shop.basket(shop.TEA), self.OFFER, MILES, to=anna(units={"points": 60}))
        assert (why(sold).why, why(sold).units) == (Why.UNITS_MISSING, 40)

    def test_a_gift_card_of_a_partner_says_that_it_is_money(self) -> None:
        money = shop.programme(9, unit=shop.unit("kino", kind=UnitKind.MONEY))
        offer = given_units(2500, "kino", mode="claimed", cost=100)
        sold = sell(
            shop.basket(shop.TEA),
            offer,
            money,
            to=anna(units={"points": 100}),
            choices=shop.claims("reward"),
        )
        assert shop.applied(sold, "reward").reason.kind is UnitKind.MONEY


class TestDonation:
    """One złoty for the shelter for 50 points."""

    OFFER = shop.programme(
        1,
        unit=shop.unit(),
        rewards=(
            shop.reward(
                mode="claimed",
                cost=50,
                benefit=Donation(cause="shelter", amount=100),
                target=BASKET,
            ),
        ),
    )

    def test_three_times_fifty_points_are_three_zloty(self) -> None:
        sold = sell(
            shop.basket(shop.TEA),
            self.OFFER,
            to=anna(units={"points": 180}),
            choices=shop.claims("reward"),
        )
        reason = shop.applied(sold, "reward").reason
        assert (reason.why, reason.amount, reason.units) == (Why.DONATED, 300, 150)
        assert (sold.total, sold.earned) == (900, ())


class TestPrivilege:
    """Free delivery from 30 zł on for gold members."""

    OFFER = shop.programme(
        1,
        rewards=(
            shop.reward(
                audience=Audience(tiers=("gold",)),
                benefit=DELIVERY,
                target=BASKET,
                condition=Condition(spend=3000),
            ),
        ),
    )

    def test_it_is_had_once_and_takes_nothing_off(self) -> None:
        sold = sell(shop.basket((shop.CAKE, 4)), self.OFFER, to=anna(tier="gold"))
        one = shop.applied(sold, "reward")
        assert (one.discount, one.times, one.reason.why) == (0, 1, Why.PRIVILEGE)

    def test_others_are_told_why_not(self) -> None:
        assert why(sell(shop.basket((shop.CAKE, 4)), self.OFFER, to=anna())).why is (
            Why.NOT_FOR_THIS_MEMBER
        )
        small = why(sell(shop.basket(shop.CAKE), self.OFFER, to=anna(tier="gold")))
        assert (small.why, small.amount) == (Why.SPEND_MISSING, 1500)


class TestBesideOtherOffers:
    """What a gift and a discount do to each other."""

    def test_a_claimed_gift_keeps_its_points_from_an_automatic_discount(self) -> None:
        both = shop.programme(
            1,
            unit=shop.unit(),
            rewards=(
                shop.reward("off", cost=100, benefit=AmountOff(amount=500), target=BASKET),
                shop.reward(
                    "miles",
                    mode="claimed",
                    cost=100,
                    benefit=GivenUnits(unit="miles", n=9),
                    target=BASKET,
                ),
            ),
        )
        who = anna(units={"points": 100})

        plain = sell(shop.basket(shop.CAKE), both, MILES, to=who)
        assert plain.discount == 500
        claimed = sell(shop.basket(shop.CAKE), both, MILES, to=who, choices=shop.claims("miles"))
        assert (claimed.discount, shop.earned(claimed)) == (0, 9)

    def test_points_and_gift_share_what_there_is(self) -> None:
        gift = given_units(9, "miles", mode="claimed", cost=100)
        both = replace(gift, rewards=(*gift.rewards, *shop.points().rewards))
        wanted = Choices(
            claims=(
                Claim(name=RewardName(1, "five-off"), times=None),
                Claim(name=RewardName(1, "reward"), times=1),
            )
        )
        sold = sell(
            shop.basket((shop.CAKE, 2)), both, MILES, to=anna(units={"points": 400}), choices=wanted
        )
        assert (sold.discount, shop.earned(sold)) == (1500, 9)
        assert sum(one.n for one in sold.spent) == 400

    def test_a_gift_of_a_group_stays_away_where_another_offer_of_it_applies(self) -> None:
        tenth = shop.programme(2, rewards=(shop.reward("off"),), stacking=Stacking(group="g"))
        gift = replace(given_units(50), stacking=Stacking(group="g"))

        sold = sell(shop.basket(shop.CAKE), gift, tenth, to=anna())
        assert (sold.discount, sold.earned) == (150, ())
        assert (why(sold).why, why(sold).other) == (Why.NOT_TOGETHER, RewardName(2, "off"))

    def test_a_claimed_gift_of_a_group_sends_the_automatic_offer_away(self) -> None:
        tenth = shop.programme(2, rewards=(shop.reward("off"),), stacking=Stacking(group="g"))
        gift = replace(given_units(50, mode="claimed"), stacking=Stacking(group="g"))

        sold = sell(shop.basket(shop.CAKE), gift, tenth, to=anna(), choices=shop.claims("reward"))
        assert (sold.discount, shop.earned(sold)) == (0, 50)
        assert why(sold, "off").why is Why.NOT_TOGETHER

    def test_a_gift_that_a_group_prefers_comes_before_a_discount(self) -> None:
        def in_group(priority: int) -> Stacking:
            return Stacking(group="g", pick="priority", priority=priority)

        tenth = shop.programme(2, rewards=(shop.reward("off"),), stacking=in_group(1))
        gift = replace(given_units(50), stacking=in_group(2))

        sold = sell(shop.basket(shop.CAKE), gift, tenth, to=anna())
        assert (sold.discount, shop.earned(sold)) == (0, 50)

    def test_a_gift_that_nobody_can_have_takes_no_place(self) -> None:
        def in_group(priority: int) -> Stacking:
            return Stacking(group="g", pick="priority", priority=priority)

        tenth = shop.programme(2, rewards=(shop.reward("off"),), stacking=in_group(1))
        gift = replace(given_units(50), stacking=in_group(2))

        sold = sell(shop.basket(shop.CAKE), gift, tenth)
        assert sold.discount == 150
        assert (why(sold).why, why(sold).units) == (Why.MEMBERS_ONLY, 50)

    def test_a_gift_that_a_group_prefers_keeps_its_points_back(self) -> None:
        def in_group(priority: int) -> Stacking:
            return Stacking(group="g", pick="priority", priority=priority)

        off = shop.reward("off", cost=100, benefit=AmountOff(amount=500), target=BASKET)
        discount = shop.programme(2, unit=shop.unit(), rewards=(off,))
        gift = replace(given_units(9, "miles", cost=100), stacking=in_group(2))

        sold = sell(shop.basket(shop.CAKE), gift, discount, MILES, to=anna(units={"points": 100}))
        assert (sold.discount, shop.earned(sold)) == (0, 9)

    def test_a_gift_that_stands_alone_is_given_where_nothing_else_is(self) -> None:
        tenth = shop.programme(2, rewards=(shop.reward("off"),))
        gift = replace(given_units(50), stacking=Stacking(mode="alone"))

        assert shop.earned(sell(shop.basket(shop.CAKE), gift, to=anna())) == 50
        assert shop.earned(sell(shop.basket(shop.CAKE), gift, tenth, to=anna())) == 0

    def test_a_gift_taken_off_is_not_given(self) -> None:
        off = Choices(taken_off=frozenset({RewardName(1, "reward")}))
        sold = sell(shop.basket(shop.CAKE), given_units(50), to=anna(), choices=off)
        assert (sold.earned, why(sold).why) == ((), Why.TAKEN_OFF)


@st.composite
def offers(draw: st.DrawFn, number: int) -> Programme:
    benefit = draw(
        st.sampled_from(
            [
                GivenUnits(unit="points", n=7),
                GivenUnits(unit="miles", n=500),
                Donation(cause="shelter", amount=100),
                DELIVERY,
                AmountOff(amount=300),
                PercentOff(basis_points=1500),
            ]
        )
    )
    return shop.programme(
        number,
        unit=shop.unit(),
        earn=(EarnRule(id="rule", per=PerMoney(amount=100)),),
        rewards=(
            shop.reward(
                mode=draw(st.sampled_from(["automatic", "claimed"])),
                cost=draw(st.sampled_from([0, 5, 12])),
                benefit=benefit,
                target=BASKET,
                limit=draw(st.sampled_from([None, 1, 3])),
            ),
        ),
        stacking=draw(
            st.sampled_from(
                [
                    *[Stacking()] * 3,
                    Stacking(mode="alone"),
                    Stacking(group="g"),
                    Stacking(group="h", pick="priority", priority=number),
                ]
            )
        ),
    )


@given(programmes=st.tuples(offers(1), offers(2), offers(3)), n=st.integers(0, 40), data=st.data())
def test_gifts_and_discounts_never_spend_more_than_there_is(
    programmes: tuple[Programme, ...], n: int, data: st.DataObject
) -> None:
    """``sell`` holds every answer against the independent check."""
    claims = tuple(
        Claim(name=RewardName(number, "reward"), times=data.draw(st.sampled_from([None, 1, 2])))
        for number in data.draw(st.sets(st.integers(1, 3)))
    )
    who = anna(units={"points": n})
    sold = sell(
        shop.basket(shop.CAKE, shop.BUN), *programmes, MILES, to=who, choices=Choices(claims=claims)
    )
    turned = sell(
        shop.basket(shop.BUN, shop.CAKE), *programmes, MILES, to=who, choices=Choices(claims=claims)
    )

    assert sum(one.n for one in sold.spent) <= n
    assert sold.discount == turned.discount
    assert [(one.name, one.times) for one in sold.applied] == [
        (one.name, one.times) for one in turned.applied
    ]
