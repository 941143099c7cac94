"""Blocks of card counters: each counter is given to one terminal, once."""

from __future__ import annotations

from dataclasses import replace

from terminal.barcodes.card_number import capacity
from terminal.server.database import registry
from terminal.server.database.connection import Connection
from terminal.server.registry.stores import shop_of
from terminal.wire.published_files import write_shop
from terminal.wire.registry_json import CardSeries, ShopRecord
from terminal.wire.sync_json import CardBlock

BLOCK = 1_000
"""Counters of one block: a till far from its server hands out cards for a long time."""
LOW = 200
"""With fewer counters left than this a till gets the next block."""


def block_for(
    connection: Connection, *, store: str, terminal: str, cards_left: int | None
) -> CardBlock | None:
    """The next block for a till that runs low; None where it does not, or makes no cards.

    Call it last in a transaction: it locks the store's row. A block in a reply that got lost is
    lost with it, which costs numbers and never gives one twice.
    """
    if cards_left is None or cards_left >= LOW:
        return None
    prefix = shop_of(connection, store).card_prefix
    if not prefix:
        return None
    taken = registry.take_cards(connection, store, terminal, n=BLOCK, capacity=capacity(prefix))
    return None if taken is None else CardBlock(first=taken[0], last=taken[1])


def with_cards(shop: ShopRecord, cards: CardSeries) -> ShopRecord:
    """A shop's record with cards in it that it made before it joined.

    A store without cards of its own goes on with these.
    """
    if not shop.card_prefix:
        return replace(shop, card_prefix=cards.prefix, card_key=cards.key)
    if _are_own(shop, cards):
        return shop
    known = {(one.prefix, one.key): one for one in shop.older_cards}
    before = known.get((cards.prefix, cards.key), cards)
    known[cards.prefix, cards.key] = replace(cards, issued=max(cards.issued, before.issued))
    return replace(shop, older_cards=tuple(known.values()))


def keep_cards(connection: Connection, shop: ShopRecord, cards: CardSeries) -> None:
    """Write a record that ``with_cards`` made; their numbers are not made a second time.

    Call it last in a transaction.
    """
    if _are_own(shop, cards):
        registry.skip_cards(connection, shop.store, min(cards.issued, capacity(cards.prefix)))
    registry.change_shop(connection, shop.store, write_shop(shop))


def _are_own(shop: ShopRecord, cards: CardSeries) -> bool:
    return (shop.card_prefix, shop.card_key) == (cards.prefix, cards.key)
