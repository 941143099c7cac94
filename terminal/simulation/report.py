"""``tenth simulate``: runs seeds, tells how it goes, and what to do about a violation."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from terminal.simulation.many import Task, run_many, run_task
from terminal.simulation.mutants import MUTANTS
from terminal.simulation.run import Outcome, run_seed
from terminal.simulation.world import founded

SHOWN_MOST = 10
"""Violations that are told at length."""
SUMMARY = (
    "steps",
    "sales",
    "redemptions",
    "of budgets",
    "shortfalls",
    "codes sold",
    "loaded",
    "paid by code",
    "codes at two tills",
    "forged codes",
    "forged codes let in",
    "keys changed",
    "top-ups",
    "requests",
    "forks",
    "till crashes",
    "server crashes",
    "restored tills",
    "clones",
    "lost tills",
    "restored servers",
    "written off",
    "exposure booked",
    "destroyed",
    "twice at copies",
    "parked",
    "disk full",
    "disk failed",
    "let in again",
    "commit points",
    "checks",
    "run twice",
    "clocks permuted",
)


def main(args: argparse.Namespace) -> int:
    """Run what was asked for; 0 if everything held (with a mutant: if it was caught)."""
    if args.mutant and args.mutant not in MUTANTS:
        print(f"tenth: there is no mutant {args.mutant}, see --mutants", file=sys.stderr)
        return 2
    if args.mutants:
        for name, mutant in sorted(MUTANTS.items()):
            print(f"{name}: {mutant.what}")
        return 0
    began = time.perf_counter()
    outcomes = [_one(args)] if args.seed is not None else _many(args, began)
    seconds = time.perf_counter() - began
    bad = [one for one in outcomes if not one.good]
    if args.json:
        print(json.dumps(_plain(outcomes, bad, seconds, args.mutant), ensure_ascii=False, indent=2))
    else:
        _print_summary(outcomes, bad, seconds, args)
    return 0 if bool(bad) == bool(args.mutant) else 1


def _one(args: argparse.Namespace) -> Outcome:
    trace = print if args.trace and not args.json else None
    if not (args.trace or args.keep or args.clocks is not None):
        return run_task(Task(args.seed, args.steps, args.mutant or ""))
    mutation = MUTANTS[args.mutant].removed() if args.mutant else None
    if mutation is None:
        return run_seed(
            args.seed, steps_most=args.steps, trace=trace, keep=args.keep, clocks=args.clocks
        )
    founded(args.seed, args.steps, timeless=args.clocks is not None)
    with mutation:
        return run_seed(
            args.seed, steps_most=args.steps, trace=trace, keep=args.keep, clocks=args.clocks
        )


def _many(args: argparse.Namespace, began: float) -> list[Outcome]:
    tasks = [
        Task(seed, args.steps, args.mutant or "")
        for seed in range(args.first, args.first + args.seeds)
    ]
    outcomes: list[Outcome] = []
    told = 0.0
    shows = sys.stderr.isatty() and not args.json
    for outcome in run_many(tasks, min(args.jobs, len(tasks))):
        outcomes.append(outcome)
        now = time.perf_counter()
        if shows and now - told >= 1:
            told = now
            rate = len(outcomes) / (now - began)
            bad = sum(not one.good for one in outcomes)
            print(
                f"\r{len(outcomes)} of {len(tasks)} seeds, {rate:.1f} a second, {bad} violations  ",
                end="",
                file=sys.stderr,
                flush=True,
            )
        if args.until_caught and not outcome.good:
            break
    if shows:
        print(file=sys.stderr)
    return outcomes


def _print_summary(
    outcomes: Sequence[Outcome], bad: Sequence[Outcome], seconds: float, args: argparse.Namespace
) -> None:
    figures = _sum(outcomes)
    for name in SUMMARY:
        print(f"{name:>18}  {figures[name]:,}")
    rate = len(outcomes) / seconds if seconds else 0
    print(f"{'seeds':>18}  {len(outcomes):,} in {seconds:.1f} s, {rate:.1f} a second")
    print(f"{'violations':>18}  {len(bad):,}")
    if len(outcomes) == 1:
        print(f"{'event hash':>18}  {outcomes[0].event_hash}")
    for one in bad[:SHOWN_MOST]:
        print(f"\nseed {one.seed}, step {one.step}: {one.invariant}")
        for sentence in one.sentences[:8]:
            print(f"  {sentence.rstrip()}")
        print(f"  {_replay(one, args)}")


def _replay(one: Outcome, args: argparse.Namespace) -> str:
    parts = [f"tenth simulate --seed {one.seed}"]
    if args.steps:
        parts.append(f"--steps {args.steps}")
    if args.mutant:
        parts.append(f"--mutant {args.mutant}")
    return " ".join([*parts, "--trace"])


def _plain(
    outcomes: Sequence[Outcome], bad: Sequence[Outcome], seconds: float, mutant: str | None
) -> dict[str, Any]:
    figures = _sum(outcomes)
    return {
        "ok": bool(bad) == bool(mutant),
        "mutant": mutant,
        "seeds": len(outcomes),
        "seconds": round(seconds, 3),
        "seeds_per_second": round(len(outcomes) / seconds, 3) if seconds else None,
        "figures": {
            name.replace(" ", "_").replace("-", "_"): figures[name] for name in sorted(figures)
        },
        "violations": [
            {
                "seed": one.seed,
                "step": one.step,
                "invariant": one.invariant,
                "sentences": list(one.sentences),
            }
            for one in bad
        ],
        "event_hash": outcomes[0].event_hash if len(outcomes) == 1 else None,
        "machine": {"cores": os.cpu_count(), "python": platform.python_version()},
    }


def _sum(outcomes: Sequence[Outcome]) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in outcomes:
        total.update(one.figures)
    return total
