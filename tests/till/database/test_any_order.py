"""Whatever is recorded, lost, repeated or late, in any order: sums and rights agree in the end.

After every step the journal refolds to the tables; once all is told and applied, till and server
have the same sums, and each right sits in exactly one place.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from terminal.loyalty.history import NO_HISTORY, PURCHASES, Counted
from terminal.loyalty.ledger import NOTHING
from terminal.loyalty.wallet import Account, UnitId
from terminal.till.database.rebuild import check
from terminal.till.database.statements import refolded
from terminal.till.line_port import Question
from terminal.till.ports import Member
from terminal.wire.sync_json import Recall, SyncReply, SyncRequest
from tests.fakes.paid_sale import paid_sale
from tests.till.database.conftest import Files
from tests.till.database.small_server import SmallServer
from tests.till.database.test_settling import paired

MEMBERS = ("a" * 32, "b" * 32, "c" * 32)
POINTS = UnitId("points")
some_member = st.sampled_from(MEMBERS)
some_units = st.integers(1, 60)


class Till(RuleBasedStateMachine):
    """One till, its server, and a line that loses, repeats and delays."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.files = Files(Path(self.folder.name))
        self.till = self.files.open()
        self.server = SmallServer()
        self.random = 0
        self.minted: list[tuple[Account, int]] = []
        self.old: list[tuple[SyncRequest, SyncReply]] = []
        self.restored = False

    def teardown(self) -> None:
        self.files.close()
        self.folder.cleanup()

    @initialize()
    def begin(self) -> None:
        paired(self.till)
        for number, member in enumerate(MEMBERS):
            self.till.journal.enrol(
                Member(id=member, name=f"Member {number}"), f"card {number}", self.now()
            )

    def now(self) -> Any:
        return self.files.clock.advance(minutes=1)

    def account(self, member: str) -> Account:
        return Account(self.till.members.standing(member).wallets[0], POINTS)

    @rule(
        member=some_member, earn=st.integers(0, 60), spend=st.integers(0, 40), later=st.booleans()
    )
    def sell(self, member: str, earn: int, spend: int, later: bool) -> None:
        standing = self.till.members.standing(member)
        sale = paid_sale(
            self.files.ids.sale_id(),
            self.now(),
            standing,
            earn=earn,
            spend=min(spend, standing.spendable("points")),
            day=date(2026, 12, 31) if later else None,
        )
        self.till.journal.record_sale(sale)

    @rule(member=some_member, n=some_units)
    def another_till_earns(self, member: str, n: int) -> None:
        account = self.account(member)
        self.minted.append((account, n))
        self.server.mint(account, n)

    @rule(member=some_member, days_ago=st.integers(0, 3))
    def another_till_sells(self, member: str, days_ago: int) -> None:
        day = self.now().business_day - timedelta(days=days_ago)
        self.server.count(self.account(member).wallet, Counted(PURCHASES, day, 1))

    @rule(member=some_member, n=some_units)
    def the_server_grants(self, member: str, n: int) -> None:
        self.server.grant(self.account(member), n)

    @rule(member=some_member, n=some_units)
    def the_server_recalls(self, member: str, n: int) -> None:
        wallet = self.account(member).wallet
        self.server.recalls = [Recall(wallet=wallet, unit=POINTS, n=n, reason="recalled")]

    @rule(most=st.integers(1, 3), park=st.booleans())
    def the_server_applies(self, most: int, park: bool) -> None:
        self.server.apply(most, park=park)

    @rule()
    def the_server_is_upgraded(self) -> None:
        self.server.unpark()

    @rule(most=st.integers(1, 4), opaque=st.booleans(), lost=st.booleans(), again=st.booleans())
    def sync(self, most: int, opaque: bool, lost: bool, again: bool) -> None:
        request = self.prepare(most, opaque=opaque)
        reply = self.server.answer(request)
        self.old.append((request, reply))
        if not lost:
            self.settle(request, reply)
            if again:
                self.refused(request, reply)

    @precondition(lambda self: len(self.old) > 1)
    @rule(chance=st.randoms(use_true_random=False))
    def an_old_reply_comes(self, chance: Any) -> None:
        self.prepare(1)
        self.refused(*chance.choice(self.old))

    @rule(facts_left=st.integers(0, 8))
    def the_server_is_restored(self, facts_left: int) -> None:
        self.server = self.server.restored(facts_left)

    @rule()
    def the_till_starts_again(self) -> None:
        self.files.close()
        self.till = self.files.open()

    def prepare(self, most: int = 500, *, opaque: bool = False) -> SyncRequest:
        self.random += 1
        return self.till.sync.prepare(
            random=f"{self.random:032x}",
            question=Question(),
            most_facts=most,
            most_bytes=1_000_000,
            at=self.now(),
            opaque=opaque,
        )

    def settle(self, request: SyncRequest, reply: SyncReply) -> bool:
        return self.till.sync.settle(request, reply, at=self.now()).more

    def refused(self, request: SyncRequest, reply: SyncReply) -> None:
        before = self.till.journal.identity()
        try:
            self.settle(request, reply)
        except ValueError:
            assert self.till.journal.identity() == before
        else:
            raise AssertionError("a reply was taken that nobody waits for")

    @invariant()
    def the_tables_say_what_the_facts_say(self) -> None:
        findings = check(self.till.database)
        assert findings.clean, findings.differences

    @invariant()
    def no_right_is_below_zero(self) -> None:
        for member in MEMBERS if self.till.members.by_id(MEMBERS[2]) else ():
            for holding in self.till.members.standing(member).holdings:
                assert holding.spendable >= 0

    def end(self) -> None:
        """The line holds from now on."""
        self.server.recalls = []
        for _ in range(200):
            request = self.prepare()
            more = self.settle(request, self.server.answer(request))
            self.server.apply()
            self.server.unpark()
            if not more and request.cursor == len(self.server.feed) and not self.server.sent:
                break
        else:
            raise AssertionError("it never comes to an end")
        with self.till.database.reading() as connection:
            for member in MEMBERS:
                account = self.account(member)
                sums = refolded(connection, [account.wallet]).get(account, NOTHING)
                assert sums == self.server.sums.get(account, NOTHING)
                here = self.till.members.standing(member)
                assert here.history == self.server.history.get(account.wallet, NO_HISTORY)
                pool = self.server.pool.get(account, 0)
                assert here.spendable("points") + pool == self.server.rights_in_all(account)


class Ended(Till):
    """The same, with the end that every story must have."""

    def teardown(self) -> None:
        try:
            if self.till.members.by_id(MEMBERS[2]):
                self.end()
                self.the_tables_say_what_the_facts_say()
        finally:
            super().teardown()


@pytest.mark.slow
def test_whatever_happens_on_the_line() -> None:
    run_state_machine_as_test(
        Ended,
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
