"""What a basket earns, after the rewards are known: one rounding per rule and sale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.eligibility import not_for, not_now
from terminal.loyalty.engine.evaluation import Earned, NotApplied, Reason, Why
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.standing import Moment, Standing, Traits
from terminal.loyalty.units import LARGEST_COUNT, last_day, round_units, vests_on
from terminal.loyalty.wallet import Account, UnitId
from terminal.values import dataclass


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for each line, by key, and how many of its pieces were free."""

    net: Mapping[int, int]
    free_pieces: Mapping[int, int]


def accruals(
    basket: Basket, standing: Standing, programmes: Iterable[Programme], at: Moment, paid: Paid
) -> tuple[tuple[Earned, ...], tuple[NotApplied, ...]]:
    """What every earn rule brings, and why the others bring nothing."""
    earned: list[Earned] = []
    nothing: list[NotApplied] = []
    most: dict[Account, int] = {}
    for programme in programmes:
        for rule in programme.earn if programme.unit else ():
            assert programme.unit is not None
            n, reason = _by_rule(rule, programme.unit, basket, standing.traits, at, paid)
            account = standing.account_for(programme.unit.id)
            if n and account is not None:
                # An entry carries so many units and no more; what comes on top is cut off.
                n = min(n, LARGEST_COUNT - most.get(account, 0))
                if not n:
                    reason = Reason(why=Why.NOTHING_LEFT)
                most[account] = most.get(account, 0) + n
            if n and account is not None:
                earned.append(_earned(programme, rule, programme.unit, account, n, at, reason))
                continue
            if n:
                reason = Reason(why=Why.MEMBERS_ONLY, units=n)
            nothing.append(
                NotApplied(programme=programme.programme, rule=rule.id, earns=True, reason=reason)
            )
    return tuple(earned), tuple(nothing)


def missing_spend(programme: Programme, unit: str, n: int) -> int:
    """Minor units of shopping that bring n units by the plain rule of a programme.

    The rule without multipliers is taken, on goods of its own; 0 if units come another way.
    """
    spends = [
        -(-n * rule.per.amount // rule.units)
        for rule in programme.earn
        if isinstance(rule.per, PerMoney) and programme.unit and programme.unit.id == unit
    ]
    return min(spends, default=0)


def _earned(
    programme: Programme,
    rule: EarnRule,
    unit: UnitTerms,
    account: Account,
    n: int,
    at: Moment,
    reason: Reason,
) -> Earned:
    return Earned(
        programme=programme.programme,
        revision=programme.revision,
        rule=rule.id,
        account=Account(account.wallet, UnitId(unit.id)),
        n=n,
        day=last_day(unit.expiry, at.business_day),
        vests=vests_on(unit.vesting_days, at.business_day),
        reason=reason,
    )


def _by_rule(
    rule: EarnRule,
    unit: UnitTerms,
    basket: Basket,
    traits: Traits | None,
    at: Moment,
    paid: Paid,
) -> tuple[int, Reason]:
    """How many units a rule brings, and how they were computed or why there are none."""
    # Without a card the rule is worked out all the same: "a card would have brought 48 points".
    away = not_now(rule.window, at) or (not_for(rule.audience, traits) if traits else None)
    if away:
        return 0, away
    lines = [
        line for line in basket.lines if line.product.earning and rule.goods.takes(line.product)
    ]
    if not lines:
        return 0, Reason(why=Why.NO_GOODS)
    gross = rule.base == "gross"
    money = {line.key: line.amount if gross else paid.net[line.key] for line in lines}
    whole = sum(money.values())
    if whole < rule.minimum:
        return 0, Reason(why=Why.SPEND_MISSING, amount=rule.minimum - whole)
    percents = {line.key: _percent(rule, line, traits, at) for line in lines}
    counts = dict(_counts(rule, lines, money, paid))
    n, reason = _units(rule, unit, counts, percents)
    return min(n, LARGEST_COUNT), reason


def _counts(
    rule: EarnRule, lines: list[Line], money: Mapping[int, int], paid: Paid
) -> Iterator[tuple[int, int]]:
    """What the rule counts on each line: minor units, or pieces that were not free."""
    visited = False
    for line in lines:
        if isinstance(rule.per, PerMoney):
            yield line.key, money[line.key]
        elif not money[line.key]:
            yield line.key, 0
        elif isinstance(rule.per, PerPiece):
            yield line.key, max(0, line.pieces - paid.free_pieces.get(line.key, 0))
        else:
            yield line.key, 0 if visited else 1
            visited = True


def _units(
    rule: EarnRule, unit: UnitTerms, counts: Mapping[int, int], percents: Mapping[int, int]
) -> tuple[int, Reason]:
    whole = sum(counts.values())
    weighted = sum(count * percents[key] for key, count in counts.items())
    used = {percents[key] for key, count in counts.items() if count}
    percent = used.pop() if len(used) == 1 else 0 if used else 100
    match rule.per:
        case PerMoney(amount=per):
            n = round_units(weighted * rule.units, per * 100, unit.rounding)
            if n:
                why = Why.EARNED_PER_MONEY
                return n, Reason(why=why, amount=whole, per=per, units=rule.units, percent=percent)
            short = -(-per // rule.units) - whole
            return 0, Reason(why=Why.TOO_LITTLE, amount=max(1, short))
        case PerPiece(pieces=per):
            n = round_units(weighted * rule.units, per * 100, unit.rounding)
            if n:
                why = Why.EARNED_PER_PIECE
                return n, Reason(why=why, pieces=whole, per=per, units=rule.units, percent=percent)
            return 0, Reason(why=Why.TOO_LITTLE, pieces=max(1, per - whole))
        case PerVisit():
            n = round_units(weighted * rule.units, 100, unit.rounding)
            if n:
                why = Why.EARNED_PER_VISIT
                return n, Reason(why=why, units=rule.units, percent=percent)
            return 0, Reason(why=Why.NOTHING_LEFT)


def _percent(rule: EarnRule, line: Line, traits: Traits | None, at: Moment) -> int:
    matching = [
        one.percent
        for one in rule.multipliers
        if one.goods.takes(line.product)
        and not not_now(one.window, at)
        and not not_for(one.audience, traits)
    ]
    return max(matching, default=100)
