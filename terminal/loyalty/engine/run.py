"""``evaluate``: the engine's one door, used by the till, the server, the replay and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.accruals import Paid, accruals
from terminal.loyalty.engine.evaluation import (
    Applied,
    Earned,
    Evaluation,
    LinePrice,
    NotApplied,
    Offer,
    Reason,
    Spent,
    VatPrice,
    Why,
)
from terminal.loyalty.engine.goods import Candidate, piece_classes
from terminal.loyalty.engine.reach import out_of_reach
from terminal.loyalty.engine.settlement import Question, Settlement, settle
from terminal.loyalty.money import divide_half_up, tax_upon, tax_within
from terminal.loyalty.programme import Programme, Reward, in_force
from terminal.loyalty.standing import (
    NO_CHOICES,
    Choices,
    Claim,
    Moment,
    RewardName,
    Standing,
)

DEFAULT_EFFORT = 400
"""Steps of search for an answer within a frame."""

COMBINATIONS_MOST = 64
"""Ways to choose among groups and programmes that stand alone; later ones are not tried."""

FORCED_EFFORT = 100
"""Steps to find out by how much another offer was better."""


def evaluate(
    basket: Basket,
    standing: Standing,
    programmes: Iterable[Programme],
    at: Moment,
    choices: Choices = NO_CHOICES,
    effort: int = DEFAULT_EFFORT,
) -> Evaluation:
    """The best price that the rules allow, with a reason for everything.

    Of each programme the revision that holds at ``at`` counts. The objective, in order: least to
    pay (units that an automatic reward spends count at their declared worth), fewest units spent,
    most units earned, lowest programme number. Claimed rewards are taken as claimed. Equal
    arguments give the equal answer on every machine; ``effort`` counts steps of search.
    """
    return _Engine(basket, standing, in_force(programmes, at.utc), at, choices, effort).answer()


@dataclass(frozen=True, slots=True)
class _Combination:
    """Candidates that may go together, worked out."""

    candidates: tuple[Candidate, ...]
    settlement: Settlement
    earned: tuple[Earned, ...]
    no_accrual: tuple[NotApplied, ...]

    @property
    def cost(self) -> int:
        return self.settlement.to_pay + self.settlement.worth

    @property
    def rank(self) -> tuple[int, int, int, tuple[RewardName, ...]]:
        names = tuple(sorted(one.name for one in self.settlement.applied))
        earned = sum(one.n for one in self.earned)
        return (self.cost, self.settlement.units, -earned, names)


class _Engine:
    """One question, while it is being answered."""

    def __init__(
        self,
        basket: Basket,
        standing: Standing,
        programmes: tuple[Programme, ...],
        at: Moment,
        choices: Choices,
        effort: int,
    ) -> None:
        self._basket = basket
        self._standing = standing
        self._programmes = programmes
        self._at = at
        self._choices = choices
        self._effort = effort
        self._question = Question(basket, piece_classes(basket), standing)
        self._away: dict[RewardName, Reason] = {}
        self._ready: dict[RewardName, Candidate] = {}
        """Rewards that wait to be claimed."""

    def answer(self) -> Evaluation:
        candidates = tuple(self._screen())
        best = self._best(candidates, self._effort)
        offers = tuple(self._offers(candidates, best))
        not_applied = tuple(self._not_applied(candidates, best, offers))
        settlement = best.settlement
        lines = tuple(
            LinePrice(
                line=line.key,
                gross=line.amount,
                discount=line.amount - settlement.net[line.key],
                vat=line.product.vat,
            )
            for line in self._basket.lines
        )
        vat = tuple(self._vat(lines))
        total = sum(one.taxable + one.tax for one in vat)
        return Evaluation(
            lines=lines,
            vat=vat,
            gross=self._basket.amount,
            discount=self._basket.amount - settlement.to_pay,
            total=total,
            applied=tuple(settlement.applied),
            spent=tuple(self._spent(settlement.applied)),
            earned=best.earned,
            offers=offers,
            not_applied=not_applied + best.no_accrual,
            bound=max(0, total - settlement.gap),
            proven=settlement.gap == 0,
            steps=settlement.steps,
            revisions=tuple((one.programme, one.revision) for one in self._programmes),
        )

    def _rewards(self) -> Iterator[tuple[Programme, Reward, RewardName]]:
        for programme in self._programmes:
            for reward in programme.rewards:
                yield programme, reward, RewardName(programme.programme, reward.id)

    def _screen(self) -> Iterator[Candidate]:
        """Rewards that apply if they are the best; the others are put down with their reason."""
        for programme, reward, name in self._rewards():
            away = out_of_reach(
                programme, reward, self._basket, self._question.classes, self._standing, self._at
            )
            if away:
                self._away[name] = away
                continue
            if name in self._choices.taken_off:
                self._away[name] = Reason(why=Why.TAKEN_OFF)
                continue
            claimed = reward.mode == "claimed"
            candidate = Candidate(
                programme,
                reward,
                reward.limit,
                claimed,
                0 if claimed else _worth(programme, reward),
            )
            if not claimed:
                yield candidate
                continue
            self._ready[name] = candidate
            claim = self._choices.claim(name)
            if claim is not None:
                yield _as_claimed(candidate, claim)

    def _best(self, candidates: tuple[Candidate, ...], effort: int) -> _Combination:
        """The best combination that stacking allows."""
        combinations = list(islice(_combinations(candidates), COMBINATIONS_MOST))
        each = max(1, effort // len(combinations))
        worked_out = [self._work_out(one, each) for one in combinations]
        best = min(worked_out, key=lambda one: one.rank)
        # What was not searched to the end elsewhere might have come out below the best.
        open_gap = max(best.cost - (one.cost - one.settlement.gap) for one in worked_out)
        best.settlement.gap = max(0, open_gap)
        best.settlement.steps = sum(one.settlement.steps for one in worked_out)
        return best

    def _work_out(self, candidates: tuple[Candidate, ...], effort: int) -> _Combination:
        settlement = settle(self._question, candidates, effort)
        paid = Paid(settlement.net, settlement.free_pieces)
        earned, nothing = accruals(self._basket, self._standing, self._programmes, self._at, paid)
        return _Combination(candidates, settlement, earned, nothing)

    def _offers(self, candidates: tuple[Candidate, ...], best: _Combination) -> Iterator[Offer]:
        """Rewards that units pay for or that wait for a key, for the member's panel."""
        if self._standing.traits is None:
            return
        applied = {one.name: one for one in best.settlement.applied}
        for programme, reward, name in self._rewards():
            if not reward.cost and reward.mode == "automatic":
                continue
            unit = programme.unit.id if programme.unit else ""
            waiting = self._ready.get(name)
            worth = units = times = most = 0
            reason = self._away.get(name) or Reason(why=Why.NOTHING_LEFT)
            if waiting is not None and self._wants_trial(name, applied):
                others = tuple(one for one in candidates if one.name != name)
                trial = self._best((*others, waiting), FORCED_EFFORT)
                got = next((one for one in trial.settlement.applied if one.name == name), None)
                without = self._best(others, FORCED_EFFORT) if name in applied else best
                reason = trial.settlement.refused.get(name, reason)
                if got is not None:
                    worth = without.settlement.to_pay - trial.settlement.to_pay
                    units, times, most = got.units, got.times, got.times
                    reason = Reason(why=Why.READY, amount=worth, units=units, times=times)
            if name in applied:
                now = applied[name]
                worth, units, times = now.discount, now.units, now.times
                most, reason = max(most, times), now.reason
            yield Offer(
                name=name,
                unit=unit,
                cost=reward.cost,
                applied=name in applied,
                automatic=reward.mode == "automatic",
                times=times,
                times_most=most,
                units=units,
                worth=worth,
                balance_units=self._standing.balance(unit),
                reason=reason,
            )

    def _wants_trial(self, name: RewardName, applied: dict[RewardName, Applied]) -> bool:
        """Whether the most that an offer could bring is not known from the answer itself."""
        claim = self._choices.claim(name)
        return name not in applied or (claim is not None and claim.times is not None)

    def _not_applied(
        self, candidates: tuple[Candidate, ...], best: _Combination, offers: Sequence[Offer]
    ) -> Iterator[NotApplied]:
        applied = {one.name for one in best.settlement.applied}
        offered = {offer.name: offer.reason for offer in offers}
        competing = {one.name: one for one in candidates}
        for programme, reward, name in self._rewards():
            if name in applied:
                continue
            reason = self._away.get(name)
            if reason is None and name in competing:
                reason = self._why_beaten(competing[name], candidates, best)
            if reason is None:
                reason = offered.get(name) or Reason(why=Why.READY)
            yield NotApplied(
                programme=programme.programme, rule=reward.id, earns=False, reason=reason
            )

    def _why_beaten(
        self, candidate: Candidate, candidates: tuple[Candidate, ...], best: _Combination
    ) -> Reason:
        name = candidate.name
        if name in best.settlement.refused:
            return best.settlement.refused[name]
        together = any(one is candidate for one in best.candidates)
        rivals = best.candidates if together else candidates
        forced = replace(candidate, times=1, claimed=True)
        # A claim that keeps it out would keep it out of the trial as well.
        others = (one for one in rivals if one is not candidate and (together or not one.claimed))
        trial = self._best((*others, forced), FORCED_EFFORT)
        got = next((one for one in trial.settlement.applied if one.name == name), None)
        if got is None:
            return trial.settlement.refused.get(name) or Reason(why=Why.NOTHING_LEFT)
        if candidate.worth and got.discount <= candidate.worth:
            return Reason(why=Why.NOT_WORTH_IT, amount=got.discount)
        lines = {share.line for share in got.shares}
        winners = [
            one
            for one in best.settlement.applied
            if not together or lines & {share.line for share in one.shares}
        ]
        winner = max(winners, key=lambda one: one.discount, default=None)
        return Reason(
            why=Why.BETTER_OFFER if together else Why.NOT_TOGETHER,
            amount=max(0, trial.cost + candidate.worth * got.times - best.cost),
            other=winner.name if winner else None,
        )

    def _spent(self, applied: Iterable[Applied]) -> Iterator[Spent]:
        """Units of rewards, taken from the member's accounts in the order of the wallets."""
        left = {holding.account: max(0, holding.spendable) for holding in self._standing.holdings}
        for one in applied:
            units = one.units
            for holding in self._standing.of(one.unit):
                n = min(units, left[holding.account])
                if n:
                    left[holding.account] -= n
                    units -= n
                    yield Spent(name=one.name, account=holding.account, n=n)
            assert units == 0, "a reward spends more units than there are"

    def _vat(self, lines: Iterable[LinePrice]) -> Iterator[VatPrice]:
        rates: dict[int, list[LinePrice]] = {}
        for line in lines:
            rates.setdefault(line.vat, []).append(line)
        for rate in sorted(rates):
            net = sum(line.net for line in rates[rate])
            inside = self._basket.prices_include_tax
            tax = tax_within(net, rate) if inside else tax_upon(net, rate)
            yield VatPrice(
                rate=rate,
                gross=sum(line.gross for line in rates[rate]),
                discount=sum(line.discount for line in rates[rate]),
                taxable=net - tax if inside else net,
                tax=tax,
            )


def _as_claimed(candidate: Candidate, claim: Claim) -> Candidate:
    if claim.times is None:
        return candidate
    limit = candidate.times
    return replace(candidate, times=claim.times if limit is None else min(limit, claim.times))


def _worth(programme: Programme, reward: Reward) -> int:
    if not reward.cost or programme.unit is None or programme.unit.worth is None:
        return 0
    worth = programme.unit.worth
    return divide_half_up(reward.cost * worth.amount, worth.units)


def _combinations(candidates: tuple[Candidate, ...]) -> Iterator[tuple[Candidate, ...]]:
    """Subsets of candidates that stacking lets go together, the largest first.

    A claimed reward decides for its programme: what may not stand beside it stays away. Of claims
    that may not stand beside each other the better one is taken.
    """
    claimed = {one.programme.programme for one in candidates if one.claimed}
    alone = {
        one.programme.programme for one in candidates if one.programme.stacking.mode == "alone"
    }
    rivals = bool(claimed & alone) and len(claimed) > 1
    if not claimed & alone or (rivals and claimed - alone):
        yield from _one_of_each_group(
            [one for one in candidates if one.programme.programme not in alone], claimed
        )
    for number in sorted(alone):
        if claimed <= {number} or (rivals and number in claimed):
            yield tuple(one for one in candidates if one.programme.programme == number)


def _one_of_each_group(
    candidates: list[Candidate], claimed: set[int]
) -> Iterator[tuple[Candidate, ...]]:
    groups: dict[str, set[int]] = {}
    for one in candidates:
        if one.programme.stacking.group:
            groups.setdefault(one.programme.stacking.group, set()).add(one.programme.programme)
    wanted = [sorted(members & claimed or members) for _, members in sorted(groups.items())]
    for chosen in product(*wanted):
        yield tuple(
            one
            for one in candidates
            if not one.programme.stacking.group or one.programme.programme in chosen
        )
