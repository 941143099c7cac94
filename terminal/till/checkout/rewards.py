"""Rewards on and off, whole and in part: what the reward keys do to the basket in work."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.standing import Claim, RewardName
from terminal.till.checkout.telling import Telling
from terminal.till.checkout.view import NoticeKind, Weight
from terminal.till.checkout.work import BasketInWork


def toggle(work: BasketInWork, telling: Telling, name: RewardName | None) -> None:
    """A reward on or off; None is the first one that is on or ready."""
    offers = [one for one in work.evaluation.offers if name is None or one.name == name]
    taken_off = [one for one in offers if one.name in work.draft.choices.taken_off]
    usable = [one for one in offers if one.applied or one.reason.why is Why.READY] + taken_off
    chosen = next(iter(usable or offers), None)
    if chosen is None:
        if name is None:
            telling.refuse(NoticeKind.REWARD_NOT_READY)
        else:
            _toggle_automatic(work, telling, name)
    elif not usable:
        telling.refuse(NoticeKind.REWARD_NOT_READY, name=chosen.name, reason=chosen.reason)
    elif chosen.automatic:
        _toggle_automatic(work, telling, chosen.name)
    else:
        claim(work, telling, chosen.name, 0 if chosen.applied else chosen.times_most)


def claim(work: BasketInWork, telling: Telling, name: RewardName, times: int) -> None:
    """A claimed reward so many times; 0 takes it off."""
    choices = work.draft.choices
    others = tuple(one for one in choices.claims if one.name != name)
    offer = work.offer(name)
    if times <= 0:
        work.choose(replace(choices, claims=others))
        telling.tell(NoticeKind.REWARD_OFF, name=name)
        return
    # As often as possible stays so when more goods come; a chosen part stays that part.
    all_of_it = times >= (offer.times_most if offer else 0)
    wanted = Claim(name=name, times=None if all_of_it else times)
    work.choose(replace(choices, claims=(*others, wanted)))
    applied = next((one for one in work.evaluation.applied if one.name == name), None)
    if applied is None:
        if work.draft.choices != choices:
            work.take_back()
        telling.refuse(
            NoticeKind.REWARD_NOT_READY, name=name, reason=offer.reason if offer else None
        )
        return
    telling.tell(
        NoticeKind.REWARD_ON,
        Weight.GOOD,
        name=name,
        amount=applied.discount,
        count=applied.units,
    )


def _toggle_automatic(work: BasketInWork, telling: Telling, name: RewardName) -> None:
    off = work.draft.choices.taken_off
    if name in off:
        work.choose(replace(work.draft.choices, taken_off=off - {name}))
        telling.tell(NoticeKind.REWARD_ON, Weight.GOOD, name=name)
        return
    work.choose(replace(work.draft.choices, taken_off=off | {name}))
    telling.tell(NoticeKind.REWARD_OFF, name=name)
