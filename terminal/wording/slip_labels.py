"""The words on a slip: one name for each, the value is the English msgid.

A slip speaks the language of the shop, not that of the cashier.
"""

from enum import StrEnum


class SlipLabel(StrEnum):
    """A word or a line of a slip."""

    NON_FISCAL = "*** NON-FISCAL ***"
    """What we print is never the fiscal receipt; the law of most of our markets forbids the look."""
    COPY = "*** COPY ***"
    NUMBER = "no {seq}"
    CARD = "Card **** {tail}"
    MEMBER = "Member"
    SUM = "SUM"
    REWARD = "REWARD {rule}"
    TAX = "Tax on top"
    ROUNDING = "Cash rounding"
    TO_PAY = "TO PAY"
    CASH = "Cash"
    PAID_BY_CARD = "Payment card"
    PAID_BY_VOUCHER = "Voucher"
    PAID_BY_TRANSFER = "Bank transfer"
    PAID_AT_OTHER_TILL = "Paid at the other till"
    PURCHASE = "Purchase"
    """A purchase that is known by its total only."""
    CHANGE = "Change"
    BEFORE = "Before this purchase"
    BEFORE_HERE = "Earned here before"
    USED = "Used for the reward"
    OTHER_RATE = "Some goods at another rate"
    EXTRA_RATE = "Some goods count × {factor}"
    YOU_HAVE = "YOU NOW HAVE"
    KNOWN_HERE = "AS KNOWN HERE"
    """In place of YOU_HAVE where others may have moved units that this till cannot know of."""
    CONFIRMED_ON = (
        "Balance last confirmed on {day}, {time}. What other tills did since is not in it."
    )
    NOT_CONFIRMED = "Balance not confirmed by the server yet. What other tills did is not in it."
    CARD_MET = "This card is new here. What you had before is added once the line is back."
    YOU_OWE = "STILL OWED"
    PENDING_NOW = "{rule} (from {day})"
    PENDING = "Waiting until it may be used: {units}"
    WORTH = "That is {amount} off when you next shop."
    REWARD_READY = "Yours when you like: {reward}."
    MISSING = "Next reward: {reward}. {missing}."
    USE_BY = "Use by {day}: {units}."
    RULE_MONEY = "{units} = {amount} off."
    RULE_REWARD = "{units} = {reward}."
    VALID_FOR_EVER = "They never expire."
    VALID_TO = "Valid to {day}."
    JOIN_UNITS = "With our card this purchase brings {units}. Just ask!"
    JOIN_SAVING = "With our card you save {amount} on this purchase. Just ask!"
