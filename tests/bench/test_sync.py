"""That the bench of sync works: a figure is never a test, so no time is looked at."""

import json
import tempfile
from pathlib import Path

import pytest

from terminal.bench.sync import main
from terminal.demo.build import open_demo_shop

SERIES = (
    "1 tills, sales",
    "4 tills, sales",
    "16 tills, sales",
    "16 tills, the smallest sales",
    "16 tills, sales to as many members",
)


def measured(
    only: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, dict[str, object]]:
    """The figures by name, after a look that nothing was left behind."""
    # PostgreSQL runs as a user of its own where we are root, and has to get into the folder.
    for one in (folder, *folder.parents):
        if one.name.startswith(("pytest", "test")):
            one.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    main(
        ["--json", "--facts", "400", "--only", only],
        lambda shop: open_demo_shop(shop, "en", small=True),
    )
    told = json.loads(capsys.readouterr().out)
    assert not [left for left in folder.iterdir() if left.name.startswith("tenth-bench")]
    return {one["name"]: one for one in told["figures"]}


@pytest.mark.slow
def test_rates_are_measured_on_both_databases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured("rates", tmp_path, monkeypatch, capsys)
    for database in ("SQLite", "PostgreSQL"):
        for series in SERIES:
            assert float(str(found[f"{database}, {series}: facts applied"]["value"])) > 0
        assert float(str(found[f"{database}, 16 tills, sales: raw : applied"]["value"])) > 0
    with_goal = {name for name, one in found.items() if one["goal"] is not None}
    assert with_goal == {f"PostgreSQL, {series}: facts applied" for series in SERIES[1:4]}


@pytest.mark.slow
def test_top_ups_are_measured_while_others_sell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = measured("topup", tmp_path, monkeypatch, capsys)
    assert [one["goal"] for one in found.values()] == [300.0, 300.0]
    assert all(float(str(one["value"])) > 0 for one in found.values())


@pytest.mark.slow
@pytest.mark.qt_no_exception_capture
def test_the_counter_is_measured_beside_its_courier(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qapp: object,
) -> None:
    monkeypatch.setattr("terminal.bench.sync_counter.WAITING", 2_000)
    monkeypatch.setattr("terminal.bench.sync_counter.SCANS_LEAST", 1)
    found = measured("counter", tmp_path, monkeypatch, capsys)
    assert {name for name, one in found.items() if one["goal"] is not None} == {
        "beside a busy courier: product scan to frame p99",
        "memory of till, courier and local server (PSS)",
    }
    assert all(float(str(one["value"])) > 0 for one in found.values())
