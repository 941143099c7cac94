"""Stories played: each step goes by the rules that till and server go by, and is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from terminal.loyalty.ledger import Entry, EntryKind, Sums
from terminal.loyalty.standing import Traits
from terminal.loyalty.story.expecting import not_as_expected
from terminal.loyalty.story.returning import take_back
from terminal.loyalty.story.selling import sell
from terminal.loyalty.story.shop import StoryMember, StoryShop, StoryStops
from terminal.loyalty.story.steps import (
    Change,
    Enrol,
    Grant,
    Pass,
    Publish,
    Sell,
    Step,
    Story,
    TakeBack,
    Tell,
)
from terminal.loyalty.story.told import Happened, Told
from terminal.loyalty.wallet import Account, UnitId


def play(story: Story) -> Iterator[Told]:
    """Let a story happen, step by step. A step that is refused changes nothing."""
    shop = StoryShop(story, story.start, list(story.programmes))
    shop.fund_budgets(story.programmes)
    for number, step in enumerate(story.steps, start=1):
        yield _told(shop, number, step)


def _told(shop: StoryShop, number: int, step: Step) -> Told:
    try:
        happened = _happen(shop, step)
    except StoryStops as stop:
        happened = Happened(refused=str(stop))
    told = Told(
        step=number,
        do=step.do,
        at=shop.clock.isoformat(),
        refused=happened.refused,
        evaluation=happened.evaluation,
        refund=happened.refund,
        earned=happened.earned,
        codes=happened.codes,
        wallets=_by_name(shop, lambda sums: sums.balance),
        pending=_by_name(shop, lambda sums: sums.pending),
        owed=_by_name(shop, lambda sums: sums.debt),
        tiers={name: tier for name, one in shop.members.items() if (tier := shop.tier(one))},
    )
    return replace(told, not_as_expected=not_as_expected(step.expect, told))


def _happen(shop: StoryShop, step: Step) -> Happened:
    match step:
        case Enrol():
            return _enrol(shop, step)
        case Change():
            _change(shop, step)
        case Sell():
            return sell(shop, step)
        case TakeBack():
            return take_back(shop, step)
        case Pass():
            shop.pass_to((step.until or shop.clock) + timedelta(days=step.days))
        case Publish():
            shop.programmes += step.programmes
            shop.fund_budgets(step.programmes)
        case Grant():
            shop.member(step.member)
            return Happened(earned=shop.give(step.member, step.on, step.programme))
        case Tell():
            shop.warn({shop.member(step.member).wallet})
        case _:
            assert_never(step)
    return Happened()


def _enrol(shop: StoryShop, step: Enrol) -> Happened:
    if step.member in shop.members:
        raise StoryStops(f"{step.member!r} has joined already")
    wallet = shop.member(step.household).wallet if step.household else shop.new_wallet()
    if step.referred_by:
        shop.member(step.referred_by)
    shop.members[step.member] = StoryMember(
        Traits(
            member=step.member,
            segments=step.segments,
            birthday=step.birthday,
            consents=step.consents,
            enrolled=shop.today,
            referred_by=step.referred_by,
        ),
        wallet,
        given_tier=step.tier,
    )
    shop.move(
        Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n)
        for unit, n in step.units.items()
        if n
    )
    return Happened(earned=shop.give(step.member, "enrolment"))


def _change(shop: StoryShop, step: Change) -> None:
    member = shop.member(step.member)
    if step.segments is not None:
        member.traits = replace(member.traits, segments=step.segments)
    if step.consents is not None:
        member.traits = replace(member.traits, consents=step.consents)


def _by_name(shop: StoryShop, n_of: Callable[[Sums], int]) -> dict[str, dict[str, int]]:
    """Units by member and code, zeros left out."""
    named = {name: one.wallet for name, one in shop.members.items()} | shop.codes
    return {
        name: {
            account.unit: n
            for account, sums in shop.sums.items()
            if account.wallet == wallet and (n := n_of(sums))
        }
        for name, wallet in named.items()
    }
