"""What lies on the counter between two steps: the rooms of the checkout share it."""

from __future__ import annotations

from collections.abc import Callable

from terminal.loyalty.payment import Payment
from terminal.loyalty.refunding import CodeSpent, Refund
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.lookup import Hits, Lookup
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.shop import Shop
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.view import DoneView, Stage
from terminal.till.checkout.wallets import Wallets
from terminal.till.checkout.work import BasketInWork
from terminal.till.ports import Card, Member
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolling:
    """Enter makes the holder of this blank card, or of this phone, a member."""

    card: str = ""
    phone: str = ""
    """E.164, nobody's yet."""
    objected: str | None = None
    """A phone that somebody has already, as it was typed: typed once more it is taken."""
    brought_by: Member | None = None
    """Whose card was shown meanwhile: they brought whoever joins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """Enter gives the member on this sale the blank card."""

    member: Member
    lost: Card | None
    """The card that is blocked for it."""
    number: str


@dataclass(frozen=True, slots=True)
class Proving:
    """The last digits of the phone are waited for, and then this reward."""

    reward: RewardName | None


@dataclass(frozen=True, slots=True)
class Exchange:
    """Goods that come back and pay for what is in the basket; recorded with its sale."""

    amount: int
    """What the goods that came back are worth, in minor units."""
    plan: Callable[[int], Refund | CodeSpent]
    """Work the refund out as of now, with so much of it kept in the shop."""


class Desk:
    """The basket in work, the payment, and what was last shown, looked up and told."""

    def __init__(self, shop: Shop, lookup: Lookup, plugs: Plugs) -> None:
        self.shop = shop
        self.lookup = lookup
        self.plugs = plugs
        self.stage = Stage.SELLING
        self.payment: Payment | None = None
        self.done: DoneView | None = None
        self.joining: Enrolling | None = None
        self._replacing: Replacing | None = None
        self._proving: Proving | None = None
        self.offered: Card | None = None
        """A replaced card whose member Enter attaches, or one of nobody whose holder it makes one."""
        self.hits = Hits("")
        self.slip = ""
        """The return whose slip was scanned last."""
        self.exchange: Exchange | None = None
        self.telling = Telling()
        self.work = BasketInWork(
            shop,
            plugs.members,
            plugs.programmes,
            plugs.working_basket,
            plugs.clock,
            Wallets(plugs.bearers, plugs.ids.random_id if plugs.signs_codes else None),
        )
        self.work.on_trouble = self.telling.trouble
        self.work.on_gone = self.telling.gone

    @property
    def replacing(self) -> Replacing | None:
        """Who gets the blank card; nobody who is off the sale, as a new card is for good."""
        one = self._replacing
        return one if one is not None and one.member.id == self.work.draft.member else None

    @replacing.setter
    def replacing(self, one: Replacing | None) -> None:
        self._replacing = one

    @property
    def proving(self) -> Proving | None:
        """What is waited for while the card on this sale was only typed."""
        return self._proving if self.work.draft.typed else None

    @proving.setter
    def proving(self, one: Proving | None) -> None:
        self._proving = one

    @property
    def money_taken(self) -> bool:
        """Whether a part is paid: going on selling would forget what lies in the drawer."""
        return self.payment is not None and any(
            one.kind is not TenderKind.EXCHANGE for one in self.payment.tenders
        )

    def quiet(self) -> None:
        """A new step begins; what was told and listed is over."""
        self.telling.quiet()
        self.hits = Hits("")
        self.slip = ""

    def put_away(self) -> None:
        """Blank cards, phones of nobody and proofs are waited for no longer."""
        self.joining, self.replacing, self.proving, self.offered = None, None, None, None

    def open_for_goods(self, *, keep: bool = False) -> None:
        """A scan on the payment screen goes on selling; on a finished sale it begins the next.

        ``keep``: goods come, and who is about to join or to get a card still is.
        """
        joining, replacing = self.joining, self.replacing
        self.put_away()
        if keep and self.stage is Stage.SELLING:
            self.joining, self.replacing = joining, replacing
        if self.stage is not Stage.SELLING:
            self.stage, self.payment, self.done = Stage.SELLING, None, None
