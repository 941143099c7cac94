"""However lists are published, each holds from its instant until the next one, exactly."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from terminal.loyalty.basket import Product
from terminal.server.registry import price_list as module
from terminal.server.registry.price_list import PriceList, list_at, price_list, pricings_for
from terminal.wire.registry_json import Pricing, TileRecord

SKUS = "abcdef"
GTINS = "12345678"


@st.composite
def lists(draw: st.DrawFn) -> PriceList:
    skus = draw(st.sets(st.sampled_from(SKUS)))
    numbers = draw(st.permutations(GTINS))
    products = [
        Product(
            sku=sku,
            name=sku,
            price=draw(st.integers(0, 3)),
            vat=0,
            gtin=numbers[place] if draw(st.booleans()) else None,
        )
        for place, sku in enumerate(sorted(skus))
    ]
    codes = [
        (numbers[len(SKUS) + place], sku)
        for place, sku in enumerate(sorted(skus)[:2])
        if draw(st.booleans())
    ]
    tiles = tuple(TileRecord(sku=sku, tab="") for sku in sorted(skus)[:1] if draw(st.booleans()))
    return price_list(products, codes, tiles)


plans = st.lists(st.tuples(st.integers(1, 4), lists()), min_size=1, max_size=6)


@given(plans)
def test_each_list_holds_until_the_next(plan: Sequence[tuple[int, PriceList]]) -> None:
    published: list[Pricing] = []
    wanted: dict[int, PriceList] = {}
    for instant, new in plan:
        published += pricings_for(published, new, holds_from_ms=instant)
        wanted[instant] = new
    for instant, expected in wanted.items():
        # A list that changed nothing has no instant of its own, and gives way to those before.
        later = [one for one in published if one.holds_from_ms == instant]
        if later:
            assert list_at(published, instant) == expected
    assert [one.number for one in published] == list(range(1, len(published) + 1))


@given(plans)
def test_a_till_that_folds_in_the_order_of_arrival_agrees(
    plan: Sequence[tuple[int, PriceList]],
) -> None:
    """Once all instants have passed: what comes later was put right beside it."""
    published: list[Pricing] = []
    for instant, new in plan:
        published += pricings_for(published, new, holds_from_ms=instant)
    as_arrived = [
        Pricing(
            number=one.number,
            holds_from_ms=1,
            products=one.products,
            codes=one.codes,
            removed=one.removed,
            tiles=one.tiles,
        )
        for one in published
    ]
    assert list_at(as_arrived, 9) == list_at(published, 9)


def test_numbers_are_let_go_before_they_are_taken() -> None:
    """A product that gives its GTIN away stands in an earlier part than the one that takes it."""
    count = module.PRODUCTS_MOST + 5
    before = price_list(
        [Product(sku=f"{n:04}", name="x", price=1, vat=0, gtin=str(n)) for n in range(count)],
        (),
        (),
    )
    after = price_list(
        [
            Product(
                sku=f"{n:04}",
                name="x",
                price=2,
                vat=0,
                gtin=None if n == count - 1 else str(count - 1) if n == 0 else str(n),
            )
            for n in range(count)
        ],
        (),
        (),
    )
    first = pricings_for((), before, holds_from_ms=1)
    parts = pricings_for(first, after, holds_from_ms=2)
    place = {one.sku: at for at, part in enumerate(parts) for one in part.products}
    assert place[f"{count - 1:04}"] == 0
