"""``evaluate``: the engine's one door, used by the till, the server, the replay and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import (
    AmountOff,
    Donation,
    FixedPrice,
    GivenUnits,
    PercentOff,
    Privilege,
)
from terminal.loyalty.engine.accruals import Earning, budgets_spent
from terminal.loyalty.engine.allowances import BUDGET_USED_UP, budget_spent
from terminal.loyalty.engine.budgeting import best_within_money, within_money
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.evaluation import (
    Applied,
    Earned,
    Evaluation,
    LinePrice,
    Offer,
    Reason,
    Spent,
    VatPrice,
    Why,
    WithinReach,
)
from terminal.loyalty.engine.explanations import Explanations, rewards_of
from terminal.loyalty.engine.gifts import Gift, Gifts, nobody_to_have
from terminal.loyalty.engine.goods import Candidate, bought, piece_classes, step_in
from terminal.loyalty.engine.parting import parted
from terminal.loyalty.engine.pursuit import Pursuit
from terminal.loyalty.engine.question import Question, kinds_of
from terminal.loyalty.engine.reach import reach_of
from terminal.loyalty.engine.solving import Combination, Solver, paid_for
from terminal.loyalty.engine.steps import next_step
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
from terminal.loyalty.wallet import budget_account

DEFAULT_EFFORT = 400
"""Steps of search for an answer within a frame."""

EFFORT_MOST = 60_000
"""Then the best price so far is good enough: some seconds of a till's processor."""


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
    answer = Answer(basket, standing, programmes, at, choices, min(effort, DEFAULT_EFFORT))
    answer.go(effort)
    return answer.evaluation()


class Answer:
    """The answer to one question, which more effort makes better; see ``evaluate``.

    It is the first answer at once. ``go`` searches on, in as many turns as anybody likes: the
    answer is that of ``evaluate`` with the effort of all of them together.
    """

    def __init__(
        self,
        basket: Basket,
        standing: Standing,
        programmes: Iterable[Programme],
        at: Moment,
        choices: Choices = NO_CHOICES,
        effort: int = DEFAULT_EFFORT,
    ) -> None:
        self._first_effort = effort
        self._engine = _Engine(basket, standing, in_force(programmes, at.utc), at, choices, effort)
        engine = self._engine
        self._pursuit = Pursuit(engine.solver, engine.every, engine.best, effort)
        self._told: tuple[Combination, Evaluation] | None = None

    @property
    def effort(self) -> int:
        """What was spent so far; ``evaluate`` with so much says the same."""
        return self._first_effort + self._pursuit.effort

    @property
    def finished(self) -> bool:
        """Whether nothing better is left to be found: mostly because it is proven."""
        return self._pursuit.finished

    @property
    def is_small(self) -> bool:
        """Whether the next step is a small one, of about a millisecond."""
        return self._pursuit.small

    @property
    def standing_of(self) -> tuple[int, int]:
        """What it comes to, and the least that is possible, as far as that is known by now.

        Both with what the units of automatic rewards are worth.
        """
        best = self._pursuit.best
        return best.cost, best.cost - best.settlement.gap

    def go(self, effort: int, *, small: bool = False) -> None:
        """Search on until so much was spent in all. ``small``: with no large step."""
        self._pursuit.go(effort - self._first_effort, small=small)

    def go_on_from(self, other: Answer) -> None:
        """Take over what was told a moment ago, if the same was asked but for the time.

        Whoever comes from the price on the screen to the payment pays that, no more and no less.
        """
        told = other._told is not None and other._told[0] is other._pursuit.best
        same_effort = self._first_effort == other._first_effort
        if told and same_effort and self._engine.asks_the_same(other._engine):
            self._pursuit = other._pursuit
            self._pursuit.go_on_with(self._engine.solver)

    def keep_to(self, other: Answer) -> None:
        """Say what was told, though it is paid in another way now; it is not searched for again.

        What is paid is what the screen shows, and nobody who pays waits for a search.
        """
        if self._engine.asks_the_same(other._engine):
            self._pursuit = other._pursuit.ended(self._engine.solver)
        else:
            self.go(other.effort)

    def evaluation(self) -> Evaluation:
        """The whole answer as it stands, with its reasons."""
        best = self._engine.best = self._pursuit.best
        effort = 0 if self.effort == DEFAULT_EFFORT else self.effort
        if self._told is None or self._told[0] is not best:
            self._told = best, self._engine.told()
        told, gap = self._told[1], best.settlement.gap
        bound = max(0, told.total - gap)
        return replace(told, bound=bound, proven=gap == 0, effort=effort)


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
        self._customer = Customer(standing, at)
        classes = piece_classes(basket)
        self._question = Question(basket, classes, standing, choices, kinds_of(classes, programmes))
        self._away: dict[RewardName, Reason] = {}
        self._ready: dict[RewardName, Candidate] = {}
        """Rewards that wait to be claimed."""
        self._reached: list[Gift] = []
        """Those within reach that take nothing off."""
        self._stepped: list[WithinReach] = []
        self._steps: dict[RewardName, int] = {}
        self._begin()

    def _begin(self) -> None:
        """The first answer; the reasons are told later."""
        candidates = tuple(self._screen())
        self._gifts = Gifts(self._reached, self._choices, self._standing)
        self._away.update(self._gifts.decide(candidates))
        candidates = tuple(one for one in candidates if one.name not in self._away)
        question, standing = self._question, self._gifts.units_left()
        if standing is not self._standing:
            question = replace(question, standing=standing)
        programmes = self._programmes
        self._earning = Earning(self._basket, self._customer, programmes, self._choices.paid_with)
        self.solver = Solver(question, programmes, self._earning)
        self.every = candidates
        """All that may be had; those over their budget as often as there are goods."""
        self.best, candidates = best_within_money(
            lambda these: self.solver.best(these, self._effort, exact=True), candidates
        )
        self.candidates = tuple(self._with_budget(candidates))

    def asks_the_same(self, other: _Engine) -> bool:
        """Whether the search of another one was for the same, however it is paid."""
        units = {one.programme.unit.id for one in self.candidates if one.programme.unit}
        mine, others = self.solver.question.standing, other.solver.question.standing
        return (
            (self._basket, self.candidates, self._programmes)
            == (other._basket, other.candidates, other._programmes)
            and replace(self._choices, paid_with=()) == replace(other._choices, paid_with=())
            and all(mine.spendable(unit) == others.spendable(unit) for unit in units)
            and mine.wallets == others.wallets
        )

    def told(self) -> Evaluation:
        """The best answer so far as it is told."""
        best, gifts = self.best, self._gifts
        settlement = best.settlement
        given = gifts.give(settlement.applied, best.earned, self._programmes, self._at)
        away = {**self._away, **given.away}
        # What was found later may hold candidates that were had fewer times before.
        chosen = {one.name: one for one in best.candidates}
        candidates = tuple(chosen.get(one.name, one) for one in self.candidates)
        told = Explanations(self.solver, candidates, best, away, self._ready, self._effort)
        offers = tuple(
            self._within_budget(gifts.offered(offer, given, self._programmes))
            for offer in told.offers()
        )
        applied = (*settlement.applied, *given.applied)
        had = {one.name for one in given.applied}
        not_applied = tuple(
            one
            for one in told.not_applied(offers)
            if RewardName(one.programme, one.rule) not in had
        )
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
        earning = self._earning
        carried = earning.of(paid_for(settlement)).carried if earning.carries else ()
        return Evaluation(
            lines=lines,
            vat=vat,
            gross=self._basket.amount,
            discount=self._basket.amount - sum(settlement.net.values()),
            total=total,
            applied=tuple(self._with_step(one) for one in applied),
            spent=(*self._spent(applied), *self._budgets_spent(applied, best.earned)),
            earned=parted(
                (*best.earned, *given.earned),
                self._programmes,
                self._basket,
                self._standing,
                settlement.net,
            ),
            offers=offers,
            not_applied=not_applied + best.no_accrual,
            bound=max(0, total - settlement.gap),
            proven=settlement.gap == 0,
            steps=settlement.steps,
            revisions=tuple((one.programme, one.revision) for one in self._programmes),
            within_reach=tuple(self._stepped),
            carried=carried,
            judged=self._customer.judged(),
        )

    def _screen(self) -> Iterator[Candidate]:
        """Rewards that apply if they are the best; the others are put down with their reason."""
        for programme, reward, name in rewards_of(self._programmes):
            away, times = reach_of(
                programme, reward, self._basket, self._question.classes, self._customer
            )
            away = away or nobody_to_have(reward, self._programmes, self._standing)
            if away is None and name in self._choices.taken_off:
                away = Reason(why=Why.TAKEN_OFF)
            if away:
                self._away[name] = away
                continue
            if isinstance(reward.benefit, GivenUnits | Privilege | Donation):
                self._reached.append(Gift(programme, reward, times, reward.benefit))
                continue
            candidate = self._candidate(programme, reward, times)
            if candidate.times == 0:
                self._away[name] = BUDGET_USED_UP
                continue
            if not candidate.claimed:
                yield candidate
                continue
            self._ready[name] = candidate
            claim = self._choices.claim(name)
            if claim is not None:
                yield _as_claimed(candidate, claim)

    def _candidate(self, programme: Programme, reward: Reward, times: int | None) -> Candidate:
        step = 0
        benefit = reward.benefit
        if reward.steps:
            pieces, spend = bought(reward, self._basket)
            step = step_in(reward, pieces, spend)
            benefit = reward.steps[step - 1].benefit if step else benefit
            ahead = next_step(programme, reward, step, pieces, spend)
            self._stepped += [ahead] if ahead else []
            self._steps[RewardName(programme.programme, reward.id)] = step
        assert isinstance(benefit, PercentOff | AmountOff | FixedPrice)
        claimed = reward.mode == "claimed"
        money = reward.budget is not None and reward.budget.of == "money"
        candidate = Candidate(
            programme,
            reward,
            times,
            claimed,
            0 if claimed else _worth(programme, reward),
            benefit,
            step,
            self._customer.budget_left(budget_account(programme.programme, reward.id))
            if money
            else None,
        )
        return within_money(self._question, candidate)

    def _with_budget(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        """Those that their budget of money allows once at least."""
        for one in candidates:
            if one.times == 0 and one.money_left is not None:
                self._away[one.name] = BUDGET_USED_UP
            else:
                yield one

    def _within_budget(self, offer: Offer) -> Offer:
        """An offer that would take off more than its budget leaves cannot be had."""
        waiting = self._ready.get(offer.name)
        if (
            offer.applied
            or waiting is None
            or waiting.money_left is None
            or offer.worth <= waiting.money_left
        ):
            return offer
        return replace(offer, times=0, times_most=0, units=0, worth=0, reason=BUDGET_USED_UP)

    def _with_step(self, applied: Applied) -> Applied:
        step = self._steps.get(applied.name)
        return replace(applied, step=step) if step else applied

    def _budgets_spent(
        self, applied: Iterable[Applied], earned: Iterable[Earned]
    ) -> Iterator[Spent]:
        """What this sale takes from budgets, by rewards and by earn rules."""
        if not self._standing.budgets:
            return  # without a right nothing was given
        rewards = {
            name: (programme, reward)
            for programme, reward, name in rewards_of(self._programmes)
            if reward.budget
        }
        for one in applied:
            if one.name in rewards:
                spent = budget_spent(*rewards[one.name], one)
                if spent:
                    yield spent
        yield from budgets_spent(self._programmes, earned)

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
