"""What makes no sense in a story or a case that was read: days that are none, rewards of nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Protocol

from terminal.loyalty.benefits import GivenUnits
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import FIRST_YEAR, LAST_YEAR, OFFSET_MINUTES_MOST
from terminal.loyalty.story.steps import (
    Enrol,
    Expected,
    Issue,
    Offline,
    Pass,
    Publish,
    Sell,
    Story,
)
from terminal.loyalty.units import LARGEST_COUNT
from terminal.wire.hand_written import VERY_CLOSE, did_you_mean, misspelt
from terminal.wire.mistakes import odd_together, of_nobody, tiers_misspelt

_BY_WALLET = ("wallets", "pending", "owed", "spendable", "lots", "warned")
"""What is expected by member or code, and by unit."""

_REASONS = frozenset(one.value for one in Why)

EFFORT_MOST = 10_000_000
LEAP_YEAR = 2024


def odd_in(story: Story) -> Iterator[str]:
    """Each sentence begins with its place."""
    yield from _time("start", story.start)
    if abs(story.offset_minutes) > OFFSET_MINUTES_MOST:
        yield f"offset_minutes: {story.offset_minutes} minutes is no distance from UTC"
    yield from odd_effort(story.effort)
    yield from odd_currency(story.currency)
    yield from map(str, odd_together(_given(story)))
    yield from map(str, of_nobody(_given(story)))
    brought = {one.tier for one in story.steps if isinstance(one, Enrol) and one.tier}
    yield from map(str, tiers_misspelt(_given(story), brought))
    yield from _units_of_nobody(story)
    yield from _nobody(story)
    rules = _rules(story)
    for place, step in enumerate(story.steps):
        path = f"steps[{place}]"
        yield from _expected(f"{path}.expect", step.expect, rules)
        match step:
            case Enrol():
                yield from _person(path, step)
            case Issue():
                yield from _units(f"{path}.units", step.units)
            case Sell():
                yield from odd_choices(f"{path}.claims", step.claims, rules)
                yield from odd_choices(f"{path}.taken_off", step.taken_off, rules)
            case Pass(until=until) if until is not None:
                yield from _time(f"{path}.until", until)
            case Offline():
                for name, units in step.holds.items():
                    yield from _units(f"{path}.holds.{name}", units)
                yield from _units(f"{path}.budgets", step.budgets)
            case _:
                pass


def odd_effort(effort: int) -> Iterator[str]:
    """Too many steps of search would take for ever."""
    if not 1 <= effort <= EFFORT_MOST:
        yield f"effort: from 1 to {EFFORT_MOST} steps of search"


def odd_currency(code: str) -> Iterator[str]:
    """No code of a currency."""
    if len(code) != len("PLN") or not (code.isascii() and code.isalpha()):
        yield "currency: three letters, such as PLN"


def odd_birthday(path: str, birthday: tuple[int, int]) -> Iterator[str]:
    """A day that is in no year."""
    try:
        date(LEAP_YEAR, *birthday)
    except (ValueError, OverflowError):
        yield f"{path}: a month and a day, such as [3, 14]"


def _time(path: str, local: datetime) -> Iterator[str]:
    if local.tzinfo is not None:
        yield f"{path}: local time without an offset; that stands in offset_minutes"
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        yield f"{path}: a year from {FIRST_YEAR} to {LAST_YEAR}"


def _person(path: str, step: Enrol) -> Iterator[str]:
    if not step.member:
        yield f"{path}.member: is empty"
    if step.birthday is not None:
        yield from odd_birthday(f"{path}.birthday", step.birthday)
    yield from _units(f"{path}.units", step.units)


def _units(path: str, units: Mapping[str, int]) -> Iterator[str]:
    for unit, n in units.items():
        if not 0 <= n <= LARGEST_COUNT:
            yield f"{path}.{unit}: from 0 to {LARGEST_COUNT}"


def _given(story: Story) -> Iterator[tuple[str, Programme]]:
    """All revisions of a story with their places, those that are published on the way as well."""
    for place, one in enumerate(story.programmes):
        yield f"programmes[{place}]", one
    for at, step in enumerate(story.steps):
        if isinstance(step, Publish):
            for place, one in enumerate(step.programmes):
                yield f"steps[{at}].programmes[{place}]", one


def _units_of_nobody(story: Story) -> Iterator[str]:
    """Units that are expected, though nobody brought them and no programme has or gives them.

    A misspelt one would be expected to be 0, and would be; one that is brought could be used for
    nothing.
    """
    known = units_of(one for _, one in _given(story))
    for place, step in enumerate(story.steps):
        if isinstance(step, Enrol | Issue):
            yield from units_misspelt(f"steps[{place}].units", step.units, known)
    for step in story.steps:
        if isinstance(step, Enrol | Issue):
            known |= step.units.keys()
    for place, step in enumerate(story.steps):
        expect = f"steps[{place}].expect"
        yield from _units_known(f"{expect}.earned", step.expect.earned or (), known)
        for name in _BY_WALLET:
            for units in getattr(step.expect, name).values():
                yield from _units_known(f"{expect}.{name}", units, known)


def _nobody(story: Story) -> Iterator[str]:
    """Members and codes of whom something is expected, though there are none of that name."""
    people = {one.member for one in story.steps if isinstance(one, Enrol)}
    people |= {one.name for one in story.steps if isinstance(one, Issue)}
    sales = [one.name for one in story.steps if isinstance(one, Sell)]
    numbered = {f"sale {number}" for number in range(1, len(sales) + 1)}
    for place, step in enumerate(story.steps):
        for name in (*_BY_WALLET, "tiers"):
            for who in getattr(step.expect, name):
                sale, mark, _ = who.rpartition("/")
                if who not in people and not (mark and sale in {*sales, *numbered}):
                    known = did_you_mean(who, people)
                    yield f"steps[{place}].expect.{name}: nobody here is called {who!r}{known}"


def units_of(programmes: Iterable[Programme]) -> set[str]:
    """All units that some programmes have or give."""
    known: set[str] = set()
    for programme in programmes:
        known |= {programme.unit.id} if programme.unit else set()
        gifts = [one.benefit for one in programme.rewards]
        known |= {one.unit for one in gifts if isinstance(one, GivenUnits)}
    return known


def _units_known(path: str, units: Iterable[str], known: set[str]) -> Iterator[str]:
    """Units that are none of those which are known."""
    for unit in units:
        if unit not in known:
            yield f"{path}: no programme here has the unit {unit!r}{did_you_mean(unit, known)}"


def units_misspelt(path: str, units: Iterable[str], known: set[str]) -> Iterator[str]:
    """Units that are nearly those of some programmes; others may be of programmes elsewhere."""
    for unit in units:
        meant = "" if unit in known else misspelt(unit, known)
        if meant:
            yield f"{path}: no programme here has the unit {unit!r}; did you mean {meant!r}?"


def _rules(story: Story) -> set[str]:
    return rules_of(one for _, one in _given(story))


def rules_of(programmes: Iterable[Programme]) -> set[str]:
    """All rewards and earn rules of some programmes, as ``programme/id``."""
    found: set[str] = set()
    for programme in programmes:
        found |= {f"{programme.programme}/{one.id}" for one in programme.rewards}
        found |= {f"{programme.programme}/{one.id}" for one in programme.earn}
    return found


class Choice(Protocol):
    """A reward that is claimed or taken off."""

    @property
    def programme(self) -> int: ...
    @property
    def reward(self) -> str: ...
    @property
    def times(self) -> int | None: ...


def odd_choices(path: str, chosen: Iterable[Choice], rules: set[str]) -> Iterator[str]:
    """Rewards that no programme has, or that are wanted less than once."""
    for place, one in enumerate(chosen):
        yield from _known(f"{path}[{place}]", f"{one.programme}/{one.reward}", rules)
        if one.times is not None and one.times < 1:
            yield f"{path}[{place}].times: from 1, or null for as often as it goes"


def _expected(path: str, expected: Expected, rules: set[str]) -> Iterator[str]:
    for name, code in expected.why.items():
        yield from _known(f"{path}.why", name, rules)
        if code not in _REASONS:
            yield f"{path}.why.{name}: no reason is called {code!r}{did_you_mean(code, _REASONS, VERY_CLOSE)}"
    for name in expected.applied or ():
        yield from _known(f"{path}.applied", name, rules)


def _known(path: str, name: str, rules: set[str]) -> Iterator[str]:
    if name not in rules:
        yield f"{path}: no programme here has {name}{did_you_mean(name, rules)}"
