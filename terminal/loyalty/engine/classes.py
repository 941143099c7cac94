"""The pieces of a basket in classes: those that no rule can tell apart.

Pieces that are alike (same product, same price, same weight) form a class, whatever line they
stand on, so the order of scans cannot matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.earning import EarnRule
from terminal.loyalty.programme import UnitTerms
from terminal.loyalty.sold_goods import brings
from terminal.values import dataclass

_Index = dict[str, list[int]]
"""By name, the numbers of classes in order."""

_Kilograms = tuple[int, int] | None
"""See ``Line.kilograms``."""

_Alike = list[tuple[Product, _Kilograms, list[tuple[int, int]]]]
"""Products with what a piece of them weighs, and their (line key, pieces)."""


@dataclass(frozen=True, slots=True)
class PieceClass:
    """Pieces that no rule can tell apart. ``lines`` is (line key, pieces) in order of keys."""

    product: Product
    price: int
    lines: tuple[tuple[int, int], ...]
    kilograms: tuple[int, int] | None = None
    """What a piece weighs, as a line tells it; None: it is counted."""

    @property
    def pieces(self) -> int:
        """How many there are."""
        return sum(pieces for _, pieces in self.lines)


class PieceClasses:
    """All classes of a basket, which also know those that each filter takes.

    In front stand those that rewards on goods may be about, so many as are ``contested``; these
    and the others each dearest first. So what is known of the former stays while others come.
    """

    def __init__(self, classes: Iterable[PieceClass], contested: int | None = None) -> None:
        self._classes = tuple(classes)
        self.contested = len(self._classes) if contested is None else contested
        self.counts = [one.pieces for one in self._classes]
        """How many pieces each class has."""
        self._taken: dict[GoodsFilter, list[int]] = {}
        self._reached: dict[GoodsFilter, frozenset[int]] = {}
        self._skus: _Index = {}
        self._categories: _Index = {}
        self._brands: _Index = {}
        self._suppliers: _Index = {}
        for index, one in enumerate(self._classes):
            product = one.product
            self._skus.setdefault(product.sku, []).append(index)
            self._brands.setdefault(product.brand, []).append(index)
            self._suppliers.setdefault(product.supplier, []).append(index)
            path = product.category
            while True:
                self._categories.setdefault(path, []).append(index)
                path, slash, _ = path.rpartition("/")
                if not slash:
                    break

    def __len__(self) -> int:
        return len(self._classes)

    def __getitem__(self, index: int) -> PieceClass:
        return self._classes[index]

    def __iter__(self) -> Iterator[PieceClass]:
        return iter(self._classes)

    def dearest_first(self, indices: Iterable[int]) -> list[int]:
        """Classes in the order of their prices, contested or not."""
        found = sorted(indices)
        if found and found[-1] >= self.contested:
            found.sort(key=self._place)
        return found

    def _place(self, index: int) -> tuple[int, str, int]:
        one = self._classes[index]
        return (-one.price, one.product.sku, index)

    def taken_by(self, goods: GoodsFilter) -> list[int]:
        """The indices of the classes that a filter takes, in order."""
        taken = self._taken.get(goods)
        if taken is None:
            taken = self._taken[goods] = self._look(goods)
        return taken

    def reached_by(self, goods: GoodsFilter) -> frozenset[int]:
        """The same as a set, one for all filters that are equal."""
        known = self._reached.get(goods)
        if known is None:
            known = self._reached[goods] = frozenset(self.taken_by(goods))
        return known

    def _look(self, goods: GoodsFilter) -> list[int]:
        found: list[int] | None = None
        found = _also(found, _named(goods.skus, self._skus))
        found = _also(found, _named(goods.categories, self._categories))
        found = _also(found, _named(goods.brands, self._brands))
        found = _also(found, _named(goods.suppliers, self._suppliers))
        if found is None:
            found = list(range(len(self._classes)))
        for gone in (
            _named(goods.except_skus, self._skus),
            _named(goods.except_categories, self._categories),
        ):
            if gone:
                out = set(gone)
                found = [one for one in found if one not in out]
        if goods.is_priced:
            found = [one for one in found if goods.takes_price(self._classes[one].price)]
        return found


def _named(names: tuple[str, ...], index: _Index) -> list[int] | None:
    """The classes of some names, in order; None where none is named."""
    if len(names) == 1:
        return index.get(names[0], [])
    if not names:
        return None
    return sorted({one for name in names for one in index.get(name, [])})


def _also(found: list[int] | None, there: list[int] | None) -> list[int] | None:
    """What is in both; None is everything."""
    if found is None or there is None:
        return found if there is None else there
    also = set(there)
    return [one for one in found if one in also]


class Earners:
    """The lines of a basket, asked for by the earn rules that count them.

    Pieces of a class are alike, so one look at its product answers for all of its lines.
    """

    def __init__(self, basket: Basket, classes: PieceClasses) -> None:
        self._lines = basket.lines
        self._classes = classes
        places: dict[int, int] = {}
        for index, one in enumerate(classes):
            for key, _ in one.lines:
                places[key] = index
        self._places = [places.get(line.key, -1) for line in self._lines]

    def taken_by(self, rule: EarnRule, unit: UnitTerms) -> tuple[Line, ...]:
        """Those that a rule counts, in the order of the basket."""
        goods = rule.goods
        taken = [False] * len(self._classes)
        for index in self._classes.taken_by(goods):
            taken[index] = True
        found: list[Line] = []
        for number, line in enumerate(self._lines):
            place = self._places[number]
            # What no reward may touch is in no class.
            if taken[place] if place >= 0 else goods.takes(line):
                product = line.product
                if product.earning or brings(rule, unit, product, line.piece_amount):
                    found.append(line)
        return tuple(found)


def _contested(_: Product) -> bool:
    return True


def piece_classes(
    basket: Basket, is_contested: Callable[[Product], bool] = _contested
) -> PieceClasses:
    """The classes of all pieces that rewards may touch; ``is_contested``: by rewards on goods."""
    found: dict[tuple[int, str], _Alike] = {}
    for line in sorted(basket.lines, key=lambda line: line.key):
        price = line.piece_amount if line.product.rewardable else 0
        if price > 0:
            alike = found.setdefault((-price, line.product.sku), [])
            kilograms = line.kilograms
            for product, weight, lines in alike:
                # The whole product is compared, should two lines of one sku differ in anything.
                if weight == kilograms and (product is line.product or product == line.product):
                    lines.append((line.key, line.pieces))
                    break
            else:
                alike.append((line.product, kilograms, [(line.key, line.pieces)]))
    front: list[PieceClass] = []
    behind: list[PieceClass] = []
    for place in sorted(found):
        for product, kilograms, lines in _in_order(found[place]):
            made = PieceClass(product, -place[0], tuple(lines), kilograms)
            if is_contested(product):
                front.append(made)
            else:
                behind.append(made)
    return PieceClasses([*front, *behind], len(front))


def _in_order(alike: _Alike) -> _Alike:
    """Pieces of one sku and one price that differ in anything else, always in the same order."""
    return sorted(alike, key=lambda one: repr(one[:2])) if len(alike) > 1 else alike
