"""The packing of a basket with every way to use its rewards written down, for the deeper search."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations_with_replacement as multisets
from itertools import product
from typing import NamedTuple

from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.engine.allocation import SCALE, Chosen
from terminal.loyalty.engine.goods import Application, Candidate, Uses, application_of, off_price
from terminal.loyalty.engine.packing import packing_of, ways_of
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.relaxation import Matrix, Relaxation
from terminal.loyalty.money import BASIS_POINTS

COLUMNS_MOST = 20_000
SETS_MOST = 30_000
"""With more ways than this in all, or sets of one reward, the deeper search has no grip."""

SETS_PER_STEP = 150
SETS_EFFORT = 5


WAYS_PER_STEP = 100
"""So many are put into rows at once."""


class Way(NamedTuple):
    """One way to use a deal: pieces by class, those that cost less, what it brings over the base."""

    deal: int
    uses: Uses
    on: Uses
    value: int


class Ways:
    """Everything that the deeper search asks of a basket's goods.

    What pieces bring by themselves, to the best reward on single pieces, is in no column: it is
    ``alone`` for all of them, and a way is worth what it brings more.
    """

    def __init__(
        self,
        question: Question,
        candidates: Sequence[Candidate],
        units: Mapping[str, int],
        rate: int | None = None,
    ) -> None:
        self.question = question
        self._money, self._worth = (1, question.scale) if rate is None else (rate, BASIS_POINTS)
        """What a minor unit off goods counts, in the search's parts, and one of units' worth."""
        self.packing, self.whole = packing_of(question, candidates, units, {}, grouped=True)
        packing = self.packing
        self._named = {question.deal(one)[0].number: one for one in candidates}
        self.base = [-(-least // SCALE) * self._money for least in packing.base]
        self.alone = sum(n * least for n, least in zip(packing.counts, self.base, strict=True))
        self.ways: list[Way] = []
        self._off: dict[Way, int] = {}
        """What those take off that a budget of money pays for, tax left out."""
        self.limits: dict[int, int] = {}
        """The row of every limit, that of the pieces of every class, and those of budgets."""
        self.pieces: dict[int, int] = {}
        self.budgets: dict[int, int] = {}
        self.matrix = Matrix((), ())
        self.rows: list[int] = []
        """All of these, before anything is cut or asked."""
        self.claimed: list[int] = []
        """The columns of claims."""
        self.claims = 0
        """How many uses of claims every answer has."""
        self.claims_most = 0
        """No choice has more; told by ``count_claims``."""

    def write(self) -> Iterator[int]:
        """Write them down, deal by deal; yields the effort of each. ``whole`` if that was all."""
        for deal in self.packing.active:
            candidate = self._named[deal.number]
            if ways_of(self.question, candidate) > SETS_MOST:
                self.whole = False
            if not self.whole:
                return
            told: dict[tuple[Uses, Uses], Way] = {}
            worth = candidate.worth * self._worth
            value_of = self._values(candidate)
            left = candidate.money_left
            for seen, (uses, on) in enumerate(self._uses(candidate)):
                if seen % SETS_PER_STEP == SETS_PER_STEP - 1:
                    yield SETS_EFFORT
                saving = value_of(on)
                value = saving * self._money - worth
                for index, n in uses:
                    value -= n * self.base[index]
                if value <= 0 and not (candidate.claimed and saving > 0):
                    continue
                way = Way(deal.number, uses, on, value)
                if left is not None:
                    # A way that takes off less may be better where there is a budget.
                    off = self._discount(way)
                    if off <= left:
                        told[uses, on] = way
                        self._off[way] = off
                elif (uses, uses) not in told or told[uses, uses].value < value:
                    told[uses, uses] = way
            self.ways += told.values()
            yield 1
            if len(self.ways) > COLUMNS_MOST:
                self.whole = False
        yield from self._make_matrix()

    def _uses(self, candidate: Candidate) -> Iterator[tuple[Uses, Uses]]:
        """Every way to use a reward once: the pieces that it uses up, and those that cost less."""
        classes, counts = self.question.classes, self.packing.counts
        target = candidate.reward.target
        if target.scope == "piece":
            for index in classes.taken_by(target.goods):
                yield ((index, 1),), ((index, 1),)
            return
        also = target.also
        needs = (*candidate.reward.condition.needs, *((also,) if also else ()))
        slots = [multisets(classes.taken_by(need.goods), need.pieces) for need in needs]
        alone = len(slots) == 1
        for chosen in product(*slots):
            pieces = chosen[0] if alone else sorted(index for part in chosen for index in part)
            uses = counted(pieces)
            if len(uses) < len(pieces) and any(n > counts[index] for index, n in uses):
                continue
            if also:
                yield uses, counted(chosen[-1])
            elif target.pieces:
                least = target.pick == "dearest"
                yield uses, counted(pieces[: target.pieces] if least else pieces[-target.pieces :])
            else:
                yield uses, uses

    def _values(self, candidate: Candidate) -> Callable[[Uses], int]:
        """What comes off pieces, in the parts that the search counts."""
        classes, weights = self.question.classes, self.question.weights
        benefit = candidate.benefit
        if isinstance(benefit, PercentOff) or candidate.reward.target.scope == "piece":
            offs = [
                off_price(benefit, one.price, one.kilograms) * weight
                for one, weight in zip(classes, weights, strict=True)
            ]
            return lambda on: sum([n * offs[index] for index, n in on])
        if self.question.basket.prices_include_tax:
            return lambda on: off_price(benefit, sum([n * classes[index].price for index, n in on]))
        # What is taken off all pieces together is split, and each part takes its own tax along.
        return lambda on: application_of(candidate, on, on, classes, weights).saving

    def _make_matrix(self) -> Iterator[int]:
        packing = self.packing
        pieces: dict[int, dict[int, int]] = {}
        drawn: dict[int, dict[int, int]] = {}
        most = []
        for column, way in enumerate(self.ways):
            room = min(packing.counts[index] // n for index, n in way.uses)
            for index, n in way.uses:
                pieces.setdefault(index, {})[column] = n
            for limit, n in packing.draws[way.deal]:
                drawn.setdefault(limit, {})[column] = n
                room = min(room, packing.limits[limit] // n)
            money = self._named[way.deal].money_left
            if money is not None and self._off[way]:
                room = min(room, money // self._off[way])
            most.append(room)
            if not column % WAYS_PER_STEP:
                yield 1
        self.matrix = Matrix([way.value for way in self.ways], most)
        for index, row in sorted(pieces.items()):
            self.pieces[index] = self.matrix.add(row, packing.counts[index])
        for limit, row in sorted(drawn.items()):
            self.limits[limit] = self.matrix.add(row, packing.limits[limit])
        for number, candidate in sorted(self._named.items()):
            if candidate.money_left is not None:
                yield 1
                off = {
                    column: self._off[way]
                    for column, way in enumerate(self.ways)
                    if way.deal == number
                }
                self.budgets[number] = self.matrix.add(off, candidate.money_left)
        self.rows = list(range(len(self.matrix.rows)))
        claims = {number for number, one in self._named.items() if one.claimed}
        self.claimed = [column for column, way in enumerate(self.ways) if way.deal in claims]

    def _discount(self, way: Way) -> int:
        """What a way takes off, tax left out."""
        classes, weights = self.question.classes, self.question.weights
        return application_of(self._named[way.deal], way.uses, way.on, classes, weights).discount

    def count_claims(self) -> Iterator[int]:
        """Find out ``claims_most``; yields the effort of each step."""
        columns = {column: place for place, column in enumerate(self.claimed)}
        most = [self.matrix.most[column] for column in self.claimed]
        alone = Matrix([1] * len(most), most)
        for number in self.rows:
            row = {
                columns[column]: n for column, n in self.matrix.rows[number] if column in columns
            }
            alone.add(row, self.matrix.rooms[number])
        relaxation = Relaxation(alone, self.rows)
        yield from relaxation.improve()
        self.claims_most = relaxation.bound()

    def claims_in(self, chosen: Mapping[int, int]) -> int:
        """How many uses of claims there are in a choice."""
        return sum(chosen.get(column, 0) for column in self.claimed)

    def members(self) -> dict[str, dict[int, list[int]]]:
        """By group and programme, the columns of which only one programme may be taken."""
        found: dict[str, dict[int, list[int]]] = {}
        for column, way in enumerate(self.ways):
            choice = self.packing.choices.get(way.deal)
            if choice is not None:
                found.setdefault(choice.group, {}).setdefault(choice.programme, []).append(column)
        return found

    def value_in(self, chosen: Chosen) -> int:
        """What applications bring that were chosen elsewhere; 0 where some are not of these."""
        worth = {one.name: one.worth * self._worth for one in self._named.values()}
        if any(use.name not in worth for use, _ in chosen):
            return 0
        return sum((use.saving * self._money - worth[use.name]) * n for use, n in chosen)

    def value_of(self, chosen: Mapping[int, int]) -> int:
        """What ways bring with all that other pieces bring by themselves."""
        return self.alone + sum(n * self.ways[column].value for column, n in chosen.items())

    def fits(self, chosen: Mapping[int, int]) -> bool:
        """Whether so many uses of ways keep pieces and limits, and one programme of each group."""
        taken: dict[int, int] = {}
        programmes: dict[str, set[int]] = {}
        for column, n in chosen.items():
            for row, each in self.matrix.of_column[column]:
                taken[row] = taken.get(row, 0) + n * each
            choice = self.packing.choices.get(self.ways[column].deal)
            if choice is not None:
                programmes.setdefault(choice.group, set()).add(choice.programme)
        # Rows that were added later are cuts, which hold by themselves, and questions.
        rooms = self.matrix.rooms[: len(self.rows)]
        fits = all(taken.get(row, 0) <= room for row, room in enumerate(rooms))
        fits = fits and (not self.claims or self.claims_in(chosen) >= self.claims)
        return fits and all(len(one) == 1 for one in programmes.values())

    def as_chosen(self, chosen: Mapping[int, int]) -> Chosen:
        """The applications, with the reward on single pieces for every piece that is left."""
        question, left = self.question, list(self.packing.counts)
        made: list[tuple[Application, int]] = []
        for column, n in sorted(chosen.items()):
            for index, each in self.ways[column].uses:
                left[index] -= each * n
            way = self.ways[column]
            candidate = self._named[way.deal]
            use = application_of(candidate, way.uses, way.on, question.classes, question.weights)
            made.append((use, n))
        for index, keeper in enumerate(self.packing.keepers):
            if keeper is not None and left[index]:
                uses = ((index, 1),)
                candidate = self._named[keeper.number]
                classes, weights = question.classes, question.weights
                made.append((application_of(candidate, uses, uses, classes, weights), left[index]))
        return tuple(made)


def counted(indices: Sequence[int]) -> Uses:
    """How many there are of each, of indices in order."""
    counts: dict[int, int] = {}
    for index in indices:
        counts[index] = counts.get(index, 0) + 1
    return tuple(counts.items())
