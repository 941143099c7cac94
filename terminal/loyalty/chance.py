"""Chance that is the same on every till: arms of experiments and surprise draws, by SHA-256."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

ARMS = 10_000


def arm_of(experiment: str, member: str) -> int:
    """A member's arm in an experiment, from 0 to 9,999.

    The first 8 bytes of sha256(experiment ‖ member id), modulo 10,000.
    """
    return _number(experiment + member)


def is_drawn(draw: str, member: str, day: date, basis_points: int) -> bool:
    """Whether a member's visit on a business day was drawn; a second visit that day is the same."""
    return _number(f"{draw}{member}{day.isoformat()}") < basis_points


def _number(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:8]) % ARMS
