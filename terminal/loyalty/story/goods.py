"""What is scanned in a story, as the basket that the engine knows."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.story.shop import StoryStops
from terminal.loyalty.story.steps import Scanned, Story


def basket_of(story: Story, lines: Sequence[Scanned]) -> Basket:
    """What was scanned, as a basket.

    Raises:
        StoryStops: one of it is no product of the story.
    """
    return Basket(
        currency=story.currency,
        prices_include_tax=story.prices_include_tax,
        lines=tuple(_line(story, key, one) for key, one in enumerate(lines, start=1)),
    )


def _line(story: Story, key: int, scanned: Scanned) -> Line:
    goods = story.products.get(scanned.sku)
    if goods is None:
        raise StoryStops(f"no product {scanned.sku!r}")
    if goods.by_weight and scanned.grams is None and scanned.price is None:
        raise StoryStops(f"{scanned.sku!r} is weighed: its grams, or the price on its label")
    try:
        product = Product(
            sku=scanned.sku,
            name=goods.name or scanned.sku,
            price=goods.price,
            vat=goods.vat,
            category=goods.category,
            brand=goods.brand,
            supplier=goods.supplier,
            by_weight=goods.by_weight or scanned.grams is not None,
            rewardable=goods.rewardable,
            earning=goods.earning,
        )
        return Line(
            key=key,
            product=product,
            pieces=scanned.pieces,
            grams=scanned.grams,
            price=scanned.price,
        )
    except ValueError as error:
        raise StoryStops(f"lines[{key - 1}]: {error}") from error
