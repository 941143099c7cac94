"""What is not as it should be with a refund, once all that is known of its sale is looked at. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundRecord, UnitsTaken
from terminal.loyalty.refund_entries import bearer_accounts
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.unwinding import Step


def check_refund(
    sale: SaleRecord,
    programmes: Iterable[Programme],
    refund: RefundRecord,
    step: Step,
    taken: Iterable[UnitsTaken],
) -> Iterator[Finding]:
    """What is told to the owner: goods that came back twice, money too much, codes used before.

    ``step`` is what the refund undoes, given all refunds before it; ``taken`` what was taken back.
    """
    too_much = max(0, refund.due - step.due)
    if step.twice:
        pieces = sum(one.pieces for one in step.twice)
        yield Finding(kind=FindingKind.REFUNDED_TWICE, cost=too_much, found=pieces)
    elif too_much:
        yield Finding(kind=FindingKind.REFUND_PAID, cost=too_much)
    _, paid_for = bearer_accounts(sale, programmes)
    used = sum(one.lost for one in taken if one.account in paid_for)
    if used:
        yield Finding(kind=FindingKind.CODE_USED, cost=used, found=used)
