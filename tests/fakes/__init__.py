"""The ports without a disk: the simplest that keep their promises (see tests/contracts)."""

from tests.fakes.bearers import FakeBearers
from tests.fakes.catalogue import FakeCatalogue
from tests.fakes.journal import FakeJournal
from tests.fakes.line import FakeLine
from tests.fakes.members import FakeMembers
from tests.fakes.parked import FakeParkedBaskets
from tests.fakes.programmes import FakeProgrammes
from tests.fakes.time_and_chance import FakeClock, FakeIds
from tests.fakes.working_basket import FakeWorkingBasket

__all__ = [
    "FakeBearers",
    "FakeCatalogue",
    "FakeClock",
    "FakeIds",
    "FakeJournal",
    "FakeLine",
    "FakeMembers",
    "FakeParkedBaskets",
    "FakeProgrammes",
    "FakeWorkingBasket",
]
