"""Which offers that stayed away are worth a line for the customer, nearest first.

The screen tells the cashier of every rule why it did not apply. On paper, and on a display that
the queue reads, stands only what a customer can do something with, or might ask about:

- what is missing to have it: pieces, money, purchases, in order of how much of the way is left;
- that the card alone is missing;
- when it holds again;
- that another offer was better, for one of them;
- that it is used up, until when;
- what is missing to earn, and that the way of paying earned nothing.

Never on paper, whatever is missing: what is for a segment, for named members, for those who gave
a consent or for one arm of a trial (nobody shall read that they are in the other); what hangs on
a birthday or on a draw; what only a code opens; what the cashier gives at their own measure; when
an offer begins that the shop has not told of yet; that it ended, or that its budget is used up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import AmountOff
from terminal.loyalty.conditions import (
    Birthday,
    Draw,
    GoodsFilter,
    Purchases,
    Spending,
    Window,
)
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece
from terminal.loyalty.engine.eligibility import not_now
from terminal.loyalty.engine.evaluation import Evaluation, NotApplied, Reason, Why
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.sold_goods import counts
from terminal.loyalty.standing import Moment

OFFERS_MOST = 3
"""More of them nobody reads."""

_PARTS = 1_000
_FAR = _PARTS // 2
"""Of the whole way; money and purchases that are farther off are nothing to speak of today."""
_PURCHASES_NEAR = 2

_BEATEN = frozenset((Why.BETTER_OFFER, Why.NOT_TOGETHER))
_AGAIN = frozenset((Why.FROM_TIME, Why.OTHER_WEEKDAY))


class _Near(NamedTuple):
    """How near an offer was: the kind of what is missing, then how much of it."""

    rank: int
    left: int


def other_offers(
    evaluation: Evaluation,
    programmes: Iterable[Programme],
    basket: Basket,
    at: Moment,
    most: int,
    *,
    card: bool,
    afterwards: bool = False,
) -> tuple[NotApplied, ...]:
    """At most so many offers that stayed away and are worth telling, one of a programme.

    ``card``: one was shown; without it nobody is told what a member would have to add to earn.
    ``afterwards``: it is read when the basket is paid for, so that what ends today is no use.
    """
    if most <= 0 or not basket.lines:
        return ()
    in_force = {one.programme: one for one in programmes}
    found: list[tuple[_Near, int, str, NotApplied]] = []
    for one in evaluation.not_applied:
        if one.reason.why not in TOLD:
            continue
        programme = in_force.get(one.programme)
        rule = _rule_of(programme, one) if programme else None
        if programme is None or rule is None or _is_private(rule):
            continue
        if one.earns and not (card or (programme.unit and programme.unit.held == "bearer")):
            continue
        if afterwards and _is_over(rule, one, at):
            continue
        near = _nearness(programme, rule, one.reason, basket, at)
        if near is not None:
            found.append((near, one.programme, one.rule, one))
    found.sort(key=lambda one: one[:3])
    return tuple(_chosen(one for *_, one in found))[: min(most, OFFERS_MOST)]


def _chosen(found: Iterable[NotApplied]) -> Iterator[NotApplied]:
    """One of a programme, and one that was beaten: of many nobody learns more."""
    programmes: set[int] = set()
    beaten = False
    for one in found:
        is_beaten = one.reason.why in _BEATEN
        if one.programme in programmes or (is_beaten and beaten):
            continue
        programmes.add(one.programme)
        beaten = beaten or is_beaten
        yield one


def _rule_of(programme: Programme, one: NotApplied) -> EarnRule | Reward | None:
    rules: tuple[EarnRule | Reward, ...] = programme.earn if one.earns else programme.rewards
    return next((rule for rule in rules if rule.id == one.rule), None)


def _is_private(rule: EarnRule | Reward) -> bool:
    audience = rule.audience
    return bool(
        audience.segments
        or audience.named
        or audience.consents
        or audience.experiment
        or isinstance(rule.occasion, Birthday | Draw)
        or any(limit.per == "operator" for limit in rule.limits)
    )


def _is_over(rule: EarnRule | Reward, one: NotApplied, at: Moment) -> bool:
    """Whether nobody can come back for it; what is told of today's price is no promise."""
    last = rule.window.last_day
    promises = one.reason.why not in _BEATEN and one.reason.why is not Why.PAID_OTHERWISE
    today = one.reason.why is Why.FROM_TIME
    return promises and not today and last is not None and last <= at.business_day


def _nearness(
    programme: Programme, rule: EarnRule | Reward, reason: Reason, basket: Basket, at: Moment
) -> _Near | None:
    """None where it is too far away, or about other goods than these."""
    why = reason.why
    if why in _MISSING:
        left = _left_of_way(rule, reason)
        return None if left is None else _Near(0, left)
    if why is Why.PAID_OTHERWISE:
        return _Near(6, 0)
    if why is Why.TOO_LITTLE:
        return _too_little(rule, reason)
    if not _is_about(programme, rule, basket):
        return None
    if why is Why.MEMBERS_ONLY:
        return _Near(1, 0) if _is_for_any_member_now(rule, at) else None
    if why in _AGAIN:
        days = _days_until(reason, at.local.date())
        return _Near(2, days) if _still_holds(rule.window, at, days) else None
    if why is Why.USED_UP:
        return _Near(4, (reason.day - at.business_day).days) if reason.day else None
    # Beaten: the cashier's own offers, and what costs units, are told where units are told.
    is_open = isinstance(rule, Reward) and rule.mode == "automatic" and not rule.cost
    return _Near(3, reason.amount) if is_open and reason.amount else None


def _left_of_way(rule: EarnRule | Reward, reason: Reason) -> int | None:
    """Which part of the way is left, in thousandths."""
    missing, whole, far = reason.amount, 0, _FAR
    match reason.why:
        case Why.PIECES_MISSING if isinstance(rule, Reward):
            condition, also = rule.condition, rule.target.also
            missing, far = reason.pieces, _PARTS
            whole = sum(need.pieces for need in condition.needs) + (also.pieces if also else 0)
            whole = max(whole, condition.pieces, rule.target.from_piece)
        case Why.SPEND_MISSING:
            whole = _spend_of(rule) if isinstance(rule, Reward) else rule.minimum
        case Why.OTHER_PURCHASE if isinstance(rule.occasion, Purchases):
            missing, whole = reason.pieces, rule.occasion.number
            far = _PARTS if missing <= _PURCHASES_NEAR else _FAR
        case Why.SPENT_TOO_LITTLE if isinstance(rule.occasion, Spending):
            whole = rule.occasion.amount
    if missing <= 0 or whole <= 0:
        return None
    left = missing * _PARTS // whole
    return left if left <= far else None


def _spend_of(reward: Reward) -> int:
    benefit = reward.benefit
    each = (benefit.for_each or 0) if isinstance(benefit, AmountOff) else 0
    return max(reward.condition.spend, each)


def _too_little(rule: EarnRule | Reward, reason: Reason) -> _Near | None:
    if not isinstance(rule, EarnRule):
        return None
    if reason.pieces and isinstance(rule.per, PerPiece):
        return _Near(5, reason.pieces * _PARTS // max(1, rule.per.pieces))
    if reason.amount and isinstance(rule.per, PerMoney):
        left = reason.amount * _PARTS // max(1, rule.minimum, rule.per.amount)
        return _Near(5, left) if left <= _FAR else None
    return None


def _is_about(programme: Programme, rule: EarnRule | Reward, basket: Basket) -> bool:
    """Whether any of these goods are what it is about."""
    if isinstance(rule, EarnRule):
        return any(counts(rule, programme.unit, line) for line in basket.lines)
    filters = tuple(_goods_of(rule))
    return any(
        line.product.rewardable and any(one.takes(line) for one in filters) for line in basket.lines
    )


def _goods_of(rule: Reward) -> Iterator[GoodsFilter]:
    if rule.target.scope == "set":
        for need in rule.condition.needs:
            yield need.goods
        if rule.target.also:
            yield rule.target.also.goods
    else:
        yield rule.target.goods


def _is_for_any_member_now(rule: EarnRule | Reward, at: Moment) -> bool:
    """Whether a card is all that is missing; what it earns is told by the invitation to join."""
    return (
        isinstance(rule, Reward)
        and not rule.audience.tiers
        and not rule.cost
        and not rule.occasion
        and not rule.limits
        and rule.mode == "automatic"
        and not_now(rule.window, at) is None
    )


def _days_until(reason: Reason, today: date) -> int:
    if reason.why is Why.FROM_TIME:
        return 0
    return (reason.weekday - today.isoweekday()) % 7 or 7


def _still_holds(window: Window, at: Moment, days: int) -> bool:
    last = window.last_day
    return last is None or at.local.date() + timedelta(days=days) <= last


_MISSING = frozenset(
    (Why.PIECES_MISSING, Why.SPEND_MISSING, Why.OTHER_PURCHASE, Why.SPENT_TOO_LITTLE)
)
TOLD = (
    _MISSING
    | _AGAIN
    | _BEATEN
    | {Why.MEMBERS_ONLY, Why.USED_UP, Why.TOO_LITTLE, Why.PAID_OTHERWISE}
)
