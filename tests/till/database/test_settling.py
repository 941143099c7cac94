"""A reply is taken over whole and once, and the balances are its statements with the own tail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from terminal.loyalty.ledger import Lot
from terminal.loyalty.standing import Choices, Claim, RewardName
from terminal.loyalty.statement import PastMovement, PlacedRight
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.checkout.draft import Draft, DraftLine, restored, stored
from terminal.till.database import settling
from terminal.till.database.rebuild import check, rebuild
from terminal.till.database.settling import TRIES
from terminal.till.database.till_database import TillDatabase
from terminal.till.line_port import LineTrouble, Question
from terminal.till.ports import Member, ParkedBasket
from terminal.till.sync_port import PairedLine, Settled
from terminal.wire.sync_json import (
    Answer,
    AskKind,
    CardBlock,
    Recall,
    SyncReply,
    SyncRequest,
    Verdict,
    read_message,
    write_message,
)
from tests.fakes.paid_sale import COFFEE, paid_sale
from tests.till.database.small_server import SmallServer

Files = Any
ANNA = "a" * 32
CARD = "5012345678900"
POINTS = UnitId("points")


def paired(till: TillDatabase, timeline: int = 1) -> None:
    till.sync.pair(
        PairedLine(
            url="http://127.0.0.1:1",
            terminal="t" * 32,
            store="5" * 32,
            timeline=timeline,
            nonce="first",
        )
    )


class Line:
    """A till, its server and the line between."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.till: TillDatabase = files.open()
        self.server = SmallServer()
        self.random = 0
        paired(self.till)

    @property
    def wallet(self) -> WalletId:
        return self.till.members.standing(ANNA).wallets[0]

    @property
    def account(self) -> Account:
        return Account(self.wallet, POINTS)

    def enrol(self) -> None:
        member = Member(id=ANNA, name="Anna", phone="+48600123456")
        self.till.journal.enrol(member, CARD, self.files.clock.now())

    def sell(self, **moves: int) -> None:
        sale = paid_sale(
            self.files.ids.sale_id(),
            self.files.clock.now(),
            self.till.members.standing(ANNA),
            **moves,  # type: ignore[arg-type]
        )
        self.till.journal.record_sale(sale)

    def prepare(self, question: Question | None = None, **how: Any) -> SyncRequest:
        self.random += 1
        return self.till.sync.prepare(
            **{
                "random": f"{self.random:032x}",
                "question": question or Question(),
                "most_facts": 500,
                "most_bytes": 256 * 1024,
                "at": self.files.clock.now(),
                **how,
            }
        )

    def settle(self, request: SyncRequest, reply: SyncReply) -> Settled:
        return self.till.sync.settle(request, reply, at=self.files.clock.now())

    def sync(self, *, apply: bool = True, **more: Any) -> Settled:
        """One round trip; by then the server has applied what came before."""
        request = self.prepare()
        reply = self.server.answer(request, **more)
        if apply:
            self.server.apply()
        return self.settle(request, reply)

    def sync_fully(self) -> None:
        while self.sync().more:
            pass
        self.sync()

    def spendable(self) -> int:
        return self.till.members.standing(ANNA).spendable("points")

    def balance(self) -> int:
        return self.till.members.standing(ANNA).balance("points")


@pytest.fixture
def line(files: Files) -> Line:
    line = Line(files)
    line.enrol()
    line.sell(earn=100)
    return line


def test_facts_go_up_once_and_leave_the_outbox(line: Line) -> None:
    assert line.till.sync.contact().waiting == 3  # two facts and a record
    request = line.prepare()
    assert len(request.facts) == 2
    assert request.records[0].id == ANNA
    assert [field.name for field in request.records[0].fields] == ["name", "phone"]
    assert request.records[0].wallets == (line.wallet,)
    assert request.records[0].cards[0].number == CARD
    line.settle(request, line.server.answer(request))
    assert line.till.sync.contact().waiting == 0
    assert line.till.journal.identity().acknowledged == 2
    assert line.prepare().facts == ()
    assert check(line.till.database).clean


def test_a_statement_with_the_own_tail_is_the_balance(line: Line) -> None:
    line.sync_fully()
    line.server.mint(line.account, 50)
    line.sell(earn=7)
    line.sync()
    assert line.balance() == 157
    assert line.spendable() == 107
    line.sync_fully()
    assert line.balance() == 157
    assert line.server.sums[line.account].balance == 157
    assert check(line.till.database).clean


def test_a_parked_fact_stays_in_the_tail_until_it_is_applied(line: Line) -> None:
    request = line.prepare()
    reply = line.server.answer(request)
    line.settle(request, reply)
    line.server.apply(park=True)
    line.server.tell([line.wallet])
    line.sync()
    assert line.balance() == 100
    assert line.till.sync.contact().parked == 1
    assert check(line.till.database).clean
    line.server.unpark()
    line.sync_fully()
    assert line.balance() == 100
    assert line.till.sync.contact().parked == 0
    assert check(line.till.database).clean


def test_a_reply_is_taken_once_and_only_for_its_request(line: Line) -> None:
    lost = line.prepare()
    late = line.server.answer(lost)
    request = line.prepare()
    reply = line.server.answer(request)
    for asked, answered in (
        (lost, late),
        (request, late),
        (request, replace(reply, random="f" * 32)),
        (replace(request, random="f" * 32), replace(reply, random="f" * 32)),
        (request, replace(reply, timeline=0)),
    ):
        with pytest.raises(ValueError, match="reply"):
            line.settle(asked, answered)
    assert line.till.sync.contact().waiting == 3
    line.settle(request, reply)
    with pytest.raises(ValueError, match="another request"):
        line.settle(request, reply)


def test_the_feed_never_goes_back(line: Line) -> None:
    line.sync_fully()
    request = line.prepare()
    assert request.cursor > 0
    with pytest.raises(ValueError, match="goes back"):
        line.settle(request, line.server.answer(request, cursor=0))


def test_a_number_is_used_once_and_goes_beyond_what_the_server_saw(line: Line) -> None:
    assert [line.prepare().request, line.prepare().request] == [1, 2]
    line.files.close()
    line.till = line.files.open()
    assert line.prepare().request == 3
    assert line.prepare(after=500).request == 501
    assert line.prepare(after=7).request == 502


def test_a_grant_becomes_a_right_once(line: Line) -> None:
    line.sync_fully()
    line.server.mint(line.account, 50)
    line.server.grant(line.account, 30)
    assert line.sync(apply=False).rights
    assert (line.spendable(), line.balance()) == (130, 150)
    # The server has not applied that it arrived, so it says the same again.
    assert line.server.sent
    assert not line.sync(apply=False).rights
    assert line.spendable() == 130
    line.sync_fully()
    assert not line.server.sent
    assert check(line.till.database).clean
    with line.till.database.writing() as connection:
        connection.execute("DELETE FROM grants_received")
    assert not check(line.till.database).clean
    rebuild(line.till.database)
    assert check(line.till.database).clean


def test_rights_go_back_at_most_as_many_as_are_here(line: Line) -> None:
    line.sync_fully()
    recall = Recall(wallet=line.wallet, unit=POINTS, n=70, reason="recalled")
    over = Recall(wallet=line.wallet, unit=POINTS, n=70, reason="over_cap")
    assert line.sync(recalls=(recall, over)).rights
    assert line.spendable() == 0
    assert line.balance() == 100
    assert not line.sync(recalls=(recall,)).rights
    line.sync_fully()
    assert line.server.pool[line.account] == 100
    assert check(line.till.database).clean


def test_what_the_customer_at_the_counter_claims_stays(line: Line) -> None:
    line.sync_fully()
    recall = Recall(wallet=line.wallet, unit=POINTS, n=70, reason="recalled")
    goods = DraftLine(key=1, code="5901234123457", product=COFFEE)
    claims = Choices(claims=(Claim(name=RewardName(1, "coffee")),))
    line.till.working_basket.save(
        stored(Draft(lines=(goods,), next_key=2, member=ANNA, choices=claims))
    )
    assert not line.sync(recalls=(recall,)).rights
    line.till.working_basket.save(stored(Draft(lines=(goods,), next_key=2, member=ANNA)))
    assert line.sync(recalls=(recall,)).rights
    assert line.spendable() == 30


def parked(line: Line, draft: Draft, *, days_ago: int = 0) -> None:
    now = line.files.clock.now()
    put = ParkedBasket(
        id=f"{days_ago:032x}",
        local=now.local,
        business_day=now.business_day - timedelta(days=days_ago),
        total=1000,
        stored=stored(draft),
    )
    line.till.parked.exchange(put=put, take=None, working=b"")


def test_what_somebody_claims_who_went_for_the_milk_stays_for_the_day(line: Line) -> None:
    line.sync_fully()
    recall = Recall(wallet=line.wallet, unit=POINTS, n=70, reason="recalled")
    goods = DraftLine(key=1, code="5901234123457", product=COFFEE)
    claims = Choices(claims=(Claim(name=RewardName(1, "coffee")),))
    parked(line, Draft(lines=(goods,), next_key=2, member=ANNA, choices=claims))
    assert not line.sync(recalls=(recall,)).rights
    line.files.clock.local += timedelta(days=1)
    assert line.sync(recalls=(recall,)).rights


def test_who_is_erased_stands_in_no_basket_that_waits(line: Line) -> None:
    line.sync_fully()
    goods = DraftLine(key=1, code="5901234123457", product=COFFEE)
    hers = Draft(lines=(goods,), next_key=2, member=ANNA, card="c" * 32, card_number=CARD)
    parked(line, hers, days_ago=1)
    parked(line, replace(hers, lines=()), days_ago=2)
    parked(line, replace(hers, member="b" * 32, card_number="77"), days_ago=3)
    line.sync(gone=(ANNA,))
    left = [restored(one.stored) for one in line.till.parked.waiting()]
    assert [(one.member, one.card_number, one.lines) for one in left] == [
        (None, "", (goods,)),
        ("b" * 32, "77", (goods,)),
    ]
    assert left[0].card is None


def test_a_restored_server_gets_everything_again(line: Line) -> None:
    line.sync_fully()
    line.sell(earn=5)
    line.sync_fully()
    line.server = line.server.restored(1)
    request = line.prepare()
    reply = line.server.answer(request)
    assert reply.verdict is Verdict.TIMELINE
    settled = line.settle(request, reply)
    assert settled.more
    line_now = line.till.sync.paired()
    assert line_now is not None
    assert line_now.timeline == 2
    assert line.till.journal.identity().acknowledged == 1
    assert line.till.sync.contact().waiting == 2
    assert check(line.till.database).clean
    assert line.prepare().cursor == 0
    line.sync_fully()
    assert line.balance() == 105
    assert line.server.sums[line.account].balance == 105
    assert check(line.till.database).clean


def test_an_old_till_still_gets_its_facts_taken(line: Line) -> None:
    request = line.prepare()
    reply = line.server.answer(request, verdict=Verdict.UPGRADE, needs=2, cursor=9)
    settled = line.settle(request, reply)
    assert not settled.more
    assert line.till.sync.contact().waiting == 0
    assert line.prepare().cursor == 0


def test_a_fork_changes_nothing_by_itself(line: Line) -> None:
    request = line.prepare()
    line.settle(request, line.server.answer(request, verdict=Verdict.REENROL))
    assert line.till.journal.identity().acknowledged == 0
    contact = line.till.sync.contact()
    assert (contact.waiting, contact.clock_ahead_ms) == (3, 3_000)
    assert contact.last_ms is not None


def test_batches_keep_to_their_measures(line: Line) -> None:
    for _ in range(6):
        line.sell(earn=1)
    assert len(line.prepare(most_facts=3).facts) == 3
    assert len(line.prepare(most_bytes=1).facts) == 1
    opaque = line.prepare(opaque=True)
    assert (len(opaque.facts), len(opaque.opaque)) == (0, 1)
    line.settle(opaque, line.server.answer(opaque))
    assert line.till.journal.identity().acknowledged == 1


def test_bytes_that_are_no_text_travel_as_bytes(line: Line) -> None:
    from terminal.loyalty.facts import FactKind
    from terminal.till.database.facts import append

    with line.till.database.writing() as connection:
        append(
            connection,
            line.files.clock,
            kind=FactKind.CONSENT_GIVEN,
            at=line.files.clock.now(),
            entries=(),
            body=b"\xff\x00",
        )
    request = line.prepare()
    assert (len(request.facts), len(request.opaque)) == (2, 1)
    line.settle(request, line.server.answer(request))
    assert line.till.sync.contact().waiting == 0


def test_the_contact_tells_how_things_stand(files: Files) -> None:
    till = files.open()
    assert till.sync.contact().trouble is LineTrouble.NOT_PAIRED
    assert till.sync.paired() is None
    paired(till)
    assert till.sync.contact().trouble is LineTrouble.NONE
    assert till.sync.contact().last_ms is None
    with pytest.raises(ValueError, match="not paired"):
        files.open(files.path.with_name("other.db")).sync.prepare(
            random="0" * 32,
            question=Question(),
            most_facts=1,
            most_bytes=1,
            at=files.clock.now(),
        )


def test_questions_ask_only_for_what_is_missing(line: Line) -> None:
    account = line.account
    request = line.prepare(Question(wants=((account, 5), (account, 0)), card=CARD, member=ANNA))
    assert [(want.wallet, want.n) for want in request.wants] == [(account.wallet, 5)]
    assert [(ask.kind.value, ask.key) for ask in request.asks] == [("member_by_id", ANNA)]
    request = line.prepare(Question(card="5099999999999"))
    assert [ask.key for ask in request.asks] == ["5099999999999"]
    request = line.prepare(Question(phone="+48602111222"))
    assert [(ask.kind.value, ask.key) for ask in request.asks] == [
        ("member_by_phone", "+48602111222")
    ]
    assert read_message(SyncRequest, write_message(request)) == request


def test_statements_tell_where_the_rest_is_and_what_was_extended(line: Line) -> None:
    line.sync_fully()
    day, until = date(2026, 7, 1), date(2026, 8, 1)
    line.server.mint(line.account, 40, day)
    stated = line.server.statement(line.wallet)
    (account,) = stated.accounts
    stated = replace(
        stated,
        elsewhere=(PlacedRight(unit=POINTS, place="Till 2", n=40),),
        accounts=(replace(account, extended=((day, until),)),),
        version=9,
    )
    line.sync(statements=(stated,))
    standing = line.till.members.standing(ANNA)
    assert standing.elsewhere == (PlacedRight(unit=POINTS, place="Till 2", n=40),)
    assert standing.statements == ((line.wallet, 9),)
    assert standing.lots(standing.holdings[0]) == [Lot(until, 40), Lot(None, 100)]
    assert check(line.till.database).clean
    line.sell(earn=1)
    sale = line.till.journal.last_sales(line.files.clock.now().business_day, 1)[0]
    assert sale.record.statements == ((line.wallet, 9),)


def test_movements_of_other_tills_stand_among_the_own(line: Line) -> None:
    line.sync_fully()
    own = line.till.journal.identity().incarnation
    now = line.till.journal.movements(ANNA, 1)[0].wall_ms

    def past(incarnation: str, seq: int, wall_ms: int, place: str) -> PastMovement:
        return PastMovement(
            incarnation=incarnation,
            seq=seq,
            fact="SaleRecorded",
            entry="earn",
            unit=POINTS,
            n=seq,
            day=None,
            wall_ms=wall_ms,
            business_day=date(2026, 6, 15),
            place=place,
        )

    stated = replace(
        line.server.statement(line.wallet),
        movements=(
            past("f" * 16, 8, now + 1, "Till 2"),
            past(own, 2, now, "Till 1"),
            past("f" * 16, 7, now - 1, "Till 2"),
        ),
    )
    line.sync(statements=(stated,))
    told = [(one.place, one.entry.n) for one in line.till.journal.movements(ANNA, 10)]
    assert told == [("Till 2", 8), ("", 100), ("Till 2", 7)]
    assert len(line.till.journal.movements(ANNA, 2)) == 2


def test_blank_cards_come_in_blocks(line: Line) -> None:
    assert line.prepare().cards_left is None
    with pytest.raises(ValueError, match="no 3 card numbers"):
        line.till.cards.take(3)
    line.sync(cards=(CardBlock(first=100, last=103),), cards_issued=104)
    line.sync(cards=(CardBlock(first=100, last=103),), cards_issued=104)
    assert line.till.cards.take(3) == range(100, 103)
    assert line.till.cards.is_blank(102)
    assert not line.till.cards.is_blank(103)
    assert line.till.cards.issued() == 104
    with pytest.raises(ValueError, match="no 2 card numbers"):
        line.till.cards.take(2)
    assert line.till.cards.take(1) == range(103, 104)


def test_pairing_again_sends_everything_again(line: Line) -> None:
    line.sync_fully()
    paired(line.till, timeline=4)
    assert line.till.sync.contact().waiting == 3
    request = line.prepare()
    assert (request.cursor, request.timeline, request.nonce) == (0, 4, "first")
    assert len(request.facts) == 2
    assert request.records[0].wallets == (line.wallet,)
    assert check(line.till.database).clean


@pytest.mark.parametrize("sales", [1, 2, TRIES])
def test_a_sale_between_reading_and_writing_goes_first(
    line: Line, monkeypatch: pytest.MonkeyPatch, sales: int
) -> None:
    """The counter writes while a reply is made ready, once or every time."""
    line.sync_fully()
    line.server.mint(line.account, 50)
    line.server.grant(line.account, 20)
    request = line.prepare()
    reply = line.server.answer(request)
    counter, plan = line.files.open(), settling._plan
    sold: list[str] = []

    def plan_and_sell(*arguments: Any) -> Any:
        planned = plan(*arguments)
        if len(sold) < sales:
            sale_id = line.files.ids.sale_id()
            standing = counter.members.standing(ANNA)
            counter.journal.record_sale(
                paid_sale(sale_id, line.files.clock.now(), standing, earn=1)
            )
            sold.append(sale_id)
        return planned

    with monkeypatch.context() as patched:
        patched.setattr(settling, "_plan", plan_and_sell)
        line.settle(request, reply)
    assert check(line.till.database).clean
    assert len(sold) == sales
    assert (line.balance(), line.spendable()) == (150 + sales, 120 + sales)
    line.sync_fully()
    assert line.server.sums[line.account].balance == line.balance()


def test_whom_a_restored_server_does_not_tell_of_is_asked_for(line: Line) -> None:
    line.sync_fully()
    line.server.mint(line.account, 50)
    line.sync_fully()
    assert line.prepare().asks == ()
    line.server = line.server.restored(2)
    line.sync()
    line.server.feed.clear()
    assert line.prepare().asks == ()  # the feed may still tell of her
    line.sync()
    request = line.prepare()
    assert [(ask.kind, ask.key) for ask in request.asks] == [(AskKind.MEMBER_BY_ID, ANNA)]
    assert line.prepare(most_facts=0).asks == ()
    request = line.prepare()
    line.server.mint(line.account, 7)
    told = line.server.statement(line.wallet)
    found = Answer(kind=AskKind.MEMBER_BY_ID, key=ANNA, member=ANNA)
    reply = line.server.answer(request, answers=(found,), statements=(told,))
    line.settle(request, reply)
    assert line.balance() == 107
    line.sync()
    assert line.prepare().asks == ()
    assert check(line.till.database).clean


def test_what_a_restored_server_knows_nothing_of_is_void(line: Line) -> None:
    line.sync_fully()
    line.server.mint(line.account, 50)
    line.sync_fully()
    assert line.balance() == 150
    line.server = line.server.restored(2)
    line.sync()
    line.server.feed.clear()
    line.sync()
    nobody = Answer(kind=AskKind.MEMBER_BY_ID, key=ANNA, member=None)
    line.sync(answers=(nobody,))
    assert line.balance() == 100
    assert line.prepare().asks == ()
    assert check(line.till.database).clean
