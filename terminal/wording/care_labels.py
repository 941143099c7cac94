"""The words of the panels for units given by hand and for households; the value is the msgid."""

from terminal.wording.marks import AnyLabel


class CareLabel(AnyLabel):
    """A label, a heading or a hint."""

    GOODWILL = "Goodwill"
    GOODWILL_TO = "Give to {name}"
    GOODWILL_WHY = "Why? One tap gives it"
    GIVES = "{name}: {units}"
    """A programme's name and what it gives now."""
    GIVES_NOTHING = "{name}: used up"
    WAIT = "Waited too long"
    GOODS = "Something was not right"
    MISTAKE = "Our mistake"
    OTHER = "Another reason"
    OPINION = "Gave an opinion"
    GIVEN_HERE = "Given at this till"
    TAKE_BACK = "Take back"
    TAKEN_BACK = "taken back"
    ASK_REASON = "Why"
    HINT_REASON = "1, 2, 3, or type why, then Enter"
    NOW_GIVING = "1, 2, 3 or words and Enter = give · Esc = close"
    HOUSEHOLD = "Household"
    HOUSEHOLD_OF = "{name} shares with"
    SHARES_WITH_NOBODY = "Nobody yet."
    HOUSEHOLD_HOW = "Scan the card of who shall share. Each then uses what all of them have."
    HOUSEHOLD_KEEPS = "Who leaves keeps what they brought and earned, less what was used of it."
    SHARE_NOW = "{name} shares from now on"
    LEAVE = "{name} shares no longer"
    ASK_PARTNER = "Card"
    HINT_PARTNER = "Scan the other card"
    NOW_SHARING = "Scan the other card · Enter = yes · Esc = close"
    STATEMENT = "Card statement"
    """The title of a slip that says what a member has, and until when."""
    STATEMENT_KEY = "Print it"
    KEY_GOODWILL = "Give units: a long wait, a mistake, an opinion"
    KEY_HOUSEHOLD = "Household: share units with another card"


WHYS = {
    "wait": CareLabel.WAIT,
    "goods": CareLabel.GOODS,
    "mistake": CareLabel.MISTAKE,
    "other": CareLabel.OTHER,
    "": CareLabel.OPINION,
}
"""By the reason's key in the fact."""
