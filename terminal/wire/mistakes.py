"""What is wrong in a file that people wrote, in words: what belongs there, and what stands there.

The strict readers find mistakes and name them in the words of types. Whoever writes a programme
knows shops; so each is told as what was expected, and what was found instead.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from terminal.loyalty.benefits import GivenUnits
from terminal.loyalty.conditions import Audience, OtherReward
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.wire.amounts import MONEY, RATES
from terminal.wire.hand_written import did_you_mean, misspelt
from terminal.wire.known_keys import KnownKeys
from terminal.wire.names_told import inside, misnamed
from terminal.wire.said_for_nothing import said_for_nothing

_EXPECTED: Final = {
    "int": "a whole number",
    "string": "a text",
    "bool": "true or false",
    "dict": "an object",
    "dataclass": "an object",
    "model": "an object",
    "list": "a list",
    "tuple": "a list",
    "set": "a list",
    "frozen_set": "a list",
    "date": "a date, written YYYY-MM-DD",
    "datetime": "a date and a time, such as 2026-03-14T10:00",
}
_INSTANT: Final = "a date and a time with its offset, such as 2026-03-14T10:00:00+01:00"
"""For ``holds_from``; all other times are local ones."""
_MONEY: Final = 'a whole number of minor units (1050), or a text in the currency ("10.50")'
_RATE: Final = 'basis points (2300), or a text ("23%")'
_ALIKE: Final = ("kind", "held", "partner", "expiry", "vesting_days")
"""What is the unit's, not the programme's: what people may do with it, where, and until when."""
_SHOWN: Final = 40
"""Letters of a wrong value that are shown: enough to find it."""


def words_of(error: Any, known: KnownKeys, *, written: bool = False) -> str:
    """What the strict reader's ``error`` says, for people.

    ``known`` are the keys of such a file, for whoever misspelt one. Where amounts may be
    ``written`` as texts, that is told as well.
    """
    kind, last = str(error["type"]), str(error["loc"][-1]) if error["loc"] else ""
    if kind == "unexpected_keyword_argument":
        return "no such key" + known.meant(error["loc"])
    if kind in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return "is missing"
    if kind == "value_error":
        text = str(error["msg"]).removeprefix("Value error, ")
        return text[:1].lower() + text[1:]
    if kind in ("enum", "literal_error"):
        one_of = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        return f"one of {one_of}, not {_shown(error['input'])}"
    expected = next(
        (told for start, told in _EXPECTED.items() if kind.startswith(f"{start}_")),
        None,
    )
    if expected is None:
        text = str(error["msg"])
        return text[:1].lower() + text[1:]
    if last == "holds_from":
        expected = _INSTANT
    if written and kind.startswith("int_"):
        expected = _MONEY if last in MONEY else _RATE if last in RATES else expected
    return f"{expected}, not {_shown(error['input'])}"


def another_file(content: Mapping[str, object], wanted: str) -> str:
    """What a file is instead of what is ``wanted`` (``programme`` or ``case``), and who reads it.

    Empty where it may be what it should be, with whatever mistakes.
    """
    keys = content.keys()
    if wanted == "programme" and "steps" in keys:
        return "a story and no programme; `tenth price` plays it"
    if wanted == "programme" and {"at", "lines"} <= keys:
        return "a case and no programme; `tenth price` prices it"
    if wanted == "case" and {"programme", "revision"} <= keys and "lines" not in keys:
        return "a programme and no case; `tenth programmes check` reads it"
    return ""


class Odd(NamedTuple):
    """What is odd about one of several programmes."""

    place: str
    """That of the programme, as it was given."""
    path: str
    """Within the programme; empty: all of it."""
    text: str

    def __str__(self) -> str:
        return (
            f"{self.place}.{self.path}: {self.text}" if self.path else f"{self.place}: {self.text}"
        )


def odd_together(programmes: Iterable[tuple[str, Programme]]) -> Iterator[Odd]:
    """What makes no sense in programmes that are given together, each with its place.

    A revision never changes, so it is given once; of a group either all pick the best or all go by
    priority, and who has the same unit says the same of it, from whatever instant on two of them
    hold beside each other; and rewards that share a limit are there, and never had in one sale.
    What one of them says for nothing is told as well, and a name that nobody can read.
    """
    given = list(programmes)
    seen: dict[tuple[int, int], str] = {}
    for place, one in given:
        yield from (Odd(place, *said) for said in (*misnamed(one), *said_for_nothing(one)))
        other = seen.get((one.programme, one.revision))
        seen.setdefault((one.programme, one.revision), place)
        if other is not None:
            number = f"revision {one.revision} of programme {one.programme}"
            yield Odd(
                place, "revision", f"{number} is there already ({other}); a change is the next"
            )
    told: dict[Odd, None] = dict.fromkeys(_misnamed(given))
    for instant in sorted({one.holds_from for _, one in given}):
        held = _held_at(given, instant)
        told |= dict.fromkeys([*_unlike(held), *_unlike_units(held), *_in_one_sale(held)])
    yield from told


def of_nobody(
    programmes: Iterable[tuple[str, Programme]],
    units: Collection[str] = (),
    numbers: Collection[int] = (),
) -> Iterator[Odd]:
    """What these programmes name and none of them has: misspelt, or forgotten.

    ``units`` and ``numbers`` of programmes are those of others.
    """
    given = list(programmes)
    yield from _units_of_nobody(given, {one.unit.id for _, one in given if one.unit} | set(units))
    known = {one.programme for _, one in given} | set(numbers)
    for place, one in given:
        for path, other in _sharing(one):
            if other.programme not in known:
                yield Odd(place, path, f"no programme here has the number {other.programme}")


def _units_of_nobody(
    given: Iterable[tuple[str, Programme]], units: Collection[str]
) -> Iterator[Odd]:
    """Whoever got such units would have nothing to use them for."""
    for place, one in given:
        for number, reward in enumerate(one.rewards):
            gift = reward.benefit
            if isinstance(gift, GivenUnits) and gift.unit not in units:
                text = f"no programme here has the unit {gift.unit!r}"
                path = f"rewards[{number}].benefit.unit"
                yield Odd(place, path, text + did_you_mean(gift.unit, units))


def tiers_of(programmes: Iterable[Programme]) -> set[str]:
    """The ids of all tiers of some programmes."""
    return {tier.id for one in programmes if one.tiers for tier in one.tiers.tiers}


def tiers_of_nobody(programmes: Iterable[tuple[str, Programme]]) -> Iterator[Odd]:
    """Tiers that none of these programmes has: nobody would ever have what is only for them.

    It is no mistake by itself: a tier may be of a programme that is not among them.
    """
    given = list(programmes)
    tiers = tiers_of(one for _, one in given)
    for place, path, tier in _tiers_asked(given):
        if tier not in tiers:
            text = f"no programme here has the tier {tier!r}{did_you_mean(tier, tiers)}"
            yield Odd(place, path, text)


def tiers_misspelt(
    programmes: Iterable[tuple[str, Programme]], brought: Collection[str] = ()
) -> Iterator[Odd]:
    """Tiers that are nearly those of these programmes.

    ``brought`` are those that members have from elsewhere.
    """
    given = list(programmes)
    tiers = {*tiers_of(one for _, one in given), *brought}
    for place, path, tier in _tiers_asked(given):
        meant = "" if tier in tiers else misspelt(tier, tiers)
        if meant:
            text = f"no programme here has the tier {tier!r}; did you mean {meant!r}?"
            yield Odd(place, path, text)


def _tiers_asked(programmes: Iterable[tuple[str, Programme]]) -> Iterator[tuple[str, str, str]]:
    """Which tiers audiences name: the programme's place, the path in it, the tier."""
    for place, one in programmes:
        for path, audience in inside(one):
            for nth, tier in enumerate(audience.tiers if isinstance(audience, Audience) else ()):
                yield place, f"{path}.tiers[{nth}]", tier


def _held_at(
    given: Iterable[tuple[str, Programme]], instant: datetime
) -> list[tuple[str, Programme]]:
    """Of each programme the revision that holds at an instant, by number."""
    latest: dict[int, tuple[str, Programme]] = {}
    for place, one in given:
        held = latest.get(one.programme)
        if one.holds_from <= instant and (held is None or held[1].revision < one.revision):
            latest[one.programme] = (place, one)
    return [latest[number] for number in sorted(latest)]


def _sharing(programme: Programme) -> Iterator[tuple[str, OtherReward]]:
    """With which rewards of others limits are shared, by the path."""
    for number, reward in enumerate(programme.rewards):
        for nth, limit in enumerate(reward.limits):
            for place, other in enumerate(limit.together_with):
                yield f"rewards[{number}].limits[{nth}].together_with[{place}]", other


def _misnamed(given: Iterable[tuple[str, Programme]]) -> Iterator[Odd]:
    """Rewards that share a limit, of programmes that are given and have none of that name."""
    rewards: dict[int, set[str]] = {}
    for _, one in given:
        rewards.setdefault(one.programme, set()).update(reward.id for reward in one.rewards)
    for place, one in given:
        for path, other in _sharing(one):
            known = rewards.get(other.programme)
            if known is not None and other.reward not in known:
                text = f"programme {other.programme} has no reward {other.reward!r}"
                yield Odd(place, path, text + did_you_mean(other.reward, known))


def _in_one_sale(held: Iterable[tuple[str, Programme]]) -> Iterator[Odd]:
    """Rewards that share a limit though one sale may have both, which would count one."""
    beside = [
        (place, one) for place, one in held if not one.closed and one.stacking.mode != "alone"
    ]
    by_number = {one.programme: (place, one) for place, one in beside}
    for place, one in beside:
        for path, other in _sharing(one):
            there, theirs = by_number.get(other.programme, (place, one))
            if theirs.stacking.group != one.stacking.group:
                text = f"one sale may have both: {there} is not of the group {one.stacking.group!r}"
                yield Odd(place, path, text)


def _unlike(held: Iterable[tuple[str, Programme]]) -> Iterator[Odd]:
    """Programmes of a group that pick otherwise than the first of it."""
    first: dict[str, tuple[str, str]] = {}
    for place, one in held:
        group, pick = one.stacking.group, one.stacking.pick
        if not group or one.closed or one.stacking.mode == "alone":
            continue
        other, theirs = first.setdefault(group, (place, pick))
        if theirs != pick:
            text = f"all of the group {group!r} pick alike: {pick} here, {theirs} in {other}"
            yield Odd(place, "stacking.pick", text)


def _unlike_units(held: Iterable[tuple[str, Programme]]) -> Iterator[Odd]:
    """Programmes that say something else of their unit than the first that has it."""
    first: dict[str, tuple[str, UnitTerms]] = {}
    for place, one in held:
        unit = one.unit
        if unit is None or one.closed:
            continue
        other, theirs = first.setdefault(unit.id, (place, unit))
        for key in _ALIKE:
            if getattr(unit, key) != getattr(theirs, key):
                text = f"of the unit {unit.id!r} {other} says otherwise; both must state it alike"
                yield Odd(place, f"unit.{key}", text)


def _shown(value: object) -> str:
    """A wrong value as it stands in the file, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
