"""Gift cards and store credit: sold, loaded, spent in part, never spent twice."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.basket import Product
from terminal.loyalty.engine.evaluation import Reason, Why
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.app import open_till
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import CheckoutView, PurseView, Stage
from tests.till.checkout.counter import (
    ANNA,
    BOX,
    BUTTER,
    CARDS,
    KEY,
    Counter,
    programmes,
    real_counter,
    told,
)

CREDIT = UnitId("store-credit")
GIFT = UnitId("gift-card")
CARD_PRODUCT = Product(
    sku="GIFT", name="Gift card", price=0, vat=0, category="gift-cards", open_price=True,
    rewardable=False,
)  # fmt: skip


def sells_codes(counter: Counter) -> Counter:
    counter.catalogue.put_products([CARD_PRODUCT])
    counter.programmes.put(programmes(["gift-card", "store-credit", "voucher-next-visit"]))
    return counter


def sell_gift_card(counter: Counter, amount: int) -> str:
    """A new gift card, paid in cash; its code as the slip prints it."""
    view = put_gift_card(counter, amount)
    counter.checkout.finish()
    view = counter.checkout.tender(TenderKind.CASH, view.total)
    assert view.stage is Stage.DONE
    counter.checkout.begin_next()
    return code_of(counter)


def put_gift_card(counter: Counter, amount: int) -> CheckoutView:
    counter.checkout.add_product("GIFT", amount=amount)
    return counter.checkout.view()


def last_record(counter: Counter) -> Any:
    (sale,) = counter.journal.last_sales(counter.clock.now().business_day, 1)
    return sale.record


def code_of(counter: Counter) -> str:
    (fresh,) = [one for one in last_record(counter).bearers if one.fresh]
    return voucher_code(fresh.wallet, key=code_key(KEY))


def crashed(counter: Counter) -> Counter:
    """The same file opened by a program that begins anew."""
    assert counter.till is not None
    folder = counter.till.settings.folder
    counter.till.close()
    again = real_counter(folder, clock=counter.clock, ids=counter.ids)
    counter.till = again.till
    return again


def purse(view: CheckoutView) -> PurseView:
    assert view.payment is not None
    (one,) = view.payment.purses
    return one


def use(counter: Counter, amount: int | None = None) -> CheckoutView:
    return counter.checkout.with_bearers(lambda keys: keys.pay(None, amount))


@pytest.fixture
def shop(counter: Counter) -> Counter:
    """Sells gift cards and gives store credit."""
    return sells_codes(counter)


def test_a_sold_gift_card_is_worth_what_was_paid(shop: Counter) -> None:
    code = sell_gift_card(shop, 5000)
    record = last_record(shop)
    assert (record.total, record.bearers[0].earned, record.bearers[0].after) == (5000, 5000, 5000)
    view = shop.scan(code)
    assert told(view) is NoticeKind.GIFT_CARD_SHOWN
    (shown,) = view.bearers
    assert (shown.balance, shown.spendable, shown.known) == (5000, 5000, True)


def test_a_gift_card_pays_a_part_and_keeps_the_rest(shop: Counter) -> None:
    code = sell_gift_card(shop, 5000)
    shop.scan(BOX, BUTTER, code)  # 20.00 and 7.99
    view = shop.checkout.finish()
    assert (purse(view).amount, purse(view).rest) == (2799, 2201)
    view = use(shop)
    assert view.stage is Stage.DONE
    bearer = last_record(shop).bearers[0]
    assert (bearer.before, bearer.paid, bearer.after, bearer.fresh) == (5000, 2799, 2201, False)
    shop.checkout.begin_next()
    (shown,) = shop.scan(code).bearers
    assert shown.balance == 2201


def test_a_typed_part_comes_off_the_card_and_cash_pays_the_rest(shop: Counter) -> None:
    code = sell_gift_card(shop, 5000)
    shop.scan(BOX, code)
    shop.checkout.finish()
    view = use(shop, 500)
    assert view.payment is not None
    assert view.payment.remaining == 1500
    assert purse(view).amount == 1500
    view = shop.checkout.tender(TenderKind.CASH, 1500)
    assert view.stage is Stage.DONE
    record = last_record(shop)
    assert [(one.kind, one.amount) for one in record.tenders] == [
        (TenderKind.GIFT_CARD, 500),
        (TenderKind.CASH, 1500),
    ]


def test_no_more_comes_off_a_card_than_is_on_it_or_due(shop: Counter) -> None:
    code = sell_gift_card(shop, 1500)
    shop.scan(BOX, code)
    shop.checkout.finish()
    assert told(use(shop, 1501)) is NoticeKind.TENDER_REFUSED
    view = use(shop)
    assert view.payment is not None
    assert (view.payment.remaining, view.payment.purses) == (500, ())
    assert told(use(shop)) is NoticeKind.NO_PURSE


def test_a_card_scanned_while_paying_pays_at_once(shop: Counter) -> None:
    code = sell_gift_card(shop, 1500)
    shop.scan(BOX)
    view = shop.checkout.finish()
    assert view.payment is not None
    assert view.payment.purses == ()
    shop.checkout.tender(TenderKind.CARD, 1000)
    view = shop.scan(code)
    assert view.stage is Stage.DONE
    assert [one.amount for one in last_record(shop).tenders] == [1000, 1000]


def test_going_back_hands_back_the_money_and_leaves_the_card_alone(shop: Counter) -> None:
    code = sell_gift_card(shop, 1500)
    shop.scan(BOX, code)
    shop.checkout.finish()
    use(shop)
    view = shop.checkout.back()
    assert view.stage is Stage.SELLING
    assert told(view) is not NoticeKind.MONEY_BACK
    view = shop.checkout.finish()
    assert purse(view).amount == 1500


def test_a_card_that_was_shown_is_loaded_instead_of_a_new_one(shop: Counter) -> None:
    code = sell_gift_card(shop, 1000)
    shop.scan(code)
    view = put_gift_card(shop, 3000)
    assert [one.earns for one in view.bearers] == [3000]
    shop.checkout.finish()
    shop.checkout.tender(TenderKind.CASH, 3000)
    (bearer,) = last_record(shop).bearers
    assert (bearer.before, bearer.after, bearer.fresh) == (1000, 4000, False)


def test_a_blank_card_can_be_loaded(shop: Counter) -> None:
    blank = voucher_code("7" * 32, key=code_key(KEY))
    view = shop.scan(blank)
    assert told(view) is NoticeKind.BEARER_UNKNOWN
    put_gift_card(shop, 3000)
    shop.checkout.finish()
    shop.checkout.tender(TenderKind.CASH, 3000)
    (bearer,) = last_record(shop).bearers
    assert (bearer.wallet, bearer.after, bearer.fresh) == ("7" * 32, 3000, False)


def test_a_code_of_another_shop_changes_nothing(shop: Counter) -> None:
    shop.scan(BOX)
    foreign = voucher_code("7" * 32, key=b"the key of another shop")
    view = shop.scan(foreign)
    assert told(view) is NoticeKind.BEARER_FOREIGN
    assert (view.bearers, len(view.lines)) == ((), 1)


def test_taking_the_card_off_is_a_step_like_any_other(shop: Counter) -> None:
    code = sell_gift_card(shop, 1000)
    view = shop.scan(BOX, code)
    assert view.bearers
    view = shop.checkout.with_bearers(lambda keys: keys.key())
    assert told(view) is NoticeKind.BEARER_OFF
    assert view.bearers == ()
    assert shop.checkout.undo().bearers
    assert shop.checkout.redo().bearers == ()
    assert shop.checkout.undo().bearers
    assert shop.checkout.undo().bearers == ()


def test_a_card_spent_elsewhere_meanwhile_is_not_spent_again(shop: Counter) -> None:
    code = sell_gift_card(shop, 3000)
    wallet = WalletId(last_record(shop).bearers[0].wallet)
    shop.scan(BOX, code)
    shop.checkout.finish()
    entry = Entry(Account(wallet, GIFT), EntryKind.RELEASE, 3000)
    shop.journal.adjust([entry], "recalled", "")
    view = use(shop)
    assert told(view) is NoticeKind.PURSE_SHORT
    assert view.stage is Stage.SELLING
    view = shop.checkout.finish()
    assert view.payment is not None
    assert view.payment.purses == ()


def test_store_credit_pays_for_its_member_alone(shop: Counter) -> None:
    shop.give(ANNA, 1200, "store-credit")
    shop.scan(BOX)
    view = shop.checkout.finish()
    assert view.payment is not None
    assert view.payment.purses == ()
    shop.checkout.back()
    shop.scan(ANNA)
    view = shop.checkout.finish()
    assert (purse(view).kind, purse(view).amount) == (TenderKind.STORE_CREDIT, 1200)
    use(shop)
    view = shop.checkout.tender(TenderKind.CASH, 800)
    assert view.stage is Stage.DONE
    assert shop.balance(ANNA, "store-credit") == 0
    balance = next(one for one in last_record(shop).balances if one.unit == CREDIT)
    assert (balance.before, balance.spent, balance.after) == (1200, 1200, 0)


def test_a_typed_card_pays_with_no_credit(shop: Counter) -> None:
    shop.give(ANNA, 1200, "store-credit")
    shop.scan(BOX)
    shop.checkout.enter(CARDS[ANNA.id])
    view = shop.checkout.finish()
    assert view.payment is not None
    assert view.payment.purses == ()


def test_what_the_card_pays_brings_no_points_where_the_shop_says_so(shop: Counter) -> None:
    """Money that was paid with a gift card earns nothing; the rest of the sale does."""
    shop.programmes.put([NOT_WITH_GIFT_CARDS])
    code = sell_gift_card(shop, 1500)
    shop.scan(ANNA, BOX, code)
    shop.checkout.finish()
    use(shop)
    shop.checkout.tender(TenderKind.CASH, 500)
    earned = {one.account.unit: one.n for one in last_record(shop).earned}
    assert earned["clean"] == 5
    assert last_record(shop).choices.paid_with == (
        (TenderKind.CASH, 500),
        (TenderKind.GIFT_CARD, 1500),
    )


NOT_WITH_GIFT_CARDS = """{"format": 1, "programme": 90, "revision": 1,
"holds_from": "2024-01-01T00:00:00+01:00", "name": {"en": "Clean"},
"unit": {"id": "clean", "kind": "points", "name": {"en": "clean points"}},
"earn": [{"id": "buy", "audience": {"members": true}, "goods": {"except_categories": ["gift-cards"]},
"per": {"kind": "money", "amount": 100}, "not_paid_with": ["gift_card"]}]}"""


def test_a_crash_while_paying_forgets_nothing_of_the_card(shop: Counter) -> None:
    code = sell_gift_card(shop, 1500)
    shop.scan(BOX, code)
    shop.checkout.finish()
    use(shop)
    again = crashed(shop)
    view = again.checkout.view()
    assert told(view) is NoticeKind.MONEY_RESTORED
    assert view.payment is not None
    assert [(one.kind, one.amount) for one in view.payment.tenders] == [
        (TenderKind.GIFT_CARD, 1500)
    ]
    view = again.checkout.tender(TenderKind.CASH, 500)
    assert view.stage is Stage.DONE
    assert last_record(again).bearers[0].after == 0


def test_a_shop_without_a_key_takes_no_money_for_a_card_that_it_cannot_make(
    tmp_path: Path,
) -> None:
    made = real_counter(tmp_path / "shop")
    assert made.till is not None
    settings = replace(made.till.settings, card_key=None)
    made.till.close()
    till = open_till(settings, clock=made.clock, ids=made.ids)
    shop = sells_codes(
        replace(
            made,
            till=till,
            checkout=till.checkout,
            catalogue=till.database.catalogue,
            programmes=till.database.programmes,
        )
    )
    put_gift_card(shop, 3000)
    view = shop.checkout.finish()
    assert told(view) is NoticeKind.NO_CODES
    assert view.stage is Stage.SELLING
    till.close()


def test_a_card_that_would_stay_empty_is_not_sold_and_the_till_says_why(tmp_path: Path) -> None:
    shop = sells_codes(real_counter(tmp_path / "shop"))
    (text,) = programmes(["gift-card"])
    card = json.loads(text)
    yesterday = shop.clock.now().business_day - timedelta(days=1)
    card["unit"]["expiry"] = {"kind": "on", "last_day": yesterday.isoformat()}
    shop.programmes.put([json.dumps({**card, "revision": 2})])

    put_gift_card(shop, 5000)
    view = shop.checkout.finish()

    assert told(view) is NoticeKind.NOT_LOADED
    assert view.stage is Stage.SELLING
    assert view.notice is not None
    assert isinstance(view.notice.reason, Reason)
    assert view.notice.reason.why is Why.ENDED


def codes_of(counter: Counter) -> list[str]:
    fresh = [one for one in last_record(counter).bearers if one.fresh]
    return [voucher_code(one.wallet, key=code_key(KEY)) for one in fresh]


def sell_three(counter: Counter) -> tuple[str, list[str]]:
    """Two gift cards of 50.00 in one line and one of 20.00: the sale, and their codes."""
    for amount in (5000, 5000, 2000):
        counter.checkout.add_product("GIFT", amount=amount)
    counter.checkout.finish()
    assert counter.checkout.tender(TenderKind.CASH, 12_000).stage is Stage.DONE
    counter.checkout.begin_next()
    return last_record(counter).id, codes_of(counter)


def test_each_piece_that_is_sold_is_a_gift_card_of_its_own(shop: Counter) -> None:
    _, codes = sell_three(shop)
    assert len(set(codes)) == 3
    worth = []
    for code in codes:
        view = shop.scan(code)
        worth.append(view.bearers[-1].balance)
    assert worth == [5000, 5000, 2000]


def test_twenty_gift_cards_have_twenty_codes(shop: Counter) -> None:
    put_gift_card(shop, 1000)
    for _ in range(19):
        put_gift_card(shop, 1000)
    shop.checkout.finish()
    shop.checkout.tender(TenderKind.CARD, 20_000)
    assert len(set(codes_of(shop))) == 20


def test_the_card_that_is_scanned_comes_back_and_the_other_stays(shop: Counter) -> None:
    sale, codes = sell_three(shop)
    shop.checkout.with_refunds(lambda returns: returns.open(sale))
    view = shop.scan(codes[1])
    assert told(view) is NoticeKind.CODE_BACK
    assert view.refund is not None
    assert view.refund.money == 5000
    shop.scan(codes[1])  # once more is the same card
    view = shop.checkout.with_refunds(lambda returns: returns.confirm())
    assert view.stage is Stage.DONE
    shop.checkout.begin_next()

    assert told(shop.scan(codes[1])) is NoticeKind.BEARER_TAKEN_BACK
    assert told(shop.scan(codes[0])) is NoticeKind.GIFT_CARD_SHOWN


def test_a_card_of_another_sale_is_none_of_this_return(shop: Counter) -> None:
    other = sell_gift_card(shop, 3000)
    sale, _ = sell_three(shop)
    shop.checkout.with_refunds(lambda returns: returns.open(sale))
    assert told(shop.scan(other)) is NoticeKind.CODE_NOT_ON_SLIP


def test_a_card_is_scanned_while_the_whole_sale_is_being_undone(shop: Counter) -> None:
    for amount in (5000, 5000):
        put_gift_card(shop, amount)
    shop.checkout.finish()
    shop.checkout.tender(TenderKind.CASH, 10_000)
    view = shop.checkout.with_refunds(lambda returns: returns.begin())
    assert view.refund is not None
    assert view.refund.money == 10_000
    view = shop.scan(codes_of(shop)[1])
    assert told(view) is NoticeKind.CODE_BACK
    assert view.refund is not None
    assert view.refund.money == 10_000


def test_the_digits_of_a_card_that_comes_back_may_be_typed(shop: Counter) -> None:
    sale, codes = sell_three(shop)
    shop.checkout.with_refunds(lambda returns: returns.open(sale))
    assert told(shop.checkout.enter(codes[1])) is NoticeKind.CODE_BACK
