"""Units without a purchase: for joining, for bringing a friend, for feedback, as a kindness."""

from datetime import date
from typing import Any

import pytest

from terminal.loyalty.conditions import Audience, Birthday, Budget, Limit, Period, Window
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney, PerVisit
from terminal.loyalty.engine.accruals import budgets_spent, granted
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import NOBODY
from terminal.loyalty.units import ExpiresAfter, ExpiresOn
from terminal.loyalty.wallet import budget_account, wallet_id
from tests.loyalty import shop
from tests.loyalty.members import anna, past, with_budget
from tests.loyalty.selling import sell

BENS = wallet_id(0xB)


def rule(on: str, **other: Any) -> EarnRule:
    return EarnRule(**{"id": "rule", "on": on, "per": PerVisit(), "units": 50, **other})


def club(*rules: EarnRule, **unit: Any) -> Programme:
    return shop.programme(1, unit=shop.unit(**unit), earn=rules)


@pytest.mark.parametrize(
    ("on", "why"),
    [
        ("enrolment", Why.ENROLMENT),
        ("referral", Why.REFERRAL),
        ("referred", Why.REFERRED),
        ("feedback", Why.FEEDBACK),
        ("goodwill", Why.GOODWILL),
    ],
)
def test_each_occasion_brings_the_units_of_its_own_rules(on: str, why: Why) -> None:
    occasions = ("enrolment", "referral", "referred", "feedback", "goodwill")
    all_of_them = club(*(rule(one, id=one) for one in occasions))

    (one,) = granted((all_of_them,), on, anna(), shop.NOON)
    assert (one.rule, one.n, one.account) == (on, 50, (shop.ANNAS, "points"))
    assert (one.reason.why, one.reason.units) == (why, 50)


def test_a_purchase_brings_none_of_them_and_they_bring_nothing_of_a_purchase() -> None:
    both = club(rule("enrolment"), EarnRule(id="buy", per=PerMoney(amount=100)))

    assert [one.rule for one in sell(shop.basket(shop.TEA), both, to=anna()).earned] == ["buy"]
    assert [one.rule for one in granted((both,), "enrolment", anna(), shop.NOON)] == ["rule"]


def test_who_brought_a_friend_is_thanked_into_their_own_wallet() -> None:
    (one,) = granted((club(rule("referral")),), "referral", anna(), shop.NOON, to=BENS)
    assert one.account == (BENS, "points")


def test_units_of_a_campaign_that_is_over_are_given_to_nobody() -> None:
    campaign = (club(rule("goodwill"), expiry=ExpiresOn(last_day=date(2026, 3, 13))),)
    assert granted(campaign, "goodwill", anna(), shop.moment("2026-03-13T20:00"))[0].n == 50
    assert granted(campaign, "goodwill", anna(), shop.NOON) == ()


def test_at_most_three_friends_a_month() -> None:
    month = Limit(most=150, period=Period(kind="month"))
    friends = (club(rule("referral", limits=(month,))),)

    two = anna(past(brought={"2026-03-02": 100, "2026-02-01": 100}))
    assert granted(friends, "referral", two, shop.NOON)[0].n == 50
    three = anna(past(brought={"2026-03-02": 150}))
    assert granted(friends, "referral", three, shop.NOON) == ()


def test_only_in_its_time_and_for_whom_it_is() -> None:
    spring = Window(first_day=date(2026, 4, 1))
    gold = Audience(tiers=("gold",))

    assert granted((club(rule("feedback", window=spring)),), "feedback", anna(), shop.NOON) == ()
    members = club(rule("feedback", audience=gold))
    assert granted((members,), "feedback", anna(), shop.NOON) == ()
    assert len(granted((members,), "feedback", anna(tier="gold"), shop.NOON)) == 1


def test_nobody_is_given_nothing() -> None:
    assert granted((club(rule("goodwill")),), "goodwill", NOBODY, shop.NOON) == ()


def test_they_end_and_vest_as_the_unit_says() -> None:
    terms = club(rule("enrolment"), expiry=ExpiresAfter(months=6), vesting_days=14)

    (one,) = granted((terms,), "enrolment", anna(), shop.NOON)
    assert (one.day, one.vests) == (date(2026, 9, 14), date(2026, 3, 28))


def test_a_multiplier_for_certain_goods_is_for_no_grant() -> None:
    drinks = Multiplier(percent=300, goods=shop.goods("drinks"))
    birthday = Multiplier(percent=200, occasion=Birthday())
    terms = (club(rule("feedback", multipliers=(drinks, birthday))),)

    assert granted(terms, "feedback", anna(), shop.NOON)[0].n == 50
    assert granted(terms, "feedback", anna(birthday=(3, 14)), shop.NOON)[0].n == 100


def test_goodwill_comes_out_of_its_budget() -> None:
    kind = (club(rule("goodwill", budget=Budget(of="units", amount=1000))),)

    given = granted(kind, "goodwill", with_budget(anna(), 30, "rule"), shop.NOON)
    (spent,) = budgets_spent(kind, given)
    assert (given[0].n, spent.n, spent.account) == (30, 30, budget_account(1, "rule"))
    assert granted(kind, "goodwill", anna(), shop.NOON) == ()


def test_points_for_coming_again_are_a_rule_of_purchases_not_a_grant() -> None:
    with pytest.raises(ValueError, match="per visit"):
        EarnRule(id="rule", on="enrolment", per=PerMoney(amount=100))
