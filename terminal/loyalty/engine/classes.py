"""The pieces of a basket in classes: those that no rule can tell apart.

Pieces that are alike (same product, same price) form a class, whatever line they stand on, so
the order of scans cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.conditions import GoodsFilter
from terminal.values import dataclass

_Alike = list[tuple[Product, list[tuple[int, int]]]]
"""Products, and their (line key, pieces)."""


@dataclass(frozen=True, slots=True)
class PieceClass:
    """Pieces that no rule can tell apart. ``lines`` is (line key, pieces) in order of keys."""

    product: Product
    price: int
    lines: tuple[tuple[int, int], ...]

    @property
    def pieces(self) -> int:
        """How many there are."""
        return sum(pieces for _, pieces in self.lines)


class PieceClasses:
    """All classes of a basket, dearest first, which also know those that each filter takes."""

    def __init__(self, classes: Iterable[PieceClass]) -> None:
        self._classes = tuple(classes)
        self.counts = [one.pieces for one in self._classes]
        """How many pieces each class has."""
        self._taken: dict[GoodsFilter, list[int]] = {}
        self._skus: dict[str, set[int]] = {}
        self._categories: dict[str, set[int]] = {}
        self._brands: dict[str, set[int]] = {}
        self._suppliers: dict[str, set[int]] = {}
        for index, one in enumerate(self._classes):
            product = one.product
            self._skus.setdefault(product.sku, set()).add(index)
            self._brands.setdefault(product.brand, set()).add(index)
            self._suppliers.setdefault(product.supplier, set()).add(index)
            path = product.category
            while True:
                self._categories.setdefault(path, set()).add(index)
                path, slash, _ = path.rpartition("/")
                if not slash:
                    break

    def __len__(self) -> int:
        return len(self._classes)

    def __getitem__(self, index: int) -> PieceClass:
        return self._classes[index]

    def __iter__(self) -> Iterator[PieceClass]:
        return iter(self._classes)

    def taken_by(self, goods: GoodsFilter) -> list[int]:
        """The indices of the classes that a filter takes, dearest first."""
        known = self._taken.get(goods)
        if known is not None:
            return known
        left: set[int] | None = None
        for names, index in (
            (goods.skus, self._skus),
            (goods.categories, self._categories),
            (goods.brands, self._brands),
            (goods.suppliers, self._suppliers),
        ):
            if names:
                there = set[int]().union(*[index.get(name, ()) for name in names])
                left = there if left is None else left & there
        found = list(range(len(self._classes))) if left is None else sorted(left)
        for names, index in (
            (goods.except_skus, self._skus),
            (goods.except_categories, self._categories),
        ):
            if names:
                gone = set[int]().union(*[index.get(name, ()) for name in names])
                found = [one for one in found if one not in gone]
        self._taken[goods] = found
        return found


class Earners:
    """The lines of a basket whose goods earn, asked for by what a rule is about.

    Pieces of a class are alike, so one look at its product answers for all of its lines.
    """

    def __init__(self, basket: Basket, classes: PieceClasses) -> None:
        self._lines = [line for line in basket.lines if line.product.earning]
        self._classes = classes
        places: dict[int, int] = {}
        for index, one in enumerate(classes):
            for key, _ in one.lines:
                places[key] = index
        self._places = [places.get(line.key, -1) for line in self._lines]

    def taken_by(self, goods: GoodsFilter) -> tuple[Line, ...]:
        """Those that a filter takes, in the order of the basket."""
        taken = [False] * len(self._classes)
        for index in self._classes.taken_by(goods):
            taken[index] = True
        found: list[Line] = []
        for number, line in enumerate(self._lines):
            place = self._places[number]
            # What no reward may touch is in no class.
            if taken[place] if place >= 0 else goods.takes(line.product):
                found.append(line)
        return tuple(found)


def piece_classes(basket: Basket) -> PieceClasses:
    """The classes of all pieces that rewards may touch, dearest first."""
    found: dict[tuple[int, str], _Alike] = {}
    for line in sorted(basket.lines, key=lambda line: line.key):
        price = line.piece_amount if line.product.rewardable else 0
        if price > 0:
            alike = found.setdefault((-price, line.product.sku), [])
            for product, lines in alike:
                # The whole product is compared, should two lines of one sku differ in anything.
                if product is line.product or product == line.product:
                    lines.append((line.key, line.pieces))
                    break
            else:
                alike.append((line.product, [(line.key, line.pieces)]))
    return PieceClasses(
        [
            PieceClass(product, -place[0], tuple(lines))
            for place in sorted(found)
            for product, lines in _in_order(found[place])
        ]
    )


def _in_order(alike: _Alike) -> _Alike:
    """Products of one sku and one price that differ in anything else, always in the same order."""
    return sorted(alike, key=lambda pair: repr(pair[0])) if len(alike) > 1 else alike
