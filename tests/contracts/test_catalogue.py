"""What every catalogue, list of rules and basket in work promises."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from terminal.loyalty.basket import Product
from terminal.loyalty.programme import Programme
from terminal.till.ports import Catalogue, Programmes, Tile, WorkingBasket
from terminal.wire.programme_json import write_programme

Shop = Any

COFFEE = Product(
    sku="101",
    name="Kawa mielona Jagódka 500 g",
    price=2499,
    vat=2300,
    category="drinks/coffee",
    brand="Jagódka",
    supplier="Palarnia",
    gtin="05901234123457",
)
APPLES = Product(sku="7", name="Jabłka", price=399, vat=500, by_weight=True)
TOBACCO = Product(sku="9", name="Tytoń", price=1999, vat=2300, rewardable=False, earning=False)


def test_a_product_is_found_by_gtin_and_by_sku(shop: Shop) -> None:
    catalogue: Catalogue = shop.catalogue
    assert shop.catalogue.put_products([COFFEE, APPLES, TOBACCO]) == 3
    assert catalogue.by_gtin("05901234123457") == COFFEE
    assert catalogue.by_sku("7") == APPLES
    assert catalogue.by_sku("9") == TOBACCO
    assert catalogue.by_gtin("05901234123458") is None
    assert catalogue.by_sku("8") is None


def test_a_product_may_have_more_codes(shop: Shop) -> None:
    shop.catalogue.put_products([COFFEE], {"05900000000008": "101"})
    assert shop.catalogue.by_gtin("05900000000008") == COFFEE
    assert shop.catalogue.by_gtin("05901234123457") == COFFEE


def test_a_new_price_replaces_the_old_one_and_an_old_name_is_forgotten(shop: Shop) -> None:
    shop.catalogue.put_products([COFFEE])
    dearer = Product(sku="101", name="Kawa ziarnista", price=2699, vat=2300, gtin="05900000000015")
    shop.catalogue.put_products([dearer])
    assert shop.catalogue.by_sku("101") == dearer
    assert shop.catalogue.by_gtin("05900000000015") == dearer
    assert shop.catalogue.by_gtin("05901234123457") is None
    assert shop.catalogue.search("mielona", 5) == ()
    assert shop.catalogue.search("ziarn", 5) == (dearer,)


def test_products_are_found_by_words_of_their_names(shop: Shop) -> None:
    shop.catalogue.put_products([COFFEE, APPLES, TOBACCO])
    assert shop.catalogue.search("jablka", 5) == (APPLES,)
    assert shop.catalogue.search("JAGODKA kawa", 5) == (COFFEE,)
    assert shop.catalogue.search("500", 5) == (COFFEE,)
    assert shop.catalogue.search("", 5) == ()
    assert shop.catalogue.search("kawa tyton", 5) == ()


def test_tiles_stand_in_the_owner_s_order(shop: Shop) -> None:
    shop.catalogue.put_products([COFFEE, APPLES])
    apples = Tile(product=APPLES, group="Owoce", colour="#44aa44")
    coffee = Tile(product=COFFEE, group="Napoje")
    assert shop.catalogue.put_tiles([apples, coffee]) == 2
    assert shop.catalogue.tiles() == (apples, coffee)
    shop.catalogue.put_tiles([coffee])
    assert shop.catalogue.tiles() == (coffee,)


def revision(programme: int, number: int, name: str = "Coffee") -> Programme:
    return Programme(
        programme=programme,
        revision=number,
        holds_from=datetime(2026, 1, 1, tzinfo=UTC),
        name={"en": name},
    )


def test_revisions_come_back_as_they_were_put(shop: Shop) -> None:
    programmes: Programmes = shop.programmes
    assert list(programmes.revisions()) == []
    given = [revision(2, 1), revision(1, 2), revision(1, 1)]
    assert shop.programmes.put(write_programme(one) for one in given) == 3
    assert list(programmes.revisions()) == [revision(1, 1), revision(1, 2), revision(2, 1)]


def test_a_published_revision_never_changes(shop: Shop) -> None:
    shop.programmes.put([write_programme(revision(1, 1))])
    assert shop.programmes.put([write_programme(revision(1, 1))]) == 0
    with pytest.raises(ValueError, match="another one"):
        shop.programmes.put(
            [write_programme(revision(5, 1)), write_programme(revision(1, 1, "Tea"))]
        )
    assert list(shop.programmes.revisions()) == [revision(1, 1)]


def test_what_is_no_programme_is_refused(shop: Shop) -> None:
    with pytest.raises(ValueError, match=r"."):
        shop.programmes.put(['{"programme": 0}'])
    assert list(shop.programmes.revisions()) == []


def test_the_basket_in_work_is_kept_and_forgotten(shop: Shop) -> None:
    basket: WorkingBasket = shop.working_basket
    assert basket.load() == b""
    basket.save(b"one coffee")
    basket.save(b"two coffees")
    assert basket.load() == b"two coffees"
    basket.save(b"")
    assert basket.load() == b""


def test_a_code_is_linked_to_a_product_and_let_go_with_the_basket_in_work(shop: Shop) -> None:
    shop.catalogue.put_products([coffee := Product(sku="K1", name="Kawa", price=100, vat=2300)])
    assert shop.catalogue.by_own_code("123") is None
    shop.catalogue.link("123", "K1", working=b"one coffee")
    assert shop.working_basket.load() == b"one coffee"
    assert (shop.catalogue.by_own_code("123"), shop.catalogue.own_sku("123")) == (coffee, "K1")
    shop.catalogue.put_products([newer := Product(sku="K1", name="Kawa", price=200, vat=2300)])
    assert shop.catalogue.by_own_code("123") == newer
    shop.catalogue.link("123", None, working=b"a code")
    assert shop.working_basket.load() == b"a code"
    assert (shop.catalogue.by_own_code("123"), shop.catalogue.own_sku("123")) == (None, None)


def test_goods_of_a_kind_are_kept_as_such(shop: Shop) -> None:
    flowers = Product(sku="F", name="Flowers", price=0, vat=800, open_price=True)
    shop.catalogue.put_products([flowers])
    assert shop.catalogue.by_sku("F") == flowers
