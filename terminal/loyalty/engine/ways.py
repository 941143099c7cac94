"""The packing of a basket with every way to use its rewards written down, for the deeper search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from terminal.loyalty.engine.allocation import SCALE, Chosen
from terminal.loyalty.engine.goods import Application, Candidate, Uses, application_of, applications
from terminal.loyalty.engine.packed import packing_of
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.relaxation import Matrix

COLUMNS_MOST = 6_000
"""With more ways than this the deeper search has no grip."""


WAYS_PER_STEP = 100
"""So many are put into rows at once."""


class Way(NamedTuple):
    """One way to use a deal: pieces by class, and what it brings over the base prices."""

    deal: int
    uses: Uses
    value: int
    application: Application


class Ways:
    """Everything that the deeper search asks of a basket's goods.

    What pieces bring by themselves, to the best reward on single pieces, is in no column: it is
    ``alone`` for all of them, and a way is worth what it brings more.
    """

    def __init__(
        self, question: Question, candidates: Sequence[Candidate], units: Mapping[str, int]
    ) -> None:
        self.question, self.candidates = question, candidates
        self.packing, self.whole = packing_of(question, candidates, units, {}, grouped=True)
        packing = self.packing
        self.base = [-(-least // SCALE) for least in packing.base]
        self.alone = sum(n * least for n, least in zip(packing.counts, self.base, strict=True))
        self.ways: list[Way] = []
        self.limits: dict[int, int] = {}
        """The row of every limit, and that of the pieces of every class."""
        self.pieces: dict[int, int] = {}
        self.matrix = Matrix((), ())

    def write(self) -> Iterator[int]:
        """Write them down, deal by deal; yields the effort of each. ``whole`` if that was all."""
        for deal in self.packing.active:
            candidate = self.candidates[deal.number]
            taxed = not self.question.basket.prices_include_tax
            found, all_of_it = applications(
                candidate, self.question.classes, taxed=taxed, most=COLUMNS_MOST
            )
            self.whole = self.whole and all_of_it
            told: dict[Uses, Way] = {}
            worth = candidate.worth * self.question.scale
            for one in found:
                base = sum(n * self.base[index] for index, n in one.uses)
                way = Way(deal.number, one.uses, one.saving - worth - base, one)
                known = told.get(one.uses)
                if way.value > 0 and (known is None or known.value < way.value):
                    told[one.uses] = way
            self.ways += told.values()
            yield 1 + len(found) // 20
            if len(self.ways) > COLUMNS_MOST:
                self.whole = False
            if not self.whole:
                return
        yield from self._make_matrix()

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
            most.append(room)
            if not column % WAYS_PER_STEP:
                yield 1
        self.matrix = Matrix([way.value for way in self.ways], most)
        for index, row in sorted(pieces.items()):
            self.pieces[index] = self.matrix.add(row, packing.counts[index])
        for limit, row in sorted(drawn.items()):
            self.limits[limit] = self.matrix.add(row, packing.limits[limit])

    def members(self) -> dict[str, dict[int, list[int]]]:
        """By group and programme, the columns of which only one programme may be taken."""
        found: dict[str, dict[int, list[int]]] = {}
        for column, way in enumerate(self.ways):
            choice = self.packing.choices.get(way.deal)
            if choice is not None:
                found.setdefault(choice.group, {}).setdefault(choice.programme, []).append(column)
        return found

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
        rooms = self.matrix.rooms[: len(self.pieces) + len(self.limits)]
        fits = all(taken.get(row, 0) <= room for row, room in enumerate(rooms))
        return fits and all(len(one) == 1 for one in programmes.values())

    def as_chosen(self, chosen: Mapping[int, int]) -> Chosen:
        """The applications, with the reward on single pieces for every piece that is left."""
        question, left = self.question, list(self.packing.counts)
        made: list[tuple[Application, int]] = []
        for column, n in sorted(chosen.items()):
            for index, each in self.ways[column].uses:
                left[index] -= each * n
            made.append((self.ways[column].application, n))
        for index, keeper in enumerate(self.packing.keepers):
            if keeper is not None and left[index]:
                uses = ((index, 1),)
                candidate = self.candidates[keeper.number]
                classes, weights = question.classes, question.weights
                made.append((application_of(candidate, uses, uses, classes, weights), left[index]))
        return tuple(made)
