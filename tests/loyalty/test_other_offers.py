"""Which offers that stayed away a customer reads of, on paper and on the display."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import AmountOff, PercentOff, Target
from terminal.loyalty.conditions import (
    Audience,
    Birthday,
    Condition,
    Draw,
    Experiment,
    Limit,
    Need,
    Period,
    Purchases,
    Window,
)
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece
from terminal.loyalty.engine.evaluation import NotApplied, Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.other_offers import OFFERS_MOST, other_offers
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.standing import NOBODY, Standing
from tests.loyalty import shop

ANNA = shop.anna()
COFFEE = shop.goods("drinks/coffee")
BAKERY = shop.goods("bakery")


def told(
    basket: Basket,
    *programmes: Programme,
    to: Standing = ANNA,
    at: str = "2026-03-14T10:00",
    most: int = OFFERS_MOST,
    afterwards: bool = False,
) -> tuple[NotApplied, ...]:
    moment = shop.moment(at)
    judged = evaluate(basket, to, programmes, moment)
    card = to.traits is not None
    return other_offers(judged, programmes, basket, moment, most, card=card, afterwards=afterwards)


def whys(found: tuple[NotApplied, ...]) -> list[tuple[int, Why]]:
    return [(one.programme, one.reason.why) for one in found]


def third_free(number: int = 1, **other: Any) -> Programme:
    return shop.programme(number, rewards=(shop.third_free(COFFEE, **other),))


def gift_from(number: int, spend: int, **other: Any) -> Programme:
    gift = shop.reward(
        "gift",
        condition=Condition(spend=spend),
        benefit=AmountOff(amount=300),
        target=Target(scope="basket"),
        **other,
    )
    return shop.programme(number, rewards=(gift,))


def test_two_coffees_want_a_third() -> None:
    (one,) = told(shop.basket((shop.COFFEE, 2)), third_free())
    assert (one.reason.why, one.reason.pieces) == (Why.PIECES_MISSING, 1)


def test_five_off_for_each_fifty_is_told_where_the_first_fifty_are_near() -> None:
    """13.00 of 15.00 are there, but not of 50.00."""
    for each, near in ((1500, 1), (5000, 0)):
        benefit = AmountOff(amount=100, for_each=each)
        offer = shop.reward("each", benefit=benefit, target=Target(scope="basket"))
        found = told(shop.basket(shop.COFFEE), shop.programme(1, rewards=(offer,)))
        assert whys(found) == [(1, Why.SPEND_MISSING)] * near


def test_nobody_is_told_of_goods_that_they_did_not_buy() -> None:
    assert told(shop.basket(shop.TEA), third_free()) == ()


def test_what_is_nearest_comes_first_and_no_more_than_is_wanted() -> None:
    """One coffee of three is missing, 3.00 of 55.00, and 1.00 of 53.00."""
    basket = shop.basket((shop.COFFEE, 2), (shop.CAKE, 1), (shop.TEA, 1), (shop.MINI, 4))
    offers = (third_free(1), gift_from(2, 5500), gift_from(3, 5300))

    assert [one.programme for one in told(basket, *offers)] == [3, 2, 1]
    assert [one.programme for one in told(basket, *offers, most=1)] == [3]
    assert told(basket, *offers, most=0) == ()


def test_a_gift_that_is_far_away_is_nothing_to_speak_of() -> None:
    assert told(shop.basket(shop.COFFEE), gift_from(1, 20_000)) == ()


def test_of_a_programme_only_the_nearest_is_told() -> None:
    steps = (
        shop.reward("ten", condition=Condition(spend=3000), target=Target(scope="basket")),
        shop.reward("twenty", condition=Condition(spend=4000), target=Target(scope="basket")),
    )
    found = told(shop.basket((shop.COFFEE, 2)), shop.programme(1, rewards=steps))
    assert [one.rule for one in found] == ["ten"]


def test_happy_hour_is_told_to_those_who_bought_its_goods() -> None:
    hours = Window(from_time="15:00", to_time="17:00")
    happy = shop.programme(1, rewards=(shop.pieces_off("happy", 2000, BAKERY, window=hours),))

    assert whys(told(shop.basket(shop.BUN), happy)) == [(1, Why.FROM_TIME)]
    assert told(shop.basket(shop.TEA), happy) == ()
    assert told(shop.basket(shop.BUN), happy, at="2026-03-14T18:00") == ()


def test_a_day_that_comes_again_is_told_unless_the_offer_ends_before() -> None:
    def tuesdays(last: date | None) -> Programme:
        days = Window(weekdays=(2,), last_day=last)
        return shop.programme(1, rewards=(shop.pieces_off("buns", 2000, BAKERY, window=days),))

    basket = shop.basket(shop.BUN)
    assert whys(told(basket, tuesdays(None))) == [(1, Why.OTHER_WEEKDAY)]
    assert whys(told(basket, tuesdays(date(2026, 3, 17)))) == [(1, Why.OTHER_WEEKDAY)]
    assert told(basket, tuesdays(date(2026, 3, 16))) == ()


def test_what_ends_today_is_told_before_the_sale_and_not_after_it() -> None:
    today = third_free(window=Window(last_day=date(2026, 3, 14)))
    basket = shop.basket((shop.COFFEE, 2))

    assert whys(told(basket, today)) == [(1, Why.PIECES_MISSING)]
    assert told(basket, today, afterwards=True) == ()


def test_a_stranger_reads_what_the_card_would_open() -> None:
    members = Audience(members=True)
    price = shop.programme(1, rewards=(shop.pieces_off("members", 1000, COFFEE, audience=members),))

    assert whys(told(shop.basket(shop.COFFEE), price, to=NOBODY)) == [(1, Why.MEMBERS_ONLY)]
    assert told(shop.basket(shop.TEA), price, to=NOBODY) == ()


def test_another_offer_was_better_is_told_once() -> None:
    offers = [
        shop.programme(number, rewards=(shop.pieces_off(f"off{number}", number * 500, COFFEE),))
        for number in range(1, 5)
    ]
    (one,) = told(shop.basket(shop.COFFEE), *offers)

    assert (one.programme, one.reason.why, one.reason.amount) == (3, Why.BETTER_OFFER, 65)


def test_what_the_cashier_gives_by_hand_is_not_promised_by_paper() -> None:
    by_hand = shop.pieces_off(
        "dented", 500, COFFEE, mode="claimed", limits=(Limit(most=3, per="operator"),)
    )
    offers = (
        shop.programme(1, rewards=(by_hand,)),
        shop.programme(2, rewards=(shop.pieces_off("usual", 2000, COFFEE),)),
    )
    assert told(shop.basket(shop.COFFEE), *offers) == ()


def test_a_challenge_tells_how_many_purchases_are_left() -> None:
    third = Purchases(number=2, period=Period(kind="month"))
    challenge = shop.programme(
        1, rewards=(shop.pieces_off("second", 1000, COFFEE, occasion=third),)
    )
    (one,) = told(shop.basket(shop.TEA), challenge)
    assert (one.reason.why, one.reason.pieces) == (Why.OTHER_PURCHASE, 1)


def test_what_is_missing_to_a_stamp_is_told_to_members_alone() -> None:
    stamps = shop.programme(
        1,
        unit=shop.unit("stamps"),
        earn=(EarnRule(id="pair", goods=COFFEE, per=PerPiece(pieces=2)),),
    )
    basket = shop.basket(shop.COFFEE)

    assert whys(told(basket, stamps)) == [(1, Why.TOO_LITTLE)]
    assert told(basket, stamps, to=NOBODY) == ()


def test_a_voucher_for_next_time_tells_anybody_how_much_is_missing() -> None:
    voucher = shop.programme(
        1,
        unit=shop.unit("voucher", held="bearer"),
        earn=(EarnRule(id="big", per=PerMoney(amount=1500), minimum=1500),),
    )
    (one,) = told(shop.basket(shop.COFFEE), voucher, to=NOBODY)
    assert (one.reason.why, one.reason.amount) == (Why.SPEND_MISSING, 200)


PRIVATE: list[dict[str, Any]] = [
    {"audience": Audience(segments=("lapsing",))},
    {"audience": Audience(named=("anna",))},
    {"audience": Audience(consents=("marketing",))},
    {"audience": Audience(experiment=Experiment(id="trial", last=9_999))},
    {"audience": Audience(experiment=Experiment(id="trial", first=9_999, last=9_999))},
    {"occasion": Birthday(days_before=3)},
    {"occasion": Draw(id="surprise", basis_points=10_000)},
    {"occasion": Draw(id="surprise", basis_points=1)},
]


@pytest.mark.parametrize("rule", PRIVATE)
@pytest.mark.parametrize("segments", [frozenset(), frozenset({"lapsing"})])
@pytest.mark.parametrize("birthday", [(3, 14), (9, 9)])
def test_no_paper_gives_away_what_somebody_is_to_the_shop(
    rule: dict[str, Any], segments: frozenset[str], birthday: tuple[int, int]
) -> None:
    """Whether it is for them and some goods are missing, or it is for others."""
    anna = shop.anna(segments=segments, birthday=birthday, consents=frozenset({"marketing"}))
    for basket in (shop.basket(shop.COFFEE), shop.basket((shop.COFFEE, 2))):
        assert told(basket, third_free(**rule), to=anna) == ()


def test_a_code_that_was_not_shown_is_not_spoken_of() -> None:
    code = shop.programme(
        1,
        unit=shop.unit("code", held="bearer"),
        rewards=(shop.pieces_off("secret", 5000, COFFEE, cost=1),),
    )
    assert told(shop.basket(shop.COFFEE), code) == ()


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_whatever_stands_there_is_few_true_and_in_order(data: st.DataObject) -> None:
    """Every line is one that the screen tells too; fewer are the first of more."""
    offers = tuple(
        data.draw(
            st.sampled_from(
                (
                    third_free(number),
                    gift_from(number, data.draw(st.integers(500, 9000))),
                    shop.programme(
                        number,
                        stacking=Stacking(group=data.draw(st.sampled_from(("", "g")))),
                        rewards=(shop.pieces_off("off", 300 * number, COFFEE),),
                    ),
                    shop.programme(
                        number,
                        rewards=(
                            shop.reward(
                                "pair",
                                condition=Condition(needs=(Need(goods=COFFEE), Need(goods=BAKERY))),
                                target=Target(scope="set"),
                                benefit=PercentOff(basis_points=2000),
                            ),
                        ),
                    ),
                )
            )
        )
        for number in range(1, data.draw(st.integers(1, 6)) + 1)
    )
    goods = st.sampled_from((shop.COFFEE, shop.BUN, shop.TEA))
    basket = shop.basket(*data.draw(st.lists(goods, min_size=1, max_size=6)))
    to = data.draw(st.sampled_from((ANNA, NOBODY)))
    moment = shop.moment()
    judged = evaluate(basket, to, offers, moment)
    every = told(basket, *offers, to=to)

    assert set(every) <= set(judged.not_applied)
    assert len({one.programme for one in every}) == len(every) <= OFFERS_MOST
    for most in range(OFFERS_MOST + 1):
        assert told(basket, *offers, to=to, most=most) == every[:most]
    assert told(basket, *reversed(offers), to=to) == every
