"""The steps of the basket's rows: goods by hand, unknown codes, pieces, prices, weights."""

from __future__ import annotations

from dataclasses import replace

from terminal.till.checkout import rows
from terminal.till.checkout.draft import DraftLine
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.steps import Steps, without_trouble
from terminal.till.checkout.view import CheckoutView


class LineSteps(Steps):
    """What is sold, line by line; scans are not among them."""

    @without_trouble
    def add_product(
        self, sku: str, *, amount: int | None = None, grams: int | None = None
    ) -> CheckoutView:
        """Goods from a tile or a list of hits, with what was typed before as money or a weight."""
        self._quiet()
        found = self._goods.by_sku(sku, amount, grams)
        if found is None:
            return self._refuse(NoticeKind.NO_PRODUCT_FOUND, text=sku)
        above = self._desk.shop.ask_above
        price = found.price or 0
        if price > rows.DEAREST or rows.is_usual_price(self._telling, price, above, sku):
            self._answers.take(found)
        return self.view()

    @without_trouble
    def find_goods(self, text: str) -> CheckoutView:
        """Goods by name or number, and nobody who is called so. The only one goes in at once."""
        self._quiet()
        found = self._goods.find(text)
        if found is not None:
            self._answers.take(found)
        return self.view()

    @without_trouble
    def find_for_code(self, key: int, text: str) -> CheckoutView:
        """To which goods the code of a row belongs: the only one that fits, or a list."""
        self._quiet()
        found = self._goods.find(text)
        if found is not None and self._selling:
            self._goods.link(key, found.product)
        return self.view()

    @without_trouble
    def link(self, key: int, sku: str) -> CheckoutView:
        """The code of a row belongs to a product from now on."""
        self._quiet()
        product = self._plugs.catalogue.by_sku(sku)
        if product is None:
            return self._refuse(NoticeKind.NO_PRODUCT_FOUND, text=sku)
        if self._selling:
            self._goods.link(key, product)
        return self.view()

    def select(self, key: int) -> CheckoutView:
        """The row that keys act on from now on. No step to undo."""
        if self._work.draft.line(key) is not None:
            self._work.adjust(replace(self._work.draft, selected=key))
        return self.view()

    @without_trouble
    def set_pieces(self, key: int, pieces: int) -> CheckoutView:
        """How many pieces a row has; none voids it."""
        line = self._row(key)
        if line is not None:
            rows.set_pieces(self._work, self._telling, line, pieces)
        return self.view()

    @without_trouble
    def add_pieces(self, key: int, change: int) -> CheckoutView:
        """One piece more or less; the last one is not taken, Del does that."""
        line = self._row(key)
        if line is not None:
            rows.set_pieces(self._work, self._telling, line, max(1, line.pieces + change))
        return self.view()

    @without_trouble
    def void(self, key: int) -> CheckoutView:
        """A row taken out, before the sale is recorded."""
        line = self._row(key)
        if line is not None:
            rows.void(self._work, self._telling, line)
        return self.view()

    @without_trouble
    def set_price(self, key: int, amount: int) -> CheckoutView:
        """A price for an unknown code, for goods without one, for a kilogram of weighed ones."""
        line = self._row(key)
        if line is not None:
            ask_above = self._desk.shop.ask_above
            rows.set_price(self._work, self._telling, line, amount, ask_above)
        return self.view()

    @without_trouble
    def set_weight(self, key: int, grams: int) -> CheckoutView:
        """What the scale shows for goods that are sold by weight."""
        line = self._row(key)
        if line is not None:
            rows.set_weight(self._work, self._telling, line, grams)
        return self.view()

    def _row(self, key: int) -> DraftLine | None:
        self._quiet()
        return self._work.draft.line(key) if self._selling else None
