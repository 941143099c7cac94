"""Units that come without a purchase: for joining, for bringing somebody, for an opinion, for sorry.

Whoever records it writes one fact, with these entries and counts in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from terminal.loyalty.bodies import UnitsAdjusted, Vesting
from terminal.loyalty.engine.accruals import budgets_spent, granted
from terminal.loyalty.engine.evaluation import Earned
from terminal.loyalty.history import Counted, brought
from terminal.loyalty.ledger import Entry, EntryKind, taking_back_pending, uncovered
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import earn_entries
from terminal.loyalty.standing import Moment, RewardName, Standing
from terminal.loyalty.wallet import WalletId
from terminal.values import dataclass

BY_HAND = ("goodwill", "feedback")
"""What somebody at the counter decides to give; everything else the rules give by themselves."""
WHYS = ("wait", "goods", "mistake", "other")
"""What goodwill is for: too long a wait, goods that were not right, a mistake of ours, else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """What a member is given, ready to be recorded."""

    reason: str
    """What for: one of ``EarnRule.on``."""
    wallet: WalletId
    """Where it is counted that they had it."""
    entries: tuple[Entry, ...]
    counts: tuple[Counted, ...]
    earned: tuple[Earned, ...] = ()
    """By which rules; none where something is taken back."""
    pending: tuple[Vesting, ...] = ()
    """What of the entries waits, and until when."""
    why: str = ""
    """Of goodwill, what for: one of ``WHYS``."""
    undoes: str = ""
    """What was given by mistake, and is taken back by this; see ``fact_name``."""

    def body(self, member: str, *more: Counted, newcomer: str = "") -> UnitsAdjusted:
        """What the fact says of it beside its entries, with whatever else is counted by it."""
        return UnitsAdjusted(
            reason=self.reason,
            member=member,
            wallet=self.wallet,
            counts=(*self.counts, *more),
            earned=self.pending,
            newcomer=newcomer,
            why=self.why,
            undoes=self.undoes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What somebody at the counter gave a member, as its fact says, and what became of it."""

    incarnation: str
    seq: int
    wall_ms: int
    body: UnitsAdjusted
    entries: tuple[Entry, ...]
    words: str = ""
    """Why, where somebody typed it: a record beside the fact."""
    taken_back: bool = False

    @property
    def name(self) -> str:
        """How other facts name it."""
        return fact_name(self.incarnation, self.seq)

    @property
    def units(self) -> int:
        """How many were given."""
        return sum(one.n for one in self.entries if one.kind in _CREDITS)

    @property
    def unit(self) -> str:
        """Which unit was given."""
        return next((one.account.unit for one in self.entries if one.kind in _CREDITS), "")


_CREDITS = frozenset({EntryKind.EARN, EntryKind.EARN_PENDING})


def giving(
    on: str,
    programmes: Sequence[Programme],
    standing: Standing,
    at: Moment,
    *,
    only: RewardName | None = None,
    why: str = "",
) -> Giving | None:
    """What the rules for something that is no purchase give a member; None if nothing.

    ``programmes`` are those in force; the standing is the member's, budgets included. ``only``
    names the rule that is meant where others fit as well.
    """
    earned = granted(programmes, on, standing, at, only=only)
    if not earned:
        return None
    entries = earn_entries(earned, standing.holdings)
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
        earned=earned,
        pending=tuple(
            Vesting(account=one.account, n=one.n, vests=one.vests)
            for one in earned
            if one.vests is not None
        ),
        why=why,
    )


def fact_name(incarnation: str, seq: int) -> str:
    """How one fact names another."""
    return f"{incarnation}/{seq}"


def taking_back(gift: Gift, standing: Standing, today: date) -> Giving | None:
    """The undoing of what was given by mistake, as a fact of its own; None where there is none.

    All of it or nothing: the rights to the units must be here. Units that still wait to vest, as
    the member's standing has it, need none. What they settled of a debt is owed again, and the
    limits have their part back.
    """
    waiting = {one.account: one.sums.pending for one in standing.holdings}
    vests = {one.account: one.vests for one in gift.body.earned}
    back: list[Entry] = []
    for one in gift.entries:
        opposite = _OPPOSITE.get(one.kind)
        if opposite is None:
            return None
        waits = one.kind is EntryKind.EARN_PENDING and waiting.get(one.account, 0) >= one.n
        if waits and today < vests.get(one.account, date.max):
            back += taking_back_pending(one.account, one.n, one.day)
        else:
            back.append(Entry(one.account, opposite, one.n, one.day))
    body = gift.body
    if body.undoes or not back:
        return None
    return Giving(
        reason=body.reason,
        wallet=WalletId(body.wallet),
        entries=tuple(back),
        counts=tuple(Counted(one.name, one.day, -one.n) for one in body.counts),
        why=body.why,
        undoes=gift.name,
    )


def taking_back_even_if_spent(gift: Gift, standing: Standing, today: date) -> Giving | None:
    """The same where nobody is asked: what the rights that are here do not cover is owed."""
    given = taking_back(gift, standing, today)
    if given is None:
        return None
    rights = {one.account: one.spendable for one in (*standing.holdings, *standing.budgets)}
    return replace(given, entries=(*given.entries, *uncovered(given.entries, rights)))


_OPPOSITE = {
    EntryKind.EARN: EntryKind.UNEARN,
    EntryKind.EARN_PENDING: EntryKind.UNEARN,
    EntryKind.REPAY: EntryKind.OWE,
    EntryKind.SPEND: EntryKind.UNSPEND,
}
