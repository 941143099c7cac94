"""Rewards at hand: those that apply if they are the best, and of all others the reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from terminal.loyalty.benefits import (
    AmountOff,
    Donation,
    FixedPrice,
    GivenUnits,
    PercentOff,
    Privilege,
)
from terminal.loyalty.engine.allowances import BUDGET_USED_UP
from terminal.loyalty.engine.budgeting import within_money
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import Reason, Why, WithinReach
from terminal.loyalty.engine.gifts import Gift, nobody_to_have
from terminal.loyalty.engine.goods import Candidate, bought, counted_out, least_rest_for, step_in
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.reach import reach_of
from terminal.loyalty.engine.steps import next_amount, next_step
from terminal.loyalty.programme import Programme, Reward, worth_of
from terminal.loyalty.standing import Claim, RewardName
from terminal.loyalty.wallet import budget_account


def rewards_of(programmes: Iterable[Programme]) -> Iterator[tuple[Programme, Reward, RewardName]]:
    """Every reward, in the order of the programmes."""
    for programme in programmes:
        for reward in programme.rewards:
            yield programme, reward, RewardName(programme.programme, reward.id)


class AtHand:
    """The rewards of the programmes in force, as this customer finds them with this basket."""

    def __init__(
        self, question: Question, programmes: tuple[Programme, ...], customer: Customer
    ) -> None:
        self._question, self._customer = question, customer
        self.away: dict[RewardName, Reason] = {}
        """Those that do not apply, with the first reason why."""
        self.ready: dict[RewardName, Candidate] = {}
        """Those that wait to be claimed, or were."""
        self.gifts: list[Gift] = []
        """Those that take nothing off."""
        self.next_steps: list[WithinReach] = []
        self.steps: dict[RewardName, int] = {}
        """Which step was reached of those that have any."""
        self.candidates = tuple(self._screen(programmes))
        """Those among which the search chooses."""

    def _screen(self, programmes: tuple[Programme, ...]) -> Iterator[Candidate]:
        question = self._question
        for programme, reward, name in rewards_of(programmes):
            away, times = reach_of(
                programme, reward, question.basket, question.classes, self._customer
            )
            away = away or nobody_to_have(reward, programmes, question.standing)
            if away is None and name in question.choices.taken_off:
                away = Reason(why=Why.TAKEN_OFF)
            if away:
                self.away[name] = away
                continue
            if isinstance(reward.benefit, GivenUnits | Privilege | Donation):
                self.gifts.append(Gift(programme, reward, times, reward.benefit))
                continue
            candidate = self._candidate(programme, reward, times)
            if candidate.times == 0:
                self.away[name] = BUDGET_USED_UP
                continue
            if not candidate.claimed:
                yield candidate
                continue
            self.ready[name] = candidate
            claim = question.choices.claim(name)
            if claim is not None:
                yield _as_claimed(candidate, claim)

    def _candidate(self, programme: Programme, reward: Reward, times: int | None) -> Candidate:
        step = 0
        benefit = reward.benefit
        if reward.steps:
            pieces, spend = bought(reward, self._question.basket)
            step = step_in(reward, pieces, spend)
            benefit = reward.steps[step - 1].benefit if step else benefit
            ahead = next_step(programme, reward, step, pieces, spend)
            self.next_steps += [ahead] if ahead else []
            self.steps[RewardName(programme.programme, reward.id)] = step
        if isinstance(benefit, AmountOff) and benefit.for_each is not None:
            spend = bought(reward, self._question.basket)[1]
            ahead = next_amount(programme, reward, benefit, spend)
            self.next_steps += [ahead] if ahead else []
            benefit = counted_out(benefit, spend)
        assert isinstance(benefit, PercentOff | AmountOff | FixedPrice)
        claimed = reward.mode == "claimed"
        money = reward.budget is not None and reward.budget.of == "money"
        candidate = Candidate(
            programme,
            reward,
            times,
            claimed,
            0 if claimed else worth_of(programme, reward.cost),
            benefit,
            step,
            self._customer.budget_left(budget_account(programme.programme, reward.id))
            if money
            else None,
            least_rest_for(reward, self._question.basket),
        )
        return within_money(self._question, candidate)


def _as_claimed(candidate: Candidate, claim: Claim) -> Candidate:
    if claim.times is None:
        return candidate
    limit = candidate.times
    return replace(candidate, times=claim.times if limit is None else min(limit, claim.times))
