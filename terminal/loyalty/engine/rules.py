"""The programmes in force, as every question asks of them: worked out once while they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from terminal.loyalty.basket import Product
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.programme import Programme, Reward, in_force
from terminal.loyalty.standing import RewardName

PRODUCTS_MOST = 2_000
"""Of so many products it is kept which rewards look at them."""


class Rules:
    """The programmes of which each has its revision of an instant, and their rewards in order.

    Nothing here depends on a basket or a customer.
    """

    def __init__(self, revisions: Iterable[Programme], utc: datetime) -> None:
        self.revisions = tuple(revisions)
        self.programmes = in_force(self.revisions, utc)
        now = utc.replace(tzinfo=UTC)
        turns = [one.holds_from for one in self.revisions]
        self._since = max([one for one in turns if one <= now], default=None)
        self._until = min([one for one in turns if one > now], default=None)
        self.rewards: list[tuple[Programme, Reward, RewardName]] = []
        self._looking = _Index()
        self._competing = _Index()
        for programme in self.programmes:
            for reward in programme.rewards:
                self._put(len(self.rewards), reward)
                name = RewardName(programme.programme, reward.id)
                self.rewards.append((programme, reward, name))
        self._known: dict[str, _Seen] = {}

    def _put(self, number: int, reward: Reward) -> None:
        target, condition = reward.target, reward.condition
        filters = [need.goods for need in condition.needs]
        if target.also is not None:
            filters.append(target.also.goods)
        if target.scope == "piece":
            filters.append(target.goods)
        if target.scope != "basket":
            for goods in filters:
                self._competing.put(goods, number)
        filters.append(target.goods)
        if condition.spend or condition.pieces:
            filters.append(condition.goods)
        for goods in filters:
            self._looking.put(goods, number)

    def hold(self, revisions: Iterable[Programme], utc: datetime) -> bool:
        """Whether they are those of some revisions at an instant."""
        others, mine = tuple(revisions), self.revisions
        if others is not mine:
            if len(others) != len(mine):
                return False
            for place, one in enumerate(others):
                if one is not mine[place]:
                    return False
        now = utc.replace(tzinfo=UTC)
        return (self._since is None or self._since <= now) and (
            self._until is None or now < self._until
        )

    def is_contested(self, product: Product) -> bool:
        """Whether rewards on goods may be about a product; never False where one is."""
        return self._seen(product).contested

    def looking_at(self, product: Product) -> list[int]:
        """The numbers of all rewards that look at a product, some of others among them."""
        return self._seen(product).numbers

    def _seen(self, product: Product) -> _Seen:
        known = self._known.get(product.sku)
        if known is None or (known.product is not product and known.product != product):
            if len(self._known) >= PRODUCTS_MOST:
                self._known.clear()
            known = _Seen(product, self._looking.of(product), bool(self._competing.of(product)))
            self._known[product.sku] = known
        return known


class _Seen:
    """A product, and what looks at it."""

    __slots__ = ("contested", "numbers", "product")

    def __init__(self, product: Product, numbers: list[int], contested: bool) -> None:
        self.product, self.numbers, self.contested = product, numbers, contested


class _Index:
    """The numbers of rewards by one list of names of each of their filters."""

    __slots__ = ("_brands", "_categories", "_every", "_skus", "_suppliers")

    def __init__(self) -> None:
        self._every: list[int] = []
        self._skus: dict[str, list[int]] = {}
        self._categories: dict[str, list[int]] = {}
        self._brands: dict[str, list[int]] = {}
        self._suppliers: dict[str, list[int]] = {}

    def put(self, goods: GoodsFilter, number: int) -> None:
        """One more filter of a reward. A product must pass every list of it, so one will do."""
        if goods.skus:
            _add(self._skus, goods.skus, number)
        elif goods.brands:
            _add(self._brands, goods.brands, number)
        elif goods.categories:
            _add(self._categories, goods.categories, number)
        elif goods.suppliers:
            _add(self._suppliers, goods.suppliers, number)
        else:
            self._every.append(number)

    def of(self, product: Product) -> list[int]:
        """The rewards with a filter that has a name of this product."""
        found = [
            *self._every,
            *self._skus.get(product.sku, ()),
            *self._brands.get(product.brand, ()),
            *self._suppliers.get(product.supplier, ()),
        ]
        path = product.category
        while True:
            found += self._categories.get(path, ())
            path, slash, _ = path.rpartition("/")
            if not slash:
                return found


def _add(index: dict[str, list[int]], names: Iterable[str], number: int) -> None:
    for name in names:
        index.setdefault(name, []).append(number)
