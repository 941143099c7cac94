"""One limit that rewards of several programmes share: one of these two a day."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.checking.judging import check_sale
from terminal.loyalty.checking.overshooting import limited, overshoot
from terminal.loyalty.conditions import Audience, Limit, OtherReward, Period
from terminal.loyalty.counting import asked
from terminal.loyalty.earning import EarnRule, PerVisit
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.history import Counted
from terminal.loyalty.programme import Programme, Stacking
from terminal.loyalty.sale import sale_entries, sale_record
from terminal.loyalty.standing import NO_CHOICES, Standing
from tests.loyalty import shop
from tests.loyalty.members import anna, past
from tests.loyalty.selling import sell, settled

DAY = Period(kind="day")
GROUP = Stacking(group="one-of-two")


def half_of(
    number: int, category: str, *others: int, most: int = 1, period: Period = DAY
) -> Programme:
    """Half off, so often together with the rewards of the other programmes."""
    limit = Limit(
        most=most,
        period=period,
        together_with=tuple(OtherReward(programme=one, reward="half") for one in others),
    )
    reward = shop.pieces_off(
        "half", 5000, shop.goods(category), audience=Audience(members=True), limits=(limit,)
    )
    return shop.programme(number, rewards=(reward,), stacking=GROUP)


DRINKS, BAKERY = half_of(1, "drinks", 2), half_of(2, "bakery", 1)


def with_had(**days: dict[str, int]) -> Standing:
    counts = {f"had:{name[1:]}/half": on for name, on in days.items()}
    return replace(anna(), history=past(**counts))


def test_what_was_had_of_one_is_not_left_of_the_other() -> None:
    found = sell(shop.basket(shop.COFFEE), DRINKS, BAKERY, to=with_had(_2={"2026-03-14": 1}))

    assert found.discount == 0
    reason = shop.away(found, "half").reason
    assert reason.why is Why.USED_UP
    assert str(reason.day) == "2026-03-15"


def test_on_another_day_it_is_had_again() -> None:
    found = sell(shop.basket(shop.COFFEE), DRINKS, BAKERY, to=with_had(_2={"2026-03-13": 1}))

    assert found.discount == 650


def test_of_so_many_all_that_were_had_of_both_are_gone() -> None:
    month = Period(kind="month")
    drinks = half_of(1, "drinks", 2, most=5, period=month)
    had = with_had(_1={"2026-03-02": 1}, _2={"2026-03-03": 2})

    assert sell(shop.basket((shop.COFFEE, 9)), drinks, to=had).applied[0].times == 2


def test_days_that_go_along_end_with_the_first_that_counts_whichever_it_was() -> None:
    last = Period(kind="days", days=7)
    drinks = half_of(1, "drinks", 2, most=2, period=last)
    had = with_had(_1={"2026-03-12": 1}, _2={"2026-03-10": 1})

    reason = shop.away(sell(shop.basket(shop.COFFEE), drinks, to=had), "half").reason

    assert reason == Reason(
        why=Why.USED_UP, times=2, day=shop.moment("2026-03-17T00:00").business_day
    )


def test_one_sale_takes_one_of_them() -> None:
    found = sell(shop.basket(shop.COFFEE, shop.CAKE), DRINKS, BAKERY, to=anna())

    assert [one.name.programme for one in found.applied] == [2]


def test_a_till_is_told_of_what_was_had_of_all() -> None:
    names = set(asked((DRINKS,), shop.moment().business_day).of_members)

    assert {"had:1/half", "had:2/half"} <= names


def test_the_server_finds_the_second_one_of_a_day() -> None:
    basket, free = shop.basket(shop.COFFEE), half_of(1, "drinks")
    to = with_had(_2={"2026-03-14": 1})
    # The till did not count the other one, and says what it knew.
    loose = replace(free, stacking=GROUP)
    sale = settled(evaluate(basket, to, (loose,), shop.moment()), basket, to, NO_CHOICES)
    record = sale_record(sale)
    record = replace(record, judged=replace(record.judged, history=to.history))

    found = check_sale(record, sale_entries(sale), (DRINKS,))

    assert {one.kind for one in found} == {FindingKind.LIMIT}


def test_what_two_tills_gave_together_is_one_overshoot_under_one_name() -> None:
    sales = []
    for rule, goods in ((DRINKS, shop.COFFEE), (BAKERY, shop.CAKE)):
        basket = shop.basket(goods)
        evaluation = evaluate(basket, anna(), (DRINKS, BAKERY), shop.moment())
        assert [one.name.programme for one in evaluation.applied] == [rule.programme]
        sales.append(sale_record(settled(evaluation, basket, anna(), NO_CHOICES)))
    day = shop.moment().business_day
    counts = [Counted("had:1/half", day, 1), Counted("had:2/half", day, 1)]

    told = [one for sale in sales for one in limited(sale, (DRINKS, BAKERY))]

    assert {one.names for one in told} == {("had:1/half", "had:2/half")}
    for one in told:
        mine = [each for each in counts if each.name in one.names]
        worst = overshoot(one.limit, day, mine)
        assert worst is not None
        assert worst.over == 1


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"stacking": Stacking()}, "belongs to a programme of a group"),
        ({"programme": 2}, "names rewards of other programmes"),
    ],
)
def test_it_is_about_other_programmes_of_a_group(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(DRINKS, **wrong)


def test_it_is_about_rewards() -> None:
    limit = Limit(most=1, together_with=(OtherReward(programme=2, reward="half"),))
    rule = EarnRule(id="visit", per=PerVisit(), limits=(limit,))
    with pytest.raises(ValueError, match="belongs to a limit of a reward"):
        shop.programme(1, unit=shop.unit(), earn=(rule,))


COUNTS = st.dictionaries(
    st.sampled_from(["2026-03-14", "2026-03-13", "2026-03-08", "2026-02-28"]), st.integers(0, 2)
)


@settings(max_examples=100)
@given(
    st.integers(1, 5),
    st.sampled_from([DAY, Period(kind="week"), Period(kind="days", days=7), Period()]),
    COUNTS,
    COUNTS,
)
def test_it_leaves_what_is_left_when_all_are_counted_as_one(
    most: int, period: Period, one: dict[str, int], other: dict[str, int]
) -> None:
    """The same as a limit of its own for somebody who had all of it by the one reward."""
    both = {day: one.get(day, 0) + other.get(day, 0) for day in {*one, *other}}
    basket = shop.basket((shop.COFFEE, 4))

    shared = sell(
        basket, half_of(1, "drinks", 2, most=most, period=period), to=with_had(_1=one, _2=other)
    )
    alone = sell(basket, half_of(1, "drinks", most=most, period=period), to=with_had(_1=both))

    assert shared.total == alone.total
    assert [row.reason for row in shared.not_applied] == [row.reason for row in alone.not_applied]
