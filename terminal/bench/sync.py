"""`tenth bench sync`: facts accepted and applied per second, top-ups, and the counter meanwhile.

Real server processes on SQLite and on PostgreSQL, tills that send logs of real sales as fast as
they are taken, all on this computer. What tills do on computers of their own is done before the
clock starts, see `sync_tills`. PostgreSQL comes from the tests' wheel, or from `--postgresql`.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from terminal.bench.report import Figure, Progress, machine, percentile, show
from terminal.bench.sync_counter import apart, counter_figures
from terminal.bench.sync_cpu import Usage, usage
from terminal.bench.sync_logs import (
    BANKED,
    MEMBERS,
    UNIT,
    MadeLog,
    Template,
    bank,
    made_log,
    smallest,
    templates,
)
from terminal.bench.sync_memory import memory_figures
from terminal.bench.sync_raw import raw_rate
from terminal.bench.sync_server import (
    Postgresql,
    RunningServer,
    fresh_database,
    running_postgresql,
    running_server,
)
from terminal.bench.sync_tills import LoadedTill, together
from terminal.till.settings import Settings
from terminal.wire.sync_json import Want

RATE_LEAST = 10_000.0
TOP_UP_MS = 300.0
TILLS = (1, 4, 16)
ONLY = ("rates", "topup", "counter", "memory")
FACTS, FACTS_LEAST = 16_000, 400
STORES = 4
TOP_UPS = 120
BUSY_SALES, BUSY_FACTS, BUSY_PAUSE_S = 1_500, 2, 0.2
"""Ten sales a second at each till; who sells that many has nothing left to sell."""

BuildShop = Callable[[Path], Settings]
"""Builds the demo shop in a folder; benches and the demo do not know each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """One kind of server."""

    name: str
    postgresql: Postgresql | None
    workers: int

    def database(self, number: str) -> str | None:
        """A fresh database for one measurement; None is the folder's own SQLite file."""
        return fresh_database(self.postgresql.url, f"bench_{number}") if self.postgresql else None

    def used(self, server: RunningServer) -> Usage:
        """What server, database and load have used of the processor."""
        database = self.postgresql.pid if self.postgresql else None
        return usage({"server": server.pid, "PostgreSQL": database})


def main(argv: Sequence[str], build_shop: BuildShop) -> int:
    """Measure and print; 0 if every goal was kept."""
    parser = argparse.ArgumentParser(prog="tenth bench sync", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--facts", type=int, default=FACTS, help=f"sent in each measurement (default: {FACTS})"
    )
    parser.add_argument("--postgresql", metavar="URL", help="of an owner's, to make databases in")
    parser.add_argument("--only", choices=ONLY, help="leave out the rest")
    args = parser.parse_args(argv)
    facts = max(FACTS_LEAST, args.facts)
    progress = Progress()
    # PostgreSQL runs as a user of its own where we are root, and has to get into the folder.
    with tempfile.TemporaryDirectory(prefix="tenth-bench-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)
        settings = apart(build_shop, home / "shop")
        figures: list[Figure] = []
        if args.only in {None, "memory"}:
            figures += memory_figures(apart(build_shop, home / "weighed"), progress)
        if args.only in {None, "counter"}:
            figures += counter_figures(settings, progress)
        with _postgresql(home, args.postgresql) as postgresql:
            setups = [Setup(name="SQLite", postgresql=None, workers=1)]
            if postgresql is not None:
                setups.append(Setup(name="PostgreSQL", postgresql=postgresql, workers=2))
            sources = templates(settings.database)
            for setup in setups:
                if args.only in {None, "rates"}:
                    figures += _rates(home, setup, sources, facts, progress)
                if args.only in {None, "topup"}:
                    figures.append(_top_ups(home, setup, sources, progress))
    where = {**machine(), "postgresql": "yes" if postgresql is not None else "not installed"}
    show(figures, where, as_json=args.json)
    return 0 if all(one.ok for one in figures) else 1


@contextmanager
def _postgresql(home: Path, given: str | None) -> Iterator[Postgresql | None]:
    if given is not None:
        yield Postgresql(given)
        return
    with running_postgresql(home) as found:
        yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Tills that send their logs at once."""

    tills: int
    what: str
    sources: Sequence[Template]
    members: int = MEMBERS
    enrols: bool = True
    """Their members join while it is measured."""
    has_goal: bool = True
    whole: bool = False
    """Who used what of the processor is told too."""
    beside_raw: bool = False

    def logs(self, facts: int, *, seed: str) -> list[MadeLog]:
        """What each till has to send, so many facts together."""
        return [
            made_log(self.sources, facts // self.tills, seed=f"{seed} {n}", members=self.members)
            for n in range(self.tills)
        ]


def _series(sources: Sequence[Template], facts: int) -> tuple[Series, ...]:
    one, some, most = TILLS
    return (
        Series(tills=one, what="sales", sources=sources, has_goal=False),
        Series(tills=some, what="sales", sources=sources, whole=True),
        Series(tills=most, what="sales", sources=sources, whole=True, beside_raw=True),
        Series(
            tills=most,
            what="the smallest sales",
            sources=smallest(sources),
            whole=True,
            beside_raw=True,
        ),
        # The other end: hardly anybody comes twice, so nothing is done once for several sales.
        Series(
            tills=most,
            what="sales to as many members",
            sources=sources,
            members=facts // most,
            enrols=False,
            has_goal=False,
            whole=True,
        ),
    )


def _rates(
    home: Path, setup: Setup, sources: Sequence[Template], facts: int, progress: Progress
) -> list[Figure]:
    """Facts per second with one, four and sixteen tills, and raw inserts of the same rows."""
    figures: list[Figure] = []
    whole = _series(sources, facts)
    for place, series in enumerate(whole):
        name = f"{setup.name}, {series.tills} tills, {series.what}"
        folder = f"{setup.name.lower()}_{place}"
        logs = series.logs(facts, seed=f"{setup.name} {place}")
        sent = sum(len(one.stored) for one in logs)
        with (
            _serving(home / folder, setup, folder) as (server, stores),
            _tills(server, stores, logs, enrols_apart=not series.enrols) as (tills, beforehand),
        ):
            if not series.enrols:
                together(tills, LoadedTill.enrol_all)
            figures += _sent(name, setup, server, tills, series)
            if series.whole:
                figures.append(_for_many(name, "the tills beforehand", beforehand, sent))
        if series.beside_raw:
            rate = next(one.value for one in reversed(figures) if one.name == _rate_name(name))
            file = home / f"raw_{folder}.sqlite"
            raw = raw_rate(file, setup.database(f"raw_{place}"), logs)
            figures += [
                Figure(name=f"{name}: raw inserts of the same rows", value=round(raw), unit="1/s"),
                Figure(name=f"{name}: raw : applied", value=round(raw / rate, 2), unit="times"),
            ]
        progress(f"{setup.name}, series", place + 1, len(whole))
    return figures


def _rate_name(name: str) -> str:
    return f"{name}: facts applied"


def _sent(
    name: str,
    setup: Setup,
    server: RunningServer,
    tills: Sequence[LoadedTill],
    series: Series,
) -> list[Figure]:
    """Let tills send their logs, then read what they are told."""
    stored = [one for till in tills for one in till.log.stored[till.sent :]]
    before = setup.used(server)
    took = together(tills, LoadedTill.send_all)
    used = setup.used(server).since(before)
    told_s = together(tills, LoadedTill.read_feed)
    figures = [
        Figure(
            name=_rate_name(name),
            value=round(len(stored) / took),
            unit="1/s",
            goal=RATE_LEAST if setup.postgresql and series.has_goal else None,
            at_least=True,
        )
    ]
    if not series.whole:
        return figures
    figures += [
        Figure(
            name=f"{name}: bytes of a fact",
            value=round(sum(map(len, stored)) / len(stored)),
            unit="bytes",
        ),
        Figure(name=f"{name}: all told of all members", value=round(told_s, 2), unit="s"),
    ]
    figures += [
        _for_many(name, who, seconds, len(stored)) for who, seconds in sorted(used.seconds.items())
    ]
    return figures


def _for_many(name: str, who: str, seconds: float, facts: int) -> Figure:
    return Figure(
        name=f"{name}: processor of {who} for 10,000 facts",
        value=round(seconds / facts * 10_000, 2),
        unit="s",
    )


def _top_ups(home: Path, setup: Setup, sources: Sequence[Template], progress: Progress) -> Figure:
    """How long a till waits for rights from the pool while sixteen others are selling."""
    name = f"{setup.name.lower()}_topup"
    logs = [
        made_log(sources, BUSY_SALES, seed=f"busy {one}", members=50) for one in range(TILLS[-1])
    ]
    asker = made_log(sources, 1, seed="asker", members=50)
    bank(asker, sources[0].fact, range(len(asker.wallets)))
    chance = random.Random(name)  # noqa: S311 - repeatable
    over = threading.Event()
    with (
        _serving(home / name, setup, name) as (server, stores),
        _tills(server, stores, [*logs, asker]) as (tills, _),
    ):
        *busy, asking = tills
        asking.send_all()
        asking.replies.clear()
        threads = [threading.Thread(target=_sell, args=(till, over)) for till in busy]
        for thread in threads:
            thread.start()
        try:
            for done in range(TOP_UPS):
                wallet = chance.choice(asker.wallets)
                want = Want(wallet=wallet, unit=UNIT, n=BANKED // TOP_UPS // 2)
                reply = asking.want([want])
                assert any(one.account.wallet == wallet for one in reply.grants), "nothing given"
                progress(f"{setup.name}, top-ups", done + 1, TOP_UPS)
                over.wait(0.02)
        finally:
            over.set()
            for thread in threads:
                thread.join()
    times = [int(one * 1e9) for one in asking.replies]
    return Figure(
        name=f"{setup.name}: top-up from the pool beside 16 tills with 10 sales a second each, p95",
        value=round(percentile(times, 95) / 1e6, 1),
        unit="ms",
        goal=TOP_UP_MS,
    )


def _sell(till: LoadedTill, over: threading.Event) -> None:
    """A busier hour than any shop has."""
    while not over.wait(BUSY_PAUSE_S) and till.sent < len(till.log.stored):
        till.send_some(BUSY_FACTS)


@contextmanager
def _serving(
    folder: Path, setup: Setup, name: str
) -> Iterator[tuple[RunningServer, tuple[str, ...]]]:
    with running_server(folder, database=setup.database(name), workers=setup.workers) as server:
        yield server, server.found(STORES)


@contextmanager
def _tills(
    server: RunningServer,
    stores: Sequence[str],
    logs: Sequence[MadeLog],
    *,
    enrols_apart: bool = False,
) -> Iterator[tuple[list[LoadedTill], float]]:
    """Tills that are ready, and the seconds of processor that their part took beforehand."""
    tills = [LoadedTill(server.url, log) for log in logs]
    beforehand = 0.0
    try:
        for place, till in enumerate(tills):
            till.pair(server.owner_key, stores[place % len(stores)])
            beforehand += till.make_ready(enrols_apart=enrols_apart)
        yield tills, beforehand
    finally:
        for till in tills:
            till.close()
