"""What pieces are worth in a basket, and with it a bound on all that could come off.

The linear relaxation of the packing problem is solved by the simplex method; columns are asked of
the deals as they are needed (Gilmore and Gomory 1961). Figures are whole numbers with so many
binary digits after the point: equal questions give equal answers everywhere, and whatever digits
are lost, the bound is worked out anew from the prices and holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from heapq import nlargest, nsmallest

from terminal.loyalty.engine.deals import Deal
from terminal.loyalty.engine.goods import Uses
from terminal.loyalty.engine.wide import Packing

DIGITS = 28
ONE = 1 << DIGITS
NOTHING = 1 << 8
"""Smaller entries of the basis are lost digits."""

HAIR = ONE >> 10
"""By so much of a use, digits that were lost may make it less than whole."""

LEAST = 1 << 30
"""What pays no more than that is not worth a step."""

NOTHING_BESIDE: Mapping[int, int] = {}

WORK_PER_DEAL = 30
"""Entries of the basis that may be changed in a round, for each deal."""

PIVOTS_PER_LOOK = 6
"""So many columns come in, those that pay most first, before all of them are looked at again."""

Entries = Sequence[tuple[int, int]]
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
        self._rows: list[dict[int, int]] = [{row: ONE} for row in range(len(self._room))]
        self._where: list[set[int]] = [{row} for row in range(len(self._room))]
        """By column of the inverse, the rows that have something there."""
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
        members: dict[tuple[str, int], list[tuple[int, int]]] = {}
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
        for deal, drawn, _, _ in self._asked:
            found = deal.best(self.pieces, self.packing.counts)
            if found is not None:
                cost = sum([n * self.limits[limit] for limit, n in drawn])
                ranked.append((found[0] - cost, -deal.number))
        return frozenset([-number for _, number in nlargest(most, ranked)])

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
        self.steps += len(self._asked)
        for deal, drawn, often, choice in self._asked:
            cost = 0
            for limit, n in drawn:
                cost += n * limits[limit]
            found = deal.best(pieces, counts, 0)
            most = deal.bound(pieces, counts, found) - cost
            if choice is not None:
                most += limits[choice.limit]
                if most > 0:
                    member = (choice.group, choice.programme)
                    chosen[member] = chosen.get(member, 0) + most * often
            elif most > 0:
                bound += most * often
            if found is None or found[0] <= cost:
                continue
            value, uses, on = found
            if (deal.number, uses, on) not in self._known:
                self._known.add((deal.number, uses, on))
                entries = [*uses, *((self._first_limit + limit, n) for limit, n in drawn)]
                for index, n in uses:
                    value += n * over[index]
                self.columns.append(Column(value, entries, deal, uses, on))
                new = True
        for group in self._groups:
            bound += max((n for member, n in chosen.items() if member[0] == group), default=0)
        if self.bound < 0 or bound < self.bound:
            self.bound, self.pieces, self.limits = bound, pieces, limits
        return new

    def _pivots(self) -> bool:
        """Steps of the simplex method: the columns that pay most come in, one after the other."""
        prices = self._prices
        found: list[tuple[int, int, Column | Member | None]] = []
        place = len(prices)
        for row, price in enumerate(prices):
            if -price > LEAST:
                found.append((price, row, None))
        for several in (self._members, self.columns):
            for column in several:
                pays = column.value
                for row, n in column.entries:
                    pays -= n * prices[row]
                if pays > LEAST:
                    found.append((-pays, place, column))
                place += 1
        if not found:
            return False
        done = False
        for _, place, one in nsmallest(PIVOTS_PER_LOOK, found, key=_first_two):
            entries = [(place, 1)] if one is None else one.entries
            pays = 0 if one is None else one.value
            for row, n in entries:
                pays -= n * prices[row]
            if pays > LEAST:
                done = self._bring_in(one, entries, pays) or done
        return done

    def _bring_in(self, column: Column | Member | None, entries: Entries, pays: int) -> bool:
        """One step; False if the digits do not suffice to tell which column goes out."""
        leaving, moves = self._leaving(entries)
        if leaving < 0:
            return False
        self._swap(leaving, moves)
        self.steps += 1
        if column is None:
            self._basic.pop(leaving, None)
        else:
            self._basic[leaving] = column
        prices = self._prices
        for row, entry in self._rows[leaving].items():
            prices[row] += (pays * entry) >> DIGITS
        return True

    def _leaving(self, entries: Entries) -> tuple[int, dict[int, int]]:
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
        self._work += len(moves) * len(new)
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


def _first_two(found: tuple[int, int, object]) -> tuple[int, int]:
    return found[0], found[1]
