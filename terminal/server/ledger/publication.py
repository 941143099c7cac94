"""Publishing, with what the ledger owes to it: budgets are put in, and counts that tills need are told.

A till knows of a member's past what the rules ask for. A revision may ask for more, such as a limit
that a reward did not have: then the statements of those who have such a past are told anew, or
tills would give them once more what they had. That takes several transactions where there are many,
so the first one, which publishes, notes what is to be told, and the last one strikes it out: where
a server stops in between, it goes on in its next round.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from terminal.loyalty.wallet import WalletId
from terminal.server.database import counts, feeds, retellings, revisions
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.revisions import PROGRAMME
from terminal.server.feed.telling import tell
from terminal.server.ledger.funding import fund
from terminal.server.ledger.histories import needed, needed_here
from terminal.server.ledger.minting import tell_changed
from terminal.server.registry import publishing
from terminal.wire.registry_json import PublishReply, PublishRequest

WALLETS_AT_ONCE = 1_000
"""Told in one transaction: tills wait for it."""

_OF_PROGRAMME = re.compile(r"[a-z]+:([0-9]+)/")


def publish(
    database: ServerDatabase, request: PublishRequest, now_ms: int, *, chance: Callable[[], str]
) -> PublishReply:
    """Publish, or say what would change, as ``registry.publishing`` does."""
    with database.reading() as connection:
        before = needed(connection, now_ms)
        numbers = {row.number for row in revisions.revisions_of(connection, PROGRAMME)}

    def tell_and_note(
        connection: Connection, news: Sequence[tuple[str, str, Sequence[str]]]
    ) -> None:
        if any(kind == PROGRAMME for kind, _, _ in news):
            names = _asked_anew(before, needed_here(connection, now_ms), numbers)
            retellings.add(connection, names, revisions.how_many(connection, PROGRAMME))
        tell(connection, news)

    reply = publishing.publish(database, request, now_ms, tell=tell_and_note, chance=chance)
    if reply.published:
        finish(database, now_ms)
    return reply


def finish(database: ServerDatabase, now_ms: int) -> None:
    """Do what publications are owed: after each, and in rounds, as one may have ended halfway."""
    database.run(lambda connection: fund(connection, now_ms))
    with database.reading() as connection:
        waiting = retellings.waiting(connection)
        wallets = counts.wallets_with(connection, {one.name for one in waiting}) if waiting else []
    if waiting:
        _tell_of(database, wallets)
        database.run(lambda connection: retellings.forget(connection, waiting))


def _asked_anew(
    before: Mapping[str, date], after: Mapping[str, date], numbers: Iterable[int]
) -> list[str]:
    """What is asked for by now, or for longer than before, and may have been counted already."""
    known = {str(number) for number in numbers}
    anew = (one for one, since in after.items() if one not in before or since < before[one])
    return [
        name for name in anew if (found := _OF_PROGRAMME.match(name)) is None or found[1] in known
    ]


def _tell_of(database: ServerDatabase, wallets: Sequence[WalletId]) -> None:
    for first in range(0, len(wallets), WALLETS_AT_ONCE):
        some = wallets[first : first + WALLETS_AT_ONCE]
        database.run(partial(_tell_some, database, some))


def _tell_some(
    database: ServerDatabase, wallets: Sequence[WalletId], connection: Connection
) -> None:
    told = feeds.interested_stores(connection, wallets)
    tell_changed(connection, wallets)
    for store in sorted({one for stores in told.values() for one in stores}):
        database.bell.ring(connection, store)
