"""How much more of a reward or an earn rule may be had: what limits and budgets leave of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from terminal.loyalty.benefits import Donation, GivenUnits
from terminal.loyalty.conditions import Limit
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import Applied, Reason, Spent, Why
from terminal.loyalty.history import first_day, had, had_under, next_first_day
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.wallet import budget_account


class Allowance(NamedTuple):
    """How many are left; None: as many as anybody likes. Where none is left, the reason."""

    n: int | None = None
    away: Reason | None = None


ANY = Allowance()
BUDGET_USED_UP = Reason(why=Why.BUDGET_USED_UP)


def uses_left(programme: Programme, reward: Reward, customer: Customer) -> Allowance:
    """How often a reward may be had in this sale, by its limits and its budget.

    A budget of money bounds what is taken off, which only the search knows; here it must only
    have something left.
    """
    budget = reward.budget
    if not reward.limits and budget is None:
        return ANY
    allowed = within_limits(reward.limits, had(programme.programme, reward.id), customer)
    if budget is None or allowed.away:
        return allowed
    left = customer.budget_left(budget_account(programme.programme, reward.id))
    if budget.of != "times":
        each = _each(reward)
        if each is None:
            return allowed if left else Allowance(0, BUDGET_USED_UP)
        left //= each
    if not left:
        return Allowance(0, BUDGET_USED_UP)
    return Allowance(left if allowed.n is None else min(left, allowed.n))


def budget_spent(programme: Programme, reward: Reward, applied: Applied) -> Spent | None:
    """What an applied reward takes from its budget."""
    if reward.budget is None:
        return None
    each = 1 if reward.budget.of == "times" else _each(reward)
    n = applied.discount if each is None else each * applied.times
    account = budget_account(programme.programme, reward.id)
    return Spent(name=applied.name, account=account, n=n) if n else None


def _each(reward: Reward) -> int | None:
    """What one use costs a budget of units or of money; None: what it takes off."""
    match reward.benefit:
        case GivenUnits(n=n):
            return n
        case Donation(amount=amount):
            return amount
        case _:
            return None


def within_limits(limits: Iterable[Limit], name: str, customer: Customer) -> Allowance:
    """What limits leave of what is counted by a name.

    What a member may have so often cannot be counted without a card.
    """
    left: int | None = None
    for limit in limits:
        if limit.per == "member" and customer.traits is None:
            return Allowance(0, Reason(why=Why.MEMBERS_ONLY))
        names = had_under(limit, name)
        more = limit.most - sum(customer.total(one, limit.period, limit.per) for one in names)
        if more < 1:
            member = limit.per == "member"
            return Allowance(
                0,
                Reason(
                    why=Why.USED_UP if member else Why.OPERATOR_LIMIT,
                    times=limit.most,
                    day=again_on(limit, name, customer),
                ),
            )
        left = more if left is None else min(left, more)
    return Allowance(left)


def again_on(limit: Limit, name: str, customer: Customer) -> date | None:
    """The first day on which a limit leaves something again; None: never by itself."""
    if limit.period.kind != "days":
        return next_first_day(limit.period, customer.today)
    first = first_day(limit.period, customer.today)
    rows = [
        (day, n)
        for one in had_under(limit, name)
        for day, n in customer.days(one, limit.per)
        if first and first <= day
    ]
    rows.sort()
    counted = sum(n for _, n in rows)
    for day, n in rows:
        counted -= n
        if counted < limit.most:
            return day + timedelta(days=limit.period.days)
    return None
