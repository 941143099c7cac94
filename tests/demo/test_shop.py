"""The demo shop's files: a shop that could stand round the corner, and no clash of numbers."""

import shutil
from collections import Counter
from pathlib import Path

import pytest

from terminal import resources
from terminal.barcodes import gtin
from terminal.barcodes.card_number import is_card_number
from terminal.barcodes.parse import parse
from terminal.barcodes.reading import CardNumber, Gtin
from terminal.barcodes.rules import CodeRules
from terminal.demo.shop import BARCODE_PREFIX, DemoShop, UnfitDemoShop, read_demo_shop
from terminal.loyalty.units import ExpiresAfter


@pytest.fixture(scope="module", params=["en", "pl"])
def shop(request: pytest.FixtureRequest) -> DemoShop:
    return read_demo_shop(request.param)


def test_there_is_enough_to_try(shop: DemoShop) -> None:
    assert len(shop.products) >= 60
    assert len(shop.tiles) >= 10
    assert 2 <= len({tile.group for tile in shop.tiles}) <= 8
    assert len(shop.members) == 50
    assert len(shop.blank_cards) >= 5
    assert len(shop.programmes) == 6


def test_every_barcode_has_its_check_digit_and_is_an_in_store_number(shop: DemoShop) -> None:
    for product in shop.products:
        assert product.gtin is not None
        assert gtin.is_gtin(product.gtin)
        assert gtin.shortest(product.gtin).startswith(BARCODE_PREFIX)


def test_ean_8_and_ean_13_are_both_there(shop: DemoShop) -> None:
    lengths = Counter(len(gtin.shortest(product.gtin or "")) for product in shop.products)

    assert set(lengths) == {8, 13}


def test_nothing_has_the_number_of_something_else(shop: DemoShop) -> None:
    codes = [product.gtin for product in shop.products]
    skus = [product.sku for product in shop.all_products]
    cards = [member.card for member in shop.members] + list(shop.blank_cards)
    phones = [member.phone for member in shop.members if member.phone]

    for numbers in (codes, skus, cards, phones):
        assert len(set(numbers)) == len(numbers)
    assert gtin.normal(shop.unknown_code) not in codes


def test_cards_and_goods_are_never_mistaken_for_each_other(shop: DemoShop) -> None:
    rules = CodeRules(card_prefix=shop.card_prefix, card_key=shop.card_key)
    for product in shop.products:
        readings = parse(gtin.shortest(product.gtin or ""), rules)
        assert not any(isinstance(reading, CardNumber) for reading in readings)
    cards = [member.card for member in shop.members] + list(shop.blank_cards)
    for counter, card in enumerate(cards):
        assert parse(card, rules)[0] == CardNumber(card, counter)
    assert not is_card_number(shop.unknown_code, prefix=shop.card_prefix)
    assert isinstance(parse(shop.unknown_code, rules)[0], Gtin)


def test_vat_rates_are_those_of_poland(shop: DemoShop) -> None:
    assert {product.vat for product in shop.all_products} == {500, 800, 2300}


def test_names_fit_a_slip_of_42_columns(shop: DemoShop) -> None:
    assert all(0 < len(product.name) <= 32 for product in shop.all_products)


def test_programmes_are_about_goods_that_are_there(shop: DemoShop) -> None:
    for programme in shop.programmes:
        filters = [rule.goods for rule in programme.earn]
        for reward in programme.rewards:
            filters += [reward.target.goods, *(need.goods for need in reward.condition.needs)]
        for goods in filters:
            assert any(goods.takes(product) for product in shop.all_products)


def test_points_live_to_the_end_of_a_month(shop: DemoShop) -> None:
    unit = next(one.unit for one in shop.programmes if one.unit and one.unit.id == "points")

    assert unit.expiry == ExpiresAfter(months=12, round_to="month")


def test_polish_and_english_are_two_shops_with_the_same_goods() -> None:
    english, polish = read_demo_shop("en"), read_demo_shop("pl")

    assert [one.sku for one in english.all_products] == [one.sku for one in polish.all_products]
    assert [one.price for one in english.all_products] == [one.price for one in polish.all_products]
    assert english.product("DAI-01").name != polish.product("DAI-01").name


def test_a_language_without_names_of_goods_shows_english() -> None:
    assert read_demo_shop("lv").product("DAI-01").name == "Butter 82% 200 g"


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("products.csv", "7.99,5", "7.999,5", r"products\.csv, line 2: a price has at most two"),
        ("products.csv", "7.99,5", "cheap,5", r"products\.csv, line 2: a price is written like"),
        ("products.csv", "2000000010373", "2000000010374", r"products\.csv, line 2: .*not a GTIN"),
        ("tiles.csv", ",#4e342e", "", r"tiles\.csv, line 2: not as many columns"),
        ("shop.json", '"card_key"', '"key"', r"card_key is missing"),
    ],
)
def test_a_file_that_was_changed_for_the_worse_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, complaint: str
) -> None:
    shutil.copytree(resources.path(), tmp_path / "resources")
    changed = tmp_path / "resources" / "demo" / file
    text = changed.read_text(encoding="utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    monkeypatch.setattr(resources, "path", (tmp_path / "resources").joinpath)

    with pytest.raises(UnfitDemoShop, match=complaint):
        read_demo_shop("en")
