"""How a till joins a store: a one-time code of 64 random bits, shown to somebody at the counter.

Only the code's hash is kept. It opens one thing, once, for fifteen minutes; a till whose answer
got lost may show the same code again with the same key, and gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

from terminal.barcodes.card_number import capacity
from terminal.server.database import callers, codes, logs, recalls, registry
from terminal.server.database.codes import CodeRow
from terminal.server.database.connection import Connection
from terminal.server.database.logs import Log, LogStanding
from terminal.server.database.registry import TerminalRow
from terminal.server.registry.cards import keep_cards, with_cards
from terminal.server.registry.code_keys import spread
from terminal.server.registry.stores import meant_store, shop_of
from terminal.wire.registry_json import (
    CODE_BITS,
    CODE_MINUTES,
    CodeReply,
    PairReply,
    PairRequest,
    ShopRecord,
)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 signs without those that look alike (I and L as 1, O as 0) and without U."""
_SIGNS = -(-CODE_BITS // 5)
_GROUPS = ((0, 4), (4, 8), (8, _SIGNS))
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})
_HEX = frozenset("0123456789abcdef")
OLDER_MOST = 1_000
_CODE_MS = CODE_MINUTES * 60_000
_KEPT_MS = 24 * 3_600_000
"""Codes that ended longer ago are forgotten."""


_KNOWN = "This till is known here already: it must begin a new log."


class BadCode(ValueError):
    """The code opens nothing: unknown, used, or too old. One sentence for all three."""

    def __init__(self) -> None:
        super().__init__("This code is unknown, used up or older than a quarter of an hour.")


class UnfitTill(ValueError):
    """What the till says of itself cannot be kept."""


class KnownLog(ValueError):
    """A log that the till brings is here already; it must begin a new one."""


class NotBrought(ValueError):
    """The till comes from another server, and its shop was not brought from there."""

    def __init__(self) -> None:
        super().__init__("Its shop was not brought from its old server yet.")


def issue_code(
    connection: Connection, store: str | None, now_ms: int, chance: Callable[[], str]
) -> CodeReply:
    """A fresh code for one more till of a store, ``store`` by id or name, None if there is one.

    Raises:
        UnknownStore: it is not clear which store.
    """
    where = meant_store(connection, store)
    number = int(chance(), 16) % 2**CODE_BITS
    signs = "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (_SIGNS - 1), -1, -5))
    ends_ms = now_ms + _CODE_MS
    codes.forget_codes(connection, now_ms - _KEPT_MS)
    codes.add_code(connection, CodeRow(code_hash(signs), where, ends_ms, 0))
    return CodeReply(
        code="-".join(signs[first:last] for first, last in _GROUPS),
        ends_ms=ends_ms,
    )


def code_hash(code: str) -> str:
    """Under what a code is kept, however people typed it."""
    signs = "".join(sign for sign in code.upper() if sign.isalnum()).translate(_ALIKE)
    return sha256(f"tenth code|{signs}".encode()).hexdigest()


def pair(
    connection: Connection, request: PairRequest, now_ms: int, chance: Callable[[], str]
) -> PairReply:
    """Let a till in, with its key and all the logs that it brings.

    Its earlier logs may be here under a terminal that was put out of service: they go on as the
    new one's. Those that another till goes on with stay that till's.

    Raises:
        UnfitTill: its name or a log is none.
        BadCode: the code opens nothing.
        KnownLog: its log belongs to somebody already.
        NotBrought: it comes from another server, which did not bring its shop.
    """
    _demand_fit(request)
    code = codes.lock_code(connection, code_hash(request.code))
    if code is None or code.ends_ms <= now_ms:
        raise BadCode
    shop = shop_of(connection, code.store)
    if code.used_ms:
        return _again(connection, request, code.store, shop, chance)
    timeline = registry.lock_server(connection)
    known = registry.terminals_with_key(connection, request.public_key)
    if known:
        nonce = _come_back(connection, request, known[0], code.store, timeline, now_ms, chance)
        codes.use_code(connection, code.hash, now_ms)
        _skip_cards(connection, request, shop)
        return PairReply(terminal=known[0].id, timeline=timeline, nonce=nonce, shop=shop)
    if request.moves:
        raise NotBrought
    terminal = TerminalRow(
        id=chance(),
        store=code.store,
        lane=request.lane,
        public_key=request.public_key,
        standing="active",
        incarnation=request.incarnation,
        paired_ms=now_ms,
    )
    nonce = chance()
    registry.add_terminal(connection, terminal)
    unsaid = _inherit(connection, request, terminal)
    own, *older = _logs_of(request, terminal, timeline, nonce)
    if not logs.add(connection, replace(own, quarantined=unsaid)):
        raise KnownLog(_KNOWN)
    for log in older:
        logs.add(connection, log)
    codes.use_code(connection, code.hash, now_ms)
    if request.cards is not None:
        shop = with_cards(shop, request.cards)
        spread(connection, code.store)
        keep_cards(connection, shop, request.cards)
    _skip_cards(connection, request, shop)
    return PairReply(terminal=terminal.id, timeline=timeline, nonce=nonce, shop=shop)


def _skip_cards(connection: Connection, request: PairRequest, shop: ShopRecord) -> None:
    """A till takes the counters that it gave out by itself for its own ever after."""
    if request.cards_taken and shop.card_prefix:
        most = capacity(shop.card_prefix)
        registry.skip_cards(connection, shop.store, min(request.cards_taken, most))


def open_code(connection: Connection, code: str, now_ms: int) -> CodeRow:
    """A code that nobody joined with yet, for us alone until the end of the transaction.

    Raises:
        BadCode: it opens nothing.
    """
    found = codes.lock_code(connection, code_hash(code))
    if found is None or found.used_ms or found.ends_ms <= now_ms:
        raise BadCode
    return found


def _demand_fit(request: PairRequest) -> None:
    if not (request.lane.strip() and request.lane.isprintable() and request.app.isprintable()):
        raise UnfitTill("A till has a name without control signs.")
    if len(request.older) > OLDER_MOST:
        raise UnfitTill(f"A till brings at most {OLDER_MOST} older logs.")
    if not all(len(one) == 16 and set(one) <= _HEX for one in request.older):
        raise UnfitTill("A log is named by 16 hex digits.")
    if request.cards_taken < 0:
        raise UnfitTill("Cards taken are counted from 0.")


def _again(
    connection: Connection,
    request: PairRequest,
    store: str,
    shop: ShopRecord,
    chance: Callable[[], str],
) -> PairReply:
    """The answer once more, for the till that the code let in and that has not spoken since."""
    joined = [
        one
        for one in registry.terminals_with_key(connection, request.public_key)
        if (one.store, one.incarnation) == (store, request.incarnation) and one.standing == "active"
    ]
    log = logs.lock(connection, request.incarnation)
    if len(joined) != 1 or log is None or log.last_request:
        raise BadCode
    nonce = chance()
    logs.change(connection, log.incarnation, nonce=nonce, nonce_before=log.nonce)
    timeline = registry.read_timeline(connection)
    return PairReply(terminal=joined[0].id, timeline=timeline, nonce=nonce, shop=shop)


def _come_back(
    connection: Connection,
    request: PairRequest,
    terminal: TerminalRow,
    store: str,
    timeline: int,
    now_ms: int,
    chance: Callable[[], str],
) -> str:
    """Let a till in whose key is known; returns its nonce.

    Either it came with its shop and is expected, or it joined and the answer got lost, and the
    code with it.

    Raises:
        KnownLog: it is another shop's, or it has spoken since.
    """
    if terminal.store != store or terminal.standing not in {"active", registry.EXPECTED}:
        raise KnownLog(_KNOWN)
    own = logs.lock(connection, request.incarnation)
    if own is not None and (own.terminal != terminal.id or own.last_request):
        raise KnownLog(_KNOWN)
    if terminal.standing == "active" and own is None:
        raise KnownLog(_KNOWN)
    now = terminal._replace(
        lane=request.lane, standing="active", incarnation=request.incarnation, paired_ms=now_ms
    )
    nonce = chance()
    for log in _logs_of(request, now, timeline, nonce):
        logs.add(connection, log)
    for log in logs.of_terminal(connection, terminal.id):
        if log.incarnation == request.incarnation:
            standing = LogStanding.ACTIVE if log.standing == LogStanding.BROUGHT else log.standing
            logs.change(
                connection,
                log.incarnation,
                standing=standing,
                nonce=nonce,
                nonce_before=log.nonce,
                timeline=timeline,
                contact_ms=now_ms,
                app=request.app,
            )
        elif log.standing == LogStanding.BROUGHT:
            # The till went on with another log, and the old server never heard of it.
            logs.change(connection, log.incarnation, standing=LogStanding.CLOSED)
    registry.change_terminal(connection, now)
    return nonce


def _inherit(connection: Connection, request: PairRequest, terminal: TerminalRow) -> int:
    """Earlier logs of a till of this store that was turned away are the new terminal's from now on.

    A code opens nothing of another store. The logs get no rights, and what they hold stays theirs
    until somebody decides. Returns whether a restored server waits for one of them: then the new
    log has to bring all of it.
    """
    unsaid = 0
    for incarnation in sorted(set(request.older) - {request.incarnation}):
        writer = callers.writer_of(connection, incarnation)
        if writer is None or writer.standing != registry.REVOKED or writer.store != terminal.store:
            continue
        log = logs.lock(connection, incarnation)
        assert log is not None, "it has a writer"
        unsaid |= log.quarantined
        standing = LogStanding.CLOSED if log.standing == LogStanding.ACTIVE else log.standing
        logs.change(connection, incarnation, terminal=terminal.id, standing=standing, quarantined=0)
        recalls.forget_recalls(connection, incarnation)
    return unsaid


def _logs_of(
    request: PairRequest, terminal: TerminalRow, timeline: int, nonce: str
) -> Iterator[Log]:
    """Its own log; its older ones take no more facts than it still brings, and get no rights."""
    own = Log(
        incarnation=request.incarnation,
        terminal=terminal.id,
        store=terminal.store,
        timeline=timeline,
        nonce=nonce,
        contact_ms=terminal.paired_ms,
        app=request.app,
    )
    yield own
    for older in dict.fromkeys(request.older):
        if older != request.incarnation:
            yield replace(own, incarnation=older, standing=LogStanding.CLOSED, nonce="")
