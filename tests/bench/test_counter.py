"""That the bench of the counter works: a figure is never a test, so no time is looked at."""

import json
import tempfile
from pathlib import Path

import pytest

from terminal.bench.counter import SCANS_LEAST, grown, main
from terminal.bench.report import Figure
from terminal.demo.build import open_demo_shop

pytestmark = pytest.mark.usefixtures("frozen_again")


@pytest.mark.slow
@pytest.mark.qt_no_exception_capture
def test_the_bench_of_the_counter_measures_and_leaves_nothing_behind(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    qapp: object,
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    arguments = ["--json", "--offscreen", "--scans", str(SCANS_LEAST), "--starts", "1"]
    main(arguments, lambda folder: open_demo_shop(folder, "en", small=True))
    told = json.loads(capsys.readouterr().out)
    with_goal = {one["name"] for one in told["figures"] if one["goal"] is not None}
    assert with_goal == {
        "product scan to frame p99",
        "product scan, engine's share p99",
        "card scan to frame p99",
        "card scan, engine's share p99",
        "commit of a sale : raw sqlite3 (p50 : p50)",
        "search by name p99",
        "search by phone p99",
        "memory of the till",
        "first frame : a bare window (p50 : p50)",
        "first scan accepted : a bare window, SQLAlchemy, a query (p50 : p50)",
    }
    assert all(one["value"] > 0 for one in told["figures"])
    assert not [left for left in tmp_path.iterdir() if left.name.startswith("tenth-bench")]


def test_growth_holds_a_large_town_against_a_small_one() -> None:
    scan, share = "card scan to frame p99", "engine's share p99"
    large = [
        Figure(name=scan, value=3.0, unit="ms", goal=16),
        Figure(name=share, value=0.5, unit="ms", goal=6),
        Figure(name="rows of a sale", value=9, unit="rows"),
    ]
    small = [
        Figure(name=scan, value=2.0, unit="ms", goal=16),
        Figure(name=share, value=0.0, unit="ms", goal=6),
        Figure(name="rows of a sale", value=9, unit="rows"),
    ]
    told = {one.name: (one.value, one.goal) for one in grown(large, small, 1_000_000)}
    assert told == {
        f"{scan}, 10,000 members only": (2.0, None),
        f"growth of {scan}, 10,000 to 1,000,000 members": (1.5, None),
        f"{share}, 10,000 members only": (0.0, None),
    }
