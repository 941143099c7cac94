"""How programmes go together: by priority, on top of others, percents of the shelf price."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Product
from terminal.loyalty.benefits import AmountOff, FixedPrice, MoneyOff, PercentOff, Step, Target
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.checking.judging import check_sale
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.programme import Programme, Reward, Stacking
from terminal.loyalty.sale import SaleRecord, sale_entries, sale_record
from terminal.loyalty.standing import NO_CHOICES, NOBODY
from tests.loyalty import shop
from tests.loyalty.chance import Counter, counters
from tests.loyalty.proven import nothing_is_cheaper
from tests.loyalty.selling import sell, settled

Goods = Product | tuple[Product, int]

EXHAUSTIVE = 10**6
DRINKS = shop.goods("drinks")


def off(number: int, basis_points: int, where: GoodsFilter, **stacking: object) -> Programme:
    return shop.programme(
        number,
        rewards=(shop.pieces_off("off", basis_points, where),),
        stacking=Stacking(**stacking),  # type: ignore[arg-type]
    )


def sold(programmes: tuple[Programme, ...], *goods: Goods) -> Evaluation:
    return sell(shop.basket(*goods), *programmes)


def findings(
    programmes: tuple[Programme, ...], *goods: Goods, bend: Callable[[SaleRecord], SaleRecord]
) -> set[FindingKind]:
    """What the server finds in a sale that was bent."""
    basket = shop.basket(*goods)
    sale = settled(sold(programmes, *goods), basket, NOBODY, NO_CHOICES)
    return {one.kind for one in check_sale(bend(sale_record(sale)), sale_entries(sale), programmes)}


def test_by_how_much_another_was_better_is_told_with_each_reward_in_its_turn() -> None:
    """30 % off coffee stands alone: 7.80, and 10 % and then 2.00 off the basket would be 4.60."""
    alone = off(1, 3000, DRINKS, mode="alone")
    tenth = shop.programme(2, rewards=(_off_the_basket(PercentOff(basis_points=1000)),))
    two = shop.programme(3, rewards=(_off_the_basket(AmountOff(amount=200)),))

    found = sold((alone, tenth, two), (shop.COFFEE, 2))

    assert found.discount == 780
    beaten = {one.programme: one.reason.amount for one in found.not_applied}
    assert beaten == {2: 780 - (260 + 200), 3: 780 - (260 + 200)}


def _off_the_basket(benefit: MoneyOff) -> Reward:
    return shop.reward("off", benefit=benefit, target=Target(scope="basket"))


# --- priority ------------------------------------------------------------------------------------


def of_group(number: int, basis_points: int, where: GoodsFilter, priority: int) -> Programme:
    return off(number, basis_points, where, group="g", pick="priority", priority=priority)


def test_of_a_group_by_priority_the_highest_is_taken_though_another_is_better() -> None:
    weak, strong = of_group(1, 1000, DRINKS, 9), of_group(2, 5000, DRINKS, 1)

    found = sold((weak, strong), shop.COFFEE)

    assert found.discount == 130
    assert [one.name.programme for one in found.applied] == [1]
    away = next(one for one in found.not_applied if one.programme == 2)
    assert away.reason.why is Why.NOT_TOGETHER
    assert found.proven


def test_the_next_priority_is_taken_where_the_first_finds_nothing() -> None:
    bakery, drinks = of_group(1, 1000, shop.goods("bakery"), 9), of_group(2, 5000, DRINKS, 1)

    assert sold((bakery, drinks), shop.COFFEE).discount == 650


def test_a_price_above_the_shelf_price_is_no_offer_that_could_come_first() -> None:
    dear = shop.programme(
        1,
        rewards=(
            shop.reward(
                "price", benefit=FixedPrice(price=9900), target=Target(scope="piece", goods=DRINKS)
            ),
        ),
        stacking=Stacking(group="g", pick="priority", priority=9),
    )

    assert sold((dear, of_group(2, 5000, DRINKS, 1)), shop.COFFEE).discount == 650


def test_of_equal_priorities_the_better_one_is_taken() -> None:
    assert (
        sold((of_group(1, 1000, DRINKS, 5), of_group(2, 2000, DRINKS, 5)), shop.COFFEE).discount
        == 260
    )


def test_the_server_finds_an_offer_that_another_one_outranks() -> None:
    weak, strong = of_group(1, 1000, DRINKS, 9), of_group(2, 5000, DRINKS, 1)
    # The till knew the second offer only, and says that it knew both.
    sale = settled(sold((strong,), shop.COFFEE), shop.basket(shop.COFFEE), NOBODY, NO_CHOICES)
    record = replace(sale_record(sale), revisions=((1, 1), (2, 1)))

    found = check_sale(record, sale_entries(sale), (weak, strong))

    assert {one.kind for one in found} == {FindingKind.STACKING}


# --- on top --------------------------------------------------------------------------------------


def test_a_percent_on_top_comes_off_what_another_percent_left() -> None:
    half, ten = off(1, 5000, DRINKS), off(2, 1000, DRINKS, on_top=True)

    found = sold((half, ten), shop.COFFEE)

    assert [one.discount for one in found.applied] == [650, 65]
    assert found.total == 585


def test_the_free_piece_of_a_set_leaves_nothing_for_a_percent_on_top() -> None:
    third = shop.programme(1, rewards=(shop.third_free(DRINKS),))
    ten = off(2, 1000, DRINKS, on_top=True)

    found = sold((third, ten), (shop.COFFEE, 3))

    assert found.total == 2600 - 260
    assert shop.applied(found, "off").times == 2


def test_on_top_percents_come_before_amounts_whatever_their_numbers() -> None:
    amount = shop.programme(
        1,
        rewards=(
            shop.reward(
                "amount", benefit=AmountOff(amount=300), target=Target(scope="piece", goods=DRINKS)
            ),
        ),
        stacking=Stacking(on_top=True),
    )
    ten = off(2, 1000, DRINKS, on_top=True)

    found = sold((amount, ten), shop.COFFEE)

    assert found.total == 1300 - 130 - 300


def test_a_percent_on_top_may_be_counted_on_the_shelf_price() -> None:
    half = off(1, 5000, DRINKS)
    shelf = off(2, 2000, DRINKS, on_top=True, percent_of="shelf")
    most = off(3, 9000, DRINKS, on_top=True, percent_of="shelf")

    assert sold((half, shelf), shop.COFFEE).total == 1300 - 650 - 260
    assert sold((half, most), shop.COFFEE).total == 0


def test_a_limit_on_top_goes_to_the_pieces_that_lose_most() -> None:
    once = shop.programme(
        2,
        rewards=(shop.pieces_off("once", 1000, DRINKS, limit=1),),
        stacking=Stacking(on_top=True),
    )

    found = sold((off(1, 5000, shop.goods("drinks/coffee")), once), shop.COFFEE, shop.TEA)

    assert shop.applied(found, "once").discount == 90  # tea at 9.00 rather than coffee at 6.50


def test_the_server_finds_a_cent_too_much_on_top() -> None:
    half, ten = off(1, 5000, DRINKS), off(2, 1000, DRINKS, on_top=True)

    def bend(record: SaleRecord) -> SaleRecord:
        first, second = record.applied
        share = replace(second.shares[0], amount=second.shares[0].amount + 1)
        return replace(record, applied=(first, replace(second, discount=66, shares=(share,))))

    assert FindingKind.BENEFIT in findings((half, ten), shop.COFFEE, bend=bend)


# --- percents of the shelf price -----------------------------------------------------------------


def test_a_percent_off_the_basket_counts_on_the_shelf_price_and_never_below_zero() -> None:
    def basket(basis_points: int) -> Programme:
        return shop.programme(
            2,
            rewards=(
                shop.reward(
                    "basket",
                    benefit=PercentOff(basis_points=basis_points),
                    target=Target(scope="basket"),
                ),
            ),
            stacking=Stacking(percent_of="shelf"),
        )

    half = off(1, 5000, DRINKS)

    found = sold((half, basket(2000)), shop.COFFEE, shop.TEA)

    assert found.total == 2200 // 2 - 440
    assert found.proven
    assert sold((half, basket(7500)), shop.COFFEE).total == 0


# --- amounts before percents, and percents up to an amount -----------------------------------------


def off_all(number: int, benefit: MoneyOff, **stacking: object) -> Programme:
    return shop.programme(
        number,
        rewards=(shop.reward("all", benefit=benefit, target=Target(scope="basket")),),
        stacking=Stacking(**stacking),  # type: ignore[arg-type]
    )


HUNDRED = shop.product("HUNDRED", 10_000)
TEN_ZLOTY = off_all(1, AmountOff(amount=1000))


def test_percents_come_before_amounts_unless_the_shop_says_after() -> None:
    """10.00 off and 20 % off 100.00: 70.00, or 72.00 where the amount goes first."""
    fifth = PercentOff(basis_points=2000)

    assert sold((TEN_ZLOTY, off_all(2, fifth)), HUNDRED).total == 7000
    last = sold((TEN_ZLOTY, off_all(2, fifth, percent_of="after_amounts")), HUNDRED)

    assert last.total == 7200
    assert last.proven
    assert [one.name.programme for one in last.applied] == [1, 2]


def test_the_server_wants_amounts_first_where_the_shop_says_so() -> None:
    both = (TEN_ZLOTY, off_all(2, PercentOff(basis_points=2000), percent_of="after_amounts"))

    def bend(record: SaleRecord) -> SaleRecord:
        return replace(record, applied=record.applied[::-1])

    assert FindingKind.BENEFIT in findings(both, HUNDRED, bend=bend)


def test_a_percent_off_the_basket_ends_at_its_most() -> None:
    """20 % off, at most 50.00: of 200.00 it is 40.00, of 400.00 it is 50.00."""
    fifth = off_all(1, PercentOff(basis_points=2000, at_most=5000))

    two, four = sold((fifth,), HUNDRED, HUNDRED), sold((fifth,), *[HUNDRED] * 4)

    assert (two.discount, four.discount) == (4000, 5000)
    assert (two.applied[0].reason.per, four.applied[0].reason.per) == (0, 5000)
    assert two.proven
    assert four.proven


def test_of_two_offers_the_one_that_takes_more_off_is_taken_its_most_included() -> None:
    fifth = off_all(1, PercentOff(basis_points=2000, at_most=3000), group="one")
    tenth = off_all(2, PercentOff(basis_points=1000), group="one")

    assert sold((fifth, tenth), *[HUNDRED] * 2).applied[0].name.programme == 1
    assert sold((fifth, tenth), *[HUNDRED] * 4).applied[0].name.programme == 2


def test_a_most_belongs_to_percents_off_the_basket() -> None:
    most = PercentOff(basis_points=2000, at_most=5000)

    with pytest.raises(ValueError, match="at_most belongs to a percent off the basket"):
        shop.reward("pieces", benefit=most, target=Target(scope="piece"))
    step = Step(pieces=2, benefit=most)
    with pytest.raises(ValueError, match="at_most belongs to a percent off the basket"):
        shop.reward("steps", target=Target(scope="piece"), steps=(step,))


# --- all of it, by chance ------------------------------------------------------------------------

WAYS = st.sampled_from(
    [
        Stacking(),
        Stacking(on_top=True),
        Stacking(on_top=True, percent_of="shelf"),
        Stacking(percent_of="shelf"),
        Stacking(percent_of="after_amounts"),
        Stacking(group="p", pick="priority", priority=1),
        Stacking(group="p", pick="priority", priority=2),
    ]
)


def plain(reward: Reward, stacking: Stacking) -> Reward:
    """What the brute force knows: on top only automatic offers for all, of sets only percents."""
    if stacking.on_top and reward.target.scope == "piece":
        return replace(reward, mode="automatic", cost=0)
    if reward.target.scope == "set" and not isinstance(reward.benefit, PercentOff):
        return replace(reward, benefit=PercentOff(basis_points=3333))
    if stacking.group == "p":
        # Every one of them can be had, so that priority alone decides.
        return replace(
            reward,
            mode="automatic",
            cost=0,
            condition=replace(reward.condition, spend=0, needs=()),
            target=Target(scope="piece"),
            benefit=PercentOff(basis_points=2000),
        )
    return reward


@st.composite
def stacked(draw: st.DrawFn) -> Counter:
    counter = draw(counters(lines=3, pieces=2, offers=3))
    found = []
    for one in counter.programmes:
        stacking = draw(WAYS)
        rewards = tuple(plain(reward, stacking) for reward in one.rewards)
        found.append(replace(one, rewards=rewards, stacking=stacking))
    names = {
        (one.programme, reward.id)
        for one in found
        for reward in one.rewards
        if reward.mode == "claimed"
    }
    claims = tuple(one for one in counter.choices.claims if one.name in names)
    choices = replace(counter.choices, claims=claims)
    return replace(counter, programmes=tuple(found), choices=choices)


@settings(max_examples=200)
@given(stacked())
def test_no_way_of_stacking_is_cheaper_than_what_is_proven(counter: Counter) -> None:
    nothing_is_cheaper(counter, efforts=(EXHAUSTIVE,))


def test_of_many_rewards_that_want_the_same_units_those_that_bring_most_are_had() -> None:
    """Ten vouchers of 1 to 10 zł for ten points each, and forty points to spend."""
    many = tuple(
        shop.programme(
            number,
            unit=shop.unit(),
            rewards=(
                shop.reward(
                    "voucher",
                    cost=10,
                    limit=1,
                    benefit=AmountOff(amount=100 * number),
                    target=Target(scope="basket"),
                ),
            ),
        )
        for number in range(1, 11)
    )

    found = sell(shop.basket((shop.COFFEE, 10)), *many, to=shop.anna({"points": 40}))

    assert [one.name.programme for one in found.applied] == [7, 8, 9, 10]
    assert found.total == 13_000 - 3_400
    assert found.proven
