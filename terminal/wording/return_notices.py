"""The sentences about goods that come back; see ``notices``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.wording.marks import sentence
from terminal.wording.speech import Speech
from terminal.wording.told import Told, Wording

RETURN_SENTENCES: Mapping[str, Callable[[Speech, Told], str]] = {
    "slip_unknown": Wording(
        sentence("This slip is from another till. Nothing changed. Look for it there.")
    ).say,
    "slip_not_here": Wording(
        sentence(
            "Slip not known here, and no line. Nothing changed. Scan it when the line is back."
        )
    ).say,
    "slip_number_unknown": Wording(
        sentence("This till has no slip no. {text}. Scan the slip, or type its number again."),
        ("text",),
        sentence("This till has no slip of this number. Scan the slip instead."),
    ).say,
    "return_which": Wording(sentence("Return: scan the slip, or type its number.")).say,
    "returned_already": Wording(
        sentence("Everything on this slip was returned before. Nothing is left to give back.")
    ).say,
    "returned_elsewhere": Wording(
        sentence("Some of it came back at another till. Look at the return once more.")
    ).say,
    "return_elsewhere": Wording(
        sentence("Sold at another till: the money goes back here, points follow from the server.")
    ).say,
    "return_too_many": Wording(
        sentence("No more pieces of this are left on the slip. Nothing changed.")
    ).say,
    "return_open": Wording(
        sentence("A return is open. Scan its goods, or press Esc to go back to the sale.")
    ).say,
    "return_changed": Wording(
        sentence("Points moved meanwhile. Look at the return once more, then confirm.")
    ).say,
    "return_worked_out": Wording(
        sentence("It is still being worked out what goes back. One moment, then Enter.")
    ).say,
    "return_goods_first": Wording(
        sentence("Without a slip: scan the goods into an empty basket first, then come back here.")
    ).say,
    "not_on_slip": Wording(
        sentence("{text} is not on this slip. Nothing changed."),
        ("text",),
        sentence("These goods are not on this slip. Nothing changed."),
    ).say,
    "exchange_on": Wording(
        sentence("{amount} from the return pays this basket. Scan the other goods. F8 changes it."),
        ("amount",),
        sentence("The return pays for this basket. Scan the other goods. F8 changes it."),
    ).say,
    "exchange_what": Wording(
        sentence("Choose first what comes back. Then it can pay for other goods.")
    ).say,
    "code_spent": Wording(
        sentence("The gift card was used: {amount} is left. It cannot be returned."),
        ("amount",),
        sentence("The gift card was used already. It cannot be returned."),
    ).say,
    "no_shop_pin": Wording(
        sentence("Returns without a slip need the shop's PIN. Set it with the command tenth pin.")
    ).say,
    "shop_pin_wanted": Wording(
        sentence("Return without a slip: type the shop's PIN, then Enter.")
    ).say,
    "shop_pin_wrong": Wording(sentence("This is not the shop's PIN. Nothing changed.")).say,
}
