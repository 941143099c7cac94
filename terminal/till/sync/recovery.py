"""What the server holds of a log with two futures, fetched page by page."""

from __future__ import annotations

import base64

from terminal.loyalty.facts import UnreadableFact, decode
from terminal.loyalty.statement import Grant
from terminal.wire.sync_json import RecoverReply, RecoverRequest, SyncRequest


class Recovery:
    """The pages so far."""

    def __init__(self, refused: SyncRequest) -> None:
        """Begins after what the till believed to be acknowledged of its log."""
        own = (one.seq for one in refused.acknowledged if one.incarnation == refused.incarnation)
        self._began = self._after = max(own, default=0)
        self._held: list[bytes] = []
        self._grants: dict[tuple[int, int], Grant] = {}

    @property
    def held(self) -> tuple[bytes, ...]:
        """Stored facts, in order."""
        return tuple(self._held)

    @property
    def grants(self) -> tuple[Grant, ...]:
        """All that were ever given to the log."""
        return tuple(self._grants.values())

    def ask(self, taken: SyncRequest) -> RecoverRequest:
        """The next page, under the number that was taken for an empty request."""
        return RecoverRequest(
            incarnation=taken.incarnation,
            request=taken.request,
            random=taken.random,
            after=self._after,
        )

    def from_the_start(self) -> bool:
        """Fetch the whole log; whether there is more of it than was fetched.

        What is held does not follow what is here: the server was restored, and another copy of
        this till was first to tell it what stands where this one believes its own facts safe.
        """
        if not self._began:
            return False
        self._began = self._after = 0
        self._held.clear()
        return True

    def take(self, page: RecoverReply) -> bool:
        """Keep a page; whether there is a next one.

        Raises:
            ValueError: it holds something that is no fact.
        """
        found = _numbered(page)
        self._held += [stored for _, stored in found]
        self._grants |= {(one.timeline, one.number): one for one in page.grants}
        if found:
            self._after = found[-1][0]
        return page.more and bool(found)


def _numbered(page: RecoverReply) -> list[tuple[int, bytes]]:
    found = [(one.seq, base64.b64decode(one.base64, validate=True)) for one in page.opaque]
    for text in page.facts:
        stored = text.encode()
        try:
            found.append((decode(stored).seq, stored))
        except UnreadableFact as error:
            raise ValueError(str(error)) from error
    return sorted(found)
