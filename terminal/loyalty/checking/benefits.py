"""Did each reward take off what it gives, and did no piece take part twice?

Off single pieces and the rest of the basket there is one right amount. Which pieces made a set is
not recorded, so the check looks for sets that explain what came off; where there are too many to
look at all of them, it says nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from terminal.loyalty.checking.findings import Finding, FindingKind
from terminal.loyalty.checking.recorded import RecordedSale
from terminal.loyalty.checking.sets import Explained, Puzzle, explain
from terminal.loyalty.engine.classes import PieceClasses
from terminal.loyalty.engine.evaluation import Applied
from terminal.loyalty.engine.goods import Candidate, applications, is_on_top, reached_by
from terminal.loyalty.engine.on_top import Pieces, pieces_left, take_on_top
from terminal.loyalty.engine.shares import off_basket
from terminal.loyalty.programme import Reward

SCOPE_BASKET = "basket"


def check_benefits(sale: RecordedSale) -> Iterator[Finding]:
    """Goods first, then what comes off the rest, each on what the others left."""
    known = [
        (one, candidate)
        for one in sale.record.applied
        if (candidate := sale.reward(one.name, one.revision)) is not None
    ]
    on_goods = [pair for pair in known if pair[1].competes]
    yield from _check_goods(sale, on_goods)
    lines = pieces_left(sale.classes, [one for one, _ in on_goods])
    for one, candidate in known:
        if is_on_top(candidate.programme, candidate.reward):
            yield from _check_on_top(sale, one, candidate, lines)
    net = {line.key: line.amount for line in sale.basket.lines}
    for one in sale.record.applied:
        candidate = sale.reward(one.name, one.revision)
        if candidate is not None and candidate.reward.target.scope == SCOPE_BASKET:
            continue
        _take(net, one)
    for one, candidate in known:
        if candidate.reward.target.scope == SCOPE_BASKET:
            yield from _check_basket(sale, one, candidate, net)
            _take(net, one)


def size_of(reward: Reward) -> int:
    """How many pieces one use of a reward takes up."""
    if reward.target.scope == "piece":
        return 1
    also = reward.target.also.pieces if reward.target.also else 0
    return sum(need.pieces for need in reward.condition.needs) + also


def _finding(
    one: Applied, kind: FindingKind, expected: int, found: int, cost: int, line: int = 0
) -> Finding:
    return Finding(
        kind=kind,
        programme=one.name.programme,
        rule=one.name.reward,
        line=line,
        expected=expected,
        found=found,
        cost=max(0, cost),
    )


def _take(net: dict[int, int], one: Applied) -> None:
    for share in one.shares:
        if share.line in net:
            net[share.line] -= share.amount


# --- on top of others ----------------------------------------------------------------------------


def _check_on_top(
    sale: RecordedSale, one: Applied, candidate: Candidate, lines: dict[int, list[Pieces]]
) -> Iterator[Finding]:
    """Off what others left of each piece there is one right amount; those that lose most go first."""
    reached = sorted(reached_by(candidate.reward, sale.classes))
    there = [line for index in reached for line in lines[index]]
    expected = take_on_top(candidate, there, max(0, one.times))
    if tuple(sorted(one.shares, key=lambda share: share.line)) == expected:
        return
    right = sum(share.amount for share in expected)
    over = one.discount - right
    keys = {line.line for line in there}
    for share in one.shares:
        if share.line not in keys:
            yield _finding(one, FindingKind.GOODS, 0, share.amount, share.amount, share.line)
    kind = FindingKind.SHARES if not over else FindingKind.BENEFIT
    yield _finding(one, kind, right, one.discount, over)


# --- what is left of the basket ------------------------------------------------------------------


def _check_basket(
    sale: RecordedSale, one: Applied, candidate: Candidate, net: dict[int, int]
) -> Iterator[Finding]:
    reached = reached_by(candidate.reward, sale.classes)
    keys = [key for index in sorted(reached) for key, _ in sale.classes[index].lines]
    base = sum(net[key] for key in keys)
    asked = replace(candidate, times=one.times)
    units = candidate.reward.cost * max(0, one.times)
    shelf = sum(sale.classes[index].price * sale.classes[index].pieces for index in sorted(reached))
    counted = base
    if candidate.from_rest:
        about = sale.classes.taken_by(candidate.reward.condition.goods)
        counted = sum(net[key] for index in about for key, _ in sale.classes[index].lines)
    times, discount = off_basket(asked, base, units, shelf, counted)
    if (times, discount) != (one.times, one.discount):
        over = one.discount - discount
        yield _finding(one, FindingKind.BENEFIT, discount, one.discount, over)
    shared = {share.line: share.amount for share in one.shares}
    for key, amount in shared.items():
        if key not in keys or any(share.pieces for share in one.shares):
            yield _finding(one, FindingKind.GOODS, 0, amount, amount, key)
    for key in keys:
        # In proportion, up to a cent by goods and one by line.
        if abs(shared.get(key, 0) * base - one.discount * net[key]) >= 2 * max(1, base):
            exact = one.discount * net[key] // max(1, base)
            yield _finding(one, FindingKind.SHARES, exact, shared.get(key, 0), 0, key)


# --- goods ---------------------------------------------------------------------------------------


def _check_goods(
    sale: RecordedSale, on_goods: list[tuple[Applied, Candidate]]
) -> Iterator[Finding]:
    class_of = {key: index for index, one in enumerate(sale.classes) for key, _ in one.lines}
    pieces = {line.key: line.pieces for line in sale.basket.lines}
    gained: Counter[int] = Counter()
    puzzles: list[Puzzle] = []
    wrong = False
    for one, candidate in on_goods:
        found = [*_places(sale, one, candidate, class_of), *_counts(sale, one, candidate)]
        for share in one.shares:
            gained[share.line] += share.pieces
        if found:
            wrong = True
            yield from found
            continue
        puzzle = _puzzle(sale.classes, class_of, one, candidate)
        verdict = explain([puzzle], None)
        if verdict is Explained.NO:
            wrong = True
            yield _benefit_is_wrong(one, puzzle)
        puzzles.append(puzzle)
    for key, n in gained.items():
        if n > pieces.get(key, 0):
            wrong = True
            yield Finding(kind=FindingKind.PIECES, line=key, expected=pieces.get(key, 0), found=n)
    if not wrong and explain(puzzles, sale.classes) is Explained.NO:
        yield Finding(
            kind=FindingKind.PIECES,
            found=sum(one.times * size_of(candidate.reward) for one, candidate in on_goods),
            cost=min((one.discount for one, _ in on_goods), default=0),
        )


def _places(
    sale: RecordedSale, one: Applied, candidate: Candidate, class_of: dict[int, int]
) -> Iterator[Finding]:
    """Lines that the reward has nothing to take off."""
    reached = reached_by(candidate.reward, sale.classes)
    for share in one.shares:
        if share.pieces < 1 or class_of.get(share.line) not in reached:
            yield _finding(one, FindingKind.GOODS, 0, share.amount, share.amount, share.line)


def _counts(sale: RecordedSale, one: Applied, candidate: Candidate) -> Iterator[Finding]:
    """Pieces that gained, and pieces that were used up, against what there is."""
    target = candidate.reward.target
    size = size_of(candidate.reward)
    each = 1 if target.scope == "piece" else target.pieces or size
    if target.also:
        each = target.also.pieces
    n = sum(share.pieces for share in one.shares)
    if n != each * one.times:
        over = one.discount * (n - each * one.times) // max(1, n)
        yield _finding(one, FindingKind.BENEFIT, each * one.times, n, over)
    there = sum(it.pieces for it in sale.classes)
    if one.times * size > there:
        yield _finding(one, FindingKind.PIECES, there, one.times * size, one.discount)


def _puzzle(
    classes: PieceClasses,
    class_of: dict[int, int],
    one: Applied,
    candidate: Candidate,
) -> Puzzle:
    pieces: Counter[int] = Counter()
    amounts: Counter[int] = Counter()
    for share in one.shares:
        pieces[class_of[share.line]] += share.pieces
        amounts[class_of[share.line]] += share.amount
    found, whole = applications(candidate, classes, taxed=False)
    gains = {index: (n, amounts[index]) for index, n in pieces.items()}
    return Puzzle(gains, one.times, tuple(found), whole)


def _benefit_is_wrong(one: Applied, puzzle: Puzzle) -> Finding:
    """Off single pieces the right amount is known; of sets only that this one cannot be."""
    right = puzzle.single_pieces()
    expected = one.discount if right is None else right
    cost = one.discount if right is None else one.discount - right
    return _finding(one, FindingKind.BENEFIT, expected, one.discount, cost)
