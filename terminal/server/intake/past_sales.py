"""Sales of other tills, for somebody who stands at the counter with a slip and the goods."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.refund import read_refund_body
from terminal.server.database import facts, refunds
from terminal.server.database.connection import Connection
from terminal.server.database.deeds import Place
from terminal.wire.sync_json import Ask, AskKind, ToldSale


def sales_asked(connection: Connection, asks: Iterable[Ask]) -> tuple[ToldSale, ...]:
    """The sales that are asked for and that are here, with their refunds as tills recorded them.

    Facts name nobody, and an id of a sale is on its slip alone: whoever has it has the slip.
    """
    wanted = dict.fromkeys(ask.key for ask in asks if ask.kind is AskKind.SALE)
    told = (_told(connection, one) for one in wanted)
    return tuple(one for one in told if one is not None)


def _told(connection: Connection, sale: str) -> ToldSale | None:
    place = refunds.place_of_sale(connection, sale)
    fact = _text(connection, place, FactKind.SALE_RECORDED) if place is not None else None
    if fact is None:
        return None
    rows = refunds.of_sale(connection, sale)
    texts = (_text(connection, row.place, FactKind.REFUND_RECORDED) for row in rows)
    back = tuple(one for one in texts if one is not None and _names_its_sale(one))
    return ToldSale(id=sale, fact=fact, refunds=back)


def _names_its_sale(stored: str) -> bool:
    """Whether a refund was made by the slip: else its lines are those of the basket that came back,
    and a till would take them for the sale's.
    """
    try:
        return bool(read_refund_body(decode(stored.encode()).body).sale)
    except ValueError:
        return True  # of a newer till, so for the till that asks to judge


def _text(connection: Connection, place: Place, kind: FactKind) -> str | None:
    """A fact as text; None where it is not here, of another kind, or no text."""
    rows = facts.between(
        connection, place.incarnation, after=place.seq - 1, up_to=place.seq, most=1
    )
    if not rows or rows[0].kind != kind:
        return None
    try:
        return rows[0].stored.decode()
    except UnicodeDecodeError:
        return None
