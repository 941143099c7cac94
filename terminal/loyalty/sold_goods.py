"""Which goods a rule for purchases counts, and which of them are its unit itself, sold for money.

Goods that are marked as bringing no units bring no points. A gift card is such goods in most shops,
and what stands on it is no reward: it is what was bought.
"""

from __future__ import annotations

from terminal.loyalty.basket import Line, Product
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece
from terminal.loyalty.programme import UnitTerms
from terminal.loyalty.units import UnitKind

_ALL = GoodsFilter()


def may_sell(rule: EarnRule, unit: UnitTerms | None) -> bool:
    """Whether a rule may sell its unit, at some price: money and vouchers are sold, by what they
    are loaded for; a rule about all goods thanks for a purchase.
    """
    if unit is None or rule.on != "purchase" or rule.goods == _ALL:
        return False
    if unit.kind is UnitKind.MONEY:
        return isinstance(rule.per, PerPiece) or is_loaded_by_price(rule, unit)
    # That somebody named the very goods is all that tells a sold voucher from a given one.
    return unit.kind is UnitKind.VOUCHERS and bool(rule.goods.skus)


def is_loaded_by_price(rule: EarnRule, unit: UnitTerms | None) -> bool:
    """Whether a rule loads what goods cost, or more. What loads less gives a part back."""
    money = unit is not None and unit.kind is UnitKind.MONEY
    per = rule.per
    return money and isinstance(per, PerMoney) and rule.units >= per.amount and rule.goods != _ALL


def sells(rule: EarnRule, unit: UnitTerms | None, price: int) -> bool:
    """Whether a rule sells its unit for goods of which a piece costs so much."""
    if not may_sell(rule, unit):
        return False
    if unit is not None and unit.kind is UnitKind.MONEY and isinstance(rule.per, PerPiece):
        return rule.units >= price * rule.per.pieces
    return True


def brings(rule: EarnRule, unit: UnitTerms | None, product: Product, price: int) -> bool:
    """Whether goods that a rule is about bring its unit, at this price."""
    return product.earning or sells(rule, unit, price)


def counts(rule: EarnRule, unit: UnitTerms | None, line: Line) -> bool:
    """Whether a rule counts a line: it is about its goods, and they bring its unit."""
    return brings(rule, unit, line.product, line.piece_amount) and rule.goods.takes(line)
