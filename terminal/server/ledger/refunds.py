"""What facts say of refunds: whose sale it is, and who moves the units. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.loyalty.bodies import RefundSettled
from terminal.loyalty.facts import FactKind
from terminal.loyalty.refund import read_refund_body
from terminal.server.database.refunds import OWN, SETTLED, WAITING, RefundRow
from terminal.server.ledger.ready import ReadyFact


def refunds_told(facts: Iterable[ReadyFact]) -> list[RefundRow]:
    """Refunds that moved units or that the server has to settle, as the facts of tills tell them.

    Without a slip the sale is looked for among the member's; without a member there is none.
    """
    found: list[RefundRow] = []
    for one in facts:
        if one.fact.kind != FactKind.REFUND_RECORDED:
            continue
        try:
            body = read_refund_body(one.fact.body)
        except (ValueError, RecursionError):
            continue  # of a newer program: its entries count, more cannot be said
        if body.sale or body.member:
            standing = OWN if body.settled else WAITING
            found.append(RefundRow(one.fact.incarnation, one.fact.seq, body.sale, standing))
    return found


def refunds_settled(facts: Iterable[ReadyFact]) -> list[RefundRow]:
    """Refunds that the server's facts settled."""
    return [
        RefundRow(
            body.refund_incarnation,
            body.refund_seq,
            body.sale,
            SETTLED,
            1,
            one.fact.incarnation,
            one.fact.seq,
        )
        for one in facts
        if isinstance(body := one.body, RefundSettled)
    ]
