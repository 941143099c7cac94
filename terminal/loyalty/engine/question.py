"""What is the same for every combination tried on one basket, and what the trials have taught."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cache
from typing import Any

from terminal.loyalty.basket import Basket
from terminal.loyalty.earning import PerMoney
from terminal.loyalty.engine.allocation import SCALE, Searches
from terminal.loyalty.engine.classes import PieceClasses
from terminal.loyalty.engine.contested import Contested
from terminal.loyalty.engine.dealing import deal_of, is_implicit
from terminal.loyalty.engine.deals import Deal
from terminal.loyalty.engine.goods import Application, Candidate, applications, reached_by
from terminal.loyalty.money import BASIS_POINTS, tax_upon
from terminal.loyalty.programme import Programme
from terminal.loyalty.sold_goods import may_sell, sells
from terminal.loyalty.standing import Choices, RewardName, Standing
from terminal.values import dataclass


def kinds_of(classes: PieceClasses, programmes: Iterable[Programme]) -> Callable[[int], object]:
    """Classes that every earn rule takes alike are of a kind.

    Unless pieces of them count, or only those at their full price.
    """
    units = [(rule, one.unit) for one in programmes for rule in one.earn]
    rules = [rule for rule, _ in units]
    selling = [number for number, one in enumerate(units) if may_sell(*one)]

    @cache
    def kind(index: int) -> object:
        product, price = classes[index].product, classes[index].price
        counting: Iterable[int] = range(len(rules))
        if not product.earning:
            counting = [number for number in selling if sells(*units[number], price)]
        taking = [number for number in counting if rules[number].goods.takes_piece(product, price)]
        if any(
            not (isinstance(rules[number].per, PerMoney) and rules[number].reduced)
            for number in taking
        ):
            return index
        multiplied = [
            (number, place)
            for number in taking
            for place, one in enumerate(rules[number].multipliers)
            if one.goods.takes_piece(product, price)
        ]
        return (tuple(taking), tuple(multiplied))

    return kind


@dataclass(frozen=True, slots=True)
class Question:
    """A basket and who buys it, with everything about them that is worked out once."""

    basket: Basket
    classes: PieceClasses
    standing: Standing
    choices: Choices
    kind_of: Callable[[int], object]
    """By class, what tells apart those that earn differently."""
    contested: Contested
    searches: Searches = field(default_factory=dict)
    reached: dict[RewardName, frozenset[int]] = field(default_factory=dict)
    relaxed: Any = None
    """What is known of all groups of a wide basket together (``packed.Relaxed``)."""

    keys: list[list[int]] = field(default_factory=list)
    """By class, the keys of its lines."""
    amounts: dict[int, int] = field(default_factory=dict)
    """By line, what it costs before rewards."""
    covers: dict[frozenset[int], tuple[list[list[int]], int]] = field(default_factory=dict)
    """Lines and shelf prices of the classes that rewards on the basket are about."""

    @property
    def scale(self) -> int:
        """In what parts of a minor unit the search counts: whole ones where tax is inside."""
        return 1 if self.basket.prices_include_tax else BASIS_POINTS

    @property
    def counts(self) -> list[int]:
        """How many pieces each class has."""
        return self.classes.counts

    @property
    def contested_counts(self) -> list[int]:
        """The same of the classes that rewards on goods are about; these stand in front."""
        return self.classes.counts[: self.classes.contested]

    @property
    def weights(self) -> list[int]:
        """By class, what a minor unit off counts in the search: tax on top goes with it."""
        if self.basket.prices_include_tax:
            return [1] * len(self.classes)
        return [BASIS_POINTS + one.product.vat for one in self.classes]

    @property
    def forced(self) -> int:
        """More than all that rewards on goods are about costs, in the search's parts: claims go
        before automatic rewards.

        No more than that: prices are found to so many digits only.
        """
        weights, counts = self.weights, self.contested_counts
        return 1 + sum([self.classes[at].price * weights[at] * n for at, n in enumerate(counts)])

    def lines_of(self, indices: Iterable[int]) -> list[list[int]]:
        """By class, the keys of its lines."""
        if not self.keys:
            self.keys.extend([key for key, _ in one.lines] for one in self.classes)
        return [self.keys[index] for index in indices]

    def covered(self, candidate: Candidate) -> tuple[list[list[int]], int]:
        """Of the classes that a reward is about, the keys of the lines, and the shelf prices."""
        indices = self.classes_of(candidate)
        if indices not in self.covers:
            order = self.classes.dearest_first(indices)
            self.covers[indices] = (self.lines_of(order), self.shelf(indices))
        return self.covers[indices]

    def counted(self, candidate: Candidate, net: Mapping[int, int]) -> int:
        """What is left to pay of what its condition is about and rewards may touch."""
        indices = self.classes.taken_by(candidate.reward.condition.goods)
        return sum([net[key] for keys in self.lines_of(indices) for key in keys])

    def gross(self) -> dict[int, int]:
        """What each line costs before rewards, by its key."""
        if not self.amounts:
            for line in self.basket.lines:
                self.amounts[line.key] = line.amount
        return dict(self.amounts)

    def shelf(self, indices: Iterable[int]) -> int:
        """What the pieces of some classes cost before rewards."""
        counts = self.counts
        return sum([self.classes[index].price * counts[index] for index in indices])

    def rates(self, indices: Iterable[int]) -> frozenset[int]:
        """The VAT rates that come on top of the prices of some classes."""
        if self.basket.prices_include_tax:
            return frozenset()
        return frozenset(self.classes[index].product.vat for index in indices)

    def due(self, net: Mapping[int, int]) -> int:
        """What the customer pays for lines, tax included."""
        if self.basket.prices_include_tax:
            return sum(net.values())
        return sum(amount + tax_upon(amount, rate) for rate, amount in self.by_rate(net).items())

    def by_rate(self, net: Mapping[int, int]) -> dict[int, int]:
        """What lines come to before tax, by VAT rate."""
        rates: dict[int, int] = {}
        for line in self.basket.lines:
            rates[line.product.vat] = rates.get(line.product.vat, 0) + net[line.key]
        return rates

    def units_of(self, candidates: Iterable[Candidate]) -> dict[str, int]:
        """How many of each unit that their programmes have may be spent here."""
        found: dict[str, int] = {}
        for one in candidates:
            unit = one.programme.unit
            if unit is not None and unit.id not in found:
                found[unit.id] = self.standing.spendable(unit.id)
        return found

    def wanted(self, candidate: Candidate) -> int:
        """How often a claim is to be had before automatic rewards.

        A claim for all wants to stand, that is once; more of it is had as the basket allows.
        """
        claim = self.choices.claim(candidate.name)
        times = 1 if claim is None or claim.times is None else claim.times
        return times if candidate.times is None else min(times, candidate.times)

    def classes_of(self, candidate: Candidate) -> frozenset[int]:
        """The classes that a candidate may take something off, worked out once."""
        if candidate.name not in self.reached:
            self.reached[candidate.name] = reached_by(candidate.reward, self.classes)
        return self.reached[candidate.name]

    def applications(self, candidate: Candidate) -> tuple[list[Application], bool]:
        """The ways to use a candidate, worked out once, and whether these are all."""
        possible = self.contested.possible
        if candidate.name not in possible:
            possible[candidate.name] = applications(
                candidate, self.classes, taxed=not self.basket.prices_include_tax
            )
        return possible[candidate.name]

    def flat(self, candidate: Candidate) -> int:
        """What every use of a candidate counts besides what comes off, as the search counts it."""
        flat = (self.forced if candidate.claimed else 0) - candidate.worth * self.scale
        return flat * SCALE - candidate.reward.cost

    def deal(self, candidate: Candidate) -> tuple[Deal, bool]:
        """What a candidate would take for the pieces it uses, and whether that is all it could."""
        key = (candidate.name, candidate.claimed, candidate.worth)
        deals = self.contested.deals
        if key not in deals:
            number = self.contested.numbers[candidate.name]
            flat = self.flat(candidate)
            written, whole = None, True
            if not is_implicit(candidate, taxed=not self.basket.prices_include_tax):
                written, whole = self.applications(candidate)
            gains = self.contested.gains
            made = deal_of(number, candidate, self.classes, gains, flat, written)
            deals[key] = (made, whole)
        return deals[key]
