"""The sentences about who stands at the counter: cards, phones, joining, proofs; see ``notices``."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from terminal.wording.marks import plural, sentence
from terminal.wording.speech import Speech
from terminal.wording.told import Counting, Told, Wording

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


MEMBER_SENTENCES: Mapping[str, Callable[[Speech, Told], str]] = {
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
    "member_gone": Wording(
        sentence("This member was erased in the meantime. Nothing changed on this sale.")
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
        sentence("New member. This sale counts already."),
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
    "phone_refused": Wording(
        sentence("This is no whole phone number. Nothing saved. Correct it or leave it empty.")
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
}
