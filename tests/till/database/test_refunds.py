"""Refunds on a real file: refolding agrees, and who approved stands in the envelope."""

from __future__ import annotations

from typing import Any

from terminal.loyalty.facts import decode
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.refunding import Refund, Wish, plan
from terminal.loyalty.sale import sale_record
from terminal.till.database.rebuild import check
from terminal.till.database.till_database import TillDatabase
from terminal.till.ports import Member
from tests.fakes.paid_sale import paid_sale

Files = Any
ANNA = "a" * 32


def with_refund(files: Files, approver: str = "") -> TillDatabase:
    till: TillDatabase = files.open()
    till.journal.enrol(Member(id=ANNA, name="Anna"), "5012345678900", files.clock.now())
    standing = till.members.standing(ANNA)
    sale = paid_sale(files.ids.sale_id(), files.clock.now(), standing, lines=2, earn=50)
    till.journal.record_sale(sale)
    planned = plan(
        Wish(
            id=files.ids.sale_id(),
            at=files.clock.now(),
            sale=sale_record(sale),
            programmes=(),
            back={1: 1},
            law=RefundLaw.PRO_RATA,
            standing=till.members.standing(ANNA),
        )
    )
    assert isinstance(planned, Refund)
    till.journal.record_refund(planned, approver=approver)
    return till


def test_a_journal_with_refunds_is_honest(files: Files) -> None:
    till = with_refund(files)
    assert till.members.standing(ANNA).balance("points") == 25
    findings = check(till.database)
    assert findings.clean
    assert findings.facts == 3


def test_who_approved_stands_in_the_envelope(files: Files) -> None:
    till = with_refund(files, approver="shop-pin")
    with till.database.reading() as connection:
        rows = connection.execute("SELECT stored FROM facts ORDER BY seq").fetchall()
    assert [decode(bytes(stored)).approver for (stored,) in rows] == [None, None, "shop-pin"]
