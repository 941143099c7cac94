"""The sentence for each notice: what happened – what it means – what to do.

At most 90 characters, no codes, no blame. The kinds are the values of the till's ``NoticeKind``
and ``TroubleKind``; as ``wording`` stands below the till it knows them as text, and a test holds
both lists together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from terminal.wording.care_notices import CARE_SENTENCES
from terminal.wording.code_notices import CODE_SENTENCES
from terminal.wording.fitting import NOTICE_CHARACTERS_MAX, shortened
from terminal.wording.marks import plural, sentence
from terminal.wording.member_notices import MEMBER_SENTENCES
from terminal.wording.return_notices import RETURN_SENTENCES
from terminal.wording.rights import rest_sentences, went_back
from terminal.wording.speech import Speech
from terminal.wording.told import Counting, Told, Wording

_TROUBLES: Mapping[str, str] = {
    "disk_full": sentence(
        "The disk is full. Nothing was recorded, the basket is safe. Free some space, try again."
    ),
    "database_damaged": sentence(
        "The shop's records are damaged. Nothing was recorded. Keep the basket, call support."
    ),
    "database_locked": sentence(
        "Another window or program has the records. Nothing recorded. Close it, then try again."
    ),
    "database_too_new": sentence(
        "The records are from a newer version of this program. Update it, then start again."
    ),
    "database_failed": sentence(
        "The records could not be written. Nothing was recorded. Try again, or call support."
    ),
    "printer_failed": sentence(
        "The printer does not answer. The sale is saved. Check paper and cable, print again."
    ),
}
_ANY_TROUBLE = sentence("Something outside the program failed. Try again, or call support.")


def _trouble(speech: Speech, told: Told) -> str:
    return speech.text(_TROUBLES.get(told.text, _ANY_TROUBLE))


_USED_ELSEWHERE = Wording(
    sentence("{name}: used elsewhere meanwhile, so it went back. Check the new total."),
    ("name",),
    sentence("A reward was used elsewhere meanwhile, so it went back. Check the new total."),
)
_NOT_HERE = Wording(
    sentence("{name} stays off: what pays for it is not at this till. Try again later."),
    ("name",),
    sentence("What pays for it is not at this till. The reward stays off. Try again later."),
)


def _rights_missing(speech: Speech, told: Told) -> str:
    if told.rest is not None and told.name:
        words = went_back(speech, shortened(told.name), told.rest)
        if len(words) <= NOTICE_CHARACTERS_MAX:
            return words
    return _USED_ELSEWHERE.say(speech, told)


def _rights_elsewhere(speech: Speech, told: Told) -> str:
    if told.rest is not None:
        for words in rest_sentences(speech, told.rest):
            if len(words) <= NOTICE_CHARACTERS_MAX:
                return words
    return _NOT_HERE.say(speech, told)


_DATE_ASKED = sentence(
    "Is today {today}? The last record is of {latest}. Yes: Enter. No: set the clock."
)
_DATE_ASKED_PLAIN = sentence("Nothing was recorded for long. Is the date right? See Alt+I.")


def _date_asked(speech: Speech, told: Told) -> str:
    try:
        today, latest = date.fromisoformat(told.text), date.fromisoformat(told.tail)
    except ValueError:
        return speech.text(_DATE_ASKED_PLAIN)
    days = {"today": speech.date(today), "latest": speech.date(latest)}
    words = speech.text(_DATE_ASKED, **days)
    return words if len(words) <= NOTICE_CHARACTERS_MAX else speech.text(_DATE_ASKED_PLAIN)


_SENTENCES: Mapping[str, Callable[[Speech, Told], str]] = {
    "unknown_code": Wording(
        sentence("Not in the price list: {text}. Enter: price. Del: skip. F2: link."),
        ("text",),
        sentence("Not in the price list. Enter: price. Del: skip. F2: link."),
    ).say,
    "code_linked": Wording(
        sentence("{text}: the code belongs to it from now on, here. Ctrl+Z undoes it."),
        ("text",),
        sentence("The code belongs to these goods from now on, here. Ctrl+Z undoes it."),
    ).say,
    "nothing_to_link": Wording(
        sentence("This line has its goods already. Nothing changed. Choose an unknown code.")
    ).say,
    "price_wanted": Wording(
        sentence("{text}: type the price and press Enter. Del leaves it out."),
        ("text",),
        sentence("Type the price and press Enter. Del leaves it out."),
    ).say,
    "weight_wanted": Wording(
        sentence("{text}: type the kilograms and press Enter. Del leaves it out."),
        ("text",),
        sentence("Type the kilograms and press Enter. Del leaves it out."),
    ).say,
    "unreadable_code": Wording(
        sentence("Code not understood: {text}. Nothing added. Scan again or type it."),
        ("text",),
        sentence("Code not understood. Nothing added. Scan again or type it."),
    ).say,
    "nobody_found": Wording(
        sentence("Nothing found for “{text}”. Try a name or the last four digits of a phone."),
        ("text",),
        sentence("Nothing found. Try a name or the last four digits of a phone."),
    ).say,
    "several_found": Counting(
        plural(
            "{n} fits. Choose it below, or type more.",
            "{n} fit. Choose one below, or type more.",
        ),
        sentence("Several fit. Choose one below, or type more."),
    ).say,
    "no_product_found": Wording(
        sentence("No product found for “{text}”. Nothing added. Try another word."),
        ("text",),
        sentence("No product found. Nothing added. Try another word."),
    ).say,
    "quantity_set": Counting(
        plural(
            "The next product counts {n} time. Esc takes this back.",
            "The next product counts {n} times. Esc takes this back.",
        ),
        sentence("The next product counts once."),
    ).say,
    "quantity_refused": Wording(
        sentence("This quantity is not possible here. Nothing changed. Type another number.")
    ).say,
    "line_voided": Wording(
        sentence("Taken out: {text}. Ctrl+Z brings it back."),
        ("text",),
        sentence("The line was taken out. Ctrl+Z brings it back."),
    ).say,
    "undone": Wording(sentence("The last step is undone. Ctrl+Shift+Z does it again.")).say,
    "redone": Wording(sentence("The step is done again. Ctrl+Z undoes it.")).say,
    "nothing_to_undo": Wording(sentence("There is no earlier step to undo in this sale.")).say,
    "reward_on": Wording(
        sentence("{name}: used, {amount} off. The same key takes it back."),
        ("name", "amount"),
        sentence("The reward is used. The same key takes it back."),
    ).say,
    "reward_off": Wording(
        sentence("{name}: not used, kept for later. The same key brings it back."),
        ("name",),
        sentence("The reward is not used, kept for later. The same key brings it back."),
    ).say,
    "reward_not_ready": Wording(
        sentence("{name}: not yet. {reason}."),
        ("name", "reason"),
        sentence("No reward is ready. Nothing changed."),
    ).say,
    "better_price": Wording(
        sentence("Better price found: {amount} less."),
        ("amount",),
        sentence("A better price was found."),
    ).say,
    "fewer_units": Wording(sentence("The same price now spends less of the balance.")).say,
    "units_kept": Wording(
        sentence("{amount} more to pay, so that units worth more than that are kept."),
        ("amount",),
        sentence("A little more to pay, so that units worth more than that are kept."),
    ).say,
    "reward_gone": Wording(
        sentence("{name}: gone now. {reason}."),
        ("name", "reason"),
        sentence("A reward is no longer on. Check the new total."),
    ).say,
    "payment_blocked": Counting(
        plural(
            "{n} line waits for its price or weight. Press Enter and type it, or Del.",
            "{n} lines wait for a price or weight. Press Enter and type it, or Del.",
        ),
        sentence("A line waits for its price or weight. Press Enter and type it, or Del."),
    ).say,
    "nothing_to_pay_for": Wording(sentence("The basket is empty. Scan the goods first.")).say,
    "tender_refused": Wording(
        sentence("{amount} does not fit what is left to pay. Nothing was taken. Type another sum."),
        ("amount",),
        sentence("This sum does not fit what is left to pay. Nothing was taken. Type another."),
    ).say,
    "money_taken": Wording(
        sentence("A part is paid already. Nothing added. Finish, or go back with Esc first.")
    ).say,
    "tender_back": Wording(
        sentence("Handed back: {amount}. It is due again. Ctrl+Shift+Z takes it after all."),
        ("amount",),
        sentence("Handed back, and due again. Ctrl+Shift+Z takes it after all."),
    ).say,
    "money_back": Wording(
        sentence("Payment stopped. {amount} was taken: hand it back, also on the card terminal."),
        ("amount",),
        sentence("Payment stopped. Hand back what was taken, also on the card terminal."),
    ).say,
    "money_restored": Wording(
        sentence("Back after an interruption. {amount} was taken before it. Take the rest."),
        ("amount",),
        sentence("Back after an interruption. Money was taken before it. Take the rest."),
    ).say,
    "parked": Counting(
        plural(
            "On hold: {n} piece. Next customer. F5 brings it back.",
            "On hold: {n} pieces. Next customer. F5 brings them back.",
        ),
        sentence("On hold. Next customer. F5 brings it back."),
    ).say,
    "recalled": Counting(
        plural(
            "Back from hold: {n} piece. Go on, or Ctrl+Z puts it on hold again.",
            "Back from hold: {n} pieces. Go on, or Ctrl+Z puts them on hold again.",
        ),
        sentence("Back from hold. Go on, or Ctrl+Z puts it on hold again."),
    ).say,
    "recalled_and_parked": Counting(
        plural(
            "Back from hold: {n} piece. The other basket is on hold; F5 swaps them back.",
            "Back from hold: {n} pieces. The other basket is on hold; F5 swaps them back.",
        ),
        sentence("Back from hold. The other basket is on hold; F5 swaps them back."),
    ).say,
    "nothing_to_park": Wording(
        sentence("The basket is empty: nothing to put on hold. Scan goods or a card first.")
    ).say,
    "nothing_parked": Wording(
        sentence("Nothing is on hold. F4 puts the current basket on hold.")
    ).say,
    "parked_unreadable": Wording(
        sentence("An older program put it on hold. It stays there. Scan the goods again.")
    ).say,
    "goods_set_aside": Wording(
        sentence("Goods were in the basket: they are on hold until this till sells goods again.")
    ).say,
    "total_set_aside": Wording(
        sentence("A total was begun: it is on hold until this till counts totals again.")
    ).say,
    "others_parked": Wording(
        sentence("What is on hold is of this till's other work. It waits until that goes on.")
    ).say,
    "amounts_only": Wording(
        sentence("Goods are counted at the other till. Here: scan the card, type the total, Enter.")
    ).say,
    "card_first": Wording(
        sentence(
            "The total waits for a card: scan it, press Enter. Without one nothing counts: Del."
        )
    ).say,
    "reward_wanted": Wording(
        sentence("The reward will be used. Type the total and press Enter. F6 takes it back.")
    ).say,
    "reward_unwanted": Wording(
        sentence("The reward is kept for later. Type the total and press Enter.")
    ).say,
    "recorded_already": Wording(
        sentence(
            "This sale is recorded and stays. Was the total wrong? Tell the office its number."
        )
    ).say,
    "weight_refused": Wording(
        sentence("This weight is not possible here. Nothing changed. Type kilograms: 1.245.")
    ).say,
    "price_unusual": Wording(
        sentence("{amount}: is that the price? Enter takes it. Else type another one."),
        ("amount",),
        sentence("Is that the price? Enter takes it. Else type another one."),
    ).say,
    "quantity_unusual": Counting(
        plural(
            "{n} piece: is that right? Enter takes it. Else type another number.",
            "{n} pieces: is that right? Enter takes it. Else type another number.",
        ),
        sentence("Is that number right? Enter takes it. Else type another one."),
    ).say,
    "price_refused": Wording(
        sentence("This price is not possible here. Nothing changed. Type another one.")
    ).say,
    "rights_missing": _rights_missing,
    "rights_here": Wording(
        sentence("{text}: what was elsewhere can be used here now. F6 takes the reward."),
        ("text",),
        sentence("What was elsewhere can be used here now. F6 takes the reward."),
    ).say,
    "rights_elsewhere": _rights_elsewhere,
    "clock_behind": Wording(
        sentence("This computer's clock is wrong. Selling goes on. Set date and time. More: Alt+I.")
    ).say,
    "date_asked": _date_asked,
    "date_believed": Wording(
        sentence("Thank you. Dates count again from now on, as this computer says them.")
    ).say,
    "basket_restored": Wording(
        sentence(
            "The basket is back as before the interruption. Check it, and money already taken."
        )
    ).say,
    "trouble": _trouble,
    **RETURN_SENTENCES,
    **MEMBER_SENTENCES,
    **CODE_SENTENCES,
    **CARE_SENTENCES,
}

NOTICE_KINDS = frozenset(_SENTENCES)
TROUBLE_KINDS = frozenset(_TROUBLES)


def notice_sentence(speech: Speech, kind: str, told: Told) -> str:
    """What the notice line says about a kind of notice."""
    return _SENTENCES[kind](speech, told)
