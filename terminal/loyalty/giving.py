"""Units that come without a purchase: for joining, for bringing somebody, for an opinion, for sorry.

Whoever records it writes one fact, with these entries and counts in it.
"""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.bodies import UnitsAdjusted, Vesting
from terminal.loyalty.engine.accruals import budgets_spent, granted
from terminal.loyalty.history import Counted, brought
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, accrual
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Moment, Standing
from terminal.loyalty.wallet import WalletId
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """What a member is given, ready to be recorded."""

    reason: str
    """What for: one of ``EarnRule.on``."""
    wallet: WalletId
    """Where it is counted that they had it."""
    entries: tuple[Entry, ...]
    counts: tuple[Counted, ...]
    pending: tuple[Vesting, ...] = ()
    """What of the entries waits, and until when."""

    def body(self, member: str, *more: Counted, newcomer: str = "") -> UnitsAdjusted:
        """What the fact says of it beside its entries, with whatever else is counted by it."""
        return UnitsAdjusted(
            reason=self.reason,
            member=member,
            wallet=self.wallet,
            counts=(*self.counts, *more),
            earned=self.pending,
            newcomer=newcomer,
        )


def giving(
    on: str, programmes: Sequence[Programme], standing: Standing, at: Moment
) -> Giving | None:
    """What the rules for something that is no purchase give a member; None if nothing.

    ``programmes`` are those in force; the standing is the member's, budgets included.
    """
    earned = granted(programmes, on, standing, at)
    if not earned:
        return None
    entries: list[Entry] = []
    owed = {one.account: max(0, one.sums.debt) for one in standing.holdings}
    for one in earned:
        if one.vests is not None:
            entries.append(Entry(one.account, EntryKind.EARN_PENDING, one.n, one.day))
            continue
        debt = owed.get(one.account, NOTHING.debt)
        entries += accrual(one.account, one.n, one.day, debt=debt)
        owed[one.account] = max(0, debt - one.n)
    entries += [
        Entry(one.account, EntryKind.SPEND, one.n) for one in budgets_spent(programmes, earned)
    ]
    return Giving(
        reason=on,
        wallet=standing.wallets[0],
        entries=tuple(entries),
        counts=tuple(
            Counted(brought(one.programme, one.rule), at.business_day, one.n) for one in earned
        ),
        pending=tuple(
            Vesting(account=one.account, n=one.n, vests=one.vests)
            for one in earned
            if one.vests is not None
        ),
    )
