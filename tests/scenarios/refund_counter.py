"""Two tills of a store, Anna, and goods that are sold at one and come back at one."""

from __future__ import annotations

from typing import Any

from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.refunding import Refund, Wish, plan
from terminal.loyalty.sale import SaleRecord, sale_record
from terminal.server.database import findings
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.till.ports import Member
from tests.fakes import FakeIds
from tests.fakes.paid_sale import paid_sale
from tests.scenarios.two_tills import Store

ANNA = "a" * 32


class Counter:
    """Two tills, Anna, and what is sold and comes back."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.first, self.second = store.open_till(), store.open_till()
        self.first.journal.enrol(Member(id=ANNA, name="Anna"), "2900000000017", store.clock.now())
        self.hear()
        self.ids = FakeIds()
        self.ids._last = 77_000

    def hear(self, *tills: TillDatabase) -> None:
        """They speak with the server until all know what there is to know."""
        self.store.sync(*tills)
        self.store.sync(*tills)

    def sell(self, till: TillDatabase, *, lines: int = 2, **moves: Any) -> SaleRecord:
        at = self.store.later(minutes=1)
        sale = paid_sale(self.ids.sale_id(), at, till.members.standing(ANNA), lines=lines, **moves)
        assert isinstance(till.journal.record_sale(sale), Recorded)
        return sale_record(sale)

    def take_back(
        self,
        till: TillDatabase,
        sale: SaleRecord,
        *keys: int,
        here: bool,
        law: RefundLaw = RefundLaw.PRO_RATA,
    ) -> Refund:
        """Pieces of these lines come back; ``here``: the till had sold them."""
        planned = plan(
            Wish(
                id=self.ids.sale_id(),
                at=self.store.later(minutes=1),
                sale=sale,
                programmes=(),
                earlier=tuple(one.record for one in till.journal.refunds_of(sale)),
                back={key: keys.count(key) for key in keys},
                law=law,
                standing=till.members.standing(ANNA),
                settled=here,
            )
        )
        assert isinstance(planned, Refund)
        assert isinstance(till.journal.record_refund(planned), Recorded)
        return planned

    def points(self, till: TillDatabase) -> tuple[int, int]:
        """(balance, debt) of Anna as a till has it."""
        held = till.members.standing(ANNA).of("points")
        return sum(one.sums.balance for one in held), sum(one.sums.debt for one in held)

    def usable(self, till: TillDatabase) -> int:
        return till.members.standing(ANNA).spendable("points")

    def settled(self) -> int:
        """How many facts of the server settled a refund."""
        with self.store.database.reading() as connection:
            found = connection.exec_driver_sql(
                "SELECT count(*) FROM facts WHERE kind = 'RefundSettled'"
            )
            return int(found.scalar_one())

    def found(self, till: TillDatabase) -> list[tuple[str, int]]:
        """(kind, cost) of what was found in a till's log."""
        incarnation = till.journal.identity().incarnation
        with self.store.database.reading() as connection:
            return [(one.kind, one.cost) for one in findings.of_log(connection, incarnation)]
