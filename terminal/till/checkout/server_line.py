"""How the till stands with its server, and from when on somebody should look at it.

To be offline is normal: the line stays quiet about it for hours. What nobody but a person can
mend is worth a second glance at once.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from terminal.loyalty.clock_doubt import ClockDoubt, doubt
from terminal.loyalty.standing import Moment
from terminal.till.checkout.view import Concern, ServerView
from terminal.till.line_port import Contact, LineTrouble

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - Moment.utc carries no zone either
CALM_FOR = timedelta(hours=8)
"""So long without contact is a working day, and no news."""
CLOCK_OFF_BY = timedelta(minutes=2)
_FOR_PEOPLE = frozenset(
    {
        LineTrouble.REVOKED,
        LineTrouble.UNTRUSTED,
        LineTrouble.OLD_TILL,
        LineTrouble.BEGUN_ANEW,
        LineTrouble.LOCAL_DISK,
    }
)
_ANSWERED_OR_ALONE = frozenset({LineTrouble.NONE, LineTrouble.NOT_PAIRED})


_DOUBTS = {ClockDoubt.BEHIND: Concern.CLOCK_BEHIND, ClockDoubt.LEAPT: Concern.DATE}


def server_view(contact: Contact, at: Moment, latest_ms: int = 0) -> ServerView:
    """What the line at the top and the panel behind it tell.

    ``latest_ms`` is the latest time that was recorded here; 0: nothing was.
    """
    ago = None if contact.last_ms is None else max(0, _milliseconds(at) - contact.last_ms)
    doubted = _DOUBTS.get(doubt(_milliseconds(at), latest_ms))
    if doubted is None:
        return ServerView(contact=contact, ago_ms=ago, concern=_concern(contact, ago))
    # The day is wrong on every slip, and on a till alone nobody else can know.
    latest = _EPOCH + timedelta(milliseconds=latest_ms, minutes=at.offset_minutes)
    return ServerView(
        contact=contact,
        ago_ms=ago,
        concern=doubted,
        now=at.local,
        latest=latest if latest_ms else None,
    )


def _concern(contact: Contact, ago_ms: int | None) -> Concern:
    if not contact.is_paired:
        return Concern.NONE
    if contact.trouble in _FOR_PEOPLE:
        return Concern.TROUBLE
    if abs(contact.clock_ahead_ms) > CLOCK_OFF_BY / timedelta(milliseconds=1):
        return Concern.CLOCK
    if contact.parked:
        return Concern.PARKED
    # A till that was off all night has met nobody yet: only a try that failed counts.
    tried = contact.trouble not in _ANSWERED_OR_ALONE
    if tried and ago_ms is not None and ago_ms >= CALM_FOR / timedelta(milliseconds=1):
        return Concern.AGE
    return Concern.NONE


def _milliseconds(at: Moment) -> int:
    return (at.utc - _EPOCH) // timedelta(milliseconds=1)
