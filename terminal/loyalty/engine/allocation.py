"""The search: which applications together take the most off, no piece used twice.

Branch and bound over the classes of pieces, dearest first: each class is either used by one more
application or left alone for good. Groups of classes that share no application and no limit are
searched apart, so a typical basket is proven in a few steps. Effort counts steps, never time:
the same question has the same answer on every machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from terminal.loyalty.engine.classes import PieceClasses
from terminal.loyalty.engine.goods import Application, Candidate
from terminal.loyalty.engine.limits import capacities_of, draws
from terminal.loyalty.standing import RewardName
from terminal.values import dataclass

FORCED = 10**30
"""More than any discount: a claimed reward goes before every automatic one."""

SCALE = 10**13
"""Money weighs more than any number of units; among equal money fewer units are spent."""

NONE: Mapping[str, int] = {}

PIECES_MOST = 150
"""Pieces of one group that are searched; of more, whole rounds are given out greedily first."""


VARIANTS_MOST = 8
"""Equally good answers of one group that are told apart by what they earn."""

Chosen = tuple[tuple[Application, int], ...]
"""Applications with how often each is used."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Applications with how often each is used. ``gap`` is what a better one could save."""

    chosen: Chosen
    gap: int
    steps: int
    ties: tuple[Search, ...] = ()
    """The searches of groups whose equally good answers may earn differently."""
    fixed: Chosen = ()
    """What the other groups chose."""

    @property
    def proven(self) -> bool:
        """Whether nothing is better."""
        return self.gap == 0


def allocate(
    classes: PieceClasses,
    candidates: Sequence[Candidate],
    applications: Sequence[Application],
    effort: int,
    units: Mapping[str, int],
    known: Searches,
    kept: Searches,
    *,
    spare: Mapping[str, int] = NONE,
    scale: int = 1,
    kind_of: Callable[[int], object],
) -> Allocation:
    """The best allocation that ``effort`` steps find; deterministic.

    ``units`` is how many of each unit may be spent by all candidates together, ``spare`` how many
    of them by the automatic ones, where claims on the basket want the rest. Savings are counted
    in ``scale`` parts of a minor unit, and so is the gap. ``kind_of`` tells apart the classes that
    earn differently: where ties could matter, equally good answers are looked for. ``known`` keeps
    what was searched already for these classes: trials differ in one candidate only,
    and the answer itself, which has the most effort, is searched first. ``kept`` are searches that
    came to their end, with their steps: with as much effort each of them ends the same way.
    """
    by_name = {one.name: one for one in candidates}
    capacities = capacities_of(candidates, units, spare)
    scores = {one.name: (FORCED if one.claimed else 0) - one.worth * scale for one in candidates}
    draws_of = {one.name: draws(one, spare) for one in candidates}
    chosen: list[tuple[Application, int]] = []
    gap = steps = 0
    ties: list[Search] = []
    fixed: list[tuple[Application, int]] = []
    scored = [
        (points, one)
        for one in applications
        if (points := (one.saving + scores[one.name]) * SCALE - by_name[one.name].reward.cost) > 0
    ]
    for group in _groups(scored, draws_of):
        names = sorted({one.name for _, one in group})
        drawn = {name for one in names for name in draws_of[one]}
        key = (
            frozenset(index for _, one in group for index, _ in one.uses),
            tuple((one, by_name[one].claimed, by_name[one].worth) for one in names),
            tuple(sorted((name, capacities[name]) for name in drawn)),
        )
        found = known.get(key)
        if found is None:
            found = kept.get(key)
            if found is None or found.steps > effort:
                search = Search(classes, draws_of, group, capacities)
                search.run(effort)
                used = tuple((search.applications[index], n) for index, n in search.best_used)
                touched = {index for _, one in group for index, _ in one.uses}
                tied = (
                    len(names) > 1
                    or any(by_name[one].reward.cost for one in names)
                    or (len(touched) > 1 and len({kind_of(index) for index in touched}) > 1)
                )
                found = Allocation(used, search.gap, search.steps, (search,) if tied else ())
                if search.ended:
                    kept[key] = found
            known[key] = found
            steps += found.steps
        chosen += found.chosen
        gap += found.gap
        ties += found.ties
        if not found.ties:
            fixed += found.chosen
    return Allocation(tuple(chosen), gap, steps, tuple(ties), tuple(fixed))


def _groups(
    scored: Sequence[tuple[int, Application]], draws_of: Mapping[RewardName, Mapping[str, int]]
) -> Iterable[list[tuple[int, Application]]]:
    """Applications that compete, directly or through others, in a fixed order."""
    leader: dict[int | str, int | str] = {}

    def find(thing: int | str) -> int | str:
        while leader.setdefault(thing, thing) != thing:
            thing = leader[thing]
        return thing

    for _, application in scored:
        first = find(application.uses[0][0])
        for index, _ in application.uses[1:]:
            leader[find(index)] = first
        for name in draws_of[application.name]:
            leader[find(name)] = first
    groups: dict[int | str, list[tuple[int, Application]]] = {}
    for pair in scored:
        groups.setdefault(find(pair[1].uses[0][0]), []).append(pair)
    return groups.values()


Searches = dict[object, Allocation]
"""Answers of searches, by everything that they depend on besides the classes."""


Used = list[tuple[int, int]]
"""(application, times) of one group."""


class Search:
    """One group of competing applications."""

    def __init__(
        self,
        classes: PieceClasses,
        draws_of: Mapping[RewardName, Mapping[str, int]],
        group: list[tuple[int, Application]],
        capacities: dict[str, int],
    ) -> None:
        scored = list(group)
        # Best value per piece first; the lower programme and the dearer pieces break ties.
        scored.sort(key=lambda pair: (-(pair[0] * 720_720 // pair[1].size), pair[1].name))
        self.applications = [one for _, one in scored]
        self._scores = [points for points, _ in scored]
        indices = sorted({index for one in self.applications for index, _ in one.uses})
        place = {index: position for position, index in enumerate(indices)}
        self._counts = [classes[index].pieces for index in indices]
        self._uses = [
            tuple((place[index], pieces) for index, pieces in one.uses) for one in self.applications
        ]
        draws = [draws_of[one.name] for one in self.applications]
        names = sorted({name for one in draws for name in one})
        pieces = sum(self._counts)
        # A reward cannot be used more often than there are pieces, which keeps the bound tight.
        self._limits = [
            min(capacities[name], pieces) if name.startswith("reward") else capacities[name]
            for name in names
        ]
        self._draws = [
            tuple((names.index(name), amount) for name, amount in one.items()) for one in draws
        ]
        self._by_class: list[list[int]] = [[] for _ in indices]
        for number, uses in enumerate(self._uses):
            for position, _ in uses:
                self._by_class[position].append(number)
        self._bound_pieces()
        self.best_score = 0
        self.best_used: Used = []
        self._as_good: list[Used] = []
        self.steps = 0
        self.gap = 0
        self.ended = True
        """Whether more effort would come to nothing else."""
        self._equals: dict[int, list[Chosen]] = {}

    def _bound_pieces(self) -> None:
        """Most that a piece can bring without limits, and what each limited use adds to that.

        The figures are a feasible dual of the packing problem: no application is worth more than
        its pieces together. Equal shares start it; then each piece's figure is lowered as far as
        the others allow, which proves most real baskets without a search.
        """
        free = [number for number, draws in enumerate(self._draws) if not draws]
        self._piece_most = [0] * len(self._counts)
        for number in free:
            share = -(-self._scores[number] // self.applications[number].size)
            for position, _ in self._uses[number]:
                self._piece_most[position] = max(self._piece_most[position], share)
        for position in range(len(self._counts)):
            least = 0
            for number in self._by_class[position]:
                if not self._draws[number]:
                    rest, here = self._scores[number], 1
                    for other, pieces in self._uses[number]:
                        if other == position:
                            here = pieces
                        else:
                            rest -= pieces * self._piece_most[other]
                    least = max(least, -(-rest // here))
            self._piece_most[position] = least
        self._limit_most = [0] * len(self._limits)
        for number, uses in enumerate(self._uses):
            if self._draws[number]:
                limit, _ = self._draws[number][0]
                rest = sum(self._piece_most[position] * pieces for position, pieces in uses)
                more = self._scores[number] - rest
                self._limit_most[limit] = max(self._limit_most[limit], more)
        self._slack = [self._slack_of(number) for number in range(len(self.applications))]
        for numbers in self._by_class:
            numbers.sort(key=lambda number: (self._slack[number], number))

    def _slack_of(self, number: int) -> int:
        """By how much taking an application lowers what can be hoped for in all."""
        slack = -self._scores[number]
        slack += sum(self._piece_most[place] * pieces for place, pieces in self._uses[number])
        if self._draws[number]:
            slack += self._limit_most[self._draws[number][0][0]]
        return slack

    def run(self, effort: int) -> None:
        """Search; ``best_used`` holds (application, times), ``gap`` what may be left, in money."""
        counts, limits = list(self._counts), list(self._limits)
        taken = [0] * len(self.applications)
        most = self._bound(counts, limits)
        if sum(counts) > PIECES_MOST:
            self._take_greedily(counts, limits, taken, down_to=PIECES_MOST // 2)
        greedy = list(taken)
        self._take_greedily(list(counts), list(limits), greedy, down_to=0)
        self._keep(self._points(greedy), greedy)
        if most - self.best_score < SCALE:
            return  # less than one minor unit could be left
        whole = not any(taken)
        self._seen: dict[tuple[int, ...], int] = {}
        self._effort = effort
        sure = self._points(taken)
        hope = sure + self._bound(counts, limits)
        finished = self._branch(0, counts, limits, sure, hope, taken)
        self.ended = finished
        if not (finished and whole):
            self.gap = max(0, most - self.best_score) // SCALE

    def equals(self, effort: int) -> list[Chosen]:
        """Answers as good as the best, or better by less than a minor unit; the best if none."""
        if effort not in self._equals:
            best = self.best_score, self.best_used
            self._as_good = []
            self._left = effort
            counts, limits = list(self._counts), list(self._limits)
            if sum(counts) <= PIECES_MOST:
                taken = [0] * len(self.applications)
                self._equal(0, 0, (counts, limits), 0, self._bound(counts, limits), taken)
            self._equals[effort] = [
                tuple((self.applications[number], n) for number, n in used)
                for used in (self.best_used, *self._as_good)
            ]
            # Whoever asks with another effort begins where this one began.
            self.best_score, self.best_used = best
        return self._equals[effort]

    def _equal(
        self,
        position: int,
        start: int,
        room: tuple[list[int], list[int]],
        points: int,
        hope: int,
        taken: list[int],
    ) -> None:
        """Every allocation that is no worse, each of them once, while there is effort."""
        counts, limits = room
        if hope < self.best_score or self._left < 1 or len(self._as_good) >= VARIANTS_MOST - 1:
            return
        self._left -= 1
        while position < len(counts) and not counts[position]:
            position, start = position + 1, 0
        if position == len(counts):
            used = [(number, n) for number, n in enumerate(taken) if n]
            if points > self.best_score:
                self.best_score, self.best_used, self._as_good = points, used, []
            elif points == self.best_score and used != self.best_used:
                self._as_good.append(used)
            return
        numbers = self._by_class[position]
        for place in range(start, len(numbers)):
            number = numbers[place]
            after = hope - self._slack[number]
            if after < self.best_score:
                break  # the rest hope for even less
            if self._most(number, counts, limits):
                self._take(number, 1, counts, limits, taken)
                more = points + self._scores[number]
                self._equal(position, place, room, more, after, taken)
                self._take(number, -1, counts, limits, taken)
        alone, counts[position] = counts[position], 0
        self._equal(position + 1, 0, room, points, hope - alone * self._piece_most[position], taken)
        counts[position] = alone

    def _points(self, taken: list[int]) -> int:
        return sum(n * points for n, points in zip(taken, self._scores, strict=True))

    def _bound(self, counts: list[int], limits: list[int]) -> int:
        pieces = sum(n * most for n, most in zip(counts, self._piece_most, strict=True))
        return pieces + sum(n * most for n, most in zip(limits, self._limit_most, strict=True))

    def _keep(self, points: int, taken: list[int]) -> None:
        if points > self.best_score or not self.best_used:
            self.best_score = points
            self.best_used = [(number, n) for number, n in enumerate(taken) if n]

    def _most(self, number: int, counts: list[int], limits: list[int]) -> int:
        most = min(counts[position] // pieces for position, pieces in self._uses[number])
        for limit, amount in self._draws[number]:
            most = min(most, limits[limit] // amount)
        return most

    def _take(
        self, number: int, times: int, counts: list[int], limits: list[int], taken: list[int]
    ) -> None:
        for position, pieces in self._uses[number]:
            counts[position] -= pieces * times
        for limit, amount in self._draws[number]:
            limits[limit] -= amount * times
        taken[number] += times

    def _take_greedily(
        self, counts: list[int], limits: list[int], taken: list[int], *, down_to: int
    ) -> None:
        """Best value per piece first, in place, until few enough pieces are left."""
        for number, application in enumerate(self.applications):
            spare = max(0, sum(counts) - down_to)
            rounds = -(-spare // application.size)
            times = min(self._most(number, counts, limits), rounds)
            if times > 0:
                self._take(number, times, counts, limits, taken)

    def _branch(
        self,
        position: int,
        counts: list[int],
        limits: list[int],
        points: int,
        hope: int,
        taken: list[int],
    ) -> bool:
        """Decide the next class; False if the effort ran out below here.

        ``hope`` is the most that can still be reached from here, ``points`` included.
        """
        while position < len(counts) and not counts[position]:
            position += 1
        self._keep(points, taken)
        if position == len(counts) or hope < self.best_score + SCALE:
            return True
        state = (*counts, *limits)
        if self._seen.get(state, -1) >= points:
            return True
        if self.steps >= self._effort:
            return False
        self._seen[state] = points
        self.steps += 1
        for number in self._by_class[position]:
            after = hope - self._slack[number]
            if after < self.best_score + SCALE:
                break  # the rest hope for even less
            if self._most(number, counts, limits):
                self._take(number, 1, counts, limits, taken)
                more = points + self._scores[number]
                finished = self._branch(position, counts, limits, more, after, taken)
                self._take(number, -1, counts, limits, taken)
                if not finished:
                    return False
        alone, counts[position] = counts[position], 0
        hope -= alone * self._piece_most[position]
        finished = self._branch(position + 1, counts, limits, points, hope, taken)
        counts[position] = alone
        return finished
