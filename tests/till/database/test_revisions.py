"""What the registry sends: price lists turn at their instant, programmes and the shop arrive."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from terminal.loyalty.basket import Product
from terminal.loyalty.programme import Programme
from terminal.till.database import revisions
from terminal.till.database.facts import unix_ms
from terminal.wire.programme_json import write_programme
from terminal.wire.registry_json import Operator, Pricing, ShopRecord, TileRecord
from tests.till.database.test_settling import Line

Files = Any
COFFEE = Product(sku="coffee", name="Black coffee", price=900, vat=500, gtin="05901234123457")
TEA = Product(sku="tea", name="Green tea", price=700, vat=500)
HOUR = 3_600_000


@pytest.fixture
def line(files: Files) -> Line:
    return Line(files)


def pricing(line: Line, number: int, hours: int, *products: Product, **more: Any) -> Pricing:
    """A price list that holds from so many hours after now."""
    now = unix_ms(line.files.clock.now())
    return Pricing(number=number, holds_from_ms=now + hours * HOUR, products=products, **more)


def price(line: Line, sku: str) -> int | None:
    product = line.till.catalogue.by_sku(sku)
    return None if product is None else product.price


def test_a_price_list_holds_at_once_or_from_its_instant(line: Line) -> None:
    dearer = Product(sku="coffee", name="Black coffee", price=950, vat=500)
    settled = line.sync(
        pricings=(
            pricing(line, 2, 2, dearer, removed=("tea",)),
            pricing(
                line,
                1,
                0,
                COFFEE,
                TEA,
                codes=(("05901234000001", "coffee"), ("05901234000009", "nobody")),
                tiles=(TileRecord(sku="tea", tab="Hot"), TileRecord(sku="nobody", tab="Hot")),
            ),
        )
    )
    assert settled.catalogue
    assert (price(line, "coffee"), price(line, "tea")) == (900, 700)
    assert line.till.catalogue.by_gtin("05901234000001") == COFFEE
    assert [tile.product.sku for tile in line.till.catalogue.tiles()] == ["tea"]
    line.files.clock.advance(hours=1)
    assert not line.till.sync.turn_revisions(line.files.clock.now()).catalogue
    line.files.clock.advance(hours=1)
    assert line.till.sync.turn_revisions(line.files.clock.now()).catalogue
    assert not line.till.sync.turn_revisions(line.files.clock.now()).catalogue
    assert (price(line, "coffee"), price(line, "tea")) == (950, None)
    assert line.till.catalogue.by_gtin("05901234000001") is None
    assert line.till.catalogue.tiles() == ()
    assert line.till.catalogue.search("green", 5) == ()


def test_a_list_that_comes_late_leaves_what_is_newer(line: Line) -> None:
    newer = Product(sku="coffee", name="Black coffee", price=950, vat=500)
    water = Product(sku="water", name="Water", price=300, vat=500)
    tiles = (TileRecord(sku="coffee", tab="Hot"),)
    line.sync(pricings=(pricing(line, 2, -1, newer, removed=("tea",), tiles=tiles),))
    line.sync(pricings=(pricing(line, 1, -2, COFFEE, TEA, water, tiles=()),))
    assert (price(line, "coffee"), price(line, "tea"), price(line, "water")) == (950, None, 300)
    assert len(line.till.catalogue.tiles()) == 1


def test_a_list_is_turned_once_however_often_it_comes(line: Line) -> None:
    first = pricing(line, 1, 0, COFFEE)
    line.sync(pricings=(first,))
    line.till.catalogue.put_products([Product(sku="coffee", name="Coffee", price=1, vat=500)])
    assert not line.sync(pricings=(first,)).catalogue
    assert price(line, "coffee") == 1


def test_codes_move_from_one_product_to_another(line: Line) -> None:
    line.sync(pricings=(pricing(line, 1, -1, COFFEE, TEA),))
    bare = Product(sku="coffee", name="Black coffee", price=900, vat=500)
    coded = Product(sku="tea", name="Green tea", price=700, vat=500, gtin=COFFEE.gtin)
    for number, order in enumerate(((bare, coded), (COFFEE, TEA), (coded, bare)), start=2):
        line.sync(pricings=(pricing(line, number, 0, *order),))
        owner = next(one for one in order if one.gtin)
        assert line.till.catalogue.by_gtin(str(COFFEE.gtin)) == owner


def test_a_long_list_is_turned_in_parts_and_begun_again_after_a_crash(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    goods = [Product(sku=f"p{n}", name=f"Goods {n}", price=n, vat=500) for n in range(1, 121)]
    write, parts = revisions._write, []

    def until_the_plug_is_pulled(*arguments: Any) -> None:
        parts.append(1)
        if len(parts) == 3:
            raise KeyboardInterrupt
        write(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(revisions, "_write", until_the_plug_is_pulled)
        with pytest.raises(KeyboardInterrupt):
            line.sync(pricings=(pricing(line, 1, 0, *goods),))
    assert (price(line, "p100"), price(line, "p101")) == (100, None)
    line.files.close()
    line.till = line.files.open()
    assert line.till.sync.turn_revisions(line.files.clock.now()).catalogue
    assert price(line, "p120") == 120


def test_programmes_are_put_beside_the_others(line: Line) -> None:
    programme = Programme(
        programme=1, revision=1, holds_from=datetime(2026, 1, 1, tzinfo=UTC), name={"en": "Tea"}
    )
    content = json.loads(write_programme(programme))
    assert line.sync(programmes=(content,)).programmes
    assert not line.sync(programmes=({**content, "name": {"en": "Other"}},)).programmes
    assert line.till.programmes.revisions() == (programme,)


def test_a_programme_of_another_year_waits_for_a_newer_program(line: Line) -> None:
    strange = {"format": 99, "programme": 2, "revision": 1, "name": "?"}
    assert line.sync(programmes=(strange,)).programmes
    assert line.till.programmes.revisions() == ()
    assert not line.sync(programmes=(strange, {"programme": "x"})).programmes


def test_the_shop_and_who_may_sign_on(line: Line) -> None:
    shop = ShopRecord(
        store="5" * 32,
        name="Sklep u Ani",
        country="PL",
        currency="PLN",
        language="pl",
        card_prefix="29",
    )
    line.sync(shop=shop, operators=(Operator(id="1", name="Ola", role="manager"),))
    assert json.loads(str(line.till.settings.get("shop_record")))["name"] == "Sklep u Ani"
    assert line.prepare().cards_left == 0
    line.sync(operators=(Operator(id="2", name="Ela"),))
    with line.till.database.reading() as connection:
        rows = connection.execute("SELECT id, name, role FROM operators").fetchall()
    assert rows == [("2", "Ela", "cashier")]
