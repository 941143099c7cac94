"""What the courier hands to whoever drives it: messages to carry, pauses, and news."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.till.sync_port import Settled
from terminal.values import dataclass

READ_MS = 10_000
"""How long a server may take to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A request to carry, signed."""

    method: str = "POST"
    path: str
    headers: Mapping[str, str]
    body: bytes
    read_ms: int = READ_MS
    """How long to wait for the answer."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing to send for so long, unless something happens."""

    ms: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A question is answered, once; ``reached``: by the server."""

    ticket: int
    reached: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """A reply changed something here."""

    settled: Settled
