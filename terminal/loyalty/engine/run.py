"""``evaluate``: the engine's one door, used by the till, the server, the replay and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import AmountOff, FixedPrice, PercentOff
from terminal.loyalty.engine.evaluation import (
    Applied,
    Evaluation,
    LinePrice,
    Reason,
    Spent,
    VatPrice,
    Why,
)
from terminal.loyalty.engine.explanations import Explanations, rewards_of
from terminal.loyalty.engine.goods import Candidate, benefit_in, piece_classes
from terminal.loyalty.engine.question import Question, kinds_of
from terminal.loyalty.engine.reach import out_of_reach
from terminal.loyalty.engine.solving import Solver
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
        classes = piece_classes(basket)
        self._question = Question(basket, classes, standing, choices, kinds_of(classes, programmes))
        self._away: dict[RewardName, Reason] = {}
        self._ready: dict[RewardName, Candidate] = {}
        """Rewards that wait to be claimed."""

    def answer(self) -> Evaluation:
        candidates = tuple(self._screen())
        solver = Solver(self._question, self._programmes, self._at)
        best = solver.best(candidates, self._effort, exact=True)
        told = Explanations(solver, candidates, best, self._away, self._ready, self._effort)
        offers = tuple(told.offers())
        not_applied = tuple(told.not_applied(offers))
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
            discount=self._basket.amount - sum(settlement.net.values()),
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

    def _screen(self) -> Iterator[Candidate]:
        """Rewards that apply if they are the best; the others are put down with their reason."""
        for programme, reward, name in rewards_of(self._programmes):
            away = out_of_reach(
                programme, reward, self._basket, self._question.classes, self._standing, self._at
            )
            if away:
                self._away[name] = away
                continue
            if name in self._choices.taken_off:
                self._away[name] = Reason(why=Why.TAKEN_OFF)
                continue
            benefit = benefit_in(reward, self._basket)
            if not isinstance(benefit, PercentOff | AmountOff | FixedPrice):
                self._away[name] = Reason(why=Why.NOTHING_LEFT)
                continue
            claimed = reward.mode == "claimed"
            candidate = Candidate(
                programme,
                reward,
                reward.limit,
                claimed,
                0 if claimed else _worth(programme, reward),
                benefit,
            )
            if not claimed:
                yield candidate
                continue
            self._ready[name] = candidate
            claim = self._choices.claim(name)
            if claim is not None:
                yield _as_claimed(candidate, claim)

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
