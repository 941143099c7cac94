"""What days bring in a story: units vest and end, tiers go up and down, as the calendar goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from terminal.loyalty.expiry import (
    BRING,
    EndingAccount,
    Expire,
    Extend,
    at_the_end,
    brought_back,
    ended_while_active,
)
from terminal.loyalty.ledger import NOTHING, Entry, EntryKind, vested_twice, vesting
from terminal.loyalty.standing import LAST_YEAR
from terminal.loyalty.story.judging import look_for_purchases
from terminal.loyalty.story.shop import StoryShop, StoryStops
from terminal.loyalty.tiers import settled_tier
from terminal.loyalty.wallet import BUDGET_UNIT, Account

DAYS_MOST = 3660
"""Ten years a step: days pass one by one."""


def pass_to(shop: StoryShop, until: datetime) -> None:
    """Let time pass, day by day."""
    if until < shop.clock:
        raise StoryStops(f"the story's clock stands at {shop.clock}; it does not go back")
    if (until - shop.clock).days > DAYS_MOST or until.year > LAST_YEAR:
        raise StoryStops(f"a step passes at most {DAYS_MOST} days, up to the year {LAST_YEAR}")
    while shop.today < until.date():
        shop.tomorrow()
        _new_day(shop)
    shop.set_clock(until)


def put_right(shop: StoryShop) -> None:
    """What facts that came late show to be wrong, as the server puts it right."""
    for account, sums in list(shop.sums.items()):
        if sums.debt < 0:  # two tills repaid it, neither knowing of the other
            shop.move([Entry(account, EntryKind.OWE, -sums.debt)])
        if sums.pending < 0:  # it vested, and a till that did not know took it back as pending
            right = max(0, shop.rights.get(account, 0))
            shop.move(vested_twice(account, -sums.pending, rights_here=right))
        _back_from_expiry(shop, account)
        covered = min(shop.sums[account].debt, shop.rights.get(account, 0))
        if covered > 0:
            shop.move([Entry(account, EntryKind.REPAY, covered)])
        _end(shop, account)  # what came back too late to be used stays for longer
    _settle_tiers(shop)


def _back_from_expiry(shop: StoryShop, account: Account) -> None:
    if shop.sums[account].expired:
        own = [(entry, on) for on, entry in shop.entries if entry.account == account]
        for back in brought_back(own, shop.extended.get(account, {})).values():
            shop.move(back)
        own = [(entry, on) for on, entry in shop.entries if entry.account == account]
        shop.move(ended_while_active(own, partial(shop.active_on, account)))


def _new_day(shop: StoryShop) -> None:
    due = [one for one in shop.to_vest if one.vests <= shop.today]
    shop.to_vest = [one for one in shop.to_vest if one.vests > shop.today]
    for _, account, n, _ in due:
        sums = shop.sums.get(account, NOTHING)
        vested = min(n, sums.pending)
        if vested > 0:
            shop.move(vesting(account, vested, debt=max(0, sums.debt)))
    for account in list(shop.sums):
        _end(shop, account)
    _settle_tiers(shop)
    look_for_purchases(shop)


def _settle_tiers(shop: StoryShop) -> None:
    for programme in shop.in_force():
        for name, member in shop.members.items() if programme.tiers else ():
            history = shop.history_of(shop.wallets_of(name))
            member.tier = settled_tier(programme, shop.programmes, history, shop.today, member.tier)


def _end(shop: StoryShop, account: Account) -> None:
    if account.unit == BUDGET_UNIT:
        return
    ending = EndingAccount(
        stated=replace(shop.stated(account), extended=shop.told_to_stay(account)),
        pool=max(0, shop.rights.get(account, 0)),
        # What a till earned since then nobody has heard of.
        rights_out=sum(max(0, one.took.get(account, 0)) for one in shop.away.values()),
        renewed_to=shop.renewed_to(account),
        given_back=tuple(
            (day, entry.n)
            for day, entry in shop.entries
            if entry.account == account and entry.kind is EntryKind.UNSPEND
        ),
        came=tuple(
            (entry, day)
            for day, entry in shop.entries
            if entry.account == account and entry.kind in BRING
        ),
    )
    for one in at_the_end(ending, shop.today):
        if isinstance(one, Expire):
            shop.move([Entry(account, EntryKind.EXPIRE, one.n, one.day)])
        elif isinstance(one, Extend):
            shop.extended.setdefault(account, {})[one.day] = one.until
