"""What a screen of the gallery is played on, and the list of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from terminal.demo.shop import DemoShop
from terminal.loyalty.tender import TenderKind
from terminal.till.app import OpenTill
from terminal.till.checkout.notice import Notice, NoticeKind, Weight
from terminal.till.gui.sale_window import SaleWindow
from terminal.till.settings import Settings
from tests.fakes import FakeLine

REWARDS = 40
LONG_NAME = "Wawrzyniec-Maksymilian Brzęczyszczykiewicz-Chrząszczyżewoszycki"


@dataclass
class Stand:
    """The shop, its till, the window before it, and a hand."""

    shop: DemoShop
    till: OpenTill
    window: SaleWindow
    line: FakeLine

    def scan(self, *codes: str) -> None:
        for code in codes:
            self.window.scan(code)

    def goods(self, count: int = 4) -> None:
        for product in self.shop.products[:count]:
            assert product.gtin is not None
            self.scan(product.gtin[1:])

    def member(self, story: str = "points") -> None:
        self.scan(self.shop.ready(story).card)

    def enter(self, typed: str = "") -> None:
        if typed:
            self.window.counter.entry.field.setText(typed)
        self.window.take("enter")

    def take(self, *steps: str) -> None:
        for step in steps:
            self.window.take(step)

    def sell(self) -> None:
        self.goods(2)
        self.take("finish", "exact")

    def sell_unseen(self, count: int, story: str = "") -> None:
        """A sale of an hour ago, whose steps nobody looks at: the window is not painted."""
        checkout = self.till.checkout
        for product in self.shop.products[:count]:
            assert product.gtin is not None
            checkout.scan(product.gtin[1:])
        if story:
            checkout.scan(self.shop.ready(story).card)
        payment = checkout.finish().payment
        assert payment is not None
        checkout.tender(TenderKind.CASH, payment.cash_due)
        self.window.show_view(checkout.begin_next())

    def tell(self, weight: Weight, kind: NoticeKind, **values: object) -> None:
        notice = Notice(kind=kind, weight=weight, **values)  # type: ignore[arg-type]
        self.window.show_view(replace(self.window.view, notice=notice))


Scene = Callable[[Stand], None]
Change = Callable[[Settings], Settings]


@dataclass(frozen=True)
class Setting:
    """A screen to look at, and the shop that it needs."""

    play: Scene
    change: Change = lambda settings: settings
    rewards: int = 0
    """So many rewards of points beside those of the demo."""


SCENES: dict[str, Setting] = {}


def scene(change: Change = lambda settings: settings, rewards: int = 0) -> Callable[[Scene], Scene]:
    """Put a screen into the gallery."""

    def put(play: Scene) -> Scene:
        SCENES[play.__name__] = Setting(play, change, rewards)
        return play

    return put
