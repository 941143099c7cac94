"""Tills on real files leave their own server for a distant one: two real servers, told over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from terminal.barcodes.card_number import card_number
from terminal.loyalty.wallet import Account, UnitId
from terminal.resources import path
from terminal.server.calendar.days import run_day
from terminal.server.clock import day_of, system_clock
from terminal.server.command_line import leave
from terminal.server.database.connection import ServerDatabase
from terminal.server.database.connection import open_database as open_server_database
from terminal.server.database.only_server import only_server
from terminal.server.failures import NotDone
from terminal.server.ledger import rebuilding
from terminal.server.registry.local_days import LocalDays
from terminal.till import courier_process, joining, own_rules
from terminal.till.app import open_till
from terminal.till.checkout.notice import NoticeKind
from terminal.till.database.rebuild import check
from terminal.till.database.till_database import TillDatabase
from terminal.till.devices.chance import SystemIds
from terminal.till.devices.clock import SystemClock
from terminal.till.journal_port import Recorded
from terminal.till.line_port import Question
from terminal.till.ports import Member
from terminal.till.settings import Settings, read_settings
from terminal.till.sync.errands import Pause
from terminal.till.sync.link import Way, ask_once
from terminal.till.sync.pairing import NotPaired, introduce
from terminal.wire.programme_json import read_programme, write_programme
from terminal.wire.registry_json import PUBLISH_PATH, PublishReply, PublishRequest, ShopRecord
from tests.fakes.paid_sale import paid_sale
from tests.till.sync.office import KEY, Office, make_shop

POINTS = read_programme(path("programmes", "points.json").read_bytes())
ANNA, BELA = "a" * 32, "b" * 32
CARDS = {ANNA: card_number(0, key=KEY, prefix="29"), BELA: card_number(1, key=KEY, prefix="29")}
OTHER_KEY = bytes(range(1, 33))
DISTANT = ShopRecord(
    store="d" * 32,
    name="Ani 5",
    country="PL",
    currency="PLN",
    language="pl",
    card_prefix="29",
    card_key=OTHER_KEY.hex(),
)


@contextmanager
def opened(settings: Settings) -> Iterator[TillDatabase]:
    with joining.opened(settings) as (database, _):
        yield database


def sync(settings: Settings, url: str, question: Question | None = None) -> None:
    """Speak with a server until there is nothing left to say."""
    with opened(settings) as database:
        courier = joining.courier_of(settings.folder, database.sync, SystemClock())
        if question is not None:
            courier.ask(question)
        way = Way(lambda: url)
        while not isinstance(step := courier.next(_now()), Pause):
            courier.answered(*way.carry(step), _now())
        way.close()


def _now() -> int:
    return time.monotonic_ns() // 1_000_000


class Shop:
    """A shop with two tills and its own server, and the server that it is to join."""

    def __init__(self, folder: Path) -> None:
        self.first = make_shop(folder / "home" / "shop")
        self.own = Office(self.first.local_server)
        self.own.start()
        with opened(self.first) as database:
            database.programmes.put([write_programme(POINTS)])
            database.cards.take(2)
            courier_process._pair_locally(
                self.first, database, database.sync, self.own.url, self.own.key
            )
        self.second = joining.pair(
            folder / "home" / "till2", self.own.url, self.own.code(), "Till 2"
        )
        self.distant = Office(folder / "distant")
        self.distant.start()
        published = self.distant.ask(PUBLISH_PATH, PublishRequest(shop=DISTANT), PublishReply)
        assert not published.problems

    def live(self) -> None:
        """Both tills sell and redeem; units of one member end at the shop's own server."""
        for settings, who, name in ((self.first, ANNA, "Anna"), (self.second, BELA, "Bela")):
            with opened(settings) as database:
                member = Member(id=who, name=name, phone="+48600123456")
                database.journal.enrol(member, CARDS[who], SystemClock().now())
        ends = day_of(system_clock()) + timedelta(days=20)
        self.sell(self.first, ANNA, earn=100)
        self.sell(self.second, BELA, earn=40, day=ends)
        self.settle()
        self.sell(self.second, BELA, earn=2)  # on the slip it is told that the 40 will end
        self.sell(self.second, ANNA, earn=10)
        self.sell(self.first, ANNA, spend=30)
        self.settle()
        for _ in range(2):  # first the till is asked to give them back
            with self.server(self.own) as database:
                run_day(database, now_ms=system_clock(), days=LocalDays(ends + timedelta(days=1)))
            self.settle()

    def settle(self) -> None:
        for _ in range(2):
            sync(self.first, self.own.url)
            sync(self.second, self.own.url)

    def sell(self, settings: Settings, who: str, **moves: object) -> None:
        with opened(settings) as database:
            standing = database.members.standing(who)
            sale = paid_sale(SystemIds().sale_id(), SystemClock().now(), standing, **moves)  # type: ignore[arg-type]
            recorded = database.journal.record_sale(sale)
            assert isinstance(recorded, Recorded), recorded

    def join(self, settings: Settings, bring: joining.Bring | None = None) -> Settings:
        return joining.pair(
            settings.folder,
            self.distant.url,
            self.distant.code(),
            settings.lane.name,
            bring or (lambda folder, url, code: leave(folder, url, code, ask_once)),
        )

    @contextmanager
    def server(self, office: Office) -> Iterator[ServerDatabase]:
        database = open_server_database(office.settings.url)
        try:
            yield database
        finally:
            database.close()

    def close(self) -> None:
        self.own.stop()
        self.distant.stop()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


def points(settings: Settings, who: str) -> tuple[int, int]:
    """(what somebody has, what of it may be spent here) as a till shows it."""
    with opened(settings) as database:
        standing = database.members.standing(who)
        return standing.balance("points"), standing.spendable("points")


def clean(shop: Shop) -> None:
    """Every book agrees with its facts, and no right is anywhere twice."""
    for settings in (shop.first, shop.second):
        with opened(settings) as database:
            findings = check(database.database)
            assert findings.clean, findings.differences
            assert database.sync.contact().waiting == 0
    with shop.server(shop.distant) as database:
        found = rebuilding.check(database)
        assert found.clean, found.differences
        with database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT kind, place, detail FROM alarms").all()
            assert rows == []
            wrong = connection.exec_driver_sql(
                """SELECT a.wallet, a.unit FROM accounts a WHERE a.pool < 0
                OR a.earned - a.expired - a.used - a.pending + a.debt <> a.pool
                + (SELECT coalesce(sum(n), 0) FROM holdings h
                   WHERE h.wallet = a.wallet AND h.unit = a.unit)
                + (SELECT coalesce(sum(n), 0) FROM grants g WHERE g.standing = 'sent'
                   AND g.wallet = a.wallet AND g.unit = a.unit)"""
            ).all()
            assert wrong == []


def facts(shop: Shop, office: Office) -> dict[tuple[str, int], str]:
    with shop.server(office) as database, database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT incarnation, seq, hash FROM facts").all()
        return {(log, seq): fact for log, seq, fact in rows}


def test_a_shop_with_two_tills_joins_and_nothing_is_lost_or_doubled(shop: Shop) -> None:
    shop.live()
    with shop.server(shop.own) as database, database.reading() as connection:
        kinds = connection.exec_driver_sql(
            "SELECT DISTINCT kind FROM facts JOIN logs USING (incarnation) WHERE role = 'server'"
        ).scalars()
        assert "LotExpired" in set(kinds)
    shop.own.stop()
    shop.sell(shop.first, ANNA, earn=5)  # offline, and never told to the own server
    shop.sell(shop.second, ANNA, spend=3)
    before = {who: points(shop.first, who)[0] for who in (ANNA, BELA)}
    at_own = facts(shop, shop.own)

    first = shop.join(shop.first)
    assert joining.fetch(first).value == ""
    shop.sell(shop.second, ANNA, spend=2)  # this one has not joined yet
    shop.second = shop.join(shop.second)
    assert joining.fetch(shop.second).value == ""
    for _ in range(2):
        sync(first, shop.distant.url)
        sync(shop.second, shop.distant.url)
    shop.first = first

    at_distant = facts(shop, shop.distant)
    assert at_own.items() <= at_distant.items()
    assert read_settings(first.folder).server.url == shop.distant.url
    assert points(first, ANNA)[0] == points(shop.second, ANNA)[0] == before[ANNA] - 5
    assert points(first, BELA)[0] == points(shop.second, BELA)[0] == before[BELA]
    sync(first, shop.distant.url, Question(wants=((account_of(first, ANNA), 500),)))
    clean(shop)


def account_of(settings: Settings, who: str) -> Account:
    with opened(settings) as database:
        return Account(database.members.standing(who).wallets[0], UnitId("points"))


class CutOff(Exception):
    pass


@pytest.mark.parametrize(
    "place", ["bring before", "bring after", "introduce", "take_over", "write_settings"]
)
def test_wherever_it_is_cut_off_it_is_repeated(
    shop: Shop, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.live()
    shop.own.stop()
    shop.sell(shop.first, ANNA, earn=5)
    before = points(shop.first, ANNA)[0]

    def dark(*_: object, **__: object) -> object:
        raise CutOff

    def bring(folder: Path, url: str, code: str) -> None:
        if place == "bring after":
            leave(folder, url, code, ask_once)
        raise CutOff

    real = introduce

    def introduced(*given: object) -> object:
        real(*given)  # type: ignore[arg-type]
        raise CutOff

    falls = {"introduce": introduced, "take_over": dark, "write_settings": dark}
    with monkeypatch.context() as patched:
        if place in falls:
            patched.setattr(joining, place, falls[place])
        with pytest.raises(CutOff):
            shop.join(shop.first, bring if place.startswith("bring") else None)
    if place != "write_settings":
        shop.sell(shop.first, ANNA, earn=1)
        before += 1
        assert points(shop.first, ANNA)[0] == before, "it sells meanwhile"

    shop.first = shop.join(shop.first)
    assert joining.fetch(shop.first).value == ""
    shop.second = shop.join(shop.second)
    assert joining.fetch(shop.second).value == ""
    sync(shop.first, shop.distant.url)

    assert shop.first.server.url == shop.distant.url
    assert shop.first.card_key == OTHER_KEY
    assert points(shop.first, ANNA)[0] == before
    clean(shop)


def test_what_the_distant_server_does_not_have_is_written_down(shop: Shop) -> None:
    shop.own.stop()
    shop.first = shop.join(shop.first)
    joining.fetch(shop.first)

    files = joining.not_held(shop.first)

    names = [file.name for file in files]
    assert names == ["price-list.json", f"programme-{POINTS.programme}.1.json"]
    assert files[0].parent == own_rules.folder_of(shop.first.folder)
    words = own_rules.words_of_joining(shop.first, "shop", files, whole=True)
    assert any("stays as an archive" in line for line in words)
    assert any(f"tenth server publish '{files[1]}'" in line for line in words)
    with opened(shop.first) as database:
        assert database.programmes.revisions() == ()
        assert database.catalogue.by_sku("TEA"), "a server without prices leaves the till its own"

    texts = tuple((file.name, file.read_text(encoding="utf-8")) for file in files)
    told = shop.distant.ask(PUBLISH_PATH, PublishRequest(files=texts), PublishReply)
    assert told.problems == ()
    joining.fetch(shop.first)
    assert joining.not_held(shop.first) == ()
    assert not own_rules.folder_of(shop.first.folder).exists()


def test_the_distant_prices_and_programmes_hold(shop: Shop) -> None:
    shop.own.stop()
    prices = (
        '{"format": 1, "catalogue": [{"sku": "TEA", "name": "Tea", "price": 1111, "vat": 2300}]}'
    )
    files = (("prices.json", prices), ("points.json", write_programme(POINTS)))
    assert not shop.distant.ask(PUBLISH_PATH, PublishRequest(files=files), PublishReply).problems

    shop.first = shop.join(shop.first)
    joining.fetch(shop.first)

    with opened(shop.first) as database:
        assert [(one.sku, one.price) for one in database.catalogue.all_products()] == [
            ("TEA", 1111)
        ]
        assert database.programmes.revisions() == (POINTS,)
    assert [file.name for file in joining.not_held(shop.first)] == ["price-list.json"]


def test_a_slip_of_before_the_move_says_what_it_said(shop: Shop) -> None:
    """Programme 1 of the distant server is another one than the shop's own."""
    shop.own.stop()
    before = SystemClock().now()
    key = (POINTS.programme, POINTS.revision)
    with opened(shop.first) as database:
        assert list(database.programmes.of_sale({key}, before)) == [POINTS]
    other = replace(POINTS, name={"en": "Miles"})
    files = (("points.json", write_programme(other)),)
    assert not shop.distant.ask(PUBLISH_PATH, PublishRequest(files=files), PublishReply).problems

    shop.first = shop.join(shop.first)
    joining.fetch(shop.first)

    with opened(shop.first) as database:
        assert list(database.programmes.of_sale({key}, before)) == [POINTS]
        assert list(database.programmes.of_sale({key}, SystemClock().now())) == [other]
        assert database.programmes.revisions() == (other,), "nothing is judged by the old one"


def test_old_cards_stay_good_and_new_ones_are_of_the_distant_server(shop: Shop) -> None:
    shop.live()
    shop.own.stop()
    shop.first = shop.join(shop.first)
    joining.fetch(shop.first)

    assert read_settings(shop.first.folder).card_key == OTHER_KEY
    till = open_till(shop.first)
    try:
        for who, name in ((ANNA, "Anna"), (BELA, "Bela")):
            view = till.checkout.scan(CARDS[who])
            assert view.member is not None
            assert view.member.name == name
        till.checkout.remove_member()  # a blank card would be Bela's next one
        counter = till.database.cards.take(1).start
        fresh = till.checkout.scan(card_number(counter, key=OTHER_KEY, prefix="29"))
        assert fresh.joining
        made_up = till.checkout.scan(card_number(77_777, key=KEY, prefix="29"))
        assert made_up.notice is not None
        assert made_up.notice.kind is NoticeKind.CARD_UNKNOWN
    finally:
        till.close()


def test_the_till_beside_the_server_goes_first(shop: Shop) -> None:
    shop.live()
    with pytest.raises(NotPaired, match="joins first where its own server stands"):
        shop.join(shop.second)
    assert read_settings(shop.second.folder).server.url == shop.own.url


def test_a_server_that_runs_by_hand_is_ended_first(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terminal.server.leaving.LOCK_S", 0.3)
    with (
        only_server(shop.own.settings.folder / "server.lock"),
        pytest.raises(NotDone, match=r"runs in .* already\. End it first"),
    ):
        shop.join(shop.first)


def test_a_till_that_joined_already_is_told_so(shop: Shop) -> None:
    shop.own.stop()
    shop.first = shop.join(shop.first)
    with pytest.raises(NotPaired, match=f"paired with {shop.distant.url} already"):
        shop.join(shop.first)
