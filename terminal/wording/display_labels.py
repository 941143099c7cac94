"""The words on the customer's display: one name for each, the value is the English msgid.

Like a slip it speaks the language of the shop, and to the customer.
"""

from terminal.wording.marks import AnyLabel


class DisplayLabel(AnyLabel):
    """A word or a line of the customer's display."""

    WINDOW_TITLE = "Customer display"
    WELCOME = "Welcome!"
    ASK_FOR_CARD = "Show your card. None yet? Just ask for one."
    HELLO = "Hello, {name}!"
    FOR_THIS_PURCHASE = "+{units} for this purchase"
    TAKEN = "−{units} used"
    REWARD_READY = "Ready for you: {reward}"
    REWARD_AHEAD = "{reward}: {missing}"
    CARD_KNOWN_LATER = "Your points are kept for you."
    THANKS = "Thank you!"
    PAID = "Paid"
    MONEY_BACK = "You get back"
