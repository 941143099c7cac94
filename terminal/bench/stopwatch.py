"""Stopwatches on callables: how much of a scan is spent in which part, in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from time import perf_counter_ns
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Stopwatch:
    """Adds up the time within callables, from one ``lap`` to the next."""

    def __init__(self) -> None:
        self._lap = 0
        self._depth = 0

    def watched(self, call: Callable[Given, Answer]) -> Callable[Given, Answer]:
        """The same callable, timed; calls within calls count once."""

        @wraps(call)
        def timed(*given: Given.args, **named: Given.kwargs) -> Answer:
            self._depth += 1
            began = perf_counter_ns()
            try:
                return call(*given, **named)
            finally:
                self._depth -= 1
                if not self._depth:
                    self._lap += perf_counter_ns() - began

        return timed

    @contextmanager
    def on(self, owner: object, *names: str) -> Iterator[None]:
        """The watch on callables of a module or of one object, until the block ends."""
        bare = {name: getattr(owner, name) for name in names}
        for name, call in bare.items():
            setattr(owner, name, self.watched(call))
        try:
            yield
        finally:
            for name, call in bare.items():
                setattr(owner, name, call)

    def lap(self) -> int:
        """Nanoseconds since the last lap."""
        spent, self._lap = self._lap, 0
        return spent
