"""Budgets of offers: accounts like any other, whose rights tills hold and spend. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from terminal.loyalty.conditions import Budget
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.wallet import Account, budget_account


def budgets_of(programmes: Iterable[Programme]) -> dict[Account, int]:
    """What the offers of these programmes may cost; of several revisions the most that one says."""
    found: dict[Account, int] = {}
    for programme in programmes:
        for rule, budget in _said(programme):
            account = budget_account(programme.programme, rule)
            found[account] = max(budget.amount, found.get(account, 0))
    return found


def not_over(revisions: Iterable[Programme], utc: datetime) -> tuple[Programme, ...]:
    """Of each programme the revision that holds at an instant (UTC, no zone) and all to come."""
    known = tuple(revisions)
    holding = {one.programme: one.revision for one in in_force(known, utc)}
    return tuple(
        one
        for one in known
        if not one.closed
        and (
            one.revision >= holding[one.programme]
            if one.programme in holding
            else not _begun(one, utc)
        )
    )


def _begun(programme: Programme, utc: datetime) -> bool:
    offset = programme.holds_from.utcoffset() or utc - utc
    return programme.holds_from.replace(tzinfo=None) - offset <= utc


def _said(programme: Programme) -> Iterator[tuple[str, Budget]]:
    for rule in programme.earn:
        if rule.budget is not None:
            yield rule.id, rule.budget
    for reward in programme.rewards:
        if reward.budget is not None:
            yield reward.id, reward.budget
