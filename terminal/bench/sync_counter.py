"""The counter while its courier works at full speed.

A demo shop whose till has thousands of sales to send: its real courier and its own local server
carry them up while the scanner is never idle.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

from terminal.bench.counter import (
    FRAME_MS,
    LINES,
    codes_of,
    faults,
    has_display,
    shown,
    sweep,
)
from terminal.bench.report import Figure, Progress, spread
from terminal.loyalty.sale import Sale
from terminal.loyalty.tender import TenderKind
from terminal.till.app import OpenTill, courier_line, open_till
from terminal.till.journal_port import Recorded
from terminal.till.settings import Settings

if TYPE_CHECKING:
    from terminal.bench.scanner import Scanner
    from terminal.till.gui.sale_window import SaleWindow

T = TypeVar("T")

WAITING = 12_000
SCANS_LEAST, SCANS_MOST = 50, 600
START_S = 60
_LOOKS_S = 0.002
"""Between two looks while nothing is measured: who waits without a pause takes the courier's core."""


def counter_figures(settings: Settings, progress: Progress) -> list[Figure]:
    """Scan to frame beside a busy courier, and the courier's speed."""
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from terminal.till.gui.mailbox import Mailbox
    from terminal.till.gui.program import application

    goods, card = apart(goods_and_card, settings.database)
    apart(fill_outbox, settings, goods[:3], card, WAITING)
    progress("sales to send", WAITING, WAITING)
    application()
    line = courier_line(settings, Mailbox().post)
    till = open_till(settings, line=line)
    try:
        with faults(), shown(till) as window:
            scanner = _scanner(window)
            line.begin()
            _until(lambda: line.contact().waiting in range(1, WAITING), scanner, START_S)
            before, began = line.contact().waiting, monotonic()
            times: list[int] = []
            for code in goods[: LINES - 1]:
                scanner.scan(code)
            while len(times) < SCANS_MOST and line.contact().waiting:
                times.append(scanner.scan(goods[len(times) % LINES]))
                window.steps.by_name()["undo"]()
                scanner.settle()
                progress("scans beside the courier", len(times), SCANS_MOST)
            rate = (before - line.contact().waiting) / (monotonic() - began)
        sweep(till)
    finally:
        line.close()
        till.close()
    assert len(times) >= SCANS_LEAST, "the courier was done before the scanner had begun"
    return [
        *spread("beside a busy courier: product scan to frame", times, goal=FRAME_MS),
        Figure(name="scans in that time", value=len(times), unit="scans"),
        Figure(name="the courier meanwhile: facts sent", value=round(rate), unit="1/s"),
    ]


def apart(work: Callable[..., T], *told: object) -> T:
    """What some work comes to, done in a process of its own: a till that is weighed has neither
    built a shop nor sold thousands of times before.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as processes:
        return processes.submit(work, *told).result()


def goods_and_card(database: Path) -> tuple[list[str], str]:
    goods, cards = codes_of(database)
    return goods, cards[0]


def fill_outbox(settings: Settings, goods: list[str], card: str, sales: int) -> None:
    """One sale made at the counter, and recorded again and again under other ids."""
    kept: list[Sale] = []
    with _opened(settings) as till:
        journal, checkout = till.database.journal, till.checkout
        record = journal.record_sale

        def remembered(sale: Sale) -> object:
            kept.append(sale)
            return record(sale)

        setattr(journal, "record_sale", remembered)  # noqa: B010 - of one object only
        checkout.scan(card)
        for code in goods:
            checkout.scan(code)
        due = checkout.finish().total
        checkout.tender(TenderKind.CARD, due)
        checkout.begin_next()
        for done in range(sales):
            copy = replace(kept[0], id=f"{done + 1:032x}")
            assert isinstance(record(copy), Recorded), "a sale of the bench was not recorded"


@contextmanager
def _opened(settings: Settings) -> Iterator[OpenTill]:
    till = open_till(settings)
    try:
        yield till
    finally:
        till.close()


def _scanner(window: SaleWindow) -> Scanner:
    from terminal.bench.scanner import Scanner

    return Scanner(window, window.counter.basket.viewport(), window.counter.member)


def _until(reached: Callable[[], bool], scanner: Scanner, seconds: float) -> None:
    ends = monotonic() + seconds
    while not reached():
        assert monotonic() < ends, "the courier does not get on"
        scanner.settle()
        sleep(_LOOKS_S)
