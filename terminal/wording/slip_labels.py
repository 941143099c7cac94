"""The words on a slip: one name for each, the value is the English msgid.

A slip speaks the language of the shop, not that of the cashier.
"""

from enum import StrEnum


class SlipLabel(StrEnum):
    """A word or a line of a slip."""

    NON_FISCAL = "*** NON-FISCAL ***"
    """What we print is never the fiscal receipt; the law of most of our markets forbids the look."""
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
    CHANGE = "Change"
    PAID_BY_VOUCHER = "Voucher"
    PAID_BY_TRANSFER = "Bank transfer"
    PAID_AT_OTHER_TILL = "Paid at the other till"
    PURCHASE = "Purchase"
    """A purchase that is known by its total only."""
    BEFORE = "Before this purchase"
    USED = "Used for the reward"
    OTHER_RATE = "Some goods at another rate"
    EXTRA_RATE = "Some goods count × {factor}"
    YOU_HAVE = "YOU NOW HAVE"
    YOU_OWE = "STILL TO MAKE UP"
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
