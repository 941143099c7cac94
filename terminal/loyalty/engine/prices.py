"""What pieces are worth in a basket, and with it a bound on all that could come off.

The linear relaxation of the packing problem is solved by the simplex method; columns are asked of
the deals as they are needed (Gilmore and Gomory 1961). Figures are whole numbers with so many
binary digits after the point: equal questions give equal answers everywhere, and whatever digits
are lost, the bound is worked out anew from the prices and holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from terminal.loyalty.engine.deals import Deal, Found
from terminal.loyalty.engine.goods import Uses
from terminal.loyalty.engine.wide import Draws, Packing

DIGITS: Final = 28
ONE: Final = 1 << 28
NOTHING: Final = 1 << 8
"""Smaller entries of the basis are lost digits."""

HAIR: Final = 1 << 18
"""By so much of a use, digits that were lost may make it less than whole."""

LEAST: Final = 1 << 30
"""What pays no more than that is not worth a step."""

NOTHING_BESIDE: Mapping[int, int] = {}

WORK_PER_DEAL: Final = 30
"""Entries of the basis that may be changed in a round, for each deal."""

PIVOTS_PER_LOOK: Final = 6
"""So many columns come in, those that pay most first, before all of them are looked at again."""


Entries = list[tuple[int, int]]
"""What a column takes of rows: pieces of classes, limits, then groups."""


class Column:
    """A use of a deal, with what it takes of every row: pieces of classes, then limits."""

    __slots__ = ("deal", "entries", "on", "uses", "value")

    def __init__(self, value: int, entries: Entries, deal: Deal, uses: Uses, on: Uses) -> None:
        self.value, self.entries, self.deal, self.uses, self.on = value, entries, deal, uses, on


class Member:
    """To take one programme of a group: a column that gives its deals what they may have."""

    __slots__ = ("entries", "group", "programme", "value")

    def __init__(self, value: int, entries: Entries, group: str, programme: int) -> None:
        self.value, self.entries, self.group, self.programme = value, entries, group, programme


def _over(value: int, entries: Entries, prices: list[int]) -> int:
    """What a column brings over the prices of what it takes."""
    for row, n in entries:
        price = prices[row]
        if price:
            value -= price if n == 1 else n * price
    return value


class Prices:
    """Prices of pieces (``pieces``) and limits (``limits``), and ``bound``: nothing brings more.

    ``beside`` is what programmes of groups bring that is not about pieces; it is no part of the
    bound.
    """

    def __init__(self, packing: Packing, beside: Mapping[int, int] = NOTHING_BESIDE) -> None:
        self.packing = packing
        self._first_limit = len(packing.counts)
        self._room = [*packing.counts, *packing.limits]
        self._groups = self._with_groups()
        self._prices = [0] * len(self._room)
        self._amounts = [n << DIGITS for n in self._room]
        self._inverse: list[list[int]] = [[] for _ in self._room]
        """Of the basis, by column; an empty one is still that of the unit matrix."""
        self._changed: list[int] = []
        """The columns of the inverse that are not."""
        self.columns: list[Column] = []
        self._members = self._members_of(beside)
        self._basic: dict[int, Column | Member] = {}
        """By row, the column that is taken there; none: what is left of the row."""
        self._asked = [
            (deal, packing.draws[deal.number], packing.most[deal.number], choice)
            for deal in packing.active
            for choice in (packing.choices.get(deal.number),)
        ]
        self._known: set[tuple[int, Uses, Uses]] = set()
        self.pieces: list[int] = list(packing.base)
        self.limits: list[int] = [0] * len(packing.limits)
        self._best: list[Found | None] = []
        """What each deal that was asked does best at the best known prices, if it pays or not."""
        self.bound = -1
        self.steps = 0
        self.finished = False
        self._work = 0

    def _with_groups(self) -> dict[str, int]:
        """A row for each group; what its members may have begins with nothing."""
        groups: dict[str, int] = {}
        for one in self.packing.choices.values():
            self._room[self._first_limit + one.limit] = 0
            if one.group not in groups:
                groups[one.group] = len(self._room)
                self._room.append(1)
        return groups

    def _members_of(self, beside: Mapping[int, int]) -> list[Member]:
        members: dict[tuple[str, int], Entries] = {}
        for deal in self.packing.active:
            one = self.packing.choices.get(deal.number)
            if one is not None:
                entries = members.setdefault(
                    (one.group, one.programme), [(self._groups[one.group], 1)]
                )
                entries.append((self._first_limit + one.limit, -self.packing.most[deal.number]))
        return [
            Member(beside.get(programme, 0), members[group, programme], group, programme)
            for group, programme in sorted(members)
        ]

    def shares(self) -> dict[int, int]:
        """How much of each programme of a group is taken, in parts of ``ONE``; none: nothing."""
        return {
            one.programme: self._amounts[row]
            for row, one in self._basic.items()
            if isinstance(one, Member)
        }

    def promising(self, most: int) -> frozenset[int]:
        """The numbers of so many deals, those that lack least to pay at the best known prices."""
        if len(self._asked) <= most:
            return frozenset(deal.number for deal, *_ in self._asked)
        ranked = []
        for place, (deal, drawn, _, _) in enumerate(self._asked):
            found = self._best[place]
            if found is not None:
                cost = sum([n * self.limits[limit] for limit, n in drawn])
                ranked.append((found.value - cost, -deal.number))
        ranked.sort(reverse=True)
        return frozenset([-number for _, number in ranked[:most]])

    def whole(self) -> list[tuple[Column, int]]:
        """The uses of deals that are taken once at least, and how often, parts left out."""
        return [
            (one, (self._amounts[row] + HAIR) >> DIGITS)
            for row, one in sorted(self._basic.items())
            if isinstance(one, Column) and self._amounts[row] + HAIR >= ONE
        ]

    def improve(self, rounds: int) -> None:
        """So many rounds at most of asking the deals for columns that pay at today's prices.

        Where the columns hang together so much that a step becomes long, there are fewer of them.
        """
        most = rounds * len(self._asked) * WORK_PER_DEAL
        for _ in range(rounds):
            if not self._ask():
                self.finished = True
                return
            while self._work < most and self._pivots():
                pass
        if not self._ask():
            self.finished = True

    def _ask(self) -> bool:
        """New columns at these prices, and the bound that the prices prove."""
        packing, base = self.packing, self.packing.base
        over = [max(0, price) for price in self._prices]
        pieces = [least + price for least, price in zip(base, over, strict=False)]
        limits = over[self._first_limit : self._first_limit + len(packing.limits)]
        bound = sum(n * price for n, price in zip(packing.counts, pieces, strict=True))
        bound += sum(
            n * price for n, price in zip(self._room[self._first_limit :], limits, strict=False)
        )
        chosen: dict[tuple[str, int], int] = {}
        new = False
        counts = packing.counts
        best: list[Found | None] = []
        self.steps += len(self._asked)
        for deal, drawn, often, choice in self._asked:
            cost = 0
            for limit, n in drawn:
                price = limits[limit]
                if price:
                    cost += price if n == 1 else n * price
            found = deal.best(pieces, counts)
            best.append(found)
            if found is not None and found.value <= 0:
                found = None
            most = deal.bound(pieces, counts, found) - cost
            if choice is not None:
                most += limits[choice.limit]
                if most > 0:
                    member = (choice.group, choice.programme)
                    chosen[member] = chosen.get(member, 0) + most * often
            elif most > 0:
                bound += most * often
            if found is None or found.value <= cost:
                continue
            if (deal.number, found.uses, found.on) not in self._known:
                self._known.add((deal.number, found.uses, found.on))
                self.columns.append(self._column(deal, drawn, found, over))
                new = True
        for group in self._groups:
            bound += max([n for member, n in chosen.items() if member[0] == group], default=0)
        if self.bound < 0 or bound < self.bound:
            self.bound, self.pieces, self.limits, self._best = bound, pieces, limits, best
        return new

    def _column(self, deal: Deal, drawn: Draws, found: Found, over: list[int]) -> Column:
        value = found.value
        for index, n in found.uses:
            value += over[index] if n == 1 else n * over[index]
        entries = list(found.uses)
        for limit, n in drawn:
            entries.append((self._first_limit + limit, n))
        return Column(value, entries, deal, found.uses, found.on)

    def _pivots(self) -> bool:
        """Steps of the simplex method: the columns that pay most come in, one after the other."""
        prices = self._prices
        paying = _Paying()
        for row, price in enumerate(prices):
            if -price > LEAST:
                paying.put(-price, row, None)
        for member in self._members:
            pays = _over(member.value, member.entries, prices)
            if pays > LEAST:
                paying.put(pays, -1, member)
        for column in self.columns:
            pays = column.value
            for row, n in column.entries:
                price = prices[row]
                if price:
                    pays -= price if n == 1 else n * price
            if pays > LEAST:
                paying.put(pays, -1, column)
        done = False
        for place, one in enumerate(paying.columns):
            entries = [(paying.rows[place], 1)] if one is None else one.entries
            pays = _over(0 if one is None else one.value, entries, prices)
            if pays > LEAST:
                done = self._bring_in(one, entries, pays) or done
        return done

    def _bring_in(self, column: Column | Member | None, entries: Entries, pays: int) -> bool:
        """One step; False if the digits do not suffice to tell which column goes out."""
        moves = self._moves(entries)
        moved = [row for row, move in enumerate(moves) if move]
        leaving = self._leaving(moves, moved)
        if leaving < 0:
            return False
        self._swap(leaving, moves, moved, pays)
        self.steps += 1
        if column is None:
            self._basic.pop(leaving, None)
        else:
            self._basic[leaving] = column
        return True

    def _moves(self, entries: Entries) -> list[int]:
        """By row, how much less is taken there for each of what comes in."""
        moves = [0] * len(self._room)
        for at, n in entries:
            column = self._inverse[at]
            if not column:
                moves[at] += n << DIGITS
                continue
            for row, entry in enumerate(column):
                if entry:
                    moves[row] += entry * n
        return moves

    def _leaving(self, moves: list[int], moved: list[int]) -> int:
        """The row whose column goes out: the first that would fall below zero."""
        leaving, least, by = -1, 0, 0
        amounts = self._amounts
        for row in moved:
            move = moves[row]
            if move > NOTHING:
                ratio = (amounts[row] << DIGITS) // move
                if leaving < 0 or ratio < least or (ratio == least and move > by):
                    leaving, least, by = row, ratio, move
        return leaving

    def _swap(self, leaving: int, moves: list[int], moved: list[int], pays: int) -> None:
        """What comes in stands in the row of what goes out; prices follow."""
        amounts, prices, inverse = self._amounts, self._prices, self._inverse
        by = moves[leaving]
        amount = (amounts[leaving] << DIGITS) // by
        # Small factors above zero are multiplied at once; others take ten times as long.
        falling: list[int] = []
        rising: list[int] = []
        for row in moved:
            if row == leaving:
                continue
            move = moves[row]
            if amount:
                amounts[row] -= (move * amount) >> DIGITS
            if move > 0:
                falling.append(row)
            else:
                rising.append(row)
                moves[row] = -move
        amounts[leaving] = amount
        if not inverse[leaving]:
            inverse[leaving] = [0] * len(moves)
            inverse[leaving][leaving] = ONE
            self._changed.append(leaving)
        for at in self._changed:
            column = inverse[at]
            entry = column[leaving]
            if not entry:
                continue
            entry = (entry << DIGITS) // by
            if -NOTHING < entry < NOTHING:
                column[leaving] = 0
                continue
            column[leaving] = entry
            if entry > 0:
                _less(column, falling, moves, entry)
                _more(column, rising, moves, entry)
            else:
                _more(column, falling, moves, -entry)
                _less(column, rising, moves, -entry)
            prices[at] += (pays * entry) >> DIGITS
            self._work += len(moved) - 1


def _less(column: list[int], rows: list[int], moves: list[int], entry: int) -> None:
    """Take off some rows of a column what each has of an entry, both above zero."""
    for row in rows:
        share = column[row] - ((moves[row] * entry) >> DIGITS)
        column[row] = 0 if -NOTHING < share < NOTHING else share


def _more(column: list[int], rows: list[int], moves: list[int], entry: int) -> None:
    """Add it, rounded as if what is below zero were taken off."""
    for row in rows:
        share = column[row] + ((moves[row] * entry + (ONE - 1)) >> DIGITS)
        column[row] = 0 if -NOTHING < share < NOTHING else share


class _Paying:
    """The columns that pay most, so many of them; of equal ones the first."""

    __slots__ = ("columns", "pays", "rows")

    def __init__(self) -> None:
        self.pays: list[int] = []
        self.rows: list[int] = []
        self.columns: list[Column | Member | None] = []

    def put(self, pays: int, row: int, column: Column | Member | None) -> None:
        """One more; ``row`` is which row's rest it is, where it is no column of a use."""
        place = len(self.pays)
        if place == PIVOTS_PER_LOOK:
            if pays <= self.pays[place - 1]:
                return
            self.pays.pop()
            self.rows.pop()
            self.columns.pop()
            place -= 1
        while place and self.pays[place - 1] < pays:
            place -= 1
        self.pays.insert(place, pays)
        self.rows.insert(place, row)
        self.columns.insert(place, column)
