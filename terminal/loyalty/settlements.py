"""The settlement with others: a partner's units that were given, money for good causes.

Counted by what was had and brought on each business day, returns taken off on the day of their
sale, so a month may change after its end while goods of it still come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time

from terminal.loyalty.benefits import Donation, GivenUnits
from terminal.loyalty.history import Counted, brought, had
from terminal.loyalty.programme import Programme, in_force
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerUnits:
    """Units that members were given and that the shop owes to their partner."""

    partner: str
    unit: str
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What members gave to a good cause, in minor units, ``times`` times."""

    cause: str
    times: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """Everything that is owed to others for some days."""

    partners: tuple[PartnerUnits, ...]
    causes: tuple[Cause, ...]


def settlement(counts: Iterable[Counted], programmes: Iterable[Programme]) -> Settlement:
    """Sum up what was had and brought; each count is judged by the revision of its day."""
    known = tuple(programmes)
    units: dict[tuple[str, str], int] = {}
    causes: dict[str, tuple[int, int]] = {}
    meanings: dict[date, dict[str, GivenUnits | Donation]] = {}
    partners = _partners(known)
    for name, day, n in counts:
        if day not in meanings:
            meanings[day] = dict(_meanings(_of_day(known, day)))
        what = meanings[day].get(name)
        if isinstance(what, Donation):
            times, amount = causes.get(what.cause, (0, 0))
            causes[what.cause] = times + n, amount + n * what.amount
        elif isinstance(what, GivenUnits) and what.unit in partners:
            place = (partners[what.unit], what.unit)
            units[place] = units.get(place, 0) + n * what.n
    return Settlement(
        partners=tuple(
            PartnerUnits(partner=partner, unit=unit, n=n)
            for (partner, unit), n in sorted(units.items())
            if n
        ),
        causes=tuple(
            Cause(cause=cause, times=times, amount=amount)
            for cause, (times, amount) in sorted(causes.items())
            if times
        ),
    )


def _of_day(programmes: tuple[Programme, ...], day: date) -> tuple[Programme, ...]:
    """Those that held at the end of a day: a revision begins on the day that it names."""
    end = datetime.combine(day, time.max, UTC).replace(tzinfo=None)
    return in_force(programmes, end)


def _partners(programmes: Iterable[Programme]) -> dict[str, str]:
    """By unit the partner with whom it is settled."""
    return {one.unit.id: one.unit.partner for one in programmes if one.unit and one.unit.partner}


def _meanings(programmes: Iterable[Programme]) -> Iterator[tuple[str, GivenUnits | Donation]]:
    """What one of each count stands for."""
    for programme in programmes:
        for reward in programme.rewards:
            if isinstance(reward.benefit, GivenUnits | Donation):
                yield had(programme.programme, reward.id), reward.benefit
        if programme.unit is not None:
            for rule in programme.earn:
                each = GivenUnits(unit=programme.unit.id, n=1)
                yield brought(programme.programme, rule.id), each
