"""One refund of a sale: what is undone now, given what was undone before.

The law (``refund_laws``) says what is undone in all once these pieces are back too; the refunds
before say what was undone already, as they recorded it. The difference is this refund. Where it
would be below zero it pays nothing, and what was paid too much is carried to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from terminal.loyalty import history
from terminal.loyalty.counting import counted
from terminal.loyalty.engine.evaluation import VatPrice
from terminal.loyalty.history import Counted
from terminal.loyalty.kept_goods import Judging, Known
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import (
    RefundedLine,
    RefundLaw,
    RefundRecord,
    Returned,
    UnitsGiven,
    UnitsTaken,
    pieces_back,
    vat_of,
)
from terminal.loyalty.refund_laws import Undone, judging, undone
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.wallet import Account
from terminal.values import dataclass

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one refund undoes. Nothing of it has happened yet."""

    law: RefundLaw
    lines: tuple[RefundedLine, ...]
    vat: tuple[VatPrice, ...]
    due: int
    """Minor units that go back, tax included, before cash rounding."""
    remainder: int
    """Minor units that were paid too much so far."""
    taken: tuple[UnitsTaken, ...]
    given: tuple[UnitsGiven, ...]
    counts: tuple[Counted, ...]
    twice: tuple[Returned, ...] = ()
    """Pieces that had come back before: no money, no spent units, the earned ones once more."""
    whole: bool = False
    """Everything of the sale is back now."""


def unwind(
    record: SaleRecord,
    programmes: Iterable[Programme],
    earlier: Sequence[RefundRecord],
    back: Mapping[int, int],
    law: RefundLaw,
    codes: Sequence[Account] = (),
    known: Known | None = None,
) -> Step:
    """What is undone when ``back`` pieces of each line (by its key) come back now.

    ``programmes`` are revisions, those of the sale among them; ``earlier`` are the refunds of this
    sale that are known, in any order. Of several codes that one rule gave, those in ``codes`` come
    back first. ``known`` is kept by whoever asks of this sale again.

    Raises:
        ValueError: the sale has no such line, or nothing comes back.
    """
    now = {key: n for key, n in back.items() if n}
    sold = {line.key: line.pieces for line in record.lines}
    if not now or any(key not in sold or n < 0 for key, n in now.items()):
        raise ValueError("a refund takes back pieces of lines that were sold")
    before = pieces_back(earlier)
    after = {key: before.get(key, 0) + now.get(key, 0) for key in sold}
    gone = [one.account for past in earlier for one in past.taken]
    target = undone(record, programmes, after, law, (*gone, *codes), known)
    due, remainder = _money(record, target.nets, earlier)
    nets = _nets(record, target.nets, earlier) if remainder == 0 else {}
    whole = all(after[key] >= n for key, n in sold.items())
    return Step(
        law=target.law,
        lines=_lines(record, now, nets),
        vat=_vat(record, target.nets, earlier) if remainder == 0 else (),
        due=due,
        remainder=remainder,
        taken=_taken(record, target, earlier),
        given=_given(record, target, earlier),
        counts=_counts(record, target, earlier, whole=whole),
        twice=tuple(
            Returned(key, min(n, after[key] - sold[key]))
            for key, n in sorted(now.items())
            if after[key] > sold[key]
        ),
        whole=whole,
    )


def to_judge(
    record: SaleRecord,
    programmes: Iterable[Programme],
    earlier: Iterable[RefundRecord],
    back: Mapping[int, int],
    law: RefundLaw,
    known: Known,
) -> Judging | None:
    """What has to be judged before ``unwind`` can answer at once; None: nothing has."""
    before = pieces_back(earlier)
    after = {key: before.get(key, 0) + back.get(key, 0) for key in {*before, *back}}
    return judging(record, programmes, after, law, known)


# --- money ----------------------------------------------------------------------------------------


def _money(
    record: SaleRecord, nets: Mapping[int, int], earlier: Iterable[RefundRecord]
) -> tuple[int, int]:
    """(due now, paid too much so far)."""
    kept = sum(one.taxable + one.tax for one in _vat_of_kept(record, nets).values())
    step = record.total - kept - sum(one.due for one in earlier)
    return max(0, step), max(0, -step)


def _nets(
    record: SaleRecord, nets: Mapping[int, int], earlier: Iterable[RefundRecord]
) -> dict[int, int]:
    """What goes back for each line now."""
    now = {line.key: nets.get(line.key, 0) for line in record.lines}
    for one in earlier:
        for line in one.lines:
            now[line.key] -= line.back
    return now


def _lines(
    record: SaleRecord, back: Mapping[int, int], nets: Mapping[int, int]
) -> tuple[RefundedLine, ...]:
    return tuple(
        RefundedLine(
            key=line.key,
            sku=line.sku,
            name=line.name,
            vat=line.vat,
            unit_price=line.unit_price,
            pieces=back.get(line.key, 0),
            grams=line.grams,
            back=nets.get(line.key, 0),
        )
        for line in record.lines
        if back.get(line.key) or nets.get(line.key)
    )


def _vat_of_kept(record: SaleRecord, nets: Mapping[int, int]) -> dict[int, VatPrice]:
    """What the kept goods come to, by VAT rate."""
    kept: dict[int, int] = {}
    for line in record.lines:
        kept[line.vat] = kept.get(line.vat, 0) + line.net - nets.get(line.key, 0)
    inside = record.prices_include_tax
    return {rate: vat_of(rate, net, inside=inside) for rate, net in sorted(kept.items())}


def _vat(
    record: SaleRecord, nets: Mapping[int, int], earlier: Iterable[RefundRecord]
) -> tuple[VatPrice, ...]:
    """What goes back now by VAT rate: of taxes too all refunds together come to the sale's."""
    kept = _vat_of_kept(record, nets)
    taxable = {one.rate: one.taxable - kept[one.rate].taxable for one in record.vat}
    tax = {one.rate: one.tax - kept[one.rate].tax for one in record.vat}
    for past in earlier:
        for one in past.vat:
            taxable[one.rate] -= one.taxable
            tax[one.rate] -= one.tax
    return tuple(
        VatPrice(
            rate=rate,
            gross=taxable[rate] + (tax[rate] if record.prices_include_tax else 0),
            taxable=taxable[rate],
            tax=tax[rate],
        )
        for rate in sorted(taxable)
        if taxable[rate] or tax[rate]
    )


# --- units and counts -----------------------------------------------------------------------------


def _taken(
    record: SaleRecord, target: Undone, earlier: Iterable[RefundRecord]
) -> tuple[UnitsTaken, ...]:
    wanted = _summed(
        ((one.programme, one.rule, one.by_reward, one.account, one.day), n)
        for one, n in zip(record.earned, target.taken, strict=True)
    )
    before = _summed(
        ((one.programme, one.rule, one.by_reward, one.account, one.day), one.n)
        for past in earlier
        for one in past.taken
    )
    return tuple(
        UnitsTaken(
            programme=key[0], rule=key[1], by_reward=key[2], account=key[3], day=key[4], n=left
        )
        for key, n in wanted.items()
        if (left := n - before.get(key, 0)) > 0
    )


def _given(
    record: SaleRecord, target: Undone, earlier: Iterable[RefundRecord]
) -> tuple[UnitsGiven, ...]:
    wanted = _summed(
        ((one.name, one.account), n) for one, n in zip(record.spent, target.given, strict=True)
    )
    before = _summed(((one.name, one.account), one.n) for past in earlier for one in past.given)
    return tuple(
        UnitsGiven(name=name, account=account, n=left)
        for (name, account), n in wanted.items()
        if (left := n - before.get((name, account), 0)) > 0
    )


def _counts(
    record: SaleRecord, target: Undone, earlier: Iterable[RefundRecord], *, whole: bool
) -> tuple[Counted, ...]:
    """What the history loses now, below zero, on the day of the sale.

    What rules have left over may grow: a unit is taken back whole, and its parts count on.
    """
    added = {(one.name, one.day): one.n for one in counted(record)}
    so_far = _counts_of_part(record, target)
    before = _summed(((one.name, one.day), -one.n) for past in earlier for one in past.counts)
    day = record.at.business_day
    lost = [
        (name, day, (n if whole else min(n, so_far.get(name, 0))) - before.get((name, day), 0))
        for (name, day), n in added.items()
        if name not in target.left
    ]
    rests = [(name, day, n - before.get((name, day), 0)) for name, n in target.left.items()]
    return tuple(
        Counted(name, on, -n)
        for name, on, n in sorted((*(one for one in lost if one[2] > 0), *rests))
        if n
    )


def _counts_of_part(record: SaleRecord, target: Undone) -> dict[str, int]:
    """How far the counts of a sale are undone while a part of it is kept."""
    so_far = {history.SPENT: _paid_for_earning(record, {}) - _paid_for_earning(record, target.nets)}
    for applied, times in zip(record.applied, target.had, strict=True):
        name = history.had(*applied.name)
        so_far[name] = so_far.get(name, 0) + times
    for earned, n in zip(record.earned, target.taken, strict=True):
        name = history.brought(earned.programme, earned.rule)
        so_far[name] = so_far.get(name, 0) + n
    return so_far


def _paid_for_earning(record: SaleRecord, nets: Mapping[int, int]) -> int:
    """What goods that count as spent come to, tax included, without what is undone of them."""
    by_rate = _summed(
        (line.vat, line.net - nets.get(line.key, 0)) for line in record.lines if line.earning
    )
    rates = (vat_of(rate, net, inside=record.prices_include_tax) for rate, net in by_rate.items())
    return sum(one.taxable + one.tax for one in rates)


def _summed(pairs: Iterable[tuple[K, int]]) -> dict[K, int]:
    sums: dict[K, int] = {}
    for key, n in pairs:
        sums[key] = sums.get(key, 0) + n
    return sums
