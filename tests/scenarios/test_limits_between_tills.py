"""What a member may have once, two tills without a line both give: found, told, and not taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from terminal.loyalty.conditions import Away, GoodsFilter, Limit, Occasion, Period, Purchases
from terminal.loyalty.earning import EarnRule, Multiplier, PerVisit
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.refunding import Refund, Wish, plan
from terminal.loyalty.sale import SaleRecord, sale_record
from terminal.loyalty.units import UnitKind
from terminal.server.calendar.checking import check_some
from terminal.server.database import findings
from terminal.server.database.connection import ServerDatabase
from terminal.server.findings_told import words_of
from terminal.till.database.facts import unix_ms
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.ports import Member
from tests.scenarios.coffee_shop import HOLDS_FROM, CoffeeShop, one_off

ANNA, PIOTR = "a" * 32, "b" * 32


def once(period: Period) -> Programme:
    """One off a coffee, once for each member in a period."""
    return one_off(limits=(Limit(most=1, period=period),))


def for_purchase(number: int, period: Period, *, repeat: bool = False) -> Programme:
    """One off a coffee at the member's n-th purchase in a period."""
    plain = once(period)
    occasion = Purchases(number=number, repeat=repeat, period=period)
    treat = replace(plain.rewards[0], limits=(), occasion=occasion)
    return replace(plain, rewards=(treat,))


def come_back(days: int) -> Programme:
    """One off a coffee for whoever has not been here for so long."""
    plain = once(Period())
    treat = replace(plain.rewards[0], limits=(), occasion=Away(days=days))
    return replace(plain, rewards=(treat,))


def visits(period: Period) -> Programme:
    """Ten points for a visit, for one visit of each member in a period."""
    return Programme(
        programme=1,
        revision=1,
        holds_from=HOLDS_FROM,
        name={"en": "Points"},
        unit=UnitTerms(id="points", kind=UnitKind.POINTS, name={"en": "Points"}),
        earn=(
            EarnRule(id="visit", per=PerVisit(), units=10, limits=(Limit(most=10, period=period),)),
        ),
    )


def doubled(*multipliers: Multiplier) -> Programme:
    """Ten points for a visit, more by multipliers."""
    plain = visits(Period())
    rule = replace(plain.earn[0], limits=(), multipliers=multipliers)
    return replace(plain, earn=(rule,))


@dataclass
class Chain(CoffeeShop):
    """Two tills of a store, Anna, and what is found of their sales."""

    sales: list[SaleRecord] = field(default_factory=list)

    def begin(self, programme: Programme) -> tuple[TillDatabase, TillDatabase]:
        self.publish(programme)
        first, second = self.open_till(), self.open_till()
        first.journal.enrol(Member(id=ANNA, name="Anna"), "2900000000017", self.clock.now())
        self.hear()
        return first, second

    def share_with_piotr(self, till: TillDatabase) -> None:
        """Anna and Piotr are a household from now on."""
        now = self.clock.advance(minutes=1)
        till.journal.enrol(Member(id=PIOTR, name="Piotr"), "2900000000024", now)
        till.journal.share((ANNA, PIOTR), "h", now)
        self.hear()

    def hear(self) -> None:
        self.sync()
        self.sync()

    def sell(self, till: TillDatabase, member: str = ANNA) -> Evaluation:
        """A coffee."""
        at = self.clock.advance(minutes=1)
        standing = till.members.standing(member)
        sale = self.sell_coffee(till, at, standing, till.programmes.revisions())
        self.sales.append(sale_record(sale))
        return sale.evaluation

    def bring_back(self, till: TillDatabase, sale: SaleRecord) -> None:
        """The coffee of a sale, to the till that sold it."""
        now = self.clock.advance(minutes=1)
        wish = Wish(
            id=self.ids_of(till).sale_id(),
            at=now,
            sale=sale,
            programmes=tuple(till.programmes.revisions()),
            back={1: 1},
            law=RefundLaw.PRO_RATA,
            standing=till.members.standing(ANNA),
        )
        planned = plan(wish)
        assert isinstance(planned, Refund)
        assert isinstance(till.journal.record_refund(planned), Recorded)

    def found(self) -> list[tuple[str, int, dict[str, Any]]]:
        """(kind, cost, detail) of all that the server finds."""
        check_some(self.database, now_ms=unix_ms(self.clock.now()), most=1_000)
        with self.database.reading() as connection:
            rows = findings.of_days(connection, "0001-01-01", "9999-12-31")
        return [(row.kind, row.cost, json.loads(row.detail)) for row, _, _ in rows]


@pytest.fixture
def chain(server_database: ServerDatabase, tmp_path: Path) -> Iterator[Chain]:
    made = Chain(server_database, tmp_path)
    yield made
    made.close()


PERIODS = [Period(), Period(kind="day"), Period(kind="month"), Period(kind="days", days=7)]


@pytest.mark.parametrize("period", PERIODS, ids=lambda one: one.kind)
def test_two_tills_without_a_line_give_it_both_and_it_is_told_once(
    chain: Chain, period: Period
) -> None:
    first, second = chain.begin(once(period))
    assert chain.sell(first).discount == chain.sell(second).discount == 100
    chain.hear()
    ((kind, cost, detail),) = chain.found()
    assert (kind, cost) == ("overshot", 100)
    assert (detail["programme"], detail["rule"]) == (1, "treat")
    assert (detail["expected"], detail["found"]) == (1, 2)
    assert "2 in one period" in words_of(kind, detail)
    assert len(chain.found()) == 1
    # Both know by now, so neither gives it a third time, and nothing was taken from Anna.
    assert chain.sell(first).discount == chain.sell(second).discount == 0
    chain.hear()
    assert len(chain.found()) == 1


def test_it_is_told_whichever_sale_was_checked_first(chain: Chain) -> None:
    first, second = chain.begin(once(Period(kind="days", days=7)))
    chain.sell(first)
    chain.clock.advance(minutes=3 * 24 * 60)
    chain.sell(second)
    chain.sync(second)
    assert chain.found() == []
    chain.hear()
    assert [(kind, cost) for kind, cost, _ in chain.found()] == [("overshot", 100)]


def test_what_a_household_may_have_once_two_of_it_had_at_two_tills(chain: Chain) -> None:
    first, second = chain.begin(once(Period(kind="day")))
    chain.share_with_piotr(first)

    assert chain.sell(first).discount == chain.sell(second, PIOTR).discount == 100

    chain.hear()
    assert [(kind, cost) for kind, cost, _ in chain.found()] == [("overshot", 100)]
    assert chain.sell(first, PIOTR).discount == 0


def test_what_each_till_knew_of_is_no_overshoot(chain: Chain) -> None:
    first, second = chain.begin(once(Period(kind="day")))
    assert chain.sell(first).discount == 100
    chain.hear()
    assert chain.sell(second).discount == 0
    chain.hear()
    chain.clock.advance(minutes=24 * 60)
    assert chain.sell(second).discount == 100
    chain.hear()
    assert chain.found() == []


def test_units_that_two_tills_gave_beyond_a_limit_are_told_and_stay(chain: Chain) -> None:
    first, second = chain.begin(visits(Period(kind="day")))
    for till in (first, second):
        assert [one.n for one in chain.sell(till).earned] == [10]
    chain.hear()
    ((kind, cost, detail),) = chain.found()
    assert (kind, cost) == ("overshot", 0)
    assert (detail["programme"], detail["rule"]) == (1, "visit")
    assert (detail["expected"], detail["found"]) == (10, 20)
    assert not chain.sell(first).earned
    (holding,) = second.members.standing(ANNA).of("points")
    assert holding.sums.balance == 20


# --- the first and the n-th purchase --------------------------------------------------------------


@pytest.mark.parametrize("period", PERIODS, ids=lambda one: one.kind)
def test_the_first_purchase_at_two_tills_without_a_line_is_told_once(
    chain: Chain, period: Period
) -> None:
    first, second = chain.begin(for_purchase(1, period))
    assert chain.sell(first).discount == chain.sell(second).discount == 100
    chain.hear()
    ((kind, cost, detail),) = chain.found()
    assert (kind, cost) == ("nth_again", 100)
    assert (detail["programme"], detail["rule"]) == (1, "treat")
    assert (detail["expected"], detail["found"]) == (1, 2)
    assert "(no. 1 of " in words_of(kind, detail)
    assert "2 times" in words_of(kind, detail)
    assert chain.sell(first).discount == chain.sell(second).discount == 0
    chain.hear()
    assert len(chain.found()) == 1


def test_points_for_the_third_visit_that_two_tills_gave_are_told_and_stay(chain: Chain) -> None:
    plain = visits(Period())
    rule = replace(plain.earn[0], limits=(), occasion=Purchases(number=3))
    first, second = chain.begin(replace(plain, earn=(rule,)))
    for _ in range(2):
        assert not chain.sell(first).earned
    chain.hear()
    for till in (first, second):
        assert [one.n for one in chain.sell(till).earned] == [10]
    chain.hear()
    ((kind, cost, detail),) = chain.found()
    assert (kind, cost, detail["rule"], detail["expected"]) == ("nth_again", 0, "visit", 3)
    (holding,) = second.members.standing(ANNA).of("points")
    assert holding.sums.balance == 20


@pytest.mark.parametrize("occasion", [Purchases(number=2), Away(days=30)], ids=["nth", "away"])
def test_double_points_for_one_purchase_that_two_tills_gave_are_told_and_stay(
    chain: Chain, occasion: Occasion
) -> None:
    double = Multiplier(percent=200, occasion=occasion)
    first, second = chain.begin(doubled(double))
    assert [one.n for one in chain.sell(first).earned] == [10]
    chain.hear()
    chain.clock.advance(minutes=31 * 24 * 60)
    for till in (first, second):
        assert [one.n for one in chain.sell(till).earned] == [20]
    chain.hear()
    ((kind, cost, detail),) = chain.found()
    assert (kind, cost, detail["rule"], detail["found"]) == ("nth_again", 0, "visit", 2)
    (holding,) = second.members.standing(ANNA).of("points")
    assert holding.sums.balance == 50
    assert [one.n for one in chain.sell(first).earned] == [10]
    chain.hear()
    assert len(chain.found()) == 1


@pytest.mark.parametrize(
    "multipliers",
    [
        (Multiplier(percent=200, occasion=Purchases(number=1), goods=GoodsFilter(skus=("tea",))),),
        (Multiplier(percent=200, occasion=Purchases(number=1)), Multiplier(percent=300)),
        (Multiplier(percent=200, occasion=Purchases(number=3)),),
    ],
    ids=["other goods", "another is higher", "another purchase"],
)
def test_what_a_multiplier_did_not_raise_was_not_given_twice(
    chain: Chain, multipliers: tuple[Multiplier, ...]
) -> None:
    first, second = chain.begin(doubled(*multipliers))
    chain.sell(first)
    chain.sell(second)
    chain.hear()
    assert chain.found() == []


def test_what_is_for_each_second_purchase_is_right_each_second_time(chain: Chain) -> None:
    first, second = chain.begin(for_purchase(2, Period(kind="month"), repeat=True))
    for till in (first, second, second, first):
        chain.sell(till)
        chain.hear()
    assert chain.found() == []
    chain.sell(first)
    chain.hear()
    assert chain.sell(first).discount == chain.sell(second).discount == 100
    chain.hear()
    assert [detail["text"] for _, _, detail in chain.found()] == [
        f"no. 6 of month {chain.clock.now().business_day:%Y-%m}-01"
    ]


def test_the_later_sale_may_be_checked_first(chain: Chain) -> None:
    first, second = chain.begin(for_purchase(1, Period(kind="days", days=7)))
    chain.sell(first)
    chain.clock.advance(minutes=3 * 24 * 60)
    chain.sell(second)
    chain.sync(second)
    assert chain.found() == []
    chain.hear()
    assert [kind for kind, _, _ in chain.found()] == ["nth_again"]


def test_a_week_after_the_last_purchase_it_is_a_first_one_again(chain: Chain) -> None:
    first, second = chain.begin(for_purchase(1, Period(kind="days", days=7)))
    assert chain.sell(first).discount == 100
    chain.hear()
    chain.clock.advance(minutes=7 * 24 * 60)
    assert chain.sell(second).discount == 100
    chain.hear()
    assert chain.found() == []


def test_two_of_a_household_have_one_first_purchase(chain: Chain) -> None:
    first, second = chain.begin(for_purchase(1, Period()))
    chain.share_with_piotr(first)
    assert chain.sell(first).discount == chain.sell(second, PIOTR).discount == 100
    chain.hear()
    assert [kind for kind, _, _ in chain.found()] == ["nth_again"]


def test_a_first_purchase_that_came_back_whole_was_none(chain: Chain) -> None:
    first, _ = chain.begin(for_purchase(1, Period()))
    assert chain.sell(first).discount == 100
    chain.hear()
    assert chain.found() == []
    chain.bring_back(first, chain.sales[0])
    assert chain.sell(first).discount == 100
    chain.hear()
    assert chain.found() == []


def test_whoever_comes_back_is_welcome_once(chain: Chain) -> None:
    first, second = chain.begin(come_back(30))
    assert chain.sell(first).discount == 0
    chain.hear()
    for _ in range(2):
        chain.clock.advance(minutes=31 * 24 * 60)
        last = chain.sales[-1].at.business_day
        assert chain.sell(first).discount == chain.sell(second).discount == 100
        chain.hear()
        assert chain.sell(second).discount == 0
        chain.hear()
        assert chain.found()[-1][2]["text"] == f"no. 1 after {last}"
    assert [(kind, cost) for kind, cost, _ in chain.found()] == [("nth_again", 100)] * 2
