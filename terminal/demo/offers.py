"""The ready programmes, told in the money of the demo shop's country.

The files in `resources/programmes` are a Polish shop's. What a point is for, what a reward is
worth and what members pay for butter is told for each country in `resources/demo`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from terminal import resources
from terminal.demo.tables import minor, rows
from terminal.loyalty.benefits import AmountOff, Benefit, FixedPrice
from terminal.loyalty.conditions import Audience, Limit, Period
from terminal.loyalty.earning import EarnRule, PerMoney, PerVisit
from terminal.loyalty.money import Currency
from terminal.loyalty.programme import Programme, Reward, UnitTerms
from terminal.wire.programme_json import read_programme
from terminal.wording.words import Words

_WRITTEN = "5 zł"
"""How the files write the reward for points; it is put into words anew for each country."""
_WRITTEN_ON_VOUCHERS = "10 zł"


@dataclass(frozen=True, slots=True, kw_only=True)
class PointTerms:
    """What points are in a country, in minor units of its currency."""

    one_for: int
    """One point for each so many."""
    reward: int
    """What the reward for points takes off."""


POINTS = 1
"""The number of the programme whose points a cashier may also give by hand."""
IN_THE_SHOP = (
    "points",
    "coffee-card",
    "sixth-wash",
    "happy-hour",
    "third-chocolate",
    "members-price",
    "gift-card",
    "voucher-next-visit",
)
"""The ready programmes that the demo shop has, in the order of their numbers."""


def read_ready_programmes() -> tuple[Programme, ...]:
    """The programmes of the demo shop, as they ship with Tenth."""
    folder = resources.path("programmes")
    return tuple(read_programme((folder / f"{name}.json").read_bytes()) for name in IN_THE_SHOP)


def programmes_in(currency: str, points: PointTerms) -> tuple[Programme, ...]:
    """The ready programmes with the sums of a country.

    Raises:
        KeyError: a members' price, or a currency, does not stand in ``members_prices.csv``.
        ValueError: a price there is none.
    """
    prices = {row["sku"]: minor(row[currency]) for row in rows("members_prices.csv")}
    money = Currency(currency)
    return tuple(_told(programme, points, prices, money) for programme in read_ready_programmes())


def is_behind_codes(programme: Programme) -> bool:
    """Whether its units belong to whoever shows their code: vouchers and gift cards."""
    return programme.unit is not None and programme.unit.held == "bearer"


def _told(
    programme: Programme, points: PointTerms, prices: Mapping[str, int], currency: Currency
) -> Programme:
    if is_behind_codes(programme):
        return _behind_codes(programme, points, currency)
    return replace(
        programme,
        unit=None if programme.unit is None else _unit(programme.unit, points),
        earn=(*(_earn(rule, points) for rule in programme.earn), *_by_hand(programme)),
        rewards=tuple(_reward(reward, points, prices, currency) for reward in programme.rewards),
    )


def _by_hand(programme: Programme) -> tuple[EarnRule, ...]:
    """What a cashier of the demo shop may give: points for a long wait, points for an opinion."""
    if programme.programme != POINTS:
        return ()
    month, members = Period(kind="month"), Audience(members=True)
    return (
        EarnRule(
            id="sorry",
            on="goodwill",
            audience=members,
            per=PerVisit(),
            units=50,
            limits=(Limit(most=100, period=month),),
        ),
        EarnRule(
            id="opinion",
            on="feedback",
            audience=members,
            per=PerVisit(),
            units=10,
            limits=(Limit(most=10, period=month),),
        ),
    )


def _behind_codes(programme: Programme, points: PointTerms, currency: Currency) -> Programme:
    """A gift card holds what was paid for it everywhere; sums on a voucher are the country's."""
    return replace(
        programme,
        earn=tuple(
            replace(rule, minimum=20 * points.reward) if rule.minimum else rule
            for rule in programme.earn
        ),
        rewards=tuple(
            replace(
                reward,
                name=_named(reward, _WRITTEN_ON_VOUCHERS, 2 * points.reward, currency),
                condition=replace(reward.condition, spend=10 * points.reward),
                benefit=AmountOff(amount=2 * points.reward),
            )
            for reward in programme.rewards
        ),
    )


def _unit(unit: UnitTerms, points: PointTerms) -> UnitTerms:
    if unit.worth is None:
        return unit
    return replace(unit, worth=replace(unit.worth, amount=points.reward))


def _earn(rule: EarnRule, points: PointTerms) -> EarnRule:
    if not isinstance(rule.per, PerMoney):
        return rule
    return replace(rule, per=replace(rule.per, amount=points.one_for))


def _reward(
    reward: Reward, points: PointTerms, prices: Mapping[str, int], currency: Currency
) -> Reward:
    names = _named(reward, _WRITTEN, points.reward, currency)
    return replace(reward, name=names, benefit=_benefit(reward, points, prices))


def _named(reward: Reward, written: str, amount: int, currency: Currency) -> dict[str, str]:
    """Its names with the sum as each language writes that: ``PLN 5``, ``5 zł``, ``50 грн``."""
    return {
        language: name.replace(written, Words(language, currency).short_money(amount))
        for language, name in reward.name.items()
    }


def _benefit(reward: Reward, points: PointTerms, prices: Mapping[str, int]) -> Benefit:
    benefit = reward.benefit
    if isinstance(benefit, AmountOff):
        return replace(benefit, amount=points.reward)
    if isinstance(benefit, FixedPrice):
        return replace(benefit, price=prices[reward.target.goods.skus[0]])
    return benefit
