"""Who and when: the first questions that a rule asks, before anyone looks into the basket."""

from __future__ import annotations

from datetime import timedelta

from terminal.loyalty.conditions import Audience, Window, minutes_of
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.standing import Moment, Traits

DAY = timedelta(days=1)


def not_for(audience: Audience, traits: Traits | None) -> Reason | None:
    """Why a rule is not for this customer; None if it is."""
    if not audience.members_only:
        return None
    if traits is None:
        return Reason(why=Why.MEMBERS_ONLY)
    if audience.tiers and traits.tier not in audience.tiers:
        return Reason(why=Why.NOT_FOR_THIS_MEMBER)
    if audience.segments and traits.segments.isdisjoint(audience.segments):
        return Reason(why=Why.NOT_FOR_THIS_MEMBER)
    return None


def not_now(window: Window, at: Moment) -> Reason | None:
    """Why a rule does not hold at this local time; None if it does."""
    now = at.local.hour * 60 + at.local.minute
    opens, closes = minutes_of(window.from_time), minutes_of(window.to_time)
    over_midnight = closes < opens
    # The hours after midnight belong to the window that opened the evening before.
    tail = over_midnight and now < closes
    day = at.local.date() - DAY if tail else at.local.date()
    if window.first_day and day < window.first_day:
        return Reason(why=Why.NOT_STARTED, day=window.first_day)
    if window.last_day and day > window.last_day:
        return Reason(why=Why.ENDED, day=window.last_day)
    if window.weekdays and day.isoweekday() not in window.weekdays:
        ahead = min((weekday - day.isoweekday()) % 7 or 7 for weekday in window.weekdays)
        return Reason(why=Why.OTHER_WEEKDAY, weekday=(day.isoweekday() + ahead - 1) % 7 + 1)
    if now < opens and not tail:
        return Reason(why=Why.FROM_TIME, time=window.from_time)
    if not over_midnight and now >= closes:
        return Reason(why=Why.UNTIL_TIME, time=window.to_time)
    return None
