"""`tenth server settlement`: what the shop owes to partners and good causes, in words and as data."""

from __future__ import annotations

from datetime import date

from terminal.loyalty.money import Currency
from terminal.loyalty.plain import to_plain
from terminal.loyalty.settlements import settlement
from terminal.server.commands import Told, in_words, open_server
from terminal.server.database import counts
from terminal.server.failures import NotDone
from terminal.server.ledger.published import published
from terminal.server.registry.stores import all_shops
from terminal.server.settings import Settings
from terminal.wording.words import Words


def told(settings: Settings, first: date, last: date) -> Told:
    """The settlement of the business days from the first to the last, both included.

    Raises:
        NotDone: the last day is before the first, or the database does not open.
    """
    if last < first:
        raise NotDone(f"{last} is before {first}: --first FIRST --last LAST, both included.")
    with in_words(), open_server(settings) as database, database.reading() as connection:
        found = settlement(counts.totals_of_days(connection, first, last), published(connection))
        currency = next((shop.currency for shop in all_shops(connection)), "")
    words = Words("en", Currency(currency or "EUR"))
    lines = [f"{one.partner}: {one.n} {one.unit}" for one in found.partners]
    lines += [
        f"{one.cause}: {words.money(one.amount)}, given {one.times} times" for one in found.causes
    ]
    if not lines:
        lines = [f"From {first} to {last} nothing is owed to partners or good causes."]
    plain = {"first": first.isoformat(), "last": last.isoformat(), "currency": currency}
    return Told(tuple(lines), {**plain, **to_plain(found)})
