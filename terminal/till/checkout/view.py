"""What the screen shows, as one frozen value. It holds numbers, names and reasons, no sentences.

The window compares a view with the one before and repaints what changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from terminal.loyalty.consent import Purpose
from terminal.loyalty.engine.evaluation import Evaluation, Offer
from terminal.loyalty.sale import Tender
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.till.ports import Contact


class Stage(StrEnum):
    """Where the sale stands."""

    SELLING = "selling"
    PAYING = "paying"
    DONE = "done"
    """Recorded; the next scan begins the next sale."""


class LineState(StrEnum):
    """Whether a line can be sold."""

    READY = "ready"
    UNKNOWN_CODE = "unknown_code"
    """Not in the price list: blocks payment until a price is entered, the code is linked to a
    product, or the line is skipped."""
    PRICE_WANTED = "price_wanted"
    """Goods of a kind: blocks payment until it is typed what they cost."""
    WEIGHT_WANTED = "weight_wanted"
    """Sold by weight: blocks payment until it is typed what the scale shows."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One row. ``discount`` is what rewards on its own pieces take off; ``rewards`` which ones.

    What comes off the whole basket stands in ``CheckoutView.off_basket``: spread over the rows
    it would only make every price look odd.
    """

    key: int
    name: str
    code: str
    """The scanned code of an unknown product; else the sku."""
    state: LineState
    pieces: int
    grams: int | None
    unit_price: int
    gross: int
    discount: int
    rewards: tuple[RewardName, ...] = ()

    @property
    def net(self) -> int:
        """What is paid for the line."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketReward:
    """A reward on the whole basket: what it takes off, and the units that pay for it."""

    name: RewardName
    amount: int
    units: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceView:
    """One unit in the member's wallets, with what it is worth and what happens to it."""

    unit: str
    kind: UnitKind
    name: Mapping[str, str]
    balance: int
    spendable: int
    """What may be used here."""
    pending: int
    debt: int
    worth: int | None
    """Minor units that the whole rewards in the balance are worth; None where not money."""
    cost: int
    """Units of one reward, for a picture of stamps; 0 where there are several."""
    earns: int
    """What this sale adds."""
    spends: int
    """What this sale takes."""
    expires: date | None
    """The nearest last day, within the next 90 days or else the very next."""
    expires_n: int
    earns_pending: int = 0
    """What of ``earns`` has no right yet."""
    after: int = 0
    """The balance that this sale leaves."""
    worth_after: int | None = None
    places: tuple[tuple[str, int], ...] = ()
    """(till, how many) of what may not be used here; an empty name is the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    """The member at the counter."""

    id: str
    name: str
    """The short one, as strangers at the counter may read it."""
    card_tail: str
    """The last four digits of the card; empty if none."""
    birthday: bool
    """Birthday within 3 days of today."""
    balances: tuple[BalanceView, ...]
    offers: tuple[Offer, ...]
    provisional: bool = False
    """Known by the card only: earns, and spends nothing yet."""
    confirmed_ms: int | None = None
    """How long ago the server confirmed the balances, where others may have moved them since."""
    unconfirmed: bool = False
    """There is a server, and it has not told everything yet."""
    typed: bool = False
    """The card's number was typed: spends nothing until the phone's last digits are told."""
    agreed: frozenset[Purpose] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChoice:
    """One of several members that fit what was typed."""

    id: str
    name: str
    phone_tail: str
    card_tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoiningView:
    """Enter makes somebody a member: the holder of a blank card or of a phone, or of neither yet."""

    card: str = ""
    phone: str = ""
    """E.164."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacingView:
    """Enter gives the member on this sale another card."""

    name: str
    lost_tail: str
    """Empty where they have none."""
    new_tail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChoice:
    """One of several products that fit what was typed."""

    sku: str
    name: str
    price: int
    by_weight: bool
    open_price: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedView:
    """One of several baskets that wait for their customers."""

    key: str
    local: datetime
    of_today: bool
    member: str
    """The short name; empty if nobody's."""
    pieces: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentView:
    """The payment in work. ``quick`` are amounts of cash worth a button of their own."""

    due: int
    cash_due: int
    """After cash rounding."""
    rounding: int
    tenders: tuple[Tender, ...]
    remaining: int
    quick: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneView:
    """The sale that was just recorded."""

    sale: str
    seq: int
    due: int
    paid: int
    change: int
    off: int = 0
    """What rewards took off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskingView:
    """The server is asked, and somebody waits for it: for a reward's units, or about a card."""

    number: int
    """Another one for each question."""
    reward: RewardName | None = None
    card: str = ""


class Concern(StrEnum):
    """Why somebody should look at the line to the server."""

    NONE = "none"
    TROUBLE = "trouble"
    """It does not mend by itself."""
    CLOCK = "clock"
    PARKED = "parked"
    AGE = "age"
    """So long without contact that it is no usual gap any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerView:
    """How the till stands with its server; it changes without any step of the cashier."""

    contact: Contact
    ago_ms: int | None = None
    """How long ago the server answered last; None: never."""
    concern: Concern = Concern.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutView:
    """Everything on the screen."""

    stage: Stage
    lines: tuple[LineView, ...]
    selected: int | None
    """The key of the line that quantity, price and Del go to."""
    evaluation: Evaluation
    names: Mapping[RewardName, Mapping[str, str]]
    """Names of rewards by language; for an earn rule the name of its programme."""
    currency: str
    member: MemberView | None
    member_choices: tuple[MemberChoice, ...] = ()
    product_choices: tuple[ProductChoice, ...] = ()
    next_pieces: int = 1
    """How often the next product counts (``3*``)."""
    joining: JoiningView | None = None
    replacing: ReplacingView | None = None
    proving: bool = False
    """The last four digits of the member's phone are waited for."""
    off_basket: tuple[BasketReward, ...] = ()
    payment: PaymentView | None = None
    done: DoneView | None = None
    notice: Notice | None = None
    asking: AskingView | None = None
    slip: str = ""
    """The sale whose slip was scanned; empty else."""
    sound: Sound = Sound.NONE
    can_undo: bool = False
    can_redo: bool = False
    blocked: tuple[int, ...] = ()
    """Keys of the lines that must be resolved before payment."""
    parked: int = 0
    """How many baskets wait for their customers."""
    parked_choices: tuple[ParkedView, ...] = ()
    """The same, while the cashier chooses one."""
    amounts_only: bool = False
    """Goods and money are another till's."""
    reward_wanted: bool = False
    """A reward shall be used as soon as the total is known."""
    unit_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unit_kinds: Mapping[RewardName, UnitKind] = field(default_factory=dict)
    """What the units of a reward or an earn rule are: nine stamps are not nine points."""

    @property
    def total(self) -> int:
        """What the customer pays, before cash rounding."""
        return self.evaluation.total

    @property
    def can_pay(self) -> bool:
        """Whether Finish would go on to payment."""
        return bool(self.lines) and not self.blocked
