"""Rows made without a lock, to be written under one: statements in order, each with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from terminal.till.database.quick import Connection, Quick, Row

Statement = tuple[str, Sequence[Row]]


class Writes:
    """What a transaction will write. Whoever reads, decodes and computes does it before."""

    def __init__(self) -> None:
        self._statements: list[Statement] = []

    def add(self, statement: str, *rows: Row) -> None:
        """A statement with its rows; without rows it is left out."""
        self._statements.append((statement, rows))

    def add_all(self, statements: Iterable[Statement]) -> None:
        """Several statements, in order."""
        self._statements += statements

    def write(self, connection: Connection) -> None:
        """Write it all."""
        quick = Quick(connection)
        for statement, rows in self._statements:
            quick.run_all(statement, rows)
