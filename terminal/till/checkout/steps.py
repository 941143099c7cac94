"""What every step of the checkout shares: the rooms, the picture it answers with, and trouble."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar, cast

from terminal.till.checkout.lookup import Lookup
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.rooms import Rooms
from terminal.till.checkout.shop import Shop
from terminal.till.checkout.view import CheckoutView, Stage
from terminal.till.trouble import Trouble

_Given = ParamSpec("_Given")
_Some = TypeVar("_Some", bound="Steps")
_Step = Callable[Concatenate[_Some, _Given], CheckoutView]


def without_trouble(step: _Step[_Some, _Given]) -> _Step[_Some, _Given]:
    """A step that tells of trouble in the view, and leaves the sale in hand."""

    @wraps(step)
    def told(steps: _Some, /, *given: _Given.args, **named: _Given.kwargs) -> CheckoutView:
        try:
            return step(steps, *given, **named)
        except Trouble as trouble:
            return steps._in_trouble(trouble)  # noqa: SLF001 - a method, but for its place

    return cast("_Step[_Some, _Given]", told)


class Steps:
    """One counter's rooms, and what a step begins and ends with."""

    def __init__(self, shop: Shop, lookup: Lookup, plugs: Plugs) -> None:
        self._plugs = plugs
        self._rooms = rooms = Rooms(shop, lookup, plugs, self._tell_changed)
        self._desk, self._work, self._telling = rooms.desk, rooms.desk.work, rooms.desk.telling
        self._customers, self._asking = rooms.customers, rooms.asking
        self._paying, self._parking = rooms.paying, rooms.parking
        self._goods, self._answers = rooms.goods, rooms.answers
        self._amounts, self._members, self._care = rooms.amounts, rooms.members, rooms.care
        self._on_view: Callable[[CheckoutView], None] = lambda _view: None

    def view(self) -> CheckoutView:
        """The whole picture as it stands."""
        return self._rooms.picture()

    def _paid(self) -> CheckoutView:
        if self._desk.stage is Stage.DONE:
            self._customers.forget_seen()
            self._amounts.forget()
        return self.view()

    @property
    def _selling(self) -> bool:
        return self._desk.stage is Stage.SELLING

    def _quiet(self) -> None:
        """A new step begins; lists that nobody chose from are put away."""
        self._desk.quiet()
        self._parking.listed = False

    def _refuse(self, kind: NoticeKind, *, text: str = "", count: int = 0) -> CheckoutView:
        self._telling.refuse(kind, text=text, count=count)
        return self.view()

    def _tell_changed(self) -> None:
        self._on_view(self.view())

    def _in_trouble(self, trouble: Trouble) -> CheckoutView:
        self._telling.trouble(trouble)
        return self.view()
