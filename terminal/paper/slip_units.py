"""The part of a slip about one unit of the member: how the balance came about, and what it brings.

Two complaints shaped it: points that do not add up, and points that ran out unseen. So every
movement has its sum with the rule in words, and a last day is printed with the units that it
takes. A value is printed only if it can be spent: for whole rewards that the balance pays for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.engine.evaluation import Earned, Reason, Why
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.sold_units import SoldBalance
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import ExpiresAfter, ExpiresOn, NeverExpires, UnitKind, round_units
from terminal.paper.columns import pair, wrapped
from terminal.paper.plain_money import plain_money
from terminal.values import dataclass
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.speech import Unit, kind_of
from terminal.wording.words import Words

_INDENT = "  "
FRESH_HOURS = 24
"""A shop whose line was down since yesterday knows what it knows; after that it says so."""

_RULES_MAX = 2
"""A slip tells the two cheapest rewards; the rest is on the member's page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scheme:
    """All that the sale's programmes say of one unit."""

    terms: UnitTerms | None
    earn: tuple[EarnRule, ...]
    rewards: tuple[Reward, ...]
    """Those that this unit pays for and that a later purchase may use, cheapest first."""

    @property
    def unit(self) -> Unit:
        """What it is, in words of its own where it has them."""
        return self.terms or UnitKind.POINTS


def unit_lines(
    record: SaleRecord,
    programmes: Sequence[Programme],
    words: Words,
    columns: int,
    *,
    fresh_hours: int = FRESH_HOURS,
) -> list[str]:
    """The lines about all units of the member that hold or moved anything.

    Where the server has not confirmed them for ``fresh_hours``, nothing that hangs on the balance
    is promised: another till may have spent it since.
    """
    doubt = _doubt(record, words, fresh_hours)
    shown = [balance for balance in record.balances if _is_worth_a_line(balance)]
    lines: list[str] = []
    for balance in shown:
        scheme = _scheme(balance.unit, programmes, record.at.business_day)
        if len(shown) > 1 and scheme.terms:
            name = words.name(scheme.terms.name)
            lines += wrapped(name[:1].upper() + name[1:], columns)
        lines += _movements(record, balance, scheme, words, columns, certain=not doubt)
        for sentence in _prospects(balance, scheme, words, certain=not doubt):
            lines += wrapped(sentence, columns, indent=_INDENT)
        lines += wrapped(_rules(scheme, words), columns)
    if shown and doubt:
        lines += wrapped(doubt, columns)
    return lines


def _doubt(record: SaleRecord, words: Words, fresh_hours: int) -> str:
    """Why the balances may not be all that there is; empty where they are."""
    confirmed, at = record.confirmed, record.at
    if confirmed.met:
        return words.label(SlipLabel.CARD_MET)
    if confirmed.untold:
        return words.label(SlipLabel.NOT_CONFIRMED)
    if confirmed.utc is None or at.utc - confirmed.utc <= timedelta(hours=fresh_hours):
        return ""
    local = confirmed.utc + timedelta(minutes=at.offset_minutes)
    day, time = words.date(local.date()), words.time(local)
    return words.label(SlipLabel.CONFIRMED_ON, day=day, time=time)


def unit_in(programmes: Iterable[Programme], unit: str) -> Unit:
    """What a unit is, as the programmes say; points if none of them knows it."""
    for programme in programmes:
        if programme.unit and programme.unit.id == unit:
            return programme.unit
    return UnitKind.POINTS


def _is_worth_a_line(balance: SoldBalance) -> bool:
    return any(
        (
            balance.before,
            balance.after,
            balance.spent,
            balance.earned,
            balance.earned_pending,
            balance.pending_after,
        )
    )


def _scheme(unit: str, programmes: Sequence[Programme], on: date) -> _Scheme:
    own = [one for one in programmes if one.unit and one.unit.id == unit]
    rewards = [reward for one in own for reward in one.rewards if _may_come(one, reward, on)]
    return _Scheme(
        terms=own[0].unit if own else None,
        earn=tuple(rule for one in own if not one.closed for rule in one.earn),
        rewards=tuple(sorted(rewards, key=lambda reward: reward.cost)),
    )


def _may_come(programme: Programme, reward: Reward, on: date) -> bool:
    """Whether this member may count on having the reward at a later purchase.

    Tiers and segments are not in a sale's fact: what is only for some is not promised here.
    """
    window = reward.window
    return (
        reward.cost > 0
        and not programme.closed
        and not reward.audience.tiers
        and not reward.audience.segments
        and (window.first_day is None or window.first_day <= on)
        and (window.last_day is None or on < window.last_day)
    )


# --- how the balance came about ------------------------------------------------------------------


def _movements(
    record: SaleRecord,
    balance: SoldBalance,
    scheme: _Scheme,
    words: Words,
    columns: int,
    *,
    certain: bool,
) -> list[str]:
    def row(left: str, n: int, *, sign: bool = True) -> list[str]:
        return pair(left, figure(words, n, scheme.unit, sign=sign), columns)

    met = record.confirmed.met
    lines: list[str] = []
    if balance.before or not met:
        # Of a card that was only met nobody here knows what it had elsewhere.
        before = SlipLabel.BEFORE_HERE if met else SlipLabel.BEFORE
        lines += row(words.label(before), balance.before, sign=False)
    if balance.spent:
        used = SlipLabel.USED_TO_PAY if kind_of(scheme.unit) is UnitKind.MONEY else SlipLabel.USED
        lines += row(words.label(used), -balance.spent)
    mine = [one for one in record.earned if one.account.unit == balance.unit]
    for earned in mine:
        if earned.vests is None:
            for left, n in _earned_rows(earned, scheme, words):
                lines += row(left, n)
    if balance.after < 0:
        # More was taken back than there was; nobody "has" less than nothing.
        owed = words.units(-balance.after, scheme.unit)
        lines += pair(words.label(SlipLabel.YOU_OWE), owed, columns)
    else:
        has = words.units(balance.after, scheme.unit)
        has_label = SlipLabel.YOU_HAVE if certain else SlipLabel.KNOWN_HERE
        lines += pair(words.label(has_label), has, columns)
    for earned in mine:
        if earned.vests is not None:
            rule = _rule_words(earned, scheme, words)
            day = words.date(earned.vests)
            lines += row(words.label(SlipLabel.PENDING_NOW, rule=rule, day=day), earned.n)
    if balance.pending_after > balance.earned_pending:
        waiting = words.units(balance.pending_after, scheme.unit)
        lines += wrapped(words.label(SlipLabel.PENDING, units=waiting), columns, indent=_INDENT)
    return lines


def figure(words: Words, n: int, unit: Unit, *, sign: bool) -> str:
    """So many of a unit, in a column; ``sign``: what came has a plus."""
    if kind_of(unit) is UnitKind.MONEY:
        return words.amount(n, sign=sign)
    return f"+{words.number(n)}" if sign and n > 0 else words.number(n)


def _earned_rows(earned: Earned, scheme: _Scheme, words: Words) -> list[tuple[str, int]]:
    """What one rule brought, so that whoever works it out again comes to the same.

    Where some goods count double, the plain rule and what they bring on top are two lines.
    """
    reason = earned.reason
    counted = reason.amount if reason.why is Why.EARNED_PER_MONEY else reason.pieces
    if reason.percent or reason.most or not scheme.terms or not reason.per or earned.counted:
        return [(_rule_words(earned, scheme, words), earned.n)]
    counted -= counted % reason.per if reason.full else 0
    plain = round_units(counted * reason.units, reason.per, scheme.terms.rounding)
    rule = words.reason(replace(reason, percent=100), {}, scheme.unit)
    return [(rule, plain), (_extra_words(earned, scheme, words), earned.n - plain)]


def _extra_words(earned: Earned, scheme: _Scheme, words: Words) -> str:
    """How some goods count otherwise: by how much, where the rule has one factor only."""
    rules = [rule for rule in scheme.earn if rule.id == earned.rule]
    percents = {more.percent for rule in rules for more in rule.multipliers}
    if len(percents) != 1:
        return words.label(SlipLabel.OTHER_RATE)
    return words.label(SlipLabel.EXTRA_RATE, factor=words.factor(percents.pop()))


def _rule_words(earned: Earned, scheme: _Scheme, words: Words) -> str:
    return words.reason(earned.reason, {}, scheme.unit)


# --- what it brings ------------------------------------------------------------------------------


def _prospects(balance: SoldBalance, scheme: _Scheme, words: Words, *, certain: bool) -> list[str]:
    sentences = []
    if certain:
        sentences = _ready(balance, scheme, words) or _next(balance, scheme, words)
    if balance.next_day and balance.next_n > 0 and balance.after > 0:
        units = words.units(min(balance.next_n, balance.after), scheme.unit)
        day = words.date(balance.next_day)
        sentences.append(words.label(SlipLabel.USE_BY, day=day, units=units))
    return sentences


def _ready(balance: SoldBalance, scheme: _Scheme, words: Words) -> list[str]:
    """What the balance pays for: the most money that it brings, else the dearest reward."""
    payable = [reward for reward in scheme.rewards if reward.cost <= balance.after]
    if not payable:
        return []
    worth = max(_money_worth(reward, balance.after) for reward in payable)
    if worth:
        return [words.label(SlipLabel.WORTH, amount=words.money(worth))]
    dearest = words.name(payable[-1].name)
    return [words.label(SlipLabel.REWARD_READY, reward=dearest)]


def _money_worth(reward: Reward, balance: int) -> int:
    """Minor units off any purchase that is large enough; 0 for a reward that is not money."""
    times = balance // reward.cost
    return plain_money(reward) * (times if reward.limit is None else min(times, reward.limit))


def _next(balance: SoldBalance, scheme: _Scheme, words: Words) -> list[str]:
    """What is missing for the cheapest reward, and which purchase brings it."""
    if not scheme.rewards:
        return []
    reward = scheme.rewards[0]
    missing = reward.cost - balance.after
    shopping = min(
        (cost for rule in scheme.earn if (cost := _shopping_for(missing, rule))), default=0
    )
    reason = Reason(why=Why.UNITS_MISSING, units=missing, amount=shopping)
    return [
        words.label(
            SlipLabel.MISSING,
            reward=_reward_words(reward, words),
            missing=words.reason(reason, {}, scheme.unit),
        )
    ]


def _shopping_for(missing: int, rule: EarnRule) -> int:
    """The purchase that brings so many units by one rule; 0 where that cannot be promised.

    A few goods that bring nothing, such as gift cards, make it no lie.
    """
    everywhere = (
        replace(rule.goods, except_skus=(), except_categories=()) == GoodsFilter()
        and not rule.audience.tiers
        and not rule.audience.segments
        and all(more.percent >= 100 for more in rule.multipliers)
        and (rule.window.from_time, rule.window.to_time) == ("00:00", "24:00")
        and not rule.window.weekdays
        and rule.window.last_day is None
        and not (rule.occasion or rule.limits or rule.budget or rule.not_paid_with)
        and rule.on == "purchase"
        and rule.reduced
        and (rule.at_most is None or missing <= rule.at_most)
    )
    if not everywhere or not isinstance(rule.per, PerMoney):
        return 0
    return max(rule.minimum, -(-missing // rule.units) * rule.per.amount)


def _reward_words(reward: Reward, words: Words) -> str:
    amount = plain_money(reward)
    return words.money(amount) if amount else words.name(reward.name)


# --- the rule, in one line -----------------------------------------------------------------------


def _rules(scheme: _Scheme, words: Words) -> str:
    sentences = [_rule(reward, scheme.unit, words) for reward in scheme.rewards[:_RULES_MAX]]
    if scheme.terms:
        sentences.append(_lifetime(scheme.terms, words))
    return " ".join(one for one in sentences if one)


def _rule(reward: Reward, unit: Unit, words: Words) -> str:
    units = words.units(reward.cost, unit)
    if amount := plain_money(reward):
        off = words.short_money(amount)
        return words.label(SlipLabel.RULE_MONEY, units=units, amount=off)
    return words.label(SlipLabel.RULE_REWARD, units=units, reward=words.name(reward.name))


def _lifetime(terms: UnitTerms, words: Words) -> str:
    match terms.expiry:
        case NeverExpires():
            return words.label(SlipLabel.VALID_FOR_EVER)
        case ExpiresOn(last_day=day):
            return words.label(SlipLabel.VALID_TO, day=words.date(day))
        case ExpiresAfter() as expiry:
            return words.valid_for(expiry)


def reward_names(programmes: Iterable[Programme]) -> dict[RewardName, dict[str, str]]:
    """The names of all rewards, by their programme and id."""
    return {
        RewardName(one.programme, reward.id): reward.name
        for one in programmes
        for reward in one.rewards
    }
