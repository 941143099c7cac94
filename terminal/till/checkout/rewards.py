"""Rewards on and off, whole and in part: what the reward keys do to the basket in work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from terminal.loyalty.engine.evaluation import Applied, Offer, Why
from terminal.loyalty.standing import Claim, RewardName
from terminal.loyalty.units import LARGEST_COUNT
from terminal.till.checkout.notice import NoticeKind, Weight
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.work import BasketInWork


def in_order(offers: Iterable[Offer]) -> tuple[Offer, ...]:
    """Offers as the panel shows them: what brings most in this basket first, the key's own.

    One that is on keeps its place, so that the same key takes it back.
    """
    return tuple(sorted(offers, key=lambda one: -one.worth if _is_usable(one) else 1))


def _is_usable(offer: Offer) -> bool:
    return offer.applied or offer.reason.why is Why.READY


def usable(work: BasketInWork) -> frozenset[RewardName]:
    """The rewards that are on or ready."""
    return frozenset(one.name for one in work.evaluation.offers if _is_usable(one))


def is_elsewhere(work: BasketInWork, name: RewardName) -> bool:
    """Whether the member has the units of a reward, but not at this till."""
    offer = work.offer(name)
    return offer is not None and offer.reason.why is Why.UNITS_ELSEWHERE


def waits_for_units(work: BasketInWork, name: RewardName | None) -> RewardName | None:
    """The reward that the key would turn on if its units were here.

    None of the key's own is that only if nothing else is on or ready.
    """
    if name is None and usable(work) | work.draft.choices.taken_off:
        return None
    offers = (one for one in in_order(work.evaluation.offers) if name is None or one.name == name)
    return next((one.name for one in offers if is_elsewhere(work, one.name)), None)


def turn_on(work: BasketInWork, telling: Telling, name: RewardName) -> None:
    """A reward that waited for its units, which are here now."""
    offer = work.offer(name)
    if _applied(work, name) is not None:
        _tell_on(work, telling, name)
    elif offer is None or not _is_usable(offer):
        _refuse(work, telling, name)
    else:
        claim(work, telling, name, offer.times_most)


def toggle(work: BasketInWork, telling: Telling, name: RewardName | None) -> None:
    """A reward on or off; None is the first one that is on or ready, in the panel's order."""
    offers = [one for one in in_order(work.evaluation.offers) if name is None or one.name == name]
    taken_off = [one for one in offers if one.name in work.draft.choices.taken_off]
    usable = [one for one in offers if _is_usable(one)] + taken_off
    chosen = next(iter(usable or offers), None)
    if chosen is None:
        _toggle_without_offer(work, telling, name)
    elif not usable and chosen.cost and work.member is not None and work.member.provisional:
        # What is missing is not known either: they may have it under their own name.
        telling.refuse(NoticeKind.CARD_MET)
    elif not usable:
        telling.refuse(NoticeKind.REWARD_NOT_READY, name=chosen.name, reason=chosen.reason)
    elif chosen.automatic:
        _toggle_automatic(work, telling, chosen.name)
    else:
        # A gift is had once, where more has to be said; what takes money off, as often as it can.
        times = 1 if chosen.brings else chosen.times_most
        claim(work, telling, chosen.name, 0 if chosen.applied else times)


def claim(work: BasketInWork, telling: Telling, name: RewardName, times: int) -> None:
    """A claimed reward so many times, at most as often as it can be had; 0 takes it off."""
    choices = work.draft.choices
    reward = work.reward(name)
    if reward is not None and reward.mode == "automatic":
        if (times > 0) is (name in choices.taken_off):
            _toggle_automatic(work, telling, name)
        return
    others = tuple(one for one in choices.claims if one.name != name)
    if times <= 0:
        work.choose(replace(choices, claims=others))
        telling.tell(NoticeKind.REWARD_OFF, name=name)
        return
    offer = work.offer(name)
    # As often as possible stays so when more goods come; a chosen part stays that part.
    all_of_it = times >= (offer.times_most if offer else LARGEST_COUNT)
    wanted = Claim(name=name, times=None if all_of_it else times)
    claimed = replace(choices, claims=(*others, wanted))
    sure = offer is not None and _is_usable(offer)
    if not sure and not work.would_apply(name, claimed):
        _refuse(work, telling, name)
        return
    work.choose(claimed)
    _tell_on(work, telling, name)


def _toggle_without_offer(work: BasketInWork, telling: Telling, name: RewardName | None) -> None:
    """What no offer stands for: promotions, and what is claimed by people without a card."""
    reward = work.reward(name) if name else None
    if name is None or reward is None:
        telling.refuse(NoticeKind.REWARD_NOT_READY)
    elif reward.mode == "automatic":
        _toggle_automatic(work, telling, name)
    else:
        claim(work, telling, name, 0 if _applied(work, name) else LARGEST_COUNT)


def _toggle_automatic(work: BasketInWork, telling: Telling, name: RewardName) -> None:
    choices = work.draft.choices
    if name in choices.taken_off:
        work.choose(replace(choices, taken_off=choices.taken_off - {name}))
        _tell_on(work, telling, name)
    elif _applied(work, name) is None:
        _refuse(work, telling, name)
    else:
        work.choose(replace(choices, taken_off=choices.taken_off | {name}))
        telling.tell(NoticeKind.REWARD_OFF, name=name)


def _tell_on(work: BasketInWork, telling: Telling, name: RewardName) -> None:
    applied = _applied(work, name)
    if applied is None:
        _refuse(work, telling, name)
        return
    telling.tell(
        NoticeKind.REWARD_ON,
        Weight.GOOD,
        name=name,
        amount=applied.discount,
        count=applied.units,
    )


def _refuse(work: BasketInWork, telling: Telling, name: RewardName) -> None:
    offer = work.offer(name)
    reason = offer.reason if offer else work.why_not(name)
    telling.refuse(NoticeKind.REWARD_NOT_READY, name=name, reason=reason)


def _applied(work: BasketInWork, name: RewardName) -> Applied | None:
    return next((one for one in work.evaluation.applied if one.name == name), None)
