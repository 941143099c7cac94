"""Was each reward of a sale allowed, and may they stand beside each other?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.recorded import RecordedSale
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import Applied, Why
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.reach import reach_of
from terminal.loyalty.ledger import Sums
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.units import LARGEST_COUNT
from terminal.loyalty.wallet import Account, UnitId, WalletId

_NO_GOODS = frozenset({Why.NO_GOODS, Why.PIECES_MISSING, Why.SPEND_MISSING})
_NOT_FOR = frozenset({Why.MEMBERS_ONLY, Why.NOT_FOR_THIS_MEMBER})


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
        candidate = sale.reward(one.name, one.revision)
        if candidate is None:
            yield _of(one, FindingKind.REVISION)
            continue
        if seen[one.name] > 1:
            yield _of(one, FindingKind.LIMIT)
        yield from _chosen(sale, one, candidate)
        yield from _reached(sale, one, candidate)
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


def _chosen(sale: RecordedSale, one: Applied, candidate: Candidate) -> Iterator[Finding]:
    """What the cashier claimed and took off, and how often it may be had."""
    choices = sale.record.choices
    claim = choices.claim(one.name)
    if one.name in choices.taken_off:
        yield _of(one, FindingKind.TAKEN_OFF)
    if one.claimed != candidate.claimed or (candidate.claimed and claim is None):
        yield _of(one, FindingKind.NOT_CLAIMED)
    most = [LARGEST_COUNT if candidate.reward.limit is None else candidate.reward.limit]
    if candidate.claimed and claim is not None and claim.times is not None:
        most.append(claim.times)
    if not 1 <= one.times <= min(most):
        yield _of(one, FindingKind.LIMIT, min(most), one.times)


def _reached(sale: RecordedSale, one: Applied, candidate: Candidate) -> Iterator[Finding]:
    """For whom, when, on what: asked as the engine asks, with units enough."""
    away, _ = reach_of(
        candidate.programme,
        candidate.reward,
        sale.basket,
        sale.classes,
        Customer(_with_units(sale, candidate), sale.record.at),
    )
    if away is None:
        return
    if away.why in _NOT_FOR:
        yield _of(one, FindingKind.AUDIENCE)
    elif away.why in _NO_GOODS:
        yield _of(one, FindingKind.CONDITION)
    else:
        yield _of(one, FindingKind.WINDOW)


def _with_units(sale: RecordedSale, candidate: Candidate) -> Standing:
    """Whether there were units enough is the ledger's question."""
    unit = candidate.programme.unit
    if unit is None:
        return Standing(traits=sale.traits)
    account = Account(WalletId(""), UnitId(unit.id))
    sums = Sums(earned=((None, LARGEST_COUNT),))
    return Standing(
        traits=sale.traits,
        wallets=(account.wallet,),
        holdings=(Holding(account=account, sums=sums, spendable=LARGEST_COUNT),),
    )


def _stacking(sale: RecordedSale) -> Iterator[Finding]:
    found = [
        (one, candidate)
        for one in sale.record.applied
        if (candidate := sale.reward(one.name, one.revision)) is not None
    ]
    programmes = {candidate.programme.programme: candidate.programme for _, candidate in found}
    groups = Counter(one.stacking.group for one in programmes.values() if one.stacking.group)
    alone = len(programmes) > 1
    turns: list[tuple[bool, bool, bool]] = []
    for one, candidate in found:
        stacking = candidate.programme.stacking
        if (alone and stacking.mode == "alone") or groups[stacking.group] > 1:
            yield _of(one, FindingKind.STACKING)
        turns.append(_turn(candidate))
    if turns != sorted(turns):
        yield Finding(kind=FindingKind.STACKING, text="order")


def _turn(candidate: Candidate) -> tuple[bool, bool, bool]:
    """Goods first; then on what is left automatic before claimed, percents before amounts."""
    if candidate.reward.target.scope != "basket":
        return (False, False, False)
    return (True, candidate.claimed, not isinstance(candidate.benefit, PercentOff))
