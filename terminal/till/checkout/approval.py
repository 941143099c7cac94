"""The shop's PIN, asked for before something happens, and what happens when it is right."""

from __future__ import annotations

from collections.abc import Callable

from terminal.till.checkout.desk import Desk
from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.settings.pin import matches

SHOP_PIN = "shop-pin"
"""Who approved, in a fact's envelope, until there are operators with PINs of their own."""

Approved = Callable[[str], None]
"""Does what was approved, and is told by whom; empty where nobody was asked."""


class Approval:
    """One step that waits for the PIN."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._waiting: Approved | None = None

    @property
    def waits(self) -> bool:
        """Whether what is typed now is the shop's PIN."""
        return self._waiting is not None

    def needed(self, wanted: bool) -> bool:
        """Whether the shop's PIN is asked for at all: it has one, and wants it for this."""
        return wanted and bool(self._desk.shop.refund_pin)

    def ask(
        self, then: Approved, *, wanted: bool, notice: NoticeKind = NoticeKind.PIN_FIRST
    ) -> None:
        """Do it at once, or once the PIN is told; ``notice`` says what it is for."""
        if self.needed(wanted):
            self._waiting = then
            self._desk.telling.tell(notice, Weight.LOOK)
        else:
            then("")

    def typed(self, pin: str) -> None:
        """The PIN, or what somebody takes for it; misses slow the next tries."""
        desk, then = self._desk, self._waiting
        if then is None:
            return
        if pause := desk.plugs.reception.pause_s():
            desk.telling.refuse(NoticeKind.SLOWED, count=pause)
        elif not matches(desk.shop.refund_pin, pin.strip()):
            desk.plugs.reception.missed()
            desk.telling.refuse(NoticeKind.SHOP_PIN_WRONG)
        else:
            self._waiting = None
            then(SHOP_PIN)

    def forget(self) -> None:
        """Nothing waits for it any more."""
        self._waiting = None
