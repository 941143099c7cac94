"""What is undone in all once some pieces of a sale are back, by the law that the shop chose.

Both laws answer for all pieces that came back up to now, whatever came when; a refund is the
difference to what was undone before (``unwinding``). So splitting a return and its order change
nothing, and with everything back everything is undone to the last unit.

*Pro rata*: a third of a line's pieces brings back a third of what was paid for the line, of what
its rules earned, and of what its rewards cost. *Re-evaluation*: what would the kept goods have
cost, earned and spent by the rules and choices of the day?
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from terminal.loyalty import history
from terminal.loyalty.checking.recorded import basket_of
from terminal.loyalty.counting import parts_of_unit
from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece
from terminal.loyalty.engine.evaluation import Earned, Evaluation
from terminal.loyalty.engine.reduced_goods import at_full_price, free_in, reduced_in
from terminal.loyalty.kept_goods import Judging, KeptGoods, Known, Revisions, rule_of
from terminal.loyalty.money import divide_half_up
from terminal.loyalty.programme import Programme, among
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.sold_goods import counts
from terminal.loyalty.standing import RewardName
from terminal.loyalty.wallet import Account
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What is undone in all. The tuples stand in the order of the sale's own."""

    law: RefundLaw
    """By which this was worked out: without the revisions nothing can be judged anew."""
    nets: Mapping[int, int]
    """Minor units back by line key; below zero where a kept line costs more now."""
    taken: tuple[int, ...]
    """Of each accrual."""
    given: tuple[int, ...]
    """Of each spending of units on a reward."""
    had: tuple[int, ...]
    """How often less each reward was had."""
    left: Mapping[str, int]
    """Of what rules that carry on have left over of the sale, in parts of a unit, by the name of
    the count (``history.rest``); below zero where more was taken back than the goods counted."""


def undone(
    record: SaleRecord,
    programmes: Iterable[Programme],
    back: Mapping[int, int],
    law: RefundLaw,
    codes: Sequence[Account] = (),
    known: Known | None = None,
) -> Undone:
    """What is undone once ``back`` pieces of each line (by its key) are back.

    More pieces than were sold bring back no more money and no more spent units; the units that
    the sale earned are taken back for each of them. Of several codes that one rule gave, those in
    ``codes`` come back first, in that order. ``known`` is read, and added to.
    """
    held = among(programmes, record.revisions)
    parts = _PartsBack(record, held, back, {} if known is None else known)
    found = parts.reevaluated() if _is_judged_anew(record, held, law) else parts.pro_rata()
    return replace(found, taken=parts.by_codes(found, codes))


def judging(
    record: SaleRecord,
    programmes: Iterable[Programme],
    back: Mapping[int, int],
    law: RefundLaw,
    known: Known,
) -> Judging | None:
    """What has to be judged before ``undone`` can answer out of ``known``; None: nothing has."""
    held = among(programmes, record.revisions)
    kept = KeptGoods(record, held, {key: n for key, n in back.items() if n > 0})
    if kept.key in known or not kept.basket.lines or not _is_judged_anew(record, held, law):
        return None
    return Judging(kept, known)


def _is_judged_anew(record: SaleRecord, held: Revisions, law: RefundLaw) -> bool:
    """Without one of the revisions of the day nothing can be."""
    return law is not RefundLaw.PRO_RATA and len(held) >= len({one for one, _ in record.revisions})


class _PartsBack:
    """One sale, and what of it is back."""

    def __init__(
        self, record: SaleRecord, held: Revisions, back: Mapping[int, int], known: Known
    ) -> None:
        self._record, self._held, self._known = record, held, known
        self._sold = {line.key: line for line in record.lines}
        self._goods = {line.key: line for line in basket_of(record).lines}
        self._back = {key: n for key, n in back.items() if n > 0}
        self._kept = KeptGoods(record, held, self._back)
        self._reduced = reduced_in(record.applied)
        prices = {key: line.piece_amount for key, line in self._goods.items()}
        self._free = free_in(record.applied, prices)
        pieces = {line.key: line.pieces for line in record.lines}
        self._shares = {
            key: min(Fraction(1), Fraction(n, pieces[key])) for key, n in self._back.items()
        }
        self._shares_again = {key: Fraction(n, pieces[key]) for key, n in self._back.items()}
        """Above 1 where a piece came back twice."""

    # --- each line its part -------------------------------------------------------------------

    def pro_rata(self) -> Undone:
        record = self._record
        return Undone(
            law=RefundLaw.PRO_RATA,
            nets={
                key: _half_up(self._sold[key].net * share) for key, share in self._shares.items()
            },
            taken=tuple(_half_up(one.n * self._part_again(one)) for one in record.earned),
            given=tuple(_down(one.n * self._part_of_reward(one.name)) for one in record.spent),
            had=tuple(_down(one.times * self._part_of_reward(one.name)) for one in record.applied),
            left=self._left(),
        )

    def _left(self) -> Mapping[str, int]:
        """What rules counted comes back by its part, less what the units taken back made up."""
        left: dict[str, int] = {}
        carrying = {rule_of(one): one for one in self._record.earned if one.counted}
        for rule, first in carrying.items():
            rows = [one for one in self._record.earned if rule_of(one) == rule]
            part = self._part(self._weights(first))
            units = _half_up(sum(one.n for one in rows) * part)
            counted = _half_up(sum(one.counted for one in rows) * part)
            made = units * parts_of_unit(first.reason.per)
            left[history.rest(first.programme, first.rule)] = counted - made
        for one in self._record.carried:
            part = self._part(self._weights_of(one.programme, one.rule))
            left[history.rest(one.programme, one.rule)] = _half_up(one.n * part)
        return left

    def _part_again(self, earned: Earned) -> Fraction:
        return self._part(self._weights(earned), self._shares_again)

    def _part_of_reward(self, name: RewardName) -> Fraction:
        """The part of a reward whose goods are back, by what it took off each line."""
        weights: dict[int, int] = {}
        for one in self._record.applied:
            if one.name == name:
                for share in one.shares:
                    weights[share.line] = weights.get(share.line, 0) + share.amount
        return self._part(weights)

    def _part(
        self, weights: Mapping[int, int], shares: Mapping[int, Fraction] | None = None
    ) -> Fraction:
        """The part of something that is back, spread over lines by weights."""
        shares = self._shares if shares is None else shares
        for tried in (weights, *self._whole_sale()):
            if whole := sum(tried.values()):
                got = sum(
                    (weight * shares.get(key, Fraction(0)) for key, weight in tried.items()),
                    Fraction(0),
                )
                return got * Fraction(1, whole)
        return Fraction(0)

    def _whole_sale(self) -> tuple[dict[int, int], ...]:
        """Weights for what belongs to no line: what was paid, else pieces."""
        return (
            {line.key: line.net for line in self._record.lines},
            {line.key: line.pieces for line in self._record.lines},
        )

    def _weights(self, earned: Earned) -> dict[int, int]:
        """How far each line brought an accrual."""
        return {} if earned.by_reward else self._weights_of(earned.programme, earned.rule)

    def _weights_of(self, number: int, name: str) -> dict[int, int]:
        """How far each line counted for a rule."""
        programme = self._held.get(number)
        rule = next((one for one in (programme.earn if programme else ()) if one.id == name), None)
        if programme is None or rule is None or rule.on != "purchase":
            return {}
        return {
            key: self._counts(rule, key) * self._percent(rule, key)
            for key, line in self._goods.items()
            if counts(rule, programme.unit, line)
        }

    def _counts(self, rule: EarnRule, key: int) -> int:
        line = self._sold[key]
        reduced = None if rule.reduced else self._reduced.get(key)
        gross = rule.base == "gross"
        match rule.per:
            case PerMoney():
                return at_full_price(line.gross, line.pieces, line.net, reduced, gross=gross)
            case PerPiece():
                gone = self._free.get(key, 0) if rule.reduced else reduced.pieces if reduced else 0
                paid = line.gross if gross else line.net
                return max(0, line.pieces - gone) if paid else 0
            case _:
                return line.net

    def _percent(self, rule: EarnRule, key: int) -> int:
        """The multiplier of a line, as far as the sale tells for whom it was."""
        fitting = [
            one.percent
            for one in rule.multipliers
            if one.goods.takes(self._goods[key]) and self._kept.held_then(one)
        ]
        return max(fitting, default=100)

    # --- things behind codes ------------------------------------------------------------------

    def by_codes(self, plain: Undone, codes: Sequence[Account]) -> tuple[int, ...]:
        """What is taken of each accrual: of several codes that a rule gave whole ones."""
        earned, found = self._record.earned, list(plain.taken)
        groups: dict[object, list[int]] = {}
        for at, one in enumerate(earned):
            groups.setdefault((rule_of(one), one.account.unit, one.line), []).append(at)
        of_rule = Counter((rule_of(one), one.account.unit) for one in earned)
        turns = {account: turn for turn, account in reversed(tuple(enumerate(codes)))}
        for group in groups.values():
            first = earned[group[0]]
            if of_rule[rule_of(first), first.account.unit] < 2:
                continue
            whole = sum(earned[at].n for at in group)
            if first.line is not None:
                left = _half_up(whole * self._shares_again.get(first.line, Fraction(0)))
            elif plain.law is RefundLaw.PRO_RATA:
                left = _half_up(whole * self._part_again(first))
            else:
                left = sum(found[at] for at in group)
            for at in sorted(group, key=lambda at: turns.get(earned[at].account, len(codes))):
                found[at] = min(left, earned[at].n)
                left -= found[at]
            found[group[0]] += left  # of what came back twice
        return tuple(found)

    # --- what is kept, judged anew ------------------------------------------------------------

    def reevaluated(self) -> Undone:
        record, by_parts = self._record, self.pro_rata()
        kept = self._kept
        if not kept.basket.lines:
            return replace(by_parts, law=RefundLaw.REEVALUATE)
        if kept.key not in self._known:
            self._known[kept.key] = kept.judged()
        judged = self._known[kept.key]
        nets = {line.line: line.net for line in judged.lines}
        return Undone(
            law=RefundLaw.REEVALUATE,
            nets={line.key: line.net - nets.get(line.key, 0) for line in record.lines},
            taken=self._taken(judged, by_parts.taken),
            given=_less(
                [((one.name, one.account.unit), one.n) for one in record.spent],
                [((one.name, one.account.unit), one.n) for one in judged.spent],
            ),
            had=_less(
                [(one.name, one.times) for one in record.applied],
                [(one.name, one.times) for one in judged.applied],
            ),
            left=by_parts.left,
        )

    def _taken(self, judged: Evaluation, by_parts: tuple[int, ...]) -> tuple[int, ...]:
        """What of each accrual the kept goods would not have brought."""
        earned = self._record.earned
        less = _less(
            [(rule_of(one), one.n) for one in earned],
            [(rule_of(one), one.n) for one in judged.earned],
        )
        return tuple(
            # What a rule counted before this sale, nobody can take from the sale alone.
            by_parts[at] if one.counted else n + self._again(one)
            for at, (one, n) in enumerate(zip(earned, less, strict=True))
        )

    def _again(self, one: Earned) -> int:
        """What is taken once more for pieces that came back twice."""
        weights = self._weights(one)
        return _half_up(one.n * self._part(weights, self._shares_again)) - _half_up(
            one.n * self._part(weights)
        )


def _less(
    sold: Sequence[tuple[object, int]], kept: Iterable[tuple[object, int]]
) -> tuple[int, ...]:
    """How much less of each is left, the last of a name first; never below zero."""
    still: dict[object, int] = {}
    for name, n in kept:
        still[name] = still.get(name, 0) + n
    less = []
    for name, n in sold:
        stays = min(n, still.get(name, 0))
        still[name] = still.get(name, 0) - stays
        less.append(n - stays)
    return tuple(less)


def _half_up(amount: Fraction) -> int:
    return divide_half_up(amount.numerator, amount.denominator)


def _down(amount: Fraction) -> int:
    return amount.numerator // amount.denominator
