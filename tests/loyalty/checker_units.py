"""The independent check of units: earned by rules, given by rewards, taken from budgets."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction
from math import floor

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import Donation, GivenUnits
from terminal.loyalty.conditions import GoodsFilter, Period
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece
from terminal.loyalty.engine.evaluation import Earned, Evaluation, Why
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.standing import Choices, Moment, RewardName, Standing
from tests.loyalty.checker_goods import half_up, takes
from tests.loyalty.checker_people import (
    budget_left,
    counted,
    is_for,
    is_occasion,
    is_open,
    left_by,
)


def check_earned(
    basket: Basket,
    standing: Standing,
    held: Mapping[int, Programme],
    at: Moment,
    choices: Choices,
    evaluation: Evaluation,
    free: Mapping[int, int],
    reduced: tuple[Mapping[int, tuple[int, int]], ...],
) -> None:
    """Every rule brings what plain arithmetic says, to whom it should."""
    parts: dict[tuple[int, str], list[Earned]] = {}
    for earned in evaluation.earned:
        if not earned.by_reward:
            parts.setdefault((earned.programme, earned.rule), []).append(earned)
    told = {key: some[0] for key, some in parts.items()}
    net = {price.line: price.net for price in evaluation.lines}
    carried = {(one.programme, one.rule): one.n for one in evaluation.carried}
    assert not set(told) & set(carried)
    for programme in held.values():
        for rule in programme.earn:
            if rule.on != "purchase":
                assert (programme.programme, rule.id) not in told
                continue
            assert programme.unit is not None
            key = (programme.programme, rule.id)
            unpaid = sum(n for kind, n in choices.paid_with if kind in rule.not_paid_with)
            kept = Fraction(1)
            if unpaid:
                total = evaluation.total
                kept = Fraction(max(0, total - unpaid), total) if total else Fraction(0)
            one = told.get(key)
            some = [
                units_earned(rule, programme, basket, standing, at, net, free, less, kept)
                for less in reduced
            ]
            n = min(some, key=lambda n: abs(n - sum(part.n for part in parts.get(key, ()))))
            if n and one is None:
                # Only where nobody is there to have them.
                assert programme.unit.held == "bearer", (rule.id, n)
                assert not standing.fresh
                continue
            assert n == sum(part.n for part in parts.get(key, ())), (rule.id, n, one)
            accounts = [part.account for part in parts.get(key, ())]
            assert len(set(accounts)) == len(accounts)
            if len(accounts) > 1:
                assert programme.unit.kind in ("money", "vouchers")
                assert programme.unit.held == "bearer"
            for account in accounts:
                _check_account(account, programme.unit, standing)
            if one:
                assert one.revision == programme.revision
                later = programme.unit.vesting_days
                assert one.vests == (at.business_day + timedelta(later) if later else None)
            counts = one.counted if one else carried.get(key, 0)
            assert (counts > 0) <= rule.carry


def _check_account(account: object, unit: UnitTerms, standing: Standing) -> None:
    if unit.held == "member":
        assert account == (standing.wallets[0], unit.id)
        return
    shown = [one for one in standing.holdings if one.account.wallet in standing.bearers]
    if unit.kind == "money" and any(one.account == account for one in shown):
        return
    assert account in [(wallet, unit.id) for wallet in standing.fresh]


def _is_what_was_sold(rule: EarnRule, unit: UnitTerms | None, line: Line) -> bool:
    """Gift cards, credit and vouchers that are bought are loaded even if goods bring no points."""
    if unit is None or rule.goods == GoodsFilter():
        return False
    if unit.kind == "vouchers":
        return line.product.sku in rule.goods.skus
    each = {PerMoney: line.piece_amount, PerPiece: 1}.get(type(rule.per), 0)
    per = rule.per.amount if isinstance(rule.per, PerMoney) else _pieces(rule)
    return unit.kind == "money" and rule.units * each >= line.piece_amount * per > 0


def _whole(
    rule: EarnRule, programme: Programme, exact: Fraction, standing: Standing, at: Moment
) -> int:
    """Parts of units as whole ones, within limits and budgets."""
    assert programme.unit is not None
    number = programme.programme
    if rule.carry:
        scale = 100 * (rule.per.amount if isinstance(rule.per, PerMoney) else _pieces(rule))
        name = f"left:{number}/{rule.id}"
        before = counted(standing.history, name, Period(), at.business_day)
        known = Fraction(before, scale)
        limited = rule.limits or rule.at_most or (rule.budget and rule.budget.of == "units")
        step = rule.units if isinstance(rule.per, PerMoney) and rule.per.full else 1
        if limited and known >= step:
            known -= floor(known / step) * step  # what a limit cut off is gone
        now = Fraction(floor(exact * scale), scale)
        n = max(0, floor((known + now) / step)) * step if now > 0 else 0
    else:
        n = {"down": floor(exact), "up": -floor(-exact)}.get(
            programme.unit.rounding, half_up(exact)
        )
    if rule.limits:
        n = min(n, left_by(rule.limits, f"brought:{number}/{rule.id}", standing, at))
    if rule.at_most:
        n = min(n, rule.at_most)
    if rule.budget:
        left = budget_left(number, rule.id, standing)
        n = min(n, left) if rule.budget.of == "units" else n if left else 0
    return min(n, 10**12)


def _pieces(rule: EarnRule) -> int:
    return rule.per.pieces if isinstance(rule.per, PerPiece) else 1


def units_earned(
    rule: EarnRule,
    programme: Programme,
    basket: Basket,
    standing: Standing,
    at: Moment,
    net: Mapping[int, int],
    free: Mapping[int, int],
    reduced: Mapping[int, tuple[int, int]],
    kept: Fraction = Fraction(1),
) -> int:
    """What a rule brings, by plain arithmetic; ``kept`` is the part of the money that counts.

    ``reduced`` is by line how many pieces rewards on goods made cheaper, and by how much together.
    """
    traits = standing.traits
    if traits is None and (programme.unit is None or programme.unit.held == "member"):
        return 0
    if not (
        is_for(rule.audience, traits)
        and is_open(rule.window, at)
        and is_occasion(rule.occasion, standing, at)
    ):
        return 0
    exact, money = Fraction(0), Fraction(0)
    visits: list[Fraction] = []
    for line in basket.lines:
        if not takes(rule.goods, line.product, line.piece_amount):
            continue
        if not line.product.earning and not _is_what_was_sold(rule, programme.unit, line):
            continue
        paid_for = line.amount if rule.base == "gross" else net[line.key]
        gone = free.get(line.key, 0)
        if not rule.reduced and line.key in reduced:
            gone, less = reduced[line.key]
            dear = line.piece_amount * max(0, line.pieces - gone)
            rest = line.amount if rule.base == "gross" else line.amount - less
            paid_for = floor(Fraction(paid_for * dear, rest)) if rest else 0
        base = paid_for * kept
        money += base
        percents = [
            one.percent
            for one in rule.multipliers
            if takes(one.goods, line.product, line.piece_amount)
            and is_for(one.audience, traits)
            and is_open(one.window, at)
            and is_occasion(one.occasion, standing, at)
        ]
        times = Fraction(max(percents, default=100), 100)
        if isinstance(rule.per, PerMoney):
            exact += base * times / rule.per.amount
        elif isinstance(rule.per, PerPiece):
            paid = max(0, line.pieces - gone) if base else 0
            exact += paid * times / rule.per.pieces
        elif base:
            visits.append(times)
    if money < rule.minimum:
        return 0
    exact += max(visits, default=Fraction(0))
    if isinstance(rule.per, PerMoney) and rule.per.full and not rule.carry and money:
        exact *= floor(money / rule.per.amount) * rule.per.amount / money
    return _whole(rule, programme, exact * rule.units, standing, at)


def check_gifts(
    standing: Standing, held: Mapping[int, Programme], at: Moment, evaluation: Evaluation
) -> None:
    """Rewards that give units gave them, and nothing else did."""
    given: dict[RewardName, list[Earned]] = {}
    for earned in evaluation.earned:
        if earned.by_reward:
            given.setdefault(RewardName(earned.programme, earned.rule), []).append(earned)
    for one in evaluation.applied:
        programme = held[one.name.programme]
        reward = next(other for other in programme.rewards if other.id == one.name.reward)
        if one.discount:
            assert one.name not in given
            continue
        assert one.shares == ()
        if not isinstance(reward.benefit, GivenUnits):
            assert one.name not in given
            assert one.reason.why in (Why.PRIVILEGE, Why.DONATED)
            if isinstance(reward.benefit, Donation):
                assert one.reason.amount == reward.benefit.amount * one.times
            continue
        parts = given.pop(one.name)
        assert sum(part.n for part in parts) == reward.benefit.n * one.times == one.reason.units
        assert {part.account.unit for part in parts} == {reward.benefit.unit}
        assert len({part.account for part in parts}) == len(parts)
        if not reward.cost:
            assert one.times == 1
        terms = next(
            (p.unit for p in held.values() if p.unit and p.unit.id == reward.benefit.unit), None
        )
        if reward.benefit.bearer or (terms and terms.held == "bearer"):
            codes = (*standing.fresh, *standing.bearers)
            assert all(part.account.wallet in codes for part in parts)
        else:
            assert [part.account.wallet for part in parts] == [standing.wallets[0]]
    assert not given, "units of a reward that was not had"


def check_budgets(
    standing: Standing, held: Mapping[int, Programme], evaluation: Evaluation
) -> None:
    """What came out of budgets is what was given, and never more than their rights."""
    spent: Counter[RewardName] = Counter()
    for one in evaluation.spent:
        if one.account.unit == "budget":
            spent[one.name] += one.n
    expected: Counter[RewardName] = Counter()
    for had in evaluation.applied:
        programme = held[had.name.programme]
        reward = next(one for one in programme.rewards if one.id == had.name.reward)
        match reward.budget.of if reward.budget else None:
            case "times":
                expected[had.name] += had.times
            case "units":
                assert isinstance(reward.benefit, GivenUnits)
                expected[had.name] += reward.benefit.n * had.times
            case "money":
                gave = reward.benefit.amount if isinstance(reward.benefit, Donation) else 0
                expected[had.name] += gave * had.times or had.discount
            case _:
                pass
    for earned in evaluation.earned:
        rules = [one for one in held[earned.programme].earn if one.id == earned.rule]
        if earned.by_reward or not rules or rules[0].budget is None:
            continue
        name = RewardName(earned.programme, earned.rule)
        expected[name] = expected[name] + earned.n if rules[0].budget.of == "units" else 1
    assert spent == expected
    for name, n in spent.items():
        assert n <= budget_left(name.programme, name.reward, standing)
