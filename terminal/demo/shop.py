"""The demo shop as its files tell it: goods, tiles, members, stories, programmes, settings.

`resources/demo` holds tables that a spreadsheet opens. All names of goods stand there in Polish
and English, because a demo is shown to both kinds of people.

Numbers of goods are in-store numbers that GS1 leaves to every shop: 200… (13 digits) and 2000…
(8 digits), so that no real maker's number is taken. Scale labels usually begin with 21 to 28 and
the demo's cards with 29, so nothing can be mistaken for anything else.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from terminal import resources
from terminal.barcodes import gtin
from terminal.barcodes.card_number import card_numbers
from terminal.loyalty.basket import Product
from terminal.loyalty.programme import Programme
from terminal.till.ports import Tile
from terminal.wire.programme_json import read_programme

Read = TypeVar("Read")

NAMED_IN = ("en", "pl")
"""The languages in which the goods have names; other languages of the screens show English."""

BARCODE_PREFIX = "20"
"""In-store numbers, left to every shop by GS1."""


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


@dataclass(frozen=True, slots=True)
class DemoShop:
    """Everything in `resources/demo`, with the programmes of `resources/programmes`."""

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
    tiles: tuple[Tile, ...]
    """Goods without one."""
    members: tuple[DemoMember, ...]
    blank_cards: tuple[str, ...]
    """Cards of this shop that nobody holds yet."""
    unknown_code: str
    """A number that is not in the price list."""
    programmes: tuple[Programme, ...]

    @property
    def all_products(self) -> tuple[Product, ...]:
        """With and without a barcode."""
        return self.products + tuple(tile.product for tile in self.tiles)

    def product(self, sku: str) -> Product:
        """One of the goods; the files of the demo name only those that there are."""
        return next(product for product in self.all_products if product.sku == sku)

    def ready(self, story: str) -> DemoMember:
        """The member of a story, such as the one with a coffee card that is nearly full."""
        return next(member for member in self.members if member.story == story)


def read_demo_shop(language: str) -> DemoShop:
    """Read the demo shop, with its names in a language (English where there are none).

    Raises:
        UnfitDemoShop: a file was changed to something that is no shop.
    """
    try:
        return _read(language if language in NAMED_IN else "en")
    except KeyError as error:
        raise UnfitDemoShop(f"resources/demo: {error.args[0]} is missing") from error
    except (ValueError, ArithmeticError) as error:
        raise UnfitDemoShop(f"resources/demo: {error}") from error


def _read(named_in: str) -> DemoShop:
    told = json.loads(resources.path("demo", "shop.json").read_text(encoding="utf-8"))
    people = list(_rows("members.csv"))
    key, prefix = bytes.fromhex(told["card_key"]), told["card_prefix"]
    # One block of counters for those who hold a card, the next for the blank ones.
    cards = list(card_numbers(range(len(people) + told["blank_cards"]), key=key, prefix=prefix))
    stories = _stories()
    return DemoShop(
        name=told["name"][named_in],
        address=tuple(told["address"][named_in]),
        lane=told["lane"][named_in],
        country=told["country"],
        currency=told["currency"],
        prices_include_tax=told["prices_include_tax"],
        card_prefix=prefix,
        card_key=key,
        products=tuple(_each("products.csv", lambda row: _product(row, named_in))),
        tiles=tuple(_each("tiles.csv", lambda row: _tile(row, named_in))),
        members=tuple(
            _member(row, card, stories)
            for row, card in zip(people, cards[: len(people)], strict=True)
        ),
        blank_cards=tuple(cards[len(people) :]),
        unknown_code=told["unknown_code"],
        programmes=read_ready_programmes(),
    )


def read_ready_programmes() -> tuple[Programme, ...]:
    """The programmes that ship with Tenth, in the order of their numbers."""
    files = sorted(resources.path("programmes").glob("*.json"))
    found = (read_programme(file.read_bytes()) for file in files)
    return tuple(sorted(found, key=lambda programme: programme.programme))


def _rows(file: str) -> Iterator[Mapping[str, str]]:
    with resources.path("demo", file).open(encoding="utf-8", newline="") as opened:
        for number, row in enumerate(csv.DictReader(opened), start=2):
            if None in row or None in row.values():
                raise ValueError(f"{file}, line {number}: not as many columns as the head has")
            yield row


def _each(file: str, read: Callable[[Mapping[str, str]], Read]) -> Iterator[Read]:
    """What each row of a table tells; a row that tells nonsense is named."""
    for number, row in enumerate(_rows(file), start=2):
        try:
            yield read(row)
        except (ValueError, ArithmeticError) as error:
            raise ValueError(f"{file}, line {number}: {error}") from error


def _product(row: Mapping[str, str], language: str) -> Product:
    return Product(
        sku=row["sku"],
        name=row[f"name_{language}"],
        price=_minor(row["price"]),
        vat=int(row["vat"]) * 100,
        category=row["category"],
        brand=row["brand"],
        gtin=gtin.normal(row["gtin"]) if row.get("gtin") else None,
        by_weight=row.get("sold") == "weight",
        open_price=row.get("sold") == "open",
    )


def _tile(row: Mapping[str, str], language: str) -> Tile:
    return Tile(
        product=_product(row, language), group=row[f"group_{language}"], colour=row["colour"]
    )


def _member(
    row: Mapping[str, str], card: str, stories: Mapping[str, tuple[Purchase, ...]]
) -> DemoMember:
    month, _, day = row["birthday"].partition("-")
    return DemoMember(
        name=row["name"],
        phone=row["phone"],
        birthday=(int(month), int(day)) if day else None,
        card=card,
        story=row["story"],
        past=stories.get(row["story"], ()),
    )


def _stories() -> dict[str, tuple[Purchase, ...]]:
    stories: dict[str, tuple[Purchase, ...]] = {}
    for row in _rows("stories.csv"):
        count, _, unit = row["when"].partition(" ")
        purchase = Purchase(
            days=int(count) if unit == "days" else 0,
            months=int(count) if unit == "months" else 0,
            at=time.fromisoformat(row["time"]),
            skus=tuple(row["skus"].split()),
        )
        stories[row["story"]] = (*stories.get(row["story"], ()), purchase)
    return stories


def _minor(price: str) -> int:
    """Minor units of a price such as 7.99; never a float, which would lose a grosz."""
    try:
        exact = Decimal(price) * 100
    except ArithmeticError:
        raise ValueError(f"a price is written like 7.99, not {price!r}") from None
    if exact != int(exact):
        raise ValueError(f"a price has at most two decimal places, not {price!r}")
    return int(exact)
