"""What lies on the counter between two steps: the rooms of the checkout share it."""

from __future__ import annotations

from terminal.till.checkout.lookup import Hits, Lookup
from terminal.till.checkout.payment import Payment
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.view import DoneView, Stage
from terminal.till.checkout.work import BasketInWork, Shop
from terminal.till.ports import Card


class Desk:
    """The basket in work, the payment, and what was last shown, looked up and told."""

    def __init__(self, shop: Shop, lookup: Lookup, plugs: Plugs) -> None:
        self.shop = shop
        self.lookup = lookup
        self.plugs = plugs
        self.stage = Stage.SELLING
        self.payment: Payment | None = None
        self.done: DoneView | None = None
        self.joining = ""
        """The number of a blank card whose holder Enter makes a member."""
        self.offered: Card | None = None
        """A replaced card whose member Enter attaches, or one of nobody whose holder it makes one."""
        self.hits = Hits("")
        self.telling = Telling()
        self.work = BasketInWork(
            shop, plugs.members, plugs.programmes, plugs.working_basket, plugs.clock
        )
        self.work.on_trouble = self.telling.trouble
        self.work.on_gone = self.telling.gone

    @property
    def money_taken(self) -> bool:
        """Whether a part is paid: going on selling would forget what lies in the drawer."""
        return self.payment is not None and bool(self.payment.tenders)

    def quiet(self) -> None:
        """A new step begins; what was told and listed is over."""
        self.telling.quiet()
        self.hits = Hits("")

    def open_for_goods(self, joining: str = "") -> None:
        """A scan on the payment screen goes on selling; on a finished sale it begins the next."""
        self.joining, self.offered = joining, None
        if self.stage is not Stage.SELLING:
            self.stage, self.payment, self.done = Stage.SELLING, None, None
