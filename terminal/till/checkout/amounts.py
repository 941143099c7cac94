"""Beside another till: a card and the total of a purchase are enough to count it.

The goods and the money are the other till's. Here it is one line whose price was typed, and the
answer is what to take off over there.
"""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.basket import Product
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout import rewards
from terminal.till.checkout.asking import Asking
from terminal.till.checkout.desk import Desk
from terminal.till.checkout.draft import TOTAL_SKU, Draft, DraftLine
from terminal.till.checkout.notice import NoticeKind, Sound, Weight
from terminal.till.checkout.paying import Paying
from terminal.till.checkout.rows import DEAREST, is_usual_price
from terminal.till.checkout.view import Stage


class Amounts:
    """What the amount and its keys do, at a till that counts totals only."""

    def __init__(self, desk: Desk, paying: Paying, asking: Asking) -> None:
        self._desk, self._paying, self._asking = desk, paying, asking
        self._wanted = False

    @property
    def on(self) -> bool:
        """Whether this till counts totals only."""
        return self._desk.shop.amounts_only

    @property
    def reward_wanted(self) -> bool:
        """Whether a reward shall be used as soon as the total is known."""
        return self._wanted and not self._desk.work.draft.lines

    def put(self, amount: int) -> bool:
        """The total of the purchase, to be looked at; whether it can be one."""
        desk, work = self._desk, self._desk.work
        if not 0 < amount <= DEAREST:
            desk.telling.refuse(NoticeKind.PRICE_REFUSED, amount=amount)
            return False
        if not is_usual_price(desk.telling, amount, desk.shop.ask_above):
            return False
        desk.open_for_goods()
        work.change(self._with_total(work.draft, amount))
        if self._wanted:
            self._wanted = False
            self._use_reward()
        return True

    def count(self, amount: int | None) -> None:
        """Enter: the total counts, on the customer's card. None is the total that is shown."""
        desk, work = self._desk, self._desk.work
        if amount is not None and not self.put(amount):
            return
        if not work.draft.lines or desk.stage is not Stage.SELLING:
            return
        if work.member is None:
            desk.telling.tell(NoticeKind.CARD_FIRST, Weight.LOOK, sound=Sound.LOOK)
            return
        if self._asking.current is not None or _refused(desk):
            return  # the reward that the customer counts on comes first; Enter again goes without
        self._paying.settle(TenderKind.OTHER_TILL)

    def toggle_reward(self) -> None:
        """F6 before there is a total: use the reward as soon as there is one."""
        desk = self._desk
        if desk.work.member is None:
            desk.telling.refuse(NoticeKind.REWARD_NOT_READY)
            return
        self._wanted = not self._wanted
        kind = NoticeKind.REWARD_WANTED if self._wanted else NoticeKind.REWARD_UNWANTED
        desk.telling.tell(kind)

    def forget(self) -> None:
        """Another customer."""
        self._wanted = False

    def _use_reward(self) -> None:
        work = self._desk.work
        waiting = rewards.waits_for_units(work, None)
        if waiting is not None:
            self._asking.wait_for_reward(waiting)
        elif not work.evaluation.applied:
            rewards.toggle(work, self._desk.telling, None)

    def _with_total(self, draft: Draft, amount: int) -> Draft:
        if draft.lines:
            return draft.with_line(replace(draft.lines[0], price=amount))
        shop = self._desk.shop
        product = Product(
            sku=TOTAL_SKU, name=shop.amount_name, price=0, vat=shop.unknown_vat, open_price=True
        )
        line = DraftLine(key=draft.next_key, code=TOTAL_SKU, product=product, price=amount)
        return replace(draft, lines=(line,), next_key=draft.next_key + 1, selected=line.key)


def _refused(desk: Desk) -> bool:
    notice = desk.telling.notice
    return notice is not None and notice.weight is Weight.REFUSED
