"""What the line at the top is told: calm for hours, and a concern where somebody must act."""

from __future__ import annotations

from typing import Any

import pytest

from terminal.till.checkout.server_line import server_view
from terminal.till.checkout.view import Concern
from terminal.till.line_port import Contact, LineTrouble
from tests.fakes import FakeClock

NOW_MS = 1_781_517_600_000
"""10:00 UTC on the fake clock's day, noon in Warsaw."""
MINUTE, HOUR = 60_000, 3_600_000


def concern(**contact: Any) -> Concern:
    given = {"trouble": LineTrouble.NONE, "last_ms": NOW_MS, **contact}
    return server_view(Contact(**given), FakeClock().now()).concern


def test_the_age_is_counted_by_this_tills_clock() -> None:
    at = FakeClock().now()
    assert server_view(Contact(last_ms=NOW_MS - 2 * MINUTE), at).ago_ms == 2 * MINUTE
    assert server_view(Contact(last_ms=NOW_MS + HOUR), at).ago_ms == 0
    assert server_view(Contact(), at).ago_ms is None


def test_offline_is_normal_for_a_working_day() -> None:
    assert concern(trouble=LineTrouble.NO_LINE, last_ms=NOW_MS - 8 * HOUR + 1) is Concern.NONE
    assert concern(trouble=LineTrouble.NO_LINE, last_ms=NOW_MS - 8 * HOUR) is Concern.AGE
    assert concern(trouble=LineTrouble.SERVER_FAILS, last_ms=NOW_MS - 9 * HOUR) is Concern.AGE


def test_a_till_that_was_off_all_night_has_not_tried_yet() -> None:
    assert concern(last_ms=NOW_MS - 14 * HOUR) is Concern.NONE
    assert concern(trouble=LineTrouble.NO_LINE, last_ms=None) is Concern.NONE


@pytest.mark.parametrize("trouble", list(LineTrouble))
def test_what_only_people_can_mend_is_a_concern_at_once(trouble: LineTrouble) -> None:
    people = {"revoked", "untrusted", "old_till", "begun_anew", "local_disk"}
    expected = Concern.TROUBLE if trouble.value in people else Concern.NONE
    assert concern(trouble=trouble) is expected


def test_a_clock_that_is_off_and_facts_put_aside_are_concerns() -> None:
    assert concern(clock_ahead_ms=2 * MINUTE) is Concern.NONE
    assert concern(clock_ahead_ms=2 * MINUTE + 1) is Concern.CLOCK
    assert concern(clock_ahead_ms=-2 * MINUTE - 1) is Concern.CLOCK
    assert concern(parked=1) is Concern.PARKED
    assert concern(parked=1, trouble=LineTrouble.NOT_PAIRED) is Concern.NONE
