"""The demo shop as its files tell it: goods, tiles, members, stories, programmes, settings.

`resources/demo` holds tables that a spreadsheet opens. There are several demo shops with the same
goods: one of each first market, with the names, prices, taxes, people and money of its country.

Numbers of goods are in-store numbers that GS1 leaves to every shop: 200… (13 digits) and 2000…
(8 digits), so that no real maker's number is taken. Scale labels usually begin with 21 to 28 and
the demo's cards with 29, so nothing can be mistaken for anything else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from terminal import resources
from terminal.barcodes import gtin
from terminal.barcodes.card_number import card_numbers
from terminal.demo.offers import PointTerms, is_behind_codes, programmes_in
from terminal.demo.people import Person, people_of
from terminal.demo.tables import each, minor, rows
from terminal.loyalty.basket import Product
from terminal.loyalty.programme import Programme
from terminal.till.ports import Tile
from terminal.till.settings import DEMO_SHOP

BARCODE_PREFIX = "20"
"""In-store numbers, left to every shop by GS1."""

_ENGLISH = "en"


class UnfitDemoShop(ValueError):
    """A file of `resources/demo` was changed to something that is no shop; says which and what."""


@dataclass(frozen=True, slots=True)
class Purchase:
    """One past purchase of a story: when, counted back from the day of building, and of what."""

    days: int
    """So many days ago; 0 where it counts in months."""
    months: int
    """So many months ago, on the same day of the month or the last one there is."""
    at: time
    skus: tuple[str, ...]

    def moment(self, today: date) -> datetime:
        """Local time of the purchase."""
        day = today - timedelta(days=self.days)
        if self.months:
            year, month = divmod(today.year * 12 + today.month - 1 - self.months, 12)
            # No month is shorter than 28 days; what matters here is the month.
            day = date(year, month + 1, min(today.day, 28))
        return datetime.combine(day, self.at)


@dataclass(frozen=True, slots=True)
class DemoMember:
    """A member of the demo shop, with the number of the card that is printed on the sheet."""

    name: str
    phone: str
    birthday: tuple[int, int] | None
    card: str
    story: str
    """Why this member is ready for something; empty for those with an ordinary past."""
    past: tuple[Purchase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoShop:
    """Everything in `resources/demo`, with the programmes of `resources/programmes`."""

    folder: str
    """The name of its folder among the shops of a computer."""
    name: str
    address: tuple[str, ...]
    lane: str
    country: str
    currency: str
    prices_include_tax: bool
    card_prefix: str
    card_key: bytes
    products: tuple[Product, ...]
    """Goods with a barcode."""
    loose: tuple[Product, ...]
    """Goods without one: by weight, by the piece, or of no fixed price."""
    tiles: tuple[Tile, ...]
    """What is on the screen to be tapped."""
    members: tuple[DemoMember, ...]
    blank_cards: tuple[str, ...]
    """Cards of this shop that nobody holds yet."""
    pin: str
    """The shop's, which `tenth demo` tells everybody."""
    unknown_code: str
    """A number that is not in the price list."""
    free_phone: str
    """A telephone number that no member has, as it is typed at the counter."""
    programmes: tuple[Programme, ...]
    try_price: int
    """What a thing without a price may cost, in minor units."""
    banknotes: tuple[int, ...]
    """In minor units, the smallest first."""

    @property
    def all_products(self) -> tuple[Product, ...]:
        """With and without a barcode."""
        return self.products + self.loose

    def product(self, sku: str) -> Product:
        """One of the goods; the files of the demo name only those that there are."""
        return next(product for product in self.all_products if product.sku == sku)

    def ready(self, story: str) -> DemoMember:
        """The member of a story, such as the one with a coffee card that is nearly full."""
        return next(member for member in self.members if member.story == story)

    @property
    def older_programmes(self) -> tuple[Programme, ...]:
        """Those by which the past was sold: vouchers and gift cards are new in the shop."""
        return tuple(one for one in self.programmes if not is_behind_codes(one))

    def handed_over(self, due: int) -> int:
        """What is given in cash for a sum: one note, or so many of the largest as are needed."""
        for note in self.banknotes:
            if note >= due:
                return note
        largest = self.banknotes[-1]
        return -(-due // largest) * largest


def read_demo_shop(language: str, *, small: bool = False) -> DemoShop:
    """Read the demo shop that speaks a language; English is spoken in the Polish one.

    A small one has the same goods and fewer members, who have the same cards in both.

    Raises:
        UnfitDemoShop: a file was changed to something that is no shop.
    """
    try:
        return _read(language, small=small)
    except KeyError as error:
        raise UnfitDemoShop(f"resources/demo: {error.args[0]} is missing") from error
    except (ValueError, ArithmeticError) as error:
        raise UnfitDemoShop(f"resources/demo: {error}") from error


def demo_folder(language: str) -> str:
    """The name of the folder of the demo shop of a language: each country's is one of its own.

    Raises:
        UnfitDemoShop: a file was changed to something that is no shop.
    """
    return read_demo_shop(language, small=True).folder


def sheet_words(language: str) -> Mapping[str, str]:
    """The words on the sheet of codes."""
    told = _told()["sheet"]
    words: Mapping[str, str] = told[language if language in told else _ENGLISH]
    return words


def _told() -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(
        resources.path("demo", "shop.json").read_text(encoding="utf-8")
    )
    return told


def _read(language: str, *, small: bool) -> DemoShop:
    told = _told()
    speaking = (
        language if any(language in one["name"] for one in told["shops"].values()) else _ENGLISH
    )
    key, own = next((key, one) for key, one in told["shops"].items() if speaking in one["name"])
    least = told["members_of_a_small_shop"]
    people = people_of(key, own["people"], own["phones"], least if small else told["members"])
    cards, blank = _cards(told, len(people), least)
    goods = tuple(_goods(own["country"], own["currency"], speaking))
    points = own["points"]
    return DemoShop(
        folder=DEMO_SHOP if key == "pl" else f"{DEMO_SHOP}-{key}",
        name=own["name"][speaking],
        address=tuple(own["address"][speaking]),
        lane=own["lane"][speaking],
        country=own["country"],
        currency=own["currency"],
        prices_include_tax=own["prices_include_tax"],
        card_prefix=told["card_prefix"],
        card_key=bytes.fromhex(told["card_key"]),
        products=tuple(one for one in goods if one.gtin),
        loose=tuple(one for one in goods if not one.gtin),
        tiles=tuple(_tiles(goods, speaking)),
        members=tuple(_members(people, cards)),
        blank_cards=blank,
        pin=told["pin"],
        unknown_code=told["unknown_code"],
        free_phone=own["free_phone"],
        programmes=programmes_in(
            own["currency"],
            PointTerms(
                one_for=minor(points["one_for"]),
                reward=minor(points["reward"]),
            ),
        ),
        try_price=minor(own["try_price"]),
        banknotes=tuple(note * 100 for note in sorted(own["banknotes"])),
    )


def _cards(
    told: Mapping[str, Any], members: int, least: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cards of the members and blank ones, from one block of counters.

    The blank ones come after as many as a small shop has, so that a sheet fits both.
    """
    key, prefix, spare = bytes.fromhex(told["card_key"]), told["card_prefix"], told["blank_cards"]
    numbers = tuple(card_numbers(range(members + spare), key=key, prefix=prefix))
    return numbers[:least] + numbers[least + spare :], numbers[least : least + spare]


def _goods(country: str, currency: str, language: str) -> Iterator[Product]:
    rates = {row["vat"]: int(row[country]) * 100 for row in rows("vat.csv")}

    def product(row: Mapping[str, str]) -> Product:
        if row["vat"] not in rates:
            raise ValueError(f"there is no VAT of the kind {row['vat']!r} in vat.csv")
        return Product(
            sku=row["sku"],
            name=row[f"name_{language}"],
            price=minor(row[currency]),
            vat=rates[row["vat"]],
            category=row["category"],
            brand=row["brand"],
            gtin=gtin.normal(row["gtin"]) if row["gtin"] else None,
            by_weight=row["sold"] == "weight",
            open_price=row["sold"] == "open",
            rewardable=row["rewards"] != "no",
        )

    return each("products.csv", product)


def _tiles(goods: Sequence[Product], language: str) -> Iterator[Tile]:
    tabs = {row["tab"]: row[f"name_{language}"] for row in rows("tabs.csv")}
    by_sku = {product.sku: product for product in goods}

    def tile(row: Mapping[str, str]) -> Tile:
        if row["tab"] not in tabs or row["sku"] not in by_sku:
            raise ValueError(f"there is no tab {row['tab']!r}, or no product {row['sku']!r}")
        return Tile(product=by_sku[row["sku"]], group=tabs[row["tab"]], colour=row["colour"])

    return each("tiles.csv", tile)


def _members(people: Sequence[Person], cards: Sequence[str]) -> Iterator[DemoMember]:
    stories = _stories()
    for person, card in zip(people, cards, strict=True):
        yield DemoMember(
            name=person.name,
            phone=person.phone,
            birthday=person.birthday,
            card=card,
            story=person.story,
            past=stories.get(person.story, ()),
        )


def _stories() -> dict[str, tuple[Purchase, ...]]:
    stories: dict[str, tuple[Purchase, ...]] = {}
    for row in rows("stories.csv"):
        count, _, unit = row["when"].partition(" ")
        purchase = Purchase(
            days=int(count) if unit == "days" else 0,
            months=int(count) if unit == "months" else 0,
            at=time.fromisoformat(row["time"]),
            skus=tuple(row["skus"].split()),
        )
        stories[row["story"]] = (*stories.get(row["story"], ()), purchase)
    return stories
