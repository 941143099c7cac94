"""Scans of every kind through the listener, the reading of codes and the checkout, without a screen.

The whole count is ``pytest tests/till/hostile --scans 100000``; the seed stands in every failure.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from terminal.loyalty.money import Currency
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.view import CheckoutView, LineState, Stage
from terminal.till.devices.wedge import Wedge
from terminal.wording.words import Words
from tests.till.checkout.counter import Counter, real_counter
from tests.till.hostile.memory import resident_kib
from tests.till.hostile.scans import Burst, Ending, bursts

WORDS = Words("pl", Currency("PLN"))
LINES_MOST = 20
"""A basket this long is paid or thrown away, as customers go."""
PARKED_MOST = 8
SENTENCE_MOST = 200


@dataclass
class Heard:
    """One text that reached the till, and how."""

    text: str
    scanned: bool


class Desk:
    """The listener and the checkout, with a cashier who presses whatever can be pressed."""

    def __init__(self, counter: Counter, chance: random.Random) -> None:
        self.counter, self.checkout, self.chance = counter, counter.checkout, chance
        self.wedge = Wedge()
        self.at = 1_000
        self.view = self.checkout.view()

    def hear(self, burst: Burst) -> Iterator[Heard]:
        """What the listener makes of the keys; what is no burst was typed, and Enter sends it."""
        self.at += 400
        typed = ""
        for at, sign in enumerate(burst.text):
            if at:
                self.at += burst.gap(at)
            late = self.wedge.rest(self.at)
            if late is not None:
                yield Heard(late, scanned=True)
            if sign in "\r\n\t":
                yield from self._end(typed)
                typed = ""
                continue
            typed += sign
            if self.wedge.key(sign, self.at):
                typed = ""
        if burst.ending is Ending.NOTHING:
            late = self.wedge.rest(self.at + self.wedge.idle_ms + 1)
            if late is not None:
                yield Heard(late, scanned=True)
        else:
            yield from self._end(typed)

    def _end(self, typed: str) -> Iterator[Heard]:
        text = self.wedge.stop()
        if text is not None:
            yield Heard(text, scanned=True)
        else:
            yield Heard(typed, scanned=False)

    def give(self, heard: Heard) -> None:
        """The text reaches the till; nothing may be lost, and something must be said or done."""
        before = self.checkout.view()
        if heard.scanned:
            self.view = self.checkout.scan(heard.text)
        else:
            self.view = self.checkout.enter(heard.text)
        _nothing_lost(before, self.view, heard)
        _told_or_done(before, self.view, heard)
        self.counter.wait(seconds=self.chance.choice((0, 1, 5)))

    def do_something(self) -> None:
        """A cashier's step, any that is possible now."""
        checkout, view, chance = self.checkout, self.view, self.chance
        if view.stage is Stage.DONE:
            self.view = checkout.begin_next()
        elif view.stage is Stage.PAYING:
            self._pay(view)
        elif len(view.lines) >= LINES_MOST:
            self._end_of_basket()
        else:
            chance.choice(self._steps())()
            self.view = checkout.view()

    def _steps(self) -> list[Callable[[], object]]:
        checkout, chance = self.checkout, self.chance
        line = chance.choice(self.view.lines).key if self.view.lines else 0
        return [
            checkout.toggle_reward,
            self._park,
            self._recall,
            lambda: checkout.enter(""),
            checkout.dismiss,
            checkout.undo,
            checkout.undo,
            checkout.redo,
            lambda: checkout.set_price(line, chance.randrange(-5, 10**6)),
            checkout.finish,
            checkout.remove_member,
            lambda: checkout.add_pieces(line, chance.choice((-1, 1, 3))),
        ]

    def _park(self) -> None:
        if self.view.parked < PARKED_MOST:
            self.checkout.park()
        else:
            self._recall()

    def _recall(self) -> None:
        choices = self.checkout.recall().parked_choices
        if choices:
            self.checkout.recall(choices[-1].key)

    def _pay(self, view: CheckoutView) -> None:
        assert view.payment is not None
        if self.chance.random() < 0.3:
            self.view = self.checkout.back()
        else:
            amount = self.chance.choice((view.payment.remaining, 100, 0, -5, 10**9))
            self.view = self.checkout.tender(self.chance.choice(list(TenderKind)), amount)

    def _end_of_basket(self) -> None:
        for line in self.view.lines:
            if line.state is not LineState.READY:
                self.checkout.void(line.key)
        self.view = self.checkout.finish()
        if not self.view.lines:
            return  # nobody knew any of it
        if self.view.payment is not None:
            self.view = self.checkout.tender(TenderKind.CARD, self.view.payment.remaining)
        assert self.view.stage is Stage.DONE, self.view.notice


def _nothing_lost(before: CheckoutView, after: CheckoutView, heard: Heard) -> None:
    """Every row and piece that stood in the basket still does."""
    if before.stage is Stage.DONE:
        return
    pieces = {line.key: line.pieces for line in after.lines}
    for line in before.lines:
        assert pieces.get(line.key, 0) >= line.pieces, f"{heard} took {line} away"


def _told_or_done(before: CheckoutView, after: CheckoutView, heard: Heard) -> None:
    """Goods came in, or a sentence says what came instead."""
    if after.notice is not None:
        sentence = WORDS.notice_line(after.notice, after.names, after.unit_kinds)
        assert sentence.strip(), heard
        assert len(sentence) <= SENTENCE_MOST, f"{heard}: {sentence}"
        assert sentence.replace("\xa0", " ").isprintable(), f"{heard}: {sentence!r}"
        return
    waits = after.asking is not None or bool(after.slip) or after.refund is not None
    grew = sum(line.pieces for line in after.lines) > sum(line.pieces for line in before.lines)
    fresh = before.stage is Stage.DONE and bool(after.lines)
    assert grew or fresh or waits or not heard.text.strip() or not heard.scanned, heard
    for line in after.lines[-3:]:
        assert len(line.code) <= SENTENCE_MOST, f"{heard}: {line}"


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    made = real_counter(tmp_path / "shop")
    yield made
    assert made.till is not None
    made.till.close()


def test_every_scan_means_something_or_leaves_a_clear_line(
    counter: Counter, pytestconfig: pytest.Config
) -> None:
    seed, count = pytestconfig.getoption("--scan-seed"), pytestconfig.getoption("--scans")
    desk, chance = Desk(counter, random.Random(seed)), random.Random(seed)
    warm, heard_before = 0, 0
    for number, burst in enumerate(bursts(seed, count)):
        try:
            for _ in range(burst.again):
                for heard in desk.hear(burst):
                    desk.give(heard)
                    heard_before += heard.scanned
            if chance.random() < 0.3:
                desk.do_something()
        except BaseException as wrong:
            wrong.add_note(f"seed {seed}, burst {number}: {burst}")
            raise
        if number == count // 4:
            warm = resident_kib()
    assert heard_before > count // 2
    grown = resident_kib() - warm
    assert grown < MEMORY_KIB, f"{grown} KiB more after {count} scans (seed {seed})"


MEMORY_KIB = 24 * 1024
"""What three quarters of the scans may leave behind: caches of SQLite and of texts fill up once."""
