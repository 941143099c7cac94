"""What is being bought, not yet paid: products, lines, the basket.

Prices are minor units. A counted line has pieces at a price each; a weighed line is one piece of
so many grams at a price per kilogram.
"""

from __future__ import annotations

from terminal.loyalty.money import LARGEST_AMOUNT, divide_half_up
from terminal.values import dataclass

LARGEST_PIECES = 100_000
LARGEST_GRAMS = 10_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What the catalogue says of a thing on sale, as far as rules may ask.

    ``category`` is a path such as ``drinks/coffee``; a rule for ``drinks`` reaches it. ``vat`` is
    in basis points. ``gtin`` is the world's number, ``sku`` the shop's own.
    """

    sku: str
    name: str
    price: int
    vat: int
    category: str = ""
    brand: str = ""
    supplier: str = ""
    gtin: str | None = None
    by_weight: bool = False
    rewardable: bool = True
    """False where the law or the shop forbids any discount (tobacco, deposits, gift cards)."""
    earning: bool = True
    """False where no units are earned (tobacco, gift cards); see ``sold_goods``: a card is loaded."""
    open_price: bool = False
    """Goods of a kind, without a price of their own: the cashier types what each costs."""

    def __post_init__(self) -> None:
        if not self.sku:
            raise ValueError("a product needs an sku")
        if not 0 <= self.price <= LARGEST_AMOUNT:
            raise ValueError(f"a price is from 0 to {LARGEST_AMOUNT} minor units: {self.price}")
        if not 0 <= self.vat <= 10_000:
            raise ValueError(f"a VAT rate is from 0 to 10000 basis points: {self.vat}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the basket. ``key`` names it for as long as the basket lives."""

    key: int
    product: Product
    pieces: int = 1
    grams: int | None = None
    price: int | None = None
    """A price that the cashier entered, or a scale's label told, instead of the catalogue's."""

    def __post_init__(self) -> None:
        if not 1 <= self.pieces <= LARGEST_PIECES:
            raise ValueError(f"a line has 1 to {LARGEST_PIECES} pieces, not {self.pieces}")
        if self.grams is not None and (self.pieces != 1 or not 1 <= self.grams <= LARGEST_GRAMS):
            raise ValueError(f"a weighed line is one piece of 1 to {LARGEST_GRAMS} g")
        if self.price is not None and not 0 <= self.price <= LARGEST_AMOUNT:
            raise ValueError(f"a price is from 0 to {LARGEST_AMOUNT} minor units: {self.price}")

    @property
    def unit_price(self) -> int:
        """Minor units a piece, or a kilogram of weighed goods."""
        return self.product.price if self.price is None else self.price

    @property
    def kilograms(self) -> tuple[int, int] | None:
        """How much was weighed, as a fraction: so many kilograms by so many; None: it is counted.

        Of goods sold by weight whose label says a price alone, it is what the shelf's price of a
        kilogram makes of it; by 0 where there is no such price, so that nobody knows.
        """
        if self.grams is not None:
            return self.grams, 1000
        if self.product.by_weight and self.price is not None:
            return self.price, self.product.price
        return None

    @property
    def piece_amount(self) -> int:
        """What one piece costs before rewards; for weighed goods the whole line, half up."""
        if self.grams is None:
            return self.unit_price
        return divide_half_up(self.unit_price * self.grams, 1000)

    @property
    def amount(self) -> int:
        """What the line costs before rewards."""
        if self.grams is None:
            return (self.product.price if self.price is None else self.price) * self.pieces
        return self.piece_amount * self.pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """All lines with their currency; keys are unique."""

    currency: str
    lines: tuple[Line, ...] = ()
    prices_include_tax: bool = True

    def __post_init__(self) -> None:
        if len({line.key for line in self.lines}) != len(self.lines):
            raise ValueError("two lines of a basket have the same key")

    @property
    def amount(self) -> int:
        """What all lines cost before rewards."""
        return sum([line.amount for line in self.lines])
