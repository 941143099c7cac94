"""Units that end by inactivity: until when the purchases of somebody's past give them.

Pure: who bought on which days, and under which revisions. Till, server and stories ask the same
question, so what a slip tells is what the calendar does. A purchase that came back gives nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from terminal.loyalty.history import PURCHASES, History
from terminal.loyalty.last_days import MovedOn
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Standing
from terminal.loyalty.units import ends_by_inactivity, last_day


def moved_on_by(revisions: Iterable[Programme], bought: Collection[date]) -> MovedOn:
    """What purchases of some days give, each by the terms of its own day.

    A revision that shortens the time leaves those purchases alone of which people were told more.
    Days before a programme began count by its first revision: of a shop that joined a server the
    programmes began anew, and what was told by the old ones holds.
    """
    if not bought:
        return ()
    known = tuple(revisions)
    found: dict[str, date] = {}
    for one in known:
        if one.unit is None or one.closed or not ends_by_inactivity(one.unit.expiry):
            continue
        first, last = _held(one, known)
        latest = max((day for day in bought if first <= day <= last), default=None)
        until = None if latest is None else last_day(one.unit.expiry, latest)
        if until is not None:
            found[one.unit.id] = max(until, found.get(one.unit.id, until))
    return tuple(sorted(found.items()))


def moved_on(revisions: Iterable[Programme], history: History) -> MovedOn:
    """What the purchases of somebody's past give."""
    return moved_on_by(revisions, bought_on(history))


def bought_on(history: History) -> frozenset[date]:
    """The days of purchases that did not come back."""
    return frozenset(one.day for one in history.counted if one.name == PURCHASES and one.n > 0)


def _held(one: Programme, revisions: Sequence[Programme]) -> tuple[date, date]:
    """The first and the last day on which a revision held; the first is later where it never did."""
    own = [other for other in revisions if other.programme == one.programme]
    later = [other.holds_from for other in own if other.revision > one.revision]
    if later and min(later) <= one.holds_from:
        return date.max, date.min
    is_first = all(other.revision >= one.revision for other in own)
    first = date.min if is_first else one.holds_from.date()
    return first, (min(later) - timedelta(microseconds=1)).date() if later else date.max


def with_last_days(standing: Standing, revisions: Sequence[Programme], today: date) -> Standing:
    """The standing with what purchases so far, and one more today, give the member's units."""
    if not standing.wallets:
        return standing
    return replace(
        standing,
        moved_on=moved_on(revisions, standing.history),
        moves_on=moved_on_by(revisions, (today,)),
    )
