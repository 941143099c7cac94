"""The sentences about units given by hand and about households; see ``notices``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.wording.marks import sentence
from terminal.wording.speech import Speech
from terminal.wording.told import Told, Wording

CARE_SENTENCES: Mapping[str, Callable[[Speech, Told], str]] = {
    "goodwill_given": Wording(
        sentence("{text} has it at once. Given by mistake? Ctrl+Z takes it back."),
        ("text",),
        sentence("It is on the card at once. Given by mistake? Ctrl+Z takes it back."),
    ).say,
    "goodwill_taken_back": Wording(sentence("Taken back, as if it had not been given.")).say,
    "goodwill_for_whom": Wording(
        sentence("To whom? Scan the customer's card first, then give the units.")
    ).say,
    "goodwill_no_rule": Wording(
        sentence("No programme of this shop gives units by hand. Nothing changed.")
    ).say,
    "goodwill_used_up": Wording(
        sentence("Nothing given. {reason}."),
        ("reason",),
        sentence("What may be given is used up for now. Nothing changed."),
    ).say,
    "goodwill_used": Wording(
        sentence("Nothing to take back: it is used, or its right is at another till.")
    ).say,
    "household_of_whom": Wording(
        sentence("Sharing needs two cards whose holders are known here. Nothing changed.")
    ).say,
    "household_asked": Wording(
        sentence("{text}: share all units from now on? Enter = yes, Esc = no."),
        ("text",),
        sentence("Share all units from now on? Enter = yes, Esc = no."),
    ).say,
    "household_leaving": Wording(
        sentence("{text} leaves and keeps what is their own. Enter = yes, Esc = no."),
        ("text",),
        sentence("They leave and keep what is their own. Enter = yes, Esc = no."),
    ).say,
    "household_joined": Wording(
        sentence("{text} share all units from now on."),
        ("text",),
        sentence("They share all units from now on."),
    ).say,
    "household_left": Wording(
        sentence("{text} shares with nobody any more."),
        ("text",),
        sentence("They share with nobody any more."),
    ).say,
    "household_same_card": Wording(
        sentence("This card is on the sale already. Scan the other one.")
    ).say,
    "household_show_cards": Wording(
        sentence("Both cards must be scanned, not typed. Nothing changed.")
    ).say,
    "household_already": Wording(
        sentence("{text} shares with them already. Nothing changed."),
        ("text",),
        sentence("These two share already. Nothing changed."),
    ).say,
    "household_other": Wording(
        sentence("{text} shares with others. They have to leave there first."),
        ("text",),
        sentence("Both share with others already. One has to leave there first."),
    ).say,
    "pin_first": Wording(sentence("Type the shop's PIN, then Enter. Esc = not now.")).say,
    "household_full": Wording(sentence("So many cannot share together. Nothing changed.")).say,
}
