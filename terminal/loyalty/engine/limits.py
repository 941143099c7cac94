"""Limits that applications share: uses of a reward, and units that several rewards spend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from terminal.loyalty.engine.goods import Candidate
from terminal.loyalty.standing import RewardName


def capacities_of(
    candidates: Sequence[Candidate], units: Mapping[str, int], spare: Mapping[str, int]
) -> dict[str, int]:
    """Limits that applications share: uses of a reward, and units that several rewards spend."""
    capacities: dict[str, int] = {}
    for candidate in candidates:
        if candidate.times is not None:
            capacities[limit_of(candidate.name)] = candidate.times
        if candidate.reward.cost and candidate.programme.unit:
            unit = candidate.programme.unit.id
            capacities[f"unit {unit}"] = units.get(unit, 0)
            if unit in spare:
                capacities[f"spare {unit}"] = spare[unit]
    return capacities


def limit_of(name: RewardName) -> str:
    return f"reward {name.programme} {name.reward}"


def draws(candidate: Candidate, spare: Mapping[str, int]) -> dict[str, int]:
    """What one use of a candidate takes from the limits; its own limit comes first."""
    drawn = {limit_of(candidate.name): 1} if candidate.times is not None else {}
    if candidate.reward.cost and candidate.programme.unit:
        unit = candidate.programme.unit.id
        drawn[f"unit {unit}"] = candidate.reward.cost
        if unit in spare and not candidate.claimed:
            drawn[f"spare {unit}"] = candidate.reward.cost
    return drawn
