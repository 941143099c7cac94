"""Units: spent as the rewards cost, earned as the rules give, moved as the body says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.recorded import RecordedSale
from terminal.loyalty.engine.accruals import Paid, accruals
from terminal.loyalty.engine.evaluation import Earned, Share
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.ledger import EntryKind
from terminal.loyalty.money import divide_half_up
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Standing
from terminal.loyalty.wallet import Account, WalletId

_Moved = Counter[tuple[Account, EntryKind, date | None]]


def check_units(sale: RecordedSale) -> Iterator[Finding]:
    """What the sale cost and brought in units."""
    yield from _spent(sale)
    yield from _earned(sale)
    yield from _entries(sale)
    yield from _balances(sale)


def worth_of(programme: Programme | None, n: int) -> int:
    """What units of a programme are worth in minor units, as far as it says."""
    if n <= 0 or programme is None or programme.unit is None or programme.unit.worth is None:
        return 0
    return divide_half_up(n * programme.unit.worth.amount, programme.unit.worth.units)


# --- spent ---------------------------------------------------------------------------------------


def _spent(sale: RecordedSale) -> Iterator[Finding]:
    rows = Counter({one.name: 0 for one in sale.record.applied})
    for spent in sale.record.spent:
        rows[spent.name] += spent.n
    for one in sale.record.applied:
        candidate = sale.reward(one.name, one.revision)
        paid = rows.pop(one.name, 0)
        if candidate is None:
            continue
        cost = candidate.reward.cost * one.times
        unit = candidate.programme.unit.id if candidate.programme.unit and cost else ""
        odd = any(
            spent.n <= 0 or spent.account.unit != unit
            for spent in sale.record.spent
            if spent.name == one.name
        )
        if odd or one.units != cost or paid != cost or one.unit != unit:
            yield Finding(
                kind=FindingKind.SPENT,
                programme=one.name.programme,
                rule=one.name.reward,
                expected=cost,
                found=paid,
                cost=worth_of(candidate.programme, cost - paid),
            )
    for name, n in rows.items():
        yield Finding(kind=FindingKind.SPENT, programme=name.programme, rule=name.reward, found=n)


# --- earned --------------------------------------------------------------------------------------


def _earned(sale: RecordedSale) -> Iterator[Finding]:
    told = {(one.programme, one.rule): one for one in sale.record.earned}
    if len(told) < len(sale.record.earned):
        yield Finding(kind=FindingKind.EARNED, text="told twice")
    least, most = (_accruals(sale, free) for free in _free_pieces(sale))
    for key in sorted({*told, *least, *most}):
        programme = sale.held.get(key[0])
        one = told.get(key)
        if programme is None or (one is not None and one.revision != programme.revision):
            if one is not None:
                yield Finding(kind=FindingKind.REVISION, programme=key[0], rule=key[1], found=one.n)
            continue
        few, many = least.get(key), most.get(key)
        n = one.n if one else 0
        bounds = (few.n if few else 0, many.n if many else 0)
        if not bounds[0] <= n <= bounds[1] or _differs(one, many):
            yield Finding(
                kind=FindingKind.EARNED,
                programme=key[0],
                rule=key[1],
                expected=bounds[1],
                found=n,
                cost=worth_of(programme, n - bounds[1]),
            )


def _differs(one: Earned | None, expected: Earned | None) -> bool:
    """Whether units go elsewhere, or end or vest on another day, than they should."""
    if one is None or expected is None:
        return False
    return (one.account, one.day, one.vests) != (expected.account, expected.day, expected.vests)


def _accruals(sale: RecordedSale, free: dict[int, int]) -> dict[tuple[int, str], Earned]:
    wallet = next((one.account.wallet for one in sale.record.earned), WalletId(""))
    standing = Standing(traits=sale.traits, wallets=() if sale.traits is None else (wallet,))
    net = {line.key: line.net for line in sale.record.lines}
    paid = Paid(net, free, sale.record.total)
    found = accruals(sale.basket, standing, sale.held.values(), sale.record.at, paid)
    return {(one.programme, one.rule): one for one in found.earned}


def _free_pieces(sale: RecordedSale) -> tuple[dict[int, int], dict[int, int]]:
    """The most and the fewest pieces of each line that rewards made free.

    Of a set that costs so much together it is not recorded which pieces bore how much.
    """
    prices = {line.key: line.piece_amount for line in sale.basket.lines}
    most: Counter[int] = Counter()
    fewest: Counter[int] = Counter()
    for one in sale.record.applied:
        candidate = sale.reward(one.name, one.revision)
        if candidate is None or candidate.reward.target.scope == "basket":
            continue
        for share in one.shares:
            whole = share.pieces if share.amount == share.pieces * prices.get(share.line, 0) else 0
            fewest[share.line] += whole
            most[share.line] += max(whole, _free_at_most(candidate, share, prices))
    return dict(most), dict(fewest)


def _free_at_most(candidate: Candidate, share: Share, prices: dict[int, int]) -> int:
    price = prices.get(share.line, 0)
    alike = candidate.reward.target.scope == "piece" or isinstance(candidate.benefit, PercentOff)
    return 0 if alike or price <= 0 else min(share.pieces, share.amount // price)


# --- moved ---------------------------------------------------------------------------------------


def _entries(sale: RecordedSale) -> Iterator[Finding]:
    """The entries are what the body says; how much was owed only the till knew."""
    said: _Moved = Counter()
    at_once: Counter[Account] = Counter()
    for spent in sale.record.spent:
        said[spent.account, EntryKind.SPEND, None] += spent.n
    for tender in sale.record.tenders:
        if tender.account is not None:
            said[tender.account, EntryKind.SPEND, None] += tender.amount
    for earned in sale.record.earned:
        pending = earned.vests is not None
        kind = EntryKind.EARN_PENDING if pending else EntryKind.EARN
        said[earned.account, kind, earned.day] += earned.n
        at_once[earned.account] += 0 if pending else earned.n
    moved: _Moved = Counter()
    repaid: Counter[Account] = Counter()
    for entry in sale.entries:
        if entry.kind is EntryKind.REPAY:
            repaid[entry.account] += entry.n
        else:
            moved[entry.account, entry.kind, entry.day] += entry.n
    for key in sorted({*said, *moved}, key=repr):
        if said[key] != moved[key]:
            account, kind, _ = key
            yield _moved_wrongly(sale, account, kind, said[key], moved[key])
    for account, n in repaid.items():
        if n > at_once[account]:
            yield _moved_wrongly(sale, account, EntryKind.REPAY, at_once[account], n)


def _moved_wrongly(
    sale: RecordedSale, account: Account, kind: EntryKind, said: int, moved: int
) -> Finding:
    terms = (one for one in sale.held.values() if one.unit and one.unit.id == account.unit)
    gained = said - moved if kind is EntryKind.SPEND else moved - said
    return Finding(
        kind=FindingKind.ENTRIES,
        expected=said,
        found=moved,
        text=f"{account.wallet} {account.unit} {kind}",
        cost=worth_of(next(terms, None), gained),
    )


def _balances(sale: RecordedSale) -> Iterator[Finding]:
    """What the slip told of the units is what the entries move."""
    for one in sale.record.balances:
        told = (one.spent, one.earned, one.earned_pending, one.repaid)
        moved = tuple(
            _sum(sale, one.unit, kind)
            for kind in (
                EntryKind.SPEND,
                EntryKind.EARN,
                EntryKind.EARN_PENDING,
                EntryKind.REPAY,
            )
        )
        if told != moved or one.after != one.before - one.spent + one.earned:
            yield Finding(
                kind=FindingKind.ENTRIES,
                expected=one.before - one.spent + one.earned,
                found=one.after,
                text=f"balance {one.unit}",
            )


def _sum(sale: RecordedSale, unit: str, kind: EntryKind) -> int:
    """Of the member's own wallets."""
    bearers = {one.wallet for one in sale.record.bearers}
    return sum(
        one.n
        for one in sale.entries
        if one.account.unit == unit and one.kind is kind and one.account.wallet not in bearers
    )
