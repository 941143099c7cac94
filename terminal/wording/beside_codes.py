"""What the engine says, as plain content with words beside its codes: for ``tenth price``.

``why`` is the sentence of the till's page "Why this price", ``brief`` what slip and customer's
display have room for (left out where they say nothing), ``name`` what the shop calls it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from terminal.loyalty.engine.evaluation import (
    Applied,
    Earned,
    Evaluation,
    NotApplied,
    Offer,
    Reason,
    Share,
    Spent,
    Why,
    of_share,
)
from terminal.loyalty.naming import kinds_of, names_of, names_of_products, privileges_of
from terminal.loyalty.plain import to_plain
from terminal.loyalty.programme import Programme
from terminal.loyalty.refund import RefundRecord, UnitsGiven
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import BUDGET_UNIT, Account
from terminal.wording.fitting import behind_colon
from terminal.wording.formats import NO_BREAK_SPACE
from terminal.wording.labels import Label
from terminal.wording.marks import sentence
from terminal.wording.return_labels import ReturnLabel
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.speech import Unit
from terminal.wording.words import Words

Plain = dict[str, Any]

_NO_PRODUCTS: Mapping[str, str] = MappingProxyType({})

_SHARE = sentence("{rule} ({amount})")
_OF_BUDGET = sentence("{units} of the offer's budget")


class BesideCodes:
    """Words in one language for the rules of some programmes, the newest revision of each."""

    def __init__(
        self,
        words: Words,
        programmes: Iterable[Programme],
        products: Mapping[str, str] = _NO_PRODUCTS,
    ) -> None:
        """``products`` are the names of products by their sku."""
        self._words = words
        newest = {one.programme: one for one in sorted(programmes, key=lambda one: one.revision)}
        self._programmes = newest
        self._names, self._units = names_of(newest.values())
        self._names |= names_of_products(products)
        self._kinds = kinds_of(newest.values())
        self._privileges = privileges_of(newest.values())
        self._terms = {one.unit.id: one.unit for one in newest.values() if one.unit is not None}
        self._rewards = {
            RewardName(one.programme, reward.id): reward
            for one in newest.values()
            for reward in one.rewards
        }

    def evaluation(self, one: Evaluation) -> Plain:
        """All of an evaluation, with words beside every reason in it."""
        plain: Plain = to_plain(one)
        reasons = {applied.name: applied for applied in one.applied}
        for row, line in zip(plain["lines"], one.lines, strict=True):
            row["words"] = {"why": self._of_line(line.line, one.applied)}
        for row, applied in zip(plain["applied"], one.applied, strict=True):
            row["words"] = self._applied(applied)
        for row, spent in zip(plain["spent"], one.spent, strict=True):
            row["words"] = self._spent(spent, reasons)
        for row, earned in zip(plain["earned"], one.earned, strict=True):
            row["words"] = self._earned(earned)
        for row, offer in zip(plain["offers"], one.offers, strict=True):
            row["words"] = self._offer(offer)
        for row, away in zip(plain["not_applied"], one.not_applied, strict=True):
            row["words"] = self._away(away)
        for row, ahead in zip(plain["within_reach"], one.within_reach, strict=True):
            row["words"] = {
                "name": self._name(ahead.name),
                "why": self._words.within_reach(ahead, self._names),
            }
        return plain

    def gifts(self, earned: Iterable[Earned]) -> list[Plain]:
        """Units that came without a purchase, with words beside them."""
        return [{**to_plain(one), "words": self._earned(one)} for one in earned]

    def not_given(self, away: Iterable[NotApplied]) -> list[Plain]:
        """Why rules without a purchase gave nothing, in words."""
        return [{**to_plain(one), "words": self._away(one)} for one in away]

    def refund(self, one: RefundRecord) -> Plain:
        """What came back, with words beside the units that moved."""
        plain: Plain = to_plain(one)
        label, words = ReturnLabel, self._words
        for row, taken in zip(plain["taken"], one.taken, strict=True):
            told = words.label(label.RETURN_TAKES, units=self._of(taken.account, taken.n))
            if taken.lost:
                lost = self._of(taken.account, taken.lost)
                told += f"; {words.label(label.RETURN_LOSES, units=lost)}"
            name = self._rule_name(taken.programme, taken.rule, by_reward=taken.by_reward)
            row["words"] = {"name": name, "why": told}
        for row, given in zip(plain["given"], one.given, strict=True):
            units = self._moved(given, given.n)
            told = words.label(label.RETURN_GIVES, units=units)
            row["words"] = {"name": self._name(given.name), "why": told}
        for row, line in zip(plain["lines"], one.lines, strict=True):
            if line.back < 0:
                dearer = words.label(label.RETURN_DEARER, amount=words.money(-line.back))
                row["words"] = {"why": dearer}
        if one.remainder:
            left = words.label(label.RETURN_REMAINDER, amount=words.money(one.remainder))
            plain["words"] = {"why": left}
        return plain

    # --- one by one -----------------------------------------------------------------------------

    def _of_line(self, line: int, applied: Iterable[Applied]) -> str:
        told = [
            self._words.text(
                _SHARE,
                rule=self._told_by(one, share),
                amount=self._words.amount(-share.amount),
            )
            for one in applied
            for share in one.shares
            if share.line == line and share.amount
        ]
        return "; ".join(told) or self._words.label(Label.WHY_NO_REWARD)

    def _told_by(self, one: Applied, share: Share) -> str:
        why = self._why(of_share(one.reason, share), one.name)
        return f"{self._name(one.name)}: {behind_colon(why)}"

    def _applied(self, one: Applied) -> Plain:
        promised = self._privileges.get(one.name)
        why = self._words.name(promised) if promised else self._why(one.reason, one.name)
        brief = self._words.reason_short(one.reason, self._names, self._unit(one.name))
        return _told(self._name(one.name), why, brief)

    def _spent(self, one: Spent, applied: Mapping[RewardName, Applied]) -> Plain:
        told: Plain = {"name": self._name(one.name), "units": self._moved(one, -one.n)}
        if one.account.unit != BUDGET_UNIT and one.name in applied:
            told["why"] = self._why(applied[one.name].reason, one.name)
        return told

    def _moved(self, one: Spent | UnitsGiven, n: int) -> str:
        """So many units, or so much of an offer's budget, which is nobody's points."""
        if one.account.unit == BUDGET_UNIT:
            return self._words.text(_OF_BUDGET, units=self._budget(one))
        return self._of(one.account, n)

    def _budget(self, one: Spent | UnitsGiven) -> str:
        of = self._budget_of(one.name)
        if of == "money":
            return self._words.money(one.n)
        if of == "times":
            return f"{self._words.number(one.n)}{NO_BREAK_SPACE}×"
        reward = self._rewards.get(one.name)
        unit = getattr(reward.benefit, "unit", "") if reward else ""
        return self._words.units(one.n, self._terms.get(unit) or self._unit(one.name))

    def _budget_of(self, name: RewardName) -> str:
        """What the budget of a reward or an earn rule counts."""
        programme = self._programmes.get(name.programme)
        if programme is None:
            return "money"
        budgets = {one.id: one.budget for one in programme.earn if one.budget}
        budgets |= {one.id: one.budget for one in programme.rewards if one.budget}
        budget = budgets.get(name.reward)
        return budget.of if budget else "money"

    def _earned(self, one: Earned) -> Plain:
        words = self._words
        units = self._of(one.account, one.n, one.reason.kind)
        name = self._rule_name(one.programme, one.rule, by_reward=one.by_reward)
        why = self._why(one.reason, RewardName(one.programme, one.rule))
        told: Plain = {"name": name, "units": f"+{units}", "why": why}
        if one.vests:
            told["waits"] = words.label(
                SlipLabel.PENDING_NOW, rule=units, day=words.date(one.vests)
            )
        if one.day:
            told["ends"] = words.label(SlipLabel.USE_BY, day=words.date(one.day), units=units)
        return told

    def _offer(self, one: Offer) -> Plain:
        unit = self._unit(one.name)
        told = _told(self._name(one.name), self._why(one.reason, one.name))
        if one.applied or one.reason.why is Why.READY:
            if one.brings:
                told["brings"] = self._words.reason(one.brings, self._names, unit)
            return told
        brief = replace(one.reason, amount=0) if one.reason.why is Why.UNITS_MISSING else one.reason
        told["brief"] = self._words.reason_short(brief, self._names, unit)
        return told

    def _away(self, one: NotApplied) -> Plain:
        name = self._rule_name(one.programme, one.rule, by_reward=not one.earns)
        why = self._why(one.reason, RewardName(one.programme, one.rule))
        return _told(name, why, self._words.reason_brief(one.reason, self._names))

    # --- names and figures ----------------------------------------------------------------------

    def _why(self, reason: Reason, name: RewardName) -> str:
        return self._words.reason(reason, self._names, self._unit(name))

    def _name(self, name: RewardName) -> str:
        return self._words.name(self._names.get(name, {}))

    def _rule_name(self, programme: int, rule: str, *, by_reward: bool) -> str:
        """A reward has a name of its own; an earn rule is called as its programme."""
        known = self._programmes.get(programme)
        if by_reward or known is None:
            return self._name(RewardName(programme, rule))
        return self._words.name(known.name)

    def _unit(self, name: RewardName) -> Unit:
        return self._kinds.get(name, UnitKind.POINTS)

    def _of(self, account: Account, n: int, kind: UnitKind | None = None) -> str:
        known = self._terms.get(account.unit)
        return self._words.units(n, known or kind or UnitKind.POINTS)


def _told(name: str, why: str, brief: str = "") -> Plain:
    return {"name": name, "why": why, **({"brief": brief} if brief else {})}
