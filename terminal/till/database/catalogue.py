"""What is on sale: products by their codes and names, and the tiles of the touch screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from terminal.loyalty.basket import Product
from terminal.till.database import working_basket
from terminal.till.database.connection import Database
from terminal.till.database.folding import one_line, spellings
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.word_search import by_words
from terminal.till.database.writes import Statement
from terminal.till.ports import Tile

_COLUMNS = """p.sku, p.name, p.price, p.vat, p.category, p.brand, p.supplier, p.gtin,
p.by_weight, p.rewardable, p.earning, p.open_price"""
_BY_SKU = f"SELECT {_COLUMNS} FROM products p WHERE p.sku = ?"  # noqa: S608 - our own words
_BY_GTIN = f"""SELECT {_COLUMNS} FROM product_codes c JOIN products p ON p.sku = c.sku
WHERE c.gtin = ?"""  # noqa: S608
_BY_OWN_CODE = f"""SELECT {_COLUMNS} FROM own_codes o JOIN products p ON p.sku = o.sku
WHERE o.code = ?"""  # noqa: S608
_OWN_SKU = "SELECT sku FROM own_codes WHERE code = ?"
_LINK = """INSERT INTO own_codes (code, sku) VALUES (?, ?)
ON CONFLICT (code) DO UPDATE SET sku = excluded.sku"""
_UNLINK = "DELETE FROM own_codes WHERE code = ?"
_ALL = f"SELECT {_COLUMNS} FROM products p ORDER BY p.sku"  # noqa: S608
_MORE_CODES = """SELECT c.gtin, c.sku FROM product_codes c JOIN products p ON p.sku = c.sku
WHERE p.gtin IS NULL OR p.gtin <> c.gtin ORDER BY c.gtin"""
_TILES = f"""SELECT t.tab, t.colour, {_COLUMNS} FROM tiles t JOIN products p ON p.sku = t.sku
ORDER BY t.position"""  # noqa: S608

_PUT_PRODUCT = """INSERT INTO products (sku, name, price, vat, category, brand, supplier, gtin,
by_weight, rewardable, earning, open_price) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (sku) DO UPDATE SET name = excluded.name, price = excluded.price, vat = excluded.vat,
category = excluded.category, brand = excluded.brand, supplier = excluded.supplier,
gtin = excluded.gtin, by_weight = excluded.by_weight, rewardable = excluded.rewardable,
earning = excluded.earning, open_price = excluded.open_price"""
# A code that moved to another product goes with the newer word.
_PUT_CODE = """INSERT INTO product_codes (gtin, sku) VALUES (?, ?)
ON CONFLICT (gtin) DO UPDATE SET sku = excluded.sku"""
PUT_KNOWN_CODE = """INSERT INTO product_codes (gtin, sku)
SELECT ?, ? WHERE EXISTS (SELECT 1 FROM products WHERE sku = ?)
ON CONFLICT (gtin) DO UPDATE SET sku = excluded.sku"""
_DROP_CODES = "DELETE FROM product_codes WHERE sku = ?"
_DROP_WORDS = "DELETE FROM product_words WHERE sku = ?"
_PUT_WORD = "INSERT INTO product_words (word, sku) VALUES (?, ?)"

_PUT_TILE = "INSERT INTO tiles (position, sku, tab, colour) VALUES (?, ?, ?, ?)"


class StoredCatalogue:
    """``ports.Catalogue`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def by_gtin(self, gtin: str) -> Product | None:
        """The product of a GTIN in its normal form."""
        return self._one(_BY_GTIN, gtin)

    def by_sku(self, sku: str) -> Product | None:
        """The product of the shop's own number."""
        return self._one(_BY_SKU, sku)

    def search(self, words: str, limit: int) -> Sequence[Product]:
        """Products whose name has words that begin so, in any spelling."""
        with self._database.reading() as connection:
            quick = Quick(connection)
            found = [
                quick.one(_BY_SKU, (sku,)) for sku in by_words(connection, "product", words, limit)
            ]
        return tuple(_product(row) for row in found)

    def tiles(self) -> Sequence[Tile]:
        """The touch screen, in the owner's order."""
        with self._database.reading() as connection:
            rows = Quick(connection).rows(_TILES)
        return tuple(
            Tile(product=_product(product), group=tab, colour=colour)
            for tab, colour, *product in rows
        )

    def by_own_code(self, code: str) -> Product | None:
        """The product that this till was told a code belongs to, if it is on sale."""
        return self._one(_BY_OWN_CODE, code)

    def own_sku(self, code: str) -> str | None:
        """To which product of the shop a code was linked here, on sale or not."""
        with self._database.reading() as connection:
            row = Quick(connection).row(_OWN_SKU, (code,))
        return None if row is None else str(row[0])

    def link(self, code: str, sku: str | None, *, working: bytes) -> None:
        """Let a code belong to a product from now on; None: to none. Keeps the basket in work.

        It stands apart from the price list: a product that is taken off sale and comes back has
        its code again.
        """
        with self._database.writing() as connection:
            if sku is None:
                Quick(connection).run(_UNLINK, (code,))
            else:
                Quick(connection).run(_LINK, (code, sku))
            working_basket.keep(connection, working)

    def all_products(self) -> Sequence[Product]:
        """The whole price list, by sku."""
        with self._database.reading() as connection:
            return tuple(_product(row) for row in Quick(connection).each(_ALL))

    def more_codes(self) -> Sequence[tuple[str, str]]:
        """(GTIN, sku) of the numbers under which products are found beside their own."""
        with self._database.reading() as connection:
            rows = Quick(connection).rows(_MORE_CODES)
        return tuple((gtin, sku) for gtin, sku in rows)

    def put_products(
        self, products: Iterable[Product], more_codes: Mapping[str, str] | None = None
    ) -> int:
        """Add products, or change those whose sku is known; returns how many.

        A product is found by its own GTIN; ``more_codes`` are further GTINs and the sku of each.
        """
        given = {product.sku: product for product in products}
        with self._database.writing() as connection:
            _put_products(connection, tuple(given.values()))
            Quick(connection).run_all(_PUT_CODE, (more_codes or {}).items())
        return len(given)

    def put_tiles(self, tiles: Iterable[Tile]) -> int:
        """Replace the touch screen; the products must be known. Returns how many tiles."""
        rows = [
            (place, tile.product.sku, one_line(tile.group), tile.colour)
            for place, tile in enumerate(tiles)
        ]
        with self._database.writing() as connection:
            quick = Quick(connection)
            quick.run("DELETE FROM tiles")
            quick.run_many(_PUT_TILE, rows)
        return len(rows)

    def _one(self, question: str, key: str) -> Product | None:
        with self._database.reading() as connection:
            row = Quick(connection).row(question, (key,))
        return None if row is None else _product(row)


def product_statements(
    products: Sequence[Product], more_codes: Iterable[tuple[str, str]] = ()
) -> Iterator[Statement]:
    """The statements by which products are added or changed, with all codes that they have now.

    Numbers are taken away before they are given, since one may move to another product.
    """
    yield _PUT_PRODUCT, [_row(product) for product in products]
    skus = [(product.sku,) for product in products]
    yield _DROP_CODES, skus
    yield _DROP_WORDS, skus
    yield (
        _PUT_CODE,
        [(product.gtin, product.sku) for product in products if product.gtin is not None],
    )
    yield PUT_KNOWN_CODE, [(gtin, sku, sku) for gtin, sku in more_codes]
    yield (
        _PUT_WORD,
        [(word, product.sku) for product in products for word in spellings(one_line(product.name))],
    )


def _put_products(connection: Connection, products: Sequence[Product]) -> None:
    quick = Quick(connection)
    for statement, rows in product_statements(products):
        quick.run_all(statement, rows)


def _row(product: Product) -> tuple[Any, ...]:
    return (
        product.sku,
        one_line(product.name),
        product.price,
        product.vat,
        product.category,
        product.brand,
        product.supplier,
        product.gtin,
        int(product.by_weight),
        int(product.rewardable),
        int(product.earning),
        int(product.open_price),
    )


def _product(columns: Sequence[Any]) -> Product:
    sku, name, price, vat, category, brand, supplier, gtin, *switches = columns
    by_weight, rewardable, earning, open_price = map(bool, switches)
    return Product(
        sku=sku,
        name=name,
        price=price,
        vat=vat,
        category=category,
        brand=brand,
        supplier=supplier,
        gtin=gtin,
        by_weight=by_weight,
        rewardable=rewardable,
        earning=earning,
        open_price=open_price,
    )
