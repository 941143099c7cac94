"""The linear relaxation of a packing whose ways are all written down, with rows added as it goes.

The simplex method on a sparse inverse: primal steps to the first optimum, dual steps after every
new row. Figures are whole numbers with so many binary digits after the point, so equal questions
give equal answers everywhere. Lost digits cost nothing: ``bound`` is worked out anew, exactly, by
weak duality, from whatever the prices of the rows are then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

DIGITS = 36
ONE = 1 << DIGITS
NOTHING = 1 << 10
"""Smaller entries of the inverse are lost digits."""
NEARLY = 1 << 18
"""Smaller amounts of uses, and smaller gains, are none."""

WORK_PER_STEP = 40
"""Figures looked at in one step of effort."""

PIVOTS_MOST = 600
"""Steps of one optimum; the prices of then bound as well, only less tightly."""

Row = Mapping[int, int]
"""What each column takes of a row."""


class Matrix:
    """Columns with what each is worth, and rows that are never changed, only added.

    Every row says that what the columns take is at most its room.
    """

    def __init__(self, values: Sequence[int], most: Sequence[int]) -> None:
        self.values, self.most = values, most
        """What a use of each column is worth, and how often each can be had at most."""
        self.rows: list[tuple[tuple[int, int], ...]] = []
        self.rooms: list[int] = []
        self.of_column: list[list[tuple[int, int]]] = [[] for _ in values]

    def add(self, row: Row, room: int) -> int:
        """A row more; its number."""
        number = len(self.rows)
        self.rows.append(tuple(row.items()))
        self.rooms.append(room)
        for column, n in row.items():
            self.of_column[column].append((number, n))
        return number


class Relaxation:
    """One basis of some rows of a matrix. A variable is a column, or −1 − row for what it leaves."""

    def __init__(self, matrix: Matrix, rows: Sequence[int]) -> None:
        self.matrix = matrix
        self.basis = [-1 - row for row in rows]
        self.inverse: list[dict[int, int]] = [{row: ONE} for row in rows]
        self.where: dict[int, set[int]] = {row: {place} for place, row in enumerate(rows)}
        self.amounts = [matrix.rooms[row] << DIGITS for row in rows]
        self.prices: dict[int, int] = dict.fromkeys(rows, 0)
        self.pays = [value << DIGITS for value in matrix.values]
        self.dead = False
        """Whether nothing at all fits all rows."""
        self._ray: dict[int, int] = {}
        """Prices that prove it."""

    def copy(self) -> Relaxation:
        """The same, to go on from in another way."""
        other = Relaxation(self.matrix, ())
        other.dead, other._ray = self.dead, self._ray
        other.basis, other.amounts = list(self.basis), list(self.amounts)
        other.inverse = [dict(row) for row in self.inverse]
        other.where = {row: set(places) for row, places in self.where.items()}
        other.prices, other.pays = dict(self.prices), list(self.pays)
        return other

    def add(self, number: int) -> None:
        """One more row of the matrix holds."""
        inverse, moved = {number: ONE}, self.matrix.rooms[number] << DIGITS
        entries = dict(self.matrix.rows[number])
        for place, variable in enumerate(self.basis):
            n = entries.get(variable, 0) if variable >= 0 else 0
            if n:
                moved -= n * self.amounts[place]
                for row, entry in self.inverse[place].items():
                    inverse[row] = inverse.get(row, 0) - n * entry
        place = len(self.basis)
        self.basis.append(-1 - number)
        self.inverse.append({row: entry for row, entry in inverse.items() if entry})
        self.where[number] = set()
        for row in self.inverse[place]:
            self.where[row].add(place)
        self.amounts.append(moved)
        self.prices[number] = 0

    def drop(self, number: int) -> None:
        """A row that leaves something does not hold anything back: it is forgotten."""
        place, last = self.basis.index(-1 - number), len(self.basis) - 1
        for row in self.inverse[place]:
            self.where[row].discard(place)
        if place != last:
            for row in self.inverse[last]:
                self.where[row].discard(last)
                self.where[row].add(place)
            self.basis[place], self.amounts[place] = self.basis[last], self.amounts[last]
            self.inverse[place] = self.inverse[last]
        self.basis.pop()
        self.amounts.pop()
        self.inverse.pop()
        del self.where[number], self.prices[number]

    def uses(self) -> dict[int, int]:
        """How often each column is had, with its digits; those that are not had are left out."""
        return {
            variable: amount
            for variable, amount in zip(self.basis, self.amounts, strict=True)
            if variable >= 0 and amount > NEARLY
        }

    def left_of(self) -> dict[int, int]:
        """What each row leaves, with its digits; nothing where it is not told."""
        return {
            -1 - variable: amount
            for variable, amount in zip(self.basis, self.amounts, strict=True)
            if variable < 0 and amount > NEARLY
        }

    # --- bounds ------------------------------------------------------------------------------

    def bound(self) -> int:
        """What no whole choice of uses brings more of; exact, whatever digits were lost."""
        return self._bound_of(self.prices)

    def is_below(self, least: int) -> bool:
        """Whether the rows that nothing fits prove that nothing brings more than ``least``."""
        times = 1
        for _ in range(8):
            prices = dict(self.prices)
            for row, entry in self._ray.items():
                prices[row] = prices.get(row, 0) + times * entry
            if self._bound_of(prices) <= least:
                return True
            times <<= 6
        return False

    def _bound_of(self, prices: Mapping[int, int]) -> int:
        matrix = self.matrix
        total = 0
        left = [value << DIGITS for value in matrix.values]
        for row, price in prices.items():
            if price > 0:
                total += matrix.rooms[row] * price
                for column, n in matrix.rows[row]:
                    left[column] -= n * price
        for column, gain in enumerate(left):
            if gain > 0:
                total += gain * matrix.most[column]
        return total >> DIGITS

    # --- the simplex method ------------------------------------------------------------------

    def improve(self) -> Iterator[int]:
        """Primal steps until no column pays; yields the effort of each."""
        for _ in range(PIVOTS_MOST):
            best = max(self.pays, default=0)
            entering = self.pays.index(best) if best > NEARLY else 0
            row = min(self.prices, key=self.prices.__getitem__, default=0)
            if self.prices and -self.prices[row] > max(best, NEARLY):
                best, entering = -self.prices[row], -1 - row
            if best <= NEARLY:
                return
            moves = self._moves(entering)
            leaving = self._first_at_nothing(moves)
            if leaving < 0:
                return
            yield self._swap(leaving, entering, moves, self._along(leaving))

    def mend(self) -> Iterator[int]:
        """Dual steps until every row holds; yields the effort of each."""
        for _ in range(PIVOTS_MOST):
            least = min(self.amounts, default=0)
            if least >= -NEARLY:
                return
            leaving = self.amounts.index(least)
            along = self._along(leaving)
            entering = self._first_to_pay(leaving, along)
            if entering is None:
                self.dead = True
                self._ray = dict(self.inverse[leaving])
                yield 1
                return
            yield self._swap(leaving, entering, self._moves(entering), along)

    def _along(self, place: int) -> dict[int, int]:
        """The entries of all columns in one row of the inverse times the matrix."""
        along: dict[int, int] = {}
        rows = self.matrix.rows
        for row, entry in self.inverse[place].items():
            for column, n in rows[row]:
                along[column] = along.get(column, 0) + n * entry
        return along

    def _moves(self, entering: int) -> dict[int, int]:
        """By how much each basic variable gives way to one use of another one."""
        moves: dict[int, int] = {}
        entries = ((-1 - entering, 1),) if entering < 0 else self.matrix.of_column[entering]
        for row, n in entries:
            for place in self.where.get(row, ()):
                moves[place] = moves.get(place, 0) + self.inverse[place][row] * n
        return moves

    def _first_at_nothing(self, moves: Mapping[int, int]) -> int:
        leaving, least, by = -1, 0, 0
        for place in sorted(moves):
            move = moves[place]
            if move > NEARLY:
                ratio = (self.amounts[place] << DIGITS) // move
                if leaving < 0 or ratio < least or (ratio == least and move > by):
                    leaving, least, by = place, ratio, move
        return leaving

    def _first_to_pay(self, place: int, along: Mapping[int, int]) -> int | None:
        """What comes in so that no column pays afterwards; the largest entry among equals."""
        entering: int | None = None
        least = by = 0
        pays, basic = self.pays, set(self.basis)
        for column, entry in along.items():
            if entry < -NEARLY and column not in basic:
                ratio = (min(0, pays[column]) << DIGITS) // entry
                if entering is None or ratio < least or (ratio == least and entry < by):
                    entering, least, by = column, ratio, entry
        for row, entry in self.inverse[place].items():
            if entry < -NEARLY and -1 - row not in basic:
                ratio = (min(0, -self.prices[row]) << DIGITS) // entry
                if entering is None or ratio < least or (ratio == least and entry < by):
                    entering, least, by = -1 - row, ratio, entry
        return entering

    def _swap(
        self, leaving: int, entering: int, moves: dict[int, int], along: Mapping[int, int]
    ) -> int:
        """One variable for another; the effort that it took."""
        amounts, inverse, where = self.amounts, self.inverse, self.where
        by = moves.pop(leaving)
        new: dict[int, int] = {}
        for row, entry in inverse[leaving].items():
            share = (entry << DIGITS) // by
            if -NOTHING < share < NOTHING:
                where[row].discard(leaving)
            else:
                new[row] = share
        work = len(along) + len(moves) * len(new)
        gain = -self.prices[-1 - entering] if entering < 0 else self.pays[entering]
        for row, entry in new.items():
            self.prices[row] += (gain * entry) >> DIGITS
        pays, left = self.pays, (gain << DIGITS) // by
        for column, entry in along.items():
            pays[column] -= (left * entry) >> DIGITS
        if entering >= 0:
            pays[entering] = 0
        amount = (amounts[leaving] << DIGITS) // by
        for place, move in moves.items():
            amounts[place] -= (move * amount) >> DIGITS
            row_of = inverse[place]
            for row, entry in new.items():
                before = row_of.get(row)
                share = (before or 0) - ((move * entry) >> DIGITS)
                if not -NOTHING < share < NOTHING:
                    row_of[row] = share
                    if before is None:
                        where[row].add(place)
                elif before is not None:
                    del row_of[row]
                    where[row].discard(place)
        inverse[leaving], amounts[leaving], self.basis[leaving] = new, amount, entering
        return 1 + work // WORK_PER_STEP
