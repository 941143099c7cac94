"""The sentence for each notice: what happened – what it means – what to do.

At most 90 characters, no codes, no blame. The kinds are the values of the till's ``NoticeKind``
and ``TroubleKind``; as ``wording`` stands below the till it knows them as text, and a test holds
both lists together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.wording.care_notices import CARE_SENTENCES
from terminal.wording.code_notices import CODE_SENTENCES
from terminal.wording.fitting import NOTICE_CHARACTERS_MAX, shortened
from terminal.wording.marks import plural, sentence
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
        "Another program holds the records. Nothing was recorded. Close it, then try again."
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


_REPLACED = Wording(
    sentence("Replaced card. {text}'s points are safe on card ·· {tail}. Enter = use it."),
    ("text",),
    sentence("This card is replaced. The points are safe on card ·· {tail}. Enter = use it."),
)
_REPLACED_BY_NONE = Wording(
    sentence("Replaced card. {text}'s points are safe. Enter = use them."),
    ("text",),
    sentence("This card is replaced. The points are safe. Enter = use them without a card."),
)


def _card_replaced(speech: Speech, told: Told) -> str:
    return (_REPLACED if told.tail else _REPLACED_BY_NONE).say(speech, told)


_SENTENCES: Mapping[str, Callable[[Speech, Told], str]] = {
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
    "member_attached": Wording(
        sentence("{text} is on this sale. Points and rewards count."),
        ("text",),
        sentence("The member is on this sale. Points and rewards count."),
    ).say,
    "member_removed": Wording(
        sentence("{text} is off this sale. Nothing was spent. Scan the card to undo."),
        ("text",),
        sentence("The member is off this sale. Nothing was spent. Scan the card to undo."),
    ).say,
    "same_card_again": Wording(sentence("Same card again: it is on this sale already.")).say,
    "new_card": Wording(
        sentence("New card {text}, nobody's yet. Enter makes a member, Esc puts it away."),
        ("text",),
        sentence("New card, nobody's yet. Enter makes a member, Esc puts it away."),
    ).say,
    "enrolled": Wording(
        sentence("{text} is a member now. This sale counts already."),
        ("text",),
        sentence("The card has its member now. This sale counts already."),
    ).say,
    "card_replaced": _card_replaced,
    "new_phone": Wording(
        sentence("Nobody has {text} yet. Enter makes a member, Esc goes back."),
        ("text",),
        sentence("Nobody has this phone yet. Enter makes a member, Esc goes back."),
    ).say,
    "brings_somebody": Wording(
        sentence("{text} brings somebody new. Enter makes the new one a member."),
        ("text",),
        sentence("A member brings somebody new. Enter makes the new one a member."),
    ).say,
    "replace_card": Wording(
        sentence("Enter: {text} gets this card, the old one is blocked. F3: somebody new."),
        ("text",),
        sentence("Blank card. Enter: the member gets it, the old one is blocked. F3: new member."),
    ).say,
    "give_card": Wording(
        sentence("Enter: {text} gets this card and keeps everything. F3: somebody new."),
        ("text",),
        sentence("Blank card. Enter: the member gets it and keeps everything. F3: new member."),
    ).say,
    "card_handed_out": Wording(
        sentence("{text} has card ·· {tail} now. The points stay, the old card is blocked."),
        ("text",),
        sentence("Card ·· {tail} has all the points now. The old card is blocked."),
    ).say,
    "card_given": Wording(
        sentence("{text} has card ·· {tail} now. The points are on it."),
        ("text",),
        sentence("Card ·· {tail} has its member now. The points are on it."),
    ).say,
    "replaced_stays": Wording(
        sentence("Card ·· {tail} stays {text}'s for good. Scan another to replace it."),
        ("text",),
        sentence("Card ·· {tail} stays as it is: a new card is for good. Another can replace it."),
    ).say,
    "consent_given": Wording(
        sentence("Recorded: {text} agrees. The same key or a tap takes it back."),
        ("text",),
        sentence("Recorded: the member agrees. The same key or a tap takes it back."),
    ).say,
    "consent_withdrawn": Wording(
        sentence("Recorded: {text} does not agree any more. Membership stays as it is."),
        ("text",),
        sentence("Recorded: not agreed any more. Membership stays as it is."),
    ).say,
    "birthday_refused": Wording(
        sentence("This is no day and month. Nothing saved. Type it like 14.03, or leave it empty.")
    ).say,
    "nothing_to_find_by": Wording(
        sentence("A card or a phone is needed to find the member again. Scan one, or type it.")
    ).say,
    "phone_taken": Wording(
        sentence("{text} has this phone. Esc: find them. Enter again: join anyway."),
        ("text",),
        sentence("A member has this phone already. Esc: find them. Enter again: join anyway."),
    ).say,
    "proof_wanted": Wording(
        sentence("Card typed. To use points, type the last 4 digits of {text}'s phone."),
        ("text",),
        sentence("The card was typed. To use points, type the last 4 digits of the phone."),
    ).say,
    "proof_wrong": Wording(
        sentence("Those are not the last 4 digits. Nothing was used. Type them again, or Esc.")
    ).say,
    "proof_impossible": Wording(
        sentence("The card was typed and no phone is known. Scan the card itself to use points.")
    ).say,
    "proven": Wording(
        sentence("{text}: the phone is right. Points can be used."),
        ("text",),
        sentence("The phone is right. Points can be used."),
    ).say,
    "slowed": Counting(
        plural(
            "Too many wrong numbers. Wait {n} second, or scan the card.",
            "Too many wrong numbers. Wait {n} seconds, or scan the card.",
        ),
        sentence("Too many wrong numbers. Wait a little, or scan the card."),
    ).say,
    "card_blocked": Wording(
        sentence("This card is blocked. The points are safe. Find the member by phone or name.")
    ).say,
    "card_unknown": Wording(
        sentence("Card {text} is not known in this shop. Nothing changed. Offer a new card."),
        ("text",),
        sentence("This card is not known in this shop. Nothing changed. Offer a new card."),
    ).say,
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
    "price_refused": Wording(
        sentence("This price is not possible here. Nothing changed. Type another one.")
    ).say,
    "phone_refused": Wording(
        sentence("This is no whole phone number. Nothing saved. Correct it or leave it empty.")
    ).say,
    "rights_missing": _rights_missing,
    "rights_here": Wording(
        sentence("{text}: what was elsewhere can be used here now. F6 takes the reward."),
        ("text",),
        sentence("What was elsewhere can be used here now. F6 takes the reward."),
    ).say,
    "rights_elsewhere": _rights_elsewhere,
    "card_met": Wording(
        sentence(
            "Not known here yet. Points count and join the member later. Rewards need the line."
        )
    ).say,
    "card_nobodys": Wording(
        sentence("This card is nobody's yet. What it collected counts. Enter makes a member.")
    ).say,
    "card_known": Wording(
        sentence("This is {text}'s card. What it collected has joined the rest."),
        ("text",),
        sentence("The card has its member now. What it collected has joined the rest."),
    ).say,
    "basket_restored": Wording(
        sentence(
            "The basket is back as before the interruption. Check it, and money already taken."
        )
    ).say,
    "trouble": _trouble,
    **CODE_SENTENCES,
    **CARE_SENTENCES,
}

NOTICE_KINDS = frozenset(_SENTENCES)
TROUBLE_KINDS = frozenset(_TROUBLES)


def notice_sentence(speech: Speech, kind: str, told: Told) -> str:
    """What the notice line says about a kind of notice."""
    return _SENTENCES[kind](speech, told)
