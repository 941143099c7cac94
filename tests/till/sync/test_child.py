"""The till's end of the line, with couriers that die, hang, babble and never read."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from terminal.till.line_port import Contact, LineTrouble, Question
from terminal.till.sync import child as child_module
from terminal.till.sync.child import CourierChild
from terminal.till.sync.no_line import NoLine
from terminal.till.sync.talk import Stands, write_line
from tests.till.sync.office import PYTHON, until

WELL = Contact(trouble=LineTrouble.NONE, waiting=3, last_ms=5)
HELLO = (
    f"import sys, time; sys.stdout.buffer.write({write_line(Stands(WELL))!r}); sys.stdout.flush();"
)
HANGS_S = 240
"""Far beyond what the slowest machine needs for anything else."""
HANGS = f"time.sleep({HANGS_S})"
ANSWERS = """
import json
for line in sys.stdin:
    asked = json.loads(line)
    if "ask" in asked:
        print(json.dumps({"told": asked["ask"], "reached": True}), flush=True)
"""

Make = Callable[[str], CourierChild]


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Couriers that hang here hang for good: waiting longer for them shows nothing more."""
    monkeypatch.setattr(child_module, "CLOSE_S", 0.2)
    monkeypatch.setattr(child_module, "ANSWER_S", 0.3)


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[CourierChild] = []

    def child(program: str) -> CourierChild:
        line = CourierChild((PYTHON, "-c", program), post=lambda task: task(), longest_again_s=0.1)
        line.begin()
        made.append(line)
        return line

    yield child
    for line in made:
        line.close()


def ask(line: CourierChild, question: Question | None = None) -> list[bool]:
    answers: list[bool] = []
    line.ask(question or Question(card="1"), answers.append)
    return answers


def nobody_answers_any_more(line: CourierChild) -> bool:
    """Whether no timer is left that would answer for a courier."""
    timers = (one for one in threading.enumerate() if isinstance(one, threading.Timer))
    return all(one.function != line._answer for one in timers)


def test_a_courier_that_speaks_is_heard(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child_module, "ANSWER_S", HANGS_S)
    line = make(HELLO + ANSWERS)
    told: list[Contact] = []
    line.listen(lambda: told.append(line.contact()))

    until(lambda: line.contact() == WELL)
    answers = ask(line)
    until(lambda: answers)

    assert answers == [True]
    line.recorded()
    assert line.contact().waiting == 4, "what waits is shown before the courier has counted it"


def test_before_it_spoke_there_is_no_line(make: Make) -> None:
    line = make("import time; time.sleep(30)")

    assert line.contact().trouble is LineTrouble.NO_LINE


def test_a_question_to_a_courier_that_hangs_is_answered_all_the_same(make: Make) -> None:
    line = make(HELLO + HANGS)
    until(lambda: line.contact() == WELL)
    hanging = line.pid
    answers = ask(line)
    until(lambda: answers)

    assert answers == [False]
    assert line.pid == hanging, "it was not its end that answered"


def test_a_question_to_a_courier_that_dies_is_answered_once(make: Make) -> None:
    line = make(HELLO + "sys.stdin.readline()")
    until(lambda: line.contact() == WELL)
    answers = ask(line)
    until(lambda: answers)
    until(lambda: nobody_answers_any_more(line))

    assert answers == [False]


def test_a_courier_that_ends_is_started_again(make: Make, tmp_path: Path) -> None:
    file = tmp_path / "starts"
    line = make(f"open({str(file)!r}, 'a').write('x')")

    until(lambda: file.exists() and len(file.read_text(encoding="ascii")) >= 3)

    assert line.contact().trouble is LineTrouble.NO_LINE


def test_a_courier_that_cannot_be_started_leaves_the_till_alone() -> None:
    line = CourierChild(("/nowhere/tenth",), post=lambda task: task(), longest_again_s=0.1)
    line.begin()
    answers = ask(line)
    until(lambda: answers)

    assert answers == [False]
    line.close()


def test_nonsense_is_passed_over(make: Make) -> None:
    line = make(
        "print('Traceback: something'); print('{\"contact\": 7}'); print('{\"ask\": 1}');"
        + HELLO
        + ANSWERS
    )

    until(lambda: line.contact() == WELL)


def test_the_window_never_waits_for_a_courier_that_does_not_read(make: Make) -> None:
    line = make(HELLO + HANGS)
    until(lambda: line.contact() == WELL)
    hanging = line.pid
    for _ in range(20_000):
        line.recorded()

    assert line.pid == hanging, "it was not its end that let the window go on"


def test_closing_ends_even_one_that_hears_nothing(make: Make) -> None:
    line = make(HELLO + HANGS)
    until(lambda: line.contact() == WELL)
    begun = time.monotonic()
    line.close()

    assert time.monotonic() - begun < HANGS_S / 2
    until(lambda: line.pid is None)
    assert time.monotonic() - begun < HANGS_S / 2, "it was not killed, it had come to its end"


def test_a_line_that_never_began_closes() -> None:
    CourierChild(("/nowhere/tenth",), post=lambda task: task()).close()


def test_no_line_answers_that_nobody_does() -> None:
    answers: list[bool] = []
    line = NoLine()
    line.recorded()
    line.ask(Question(card="1"), answers.append)

    assert answers == [False]
    assert line.contact().trouble is LineTrouble.NOT_PAIRED
