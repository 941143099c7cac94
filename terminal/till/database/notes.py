"""Small things that the till remembers: settings by name, and which card numbers are used up."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from terminal.loyalty.plain import from_plain, to_plain
from terminal.till.database.connection import Database
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.writes import Writes

if TYPE_CHECKING:
    from terminal.wire.registry_json import ShopRecord

SETTING = "SELECT content FROM settings WHERE key = ?"
_ALL = "SELECT key, content FROM settings ORDER BY key"
PUT_SETTING = """INSERT INTO settings (key, content) VALUES (?, ?)
ON CONFLICT (key) DO UPDATE SET content = excluded.content"""
DROP_SETTING = "DELETE FROM settings WHERE key = ?"
SHOP_RECORD = "shop_record"
"""The key of what the server says of the shop, as JSON of ``registry_json.ShopRecord``."""

OWN_PRICES = "own_prices"
"""Set by ``line.adopt`` while goods may be on sale that the server it joined does not have."""

SWEEP_DUE = "sweep_due"
"""Set while traces of somebody who was erased may stand in the file."""

_NEXT_CARD = "SELECT next_card FROM card_counter"
_TAKE_CARDS = """INSERT INTO card_counter (id, next_card) VALUES (1, ?)
ON CONFLICT (id) DO UPDATE SET next_card = next_card + excluded.next_card"""
_PAIRED = "SELECT 1 FROM line"
_BLOCK_WITH = """SELECT first, next_card FROM card_blocks
WHERE last - next_card + 1 >= ? ORDER BY first LIMIT 1"""
_BLOCKS_LEFT = """SELECT first, next_card, last FROM card_blocks
WHERE next_card <= last ORDER BY first"""
_TAKE_FROM = "UPDATE card_blocks SET next_card = next_card + ? WHERE first = ?"
_GIVEN_OUT = "SELECT 1 FROM card_blocks WHERE first <= ? AND next_card > ?"
_ISSUED = "SELECT cards_issued FROM line"
_LEFT = "SELECT coalesce(sum(last - next_card + 1), 0) FROM card_blocks"


class StoredSettings:
    """Texts by key."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """The text, None where nobody set one."""
        with self._database.reading() as connection:
            found = Quick(connection).row(SETTING, (key,))
        return None if found is None else str(found[0])

    def all(self) -> Mapping[str, str]:
        """Everything that was set."""
        with self._database.reading() as connection:
            rows = Quick(connection).rows(_ALL)
        return {key: content for key, content in rows}  # noqa: C416 - rows are no pairs to mypy

    def put(self, key: str, content: str | None) -> None:
        """Set a text; None forgets it."""
        with self._database.writing() as connection:
            if content is None:
                Quick(connection).run(DROP_SETTING, (key,))
            else:
                Quick(connection).run(PUT_SETTING, (key, content))

    def shop(self) -> ShopRecord | None:
        """What the server said of the shop last; None before the till has met one."""
        content = self.get(SHOP_RECORD)
        if content is None:
            return None
        from terminal.wire.registry_json import ShopRecord

        # It was a message of the right shape when it was kept, so it need not be looked at as one.
        return from_plain(ShopRecord, json.loads(content))

    def put_shop(self, shop: ShopRecord) -> None:
        """What the server says of the shop, told at pairing: with it the till asks for cards."""
        self.put(SHOP_RECORD, shop_text(shop))


def shop_text(shop: ShopRecord) -> str:
    """A shop's record as ``SHOP_RECORD`` keeps it."""
    return json.dumps(to_plain(shop))


class CardCounter:
    """The counters behind the shop's card numbers: each is given out once.

    Before a till has met a server it counts by itself; after that it gives out what stands in the
    blocks that the server gave to it alone.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, count: int) -> range:
        """The next counters for blank cards; they are used up even if nothing gets printed.

        Raises:
            ValueError: no block of this till has so many left.
        """
        if count < 1:
            raise ValueError("at least one card")
        with self._database.writing() as connection:
            quick = Quick(connection)
            if quick.row(_PAIRED) is None:
                quick.run(_TAKE_CARDS, (count,))
                end = int(quick.rows(_NEXT_CARD)[0][0])
                return range(end - count, end)
            fits = quick.row(_BLOCK_WITH, (count,))
            if fits is None:
                raise ValueError(f"no {count} card numbers are left; the server gives more")
            first, beginning = fits
            quick.run(_TAKE_FROM, (count, first))
        return range(beginning, beginning + count)

    def take_from_all(self, count: int) -> tuple[int, ...]:
        """The next counters out of as many blocks as it needs, all of them or none.

        Raises:
            ValueError: the blocks of this till have not so many left.
        """
        if count < 1:
            raise ValueError("at least one card")
        with self._database.writing() as connection:
            quick = Quick(connection)
            if quick.row(_PAIRED) is None:
                quick.run(_TAKE_CARDS, (count,))
                end = int(quick.rows(_NEXT_CARD)[0][0])
                return tuple(range(end - count, end))
            taken: list[int] = []
            for first, beginning, last in quick.rows(_BLOCKS_LEFT):
                some = range(beginning, min(last + 1, beginning + count - len(taken)))
                if some:
                    quick.run(_TAKE_FROM, (len(some), first))
                    taken += some
            if len(taken) < count:
                raise ValueError(f"no {count} card numbers are left; the server gives more")
        return tuple(taken)

    def left(self) -> int | None:
        """How many may still be given out; None where this till counts by itself."""
        with self._database.reading() as connection:
            quick = Quick(connection)
            return None if quick.row(_PAIRED) is None else int(quick.rows(_LEFT)[0][0])

    def given_out(self) -> range:
        """All counters that this till took before it met a server."""
        with self._database.reading() as connection:
            found = Quick(connection).row(_NEXT_CARD)
        return range(found[0] if found else 0)

    def is_blank(self, counter: int) -> bool:
        """Whether this till gave the counter out, on a card that somebody may join with."""
        if counter in self.given_out():
            return True
        with self._database.reading() as connection:
            return Quick(connection).row(_GIVEN_OUT, (counter, counter)) is not None

    def issued(self) -> int:
        """How many counters any till was given, as the server told: a genuine card has less."""
        with self._database.reading() as connection:
            row = Quick(connection).row(_ISSUED)
        return int(row[0]) if row else 0


def mark(writes: Writes, key: str) -> None:
    """Set a setting that is only there or not."""
    writes.add(PUT_SETTING, (key, "1"))


def cards_left(connection: Connection) -> int | None:
    """Counters of blank cards that this till may still give out; None where it makes no cards."""
    quick = Quick(connection)
    shop = quick.row(SETTING, (SHOP_RECORD,))
    makes_cards = quick.row(_NEXT_CARD) or (shop and json.loads(shop[0]).get("card_prefix"))
    return int(quick.rows(_LEFT)[0][0]) if makes_cards else None
