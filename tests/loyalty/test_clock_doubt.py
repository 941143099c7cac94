"""A clock that cannot be right is not believed, and one that may be wrong is asked about."""

import pytest

from terminal.loyalty.clock_doubt import LEAP_MS, OLDEST_MS, STEP_BACK_MS, ClockDoubt, doubt

LATEST = OLDEST_MS + 400 * 24 * 60 * 60 * 1000


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (LATEST, ClockDoubt.NONE),
        (LATEST - STEP_BACK_MS, ClockDoubt.NONE),
        (LATEST - STEP_BACK_MS - 1, ClockDoubt.BEHIND),
        (LATEST + LEAP_MS, ClockDoubt.NONE),
        (LATEST + LEAP_MS + 1, ClockDoubt.LEAPT),
        (0, ClockDoubt.BEHIND),
    ],
)
def test_what_was_recorded_before_says_whether_a_clock_can_be_right(
    now: int, expected: ClockDoubt
) -> None:
    assert doubt(now, LATEST) is expected


def test_where_nothing_was_recorded_any_time_since_the_program_was_written_is_believed() -> None:
    assert doubt(OLDEST_MS + 100 * LEAP_MS, 0) is ClockDoubt.NONE
    assert doubt(OLDEST_MS, 0) is ClockDoubt.NONE
    assert doubt(OLDEST_MS - 1, 0) is ClockDoubt.BEHIND
