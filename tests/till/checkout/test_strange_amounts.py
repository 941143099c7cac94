"""A code that is typed where a price or a number is asked for: nobody pays a fortune for it unasked."""

from __future__ import annotations

from dataclasses import replace

from terminal.till.checkout.notice import NoticeKind, Weight
from tests.till.checkout.counter import ANNA, BREAD, UNKNOWN, Counter, fake_counter, told

CODE_AS_PRICE = 4_614_460


def waiting() -> tuple[Counter, int]:
    counter = fake_counter()
    return counter, counter.scan(UNKNOWN).lines[0].key


def test_a_price_that_looks_like_a_code_wants_enter_twice() -> None:
    counter, key = waiting()
    view = counter.checkout.set_price(key, CODE_AS_PRICE)
    assert view.notice is not None
    assert (view.notice.kind, view.notice.weight) == (NoticeKind.PRICE_UNUSUAL, Weight.LOOK)
    assert view.notice.amount == CODE_AS_PRICE
    assert (view.total, view.blocked) == (0, (key,))
    assert counter.checkout.set_price(key, CODE_AS_PRICE).total == CODE_AS_PRICE


def test_another_strange_price_is_asked_about_again() -> None:
    counter, key = waiting()
    counter.checkout.set_price(key, CODE_AS_PRICE)
    assert told(counter.checkout.set_price(key, CODE_AS_PRICE + 1)) is NoticeKind.PRICE_UNUSUAL
    counter.scan(BREAD)
    assert told(counter.checkout.set_price(key, CODE_AS_PRICE + 1)) is NoticeKind.PRICE_UNUSUAL


def test_the_price_of_a_television_is_not() -> None:
    counter, key = waiting()
    assert counter.checkout.set_price(key, 1_000_000).total == 1_000_000


def test_a_shop_that_sells_cars_is_not_asked() -> None:
    counter, key = waiting()
    desk = counter.checkout._desk
    desk.shop = replace(desk.shop, ask_above=None)
    assert counter.checkout.set_price(key, CODE_AS_PRICE).total == CODE_AS_PRICE


def test_a_code_typed_as_the_number_of_pieces_wants_enter_twice() -> None:
    counter = fake_counter()
    key = counter.scan(BREAD).lines[0].key
    view = counter.checkout.set_pieces(key, 46_144)
    assert told(view) is NoticeKind.QUANTITY_UNUSUAL
    assert view.lines[0].pieces == 1
    assert counter.checkout.set_pieces(key, 46_144).lines[0].pieces == 46_144
    assert counter.checkout.add_pieces(key, 1).lines[0].pieces == 46_145


def test_a_total_of_the_other_till_wants_it_too() -> None:
    counter = fake_counter()
    desk = counter.checkout._desk
    desk.shop = replace(desk.shop, amounts_only=True)
    counter.scan(ANNA)
    assert told(counter.checkout.count_total(CODE_AS_PRICE)) is NoticeKind.PRICE_UNUSUAL
    done = counter.checkout.count_total(CODE_AS_PRICE).done
    assert done is not None
    assert done.due == CODE_AS_PRICE
