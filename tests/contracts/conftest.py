"""The same promises, asked of the real ports on a file and of the fakes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from terminal.loyalty.sale import Sale
from terminal.loyalty.standing import NOBODY, Standing
from terminal.till.database.catalogue import StoredCatalogue
from terminal.till.database.journal import StoredJournal
from terminal.till.database.members import StoredMembers
from terminal.till.database.programmes import StoredProgrammes
from terminal.till.database.till_database import open_database
from terminal.till.database.working_basket import StoredWorkingBasket
from terminal.till.journal_port import Recorded
from terminal.till.ports import Bearers, Member
from tests.fakes import (
    FakeBearers,
    FakeCatalogue,
    FakeClock,
    FakeIds,
    FakeJournal,
    FakeMembers,
    FakeProgrammes,
    FakeWorkingBasket,
)
from tests.fakes.paid_sale import paid_sale


@dataclass
class Shop:
    """The ports of one till, whichever they are."""

    clock: FakeClock
    ids: FakeIds
    journal: StoredJournal | FakeJournal
    members: StoredMembers | FakeMembers
    catalogue: StoredCatalogue | FakeCatalogue
    programmes: StoredProgrammes | FakeProgrammes
    working_basket: StoredWorkingBasket | FakeWorkingBasket
    bearers: Bearers

    def enrol(self, name: str = "Anna", phone: str = "", card: str = "") -> str:
        """A new member; tells the id."""
        member = Member(id=self.ids.random_id(), name=name, phone=phone)
        self.journal.enrol(member, card or f"card of {member.id}", self.clock.now())
        return member.id

    def sell(self, standing: Standing = NOBODY, **moves: int) -> Sale:
        """A sale that must be recorded; tells it."""
        sale = self.sale(standing, **moves)
        assert isinstance(self.journal.record_sale(sale), Recorded)
        return sale

    def sale(self, standing: Standing = NOBODY, **moves: int) -> Sale:
        """A sale in hand."""
        return paid_sale(
            self.ids.sale_id(),
            self.clock.now(),
            standing,
            lines=moves.get("lines", 1),
            spend=moves.get("spend", 0),
            earn=moves.get("earn", 0),
            earn_pending=moves.get("earn_pending", 0),
        )


@pytest.fixture(params=["on a file", "fakes"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    clock, ids = FakeClock(), FakeIds()
    if request.param == "fakes":
        members, basket, programmes = FakeMembers(), FakeWorkingBasket(), FakeProgrammes()
        journal = FakeJournal(members, working_basket=basket, clock=clock, ids=ids)
        yield Shop(
            clock,
            ids,
            journal,
            members,
            FakeCatalogue(working=basket),
            programmes,
            basket,
            FakeBearers(members),
        )
        return
    opened = open_database(tmp_path / "till.db", clock=clock, ids=ids)
    yield Shop(
        clock,
        ids,
        opened.journal,
        opened.members,
        opened.catalogue,
        opened.programmes,
        opened.working_basket,
        opened.bearers,
    )
    opened.close()
