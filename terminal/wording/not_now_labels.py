"""Why a key does nothing just now: each says where the sale stands, and what to do instead."""

from __future__ import annotations

from terminal.wording.marks import AnyLabel


class NotNowLabel(AnyLabel):
    """One answer to a key."""

    DONE = "This sale is done. Enter begins the next one."
    RECORDED = "This sale is recorded. F8 undoes it, Enter begins the next one."
    PAYING = "Money is being taken. Esc goes back to the goods."
    CARD_ASKED = "The card terminal is asked. Enter: it paid. Esc: it did not."
    RETURNING = "Goods are coming back. Esc leaves the return."
    NOT_YET_PAYING = "No money is being taken yet. F9 first."
    NOT_RETURNING = "An exchange begins with what comes back. F8 first."
    NO_MEMBER = "No member on this sale. Scan the card, or F3 for phone and name."
    NEW_MEMBER = "This card's member is not known here yet. Try again when the line is back."
    ONLY_TOTALS = "Only totals are counted here. Scan the card and type the total."
