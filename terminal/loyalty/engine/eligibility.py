"""Who, when, on what occasion: the first questions of a rule, before anyone looks at the basket."""

from __future__ import annotations

from datetime import date, timedelta

from terminal.loyalty.conditions import (
    Audience,
    Away,
    Birthday,
    Draw,
    Enrolled,
    Occasion,
    Purchases,
    Referred,
    Spending,
    Window,
    minutes_of,
)
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.history import PURCHASES, SPENT, last_day, next_first_day
from terminal.loyalty.standing import Moment
from terminal.loyalty.units import Expiry
from terminal.loyalty.units import last_day as last_day_of

DAY = timedelta(days=1)


def not_for(audience: Audience, customer: Customer) -> Reason | None:
    """Why a rule is not for this customer; None if it is."""
    if not audience.members_only:
        return None
    traits = customer.traits
    if traits is None:
        return Reason(why=Why.MEMBERS_ONLY)
    if audience.tiers and traits.tier not in audience.tiers:
        return Reason(why=Why.NOT_FOR_THIS_MEMBER, tiers=audience.tiers)
    if (audience.segments and traits.segments.isdisjoint(audience.segments)) or (
        audience.named and traits.member not in audience.named
    ):
        return Reason(why=Why.NOT_FOR_THIS_MEMBER)
    if audience.consents and not customer.agreed(audience.consents):
        return Reason(why=Why.CONSENT_MISSING, consents=audience.consents)
    experiment = audience.experiment
    if experiment and not experiment.first <= customer.arm(experiment) <= experiment.last:
        return Reason(why=Why.CONTROL_GROUP)
    return None


def not_any_more(expiry: Expiry, today: date) -> Reason | None:
    """Why units of such an expiry are given no more; None if they are.

    Units of a campaign that is over could be used on no day, and nobody would get them back: who
    was told of the last day in good time knows that it is past.
    """
    last = last_day_of(expiry, today)
    return Reason(why=Why.ENDED, day=last) if last is not None and last < today else None


def not_on(occasion: Occasion | None, customer: Customer) -> Reason | None:
    """Why this is not the occasion in the member's own story; None if it is, or none is asked."""
    if occasion is None:
        return None
    if customer.traits is None:
        return Reason(why=Why.MEMBERS_ONLY)
    match occasion:
        case Birthday():
            return _not_birthday(occasion, customer.traits.birthday, customer.today)
        case Purchases():
            return _other_purchase(occasion, customer)
        case Spending():
            missing = occasion.amount - customer.total(SPENT, occasion.period)
            if missing <= 0:
                return None
            until = last_day(occasion.period, customer.today)
            return Reason(why=Why.SPENT_TOO_LITTLE, amount=missing, day=until)
        case Away():
            last = customer.last_day(PURCHASES)
            back = last is not None and (customer.today - last).days >= occasion.days
            return None if back else Reason(why=Why.NOT_AWAY, times=occasion.days)
        case Enrolled():
            joined = customer.enrolled()
            new = joined is not None and (customer.today - joined).days <= occasion.days
            return None if new else Reason(why=Why.NOT_NEW, times=occasion.days)
        case Referred():
            return None if customer.referred_by() else Reason(why=Why.NOT_REFERRED)
        case Draw():
            return None if customer.is_drawn(occasion) else Reason(why=Why.NOT_DRAWN)


def _not_birthday(
    occasion: Birthday, birthday: tuple[int, int] | None, today: date
) -> Reason | None:
    begins: list[date] = []
    # Days around a birthday in January begin in December, and the other way round.
    for year in (today.year - 1, today.year, today.year + 1):
        kept = _kept_in(year, birthday)
        if kept is not None:
            begin = kept - timedelta(days=occasion.days_before)
            if begin <= today <= kept + timedelta(days=occasion.days_after):
                return None
            begins.append(begin)
    ahead = [one for one in begins if one > today]
    return Reason(why=Why.NOT_BIRTHDAY, day=min(ahead, default=None))


def _kept_in(year: int, birthday: tuple[int, int] | None) -> date | None:
    """The day on which a birthday is kept in a year; None where there is no such day at all."""
    if birthday is None:
        return None
    try:
        return date(year, *birthday)
    except ValueError:
        return date(year, 2, 28) if birthday == (2, 29) else None


def _other_purchase(occasion: Purchases, customer: Customer) -> Reason | None:
    this = customer.total(PURCHASES, occasion.period) + 1
    ahead = -this % occasion.number if occasion.repeat else occasion.number - this
    if not ahead:
        return None
    if ahead < 0:
        again = next_first_day(occasion.period, customer.today)
        return Reason(why=Why.OTHER_PURCHASE, times=occasion.number, day=again)
    until = last_day(occasion.period, customer.today)
    return Reason(why=Why.OTHER_PURCHASE, times=occasion.number, pieces=ahead, day=until)


_MINUTES: dict[str, int] = {}


def _minutes_of(time: str) -> int:
    """The same, told once for each time of day that rules name."""
    minutes = _MINUTES.get(time)
    if minutes is None:
        minutes = _MINUTES[time] = minutes_of(time)
    return minutes


def not_now(window: Window, at: Moment) -> Reason | None:
    """Why a rule does not hold at this local time; None if it does."""
    local = at.local
    now = local.hour * 60 + local.minute
    opens, closes = _minutes_of(window.from_time), _minutes_of(window.to_time)
    over_midnight = closes < opens
    # The hours after midnight belong to the window that opened the evening before.
    tail = over_midnight and now < closes
    day = local.date() - DAY if tail else local.date()
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
