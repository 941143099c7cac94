"""Tills of a story that lose the line, and what comes of it once they have it again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from terminal.loyalty.story.days import put_right
from terminal.loyalty.story.judging import look_for_purchases
from terminal.loyalty.story.shop import StoryShop, StoryStops
from terminal.loyalty.story.steps import Offline
from terminal.loyalty.wallet import Account, UnitId, WalletId, budget_account


def place_of(shop: StoryShop, till: str) -> StoryShop:
    """Where a step at a till happens: at the till alone, or with everybody who is on the line."""
    place = shop.away.get(till, shop)
    place.at_till = till
    return place


def go_offline(shop: StoryShop, step: Offline) -> None:
    """From now on the till knows what it knew, and spends what it holds."""
    if step.till in shop.away:
        raise StoryStops(f"{_name(step.till)} has no line already")
    held = dict(_held(shop, step))
    for account, n in held.items():
        there = max(0, shop.rights.get(account, 0))
        if n > there:
            raise StoryStops(f"{n} {account.unit} are more than the {there} that there are")
    for account, n in held.items():
        shop.rights[account] -= n
    shop.away[step.till] = StoryShop(
        story=shop.story,
        clock=shop.clock,
        programmes=list(shop.programmes),
        names=shop.names,
        at_till=step.till,
        members={name: replace(one) for name, one in shop.members.items()},
        sales=dict(shop.sales),
        refunds={name: list(some) for name, some in shop.refunds.items()},
        sums=dict(shop.sums),
        rights=dict(held),
        took=held,
        histories=dict(shop.histories),
        warnings={account: list(some) for account, some in shop.warnings.items()},
        extended={account: dict(days) for account, days in shop.extended.items()},
        to_vest=list(shop.to_vest),
        untold=[],
    )


def come_back(shop: StoryShop, till: str) -> None:
    """Everybody hears what a till did without the line; what that shows is put right."""
    if till not in shop.away:
        raise StoryStops(f"{_name(till)} has the line")
    back = shop.away.pop(till)
    for account, n in back.took.items():  # what it did with them is done again below
        shop.rights[account] = shop.rights.get(account, 0) + n
    for again in back.untold or ():
        again(shop)
    look_for_purchases(shop)
    put_right(shop)


def _held(shop: StoryShop, step: Offline) -> Iterator[tuple[Account, int]]:
    for name, units in step.holds.items():
        wallet = shop.names.codes.get(name) or shop.member(name).wallet
        for unit, n in units.items():
            if n:
                yield Account(WalletId(wallet), UnitId(unit)), n
    for name, n in step.budgets.items():
        programme, _, rule = name.partition("/")
        if not programme.isdigit() or not rule:
            raise StoryStops(f"a budget is named by programme/rule, not {name!r}")
        if n:
            yield budget_account(int(programme), rule), n


def _name(till: str) -> str:
    return f"till {till!r}" if till else "the till without a name"
