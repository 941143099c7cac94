"""The clock and the chance of the computer that a server runs on; below here they are arguments."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from secrets import token_hex


def system_clock() -> int:
    """Unix ms."""
    return time.time_ns() // 1_000_000


def system_chance() -> str:
    """128 random bits as hex."""
    return token_hex(16)


def local_time(instant_ms: int) -> datetime:
    """An instant as clocks on the wall show it where the server stands."""
    return datetime.fromtimestamp(instant_ms / 1000, UTC).astimezone()


def day_of(instant_ms: int) -> date:
    """The date where the server stands."""
    return local_time(instant_ms).date()
