"""Why 85? The movements of a member's units, each with the balance that it left.

What this till recorded is known whole; of other tills and the office a statement tells the last
few movements of a wallet. So the story begins where the statement does, and says so. It ends at
today's figure, because it is told backwards from there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from terminal.loyalty.activity import with_last_days
from terminal.loyalty.ledger import NOTHING, EntryKind, apply
from terminal.loyalty.programme import Programme, UnitTerms, in_force
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Moment, RewardName, Standing
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account
from terminal.till.journal_port import Movement, PastSales
from terminal.till.member_port import MemberStory, MovementRow, UnitStory
from terminal.till.ports import Member

MOST = 400
"""Movements that are looked at; the story is as long as somebody may want to scroll."""

_RIGHTS_ONLY = frozenset({EntryKind.RECEIVE, EntryKind.RELEASE})
_SALE = "SaleRecorded"


def story(
    member: Member,
    standing: Standing,
    past: PastSales,
    revisions: Sequence[Programme],
    now: Moment,
) -> MemberStory:
    """The movements of all units that a programme in force accrues, or that the member has."""
    standing = with_last_days(standing, revisions, now.business_day)
    moved = [
        one
        for one in past.movements(member.id, MOST)
        if one.entry.account.wallet in standing.wallets and one.entry.kind not in _RIGHTS_ONLY
    ]
    since = past.known_since(member.id)
    if len(moved) >= MOST:
        since = max(since or 0, moved[-1].wall_ms)
    known = _backwards([one for one in moved if since is None or one.wall_ms >= since])
    sales = _sales_of(past, known)
    terms = _terms(revisions, now)
    held = {holding.account.unit for holding in standing.holdings}
    units = [one for unit, one in terms.items() if unit in held or _is_for_members(one)]
    return MemberStory(
        member=member.short_name,
        joined=member.joined,
        units=tuple(
            _unit(one, standing, known, sales, now, told_whole=since is None) for one in units
        ),
    )


def _backwards(moved: Sequence[Movement]) -> list[Movement]:
    """Latest first within a fact too: what it gave last comes before what it took first."""
    facts = groupby(moved, key=lambda one: one.recorded)
    return [one for _, of_fact in facts for one in reversed(list(of_fact))]


def _unit(
    terms: UnitTerms,
    standing: Standing,
    known: Sequence[Movement],
    sales: Mapping[str, SaleRecord],
    now: Moment,
    *,
    told_whole: bool,
) -> UnitStory:
    unit = terms.id
    holdings = standing.of(unit)
    balances = {holding.account: holding.sums.balance for holding in holdings}
    rows = []
    for one in known:
        if one.entry.account.unit == unit:
            rows.append(_row(one, balances, sales, now))
            balances[one.entry.account] = balances.get(one.entry.account, 0) - change_of(one)
    before = _shown(balances)
    endings: dict[date, int] = {}
    for holding in holdings:
        for lot in standing.lots(holding):
            if lot.day is not None:
                endings[lot.day] = endings.get(lot.day, 0) + lot.n
    return UnitStory(
        unit=unit,
        kind=terms.kind,
        name=terms.name,
        balance=standing.balance(unit),
        pending=sum(holding.sums.pending for holding in holdings),
        debt=sum(max(0, holding.sums.debt) for holding in holdings),
        rows=tuple(rows),
        before=before,
        whole=told_whole and before == 0,
        endings=tuple(sorted(endings.items())),
        places=standing.places_of(unit),
        counted=terms.counted,
    )


def _row(
    one: Movement, balances: Mapping[Account, int], sales: Mapping[str, SaleRecord], now: Moment
) -> MovementRow:
    sale = sales.get(one.sale_id or "")
    spent = one.entry.kind is EntryKind.SPEND
    return MovementRow(
        at=_local(one.wall_ms, now),
        kind=one.entry.kind,
        fact=one.kind,
        n=one.entry.n if one.entry.kind is EntryKind.EARN_PENDING else change_of(one),
        after=_shown(balances),
        place=one.place,
        office=not one.place and one.sale_id is None and one.kind not in _AT_TILLS,
        number=one.recorded.seq if one.kind in _ON_SLIPS else 0,
        rewards=_rewards(sale, one.entry.account) if sale is not None and spent else (),
        reason=one.reason,
        why=one.why,
    )


_ON_SLIPS = frozenset({_SALE, "RefundRecorded"})
_AT_TILLS = frozenset({_SALE, "RefundRecorded", "UnitsAdjusted", "MemberEnrolled"})


def change_of(movement: Movement) -> int:
    """By how much an entry changed what its account shows as balance."""
    return apply(NOTHING, movement.entry).balance


def _rewards(sale: SaleRecord, account: Account) -> tuple[RewardName, ...]:
    return tuple(
        dict.fromkeys(one.name for one in sale.applied if one.units and one.unit == account.unit)
    )


def _sales_of(past: PastSales, known: Sequence[Movement]) -> dict[str, SaleRecord]:
    """The sales in which units were spent, to tell for what."""
    wanted = {one.sale_id for one in known if one.sale_id and one.entry.kind is EntryKind.SPEND}
    found = ((sale, past.load(sale)) for sale in wanted)
    return {sale: one.record for sale, one in found if one is not None}


def _is_for_members(terms: UnitTerms) -> bool:
    """What codes hold is told with the code, and nobody wants to read of empty store credit."""
    return terms.held == "member" and terms.kind is not UnitKind.MONEY


def _terms(revisions: Sequence[Programme], now: Moment) -> dict[str, UnitTerms]:
    terms: dict[str, UnitTerms] = {}
    for programme in (*in_force(revisions, now.utc), *revisions):
        if programme.unit is not None and programme.unit.kind is not UnitKind.STATUS:
            terms.setdefault(programme.unit.id, programme.unit)
    return terms


def _shown(balances: Mapping[Account, int]) -> int:
    return sum(max(0, n) for n in balances.values())


def _local(wall_ms: int, now: Moment) -> datetime:
    """An instant as the clock on the wall shows it today; for eyes only."""
    utc = datetime.fromtimestamp(wall_ms / 1000, UTC).replace(tzinfo=None)
    return utc + timedelta(minutes=now.offset_minutes)
