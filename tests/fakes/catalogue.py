"""What is on sale, in dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from terminal.loyalty.basket import Product
from terminal.till.database.folding import best, folded_words, rank
from terminal.till.ports import Tile
from terminal.till.trouble import Trouble
from tests.fakes.working_basket import FakeWorkingBasket


class FakeCatalogue:
    """``ports.Catalogue``. ``trouble`` is raised by the next link."""

    def __init__(
        self,
        products: Iterable[Product] = (),
        tiles: Iterable[Tile] = (),
        working: FakeWorkingBasket | None = None,
    ) -> None:
        self.working = working or FakeWorkingBasket()
        self.trouble: Trouble | None = None
        self.products: dict[str, Product] = {}
        self.codes: dict[str, str] = {}
        self.own: dict[str, str] = {}
        self.screen: tuple[Tile, ...] = ()
        self.put_products(products)
        self.put_tiles(tiles)

    def by_gtin(self, gtin: str) -> Product | None:
        return self.products.get(self.codes.get(gtin, ""))

    def by_sku(self, sku: str) -> Product | None:
        return self.products.get(sku)

    def by_own_code(self, code: str) -> Product | None:
        return self.products.get(self.own.get(code, ""))

    def own_sku(self, code: str) -> str | None:
        return self.own.get(code)

    def link(self, code: str, sku: str | None, *, working: bytes) -> None:
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            raise trouble
        if sku is None:
            self.own.pop(code, None)
        else:
            self.own[code] = sku
        self.working.save(working)

    def search(self, words: str, limit: int) -> Sequence[Product]:
        asked = folded_words(words)
        if not asked:
            return ()
        found = best(((rank(asked, one.name), one.sku) for one in self.products.values()), limit)
        return tuple(self.products[sku] for sku in found)

    def tiles(self) -> Sequence[Tile]:
        return self.screen

    def put_products(
        self, products: Iterable[Product], more_codes: Mapping[str, str] | None = None
    ) -> int:
        given = {product.sku: product for product in products}
        self.products |= given
        self.codes = {gtin: sku for gtin, sku in self.codes.items() if sku not in given}
        self.codes |= {one.gtin: one.sku for one in given.values() if one.gtin is not None}
        self.codes |= more_codes or {}
        return len(given)

    def put_tiles(self, tiles: Iterable[Tile]) -> int:
        self.screen = tuple(tiles)
        return len(self.screen)
