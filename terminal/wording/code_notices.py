"""The sentences about vouchers, gift cards and money in wallets; see ``notices``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.wording.marks import sentence
from terminal.wording.speech import Speech
from terminal.wording.told import Told, Wording

CODE_SENTENCES: Mapping[str, Callable[[Speech, Told], str]] = {
    "bearer_foreign": Wording(
        sentence("This is no voucher or gift card of this shop. Nothing changed. Scan it again.")
    ).say,
    "bearer_taken_back": Wording(
        sentence("This was taken back when its purchase was returned. Nothing is on it any more.")
    ).say,
    "code_not_on_slip": Wording(
        sentence("This voucher or gift card did not come with this sale. Nothing changed.")
    ).say,
    "code_back": Wording(
        sentence("This is the one that comes back; it is worth nothing after that.")
    ).say,
    "bearer_store_unknown": Wording(
        sentence("From a store that this till does not know yet. Scan it again when online.")
    ).say,
    "bearer_withdrawn": Wording(
        sentence("Its store's key was withdrawn and nobody knows this code. Do not take it.")
    ).say,
    "bearer_again": Wording(
        sentence("This voucher or gift card is on this sale already. F7 takes it off.")
    ).say,
    "bearer_unknown": Wording(
        sentence("What is on this code is not known here, and nobody answered. Sell on without it.")
    ).say,
    "bearer_blank": Wording(
        sentence("The code is genuine, but nothing is on it yet. Selling a gift card loads it.")
    ).say,
    "bearer_off": Wording(
        sentence("The code is off this sale. Nothing was used. Scan it to bring it back.")
    ).say,
    "bearer_wanted": Wording(
        sentence("Scan a voucher or a gift card, or type its digits and press Enter.")
    ).say,
    "voucher_shown": Wording(
        sentence("{name}: good, not yet on. {reason}."),
        ("name", "reason"),
        sentence("The voucher is good, but nothing on this sale goes with it."),
    ).say,
    "voucher_used": Wording(
        sentence("This voucher was used already. Nothing changed. It can be thrown away.")
    ).say,
    "gift_card_shown": Wording(
        sentence("Gift card: {amount} can be used here. F9 to pay, then F7 takes it."),
        ("amount",),
        sentence("The gift card can be used here. F9 to pay, then F7 takes it."),
    ).say,
    "gift_card_empty": Wording(
        sentence("Nothing is left on this gift card. Selling a gift card loads it again.")
    ).say,
    "no_codes": Wording(
        sentence("This shop has no key to make gift cards with. Take it out, or scan a card.")
    ).say,
    "not_loaded": Wording(
        sentence("Not sold: it would stay empty. {reason}."),
        ("reason",),
        sentence("Not sold: it would stay empty. Take it out."),
    ).say,
    "no_purse": Wording(
        sentence("No gift card was scanned, and there is no store credit to use here.")
    ).say,
    "purse_short": Wording(
        sentence("The money on it was used elsewhere meanwhile. Nothing recorded. Pay otherwise.")
    ).say,
}
