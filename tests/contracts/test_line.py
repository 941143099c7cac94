"""What every line promises the counter: nothing waits, and each question is answered once.

``LINES`` holds the ways to lay one; whoever has a real line adds it there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Protocol

import pytest

from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till import joining
from terminal.till.line_port import Contact, Line, LineTrouble, Question
from terminal.till.settings import Settings
from tests.fakes import FakeLine
from tests.till.sync.office import Office, new_line, until

CARD = Question(card="2900000148123")
RIGHTS = Question(wants=((Account(WalletId("a" * 32), UnitId("points")), 36),), member="b" * 32)


class LaidLine(Protocol):
    """A line, its server, and the time that passes between them."""

    @property
    def line(self) -> Line:
        """The checkout's end, paired; the server answers."""
        ...

    def cut(self) -> None:
        """Nobody answers from now on."""
        ...

    def pass_time(self, over: Callable[[], bool]) -> None:
        """Let the caller's thread do what is due until this is so; fails if it never is."""
        ...


class FakeLaid:
    """The fake, and a server that answers whatever it is asked as soon as time passes."""

    def __init__(self) -> None:
        self.line = FakeLine()
        self.line.pair()
        self._answers = True

    def cut(self) -> None:
        self._answers = False

    def pass_time(self, over: Callable[[], bool]) -> None:
        trouble = LineTrouble.NONE if self._answers else LineTrouble.NO_LINE
        while self.line.open_questions:
            if self._answers:
                self.line.answer()
            else:
                self.line.leave_unanswered()
        self.line.change(trouble=trouble)
        assert over()


@contextmanager
def fake_line(_folder: Path) -> Iterator[LaidLine]:
    yield FakeLaid()


class RealLaid:
    """A courier in a process of its own, and a real server; time passes by itself."""

    def __init__(self, settings: Settings, office: Office) -> None:
        self._office = office
        self._posted: SimpleQueue[Callable[[], None]] = SimpleQueue()
        self.line = new_line(settings, self._posted.put)
        self.pass_time(lambda: self.line.contact().trouble is LineTrouble.NONE)

    def cut(self) -> None:
        self._office.stop()

    def pass_time(self, over: Callable[[], bool]) -> None:
        def due() -> bool:
            with suppress(Empty):
                while True:
                    self._posted.get_nowait()()
            return over()

        until(due)


@contextmanager
def courier_line(folder: Path) -> Iterator[LaidLine]:
    office = Office(folder / "office")
    office.start()
    try:
        office.publish()
        settings = joining.pair(folder / "till", office.url, office.code(), "Till 1")
        laid = RealLaid(settings, office)
        try:
            yield laid
        finally:
            laid.line.close()
    finally:
        office.stop()


LINES: dict[str, Callable[[Path], AbstractContextManager[LaidLine]]] = {
    "fake": fake_line,
    "courier": courier_line,
}


@pytest.fixture(params=LINES)
def laid(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LaidLine]:
    with LINES[request.param](tmp_path) as made:
        yield made


class Answers:
    """Who asked, and is told."""

    def __init__(self) -> None:
        self.told: list[bool] = []
        self.threads: set[int] = set()

    def take(self, reached: bool) -> None:
        self.told.append(reached)
        self.threads.add(threading.get_ident())


def test_how_things_stand_is_told_at_once(laid: LaidLine) -> None:
    assert isinstance(laid.line.contact(), Contact)


def test_a_question_is_answered_once_later_and_in_the_callers_thread(laid: LaidLine) -> None:
    answers = Answers()
    laid.line.ask(CARD, answers.take)
    assert answers.told == [], "never within ask"
    laid.pass_time(lambda: bool(answers.told))
    laid.pass_time(lambda: True)
    assert answers.told == [True]
    assert answers.threads == {threading.get_ident()}


def test_where_nobody_answers_that_is_told_once(laid: LaidLine) -> None:
    answers = Answers()
    laid.cut()
    laid.line.ask(RIGHTS, answers.take)
    assert answers.told == []
    laid.pass_time(lambda: bool(answers.told))
    laid.pass_time(lambda: True)
    assert answers.told == [False]
    assert answers.threads == {threading.get_ident()}


def test_each_of_several_questions_is_answered_once(laid: LaidLine) -> None:
    answers = [Answers() for _ in range(5)]
    for at, one in enumerate(answers):
        laid.line.ask(RIGHTS if at % 2 else CARD, one.take)
    laid.pass_time(lambda: all(one.told for one in answers))
    assert [one.told for one in answers] == [[True]] * 5


def test_whoever_listens_learns_that_the_line_is_cut(laid: LaidLine) -> None:
    seen: list[LineTrouble] = []
    laid.line.listen(lambda: seen.append(laid.line.contact().trouble))
    laid.cut()
    laid.line.ask(CARD, Answers().take)
    laid.pass_time(lambda: LineTrouble.NO_LINE in seen)
    assert laid.line.contact().trouble is LineTrouble.NO_LINE


def test_what_was_recorded_is_told_without_waiting(laid: LaidLine) -> None:
    for _ in range(100):
        laid.line.recorded()
    laid.cut()
    laid.line.recorded()
