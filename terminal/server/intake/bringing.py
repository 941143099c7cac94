"""A shop comes from another server: its logs are taken in piece by piece, and count all at once.

Until everything is there nothing of it is applied: rights are in the right place only when all
logs are known, and the calendar must not end or vest what the old server dealt with already. No
till of the shop has joined by then, so nobody can spend of it either.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence

from terminal.server.database import accounts, codes, grants, logs, registry
from terminal.server.database import facts as fact_table
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.feeds import Telling
from terminal.server.database.grants import SENT, GrantRow
from terminal.server.database.logs import Log, LogRole, LogStanding
from terminal.server.database.registry import EXPECTED, TerminalRow
from terminal.server.feed.telling import tell
from terminal.server.intake.refusals import Refused, malformed, too_large
from terminal.server.ledger.applying import apply_stored
from terminal.server.ledger.minting import tell_changed
from terminal.server.ledger.storing import Arrived, Forked, Unplaced, arrived, store
from terminal.server.members.records import merge_records, stay_erased
from terminal.server.registry import cards, code_keys, pairing
from terminal.server.registry.revisions import SHOP
from terminal.server.registry.stores import shop_of
from terminal.wire.moving_json import BringReply, BringRequest, BroughtGrant, BroughtLog
from terminal.wire.registry_json import CODE_MINUTES
from terminal.wire.signing import FACTS_MOST
from terminal.wire.sync_json import LogMark

RECORDS_MOST = 2_000
LOGS_MOST = 5_000


def bring(database: ServerDatabase, request: BringRequest, now_ms: int) -> BringReply:
    """Take a piece of a shop in; from this answer on it is durable.

    Raises:
        BadCode: the code opens nothing.
        Refused: a log is here already and is another one (409), or it is too much (413).
    """
    facts = _read_facts(request)

    def work(connection: Connection) -> BringReply:
        return _bring(connection, request, facts, now_ms)

    return database.run(work)


def _read_facts(request: BringRequest) -> list[Arrived]:
    for many, most, what in (
        (len(request.facts) + len(request.opaque), FACTS_MOST, "facts"),
        (len(request.records) + len(request.erased), RECORDS_MOST, "records"),
        (len(request.logs) + len(request.tills), LOGS_MOST, "logs"),
    ):
        if many > most:
            raise too_large(f"a message brings at most {most} {what}")
    try:
        facts = [arrived(text.encode()) for text in request.facts]
        facts += [
            arrived(base64.b64decode(one.base64, validate=True), (one.incarnation, one.seq))
            for one in request.opaque
        ]
    except (Unplaced, UnicodeEncodeError, binascii.Error) as error:
        raise malformed(f"a fact that does not say whose it is: {error}") from error
    return facts


def _bring(
    connection: Connection, request: BringRequest, facts: Sequence[Arrived], now_ms: int
) -> BringReply:
    code = pairing.open_code(connection, request.code, now_ms)
    codes.lengthen_code(connection, code.hash, now_ms + CODE_MINUTES * 60_000)
    where = code.store
    if request.logs or request.tills:
        timeline = registry.lock_server(connection)
        _expect_tills(connection, request, where, now_ms)
        for one in request.logs:
            _expect_log(connection, one, where, timeline, now_ms)
    _store(connection, facts, where, now_ms)
    if request.finish:
        _finish(connection, request, where, now_ms)
    told = merge_records(connection, request.records, store=where)
    told += stay_erased(connection, request.erased, store=where)
    if request.cards is None:
        tell(connection, told)
    else:
        shop = cards.with_cards(shop_of(connection, where), request.cards)
        shop = code_keys.with_keys(shop, request.code_keys)
        news = Telling(SHOP, where, (where,)), code_keys.telling(connection, where)
        tell(connection, [*told, *news])
        cards.keep_cards(connection, shop, request.cards)
    return BringReply(
        acknowledged=tuple(_marks(connection, [one.incarnation for one in request.logs])),
        shop=shop_of(connection, where),
    )


def _marks(connection: Connection, incarnations: Iterable[str]) -> Iterable[LogMark]:
    for incarnation in incarnations:
        log = logs.find(connection, incarnation)
        assert log is not None, "it was expected above"
        yield LogMark(incarnation=incarnation, seq=log.stored, hash=log.head)


# --- what is to come -----------------------------------------------------------------------------


def _expect_tills(connection: Connection, request: BringRequest, where: str, now_ms: int) -> None:
    """Tills that may join with a code, each by the key that the old server knew."""
    for one in request.tills:
        known = registry.find_terminal(connection, one.terminal)
        standing = "revoked" if one.revoked else EXPECTED
        row = TerminalRow(
            one.terminal, where, one.lane, one.public_key, standing, one.incarnation, now_ms
        )
        if known is None:
            if registry.terminals_with_key(connection, one.public_key):
                raise _known(f"the key of {one.lane} is another till's here")
            registry.add_terminal(connection, row)
        elif (known.store, known.public_key) != (where, one.public_key):
            raise _known(f"{one.lane} belongs to another shop here")
        elif known.standing == EXPECTED:
            registry.change_terminal(connection, row)


def _expect_log(
    connection: Connection, one: BroughtLog, where: str, timeline: int, now_ms: int
) -> None:
    log = Log(
        incarnation=one.incarnation,
        terminal=one.terminal,
        store=where,
        role=LogRole(one.role),
        standing=LogStanding.BROUGHT,
        timeline=timeline,
        next_grant=one.next_grant,
        contact_ms=now_ms,
    )
    if logs.add(connection, log):
        return
    known = logs.lock(connection, one.incarnation)
    assert known is not None
    if (known.store, known.role, known.terminal) != (where, one.role, one.terminal):
        raise _known(f"the log {one.incarnation} is somebody else's here")
    if known.next_grant < one.next_grant:
        logs.change(connection, one.incarnation, next_grant=one.next_grant)


def _known(text: str) -> Refused:
    return Refused("replayed", 409, text)


# --- facts ---------------------------------------------------------------------------------------


def _store(connection: Connection, facts: Sequence[Arrived], where: str, now_ms: int) -> None:
    for incarnation in sorted({one.incarnation for one in facts}):
        log = logs.lock(connection, incarnation)
        if log is None or log.store != where:
            raise malformed(f"facts of {incarnation}, a log that was not told before")
        try:
            stored = store(connection, log, facts, now_ms)
        except Forked as forked:
            raise _known(f"the log {incarnation} has another past here: {forked.words}") from forked
        if stored.fresh and log.standing != LogStanding.BROUGHT:
            raise _known(f"the log {incarnation} goes on here already")


def _finish(connection: Connection, request: BringRequest, where: str, now_ms: int) -> None:
    """Everything is there: let it count, as it stood at the old server."""
    for one in request.logs:
        log = logs.lock(connection, one.incarnation)
        assert log is not None
        if log.stored < one.stored:
            raise _known(f"the log {one.incarnation} is not here as a whole")
        # Facts are chained, so the hash of one speaks for all before it.
        kept = fact_table.hashes(connection, one.incarnation, one.stored, one.stored)
        if one.stored and kept.get(one.stored) != one.head:
            raise _known(f"the log {one.incarnation} has another past here")
    # The server's own come last: they end and vest what the tills' logs bring.
    for one in sorted(request.logs, key=lambda each: (each.role == "server", each.incarnation)):
        log = logs.lock(connection, one.incarnation)
        if log is None or log.standing != LogStanding.BROUGHT:
            continue  # it counted before, and goes on here
        applied = apply_stored(connection, one.incarnation, now_ms, others_follow=True).log
        # The old server looked at these sales, by the programmes that it knew.
        logs.change(connection, one.incarnation, checked=applied.stored, standing=_standing(one))
    _send_grants(connection, request.grants, where)


def _standing(one: BroughtLog) -> str:
    if one.standing != "active":
        return one.standing
    return LogStanding.CLOSED if one.role == "server" else LogStanding.BROUGHT


def _send_grants(connection: Connection, brought: Sequence[BroughtGrant], where: str) -> None:
    """Rights on their way stay on their way: the till gets them here, unless it has them already."""
    fresh: list[GrantRow] = []
    for one in brought:
        log = logs.find(connection, one.incarnation)
        if log is None or log.store != where:
            raise malformed(f"a grant to {one.incarnation}, a log that was not told before")
        name = (one.timeline, one.number)
        if name not in grants.grants_named(connection, one.incarnation, [name]):
            row = GrantRow(one.incarnation, *name, one.wallet, one.unit, one.n, SENT, one.given_ms)
            fresh.append(row)
    wallets = {one.wallet for one in fresh}
    accounts.lock_wallets(connection, wallets, where)
    taken = dict.fromkeys((one.account for one in fresh), 0)
    for row in fresh:
        taken[row.account] -= row.n
    grants.pools(connection, taken)
    grants.change_pools(connection, taken)
    grants.add_grants(connection, fresh)
    tell_changed(connection, wallets)
