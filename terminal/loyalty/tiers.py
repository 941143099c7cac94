"""Tiers: silver, gold and what else a shop calls them, by the status units of a period.

What counts are the units that a programme's earn rules brought (``history.brought``) in the
period, by business day; spending and expiry take nothing away from a tier, a refund does. A till
may raise a member by itself and never lowers one; going down is the server's.

Example: gold from 500 in a year with 30 days of grace. Who earned 520 last year and 10 in this
one has been below since 1 January, stays gold up to 30 January and is silver on the day after.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from terminal.loyalty.history import History, brought
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


def _rank(terms: TierTerms, tier: str) -> int:
    """0 for none; a tier that the programme does not know any more counts as none."""
    return next((n for n, one in enumerate(terms.tiers, start=1) if one.id == tier), 0)
