"""The sentence for each reason that the engine gives, precise enough to act on.

A reason is a phrase without a full stop, so that it fits behind a name or into a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from terminal.loyalty.consent import Purpose
from terminal.loyalty.engine.evaluation import Reason, Why, WithinReach
from terminal.loyalty.naming import RuleUnits, tier_name
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.wording.fitting import behind_colon
from terminal.wording.formats import NO_BREAK_SPACE
from terminal.wording.goods_words import told_goods
from terminal.wording.marks import plural, sentence
from terminal.wording.speech import Speech, Unit, kind_of

Names = Mapping[RewardName, Mapping[str, str]]

_MISSING = {
    UnitKind.POINTS: plural("{n} more pt needed", "{n} more pts needed"),
    UnitKind.STAMPS: plural("{n} more stamp needed", "{n} more stamps needed"),
    UnitKind.VOUCHERS: plural("{n} more voucher needed", "{n} more vouchers needed"),
    UnitKind.STATUS: plural("{n} more status pt needed", "{n} more status pts needed"),
}
_MISSING_OWN = sentence("{units} more")
"""Of units with words of their own, whose cases nobody knows here."""
_MISSING_MONEY = sentence("{amount} more needed on the balance")
_SHOPPING = sentence("{missing} – spend {amount} to get there")
_VOUCHER_USED = sentence("The voucher was used already")
_ELSEWHERE = sentence("{units} cannot be used at this till now")
_ADD_PIECES = plural("Add {n} more piece", "Add {n} more pieces")
_ADD_FOR_UNIT = plural("{n} more piece to earn", "{n} more pieces to earn")
_PURCHASES_AHEAD = plural("{n} more purchase to go", "{n} more purchases to go")
_PURCHASES_UNTIL = plural(
    "{n} more purchase to go until {day}", "{n} more purchases to go until {day}"
)
_BACK_AFTER = plural("For those back after {n} day", "For those back after {n} days")
_DAYS_AFTER_JOINING = plural("Up to {n} day after joining", "Up to {n} days after joining")
_CHOSEN = sentence("Only for chosen members")
_CONSENTS = {
    Purpose.MARKETING: sentence("Only for members who agreed to messages"),
    Purpose.PROFILING: sentence("Only for members who let the shop learn from what they buy"),
    Purpose.OFFERS: sentence("Only for members who agreed to offers of their own"),
}
_ADD_GOODS = sentence("Add {goods}")
_NOT_IN_BASKET = sentence("Not in the basket: {goods}")
_SPEND_MORE = sentence("{amount} more to spend")
_SPEND_ON = sentence("{amount} more to spend ({goods})")
_WITHIN_REACH = sentence("{missing}: {brings}")
_WITH_LEFT_OVER = sentence("{now} and {left} left over")
_WITHOUT_REDUCED = sentence("{now} without reduced goods")
_WEEKDAYS = (
    sentence("Again on Monday"),
    sentence("Again on Tuesday"),
    sentence("Again on Wednesday"),
    sentence("Again on Thursday"),
    sentence("Again on Friday"),
    sentence("Again on Saturday"),
    sentence("Again on Sunday"),
)


def reason_phrase(speech: Speech, reason: Reason, names: Names, unit: Unit) -> str:
    """Why, in words. ``unit`` is what the reason's units are."""
    return _PHRASES[reason.why](_Told(speech, reason, names, unit))


def short_phrase(speech: Speech, reason: Reason, names: Names, unit: Unit) -> str:
    """Why, for a slip's discount line behind the name of the rule; may be empty."""
    told = _Told(speech, reason, names, unit)
    match reason.why:
        case Why.PERCENT_OFF if not reason.per:
            return f"-{speech.percent(reason.basis_points)}"
        case Why.AMOUNT_OFF:
            return ""  # The amount stands at the end of the line anyway.
        case Why.FREE:
            return speech.text(sentence("free"))
        case Why.FIXED_PRICE if 0 < reason.pieces <= reason.times and not reason.kilogram:
            return speech.quantity(reason.pieces, None, reason.amount)
        case Why.UNITS_FOR_MONEY:
            return f"{told.units} = {speech.money(reason.amount)}"
        case Why.EXCHANGED:
            return f"+{told.units}"
        case Why.DONATED:
            return _donated(_Told(speech, replace(reason, units=0), names, unit))
        case Why.PRIVILEGE:
            return ""  # The name of the rule says what it is.
        case _:
            return reason_phrase(speech, reason, names, unit)


def within_reach_phrase(speech: Speech, ahead: WithinReach, names: Names) -> str:
    """What is missing to the next step of a reward and what it brings, on one line."""
    missing = reason_phrase(speech, ahead.missing, names, UnitKind.POINTS)
    brings = behind_colon(reason_phrase(speech, ahead.brings, {}, UnitKind.POINTS))
    return speech.text(_WITHIN_REACH, missing=missing, brings=brings)


def unit_of(reason: Reason, unit: Unit) -> Unit:
    """What the units of a reason are: those of its rule, or what a reward brings."""
    if reason.kind is None:
        return unit
    given = unit.brings if isinstance(unit, RuleUnits) else unit
    return given if given is not None and kind_of(given) is reason.kind else reason.kind


class _Told:
    """A reason with its figures already written out."""

    def __init__(self, speech: Speech, reason: Reason, names: Names, unit: Unit) -> None:
        self.speech = speech
        self.reason = reason
        self.unit = unit_of(reason, unit)
        self.kind = kind_of(self.unit)
        self.names = names
        self.amount = speech.money(reason.amount)
        self.units = speech.units(reason.units, self.unit)
        self.other = speech.name(names.get(reason.other, {})) if reason.other else ""
        self.day = speech.date(reason.day) if reason.day else "?"

    def text(self, msgid: str, **values: str) -> str:
        return self.speech.text(msgid, **values)

    def times(self, phrase: str) -> str:
        return f"{phrase} ×{NO_BREAK_SPACE}{self.reason.times}" if self.reason.times > 1 else phrase


def _no_goods(told: _Told) -> str:
    goods = told_goods(told.speech, told.reason, told.names)
    if goods:
        return told.text(_NOT_IN_BASKET, goods=goods)
    return told.text(sentence("Its goods are not in the basket"))


def _pieces_missing(told: _Told) -> str:
    goods = told_goods(told.speech, told.reason, told.names)
    if goods:
        return told.text(_ADD_GOODS, goods=goods)
    return told.speech.counted(_ADD_PIECES, max(1, told.reason.pieces))


def _spend_missing(told: _Told) -> str:
    goods = told_goods(told.speech, told.reason, told.names)
    if goods:
        return told.text(_SPEND_ON, amount=told.amount, goods=goods)
    return told.text(_SPEND_MORE, amount=told.amount)


def _percent_off(told: _Told) -> str:
    percent = told.speech.percent(told.reason.basis_points)
    if told.reason.pieces:
        pieces = told.speech.pieces(told.reason.pieces)
        return told.text(sentence("{percent} off ({pieces})"), percent=percent, pieces=pieces)
    if told.reason.per:
        most = told.speech.short_money(told.reason.per)
        return told.text(sentence("{percent} off, at most {most}"), percent=percent, most=most)
    return told.text(sentence("{percent} off"), percent=percent)


def _fixed_price(told: _Told) -> str:
    if told.reason.kilogram:
        by_weight = told.text(sentence("{amount}/kg"), amount=told.amount)
        if not told.reason.pieces:
            return by_weight
        counted = _fixed_price(_Told(told.speech, _counted_alone(told.reason), {}, told.unit))
        return f"{by_weight}, {counted}"
    # More pieces than times: the price is that of a set.
    if 0 < told.reason.pieces <= told.reason.times:
        pieces = told.speech.pieces(told.reason.pieces)
        return told.text(sentence("{pieces} at {amount} each"), pieces=pieces, amount=told.amount)
    return told.times(told.text(sentence("The set for {amount}"), amount=told.amount))


def _counted_alone(reason: Reason) -> Reason:
    """Of a price by the kilogram and by the piece what pieces cost that were counted."""
    return replace(reason, kilogram=False, times=max(reason.pieces, reason.times))


def _earned_per_money(told: _Told) -> str:
    reason = told.reason
    if told.kind is UnitKind.MONEY and reason.per == reason.units and reason.percent == 100:
        return told.text(sentence("Loaded: {amount}"), amount=told.amount)
    amount = _counted(told, told.amount, told.speech.money)
    rule = told.text(
        sentence("For purchases: {amount}, each full {per} = {units}")
        if told.reason.full
        else sentence("For purchases: {amount}, {per} = {units}"),
        amount=amount,
        per=told.speech.short_money(told.reason.per),
        units=told.units,
    )
    return rule + _multiplied(told)


def _earned_per_piece(told: _Told) -> str:
    pieces = _counted(told, told.speech.pieces(told.reason.pieces), told.speech.pieces)
    rule = told.text(
        sentence("For goods: {pieces}, {per} = {units}"),
        pieces=pieces,
        per=told.speech.pieces(max(1, told.reason.per)),
        units=told.units,
    )
    return rule + _multiplied(told)


def _counted(told: _Told, now: str, written: Callable[[int], str]) -> str:
    """What counted in this purchase, what did not, and what was left over from earlier ones."""
    if told.reason.without_reduced:
        now = told.text(_WITHOUT_REDUCED, now=now)
    if told.reason.left:
        return told.text(_WITH_LEFT_OVER, now=now, left=written(told.reason.left))
    return now


def _multiplied(told: _Told) -> str:
    percent = told.reason.percent
    rate = "" if percent == 100 else f", ×{NO_BREAK_SPACE}{told.speech.factor(percent)}"
    if percent == 0:  # The engine's word for: not the same for all goods.
        rate = told.text(sentence(", some goods at another rate"))
    if told.reason.most:
        units = told.speech.units(told.reason.most, told.unit)
        return rate + told.text(sentence(", of which the limit leaves {units}"), units=units)
    return rate


def _members_only(told: _Told) -> str:
    if told.reason.amount:
        return told.text(sentence("Only with the card: would save {amount}"), amount=told.amount)
    if told.reason.units:
        return told.text(sentence("Only with the card: would bring {units}"), units=told.units)
    return told.text(sentence("Only with the card"))


def _units_missing(told: _Told) -> str:
    if told.kind is UnitKind.VOUCHERS and told.reason.times:
        return told.text(_VOUCHER_USED)
    missing = (
        told.text(_MISSING_MONEY, amount=told.units)
        if told.kind is UnitKind.MONEY
        else told.text(_MISSING_OWN, units=told.units)
        if told.speech.own_forms(told.unit)
        else told.speech.counted(_MISSING[told.kind], told.reason.units)
    )
    if told.reason.amount:
        return told.text(_SHOPPING, missing=missing, amount=told.amount)
    return missing


def _better_offer(told: _Told) -> str:
    values = {"amount": told.amount, "other": told.other}
    if told.reason.amount and told.other:
        return told.text(sentence("Another offer was better by {amount} ({other})"), **values)
    if told.reason.amount:
        return told.text(sentence("Another offer was better by {amount}"), **values)
    if told.other:
        return told.text(sentence("Another offer was as good ({other})"), **values)
    return told.text(sentence("Another offer was as good"))


def _not_together(told: _Told) -> str:
    values = {"amount": told.amount, "other": told.other}
    if told.reason.amount and told.other:
        return told.text(
            sentence("Not together with {other}, which was better by {amount}"), **values
        )
    if told.other:
        return told.text(sentence("Not together with {other}"), **values)
    return told.text(sentence("Not together with another offer that was better"))


def _ready(told: _Told) -> str:
    values = {"amount": told.amount, "units": told.units}
    if told.reason.amount and told.reason.units:
        return told.text(sentence("Ready: {amount} off ({units})"), **values)
    if told.reason.amount:
        return told.text(sentence("Ready: {amount} off"), **values)
    return told.text(sentence("Ready to use"))


def _too_little(told: _Told) -> str:
    goods = told_goods(told.speech, told.reason, told.names)
    if goods and told.reason.pieces:
        return told.text(sentence("Add {goods} to earn"), goods=goods)
    if goods and told.reason.amount:
        return told.text(
            sentence("{amount} more to earn ({goods})"), amount=told.amount, goods=goods
        )
    if told.reason.pieces:
        return told.speech.counted(_ADD_FOR_UNIT, told.reason.pieces)
    if told.reason.amount:
        return told.text(sentence("{amount} more to earn"), amount=told.amount)
    return told.text(sentence("Too little to earn anything"))


def _other_weekday(told: _Told) -> str:
    if 1 <= told.reason.weekday <= 7:
        return told.text(_WEEKDAYS[told.reason.weekday - 1])
    return told.text(sentence("On another weekday"))


def _privilege(told: _Told) -> str:
    if told.reason.units:
        return told.text(sentence("Privilege ({units})"), units=told.units)
    return told.text(sentence("Privilege"))


def _donated(told: _Told) -> str:
    values = {"amount": told.amount, "units": told.units}
    if told.reason.units:
        return told.text(sentence("{amount} for a good cause ({units})"), **values)
    return told.text(sentence("{amount} for a good cause"), **values)


def _used_up(told: _Told) -> str:
    if told.reason.day:
        return told.text(sentence("Used up, again from {day}"), day=told.day)
    return told.text(sentence("Used up, not to be had again"))


def _operator_limit(told: _Told) -> str:
    if told.reason.day:
        return told.text(sentence("Cashier's limit reached, again from {day}"), day=told.day)
    return told.text(sentence("Cashier's limit reached"))


def _not_birthday(told: _Told) -> str:
    if told.reason.day:
        return told.text(sentence("Around the birthday, from {day}"), day=told.day)
    return told.text(sentence("Around the birthday, which is not known here"))


def _other_purchase(told: _Told) -> str:
    if told.reason.pieces:
        if told.reason.day:
            return told.speech.counted(_PURCHASES_UNTIL, told.reason.pieces, day=told.day)
        return told.speech.counted(_PURCHASES_AHEAD, told.reason.pieces)
    number = told.speech.number(told.reason.times)
    if told.reason.day:
        return told.text(
            sentence("Only with purchase no. {number}, again from {day}"),
            number=number,
            day=told.day,
        )
    if told.reason.times == 1:
        return told.text(sentence("Only with the first purchase"))
    return told.text(sentence("Only with purchase no. {number}"), number=number)


def _spent_too_little(told: _Told) -> str:
    values = {"amount": told.amount, "day": told.day}
    if told.reason.day:
        return told.text(sentence("After {amount} more of shopping until {day}"), **values)
    return told.text(sentence("After {amount} more of shopping"), **values)


def _not_for_this_member(told: _Told) -> str:
    tiers = [
        told.speech.name(told.names.get(tier_name(one), {})) or one for one in told.reason.tiers
    ]
    if tiers:
        return told.text(sentence("Only for {tiers} members"), tiers=", ".join(tiers))
    return told.text(_CHOSEN)


def _consent_missing(told: _Told) -> str:
    for purpose, phrase in _CONSENTS.items():
        if purpose in told.reason.consents:
            return told.text(phrase)
    return told.text(sentence("Only for members who gave their consent"))


def _paid_otherwise(told: _Told) -> str:
    if told.reason.amount:
        return told.text(
            sentence("{amount} was paid in a way that earns nothing"), amount=told.amount
        )
    return told.text(sentence("Paid in a way that earns nothing"))


def _plain(msgid: str) -> Callable[[_Told], str]:
    """A phrase that needs no choice: its places are filled by name."""

    def phrase(told: _Told) -> str:
        return told.text(
            msgid, amount=told.amount, units=told.units, day=told.day, time=told.reason.time
        )

    return phrase


_PHRASES: Mapping[Why, Callable[[_Told], str]] = {
    Why.PERCENT_OFF: _percent_off,
    Why.AMOUNT_OFF: lambda told: told.times(
        told.text(sentence("{amount} off"), amount=told.amount)
    ),
    Why.FIXED_PRICE: _fixed_price,
    Why.FREE: lambda told: told.text(
        sentence("{pieces} free"), pieces=told.speech.pieces(max(1, told.reason.pieces))
    ),
    Why.UNITS_FOR_MONEY: _plain(sentence("{units} = {amount} off")),
    Why.EARNED_PER_MONEY: _earned_per_money,
    Why.EARNED_PER_PIECE: _earned_per_piece,
    Why.EARNED_PER_VISIT: lambda told: (
        told.text(sentence("For the visit: {units}"), units=told.units) + _multiplied(told)
    ),
    Why.ENROLMENT: _plain(sentence("For joining: {units}")),
    Why.REFERRAL: _plain(sentence("For bringing a friend: {units}")),
    Why.REFERRED: _plain(sentence("On a friend's advice: {units}")),
    Why.FEEDBACK: _plain(sentence("For feedback: {units}")),
    Why.GOODWILL: _plain(sentence("As goodwill: {units}")),
    Why.EXCHANGED: _plain(sentence("Brings: {units}")),
    Why.PRIVILEGE: _privilege,
    Why.DONATED: _donated,
    Why.MEMBERS_ONLY: _members_only,
    Why.NOT_FOR_THIS_MEMBER: _not_for_this_member,
    Why.NOT_STARTED: _plain(sentence("From {day} on")),
    Why.ENDED: _plain(sentence("Ended on {day}")),
    Why.OTHER_WEEKDAY: _other_weekday,
    Why.FROM_TIME: _plain(sentence("Today from {time}")),
    Why.UNTIL_TIME: _plain(sentence("Over for today, it was until {time}")),
    Why.NO_GOODS: _no_goods,
    Why.PIECES_MISSING: _pieces_missing,
    Why.SPEND_MISSING: _spend_missing,
    Why.UNITS_MISSING: _units_missing,
    Why.UNITS_ELSEWHERE: _plain(_ELSEWHERE),
    Why.BETTER_OFFER: _better_offer,
    Why.NOT_TOGETHER: _not_together,
    Why.TAKEN_OFF: _plain(sentence("Taken off at the till")),
    Why.READY: _ready,
    Why.NOTHING_LEFT: _plain(sentence("Nothing left to take it off")),
    Why.NOT_WORTH_IT: _plain(sentence("Not used: would bring only {amount}, kept for later")),
    Why.USED_UP: _used_up,
    Why.OPERATOR_LIMIT: _operator_limit,
    Why.BUDGET_USED_UP: _plain(sentence("The offer's budget here is used up")),
    Why.CONSENT_MISSING: _consent_missing,
    # Nobody at the counter shall read that there is a trial, and who is in which part of it.
    Why.CONTROL_GROUP: _plain(_CHOSEN),
    Why.NOT_BIRTHDAY: _not_birthday,
    Why.OTHER_PURCHASE: _other_purchase,
    Why.SPENT_TOO_LITTLE: _spent_too_little,
    Why.NOT_AWAY: lambda told: told.speech.counted(_BACK_AFTER, told.reason.times),
    Why.NOT_NEW: lambda told: told.speech.counted(_DAYS_AFTER_JOINING, told.reason.times),
    Why.NOT_REFERRED: _plain(sentence("For those whom another member brought")),
    Why.NOT_DRAWN: _plain(sentence("A surprise, not drawn today")),
    Why.VOUCHER_MISSING: _plain(sentence("Only with the voucher's code")),
    Why.PAID_OTHERWISE: _paid_otherwise,
    Why.REDUCED_GOODS: _plain(sentence("Reduced goods earn nothing")),
    Why.TOO_LITTLE: _too_little,
}
