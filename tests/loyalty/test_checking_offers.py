"""The server's second look at occasions, limits, budgets, gifts and what counts on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from terminal.loyalty.benefits import AmountOff, Donation, GivenUnits, Target
from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.checking.judging import cheaper, check_sale
from terminal.loyalty.conditions import (
    Audience,
    Away,
    Birthday,
    Budget,
    Enrolled,
    Experiment,
    Limit,
    Occasion,
    Period,
    Purchases,
    Referred,
    Spending,
)
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney, PerPiece
from terminal.loyalty.engine.evaluation import Judged
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.history import NO_HISTORY
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.sale import Sale, SaleRecord, sale_body, sale_entries, sale_record
from terminal.loyalty.standing import NO_CHOICES, Choices, Standing
from terminal.loyalty.tender import Tender, TenderKind
from tests.loyalty import shop
from tests.loyalty.members import anna, past, showing, with_budget
from tests.loyalty.selling import settled

K = FindingKind
AT = "2026-03-14T15:30"
BASKET = Target(scope="basket")


def sale(
    *programmes: Programme, to: Standing, choices: Choices = NO_CHOICES, pieces: int = 1
) -> Sale:
    basket = shop.basket((shop.CAKE, pieces))
    sold = evaluate(basket, to, programmes, shop.moment(AT), choices)
    return settled(sold, basket, to, choices, AT)


def kinds(made: Sale, record: SaleRecord, *programmes: Programme) -> set[FindingKind]:
    return {one.kind for one in check_sale(record, sale_entries(made), programmes)}


def offer(**other: Any) -> Programme:
    return shop.programme(1, unit=shop.unit(), rewards=(shop.reward(**other),))


@pytest.mark.parametrize(
    ("occasion", "told", "bent"),
    [
        (Purchases(number=3), anna(past(purchases={"2026-03-01": 2})), {"history": NO_HISTORY}),
        (Spending(amount=500), anna(past(spent={"2026-03-01": 900})), {"history": NO_HISTORY}),
        (Away(days=30), anna(past(purchases={"2026-01-01": 2})), {"history": NO_HISTORY}),
        (Enrolled(days=7), anna(enrolled=shop.NOON.business_day), {"enrolled": None}),
        (Referred(), anna(referred_by="ben"), {"referred_by": ""}),
    ],
    ids=lambda one: getattr(one, "kind", ""),
)
def test_an_occasion_is_judged_by_what_the_sale_tells(
    occasion: Occasion, told: Standing, bent: dict[str, object]
) -> None:
    programme = offer(occasion=occasion)
    made = sale(programme, to=told)
    record = sale_record(made)

    assert record.applied
    assert kinds(made, record, programme) == set()
    judged = replace(record.judged, **bent)  # type: ignore[arg-type]
    assert K.OCCASION in kinds(made, replace(record, judged=judged), programme)


def test_a_birthday_is_believed_because_no_sale_tells_it() -> None:
    programme = offer(occasion=Birthday())
    made = sale(programme, to=anna(birthday=(3, 14)))

    assert kinds(made, sale_record(made), programme) == set()
    assert b"birthday" not in sale_body(sale_record(made))


def test_points_doubled_on_a_birthday_are_right_with_it_and_without() -> None:
    double = Multiplier(percent=200, occasion=Birthday())
    rule = EarnRule(id="rule", per=PerMoney(amount=100), multipliers=(double,))
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))

    for who in (anna(birthday=(3, 14)), anna(birthday=(3, 15)), anna()):
        made = sale(points, to=who)
        record = sale_record(made)
        assert kinds(made, record, points) == set()
        more = tuple(replace(one, n=one.n * 3) for one in record.earned)
        assert K.EARNED in kinds(made, replace(record, earned=more), points)


def test_a_sale_keeps_of_the_past_what_its_rules_asked_and_no_more() -> None:
    programme = offer(limits=(Limit(most=5, period=Period(kind="week")),))
    history = past(
        had={"2026-03-02": 3, "2026-03-09": 1, "2026-03-13": 2},
        purchases={"2026-03-01": 40, "2026-03-13": 2},
        spent={"2026-03-01": 99_999},
    )
    told = sale_record(sale(programme, to=anna(history))).judged

    assert [tuple(one) for one in told.history.counted] == [("had:1/reward", date(2026, 3, 9), 3)]
    assert sale_record(sale(offer(), to=anna(history))).judged == Judged()


def test_more_often_than_the_limit_left_is_found() -> None:
    programme = offer(limits=(Limit(most=3),))
    made = sale(programme, to=anna(past(had={"2026-03-01": 1})), pieces=4)
    record = sale_record(made)

    assert record.applied[0].times == 2
    assert kinds(made, record, programme) == set()
    used = replace(record.judged, history=past(had={"2026-03-01": 2}))
    assert K.LIMIT in kinds(made, replace(record, judged=used), programme)
    gone = replace(record.judged, history=past(had={"2026-03-01": 3}))
    assert K.LIMIT in kinds(made, replace(record, judged=gone), programme)


def test_an_operators_limit_is_judged_by_the_operators_counts() -> None:
    programme = offer(limits=(Limit(most=3, per="operator"),))
    till = replace(anna(), operator_history=past(had={"2026-03-14": 2}))
    made = sale(programme, to=till, pieces=2)
    record = sale_record(made)

    assert kinds(made, record, programme) == set()
    used = replace(record.judged, operator_history=past(had={"2026-03-14": 3}))
    assert K.LIMIT in kinds(made, replace(record, judged=used), programme)


def test_the_control_group_and_consents_are_judged_again() -> None:
    inside = offer(audience=Audience(experiment=Experiment(id="spring", first=5466, last=5466)))
    made = sale(inside, to=anna())
    record = sale_record(made)
    assert kinds(made, record, inside) == set()
    assert K.AUDIENCE in kinds(made, replace(record, member="ben"), inside)

    agreed = offer(audience=Audience(consents=("marketing",)))
    made = sale(agreed, to=anna(consents=frozenset({"marketing"})))
    record = sale_record(made)
    assert kinds(made, record, agreed) == set()
    silent = replace(record, judged=replace(record.judged, consents=frozenset()))
    assert K.AUDIENCE in kinds(made, silent, agreed)


Bend = Callable[[SaleRecord], SaleRecord]


@pytest.mark.parametrize(
    ("budget", "benefit"),
    [
        (Budget(of="money", amount=9999), AmountOff(amount=500)),
        (Budget(of="times", amount=9999), AmountOff(amount=500)),
        (Budget(of="units", amount=9999), GivenUnits(unit="points", n=40)),
        (Budget(of="money", amount=9999), Donation(cause="shelter", amount=100)),
    ],
    ids=["money", "times", "units", "donated"],
)
def test_a_budget_that_paid_another_sum_is_found(budget: Budget, benefit: object) -> None:
    programme = offer(benefit=benefit, budget=budget, target=BASKET)
    made = sale(programme, to=with_budget(anna(), 900))
    record = sale_record(made)

    assert kinds(made, record, programme) == set()
    more = tuple(replace(one, n=one.n + 1) for one in record.spent)
    assert K.BUDGET in kinds(made, replace(record, spent=more), programme)
    assert K.BUDGET in kinds(made, replace(record, spent=()), programme)


def test_an_earn_rule_may_bring_less_where_it_has_a_budget_but_never_more() -> None:
    rule = EarnRule(id="rule", per=PerMoney(amount=100), budget=Budget(of="units", amount=99))
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))
    made = sale(points, to=with_budget(anna(), 9, "rule"))
    record = sale_record(made)

    assert kinds(made, record, points) == set()
    more = tuple(replace(one, n=16) for one in record.earned)
    assert K.EARNED in kinds(made, replace(record, earned=more), points)


def gift(**other: Any) -> Programme:
    benefit = GivenUnits(unit="points", n=40)
    return offer(**{"benefit": benefit, "target": BASKET, **other})


@pytest.mark.parametrize(
    "bend",
    [
        lambda it: replace(it, earned=tuple(replace(one, n=41) for one in it.earned)),
        lambda it: replace(it, earned=()),
        lambda it: replace(it, earned=it.earned * 2),
        lambda it: replace(it, applied=()),
        lambda it: replace(
            it, earned=tuple(replace(one, day=shop.NOON.business_day) for one in it.earned)
        ),
    ],
    ids=["more", "none", "twice", "without its reward", "another last day"],
)
def test_units_of_a_gift_that_are_not_its_own_are_found(bend: Bend) -> None:
    made = sale(gift(), to=anna())
    record = sale_record(made)

    assert kinds(made, record, gift()) == set()
    assert K.EARNED in kinds(made, bend(record), gift())


def test_a_gift_that_took_something_off_is_found() -> None:
    made = sale(gift(), to=anna())
    record = sale_record(made)

    more = tuple(replace(one, discount=100) for one in record.applied)
    assert K.SHARES in kinds(made, replace(record, applied=more), gift())
    twice = tuple(replace(one, times=2) for one in record.applied)
    assert K.LIMIT in kinds(made, replace(record, applied=twice), gift())


def test_a_voucher_that_was_used_and_a_new_one_are_both_right() -> None:
    rule = EarnRule(id="rule", per=PerPiece(), units=1)
    reward = shop.reward(mode="claimed", cost=1, benefit=AmountOff(amount=500), target=BASKET)
    voucher = shop.programme(
        1, unit=shop.unit("next", held="bearer"), earn=(rule,), rewards=(reward,)
    )
    made = sale(voucher, to=showing(anna(), "next", 1), choices=shop.claims("reward"))
    record = sale_record(made)

    assert [one.fresh for one in record.bearers] == [False, True]
    assert kinds(made, record, voucher) == set()
    elsewhere = replace(record, bearers=record.bearers[:1])
    assert K.EARNED in kinds(made, elsewhere, voucher)


def test_what_a_rule_counted_on_is_counted_again() -> None:
    rule = EarnRule(id="rule", per=PerPiece(pieces=2), carry=True)
    card = shop.programme(1, unit=shop.unit("stamps"), earn=(rule,))
    for known, pieces in ((0, 1), (100, 1), (100, 2), (0, 4)):
        made = sale(card, to=anna(past(rest={"2026-03-01": known})), pieces=pieces)
        record = sale_record(made)
        assert kinds(made, record, card) == set()
        bent = replace(
            record,
            carried=tuple(one._replace(n=one.n + 1) for one in record.carried),
            earned=tuple(replace(one, counted=one.counted + 1) for one in record.earned),
        )
        assert K.EARNED in kinds(made, bent, card)


def test_points_for_what_a_gift_card_paid_are_found_whatever_the_till_had_known() -> None:
    rule = EarnRule(id="rule", per=PerMoney(amount=100), not_paid_with=(TenderKind.GIFT_CARD,))
    points = shop.programme(1, unit=shop.unit(), earn=(rule,))
    made = sale(points, to=anna())
    record = sale_record(made)

    card = replace(record, tenders=(Tender(kind=TenderKind.GIFT_CARD, amount=1500),))
    assert kinds(made, record, points) == set()
    assert K.EARNED in kinds(made, card, points)


def test_another_step_than_the_basket_reached_is_found() -> None:
    programme = offer()
    made = sale(programme, to=anna())
    record = sale_record(made)

    stepped = tuple(replace(one, step=1) for one in record.applied)
    assert K.CONDITION in kinds(made, replace(record, applied=stepped), programme)


def test_a_better_price_is_looked_for_within_limits_and_budgets() -> None:
    reward: Reward = shop.reward(limits=(Limit(most=1),), budget=Budget(of="money", amount=900))
    programme = shop.programme(1, rewards=(reward,))
    made = sale(programme, to=with_budget(anna(), 900), pieces=3)
    record = sale_record(made)

    assert record.discount == 150
    assert cheaper(record, (programme,)) is None
