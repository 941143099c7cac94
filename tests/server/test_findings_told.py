"""What the owner reads of sales and returns that are not as they should be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from terminal.loyalty.checking.findings import FindingKind
from terminal.server import findings_told
from terminal.server.database import findings
from terminal.server.database.connection import ServerDatabase, open_database
from terminal.server.database.findings import FindingRow
from terminal.server.failures import NotDone
from terminal.server.findings_told import COUNTED_TWICE, words_of
from terminal.server.settings import Settings
from tests.server.paper_till import MAIN_STREET, earn, points
from tests.server.registry.owners import found, programme
from tests.server.speaking_till import Office

DAY = date(2026, 3, 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(folder=tmp_path)


@pytest.fixture
def database(settings: Settings) -> Iterator[ServerDatabase]:
    opened = open_database(settings.url)
    found(opened, programme(), store=MAIN_STREET)
    yield opened
    opened.close()


def test_nothing_found_is_said(settings: Settings, database: ServerDatabase) -> None:
    told = findings_told.told(settings, DAY, DAY)
    assert told.lines == ("From 2026-03-01 to 2026-03-01 nothing was found.",)
    with pytest.raises(NotDone, match="is before"):
        findings_told.told(settings, date(2026, 3, 2), DAY)


def test_a_finding_is_told_with_where_it_was_and_what_it_cost(
    settings: Settings, database: ServerDatabase
) -> None:
    office = Office(database)
    till = office.pair(1, MAIN_STREET)
    till.paper.record(earn(points(1), 5))
    till.sync(office)
    detail = '{"expected":1,"found":2,"programme":4,"rule":"treat","text":"day 2026-03-01"}'
    row = FindingRow(till.incarnation, 1, -2, FindingKind.OVERSHOT.value, detail, 250, 0)
    database.run(lambda connection: findings.add(connection, [row]))
    told = findings_told.told(settings, date(2020, 1, 1), date(2030, 1, 1))
    (line,) = told.lines
    assert "no. 1: A member had 2 in one period (day 2026-03-01) where 1 are allowed" in line
    assert "Programme 4, treat. It cost" in line
    assert (
        findings_told.told(settings, date(2020, 1, 1), date(2030, 1, 1), "total").plain["findings"]
        == []
    )


def test_every_kind_has_words_of_its_own() -> None:
    kinds = [*FindingKind, COUNTED_TWICE]
    assert len({words_of(str(kind), {}) for kind in kinds}) == len(kinds)
    assert words_of("of_tomorrow", {}) == "A finding of a newer program."
