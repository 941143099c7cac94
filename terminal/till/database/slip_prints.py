"""Which slips are on paper, and which were asked for and are not: kept through a crash.

A row names the sale and nothing else; a slip is composed when it is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from terminal.loyalty.bodies import LotWarned
from terminal.till.database import recording
from terminal.till.database.connection import Database
from terminal.till.database.facts import append
from terminal.till.database.members import member_of, wallets_of
from terminal.till.database.programmes import StoredProgrammes
from terminal.till.database.quick import Quick
from terminal.till.database.warned import told_by_statement, told_on_paper
from terminal.till.ports import Clock
from terminal.till.printer_port import SlipState

KEPT_DAYS = 3
"""Days without a customer in between; what is older is a copy whoever asks."""

_WANT = """INSERT INTO slip_prints (sale_id, business_day, waiting, printed) VALUES (?, ?, 1, 0)
ON CONFLICT (sale_id) DO UPDATE SET waiting = 1"""
_PRINTED = "UPDATE slip_prints SET waiting = 0, printed = printed + 1 WHERE sale_id = ?"
_LET_GO = "UPDATE slip_prints SET waiting = 0 WHERE sale_id = ?"
_FORGET = "DELETE FROM slip_prints WHERE business_day < ?"
_OF_DAY = "SELECT sale_id, waiting, printed FROM slip_prints WHERE business_day = ?"
_ONE = "SELECT waiting, printed FROM slip_prints WHERE sale_id = ?"


class StoredSlipPrints:
    """``printer_port.SlipPrints`` on the till's file."""

    def __init__(self, database: Database, clock: Clock, programmes: StoredProgrammes) -> None:
        self._database = database
        self._clock = clock
        self._programmes = programmes

    def want(self, sale_id: str, business_day: date) -> None:
        """Somebody asked for the slip of a sale of that day."""
        with self._database.writing() as connection:
            quick = Quick(connection)
            quick.run(_FORGET, ((business_day - timedelta(days=KEPT_DAYS)).isoformat(),))
            quick.run(_WANT, (sale_id, business_day.isoformat()))

    def printed(self, sale_id: str) -> None:
        """It is on paper, and so are the last days of the vouchers on it: that is a warning."""
        at = self._clock.now()
        with self._database.writing() as connection:
            Quick(connection).run(_PRINTED, (sale_id,))
            told = told_on_paper(connection, sale_id, at.business_day)
            recording.warn(connection, partial(append, connection, self._clock), told, at)

    def endings(self, member: str) -> Sequence[LotWarned]:
        """What a statement of a member tells in good time, as far as it was not told before."""
        today = self._clock.now().business_day
        revisions = self._programmes.revisions()
        with self._database.reading() as connection:
            wallets = wallets_of(connection, member_of(connection, member))
            return told_by_statement(connection, wallets, today, revisions)

    def told(self, warnings: Sequence[LotWarned]) -> None:
        """The statement is on paper: its last days are told."""
        if not warnings:
            return
        with self._database.writing() as connection:
            one_by_one = partial(append, connection, self._clock)
            recording.warn(connection, one_by_one, warnings, self._clock.now())

    def let_go(self, sale_id: str) -> None:
        """Nobody waits for it any more."""
        with self._database.writing() as connection:
            Quick(connection).run(_LET_GO, (sale_id,))

    def of_sale(self, sale_id: str) -> SlipState:
        """How it stands with one slip."""
        with self._database.reading() as connection:
            row = Quick(connection).row(_ONE, (sale_id,))
        return SlipState() if row is None else SlipState(waiting=bool(row[0]), printed=row[1])

    def of_day(self, business_day: date) -> Mapping[str, SlipState]:
        """By sale, of those that somebody asked for."""
        with self._database.reading() as connection:
            rows = Quick(connection).rows(_OF_DAY, (business_day.isoformat(),))
        return {sale: SlipState(waiting=bool(waits), printed=n) for sale, waits, n in rows}
