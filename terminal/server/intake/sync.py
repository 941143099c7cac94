"""One request of a till, in three transactions and a look: take in, apply, serve, reply.

What is taken in is acknowledged whatever becomes of the rest, because goods have left the shop.
A reply may be lost at any point and costs nothing: the next request says the same under another
number, and gets the same grants, as long as the till has not said that it received them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.failures import is_over_soon
from terminal.server.failures import words_of_failure
from terminal.server.intake import worths
from terminal.server.intake.applying import apply_till, says_all
from terminal.server.intake.leftovers import settle_refunds_told
from terminal.server.intake.replying import compose
from terminal.server.intake.serving import Served, asks_for_rights, serve
from terminal.server.intake.taking import Taken, read_facts, take_in
from terminal.server.rights.policy import Caps
from terminal.wire.sync_json import SyncReply, SyncRequest

_LOG = logging.getLogger(__name__)
_USUAL = Caps()


def answer(
    database: ServerDatabase,
    request: SyncRequest,
    *,
    now_ms: int,
    chance: Callable[[], str],
    caps: Caps = _USUAL,
) -> SyncReply:
    """Answer a request that the gate let in.

    Raises:
        Refused: its number was used before (409), its log is not known or its till was replaced
            (401, 403), it brings too much (413), or storing failed (500): nothing was changed.
    """
    facts = read_facts(request)
    taken = take_in(database, request, facts, now_ms, chance)
    served = _apply_and_serve(database, request, taken, now_ms, caps)
    with database.reading() as connection:
        return compose(connection, request, taken, served, now_ms=now_ms, caps=caps)


def _apply_and_serve(
    database: ServerDatabase, request: SyncRequest, taken: Taken, now_ms: int, caps: Caps
) -> Served:
    """What follows from the facts. The till gets its answer even if this fails: they are kept."""
    try:
        # While it has more to say, what it holds is about to change: nothing is reckoned yet.
        needed = asks_for_rights(request) or (taken.fresh and says_all(request, taken))
        rates = worths.rates(database) if needed else {}
        holes = apply_till(database, request, taken, now_ms, caps=caps, rates=rates)
        if taken.fresh:
            settle_refunds_told(database, taken.fresh, now_ms)
        return serve(database, request, taken, now_ms, caps=caps, rates=rates, holes=holes)
    except Exception as error:
        if is_over_soon(error):
            raise
        _LOG.error(
            "what follows from the facts failed for log %s: %s",
            request.incarnation,
            words_of_failure(error),
        )
        alarm = Alarm("applying_failed", request.incarnation, type(error).__name__)
        database.run(lambda connection: raise_alarms(connection, [alarm], now_ms))
        return Served()
