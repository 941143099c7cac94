"""Which counts tills are told: those that the rules of now and of days to come can ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from weakref import WeakKeyDictionary

from terminal.loyalty.budgets import not_over
from terminal.loyalty.counting import asked, pruned
from terminal.loyalty.history import Counted
from terminal.loyalty.programme import Programme
from terminal.server.database import counts, revisions
from terminal.server.database.connection import Connection
from terminal.server.database.revisions import PROGRAMME
from terminal.wire.programme_json import BadProgramme, read_programme

_Known = tuple[int, date]
_KNOWN: WeakKeyDictionary[object, tuple[_Known, Mapping[str, date]]] = WeakKeyDictionary()
"""Revisions are added and never change, so as many of them ask for the same on one day."""


def histories_of(
    connection: Connection, wallets: Iterable[str], now_ms: int
) -> dict[str, tuple[Counted, ...]]:
    """What tills are told of wallets' histories; those of which nothing is counted are left out."""
    asked_for = needed(connection, now_ms)
    found: dict[str, list[Counted]] = {}
    for wallet, one in counts.counts_of(connection, wallets, min(asked_for.values())):
        if one.name in asked_for:
            found.setdefault(wallet, []).append(one)
    return {wallet: pruned(some, asked_for) for wallet, some in found.items()}


def relevant_programmes(connection: Connection, now_ms: int) -> tuple[Programme, ...]:
    """Every revision that holds now or may hold later, as far as this program can read it."""
    read = []
    for row in revisions.revisions_of(connection, PROGRAMME):
        try:
            read.append(read_programme(row.content))
        except BadProgramme:
            continue  # of a later version of this program
    return not_over(read, _utc(now_ms))


def needed(connection: Connection, now_ms: int) -> Mapping[str, date]:
    """By the names of counts, the day from which the rules can ask for them by themselves."""
    today = _utc(now_ms).date()
    now = (revisions.how_many(connection, PROGRAMME), today)
    known = _KNOWN.get(connection.engine)
    if known is not None and known[0] == now:
        return known[1]
    found = needed_here(connection, now_ms)
    _KNOWN[connection.engine] = (now, found)
    return found


def needed_here(connection: Connection, now_ms: int) -> Mapping[str, date]:
    """As ``needed``, with revisions that this transaction wrote and may take back."""
    return asked(relevant_programmes(connection, now_ms), _utc(now_ms).date()).of_members


def _utc(now_ms: int) -> datetime:
    return datetime.fromtimestamp(now_ms / 1000, UTC).replace(tzinfo=None)
