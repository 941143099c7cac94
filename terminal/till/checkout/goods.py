"""Goods into the basket: what the look-up found, a tile, a kind of goods with its price typed."""

from __future__ import annotations

from dataclasses import replace

from terminal.barcodes.reading import shown
from terminal.loyalty.basket import Product
from terminal.till.checkout import rows
from terminal.till.checkout.deeds import Linking
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.draft import Waiting
from terminal.till.checkout.lookup import FoundProduct, Hits, Pieces, UnknownCode
from terminal.till.checkout.notice import NoticeKind, Weight


class Goods:
    """What codes, tiles and lists of products do."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def take(self, answer: FoundProduct | UnknownCode | Pieces) -> None:
        """One answer of the look-up."""
        desk = self._desk
        # Goods go into the basket, and who is about to join still is.
        desk.open_for_goods(keep=True)
        match answer:
            case FoundProduct() | UnknownCode():
                rows.add(desk.work, desk.telling, answer)
            case Pieces(n=n):
                desk.work.adjust(replace(desk.work.draft, next_pieces=n))
                desk.telling.tell(NoticeKind.QUANTITY_SET, count=n)

    def by_sku(self, sku: str, amount: int | None, grams: int | None) -> FoundProduct | None:
        """Goods from a tile, with what was typed before it: a price or a weight, as they need."""
        product = self._desk.plugs.catalogue.by_sku(sku)
        if product is None:
            return None
        if product.open_price:
            return FoundProduct(product, sku, price=amount)
        return FoundProduct(product, sku, grams=grams if product.by_weight else None)

    def find(self, text: str) -> FoundProduct | None:
        """Goods that fit a text: the only one, or a list to choose from."""
        desk = self._desk
        found = desk.lookup.goods(text)
        if isinstance(found, FoundProduct):
            return found
        if len(found.products) == 1:
            return FoundProduct(found.products[0], found.products[0].sku)
        desk.hits = Hits(text, (), found.products)
        if found.products:
            desk.telling.tell(NoticeKind.SEVERAL_FOUND, text=shown(text), count=len(found.products))
        else:
            desk.telling.refuse(NoticeKind.NO_PRODUCT_FOUND, text=shown(text))
        return None

    def link(self, key: int, product: Product) -> None:
        """The code of a row that waits belongs to a product from now on, here and at once.

        Raises:
            Trouble: it could not be written down; nothing changed.
        """
        desk = self._desk
        line = desk.work.draft.line(key)
        if line is None or line.waits_for is not Waiting.GOODS:
            desk.telling.refuse(NoticeKind.NOTHING_TO_LINK)
            return
        if line.pieces > 1 and product.by_weight:
            desk.telling.refuse(NoticeKind.QUANTITY_REFUSED, count=1)
            return
        plugs = desk.plugs
        before = plugs.catalogue.own_sku(line.code)
        deed = Linking(plugs.catalogue, line.code, product.sku, before)
        rows.link(desk.work, line, product, deed)
        desk.telling.tell(NoticeKind.CODE_LINKED, Weight.GOOD, text=product.name)
