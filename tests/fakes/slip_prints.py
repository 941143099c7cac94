"""Which slips are on paper, in a dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from terminal.loyalty.bodies import LotWarned
from terminal.till.printer_port import SlipState
from terminal.till.trouble import Trouble


class FakeSlipPrints:
    """``printer_port.SlipPrints``. ``trouble`` is raised by whatever would write."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        self.warnings: list[LotWarned] = []
        self.slips: dict[str, tuple[date, SlipState]] = {}

    def want(self, sale_id: str, business_day: date) -> None:
        self._write()
        oldest = business_day - timedelta(days=3)
        self.slips = {sale: one for sale, one in self.slips.items() if one[0] >= oldest}
        self.slips[sale_id] = (business_day, replace(self.of_sale(sale_id), waiting=True))

    def printed(self, sale_id: str) -> None:
        self._write()
        if sale_id in self.slips:
            day, one = self.slips[sale_id]
            self.slips[sale_id] = (day, SlipState(waiting=False, printed=one.printed + 1))

    def endings(self, member: str) -> Sequence[LotWarned]:
        return ()

    def told(self, warnings: Sequence[LotWarned]) -> None:
        self.warnings += warnings

    def let_go(self, sale_id: str) -> None:
        self._write()
        if sale_id in self.slips:
            day, one = self.slips[sale_id]
            self.slips[sale_id] = (day, replace(one, waiting=False))

    def of_sale(self, sale_id: str) -> SlipState:
        return self.slips[sale_id][1] if sale_id in self.slips else SlipState()

    def of_day(self, business_day: date) -> Mapping[str, SlipState]:
        return {sale: one for sale, (day, one) in self.slips.items() if day == business_day}

    def _write(self) -> None:
        if self.trouble is not None:
            raise self.trouble
