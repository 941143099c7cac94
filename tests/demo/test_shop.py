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
from terminal.till.membership.phones import whole_numbers

LANGUAGES = ("en", "pl", "uk", "ro", "lv", "ru")
VAT = {"PL": {5, 8, 23}, "UA": {20}, "RO": {11, 21}, "LV": {5, 12, 21}}


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def shop(language: str) -> DemoShop:
    return read_demo_shop(language)


def test_there_is_enough_to_try(shop: DemoShop) -> None:
    assert len(shop.all_products) >= 300
    assert sum(product.by_weight for product in shop.all_products) >= 30
    assert sum(product.open_price for product in shop.all_products) >= 5
    assert len(shop.tiles) >= 80
    assert len({tile.group for tile in shop.tiles}) == 5
    assert len(shop.members) == 500
    assert len(shop.blank_cards) >= 5
    assert len(shop.programmes) == 8


def test_a_small_shop_is_the_beginning_of_the_whole_one(language: str, shop: DemoShop) -> None:
    small = read_demo_shop(language, small=True)

    assert small.members == shop.members[:50]
    assert small.blank_cards == shop.blank_cards
    assert small.all_products == shop.all_products


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
    counters = set()
    for card in cards:
        reading = parse(card, rules)[0]
        assert isinstance(reading, CardNumber)
        counters.add(reading.counter)
    assert counters == set(range(len(cards)))
    assert not is_card_number(shop.unknown_code, prefix=shop.card_prefix)
    assert isinstance(parse(shop.unknown_code, rules)[0], Gtin)


def test_vat_rates_are_those_of_the_country(shop: DemoShop) -> None:
    rates = {product.vat for product in shop.all_products}

    # A gift card is no goods yet: what is bought with it is taxed.
    assert rates == {0, *(rate * 100 for rate in VAT[shop.country])}


def test_everything_has_a_price_except_what_the_cashier_types(shop: DemoShop) -> None:
    for product in shop.all_products:
        assert bool(product.price) != product.open_price


def test_phones_are_numbers_of_the_country(shop: DemoShop) -> None:
    for member in shop.members[:80]:
        assert not member.phone or whole_numbers(member.phone, shop.country) == (member.phone,)


def test_nobody_has_the_name_of_somebody_else(shop: DemoShop) -> None:
    assert len({member.name for member in shop.members}) == len(shop.members)


def test_no_zloty_is_promised_where_other_money_is_paid(shop: DemoShop) -> None:
    names = " ".join(
        name for one in shop.programmes for reward in one.rewards for name in reward.name.values()
    )
    assert ("zł" in names) == (shop.currency == "PLN")


def test_goods_are_told_apart_by_their_names(shop: DemoShop) -> None:
    names = Counter(product.name for product in shop.all_products)

    assert [name for name, times in names.items() if times > 1] == []


def test_names_fit_a_slip_of_42_columns(shop: DemoShop) -> None:
    assert all(0 < len(product.name) <= 32 for product in shop.all_products)


def test_programmes_are_about_goods_that_are_there(shop: DemoShop) -> None:
    for programme in shop.programmes:
        filters = [rule.goods for rule in programme.earn]
        for reward in programme.rewards:
            filters += [reward.target.goods, *(need.goods for need in reward.condition.needs)]
        for goods in filters:
            assert any(goods.takes_names(product) for product in shop.all_products)


def test_points_live_to_the_end_of_a_month(shop: DemoShop) -> None:
    unit = next(one.unit for one in shop.programmes if one.unit and one.unit.id == "points")

    assert unit.expiry == ExpiresAfter(months=12, round_to="month")


def test_every_shop_sells_the_same_goods() -> None:
    shops = [read_demo_shop(language, small=True) for language in LANGUAGES]

    assert len({tuple(one.sku for one in shop.all_products) for shop in shops}) == 1
    assert len({shop.folder for shop in shops}) == 5


def test_a_language_that_no_shop_speaks_is_answered_in_english() -> None:
    assert read_demo_shop("de", small=True).product("DAI-01").name == "Butter 82% 200 g"


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("products.csv", "7.99,91", "7.999,91", r"products\.csv, line 2: a price has at most two"),
        ("products.csv", "7.99,91", "cheap,91", r"products\.csv, line 2: a price is written like"),
        ("products.csv", "2000000010373", "2000000010374", r"products\.csv, line 2: .*not a GTIN"),
        (
            "products.csv",
            ",basic,",
            ",free,",
            r"products\.csv, line 2: there is no VAT of the kind",
        ),
        ("tiles.csv", ",#4e342e", "", r"tiles\.csv, line 2: not as many columns"),
        ("tiles.csv", "CUP-01", "CUP-00", r"tiles\.csv, line 2: .* no product 'CUP-00'"),
        ("tabs.csv", "greens", "grass", r"tiles\.csv, line \d+: there is no tab 'greens'"),
        ("members_prices.csv", "DAI-01", "DAI-02", r"DAI-01 is missing"),
        ("members.csv", "06-05", "13-05", r"members\.csv: Anna Kowalska has no birthday"),
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
