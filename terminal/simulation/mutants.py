"""Mutants: named safeguards taken out of the real code, to see that the simulator notices.

Each is a context manager that replaces a function or a statement of the program for a while. The
seeds that catch it stand in ``tests/simulation/mutants.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mutant:
    """A safeguard that is missing."""

    what: str
    """What goes wrong without it, in words."""
    removed: Callable[[], AbstractContextManager[None]]


@contextmanager
def replaced(place: Any, name: str, instead: Any) -> Iterator[None]:
    """Put something else in the place of an attribute for a while."""
    kept = getattr(place, name)
    setattr(place, name, instead)
    try:
        yield
    finally:
        setattr(place, name, kept)


MUTANTS: Mapping[str, Mutant] = {}
