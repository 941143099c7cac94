"""Who joins in a story, what becomes known of them, with whom they share, and who is forgotten."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.standing import Traits
from terminal.loyalty.story.shop import StoryMember, StoryShop, StoryStops
from terminal.loyalty.story.steps import Change, Enrol, Forget
from terminal.loyalty.story.told import Happened
from terminal.loyalty.wallet import Account, UnitId

HOUSEHOLD_MOST = 8
"""More than these are nobody's family."""


def enrol(shop: StoryShop, step: Enrol) -> Happened:
    """Somebody joins; the rules may give them something for it."""
    if step.member in shop.names.wallets:
        raise StoryStops(f"{step.member!r} has joined already")
    if step.household:
        shop.member(step.household)
    if step.referred_by:
        shop.member(step.referred_by)
    wallet = shop.new_wallet()
    shop.names.wallets[step.member] = wallet
    traits = Traits(
        member=step.member,
        segments=step.segments,
        birthday=step.birthday,
        consents=step.consents,
        enrolled=shop.today,
        referred_by=step.referred_by,
    )
    units = tuple(
        Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n)
        for unit, n in step.units.items()
        if n
    )

    def join(place: StoryShop) -> None:
        place.members[step.member] = StoryMember(traits, wallet, given_tier=step.tier)
        place.move(units, traits.enrolled)

    shop.later(join)
    join(shop)
    if step.household:
        _share(shop, step.member, step.household)
    return Happened(earned=shop.give(step.member, "enrolment"))


def change(shop: StoryShop, step: Change) -> None:
    """Something else is known of a member; whom they share with is told to both."""
    shop.member(step.member)
    if step.household:
        _share(shop, step.member, step.household)
    elif step.household is not None:
        _set_household(shop, {step.member: ""})

    def know(place: StoryShop) -> None:
        member = place.members.get(step.member)
        if member is None:
            return  # forgotten meanwhile
        if step.segments is not None:
            member.traits = replace(member.traits, segments=step.segments)
        if step.consents is not None:
            member.traits = replace(member.traits, consents=step.consents)

    shop.later(know)
    know(shop)


def forget(shop: StoryShop, step: Forget) -> None:
    """Nobody knows a member any more, wherever the line reaches; their units are nobody's."""
    shop.member(step.member)
    del shop.members[step.member]
    shop.names.forgotten.add(step.member)


def _share(shop: StoryShop, name: str, other: str) -> None:
    """Two use each other's wallets, with those who share with one of them already."""
    if name == other:
        raise StoryStops(f"{name!r} cannot share with themselves")
    own, theirs = shop.member(name).household, shop.member(other).household
    if own and own == theirs:
        raise StoryStops(f"{name!r} and {other!r} share already")
    fellows = [
        [one for one, member in shop.members.items() if household and member.household == household]
        for household in (own, theirs)
    ]
    if len(fellows[0]) > 1 and len(fellows[1]) > 1:
        raise StoryStops(f"{other!r} shares with others")
    if max(len(fellows[0]), 1) + max(len(fellows[1]), 1) > HOUSEHOLD_MOST:
        raise StoryStops(f"more than {HOUSEHOLD_MOST} cannot share")
    household = own if len(fellows[0]) > 1 else theirs if len(fellows[1]) > 1 else f"{name}+{other}"
    _set_household(shop, {name: household, other: household})


def _set_household(shop: StoryShop, households: dict[str, str]) -> None:
    def set_there(place: StoryShop) -> None:
        for name, household in households.items():
            if name in place.members:
                place.members[name].household = household
        place.raise_tiers()

    shop.later(set_there)
    set_there(shop)
