"""The goods that stay with the customer, judged anew by the rules and choices of the day of sale.

That takes as many steps of search as the sale took, which may be seconds of a till's processor:
what was judged is kept, and who stands at a window has it judged a little at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from terminal.loyalty.checking.recorded import basket_of, budgets_without_end, standing_of
from terminal.loyalty.conditions import Audience
from terminal.loyalty.earning import EarnRule, Multiplier
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.eligibility import not_for, not_now
from terminal.loyalty.engine.evaluation import Earned, Evaluation
from terminal.loyalty.engine.run import EFFORT_MOST, Answer
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Holding, RewardName, Standing
from terminal.loyalty.wallet import BUDGET_UNIT, WalletId

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)

Revisions = Mapping[int, Programme]
"""The programmes that a sale was judged by, by number."""

PiecesBack = tuple[tuple[int, int], ...]
"""(line key, pieces) of all that came back of one sale, which says what of it is kept."""

Known = dict[PiecesBack, Evaluation]
"""What the kept goods of one sale came to: judging them with much effort may take seconds, so
whoever asks again keeps it."""


class KeptGoods:
    """What one sale left with the customer once ``back`` pieces of each line are back."""

    def __init__(self, record: SaleRecord, held: Revisions, back: Mapping[int, int]) -> None:
        """``back`` names only lines of which anything is back."""
        self._record, self._held = record, held
        self._customer = Customer(standing_of(record), record.at)
        self.key: PiecesBack = tuple(sorted(back.items()))
        basket = basket_of(record)
        lines = ((line, line.pieces - back.get(line.key, 0)) for line in basket.lines)
        self.basket = replace(
            basket, lines=tuple(replace(line, pieces=left) for line, left in lines if left > 0)
        )

    @property
    def effort(self) -> int:
        """So many steps of search, on every machine: those of the sale.

        With less effort than the sale had, what is kept could cost more than it did.
        """
        return min(self._record.effort, EFFORT_MOST)

    def answer(self) -> Answer:
        """The first answer, of which ``effort`` makes what counts."""
        record = self._record
        return Answer(
            self.basket, self._standing(), tuple(self._rules()), record.at, record.choices
        )

    def judged(self) -> Evaluation:
        """What the kept goods come to."""
        answer = self.answer()
        answer.go(self.effort, small=True)
        return answer.evaluation()

    def held_then(self, one: Multiplier) -> bool:
        """Whether a multiplier held for this customer, as far as the sale tells."""
        return (
            one.occasion is None
            and not_now(one.window, self._record.at) is None
            and not_for(one.audience, self._customer) is None
        )

    def _standing(self) -> Standing:
        """The customer of the day, with the units that the sale spent and no others.

        Budgets have no end, and what is kept says how much of them it still takes.
        """
        record = self._record
        units: dict[tuple[WalletId, str], Holding] = {}
        for one in record.spent:
            if one.account.unit == BUDGET_UNIT:
                continue
            before = units.get(one.account)
            n = one.n + (before.spendable if before else 0)
            units[one.account] = Holding(account=one.account, spendable=n)
        known = standing_of(record)
        return replace(
            known,
            holdings=tuple(units.values()),
            budgets=budgets_without_end(self._held.values()),
            bearers=tuple({wallet: None for wallet, _ in units if wallet not in known.wallets}),
            fresh=tuple(WalletId(f"{n:032x}") for n in range(1, 1 + len(record.earned))),
        )

    def _rules(self) -> Iterable[Programme]:
        """The rules of the day, as they held for this customer.

        What was had was allowed: no question of it is asked again. Of the rest, what hangs on the
        member's past is left out, because the sale does not tell that past.
        """
        had = {one.name: one.times for one in self._record.applied}
        earned = {rule_of(one) for one in self._record.earned}
        for number in sorted(self._held):
            programme = self._held[number]
            yield replace(
                programme,
                holds_from=_LONG_AGO,
                closed=False,
                rewards=tuple(
                    _as_had(one, had.get(RewardName(number, one.id)))
                    for one in programme.rewards
                    if RewardName(number, one.id) in had
                    or not (one.occasion or one.limits or one.budget)
                ),
                earn=tuple(
                    self._as_earned(one) if (number, one.id, False) in earned else one
                    for one in programme.earn
                    if (number, one.id, False) in earned
                    or not (one.occasion or one.limits or one.budget)
                ),
            )

    def _as_earned(self, rule: EarnRule) -> EarnRule:
        return replace(
            rule,
            audience=Audience(members=rule.audience.members_only),
            occasion=None,
            limits=(),
            carry=False,
            multipliers=tuple(one for one in rule.multipliers if self.held_then(one)),
        )


class Judging:
    """Kept goods that are being judged, in as many turns as anybody likes.

    It comes to what ``KeptGoods.judged`` says at once, on every machine.
    """

    def __init__(self, kept: KeptGoods, known: Known) -> None:
        """``known`` is added to as soon as they are judged."""
        self._kept, self._known = kept, known
        self._answer: Answer | None = None

    @property
    def key(self) -> PiecesBack:
        """Which goods of the sale are not kept."""
        return self._kept.key

    def go(self, enough: Callable[[], bool]) -> bool:
        """Judge on until ``enough`` says so; whether it is known now. The first answer is one step."""
        if self._answer is None:
            self._answer = self._kept.answer()
        answer = self._answer
        while self._is_open(answer):
            if enough():
                return False
            answer.go(answer.effort + 1, small=True)
        self._known[self.key] = answer.evaluation()
        return True

    def _is_open(self, answer: Answer) -> bool:
        return answer.is_small and not answer.finished and answer.effort < self._kept.effort


def rule_of(earned: Earned) -> tuple[int, str, bool]:
    """By what units came: programme, rule, and whether the rule is a reward."""
    return (earned.programme, earned.rule, earned.by_reward)


def _as_had(reward: Reward, times: int | None) -> Reward:
    """A reward as it was had so many times; None: it was not."""
    if times is None:
        return reward
    bounded = bool(reward.occasion or reward.limits or reward.budget)
    return replace(
        reward,
        audience=Audience(members=reward.audience.members_only),
        occasion=None,
        limits=(),
        limit=times if bounded else reward.limit,
    )
