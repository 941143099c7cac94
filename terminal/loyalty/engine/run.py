"""``evaluate``: the engine's one door, used by the till, the server, the replay and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.engine.accruals import Earning, budgets_spent
from terminal.loyalty.engine.allowances import BUDGET_USED_UP, budget_spent
from terminal.loyalty.engine.at_hand import AtHand
from terminal.loyalty.engine.budgeting import best_within_money
from terminal.loyalty.engine.classes import Earners, piece_classes
from terminal.loyalty.engine.contested import Contested
from terminal.loyalty.engine.effort import DEFAULT_EFFORT, EFFORT_MOST
from terminal.loyalty.engine.evaluation import (
    Applied,
    Earned,
    Evaluation,
    LinePrice,
    Offer,
    Spent,
    VatPrice,
)
from terminal.loyalty.engine.explanations import Explanations
from terminal.loyalty.engine.gifts import Gifts
from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.engine.looks import Looks
from terminal.loyalty.engine.memory import Memory
from terminal.loyalty.engine.parting import parted
from terminal.loyalty.engine.pursuit import Pursuit
from terminal.loyalty.engine.question import Question, kinds_of
from terminal.loyalty.engine.solving import Combination, Solver, paid_for
from terminal.loyalty.money import tax_upon, tax_within
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import (
    NO_CHOICES,
    Choices,
    Moment,
    RewardName,
    Standing,
)

__all__ = ["DEFAULT_EFFORT", "EFFORT_MOST", "Answer", "evaluate"]


def evaluate(
    basket: Basket,
    standing: Standing,
    programmes: Iterable[Programme],
    at: Moment,
    choices: Choices = NO_CHOICES,
    effort: int = DEFAULT_EFFORT,
    memory: Memory | None = None,
) -> Evaluation:
    """The best price that the rules allow, with a reason for everything.

    Of each programme the revision that holds at ``at`` counts. The objective, in order: least to
    pay (units that an automatic reward spends count at their declared worth), fewest units spent,
    most units earned, lowest programme number. Claimed rewards are taken as claimed. Equal
    arguments give the equal answer on every machine; ``effort`` counts steps of search. A
    ``memory`` of questions before makes it come sooner and changes nothing of it.
    """
    first = min(effort, DEFAULT_EFFORT)
    answer = Answer(basket, standing, programmes, at, choices, first, memory)
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
        memory: Memory | None = None,
    ) -> None:
        self._first_effort = effort
        memory = Memory() if memory is None else memory
        self._engine = _Engine(basket, standing, programmes, at, choices, effort, memory)
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
        bound, proven = max(0, told.total - gap), gap == 0
        if told.bound == bound and told.proven == proven and told.effort == effort:
            return told
        return replace(told, bound=bound, proven=proven, effort=effort)


class _Engine:
    """One question, while it is being answered."""

    def __init__(
        self,
        basket: Basket,
        standing: Standing,
        revisions: Iterable[Programme],
        at: Moment,
        choices: Choices,
        effort: int,
        memory: Memory,
    ) -> None:
        self._basket = basket
        self._standing = standing
        self._at = at
        self._choices = choices
        self._effort = effort
        rules = memory.rules(revisions, at)
        looks = memory.looks(rules, standing, at)
        self._rules, self._programmes = rules, rules.programmes
        self._customer = looks.customer(standing, at)
        classes = piece_classes(basket, rules.is_contested)
        self._question = Question(
            basket,
            classes,
            standing,
            choices,
            kinds_of(classes, rules.programmes),
            Contested(classes, tax_inside=basket.prices_include_tax),
        )
        self._begin(memory, looks)

    def _begin(self, memory: Memory, looks: Looks) -> None:
        """The first answer; the reasons are told later."""
        self._hand = AtHand(self._question, looks, self._customer)
        contested = self._question.contested
        contested.compete([one for one in self._hand.every if one.reward.target.scope != "basket"])
        known = memory.contested(contested)
        if known is not contested:
            self._question = replace(self._question, contested=known)
        self._away = self._hand.away
        candidates = self._hand.candidates
        self._gifts = Gifts(self._hand.gifts, self._choices, self._standing)
        self._away.update(self._gifts.decide(candidates))
        candidates = tuple(one for one in candidates if one.name not in self._away)
        question, standing = self._question, self._gifts.units_left()
        if standing is not self._standing:
            question = replace(question, standing=standing)
        programmes = self._programmes
        earners = Earners(self._basket, question.classes)
        self._earning = Earning(earners, self._customer, programmes, self._choices.paid_with)
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
        given = gifts.give(
            settlement.applied, best.earned, self._programmes, self._at, self._left_to_pay
        )
        away = {**self._away, **given.away}
        # What was found later may hold candidates that were had fewer times before.
        chosen = {one.name: one for one in best.candidates}
        candidates = tuple(chosen.get(one.name, one) for one in self.candidates)
        told = Explanations(
            self.solver, self._rules, candidates, best, away, self._hand.ready, self._effort
        )
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
        lines = tuple([self._priced(line, settlement.net[line.key]) for line in self._basket.lines])
        vat = tuple(self._vat(lines))
        total = sum([one.taxable + one.tax for one in vat])
        gross = sum([one.gross for one in lines])
        earning = self._earning
        carried = earning.of(paid_for(settlement)).carried if earning.carries else ()
        return Evaluation(
            lines=lines,
            vat=vat,
            gross=gross,
            discount=gross - sum(settlement.net.values()),
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
            within_reach=tuple(self._hand.next_steps),
            carried=carried,
            judged=self._customer.judged(),
        )

    def _left_to_pay(self, goods: GoodsFilter) -> int:
        """What is left to pay for some goods, after all that comes off."""
        net = self.best.settlement.net
        return sum([net[one.key] for one in self._basket.lines if goods.takes(one)])

    def _priced(self, line: Line, net: int) -> LinePrice:
        gross = line.amount
        return LinePrice(line=line.key, gross=gross, discount=gross - net, vat=line.product.vat)

    def _with_budget(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        """Those that their budget of money allows once at least."""
        for one in candidates:
            if one.times == 0 and one.money_left is not None:
                self._away[one.name] = BUDGET_USED_UP
            else:
                yield one

    def _within_budget(self, offer: Offer) -> Offer:
        """An offer that would take off more than its budget leaves cannot be had."""
        waiting = self._hand.ready.get(offer.name)
        if (
            offer.applied
            or waiting is None
            or waiting.money_left is None
            or offer.worth <= waiting.money_left
        ):
            return offer
        return replace(offer, times=0, times_most=0, units=0, worth=0, reason=BUDGET_USED_UP)

    def _with_step(self, applied: Applied) -> Applied:
        step = self._hand.steps.get(applied.name)
        return replace(applied, step=step) if step else applied

    def _budgets_spent(
        self, applied: Iterable[Applied], earned: Iterable[Earned]
    ) -> Iterator[Spent]:
        """What this sale takes from budgets, by rewards and by earn rules."""
        if not self._standing.budgets:
            return  # without a right nothing was given
        rewards = {
            name: (programme, reward)
            for programme, reward, name in self._rules.rewards
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
        inside = self._basket.prices_include_tax
        for rate in sorted(rates):
            gross = sum([line.gross for line in rates[rate]])
            discount = sum([line.discount for line in rates[rate]])
            net = gross - discount
            tax = tax_within(net, rate) if inside else tax_upon(net, rate)
            yield VatPrice(
                rate=rate,
                gross=gross,
                discount=discount,
                taxable=net - tax if inside else net,
                tax=tax,
            )
