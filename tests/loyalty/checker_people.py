"""The independent check's view of the customer: for whom, on what occasion, how much is left.

As in ``checker``, none of the engine's code is used.
"""

from datetime import date, timedelta
from hashlib import sha256

from terminal.loyalty.conditions import (
    Audience,
    Away,
    Birthday,
    Draw,
    Enrolled,
    Limit,
    Occasion,
    Period,
    Purchases,
    Referred,
    Spending,
    Window,
)
from terminal.loyalty.history import History
from terminal.loyalty.standing import Moment, Standing, Traits


def is_for(audience: Audience, traits: Traits | None) -> bool:
    """Whether a rule is for this customer."""
    asked = (audience.tiers, audience.segments, audience.named, audience.consents)
    if traits is None:
        return not (audience.members or any(asked) or audience.experiment)
    if audience.experiment:
        arm = number_of(audience.experiment.id + traits.member)
        if arm not in range(audience.experiment.first, audience.experiment.last + 1):
            return False
    return (
        (not audience.tiers or traits.tier in audience.tiers)
        and (not audience.segments or bool(traits.segments & set(audience.segments)))
        and (not audience.named or traits.member in audience.named)
        and all(one in traits.consents for one in audience.consents)
    )


def number_of(text: str) -> int:
    """From 0 to 9,999: the first 8 bytes of SHA-256, the rest of dividing by 10,000."""
    return int(sha256(text.encode()).hexdigest()[:16], 16) % 10_000


def is_open(window: Window, at: Moment) -> bool:
    """Whether a window is open: some day began it, and it has not ended yet."""

    def clock(text: str) -> timedelta:
        return timedelta(hours=int(text[:2]), minutes=int(text[3:]))

    long = clock(window.to_time) - clock(window.from_time)
    if long < timedelta(0):
        long += timedelta(days=1)
    for back in (0, 1):
        day: date = at.local.date() - timedelta(days=back)
        since_midnight = at.local - at.local.replace(hour=0, minute=0, second=0, microsecond=0)
        since = since_midnight + timedelta(days=back) - clock(window.from_time)
        if (
            timedelta(0) <= since < long
            and (not window.weekdays or day.isoweekday() in window.weekdays)
            and (window.first_day is None or window.first_day <= day)
            and (window.last_day is None or day <= window.last_day)
        ):
            return True
    return False


def is_within(period: Period, day: date, today: date) -> bool:
    """Whether a day counts in a period that ends today; days to come do."""
    match period.kind:
        case "ever":
            return True
        case "day":
            return day >= today
        case "week":
            return day.isocalendar()[:2] >= today.isocalendar()[:2]
        case "month":
            return (day.year, day.month) >= (today.year, today.month)
        case "quarter":
            return (day.year, (day.month + 2) // 3) >= (today.year, (today.month + 2) // 3)
        case "year":
            return day.year >= today.year
        case "days":
            return (today - day).days < period.days


def counted(history: History, name: str, period: Period, today: date) -> int:
    """How many of something are known of a period that ends today."""
    return sum(
        one.n for one in history.counted if one.name == name and is_within(period, one.day, today)
    )


def is_occasion(occasion: Occasion | None, standing: Standing, at: Moment) -> bool:
    """Whether what a rule asks of the member's own story is so."""
    traits, today = standing.traits, at.business_day
    if occasion is None:
        return True
    if traits is None:
        return False
    match occasion:
        case Birthday(days_before=before, days_after=after):
            days = (today + timedelta(days=n) for n in range(-after, before + 1))
            return any(keeps_birthday(traits.birthday, day) for day in days)
        case Purchases(number=number, repeat=repeat, period=period):
            this = counted(standing.history, "purchases", period, today) + 1
            return this % number == 0 if repeat else this == number
        case Spending(amount=amount, period=period):
            return counted(standing.history, "spent", period, today) >= amount
        case Away(days=days_away):
            bought = [one.day for one in standing.history.counted if one.name == "purchases"]
            return bool(bought) and (today - max(bought)).days >= days_away
        case Enrolled(days=new):
            return traits.enrolled is not None and (today - traits.enrolled).days <= new
        case Referred():
            return traits.referred_by != ""
        case Draw(id=name, basis_points=points):
            return number_of(name + traits.member + str(today)) < points


def keeps_birthday(birthday: tuple[int, int] | None, day: date) -> bool:
    """Whether a birthday is kept on a day; those of leap days a day before where there is none."""
    if birthday == (2, 29) and (day + timedelta(days=1)).month == 3 and day.month == 2:
        return True
    return birthday == (day.month, day.day) and birthday != (2, 29)


def left_by(limits: tuple[Limit, ...], name: str, standing: Standing, at: Moment) -> int:
    """How many more the limits allow."""
    left = 10**15
    for limit in limits:
        history = standing.history if limit.per == "member" else standing.operator_history
        if limit.per == "member" and standing.traits is None:
            return 0
        names = [name, *(f"had:{one.programme}/{one.reward}" for one in limit.together_with)]
        had = sum(counted(history, one, limit.period, at.business_day) for one in names)
        left = min(left, limit.most - had)
    return max(0, left)


def budget_left(programme: int, rule: str, standing: Standing) -> int:
    """What of a budget may be given out here."""
    wallet = sha256(f"budget {programme}/{rule}".encode()).hexdigest()[:32]
    return sum(
        max(0, one.spendable) for one in standing.budgets if one.account == (wallet, "budget")
    )
