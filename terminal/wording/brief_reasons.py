"""What an offer wants, in the few words that a slip and the customer's display have room for.

They stand behind the name of the offer and a colon, so they begin small and end without a stop.
"""

from __future__ import annotations

from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.wording.fitting import NAME_CHARACTERS_MAX
from terminal.wording.goods_words import Names, told_goods
from terminal.wording.marks import plural, sentence
from terminal.wording.speech import Speech

_PIECES = plural("{n} more piece", "{n} more pieces")
_GOODS = sentence("{goods} more")
_PURCHASES = plural("{n} more purchase", "{n} more purchases")
_PURCHASES_BY = plural("{n} more purchase by {day}", "{n} more purchases by {day}")
_AMOUNT = sentence("{amount} more")
_AMOUNT_ON = sentence("{amount} more ({goods})")
_SHOPPING = sentence("after {amount} more of shopping")
_SHOPPING_BY = sentence("after {amount} more of shopping by {day}")
_CARD = sentence("only with the card")
_TODAY = sentence("today from {time}")
_WEEKDAYS = (
    sentence("again on Monday"),
    sentence("again on Tuesday"),
    sentence("again on Wednesday"),
    sentence("again on Thursday"),
    sentence("again on Friday"),
    sentence("again on Saturday"),
    sentence("again on Sunday"),
)
_USED = sentence("used up, again from {day}")
_BETTER = sentence("another offer was better by {amount}")
_PAID = sentence("nothing for {amount} that was paid otherwise")


def brief_phrase(speech: Speech, reason: Reason, names: Names) -> str:
    """Why an offer stayed away; empty where it is nothing for a customer to read.

    ``names`` are what missing goods are called by, among others.
    What is for a customer is decided by ``loyalty.other_offers``.
    """
    amount = speech.money(reason.amount)
    match reason.why:
        case Why.PIECES_MISSING | Why.SPEND_MISSING | Why.TOO_LITTLE:
            return _missing(speech, reason, names)
        case Why.OTHER_PURCHASE | Why.SPENT_TOO_LITTLE:
            return _to_come(speech, reason)
        case Why.MEMBERS_ONLY:
            return speech.text(_CARD)
        case Why.FROM_TIME:
            return speech.text(_TODAY, time=reason.time)
        case Why.OTHER_WEEKDAY if 1 <= reason.weekday <= 7:
            return speech.text(_WEEKDAYS[reason.weekday - 1])
        case Why.USED_UP if reason.day:
            return speech.text(_USED, day=speech.date(reason.day))
        case Why.BETTER_OFFER | Why.NOT_TOGETHER if reason.amount:
            return speech.text(_BETTER, amount=amount)
        case Why.PAID_OTHERWISE if reason.amount:
            return speech.text(_PAID, amount=amount)
        case _:
            return ""


def _missing(speech: Speech, reason: Reason, names: Names) -> str:
    """Pieces or money, and of which goods where they have a name."""
    goods = told_goods(speech, reason, names, NAME_CHARACTERS_MAX)
    pieces = max(1, reason.pieces) if reason.why is Why.PIECES_MISSING else reason.pieces
    if pieces:
        return speech.text(_GOODS, goods=goods) if goods else speech.counted(_PIECES, pieces)
    if not reason.amount:
        return ""
    amount = speech.money(reason.amount)
    if goods:
        return speech.text(_AMOUNT_ON, amount=amount, goods=goods)
    return speech.text(_AMOUNT, amount=amount)


def _to_come(speech: Speech, reason: Reason) -> str:
    """What other purchases must bring, and by when."""
    day = speech.date(reason.day) if reason.day else ""
    if reason.why is Why.OTHER_PURCHASE:
        if not reason.pieces:
            return ""
        return speech.counted(_PURCHASES_BY if day else _PURCHASES, reason.pieces, day=day)
    return speech.text(
        _SHOPPING_BY if day else _SHOPPING, amount=speech.money(reason.amount), day=day
    )
