"""What the cashier is told when a better price comes a moment later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from terminal.loyalty.engine.evaluation import Applied, Evaluation, Reason, Spent, Why
from terminal.loyalty.wallet import BUDGET_UNIT, Account, UnitId, WalletId
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.checkout.pursuing import Pursuing
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.view import Stage
from tests.till.checkout.counter import BUTTER, FIVE_OFF, FREE_COFFEE, fake_counter


@dataclass
class FoundLater:
    """A basket in work for which something else is found as soon as somebody looks."""

    evaluation: Evaluation
    found: Evaluation
    is_open: bool = True

    @property
    def draft(self) -> Any:
        return fake_counter().scan(BUTTER)

    def pursue(self, _enough: Callable[[], bool]) -> Evaluation:
        self.evaluation, self.is_open = self.found, False
        return self.found


@dataclass
class OnTheDesk:
    work: FoundLater
    stage: Stage = Stage.SELLING
    telling: Telling = field(default_factory=Telling)


def judged(total: int, *, units: int = 0, budget: int = 0, times: int = 1) -> Evaluation:
    first = fake_counter().scan(BUTTER).evaluation
    spent = tuple(
        Spent(name=FIVE_OFF, account=Account(WalletId("w"), UnitId(unit)), n=n)
        for unit, n in (("points", units), (BUDGET_UNIT, budget))
        if n
    )
    name = FIVE_OFF if units else FREE_COFFEE
    on = Applied(
        name=name,
        revision=1,
        times=times,
        discount=0,
        shares=(),
        units=units,
        unit="points" if units else "",
        claimed=False,
        reason=Reason(why=Why.READY),
    )
    return replace(first, total=total, spent=spent, applied=(on,))


@pytest.mark.parametrize(
    ("was", "now", "told", "amount"),
    [
        (judged(1000), judged(900, times=2), (NoticeKind.BETTER_PRICE, Weight.QUIET), 100),
        (judged(900, units=200), judged(900, units=100, times=2), (NoticeKind.FEWER_UNITS, Weight.QUIET), 0),
        (judged(900, units=100), judged(990), (NoticeKind.UNITS_KEPT, Weight.LOOK), 90),
        (judged(900, budget=9), judged(900, times=2), None, 0),
    ],
)  # fmt: skip
def test_what_is_told_is_what_happened(
    was: Evaluation, now: Evaluation, told: tuple[NoticeKind, Weight] | None, amount: int
) -> None:
    desk = OnTheDesk(FoundLater(was, now))

    assert Pursuing(cast("Desk", desk)).go(lambda: False)

    notice = desk.telling.notice
    assert (None if notice is None else (notice.kind, notice.weight)) == told
    assert notice is None or notice.amount == amount
