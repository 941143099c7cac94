"""What one earn rule brings for what was paid, and how: asked anew for every combination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from terminal.loyalty.earning import EarnRule, PerMoney, PerPiece, PerVisit
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.engine.reduced_goods import Reduced, at_full_price
from terminal.loyalty.engine.screening import Screened
from terminal.loyalty.units import LARGEST_COUNT, round_units
from terminal.values import dataclass


@dataclass(frozen=True, slots=True)
class Paid:
    """What was paid for each line, by key, and how many of its pieces were free.

    ``reduced`` is what rewards on goods took off pieces of a line; ``due`` is what is paid for all,
    tax included; 0 where the lines' sum is that.
    """

    net: Mapping[int, int]
    free_pieces: Mapping[int, int]
    reduced: Mapping[int, Reduced]
    due: int = 0


class _Counts(NamedTuple):
    """What a rule counts on each line, and the part of it that was paid in a way that earns."""

    by_line: Mapping[int, int]
    kept: int = 1
    of: int = 1


def earned_by(one: Screened, paid: Paid) -> tuple[int, int, Reason]:
    """Units that a rule brings, what it counted, and how they came or why there are none."""
    rule = one.rule
    gross = rule.base == "gross"
    net, reduced = paid.net, paid.reduced
    money = {line.key: line.amount if gross else net[line.key] for line in one.lines}
    left_out = False
    if not rule.reduced and reduced:
        left_out = not reduced.keys().isdisjoint(money)
        money = {
            line.key: at_full_price(
                line.amount, line.pieces, net[line.key], reduced.get(line.key), gross=gross
            )
            for line in one.lines
        }
    kept = due = 1
    unpaid = 0
    if one.unpaid:
        due = paid.due or sum(net.values())
        unpaid = min(one.unpaid, due)
        kept, due = (due - unpaid, due) if due else (0, 1)
    otherwise = Reason(why=Why.PAID_OTHERWISE, amount=unpaid) if unpaid else None
    whole = sum(money.values())
    if left_out and not whole:
        return 0, 0, Reason(why=Why.REDUCED_GOODS)
    if whole * kept < rule.minimum * due:
        missing = -(-(rule.minimum * due - whole * kept) // due)
        return 0, 0, otherwise or Reason(why=Why.SPEND_MISSING, amount=missing)
    if otherwise and not kept:
        return 0, 0, otherwise
    by_line = _counts(one, money, paid)
    of_money = isinstance(rule.per, PerMoney)
    n, counted, reason = _units(one, _Counts(by_line, kept, due) if of_money else _Counts(by_line))
    if left_out and n:
        reason = replace(reason, without_reduced=True)
    if one.most is not None and n > one.most:
        n = one.most
        reason = replace(reason, most=n)
    return min(n, LARGEST_COUNT), counted, (otherwise if not n else None) or reason


def _counts(one: Screened, money: Mapping[int, int], paid: Paid) -> Mapping[int, int]:
    """What the rule counts on each line: minor units, or pieces that were not free."""
    match one.rule.per:
        case PerMoney():
            return money
        case PerPiece():
            gone = paid.free_pieces
            if not one.rule.reduced:
                gone = {key: known.pieces for key, known in paid.reduced.items()}
            return {
                line.key: max(0, line.pieces - gone.get(line.key, 0)) if money[line.key] else 0
                for line in one.lines
            }
        case PerVisit():
            # Of multipliers of goods the highest holds, whatever was scanned first.
            paid_for = [line.key for line in one.lines if money[line.key]]
            percents = one.percents or {}
            best = max(paid_for, key=lambda key: percents.get(key, 100), default=None)
            return {} if best is None else {best: 1}


def _units(one: Screened, counts: _Counts) -> tuple[int, int, Reason]:
    rule, percents = one.rule, one.percents
    whole = sum(counts.by_line.values())
    if percents is None:
        weighted, percent = whole * 100, 100
    else:
        weighted = sum(count * percents[key] for key, count in counts.by_line.items())
        used = {percents[key] for key, count in counts.by_line.items() if count}
        percent = used.pop() if len(used) == 1 else 0 if used else 100
    # Money that earns nothing is taken off all goods alike; the rounding comes once, at the end.
    kept, of, sum_of_all = counts.kept, counts.of, whole
    whole = whole * kept // of
    per = _per(rule)
    each = per * 100
    at_once = rule.units if _is_full(rule) else 1
    if not rule.carry:
        more = -(-per * at_once // rule.units) - whole
        if _is_full(rule) and whole > 0:
            # So is what makes no full amount.
            more = per - whole % per
            kept, of = whole - whole % per, sum_of_all
        n = round_units(weighted * rule.units * kept, each * of, one.unit.rounding)
        return (n, 0, _how(rule, whole, per, percent)) if n else (0, 0, _too_little(rule, more))
    n, counted = _with_what_was_left(one, weighted * rule.units * kept // of, each, at_once)
    if n:
        left = _known(one, each * at_once) // (100 * rule.units)
        return n, counted, _how(rule, whole, per, percent, left)
    more = -(-(each * at_once - one.known - counted) // (100 * rule.units))
    return 0, counted, _too_little(rule, more)


def _is_full(rule: EarnRule) -> bool:
    """Whether only full amounts bring units."""
    per = rule.per
    return isinstance(per, PerMoney) and per.full


def _with_what_was_left(one: Screened, counted: int, each: int, at_once: int) -> tuple[int, int]:
    """Units that a rule that carries on brings, and what it counts.

    ``each`` makes a unit, and so many of them come ``at_once``.
    """
    if counted <= 0:
        return 0, counted
    step = each * at_once
    n = max(0, _known(one, step) + counted) // step * at_once
    most = LARGEST_COUNT if one.most is None else min(one.most, LARGEST_COUNT)
    return min(n, most), counted - max(0, n - most) * each


def _known(one: Screened, step: int) -> int:
    """What was left over from earlier purchases; ``step`` brings something."""
    # What a limit leaves no room for is cut off: nobody gets it on another day.
    return one.known if one.most is None or one.known < step else one.known % step


def _per(rule: EarnRule) -> int:
    match rule.per:
        case PerMoney(amount=amount):
            return amount
        case PerPiece(pieces=pieces):
            return pieces
        case PerVisit():
            return 1


def _too_little(rule: EarnRule, more: int) -> Reason:
    more = max(1, more)
    match rule.per:
        case PerMoney():
            return Reason(why=Why.TOO_LITTLE, amount=more)
        case PerPiece():
            return Reason(why=Why.TOO_LITTLE, pieces=more)
        case PerVisit():
            return Reason(why=Why.NOTHING_LEFT)


def _how(rule: EarnRule, whole: int, per: int, percent: int, left: int = 0) -> Reason:
    units, left = rule.units, max(0, left)
    match rule.per:
        case PerMoney():
            return Reason(
                why=Why.EARNED_PER_MONEY,
                amount=whole,
                per=per,
                units=units,
                percent=percent,
                full=_is_full(rule),
                left=left,
            )
        case PerPiece():
            why = Why.EARNED_PER_PIECE
            return Reason(why=why, pieces=whole, per=per, units=units, percent=percent, left=left)
        case PerVisit():
            return Reason(why=Why.EARNED_PER_VISIT, units=units, percent=percent)
