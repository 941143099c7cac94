"""What a step does beside the basket in work, on disk: done with the step, undone with it.

A deed keeps the basket in work as well, so that both are there after a crash, or neither.
"""

from __future__ import annotations

from typing import Protocol

from terminal.till.ports import Catalogue, ParkedBasket, ParkedBaskets
from terminal.values import dataclass


class Deed(Protocol):
    """``kept`` are the bytes of the basket in work as it is after the step.

    Raises:
        Trouble: it was not done; the step did not happen.
    """

    def do(self, kept: bytes) -> None: ...
    def undo(self, kept: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Exchange:
    """One basket is put aside, or one comes back, or both at once."""

    parked: ParkedBaskets
    put: ParkedBasket | None = None
    take: ParkedBasket | None = None

    def do(self, kept: bytes) -> None:
        """Put and take, in one transaction."""
        self.parked.exchange(put=self.put, take=self.take, working=kept)

    def undo(self, kept: bytes) -> None:
        """The other way round."""
        self.parked.exchange(put=self.take, take=self.put, working=kept)


@dataclass(frozen=True, slots=True)
class Linking:
    """A code belongs to a product of the shop from now on."""

    catalogue: Catalogue
    code: str
    sku: str
    before: str | None
    """To which product it belonged until now."""

    def do(self, kept: bytes) -> None:
        """Link it."""
        self.catalogue.link(self.code, self.sku, working=kept)

    def undo(self, kept: bytes) -> None:
        """As it was."""
        self.catalogue.link(self.code, self.before, working=kept)
