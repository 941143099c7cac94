"""Every evaluation keeps the rules and adds up; the same question has the same answer."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.run import DEFAULT_EFFORT, evaluate
from tests.loyalty.chance import Counter, counters
from tests.loyalty.checker import check

ROOT = Path(__file__).parents[2]


def ask(counter: Counter, effort: int = DEFAULT_EFFORT) -> Evaluation:
    return evaluate(
        counter.basket,
        counter.standing,
        counter.programmes,
        counter.at,
        counter.choices,
        effort,
    )


def checked(counter: Counter) -> Evaluation:
    evaluation = ask(counter)
    check(
        counter.basket,
        counter.standing,
        counter.programmes,
        counter.at,
        counter.choices,
        evaluation,
    )
    return evaluation


@settings(max_examples=300)
@given(counters(lines=5, pieces=3, offers=4, with_tax=None))
def test_every_evaluation_of_a_small_basket_is_right(counter: Counter) -> None:
    checked(counter)


@settings(max_examples=40)
@given(counters(lines=40, pieces=4, offers=20, at_least=15, largest_set=4, with_tax=None))
def test_every_evaluation_of_a_large_basket_is_right(counter: Counter) -> None:
    checked(counter)


@settings(max_examples=150)
@given(counters(lines=6, pieces=2, offers=4), st.data())
def test_the_order_of_scans_does_not_matter(counter: Counter, data: st.DataObject) -> None:
    scanned = data.draw(st.permutations(counter.basket.lines))
    lines = tuple(replace(line, key=key) for key, line in enumerate(scanned, start=1))
    other = replace(counter, basket=Basket(currency="PLN", lines=lines))

    one, two = ask(counter), ask(other)

    assert one.total == two.total
    assert one.vat == two.vat
    assert one.earned == two.earned
    assert [replace(a, shares=()) for a in one.applied] == [
        replace(b, shares=()) for b in two.applied
    ]


@settings(max_examples=30)
@given(counters(lines=10, pieces=3, offers=6))
def test_the_same_question_has_the_same_answer(counter: Counter) -> None:
    assert ask(counter) == ask(counter)
    turned = replace(counter, programmes=tuple(reversed(counter.programmes)))
    assert ask(turned) == ask(counter)


@settings(max_examples=60)
@given(counters(lines=8, pieces=3, offers=4))
def test_more_effort_never_makes_it_dearer_to_prove(counter: Counter) -> None:
    little, much = ask(counter, effort=1), ask(counter, effort=5000)

    assert little.bound <= much.total
    if little.proven and much.proven:
        assert little.total == much.total


QUESTION = """
import json, sys
from hypothesis import given, seed, settings, HealthCheck
from terminal.loyalty.plain import to_plain
from terminal.loyalty.engine.run import evaluate
from tests.loyalty.chance import counters

answers = []

@seed(1)
@settings(max_examples=25, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(counters(lines=8, pieces=2, offers=5))
def ask(one):
    answers.append(to_plain(evaluate(one.basket, one.standing, one.programmes, one.at, one.choices)))

ask()
json.dump(answers, sys.stdout)
"""


@pytest.mark.slow
def test_another_process_gives_the_same_answer() -> None:
    """Hash seeds differ from run to run, and sets with them."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", QUESTION],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": str(number)},
        )
        for number in range(3)
    ]
    answers = [json.loads(process.communicate()[0]) for process in processes]

    assert len(answers[0]) >= 25
    assert answers[0] == answers[1] == answers[2]
