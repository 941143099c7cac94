"""Goods that come back."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from terminal.barcodes.slip_code import slip_code
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.refund import RefundLaw
from terminal.till.line_port import LineTrouble
from terminal.till.settings import RefundsTable, Settings
from tests.till.gui.gallery.selling import reward_used
from tests.till.gui.gallery.stand import Stand, scene


def _with_pin(settings: Settings) -> Settings:
    return replace(settings, refunds=RefundsTable(pin="2468"))


def _judged_anew(settings: Settings) -> Settings:
    return replace(settings, refunds=RefundsTable(law=RefundLaw.REEVALUATE.value))


def _sold(stand: Stand) -> str:
    """The code on the slip of a sale with a member and a reward."""
    reward_used(stand)
    stand.take("finish", "exact")
    done = stand.window.view.done
    assert done is not None
    stand.take("next_step")
    return slip_code(UUID(done.sale))


@scene()
def return_which_slip(stand: Stand) -> None:
    stand.goods(2)
    stand.take("refund")


@scene()
def return_of_a_slip(stand: Stand) -> None:
    stand.scan(_sold(stand))


@scene()
def return_of_everything(stand: Stand) -> None:
    return_of_a_slip(stand)
    stand.take("enter")


@scene()
def return_of_one_piece(stand: Stand) -> None:
    return_of_a_slip(stand)
    stand.goods(1)


@scene()
def return_given_back(stand: Stand) -> None:
    return_of_everything(stand)
    stand.take("enter")


@scene()
def return_again(stand: Stand) -> None:
    code = _sold(stand)
    stand.scan(code)
    stand.take("enter", "enter", "next_step")
    stand.scan(code)


@scene()
def return_points_owed(stand: Stand) -> None:
    stand.member()
    stand.goods(12)
    stand.take("finish", "exact")
    done = stand.window.view.done
    assert done is not None
    stand.take("next_step")
    members = stand.till.database.members
    card = members.by_card(stand.shop.ready("points").card)
    assert card is not None
    anna = card.member.id
    for holding in members.standing(anna).holdings:
        spent = Entry(holding.account, EntryKind.SPEND, max(1, holding.spendable - 30))
        if holding.spendable > 30:
            stand.till.database.journal.adjust([spent], "goodwill", anna)
    stand.scan(slip_code(UUID(done.sale)))
    stand.take("enter")


@scene(change=_judged_anew)
def return_judged_anew(stand: Stand) -> None:
    return_of_a_slip(stand)
    stand.goods(1)


@scene()
def return_long_slip(stand: Stand) -> None:
    stand.goods(30)
    stand.take("finish", "exact")
    done = stand.window.view.done
    assert done is not None
    stand.take("next_step")
    stand.scan(slip_code(UUID(done.sale)))
    stand.goods(3)


@scene()
def return_undoes_the_last_sale(stand: Stand) -> None:
    stand.sell()
    stand.take("refund")


@scene(change=_with_pin)
def return_without_a_slip(stand: Stand) -> None:
    stand.member()
    stand.goods(3)
    stand.take("without_slip")


@scene()
def return_of_a_foreign_slip(stand: Stand) -> None:
    stand.goods(1)
    stand.scan(slip_code(UUID("01980000-0000-7000-8000-0000000fffff")))


@scene()
def return_asks_another_till(stand: Stand) -> None:
    stand.line.change(trouble=LineTrouble.NONE, last_ms=1)
    stand.goods(1)
    stand.scan(slip_code(UUID("01980000-0000-7000-8000-0000000fffff")))


@scene()
def return_in_exchange(stand: Stand) -> None:
    return_of_a_slip(stand)
    stand.goods(1)
    stand.take("exchange")
    stand.goods(3)


@scene()
def return_in_exchange_paying(stand: Stand) -> None:
    return_in_exchange(stand)
    stand.take("finish")
