"""What a basket earns, told as the shop would tell it."""

from datetime import date
from typing import Any

import pytest

from terminal.loyalty.basket import Basket
from terminal.loyalty.conditions import Audience, GoodsFilter, Window
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.money import LARGEST_AMOUNT
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import Sale, sale_body, sale_entries, sale_record
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Standing
from terminal.loyalty.tender import Tender, TenderKind, paid_with
from terminal.loyalty.units import LARGEST_COUNT, ExpiresAfter, ExpiresOn, Rounding
from terminal.loyalty.wallet import wallet_id
from tests.loyalty import shop

ZLOTY = PerMoney(amount=100)


def earning(rule: EarnRule, **unit: Any) -> Programme:
    return shop.programme(1, unit=shop.unit(**unit), earn=(rule,))


def sell(
    basket: Basket,
    *programmes: Programme,
    to: Standing | None = None,
    at: str = "2026-03-14T10:00",
) -> Evaluation:
    who = shop.anna() if to is None else to
    return evaluate(basket, who, programmes, shop.moment(at))


def rule(**other: object) -> EarnRule:
    return EarnRule(**{"id": "rule", "per": ZLOTY, **other})  # type: ignore[arg-type]


def test_one_zloty_is_one_point_and_the_grosze_are_lost() -> None:
    sold = sell(shop.basket(shop.product("A", 1299)), shop.points())

    (one,) = sold.earned
    assert one.n == 12
    assert one.account == (shop.ANNAS, "points")
    assert (one.reason.why, one.reason.amount, one.reason.per) == (Why.EARNED_PER_MONEY, 1299, 100)


@pytest.mark.parametrize(
    ("rounding", "n"), [(Rounding.DOWN, 12), (Rounding.NEAREST, 13), (Rounding.UP, 13)]
)
def test_parts_of_a_point_go_as_the_unit_says(rounding: Rounding, n: int) -> None:
    sold = sell(shop.basket(shop.product("A", 1250)), earning(rule(), rounding=rounding))

    assert shop.earned(sold) == n


def test_grosze_of_several_lines_are_counted_together_and_rounded_once() -> None:
    assert shop.earned(sell(shop.basket((shop.product("A", 99), 3)), earning(rule()))) == 2


def test_without_a_card_the_slip_says_what_a_card_would_have_brought() -> None:
    sold = sell(shop.basket(shop.product("A", 4800)), shop.points(), to=NOBODY)

    assert sold.earned == ()
    why = shop.away(sold, "purchase").reason
    assert (why.why, why.units) == (Why.MEMBERS_ONLY, 48)


def test_a_campaign_that_is_over_brings_nothing_more() -> None:
    campaign = earning(rule(), expiry=ExpiresOn(last_day=date(2026, 3, 31)))
    tea = shop.basket(shop.TEA)

    assert shop.earned(sell(tea, campaign, at="2026-03-31T21:00")) == 9
    late = sell(tea, campaign, at="2026-04-01T09:00")
    assert late.earned == ()
    why = shop.away(late, "rule").reason
    assert (why.why, why.day) == (Why.ENDED, date(2026, 3, 31))


def test_coffee_earns_double_and_of_two_multipliers_the_higher_one_holds() -> None:
    double = Multiplier(percent=200, goods=shop.goods("drinks/coffee"))
    more = Multiplier(percent=150)
    both = earning(rule(multipliers=(more, double)))

    assert shop.earned(sell(shop.basket(shop.COFFEE, shop.TEA), both)) == 26 + 13
    assert shop.earned(sell(shop.basket(shop.COFFEE), both)) == 26


@pytest.mark.parametrize("percent", [0, 200])
def test_a_visit_earns_by_its_best_goods_whatever_was_scanned_first(percent: int) -> None:
    """Double for a visit with coffee, or nothing for one with nothing but coffee."""
    more = Multiplier(percent=percent, goods=shop.goods("drinks"))
    rule = EarnRule(id="visit", per=PerVisit(), units=10, multipliers=(more,))
    visit = shop.programme(unit=shop.unit(), earn=(rule,))

    first = sell(shop.basket(shop.COFFEE, shop.BUN), visit, to=shop.anna())
    last = sell(shop.basket(shop.BUN, shop.COFFEE), visit, to=shop.anna())

    assert shop.earned(first) == shop.earned(last) == max(percent, 100) // 10


def test_gold_members_earn_more() -> None:
    gold = earning(rule(multipliers=(Multiplier(percent=300, audience=Audience(tiers=("gold",))),)))

    assert shop.earned(sell(shop.basket(shop.TEA), gold, to=shop.anna(tier="gold"))) == 27
    assert shop.earned(sell(shop.basket(shop.TEA), gold)) == 9


def test_tobacco_earns_nothing() -> None:
    sold = sell(shop.basket(shop.TOBACCO), shop.points())

    assert sold.earned == ()
    assert shop.away(sold, "purchase").reason.why is Why.NO_GOODS
    assert shop.earned(sell(shop.basket(shop.TOBACCO, shop.TEA), shop.points())) == 9


def test_goods_that_no_reward_may_touch_earn_if_the_rule_is_about_them() -> None:
    """Books at a fixed price: no discount by law, but points; a gift is not paid for."""
    book = shop.product("BOOK", 3000, "books/cooking", rewardable=False)
    gift = shop.product("BOOKMARK", 0, "books")
    basket = shop.basket(book, shop.COFFEE, gift)
    about = GoodsFilter(categories=("books",))

    assert shop.earned(sell(basket, earning(rule(goods=about)))) == 30
    stamps = rule(goods=about, per=PerPiece())
    assert shop.earned(sell(basket, earning(stamps))) == 1
    others = GoodsFilter(except_categories=("books",))
    assert shop.earned(sell(basket, earning(rule(goods=others)))) == 13


def test_points_are_earned_on_what_is_paid_after_rewards() -> None:
    off = shop.programme(2, rewards=(shop.pieces_off("half", 5000, GoodsFilter()),))

    assert shop.earned(sell(shop.basket(shop.COFFEE), earning(rule()), off)) == 6
    assert shop.earned(sell(shop.basket(shop.COFFEE), earning(rule(base="gross")), off)) == 13


def test_a_stamp_for_each_coffee_and_none_for_a_free_one() -> None:
    card = earning(rule(per=PerPiece(), goods=shop.goods("drinks/coffee")), id="stamps")
    free = shop.programme(2, rewards=(shop.third_free(shop.goods("drinks/coffee")),))
    basket = shop.basket((shop.COFFEE, 4), shop.TEA)

    assert shop.earned(sell(basket, card)) == 4
    assert shop.earned(sell(basket, card, free)) == 3


def test_a_stamp_for_every_second_bun() -> None:
    card = earning(rule(per=PerPiece(pieces=2)))

    assert shop.earned(sell(shop.basket((shop.BUN, 5)), card)) == 2
    short = shop.away(sell(shop.basket(shop.BUN), card), "rule").reason
    assert (short.why, short.pieces) == (Why.TOO_LITTLE, 1)


def test_a_visit_counts_once_and_only_with_goods_that_are_paid() -> None:
    visit = earning(rule(per=PerVisit(), units=3))

    assert shop.earned(sell(shop.basket(shop.TEA, shop.BUN, shop.BUN), visit)) == 3
    assert shop.earned(sell(shop.basket(shop.product("BAG", 0)), visit)) == 0


def test_too_little_money_says_how_much_is_missing() -> None:
    why = shop.away(sell(shop.basket(shop.product("A", 60)), shop.points()), "purchase").reason

    assert (why.why, why.amount) == (Why.TOO_LITTLE, 40)


def test_below_the_minimum_nothing_is_earned_and_the_rest_is_named() -> None:
    over_20 = earning(rule(minimum=2000))

    why = shop.away(sell(shop.basket(shop.COFFEE), over_20), "rule").reason
    assert (why.why, why.amount) == (Why.SPEND_MISSING, 700)
    assert shop.earned(sell(shop.basket((shop.COFFEE, 2)), over_20)) == 26


@pytest.mark.parametrize(
    ("at", "open_now"),
    [
        ("2026-03-13T21:59", False),  # a Friday
        ("2026-03-13T22:00", True),
        ("2026-03-13T23:59", True),
        ("2026-03-14T00:00", True),
        ("2026-03-14T01:59", True),
        ("2026-03-14T02:00", False),
        ("2026-03-14T22:30", False),  # Saturday's own evening
        ("2026-03-13T01:00", False),  # still Thursday's night
    ],
)
def test_friday_night_ends_on_saturday_at_two(at: str, open_now: bool) -> None:
    night = Window(weekdays=(5,), from_time="22:00", to_time="02:00")

    sold = sell(shop.basket(shop.TEA), earning(rule(window=night)), at=at)

    assert bool(sold.earned) == open_now


@pytest.mark.parametrize(
    ("window", "at", "why"),
    [
        (Window(from_time="15:00", to_time="17:00"), "2026-03-14T14:59", Why.FROM_TIME),
        (Window(from_time="15:00", to_time="17:00"), "2026-03-14T17:00", Why.UNTIL_TIME),
        (Window(weekdays=(1, 2)), "2026-03-14T10:00", Why.OTHER_WEEKDAY),
        (Window(first_day=date(2026, 3, 15)), "2026-03-14T23:59", Why.NOT_STARTED),
        (Window(last_day=date(2026, 3, 13)), "2026-03-14T00:00", Why.ENDED),
    ],
)
def test_a_closed_window_says_when_it_is_open(window: Window, at: str, why: Why) -> None:
    reason = shop.away(sell(shop.basket(shop.TEA), earning(rule(window=window)), at=at), "rule")

    assert reason.reason.why is why
    if why is Why.OTHER_WEEKDAY:
        assert reason.reason.weekday == 1


def test_first_and_last_day_are_both_included() -> None:
    day = Window(first_day=date(2026, 3, 14), last_day=date(2026, 3, 14))

    for at in ("2026-03-14T00:00", "2026-03-14T23:59"):
        assert sell(shop.basket(shop.TEA), earning(rule(window=day)), at=at).earned


def test_a_night_that_began_on_the_last_day_goes_on_after_midnight() -> None:
    night = Window(from_time="22:00", to_time="02:00", last_day=date(2026, 3, 13))

    assert sell(shop.basket(shop.TEA), earning(rule(window=night)), at="2026-03-14T01:00").earned
    assert not sell(
        shop.basket(shop.TEA), earning(rule(window=night)), at="2026-03-14T22:00"
    ).earned


def test_units_carry_their_last_day_and_the_day_on_which_they_vest() -> None:
    terms = {"expiry": ExpiresAfter(months=12, round_to="month"), "vesting_days": 14}

    (one,) = sell(shop.basket(shop.TEA), earning(rule(), **terms)).earned

    assert one.day == date(2027, 3, 31)
    assert one.vests == date(2026, 3, 28)


def test_accruals_go_to_the_first_wallet_of_a_household() -> None:
    mine, ours = wallet_id(1), wallet_id(2)
    household = Standing(traits=shop.anna().traits, wallets=(mine, ours))

    (one,) = sell(shop.basket(shop.TEA), earning(rule()), to=household).earned

    assert one.account.wallet == mine


def test_a_programme_without_a_unit_earns_nothing_and_gives_its_rewards() -> None:
    plain = shop.programme(1, rewards=(shop.pieces_off("ten", 1000, GoodsFilter()),))

    sold = sell(shop.basket(shop.TEA), plain)

    assert (sold.total, sold.earned, sold.offers) == (810, (), ())


def test_weighed_goods_earn_by_what_they_cost() -> None:
    sold = sell(shop.weighed(shop.APPLES, 1245), shop.points())

    assert sold.total == 560  # 4.50 zł a kilogram, 560.25 grosz
    assert shop.earned(sold) == 5


def test_more_units_than_an_entry_carries_are_cut_off_at_what_it_carries() -> None:
    ship = shop.product("SHIP", LARGEST_AMOUNT)
    two = shop.programme(1, unit=shop.unit(), earn=(rule(id="a"), rule(id="b")))

    sold = sell(shop.basket((ship, 99)), two)

    assert [one.n for one in sold.earned] == [LARGEST_COUNT]
    assert shop.away(sold, "b").reason.why is Why.NOTHING_LEFT


def test_an_absurd_sale_still_makes_entries() -> None:
    ship = shop.product("SHIP", LARGEST_AMOUNT // 100)
    two = shop.programme(1, unit=shop.unit(), earn=(rule(id="a", units=7), rule(id="b", units=9)))
    basket = shop.basket((ship, 10))
    sold = sell(basket, two)

    sale = Sale(
        id="0" * 32,
        at=shop.NOON,
        basket=basket,
        standing=shop.anna(),
        choices=NO_CHOICES,
        evaluation=sold,
        tenders=(Tender(kind=TenderKind.CARD, amount=sold.total),),
    )

    assert sum(entry.n for entry in sale_entries(sale)) == LARGEST_COUNT
    assert sale_body(sale_record(sale))


def test_what_went_back_as_change_was_not_paid() -> None:
    note, card = (
        Tender(kind=TenderKind.CASH, amount=5000),
        Tender(kind=TenderKind.CARD, amount=1000),
    )

    assert paid_with((note, card), 4000) == ((TenderKind.CARD, 1000), (TenderKind.CASH, 1000))
    assert paid_with((note, card, note), 10_000) == ((TenderKind.CARD, 1000),)
