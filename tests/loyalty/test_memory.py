"""One scan more does not start from nothing, and nobody can tell it from the answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.bench.engine_workloads import AT, BUSY, CHOSEN, TYPICAL, questions
from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.benefits import AmountOff, PercentOff
from terminal.loyalty.conditions import Audience, Window
from terminal.loyalty.engine.contested import Contested
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.memory import CONTESTED_MOST, KNOWN_MOST, LOOKS_MOST, Memory
from terminal.loyalty.engine.run import DEFAULT_EFFORT, Answer, evaluate
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import NO_CHOICES, NOBODY, Choices, Moment, Standing
from tests.loyalty import chance, chance_offers, shop
from tests.loyalty.chance import Counter, counters


class Steps:
    """A basket at a till, asked about after each step by a till with and one without memory."""

    def __init__(
        self,
        basket: Basket,
        programmes: tuple[Programme, ...],
        card: Standing,
        chosen: Choices,
        at: Moment,
    ) -> None:
        self.basket, self.programmes, self.card, self.chosen = basket, programmes, card, chosen
        self.standing, self.choices, self.at = NOBODY, NO_CHOICES, at
        self.memory = Memory()

    @classmethod
    def of(cls, counter: Counter) -> Steps:
        return cls(counter.basket, counter.programmes, counter.standing, counter.choices, shop.NOON)

    def take(self, step: tuple[str, int]) -> None:
        """One step; the number says which line, which product or how many."""
        kind, n = step
        lines = self.basket.lines
        at = n % len(lines) if lines else 0
        match kind:
            case "scan":
                key = max((line.key for line in lines), default=0) + 1
                product = chance.PRODUCTS[n % len(chance.PRODUCTS)]
                self._have(*lines, Line(key=key, product=product))
            case "again" if lines:
                more = replace(lines[at], pieces=lines[at].pieces + 1)
                self._have(*lines[:at], more, *lines[at + 1 :])
            case "void" if lines:
                self._have(*lines[:at], *lines[at + 1 :])
            case "card":
                self.standing = NOBODY if self.standing is self.card else self.card
            case "claim":
                self.choices = NO_CHOICES if self.choices is self.chosen else self.chosen
            case "wait":
                local = self.at.local + timedelta(seconds=29 * n)
                self.at = replace(self.at, local=local, business_day=local.date())
            case _:
                pass  # nothing is there yet

    def _have(self, *lines: Line) -> None:
        self.basket = replace(self.basket, lines=lines)

    def asked(self, effort: int = DEFAULT_EFFORT, **memory: Any) -> Evaluation:
        programmes = self.programmes
        return evaluate(
            self.basket, self.standing, programmes, self.at, self.choices, effort, **memory
        )


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["scan", "scan", "scan", "again", "void", "card", "claim", "wait"]),
        st.integers(0, 20),
    ),
    min_size=2,
    max_size=8,
)


@settings(max_examples=150)
@given(counters(lines=4, pieces=3, offers=5, with_tax=None), STEPS)
def test_with_a_memory_of_any_steps_before_the_answer_is_that_of_nobody_who_remembers(
    counter: Counter, steps: list[tuple[str, int]]
) -> None:
    counted = Steps.of(counter)
    for step in steps:
        counted.take(step)
        assert counted.asked(memory=counted.memory) == counted.asked()


@settings(max_examples=100)
@given(chance_offers.VISITS, STEPS)
def test_so_it_is_with_limits_budgets_occasions_steps_and_vouchers(
    visit: chance_offers.Visit, steps: list[tuple[str, int]]
) -> None:
    at = shop.moment(chance_offers.AT)
    counted = Steps(visit.basket, visit.offers, visit.to, visit.chosen, at)
    for step in steps:
        counted.take(step)
        assert counted.asked(memory=counted.memory) == counted.asked()


@settings(max_examples=40)
@given(counters(lines=4, pieces=3, offers=5), STEPS)
def test_a_search_that_remembers_goes_on_as_any_other(
    counter: Counter, steps: list[tuple[str, int]]
) -> None:
    counted = Steps.of(counter)
    for effort, step in enumerate(steps):
        counted.take(step)
        more = DEFAULT_EFFORT * (1, 1, 5)[effort % 3] // (1, 100, 1)[effort % 3]
        assert counted.asked(more, memory=counted.memory) == counted.asked(more)


@pytest.mark.parametrize(("workload", "baskets"), [(TYPICAL, 10), (BUSY, 4), (CHOSEN, 6)])
def test_baskets_of_the_bench_are_answered_alike_scan_after_scan(
    workload: Any, baskets: int
) -> None:
    memory = Memory()
    for asked in questions(workload, baskets):
        for basket in (asked.basket, *_scans(asked.more), asked.basket):
            question = (basket, asked.standing, asked.programmes, AT, asked.choices)
            assert evaluate(*question, memory=memory) == evaluate(*question)


def _scans(basket: Basket) -> Iterator[Basket]:
    for n in (1, len(basket.lines) // 2, len(basket.lines) - 1, len(basket.lines)):
        yield replace(basket, lines=basket.lines[:n])


def test_goods_that_no_offer_is_about_leave_all_that_is_known_of_the_others() -> None:
    asked = next(questions(BUSY, 1))
    memory = Memory()
    known = _contested_of(asked.basket, asked, memory)
    packings = dict(known.packings)
    assert known.relaxed
    deposit = replace(asked.basket.lines[0].product, sku="DEPOSIT", rewardable=False)

    more = replace(asked.basket, lines=(*asked.basket.lines, Line(key=99, product=deposit)))

    assert _contested_of(more, asked, memory) is known
    assert known.packings == packings


def _contested_of(basket: Basket, asked: Any, memory: Memory) -> Contested:
    Answer(basket, asked.standing, asked.programmes, AT, asked.choices, memory=memory)
    return memory.states[-1]


def test_a_memory_does_not_grow() -> None:
    memory = Memory()
    for asked in questions(TYPICAL, 3):
        for basket in (asked.basket, *_scans(asked.more)):
            for standing in (asked.standing, NOBODY):
                evaluate(basket, standing, asked.programmes, AT, memory=memory)
    assert len(memory.states) == CONTESTED_MOST
    assert len(memory.customers) == LOOKS_MOST


def test_nor_does_it_with_all_who_come_for_the_same_goods() -> None:
    coffee = shop.reward("coffee", mode="claimed", cost=9, benefit=PercentOff(basis_points=10_000))
    cheaper = shop.reward("cheaper", cost=5, benefit=AmountOff(amount=100))
    stamps = shop.programme(unit=shop.unit("stamps"), rewards=(coffee, cheaper))
    memory = Memory()
    for n in range(5, 5 + KNOWN_MOST):
        question = (shop.basket(shop.COFFEE), shop.anna({"stamps": n}), (stamps,), shop.NOON)
        assert evaluate(*question, memory=memory) == evaluate(*question)
    assert 0 < sum(len(one.searches) for one in memory.states) <= KNOWN_MOST + 2


def test_a_search_that_took_more_steps_is_nothing_to_whoever_asks_for_fewer() -> None:
    told_apart = False
    for asked in questions(TYPICAL, 12):
        memory = Memory()
        question = (asked.basket, asked.standing, asked.programmes, AT, asked.choices)
        long = evaluate(*question, memory=memory)
        short = evaluate(*question, 1)
        assert evaluate(*question, 1, memory) == short
        told_apart = told_apart or short.steps != long.steps
    assert told_apart


def test_the_happy_hour_begins_with_the_minute_whatever_was_asked_before() -> None:
    window = Window(from_time="15:00", to_time="17:00")
    offer = shop.programme(rewards=(shop.reward("happy", window=window),))
    basket = shop.basket(chance.PRODUCTS[0])
    memory = Memory()
    before, then = shop.moment("2026-03-14T14:59:58"), shop.moment("2026-03-14T15:00:01")

    early = evaluate(basket, NOBODY, (offer,), before, memory=memory)
    late = evaluate(basket, NOBODY, (offer,), then, memory=memory)

    assert early.total == basket.amount > late.total


def test_what_rules_asked_of_a_member_is_told_with_every_answer() -> None:
    audience = Audience(consents=("marketing",))
    offer = shop.programme(rewards=(shop.reward("letter", audience=audience),))
    anna = shop.anna(consents=frozenset({"marketing"}))
    memory = Memory()
    for n in (1, 2, 3):
        basket = shop.basket((chance.PRODUCTS[0], n))
        found = evaluate(basket, anna, (offer,), shop.NOON, memory=memory)
        assert found.judged.consents == {"marketing"}
