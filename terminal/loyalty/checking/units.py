"""Units: spent as the rewards cost, earned as the rules give, moved as the body says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.recorded import RecordedSale, budgets_without_end, standing_of
from terminal.loyalty.conditions import Birthday
from terminal.loyalty.engine.accruals import Accruals, accruals
from terminal.loyalty.engine.earned_by_rule import Paid
from terminal.loyalty.engine.evaluation import Carried, Earned, Share, together
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.reduced_goods import Reduced, free_in, reduced_in
from terminal.loyalty.ledger import EntryKind
from terminal.loyalty.programme import Programme, worth_of
from terminal.loyalty.tender import paid_with
from terminal.loyalty.wallet import BUDGET_UNIT, Account, WalletId

_SPARE = tuple(WalletId(f"spare {n}") for n in range(8))
"""New codes for rules that the sale did not earn by, such as those whose budget was used up."""

_Moved = Counter[tuple[Account, EntryKind, date | None]]


def check_units(sale: RecordedSale) -> Iterator[Finding]:
    """What the sale cost and brought in units."""
    yield from _spent(sale)
    ways = _ways(sale)
    yield from _earned(sale, ways)
    yield from _carried(sale, ways)
    yield from _entries(sale)
    yield from _balances(sale)


# --- spent ---------------------------------------------------------------------------------------


def _spent(sale: RecordedSale) -> Iterator[Finding]:
    rows = Counter({one.name: 0 for one in sale.record.applied})
    spending = [one for one in sale.record.spent if one.account.unit != BUDGET_UNIT]
    for spent in spending:
        rows[spent.name] += spent.n
    for one in sale.record.applied:
        terms = sale.terms(one.name, one.revision)
        paid = rows.pop(one.name, 0)
        if terms is None:
            continue
        cost = terms.reward.cost * one.times
        unit = terms.programme.unit.id if terms.programme.unit and cost else ""
        odd = any(
            spent.n <= 0 or spent.account.unit != unit
            for spent in spending
            if spent.name == one.name
        )
        if odd or one.units != cost or paid != cost or one.unit != unit:
            yield Finding(
                kind=FindingKind.SPENT,
                programme=one.name.programme,
                rule=one.name.reward,
                expected=cost,
                found=paid,
                cost=worth_of(terms.programme, cost - paid),
            )
    for name, n in rows.items():
        yield Finding(kind=FindingKind.SPENT, programme=name.programme, rule=name.reward, found=n)


# --- earned --------------------------------------------------------------------------------------


def _earned(sale: RecordedSale, found: list[Accruals]) -> Iterator[Finding]:
    parts = [one for one in sale.record.earned if not one.by_reward]
    by_rules = together(parts)
    told = {(one.programme, one.rule): one for one in by_rules}
    accounts = {(one.programme, one.rule, one.account, one.line) for one in parts}
    if len(told) < len(by_rules) or len(accounts) < len(parts) or _shared(sale, parts):
        yield Finding(kind=FindingKind.EARNED, text="told twice")
    ways = [_by_key(one.earned) for one in found]
    for key in sorted({*told, *(key for way in ways for key in way)}):
        programme = sale.held.get(key[0])
        one = told.get(key)
        if programme is None or (one is not None and one.revision != programme.revision):
            if one is not None:
                yield Finding(kind=FindingKind.REVISION, programme=key[0], rule=key[1], found=one.n)
            continue
        expected = [way[key] for way in ways if key in way]
        most = max((other.n for other in expected), default=0)
        least = min((way[key].n if key in way else 0 for way in ways), default=0)
        if _has_budget(programme, key[1]):
            least = 0  # What the budget had left, the sale does not tell.
        n = one.n if one else 0
        if not least <= n <= most or _differs(sale, one, expected[0] if expected else None):
            yield Finding(
                kind=FindingKind.EARNED,
                programme=key[0],
                rule=key[1],
                expected=most,
                found=n,
                cost=worth_of(programme, n - most),
            )


def _shared(sale: RecordedSale, parts: Iterable[Earned]) -> bool:
    """Whether a rule is told in parts that are not each behind a code of its own."""
    codes = {one.wallet for one in sale.record.bearers}
    times = Counter((one.programme, one.rule) for one in parts)
    return any(
        times[one.programme, one.rule] > 1 and one.account.wallet not in codes for one in parts
    )


def _by_key(earned: Iterable[Earned]) -> dict[tuple[int, str], Earned]:
    return {(one.programme, one.rule): one for one in earned}


def _has_budget(programme: Programme, rule: str) -> bool:
    return any(one.budget for one in programme.earn if one.id == rule)


def _carried(sale: RecordedSale, found: list[Accruals]) -> Iterator[Finding]:
    """What rules that carry on counted, with and without whole units."""
    told = _counted(sale.record.earned, sale.record.carried)
    ways = [_counted(one.earned, one.carried) for one in found]
    for key in sorted({*told, *(key for way in ways for key in way)}):
        counts = [way.get(key, 0) for way in ways]
        programme = sale.held.get(key[0])
        if programme is not None and _has_budget(programme, key[1]):
            counts.append(0)  # with nothing left in it, nothing was counted
        if not min(counts) <= told.get(key, 0) <= max(counts):
            yield Finding(
                kind=FindingKind.EARNED,
                programme=key[0],
                rule=key[1],
                expected=max(counts),
                found=told.get(key, 0),
                text="counted",
            )


def _counted(earned: Iterable[Earned], carried: Iterable[Carried]) -> dict[tuple[int, str], int]:
    counts = {
        (one.programme, one.rule): one.counted
        for one in together(earned)
        if one.counted and not one.by_reward
    }
    counts.update(((one.programme, one.rule), one.n) for one in carried)
    return counts


def _ways(sale: RecordedSale) -> list[Accruals]:
    """What the rules bring, in every way that what is not recorded may have been."""
    birthdays = (False, True) if sale.traits and _asks_birthday(sale) else (False,)
    most, fewest = _free_pieces(sale)
    return [
        _accruals(sale, free, reduced, birthday=birthday)
        for free in ((most,) if most == fewest else (most, fewest))
        for reduced in _reduced(sale)
        for birthday in birthdays
    ]


def _reduced(sale: RecordedSale) -> list[dict[int, Reduced]]:
    """What rewards on goods reduced: the most pieces and the fewest, where some came on top."""
    most = reduced_in(sale.record.applied)
    pieces = {line.key: line.pieces for line in sale.basket.lines}
    each = [reduced_in([one]) for one in sale.record.applied]
    fewest = {
        key: Reduced(max(one[key].pieces for one in each if key in one), known.off)
        for key, known in most.items()
    }
    most = {key: Reduced(min(one.pieces, pieces.get(key, 0)), one.off) for key, one in most.items()}
    on_top = any(one.stacking.on_top for one in sale.held.values())
    return [most, fewest] if on_top and most != fewest else [most]


def _asks_birthday(sale: RecordedSale) -> bool:
    return any(
        isinstance(occasion, Birthday)
        for programme in sale.held.values()
        for rule in programme.earn
        for occasion in (rule.occasion, *(one.occasion for one in rule.multipliers))
    )


def _differs(sale: RecordedSale, one: Earned | None, expected: Earned | None) -> bool:
    """Whether units go elsewhere, or end or vest on another day, than they should."""
    if one is None or expected is None:
        return False
    fresh = {known.wallet for known in sale.record.bearers if known.fresh}
    account = one.account
    if one.line is not None:
        # Each piece has a code, blank cards that were shown among them.
        codes = {known.wallet for known in sale.record.bearers}
        elsewhere = account.unit != expected.account.unit or account.wallet not in codes
    elif expected.account.wallet in (*fresh, *_SPARE):
        # Which new code is whose hangs on what else was given, and that on budgets.
        elsewhere = account.unit != expected.account.unit or account.wallet not in fresh
    else:
        elsewhere = account != expected.account
    return elsewhere or (one.day, one.vests) != (expected.day, expected.vests)


def _accruals(
    sale: RecordedSale, free: dict[int, int], reduced: dict[int, Reduced], *, birthday: bool
) -> Accruals:
    standing = standing_of(sale.record, birthday=birthday)
    standing = replace(
        standing,
        budgets=budgets_without_end(sale.held.values()),
        fresh=(*standing.fresh, *(_SPARE if standing.fresh else ())),
    )
    net = {line.key: line.net for line in sale.record.lines}
    paid = Paid(net, free, reduced, sale.record.total)
    how = paid_with(sale.record.tenders, sale.record.change)
    return accruals(sale.basket, standing, sale.held.values(), sale.record.at, paid, how)


def _free_pieces(sale: RecordedSale) -> tuple[dict[int, int], dict[int, int]]:
    """The most and the fewest pieces of each line that rewards made free.

    Of a set that costs so much together it is not recorded which pieces bore how much.
    """
    prices = {line.key: line.piece_amount for line in sale.basket.lines}
    most: Counter[int] = Counter()
    fewest: Counter[int] = Counter()
    for one in sale.record.applied:
        candidate = sale.reward(one.name, one.revision)
        if candidate is None:
            continue
        whole = free_in([one], prices)
        fewest.update(whole)
        for share in one.shares:
            known = whole.get(share.line, 0)
            most[share.line] += max(known, _free_at_most(candidate, share, prices))
    return dict(most), dict(fewest)


def _free_at_most(candidate: Candidate, share: Share, prices: dict[int, int]) -> int:
    price = prices.get(share.line, 0)
    alike = candidate.reward.target.scope == "piece" or isinstance(candidate.benefit, PercentOff)
    return 0 if alike or price <= 0 else min(share.pieces, share.amount // price)


# --- moved ---------------------------------------------------------------------------------------


def _entries(sale: RecordedSale) -> Iterator[Finding]:
    """The entries are what the body says; how much was owed only the till knew."""
    said = _said_to_be_spent(sale)
    at_once: Counter[Account] = Counter()
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


def _said_to_be_spent(sale: RecordedSale) -> _Moved:
    """For rewards, out of budgets, and to pay with."""
    said: _Moved = Counter()
    for spent in sale.record.spent:
        said[spent.account, EntryKind.SPEND, None] += spent.n
    for tender in sale.record.tenders:
        if tender.account is not None:
            said[tender.account, EntryKind.SPEND, None] += tender.amount
    return said


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
