"""What a till of a story prints, and what its member or whoever holds the paper is told by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terminal.loyalty.bodies import LotWarned, read_body
from terminal.loyalty.facts import FactKind, decode
from terminal.loyalty.story.told import Warned
from terminal.till.checkout.printing import Printing, When
from tests.fakes.printers import FakePrinter

if TYPE_CHECKING:
    from tests.scenarios.story_till import StoryTill

_TOLD = "SELECT stored FROM facts WHERE kind = ? ORDER BY seq"


def print_slip(shop: StoryTill, sale: str) -> None:
    """The slip of a sale that gave codes, which a till prints whatever the shop prefers."""
    prints = shop.till.database.slip_prints
    Printing(shop.till.slips, prints, FakePrinter(), when=When.NEVER).sold(sale)


def told_of(shop: StoryTill) -> tuple[Warned, ...]:
    """The last days that the till at hand ever told of, in order."""
    members = shop.till.database.members
    whose = {wallet: code for code, wallet in shop.codes.items()}
    for name in shop.cards:
        if members.by_id(name) is not None:
            whose |= dict.fromkeys(members.standing(name).wallets[:1], name)
    with shop.till.database.database.reading() as connection:
        rows = connection.execute(_TOLD, (FactKind.LOT_WARNED.value,)).fetchall()
    told = [read_body(LotWarned, decode(bytes(stored)).body) for (stored,) in rows]
    return tuple(
        Warned(whose.get(one.wallet, ""), str(one.unit), one.n, one.last_day) for one in told
    )
