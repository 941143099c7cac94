"""The sales of the store's other tills, kept for slips that come back while the line is down.

The server tells them when there is nothing else to say, from where each of their logs was heard
last. A sale is some 2.3 KB, and a quarter of it once squeezed (0.4 ms each in the courier): the
newest 20,000 of the last 30 days are kept, 11 MB. A store whose other tills sell 650 baskets a day
stays below that; where they sell more, whoever comes with an older slip needs the line, as before.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from terminal.loyalty.facts import FactKind, UnreadableFact, decode
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.writes import Writes

if TYPE_CHECKING:
    from terminal.wire.sync_json import StoreSales

KEPT_MS = 30 * 24 * 60 * 60 * 1000
KEPT_MOST = 20_000
ASKED_EVERY_MS = 60_000

_WORDS = (
    b'{"approver":null,"before":"","business_day":"2026-11-10","clock":"trusted","entries":[["'
    b'","points","spend",100,null],["","points","earn",43,"2027-11-30"],["","stamps:coffee","e'
    b'arn",1,"2028-12-31"]],"hardware_counter":null,"incarnation":"","kind":"SaleRecorded","of'
    b'fset_minutes":0,"operator":null,"seq":4317,"shift":null,"v":1,"wall_ms":}{"applied":[{"c'
    b'laimed":false,"discount":44,"name":[4,"bakery"],"reason":{"amount":44,"basis_points":200'
    b'0,"pieces":1,"why":"percent_off"},"revision":1,"shares":[{"amount":44,"line":5,"pieces":'
    b'1}],"times":1,"unit":"","units":0},{"claimed":true,"discount":500,"name":[1,"five-off"],'
    b'"reason":{"amount":500,"times":1,"units":100,"why":"units_for_money"},"revision":1,"shar'
    b'es":[{"amount":44,"line":1},{"amount":43,"line":2},{"amount":232,"line":3},{"amount":158'
    b',"line":4},{"amount":23,"line":5}],"times":1,"unit":"points","units":100}],"at":{"busine'
    b'ss_day":"2026-11-10","local":"2026-11-10T16:36:00","offset_minutes":0},"balances":[{"aft'
    b'er":81,"before":138,"earned":43,"next_day":"2027-09-30","next_n":38,"spent":100,"unit":"'
    b'points"},{"after":1,"before":0,"earned":1,"next_day":"2028-12-31","next_n":1,"unit":"sta'
    b'mps:coffee"},{"after":1,"before":1,"unit":"stamps:wash"}],"bound":3295,"card":"","choice'
    b's":{"claims":[{"name":[1,"five-off"]}]},"currency":"PLN","discount":544,"earned":[{"acco'
    b'unt":["","points"],"day":"2027-11-30","n":43,"programme":1,"reason":{"amount":3295,"per"'
    b':100,"percent":0,"units":1,"why":"earned_per_money"},"revision":1,"rule":"purchase"},{"a'
    b'ccount":["","stamps:coffee"],"day":"2028-12-31","n":1,"programme":2,"reason":{"per":1,"p'
    b'ieces":1,"units":1,"why":"earned_per_piece"},"revision":1,"rule":"cup"}],"gross":3839,"i'
    b'd":"","lines":[{"brand":"","category":"","discount":44,"gross":329,"gtin":"","key":1,"na'
    b'me":"","sku":"","unit_price":329,"vat":800},{"brand":"","category":"","discount":43,"gro'
    b'ss":329,"gtin":"","key":2,"name":"","sku":"","unit_price":329,"vat":800},{"brand":"","ca'
    b'tegory":"","discount":232,"grams":1182,"gross":1761,"key":3,"name":"","sku":"","unit_pri'
    b'ce":1490,"vat":500},{"brand":"","category":"","discount":158,"gross":1200,"key":4,"name"'
    b':"","sku":"","unit_price":1200,"vat":2300},{"brand":"","category":"","discount":67,"gros'
    b's":220,"key":5,"name":"","sku":"","unit_price":220,"vat":500}],"member":"","prices_inclu'
    b'de_tax":true,"proven":true,"revisions":[[1,1],[2,1],[3,1],[4,1],[5,1],[6,1]],"spent":[{"'
    b'account":["","points"],"n":100,"name":[1,"five-off"]}],"tenders":[{"amount":3295,"kind":'
    b'"card"}],"total":3295,"vat":[{"discount":299,"gross":1981,"rate":500,"tax":80,"taxable":'
    b'1602},{"discount":87,"gross":658,"rate":800,"tax":42,"taxable":529},{"discount":158,"gro'
    b'ss":1200,"rate":2300,"tax":195,"taxable":847}],"wallet":""}'
)
"""A sale as any other: one by itself is squeezed twice as far by it. It never changes, as what was
squeezed with it is read with it."""

_PUT = """INSERT INTO store_sales (id, sale, at_ms, squeezed) VALUES (?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING"""
_MARK = """INSERT INTO store_logs (incarnation, seq) VALUES (?, ?)
ON CONFLICT (incarnation) DO UPDATE SET seq = excluded.seq"""
_TOO_OLD = "DELETE FROM store_sales WHERE at_ms < ?"
_TOO_MANY = """DELETE FROM store_sales WHERE at_ms <
(SELECT at_ms FROM store_sales ORDER BY at_ms DESC LIMIT 1 OFFSET ?)"""
_MARKS = "SELECT incarnation, seq FROM store_logs ORDER BY incarnation"
_SALE = "SELECT squeezed FROM store_sales WHERE id = ? AND sale = id"
_REFUNDS = "SELECT squeezed FROM store_sales WHERE sale = ? AND sale <> id ORDER BY at_ms, id"


def heard(connection: Connection) -> list[tuple[str, int]]:
    """How far the logs of the store's other tills were heard: (incarnation, seq)."""
    return [(incarnation, seq) for incarnation, seq in Quick(connection).rows(_MARKS)]


def settle_store_sales(writes: Writes, told: StoreSales | None, now_ms: int) -> None:
    """Keep what a reply tells of the store's other tills, and let go of what is too old."""
    if told is None:
        return
    rows = [row for text in told.facts if (row := _row(text)) is not None]
    if rows:
        writes.add(_PUT, *rows)
        writes.add(_TOO_OLD, (now_ms - KEPT_MS,))
        writes.add(_TOO_MANY, (KEPT_MOST,))
    if told.marks:
        writes.add(_MARK, *((mark.incarnation, mark.seq) for mark in told.marks))


def sale_of_store(connection: Connection, sale: str) -> bytes | None:
    """The fact of another till's sale; None where it was not heard of, or is too old."""
    row = Quick(connection).row(_SALE, (sale,))
    return None if row is None else _spread(row[0])


def refunds_of_store(connection: Connection, sale: str) -> list[bytes]:
    """The facts of what came back of a sale at the store's other tills, as far as was heard."""
    return [_spread(squeezed) for (squeezed,) in Quick(connection).rows(_REFUNDS, (sale,))]


def _row(text: str) -> tuple[str, str, int, bytes] | None:
    """(id, the sale's id, when, squeezed); None for what is of a newer program or of no sale."""
    stored = text.encode()
    try:
        fact = decode(stored)
        body = json.loads(fact.body)
        name = body["id"]
        sale = body.get("sale", "") if fact.kind == FactKind.REFUND_RECORDED else name
    except (UnreadableFact, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not (isinstance(name, str) and isinstance(sale, str) and sale):
        return None
    return name, sale, fact.wall_ms, _squeezed(stored)


def _squeezed(stored: bytes) -> bytes:
    squeezer = zlib.compressobj(level=6, zdict=_WORDS)
    return squeezer.compress(stored) + squeezer.flush()


def _spread(squeezed: bytes) -> bytes:
    spreader = zlib.decompressobj(zdict=_WORDS)
    return spreader.decompress(squeezed) + spreader.flush()
