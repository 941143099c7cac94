"""Statements: what a till is told of wallets, as they stand in this moment."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.engine import Connection

from terminal.loyalty.statement import Statement


def statements_of(
    connection: Connection, wallets: Iterable[str], incarnation: str
) -> tuple[Statement, ...]:
    """The statements of wallets for one log, in the order of their ids.

    Wallets that no applied fact has touched have none. ``elsewhere`` tells where rights are that
    this log neither holds nor was sent: the pool (place ''), other tills, on their way to others.
    """
    raise NotImplementedError
