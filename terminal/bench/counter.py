"""`tenth bench counter`: from the scanner's Enter to the painted frame, and to the durable sale.

A fresh demo shop in a folder that is gone afterwards, the real till, the real window, keys as a
scanner sends them. The engine's and the database's share are taken in the same run, by watches
on the callables that the till itself calls.
"""

from __future__ import annotations

import argparse
import logging
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from terminal.barcodes import gtin
from terminal.bench.commits import RawWriter
from terminal.bench.large_shop import FULL, SMALL, large_shop
from terminal.bench.report import (
    Figure,
    Progress,
    machine,
    percentile,
    resident_mebibytes,
    show,
    spread,
)
from terminal.bench.searches import search_figures
from terminal.bench.start import STARTS, start_figures
from terminal.bench.stopwatch import Stopwatch
from terminal.loyalty.engine.run import Answer
from terminal.loyalty.sale import Sale
from terminal.loyalty.tender import TenderKind
from terminal.till.app import OpenTill, open_till, open_window
from terminal.till.checkout.view import Stage
from terminal.till.journal_port import Recorded, Shortfall
from terminal.till.settings import Settings, read_settings

if TYPE_CHECKING:
    from terminal.bench.scanner import Scanner
    from terminal.till.gui.sale_window import SaleWindow

FRAME_MS, ENGINE_MS, COMMIT_RATIO = 16.0, 6.0, 3.0
MEMORY_MEBIBYTES = 180.0
LINES = 40
SCANS, SCANS_LEAST = 400, 20
SEED = 40
SIZE = (1280, 800)

BuildShop = Callable[[Path], Settings]
"""Builds the demo shop in a folder; benches and the demo do not know each other."""


def main(argv: Sequence[str], build_shop: BuildShop) -> int:
    """Measure and print; 0 if every goal was kept."""
    parser = argparse.ArgumentParser(prog="tenth bench counter", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--scans", type=int, default=SCANS, help=f"of goods (default: {SCANS})")
    parser.add_argument("--offscreen", action="store_true", help="paint into memory")
    size = parser.add_mutually_exclusive_group()
    full = "at full size (kept in the user's cache folder), held against a small town"
    size.add_argument("--full", action="store_true", help=full)
    size.add_argument("--members", type=int, metavar="N", help="in a town of so many (kept too)")
    parser.add_argument("--starts", type=int, default=STARTS, help=f"of the till ({STARTS})")
    args = parser.parse_args(argv)
    scans = max(SCANS_LEAST, args.scans)
    if args.offscreen or not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with tempfile.TemporaryDirectory(prefix="tenth-bench-", ignore_cleanup_errors=True) as folder:
        figures = _figures(args, scans, Path(folder), build_shop)
    show(
        figures,
        {**machine(), "screen": os.environ.get("QT_QPA_PLATFORM", "display")},
        as_json=args.json,
    )
    return 0 if all(one.ok for one in figures) else 1


def _figures(
    args: argparse.Namespace, scans: int, folder: Path, build_shop: BuildShop
) -> list[Figure]:
    """Of the shop that was asked for; what is measured writes into a copy of it."""
    progress = Progress()
    if not (args.full or args.members):
        return measured(build_shop(folder / "shop"), scans, progress, starts=args.starts)
    size = FULL if args.full else replace(FULL, members=args.members)
    small: list[Figure] = []
    if size.members > SMALL.members:
        settings = borrowed(large_shop(SMALL, build_shop, progress), folder)
        small = measured(settings, scans, progress)
        shutil.rmtree(settings.folder)
    settings = borrowed(large_shop(size, build_shop, progress), folder)
    entries = entries_in(settings.database)
    figures = measured(settings, scans, progress, starts=args.starts)
    return [
        *figures,
        *grown(figures, small, size.members),
        Figure(name="members", value=size.members, unit=""),
        Figure(name="entries", value=entries, unit=""),
    ]


def grown(large: Sequence[Figure], small: Sequence[Figure], members: int) -> list[Figure]:
    """What a small town costs, and how many times more the large one does, in the same run.

    They only show what grows: the goals are those of the large town.
    """
    costs = {one.name: one for one in small if one.name.endswith(("p50", "p99", "of the till"))}
    figures = []
    for one in large:
        least = costs.get(one.name)
        if least is None:
            continue
        figures.append(
            replace(least, name=f"{one.name}, {SMALL.members:,} members only", goal=None)
        )
        if least.value:
            name = f"growth of {one.name}, {SMALL.members:,} to {members:,} members"
            figures.append(Figure(name=name, value=round(one.value / least.value, 2), unit="times"))
    return figures


def measured(
    settings: Settings, scans: int, progress: Progress, *, starts: int = 0
) -> list[Figure]:
    """All figures of the counter, in a shop that is the bench's own."""
    goods, cards = codes_of(settings.database)
    figures: list[Figure] = []
    till = open_till(settings)
    try:
        with faults(), shares(till) as (engine, database), shown(till) as window:
            counter = Counter(window, engine, database, progress, till.database.database.rest)
            counter.goods(goods, cards, scans)
            counter.cards(cards, max(SCANS_LEAST, scans // 2))
            figures += counter.figures()
            figures += search_figures(till, max(SCANS_LEAST, scans // 2), progress)
            memory = resident_mebibytes()
        figures += _commits(till, goods, cards, max(SCANS_LEAST, scans), progress)
    finally:
        till.close()
    if memory is not None:
        figures.append(
            Figure(name="memory of the till", value=memory, unit="MiB", goal=MEMORY_MEBIBYTES)
        )
    if starts:
        figures += start_figures(settings.folder, settings.database, goods[0], progress, starts)
    return figures


@dataclass(slots=True)
class _Times:
    """Of one kind of scan, in nanoseconds."""

    frame: list[int] = field(default_factory=list)
    spent: list[int] = field(default_factory=list)
    engine: list[int] = field(default_factory=list)
    database: list[int] = field(default_factory=list)


class Counter:
    """The window, a basket of forty lines, and what scanning into it costs."""

    def __init__(
        self,
        window: SaleWindow,
        engine: Stopwatch,
        database: Stopwatch,
        progress: Progress,
        rest: Callable[[], None],
    ) -> None:
        """``rest`` waits for what the till does beside its work between two scans.

        People take longer between two scans than a disk, and than it takes to look for garbage; a
        bench that does not would measure how the second waits for the first.
        """
        self._window, self._rest = window, rest
        self._engine, self._database = engine, database
        self._progress = progress
        self._products, self._cards = _Times(), _Times()

    def goods(self, codes: Sequence[str], cards: Sequence[str], scans: int) -> None:
        """Scans of goods: first nobody has shown a card, then a member with a reward."""
        scanner = self._scanner()
        chance = random.Random(SEED)  # noqa: S311 - repeatable
        for code in (*codes[: LINES - 1], *codes[: LINES - 1 : 3]):
            scanner.scan(code)
        for done in range(scans):
            if done == scans // 2:
                scanner.scan(cards[0])
                self._window.steps.by_name()["reward"]()
            # Now goods that are on a line already, now the fortieth line.
            few = codes[: LINES - 1] if done % 2 else codes[LINES - 1 :]
            self._measure(scanner, chance.choice(few), self._products)
            self._window.steps.by_name()["undo"]()
            scanner.settle()
            self._progress("scans of goods", done + 1, scans)

    def cards(self, cards: Sequence[str], scans: int) -> None:
        """Scans of cards, each of another member than the one before."""
        scanner = self._scanner()
        for done in range(scans):
            self._measure(scanner, cards[(done + 1) % len(cards)], self._cards)
            self._progress("scans of cards", done + 1, scans)

    def figures(self) -> list[Figure]:
        """What came of it."""
        figures: list[Figure] = []
        for name, times in (("product scan", self._products), ("card scan", self._cards)):
            figures += spread(f"{name} to frame", times.frame, goal=FRAME_MS)
            figures += spread(f"{name} to frame, processor time", times.spent)
            figures += spread(f"{name}, engine's share", times.engine, goal=ENGINE_MS)
            figures += spread(f"{name}, database's share", times.database)
        return figures

    def _scanner(self) -> Scanner:
        from terminal.bench.scanner import Scanner

        counter = self._window.counter
        return Scanner(self._window, counter.basket.viewport(), counter.member)

    def _measure(self, scanner: Scanner, code: str, times: _Times) -> None:
        self._rest()
        self._window.garbage.collect()
        self._engine.lap()
        self._database.lap()
        times.frame.append(scanner.scan(code))
        times.spent.append(scanner.spent)
        times.engine.append(self._engine.lap())
        times.database.append(self._database.lap())


@contextmanager
def shown(till: OpenTill) -> Iterator[SaleWindow]:
    """The till's window, shown and painted once."""
    from terminal.bench.scanner import Scanner, quiet
    from terminal.till.gui import garbage
    from terminal.till.gui.program import application

    with quiet():
        application()
        window = open_window(till)
        try:
            window.tap.wait_for_enter()
            window.resize(*SIZE)
            window.show()
            Scanner.settle()
            while window.counter.make_next():
                Scanner.settle()  # panels that a till makes within its first seconds, when it rests
            garbage.begin()
            yield window
        finally:
            garbage.end()
            window.close()
            Scanner.settle()


class _TillFailed(Exception):
    """A step failed while it was measured: its time says nothing."""


@contextmanager
def faults() -> Iterator[None]:
    """See to it that what is measured works: the till logs a fault and goes on."""
    told: list[logging.LogRecord] = []
    listener = logging.Handler(logging.ERROR)
    setattr(listener, "emit", told.append)  # noqa: B010 - all that it has to do
    log = logging.getLogger("terminal")
    log.addHandler(listener)
    try:
        yield
    finally:
        log.removeHandler(listener)
        if told:
            raise _TillFailed(f"{told[0].getMessage()}: {told[0].exc_info}")


@contextmanager
def shares(till: OpenTill) -> Iterator[tuple[Stopwatch, Stopwatch]]:
    """Watches on the engine and on the database, taken off again."""
    engine, database, parts = Stopwatch(), Stopwatch(), till.database
    with (
        engine.on(Answer, "__init__", "go_on_from", "evaluation"),
        database.on(parts.members, "by_id", "by_card", "standing"),
        database.on(parts.catalogue, "by_gtin", "by_sku"),
        database.on(parts.programmes, "revisions"),
        database.on(parts.working_basket, "save"),
    ):
        yield engine, database


def _commits(
    till: OpenTill, goods: Sequence[str], cards: Sequence[str], sales: int, progress: Progress
) -> list[Figure]:
    """Sales of a usual size, recorded by the till and written once more by raw SQLite."""
    watch, chance = Stopwatch(), random.Random(SEED)  # noqa: S311 - repeatable
    recorded: list[str] = []
    journal, checkout = till.database.journal, till.checkout
    record = watch.watched(journal.record_sale)

    def remembered(sale: Sale) -> Recorded | Shortfall:
        recorded.append(sale.id)
        return record(sale)

    setattr(journal, "record_sale", remembered)  # noqa: B010 - of one object only
    sweep(till)
    raw = RawWriter(till.settings.database, till.settings.folder / "raw.sqlite")
    tills, raws, rows = [], [], 0
    try:
        for done in range(sales):
            checkout.scan(cards[done % len(cards)])
            for code in chance.sample(list(goods), k=chance.randint(2, 12)):
                checkout.scan(code)
            raw.keep(raw.kept())
            due = checkout.finish().total
            till.database.database.rest()  # nobody has paid before the last scan is on the disk
            watch.lap()
            view = checkout.tender(TenderKind.CARD, due) if due else checkout.view()
            assert view.stage is Stage.DONE, "a sale of the bench was not recorded"
            tills.append(watch.lap())
            written = raw.written(recorded[-1])
            raws.append(raw.write(written))
            rows += written.rows
            checkout.begin_next()
            progress("sales", done + 1, sales)
    finally:
        raw.close()
    ratio = percentile(tills, 50) / max(1, percentile(raws, 50))
    return [
        *spread("durable commit of a sale", tills),
        *spread("same rows by raw sqlite3", raws),
        Figure(name="rows of a sale", value=round(rows / sales, 1), unit="rows"),
        Figure(
            name="commit of a sale : raw sqlite3 (p50 : p50)",
            value=round(ratio, 2),
            unit="times",
            goal=COMMIT_RATIO,
        ),
    ]


def sweep(till: OpenTill) -> None:
    """Empty the counter, whatever stood on it."""
    view = till.checkout.remove_member()
    for line in view.lines:
        till.checkout.void(line.key)


def codes_of(file: Path) -> tuple[list[str], list[str]]:
    """Codes of the goods, and of the cards, those with most in their wallets first."""
    with closing(sqlite3.connect(file)) as plain:
        found = plain.execute("SELECT gtin FROM products WHERE gtin IS NOT NULL ORDER BY sku")
        goods = [gtin.shortest(one) for (one,) in found]
        # Of a town two thousand from everywhere in it, of a small shop everybody.
        found = plain.execute(
            """SELECT c.number FROM (SELECT * FROM cards
            WHERE issued % (1 + (SELECT max(issued) FROM cards) / 2000) = 0) c
            JOIN member_wallets w ON w.member = c.member
            LEFT JOIN rights r ON r.wallet = w.wallet WHERE c.state = 'active'
            GROUP BY c.number ORDER BY coalesce(sum(r.n), 0) DESC, c.number"""
        )
        cards = [number for (number,) in found]
    assert len(goods) > LINES, "the demo shop has not goods enough for this bench"
    assert len(cards) > 1, "the demo shop has not members enough for this bench"
    return goods, cards


def borrowed(kept: Settings, folder: Path) -> Settings:
    """A copy of a shop that is kept, to be written into."""
    shop = folder / "borrowed"
    shutil.copytree(kept.folder, shop)
    if hasattr(os, "sync"):
        os.sync()  # or the copy reaches the disk while commits are measured
    return read_settings(shop)


def entries_in(file: Path) -> int:
    """How many entries the facts of a till have."""
    with closing(sqlite3.connect(file)) as plain:
        (entries,) = plain.execute("SELECT count(*) FROM entries").fetchone()
    return int(entries)


def has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
