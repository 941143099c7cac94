"""A refund without a slip: what lies in the basket comes back, as it is priced there.

Later its purchase is looked for among the member's, by whoever knows them all, and what the goods
had brought is taken back by a declared rule, the most favourable one that is honest: of the
purchases of the last 90 days the one that has most of the goods, of several the one that takes the
fewest units back, of those the latest. Rewards that were had with them stay had, and units that
were spent stay spent, because their worth went back as money.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from terminal.loyalty.basket import Basket
from terminal.loyalty.engine.effort import EFFORT_MOST
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.money import round_cash
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundedLine, RefundRecord, Returned, pieces_left, vat_of
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Moment
from terminal.loyalty.tender import Tender, TenderKind
from terminal.loyalty.unwinding import Step, unwind

WITHIN = timedelta(days=90)
"""How far back a purchase is looked for."""
JUDGED_MOST = 20
"""So many purchases are compared, of those with as many of the goods the latest: whoever drinks the
same coffee every day has a hundred of them."""
_KEPT_COUNT = "had:"
"""Counts of rewards, which stay had."""


class Purchase(NamedTuple):
    """A purchase that may be the one: what of it came back before, and what would now."""

    sale: SaleRecord
    programmes: tuple[Programme, ...]
    earlier: tuple[RefundRecord, ...]
    came: tuple[Returned, ...]

    @property
    def pieces(self) -> int:
        """How many of the goods it has."""
        return sum(one.pieces for one in self.came)


class Chosen(NamedTuple):
    """The purchase for which goods are taken, by its place among several, and what is undone."""

    place: int
    step: Step

    @property
    def units(self) -> int:
        """How many are taken back."""
        return sum(one.n for one in self.step.taken)


def without_slip(
    refund_id: str,
    at: Moment,
    basket: Basket,
    priced: Evaluation,
    *,
    member: str | None,
    cash_step: int,
) -> RefundRecord:
    """The record: cash goes back, and no units move here, as nobody knows of which sale they are.

    What goes back is what the goods would cost this customer now, offers taken off, as the screen
    shows it: who bought at a member's price gets no more than that.
    """
    nets = {line.line: line.net for line in priced.lines}
    by_rate: dict[int, int] = {}
    for line in basket.lines:
        by_rate[line.product.vat] = by_rate.get(line.product.vat, 0) + nets[line.key]
    inside = basket.prices_include_tax
    vat = tuple(vat_of(rate, net, inside=inside) for rate, net in sorted(by_rate.items()))
    due = sum(one.taxable + one.tax for one in vat)
    cash = round_cash(due, cash_step)
    return RefundRecord(
        id=refund_id,
        at=at,
        currency=basket.currency,
        prices_include_tax=basket.prices_include_tax,
        lines=tuple(
            RefundedLine(
                key=line.key,
                sku=line.product.sku,
                name=line.product.name,
                vat=line.product.vat,
                unit_price=line.unit_price,
                pieces=line.pieces,
                grams=line.grams,
                back=nets[line.key],
            )
            for line in basket.lines
        ),
        vat=vat,
        due=due,
        rounding=cash - due,
        tenders=(Tender(kind=TenderKind.CASH, amount=cash),) if cash else (),
        settled=False,
        member=member,
    )


# --- and of which purchase they are ---------------------------------------------------------------


def pieces_of(
    sale: SaleRecord, earlier: Iterable[RefundRecord], back: RefundRecord
) -> tuple[Returned, ...]:
    """Which pieces of a sale, as far as they did not come back before, the goods can be."""
    left = pieces_left(sale, earlier)
    came: dict[int, int] = {}
    for goods in back.lines:
        wanted = goods.pieces
        for line in sale.lines:
            if line.sku != goods.sku or line.grams != goods.grams:
                continue
            n = min(wanted, left[line.key])
            if n > 0:
                left[line.key] -= n
                wanted -= n
                came[line.key] = came.get(line.key, 0) + n
    return tuple(Returned(key, n) for key, n in sorted(came.items()))


def lines_of(came: Iterable[Returned]) -> tuple[RefundedLine, ...]:
    """What came back without a slip, by the lines of the sale that was found for it."""
    return tuple(
        RefundedLine(key=one.line, sku="", name="", vat=0, unit_price=0, pieces=one.pieces)
        for one in came
    )


def chosen(
    purchases: Sequence[Purchase],
    back: RefundRecord,
    steps_of: Callable[[SaleRecord, RefundRecord], int],
) -> tuple[Chosen | None, int]:
    """Which of several purchases it is taken for, and in how many steps of search it was found.

    ``purchases`` begin with the latest. No more are compared than may be judged in as many steps as
    one sale; ``steps_of`` says how many one takes.
    """
    best: Chosen | None = None
    steps = 0
    in_turn = sorted(range(len(purchases)), key=lambda place: -purchases[place].pieces)
    for place in in_turn[:JUDGED_MOST]:
        one = purchases[place]
        if best is not None and one.pieces < purchases[best.place].pieces:
            break
        more = steps_of(one.sale, back)
        if steps and steps + more > EFFORT_MOST:
            break
        steps += more
        found = _undone(place, one, back)
        if found is not None and (best is None or found.units < best.units):
            best = found
    return best, steps


def _undone(place: int, one: Purchase, back: RefundRecord) -> Chosen | None:
    try:
        step = unwind(one.sale, one.programmes, one.earlier, dict(one.came), back.law)
    except (ValueError, KeyError):
        return None  # a refund of it cannot be read here
    counts = tuple(each for each in step.counts if not each.name.startswith(_KEPT_COUNT))
    return Chosen(place, replace(step, given=(), counts=counts))
