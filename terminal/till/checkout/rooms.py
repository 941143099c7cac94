"""The rooms of the checkout, put up round one desk, and the picture of all of them together."""

from __future__ import annotations

from collections.abc import Callable

from terminal.till.checkout.amounts import Amounts
from terminal.till.checkout.answers import Answers
from terminal.till.checkout.bearers import BearerSteps
from terminal.till.checkout.care import Care
from terminal.till.checkout.customers import Customers
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.goods import Goods
from terminal.till.checkout.goodwill import Goodwill
from terminal.till.checkout.households import Households
from terminal.till.checkout.lookup import Lookup
from terminal.till.checkout.member_steps import MemberSteps
from terminal.till.checkout.parking import Parking
from terminal.till.checkout.paying import Paying
from terminal.till.checkout.picture import Occasion, checkout_view
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.product_names import ProductNames
from terminal.till.checkout.pursuing import Pursuing
from terminal.till.checkout.refunds import Refunds
from terminal.till.checkout.shop import Shop
from terminal.till.checkout.view import CheckoutView, Stage


class Rooms:
    """Who does what at one counter.

    ``changed`` is called when the picture is another one without any step of the cashier.
    """

    def __init__(
        self, shop: Shop, lookup: Lookup, plugs: Plugs, changed: Callable[[], None]
    ) -> None:
        self.desk = Desk(shop, lookup, plugs)
        self.customers = Customers(self.desk, changed)
        self.asking = self.customers.asking
        self.paying = Paying(self.desk)
        self.pursuing = Pursuing(self.desk)
        self.goods = Goods(self.desk)
        self.parking = Parking(self.desk, self._leave_customer)
        self.amounts = Amounts(self.desk, self.paying, self.asking)
        self.bearers = BearerSteps(self.desk, self.asking, self.paying)
        self.refunds = Refunds(self.desk, self.asking, changed)
        self.answers = Answers(self.desk, self.customers, self.goods, self.bearers, self.refunds)
        self.care = Care(Goodwill(self.desk), Households(self.desk))
        self.answers.care = self.care
        self.members = MemberSteps(self.desk, self.customers, self.answers)
        self._product_names = ProductNames(plugs.catalogue)

    def picture(self) -> CheckoutView:
        """The whole picture as it stands."""
        desk = self.desk
        selling = desk.stage is Stage.SELLING
        return checkout_view(
            desk.work,
            desk.telling,
            Occasion(
                stage=desk.stage,
                currency=desk.shop.currency,
                hits=desk.hits,
                joining=desk.joining,
                replacing=desk.replacing,
                proving=desk.proving is not None,
                payment=desk.payment,
                done=desk.done,
                asking=self.asking.current,
                slip=desk.slip,
                refund=self.refunds.view,
                exchange=desk.exchange.amount if desk.exchange else 0,
                goodwill=self.care.goodwill.view,
                household=self.care.households.view,
                parked=self.parking.count,
                parked_choices=self.parking.views(),
                amounts_only=self.amounts.on,
                reward_wanted=self.amounts.reward_wanted,
                products=self._product_names.wanted(desk.work),
                others_most=desk.shop.offers_on_display,
                can_undo=desk.work.can_undo if selling else self.paying.can_undo,
                can_redo=desk.work.can_redo if selling else self.paying.can_redo,
            ),
        )

    def _leave_customer(self) -> None:
        """Whoever stands there now is not waited for: neither their answer nor their card."""
        self.asking.forget()
        self.care.close()
        self.refunds.drop_exchange()
        self.desk.put_away()
