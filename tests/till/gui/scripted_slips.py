"""Slips of a day that nobody sold: for windows without a database."""

from __future__ import annotations

from datetime import date, datetime, time

from terminal.paper.voucher_slip import PrintedCode
from terminal.till.checkout.printing import Printing, When
from terminal.till.checkout.slips import Slips, SoldRow
from terminal.till.printer_port import SlipPress
from tests.fakes.slip_prints import FakeSlipPrints
from tests.till.gui.scripted import SLIP

TODAY = date(2026, 3, 14)
DONE = "ab" * 16
"""The sale that the scripted till records."""
SALES = (
    SoldRow(
        sale=DONE, seq=482, at=datetime.combine(TODAY, time(17, 42)), due=4849, member="Anna K."
    ),
    SoldRow(sale="02" * 16, seq=481, at=datetime.combine(TODAY, time(17, 40)), due=799),
    SoldRow(
        sale="03" * 16,
        seq=479,
        at=datetime.combine(TODAY, time(9, 5)),
        due=123_456,
        member="Wawrzyniec-Maksymilian Brzęczyszczykiewicz-Chrząszczyżewoszycki K.",
    ),
)
YESTERDAY = SoldRow(
    sale="04" * 16, seq=301, at=datetime.combine(date(2026, 3, 13), time(12)), due=500
)


class ScriptedSlips(Slips):
    def __init__(self) -> None:
        self.sales = SALES
        self.all = (*SALES, YESTERDAY)

    def strips(self, sale_id: str, columns: int | None = None) -> tuple[PrintedCode, ...]:
        return ()

    def lines(
        self,
        sale_id: str | None,
        columns: int | None = None,
        *,
        copy: bool = False,
        codes: bool = True,
    ) -> tuple[str, ...]:
        return (*SLIP[:2], "*** KOPIA ***".center(42).rstrip(), *SLIP[2:]) if copy else SLIP

    def code(self, sale_id: str) -> str:
        return "9700332431441630864821744347401418050397"

    def business_day(self, sale_id: str) -> date | None:
        found = self.row(sale_id)
        return None if found is None else found.at.date()

    def took_cash(self, sale_id: str) -> bool:
        return True

    def of_today(self, skip: int, most: int) -> tuple[SoldRow, ...]:
        return self.sales[skip : skip + most]

    def row(self, sale_id: str) -> SoldRow | None:
        return next((one for one in self.all if one.sale == sale_id), None)

    def today(self) -> date:
        return TODAY


def scripted_printing(press: SlipPress, *, when: When = When.ASK, drawer: bool = False) -> Printing:
    return Printing(ScriptedSlips(), FakeSlipPrints(), press, when=when, drawer=drawer)
