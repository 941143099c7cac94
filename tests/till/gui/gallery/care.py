"""Units given by hand, and members who share."""

from __future__ import annotations

from dataclasses import replace

from terminal.till.settings import RefundsTable, Settings
from tests.till.gui.gallery.stand import Stand, scene

PIN = "4711"


def _with_pin(settings: Settings) -> Settings:
    return replace(settings, refunds=RefundsTable(pin=PIN))


@scene()
def goodwill(stand: Stand) -> None:
    stand.goods(2)
    stand.member()
    stand.take("goodwill")


@scene()
def goodwill_given(stand: Stand) -> None:
    goodwill(stand)
    stand.enter("1")
    stand.enter("the coffee was cold and nobody came to the counter for a quarter of an hour")


@scene()
def goodwill_taken_back(stand: Stand) -> None:
    goodwill_given(stand)
    stand.take("undo")


@scene(_with_pin)
def goodwill_wants_pin(stand: Stand) -> None:
    goodwill(stand)
    stand.enter("2")


@scene()
def goodwill_from_the_story(stand: Stand) -> None:
    stand.member()
    stand.take("movements", "goodwill")
    stand.enter("3")


@scene()
def household_alone(stand: Stand) -> None:
    stand.member()
    stand.take("household")


@scene()
def household_asked(stand: Stand) -> None:
    stand.goods(2)
    stand.member()
    stand.take("household")
    stand.scan(stand.shop.members[1].card)


@scene()
def household_shared(stand: Stand) -> None:
    household_asked(stand)
    stand.enter()
    stand.take("household")


@scene()
def household_leaving(stand: Stand) -> None:
    household_shared(stand)
    stand.take("household_leave")


@scene(_with_pin)
def household_wants_pin(stand: Stand) -> None:
    household_asked(stand)
    stand.enter()
