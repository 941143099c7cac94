"""A computer's clock that is wrong: told by what was recorded before, and nothing stops for it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from terminal.loyalty.facts import ClockQuality, decode
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.checkout.view import Concern, Stage
from terminal.till.database.quick import Quick
from tests.fakes import FakeClock
from tests.till.checkout.counter import BREAD, Counter, fake_counter, real_counter, told


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def shop(tmp_path: Path, clock: FakeClock) -> Path:
    """A shop that sold bread at noon; its computer is off since."""
    folder = tmp_path / "shop"
    counter = real_counter(folder, clock=clock)
    sell(counter)
    close(counter)
    return folder


def sell(counter: Counter) -> None:
    counter.scan(BREAD)
    counter.checkout.finish()
    assert counter.checkout.tender(TenderKind.CASH, 500).stage is Stage.DONE


def close(counter: Counter) -> None:
    assert counter.till is not None
    counter.till.close()


def opened(shop: Path, clock: FakeClock) -> Counter:
    counter = real_counter(shop, clock=clock)
    counter.ids._last += 5_000  # chance never says the same again
    return counter


def quality(counter: Counter) -> ClockQuality:
    """Of the clock, as the last fact tells it."""
    assert counter.till is not None
    with counter.till.database.database.reading() as connection:
        row = Quick(connection).row("SELECT stored FROM facts ORDER BY seq DESC LIMIT 1")
    assert row is not None
    return ClockQuality(decode(row[0]).clock)


def test_a_clock_before_the_newest_sale_is_wrong_for_certain(shop: Path, clock: FakeClock) -> None:
    clock.advance(days=-3)
    counter = opened(shop, clock)
    server = counter.checkout.server()
    assert server.concern is Concern.CLOCK_BEHIND
    assert (server.now, server.latest) == (clock.local, clock.local + timedelta(days=3))
    notice = counter.checkout.view().notice
    assert notice is not None
    assert (notice.kind, notice.weight) == (NoticeKind.CLOCK_BEHIND, Weight.LOOK)
    sell(counter)  # sales go on
    assert quality(counter) is ClockQuality.SUSPECT
    assert counter.checkout.server().concern is Concern.CLOCK_BEHIND
    close(counter)


def test_a_clock_that_was_set_right_again_is_believed(shop: Path, clock: FakeClock) -> None:
    clock.advance(days=-3)
    counter = opened(shop, clock)
    clock.advance(days=3)
    assert counter.checkout.server().concern is Concern.NONE
    sell(counter)
    assert quality(counter) is ClockQuality.TRUSTED
    close(counter)


def test_some_minutes_or_a_weekend_are_nothing(shop: Path, clock: FakeClock) -> None:
    clock.advance(minutes=-5)
    counter = opened(shop, clock)
    assert counter.checkout.server().concern is Concern.NONE
    clock.advance(days=60)
    assert counter.checkout.server().concern is Concern.NONE
    assert told(counter.checkout.view()) is None
    close(counter)


def test_a_date_far_ahead_is_asked_about_and_not_believed(shop: Path, clock: FakeClock) -> None:
    clock.advance(days=400)
    counter = opened(shop, clock)
    assert counter.checkout.server().concern is Concern.DATE
    assert told(counter.checkout.view()) is NoticeKind.DATE_ASKED
    sell(counter)
    assert quality(counter) is ClockQuality.SUSPECT
    clock.advance(days=-399)  # somebody sets it right: the wrong sale is no measure of time
    assert counter.checkout.server().concern is Concern.NONE
    sell(counter)
    assert quality(counter) is ClockQuality.TRUSTED
    close(counter)


def test_a_key_says_that_the_shop_was_closed_so_long(shop: Path, clock: FakeClock) -> None:
    clock.advance(days=100)
    counter = opened(shop, clock)
    view = counter.checkout.enter("")
    assert told(view) is NoticeKind.DATE_BELIEVED
    assert counter.checkout.server().concern is Concern.NONE
    close(counter)
    counter = opened(shop, clock)
    assert told(counter.checkout.view()) is None  # it is asked once
    sell(counter)
    assert quality(counter) is ClockQuality.TRUSTED
    close(counter)


def test_enter_later_on_says_nothing_about_the_date(shop: Path, clock: FakeClock) -> None:
    clock.advance(days=100)
    counter = opened(shop, clock)
    counter.scan(BREAD)
    counter.checkout.enter("")
    assert counter.checkout.server().concern is Concern.DATE
    assert told(counter.checkout.believe_clock()) is NoticeKind.DATE_BELIEVED
    assert counter.checkout.server().concern is Concern.NONE
    close(counter)


def test_whoever_sold_by_a_wrong_date_can_go_on_by_the_right_one(
    shop: Path, clock: FakeClock
) -> None:
    clock.advance(days=300)
    counter = opened(shop, clock)
    counter.checkout.believe_clock()
    sell(counter)
    clock.advance(days=-299)
    assert counter.checkout.server().concern is Concern.CLOCK_BEHIND
    counter.checkout.believe_clock()
    assert counter.checkout.server().concern is Concern.NONE
    sell(counter)
    assert quality(counter) is ClockQuality.TRUSTED
    close(counter)


def test_a_new_shop_knows_only_that_it_is_not_1970() -> None:
    counter = fake_counter()
    counter.journal.latest = 0
    assert counter.checkout.server().concern is Concern.NONE
    counter.wait(days=-20_000)
    assert counter.checkout.server().concern is Concern.CLOCK_BEHIND
