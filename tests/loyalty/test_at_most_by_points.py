"""So many units a purchase and no more, and at most a part of what is to be paid by points."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Product
from terminal.loyalty.benefits import AmountOff, Target
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.conditions import Audience
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.evaluation import Evaluation, Reason, Why
from terminal.loyalty.programme import Programme, Worth
from terminal.loyalty.standing import NO_CHOICES, Standing
from tests.loyalty import shop
from tests.loyalty.chance import FILTERS, Counter, counters
from tests.loyalty.proven import nothing_is_cheaper
from tests.loyalty.selling import faults, sell

LAMP = shop.product("LAMP", 4000, "home")
RICH = shop.anna({"points": 1000})


def half(points: int = 5000, **other: object) -> Programme:
    """5.00 off for 100 points, at most so much of the basket."""
    off = AmountOff(amount=500, at_most_basis_points=points)
    (reward,) = shop.points().rewards
    return shop.points(rewards=(replace(reward, benefit=off, **other),))  # type: ignore[arg-type]


def bought(
    rule: Programme, *goods: Product | tuple[Product, int], to: Standing = RICH
) -> Evaluation:
    return sell(shop.basket(*goods), rule, to=to, choices=shop.claims("five-off"))


# --- a part of the price -------------------------------------------------------------------------


def test_at_most_half_is_paid_by_points() -> None:
    """Of 40.00 it is 20.00, of 78.00 it is 35.00: 40.00 would be more than half."""
    assert bought(half(), LAMP).discount == 2000
    found = bought(half(), (shop.COFFEE, 6))
    assert found.discount == 3500
    assert found.applied[0].units == 700
    assert found.proven


def test_points_that_come_off_whole_are_proven_where_no_more_can() -> None:
    """10.00 of 13.00: for a third 5.00 the goods would have to cost 15.00."""
    found = sell(shop.basket(shop.COFFEE), shop.points(), to=RICH, choices=shop.claims("five-off"))

    assert found.total == 300
    assert found.proven


def test_half_of_what_other_offers_left() -> None:
    tenth = shop.programme(2, rewards=(shop.pieces_off("home", 1000, shop.goods("home")),))

    found = sell(shop.basket(LAMP), half(), tenth, to=RICH, choices=shop.claims("five-off"))

    assert found.discount == 400 + 1500


def test_where_half_is_less_than_one_use_it_is_told_what_is_missing() -> None:
    """Half of 9.00 is 4.50: with 10.00 five could come off."""
    reason = shop.away(bought(half(), shop.TEA), "five-off").reason

    assert reason == Reason(why=Why.SPEND_MISSING, amount=100)


def test_the_panel_offers_no_more_than_may_be_had() -> None:
    (offer,) = sell(shop.basket(LAMP), half(), to=RICH).offers

    assert (offer.times_most, offer.worth) == (4, 2000)


def test_an_amount_without_cost_ends_there_too() -> None:
    third = shop.reward(
        "third",
        benefit=AmountOff(amount=2000, at_most_basis_points=3333),
        target=Target(scope="basket"),
    )

    assert sell(shop.basket(LAMP), shop.programme(2, rewards=(third,))).discount == 1333


def test_the_server_finds_more_than_half() -> None:
    choices = shop.claims("five-off")

    found = faults(shop.basket(LAMP), (half(10_000),), (half(),), to=RICH, choices=choices)

    assert {one.kind for one in found} == {FindingKind.BENEFIT}


def test_a_share_belongs_to_an_amount_off_the_basket() -> None:
    off = AmountOff(amount=500, at_most_basis_points=5000)
    with pytest.raises(ValueError, match="at_most_basis_points belongs to an amount off the"):
        shop.reward("piece", benefit=off)


# --- so many units a purchase --------------------------------------------------------------------


def test_at_most_five_hundred_points_are_spent_in_one_purchase() -> None:
    found = bought(half(10_000, limit=5), (LAMP, 3))

    assert found.discount == 2500
    assert found.applied[0].units == 500


def of_each_zloty(at_most: int | None, *, carry: bool = False) -> Programme:
    rule = EarnRule(
        id="purchase",
        audience=Audience(members=True),
        per=PerMoney(amount=100),
        units=10,
        at_most=at_most,
        carry=carry,
    )
    return shop.programme(1, unit=shop.unit(), earn=(rule,))


@pytest.mark.parametrize("carry", [False, True])
def test_no_more_than_five_hundred_points_are_earned_in_one_purchase(carry: bool) -> None:
    rule = of_each_zloty(500, carry=carry)

    assert shop.earned(sell(shop.basket(LAMP), rule, to=shop.anna())) == 400
    found = sell(shop.basket((LAMP, 2)), rule, to=shop.anna())
    assert shop.earned(found) == 500
    assert carry or found.earned[0].reason.most == 500


def test_the_server_finds_points_above_what_a_purchase_brings() -> None:
    boundless, bounded = of_each_zloty(None), of_each_zloty(500)

    found = faults(shop.basket((LAMP, 2)), (boundless,), (bounded,), to=shop.anna())

    assert {one.kind for one in found} == {FindingKind.EARNED}


# --- by chance -----------------------------------------------------------------------------------


@st.composite
def paying_in_part(draw: st.DrawFn) -> Counter:
    """Several that want the same points, each at most for its part of the rest."""
    counter = draw(counters(lines=3, pieces=2, offers=2))
    worth = draw(st.sampled_from([None, Worth(units=5, amount=100)]))
    unit = shop.unit("stamps", worth=worth)
    more = tuple(
        shop.programme(
            number,
            unit=unit,
            rewards=(
                shop.reward(
                    "part",
                    audience=Audience(members=True),
                    cost=draw(st.sampled_from([1, 3])),
                    benefit=AmountOff(
                        amount=draw(st.sampled_from([150, 400])),
                        at_most_basis_points=draw(st.sampled_from([2500, 5000, 9000])),
                    ),
                    target=Target(scope="basket", goods=draw(FILTERS)),
                ),
            ),
        )
        for number in range(7, 7 + draw(st.integers(1, 2)))
    )
    return replace(
        counter,
        standing=shop.anna({"stamps": draw(st.integers(0, 9)), "points": 5}),
        programmes=(*counter.programmes, *more),
        choices=NO_CHOICES,
    )


@settings(max_examples=150)
@given(paying_in_part())
def test_nothing_is_cheaper_than_what_is_proven(counter: Counter) -> None:
    nothing_is_cheaper(counter, pieces=4)
