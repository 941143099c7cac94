"""What the checkout is plugged into; ``app`` fills it."""

from __future__ import annotations

from collections.abc import Callable

from terminal.till.journal_port import Journal, PastSales, RecordedSale, Times
from terminal.till.line_port import Line
from terminal.till.member_port import Reception
from terminal.till.ports import (
    Bearers,
    Catalogue,
    Clock,
    CodeKeys,
    Ids,
    Members,
    NoSisters,
    ParkedBaskets,
    Programmes,
    WorkingBasket,
)
from terminal.values import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugs:
    """What the checkout is plugged into."""

    catalogue: Catalogue
    members: Members
    bearers: Bearers
    programmes: Programmes
    journal: Journal
    working_basket: WorkingBasket
    parked: ParkedBaskets
    clock: Clock
    ids: Ids
    line: Line
    reception: Reception
    past: PastSales
    times: Times
    slip: Callable[[str | None], tuple[str, ...]]
    """The lines of a sale's slip; None is the last sale."""
    elsewhere: Callable[[str], RecordedSale | None] = lambda _sale: None
    """A sale of another till of the shop, as far as this one knows it."""
    code_keys: CodeKeys = NoSisters()
    signs_codes: bool = True
    """The shop has a key, with which vouchers and gift cards are made."""
    picture: Callable[[str], str] = lambda _sku: ""
    """The file of a product's picture, empty where there is none."""
