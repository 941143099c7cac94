"""Answering a till that looks for somebody whom it does not know."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.server.database import people
from terminal.server.database.connection import Connection
from terminal.server.database.people import ERASED
from terminal.wire.sync_json import Answer, Ask, AskKind

SEVERAL = 8
"""So many rows are enough to see that a phone's last digits mean more than one person."""


def find(connection: Connection, asks: Iterable[Ask]) -> tuple[Answer, ...]:
    """The member whom each ask means, None where nobody or more than one is meant."""
    asked = tuple(asks)
    numbers = {one.key for one in asked if one.kind is AskKind.MEMBER_BY_CARD}
    cards = people.cards_numbered(connection, numbers) if numbers else []
    candidates: dict[Ask, set[str]] = {}
    for ask in asked:
        match ask.kind:
            case AskKind.MEMBER_BY_CARD:
                candidates[ask] = {card.member for card in cards if card.number == ask.key}
            case AskKind.MEMBER_BY_ID:
                candidates[ask] = {ask.key}
            case AskKind.MEMBER_BY_PHONE:
                candidates[ask] = _with_phone(connection, ask.key)
    everybody = {one for some in candidates.values() for one in some}
    rows = people.rows_of(connection, everybody) if everybody else {}
    answers = []
    for ask in asked:
        meant = {
            rows[one].final
            for one in candidates[ask]
            if one in rows and rows[one].standing != ERASED
        }
        found = meant.pop() if len(meant) == 1 else None
        answers.append(Answer(kind=ask.kind, key=ask.key, member=found))
    return tuple(answers)


def wallets_found(connection: Connection, answers: Iterable[Answer]) -> dict[str, list[str]]:
    """The wallets of the members who were found."""
    return people.wallets_of(connection, {one.member for one in answers if one.member})


def _with_phone(connection: Connection, typed: str) -> set[str]:
    digits = "".join(one for one in typed if one.isascii() and one.isdigit())
    rows = people.members_with_phone(connection, digits, SEVERAL)
    whole = {row.id for row in rows if row.phone == digits[::-1]}
    return whole or {row.id for row in rows}
