"""Baskets that wait, in a dictionary."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.till.ports import ParkedBasket
from terminal.till.trouble import Trouble
from tests.fakes.working_basket import FakeWorkingBasket


class FakeParkedBaskets:
    """``ports.ParkedBaskets``. ``trouble`` is raised by the next exchange."""

    def __init__(self, working: FakeWorkingBasket | None = None) -> None:
        self.working = working or FakeWorkingBasket()
        self.parked: dict[str, ParkedBasket] = {}
        self.trouble: Trouble | None = None

    def waiting(self) -> Sequence[ParkedBasket]:
        by_time = sorted(
            self.parked.values(), key=lambda one: (one.business_day, one.local, one.id)
        )
        return tuple(reversed(by_time))

    def exchange(
        self, *, put: ParkedBasket | None, take: ParkedBasket | None, working: bytes
    ) -> None:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble
        if take is not None:
            self.parked.pop(take.id, None)
        if put is not None:
            self.parked[put.id] = put
        self.working.save(working)
