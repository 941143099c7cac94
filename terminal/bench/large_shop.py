"""A shop of full size for the bench: members, goods and entries, built once and kept.

It grows out of the small demo shop: goods get siblings, a town joins by the journal's own bulk,
everybody brings units along that end on several days, and some buy by the real engine. No balance
is written here; `rebuild --check` passes on what comes out, and the build asks it.

The shop stands in the user's cache folder, in a folder named by its size; it is built beside its
place and moved there when it is whole. Tables of an older version are brought up to date as those
of any shop are.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from platformdirs import user_cache_path

from terminal.barcodes import gtin
from terminal.barcodes.card_number import card_numbers
from terminal.bench.report import Progress
from terminal.loyalty.basket import Basket, Line, Product
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.facts import ClockQuality
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import NO_CHOICES, Moment
from terminal.loyalty.tender import Tender, TenderKind
from terminal.till.database.bulk import Bulk
from terminal.till.database.connection import open_file
from terminal.till.database.quick import Quick
from terminal.till.database.rebuild import check
from terminal.till.database.recording import Enrolment
from terminal.till.database.till_database import TillDatabase, open_database
from terminal.till.ports import Member
from terminal.till.settings import Settings, read_settings

SEED = "town"
RECIPE = 1
"""Raise it when what is built here changes: what was kept is built anew then."""
SALES_EACH = 20
"""One member in so many bought by the engine."""
OPENING_LOTS = 4
TOGETHER = 20_000
"""Products of one transaction."""
MEMBERS_TOGETHER = 200_000
"""Members of one transaction. Ids are random, so a large one touches every page of the file, and
each transaction writes all of it: few are quicker than many."""
CACHE_KIBIBYTES = 6_000_000
"""At most: the whole file, so that no page is written before its transaction is whole."""
_EPOCH = datetime.fromtimestamp(0, tz=UTC).replace(tzinfo=None)
_FIRST = (
    "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Magdalena Elżbieta Krystyna Joanna "
    "Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Jakub Adam Łukasz Marek Grzegorz "
    "Олена Марія Ірина Оксана Юрій Сергій Андрій Іван Elena Ioana Andrei Mihai Jānis Ilze Kārlis"
).split()
_ROOTS = (
    "Kowal Wiśn Wójc Zieliń Szymań Woźn Dąbr Kozł Mazur Krawcz Piotr Grab Pawł Michal Król "
    "Wieczor Jabłoń Wróbl Nowak Majew Olszew Stęp Malin Jawor Adam Dud Nowic Sikor Walczak Baran "
    "Szewcz Tomasz Pietrz Wilk Lis Czarn Kub Sawic Sob Kaczmar"
).split()
_MIDDLES = ("", "a", "e", "i", "o", "u", "al", "an", "ar", "ec", "el", "er", "ow", "ub", "ur", "yn")
_ENDINGS = ("ski", "icki", "czyk", "ewicz", "ak", "ek", "uk", "enko", "escu", "iņš", "ov", "as")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the shop is."""

    members: int
    products: int

    @property
    def name(self) -> str:
        """Of its folder."""
        return f"shop-{self.members}-{self.products}-{RECIPE}"


FULL = Size(members=1_000_000, products=100_000)
SMALL = Size(members=10_000, products=100_000)
"""What the full size is held against."""

BuildShop = Callable[[Path], Settings]


def large_shop(size: Size, build_shop: BuildShop, progress: Progress) -> Settings:
    """The shop of a size: the one that is kept, or a new one."""
    place = user_cache_path("tenth", appauthor=False) / "bench" / size.name
    if not place.exists():
        building = place.with_name(f"{place.name}.building-{os.getpid()}")
        shutil.rmtree(building, ignore_errors=True)
        building.parent.mkdir(parents=True, exist_ok=True)
        try:
            build(build_shop(building), size, progress)
            building.rename(place)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    settings = read_settings(place)
    open_file(settings.database).close()  # here once, and not in each copy of it
    return settings


def build(settings: Settings, size: Size, progress: Progress) -> None:
    """Let a small shop grow; what it has counts in.

    Raises:
        AssertionError: the tables of what was built are not those of its facts.
    """
    today = datetime.now().astimezone().date()
    till = open_database(settings.database, clock=StillClock(today), ids=TownIds())
    try:
        with till.database.writing() as connection:
            Quick(connection).run(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
        products = _goods(till, size.products, progress)
        _town(till, settings, size.members, products, today, progress)
        with till.database.writing() as connection:
            Quick(connection).run("PRAGMA optimize")
        findings = check(till.database)
        assert findings.clean, findings.differences[:3]
    finally:
        till.close()


class StillClock:
    """Noon of yesterday: `ports.Clock`."""

    def __init__(self, today: date) -> None:
        noon = datetime.combine(today - timedelta(days=1), datetime.min.time()).replace(hour=12)
        self._at = Moment(local=noon, offset_minutes=0, business_day=noon.date())

    def now(self) -> Moment:
        """Always the same."""
        return self._at

    def quality(self) -> ClockQuality:
        """Believed."""
        return ClockQuality.TRUSTED


class TownIds:
    """Ids out of a seed, spread as random ones are: `ports.Ids`."""

    def __init__(self) -> None:
        self._chance = random.Random(f"{SEED} ids")  # noqa: S311 - repeatable

    def random_id(self) -> str:
        """128 bits as 32 hex digits."""
        return f"{self._chance.getrandbits(128):032x}"

    def sale_id(self) -> str:
        """A UUIDv7's place in time does not matter here."""
        return self.random_id()


def _goods(till: TillDatabase, wanted: int, progress: Progress) -> list[Product]:
    """Siblings of the goods that are there, each with a code of its own."""
    with closing(_reader(till)) as plain:
        skus = [sku for (sku,) in plain.execute("SELECT sku FROM products ORDER BY sku")]
    there = [one for one in map(till.catalogue.by_sku, skus) if one is not None]
    likes = [one for one in there if not one.by_weight and not one.open_price]
    made = []
    for number in range(max(0, wanted - len(there))):
        like = likes[number % len(likes)]
        made.append(
            replace(
                like,
                sku=f"N{number:06d}",
                name=f"{like.name} {number // len(likes) + 2}",
                price=like.price + number % 97,
                gtin=_gtin(number),
            )
        )
    for first in range(0, len(made), TOGETHER):
        till.catalogue.put_products(made[first : first + TOGETHER])
        progress("products", min(len(made), first + TOGETHER), len(made))
    return likes + made


def _gtin(number: int) -> str:
    body = f"0590{number:09d}"
    return body + gtin.check_digit(body)


def _town(
    till: TillDatabase,
    settings: Settings,
    wanted: int,
    products: Sequence[Product],
    today: date,
    progress: Progress,
) -> None:
    with closing(_reader(till)) as plain:
        (there,) = plain.execute("SELECT count(*) FROM members").fetchone()
    joining = max(0, wanted - there)
    if not joining:
        return
    assert settings.card_key is not None, "the demo shop has a key for its cards"
    town = _Town(till.programmes.revisions(), products, settings, today)
    numbers = card_numbers(
        till.cards.take(joining), key=settings.card_key, prefix=settings.cards.prefix
    )
    for first in range(0, joining, MEMBERS_TOGETHER):
        last = min(joining, first + MEMBERS_TOGETHER)
        with till.journal.in_bulk() as bulk:
            for number in range(first, last):
                town.join(bulk, number, next(numbers))
                if (number + 1) % 1_000 == 0:
                    progress("members", number + 1, joining)


class _Town:
    """Who joins, what they bring along and what they buy; by a seed."""

    def __init__(
        self,
        programmes: Sequence[Programme],
        products: Sequence[Product],
        settings: Settings,
        today: date,
    ) -> None:
        self._programmes, self._products = programmes, products
        self._settings, self._today = settings, today
        self._chance = random.Random(SEED)  # noqa: S311 - repeatable
        self._units = sorted({one.unit.id for one in programmes if one.unit is not None})
        self._names = [
            root + middle + ending for root in _ROOTS for middle in _MIDDLES for ending in _ENDINGS
        ]

    def join(self, bulk: Bulk, number: int, card: str) -> None:
        """One member, and for some a sale."""
        chance = self._chance
        at = self._moment(chance.randrange(30, 700))
        member = Member(
            id=f"{chance.getrandbits(128):032x}",
            name=f"{chance.choice(_FIRST)} {chance.choice(self._names)}",
            phone=f"+48{chance.randrange(500_000_000, 900_000_000)}",
            joined=at.business_day,
            card_number=card,
        )
        opening = tuple(self._lots())
        bulk.enrol(Enrolment(member=member, card_number=card, at=at, opening=opening))
        if number % SALES_EACH == 0:
            bulk.record_sale(self._sale(bulk, member.id, card))

    def _lots(self) -> Iterator[tuple[str, int, date | None]]:
        unit, *others = self._units
        for months in range(1, OPENING_LOTS + 1):
            yield unit, self._chance.randrange(5, 400), self._today + timedelta(days=91 * months)
        yield (others or [unit])[0], self._chance.randrange(1, 8), None

    def _sale(self, bulk: Bulk, member: str, number: str) -> Sale:
        chance = self._chance
        at, card = self._moment(chance.randrange(1, 30)), bulk.by_card(number)
        standing = bulk.standing(member)
        bought = chance.choices(self._products, k=chance.randint(1, 6))
        basket = Basket(
            currency=self._settings.shop.currency,
            prices_include_tax=self._settings.shop.prices_include_tax,
            lines=tuple(Line(key=key, product=one) for key, one in enumerate(bought, start=1)),
        )
        told = evaluate(basket, standing, self._programmes, at)
        paid = (Tender(kind=TenderKind.CARD, amount=told.total),) if told.total else ()
        assert card is not None, "who just joined has a card"
        return Sale(
            id=self._sale_id(at),
            at=at,
            basket=basket,
            standing=standing,
            choices=NO_CHOICES,
            evaluation=told,
            tenders=paid,
            card=card.id,
        )

    def _moment(self, days: int) -> Moment:
        noon = datetime.combine(self._today - timedelta(days=days), datetime.min.time())
        local = noon.replace(hour=self._chance.randrange(7, 21))
        return Moment(local=local, offset_minutes=0, business_day=local.date())

    def _sale_id(self, at: Moment) -> str:
        """A UUIDv7 of a past moment, 32 hex digits."""
        milliseconds = (at.utc - _EPOCH) // timedelta(milliseconds=1)
        tail = hashlib.sha256(f"{milliseconds} {self._chance.random()}".encode()).hexdigest()
        return f"{milliseconds:012x}7{tail[:3]}8{tail[3:18]}"


def _reader(till: TillDatabase) -> sqlite3.Connection:
    return sqlite3.connect(till.database.path)
