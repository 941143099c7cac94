"""What the registry sends: price lists with their instant, programmes, operators, the shop.

A price list is kept as it came and turned when its instant has come, some products at a time:
whoever scans meanwhile waits for a handful of rows and never for a whole list.
"""

from __future__ import annotations

import json
import logging

from terminal.loyalty.standing import Moment
from terminal.till.database.catalogue import PUT_KNOWN_CODE, product_statements
from terminal.till.database.code_keys import settle_keys
from terminal.till.database.connection import Database
from terminal.till.database.facts import unix_ms
from terminal.till.database.folding import one_line
from terminal.till.database.notes import (
    DROP_SETTING,
    OWN_PRICES,
    PUT_SETTING,
    SETTING,
    SHOP_RECORD,
    shop_text,
)
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.writes import Writes
from terminal.wire.programme_json import read_programme
from terminal.wire.registry_json import Pricing
from terminal.wire.sync_json import SyncReply, read_message, write_message

_LOG = logging.getLogger(__name__)

AT_ONCE = 50
"""Products turned in one transaction."""

_PUT_PRICING = """INSERT OR IGNORE INTO pricings (number, holds_from_ms, content, turned)
VALUES (?, ?, ?, 0)"""
_DUE = """SELECT number FROM pricings WHERE turned = 0 AND holds_from_ms <= ?
ORDER BY holds_from_ms, number"""
_CONTENT = "SELECT content FROM pricings WHERE number = ?"
_LATER = """SELECT later.content FROM pricings later JOIN pricings this ON this.number = ?
WHERE later.turned = 1 AND (later.holds_from_ms, later.number) > (this.holds_from_ms, this.number)"""
_HOLDING = "SELECT content FROM pricings WHERE turned = 1 ORDER BY holds_from_ms, number"
_SKUS = "SELECT sku FROM products ORDER BY sku"
_TURNED = "UPDATE pricings SET turned = 1 WHERE number = ?"
_REMOVE = "DELETE FROM products WHERE sku = ?"
_DROP_TILES = "DELETE FROM tiles"
_PUT_TILE = """INSERT INTO tiles (position, sku, tab, colour)
SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM products WHERE sku = ?)"""
_DROP_OPERATORS = "DELETE FROM operators"
_PUT_OPERATOR = "INSERT OR REPLACE INTO operators (id, name, role) VALUES (?, ?, ?)"
_KNOWN_PROGRAMME = "SELECT content FROM programme_revisions WHERE programme = ? AND revision = ?"
_PUT_PROGRAMME = """INSERT OR IGNORE INTO programme_revisions (programme, revision, content)
VALUES (?, ?, ?)"""
_PUT_BLOCK = "INSERT OR IGNORE INTO card_blocks (first, last, next_card) VALUES (?, ?, ?)"


def settle_registry(connection: Connection, writes: Writes, reply: SyncReply) -> bool:
    """The rows of what the registry sent; tells whether programmes are new.

    A price list only waits after this: ``turn`` lets it hold.
    """
    for pricing in reply.pricings:
        content = write_message(pricing).decode()
        writes.add(_PUT_PRICING, (pricing.number, pricing.holds_from_ms, content))
    if reply.operators is not None:
        writes.add(_DROP_OPERATORS, ())
        writes.add(_PUT_OPERATOR, *((one.id, one.name, one.role) for one in reply.operators))
    if reply.shop is not None:
        writes.add(PUT_SETTING, (SHOP_RECORD, shop_text(reply.shop)))
    settle_keys(writes, reply.code_keys)
    writes.add(_PUT_BLOCK, *((block.first, block.last, block.first) for block in reply.cards))
    return _settle_programmes(connection, writes, reply)


def turn(database: Database, at: Moment) -> bool:
    """Let price lists hold whose instant has come; tells whether any did.

    What was turned halfway when the program ended is turned again from the start.
    """
    with database.reading() as connection:
        due = [number for (number,) in Quick(connection).rows(_DUE, (unix_ms(at),))]
    for number in due:
        _turn(database, number)
    return bool(due)


def drop_own_prices(database: Database) -> bool:
    """Take goods off sale that the server does not have, once its whole list is here.

    Only for a till that joined it with a price list of its own; tells whether anything changed.
    A server without a price list leaves the till its own.
    """
    with database.reading() as connection:
        quick = Quick(connection)
        if quick.row(SETTING, (OWN_PRICES,)) is None:
            return False
        listed: set[str] = set()
        for (content,) in quick.rows(_HOLDING):
            pricing = _pricing(content)
            listed |= {product.sku for product in pricing.products}
            listed -= set(pricing.removed)
        own = [sku for (sku,) in quick.rows(_SKUS) if sku not in listed] if listed else []
    for start in range(0, len(own), AT_ONCE):
        writes = Writes()
        writes.add(_REMOVE, *((sku,) for sku in own[start : start + AT_ONCE]))
        _write(database, writes)
    writes = Writes()
    writes.add(DROP_SETTING, (OWN_PRICES,))
    _write(database, writes)
    return bool(own)


def _turn(database: Database, number: int) -> None:
    with database.reading() as connection:
        quick = Quick(connection)
        pricing = _pricing(quick.rows(_CONTENT, (number,))[0][0])
        # A list that holds from an earlier instant came late: what is newer stays as it is.
        later = [_pricing(content) for (content,) in quick.rows(_LATER, (number,))]
    newer = {sku for one in later for sku in (*one.removed, *(p.sku for p in one.products))}
    products = [product for product in pricing.products if product.sku not in newer]
    codes: dict[str, list[tuple[str, str]]] = {}
    for gtin, sku in pricing.codes:
        if sku not in newer:
            codes.setdefault(sku, []).append((gtin, sku))
    for start in range(0, len(products), AT_ONCE):
        part = products[start : start + AT_ONCE]
        own = [code for product in part for code in codes.pop(product.sku, ())]
        writes = Writes()
        writes.add_all(product_statements(part, own))
        _write(database, writes)
    writes = Writes()
    writes.add(PUT_KNOWN_CODE, *((*code, code[1]) for left in codes.values() for code in left))
    writes.add(_REMOVE, *((sku,) for sku in pricing.removed if sku not in newer))
    if pricing.tiles is not None and not any(one.tiles is not None for one in later):
        writes.add(_DROP_TILES, ())
        writes.add(
            _PUT_TILE,
            *(
                (place, tile.sku, one_line(tile.tab), tile.colour, tile.sku)
                for place, tile in enumerate(pricing.tiles)
            ),
        )
    writes.add(_TURNED, (number,))
    _write(database, writes)


def _write(database: Database, writes: Writes) -> None:
    with database.writing() as connection:
        writes.write(connection)


def _pricing(content: str) -> Pricing:
    return read_message(Pricing, content.encode())


def _settle_programmes(connection: Connection, writes: Writes, reply: SyncReply) -> bool:
    added = False
    for content in reply.programmes:
        key = (content.get("programme"), content.get("revision"))
        if not all(isinstance(one, int) and not isinstance(one, bool) for one in key):
            _LOG.warning("a programme without a number came, and was left out")
            continue
        text = json.dumps(content)
        known = Quick(connection).row(_KNOWN_PROGRAMME, key)
        if known is None:
            writes.add(_PUT_PROGRAMME, (*key, text))
            added = True
        elif not _same(known[0], text):
            _LOG.warning("programme %s, revision %s came as another one; the first stays", *key)
    return added


def _same(known: str, text: str) -> bool:
    try:
        return read_programme(known) == read_programme(text)
    except ValueError:
        return bool(json.loads(known) == json.loads(text))
