"""Refunds in the journal, found by their sale, and the ids by which slips are found.

Where a till was copied one sale may stand in two of its logs; one of the two facts has the id.
"""

from __future__ import annotations

from terminal.loyalty.facts import Fact, FactKind, decode
from terminal.loyalty.refund import read_refund_body
from terminal.loyalty.sale import SaleRecord, read_sale_body
from terminal.till.database.quick import Connection, Quick
from terminal.till.journal_port import Recorded, RecordedRefund

_OF_SALE = """SELECT incarnation, seq, stored FROM facts
WHERE kind = 'RefundRecorded' AND sale_id IS NOT NULL AND instr(stored, ?) > 0
ORDER BY rowid"""
_KNOWN_ID = "SELECT 1 FROM facts WHERE sale_id = ?"
_WITHOUT_ID = """SELECT rowid, stored FROM facts
WHERE sale_id IS NULL AND kind IN ('SaleRecorded', 'RefundRecorded') ORDER BY rowid"""
_TAKE_ID = "UPDATE OR IGNORE facts SET sale_id = ? WHERE rowid = ?"


def of_sale(connection: Connection, sale: SaleRecord) -> tuple[RecordedRefund, ...]:
    """The refunds of a sale, in the order in which they were made."""
    rows = Quick(connection).rows(_OF_SALE, (sale.id.encode(),))
    found = (recorded_refund(*row) for row in rows)
    return tuple(one for one in found if one.record.sale == sale.id)


def recorded_refund(incarnation: str, seq: int, stored: bytes) -> RecordedRefund:
    """A refund read back from its fact."""
    return RecordedRefund(
        recorded=Recorded(incarnation=incarnation, seq=seq),
        record=read_refund_body(decode(bytes(stored)).body),
    )


def id_on_slip(fact: Fact) -> str | None:
    """The id of a sale or a refund, which stands on its slip; None for other facts.

    Raises:
        ValueError: the body is none of its kind.
    """
    match fact.kind:
        case FactKind.SALE_RECORDED:
            return read_sale_body(fact.body).id
        case FactKind.REFUND_RECORDED:
            return read_refund_body(fact.body).id
        case _:
            return None


def is_known(quick: Quick, sale_id: str) -> bool:
    """Whether a fact in the journal has this id."""
    return quick.row(_KNOWN_ID, (sale_id,)) is not None


def take_free_ids(quick: Quick) -> None:
    """Let sales and refunds have their id that had none, as another fact of them had it till now."""
    for row, stored in quick.rows(_WITHOUT_ID):
        try:
            sale_id = id_on_slip(decode(bytes(stored)))
        except ValueError:
            continue  # of a newer program: it has none here
        quick.run(_TAKE_ID, (sale_id, row))
