"""What an offer wants, in the few words that a slip and the customer's display have room for.

They stand behind the name of the offer and a colon, so they begin small and end without a stop.
"""

from __future__ import annotations

from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.wording.marks import plural, sentence
from terminal.wording.speech import Speech

_PIECES = plural("{n} more piece", "{n} more pieces")
_PURCHASES = plural("{n} more purchase", "{n} more purchases")
_PURCHASES_BY = plural("{n} more purchase by {day}", "{n} more purchases by {day}")
_AMOUNT = sentence("{amount} more")
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


def brief_phrase(speech: Speech, reason: Reason) -> str:
    """Why an offer stayed away; empty where it is nothing for a customer to read.

    What is for a customer is decided by ``loyalty.other_offers``.
    """
    amount = speech.money(reason.amount)
    match reason.why:
        case Why.PIECES_MISSING:
            return speech.counted(_PIECES, max(1, reason.pieces))
        case Why.TOO_LITTLE if reason.pieces:
            return speech.counted(_PIECES, reason.pieces)
        case Why.SPEND_MISSING | Why.TOO_LITTLE if reason.amount:
            return speech.text(_AMOUNT, amount=amount)
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
