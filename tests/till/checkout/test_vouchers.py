"""Vouchers: printed for the next visit, good once, told in plain words, asked for where they are."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.barcodes.voucher_code import code_key, voucher_code
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.standing import RewardName
from terminal.loyalty.statement import PlacedRight
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import BearerView, CheckoutView, Stage
from tests.till.checkout.counter import (
    ANNA,
    BOX,
    BUTTER,
    KEY,
    Counter,
    fake_counter,
    programmes,
    told,
)
from tests.till.checkout.test_gift_cards import GIFT, code_of, last_record, sells_codes

NEXT_VISIT = UnitId("voucher:next-visit")
TEN_OFF = RewardName(8, "ten-off")
SOMEBODYS = WalletId("5" * 32)
CODE = voucher_code(SOMEBODYS, key=code_key(KEY))


@pytest.fixture
def shop(counter: Counter) -> Counter:
    """From 100.00 on it gives a voucher: 10.00 off the next purchase from 50.00."""
    return sells_codes(counter)


@pytest.fixture
def line() -> Counter:
    """The same with a line in the test's hand."""
    made = sells_codes(fake_counter())
    made.line.pair()
    return made


def buy(counter: Counter, *goods: Any) -> CheckoutView:
    view = counter.scan(*goods)
    counter.checkout.finish()
    return counter.checkout.tender(TenderKind.CASH, view.total)


def voucher_for(counter: Counter) -> str:
    assert buy(counter, *[BOX] * 5).stage is Stage.DONE
    counter.checkout.begin_next()
    return code_of(counter)


def shown(view: CheckoutView) -> BearerView:
    (one,) = view.bearers
    return one


def put(counter: Counter, n: int, unit: UnitId = NEXT_VISIT) -> None:
    """What the server told of a code that another till printed."""
    entry = Entry(Account(SOMEBODYS, unit), EntryKind.EARN, n)
    counter.members.add_up((entry,))


def test_a_large_purchase_brings_a_voucher_with_or_without_a_card(shop: Counter) -> None:
    voucher_for(shop)
    (one,) = last_record(shop).bearers
    assert (one.unit, one.after, one.fresh) == (NEXT_VISIT, 1, True)
    assert one.next_day is not None
    buy(shop, ANNA, *[BOX] * 5)
    record = last_record(shop)
    assert [one.unit for one in record.bearers] == [NEXT_VISIT]
    assert NEXT_VISIT not in {one.unit for one in record.balances}


def test_a_small_purchase_brings_none(shop: Counter) -> None:
    buy(shop, BOX)
    assert last_record(shop).bearers == ()


def test_a_voucher_says_what_is_missing_and_then_comes_off(shop: Counter) -> None:
    code = voucher_for(shop)
    view = shop.scan(BOX, BOX, code)
    assert told(view) is NoticeKind.VOUCHER_SHOWN
    one = shown(view)
    assert (one.rewards, one.on, one.balance) == ((TEN_OFF,), (), 1)
    assert one.reason is not None
    assert (one.reason.why, one.reason.amount) == (Why.SPEND_MISSING, 1000)
    assert view.total == 4000
    view = shop.scan(BOX)
    assert (shown(view).on, shown(view).off, view.total) == ((TEN_OFF,), 1000, 5000)


def test_a_voucher_is_good_once(shop: Counter) -> None:
    code = voucher_for(shop)
    view = shop.scan(BOX, BOX, BOX, code)
    assert told(view) is NoticeKind.REWARD_ON
    assert view.total == 5000
    buy(shop)
    assert last_record(shop).bearers[0].spent == 1
    shop.checkout.begin_next()
    view = shop.scan(BOX, BOX, BOX, code)
    assert told(view) is NoticeKind.VOUCHER_USED
    assert view.bearers == ()  # "nothing changed" is what the screen says
    assert view.total == 6000


def test_the_same_voucher_scanned_twice_counts_once(shop: Counter) -> None:
    code = voucher_for(shop)
    view = shop.scan(BOX, BOX, BOX, code, code)
    assert told(view) is NoticeKind.BEARER_AGAIN
    assert view.total == 5000


def test_a_voucher_scanned_on_the_payment_screen_changes_the_price_first(shop: Counter) -> None:
    code = voucher_for(shop)
    shop.scan(BOX, BOX, BOX)
    shop.checkout.finish()
    view = shop.scan(code)
    assert (view.stage, view.total) == (Stage.SELLING, 5000)
    shop.checkout.finish()
    shop.checkout.tender(TenderKind.CARD, 1000)
    assert told(shop.scan(voucher_code("6" * 32, key=code_key(KEY)))) is NoticeKind.BEARER_UNKNOWN


def test_a_voucher_stays_on_the_sale_when_a_card_is_shown(shop: Counter) -> None:
    code = voucher_for(shop)
    view = shop.scan(BOX, BOX, BOX, code, ANNA)
    assert view.total == 5000
    view = shop.checkout.remove_member()
    assert view.total == 5000


def test_a_held_basket_keeps_its_voucher(shop: Counter) -> None:
    code = voucher_for(shop)
    shop.scan(BOX, BOX, BOX, code)
    shop.checkout.park()
    view = shop.checkout.recall()
    assert (view.total, len(view.bearers)) == (5000, 1)


def test_a_claimed_voucher_is_claimed_by_showing_it(shop: Counter) -> None:
    shop.programmes.put([CLAIMED])
    buy(shop, BOX)
    shop.checkout.begin_next()
    code = code_of(shop)
    view = shop.scan(code)
    assert told(view) is NoticeKind.VOUCHER_SHOWN
    view = shop.scan(BUTTER)
    assert (shown(view).off, view.total) == (200, 599)
    view = shop.checkout.undo()
    assert shop.checkout.undo().bearers == ()


CLAIMED = """{"format": 1, "programme": 91, "revision": 1,
"holds_from": "2024-01-01T00:00:00+01:00", "name": {"en": "Butter"},
"unit": {"id": "butter", "kind": "vouchers", "name": {"en": "Butter"}, "held": "bearer"},
"earn": [{"id": "give", "goods": {"skus": ["BOX"]}, "per": {"kind": "visit"}}],
"rewards": [{"id": "two-off", "name": {"en": "2.00 off butter"}, "mode": "claimed", "cost": 1,
"benefit": {"kind": "amount_off", "amount": 200},
"target": {"scope": "piece", "goods": {"skus": ["DAI-01"]}}}]}"""


# With a server


def test_a_voucher_of_another_till_is_asked_for_and_comes(line: Counter) -> None:
    view = line.scan(BOX, BOX, BOX, CODE)
    assert view.asking is not None
    assert view.asking.wallet == SOMEBODYS
    assert line.line.questions[-1].wallet == SOMEBODYS
    line.line.answer(lambda: put(line, 1))
    view = line.checkout.view()
    assert told(view) is NoticeKind.REWARD_ON
    assert view.total == 5000


def test_esc_goes_on_without_and_a_late_answer_is_welcome(line: Counter) -> None:
    line.scan(BOX, BOX, BOX, CODE)
    view = line.checkout.dismiss()
    assert told(view) is NoticeKind.BEARER_UNKNOWN
    assert (view.asking, view.total) == (None, 6000)
    line.line.answer(lambda: put(line, 1))
    assert line.checkout.view().total == 5000


def test_nobody_answers(line: Counter) -> None:
    line.scan(BOX, CODE)
    line.line.leave_unanswered()
    view = line.checkout.view()
    assert told(view) is NoticeKind.BEARER_UNKNOWN
    assert (view.asking, shown(view).known) == (None, False)


def test_a_genuine_code_that_the_server_does_not_know_is_blank(line: Counter) -> None:
    line.scan(BOX, CODE)
    line.line.answer()
    assert told(line.checkout.view()) is NoticeKind.BEARER_BLANK


def test_a_voucher_whose_right_is_at_another_till_is_asked_back_from_there(line: Counter) -> None:
    line.scan(BOX, BOX, BOX, CODE)

    def told_where() -> None:
        put(line, 1)
        line.members.rights[Account(SOMEBODYS, NEXT_VISIT)] = 0
        line.bearers.elsewhere = (PlacedRight(unit=NEXT_VISIT, place="Till 2", n=1),)

    line.line.answer(told_where)
    view = line.checkout.view()
    assert view.asking is not None
    assert line.line.questions[-1].wants == ((Account(SOMEBODYS, NEXT_VISIT), 1),)

    def arrived() -> None:
        line.members.rights[Account(SOMEBODYS, NEXT_VISIT)] = 1
        line.bearers.elsewhere = ()

    line.line.answer(arrived)
    view = line.checkout.view()
    assert (told(view), view.total) == (NoticeKind.REWARD_ON, 5000)


def test_where_the_right_is_is_told_when_that_till_does_not_answer(line: Counter) -> None:
    put(line, 1)
    line.members.rights[Account(SOMEBODYS, NEXT_VISIT)] = 0
    line.bearers.elsewhere = (PlacedRight(unit=NEXT_VISIT, place="Till 2", n=1),)
    view = line.scan(BOX, BOX, BOX, CODE)
    assert view.asking is not None
    line.line.leave_unanswered()
    view = line.checkout.view()
    assert told(view) is NoticeKind.RIGHTS_ELSEWHERE
    assert view.notice is not None
    assert view.notice.rest is not None
    assert view.notice.rest.places == (("Till 2", 1),)
    assert view.total == 6000


def test_a_gift_card_asked_for_while_paying_pays_when_the_answer_comes(line: Counter) -> None:
    line.scan(BOX)
    line.checkout.finish()
    view = line.scan(CODE)
    assert (view.stage, view.asking is not None) == (Stage.PAYING, True)
    line.line.answer(lambda: put(line, 5000, GIFT))
    view = line.checkout.view()
    assert view.stage is Stage.DONE
    assert last_record(line).bearers[0].paid == 2000


def test_a_code_that_turns_out_to_be_a_voucher_goes_back_to_the_goods(line: Counter) -> None:
    line.scan(BOX, BOX, BOX)
    line.checkout.finish()
    line.scan(CODE)
    line.line.answer(lambda: put(line, 1))
    view = line.checkout.view()
    assert (view.stage, view.total, told(view)) == (Stage.SELLING, 5000, NoticeKind.REWARD_ON)


def test_programmes_without_codes_make_no_wallets(counter: Counter) -> None:
    before = counter.ids._last
    counter.scan(BOX)
    assert counter.ids._last == before
    counter.programmes.put(programmes(["gift-card"]))


def test_vouchers_for_whoever_shows_them_are_no_part_of_a_members_movements(shop: Counter) -> None:
    shop.scan(ANNA)
    story = shop.checkout.story()
    assert story is not None
    units = [one.unit for one in story.units]
    assert "points" in units
    assert NEXT_VISIT not in units
