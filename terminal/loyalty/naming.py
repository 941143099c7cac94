"""How programmes call their rewards, rules and units, and of which kind their units are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind


def names_of(
    programmes: Iterable[Programme],
) -> tuple[dict[RewardName, Mapping[str, str]], dict[str, Mapping[str, str]]]:
    """Names by language: of rewards (and of programmes, for earn rules), and of units."""
    names: dict[RewardName, Mapping[str, str]] = {}
    units: dict[str, Mapping[str, str]] = {}
    for programme in programmes:
        for reward in programme.rewards:
            names[RewardName(programme.programme, reward.id)] = reward.name
        for rule in programme.earn:
            names.setdefault(RewardName(programme.programme, rule.id), programme.name)
        if programme.unit is not None:
            units.setdefault(programme.unit.id, programme.unit.name)
    return names, units


def kinds_of(programmes: Iterable[Programme]) -> dict[RewardName, UnitKind]:
    """What the units of each reward and earn rule are."""
    kinds: dict[RewardName, UnitKind] = {}
    for programme in programmes:
        if programme.unit is not None:
            ids = [reward.id for reward in programme.rewards] + [rule.id for rule in programme.earn]
            kinds |= {RewardName(programme.programme, one): programme.unit.kind for one in ids}
    return kinds
