"""One way to combine rewards, worked out: what comes off each line, and which units are spent.

First the rewards on pieces and sets (the search), then those on the basket, off what is left:
percents before amounts, automatic ones before claimed ones, lower programmes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

from terminal.loyalty.benefits import PercentOff
from terminal.loyalty.engine.allocation import NONE, Allocation, Chosen, Search, allocate
from terminal.loyalty.engine.classes import PieceClass
from terminal.loyalty.engine.evaluation import Applied, Reason, Share, Why
from terminal.loyalty.engine.goods import Application, Candidate, is_on_top
from terminal.loyalty.engine.on_top import most_on_top, pieces_left, take_on_top
from terminal.loyalty.engine.packed import is_wide, packed
from terminal.loyalty.engine.proof import goods_gap, is_plain, missed_at_most, sets_saving
from terminal.loyalty.engine.question import Question
from terminal.loyalty.engine.reduced_goods import Reduced, reduce_more
from terminal.loyalty.engine.rest import Turns, unit_of
from terminal.loyalty.engine.shares import (
    applied_as,
    off_basket,
    refusal,
    split_over_classes,
)
from terminal.loyalty.money import split, tax_upon
from terminal.loyalty.standing import RewardName
from terminal.values import dataclass


@dataclass(slots=True)
class Settlement:
    """What one combination of rewards comes to. ``net`` is by line key."""

    net: dict[int, int]
    applied: list[Applied] = field(default_factory=list)
    free_pieces: dict[int, int] = field(default_factory=dict)
    reduced: dict[int, Reduced] = field(default_factory=dict)
    """By line key, what rewards on goods took off so many of its pieces."""
    refused: dict[RewardName, Reason] = field(default_factory=dict)
    """Candidates that found nothing to come off, with the reason."""
    chosen: Chosen = ()
    """The applications on goods behind ``applied``, and how often each."""
    ties: tuple[Search, ...] = ()
    """Where on goods as much could be saved otherwise, by group."""
    fixed: Chosen = ()
    """What is chosen on goods of other groups."""
    candidates: tuple[Candidate, ...] = ()
    kept: Mapping[str, int] = field(default_factory=dict)
    worth: int = 0
    """Minor units that the units of automatic rewards are worth."""
    gap: int = 0
    steps: int = 0

    to_pay: int = 0
    """What the customer pays for all lines, tax included."""

    @property
    def cost(self) -> int:
        """What the best one has least of."""
        return self.to_pay + self.worth

    def claims(self) -> Chosen:
        """The applications of claims, and how often each."""
        claimed = {one.name for one in self.candidates if one.claimed}
        return tuple([pair for pair in self.chosen if pair[0].name in claimed])

    @property
    def units(self) -> int:
        """Units spent, of all kinds together."""
        return sum(one.units for one in self.applied)


def settle(
    question: Question,
    candidates: Sequence[Candidate],
    effort: int,
    kept: Mapping[str, int] = NONE,
    given: Chosen | None = None,
    open_goods: int = 0,
) -> Settlement:
    """Work one combination of candidates out.

    ``kept`` is how many of a unit automatic rewards leave to claims; ``given`` is what is chosen
    on goods, if that is not to be searched for, and ``open_goods`` how much more another choice
    could save there, in the search's parts.
    """
    settlement = Settlement(question.gross())
    settlement.candidates, settlement.kept = tuple(candidates), kept
    left = question.units_of(candidates)
    kept = dict(kept)
    on_goods = [one for one in candidates if one.competes]
    if on_goods:
        chosen = None if given is None else Allocation(given, open_goods, 0)
        _settle_goods(question, on_goods, effort, settlement, left, kept, chosen)
    on_top = in_turns(one for one in candidates if is_on_top(one.programme, one.reward))
    if on_top:
        _settle_on_top(question, on_goods, on_top, settlement, left, kept)
    on_basket = in_turns(one for one in candidates if one.reward.target.scope == "basket")
    if on_basket:
        _settle_rest(question, [*on_goods, *on_top], on_basket, settlement, left, kept)
    settlement.to_pay = question.due(settlement.net)
    return settlement


def _settle_on_top(
    question: Question,
    on_goods: Sequence[Candidate],
    on_top: Sequence[Candidate],
    settlement: Settlement,
    left: dict[str, int],
    kept: dict[str, int],
) -> None:
    """One after the other off what is left of pieces.

    Goods are searched by themselves; what another choice of them would have left for these
    rewards stays open, unless they are about other goods.
    """
    lines = pieces_left(question.classes, settlement.applied)
    saved = 0
    for candidate in on_top:
        cost, unit = candidate.reward.cost, unit_of(candidate)
        most = candidate.times
        if cost:
            units = left.get(unit, 0) - (0 if candidate.claimed else kept.get(unit, 0))
            most = max(0, units) // cost if most is None else min(most, max(0, units) // cost)
        touched = sorted(question.classes_of(candidate))
        whole = {one.line: one.rests[one.price] for index in touched for one in lines[index]}
        shares = take_on_top(candidate, [one for index in touched for one in lines[index]], most)
        times = sum(share.pieces for share in shares)
        if not times:
            settlement.refused[candidate.name] = Reason(why=Why.NOTHING_LEFT)
            continue
        prices = {one.line: one.price for index in touched for one in lines[index]}
        still = {one.line: one.rests[one.price] for index in touched for one in lines[index]}
        for share in shares:
            settlement.net[share.line] -= share.amount
            # Of pieces that were reduced before, none is reduced again.
            more = whole[share.line] - still[share.line]
            reduce_more(settlement.reduced, share.line, more, share.amount)
            if share.amount == share.pieces * prices[share.line]:
                free = settlement.free_pieces
                free[share.line] = free.get(share.line, 0) + share.pieces
        settlement.worth += candidate.worth * times
        applied = applied_as(candidate, times, shares, question.basket.lines)
        settlement.applied.append(applied)
        saved += applied.discount - candidate.worth * times
        _spend(candidate, applied.units, left, kept)
    below = frozenset[int]().union(*(question.classes_of(one) for one in on_goods))
    above = [question.classes_of(one) for one in on_top]
    alone = len(on_top) == 1 and below.isdisjoint(above[0])
    if not alone or (on_top[0].worth and question.rates(above[0])):
        most_saved = most_on_top(question, on_top)
        rates = question.rates(frozenset().union(*above))
        most_saved += tax_upon(most_saved, max(rates, default=0)) + len(rates)
        settlement.gap += max(0, most_saved - saved)


def _settle_rest(
    question: Question,
    on_goods: Sequence[Candidate],
    on_basket: Sequence[Candidate],
    settlement: Settlement,
    left: dict[str, int],
    kept: dict[str, int],
) -> None:
    """Rewards on what is left, in their turns, and what other goods could have changed."""
    worth = settlement.worth
    before = question.due(settlement.net) + worth
    turns: Turns | None = None
    uses: Sequence[int | None] = [None] * len(on_basket)
    rest = 0
    if is_plain(question, on_goods, on_basket):
        covered = question.classes_of(on_basket[0])
        keys = [key for index in covered for key, _ in question.classes[index].lines]
        rest = sum(settlement.net[key] for key in keys)
        turns = Turns(on_basket, dict(left), dict(kept), question.shelf(covered))
        uses = turns.best_uses(rest)
    for candidate, times in zip(on_basket, uses, strict=True):
        _settle_basket(question, candidate, settlement, left, kept, times)
    cost = question.due(settlement.net) + settlement.worth
    if turns is not None:
        # Others save so much more, less the worth of their units: none of these may be needed.
        least = turns.least_rest(rest + worth - settlement.gap)
        settlement.gap = max(0, cost - (before - rest - worth + least))
        return
    taken: dict[object, int] = {one.name: one.discount for one in settlement.applied}
    settlement.gap += missed_at_most(question, on_goods, on_basket, taken, before - cost)


def least_cost(
    question: Question, candidates: Sequence[Candidate], saving: int, units: Mapping[str, int]
) -> int | None:
    """What is paid at least where rewards on goods save so much at most; None: not to be told."""
    on_goods = [one for one in candidates if one.competes]
    on_basket = in_turns(one for one in candidates if one.reward.target.scope == "basket")
    on_top = [one for one in candidates if is_on_top(one.programme, one.reward)]
    saving += most_on_top(question, on_top)
    whole = sum(question.gross().values())
    if not on_basket:
        return max(0, whole - saving) if question.basket.prices_include_tax else None
    if not is_plain(question, [*on_goods, *on_top], on_basket):
        return None
    covered = question.classes_of(on_basket[0])
    rest = question.shelf(covered)
    return whole - rest + Turns(on_basket, units, NONE, rest).least_rest(rest - saving)


def _settle_goods(
    question: Question,
    candidates: Sequence[Candidate],
    effort: int,
    settlement: Settlement,
    left: dict[str, int],
    kept: dict[str, int],
    given: Allocation | None,
) -> None:
    capped = within_units(candidates, left)
    spare = {unit: max(0, left[unit] - n) for unit, n in kept.items() if unit in left}
    wide = is_wide(question, capped)
    if given is not None:
        found = given
    elif wide:
        found = packed(question, capped, effort, left, spare)
    else:
        found = allocate(
            question.classes,
            capped,
            [way for candidate in capped for way in question.applications(candidate)[0]],
            effort,
            left,
            question.searches,
            question.contested.searches,
            spare=spare,
            scale=question.scale,
            kind_of=question.kind_of,
        )
    settlement.ties, settlement.fixed = found.ties, found.fixed
    settlement.chosen, settlement.steps = found.chosen, found.steps
    # Where some sets were not looked at, the most that any of them could save stays open.
    unseen = sum(
        sets_saving(question, one)
        for one in (() if given is not None or (wide and found.gap >= 0) else capped)
        if not question.applications(one)[1]
    )
    remaining = {key: pieces for one in question.classes for key, pieces in one.lines}
    by_name: dict[RewardName, list[tuple[Application, int]]] = {}
    for pair in found.chosen:
        by_name.setdefault(pair[0].name, []).append(pair)
    for candidate in capped:
        chosen = by_name.get(candidate.name)
        if chosen:
            _book(question, candidate, chosen, settlement, remaining)
            _spend(candidate, settlement.applied[-1].units, left, kept)
    open_gap = max(0, found.gap) + unseen
    if unseen and len(capped) == 1:
        seen = sum(application.saving * n for application, n in found.chosen)
        open_gap = max(0, unseen - seen)
    settlement.gap = goods_gap(question, capped, settlement.net, open_gap)
    settlement.applied.sort(key=lambda one: one.name)


def _spend(candidate: Candidate, units: int, left: dict[str, int], kept: dict[str, int]) -> None:
    if units and candidate.programme.unit:
        unit = candidate.programme.unit.id
        left[unit] -= units
        if candidate.claimed and unit in kept:
            kept[unit] = max(0, kept[unit] - units)


def within_units(candidates: Sequence[Candidate], left: Mapping[str, int]) -> list[Candidate]:
    """The candidates with their times bounded by the units that there are."""
    capped = []
    for one in candidates:
        if one.reward.cost and one.programme.unit:
            times = left[one.programme.unit.id] // one.reward.cost
            capped.append(replace(one, times=times if one.times is None else min(times, one.times)))
        else:
            capped.append(one)
    return capped


def _book(
    question: Question,
    candidate: Candidate,
    chosen: list[tuple[Application, int]],
    settlement: Settlement,
    remaining: dict[int, int],
) -> None:
    """Write a reward's applications on lines: the earliest line of a class first."""
    amounts: dict[int, int] = {}
    pieces_on: dict[int, int] = {}
    times = sum([n for _, n in chosen])
    for application, n in chosen:
        for index, pieces, amount in application.gains:
            one = question.classes[index]
            shares = _over_lines(one, pieces * n, remaining)
            parts: Sequence[int] = (amount * n,)
            if len(shares) > 1:
                parts = split(amount * n, [count for _, count in shares])
            for place, (key, count) in enumerate(shares):
                amounts[key] = amounts.get(key, 0) + parts[place]
                pieces_on[key] = pieces_on.get(key, 0) + count
                if amount == one.price * pieces:
                    settlement.free_pieces[key] = settlement.free_pieces.get(key, 0) + count
        if application.size == sum([pieces for _, pieces, _ in application.gains]):
            continue  # all pieces that it uses are among those that cost less
        gained = {index: pieces for index, pieces, _ in application.gains}
        for index, pieces in application.uses:
            paid = (pieces - gained.get(index, 0)) * n
            if paid:
                _over_lines(question.classes[index], paid, remaining)
    for key, amount in amounts.items():
        settlement.net[key] -= amount
        reduce_more(settlement.reduced, key, pieces_on[key], amount)
    settlement.worth += candidate.worth * times
    shares_of = tuple(
        [Share(line=key, amount=amounts[key], pieces=pieces_on[key]) for key in sorted(amounts)]
    )
    settlement.applied.append(applied_as(candidate, times, shares_of, question.basket.lines))


def _over_lines(one: PieceClass, pieces: int, remaining: dict[int, int]) -> list[tuple[int, int]]:
    taken: list[tuple[int, int]] = []
    for key, _ in one.lines:
        count = min(pieces, remaining[key])
        if count:
            remaining[key] -= count
            pieces -= count
            taken.append((key, count))
    return taken


def in_turns(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Candidates in the order in which they come off what is left."""
    return sorted(candidates, key=_turn)


def _turn(candidate: Candidate) -> tuple[bool, int, int, str]:
    stage = stage_of(candidate)
    # What a trial forces comes in the turn that it would have had, so the mode says which it is.
    waits = candidate.reward.mode == "claimed"
    return (waits, stage, candidate.programme.programme, candidate.reward.id)


def stage_of(candidate: Candidate) -> int:
    """Percents off the rest of the basket come before amounts, unless the shop says after."""
    if not isinstance(candidate.benefit, PercentOff):
        return 1
    return 2 if candidate.programme.stacking.percent_of == "after_amounts" else 0


def _settle_basket(
    question: Question,
    candidate: Candidate,
    settlement: Settlement,
    left: dict[str, int],
    kept: dict[str, int],
    planned: int | None,
) -> None:
    """``planned`` is how often it is best had, where that is known."""
    reward = candidate.reward
    on, shelf = question.covered(candidate)
    base = 0
    for keys in on:
        for key in keys:
            base += settlement.net[key]
    unit = candidate.programme.unit.id if candidate.programme.unit else ""
    units = left.get(unit, 0) - (0 if candidate.claimed else kept.get(unit, 0))
    some = candidate
    if planned and planned != candidate.times:
        some = replace(candidate, times=planned)
    counted = question.counted(candidate, settlement.net) if candidate.from_rest else base
    times, discount = off_basket(some, base, units, shelf, counted)
    if discount <= 0:
        settlement.refused[candidate.name] = refusal(candidate, base, units, counted)
        return
    parts = split_over_classes(discount, on, settlement.net)
    net = dict(settlement.net)
    for key, part in parts.items():
        net[key] -= part
    if candidate.worth or planned == 0:
        saved = question.due(settlement.net) - question.due(net)
        if planned == 0 and saved > candidate.worth * times:
            settlement.refused[candidate.name] = Reason(why=Why.BETTER_OFFER)
            return
        if saved <= candidate.worth * times:
            settlement.refused[candidate.name] = Reason(why=Why.NOT_WORTH_IT, amount=saved)
            return
    settlement.net = net
    _spend(candidate, reward.cost * times, left, kept)
    settlement.worth += candidate.worth * times
    shares = tuple([Share(line=key, amount=parts[key]) for key in sorted(parts) if parts[key]])
    settlement.applied.append(applied_as(candidate, times, shares))
