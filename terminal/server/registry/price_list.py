"""The price list through time: a list from an instant on becomes numbered revisions that add up.

A revision says what changed; what holds at an instant is all revisions until then, in the order
of their instants, then of their numbers. Publishing a list that holds before one that is planned
already leaves the planned one as it was: what the new list changed is put right at its instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

from terminal.loyalty.basket import Product
from terminal.wire.registry_json import Pricing, TileRecord

PRODUCTS_MOST = 500
"""Products of one revision; more become several that hold from the same instant."""


@dataclass(frozen=True, slots=True)
class PriceList:
    """The whole list at an instant. ``codes`` are the further GTINs of each product, in order."""

    products: Mapping[str, Product] = field(default_factory=dict)
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tiles: tuple[TileRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceChange:
    """One product that differs between two lists; None where it is not in one of them."""

    sku: str
    before: Product | None
    after: Product | None


def price_list(
    products: Iterable[Product],
    codes: Iterable[tuple[str, str]],
    tiles: tuple[TileRecord, ...],
) -> PriceList:
    """A list from what a file says."""
    by_sku: dict[str, list[str]] = {}
    for gtin, sku in codes:
        by_sku.setdefault(sku, []).append(gtin)
    return PriceList(
        {one.sku: one for one in products},
        {sku: tuple(sorted(gtins)) for sku, gtins in by_sku.items()},
        tiles,
    )


def list_at(pricings: Iterable[Pricing], instant_ms: int) -> PriceList:
    """What holds at an instant."""
    products: dict[str, Product] = {}
    codes: dict[str, tuple[str, ...]] = {}
    tiles: tuple[TileRecord, ...] = ()
    for one in sorted(pricings, key=lambda one: (one.holds_from_ms, one.number)):
        if one.holds_from_ms > instant_ms:
            break
        change = price_list(one.products, one.codes, one.tiles or ())
        for sku in one.removed:
            products.pop(sku, None)
            codes.pop(sku, None)
        for sku, product in change.products.items():
            products[sku] = product
            codes.pop(sku, None)  # a product that is told anew is told with all its codes
        codes.update(change.codes)
        if one.tiles is not None:
            tiles = one.tiles
    return PriceList(products, codes, tiles)


def changes(before: PriceList, after: PriceList) -> list[PriceChange]:
    """The products that differ, removed ones first, then by sku."""
    skus = sorted({*before.products, *after.products})
    found = [
        PriceChange(sku, before.products.get(sku), after.products.get(sku))
        for sku in skus
        if before.products.get(sku) != after.products.get(sku)
        or before.codes.get(sku, ()) != after.codes.get(sku, ())
    ]
    return sorted(found, key=lambda one: (one.after is not None, one.sku))


def pricings_for(
    published: Sequence[Pricing], wanted: PriceList, *, holds_from_ms: int
) -> tuple[Pricing, ...]:
    """The revisions after which ``wanted`` holds from its instant until the next planned list."""
    number = max((one.number for one in published), default=0)
    before = list_at(published, holds_from_ms)
    differing = changes(before, wanted)
    new_tiles = wanted.tiles != before.tiles
    added: list[Pricing] = []
    planned = sorted({one.holds_from_ms for one in published if one.holds_from_ms > holds_from_ms})
    for instant in (holds_from_ms, *planned):
        then = wanted if instant == holds_from_ms else list_at(published, instant)
        for one in _cut([one.sku for one in differing], before, then, new_tiles=new_tiles):
            number += 1
            added.append(
                Pricing(
                    number=number,
                    holds_from_ms=instant,
                    products=one.products,
                    codes=one.codes,
                    removed=one.removed,
                    tiles=one.tiles,
                )
            )
    return tuple(added)


def words_of(product: Product | None, other: Product | None) -> str:
    """What one product says that the other does not, for a line of the difference."""
    if product is None:
        return ""
    shown = ("name", "price") if other is None else tuple(one.name for one in fields(Product))
    told = (
        f"{name} {getattr(product, name)}"
        for name in shown
        if other is None or getattr(product, name) != getattr(other, name)
    )
    return ", ".join(told)


@dataclass(frozen=True, slots=True)
class _Part:
    products: tuple[Product, ...]
    codes: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    tiles: tuple[TileRecord, ...] | None


def _cut(
    skus: Sequence[str], before: PriceList, then: PriceList, *, new_tiles: bool
) -> Iterator[_Part]:
    """What is to be told so that these products are as in ``then``, in parts; tiles come last."""
    removed = tuple(sku for sku in skus if sku not in then.products)
    kept = [sku for sku in skus if sku in then.products]

    def gives_up(sku: str) -> bool:
        """Whether the product lets go of a number, which another one may take over."""
        known = before.products.get(sku)
        lost = set(before.codes.get(sku, ())) - set(then.codes.get(sku, ()))
        return bool(lost) or (known is not None and known.gtin != then.products[sku].gtin)

    kept.sort(key=lambda sku: (not gives_up(sku), sku))
    starts = range(0, max(1, len(kept)), PRODUCTS_MOST)
    for start in starts:
        part = kept[start : start + PRODUCTS_MOST]
        last = start == starts[-1]
        one = _Part(
            tuple(then.products[sku] for sku in part),
            tuple((gtin, sku) for sku in part for gtin in then.codes.get(sku, ())),
            removed if start == 0 else (),
            then.tiles if new_tiles and last else None,
        )
        if one.products or one.removed or one.tiles is not None:
            yield one
