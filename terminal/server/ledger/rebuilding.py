"""Proof that the server's tables say what its facts say: refold everything and compare."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from terminal.server.database.connection import ServerDatabase


class DifferenceKind(StrEnum):
    """What does not agree."""

    FACT_UNREADABLE = "fact_unreadable"
    FACT_CHANGED = "fact_changed"
    CHAIN_BROKEN = "chain_broken"
    FACT_MISSING = "fact_missing"
    COLUMNS = "columns"
    ENTRIES = "entries"
    HEAD = "head"
    SUMS = "sums"
    POOL = "pool"
    HOLDINGS = "holdings"
    WALLETS = "wallets"
    PENDING = "pending"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that does not agree, where, and both sides of it."""

    kind: DifferenceKind
    place: str
    stored: str
    computed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The whole answer."""

    facts: int
    differences: tuple[Difference, ...]

    @property
    def clean(self) -> bool:
        """Whether everything agrees."""
        return not self.differences


def check(database: ServerDatabase) -> Findings:
    """Refold all facts and compare; nothing is written."""
    raise NotImplementedError


def rebuild(database: ServerDatabase) -> Findings:
    """Write everything computed again from the facts; returns what was wrong before."""
    raise NotImplementedError
