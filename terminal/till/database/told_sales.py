"""Sales of other tills, as the server told them when somebody asked: kept for some weeks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING

from terminal.loyalty.facts import Fact, decode
from terminal.loyalty.refund import read_refund_body
from terminal.loyalty.sale import read_sale_body
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.store_sales import refunds_of_store, sale_of_store
from terminal.till.database.writes import Writes
from terminal.till.journal_port import Recorded, RecordedRefund, RecordedSale

if TYPE_CHECKING:
    from terminal.wire.sync_json import ToldSale

KEPT_MS = 30 * 24 * 60 * 60 * 1000
_PUT = """INSERT INTO told_sales (id, content, told_ms) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET content = excluded.content, told_ms = excluded.told_ms"""
_FORGET = "DELETE FROM told_sales WHERE told_ms < ?"
_TOLD = "SELECT content FROM told_sales WHERE id = ?"


def settle_sales(writes: Writes, told: Iterable[ToldSale], now_ms: int) -> None:
    """Keep what a reply tells; what nobody asked for again in weeks goes."""
    rows = []
    for one in told:
        content = {"fact": one.fact, "refunds": list(one.refunds)}
        rows.append((one.id, json.dumps(content, ensure_ascii=False), now_ms))
    if rows:
        writes.add(_FORGET, (now_ms - KEPT_MS,))
        writes.add(_PUT, *rows)


def told_sale(connection: Connection, sale_id: str) -> RecordedSale | None:
    """A sale of another till, if the server told it; None too where it cannot be read here."""
    content = _content(connection, sale_id)
    try:
        stored = sale_of_store(connection, sale_id) if content is None else content[0].encode()
        if stored is None:
            return None
        fact = decode(stored)
        return RecordedSale(recorded=_place(fact), record=read_sale_body(fact.body))
    except ValueError:
        return None  # of a newer till


def told_refunds(connection: Connection, sale_id: str) -> tuple[RecordedRefund, ...]:
    """What came back of a sale, here and elsewhere, as the server knew it when it was asked."""
    content = _content(connection, sale_id)
    stored = [one.encode() for one in (content[1] if content is not None else ())]
    found: dict[str, RecordedRefund] = {}
    for one in (*stored, *refunds_of_store(connection, sale_id)):
        try:
            fact = decode(one)
            record = read_refund_body(fact.body)
        except ValueError:
            continue  # of a newer till
        if record.sale != sale_id:
            continue  # without a slip: its lines are those of no sale
        found.setdefault(record.id, RecordedRefund(recorded=_place(fact), record=record))
    return tuple(found.values())


def _content(connection: Connection, sale_id: str) -> tuple[str, list[str]] | None:
    row = Quick(connection).row(_TOLD, (sale_id,))
    if row is None:
        return None
    plain = json.loads(row[0])
    return plain["fact"], plain["refunds"]


def _place(fact: Fact) -> Recorded:
    return Recorded(incarnation=fact.incarnation, seq=fact.seq)
