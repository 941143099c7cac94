"""What the courier keeps on disk: the door to the line's side of the till's file.

Each call is one durable transaction. What a message needs is read beforehand, what a reply brings
is decoded and computed beforehand: a scan at the counter writes to the same file and must not
wait for any of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.standing import Moment
from terminal.loyalty.statement import Grant
from terminal.till.database.connection import Database
from terminal.till.ports import Clock, Contact, Ids, PairedLine, Question, Settled
from terminal.wire.sync_json import SyncReply, SyncRequest


class StoredSync:
    """``ports.SyncStore`` on the till's file."""

    def __init__(self, database: Database, *, clock: Clock, ids: Ids, app: str = "") -> None:
        self._database = database
        self._clock = clock
        self._ids = ids
        self._app = app

    def paired(self) -> PairedLine | None:
        """With whom, None if the till has met no server yet."""
        raise NotImplementedError

    def pair(self, line: PairedLine) -> None:
        """Adopt a server: the whole log waits to go up, the feed begins at 0."""
        raise NotImplementedError

    def contact(self) -> Contact:
        """As of the last request; ``trouble`` says only whether the till is paired."""
        raise NotImplementedError

    def prepare(
        self,
        *,
        random: str,
        question: Question,
        most_facts: int,
        most_bytes: int,
        at: Moment,
        opaque: bool = False,
    ) -> SyncRequest:
        """The next request, its number taken and on disk before it leaves."""
        raise NotImplementedError

    def settle(self, request: SyncRequest, reply: SyncReply, *, at: Moment) -> Settled:
        """Take a whole reply over, or nothing of it.

        Raises:
            ValueError: it is not the reply to the request that the till waits for, or of an
                older timeline, or its cursor lies before ours; nothing changed.
        """
        raise NotImplementedError

    def begin_anew(
        self, held: Sequence[bytes], grants: Sequence[Grant], *, incarnation: str, at: Moment
    ) -> None:
        """Begin a new log without rights, after a fork."""
        raise NotImplementedError

    def turn_revisions(self, at: Moment) -> Settled:
        """Let price lists hold whose instant has come."""
        raise NotImplementedError
