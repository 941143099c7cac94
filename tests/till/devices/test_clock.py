"""When the computer's clock is believed: as long as it runs as time does."""

import time
from datetime import UTC, datetime

import pytest

from terminal.loyalty.facts import ClockQuality
from terminal.till.devices.clock import SystemClock

MARCH = datetime(2026, 3, 2, 9, 30, tzinfo=UTC).timestamp()
MINUTE, DAY = 60.0, 86_400.0


class Watches:
    """The wall clock and the steady one, moved by hand (seconds)."""

    def __init__(self, wall: float) -> None:
        self.wall, self.steady = wall, 1_000.0

    def clock(self) -> SystemClock:
        return SystemClock(wall=lambda: self.wall, steady=lambda: self.steady)

    def pass_by(self, seconds: float, *, shown: float) -> None:
        """Time goes by, and the wall clock shows some of it."""
        self.steady += seconds
        self.wall += shown


@pytest.mark.parametrize(
    ("shown", "quality"),
    [
        (DAY, ClockQuality.TRUSTED),
        (DAY + 4 * MINUTE, ClockQuality.TRUSTED),  # the network put it right
        (DAY - 4 * MINUTE, ClockQuality.TRUSTED),
        (DAY + 6 * MINUTE, ClockQuality.SUSPECT),
        (DAY - 6 * MINUTE, ClockQuality.SUSPECT),
        (-3_650 * DAY, ClockQuality.SUSPECT),
    ],
)
def test_a_clock_is_believed_that_ran_as_time_did(shown: float, quality: ClockQuality) -> None:
    watches = Watches(MARCH)
    clock = watches.clock()
    watches.pass_by(DAY, shown=shown)
    assert clock.quality() is quality


def test_a_clock_that_began_in_1970_is_not_believed() -> None:
    assert Watches(0.0).clock().quality() is ClockQuality.SUSPECT


def test_the_computers_own_clock_is_believed() -> None:
    assert SystemClock().quality() is ClockQuality.TRUSTED


@pytest.mark.skipif(
    not hasattr(time, "CLOCK_BOOTTIME"), reason="the steady clock never stands still"
)
def test_a_clock_is_believed_though_the_computer_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    watches = Watches(MARCH)
    awake = watches.steady
    running = {time.CLOCK_BOOTTIME: lambda: watches.steady, time.CLOCK_MONOTONIC: lambda: awake}
    monkeypatch.setattr(time, "clock_gettime", lambda which: running[which]())
    monkeypatch.setattr(time, "monotonic", lambda: awake)
    clock = SystemClock(wall=lambda: watches.wall)
    watches.pass_by(DAY, shown=DAY)
    assert clock.quality() is ClockQuality.TRUSTED
