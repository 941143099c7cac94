"""What tills gave too often together: each no more than it knew of, and both gave. Pure.

A limit per member, and which purchase this is, are judged by the best knowledge at the till, so
two tills without a line may each give what the member may have once. Whoever has heard all tills
finds it later. Nothing is taken from the member: what was promised at the counter was given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from terminal.loyalty.basket import Line
from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.recorded import basket_of, standing_of
from terminal.loyalty.conditions import Away, Limit, Occasion, Period, Purchases
from terminal.loyalty.earning import EarnRule, Multiplier
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import together
from terminal.loyalty.engine.screening import active_multipliers
from terminal.loyalty.history import PURCHASES, Counted, brought, first_day, had, had_under
from terminal.loyalty.programme import Programme, Reward, UnitTerms, among
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.sold_goods import counts


class Limited(NamedTuple):
    """Something that a sale gave and that a member may have so often only."""

    names: tuple[str, ...]
    """Of all that the limit counts, see ``history``, in order: the first stands for all."""
    programme: int
    rule: str
    limit: Limit
    given: int
    """How often, or how many units, in this sale."""
    cost: int
    """Minor units of all of them in this sale; 0 where they are units."""


_FOR_A_PURCHASE = (Purchases, Away)


class Overshoot(NamedTuple):
    """How far a limit was overshot in one of its periods."""

    period: str
    """Which one: two sales of one period name the same."""
    total: int
    over: int


class Nth(NamedTuple):
    """Something that a sale gave because it was the member's first or n-th purchase, or the first
    after they had been away: a reward, units, or more units than another purchase brings.
    """

    name: str
    """Of its count, see ``history``."""
    programme: int
    rule: str
    number: int
    """Which purchase of the period the till believed it to be, from 1."""
    period: Period
    turn: str
    """That purchase and its period in words: of each there is one."""
    cost: int
    """Minor units; 0 where units were given."""


class _Given(NamedTuple):
    name: str
    programme: int
    part: Reward | EarnRule
    n: int
    cost: int
    unit: UnitTerms | None = None
    """Of what a rule gave."""


def limited(record: SaleRecord, programmes: Iterable[Programme]) -> Iterator[Limited]:
    """What a member's sale gave under a limit, by the revisions that it names."""
    for one in _given(record, programmes):
        for limit in _of_member(one.part.limits):
            names = tuple(sorted(had_under(limit, one.name)))
            yield Limited(names, one.programme, one.part.id, limit, one.n, one.cost)


def nth_given(record: SaleRecord, programmes: Iterable[Programme]) -> Iterator[Nth]:
    """What a member's sale gave for being a certain purchase, by the revisions that it names."""
    known, day = record.judged.history, record.at.business_day
    for one in _given(record, programmes):
        turns: set[str] = set()  # a rule and a multiplier of it may be for the same purchase
        for occasion in (one.part.occasion, *_raised_by(one, record)):
            match occasion:
                case Purchases(period=period):
                    number = known.total(PURCHASES, period, day) + 1
                    turn = f"no. {number} of {_name_of(period, day)}"
                case Away():
                    number, period = 1, Period()
                    turn = f"no. 1 after {known.last_day(PURCHASES)}"
                case _:
                    continue
            if turn not in turns:
                yield Nth(one.name, one.programme, one.part.id, number, period, turn, one.cost)
            turns.add(turn)


def hangs_on_others(part: Reward | EarnRule) -> bool:
    """Whether what other tills did decides how often a member may have it, or how much of it."""
    multipliers = part.multipliers if isinstance(part, EarnRule) else ()
    occasions = (part.occasion, *(one.occasion for one in multipliers))
    return any(isinstance(one, _FOR_A_PURCHASE) for one in occasions) or any(
        True for _ in _of_member(part.limits)
    )


def _raised_by(given: _Given, record: SaleRecord) -> Iterator[Occasion]:
    """The occasions without which a rule would have brought less in a sale: its multipliers'."""
    part = given.part
    if not isinstance(part, EarnRule):
        return
    if not any(isinstance(one.occasion, _FOR_A_PURCHASE) for one in part.multipliers):
        return
    active = active_multipliers(part, Customer(standing_of(record), record.at))
    paid = {line.key: line.gross if part.base == "gross" else line.net for line in record.lines}
    lines = [
        line
        for line in basket_of(record).lines
        if paid[line.key] and counts(part, given.unit, line)
    ]
    for one in active:
        if one.occasion is None:
            continue
        others = [other for other in active if other is not one]
        if any(one.goods.takes(each) and one.percent > _percent(others, each) for each in lines):
            yield one.occasion


def _percent(multipliers: Iterable[Multiplier], line: Line) -> int:
    return max((one.percent for one in multipliers if one.goods.takes(line)), default=100)


def _given(record: SaleRecord, programmes: Iterable[Programme]) -> Iterator[_Given]:
    if not record.member:
        return
    held = among(programmes, record.revisions)
    for applied in record.applied:
        programme = held.get(applied.name.programme)
        for reward in programme.rewards if programme else ():
            if reward.id == applied.name.reward:
                number, cost = applied.name.programme, max(0, applied.discount)
                yield _Given(had(*applied.name), number, reward, applied.times, cost)
    for earned in together(record.earned):
        programme = None if earned.by_reward else held.get(earned.programme)
        for rule in programme.earn if programme else ():
            if rule.id == earned.rule:
                name = brought(earned.programme, rule.id)
                unit = programme.unit if programme else None
                yield _Given(name, earned.programme, rule, earned.n, 0, unit)


def overshoot(limit: Limit, day: date, counts: Iterable[Counted]) -> Overshoot | None:
    """Whether something that was given on a day was more than the limit allows, all in all.

    ``counts`` are those of the limit's names, all tills together, in any order. A period that goes
    along with the day (``days``) is tried at every day on which it still holds this one.
    """
    days = [(one.day, one.n) for one in counts]
    worst: Overshoot | None = None
    for last in sorted(_last_days(limit.period, day, [one for one, _ in days])):
        first = first_day(limit.period, last)
        if limit.period.kind == "days":
            total = sum(n for one, n in days if first is not None and first <= one <= last)
            name = f"{_name_of(limit.period, last)} to {last}"
        else:
            total = sum(n for one, n in days if first_day(limit.period, one) == first)
            name = _name_of(limit.period, last)
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


def _name_of(period: Period, day: date) -> str:
    """A period that holds a day; one that goes along with the day is none of its own."""
    if period.kind == "days":
        return f"{period.days} days"
    first = first_day(period, day)
    return f"{period.kind} {first}" if first else period.kind


def was_not_heard(one: Nth, day: date, other_day: date, purchases: Iterable[Counted]) -> bool:
    """Whether a sale and another one, believed to be the same purchase, did not know of each other.

    ``day`` and ``other_day`` are theirs, ``purchases`` the member's of all tills. Where the period
    goes along with the day two of a number are right, unless the later till missed some before.
    """
    if one.period.kind != "days" or day == other_day:
        return True
    earlier, later = sorted((day, other_day))
    first = first_day(one.period, later)
    assert first is not None
    before = sum(each.n for each in purchases if first <= each.day < later)
    return first <= earlier and before >= one.number


def told_again(one: Nth, times: int) -> Finding:
    """The finding of a sale that gave what another one had given."""
    return Finding(
        kind=FindingKind.NTH_AGAIN,
        cost=one.cost,
        programme=one.programme,
        rule=one.rule,
        expected=one.number,
        found=times,
        text=one.turn,
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
