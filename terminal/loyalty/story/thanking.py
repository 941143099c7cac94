"""Who brings somebody is thanked in a story, and so is who came; without a purchase it goes back.

As the server of a shop does: nobody serves, so nothing is counted for an operator.
"""

from __future__ import annotations

from terminal.loyalty.engine.evaluation import Earned
from terminal.loyalty.giving import Gift, giving, taking_back_even_if_spent
from terminal.loyalty.history import NO_HISTORY, PURCHASES, THANKED, Counted
from terminal.loyalty.story.shop import StoryShop


def thank_who_brought(shop: StoryShop, name: str) -> tuple[Earned, ...]:
    """What a member's first purchase brings them and whoever brought them."""
    member = shop.members.get(name)
    if member is None or not shop.hears or name in shop.thanks or not _has_bought(shop, name):
        return ()
    friend = member.traits.referred_by
    if not friend or friend not in shop.members:
        return ()
    shop.count([Counted(THANKED, shop.today, 1)], member.wallet)
    shop.thanks[name] = []
    earned: list[Earned] = []
    for on, who in (("referred", name), ("referral", friend)):
        given = giving(on, shop.in_force(), shop.standing(who, (), 0), shop.at)
        if given is None:
            continue
        shop.names.thanks_made += 1
        gift = Gift(
            incarnation="server",
            seq=shop.names.thanks_made,
            wall_ms=0,
            body=given.body(who, newcomer=name),
            entries=given.entries,
        )
        shop.thanks[name].append(gift)
        shop.book_gift(given, gift.name)
        earned += given.earned
    return tuple(earned)


def take_thanks_back(shop: StoryShop) -> None:
    """Whose every purchase came back has not come: both sides give back what they had for it."""
    for name in [one for one in shop.thanks if not _has_bought(shop, one)]:
        for gift in shop.thanks.pop(name):
            if gift.body.member in shop.members:
                standing = shop.standing(gift.body.member, (), 0)
                given = taking_back_even_if_spent(gift, standing, shop.today)
                if given is not None:
                    shop.book_gift(given, gift.name)
        wallet = shop.names.wallets[name]
        known = shop.histories.get(wallet, NO_HISTORY).counted
        shop.count([one._replace(n=-one.n) for one in known if one.name == THANKED], wallet)


def _has_bought(shop: StoryShop, name: str) -> bool:
    """Whether a purchase of theirs stays."""
    known = shop.histories.get(shop.names.wallets[name], NO_HISTORY)
    return known.last_day(PURCHASES) is not None
