"""Rewards at hand: those that apply if they are the best, and of all others the reason why not."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.benefits import (
    AmountOff,
    Benefit,
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
from terminal.loyalty.engine.goods import Bought, Candidate, counted_out, least_rest_for, step_in
from terminal.loyalty.engine.looks import Look, Looks
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.reach import Reach, reach_by_goods
from terminal.loyalty.engine.steps import next_amount, next_step
from terminal.loyalty.programme import Programme, Reward, worth_of
from terminal.loyalty.standing import Claim, RewardName
from terminal.loyalty.wallet import budget_account


class AtHand:
    """The rewards of the programmes in force, as this customer finds them with this basket."""

    def __init__(self, question: Question, looks: Looks, customer: Customer) -> None:
        self._question, self._looks, self._customer = question, looks, customer
        self._bought = Bought(question.basket)
        self.away: dict[RewardName, Reason] = {}
        """Those that do not apply, with the first reason why."""
        self.ready: dict[RewardName, Candidate] = {}
        """Those that wait to be claimed, or were."""
        self.gifts: list[Gift] = []
        """Those that take nothing off."""
        self.next_steps: list[WithinReach] = []
        self.steps: dict[RewardName, int] = {}
        """Which step was reached of those that have any."""
        self.every: list[Candidate] = []
        """Those that take something off, claimed or not."""
        self.candidates = tuple(self._screen())
        """Those among which the search chooses."""

    def _screen(self) -> list[Candidate]:
        basket, choices = self._question.basket, self._question.choices
        known = self._looks.known(basket)
        looks: list[Look] = []
        found: list[Candidate] = []
        for number, (programme, reward, name) in enumerate(self._looks.rules.rewards):
            look = known[number]
            if look is None:
                look = self._look(programme, reward, self._looks.reaches[number])
            looks.append(look)
            away = look.away
            if away is None and name in choices.taken_off:
                away = Reason(why=Why.TAKEN_OFF)
            if away:
                self.away[name] = away
                continue
            if look.gift is not None:
                self.gifts.append(look.gift)
                continue
            self.next_steps += look.ahead
            if look.step is not None:
                self.steps[name] = look.step
            candidate = look.candidate
            assert candidate is not None
            if candidate.times == 0:
                self.away[name] = BUDGET_USED_UP
                continue
            self.every.append(candidate)
            if not candidate.claimed:
                found.append(candidate)
                continue
            self.ready[name] = candidate
            claim = choices.claim(name)
            if claim is not None:
                found.append(_as_claimed(candidate, claim))
        self._looks.keep(basket, looks)
        return found

    def _look(self, programme: Programme, reward: Reward, so_far: Reach) -> Look:
        """What nobody's choices change."""
        question = self._question
        away, times = reach_by_goods(so_far, programme, reward, self._bought, question.classes)
        look = Look(
            away
            or nobody_to_have(
                reward, self._looks.rules.programmes, question.standing, self._customer.today
            )
        )
        if look.away:
            return look
        benefit = reward.benefit
        if isinstance(benefit, GivenUnits | Privilege | Donation):
            look.gift = Gift(programme, reward, times, benefit)
            return look
        if reward.steps:
            pieces, spend = self._bought.of(reward.target.goods)
            step = step_in(reward, pieces, spend)
            benefit = reward.steps[step - 1].benefit if step else benefit
            look.put_step(step, next_step(programme, reward, step, pieces, spend))
        if isinstance(benefit, AmountOff) and benefit.for_each is not None:
            spend = self._bought.of(reward.target.goods)[1]
            look.put_ahead(next_amount(programme, reward, benefit, spend))
            benefit = counted_out(benefit, spend)
        look.candidate = self._candidate(programme, reward, times, benefit, look.step or 0)
        return look

    def _candidate(
        self, programme: Programme, reward: Reward, times: int | None, benefit: Benefit, step: int
    ) -> Candidate:
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
            step=step,
            money_left=self._customer.budget_left(budget_account(programme.programme, reward.id))
            if money
            else None,
            from_rest=least_rest_for(reward, self._question.basket),
        )
        return within_money(self._question, candidate)


def _as_claimed(candidate: Candidate, claim: Claim) -> Candidate:
    if claim.times is None:
        return candidate
    limit = candidate.times
    return replace(candidate, times=claim.times if limit is None else min(limit, claim.times))
