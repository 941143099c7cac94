"""What pieces are worth in a basket, and with it a bound on all that could come off.

The linear relaxation of the packing problem is solved by the simplex method; columns are asked of
the deals as they are needed (Gilmore and Gomory 1961). Figures are whole numbers with so many
binary digits after the point: equal questions give equal answers everywhere, and whatever digits
are lost, the bound is worked out anew from the prices and holds.
"""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.engine.deals import Deal
from terminal.loyalty.engine.goods import Uses
from terminal.loyalty.engine.wide import Packing

DIGITS = 40
ONE = 1 << DIGITS
NOTHING = 1 << 12
"""Smaller entries of the basis are lost digits."""

PIVOTS_MOST = 2_000


class Column:
    """A use of a deal, with what it takes of every row: pieces of classes, then limits."""

    __slots__ = ("deal", "entries", "on", "uses", "value")

    def __init__(
        self, value: int, entries: list[tuple[int, int]], deal: Deal, uses: Uses, on: Uses
    ) -> None:
        self.value, self.entries, self.deal, self.uses, self.on = value, entries, deal, uses, on


class Prices:
    """Prices of pieces (``pieces``) and limits (``limits``), and ``bound``: nothing brings more."""

    def __init__(self, packing: Packing) -> None:
        self.packing = packing
        self._first_limit = len(packing.counts)
        self._room = [*packing.counts, *packing.limits]
        self._groups = self._with_groups()
        self._prices = [0] * len(self._room)
        self._amounts = [n << DIGITS for n in self._room]
        self._rows: list[dict[int, int]] = [{row: ONE} for row in range(len(self._room))]
        self._where: list[set[int]] = [{row} for row in range(len(self._room))]
        """By column of the inverse, the rows that have something there."""
        self.columns: list[Column] = []
        self._members: list[list[tuple[int, int]]] = self._members_of()
        self._known: set[tuple[int, Uses, Uses]] = set()
        self.pieces: list[int] = list(packing.base)
        self.limits: list[int] = [0] * len(packing.limits)
        self.bound = -1
        self.steps = 0
        self.finished = False

    def _with_groups(self) -> dict[str, int]:
        """A row for each group; what its members may have begins with nothing."""
        groups: dict[str, int] = {}
        for one in self.packing.choices.values():
            self._room[self._first_limit + one.limit] = 0
            if one.group not in groups:
                groups[one.group] = len(self._room)
                self._room.append(1)
        return groups

    def _members_of(self) -> list[list[tuple[int, int]]]:
        """To take one programme of a group is a column: it gives its deals what they may have."""
        members: dict[tuple[str, int], list[tuple[int, int]]] = {}
        for deal in self.packing.active:
            one = self.packing.choices.get(deal.number)
            if one is not None:
                entries = members.setdefault(
                    (one.group, one.programme), [(self._groups[one.group], 1)]
                )
                entries.append((self._first_limit + one.limit, -self.packing.most[deal.number]))
        return [members[key] for key in sorted(members)]

    def improve(self, rounds: int) -> None:
        """So many rounds at most of asking the deals for columns that pay at today's prices."""
        for _ in range(rounds):
            if not self._ask():
                self.finished = True
                return
            while len(self._known) and self._pivot():
                self.steps += 1
                if self.steps > PIVOTS_MOST:
                    return

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
        for deal in packing.active:
            self.steps += 1
            drawn = packing.draws[deal.number]
            cost = sum(n * limits[limit] for limit, n in drawn)
            found = deal.best(pieces, packing.counts)
            most = deal.bound(pieces, packing.counts, found) - cost
            choice = packing.choices.get(deal.number)
            if choice is not None:
                most += limits[choice.limit]
            if most > 0 and choice is None:
                bound += most * packing.most[deal.number]
            elif most > 0 and choice is not None:
                member = (choice.group, choice.programme)
                chosen[member] = chosen.get(member, 0) + most * packing.most[deal.number]
            if found is None or found[0] <= cost:
                continue
            value, uses, on = found
            if (deal.number, uses, on) not in self._known:
                self._known.add((deal.number, uses, on))
                entries = [*uses, *((self._first_limit + limit, n) for limit, n in drawn)]
                value += sum(n * over[index] for index, n in uses)
                self.columns.append(Column(value, entries, deal, uses, on))
                new = True
        for group in self._groups:
            bound += max((n for member, n in chosen.items() if member[0] == group), default=0)
        if self.bound < 0 or bound < self.bound:
            self.bound, self.pieces, self.limits = bound, pieces, limits
        return new

    def _pivot(self) -> bool:
        """One step of the simplex method: the column that pays most comes in."""
        prices = self._prices
        best, entries = 0, None
        for column in self.columns:
            pays = column.value
            for row, n in column.entries:
                pays -= n * prices[row]
            if pays > best:
                best, entries = pays, column.entries
        for members in self._members:
            pays = -sum(n * prices[row] for row, n in members)
            if pays > best:
                best, entries = pays, members
        for row, price in enumerate(prices):
            if -price > best:
                best, entries = -price, [(row, 1)]
        if entries is None or best < ONE >> 10:
            return False
        leaving, moves = self._leaving(entries)
        if leaving < 0:
            return False
        self._swap(leaving, moves)
        for row, entry in self._rows[leaving].items():
            prices[row] += (best * entry) >> DIGITS
        return True

    def _leaving(self, entries: Sequence[tuple[int, int]]) -> tuple[int, dict[int, int]]:
        """The row whose column goes out: the first that would fall below zero."""
        moves: dict[int, int] = {}
        rows = self._rows
        for at, n in entries:
            for number in self._where[at]:
                moves[number] = moves.get(number, 0) + rows[number][at] * n
        leaving, least, by = -1, 0, 0
        for number in sorted(moves):
            move = moves[number]
            if move > NOTHING:
                ratio = (self._amounts[number] << DIGITS) // move
                if leaving < 0 or ratio < least or (ratio == least and move > by):
                    leaving, least, by = number, ratio, move
        return leaving, moves

    def _swap(self, leaving: int, moves: dict[int, int]) -> None:
        amounts, rows, where = self._amounts, self._rows, self._where
        by = moves.pop(leaving)
        new = {}
        for at, entry in rows[leaving].items():
            share = (entry << DIGITS) // by
            if -NOTHING < share < NOTHING:
                where[at].discard(leaving)
            else:
                new[at] = share
        amount = (amounts[leaving] << DIGITS) // by
        for number, move in moves.items():
            amounts[number] -= (move * amount) >> DIGITS
            row = rows[number]
            for at, entry in new.items():
                before = row.get(at)
                share = (before or 0) - ((move * entry) >> DIGITS)
                if not -NOTHING < share < NOTHING:
                    row[at] = share
                    if before is None:
                        where[at].add(number)
                elif before is not None:
                    del row[at]
                    where[at].discard(number)
        rows[leaving] = new
        amounts[leaving] = amount
