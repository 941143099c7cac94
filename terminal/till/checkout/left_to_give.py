"""What offers have left to give here, whoever stands at the counter: budgets, and who serves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from terminal.loyalty.activity import with_last_days
from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.counting import asked
from terminal.loyalty.history import NO_HISTORY
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Standing
from terminal.loyalty.tiers import with_tier
from terminal.till.ports import Programmes


def with_what_is_left(
    standing: Standing, known: Programmes, programmes: Sequence[Programme], today: date
) -> Standing:
    """The same standing with the budgets of these programmes, and what was given by who serves.

    The tier is the one that the member has earned by now, however long ago the server told one,
    and last days are those that hold.

    Nothing is read of what nobody asks for: budgets and limits where no offer has one, revisions
    where nobody is there whose units could end.

    Raises:
        Trouble: it could not be read.
    """
    standing = with_tier(standing, programmes, today)
    if standing.wallets:
        standing = with_last_days(standing, known.revisions(), today)
    accounts = budgets_of(programmes)
    needed = asked(programmes, today).of_operators
    return replace(
        standing,
        budgets=tuple(known.budgets(sorted(accounts))) if accounts else (),
        operator_history=known.given(needed) if needed else NO_HISTORY,
    )
