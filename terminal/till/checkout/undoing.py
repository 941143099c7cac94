"""The steps that a draft came by, so that each can be undone and taken again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from terminal.till.checkout.deeds import Deed
from terminal.till.checkout.draft import Draft
from terminal.values import dataclass

UNDO_MOST = 500

Put = Callable[[Draft, Callable[[bytes], None] | None], None]
"""Takes a draft over and keeps it, with what else must be kept in the same moment."""


@dataclass(frozen=True, slots=True)
class _Step:
    """A draft on the other side of a step, and what the step did beside it."""

    draft: Draft
    deed: Deed | None = None


class Undoing:
    """The steps behind the draft in work, and those that were undone."""

    def __init__(self) -> None:
        self._past: list[_Step] = []
        self._future: list[_Step] = []

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a step was undone."""
        return bool(self._future)

    def took(self, before: Draft, deed: Deed | None) -> None:
        """A step was taken from a draft; what was undone until now is over."""
        self._past.append(_Step(before, deed))
        del self._past[:-UNDO_MOST]
        self._future.clear()

    def forget(self) -> None:
        """Another basket begins."""
        self._past, self._future = [], []

    def step(self, now: Draft, put: Put, *, back: bool) -> bool:
        """Back to the draft before, or on to the one that was undone; False if there is none.

        Raises:
            Trouble: ``put`` could not; everything is as it was.
        """
        source, target = (self._past, self._future) if back else (self._future, self._past)
        if not source:
            return False
        before, step = replace(now, next_pieces=1), source[-1]
        deed = step.deed
        # Money is no part of a step: what lies in the drawer now is what counts.
        draft = replace(step.draft, tenders=before.tenders, effort=before.effort)
        put(draft, None if deed is None else deed.undo if back else deed.do)
        source.pop()
        target.append(_Step(before, deed))
        return True
