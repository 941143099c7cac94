"""Limits that tills overshot together: each gave no more than it knew of, and both gave. Pure.

A limit per member is judged by the best knowledge at the till, so two tills without a line may
each give what the member may have once. Whoever has the counts of all tills finds it later.
Nothing is taken from the member: what was promised at the counter was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.conditions import Limit, Period
from terminal.loyalty.history import Counted, brought, first_day, had
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import SaleRecord


class Limited(NamedTuple):
    """Something that a sale gave and that a member may have so often only."""

    name: str
    """Of its count, see ``history``."""
    programme: int
    rule: str
    limit: Limit
    given: int
    """How often, or how many units, in this sale."""
    cost: int
    """Minor units of all of them in this sale; 0 where they are units."""


class Overshoot(NamedTuple):
    """How far a limit was overshot in one of its periods."""

    period: str
    """Which one: two sales of one period name the same."""
    total: int
    over: int


def limited(record: SaleRecord, programmes: Iterable[Programme]) -> Iterator[Limited]:
    """What a member's sale gave under a limit, by the revisions that it names."""
    if not record.member:
        return
    named = set(record.revisions)
    held = {one.programme: one for one in programmes if (one.programme, one.revision) in named}
    for applied in record.applied:
        programme = held.get(applied.name.programme)
        for reward in programme.rewards if programme else ():
            if reward.id == applied.name.reward:
                name = had(*applied.name)
                for limit in _of_member(reward.limits):
                    yield Limited(
                        name, *applied.name, limit, applied.times, max(0, applied.discount)
                    )
    for earned in record.earned:
        programme = None if earned.by_reward else held.get(earned.programme)
        for rule in programme.earn if programme else ():
            if rule.id == earned.rule:
                name = brought(earned.programme, rule.id)
                for limit in _of_member(rule.limits):
                    yield Limited(name, earned.programme, rule.id, limit, earned.n, 0)


def overshoot(limit: Limit, day: date, counts: Iterable[Counted]) -> Overshoot | None:
    """Whether something that was given on a day was more than the limit allows, all in all.

    ``counts`` are those of the limit's name, all tills together, in any order. A period that goes
    along with the day (``days``) is tried at every day on which it still holds this one.
    """
    days = [(one.day, one.n) for one in counts]
    worst: Overshoot | None = None
    for last in sorted(_last_days(limit.period, day, [one for one, _ in days])):
        first = first_day(limit.period, last)
        if limit.period.kind == "days":
            total = sum(n for one, n in days if first is not None and first <= one <= last)
            name = f"{limit.period.days} days to {last}"
        else:
            total = sum(n for one, n in days if first_day(limit.period, one) == first)
            name = f"{limit.period.kind} {first}" if first else limit.period.kind
        over = total - limit.most
        if over > 0 and (worst is None or over > worst.over):
            worst = Overshoot(name, total, over)
    return worst


def told(one: Limited, found: Overshoot, fresh: int) -> Finding:
    """The finding of a sale; ``fresh`` is what of it no other sale's finding has told before."""
    return Finding(
        kind=FindingKind.OVERSHOT,
        cost=one.cost * min(fresh, one.given) // one.given if one.given > 0 else 0,
        programme=one.programme,
        rule=one.rule,
        expected=one.limit.most,
        found=found.total,
        text=found.period,
    )


def _of_member(limits: Iterable[Limit]) -> Iterator[Limit]:
    # An operator is one till, and a till knows what it gave.
    return (one for one in limits if one.per == "member")


def _last_days(period: Period, day: date, counted: Sequence[date]) -> set[date]:
    """The days at whose end a period holds this day: one, or where it goes along all with counts."""
    if period.kind != "days":
        return {day}
    until = day + timedelta(days=period.days - 1)
    return {day, *(one for one in counted if day <= one <= until)}
