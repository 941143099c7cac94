"""Why not, by how much, and what more could be had: trials beside the answer.

Each trial asks what the basket would come to with one reward more. There are only so many of
them, by the effort: beyond that a figure is worked out by exchange, without another search.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace

from terminal.loyalty.engine.combinations import Combinations
from terminal.loyalty.engine.effort import TRIAL_EFFORT
from terminal.loyalty.engine.evaluation import Applied, NotApplied, Offer, Reason, Why
from terminal.loyalty.engine.exchange import Exchange
from terminal.loyalty.engine.goods import Application, Candidate
from terminal.loyalty.engine.packed import is_wide
from terminal.loyalty.engine.rules import Rules
from terminal.loyalty.engine.settlement import settle
from terminal.loyalty.engine.solving import Combination, Solver
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.standing import RewardName, Standing
from terminal.values import dataclass

WORK_PER_STEP = 8
"""How much work of trials (lines and applications looked at) a step of effort allows."""

CHOICES_TRIED = 4
"""Ways to combine programmes that a trial weighs anew; of more it stays with the best one."""


@dataclass(slots=True)
class Explanations:
    """What is told beside the price of the best combination."""

    solver: Solver
    rules: Rules
    candidates: tuple[Candidate, ...]
    best: Combination
    away: Mapping[RewardName, Reason]
    """Rewards that are out of reach, with what is missing."""
    ready: Mapping[RewardName, Candidate]
    """Rewards that wait to be claimed, or were."""
    effort: int
    _work: int = field(init=False, default=0)
    _exchange: Exchange | None = field(init=False, default=None)
    """In a wide basket, what stands in for trials."""
    _on_lines: dict[int, Applied] = field(init=False, default_factory=dict)
    """Which reward on goods took off most, of those that came off a line."""
    _chosen: dict[RewardName, Candidate] = field(init=False, default_factory=dict)
    """The candidates that the best combination holds."""
    _winners: dict[str, RewardName | None] = field(init=False, default_factory=dict)
    """Who keeps those of a group out; of no group, those that stand alone."""

    def __post_init__(self) -> None:
        question = self.solver.question
        every = (*self.candidates, *self.ready.values())
        unique = {one.name: one for one in every if one.competes}
        goods = [unique[name] for name in sorted(unique)]
        if is_wide(question, goods):
            settled = self.best.settlement
            self._exchange = Exchange(question, goods, settled.candidates, settled.chosen)

    def offers(self) -> Iterator[Offer]:
        """Rewards that units pay for or that wait for a key, for the member's panel."""
        standing = self.solver.question.standing
        if standing.traits is None and not standing.holdings:
            return
        applied = self.best.had()
        for programme, reward, name in self.rules.rewards:
            if not _is_offered(programme, reward, standing):
                continue
            unit = programme.unit.id if programme.unit else ""
            times_most, worth, units = 0, 0, 0
            reason = self.away.get(name) or Reason(why=Why.NOTHING_LEFT)
            if name in self.ready and self._wants_trial(name, applied):
                times_most, worth, units, reason = self._trial_of(self.ready[name], reason)
            times = times_most
            if name in applied:
                now = applied[name]
                worth, units, times = now.discount, now.units, now.times
                times_most, reason = max(times_most, times), now.reason
            yield Offer(
                name=name,
                unit=unit,
                cost=reward.cost,
                applied=name in applied,
                automatic=reward.mode == "automatic",
                times=times,
                times_most=times_most,
                units=units,
                worth=worth,
                balance_units=standing.balance(unit),
                reason=reason,
            )

    def _wants_trial(self, name: RewardName, applied: Mapping[RewardName, Applied]) -> bool:
        """Whether the most that an offer could bring is not known from the answer itself."""
        claim = self.solver.question.choices.claim(name)
        return name not in applied or (claim is not None and claim.times is not None)

    def _trial_of(self, waiting: Candidate, away: Reason) -> tuple[int, int, int, Reason]:
        """How often a reward could be had, what that brings, its units, and the reason."""
        name = waiting.name
        if self._exchange is not None:
            if name not in self.best.had():
                return self._by_adding(waiting, away)
            if waiting.competes:
                claims = self.best.settlement.claims()
                times = self._exchange.times_beside(waiting, claims)
                return times, 0, 0, away
        others = tuple(one for one in self._rivals() if one.name != name)
        trial = self.solver.best((*others, waiting), TRIAL_EFFORT)
        got = trial.had().get(name)
        if got is None:
            return 0, 0, 0, trial.settlement.refused.get(name, away)
        if name in self.best.had():
            return got.times, 0, 0, away  # all else is known from the answer itself
        worth = sum(self.best.settlement.net.values()) - sum(trial.settlement.net.values())
        if worth <= 0:
            winner = _dearest(self.best.settlement.applied)
            return 0, 0, 0, Reason(why=Why.BETTER_OFFER, amount=-worth, other=winner)
        ready = Reason(why=Why.READY, amount=worth, units=got.units, times=got.times)
        return got.times, worth, got.units, ready

    def _by_adding(self, waiting: Candidate, away: Reason) -> tuple[int, int, int, Reason]:
        """The same beside the answer as it stands: goods make way for it, and nothing else moves."""
        best = self.best
        if not waiting.competes:
            settled = best.settlement
            beside = (*settled.candidates, waiting)
            trial = settle(self.solver.question, beside, 1, settled.kept, settled.chosen)
            got = next((one for one in trial.applied if one.name == waiting.name), None)
            if got is None:
                return 0, 0, 0, trial.refused.get(waiting.name, away)
            worth = sum(settled.net.values()) - sum(trial.net.values())
            times, units = got.times, got.units
        else:
            assert self._exchange is not None
            found = self._exchange.of(waiting.name)
            if found is None:
                return 0, 0, 0, away
            worth = -found.loss // self.solver.question.scale
            times, units = 1, waiting.reward.cost
        if worth <= 0:
            winner = _dearest(best.settlement.applied)
            return 0, 0, 0, Reason(why=Why.BETTER_OFFER, amount=-worth, other=winner)
        return times, worth, units, Reason(why=Why.READY, amount=worth, units=units, times=times)

    def not_applied(self, offers: Sequence[Offer]) -> Iterator[NotApplied]:
        """Every reward that stayed away, with the first reason why."""
        applied = self.best.had()
        offered = {offer.name: offer.reason for offer in offers}
        competing = {one.name: one for one in self.candidates}
        for programme, reward, name in self.rules.rewards:
            if name in applied:
                continue
            reason = self.away.get(name)
            if reason is None and name in competing:
                reason = self._why_beaten(competing[name])
            if reason is None:
                reason = offered.get(name) or Reason(why=Why.READY)
            yield NotApplied(
                programme=programme.programme, rule=reward.id, earns=False, reason=reason
            )

    def _why_beaten(self, candidate: Candidate) -> Reason:
        best, name = self.best, candidate.name
        if name in best.settlement.refused:
            return best.settlement.refused[name]
        if not self._chosen:
            self._chosen.update((one.name, one) for one in best.candidates)
        together = self._chosen.get(name) is candidate
        if self._exchange is not None:
            return self._exchanged(candidate, self._exchange, together=together)
        rivals = best.candidates if together else self._rivals()
        # A claim that keeps it out would keep it out of the trial as well.
        others = tuple(
            one for one in rivals if one is not candidate and (together or not one.claimed)
        )
        if not self._affords(others):
            return self._by_exchange(candidate, together)
        forced = replace(candidate, times=1, claimed=True)
        trial = self.solver.best((*others, forced), TRIAL_EFFORT)
        got = trial.had().get(name)
        if got is None:
            return trial.settlement.refused.get(name) or Reason(why=Why.NOTHING_LEFT)
        if candidate.worth and got.discount <= candidate.worth:
            return Reason(why=Why.NOT_WORTH_IT, amount=got.discount)
        lines = {share.line for share in got.shares}
        return Reason(
            why=Why.BETTER_OFFER if together else Why.NOT_TOGETHER,
            amount=max(0, trial.cost + candidate.worth * got.times - best.cost),
            other=_dearest(
                one
                for one in best.settlement.applied
                if not together or lines & {share.line for share in one.shares}
            ),
        )

    def _exchanged(self, candidate: Candidate, exchange: Exchange, *, together: bool) -> Reason:
        """By how much at most it was beaten: what must make way for one use brings more."""
        applied = self.best.settlement.applied
        found = exchange.of(candidate.name)
        question = self.solver.question
        if not together:
            loss = 0 if found is None else max(0, found.loss) // question.scale
            return Reason(why=Why.NOT_TOGETHER, amount=loss, other=self._kept_out_by(candidate))
        if found is None:
            return Reason(why=Why.NOTHING_LEFT)
        if candidate.worth * question.scale >= found.saving:
            discount = exchange.discount(candidate.name, found)
            return Reason(why=Why.NOT_WORTH_IT, amount=discount)
        if not self._on_lines:
            for one in applied:
                for share in one.shares:
                    if share.pieces:
                        known = self._on_lines.setdefault(share.line, one)
                        if one.discount > known.discount:
                            self._on_lines[share.line] = one
        winner: Applied | None = None
        for keys in question.lines_of([index for index, _ in found.uses]):
            for key in keys:
                rival = self._on_lines.get(key)
                if rival is not None and (winner is None or rival.discount > winner.discount):
                    winner = rival
        amount = max(0, found.loss + candidate.worth) // question.scale
        other = None if winner is None else winner.name
        return Reason(why=Why.BETTER_OFFER, amount=amount, other=other)

    def _kept_out_by(self, candidate: Candidate) -> RewardName | None:
        """Whom it may not stand beside: the reward of its group, else the one that brings most."""
        group = candidate.programme.stacking.group
        if group not in self._winners:
            applied = self.best.settlement.applied
            members = {
                one.programme.programme
                for one in self.best.candidates
                if group and one.programme.stacking.group == group
            }
            rivals = [one for one in applied if one.name.programme in members]
            self._winners[group] = _dearest(rivals or applied)
        return self._winners[group]

    def _rivals(self) -> tuple[Candidate, ...]:
        """What a reward is tried beside: all, or what was chosen where the choices are many."""
        few = Combinations(self.candidates).count <= CHOICES_TRIED
        return self.candidates if few else self.best.candidates

    def _affords(self, candidates: Sequence[Candidate]) -> bool:
        """Whether one more trial is within the effort; if so, it is counted."""
        question = self.solver.question
        work = len(question.basket.lines) * (len(self.solver.programmes) + 4)
        for one in candidates:
            if one.competes:
                work += len(question.applications(one)[0])
        if self._work + work > WORK_PER_STEP * self.effort:
            return False
        self._work += work
        return True

    def _by_exchange(self, candidate: Candidate, together: bool) -> Reason:
        """By how much at most: what one use would bring less than what must make way for it."""
        applied = self.best.settlement.applied
        if not together:
            return Reason(why=Why.NOT_TOGETHER, other=_dearest(applied))
        if not candidate.competes:
            return Reason(why=Why.NOTHING_LEFT)
        found = self.solver.question.applications(candidate)[0]
        if not found:
            return Reason(why=Why.NOTHING_LEFT)
        scale = self.solver.question.scale
        losses = [(self._loss_by(one), one.saving, number) for number, one in enumerate(found)]
        loss, saving, number = min(losses, key=lambda one: (one[0] - one[1], one[2]))
        if candidate.worth * scale >= saving:
            return Reason(why=Why.NOT_WORTH_IT, amount=found[number].discount)
        keys = {
            key
            for index, _ in found[number].uses
            for key, _ in self.solver.question.classes[index].lines
        }
        winner = _dearest(
            one for one in applied if keys & {share.line for share in one.shares if share.pieces}
        )
        amount = max(0, loss - saving) // scale
        return Reason(why=Why.BETTER_OFFER, amount=amount, other=winner)

    def _loss_by(self, wanted: Application) -> int:
        """What is lost when applications make way for another, those that bring least first."""
        chosen = self.best.settlement.chosen
        loss = 0
        gone: dict[int, int] = {}
        for index, pieces in wanted.uses:
            taken = sum(n * dict(one.uses).get(index, 0) for one, n in chosen)
            missing = pieces - (self.solver.question.classes[index].pieces - taken)
            order = sorted(range(len(chosen)), key=lambda number: chosen[number][0].saving)
            for number in order:
                one, n = chosen[number]
                frees = dict(one.uses).get(index, 0)
                missing -= frees * gone.get(number, 0)
                while missing > 0 and frees and gone.get(number, 0) < n:
                    gone[number] = gone.get(number, 0) + 1
                    missing -= frees
                    loss += one.saving
        return loss


def _is_offered(programme: Programme, reward: Reward, standing: Standing) -> bool:
    """Members see what costs units or waits for a key; a voucher shows what it is good for."""
    if standing.traits is not None:
        return bool(reward.cost) or reward.mode == "claimed"
    return bool(reward.cost and programme.unit and standing.of(programme.unit.id))


def _dearest(applied: Iterable[Applied]) -> RewardName | None:
    """The reward that takes off most."""
    winner = max(applied, key=lambda one: one.discount, default=None)
    return winner.name if winner else None
