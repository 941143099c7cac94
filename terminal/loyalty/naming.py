"""How programmes call their rewards, rules and units, and of which kind their units are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from terminal.loyalty.benefits import Privilege
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind


def tier_name(tier: str) -> RewardName:
    """Under which name a tier is called among rewards: no programme has the number 0."""
    return RewardName(0, tier)


def names_of(
    programmes: Iterable[Programme],
) -> tuple[dict[RewardName, Mapping[str, str]], dict[str, Mapping[str, str]]]:
    """Names by language: of rewards (of programmes, for earn rules) and tiers, and of units."""
    names: dict[RewardName, Mapping[str, str]] = {}
    units: dict[str, Mapping[str, str]] = {}
    for programme in programmes:
        for reward in programme.rewards:
            names[RewardName(programme.programme, reward.id)] = reward.name
        for rule in programme.earn:
            names.setdefault(RewardName(programme.programme, rule.id), programme.name)
        for tier in programme.tiers.tiers if programme.tiers else ():
            names[tier_name(tier.id)] = tier.name
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


def privileges_of(programmes: Iterable[Programme]) -> dict[RewardName, Mapping[str, str]]:
    """What rewards promise in words, by language."""
    return {
        RewardName(programme.programme, reward.id): reward.benefit.words
        for programme in programmes
        for reward in programme.rewards
        if isinstance(reward.benefit, Privilege)
    }
