"""What the till tells the cashier after a step: which kind of notice, how loud, with which sound.

The sentences are the room of `wording`.
"""

from __future__ import annotations

from enum import StrEnum

from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.values import dataclass


class Sound(StrEnum):
    """What the till says without words."""

    NONE = "none"
    MEMBER = "member"
    REWARD_READY = "reward_ready"
    REFUSED = "refused"
    LOOK = "look"
    DONE = "done"


class NoticeKind(StrEnum):
    """What the notice line tells. ``wording`` has the sentence for each."""

    MEMBER_ATTACHED = "member_attached"
    MEMBER_REMOVED = "member_removed"
    SAME_CARD_AGAIN = "same_card_again"
    NEW_CARD = "new_card"
    """A blank card of this shop: Enter makes its holder a member."""
    NEW_PHONE = "new_phone"
    """A whole phone number that nobody has: Enter makes its holder a member."""
    BRINGS_SOMEBODY = "brings_somebody"
    """A member's card while somebody joins: they brought them, and Enter makes them a member."""
    REPLACE_CARD = "replace_card"
    """A blank card while a member is on the sale: Enter gives it to them instead of the lost one."""
    GIVE_CARD = "give_card"
    """The same for a member who has no card."""
    CARD_HANDED_OUT = "card_handed_out"
    """The member has the new card, and the one before is blocked; ``tail`` is the new one's."""
    CARD_GIVEN = "card_given"
    REPLACED_STAYS = "replaced_stays"
    """Undo right after a card was handed out: that stays so."""
    CONSENT_GIVEN = "consent_given"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    BIRTHDAY_REFUSED = "birthday_refused"
    NOTHING_TO_FIND_BY = "nothing_to_find_by"
    """Whoever joins has neither card nor phone."""
    PHONE_TAKEN = "phone_taken"
    """Somebody has this phone already; Enter once more joins all the same."""
    PROOF_WANTED = "proof_wanted"
    """A card number was typed: who wants to spend tells the last digits of the phone."""
    PROOF_WRONG = "proof_wrong"
    PROOF_IMPOSSIBLE = "proof_impossible"
    """No phone is known, so only the card itself helps."""
    PROVEN = "proven"
    SLOWED = "slowed"
    """Too many wrong numbers: typed ones are not taken for ``count`` seconds."""
    ENROLLED = "enrolled"
    CARD_REPLACED = "card_replaced"
    CARD_BLOCKED = "card_blocked"
    CARD_UNKNOWN = "card_unknown"
    """Looks like a card of this shop, but was not issued by it."""
    UNKNOWN_CODE = "unknown_code"
    CODE_LINKED = "code_linked"
    """A code that nobody knew belongs to a product from now on."""
    NOTHING_TO_LINK = "nothing_to_link"
    PRICE_WANTED = "price_wanted"
    WEIGHT_WANTED = "weight_wanted"
    UNREADABLE_CODE = "unreadable_code"
    SLIP_UNKNOWN = "slip_unknown"
    """The slip of a sale that this till did not make."""
    SLIP_NUMBER_UNKNOWN = "slip_number_unknown"
    RETURN_WHICH = "return_which"
    """Goods come back: scan the slip, or type its number."""
    RETURNED_ALREADY = "returned_already"
    """All of the sale came back before."""
    RETURNED_ELSEWHERE = "returned_elsewhere"
    """Pieces of this sale came back to another till, as the server just told."""
    RETURN_ELSEWHERE = "return_elsewhere"
    """Another till sold it: the money goes back now, the server moves the units."""
    RETURN_TOO_MANY = "return_too_many"
    """``count`` pieces may still come back."""
    RETURN_OPEN = "return_open"
    """Something was scanned that is no goods while a return is on the screen."""
    RETURN_CHANGED = "return_changed"
    """Units went meanwhile: what is shown is another return now, and waits for a second look."""
    RETURN_GOODS_FIRST = "return_goods_first"
    """Without a slip the goods are scanned first, as if they were sold."""
    NOT_ON_SLIP = "not_on_slip"
    EXCHANGE_ON = "exchange_on"
    """Goods that come back pay ``amount`` of the basket."""
    EXCHANGE_WHAT = "exchange_what"
    """Nothing was chosen yet that could pay for anything."""
    CODE_SPENT = "code_spent"
    """A gift card of the sale is spent in part; ``amount`` is left."""
    NO_SHOP_PIN = "no_shop_pin"
    """Without a slip the shop's PIN is needed, and the shop has set none."""
    SHOP_PIN_WANTED = "shop_pin_wanted"
    SHOP_PIN_WRONG = "shop_pin_wrong"
    NOBODY_FOUND = "nobody_found"
    SEVERAL_FOUND = "several_found"
    NO_PRODUCT_FOUND = "no_product_found"
    QUANTITY_SET = "quantity_set"
    """The next product counts so many times."""
    QUANTITY_REFUSED = "quantity_refused"
    LINE_VOIDED = "line_voided"
    UNDONE = "undone"
    REDONE = "redone"
    NOTHING_TO_UNDO = "nothing_to_undo"
    REWARD_ON = "reward_on"
    REWARD_OFF = "reward_off"
    REWARD_NOT_READY = "reward_not_ready"
    REWARD_GONE = "reward_gone"
    """A reward that was on fell away by itself; ``reason`` says why."""
    PAYMENT_BLOCKED = "payment_blocked"
    """Lines with unknown codes are waiting for a price."""
    NOTHING_TO_PAY_FOR = "nothing_to_pay_for"
    TENDER_REFUSED = "tender_refused"
    MONEY_TAKEN = "money_taken"
    """Something was scanned while a part is paid already; nothing changed."""
    TENDER_BACK = "tender_back"
    """One tender was handed back; the payment goes on."""
    MONEY_BACK = "money_back"
    """The payment was left: all that was taken is to be handed back."""
    MONEY_RESTORED = "money_restored"
    """The program died while money was taken; ``amount`` is what was taken."""
    PRICE_REFUSED = "price_refused"
    WEIGHT_REFUSED = "weight_refused"
    PARKED = "parked"
    RECALLED = "recalled"
    RECALLED_AND_PARKED = "recalled_and_parked"
    """A parked basket is back, and the one that was in work is parked for it."""
    NOTHING_TO_PARK = "nothing_to_park"
    NOTHING_PARKED = "nothing_parked"
    PARKED_UNREADABLE = "parked_unreadable"
    """It was parked by a program that wrote it in another way."""
    AMOUNTS_ONLY = "amounts_only"
    """Goods were scanned at a till that counts totals only."""
    CARD_FIRST = "card_first"
    """A total without a card: there is nobody to count it for yet."""
    REWARD_WANTED = "reward_wanted"
    REWARD_UNWANTED = "reward_unwanted"
    """A reward shall, or shall not, be used as soon as the total is known."""
    RECORDED_ALREADY = "recorded_already"
    """``count`` is the number of the sale."""
    PHONE_REFUSED = "phone_refused"
    """Whoever joins gave a phone number that cannot be one; the joining still waits."""
    RIGHTS_MISSING = "rights_missing"
    """Units were spent elsewhere in the meantime; the reward went back."""
    RIGHTS_HERE = "rights_here"
    """Units that were elsewhere may be spent here now."""
    RIGHTS_ELSEWHERE = "rights_elsewhere"
    """A reward stays off, because its units are elsewhere; ``rest`` says where."""
    CARD_MET = "card_met"
    """Nobody here knows the card: it earns, and is joined to its member later."""
    CARD_NOBODYS = "card_nobodys"
    """The server answered that the card which was met is nobody's: Enter makes its holder a member."""
    CARD_KNOWN = "card_known"
    """The card that nobody knew has its member now."""
    BEARER_STORE_UNKNOWN = "bearer_store_unknown"
    BEARER_WITHDRAWN = "bearer_withdrawn"
    BEARER_FOREIGN = "bearer_foreign"
    """Looks like a voucher or a gift card of ours, and no key of this shop signed it."""
    BEARER_AGAIN = "bearer_again"
    BEARER_UNKNOWN = "bearer_unknown"
    """Genuine, and what it holds nobody could tell: the server did not answer."""
    BEARER_BLANK = "bearer_blank"
    """Genuine, and the server has not heard of it either: a blank card, or sold a moment ago."""
    BEARER_OFF = "bearer_off"
    """It is on this sale no more."""
    BEARER_WANTED = "bearer_wanted"
    """What to do with a voucher or a gift card: scan it, or type its digits."""
    VOUCHER_SHOWN = "voucher_shown"
    """It is good, and its reward waits for something; ``reason`` says for what."""
    VOUCHER_USED = "voucher_used"
    """It was used already."""
    GIFT_CARD_SHOWN = "gift_card_shown"
    """``amount`` of it can be used here now."""
    GIFT_CARD_EMPTY = "gift_card_empty"
    NO_CODES = "no_codes"
    """A gift card is to be sold, and the shop has no key to make its code with."""
    NO_PURSE = "no_purse"
    """No gift card was shown and the member has no store credit that could pay."""
    PURSE_SHORT = "purse_short"
    """What a gift card or store credit was to pay is not at this till any more."""
    BASKET_RESTORED = "basket_restored"
    TROUBLE = "trouble"


class Weight(StrEnum):
    """How loud a notice is."""

    QUIET = "quiet"
    GOOD = "good"
    LOOK = "look"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """What of one unit may be spent here, and who holds the rest."""

    member: str
    """The short name; empty if nobody knows it."""
    kind: UnitKind
    here: int
    balance: int
    places: tuple[tuple[str, int], ...]
    """(till, how many), most first; an empty name is the server."""
    offline: bool = True
    """Whether the server did not answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line that stays until the next action. ``values`` fill the sentence."""

    kind: NoticeKind
    weight: Weight
    text: str = ""
    """A name, a code, a trouble kind: whatever the sentence quotes."""
    tail: str = ""
    """The last digits of another card."""
    amount: int = 0
    count: int = 0
    name: RewardName | None = None
    reason: object = None
    """An evaluation ``Reason`` that the sentence explains, where there is one."""
    rest: Whereabouts | None = None
