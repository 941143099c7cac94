"""What a basket earns, after the rewards are known: one rounding per rule and sale.

Everything that does not depend on the rewards (for whom, when, on what, limits, multipliers) is
asked once; then every combination of rewards that is tried is only counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from terminal.loyalty.basket import Basket
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.classes import Earners, piece_classes
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.earned_by_rule import Paid, earned_by
from terminal.loyalty.engine.eligibility import not_any_more, not_for, not_now, not_on
from terminal.loyalty.engine.evaluation import Carried, Earned, NotApplied, Reason, Spent, Why
from terminal.loyalty.engine.receiving import Receiving
from terminal.loyalty.engine.screening import (
    Screened,
    active_multipliers,
    left_of,
    screened,
)
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Moment, RewardName, Standing
from terminal.loyalty.tender import PaidWith
from terminal.loyalty.units import LARGEST_COUNT, last_day, round_units, vests_on
from terminal.loyalty.wallet import Account, UnitId, WalletId, budget_account
from terminal.loyalty.wanted import EARNING, Wanted, wanted

ALL_GOODS = GoodsFilter()

_GRANTED = {
    "enrolment": Why.ENROLMENT,
    "referral": Why.REFERRAL,
    "referred": Why.REFERRED,
    "feedback": Why.FEEDBACK,
    "goodwill": Why.GOODWILL,
}
_MISSING = frozenset((Why.SPEND_MISSING, Why.TOO_LITTLE))
"""What more of its goods would bring."""


class Accruals(NamedTuple):
    """What every earn rule brings, and why the others bring nothing."""

    earned: tuple[Earned, ...]
    nothing: tuple[NotApplied, ...]
    carried: tuple[Carried, ...]


class _Brought:
    """What a rule brings for certain sums, worked out once."""

    __slots__ = ("_earned", "counted", "n", "nothing", "reason")

    def __init__(self, name: tuple[int, str], n: int, counted: int, reason: Reason) -> None:
        self.n, self.counted, self.reason = n, counted, reason
        self.nothing = NotApplied(programme=name[0], rule=name[1], earns=True, reason=reason)
        self._earned: Earned | None = None

    def earned(self, one: Screened, account: Account, n: int, at: Moment) -> Earned:
        known = self._earned
        if known is None or known.n != n or known.account != account:
            known = _earned(one.programme, one.rule, account, n, at, self.reason, self.counted)
            self._earned = known
        return known


class _Asked:
    """One rule and its answers so far. Most combinations leave the lines of a rule as they were."""

    __slots__ = (
        "_answers",
        "_asks_reduced",
        "_away",
        "_gone",
        "_keys",
        "_tells_goods",
        "name",
        "rule",
    )

    def __init__(self, rule: Screened, *, gone: bool) -> None:
        self.rule = rule
        self.name = (rule.programme.programme, rule.rule.id)
        self._gone = gone
        """Whether nobody is there for whom anything could be carried on."""
        self._away = _Brought(self.name, 0, 0, rule.away) if rule.away else None
        self._keys = [line.key for line in rule.lines]
        self._asks_reduced = not rule.rule.reduced
        goods = rule.rule.goods
        self._tells_goods = bool(goods.name) or len(goods.skus) == 1
        self._answers: dict[object, _Brought] = {}

    def brought(self, paid: Paid) -> _Brought:
        """What the rule brings for what was paid for its lines."""
        if self._away is not None:
            return self._away
        net, free = paid.net, paid.free_pieces
        key = (
            tuple([net[key] for key in self._keys]),
            tuple([free.get(key, 0) for key in self._keys]) if free else (),
            tuple([paid.reduced.get(key) for key in self._keys]) if self._asks_reduced else (),
            paid.due if self.rule.unpaid else 0,
        )
        found = self._answers.get(key)
        if found is None:
            n, counted, reason = earned_by(self.rule, paid)
            if self._tells_goods and reason.why in _MISSING:
                reason = replace(reason, wanted=self._wanted(reason.pieces))
            found = _Brought(self.name, n, 0 if self._gone else counted, reason)
            self._answers[key] = found
        return found

    def _wanted(self, pieces: int) -> tuple[Wanted, ...]:
        """Of which goods so many pieces are missing, or money for 0."""
        number, rule = self.name
        return wanted(self.rule.rule.goods, number, rule, EARNING, pieces)


class Earning:
    """The earn rules for purchases, asked everything that does not depend on the rewards."""

    def __init__(
        self,
        earners: Earners,
        customer: Customer,
        programmes: Iterable[Programme],
        paid_with: PaidWith = (),
    ) -> None:
        self._customer = customer
        self._rules = [
            _Asked(
                screened(programme, rule, programme.unit, earners, customer, paid_with),
                gone=customer.traits is None,
            )
            for programme in programmes
            if programme.unit
            for rule in programme.earn
            if rule.on == "purchase"
        ]
        self.carries = any(one.rule.rule.carry for one in self._rules)

    def of(self, paid: Paid) -> Accruals:
        """What the rules bring for what was paid."""
        earned: list[Earned] = []
        nothing: list[NotApplied] = []
        carried: list[Carried] = []
        receiving = Receiving(self._customer.standing)
        most: dict[Account, int] = {}
        for one in self._rules:
            brought = one.brought(paid)
            n, reason = brought.n, None
            if n:
                account = self._account(one.rule, receiving)
                if account is None:
                    reason = Reason(why=Why.MEMBERS_ONLY, units=n)
                else:
                    # An entry carries so many units and no more; what comes on top is cut off.
                    n = min(n, LARGEST_COUNT - most.get(account, 0))
                    most[account] = most.get(account, 0) + n
                    if n:
                        earned.append(brought.earned(one.rule, account, n, self._customer.at))
                        continue
                    reason = Reason(why=Why.NOTHING_LEFT)
            if brought.counted:
                carried.append(Carried(*one.name, brought.counted))
            nothing.append(
                brought.nothing if reason is None else replace(brought.nothing, reason=reason)
            )
        return Accruals(tuple(earned), tuple(nothing), tuple(carried))

    def _account(self, one: Screened, receiving: Receiving) -> Account | None:
        if one.rule.audience.members_only and self._customer.traits is None:
            return None
        return receiving.account(one.unit.id, one.unit, bearer=False)


def accruals(
    basket: Basket,
    standing: Standing,
    programmes: Iterable[Programme],
    at: Moment,
    paid: Paid,
    paid_with: PaidWith = (),
) -> Accruals:
    """What every earn rule brings, and why the others bring nothing."""
    earners = Earners(basket, piece_classes(basket))
    return Earning(earners, Customer(standing, at), programmes, paid_with).of(paid)


def granted(
    programmes: Iterable[Programme],
    on: str,
    standing: Standing,
    at: Moment,
    to: WalletId | None = None,
    *,
    only: RewardName | None = None,
) -> tuple[Earned, ...]:
    """What the rules for something that is no purchase bring a member.

    ``programmes`` are those in force, ``on`` is what happened (see ``EarnRule.on``). The standing
    is that of the member who gets the units; ``to`` names their wallet where it is not the first
    of the standing, ``only`` one rule where not all that fit give. What a budget gives is told by
    ``budgets_spent``.
    """
    customer = Customer(standing, at)
    receiving = Receiving(standing, to)
    earned: list[Earned] = []
    for programme in programmes:
        for rule in programme.earn if programme.unit else ():
            if rule.on != on or programme.unit is None:
                continue
            if only not in (None, (programme.programme, rule.id)):
                continue
            n, _ = _granted_by(programme, rule, customer)
            account = receiving.account(programme.unit.id, programme.unit, bearer=False)
            if n and account is not None:
                reason = Reason(why=_GRANTED[on], units=n)
                earned.append(_earned(programme, rule, account, n, at, reason, 0))
    return tuple(earned)


def not_granted(
    programmes: Iterable[Programme],
    on: str,
    standing: Standing,
    at: Moment,
    *,
    only: RewardName | None = None,
) -> tuple[NotApplied, ...]:
    """Why those rules that bring a member nothing do so; see ``granted``."""
    customer = Customer(standing, at)
    found: list[NotApplied] = []
    for programme in programmes:
        for rule in programme.earn if programme.unit else ():
            if rule.on != on or only not in (None, (programme.programme, rule.id)):
                continue
            n, away = _granted_by(programme, rule, customer)
            if not n:
                reason = away or Reason(why=Why.NOTHING_LEFT)
                found.append(
                    NotApplied(
                        programme=programme.programme, rule=rule.id, earns=True, reason=reason
                    )
                )
    return tuple(found)


def budgets_spent(programmes: Iterable[Programme], earned: Iterable[Earned]) -> tuple[Spent, ...]:
    """What units that earn rules brought take from the budgets of those rules."""
    budgets = {
        (programme.programme, rule.id): rule.budget
        for programme in programmes
        for rule in programme.earn
        if rule.budget
    }
    spent: list[Spent] = []
    for one in earned:
        budget = budgets.get((one.programme, one.rule)) if not one.by_reward else None
        if budget:
            name = RewardName(one.programme, one.rule)
            account = budget_account(one.programme, one.rule)
            spent.append(Spent(name=name, account=account, n=one.n if budget.of == "units" else 1))
    return tuple(spent)


def missing_spend(programme: Programme, unit: str, n: int) -> int:
    """Minor units of shopping that bring n units by the plain rule of a programme.

    The rule without multipliers is taken, on goods of its own; 0 if units come another way, or
    wait before anybody can spend them: no shopping of today brings those.
    """
    if programme.unit and programme.unit.vesting_days:
        return 0
    spends = [
        -(-n // rule.units) * rule.per.amount
        if rule.per.full
        else -(-n * rule.per.amount // rule.units)
        for rule in programme.earn
        if isinstance(rule.per, PerMoney)
        and rule.occasion is None
        and (rule.at_most is None or n <= rule.at_most)
        and programme.unit
        and programme.unit.id == unit
    ]
    return min(spends, default=0)


def _granted_by(
    programme: Programme, rule: EarnRule, customer: Customer
) -> tuple[int, Reason | None]:
    """Units that a rule without a purchase brings now; where it brings none, why."""
    if customer.traits is None:
        return 0, Reason(why=Why.MEMBERS_ONLY)
    away = (
        (not_any_more(programme.unit.expiry, customer.today) if programme.unit else None)
        or not_for(rule.audience, customer)
        or not_now(rule.window, customer.at)
        or not_on(rule.occasion, customer)
    )
    if away:
        return 0, away
    left, away = left_of(programme, rule, customer)
    if away:
        return 0, away
    percents = [one.percent for one in active_multipliers(rule, customer) if one.goods == ALL_GOODS]
    assert programme.unit is not None
    n = round_units(rule.units * max(percents, default=100), 100, programme.unit.rounding)
    return min(n, LARGEST_COUNT) if left is None else min(n, left, LARGEST_COUNT), None


def _earned(
    programme: Programme,
    rule: EarnRule,
    account: Account,
    n: int,
    at: Moment,
    reason: Reason | None,
    counted: int,
) -> Earned:
    unit = programme.unit
    assert unit is not None
    assert reason is not None
    return Earned(
        programme=programme.programme,
        revision=programme.revision,
        rule=rule.id,
        account=Account(account.wallet, UnitId(unit.id)),
        n=n,
        day=last_day(unit.expiry, at.business_day),
        vests=vests_on(unit.vesting_days, at.business_day),
        counted=counted,
        reason=reason,
    )
