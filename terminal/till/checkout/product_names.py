"""What products are called of which offers want more, so that people are told which ones."""

from __future__ import annotations

from collections.abc import Mapping

from terminal.loyalty.naming import names_of_products, products_wanted
from terminal.loyalty.standing import RewardName
from terminal.till.checkout.work import BasketInWork
from terminal.till.ports import Catalogue
from terminal.till.trouble import Trouble

PRODUCTS_MOST = 20
"""So many products outside the basket are looked up for one picture; of others pieces are told."""


class ProductNames:
    """Reads the name of a product that is not in the basket once for each basket."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._read: dict[str, str] = {}

    def wanted(self, work: BasketInWork) -> dict[RewardName, Mapping[str, str]]:
        """The names for what is said of the basket now; most of the products are in it."""
        if not work.draft.lines:
            self._read.clear()  # the price list may be another one for the next customer
        evaluation = work.evaluation
        reasons = [one.reason for one in evaluation.not_applied if one.reason.wanted]
        reasons += [one.missing for one in evaluation.within_reach]
        wanted = set(products_wanted(reasons))
        if not wanted:
            return {}
        known = {line.product.sku: line.product.name for line in work.draft.lines if line.product}
        called = {sku: known[sku] for sku in wanted if sku in known}
        outside = sorted(wanted - called.keys())[:PRODUCTS_MOST]
        self._look_up(outside)
        return names_of_products(called | {sku: self._read.get(sku, "") for sku in outside})

    def _look_up(self, skus: list[str]) -> None:
        """What cannot be read has no name here: a picture shows trouble, and never makes it."""
        for sku in skus:
            if sku in self._read:
                continue
            try:
                product = self._catalogue.by_sku(sku)
            except Trouble:
                return
            self._read[sku] = product.name if product is not None else ""
