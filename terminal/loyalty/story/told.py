"""One step of a story, after it happened, with the wallets as they are then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date

from terminal.loyalty.checking.findings import Finding
from terminal.loyalty.engine.evaluation import Earned, Evaluation, NotApplied
from terminal.loyalty.refund import RefundRecord
from terminal.loyalty.settlements import Settlement
from terminal.loyalty.tender import Tender
from terminal.values import dataclass


@dataclass(frozen=True, slots=True)
class LotLeft:
    """Vested units that share their last day, as the member is told it; None: they never end."""

    n: int
    until: date | None
    warned: bool = False
    """Whether the member was told that day in good time; unwarned units do not end."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Units of whose last day a slip or a message told."""

    whose: str
    """The member, or the code."""
    unit: str
    n: int
    until: date


ByName = Mapping[str, Mapping[str, int]]
"""By member or code, and by unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One step, after it happened."""

    step: int
    """From 1 on."""
    do: str
    at: str
    """The story's clock, local time."""
    till: str = ""
    refused: str = ""
    """Why it did not happen; nothing changed then."""
    evaluation: Evaluation | None = None
    tenders: tuple[Tender, ...] = ()
    """What was handed over for a sale."""
    change: int = 0
    rounding: int = 0
    """What cash rounding added to the sale's total."""
    refund: RefundRecord | None = None
    earned: tuple[Earned, ...] = ()
    """What joining, feedback or goodwill brought."""
    not_given: tuple[NotApplied, ...] = ()
    """Of a step that gives: by which rules nothing came, and why."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Codes that the slip brought, with the unit in them."""
    warned: tuple[Warned, ...] = ()
    """What the slip or the message told of last days."""
    wallets: ByName
    """By member and code, the vested units that are left, as they are known where it happened."""
    lots: Mapping[str, Mapping[str, tuple[LotLeft, ...]]] = field(default_factory=dict)
    pending: ByName
    owed: ByName
    spendable: ByName = field(default_factory=dict)
    """What of it may be spent there."""
    tiers: Mapping[str, str]
    findings: tuple[Finding, ...] = ()
    """What the owner is told of what came to be known by this step."""
    settlement: Settlement | None = None
    not_as_expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What one step did, before the wallets are looked at."""

    refused: str = ""
    evaluation: Evaluation | None = None
    tenders: tuple[Tender, ...] = ()
    change: int = 0
    rounding: int = 0
    refund: RefundRecord | None = None
    earned: tuple[Earned, ...] = ()
    not_given: tuple[NotApplied, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)
    warned: tuple[Warned, ...] = ()
    settlement: Settlement | None = None
