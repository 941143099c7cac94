import json

import pytest

from terminal.bench.report import Figure, percentile, show, spread
from terminal.bench.stopwatch import Stopwatch


@pytest.mark.parametrize(("percent", "expected"), [(1, 1), (50, 50), (99, 99), (100, 100)], ids=str)
def test_a_percentile_is_a_time_that_was_measured(percent: int, expected: int) -> None:
    assert percentile(range(100, 0, -1), percent) == expected


def test_nothing_measured_is_no_time() -> None:
    assert percentile([], 99) == 0


def test_the_goal_is_that_of_the_tail() -> None:
    median, tail = spread("frame", [1_000_000, 20_000_000], goal=16)
    assert (median.value, median.goal, median.ok) == (1.0, None, True)
    assert (tail.value, tail.goal, tail.ok) == (20.0, 16, False)


def test_json_is_one_object_of_the_promised_form(capsys: pytest.CaptureFixture[str]) -> None:
    figures = [Figure(name="ratio", value=2.5, unit="times", goal=3)]
    show(figures, {"processors": 2}, as_json=True)
    assert json.loads(capsys.readouterr().out) == {
        "figures": [{"name": "ratio", "value": 2.5, "unit": "times", "goal": 3, "ok": True}],
        "machine": {"processors": 2},
    }


def test_a_missed_goal_is_seen_in_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    show([Figure(name="ratio", value=4, unit="times", goal=3)], {}, as_json=False)
    assert "missed" in capsys.readouterr().out


class Part:
    def outer(self) -> int:
        return self.inner() + 1

    def inner(self) -> int:
        return 1


def test_calls_within_calls_count_once_and_the_watch_comes_off() -> None:
    part, watch = Part(), Stopwatch()
    with watch.on(part, "outer", "inner"):
        assert part.outer() == 2
        once = watch.lap()
    assert once > 0
    assert watch.lap() == 0
    part.outer()
    assert watch.lap() == 0
