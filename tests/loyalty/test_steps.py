"""Steps of quantity and of spend: which is reached, and what is missing to the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.benefits import AmountOff, FixedPrice, MoneyOff, PercentOff, Step, Target
from terminal.loyalty.conditions import Condition
from terminal.loyalty.engine.evaluation import Evaluation, Reason, Why
from terminal.loyalty.programme import Programme
from tests.loyalty import shop
from tests.loyalty.selling import sell

WINE = shop.product("WINE", 4000, "wine")
CELLAR = shop.goods("wine")


def percent(points: int) -> PercentOff:
    return PercentOff(basis_points=points)


BY_BOTTLES = shop.programme(
    1,
    rewards=(
        shop.reward(
            benefit=percent(500),
            target=Target(scope="piece", goods=CELLAR),
            condition=Condition(pieces=2, goods=CELLAR),
            steps=(Step(pieces=3, benefit=percent(1000)), Step(pieces=6, benefit=percent(2000))),
        ),
    ),
)


def by_spend(*steps: tuple[int, MoneyOff], first: int = 10_000) -> Programme:
    reward = shop.reward(
        benefit=AmountOff(amount=500),
        target=Target(scope="basket"),
        condition=Condition(spend=first),
        steps=tuple(Step(spend=spend, benefit=benefit) for spend, benefit in steps),
    )
    return shop.programme(1, rewards=(reward,))


def off(sold: Evaluation) -> tuple[int, int]:
    (one,) = sold.applied
    return one.discount, one.step


@pytest.mark.parametrize(
    ("bottles", "discount", "step"),
    [(2, 400, 0), (3, 1200, 1), (5, 2000, 1), (6, 4800, 2), (9, 7200, 2)],
)
def test_the_more_bottles_the_more_off_each(bottles: int, discount: int, step: int) -> None:
    assert off(sell(shop.basket((WINE, bottles)), BY_BOTTLES)) == (discount, step)


def test_one_bottle_alone_has_its_price() -> None:
    sold = sell(shop.basket(WINE), BY_BOTTLES)

    missing = shop.away(sold, "reward").reason
    assert (missing.why, missing.pieces) == (Why.PIECES_MISSING, 1)
    assert sold.within_reach == ()


def test_one_more_bottle_for_twenty_percent() -> None:
    (ahead,) = sell(shop.basket((WINE, 5)), BY_BOTTLES).within_reach

    assert ahead.step == 2
    assert ahead.missing == Reason(why=Why.PIECES_MISSING, pieces=1)
    assert ahead.brings == Reason(why=Why.PERCENT_OFF, basis_points=2000)


def test_beyond_the_last_step_nothing_is_missing() -> None:
    assert sell(shop.basket((WINE, 6)), BY_BOTTLES).within_reach == ()


def test_other_goods_count_for_no_step() -> None:
    assert off(sell(shop.basket((WINE, 2), (shop.TEA, 9)), BY_BOTTLES)) == (400, 0)


def test_five_off_a_hundred_twelve_off_two_hundred() -> None:
    offer = by_spend((20_000, AmountOff(amount=1200)))

    assert off(sell(shop.basket((WINE, 3)), offer)) == (500, 0)
    assert off(sell(shop.basket((WINE, 5)), offer)) == (1200, 1)
    (ahead,) = sell(shop.basket((WINE, 4)), offer).within_reach
    assert ahead.missing == Reason(why=Why.SPEND_MISSING, amount=4000)
    assert ahead.brings == Reason(why=Why.AMOUNT_OFF, amount=1200)


def test_a_step_may_change_the_kind_of_benefit() -> None:
    offer = by_spend((15_000, percent(1000)), (30_000, FixedPrice(price=25_000)))

    assert off(sell(shop.basket((WINE, 4)), offer)) == (1600, 1)
    assert off(sell(shop.basket((WINE, 8)), offer)) == (7000, 2)


def test_a_step_of_pieces_and_of_spend_needs_both() -> None:
    step = Step(pieces=3, spend=13_000, benefit=percent(3000))
    both = shop.programme(1, rewards=(shop.reward(steps=(step,)),))

    (ahead,) = sell(shop.basket((WINE, 2)), both).within_reach
    assert ahead.missing.why is Why.PIECES_MISSING
    (ahead,) = sell(shop.basket((WINE, 3)), both).within_reach
    assert (ahead.missing.why, ahead.missing.amount) == (Why.SPEND_MISSING, 1000)
    assert off(sell(shop.basket((WINE, 4)), both)) == (4800, 1)


def test_sets_have_steps_as_well() -> None:
    free = percent(10_000)
    needs = shop.third_free(CELLAR).condition
    offer = shop.programme(
        1,
        rewards=(
            shop.reward(
                condition=needs,
                benefit=percent(5000),
                target=Target(scope="set", goods=CELLAR, pieces=1),
                steps=(Step(pieces=6, benefit=free),),
            ),
        ),
    )

    assert off(sell(shop.basket((WINE, 3)), offer)) == (2000, 0)
    assert off(sell(shop.basket((WINE, 6)), offer)) == (8000, 1)


@given(
    bottles=st.integers(1, 12),
    steps=st.lists(
        st.builds(
            Step,
            pieces=st.integers(0, 8),
            spend=st.integers(1, 40_000),
            benefit=st.sampled_from([percent(700), AmountOff(amount=100), FixedPrice(price=3900)]),
        ),
        max_size=4,
    ),
)
def test_the_last_step_that_is_reached_holds_whatever_their_order(
    bottles: int, steps: list[Step]
) -> None:
    """``sell`` holds every answer against the independent check."""
    offer = shop.programme(1, rewards=(shop.reward(steps=tuple(steps)),))
    sold = sell(shop.basket((WINE, bottles)), offer)

    for ahead in sold.within_reach:
        more = ahead.missing.pieces or -(-ahead.missing.amount // WINE.price)
        then = sell(shop.basket((WINE, bottles + more)), offer)
        assert then.within_reach != sold.within_reach
