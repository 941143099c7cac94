"""What has no price of its own: weighed goods, goods of a kind, labels of scales, unknown codes."""

from __future__ import annotations

from dataclasses import replace
from sqlite3 import IntegrityError
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terminal.barcodes.gtin import check_digit
from terminal.barcodes.rules import CodeRules
from terminal.barcodes.scale_label import read_pattern
from terminal.loyalty.basket import LARGEST_PIECES, Product
from terminal.loyalty.money import divide_half_up
from terminal.loyalty.tender import TenderKind
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.view import LineState, Stage
from terminal.till.trouble import Trouble, TroubleKind
from tests.till.checkout.counter import (
    APPLES,
    BUTTER,
    CODES,
    KEY,
    PREFIX,
    UNKNOWN,
    Counter,
    fake_counter,
    rows,
    told,
)

FLOWERS = Product(sku="902", name="Flowers", price=0, vat=800, category="flowers", open_price=True)
BANANAS = Product(sku="00123", name="Bananas", price=699, vat=500, by_weight=True)
RULES = CodeRules(
    card_prefix=PREFIX,
    card_key=KEY,
    scale_labels=read_pattern("lv") + read_pattern("28IIIIIMMMMMK price 2"),
)


@pytest.fixture
def shop(counter: Counter) -> Counter:
    """With flowers, bananas and the labels of a scale."""
    counter.catalogue.put_products([FLOWERS, BANANAS])
    counter.checkout._desk.lookup._rules = RULES
    return counter


def label(body: str) -> str:
    return body + check_digit(body)


def _pay(counter: Counter) -> Any:
    view = counter.checkout.finish()
    assert view.payment is not None
    view = counter.checkout.tender(TenderKind.CARD, view.payment.remaining)
    assert view.done is not None
    return counter.journal.load(view.done.sale).record


# --- weighed goods -------------------------------------------------------------------------------


def test_weighed_goods_wait_for_their_weight_and_are_priced_by_it(shop: Counter) -> None:
    view = shop.scan(APPLES)
    line = view.lines[0]
    assert (told(view), line.state) == (NoticeKind.WEIGHT_WANTED, LineState.WEIGHT_WANTED)
    assert told(shop.checkout.finish()) is NoticeKind.PAYMENT_BLOCKED
    line = shop.checkout.set_weight(line.key, 1245).lines[0]
    assert (line.grams, line.unit_price, line.gross) == (1245, 450, 560)
    sold = _pay(shop).lines[0]
    assert (sold.grams, sold.unit_price, sold.gross) == (1245, 450, 560)


@pytest.mark.parametrize(
    ("weight", "grams"), [("3103001245", 1245), ("3102000124", 1240), ("3105000999", 10)]
)
def test_a_gs1_code_that_says_the_weight_needs_no_scale(
    shop: Counter, weight: str, grams: int
) -> None:
    pears = Product(
        sku="77", name="Pears", price=1000, vat=500, by_weight=True, gtin="05901234123457"
    )
    shop.catalogue.put_products([pears, replace(BUTTER, gtin="05900000000008")])
    code = f"({weight[:4]}){weight[4:]}"
    line = shop.scan(f"(01)05901234123457{code}").lines[0]
    assert (line.state, line.grams, line.gross) == (LineState.READY, grams, grams)
    assert shop.scan("(01)05901234123457").lines[1].state is LineState.WEIGHT_WANTED
    butter = shop.scan(f"(01)05900000000008{code}").lines[2]
    assert (butter.grams, butter.gross) == (None, 799)


def test_a_weight_typed_before_the_tile_goes_with_it(shop: Counter) -> None:
    line = shop.checkout.add_product(APPLES.sku, amount=124, grams=1245).lines[0]
    assert (line.state, line.gross) == (LineState.READY, 560)


def test_two_bags_are_two_lines(shop: Counter) -> None:
    for grams in (500, 250):
        shop.checkout.add_product(APPLES.sku, grams=grams)
    assert [line.grams for line in shop.checkout.view().lines] == [500, 250]


@pytest.mark.parametrize("grams", [0, -1, 1_000_001])
def test_a_weight_that_no_scale_shows_is_refused(shop: Counter, grams: int) -> None:
    key = shop.scan(APPLES).lines[0].key
    view = shop.checkout.set_weight(key, grams)
    assert (told(view), view.blocked) == (NoticeKind.WEIGHT_REFUSED, (key,))


def test_only_what_is_sold_by_weight_has_one(shop: Counter) -> None:
    key = shop.scan(BUTTER).lines[0].key
    assert told(shop.checkout.set_weight(key, 500)) is NoticeKind.WEIGHT_REFUSED


def test_a_weighed_line_is_one_piece(shop: Counter) -> None:
    shop.checkout.enter("3*")
    assert told(shop.checkout.add_product(APPLES.sku, grams=500)) is NoticeKind.QUANTITY_REFUSED
    shop.checkout.dismiss()
    key = shop.checkout.add_product(APPLES.sku, grams=500).lines[0].key
    assert told(shop.checkout.set_pieces(key, 2)) is NoticeKind.QUANTITY_REFUSED


def test_another_price_is_one_of_a_kilogram(shop: Counter) -> None:
    key = shop.checkout.add_product(APPLES.sku, grams=500).lines[0].key
    line = shop.checkout.set_price(key, 400).lines[0]
    assert (line.grams, line.unit_price, line.gross) == (500, 400, 200)
    assert shop.checkout.set_weight(key, 1000).lines[0].gross == 400


def test_weights_and_prices_are_undone_and_redone(shop: Counter) -> None:
    key = shop.scan(APPLES).lines[0].key
    shop.checkout.set_weight(key, 500)
    shop.checkout.set_weight(key, 750)
    assert shop.checkout.undo().lines[0].grams == 500
    assert shop.checkout.undo().lines[0].state is LineState.WEIGHT_WANTED
    shop.checkout.redo()
    assert shop.checkout.redo().lines[0].grams == 750


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 99_999), st.integers(1, 30_000)), min_size=1, max_size=6))
def test_every_weight_is_priced_to_the_nearest_cent_and_the_sum_is_exact(
    bags: list[tuple[int, int]],
) -> None:
    counter = fake_counter()
    for at, (price, grams) in enumerate(bags):
        product = replace(APPLES, sku=f"W{at}", price=price)
        counter.catalogue.put_products([product])
        counter.checkout.add_product(product.sku, grams=grams)
    view = counter.checkout.view()
    for line, (price, grams) in zip(view.lines, bags, strict=True):
        assert line.gross == divide_half_up(price * grams, 1000)
        assert abs(line.gross * 1000 - price * grams) <= 500
    assert view.evaluation.gross == sum(line.gross for line in view.lines)


# --- goods of a kind -----------------------------------------------------------------------------


def test_goods_of_a_kind_ask_what_they_cost(shop: Counter) -> None:
    view = shop.checkout.enter(FLOWERS.sku)
    line = view.lines[0]
    assert (told(view), line.state) == (NoticeKind.PRICE_WANTED, LineState.PRICE_WANTED)
    assert shop.checkout.set_price(line.key, 1250).lines[0].gross == 1250
    sold = _pay(shop).lines[0]
    assert (sold.category, sold.gross, sold.vat, sold.shelf_price) == ("flowers", 1250, 800, 0)


def test_a_price_typed_before_the_tile_goes_with_it(shop: Counter) -> None:
    shop.checkout.add_product(FLOWERS.sku, amount=1250, grams=12_500)
    view = shop.checkout.add_product(FLOWERS.sku, amount=800, grams=8_000)
    assert [line.gross for line in view.lines] == [1250, 800], "each bunch has its own line"


def test_a_price_typed_before_plain_goods_is_not_theirs(shop: Counter) -> None:
    assert shop.checkout.add_product(BUTTER.sku, amount=1).lines[0].gross == 799


# --- labels of scales ----------------------------------------------------------------------------


def test_a_label_with_a_weight(shop: Counter) -> None:
    line = shop.scan(label("230012300500")).lines[0]
    assert (line.name, line.grams, line.gross) == ("Bananas", 500, 350)


def test_a_label_with_a_price_is_paid_as_printed(shop: Counter) -> None:
    line = shop.scan(label("280012300499")).lines[0]
    assert (line.name, line.grams, line.gross) == ("Bananas", None, 499)


def test_zeros_before_the_number_of_the_goods_are_the_scales(shop: Counter) -> None:
    assert shop.scan(label("230401100500")).lines[0].name == "Apples"


def test_goods_whose_number_in_the_list_is_the_label_without_a_weight(shop: Counter) -> None:
    gtin = "0" + label("239999900000")
    shop.catalogue.put_products([replace(APPLES, sku="CHEESE", name="Cheese", gtin=gtin)])
    assert shop.scan(label("239999900700")).lines[0].grams == 700


def test_a_label_of_nothing_asks_for_the_weight(shop: Counter) -> None:
    assert shop.scan(label("230012300000")).lines[0].state is LineState.WEIGHT_WANTED


def test_a_label_of_unknown_goods_waits_as_one_code_whatever_it_weighs(shop: Counter) -> None:
    codes = {shop.scan(label(f"2377777{grams:05}")).lines[-1].code for grams in (500, 700)}
    assert codes == {label("237777700000")}


# --- unknown codes -------------------------------------------------------------------------------


def test_an_unknown_code_is_linked_to_a_product_from_now_on(shop: Counter) -> None:
    key = shop.scan(UNKNOWN).lines[0].key
    view = shop.checkout.link(key, BUTTER.sku)
    assert (told(view), rows(view), view.blocked) == (NoticeKind.CODE_LINKED, [("Butter", 1)], ())
    assert rows(shop.scan(UNKNOWN)) == [("Butter", 2)]
    shop.catalogue.put_products([replace(BUTTER, price=899)])
    assert shop.catalogue.by_own_code(UNKNOWN).price == 899, "a newer price list keeps it"


def test_a_link_is_undone_and_redone_with_the_line(shop: Counter) -> None:
    key = shop.scan(UNKNOWN).lines[0].key
    shop.checkout.link(key, BUTTER.sku)
    view = shop.checkout.undo()
    assert view.lines[0].state is LineState.UNKNOWN_CODE
    assert shop.catalogue.own_sku(UNKNOWN) is None
    shop.checkout.redo()
    assert shop.catalogue.own_sku(UNKNOWN) == BUTTER.sku


def test_a_link_that_cannot_be_written_down_is_none_at_all() -> None:
    counter = fake_counter()
    key = counter.scan(UNKNOWN).lines[0].key
    kept = counter.kept.load()
    counter.catalogue.trouble = Trouble(TroubleKind.DISK_FULL, "full")
    view = counter.checkout.link(key, BUTTER.sku)
    assert (told(view), view.lines[0].state) == (NoticeKind.TROUBLE, LineState.UNKNOWN_CODE)
    assert (counter.catalogue.own_sku(UNKNOWN), counter.kept.load()) == (None, kept)
    assert told(counter.checkout.link(key, BUTTER.sku)) is NoticeKind.CODE_LINKED


def test_a_plug_pulled_between_code_and_basket_leaves_neither(shop: Counter) -> None:
    assert shop.till is not None
    with shop.till.database.database.writing() as connection:
        connection.execute(
            "CREATE TEMP TRIGGER plug BEFORE INSERT ON main.working_basket"
            " BEGIN SELECT raise(abort, 'pulled'); END"
        )
    with pytest.raises(IntegrityError, match="pulled"):
        shop.catalogue.link(UNKNOWN, BUTTER.sku, working=b"butter")
    assert (shop.catalogue.own_sku(UNKNOWN), shop.kept.load()) == (None, b"")


def test_undoing_a_second_link_brings_back_the_first(shop: Counter) -> None:
    shop.catalogue.link(UNKNOWN, "GONE", working=b"")
    key = shop.scan(UNKNOWN).lines[0].key
    shop.checkout.link(key, BUTTER.sku)
    shop.checkout.undo()
    assert shop.catalogue.own_sku(UNKNOWN) == "GONE"


def test_all_lines_of_the_code_are_linked(shop: Counter) -> None:
    shop.checkout.set_price(shop.scan(UNKNOWN).lines[0].key, 450)
    view = shop.checkout.link(shop.scan(UNKNOWN).lines[1].key, BUTTER.sku)
    assert view.blocked == ()
    assert view.total == 1598


def test_a_second_piece_of_an_unknown_code_joins_the_line_that_waits(shop: Counter) -> None:
    view = shop.scan(UNKNOWN, BUTTER, UNKNOWN)
    assert rows(view) == [(UNKNOWN, 2), ("Butter", 1)]
    assert (told(view), view.selected) == (NoticeKind.UNKNOWN_CODE, view.lines[0].key)
    assert rows(shop.checkout.undo()) == [(UNKNOWN, 1), ("Butter", 1)]
    assert rows(shop.checkout.redo()) == [(UNKNOWN, 2), ("Butter", 1)]
    assert shop.checkout.set_price(view.lines[0].key, 450).total == 2 * 450 + BUTTER.price


def test_so_many_pieces_that_are_scanned_join_the_line_that_waits(shop: Counter) -> None:
    shop.scan(UNKNOWN)
    shop.checkout.enter("3*")
    assert rows(shop.scan(UNKNOWN)) == [(UNKNOWN, 4)]
    for _ in range(2):  # so many are asked about once
        shop.checkout.set_pieces(shop.checkout.view().lines[0].key, LARGEST_PIECES)
    view = shop.scan(UNKNOWN)
    assert told(view) is NoticeKind.QUANTITY_REFUSED
    assert rows(view) == [(UNKNOWN, LARGEST_PIECES)]


def test_a_line_that_has_its_price_takes_no_more_pieces_of_the_code(shop: Counter) -> None:
    shop.checkout.set_price(shop.scan(UNKNOWN).lines[0].key, 450)
    view = shop.scan(UNKNOWN)
    assert rows(view) == [(UNKNOWN, 1), (UNKNOWN, 1)]
    assert view.blocked == (view.lines[1].key,)


def test_labels_of_unknown_goods_stay_apart(shop: Counter) -> None:
    same = [label("237777700500"), label("237777700500"), label("287777700499")]
    assert len(shop.scan(*same, same[2]).lines) == 4


def test_a_label_that_is_linked_keeps_its_weight_and_all_others_are_known(shop: Counter) -> None:
    key = shop.scan(label("237777700500")).lines[0].key
    assert shop.checkout.link(key, APPLES.sku).lines[0].gross == 225
    assert shop.scan(label("237777701000")).lines[1].gross == 450


def test_a_label_with_a_price_that_is_linked_costs_what_it_says(shop: Counter) -> None:
    line = shop.scan(label("287777700499")).lines[0]
    assert line.state is LineState.UNKNOWN_CODE
    assert shop.checkout.link(line.key, APPLES.sku).lines[0].gross == 499


def test_goods_for_a_code_are_found_by_name_and_by_number(shop: Counter) -> None:
    key = shop.scan(UNKNOWN).lines[0].key
    assert told(shop.checkout.find_for_code(key, "zzz")) is NoticeKind.NO_PRODUCT_FOUND
    view = shop.checkout.find_for_code(key, "b")
    assert len(view.product_choices) > 1
    assert told(shop.checkout.find_for_code(key, "butt")) is NoticeKind.CODE_LINKED
    shop.checkout.undo()
    assert rows(shop.checkout.find_for_code(key, "101")) == [("Cappuccino", 1)]


def test_a_line_that_has_its_goods_is_not_linked(shop: Counter) -> None:
    key = shop.scan(BUTTER).lines[0].key
    assert told(shop.checkout.link(key, APPLES.sku)) is NoticeKind.NOTHING_TO_LINK


def test_the_price_list_has_the_first_word(shop: Counter) -> None:
    shop.catalogue.link(CODES["Butter"], APPLES.sku, working=b"")
    assert rows(shop.scan(BUTTER)) == [("Butter", 1)]


def test_goods_alone_are_found_and_nobody_who_is_called_so(shop: Counter) -> None:
    assert told(shop.checkout.find_goods("anna")) is NoticeKind.NO_PRODUCT_FOUND
    assert rows(shop.checkout.find_goods("butt")) == [("Butter", 1)]


def test_a_member_whose_name_is_like_goods_is_not_among_goods(shop: Counter) -> None:
    view = shop.checkout.find_goods("b")
    assert not view.member_choices
    assert view.product_choices
    assert view.stage is Stage.SELLING
