"""A shop leaves its own server for another one: every right in its place, whatever is cut off."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from terminal.loyalty.bodies import LotWarned
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account
from terminal.server import commands, leaving, publications
from terminal.server.calendar.days import run_day
from terminal.server.database import grants, registry
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.failures import NotDone
from terminal.server.intake import rulings
from terminal.server.intake.bringing import bring
from terminal.server.intake.leftovers import apply_leftovers
from terminal.server.intake.refusals import Refused
from terminal.server.ledger.rebuilding import check
from terminal.server.registry import pairing
from terminal.server.registry.local_days import LocalDays
from terminal.server.registry.pairing import BadCode, KnownLog, NotBrought
from terminal.server.registry.stores import shop_of
from terminal.server.settings import Settings
from terminal.wire.moving_json import BringRequest
from terminal.wire.published_files import write_shop
from terminal.wire.record_json import CardRecord, MemberRecord, RecordField
from terminal.wire.registry_json import CardSeries, PairReply, PairRequest, ShopRecord
from terminal.wire.signing import public_key_of, unsqueeze
from terminal.wire.sync_json import Refusal, Verdict, Want, read_message, write_message
from tests.server.paper_till import NOW_MS, TODAY, earn, points, spend, wallet
from tests.server.speaking_till import Office, SpeakingTill, rounds

URL = "https://tenth.example"
OLD, NEW = "0a" * 16, "0d" * 16
ANNA, BELA, CLEO, DINA = (points(number) for number in range(1, 5))
EVERYBODY = (ANNA, BELA, CLEO, DINA)
SHOP = ShopRecord(
    store=OLD,
    name="Sklep u Ani",
    country="PL",
    currency="PLN",
    language="pl",
    card_prefix="29",
    card_key="11" * 16,
)
ENDS = TODAY + timedelta(days=30)


class CutOff(Exception):
    """The computer went dark."""


class Shop:
    """A shop with two tills at its own server, and the distant one that it is to join."""

    def __init__(self, folder: Path, distant: ServerDatabase) -> None:
        self.settings = Settings(folder=folder)
        self.here = Office(open_database(self.settings.url))
        self.there = Office(distant)
        for office, shop in (
            (self.here, SHOP),
            (self.there, replace(SHOP, store=NEW, name="Ani 5", card_key="22" * 16)),
        ):
            text = write_shop(shop)
            office.database.run(lambda c, s=shop.store, t=text: registry.add_store(c, s, t))  # type: ignore[misc]
        self.one, self.two = self.here.pair(1), self.here.pair(2)
        self.tills = (self.one, self.two)
        self.code = self.new_code()
        self.seen = self.cuts = 0
        self.cut: tuple[str, int, str] = ("", 0, "")
        """Which message is the last one (the n-th with this in it), before or after it came."""

    def new_code(self) -> str:
        there = self.there
        return there.database.run(
            lambda c: pairing.issue_code(c, NEW, there.now_ms, there.chance)
        ).code

    def post(self, url: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """What the route does."""
        assert (url, path, headers) == (URL, "/bring", {})
        request = read_message(BringRequest, unsqueeze(body))
        kind, number, when = self.cut
        if kind and getattr(request, kind):
            self.seen += 1
        last = kind and getattr(request, kind) and self.seen == number
        if last and when == "before":
            self.cuts += 1
            raise CutOff
        try:
            reply = bring(self.there.database, request, self.there.now_ms)
        except BadCode:
            return 403, write_message(Refusal(code="bad_code", text="no"))
        except Refused as refused:
            return refused.http, write_message(refused.refusal)
        if last and when == "after":
            self.cuts += 1
            raise CutOff
        return 200, write_message(reply)

    def move(self) -> None:
        self.here.database.close()
        leaving.move(self.settings, URL, self.code, self.post, pause_s=0)

    def join(self, till: SpeakingTill, code: str | None = None) -> PairReply:
        """The till pairs with the distant server and begins there."""
        request = PairRequest(
            code=code or self.new_code(),
            public_key=public_key_of(till.key).hex(),
            incarnation=till.incarnation,
            older=tuple(one.incarnation for one in till.older),
            lane=till.paper.name,
            moves=True,
            app="test",
        )
        there = self.there
        reply = there.database.run(lambda c: pairing.pair(c, request, there.now_ms, there.chance))
        till.nonce, till.timeline, till.cursor = reply.nonce, reply.timeline, 0
        till.acknowledged, till.replaces, till.terminal = {}, None, reply.terminal
        return reply

    def live(self) -> None:
        """A story that leaves something in every place where units and rights can be."""
        one, two, here = self.one, self.two, self.here
        one.paper.record(earn(ANNA, 100), earn(BELA, 40, ENDS))
        one.paper.record(earn(CLEO, 60, ENDS), Entry(DINA, EntryKind.EARN_PENDING, 25))
        warned = LotWarned(
            wallet=BELA.wallet, unit=BELA.unit, day=ENDS, n=40, last_day=ENDS, how="slip"
        )
        one.paper.record(kind=FactKind.LOT_WARNED, body=warned)
        one.records = [person(1, "Anna", "2900000000018"), person(2, "Bela")]
        two.paper.record(earn(ANNA, 30), earn(DINA, 7))
        two.records = [person(3, "Cleo"), person(4, "Dina")]
        rounds(here, self.tills)
        two.want(here, ANNA, 90)  # asked back from the other one
        one.sync(here)
        one.sync(here)
        two.want(here, ANNA, 90)
        two.paper.record(spend(ANNA, 95))
        two.sync(here)
        one.paper.record(spend(BELA, 5))
        rounds(here, self.tills)
        day = ENDS + timedelta(days=1)
        run_day(here.database, now_ms=NOW_MS, days=LocalDays(day))  # asks rights of Bela back
        rounds(here, self.tills)
        run_day(here.database, now_ms=NOW_MS, days=LocalDays(day))  # and lets them end
        two.want(here, CLEO, 20)
        one.sync(here)
        one.sync(here)

    def leave_grants_on_their_way(self) -> None:
        """The second till has one and did not say so yet, and never hears of another."""
        two = self.two
        two.want(self.here, CLEO, 12)
        wish = Want(wallet=CLEO.wallet, unit=CLEO.unit, n=20)
        two.send(self.here, two.asking(most=0, wants=(wish,)))


def person(number: int, name: str, card: str = "") -> MemberRecord:
    return MemberRecord(
        id=f"{number:032x}",
        fields=(RecordField(name="name", value=name, version=1),),
        wallets=(wallet(number),),
        cards=(CardRecord(id=f"{number + 100:032x}", number=card),) if card else (),
    )


@pytest.fixture
def shop(tmp_path: Path, server_database: ServerDatabase) -> Shop:
    folder = tmp_path / "shop" / "server"
    folder.mkdir(parents=True)
    return Shop(folder, server_database)


def books(office: Office) -> dict[str, object]:
    """Where every unit and every right is."""
    rows = office.dump()
    return {
        "accounts": rows["accounts"],
        "holdings": [row for row in rows["holdings"] if row[3]],
        "sent": [row for row in rows["grants"] if row[6] == grants.SENT],
        "pending": [row[:6] for row in rows["pending"]],
        "warnings": rows["warnings"],
        "extensions": rows["extensions"],
        "facts": [row[:5] for row in rows["facts"]],
        "members": [(row[0], row[1], row[2], row[4], row[5]) for row in rows["members"]],
        "cards": rows["cards"],
    }


def alarms(office: Office) -> list[object]:
    return [row[:2] for row in office.dump()["alarms"]]


def conserved(office: Office) -> bool:
    held: Counter[tuple[str, str]] = Counter()
    rows = office.dump()
    for row in rows["holdings"]:
        held[row[0], row[1]] += row[3]
    for row in rows["grants"]:
        if row[6] == grants.SENT:
            held[row[3], row[4]] += row[5]
    for wallet_id, unit, earned, expired, used, pending, debt, _, _, pool in rows["accounts"]:
        there = earned - expired - used - pending + debt
        if pool < 0 or pool + held[wallet_id, unit] != there:
            return False
    return True


def test_the_shop_stands_at_the_other_server_as_it_stood_here(shop: Shop) -> None:
    shop.live()
    shop.leave_grants_on_their_way()
    before = books(shop.here)
    assert len(before["sent"]) == 2  # type: ignore[arg-type]
    assert any(row[2] == "LotExpired" for row in before["facts"])  # type: ignore[attr-defined]

    shop.move()

    assert books(shop.there) == before
    assert conserved(shop.there)
    assert alarms(shop.there) == []
    assert check(shop.there.database).clean


def test_both_tills_go_on_there_with_what_they_had_not_sent(shop: Shop) -> None:
    shop.live()
    shop.leave_grants_on_their_way()
    shop.one.paper.record(earn(DINA, 11))
    shop.two.paper.record(spend(ANNA, 1))
    shop.move()
    shop.two.paper.record(earn(ANNA, 3))
    rights = shop.two.rights(CLEO)

    shop.join(shop.one, shop.code)
    assert shop.one.sync(shop.there).verdict is Verdict.OK
    shop.one.paper.record(earn(BELA, 9))
    shop.join(shop.two)
    rounds(shop.there, shop.tills)

    assert (rights, shop.two.rights(CLEO)) == (12, 20), "what was on its way came, once"
    with shop.there.database.reading() as connection:
        assert grants.all_sent(connection) == []
    assert conserved(shop.there)
    assert alarms(shop.there) == []
    assert check(shop.there.database).clean
    held = {(row[0], row[2]): row[3] for row in shop.there.dump()["holdings"]}
    for till in shop.tills:
        for account in EVERYBODY:
            assert held.get((account.wallet, till.incarnation), 0) == till.rights(account)


def test_rights_of_a_till_that_has_not_joined_yet_are_given_to_nobody(shop: Shop) -> None:
    shop.live()
    shop.move()
    shop.join(shop.one, shop.code)
    shop.one.sync(shop.there)
    free = pool_of(shop.there, ANNA)
    held_by_two = shop.two.rights(ANNA)
    assert held_by_two

    before = shop.one.rights(ANNA)
    for _ in range(3):
        shop.one.want(shop.there, ANNA, 1_000)
    assert shop.one.rights(ANNA) == before + free

    shop.two.paper.record(spend(ANNA, held_by_two))
    shop.join(shop.two)
    rounds(shop.there, shop.tills)
    assert conserved(shop.there)
    assert alarms(shop.there) == []


def pool_of(office: Office, account: Account) -> int:
    for row in office.dump()["accounts"]:
        if (row[0], row[1]) == tuple(account):
            return int(row[-1])
    return 0


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["tills", "facts", "finish", "records"])
def test_a_move_that_was_cut_off_anywhere_is_repeated(
    shop: Shop, kind: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terminal.server.intake.archive.FACTS_MOST", 3)
    monkeypatch.setattr("terminal.server.intake.archive.RECORDS_AT_ONCE", 2)
    shop.live()
    shop.leave_grants_on_their_way()
    before = books(shop.here)
    for number in range(1, 4):
        shop.seen, shop.cut = 0, (kind, number, when)
        with suppress(CutOff):
            shop.move()
    assert shop.cuts > 0
    shop.cut = ("", 0, "")
    shop.code = shop.new_code()
    shop.move()

    assert books(shop.there) == before
    shop.join(shop.one, shop.code)
    shop.one.sync(shop.there)
    shop.join(shop.two)
    rounds(shop.there, shop.tills)
    assert conserved(shop.there)
    assert alarms(shop.there) == []
    assert check(shop.there.database).clean


def test_nothing_counts_before_everything_is_there(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terminal.server.intake.archive.FACTS_MOST", 2)
    shop.live()
    shop.cut = ("facts", 3, "after")
    with pytest.raises(CutOff):
        shop.move()

    assert apply_leftovers(shop.there.database, shop.there.now_ms) == 0
    run_day(shop.there.database, now_ms=NOW_MS, days=LocalDays(ENDS + timedelta(days=400)))
    rows = shop.there.dump()
    assert rows["facts"]
    assert rows["accounts"] == rows["entries"] == []
    assert check(shop.there.database).clean


def test_the_folder_is_an_archive_from_then_on(shop: Shop) -> None:
    shop.live()
    shop.move()

    for command in (
        lambda: commands.run(shop.settings, until_stdin_closes=True, say=print),
        lambda: commands.code(shop.settings, None, lambda *_: None),
        lambda: publications.publish(shop.settings, [], dry_run=False, post=lambda *_: None),
        lambda: commands.restored(shop.settings),
        lambda: commands.fence(shop.settings, "Till 1", revoke=False),
        lambda: commands.write_off(shop.settings, "Till 1", "lost"),
    ):
        with pytest.raises(NotDone, match=f"works with {URL} now"):
            command()
    assert commands.tills(shop.settings).lines, "it can be read"


def test_a_wrong_code_freezes_nothing(shop: Shop) -> None:
    shop.live()
    shop.code = "WRONG"
    with pytest.raises(NotDone, match="opens nothing"):
        shop.move()
    assert leaving.moved_to(shop.settings.folder) == ""
    assert shop.there.dump()["logs"] == []


def test_a_shop_that_counts_in_other_money_cannot_join(shop: Shop) -> None:
    euro = write_shop(replace(SHOP, store=NEW, currency="EUR"))
    shop.there.database.run(lambda c: registry.change_shop(c, NEW, euro))
    with pytest.raises(NotDone, match=r"currency \(PLN, EUR\)"):
        shop.move()
    assert leaving.moved_to(shop.settings.folder) == ""


def test_a_server_that_waits_for_a_till_does_not_let_its_shop_go(shop: Shop) -> None:
    shop.live()
    rulings.restored(shop.here.database, NOW_MS)
    with pytest.raises(NotDone, match="waits for Till 1, Till 2"):
        shop.move()


def test_a_shop_moves_to_one_server_only(shop: Shop) -> None:
    shop.live()
    shop.move()
    with pytest.raises(NotDone, match="began to move to https"):
        leaving.move(shop.settings, "https://other.example", shop.code, shop.post)


def test_nobody_there_is_told_at_once(shop: Shop) -> None:
    shop.here.database.close()
    with pytest.raises(NotDone, match="Nobody answers"):
        leaving.move(shop.settings, URL, shop.code, lambda *_: None)
    assert leaving.moved_to(shop.settings.folder) == ""


def test_a_till_whose_shop_was_not_brought_is_not_let_in(shop: Shop) -> None:
    shop.live()
    with pytest.raises(NotBrought):
        shop.join(shop.two, shop.code)
    shop.move()
    shop.join(shop.two, shop.code)  # the code was not used up


def test_only_the_key_that_the_old_server_knew_opens_a_log(shop: Shop) -> None:
    shop.live()
    shop.move()
    thief = shop.two.copied()
    thief.key = bytes(range(32))
    with pytest.raises(NotBrought):
        shop.join(thief)
    thief_request = PairRequest(
        code=shop.new_code(),
        public_key=public_key_of(thief.key).hex(),
        incarnation=thief.incarnation,
        lane="Thief",
        app="test",
    )
    with pytest.raises(KnownLog):
        shop.there.database.run(
            lambda c: pairing.pair(c, thief_request, shop.there.now_ms, shop.there.chance)
        )


def test_an_answer_that_was_lost_with_its_code_is_asked_for_with_another(shop: Shop) -> None:
    shop.live()
    shop.move()
    shop.join(shop.one, shop.code)
    shop.join(shop.one)
    assert shop.one.sync(shop.there).verdict is Verdict.OK
    with pytest.raises(KnownLog):
        shop.join(shop.one)


def test_a_till_that_began_a_new_log_meanwhile_joins_with_it(shop: Shop) -> None:
    shop.live()
    shop.move()
    old = shop.two.paper
    shop.two.older.append(old)
    shop.two.paper = type(old)(old.name, "ab" * 8, old.store)
    shop.two.names = set()
    shop.join(shop.two, shop.code)
    shop.two.paper.record(earn(ANNA, 4))
    shop.two.sync(shop.there)
    rounds(shop.there, [shop.two])
    assert conserved(shop.there)
    assert check(shop.there.database).clean


def test_the_old_cards_stay_in_use(shop: Shop) -> None:
    shop.here.database.run(lambda c: registry.skip_cards(c, OLD, 1_500))
    shop.move()
    with shop.there.database.reading() as connection:
        record = shop_of(connection, NEW)
    old = CardSeries(prefix="29", key="11" * 16, issued=1_500)
    assert record.older_cards == (old,)
    assert record.card_key == "22" * 16
    assert ("shop", NEW) in [row[2:4] for row in shop.there.dump()["feed"]]


def test_cards_of_one_key_are_counted_on(shop: Shop) -> None:
    same = write_shop(replace(SHOP, store=NEW))
    shop.there.database.run(lambda c: registry.change_shop(c, NEW, same))
    shop.here.database.run(lambda c: registry.skip_cards(c, OLD, 1_500))
    shop.move()
    with shop.there.database.reading() as connection:
        assert shop_of(connection, NEW).older_cards == ()
        assert registry.cards_issued(connection, NEW) == 1_500


def test_who_was_erased_stays_erased(shop: Shop) -> None:
    shop.live()
    rulings.erase(shop.here.database, f"{3:032x}")
    shop.move()
    shop.join(shop.two, shop.code)
    shop.two.records = [person(3, "Cleo")]
    shop.two.sync(shop.there)
    members = {row[0]: json.loads(row[1]) for row in shop.there.dump()["members"]}
    assert members[f"{3:032x}"] == {}
    assert members[f"{1:032x}"]["name"][0] == "Anna"


def test_a_log_with_another_past_is_refused(shop: Shop) -> None:
    shop.live()
    shop.move()
    other = SpeakingTill(paper=shop.one.paper.again(), terminal=shop.one.terminal)
    last = other.paper.facts.pop()
    other.paper.head = ""
    other.paper.write(last.replace(b'"wall_ms":', b'"wall_ms":1'))
    text = other.paper.facts[-1].decode()
    with pytest.raises(Refused, match="another past"):
        bring(shop.there.database, BringRequest(code=shop.code, facts=(text,)), shop.there.now_ms)


def test_a_log_that_goes_on_differently_there_stops_the_move(shop: Shop) -> None:
    shop.live()
    shop.cut = ("finish", 1, "before")
    with pytest.raises(CutOff):
        shop.move()
    log = shop.one.incarnation
    strange = "ee" * 32
    shop.there.database.run(
        lambda c: c.exec_driver_sql(
            f"UPDATE facts SET hash = '{strange}' WHERE incarnation = '{log}'"
        )
    )
    shop.cut = ("", 0, "")
    with pytest.raises(NotDone, match="another past here"):
        shop.move()
    assert shop.there.dump()["accounts"] == []
