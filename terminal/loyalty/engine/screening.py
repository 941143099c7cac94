"""Earn rules, asked all that does not depend on the rewards: for whom, when, on what, how much."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.loyalty.basket import Line
from terminal.loyalty.conditions import Audience, Period
from terminal.loyalty.earning import EarnRule, Multiplier
from terminal.loyalty.engine.allowances import BUDGET_USED_UP, within_limits
from terminal.loyalty.engine.classes import Earners
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.eligibility import not_any_more, not_for, not_now, not_on
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.history import brought, rest
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.tender import PaidWith
from terminal.loyalty.wallet import budget_account
from terminal.loyalty.wanted import EARNING, wanted
from terminal.values import dataclass

EVER = Period()


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """An earn rule as far as it is known before the rewards are."""

    programme: Programme
    rule: EarnRule
    unit: UnitTerms
    away: Reason | None = None
    lines: tuple[Line, ...] = ()
    percents: Mapping[int, int] | None = None
    """By line, where some earn more or less than the plain rule says."""
    most: int | None = None
    """Units that limits and the budget leave."""
    known: int = 0
    """What a rule that carries on has counted before."""
    unpaid: int = 0
    """Minor units that were paid in a way that earns nothing here."""


def screened(
    programme: Programme,
    rule: EarnRule,
    unit: UnitTerms,
    earners: Earners,
    customer: Customer,
    paid_with: PaidWith,
) -> Screened:
    """Ask a rule everything that is known before the rewards are."""
    away = (
        not_any_more(unit.expiry, customer.today)
        or not_now(rule.window, customer.at)
        or _not_for(rule, customer)
    )
    if away:
        return Screened(programme=programme, rule=rule, unit=unit, away=away)
    lines = earners.taken_by(rule, unit)
    if not lines:
        named = bool(rule.goods.name)
        of = wanted(rule.goods, programme.programme, rule.id, EARNING) if named else ()
        away = Reason(why=Why.NO_GOODS, wanted=of)
        return Screened(programme=programme, rule=rule, unit=unit, away=away)
    most, away = left_of(programme, rule, customer)
    if away:
        return Screened(programme=programme, rule=rule, unit=unit, away=away)
    unpaid = sum(n for kind, n in paid_with if kind in rule.not_paid_with)
    return Screened(
        programme=programme,
        rule=rule,
        unit=unit,
        lines=lines,
        percents=_percents(rule, lines, customer),
        most=most,
        known=customer.total(rest(programme.programme, rule.id), EVER) if rule.carry else 0,
        unpaid=max(0, unpaid),
    )


def _not_for(rule: EarnRule, customer: Customer) -> Reason | None:
    if customer.traits is not None:
        return not_for(rule.audience, customer) or not_on(rule.occasion, customer)
    # Without a card the rule is worked out all the same: "a card would have brought 48 points".
    # Where more than a card is asked for, nobody knows what it would have brought.
    if rule.occasion is not None or _asks_more_than_a_card(rule.audience):
        return Reason(why=Why.MEMBERS_ONLY)
    return None


def _asks_more_than_a_card(audience: Audience) -> bool:
    return bool(
        audience.tiers
        or audience.segments
        or audience.named
        or audience.consents
        or audience.experiment
    )


def left_of(
    programme: Programme, rule: EarnRule, customer: Customer
) -> tuple[int | None, Reason | None]:
    """Units that limits and the budget leave, and one purchase brings.

    What a card would have brought hangs on no past and no budget.
    """
    if not (rule.limits or rule.budget):
        return rule.at_most, None
    unit = programme.unit
    if customer.traits is None and unit is not None and unit.held == "member":
        return rule.at_most, None
    left, away = within_limits(rule.limits, brought(programme.programme, rule.id), customer)
    if rule.at_most is not None:
        left = rule.at_most if left is None else min(left, rule.at_most)
    if away or rule.budget is None:
        return left, away
    budget = customer.budget_left(budget_account(programme.programme, rule.id))
    if budget < 1:
        return 0, BUDGET_USED_UP
    if rule.budget.of == "units":
        left = budget if left is None else min(left, budget)
    return left, None


def _percents(
    rule: EarnRule, lines: tuple[Line, ...], customer: Customer
) -> Mapping[int, int] | None:
    active = active_multipliers(rule, customer)
    if not active:
        return None
    return {
        line.key: max((one.percent for one in active if one.goods.takes(line)), default=100)
        for line in lines
    }


def active_multipliers(rule: EarnRule, customer: Customer) -> list[Multiplier]:
    """The multipliers of a rule that hold for this customer now."""
    return [
        one
        for one in rule.multipliers
        if not not_now(one.window, customer.at)
        and not not_for(one.audience, customer)
        and not not_on(one.occasion, customer)
    ]
