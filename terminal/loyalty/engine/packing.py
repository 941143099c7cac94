"""From candidates to a packing: what each may use and draw, and how often.

A budget of money is a limit like others, of which every use takes what it takes off. So uses of
one reward that take off as much are a deal of their own where the budget may not suffice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import comb
from typing import Final

from terminal.loyalty.engine.allocation import SCALE
from terminal.loyalty.engine.deals import Deal, Found, OnColumns, OnPieces
from terminal.loyalty.engine.deals_on_sets import OnSlots
from terminal.loyalty.engine.goods import Application, Candidate
from terminal.loyalty.engine.limits import capacities_of, draws
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.wide import Choice, Draws, Packing

PARTS_MOST = 300
"""With more ways to use a reward its budget of money is looked at only afterwards."""

PART: Final = 1 << 20
"""The deals of a reward's parts have its number and so many more for each."""


def ways_of(question: Question, candidate: Candidate) -> int:
    """How many ways there are to use a reward on goods, at most."""
    ways = question.contested.ways
    if candidate.name not in ways:
        target, classes = candidate.reward.target, question.classes
        if target.scope == "piece":
            n = len(classes.taken_by(target.goods))
        else:
            n = 1
            also = (target.also,) if target.also else ()
            for need in (*candidate.reward.condition.needs, *also):
                n *= comb(len(classes.taken_by(need.goods)) + need.pieces - 1, need.pieces)
        ways[candidate.name] = n
    return ways[candidate.name]


def packing_of(
    question: Question,
    candidates: Sequence[Candidate],
    units: Mapping[str, int],
    spare: Mapping[str, int],
    *,
    grouped: bool = False,
    money: bool = False,
) -> tuple[Packing, bool]:
    """The packing problem of some candidates, and whether it knows all ways to use them.

    ``grouped``: of the programmes of a group only one may be taken; ``money``: what budgets of
    money leave are limits.
    """
    whole = True
    capacities = capacities_of(candidates, units, spare)
    made = _Made(question.contested_counts, list(capacities.values()))
    places = {name: place for place, name in enumerate(capacities)}
    for candidate in candidates:
        deal, all_of_it = question.deal(candidate)
        whole = whole and all_of_it
        if not deal.classes:
            continue
        drawn = [(places[name], n) for name, n in draws(candidate, spare).items()]
        group = candidate.programme.stacking.group if grouped else ""
        if money and _may_exceed(question, candidate, deal):
            made.put_parts(candidate, _parts_of(question, candidate, deal), drawn, group)
        else:
            made.put(candidate, deal, drawn, group)
    return made.packing(), whole


class _Made:
    """A packing in the making."""

    def __init__(self, counts: list[int], limits: list[int]) -> None:
        self._counts, self._limits = counts, limits
        self._choices: dict[int, Choice] = {}
        self._deals: list[Deal] = []
        self._drawn_by: dict[int, Draws] = {}
        self._most: dict[int, int] = {}

    def packing(self) -> Packing:
        return Packing(
            self._counts, self._deals, self._limits, self._drawn_by, self._most, self._choices
        )

    def put(
        self, candidate: Candidate, deal: Deal, drawn: list[tuple[int, int]], group: str
    ) -> None:
        """A deal that is one whatever it takes off."""
        limits, number = self._limits, deal.number
        often = min([_room(deal, self._counts), *(limits[place] // n for place, n in drawn)])
        if candidate.times is not None:
            limits[drawn[0][0]] = often
        own = drawn[0][0] if candidate.times is not None else len(limits)
        if candidate.times is None and (group or not isinstance(deal, OnPieces)):
            drawn.insert(0, (own, 1))
            limits.append(often)
        if group:
            alone = candidate.times is None and isinstance(deal, OnPieces)
            self._choices[number] = Choice(group, candidate.programme.programme, own, alone)
        self._keep(deal, tuple(drawn), often)

    def put_parts(
        self,
        candidate: Candidate,
        parts: list[tuple[int, Deal]],
        drawn: list[tuple[int, int]],
        group: str,
    ) -> None:
        """The parts of a deal by what each takes off, and of its budget."""
        limits, left = self._limits, candidate.money_left or 0
        of_money = len(limits)
        limits.append(left)
        for off, part in parts:
            own = len(limits)
            room = [_room(part, self._counts), *(limits[place] // n for place, n in drawn)]
            often = min(left // off, *room)
            limits.append(often)
            if group:
                alone = False
                self._choices[part.number] = Choice(
                    group, candidate.programme.programme, own, alone
                )
            self._keep(part, ((own, 1), *drawn, (of_money, off)), often)

    def _keep(self, deal: Deal, drawn: Draws, often: int) -> None:
        self._drawn_by[deal.number] = drawn
        self._most[deal.number] = often
        self._deals.append(deal)


def _may_exceed(question: Question, candidate: Candidate, deal: Deal) -> bool:
    """Whether as many uses as there could be may take off more than its budget leaves."""
    if candidate.money_left is None or ways_of(question, candidate) > PARTS_MOST:
        return False
    often = _room(deal, question.contested_counts)
    if candidate.times is not None:
        often = min(often, candidate.times)
    most = max([one.discount for one in question.applications(candidate)[0]], default=0)
    return often * most > candidate.money_left


def _parts_of(question: Question, candidate: Candidate, deal: Deal) -> list[tuple[int, Deal]]:
    """A reward's uses by what they take off, as far as the budget leaves so much."""
    by_amount: dict[int, list[Application]] = {}
    for one in question.applications(candidate)[0]:
        if candidate.money_left is None or one.discount <= candidate.money_left:
            by_amount.setdefault(one.discount, []).append(one)
    parts: list[tuple[int, Deal]] = []
    for off in sorted(by_amount):
        number = deal.number + PART * (1 + len(parts))
        columns = [
            Found(one.saving * SCALE, one.uses, tuple([(index, n) for index, n, _ in one.gains]))
            for one in by_amount[off]
        ]
        flat = question.flat(candidate)
        parts.append((off, OnColumns(number, candidate.name, flat, columns)))
    return parts


def unforced(question: Question, candidates: Sequence[Candidate], packing: Packing) -> Packing:
    """The same with claims at what they take off, as what pieces are worth is told by that.

    Claims go before automatic rewards; if the prices of pieces said so too, whatever competes
    with a claim would seem to pay nowhere.
    """
    plain: dict[int, Deal] = {}
    for one in candidates:
        if one.claimed:
            candidate = replace(one, claimed=False)
            deal, _ = question.deal(candidate)
            plain[deal.number] = deal
            if one.money_left is not None:
                for _, part in _parts_of(question, candidate, deal):
                    plain[part.number] = part
    if not plain:
        return packing
    deals = [plain.get(one.number, one) for one in packing.deals]
    return Packing(
        packing.counts, deals, packing.limits, packing.draws, packing.most, packing.choices
    )


def _room(deal: Deal, counts: Sequence[int]) -> int:
    """How often a deal could be had for its pieces."""
    room = sum([counts[index] for index in deal.classes]) // deal.size
    if isinstance(deal, OnSlots) and len(deal.slots) > 1:
        for slot in deal.slots:
            room = min(room, sum([counts[index] for index in slot.classes]) // slot.pieces)
    return room
