"""An offer for the first so many: several tills give it out, with a line between them or without."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from terminal.loyalty.conditions import Budget, Limit, Period
from terminal.loyalty.engine.evaluation import Evaluation, Why
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import NOBODY
from terminal.loyalty.wallet import budget_account
from terminal.server.database import accounts
from terminal.server.database.connection import open_database
from terminal.server.ledger import rebuilding
from terminal.server.ledger.funding import fund
from terminal.till.checkout.left_to_give import with_what_is_left
from terminal.till.database import rebuild
from terminal.till.database.till_database import TillDatabase
from terminal.wire.programme_json import write_programme
from tests.scenarios.coffee_shop import CoffeeShop, one_off

OFFER = budget_account(1, "treat")


def offer(times: int, *, revision: int = 1, limits: tuple[Limit, ...] = ()) -> Programme:
    """One off a coffee, as often as the budget goes."""
    return one_off(revision=revision, limits=limits, budget=Budget(of="times", amount=times))


class Chain(CoffeeShop):
    """A store whose server has published an offer."""

    def offer(self, programme: Programme) -> None:
        now_ms = self.publish(programme)
        self.database.run(lambda connection: fund(connection, now_ms))

    def sell(self, till: TillDatabase) -> Evaluation:
        """A coffee to whoever comes."""
        at = self.clock.advance(minutes=1)
        programmes = till.programmes.revisions()
        standing = with_what_is_left(NOBODY, till.programmes, programmes, at.business_day)
        return self.sell_coffee(till, at, standing, programmes).evaluation

    def given(self, till: TillDatabase, customers: int) -> int:
        """How many of so many customers get the offer at a till."""
        return sum(self.sell(till).discount == 100 for _ in range(customers))

    def left(self) -> int:
        """What of the budget nobody was given, wherever its right is."""
        with self.database.reading() as connection:
            sums, _ = accounts.accounts_of(connection, [OFFER.wallet])[OFFER]
        return sums.balance

    def assert_all_agree(self) -> None:
        self.sync()
        assert rebuilding.check(self.database).differences == ()
        for till in self.tills:
            assert rebuild.check(till.database).differences == ()


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    database = open_database(f"sqlite:///{tmp_path / 'server.sqlite'}")
    made = Chain(database, tmp_path)
    yield made
    made.close()
    database.close()


def test_a_single_till_gives_out_all_of_it_and_not_one_more(chain: Chain) -> None:
    till = chain.open_till()
    chain.offer(offer(5))
    chain.sync()

    assert chain.given(till, 8) == 5

    away = [one.reason.why for one in chain.sell(till).not_applied]
    assert away == [Why.BUDGET_USED_UP]
    chain.assert_all_agree()
    assert chain.left() == 0


def test_a_till_that_met_no_server_yet_gives_nothing_that_has_a_budget(chain: Chain) -> None:
    till = chain.open_till()
    till.programmes.put([write_programme(offer(5))])

    assert chain.given(till, 2) == 0


def test_with_the_line_cut_tills_together_never_give_out_more_than_there_is(
    chain: Chain,
) -> None:
    first, second = chain.open_till(), chain.open_till()
    chain.offer(offer(12))
    chain.sync()

    offline = chain.given(first, 12) + chain.given(second, 12)

    assert 8 <= offline <= 12
    chain.sync()
    chain.sync()
    online = chain.given(first, 12)
    chain.assert_all_agree()
    assert chain.left() == 12 - offline - online >= 0


def test_online_all_of_it_is_given_out_by_whoever_comes(chain: Chain) -> None:
    first, second = chain.open_till(), chain.open_till()
    chain.offer(offer(20))
    chain.sync()
    given = 0
    for customer in range(60):
        till = first if customer % 3 else second
        given += chain.given(till, 1)
        chain.later(minutes=1)
        chain.sync()

    assert given == 20
    chain.assert_all_agree()
    assert chain.left() == 0


def test_what_one_till_hoards_is_shared_with_one_that_has_none(chain: Chain) -> None:
    first = chain.open_till()
    chain.offer(offer(10))
    chain.sync()
    late = chain.open_till()
    chain.sync(late)
    assert chain.given(late, 1) == 0

    chain.sync(first)
    chain.later(minutes=2)
    chain.sync(late)

    assert chain.given(late, 9) == 3
    assert chain.given(first, 9) == 5
    chain.later(minutes=2)
    chain.sync()
    chain.sync()
    assert chain.given(late, 9) + chain.given(first, 9) == 2
    chain.assert_all_agree()
    assert chain.left() == 0


def test_a_larger_budget_adds_the_difference_a_smaller_takes_only_what_is_left(
    chain: Chain,
) -> None:
    till = chain.open_till()
    chain.offer(offer(3))
    chain.sync()
    assert chain.given(till, 5) == 3
    chain.sync()

    chain.offer(offer(5, revision=2))
    chain.later(minutes=2)
    chain.sync()
    assert chain.given(till, 5) == 2
    chain.sync()

    chain.offer(offer(1, revision=3))
    chain.assert_all_agree()
    assert chain.left() == 0
    with chain.database.reading() as connection:
        sums, pool = accounts.accounts_of(connection, [OFFER.wallet])[OFFER]
    assert (sums.used, pool) == (5, 0)


def test_publishing_again_and_looking_again_puts_nothing_in_twice(chain: Chain) -> None:
    chain.open_till()
    for _ in range(3):
        chain.offer(offer(5))

    assert chain.left() == 5


def test_one_who_serves_may_give_it_so_often_a_day(chain: Chain) -> None:
    till = chain.open_till()
    daily = Limit(most=2, per="operator", period=Period(kind="day"))
    chain.offer(offer(50, limits=(daily,)))
    chain.sync()

    assert chain.given(till, 5) == 2
    chain.later(days=1)
    assert chain.given(till, 5) == 2
    away = [one.reason.why for one in chain.sell(till).not_applied]
    assert away == [Why.OPERATOR_LIMIT]
    chain.assert_all_agree()
