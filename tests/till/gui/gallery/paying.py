"""Money, the end of a sale, and slips."""

from __future__ import annotations

from dataclasses import replace

from terminal.till.settings import PrinterTable, Settings
from tests.till.gui.gallery.selling import reward_used
from tests.till.gui.gallery.stand import Stand, scene


def _no_printer(settings: Settings) -> Settings:
    return replace(settings, printer=PrinterTable(kind="none"))


def _always(settings: Settings) -> Settings:
    return replace(settings, printer=PrinterTable(when="always"))


@scene()
def paying(stand: Stand) -> None:
    reward_used(stand)
    stand.take("finish")


@scene()
def paying_by_card(stand: Stand) -> None:
    paying(stand)
    stand.take("card")


@scene()
def paying_a_part(stand: Stand) -> None:
    paying(stand)
    stand.window.counter.entry.field.setText("10")


@scene()
def paying_a_part_by_card(stand: Stand) -> None:
    paying_a_part(stand)
    stand.take("card")
    stand.take("exact")


@scene()
def three_tenders(stand: Stand) -> None:
    stand.goods(12)
    stand.take("finish")
    stand.enter("5")
    stand.window.counter.entry.field.setText("10")
    stand.take("voucher")
    stand.window.counter.entry.field.setText("7")
    stand.take("transfer")


@scene()
def many_tenders(stand: Stand) -> None:
    stand.goods(20)
    stand.take("finish")
    for _ in range(12):
        stand.enter("1")


@scene()
def money_refused(stand: Stand) -> None:
    paying(stand)
    stand.enter("abc")


@scene()
def done_with_change(stand: Stand) -> None:
    paying(stand)
    stand.enter("500")


@scene(change=_always)
def done_and_printed(stand: Stand) -> None:
    done_with_change(stand)


@scene(change=_no_printer)
def done_without_a_printer(stand: Stand) -> None:
    done_with_change(stand)
    stand.take("print")


@scene()
def done_for_nobody(stand: Stand) -> None:
    stand.sell()


@scene()
def no_slips(stand: Stand) -> None:
    stand.take("slip")


@scene()
def slips_of_today(stand: Stand) -> None:
    for at in range(25):
        stand.sell_unseen(at % 5 + 1, "points" if at % 3 == 0 else "")
    stand.take("slip")


@scene()
def slips_filtered(stand: Stand) -> None:
    slips_of_today(stand)
    stand.window.counter.entry.field.setText("7,99")


@scene()
def slips_not_found(stand: Stand) -> None:
    slips_of_today(stand)
    stand.window.counter.entry.field.setText("999999")


@scene()
def slip_copied(stand: Stand) -> None:
    stand.sell()
    stand.take("next_step", "slip", "slip", "slip")
