"""A shop that sells coffee for ten, under one programme that its server has published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.benefits import AmountOff, Target
from terminal.loyalty.conditions import Budget, Limit
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.programme import Programme, Reward
from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import NO_CHOICES, Moment, Standing
from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.database.facts import unix_ms
from terminal.till.database.till_database import TillDatabase
from terminal.till.journal_port import Recorded
from terminal.wire.programme_json import write_programme
from tests.fakes import FakeIds
from tests.scenarios.two_tills import STORE, Store
from tests.server.registry import owners

COFFEE = Product(sku="coffee", name="Coffee", price=1000, vat=2300)
HOLDS_FROM = datetime(2026, 1, 1, tzinfo=UTC)


def one_off(
    *, revision: int = 1, limits: tuple[Limit, ...] = (), budget: Budget | None = None
) -> Programme:
    """One off a coffee: the reward "treat" of programme 1."""
    return Programme(
        programme=1,
        revision=revision,
        holds_from=HOLDS_FROM,
        name={"en": "A treat"},
        rewards=(
            Reward(
                id="treat",
                name={"en": "1 off"},
                benefit=AmountOff(amount=100),
                target=Target(scope="piece"),
                limit=1,
                limits=limits,
                budget=budget,
            ),
        ),
    )


@dataclass
class CoffeeShop(Store):
    """Tills that sell one coffee at a time."""

    ids: dict[int, FakeIds] = field(default_factory=dict)

    def publish(self, programme: Programme) -> int:
        """Let a programme hold; returns the instant at which it was published."""
        now_ms = unix_ms(self.clock.now())
        shop = owners.shop_record(STORE)
        text = write_programme(programme)
        assert owners.publish(self.database, text, shop=shop, now_ms=now_ms).published
        return now_ms

    def ids_of(self, till: TillDatabase) -> FakeIds:
        """Those of one till; no two tills make the same."""
        number = self.tills.index(till) + 1
        ids = self.ids.setdefault(number, FakeIds())
        ids._last = max(ids._last, number << 44)
        return ids

    def sell_coffee(
        self, till: TillDatabase, at: Moment, standing: Standing, programmes: Sequence[Programme]
    ) -> Sale:
        """One coffee; it must be recorded."""
        basket = Basket(currency="PLN", lines=(Line(key=1, product=COFFEE),))
        judged = evaluate(basket, standing, programmes, at)
        sale = Sale(
            id=self.ids_of(till).sale_id(),
            at=at,
            basket=basket,
            standing=standing,
            choices=NO_CHOICES,
            evaluation=judged,
            tenders=(Tender(kind=TenderKind.CASH, amount=judged.total),),
        )
        assert isinstance(till.journal.record_sale(sale), Recorded)
        return sale
