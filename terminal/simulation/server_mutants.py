"""Safeguards of the server, each taken out for a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from terminal.server.database import grants, logs, refunds
from terminal.server.database.connection import Connection
from terminal.server.feed import reading
from terminal.server.feed.reading import FeedPage
from terminal.server.intake import lineage, replying, timelines
from terminal.server.ledger import applying
from terminal.server.rights import bank
from terminal.simulation.replacing import replaced
from terminal.wire.sync_json import SyncRequest


def parked_not_listed() -> AbstractContextManager[None]:
    return replaced(replying, "_parked", lambda _connection, _logs: ())


def counted_each_time() -> AbstractContextManager[None]:
    return replaced(applying, "seconds", lambda _connection, _facts: [])


def naive_cursor() -> AbstractContextManager[None]:
    """The next number is read and written without the lock, so it is not dense."""
    real = reading.after

    def after(connection: Connection, store: str, cursor: int, most: int) -> FeedPage:
        page = real(connection, store, cursor, most)
        return replace(page, cursor=page.cursor + 1) if page.told else page

    return replaced(reading, "after", after)


def tail_stays_behind() -> AbstractContextManager[None]:
    """Logs of a copy that joined under another name are none of the server's business."""
    return replaced(lineage, "_OVER", frozenset[str]())


def no_fork_check() -> AbstractContextManager[None]:
    return replaced(timelines, "has_two_futures", lambda _request, _log: "")


def no_fence() -> AbstractContextManager[None]:
    return replaced(bank, "fence", lambda *_given: None)


def no_quarantine() -> AbstractContextManager[None]:
    return replaced(logs, "any_quarantined", lambda _connection: False)


def acknowledged_unstored() -> AbstractContextManager[None]:
    real = replying._marked_logs  # noqa: SLF001

    def marked(connection: Connection, request: SyncRequest, *others: Any) -> list[Any]:
        told = {mark.incarnation: mark.seq for mark in request.logs}
        return [
            replace(log, stored=max(log.stored, told.get(log.incarnation, 0)))
            for log in real(connection, request, *others)
        ]

    return replaced(replying, "_marked_logs", marked)


def pool_not_charged() -> AbstractContextManager[None]:
    return replaced(grants, "change_pools", lambda _connection, _changes: None)


def applied_not_marked() -> AbstractContextManager[None]:
    real = logs.change

    def change(connection: Connection, incarnation: str, **columns: Any) -> None:
        columns.pop("applied", None)
        if columns:
            real(connection, incarnation, **columns)

    return replaced(logs, "change", change)


def page_skips() -> AbstractContextManager[None]:
    real = reading.after

    def after(connection: Connection, store: str, cursor: int, most: int) -> FeedPage:
        whole = real(connection, store, cursor, 1000)
        page = real(connection, store, cursor, most)
        return replace(page, cursor=whole.cursor, more=False)

    return replaced(reading, "after", after)


@contextmanager
def settled_each_time() -> Iterator[None]:
    def forget(_connection: Connection, _rows: object) -> None:
        """Nobody writes down that it is done."""

    with replaced(refunds, "settled", forget), replaced(refunds, "looked", forget):
        yield
