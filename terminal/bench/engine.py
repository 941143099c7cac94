"""`tenth bench engine`: the best price, how soon and how good, beside a greedy pass and a solver.

Four seeded workloads. The first answer is what the till paints; then the effort is raised in
turns, as a window does while nobody scans, until the answer is proven or the time is used. What
is saved counts with the units that it cost, and is held against the least bound that anybody
knows: the engine's after all its effort, or the solver's. The fourth one, with claims and budgets
of money, is asked of the engine only. As at a till, the programmes are known before the first scan,
a scan finds what the one before left to it, and garbage is looked for between two answers.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter_ns

from terminal.bench.engine_rivals import exact, greedy, has_solver
from terminal.bench.engine_workloads import ABSURD, AT, BUSY, CHOSEN, TYPICAL, Asked, Workload
from terminal.bench.engine_workloads import questions as questions_of
from terminal.bench.report import Figure, Progress, machine, percentile, show, spread
from terminal.loyalty.basket import Basket
from terminal.loyalty.engine import run
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.engine.memory import Memory
from terminal.loyalty.engine.run import DEFAULT_EFFORT, Answer, evaluate
from terminal.loyalty.programme import Programme, worth_of
from terminal.till.gui import garbage

BASKETS = {TYPICAL: 100, BUSY: 50, ABSURD: 5, CHOSEN: 50}
SECONDS = 60.0
NEARLY_PROVEN = 0.005
SLICE = 20
"""Effort of one turn, about as much as a till has between two frames."""

ENGINE_MS = 6.0
FIRST_MS = {TYPICAL: ENGINE_MS, BUSY: ENGINE_MS, ABSURD: 50.0}
SHARE_LEAST = {TYPICAL: 99.0, BUSY: 99.0, ABSURD: 98.0}
PROOF_P95_MS = 1000.0

BuildShop = Callable[[Path], object]


def main(argv: Sequence[str], _build_shop: BuildShop) -> int:
    """Measure and print; 0 if every goal was kept."""
    parser = argparse.ArgumentParser(prog="tenth bench engine", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--baskets", type=int, metavar="N", help="of each workload, at most")
    seconds = f"for the best bound of each basket (default: {SECONDS:g})"
    parser.add_argument("--seconds", type=float, default=SECONDS, help=seconds)
    parser.add_argument("--only", choices=[one.name for one in BASKETS], help="one workload")
    args = parser.parse_args(argv)
    garbage.begin()
    try:
        figures = _measured(args)
    finally:
        garbage.end()
    where = {
        **machine(),
        "engine": "written" if str(run.__file__).endswith(".py") else "compiled",
        "solver": "HiGHS" if has_solver() else "none",
    }
    show(figures, where, as_json=args.json)
    return 0 if all(one.ok for one in figures) else 1


def _measured(args: argparse.Namespace) -> list[Figure]:
    figures: list[Figure] = []
    progress = Progress()
    for workload, most in BASKETS.items():
        if args.only in (None, workload.name):
            baskets = most if args.baskets is None else max(1, min(most, args.baskets))
            measured = _Measured(workload)
            for done, asked in enumerate(questions_of(workload, baskets)):
                measured.ask(asked, args.seconds)
                progress(workload.name, done + 1, baskets)
            figures += measured.figures()
    return figures


@dataclass(slots=True)
class _Measured:
    """What came of the baskets of one workload; times in nanoseconds."""

    workload: Workload
    cold: int | None = None
    """The first basket of all, in nanoseconds: much of a program is made on its first use, once."""
    first: list[int] = field(default_factory=list)
    more: list[int] = field(default_factory=list)
    anew: list[int] = field(default_factory=list)
    """One more scan as well, by a till that keeps nothing from scan to scan."""
    proof: list[int] = field(default_factory=list)
    """Until it was proven, or nearly; of those that never were, all the time."""
    proven: int = 0
    greedy: list[int] = field(default_factory=list)
    exact: list[int] = field(default_factory=list)
    shares: dict[str, list[float]] = field(default_factory=dict)
    programmes: tuple[Programme, ...] = ()
    memory: Memory = field(default_factory=Memory)

    def ask(self, asked: Asked, seconds: float) -> None:
        """One basket, by everybody."""
        if asked.programmes is not self.programmes:
            # A till knows its programmes long before anybody scans.
            self._begin(asked)
            self.programmes = asked.programmes
        if self.cold is None:
            self.cold = _timed(asked, asked.basket, self.memory)[1]
            self._begin(asked)
        first, took = _timed(asked, asked.basket, self.memory)
        self.first.append(took)
        self.more.append(_timed(asked, asked.more, self.memory)[1])
        self.anew.append(_timed(asked, asked.more, Memory())[1])
        best = self._prove(asked, first, took, seconds)
        bound = _saved(asked, best) + best.total - best.bound
        if self.workload is not CHOSEN:
            bound = self._ask_rivals(asked, seconds, bound)
        self._share("first answer", _saved(asked, first), bound)
        self._share("answer in the end", _saved(asked, best), bound)

    def _begin(self, asked: Asked) -> None:
        """Nothing is known but the programmes."""
        self.memory = Memory()
        empty = Basket(currency="PLN")
        evaluate(empty, asked.standing, asked.programmes, AT, memory=self.memory)

    def _ask_rivals(self, asked: Asked, seconds: float, bound: int) -> int:
        """The greedy pass and the solver, who know of no claims and budgets; the better bound."""
        began = perf_counter_ns()
        plain = greedy(asked.basket, asked.programmes)
        self.greedy.append(perf_counter_ns() - began)
        solved = None
        if has_solver():
            began = perf_counter_ns()
            solved = exact(asked.basket, asked.programmes, seconds)
            self.exact.append(perf_counter_ns() - began)
        if solved is not None:
            bound = min(bound, solved.bound)
            self._share("exact solver", solved.saved, bound)
        self._share("greedy pass", plain, bound)
        return bound

    def _prove(self, asked: Asked, first: Evaluation, took: int, seconds: float) -> Evaluation:
        """The effort is raised, as in idle moments, until nothing better can be."""
        best, spent = first, took
        near = spent if _nearly(asked, best, self.workload) else None
        answer = Answer(asked.basket, asked.standing, asked.programmes, AT, asked.choices)
        allowed = 0 if self.workload is TYPICAL else NEARLY_PROVEN
        while not answer.finished and spent < seconds * 1e9:
            began = perf_counter_ns()
            answer.go(answer.effort + SLICE)
            spent += perf_counter_ns() - began
            cost, least = answer.standing_of
            gap = cost - least
            if near is None and gap <= allowed * (asked.basket.amount - least):
                near = spent
        if answer.effort > DEFAULT_EFFORT:
            best = answer.evaluation()
        self.proof.append(spent if near is None else near)
        self.proven += best.proven
        return best

    def _share(self, whose: str, saved: int, bound: int) -> None:
        self.shares.setdefault(whose, []).append(100.0 * saved / bound if bound > 0 else 100.0)

    def figures(self) -> list[Figure]:
        """All of them, each with the name of the workload."""
        name, baskets = self.workload.name, len(self.first)
        found = spread(f"{name}, first answer", self.first, goal=FIRST_MS.get(self.workload))
        if self.cold is not None:
            cold_ms = round(self.cold / 1e6, 3)
            found.append(Figure(name=f"{name}, first answer of the day", value=cold_ms, unit="ms"))
        for whose, shares in self.shares.items():
            goal = SHARE_LEAST.get(self.workload) if whose == "first answer" else None
            told = f"{name}, {whose}, share of the best bound"
            mean = round(sum(shares) / baskets, 2)
            found.append(
                Figure(name=f"{told}, mean", value=mean, unit="%", goal=goal, at_least=True)
            )
            found.append(Figure(name=f"{told}, least", value=round(min(shares), 2), unit="%"))
        found += self._proof()
        goal_of_more = ENGINE_MS if self.workload is BUSY else None
        found += spread(f"{name}, one more scan", self.more, goal=goal_of_more)
        found += spread(f"{name}, one more scan, nothing kept", self.anew)
        if self.greedy:
            found += spread(f"{name}, greedy pass", self.greedy)
        if self.exact:
            found += spread(f"{name}, exact solver", self.exact)
        return found

    def _proof(self) -> list[Figure]:
        name = self.workload.name
        nearly = self.workload is not TYPICAL
        what = f"{name}, {'proof or a gap of 0.5 %' if nearly else 'proven optimum'}"
        found = spread(what, self.proof, goal=None if nearly else ENGINE_MS)
        goal = PROOF_P95_MS if self.workload is BUSY else None
        p95 = round(percentile(self.proof, 95) / 1e6, 3)
        found.append(Figure(name=f"{what} p95", value=p95, unit="ms", goal=goal))
        share = round(100.0 * self.proven / len(self.first), 1)
        found.append(Figure(name=f"{name}, proven in the end", value=share, unit="%"))
        return found


def _timed(asked: Asked, basket: Basket, memory: Memory) -> tuple[Evaluation, int]:
    gc.collect()
    began = perf_counter_ns()
    found = evaluate(basket, asked.standing, asked.programmes, AT, asked.choices, memory=memory)
    return found, perf_counter_ns() - began


def _saved(asked: Asked, found: Evaluation) -> int:
    """What is taken off, less the worth of the units that it cost."""
    worth = 0
    for one in found.applied:
        programme = next(held for held in asked.programmes if held.programme == one.name.programme)
        worth += 0 if one.claimed else one.times * worth_of(programme, programme.rewards[0].cost)
    return found.gross - found.total - worth


def _nearly(asked: Asked, found: Evaluation, workload: Workload) -> bool:
    if found.proven or workload is TYPICAL:
        return found.proven
    gap = found.total - found.bound
    return gap <= NEARLY_PROVEN * (_saved(asked, found) + gap)
