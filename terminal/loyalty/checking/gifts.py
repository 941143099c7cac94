"""What rewards gave instead of taking something off, and what budgets paid for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from terminal.loyalty.benefits import GivenUnits
from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.recorded import RecordedSale
from terminal.loyalty.engine.accruals import budgets_spent
from terminal.loyalty.engine.allowances import budget_spent
from terminal.loyalty.engine.evaluation import Earned, together
from terminal.loyalty.programme import Programme, worth_of
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import last_day, vests_on
from terminal.loyalty.wallet import BUDGET_UNIT, Account


def check_budgets(sale: RecordedSale) -> Iterator[Finding]:
    """What came out of budgets is what was given."""
    expected: Counter[tuple[RewardName, Account]] = Counter()
    for one in sale.record.applied:
        terms = sale.terms(one.name, one.revision)
        spent = budget_spent(terms.programme, terms.reward, one) if terms else None
        if spent:
            expected[spent.name, spent.account] += spent.n
    for spent in budgets_spent(sale.held.values(), together(sale.record.earned)):
        expected[spent.name, spent.account] += spent.n
    found: Counter[tuple[RewardName, Account]] = Counter()
    for row in sale.record.spent:
        if row.account.unit == BUDGET_UNIT:
            found[row.name, row.account] += row.n
    for name, account in sorted({*expected, *found}):
        n, told = expected[name, account], found[name, account]
        if n != told:
            yield Finding(
                kind=FindingKind.BUDGET,
                programme=name.programme,
                rule=name.reward,
                expected=n,
                found=told,
            )


def check_given(sale: RecordedSale) -> Iterator[Finding]:
    """Units that rewards gave: those of the rewards that were had, to whom they should go."""
    given = [part for part in sale.record.earned if part.by_reward]
    told = Counter((part.programme, part.rule, part.account) for part in given)
    parts: dict[tuple[int, str, str], list[Earned]] = {}
    for part in given:
        parts.setdefault((part.programme, part.rule, str(part.account.unit)), []).append(part)
    units = {key: together(some)[0] for key, some in parts.items()}
    for had in sale.record.applied:
        terms = sale.terms(had.name, had.revision)
        if terms is None or not isinstance(terms.reward.benefit, GivenUnits):
            continue
        benefit = terms.reward.benefit
        key = (had.name.programme, had.name.reward, benefit.unit)
        one = units.pop(key, None)
        n = benefit.n * had.times
        each = parts.get(key, ())
        if (
            one is None
            or one.n != n
            or any(told[part.programme, part.rule, part.account] > 1 for part in each)
            or not all(_is_received(sale, part, benefit) for part in each)
            or (len(each) > 1 and not _are_codes(sale, each))
        ):
            yield Finding(
                kind=FindingKind.EARNED,
                programme=had.name.programme,
                rule=had.name.reward,
                expected=n,
                found=one.n if one else 0,
                cost=worth_of(_of_unit(sale, benefit.unit), (one.n if one else 0) - n),
            )
    for (programme, rule, unit), one in units.items():
        yield Finding(
            kind=FindingKind.EARNED,
            programme=programme,
            rule=rule,
            found=one.n,
            cost=worth_of(_of_unit(sale, unit), one.n),
        )


def _are_codes(sale: RecordedSale, parts: Iterable[Earned]) -> bool:
    codes = {known.wallet for known in sale.record.bearers}
    return all(one.account.wallet in codes for one in parts)


def _is_received(sale: RecordedSale, one: Earned, benefit: GivenUnits) -> bool:
    """Whether units of a reward went where they should, and end and vest as they should."""
    home = _of_unit(sale, benefit.unit)
    terms = home.unit if home else None
    bearer = benefit.bearer or (terms is not None and terms.held == "bearer")
    codes = {known.wallet for known in sale.record.bearers}
    if bearer != (one.account.wallet in codes) or (sale.traits is None and not bearer):
        return False
    day = sale.record.at.business_day
    ends = last_day(terms.expiry, day) if terms else None
    vests = vests_on(terms.vesting_days, day) if terms else None
    return (one.day, one.vests) == (ends, vests)


def _of_unit(sale: RecordedSale, unit: str) -> Programme | None:
    """The first programme that has a unit."""
    numbers = sorted(sale.held)
    return next(
        (
            sale.held[number]
            for number in numbers
            if (terms := sale.held[number].unit) is not None and terms.id == unit
        ),
        None,
    )
