"""Tiers: silver, gold and what else a shop calls them, by the status units of a period.

What counts are the units that a programme's earn rules brought (``history.brought``) in the
period, by business day; spending and expiry take nothing away from a tier, a refund does: what came
back never raised anybody, so it leaves no grace either. A till may raise a member by itself and
never lowers one; going down is the server's.

Example: gold from 500 in a year with 30 days of grace. Who earned 520 last year and 10 in this
one has been below since 1 January, stays gold up to 30 January and is silver on the day after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from heapq import heappop, heappush

from terminal.loyalty.history import Counted, History, brought, next_first_day
from terminal.loyalty.programme import Programme, TierTerms
from terminal.loyalty.standing import Standing
from terminal.values import dataclass


@dataclass(frozen=True, slots=True)
class TierHeld:
    """The tier that a member has; ``below_since`` is the day from which it is not earned any more."""

    tier: str = ""
    below_since: date | None = None


NO_TIER = TierHeld()


def qualifying(programme: Programme, history: History, today: date) -> int:
    """The status units that count today towards a tier of a programme; never below zero."""
    if programme.tiers is None:
        return 0
    period = programme.tiers.period
    return max(
        0,
        sum(
            history.total(brought(programme.programme, rule.id), period, today)
            for rule in programme.earn
        ),
    )


def tier_for(terms: TierTerms, units: int) -> str:
    """The highest tier that so many units reach; empty if none."""
    reached = [tier.id for tier in terms.tiers if tier.units <= units]
    return reached[-1] if reached else ""


def units_to_next(terms: TierTerms, units: int) -> tuple[str, int] | None:
    """The next tier and how many units are missing to it; None at the top."""
    return next(((tier.id, tier.units - units) for tier in terms.tiers if tier.units > units), None)


def raised(programme: Programme, history: History, today: date, held: TierHeld) -> TierHeld:
    """The tier after a sale, as a till may see it: the same or a higher one."""
    if programme.tiers is None:
        return held
    earned = tier_for(programme.tiers, qualifying(programme, history, today))
    return (
        TierHeld(earned)
        if _rank(programme.tiers, earned) >= _rank(programme.tiers, held.tier)
        else held
    )


def higher(terms: TierTerms, held: TierHeld, other: str) -> TierHeld:
    """The tier that is held, or another one where that is higher."""
    return held if _rank(terms, held.tier) >= _rank(terms, other) else TierHeld(other)


def with_tier(standing: Standing, programmes: Iterable[Programme], today: date) -> Standing:
    """The standing with the tier that the member has by what this till knows: never a lower one.

    ``programmes`` are those in force; of several that have tiers the first one that gives any.
    """
    if standing.traits is None:
        return standing
    for programme in programmes:
        if programme.tiers is None:
            continue
        held = raised(programme, standing.history, today, TierHeld(standing.traits.tier))
        if held.tier != standing.traits.tier:
            return replace(standing, traits=replace(standing.traits, tier=held.tier))
    return standing


def tier_on(programme: Programme, history: History, today: date, held: TierHeld) -> TierHeld:
    """The tier on a day, going down included. To be asked on every day, or at least at the ends
    of periods and of grace; asking twice on a day changes nothing more.
    """
    terms = programme.tiers
    if terms is None:
        return held
    earned = tier_for(terms, qualifying(programme, history, today))
    if _rank(terms, earned) >= _rank(terms, held.tier):
        return TierHeld(earned)
    since = held.below_since or today
    # Without any grace the next step is not before the next day.
    wait = terms.grace_days or (1 if held.below_since else 0)
    if today < since + timedelta(days=wait):
        return TierHeld(held.tier, since)
    lower = earned
    if terms.down == "step":
        ids = ["", *(tier.id for tier in terms.tiers)]
        lower = ids[_rank(terms, held.tier) - 1]
    return TierHeld(lower, today if _rank(terms, lower) > _rank(terms, earned) else None)


def is_below(programme: Programme, history: History, today: date, held: TierHeld) -> bool:
    """Whether a tier that is held is more than what is earned today."""
    if programme.tiers is None:
        return False
    earned = tier_for(programme.tiers, qualifying(programme, history, today))
    return _rank(programme.tiers, earned) < _rank(programme.tiers, held.tier)


def settled_tier(
    programme: Programme,
    revisions: Iterable[Programme],
    history: History,
    today: date,
    held: TierHeld,
) -> TierHeld:
    """As `tier_on`, and a raise that the history does not know any more is undone.

    Bought, gold, and all of it came back: counts are net, by the day of the sale, so day after day
    from the first one on they say which tier there would be now, and which grace still runs.

    ``revisions`` are those before, so that each day goes by the terms of then; ``history`` is the
    whole one, not only the period that ends today.
    """
    after = tier_on(programme, history, today, held)
    if programme.tiers is None or not is_below(programme, history, today, held):
        return after
    by_itself = _lived(programme, revisions, history, today)
    known = _rank(programme.tiers, by_itself.tier) <= _rank(programme.tiers, after.tier)
    return by_itself if known else after


def _lived(
    programme: Programme, revisions: Iterable[Programme], history: History, today: date
) -> TierHeld:
    """The tier that a history by itself leads to, from its first day up to today."""
    older = (one for one in revisions if one.programme == programme.programme)
    terms = sorted(
        [*(one for one in older if one.revision < programme.revision), programme],
        key=lambda one: one.revision,
    )
    names = {brought(one.programme, rule.id) for one in terms for rule in one.earn}
    own = tuple(one for one in history.counted if one.name in names)
    # Nothing changes on other days than these, and those on which a grace ends.
    days = sorted({*_turns(terms, own), today})
    held = NO_TIER
    while days and days[0] <= today:
        day = heappop(days)
        in_force = [one for one in terms if one.holds_from.date() <= day]
        if not in_force or in_force[-1].closed:
            continue
        known = History(tuple(one for one in own if one.day <= day or day == today))
        before, held = held, tier_on(in_force[-1], known, day, held)
        if held != before and held.below_since is not None and in_force[-1].tiers is not None:
            grace = max(1, in_force[-1].tiers.grace_days)
            heappush(days, held.below_since + timedelta(days=grace))
    return held


def _turns(terms: Iterable[Programme], counts: Iterable[Counted]) -> Iterator[date]:
    """The days on which more counts, or less, or by other terms."""
    counted = {one.day for one in counts}
    yield from counted
    for one in terms:
        yield one.holds_from.date()
        if one.tiers is None:
            continue
        period = one.tiers.period
        for day in counted:
            if period.kind == "days":
                yield day + timedelta(days=period.days)
            elif (turn := next_first_day(period, day)) is not None:
                yield turn


def _rank(terms: TierTerms, tier: str) -> int:
    """0 for none; a tier that the programme does not know any more counts as none."""
    return next((n for n, one in enumerate(terms.tiers, start=1) if one.id == tier), 0)
