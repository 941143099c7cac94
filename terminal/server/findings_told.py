"""`tenth server findings`: what the checks of sales and refunds found, in words and as data."""

from __future__ import annotations

import json
from datetime import date

from terminal.loyalty.money import Currency
from terminal.server.commands import Told, in_words, open_server
from terminal.server.database import findings, overview
from terminal.server.failures import NotDone
from terminal.server.finding_words import words_of
from terminal.server.registry.stores import all_shops
from terminal.server.settings import Settings
from terminal.wording.words import Words


def told(settings: Settings, first: date, last: date, kind: str = "") -> Told:
    """Everything that was found in sales and refunds of these business days, both included.

    Raises:
        NotDone: the last day is before the first, or the database does not open.
    """
    if last < first:
        raise NotDone(f"{last} is before {first}: --first FIRST --last LAST, both included.")
    with in_words(), open_server(settings) as database, database.reading() as connection:
        rows = findings.of_days(connection, first.isoformat(), last.isoformat())
        lanes = {row.incarnation: row.lane for row in overview.read_tills(connection)}
        shops = {shop.store: shop for shop in all_shops(connection)}
    lines: list[str] = []
    plain: list[dict[str, object]] = []
    for row, day, store in rows:
        if kind and row.kind != kind:
            continue
        detail = json.loads(row.detail)
        shop = shops.get(store)
        words = Words("en", Currency(shop.currency if shop else "EUR"))
        sentence = words_of(row.kind, detail)
        rule = f" Programme {detail['programme']}, {detail['rule']}." if "rule" in detail else ""
        cost = f" It cost {words.money(row.cost)}." if row.cost else ""
        where = ", ".join(
            filter(None, (day, shop.name if shop else "", lanes.get(row.incarnation, "")))
        )
        lines.append(f"{where}, no. {row.seq}: {sentence}{rule}{cost}")
        plain.append({**row._asdict(), "detail": detail, "day": day, "words": sentence})
    if not lines:
        lines = [f"From {first} to {last} nothing was found."]
    return Told(tuple(lines), {"first": str(first), "last": str(last), "findings": plain})
