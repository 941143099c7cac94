"""How programmes call their rewards, rules and units, and of which kind their units are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field, replace

from terminal.loyalty.benefits import GivenUnits, Privilege
from terminal.loyalty.conditions import GoodsFilter
from terminal.loyalty.engine.evaluation import Reason
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.loyalty.standing import RewardName
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wanted import (
    ALSO,
    CONDITION,
    EARNING,
    TARGET,
    goods_name,
    need_place,
    product_name,
    sku_of,
)
from terminal.values import dataclass


def tier_name(tier: str) -> RewardName:
    """Under which name a tier is called among rewards: no programme has the number 0."""
    return RewardName(0, tier)


def names_of(
    programmes: Iterable[Programme],
) -> tuple[dict[RewardName, Mapping[str, str]], dict[str, Mapping[str, str]]]:
    """Names by language: of rewards (of programmes, for earn rules), goods and tiers; of units."""
    names: dict[RewardName, Mapping[str, str]] = {}
    units: dict[str, Mapping[str, str]] = {}
    for programme in programmes:
        for reward in programme.rewards:
            names[RewardName(programme.programme, reward.id)] = reward.name
            for place, goods in goods_of(reward):
                if goods.name:
                    names[goods_name(programme.programme, reward.id, place)] = goods.name
        for rule in programme.earn:
            names.setdefault(RewardName(programme.programme, rule.id), programme.name)
            if rule.goods.name:
                names[goods_name(programme.programme, rule.id, EARNING)] = rule.goods.name
        for tier in programme.tiers.tiers if programme.tiers else ():
            names[tier_name(tier.id)] = tier.name
        if programme.unit is not None:
            units.setdefault(programme.unit.id, programme.unit.name)
    return names, units


def names_of_products(names: Mapping[str, str]) -> dict[RewardName, Mapping[str, str]]:
    """What products are called in any language, by their sku."""
    return {product_name(sku): {"": name} for sku, name in names.items() if name}


def products_wanted(reasons: Iterable[Reason]) -> Iterator[str]:
    """The skus of products of which some are missing."""
    for reason in reasons:
        for one in reason.wanted:
            if sku := sku_of(one.goods):
                yield sku


def goods_of(reward: Reward) -> Iterator[tuple[str, GoodsFilter]]:
    """The goods that a reward names, each with its place in it."""
    yield TARGET, reward.target.goods
    yield CONDITION, reward.condition.goods
    for number, need in enumerate(reward.condition.needs):
        yield need_place(number), need.goods
    if reward.target.also is not None:
        yield ALSO, reward.target.also.goods


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUnits:
    """What the units of a reward or an earn rule are, and how they are counted in words."""

    kind: UnitKind = UnitKind.POINTS
    counted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    brings: UnitTerms | None = None
    """What a reward gives, where that is a unit of another kind or name."""


def kinds_of(programmes: Iterable[Programme]) -> dict[RewardName, RuleUnits]:
    """What the units of each reward and earn rule are."""
    known = tuple(programmes)
    terms = {one.unit.id: one.unit for one in known if one.unit is not None}
    units: dict[RewardName, RuleUnits] = {}
    for programme in known:
        unit = programme.unit
        own = RuleUnits(kind=unit.kind, counted=unit.counted) if unit else RuleUnits()
        for rule in programme.earn:
            units[RewardName(programme.programme, rule.id)] = own
        for reward in programme.rewards:
            gift = reward.benefit
            given = terms.get(gift.unit) if isinstance(gift, GivenUnits) else None
            name = RewardName(programme.programme, reward.id)
            units[name] = replace(own, brings=given) if given else own
    return units


def privileges_of(programmes: Iterable[Programme]) -> dict[RewardName, Mapping[str, str]]:
    """What rewards promise in words, by language."""
    return {
        RewardName(programme.programme, reward.id): reward.benefit.words
        for programme in programmes
        for reward in programme.rewards
        if isinstance(reward.benefit, Privilege)
    }
