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
from datetime import UTC, datetime
from fractions import Fraction

from terminal.loyalty import history
from terminal.loyalty.basket import Basket
from terminal.loyalty.checking.recorded import basket_of, standing_of
from terminal.loyalty.conditions import Audience
from terminal.loyalty.counting import parts_of_unit
from terminal.loyalty.earning import EarnRule, Multiplier, PerMoney, PerPiece
from terminal.loyalty.engine.customer import Customer
from terminal.loyalty.engine.eligibility import not_for, not_now
from terminal.loyalty.engine.evaluation import Earned, Evaluation
from terminal.loyalty.engine.run import EFFORT_MOST, Answer
from terminal.loyalty.money import divide_half_up
from terminal.loyalty.programme import Programme, Reward, among
from terminal.loyalty.refund import RefundLaw
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.standing import Holding, RewardName, Standing
from terminal.loyalty.wallet import BUDGET_UNIT, Account, WalletId
from terminal.values import dataclass

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)

Revisions = Mapping[int, Programme]
"""The programmes that a sale was judged by, by number."""

Known = dict[tuple[tuple[int, int], ...], Evaluation]
"""What the kept goods of one sale came to, by the pieces of each line that were back: judging them
with much effort may take seconds, so whoever asks again keeps it."""


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
    if law is RefundLaw.PRO_RATA or len(held) < len({number for number, _ in record.revisions}):
        found = parts.pro_rata()
    else:
        found = parts.reevaluated()
    return replace(found, taken=parts.by_codes(found, codes))


class _PartsBack:
    """One sale, and what of it is back."""

    def __init__(
        self, record: SaleRecord, held: Revisions, back: Mapping[int, int], known: Known
    ) -> None:
        self._record, self._held, self._known = record, held, known
        self._customer = Customer(standing_of(record), record.at)
        self._sold = {line.key: line for line in record.lines}
        self._goods = {line.key: line.product for line in basket_of(record).lines}
        self._back = {key: n for key, n in back.items() if n > 0}
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
        carrying = {_rule_of(one): one for one in self._record.earned if one.counted}
        for rule, first in carrying.items():
            rows = [one for one in self._record.earned if _rule_of(one) == rule]
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
        if rule is None or rule.on != "purchase":
            return {}
        return {
            key: self._counts(rule, key) * self._percent(rule, key)
            for key, product in self._goods.items()
            if product.earning and rule.goods.takes(product)
        }

    def _counts(self, rule: EarnRule, key: int) -> int:
        line = self._sold[key]
        match rule.per:
            case PerMoney():
                return line.gross if rule.base == "gross" else line.net
            case PerPiece():
                return line.pieces if line.net else 0
            case _:
                return line.net

    def _percent(self, rule: EarnRule, key: int) -> int:
        """The multiplier of a line, as far as the sale tells for whom it was."""
        fitting = [
            one.percent
            for one in rule.multipliers
            if one.goods.takes(self._goods[key]) and self._held_then(one)
        ]
        return max(fitting, default=100)

    def _held_then(self, one: Multiplier) -> bool:
        return (
            one.occasion is None
            and not_now(one.window, self._record.at) is None
            and not_for(one.audience, self._customer) is None
        )

    # --- things behind codes ------------------------------------------------------------------

    def by_codes(self, plain: Undone, codes: Sequence[Account]) -> tuple[int, ...]:
        """What is taken of each accrual: of several codes that a rule gave whole ones."""
        earned, found = self._record.earned, list(plain.taken)
        groups: dict[object, list[int]] = {}
        for at, one in enumerate(earned):
            groups.setdefault((_rule_of(one), one.account.unit, one.line), []).append(at)
        of_rule = Counter((_rule_of(one), one.account.unit) for one in earned)
        turns = {account: turn for turn, account in reversed(tuple(enumerate(codes)))}
        for group in groups.values():
            first = earned[group[0]]
            if of_rule[_rule_of(first), first.account.unit] < 2:
                continue
            whole = sum(earned[at].n for at in group)
            if first.line is not None:
                left = _half_up(whole * self._shares_again.get(first.line, Fraction(0)))
            elif plain.law is RefundLaw.PRO_RATA:
                left = _half_up(whole * self._part_again(first))
            else:
                left = sum(found[at] for at in group)
            for at in sorted(group, key=lambda at: turns.get(earned[at].account, len(turns))):
                found[at] = min(left, earned[at].n)
                left -= found[at]
            found[group[0]] += left  # of what came back twice
        return tuple(found)

    # --- what is kept, judged anew ------------------------------------------------------------

    def reevaluated(self) -> Undone:
        record, by_parts = self._record, self.pro_rata()
        basket = self._kept()
        if not basket.lines:
            return replace(by_parts, law=RefundLaw.REEVALUATE)
        key = tuple(sorted(self._back.items()))
        if key not in self._known:
            self._known[key] = self._judged(basket)
        judged = self._known[key]
        nets = {line.line: line.net for line in judged.lines}
        return Undone(
            law=RefundLaw.REEVALUATE,
            nets={line.key: line.net - nets.get(line.key, 0) for line in record.lines},
            taken=self._taken(judged, by_parts.taken),
            given=_less(
                [(one.name, one.n) for one in record.spent],
                [(one.name, one.n) for one in judged.spent],
            ),
            had=_less(
                [(one.name, one.times) for one in record.applied],
                [(one.name, one.times) for one in judged.applied],
            ),
            left=by_parts.left,
        )

    def _judged(self, kept: Basket) -> Evaluation:
        record = self._record
        answer = Answer(kept, self._standing(), tuple(self._rules()), record.at, record.choices)
        # With less effort than the sale had, what is kept could cost more than it did.
        answer.go(min(record.effort, EFFORT_MOST), small=True)
        return answer.evaluation()

    def _kept(self) -> Basket:
        """The goods that stay with the customer."""
        basket = basket_of(self._record)
        return replace(
            basket,
            lines=tuple(
                replace(line, pieces=left)
                for line in basket.lines
                if (left := line.pieces - self._back.get(line.key, 0)) > 0
            ),
        )

    def _taken(self, judged: Evaluation, by_parts: tuple[int, ...]) -> tuple[int, ...]:
        """What of each accrual the kept goods would not have brought."""
        earned = self._record.earned
        less = _less(
            [(_rule_of(one), one.n) for one in earned],
            [(_rule_of(one), one.n) for one in judged.earned],
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

    def _standing(self) -> Standing:
        """The customer of the day, with the units that the sale spent and no others."""
        record = self._record
        units: dict[tuple[WalletId, str], Holding] = {}
        for one in record.spent:
            if one.account.unit == BUDGET_UNIT:
                continue
            before = units.get(one.account)
            n = one.n + (before.spendable if before else 0)
            units[one.account] = Holding(account=one.account, spendable=n)
        known = standing_of(record)
        return replace(
            known,
            holdings=tuple(units.values()),
            bearers=tuple({wallet: None for wallet, _ in units if wallet not in known.wallets}),
            fresh=tuple(WalletId(f"{n:032x}") for n in range(1, 1 + len(record.earned))),
        )

    def _rules(self) -> Iterable[Programme]:
        """The rules of the day, as they held for this customer.

        What was had was allowed: no question of it is asked again. Of the rest, what hangs on the
        member's past is left out, because the sale does not tell that past.
        """
        had = {one.name: one.times for one in self._record.applied}
        earned = {_rule_of(one) for one in self._record.earned}
        for number in sorted(self._held):
            programme = self._held[number]
            yield replace(
                programme,
                holds_from=_LONG_AGO,
                closed=False,
                rewards=tuple(
                    self._as_had(one, had.get(RewardName(number, one.id)))
                    for one in programme.rewards
                    if RewardName(number, one.id) in had
                    or not (one.occasion or one.limits or one.budget)
                ),
                earn=tuple(
                    self._as_earned(one) if (number, one.id, False) in earned else one
                    for one in programme.earn
                    if (number, one.id, False) in earned
                    or not (one.occasion or one.limits or one.budget)
                ),
            )

    def _as_had(self, reward: Reward, times: int | None) -> Reward:
        if times is None:
            return reward
        bounded = bool(reward.occasion or reward.limits or reward.budget)
        return replace(
            reward,
            audience=Audience(members=reward.audience.members_only),
            occasion=None,
            limits=(),
            budget=None,
            limit=times if bounded else reward.limit,
        )

    def _as_earned(self, rule: EarnRule) -> EarnRule:
        return replace(
            rule,
            audience=Audience(members=rule.audience.members_only),
            occasion=None,
            limits=(),
            budget=None,
            carry=False,
            multipliers=tuple(one for one in rule.multipliers if self._held_then(one)),
        )


def _rule_of(earned: Earned) -> tuple[int, str, bool]:
    return (earned.programme, earned.rule, earned.by_reward)


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
