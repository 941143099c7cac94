"""Which storm, and for how long."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.processes.postgres import Postgres, running_postgres


@pytest.fixture
def storm_seed(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--storm-seed"))


@pytest.fixture
def storm_seconds(request: pytest.FixtureRequest) -> float:
    return float(request.config.getoption("--storm-seconds"))


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    with running_postgres() as started:
        yield started
