"""What a card promises in one line: "1 zł = 1 pkt, 100 pkt = 5 zł", out of the shop's programmes.

A card lives for years and a programme may change, so only what holds for every member and all
goods is promised: no tiers, no happy hours, no goods at another rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from terminal.loyalty.conditions import Audience, GoodsFilter, Window
from terminal.loyalty.earning import EarnRule, PerMoney
from terminal.loyalty.programme import Programme, Reward
from terminal.paper.plain_money import plain_money
from terminal.wording.card_labels import CardLabel
from terminal.wording.words import Words


def promise_parts(programmes: Iterable[Programme], words: Words) -> tuple[str, ...]:
    """The promise in its parts, none of which may be cut; empty where nothing can be promised.

    ``programmes`` are those in force. It is that of the first one that tells both how units come
    and what they bring, else of the first one that tells anything.
    """
    told = [tuple(_parts(programme, words)) for programme in programmes]
    return max(told, key=len, default=())


def _parts(programme: Programme, words: Words) -> Iterator[str]:
    if programme.unit is None or programme.closed:
        return
    for rule in programme.earn[:1]:
        if _is_for_all_goods(rule) and isinstance(rule.per, PerMoney):
            per, units = words.short_money(rule.per.amount), words.units(rule.units, programme.unit)
            label = CardLabel.EARNS_EACH_FULL if rule.per.full else CardLabel.EARNS
            yield words.label(label, per=per, units=units)
    rewards = [reward for reward in programme.rewards if _is_for_every_member(reward)]
    if rewards:
        cheapest = min(rewards, key=lambda reward: reward.cost)
        units = words.units(cheapest.cost, programme.unit)
        brings = _reward_words(cheapest, words)
        yield words.label(CardLabel.BRINGS, units=units, reward=brings)


def _is_for_all_goods(rule: EarnRule) -> bool:
    audience = rule.audience
    return (
        # A few goods that bring nothing, such as gift cards, make it no lie.
        replace(rule.goods, except_skus=(), except_categories=()) == GoodsFilter()
        and rule.window == Window()
        and rule.reduced
        and not (rule.minimum or audience.tiers or audience.segments)
    )


def _is_for_every_member(reward: Reward) -> bool:
    everybody = reward.audience in (Audience(), Audience(members=True))
    return reward.cost > 0 and everybody and reward.window == Window()


def _reward_words(reward: Reward, words: Words) -> str:
    amount = plain_money(reward)
    return words.short_money(amount) if amount else words.name(reward.name)
