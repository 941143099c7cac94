"""Who joins in a story, what becomes known of them, with whom they share, and who is forgotten."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.standing import Traits
from terminal.loyalty.story.shop import StoryMember, StoryShop, StoryStops
from terminal.loyalty.story.steps import Change, Enrol, Forget, ReplaceCard
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


def replace_card(shop: StoryShop, step: ReplaceCard) -> None:
    """A member gets another card; those that are known here are refused from now on."""
    member = shop.member(step.member)
    number = shop.names.cards.get(step.member, 1) + 1
    shop.names.cards[step.member] = number
    shop.names.last_sale.pop(shop.at_till, None)
    before = member.cards

    def know(place: StoryShop) -> None:
        if step.member in place.members:
            known = place.members[step.member]
            known.cards = known.cards - before | {number}

    shop.later(know)
    know(shop)


def check_card(shop: StoryShop, name: str, card: int) -> None:
    """The card that a member shows is good here.

    Raises:
        StoryStops: they have no such card, it was replaced, or nobody here has heard of it.
    """
    newest = shop.names.cards.get(name, 1)
    shown = card or newest
    if shown > newest:
        raise StoryStops(f"{name!r} has no card {shown}")
    known = shop.members.get(name)
    if known is None or shown in known.cards:
        return
    if shown < max(known.cards):
        raise StoryStops(f"card {shown} of {name!r} was replaced")
    raise StoryStops(f"card {shown} of {name!r} is not known here: their till has no line")


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

    shop.later(set_there)
    set_there(shop)
