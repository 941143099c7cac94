"""Was each reward of a sale allowed, and may they stand beside each other?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff
from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.recorded import (
    RecordedSale,
    Terms,
    budgets_without_end,
    standing_of,
)
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import Applied, Why
from terminal.loyalty.engine.goods import (
    Candidate,
    bought,
    off_price,
    reached_by,
    step_in,
)
from terminal.loyalty.engine.reach import reach_of
from terminal.loyalty.engine.settlement import stage_of
from terminal.loyalty.ledger import Sums
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import Holding, RewardName, Standing
from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account, UnitId, WalletId

_KINDS: Mapping[Why, FindingKind] = {
    Why.NO_GOODS: FindingKind.CONDITION,
    Why.PIECES_MISSING: FindingKind.CONDITION,
    Why.SPEND_MISSING: FindingKind.CONDITION,
    Why.MEMBERS_ONLY: FindingKind.AUDIENCE,
    Why.NOT_FOR_THIS_MEMBER: FindingKind.AUDIENCE,
    Why.CONSENT_MISSING: FindingKind.AUDIENCE,
    Why.CONTROL_GROUP: FindingKind.AUDIENCE,
    Why.NOT_BIRTHDAY: FindingKind.OCCASION,
    Why.OTHER_PURCHASE: FindingKind.OCCASION,
    Why.SPENT_TOO_LITTLE: FindingKind.OCCASION,
    Why.NOT_AWAY: FindingKind.OCCASION,
    Why.NOT_NEW: FindingKind.OCCASION,
    Why.NOT_REFERRED: FindingKind.OCCASION,
    Why.NOT_DRAWN: FindingKind.OCCASION,
    Why.USED_UP: FindingKind.LIMIT,
    Why.OPERATOR_LIMIT: FindingKind.LIMIT,
}
"""What it is when a reward was had that should have stayed away; else another time."""


def check_revisions(sale: RecordedSale) -> Iterator[Finding]:
    """Was the sale judged by the rules of its moment?

    A till without a line judges by what it knows. So one finding tells that it was behind, with
    what came off by rules that did not hold.
    """
    expected = tuple((one.programme, one.revision) for one in sale.in_force.values())
    told = sale.record.revisions
    if told == expected:
        return
    wrong = set(told) - set(expected)
    yield Finding(
        kind=FindingKind.OUTDATED,
        cost=sum(
            max(0, one.discount)
            for one in sale.record.applied
            if (one.name.programme, one.revision) in wrong
        ),
        text=" ".join(
            f"{number}.{revision}" for number, revision in sorted(set(told) ^ set(expected))
        ),
    )


def check_rewards(sale: RecordedSale) -> Iterator[Finding]:
    """Every reward by itself, then all beside each other."""
    seen: Counter[object] = Counter()
    for one in sale.record.applied:
        seen[one.name] += 1
        terms = sale.terms(one.name, one.revision)
        if terms is None:
            yield _of(one, FindingKind.REVISION)
            continue
        if seen[one.name] > 1:
            yield _of(one, FindingKind.LIMIT)
        yield from _chosen(sale, one, terms.reward)
        yield from _reached(sale, one, terms)
    yield from _stacking(sale)


def _of(one: Applied, kind: FindingKind, expected: int = 0, found: int = 0) -> Finding:
    """What came off should not have."""
    return Finding(
        kind=kind,
        programme=one.name.programme,
        rule=one.name.reward,
        expected=expected,
        found=found,
        cost=max(0, one.discount),
    )


def _chosen(sale: RecordedSale, one: Applied, reward: Reward) -> Iterator[Finding]:
    """What the cashier claimed and took off, and how often it may be had."""
    choices = sale.record.choices
    claim = choices.claim(one.name)
    claimed = reward.mode == "claimed"
    if one.name in choices.taken_off:
        yield _of(one, FindingKind.TAKEN_OFF)
    if one.claimed != claimed or (claimed and claim is None):
        yield _of(one, FindingKind.NOT_CLAIMED)
    most = [LARGEST_COUNT if reward.limit is None else reward.limit]
    if claimed and claim is not None and claim.times is not None:
        most.append(claim.times)
    if not reward.cost and not isinstance(reward.benefit, PercentOff | AmountOff | FixedPrice):
        most.append(1)
    if not 1 <= one.times <= min(most):
        yield _of(one, FindingKind.LIMIT, min(most), one.times)
    if reward.condition.spend_of == "rest" and not one.discount:
        net = {line.key: line.net for line in sale.record.lines}
        about = [line for line in sale.basket.lines if reward.condition.goods.takes(line)]
        left = sum(net[line.key] for line in about)
        if left < reward.condition.spend:
            yield _of(one, FindingKind.CONDITION, reward.condition.spend, left)
    step = step_in(reward, *bought(reward, sale.basket)) if reward.steps else 0
    if one.step != step:
        yield _of(one, FindingKind.CONDITION, step, one.step)


def _reached(sale: RecordedSale, one: Applied, terms: Terms) -> Iterator[Finding]:
    """For whom, when, on what, how often: asked as the engine asks, with units enough."""
    customer = Customer(_with_units(sale, terms.programme), sale.record.at)
    away, times = reach_of(terms.programme, terms.reward, sale.basket, sale.classes, customer)
    if away is not None:
        yield _of(one, _KINDS.get(away.why, FindingKind.WINDOW))
    elif (
        times is not None
        and (terms.reward.limits or terms.reward.target.from_piece > 1)
        and one.times > times
    ):
        yield _of(one, FindingKind.LIMIT, times, one.times)


def _with_units(sale: RecordedSale, programme: Programme) -> Standing:
    """Whether there were units enough is the ledger's question."""
    # Nobody wrote the birthday down: what was had on it is believed.
    standing = standing_of(sale.record, birthday=True)
    budgets = budgets_without_end((programme,))
    if programme.unit is None:
        return replace(standing, budgets=budgets)
    sums = Sums(earned=((None, LARGEST_COUNT),))
    account = Account(WalletId(""), UnitId(programme.unit.id))
    held = Holding(account=account, sums=sums, spendable=LARGEST_COUNT)
    return replace(standing, budgets=budgets, holdings=(held,))


def _stacking(sale: RecordedSale) -> Iterator[Finding]:
    found = [
        (one, terms)
        for one in sale.record.applied
        if (terms := sale.terms(one.name, one.revision)) is not None
    ]
    programmes = {terms.programme.programme: terms.programme for _, terms in found}
    groups = Counter(one.stacking.group for one in programmes.values() if one.stacking.group)
    alone = len(programmes) > 1
    turns: list[tuple[int, bool, int]] = []
    for one, terms in found:
        stacking = terms.programme.stacking
        if (
            (alone and stacking.mode == "alone")
            or groups[stacking.group] > 1
            or (
                stacking.group
                and stacking.pick == "priority"
                and not one.claimed
                and _outranked(sale, terms.programme)
            )
        ):
            yield _of(one, FindingKind.STACKING)
        candidate = sale.reward(one.name, one.revision)
        if candidate is not None:
            turns.append(_turn(candidate))
    if turns != sorted(turns):
        yield Finding(kind=FindingKind.STACKING, text="order")


def _outranked(sale: RecordedSale, programme: Programme) -> bool:
    """Whether one of the same group with a higher priority could have been had for sure."""
    mine = programme.stacking
    customer = Customer(standing_of(sale.record, birthday=False), sale.record.at)
    return any(
        other.stacking.group == mine.group
        and other.stacking.mode == "combines"
        and other.stacking.priority > mine.priority
        and any(_surely_had(sale, other, reward, customer) for reward in other.rewards)
        for other in sale.held.values()
    )


def _surely_had(
    sale: RecordedSale, programme: Programme, reward: Reward, customer: Customer
) -> bool:
    """Off single pieces, and it asks nothing that the sale does not tell."""
    name = RewardName(programme.programme, reward.id)
    candidate = sale.reward(name, programme.revision)
    asks_more = reward.cost or reward.limits or reward.budget or reward.occasion
    if candidate is None or candidate.claimed or asks_more or reward.target.scope != "piece":
        return False
    if name in sale.record.choices.taken_off:
        return False
    reached = [sale.classes[index] for index in reached_by(reward, sale.classes)]
    return (
        any(off_price(candidate.benefit, one.price, one.kilograms) > 0 for one in reached)
        and reach_of(programme, reward, sale.basket, sale.classes, customer).away is None
    )


def _turn(candidate: Candidate) -> tuple[int, bool, int]:
    """Goods first, then what comes on top of them, then what comes off the rest of the basket.

    Of the latter two automatic ones before claimed ones, then percents and amounts in their turns.
    """
    if candidate.competes:
        return (0, False, 0)
    stage = 2 if candidate.reward.target.scope == "basket" else 1
    return (stage, candidate.claimed, stage_of(candidate))
