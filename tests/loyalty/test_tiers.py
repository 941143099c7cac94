"""Silver and gold: up at once, down after the period and its grace, never by spending."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.conditions import Period
from terminal.loyalty.earning import EarnRule, PerVisit
from terminal.loyalty.history import NO_HISTORY, Counted, History, brought
from terminal.loyalty.programme import Programme, Tier, TierTerms, UnitTerms
from terminal.loyalty.standing import NOBODY, Standing, Traits
from terminal.loyalty.tiers import (
    NO_TIER,
    TierHeld,
    qualifying,
    raised,
    settled_tier,
    tier_on,
    units_to_next,
    with_tier,
)
from terminal.loyalty.units import UnitKind

MARCH = date(2026, 3, 14)
NAMES = ("", "silver", "gold")


YEAR = Period(kind="year")


def club(period: Period = YEAR, **terms: object) -> Programme:
    tiers = tuple(
        Tier(id=name, name={"en": name}, units=units)
        for name, units in (("silver", 100), ("gold", 300))
    )
    return Programme(
        programme=1,
        revision=1,
        holds_from=datetime(2024, 1, 1, tzinfo=UTC),
        name={"en": "Club"},
        unit=UnitTerms(id="status", kind=UnitKind.STATUS, name={"en": "status"}),
        earn=(EarnRule(id="each", per=PerVisit()),),
        tiers=TierTerms(tiers=tiers, period=period, **terms),  # type: ignore[arg-type]
    )


def earned(*counts: tuple[date, int]) -> History:
    return History().plus(Counted(brought(1, "each"), day, n) for day, n in counts)


def test_enough_units_raise_at_once() -> None:
    assert raised(club(), earned((MARCH, 99)), MARCH, NO_TIER).tier == ""
    assert raised(club(), earned((MARCH, 100)), MARCH, NO_TIER).tier == "silver"
    assert raised(club(), earned((MARCH, 100), (MARCH, 200)), MARCH, NO_TIER).tier == "gold"


def test_a_till_never_lowers() -> None:
    assert raised(club(), earned(), MARCH, TierHeld("gold")).tier == "gold"


def test_a_return_takes_back_what_was_counted() -> None:
    assert qualifying(club(), earned((MARCH, 100), (MARCH, -100)), MARCH) == 0
    assert qualifying(club(), earned((MARCH, 10), (MARCH, -100)), MARCH) == 0


def test_a_raise_that_came_back_is_undone_without_grace() -> None:
    programme = club(grace_days=31)
    history = earned((MARCH, 500), (MARCH, -500))

    assert settled_tier(programme, [programme], history, MARCH, TierHeld("gold")) == NO_TIER


def test_terms_that_became_harder_leave_the_grace() -> None:
    before = club(grace_days=31)
    harder = replace(before, revision=2, holds_from=datetime(2026, 5, 1, tzinfo=UTC))
    assert before.tiers is not None
    tiers = tuple(replace(one, units=one.units * 10) for one in before.tiers.tiers)
    harder = replace(harder, tiers=replace(before.tiers, tiers=tiers))
    may = date(2026, 5, 1)

    held = settled_tier(harder, [before], earned((MARCH, 300)), may, TierHeld("gold"))

    assert held == TierHeld("gold", may)
    assert settled_tier(harder, [before], NO_HISTORY, may, TierHeld("gold")) == NO_TIER


def test_what_is_bought_later_raised_nobody_before() -> None:
    """Never were there 300 in one period: what made them so came back."""
    programme = club(Period(kind="days", days=30), grace_days=60)
    history = earned((date(2026, 1, 1), 160), (date(2026, 2, 10), 160))
    today = date(2026, 2, 15)

    held = settled_tier(programme, [programme], history, today, TierHeld("gold"))

    assert held == TierHeld("silver")


def test_while_a_programme_is_closed_no_grace_runs() -> None:
    open_again = replace(
        at_first := club(Period(kind="days", days=30), grace_days=20),
        revision=3,
        holds_from=datetime(2026, 8, 1, tzinfo=UTC),
    )
    closed = replace(at_first, revision=2, holds_from=datetime(2026, 4, 1, tzinfo=UTC), closed=True)
    revisions = [at_first, closed]
    first = date(2026, 8, 1)

    for days in (0, 19):
        today = first + timedelta(days=days)
        held = settled_tier(open_again, revisions, earned((MARCH, 300)), today, TierHeld("gold"))
        assert held == TierHeld("gold", first)


@pytest.mark.parametrize("period", [YEAR, Period(kind="days", days=90), Period()])
@pytest.mark.parametrize("grace", [0, 20])
@pytest.mark.parametrize("down", ["step", "straight"])
@settings(max_examples=15)
@given(counts=st.lists(st.tuples(st.integers(0, 100), st.integers(1, 300)), max_size=5))
def test_who_returns_nothing_goes_by_the_days_as_they_come(
    period: Period, grace: int, down: str, counts: list[tuple[int, int]]
) -> None:
    programme = club(period, grace_days=grace, down=down)
    held = NO_TIER
    for ahead in range(310):
        today = MARCH + timedelta(days=ahead)
        known = earned(*((MARCH + timedelta(days=day), n) for day, n in counts if day <= ahead))
        before, held = held, tier_on(programme, known, today, held)
        if ahead % 9 == 0 or before.tier != held.tier:
            assert settled_tier(programme, [programme], known, today, before) == held


def test_what_is_missing_to_the_next_one() -> None:
    terms = club().tiers
    assert terms is not None
    assert units_to_next(terms, 0) == ("silver", 100)
    assert units_to_next(terms, 120) == ("gold", 180)
    assert units_to_next(terms, 300) is None


def test_a_rolling_period_forgets_day_by_day() -> None:
    programme = club(Period(kind="days", days=365), down="straight")
    history = earned((MARCH, 150))
    held = tier_on(programme, history, MARCH, NO_TIER)

    assert tier_on(programme, history, MARCH + timedelta(days=364), held).tier == "silver"
    assert tier_on(programme, history, MARCH + timedelta(days=365), held).tier == ""


def test_who_earns_it_again_within_the_grace_loses_nothing() -> None:
    programme = club(grace_days=31)
    held = tier_on(programme, earned(), date(2027, 1, 1), TierHeld("gold"))
    assert held == TierHeld("gold", date(2027, 1, 1))

    again = tier_on(programme, earned((date(2027, 1, 20), 300)), date(2027, 1, 20), held)

    assert again == TierHeld("gold")


@pytest.mark.parametrize("down", ["step", "straight"])
def test_a_tier_that_the_shop_gave_up_counts_as_none(down: str) -> None:
    assert tier_on(club(down=down), earned(), MARCH, TierHeld("platinum")) == NO_TIER


def test_the_customer_at_the_counter_has_what_they_earned_by_now() -> None:
    gold = Standing(traits=Traits(member="anna"), history=earned((MARCH, 300)))

    traits = with_tier(gold, [club()], MARCH).traits
    assert traits is not None
    assert traits.tier == "gold"
    assert with_tier(NOBODY, [club()], MARCH) == NOBODY


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(-50, 200)), max_size=12),
    st.integers(0, 900),
    st.integers(0, 40),
    st.sampled_from(("step", "straight")),
    st.sampled_from(NAMES),
)
def test_asking_again_on_a_day_changes_nothing(
    counts: list[tuple[int, int]], ahead: int, grace: int, down: str, before: str
) -> None:
    programme = club(Period(kind="days", days=100), grace_days=grace, down=down)
    history = earned(*((MARCH + timedelta(days=day), n) for day, n in counts))
    today = MARCH + timedelta(days=ahead)

    once = tier_on(programme, history, today, TierHeld(before))

    assert tier_on(programme, history, today, once) == once
    assert NAMES.index(once.tier) >= NAMES.index(raised(programme, history, today, NO_TIER).tier)
