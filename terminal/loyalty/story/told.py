"""One step of a story, after it happened, with the wallets as they are then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from terminal.loyalty.engine.evaluation import Earned, Evaluation
from terminal.loyalty.refund import RefundRecord
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step, after it happened."""

    step: int
    """From 1 on."""
    do: str
    at: str
    """The story's clock, local time."""
    refused: str = ""
    """Why it did not happen; nothing changed then."""
    evaluation: Evaluation | None = None
    refund: RefundRecord | None = None
    earned: tuple[Earned, ...] = ()
    """What joining, feedback or goodwill brought."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Codes that the sale gave, with the unit in them."""
    wallets: Mapping[str, Mapping[str, int]]
    """By member and code, the vested units that are left, as everybody knows them."""
    pending: Mapping[str, Mapping[str, int]]
    owed: Mapping[str, Mapping[str, int]]
    tiers: Mapping[str, str]
    not_as_expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What one step did, before the wallets are looked at."""

    refused: str = ""
    evaluation: Evaluation | None = None
    refund: RefundRecord | None = None
    earned: tuple[Earned, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
