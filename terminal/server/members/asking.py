"""Answering a till that looks for somebody whom it does not know.

Whoever holds a till could type phone after phone to learn who is a member. So a phone must be
whole, and a till may ask for some in ten minutes: more than anybody joins people by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from terminal.server.database import people, phone_asks
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import Connection
from terminal.server.database.logs import Log
from terminal.server.database.people import ERASED, FAMILY_MOST
from terminal.server.members import households
from terminal.wire.sync_json import Answer, Ask, AskKind

PHONES_MOST = 30
"""Phones that a till may ask for within the window."""
WINDOW_MS = 10 * 60_000
_WHOLE_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


def find(
    connection: Connection, asks: Iterable[Ask], *, log: Log, now_ms: int
) -> tuple[Answer, ...]:
    """The member whom each ask means, None where nobody or more than one is meant.

    Of a phone that several share, all of them.
    """
    asked = tuple(dict.fromkeys(asks))
    numbers = {one.key for one in asked if one.kind is AskKind.MEMBER_BY_CARD}
    cards = people.cards_numbered(connection, numbers) if numbers else []
    phones = [one for one in asked if one.kind is AskKind.MEMBER_BY_PHONE]
    allowed = _allowed(connection, phones, log, now_ms) if phones else set()
    candidates: dict[Ask, set[str]] = {}
    for ask in asked:
        match ask.kind:
            case AskKind.MEMBER_BY_CARD:
                candidates[ask] = {card.member for card in cards if card.number == ask.key}
            case AskKind.MEMBER_BY_ID:
                candidates[ask] = {ask.key}
            case AskKind.WALLET | AskKind.SALE | AskKind.CODE_KEYS:
                candidates[ask] = set()  # nobody's: what is asked for comes beside the answer
            case AskKind.MEMBER_BY_PHONE:
                candidates[ask] = _with_phone(connection, ask.key) if ask in allowed else set()
    everybody = {one for some in candidates.values() for one in some}
    rows = people.rows_of(connection, everybody) if everybody else {}
    answers: list[Answer] = []
    for ask in asked:
        meant = sorted(
            {
                rows[one].final
                for one in candidates[ask]
                if one in rows and rows[one].standing != ERASED
            }
        )
        if ask.kind is AskKind.MEMBER_BY_PHONE and ask not in allowed:
            answers.append(Answer(kind=ask.kind, key=ask.key, member=None, too_often=True))
        elif ask.kind is AskKind.MEMBER_BY_PHONE and meant:
            some = meant[:FAMILY_MOST]
            answers += [Answer(kind=ask.kind, key=ask.key, member=one) for one in some]
        else:
            found = meant[0] if len(meant) == 1 else None
            answers.append(Answer(kind=ask.kind, key=ask.key, member=found))
    return tuple(answers)


def wallets_found(connection: Connection, answers: Iterable[Answer]) -> dict[str, list[str]]:
    """The wallets that the members who were found use."""
    return households.purses_of(connection, {one.member for one in answers if one.member})


def bearers_asked(connection: Connection, asks: Iterable[Ask]) -> frozenset[str]:
    """The wallets of vouchers and gift cards that are asked for; those of members are left out."""
    asked = {one.key for one in asks if one.kind is AskKind.WALLET}
    if not asked:
        return frozenset()
    held = people.members_of(connection, asked)
    return frozenset(one for one in asked if not held.get(one))


def code_numbers(asks: Iterable[Ask]) -> frozenset[int]:
    """The numbers of keys for codes that are asked for."""
    asked = {one.key for one in asks if one.kind is AskKind.CODE_KEYS}
    return frozenset(int(one) for one in asked if one.isascii() and one.isdigit())


def _allowed(connection: Connection, phones: list[Ask], log: Log, now_ms: int) -> set[Ask]:
    """Those that a till may still ask for; the log's row is held, so nobody else counts."""
    since_ms, n = phone_asks.asked_since(connection, log.terminal)
    # A clock that was set back keeps nobody out for longer than the window.
    if not since_ms <= now_ms < since_ms + WINDOW_MS:
        since_ms, n = now_ms, 0
    allowed = phones[: max(0, PHONES_MOST - n)]
    phone_asks.count(connection, log.terminal, since_ms, n + len(allowed))
    if len(allowed) < len(phones):
        raise_alarms(connection, [Alarm("phones_asked", log.incarnation, "")], now_ms)
    return set(allowed)


def _with_phone(connection: Connection, phone: str) -> set[str]:
    if not _WHOLE_PHONE.fullmatch(phone):
        return set()
    return {row.id for row in people.with_phones(connection, [phone[:0:-1]])}
