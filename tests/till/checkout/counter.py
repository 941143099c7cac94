"""A small shop to try the checkout in: on the real database, or on the fakes where it must be quick."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from terminal import resources
from terminal.barcodes.card_number import card_number
from terminal.barcodes.gtin import check_digit, normal
from terminal.barcodes.rules import CodeRules, ForeignCards
from terminal.loyalty.basket import Product
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.standing import RewardName
from terminal.loyalty.wallet import Account, UnitId
from terminal.till.app import OpenTill, open_till
from terminal.till.checkout.checkout import Checkout
from terminal.till.checkout.lookup import Lookup
from terminal.till.checkout.notice import NoticeKind
from terminal.till.checkout.plugs import Plugs
from terminal.till.checkout.shop import Shop
from terminal.till.checkout.view import CheckoutView
from terminal.till.database.till_database import open_database
from terminal.till.journal_port import Recorded
from terminal.till.line_port import LineTrouble
from terminal.till.membership.reception import FrontDesk, FrontDeskPlugs
from terminal.till.ports import Member
from terminal.till.settings import CardsTable, Settings, ShopTable
from tests.fakes import (
    FakeBearers,
    FakeCatalogue,
    FakeClock,
    FakeIds,
    FakeJournal,
    FakeLine,
    FakeMembers,
    FakeParkedBaskets,
    FakeProgrammes,
    FakeWorkingBasket,
)

KEY = b"a key for the cards of this test"
PREFIX = "29"
FIVE_OFF = RewardName(1, "five-off")
FREE_COFFEE = RewardName(2, "free-coffee")
FREE_WASH = RewardName(3, "free-wash")
BAKERY = RewardName(4, "bakery")
CHOCOLATE = RewardName(5, "third-free")
UNKNOWN = "2009999999997"


def code(body: str) -> str:
    return body + check_digit(body)


def card(counter: int) -> str:
    return card_number(counter, key=KEY, prefix=PREFIX)


def _goods(sku: str, name: str, price: int, category: str, body: str = "", **more: Any) -> Product:
    gtin = normal(code(body)) if body else None
    return Product(sku=sku, name=name, price=price, vat=2300, category=category, gtin=gtin, **more)


BUTTER = _goods("DAI-01", "Butter", 799, "dairy/butter", "200000001037")
BREAD = _goods("BAK-01", "Bread", 500, "bakery/bread", "200000002924")
CHOC = _goods("SWE-01", "Milk chocolate", 600, "sweets/chocolate", "200000001962")
BOX = _goods("BOX", "Large box", 2000, "home", "200000003072")
COFFEE = _goods("101", "Cappuccino", 1000, "drinks/coffee")
WASH = _goods("WASH-1", "Car wash", 2500, "services/wash")
APPLES = _goods("4011", "Apples", 450, "fruit", by_weight=True)
CARD_LIKE = Product(
    sku="ODD", name="Odd goods", price=300, vat=2300, gtin=normal(card(900)), category="home"
)
ALL = (BUTTER, BREAD, CHOC, BOX, COFFEE, WASH, APPLES, CARD_LIKE)
CODES = {one.name: one.gtin[1:] for one in ALL if one.gtin}

ANNA = Member(id="a" * 32, name="Anna Kowalska", phone="+48600123456")
BORYS = Member(id="b" * 32, name="Borys", phone="+48600993456", birthday=(6, 15))
OLD_ANNA = Member(id="c" * 32, name="Anna Zięba", phone="+48511222333")
CARDS = {ANNA.id: card(1), BORYS.id: card(2), OLD_ANNA.id: card(3)}
BLANK = card(5)
STRANGE = card(5_000)
ISSUED = 1_000
"""So many cards were given out by all tills; this one gave out twenty."""
FROM_TILL_2 = card(77)
FOREIGN = "77000123"


OFFERS = (
    "coffee-card",
    "happy-hour",
    "members-price",
    "points",
    "sixth-wash",
    "third-chocolate",
)
"""What this shop runs, of all that Tenth brings along."""


def programmes(names: Iterable[str] = OFFERS) -> list[str]:
    folder = resources.path("programmes")
    return [(folder / f"{name}.json").read_text("utf-8") for name in names]


@dataclass
class Counter:
    """A cashier's place: the checkout, and what stands behind it."""

    checkout: Checkout
    clock: FakeClock
    ids: FakeIds
    journal: Any
    members: Any
    programmes: Any
    kept: Any
    catalogue: Any
    till: OpenTill | None = None
    line: FakeLine = field(default_factory=FakeLine)
    parked: Any = None
    bearers: Any = None

    def scan(self, *goods: Product | Member | str) -> CheckoutView:
        view = self.checkout.view()
        for one in goods:
            if isinstance(one, Member):
                view = self.checkout.scan(CARDS[one.id])
            elif isinstance(one, str):
                view = self.checkout.scan(one)
            else:
                view = self.checkout.scan(CODES.get(one.name, one.sku))
        return view

    def balance(self, member: Member, unit: str = "points") -> int:
        balance: int = self.members.standing(member.id).balance(unit)
        return balance

    def give(self, member: Member, n: int, unit: str = "points") -> None:
        wallet = self.members.standing(member.id).wallets[0]
        entry = Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n)
        assert isinstance(self.journal.adjust([entry], "opening", member.id), Recorded)

    def take(self, member: Member, n: int, unit: str = "points") -> None:
        """Units spent elsewhere in the meantime."""
        wallet = self.members.standing(member.id).wallets[0]
        entry = Entry(Account(wallet, UnitId(unit)), EntryKind.SPEND, n)
        assert isinstance(self.journal.adjust([entry], "goodwill", member.id), Recorded)

    def wait(self, **by: int) -> None:
        self.clock.local += timedelta(**by)


def told(view: CheckoutView) -> NoticeKind | None:
    return view.notice.kind if view.notice else None


def blank(view: CheckoutView) -> str:
    """The number of the blank card that Enter makes a membership of; empty if none."""
    return view.joining.card if view.joining else ""


def rows(view: CheckoutView) -> list[tuple[str, int]]:
    return [(line.name or line.code, line.pieces) for line in view.lines]


def settings(folder: Path, country: str = "PL", currency: str = "PLN") -> Settings:
    return Settings(
        folder=folder,
        shop=ShopTable(name="Corner shop", country=country, currency=currency),
        cards=CardsTable(prefix=PREFIX),
        card_key=KEY,
    )


def fill(journal: Any, catalogue: Any, known: Any, clock: FakeClock) -> None:
    catalogue.put_products(ALL)
    known.put(programmes())
    for member in (ANNA, BORYS, OLD_ANNA):
        journal.enrol(member, CARDS[member.id], clock.now())


def real_counter(
    folder: Path,
    country: str = "PL",
    currency: str = "PLN",
    clock: FakeClock | None = None,
    ids: FakeIds | None = None,
) -> Counter:
    """The till on its file; filled if it is new."""
    clock, ids = clock or FakeClock(), ids or FakeIds()
    wanted = settings(folder, country, currency)
    if not wanted.database.exists():
        wanted.folder.mkdir(parents=True)
        wanted.database.write_bytes(_filled_file())
        ids._last += 1000  # those that the file was filled with
    till = open_till(wanted, clock=clock, ids=ids)
    return Counter(
        till.checkout,
        clock,
        ids,
        till.database.journal,
        till.database.members,
        till.database.programmes,
        till.database.working_basket,
        till.database.catalogue,
        till,
        parked=till.database.parked,
        bearers=till.database.bearers,
    )


@cache
def _filled_file() -> bytes:
    """The file of a shop that is ready to sell; Anna has 137 points."""
    with TemporaryDirectory() as folder:
        path, clock, ids = Path(folder) / "till.sqlite", FakeClock(), FakeIds()
        database = open_database(path, clock=clock, ids=ids)
        fill(database.journal, database.catalogue, database.programmes, clock)
        database.cards.take(20)
        wallet = database.members.standing(ANNA.id).wallets[0]
        entry = Entry(Account(wallet, UnitId("points")), EntryKind.EARN, 137)
        database.journal.adjust([entry], "opening", ANNA.id)
        database.close()
        return path.read_bytes()


def fake_counter(foreign: Iterable[ForeignCards] = (), like: Counter | None = None) -> Counter:
    """The same shop without a disk; ``like`` is one whose program died."""
    line = FakeLine()
    if like is None:
        clock, ids, members = FakeClock(), FakeIds(), FakeMembers()
        kept, known = FakeWorkingBasket(), FakeProgrammes()
        parked = FakeParkedBaskets(kept)
        journal = FakeJournal(members, working_basket=kept, clock=clock, ids=ids)
        catalogue = FakeCatalogue(working=kept)
        fill(journal, catalogue, known, clock)
    else:
        clock, ids, members = like.clock, like.ids, like.members
        kept, known, journal = like.kept, like.programmes, like.journal
        catalogue, parked = like.catalogue, like.parked
    bearers = FakeBearers(members) if like is None else like.bearers
    rules = CodeRules(card_prefix=PREFIX, card_key=KEY, foreign_cards=tuple(foreign))
    reception = reception_of(members, journal, known, clock, ids)
    plugs = Plugs(
        catalogue=catalogue,
        members=members,
        bearers=bearers,
        programmes=known,
        journal=journal,
        working_basket=kept,
        parked=parked,
        clock=clock,
        ids=ids,
        line=line,
        reception=reception,
        past=journal,
        times=journal,
        slip=lambda _: (),
    )
    lookup = Lookup(
        rules,
        catalogue,
        members,
        is_blank=lambda counter: counter < 20,
        may_be_elsewhere=lambda counter: _is_paired(line) and (counter or 0) < ISSUED,
        phones=reception.phones,
    )
    shop = Shop(currency="PLN", country="PL", unknown_vat=2300)
    counter = Counter(
        Checkout(shop, lookup, plugs),
        clock,
        ids,
        journal,
        members,
        known,
        kept,
        catalogue,
        line=line,
        parked=parked,
        bearers=bearers,
    )
    if like is None:
        counter.give(ANNA, 137)
    return counter


def with_line(counter: Counter, key: bytes = KEY) -> Counter:
    """The real till's file behind a checkout whose line is in the test's hand.

    ``key`` is that of the shop's cards.
    """
    assert counter.till is not None
    database, line = counter.till.database, FakeLine()
    reception = reception_of(
        database.members, database.journal, database.programmes, counter.clock, counter.ids
    )
    lookup = Lookup(
        CodeRules(card_prefix=PREFIX, card_key=key),
        database.catalogue,
        database.members,
        is_blank=lambda blank: blank in database.cards.given_out(),
        may_be_elsewhere=lambda one: _is_paired(line) and (one or 0) < ISSUED,
        phones=reception.phones,
    )
    plugs = Plugs(
        catalogue=database.catalogue,
        members=database.members,
        bearers=database.bearers,
        programmes=database.programmes,
        journal=database.journal,
        working_basket=database.working_basket,
        parked=database.parked,
        clock=counter.clock,
        ids=counter.ids,
        line=line,
        reception=reception,
        past=database.journal,
        times=database.journal,
        slip=lambda _: (),
        elsewhere=database.journal.told_sale,
        code_keys=database.code_keys,
    )
    shop = Shop(currency="PLN", country="PL", unknown_vat=2300)
    return replace(counter, checkout=Checkout(shop, lookup, plugs), line=line)


def reception_of(
    members: Any, journal: Any, known: Any, clock: FakeClock, ids: FakeIds
) -> FrontDesk:
    """The room of members of a shop in Poland."""
    return FrontDesk(
        FrontDeskPlugs(
            country="PL",
            members=members,
            journal=journal,
            past=journal,
            programmes=known,
            clock=clock,
            ids=ids,
        )
    )


def _is_paired(line: FakeLine) -> bool:
    return line.contact().trouble is not LineTrouble.NOT_PAIRED


def with_state(counter: Counter, member: Member, state: str) -> None:
    """A card replaced or blocked, as another program would do it."""
    assert counter.till is not None
    with counter.till.database.database.writing() as connection:
        connection.execute("UPDATE cards SET state = ? WHERE number = ?", (state, CARDS[member.id]))


def named(member: Member, **changes: Any) -> Member:
    return replace(member, **changes)
