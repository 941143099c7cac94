"""What a member may have once, two tills without a line both give: found, told, and not taken back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.benefits import AmountOff, Target
from terminal.loyalty.conditions import Limit, Period
from terminal.loyalty.earning import EarnRule, PerVisit
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import NO_CHOICES
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.units import UnitKind
from terminal.server.calendar.checking import check_some
from terminal.server.database import findings
from terminal.server.database.connection import ServerDatabase
from terminal.server.finding_words import words_of
from terminal.till.database.facts import unix_ms
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.ports import Member
from terminal.wire.programme_json import write_programme
from tests.fakes import FakeIds
from tests.scenarios.two_tills import STORE, Store
from tests.server.registry import owners

ANNA, PIOTR = "a" * 32, "b" * 32
COFFEE = Product(sku="coffee", name="Coffee", price=1000, vat=2300)


def once(period: Period) -> Programme:
    """One off a coffee, once for each member in a period."""
    return Programme(
        programme=1,
        revision=1,
        holds_from=datetime(2026, 1, 1, tzinfo=UTC),
        name={"en": "A treat"},
        rewards=(
            Reward(
                id="treat",
                name={"en": "1 off"},
                benefit=AmountOff(amount=100),
                target=Target(scope="piece"),
                limit=1,
                limits=(Limit(most=1, period=period),),
            ),
        ),
    )


def visits(period: Period) -> Programme:
    """Ten points for a visit, for one visit of each member in a period."""
    return Programme(
        programme=1,
        revision=1,
        holds_from=datetime(2026, 1, 1, tzinfo=UTC),
        name={"en": "Points"},
        unit=UnitTerms(id="points", kind=UnitKind.POINTS, name={"en": "Points"}),
        earn=(
            EarnRule(id="visit", per=PerVisit(), units=10, limits=(Limit(most=10, period=period),)),
        ),
    )


@dataclass
class Chain(Store):
    """Two tills of a store, Anna, and what is found of their sales."""

    ids: dict[int, FakeIds] = field(default_factory=dict)

    def begin(self, programme: Programme) -> tuple[TillDatabase, TillDatabase]:
        shop = owners.shop_record(STORE)
        now_ms = unix_ms(self.clock.now())
        text = write_programme(programme)
        assert owners.publish(self.database, text, shop=shop, now_ms=now_ms).published
        first, second = self.open_till(), self.open_till()
        first.journal.enrol(Member(id=ANNA, name="Anna"), "2900000000017", self.clock.now())
        self.hear()
        return first, second

    def hear(self) -> None:
        self.sync()
        self.sync()

    def sell(self, till: TillDatabase, member: str = ANNA) -> Evaluation:
        """A coffee."""
        ids = self.ids.setdefault(id(till), FakeIds())
        ids._last = max(ids._last, (self.tills.index(till) + 1) << 44)
        at = self.clock.advance(minutes=1)
        standing = till.members.standing(member)
        basket = Basket(currency="PLN", lines=(Line(key=1, product=COFFEE),))
        judged = evaluate(basket, standing, till.programmes.revisions(), at)
        sale = Sale(
            id=ids.sale_id(),
            at=at,
            basket=basket,
            standing=standing,
            choices=NO_CHOICES,
            evaluation=judged,
            tenders=(Tender(kind=TenderKind.CASH, amount=judged.total),),
        )
        assert isinstance(till.journal.record_sale(sale), Recorded)
        return judged

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
    now = chain.clock.advance(minutes=1)
    first.journal.enrol(Member(id=PIOTR, name="Piotr"), "2900000000024", now)
    first.journal.share((ANNA, PIOTR), "h", now)
    chain.hear()

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
