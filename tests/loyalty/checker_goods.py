"""The independent check's view of goods and of parts of a cent."""

from fractions import Fraction
from math import floor

from terminal.loyalty.basket import Product
from terminal.loyalty.conditions import GoodsFilter


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


def takes(where: GoodsFilter, what: Product, price: int) -> bool:
    """Whether a filter takes a product of which a piece costs so much."""

    def below(path: str) -> bool:
        return what.category.split("/")[: path.count("/") + 1] == path.split("/")

    inside = all(
        (
            not where.skus or what.sku in where.skus,
            not where.categories or any(map(below, where.categories)),
            not where.brands or what.brand in where.brands,
            not where.suppliers or what.supplier in where.suppliers,
        )
    )
    return (
        inside
        and where.price_from <= price
        and (where.price_to is None or price <= where.price_to)
        and what.sku not in where.except_skus
        and not any(map(below, where.except_categories))
    )
