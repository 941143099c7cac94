"""How a shop moves to another server: all logs, rights on their way and records, brought before pairing.

``POST /bring`` shows the one-time code with which the first till will join, and does not use it
up. All logs of the old server come, its own and those of every till, because only together do
they tell where each right is; what a till has not sent yet it brings itself when it joins. The
same message may come again: what is there already is known by its hashes.
"""

from __future__ import annotations

from typing import Annotated, Literal

from terminal.loyalty.wallet import UnitId, WalletId
from terminal.values import dataclass
from terminal.wire.limits import Count, Hash, Incarnation, Key, Number, Within
from terminal.wire.record_json import MemberRecord
from terminal.wire.registry_json import FORMAT, CardSeries, CodeKey, ShopRecord
from terminal.wire.sync_json import LogMark, OpaqueFact

BRING_PATH = "/bring"


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtTill:
    """A till of the old server. Its key proves who it is when it joins."""

    terminal: Key
    lane: Annotated[str, Within(min_length=1, max_length=40)]
    public_key: Hash
    incarnation: Incarnation
    """The log that it writes now."""
    revoked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtLog:
    """A log as the old server has it: facts 1 to ``stored``, the last one with this hash."""

    incarnation: Incarnation
    role: Literal["till", "server"]
    terminal: Annotated[str, Within(pattern="^([0-9a-f]{32})?$")] = ""
    """Empty for the server's own."""
    standing: Literal["active", "fenced", "closed", "written_off"] = "active"
    stored: Number
    head: Hash
    next_grant: Number = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtGrant:
    """Rights on their way to a till, as far as the old server knows."""

    incarnation: Incarnation
    timeline: Number
    number: Number
    wallet: WalletId
    unit: UnitId
    n: Count
    given_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BringRequest:
    """A piece of a shop: first tills and logs, then facts, then all logs once more to finish with
    the grants, and the records last. ``facts`` are of logs that came before, in order.
    """

    format: int = FORMAT
    code: Annotated[str, Within(min_length=1, max_length=64)]
    tills: tuple[BroughtTill, ...] = ()
    logs: tuple[BroughtLog, ...] = ()
    cards: CardSeries | None = None
    code_keys: tuple[CodeKey, ...] = ()
    facts: tuple[str, ...] = ()
    opaque: tuple[OpaqueFact, ...] = ()
    finish: bool = False
    """All facts are there: let them count, all at once."""
    grants: tuple[BroughtGrant, ...] = ()
    records: tuple[MemberRecord, ...] = ()
    erased: tuple[Key, ...] = ()
    """Members whose records were erased and must not come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BringReply:
    """What is durable now, and the shop that it becomes."""

    format: int = FORMAT
    acknowledged: tuple[LogMark, ...] = ()
    """How far each log that the message named is stored."""
    shop: ShopRecord
