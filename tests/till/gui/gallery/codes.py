"""Vouchers, gift cards and store credit."""

from __future__ import annotations

from dataclasses import replace

from terminal import resources
from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.basket import Product
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.line_port import LineTrouble
from terminal.wire.programme_json import read_programme, write_programme
from tests.till.gui.gallery.stand import Stand, scene

CARD = Product(
    sku="GIFT",
    name="Karta podarunkowa",
    price=0,
    vat=0,
    category="gift-cards",
    open_price=True,
    rewardable=False,
)
GIFT, OTHER_GIFT, VOUCHER, BLANK = (WalletId(digit * 32) for digit in "1234")


def _open(stand: Stand) -> None:
    """The shop sells gift cards, gives vouchers and store credit."""
    database = stand.till.database
    folder = resources.path("programmes")
    database.catalogue.put_products([CARD])
    for name in ("gift-card", "voucher-next-visit", "store-credit"):
        programme = read_programme((folder / f"{name}.json").read_text("utf-8"))
        # The shop of the demo has some of them, in its own words.
        database.programmes.put([write_programme(replace(programme, revision=2))])
    stand.window.steps.add_product(stand.shop.products[0].sku)
    stand.take("void")


def _hold(stand: Stand, wallet: str, unit: str, n: int) -> None:
    entry = Entry(Account(WalletId(wallet), UnitId(unit)), EntryKind.EARN, n)
    stand.till.database.journal.adjust([entry], "opening", "")


def _show(stand: Stand, wallet: str) -> None:
    key = stand.till.settings.card_key
    assert key is not None
    stand.scan(voucher_code(wallet, key=code_key(key)))


def _with(stand: Stand, *held: tuple[WalletId, str, int]) -> None:
    _open(stand)
    for wallet, unit, n in held:
        _hold(stand, wallet, unit, n)


@scene()
def gift_card_shown(stand: Stand) -> None:
    _with(stand, (GIFT, "gift-card", 7_000))
    stand.goods(4)
    _show(stand, GIFT)


@scene()
def gift_card_and_a_member(stand: Stand) -> None:
    _with(stand, (GIFT, "gift-card", 7_000))
    stand.goods(4)
    stand.member()
    _show(stand, GIFT)


@scene()
def gift_card_sold(stand: Stand) -> None:
    _open(stand)
    _sell(stand)


@scene()
def gift_card_loaded(stand: Stand) -> None:
    _with(stand, (GIFT, "gift-card", 1_250))
    _show(stand, GIFT)
    _sell(stand)


def _sell(stand: Stand) -> None:
    stand.window.counter.entry.field.setText("100")
    stand.window.steps.add_product("GIFT")
    if stand.window.view.blocked:
        stand.enter("100")


@scene()
def gift_card_done(stand: Stand) -> None:
    _open(stand)
    _sell(stand)
    stand.take("finish", "exact")


@scene()
def voucher_waits(stand: Stand) -> None:
    _with(stand, (VOUCHER, "voucher:next-visit", 1))
    stand.goods(1)
    _show(stand, VOUCHER)


@scene()
def voucher_on(stand: Stand) -> None:
    _with(stand, (VOUCHER, "voucher:next-visit", 1))
    stand.goods(14)
    stand.member()
    _show(stand, VOUCHER)


@scene()
def code_of_another_shop(stand: Stand) -> None:
    _open(stand)
    stand.goods(2)
    stand.scan(voucher_code(GIFT, key=b"the key of another shop"))


@scene()
def code_asked(stand: Stand) -> None:
    _open(stand)
    stand.line.change(trouble=LineTrouble.NONE, last_ms=1)
    stand.goods(2)
    _show(stand, BLANK)


@scene()
def code_not_known(stand: Stand) -> None:
    _open(stand)
    stand.goods(2)
    _show(stand, BLANK)


@scene()
def codes_in_a_heap(stand: Stand) -> None:
    _with(
        stand,
        (GIFT, "gift-card", 7_000),
        (OTHER_GIFT, "gift-card", 100_000),
        (VOUCHER, "voucher:next-visit", 1),
    )
    stand.goods(6)
    stand.member()
    for wallet in (GIFT, OTHER_GIFT, VOUCHER, BLANK):
        _show(stand, wallet)


@scene()
def paying_with_a_gift_card(stand: Stand) -> None:
    gift_card_shown(stand)
    stand.take("finish")


@scene()
def paying_with_card_and_credit(stand: Stand) -> None:
    _with(stand, (GIFT, "gift-card", 1_000))
    stand.goods(6)
    stand.member()
    member = stand.window.view.member
    assert member is not None
    wallet = stand.till.database.members.standing(member.id).wallets[0]
    _hold(stand, wallet, "store-credit", 1_500)
    stand.window.take("remove")
    stand.member()
    _show(stand, GIFT)
    stand.take("finish")


@scene()
def paid_in_part(stand: Stand) -> None:
    paying_with_card_and_credit(stand)
    stand.take("code", "code")
