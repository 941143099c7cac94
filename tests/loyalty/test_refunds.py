"""Refunds in the shop's words: what comes back, what is taken, and what is owed."""

from dataclasses import replace

import pytest

from terminal.loyalty import history
from terminal.loyalty.benefits import AmountOff, PercentOff, Target
from terminal.loyalty.conditions import Audience, Condition, Limit, Need
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney, PerPiece, PerVisit
from terminal.loyalty.ledger import Entry, EntryKind, Sums, fold
from terminal.loyalty.refund import RefundLaw, UnitsCredited, pieces_left
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.wallet import Account, UnitId
from tests.loyalty import shop
from tests.loyalty.refund_till import PER_ZLOTY, POINTS, points, sold

FIVE_OFF = shop.programme(
    unit=shop.unit(),
    earn=(PER_ZLOTY,),
    rewards=(
        shop.reward(
            "five-off",
            mode="claimed",
            cost=100,
            benefit=AmountOff(amount=500),
            target=Target(scope="basket"),
        ),
    ),
)
CLAIMED = shop.claims("five-off")


def test_points_of_a_piece_that_comes_back_are_taken_back() -> None:
    till = sold(shop.basket((shop.COFFEE, 3)), points(), to=shop.anna())
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert refund.due == 1300
    assert [(one.n, one.account) for one in refund.taken] == [(13, POINTS)]
    assert till.sums[POINTS].balance == 26


def test_spent_points_come_back_with_the_goods_that_they_paid() -> None:
    till = sold(
        shop.basket((shop.COFFEE, 2)), FIVE_OFF, to=shop.anna({"points": 100}), choices=CLAIMED
    )
    half = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert (half.due, sum(one.n for one in half.given)) == (1050, 50)
    rest = till.everything(RefundLaw.PRO_RATA)
    assert (rest.due, sum(one.n for one in rest.given)) == (1050, 50)
    assert till.sums[POINTS] == till.before[0][POINTS]


def test_the_part_of_a_point_that_was_spent_comes_back_with_the_last_goods() -> None:
    till = sold(
        shop.basket((shop.COFFEE, 3)), FIVE_OFF, to=shop.anna({"points": 100}), choices=CLAIMED
    )
    given = [
        sum(one.n for one in till.take_back({1: 1}, RefundLaw.PRO_RATA).given) for _ in range(3)
    ]
    assert given == [33, 33, 34]


def test_points_that_were_spent_meanwhile_are_owed_and_the_balance_stays_at_nothing() -> None:
    till = sold(shop.basket((shop.COFFEE, 2)), points(), to=shop.anna())
    till.move((Entry(POINTS, EntryKind.SPEND, 20),))
    refund = till.everything(RefundLaw.PRO_RATA)
    (balance,) = refund.balances
    assert (balance.taken, balance.owed, balance.after, balance.debt_after) == (26, 20, 0, 20)
    assert till.sums[POINTS].rights_in_all == 0
    assert till.rights[POINTS] == 0


def test_pending_points_are_taken_back_without_touching_any_right() -> None:
    waits = points(unit=shop.unit(vesting_days=14))
    till = sold(shop.basket((shop.COFFEE, 2)), waits, to=shop.anna({"points": 7}))
    till.everything(RefundLaw.PRO_RATA)
    assert till.sums[POINTS] == till.before[0][POINTS]
    assert till.rights[POINTS] == 7


def test_after_vesting_a_refund_needs_the_right_like_any_other() -> None:
    waits = points(unit=shop.unit(vesting_days=14))
    till = sold(shop.basket((shop.COFFEE, 2)), waits, to=shop.anna({"points": 0}))
    till.move((Entry(POINTS, EntryKind.VEST, 26), Entry(POINTS, EntryKind.SPEND, 26)))
    refund = till.everything(RefundLaw.PRO_RATA, at=shop.moment("2026-04-20T10:00"))
    assert refund.balances[0].owed == 26
    assert till.sums[POINTS].pending == 0


@pytest.mark.parametrize(("day", "of_the_right"), [("2026-03-27", 0), ("2026-03-28", 26)])
def test_on_the_day_of_vesting_a_right_is_taken_before_what_may_not_be_pending_any_more(
    day: str, of_the_right: int
) -> None:
    waits = points(unit=shop.unit(vesting_days=14))
    till = sold(shop.basket((shop.COFFEE, 2)), waits, to=shop.anna({"points": 100}))
    till.everything(RefundLaw.PRO_RATA, at=shop.moment(f"{day}T10:00"))
    assert till.rights[POINTS] == 100 - of_the_right
    assert till.sums[POINTS].pending == of_the_right


def test_points_that_expired_before_the_goods_came_back_are_owed() -> None:
    till = sold(shop.basket((shop.COFFEE, 1)), points(), to=shop.anna())
    day = till.record.earned[0].day
    till.move((Entry(POINTS, EntryKind.RELEASE, 13),))  # the server ends them at its own pool
    till.sums = fold((Entry(POINTS, EntryKind.EXPIRE, 13, day),), till.sums)
    refund = till.everything(RefundLaw.PRO_RATA)
    assert refund.balances[0].owed == 13
    assert refund.balances[0].after == 0


def test_a_debt_from_before_stays_as_it_is() -> None:
    in_debt = Standing(
        traits=shop.anna().traits,
        wallets=(shop.ANNAS,),
        holdings=(
            Holding(account=POINTS, sums=Sums(earned=((None, 40),), used=50, debt=10), spendable=0),
        ),
    )
    till = sold(shop.basket((shop.COFFEE, 1)), points(), to=in_debt)
    assert till.sums[POINTS].debt == 0
    till.everything(RefundLaw.PRO_RATA)
    assert till.sums == till.before[0]
    assert till.rights[POINTS] == 0


def test_what_comes_back_repays_no_more_of_a_debt_than_a_right_is_left_for() -> None:
    """100 points come back and 26 are taken: the other 74 repay, whatever more is owed."""
    till = sold(
        shop.basket((shop.COFFEE, 2)), FIVE_OFF, to=shop.anna({"points": 100}), choices=CLAIMED
    )
    earned = sum(one.n for one in till.record.earned)
    till.move((Entry(POINTS, EntryKind.SPEND, earned),))
    till.move((Entry(POINTS, EntryKind.UNEARN, 500), Entry(POINTS, EntryKind.OWE, 500)))
    assert till.rights[POINTS] == 0

    till.everything(RefundLaw.PRO_RATA)

    assert till.rights[POINTS] == 0
    assert till.sums[POINTS].debt == 500 - (100 - earned)


def test_a_debt_of_store_credit_is_repaid_once_by_what_comes_back_and_what_is_credited() -> None:
    credit = Account(shop.ANNAS, UnitId("credit"))
    in_debt = Standing(
        traits=shop.anna().traits,
        wallets=(shop.ANNAS,),
        holdings=(Holding(account=credit, sums=Sums(earned=((None, 2000),)), spendable=2000),),
    )
    paid = (
        Tender(kind=TenderKind.STORE_CREDIT, amount=2000, account=credit),
        Tender(kind=TenderKind.CASH, amount=600),
    )
    till = sold(shop.basket((shop.COFFEE, 2)), to=in_debt, paid=paid)
    till.move((Entry(credit, EntryKind.UNEARN, 2300), Entry(credit, EntryKind.OWE, 2300)))

    till.everything(
        RefundLaw.PRO_RATA,
        instead=TenderKind.STORE_CREDIT,
        credit=UnitsCredited(account=credit, n=0),
    )

    assert till.sums[credit].debt == 0
    assert till.rights[credit] == 300, "26.00 came back, and 23.00 were owed"


def test_goods_that_earned_double_take_double_back() -> None:
    double = EarnRule(
        id="per-zloty",
        per=PerMoney(amount=100),
        multipliers=(Multiplier(percent=200, goods=shop.goods("drinks")),),
    )
    till = sold(shop.basket(shop.COFFEE, shop.CAKE), points(earn=(double,)), to=shop.anna())
    refund = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert [one.n for one in refund.taken] == [26]


def test_a_stamp_for_the_visit_goes_with_what_was_paid() -> None:
    visit = EarnRule(id="visit", per=PerVisit())
    till = sold(shop.basket(shop.COFFEE, shop.BUN), points(earn=(visit,)), to=shop.anna())
    assert till.take_back({2: 1}, RefundLaw.PRO_RATA).taken == ()
    assert [one.n for one in till.take_back({1: 1}, RefundLaw.PRO_RATA).taken] == [1]


THREE_FOR_TWO = shop.programme(2, rewards=(shop.third_free(shop.goods("drinks")),))


def test_kept_goods_pay_their_full_price_where_the_offer_holds_no_longer() -> None:
    till = sold(shop.basket((shop.COFFEE, 3)), THREE_FOR_TWO)
    assert till.record.total == 2600
    first = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    assert (first.due, first.remainder) == (0, 0), "two coffees cost 26.00 by themselves"
    second = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    assert second.due == 1300
    assert till.take_back({1: 1}, RefundLaw.REEVALUATE).due == 1300


def test_what_was_paid_too_much_is_shown_and_carried_to_the_next_refund() -> None:
    ten_percent = shop.programme(
        2,
        rewards=(
            shop.reward(
                "from-50",
                benefit=PercentOff(basis_points=1000),
                condition=Condition(spend=5000),
                target=Target(scope="basket"),
            ),
        ),
    )
    till = sold(shop.basket((shop.COFFEE, 3), (shop.BUN, 3)), ten_percent)
    assert till.record.total == 4725
    first = till.take_back({2: 1}, RefundLaw.REEVALUATE)
    # 3 coffees and 2 buns come to 48.00 without the tenth off.
    assert (first.due, first.remainder) == (0, 75)
    second = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    assert (second.due, second.remainder) == (4725 - 2 * 1300 - 2 * 450, 0)
    assert till.everything(RefundLaw.REEVALUATE).due == 2 * 1300 + 2 * 450


def test_a_line_that_is_kept_tells_that_it_costs_more_now() -> None:
    pair = shop.reward(
        "pair",
        condition=Condition(
            needs=(Need(goods=shop.goods("drinks")), Need(goods=shop.goods("bakery")))
        ),
        benefit=AmountOff(amount=400),
        target=Target(scope="set"),
    )
    till = sold(shop.basket(shop.COFFEE, shop.CAKE), shop.programme(2, rewards=(pair,)))
    refund = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    back = {line.key: (line.pieces, line.back) for line in refund.lines}
    cake_off = next(line.discount for line in till.record.lines if line.key == 2)
    assert cake_off > 0
    assert back[2] == (0, -cake_off)
    assert refund.due == 2400 - 1500


def test_an_offer_that_was_for_this_customer_too_holds_for_what_is_kept() -> None:
    agreed = shop.pieces_off(
        "fifth-off",
        2000,
        shop.goods("drinks"),
        audience=Audience(consents=("marketing",)),
    )
    anna = shop.anna(consents=frozenset({"marketing"}))
    rules = (THREE_FOR_TWO, shop.programme(3, rewards=(agreed,)))
    till = sold(shop.basket((shop.COFFEE, 3)), *rules, to=anna)
    assert till.record.total == 2600
    # Two coffees are no three, and by themselves they would have been a fifth off.
    assert till.take_back({1: 1}, RefundLaw.REEVALUATE).due == 2600 - 2080
    assert till.everything(RefundLaw.REEVALUATE).due == 2080


def test_what_was_had_once_because_of_a_limit_is_had_once_of_what_is_kept() -> None:
    """One tea of three at half price: with one back, both others are not at half price."""
    once = shop.pieces_off("once", 5000, shop.goods("drinks"), limits=(Limit(most=1),))
    till = sold(shop.basket((shop.TEA, 3)), shop.programme(2, rewards=(once,)), to=shop.anna())
    assert till.record.total == 450 + 900 + 900

    assert till.take_back({1: 1}, RefundLaw.REEVALUATE).due == 900
    assert till.take_back({1: 1}, RefundLaw.REEVALUATE).due == 900
    assert till.take_back({1: 1}, RefundLaw.REEVALUATE).due == 450


def test_without_the_rules_of_the_day_each_piece_brings_its_part() -> None:
    till = sold(shop.basket((shop.COFFEE, 3)), THREE_FOR_TWO)
    till.programmes = ()
    refund = till.take_back({1: 1}, RefundLaw.REEVALUATE)
    assert refund.law is RefundLaw.PRO_RATA
    assert refund.due == 867


def test_the_history_loses_what_the_sale_added_on_its_own_day() -> None:
    till = sold(
        shop.basket((shop.COFFEE, 2)), FIVE_OFF, to=shop.anna({"points": 100}), choices=CLAIMED
    )
    first = till.take_back({1: 1}, RefundLaw.PRO_RATA)
    names = {one.name: one.n for one in first.counts}
    assert {one.day for one in first.counts} == {till.record.at.business_day}
    assert names == {history.SPENT: -1050, history.brought(1, "per-zloty"): -11}
    rest = {one.name: one.n for one in till.take_back({1: 1}, RefundLaw.PRO_RATA).counts}
    assert rest[history.PURCHASES] == -1
    assert rest[history.had(1, "five-off")] == -1


def test_what_is_kept_counts_as_spent_with_the_tax_upon_its_own_price() -> None:
    """Half price of the cake beside the ham: the ham comes back, and the cake costs 40.00 more."""
    ham, cake = shop.product("HAM", 10_000), shop.product("CAKE", 8000, "bakery", vat=800)
    half = shop.pieces_off("half", 5000, shop.goods("bakery"), condition=Condition(spend=15_000))
    basket = replace(shop.basket(ham, cake), prices_include_tax=False)
    till = sold(basket, shop.programme(2, rewards=(half,)), to=shop.anna())
    assert till.record.total == 12_300 + 4320

    refund = till.take_back({1: 1}, RefundLaw.REEVALUATE)

    assert refund.due == 12_300 - 4320
    assert {one.name: one.n for one in refund.counts}[history.SPENT] == -refund.due


def test_pieces_of_a_stamp_card_go_back_one_by_one() -> None:
    stamps = points(earn=(EarnRule(id="stamp", per=PerPiece()),))
    till = sold(shop.basket((shop.COFFEE, 3)), stamps, to=shop.anna())
    assert [till.take_back({1: 1}, RefundLaw.PRO_RATA).taken[0].n for _ in range(3)] == [1, 1, 1]


def test_a_refund_takes_back_what_was_sold_and_nothing_else() -> None:
    till = sold(shop.basket(shop.COFFEE))
    for back in ({}, {1: 0}, {2: 1}, {1: -1}):
        with pytest.raises(ValueError, match="takes back"):
            till.plan(back, RefundLaw.PRO_RATA)


def test_what_came_back_is_not_left_and_the_rest_is() -> None:
    till = sold(shop.basket((shop.COFFEE, 2), shop.BUN))
    till.take_back({1: 1}, RefundLaw.PRO_RATA)
    assert pieces_left(till.record, till.refunds) == {1: 1, 2: 1}
