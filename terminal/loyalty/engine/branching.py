"""The deeper search on goods: branch and cut, in steps that may stop and go on at any time.

The relaxation of a basket is sharpened by cuts until it is whole or nothing sharpens it; then one
question is decided both ways: which programme of a group, how often a reward, how many pieces of
a class to it. What promises most comes next. ``bound`` only falls and ``best`` only rises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import chain
from typing import NamedTuple

from terminal.loyalty.engine.cuts import Cut, cuts_for, steps_of
from terminal.loyalty.engine.relaxation import DIGITS, NEARLY, ONE, Relaxation, Row
from terminal.loyalty.engine.ways import Ways

ROUNDS_AT_FIRST = 6
ROUNDS_LATER = 2
"""How often cuts are looked for before one more question is decided."""

STUCK_BELOW = 50
"""A round of cuts that closes less than this part of the gap brings nothing, nearly."""
STUCK_MOST = 1

OPEN_MOST = 300
"""Cases that wait; with more the search ends."""

CUTS_EFFORT = 8
COPY_EFFORT = 4


class _Case(NamedTuple):
    """A part of all choices, the least promising last."""

    order: tuple[int, int]
    relaxation: Relaxation
    decided: frozenset[str]
    """Groups of which one programme is chosen."""


class Branching:
    """The search; ``best`` is how often each column is had, ``value`` what that brings."""

    def __init__(self, ways: Ways, value: int) -> None:
        self._ways, self._matrix = ways, ways.matrix
        self.best: dict[int, int] | None = None
        self.value = value
        self.bound: int | None = None
        """What nothing brings more of; None: not known yet."""
        self.finished = False
        self._global = list(ways.rows)
        self._first = len(self._global)
        """So many rows are pieces, limits and budgets; then come cuts and questions."""
        self._known: set[tuple[tuple[tuple[int, int], ...], int]] = set()
        self._open: list[_Case] = []
        self._lost = -1
        """What is promised by cases that nothing could be decided in; there are none as a rule."""
        self._serial = 0
        self._members = ways.members()
        self._by_deal: dict[int, list[int]] = {}
        for column, way in enumerate(ways.ways):
            self._by_deal.setdefault(way.deal, []).append(column)
        self._ranked = sorted(
            range(len(ways.ways)),
            key=lambda column: (
                -ways.ways[column].value * 720_720 // sum(n for _, n in ways.ways[column].uses)
            ),
        )
        """All columns, those worth most a piece first."""
        self._claims = frozenset(ways.claimed) if ways.claims else frozenset[int]()
        self._claimed = [column for column in self._ranked if column in self._claims]
        """Those of claims, where every answer must have so many of them."""
        self._ranked = [column for column in self._ranked if ways.ways[column].value > 0]
        self._takes = [tuple(entries) for entries in self._matrix.of_column]
        """What each column takes of pieces, limits and budgets."""
        # What a limit leaves of its row, once uses are whole.
        for row in ways.rows[len(ways.pieces) :]:
            for cut in steps_of(self._matrix, row):
                self._global.append(self._matrix.add(cut.row, cut.room))

    def steps(self) -> Iterator[int]:
        """Search to the end; yields the effort of each step."""
        first = Relaxation(self._matrix, self._ways.rows)
        yield from first.improve()
        if self._claimed:
            claims = dict.fromkeys(self._claimed, -1)
            first.add(self._matrix.add(claims, -self._ways.claims))
        yield from self._look_at(first, frozenset(), ROUNDS_AT_FIRST, None)
        while self._open:
            case = heappop(self._open)
            self._lower(-case.order[0])
            if -case.order[0] <= self.value:
                break
            yield from self._branch(case)
            if len(self._open) > OPEN_MOST:
                return
        self._lower(self.value)
        self.finished = True

    def _lower(self, promise: int) -> None:
        """Nothing brings more than what is promised by the cases that wait, and what was found."""
        promise = max(promise, self._lost, self.value)
        self.bound = promise if self.bound is None else min(self.bound, promise)

    def _look_at(
        self, relaxation: Relaxation, decided: frozenset[str], rounds: int, most: int | None
    ) -> Iterator[int]:
        """Sharpen one case; what is left of it waits. ``most`` is what is known of it before."""
        ways, at_first = self._ways, most is None
        before, stuck = 0 if most is None else most, 0
        for round_ in range(rounds + 1):
            yield from relaxation.mend()
            yield from relaxation.improve()
            if relaxation.dead:
                if not relaxation.is_below(self.value - ways.alone):
                    self._wait(relaxation, decided, most)
                return
            bound = relaxation.bound() + ways.alone
            most = bound if most is None else min(most, bound)
            yield 1 + len(self._matrix.values) // 100
            if at_first:
                self._lower(most)  # so far this is all there is
            if most <= self.value:
                return
            uses = relaxation.uses()
            self._round(uses)
            yield CUTS_EFFORT
            stuck = stuck + 1 if before - bound <= (before - self.value) // STUCK_BELOW else 0
            before = bound
            if round_ == rounds or stuck == STUCK_MOST or not self._cut(relaxation, uses):
                break
            yield CUTS_EFFORT
        if most is not None and most > self.value:
            self._wait(relaxation, decided, most)

    def _wait(self, relaxation: Relaxation, decided: frozenset[str], most: int | None) -> None:
        self._serial += 1
        promise = self.bound if most is None else most
        order = (-(promise or 0), self._serial)
        heappush(self._open, _Case(order, relaxation, decided))

    def _cut(self, relaxation: Relaxation, uses: Mapping[int, int]) -> bool:
        """Add what these uses break, and forget cuts that hold nothing back."""
        left = relaxation.left_of()
        for row in self._global[self._first :]:
            if row in relaxation.prices and left.get(row, 0) > ONE:
                relaxation.drop(row)
        rows = [row for row in self._global if row in relaxation.prices]
        found: list[int] = []
        for row in self._global:
            if row not in relaxation.prices and self._is_broken(row, uses):
                found.append(row)
        if not found:
            for cut in cuts_for(self._matrix, rows, uses, left):
                if self._is_new(cut):
                    number = self._matrix.add(cut.row, cut.room)
                    self._global.append(number)
                    found.append(number)
        for number in found:
            relaxation.add(number)
        return bool(found)

    def _is_broken(self, row: int, uses: Mapping[int, int]) -> bool:
        taken = sum(n * uses.get(column, 0) for column, n in self._matrix.rows[row])
        return taken > (self._matrix.rooms[row] << DIGITS) + (NEARLY << 2)

    def _is_new(self, cut: Cut) -> bool:
        key = (tuple(sorted(cut.row.items())), cut.room)
        new = key not in self._known
        self._known.add(key)
        return new

    # --- answers -----------------------------------------------------------------------------

    def _round(self, uses: Mapping[int, int]) -> None:
        """The whole part of uses, filled up with what fits, best first; kept if it is better."""
        nearest = {
            column: (amount + (ONE >> 4)) >> DIGITS
            for column, amount in uses.items()
            if amount >= ONE - (ONE >> 4)
        }
        wanted = sorted(uses, key=lambda column: (-uses[column], column))
        fits = self._ways.fits(nearest)
        chosen = self._filled(nearest if fits else {}, wanted)
        value = self._ways.value_of(chosen)
        if value > self.value and self._ways.fits(chosen):
            self.best, self.value = chosen, value

    def _filled(self, chosen: Mapping[int, int], wanted: Sequence[int]) -> dict[int, int]:
        """As much more as fits: the columns that are wanted first, then those worth most."""
        ways, takes = self._ways, self._takes
        made = dict(chosen)
        left = self._matrix.rooms[: self._first]
        taken: dict[str, int] = {}
        for column, n in made.items():
            self._take(column, n, left, taken)
        claimed = [column for column in wanted if column in self._claims]
        for column in chain(claimed, self._claimed, wanted, self._ranked):
            n = -1
            for row, each in takes[column]:
                if left[row] < each:
                    n = 0
                    break
                n = left[row] // each if n < 0 else min(n, left[row] // each)
            if n < 1:
                continue
            choice = ways.packing.choices.get(ways.ways[column].deal)
            if choice is None or taken.get(choice.group, choice.programme) == choice.programme:
                self._take(column, n, left, taken)
                made[column] = made.get(column, 0) + n
        return made

    def _take(self, column: int, n: int, left: list[int], taken: dict[str, int]) -> None:
        ways = self._ways
        for row, each in self._takes[column]:
            left[row] -= n * each
        choice = ways.packing.choices.get(ways.ways[column].deal)
        if choice is not None:
            taken[choice.group] = choice.programme

    # --- questions ---------------------------------------------------------------------------

    def _branch(self, case: _Case) -> Iterator[int]:
        """Decide one question both ways."""
        uses = case.relaxation.uses()
        most = -case.order[0]
        group = self._torn_group(uses, case.decided)
        if group is not None:
            members = self._members[group]
            for programme in sorted(members):
                others = {
                    column: 1
                    for number, columns in members.items()
                    if number != programme
                    for column in columns
                }
                child = case.relaxation.copy()
                child.add(self._matrix.add(others, 0))
                yield COPY_EFFORT
                yield from self._look_at(child, case.decided | {group}, ROUNDS_LATER, most)
            return
        torn = self._torn(uses)
        if torn is None:
            if most > self.value:
                self._lost = max(self._lost, most)
            return  # it is whole, and was taken
        row, amount = torn
        for entries, room in (
            (row, amount >> DIGITS),
            ({column: -n for column, n in row.items()}, -(amount >> DIGITS) - 1),
        ):
            child = case.relaxation.copy()
            child.add(self._matrix.add(entries, room))
            yield COPY_EFFORT
            yield from self._look_at(child, case.decided, ROUNDS_LATER, most)

    def _torn_group(self, uses: Mapping[int, int], decided: frozenset[str]) -> str | None:
        """A group of which more than one programme is had."""
        for group, members in sorted(self._members.items()):
            if group not in decided:
                had = [n for n, columns in members.items() if any(one in uses for one in columns)]
                if len(had) > 1:
                    return group
        return None

    def _torn(self, uses: Mapping[int, int]) -> tuple[Row, int] | None:
        """Columns that are not had in whole numbers together: of a deal, of its pieces, or one."""
        best: tuple[int, Row, int] | None = None
        by_pieces: dict[tuple[int, int], int] = {}
        of_deal: dict[int, int] = {}
        for column, amount in sorted(uses.items()):
            way = self._ways.ways[column]
            of_deal[way.deal] = of_deal.get(way.deal, 0) + amount
            for index, n in way.uses:
                key = (way.deal, index)
                by_pieces[key] = by_pieces.get(key, 0) + n * amount
        for deal, amount in of_deal.items():
            torn = _torn_by(amount)
            if torn and (best is None or torn > best[0]):
                best = torn, dict.fromkeys(self._by_deal[deal], 1), amount
        if best is not None:
            return best[1:]
        for (deal, index), amount in by_pieces.items():
            torn = _torn_by(amount)
            if torn and (best is None or torn > best[0]):
                best = torn, self._pieces_of(deal, index), amount
        if best is not None:
            return best[1:]
        for column, amount in sorted(uses.items()):
            torn = _torn_by(amount)
            if torn and (best is None or torn > best[0]):
                best = torn, {column: 1}, amount
        return None if best is None else best[1:]

    def _pieces_of(self, deal: int, index: int) -> Row:
        ways = self._ways.ways
        return {
            column: n
            for column in self._by_deal[deal]
            for at, n in ways[column].uses
            if at == index
        }


def _torn_by(amount: int) -> int:
    """How far an amount is from a whole one; nothing where it is nearly whole."""
    over = amount & (ONE - 1)
    torn = min(over, ONE - over)
    return torn if torn > NEARLY << 4 else 0
