"""Rewards that take nothing off: units, privileges, donations. They stand beside the search.

A claimed gift decides as every claim does: its units are kept back for it, and automatic rewards
that may not stand beside it stay away. Automatic gifts take what the others left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from datetime import date

from terminal.loyalty.benefits import Donation, GivenUnits, Privilege
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.engine.eligibility import not_any_more
from terminal.loyalty.engine.evaluation import Applied, Earned, Offer, Reason, Why
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.receiving import Receiving
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.standing import Choices, Moment, RewardName, Standing
from terminal.loyalty.units import LARGEST_COUNT, last_day, vests_on
from terminal.loyalty.wanted import CONDITION, wanted
from terminal.values import dataclass


@dataclass(frozen=True, slots=True)
class Gift:
    """A reward that takes nothing off and is within reach. ``times`` as a candidate has it."""

    programme: Programme
    reward: Reward
    times: int | None
    benefit: GivenUnits | Privilege | Donation

    @property
    def name(self) -> RewardName:
        """The name of its reward."""
        return RewardName(self.programme.programme, self.reward.id)

    @property
    def claimed(self) -> bool:
        """Whether it waits for the cashier's key."""
        return self.reward.mode == "claimed"

    @property
    def unit(self) -> str:
        """The unit that it costs; empty for nothing."""
        return self.programme.unit.id if self.programme.unit and self.reward.cost else ""


@dataclass(slots=True)
class Given:
    """What became of the gifts of one sale."""

    applied: list[Applied] = field(default_factory=list)
    earned: list[Earned] = field(default_factory=list)
    away: dict[RewardName, Reason] = field(default_factory=dict)
    times_most: dict[RewardName, int] = field(default_factory=dict)
    """How often those could be had that wait to be claimed, or were."""


class Gifts:
    """The gifts within reach of one customer, before and after the search for the best price."""

    def __init__(self, gifts: Sequence[Gift], choices: Choices, standing: Standing) -> None:
        self._gifts = gifts
        self._choices = choices
        self._standing = standing
        self._away: dict[RewardName, Reason] = {}
        self._accepted: list[Gift] = []
        self._preferred: list[Gift] = []
        self._kept: dict[RewardName, int] = {}

    def decide(self, candidates: Iterable[Candidate]) -> dict[RewardName, Reason]:
        """Automatic rewards that must stay away for what is a gift, with the reason."""
        found = list(candidates)
        claims = [one for one in found if one.claimed]
        for gift in self._gifts:
            if not gift.claimed or self._choices.claim(gift.name) is None:
                continue
            beside: list[Candidate | Gift] = [*claims, *self._accepted]
            rivals = [one for one in beside if _apart(one, gift)]
            if rivals:
                self._away[gift.name] = Reason(why=Why.NOT_TOGETHER, other=rivals[0].name)
            else:
                self._accepted.append(gift)
        self._preferred = list(self._of_priority(found))
        winners = [*self._accepted, *self._preferred]
        return {
            one.name: Reason(why=Why.NOT_TOGETHER, other=winner.name)
            for one in found
            if not one.claimed
            for winner in winners[::-1]
            if _apart(one, winner)
        }

    def _of_priority(self, candidates: Sequence[Candidate]) -> Iterator[Gift]:
        """Automatic gifts of the programmes that their groups prefer to all others there."""
        for gift in self._gifts:
            stacking = gift.programme.stacking
            if gift.claimed or not stacking.group or stacking.pick != "priority":
                continue
            beside: list[Candidate | Gift] = [*candidates, *self._accepted]
            rivals = [
                one
                for one in beside
                if one.programme.stacking.group == stacking.group
                and one.programme.programme != gift.programme.programme
            ]
            if all(_before(gift, one) for one in rivals):
                yield gift

    def units_left(self) -> Standing:
        """The standing without the units that gifts cost which come before the search."""
        kept: dict[str, int] = {}
        for gift in (*self._accepted, *self._preferred):
            claim = self._choices.claim(gift.name)
            if not gift.unit:
                continue
            there = self._standing.spendable(gift.unit) - kept.get(gift.unit, 0)
            wanted = 1 if claim is None or claim.times is None else claim.times
            times = min(_most(wanted, gift.times), there // gift.reward.cost)
            self._kept[gift.name] = times * gift.reward.cost
            kept[gift.unit] = kept.get(gift.unit, 0) + self._kept[gift.name]
        if not any(kept.values()):
            return self._standing
        holdings = []
        for holding in self._standing.holdings:
            n = min(max(0, holding.spendable), kept.get(holding.account.unit, 0))
            kept[holding.account.unit] = kept.get(holding.account.unit, 0) - n
            holdings.append(replace(holding, spendable=holding.spendable - n))
        return replace(self._standing, holdings=tuple(holdings))

    def give(
        self,
        applied: Iterable[Applied],
        earned: Iterable[Earned],
        programmes: Sequence[Programme],
        at: Moment,
        left_to_pay: Callable[[GoodsFilter], int],
    ) -> Given:
        """Gifts beside the best price: claimed ones first, then by priority and number."""
        given = Given(away=dict(self._away))
        if not self._gifts:
            return given
        before = list(applied)
        by_number = {one.programme: one for one in programmes}
        units = _units_of(programmes)
        receiving = Receiving(self._standing).after(earned)
        left = {gift.unit: self._standing.spendable(gift.unit) for gift in self._gifts if gift.unit}
        for one in before:
            if one.unit in left:
                left[one.unit] -= one.units
        for gift in sorted(self._gifts, key=_turn):
            if gift.name in given.away:
                continue
            rival = next(
                (
                    one.name
                    for one in (*before, *given.applied)
                    if _programmes_apart(by_number[one.name.programme], gift.programme)
                ),
                None,
            )
            if rival:
                given.away[gift.name] = Reason(why=Why.NOT_TOGETHER, other=rival)
                continue
            condition = gift.reward.condition
            if condition.spend_of == "rest":
                missing = condition.spend - left_to_pay(condition.goods)
                if missing > 0:
                    number, rule = gift.name
                    of = wanted(condition.goods, number, rule, CONDITION)
                    reason = Reason(why=Why.SPEND_MISSING, amount=missing, wanted=of)
                    given.away[gift.name] = reason
                    continue
            self._give(gift, given, left, receiving, units, at)
        return given

    def _give(
        self,
        gift: Gift,
        given: Given,
        left: dict[str, int],
        receiving: Receiving,
        units: Mapping[str, UnitTerms],
        at: Moment,
    ) -> None:
        name, claim = gift.name, self._choices.claim(gift.name)
        kept_for_others = sum(
            n
            for other, n in self._kept.items()
            if other != name and self._unit_of(other) == gift.unit
        )
        cost = gift.reward.cost
        there = max(0, left[gift.unit] - kept_for_others) if gift.unit else 0
        times = _most(there // cost if gift.unit else 1, gift.times)
        if isinstance(gift.benefit, GivenUnits):
            times = min(times, LARGEST_COUNT // gift.benefit.n)
        self._kept.pop(name, None)
        if times < 1:
            given.away[name] = Reason(why=Why.UNITS_MISSING, units=cost - there)
            return
        if gift.claimed:
            given.times_most[name] = times
        if gift.claimed and claim is None:
            given.away[name] = Reason(why=Why.READY, units=cost * times, times=times)
            return
        if claim is not None and gift.claimed and claim.times is not None:
            times = min(times, claim.times)
        if times < 1:
            given.away[name] = Reason(why=Why.READY, units=cost)
            return
        reason = brings(gift, times, units)
        if isinstance(gift.benefit, GivenUnits):
            earned = _earned(gift, gift.benefit, times, units, receiving, at, reason)
            if earned is None:
                given.away[name] = Reason(why=Why.MEMBERS_ONLY, units=reason.units)
                return
            given.earned.append(earned)
        if gift.unit:
            left[gift.unit] -= cost * times
        given.applied.append(
            Applied(
                name=name,
                revision=gift.programme.revision,
                times=times,
                discount=0,
                shares=(),
                units=cost * times,
                unit=gift.unit,
                claimed=gift.claimed,
                reason=reason,
            )
        )

    def _unit_of(self, name: RewardName) -> str:
        return next(one.unit for one in self._gifts if one.name == name)

    def offered(self, offer: Offer, given: Given, programmes: Sequence[Programme]) -> Offer:
        """An offer with what is known of it where it is a gift."""
        gift = next((one for one in self._gifts if one.name == offer.name), None)
        if gift is None:
            return offer
        had = next((one for one in given.applied if one.name == offer.name), None)
        most = given.times_most.get(offer.name, 0)
        # What waits is offered once: nobody means to give all their points away with one key.
        ready = _is_ready(given.away.get(offer.name))
        times = had.times if had else 1 if ready and most else 0
        return replace(
            offer,
            applied=had is not None,
            times=times,
            times_most=max(times, most),
            units=gift.reward.cost * times,
            reason=had.reason if had else given.away.get(offer.name, offer.reason),
            brings=brings(gift, max(1, times), _units_of(programmes)),
        )


def nobody_to_have(
    reward: Reward, programmes: Iterable[Programme], standing: Standing, today: date
) -> Reason | None:
    """Why units of a reward are of use to nobody; None if they are, or it gives none."""
    benefit = reward.benefit
    if not isinstance(benefit, GivenUnits):
        return None
    terms = next((one.unit for one in programmes if one.unit and one.unit.id == benefit.unit), None)
    if terms is not None and (ended := not_any_more(terms.expiry, today)):
        return ended
    account = Receiving(standing).account(benefit.unit, terms, bearer=benefit.bearer)
    kind = terms.kind if terms else None
    return Reason(why=Why.MEMBERS_ONLY, units=benefit.n, kind=kind) if account is None else None


def brings(gift: Gift, times: int, units: Mapping[str, UnitTerms]) -> Reason:
    """What a gift is, so many times."""
    cost = gift.reward.cost * times
    match gift.benefit:
        case GivenUnits(unit=unit, n=n):
            terms = units.get(unit)
            kind = terms.kind if terms else None
            return Reason(why=Why.EXCHANGED, units=n * times, times=times, kind=kind)
        case Donation(amount=amount):
            return Reason(why=Why.DONATED, amount=amount * times, units=cost, times=times)
        case Privilege():
            return Reason(why=Why.PRIVILEGE, units=cost, times=times)


def _earned(
    gift: Gift,
    benefit: GivenUnits,
    times: int,
    units: Mapping[str, UnitTerms],
    receiving: Receiving,
    at: Moment,
    reason: Reason,
) -> Earned | None:
    terms = units.get(benefit.unit)
    account = receiving.account(benefit.unit, terms, bearer=benefit.bearer)
    if account is None:
        return None
    return Earned(
        programme=gift.programme.programme,
        revision=gift.programme.revision,
        rule=gift.reward.id,
        account=account,
        n=benefit.n * times,
        day=last_day(terms.expiry, at.business_day) if terms else None,
        vests=vests_on(terms.vesting_days, at.business_day) if terms else None,
        by_reward=True,
        reason=reason,
    )


def _units_of(programmes: Iterable[Programme]) -> Mapping[str, UnitTerms]:
    """The terms of every unit: those of the first programme that has it."""
    units: dict[str, UnitTerms] = {}
    for one in programmes:
        if one.unit:
            units.setdefault(one.unit.id, one.unit)
    return units


def _is_ready(reason: Reason | None) -> bool:
    return reason is not None and reason.why is Why.READY


def _most(n: int, bound: int | None) -> int:
    return n if bound is None else min(n, bound)


def _turn(gift: Gift) -> tuple[bool, int, RewardName]:
    stacking = gift.programme.stacking
    priority = stacking.priority if stacking.group and stacking.pick == "priority" else 0
    return (not gift.claimed, -priority, gift.name)


def _before(gift: Gift, other: Candidate | Gift) -> bool:
    """Whether a group prefers the programme of a gift to another one."""
    mine, others = gift.programme, other.programme
    return (-mine.stacking.priority, mine.programme) < (-others.stacking.priority, others.programme)


def _apart(one: Candidate | Gift, other: Candidate | Gift) -> bool:
    return _programmes_apart(one.programme, other.programme)


def _programmes_apart(one: Programme, other: Programme) -> bool:
    """Whether two programmes may not stand beside each other."""
    if one.programme == other.programme:
        return False
    if "alone" in (one.stacking.mode, other.stacking.mode):
        return True
    return bool(one.stacking.group) and one.stacking.group == other.stacking.group
