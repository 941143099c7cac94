"""The words on a member card: one name for each, the value is the English msgid.

A card speaks the language of the shop. There is little room: 54 mm for the promise.
"""

from terminal.wording.marks import AnyLabel


class CardLabel(AnyLabel):
    """A word or a line of a card."""

    EARNS = "{per} = {units}"
    """A part of the promise: for so much money so many units."""
    EARNS_EACH_FULL = "each full {per} = {units}"
    """A part of the promise: what makes no full amount brings nothing."""
    BRINGS = "{units} = {reward}"
    """A part of the promise: so many units are so much money, or a thing by its name."""
    TRAINING = "TRAINING"
    """On everything that is printed while somebody practises."""
