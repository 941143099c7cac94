"""Which code each voucher and each gift card of a sale gets: one of its own.

Rules and rewards bring units of a kind together; behind codes they are things that are handed out
one by one, given away, lost or brought back. Gift cards are parted by the pieces that were sold,
vouchers by what one use of their rule or reward brings. Everything else stays together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from terminal.loyalty.basket import Basket
from terminal.loyalty.benefits import GivenUnits
from terminal.loyalty.earning import EarnRule, PerMoney, PerVisit
from terminal.loyalty.engine.evaluation import Earned
from terminal.loyalty.programme import Programme, UnitTerms
from terminal.loyalty.sold_goods import counts
from terminal.loyalty.standing import Standing
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account

VOUCHERS_MOST = 8
"""More vouchers of one rule than these are one code that is good so many times: nobody keeps a
metre of paper."""


class _Part(NamedTuple):
    n: int
    line: int | None = None
    amount: int = 0
    """Minor units that were paid for it."""


def parted(
    earned: Iterable[Earned],
    programmes: Iterable[Programme],
    basket: Basket,
    standing: Standing,
    net: Mapping[int, int],
) -> tuple[Earned, ...]:
    """What was earned, each voucher and each gift card behind a code of its own.

    ``net`` is what was paid for each line. Where fresh codes run out, the last one has the rest.
    """
    earned = tuple(earned)
    if not any(one.account.wallet in standing.fresh for one in earned) and not standing.bearers:
        return earned
    codes = _Codes(standing, {one.programme: one for one in programmes})
    return tuple(part for one in earned for part in codes.of(one, basket, net))


class _Codes:
    """The new codes of one sale, in the order in which they are taken."""

    def __init__(self, standing: Standing, programmes: Mapping[int, Programme]) -> None:
        self._programmes = programmes
        self._units = {
            one.unit.id: one.unit
            for one in reversed(list(programmes.values()))
            if one.unit is not None
        }
        self._fresh = frozenset(standing.fresh)
        self._left = list(standing.fresh)
        self._last = standing.fresh[-1] if standing.fresh else None
        self._kept: dict[str, Account] = {}
        """The codes of units that stay together."""
        money = {unit for unit, terms in self._units.items() if terms.kind is UnitKind.MONEY}
        empty = {
            one.account
            for one in standing.holdings
            if one.account.unit in money and not one.sums.earned_in_all
        }
        self._blank = [
            account
            for wallet in standing.bearers
            for account in sorted(empty)
            if account.wallet == wallet
        ]
        """Gift cards that were shown and never loaded. A voucher is never good again."""

    def of(self, one: Earned, basket: Basket, net: Mapping[int, int]) -> Iterator[Earned]:
        """One accrual with its code, or each part of it with its own."""
        unit = one.account.unit
        if one.account.wallet not in self._fresh and one.account not in self._blank:
            yield one  # a member's, or it is loaded onto a card that has been in use
            return
        parts = tuple(self._parts(one, basket, net))
        if not parts:
            if unit not in self._kept:
                self._kept[unit] = self._own(one.account)
            yield replace(one, account=self._kept[unit])
        elif len(parts) == 1:
            account = self._own(one.account, exactly=True)
            yield replace(one, account=account, line=parts[0].line)
        else:
            yield from self._parted(one, parts)

    def _parted(self, one: Earned, parts: Iterable[_Part]) -> Iterator[Earned]:
        found: dict[tuple[Account, int | None], Earned] = {}
        for part in parts:
            account = self._own(one.account)
            before = found.get((account, part.line))
            amount = part.amount + (before.reason.amount if before else 0)
            found[account, part.line] = replace(
                one,
                account=account,
                n=part.n + (before.n if before else 0),
                line=part.line,
                counted=before.counted if before else 0 if found else one.counted,
                reason=replace(one.reason, amount=amount) if part.amount else one.reason,
            )
        yield from found.values()

    def _own(self, account: Account, *, exactly: bool = False) -> Account:
        """A code for one thing: a blank card that was shown (``exactly`` this), else a new one."""
        blank = [one for one in self._blank if one.unit == account.unit]
        if blank:
            taken = account if exactly and account in blank else blank[0]
            self._blank.remove(taken)
            return taken
        if self._left:
            self._last = self._left.pop(0)
        return account if self._last is None else Account(self._last, account.unit)

    def _parts(self, one: Earned, basket: Basket, net: Mapping[int, int]) -> Iterator[_Part]:
        """The things that an accrual is; none where it stays together whatever it comes to."""
        programme, terms = self._programmes[one.programme], self._units.get(one.account.unit)
        kind = terms.kind if terms else None
        if kind is UnitKind.VOUCHERS:
            size = _gives(programme, one)
            whole = one.n if -(-one.n // size) > VOUCHERS_MOST else size
            for start in range(0, one.n, whole):
                yield _Part(min(whole, one.n - start))
        elif terms and kind is UnitKind.MONEY and not one.by_reward:
            rule = next(rule for rule in programme.earn if rule.id == one.rule)
            if not isinstance(rule.per, PerVisit):
                yield from _by_pieces(one.n, rule, terms, basket, net)


def _gives(programme: Programme, one: Earned) -> int:
    """How many units one use of a rule or a reward brings."""
    if one.by_reward:
        reward = next(reward for reward in programme.rewards if reward.id == one.rule)
        return reward.benefit.n if isinstance(reward.benefit, GivenUnits) else one.n
    return next(rule.units for rule in programme.earn if rule.id == one.rule)


def _by_pieces(
    n: int, rule: EarnRule, unit: UnitTerms, basket: Basket, net: Mapping[int, int]
) -> Iterator[_Part]:
    """The units of each piece that was sold, by what it cost; together they are all units."""
    by_money = isinstance(rule.per, PerMoney)
    pieces: list[tuple[int, int]] = []
    for line in basket.lines:
        if not counts(rule, unit, line):
            continue
        cost = line.amount if rule.base == "gross" else net[line.key]
        pieces += [
            (line.key, cost * (at + 1) // line.pieces - cost * at // line.pieces)
            for at in range(line.pieces)
        ]
    weights = [cost if by_money else 1 for _, cost in pieces]
    whole, so_far, given = sum(weights), 0, 0
    for (key, cost), weight in zip(pieces, weights, strict=True):
        so_far += weight
        share = n * so_far // whole - given if whole else 0
        given += share
        if share:
            yield _Part(share, key, cost if by_money else 0)
