"""The plug of the line: what the courier keeps on disk between till and server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from terminal.loyalty.standing import Moment
from terminal.loyalty.statement import Grant
from terminal.loyalty.wallet import WalletId
from terminal.till.line_port import Contact, Question
from terminal.values import dataclass

if TYPE_CHECKING:
    from terminal.wire.sync_json import SyncReply, SyncRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedLine:
    """With whom this till is paired."""

    url: str
    """``https://…``, ``http://127.0.0.1:…``, or ``local:`` for the server beside the till."""
    terminal: str
    store: str
    timeline: int
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """What a reply changed here."""

    wallets: frozenset[WalletId] = frozenset()
    members: frozenset[str] = frozenset()
    catalogue: bool = False
    programmes: bool = False
    rights: bool = False
    more: bool = False
    """More waits, up or down: go on at once."""


class SyncStore(Protocol):
    """What the courier keeps on disk. Each call is one durable transaction.

    Raises:
        Trouble: the disk failed; nothing changed.
    """

    def paired(self) -> PairedLine | None:
        """With whom, None if the till has met no server yet."""
        ...

    def pair(self, line: PairedLine) -> None:
        """Adopt a server: the whole log waits to go up, the feed begins at 0."""
        ...

    def contact(self) -> Contact:
        """As of the last request; ``trouble`` says only whether the till is paired."""
        ...

    def prepare(
        self,
        *,
        random: str,
        question: Question,
        most_facts: int,
        most_bytes: int,
        at: Moment,
        opaque: bool = False,
        after: int = 0,
    ) -> SyncRequest:
        """The next request, its number taken and on disk before it leaves.

        ``after`` is a number that the server has seen already: the next one is higher. With
        ``most_facts`` 0 no fact comes along, otherwise one always may, however large.
        ``opaque`` sends facts as bytes, one at a time: the server failed over them as text.
        """
        ...

    def settle(self, request: SyncRequest, reply: SyncReply, *, at: Moment) -> Settled:
        """Take a whole reply over, or nothing of it; it must be the reply to this request."""
        ...

    def begin_anew(
        self, held: Sequence[bytes], grants: Sequence[Grant], *, incarnation: str, at: Moment
    ) -> None:
        """Begin a new log without rights, after a fork.

        ``held`` is what the server has of the old log after what it acknowledged to this till.
        Facts of it that are missing here are taken over; own facts that differ from them are set
        aside and recorded again in the new log, without received or returned rights.
        """
        ...

    def turn_revisions(self, at: Moment) -> Settled:
        """Let price lists hold whose instant has come."""
        ...

    def sweep(self) -> bool:
        """Leave no trace of members who were erased, unless a basket is in work; tells whether.

        Of a large file a part is left for when the till is closed.

        It may take a second, so it is for an idle moment.

        Raises:
            Trouble: somebody else is at work on the file; it is still due.
        """
        ...
