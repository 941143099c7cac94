"""Stories played: each step goes by the rules that till and server go by, and is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import assert_never

from terminal.loyalty.giving import taking_back
from terminal.loyalty.last_days import lots_that_hold
from terminal.loyalty.ledger import Entry, EntryKind, Sums, rights_of
from terminal.loyalty.settlements import settlement
from terminal.loyalty.story.days import pass_to, put_right
from terminal.loyalty.story.expecting import not_as_expected
from terminal.loyalty.story.people import change, enrol, forget, replace_card
from terminal.loyalty.story.places import come_back, go_offline, place_of
from terminal.loyalty.story.returning import take_back, take_back_without_slip, undo_sale
from terminal.loyalty.story.selling import park, sell
from terminal.loyalty.story.shop import StoryShop, StoryStops
from terminal.loyalty.story.steps import (
    Change,
    Enrol,
    Forget,
    Grant,
    Issue,
    Offline,
    Online,
    Park,
    Pass,
    Publish,
    ReplaceCard,
    Sell,
    Settle,
    Step,
    Story,
    TakeBack,
    TakeBackWithoutSlip,
    Tell,
    Undo,
)
from terminal.loyalty.story.thanking import take_thanks_back
from terminal.loyalty.story.told import Happened, LotLeft, Told
from terminal.loyalty.story.warning import tell_endings
from terminal.loyalty.wallet import Account, UnitId, WalletId


def play(story: Story) -> Iterator[Told]:
    """Let a story happen, step by step. A step that is refused changes nothing."""
    shop = StoryShop(story, story.start, list(story.programmes))
    shop.fund_budgets(story.programmes)
    for number, step in enumerate(story.steps, start=1):
        yield _told(shop, number, step)


def _told(shop: StoryShop, number: int, step: Step) -> Told:
    shop.found = []
    try:
        happened = _happen(shop, step)
        take_thanks_back(shop)
        put_right(shop)
    except StoryStops as stop:
        happened = Happened(refused=str(stop))
    till = till_of(step)
    place = place_of(shop, till)
    told = Told(
        step=number,
        do=step.do,
        at=shop.clock.isoformat(),
        till=till,
        refused=happened.refused,
        evaluation=happened.evaluation,
        tenders=happened.tenders,
        change=happened.change,
        rounding=happened.rounding,
        refund=happened.refund,
        earned=happened.earned,
        not_given=happened.not_given,
        codes=happened.codes,
        warned=happened.warned,
        wallets=_by_name(place, lambda sums: max(0, sums.balance)),
        lots=_lots(place),
        pending=_by_name(place, lambda sums: sums.pending),
        owed=_by_name(place, lambda sums: sums.debt),
        spendable=_spendable(place),
        tiers={name: tier for name, one in place.members.items() if (tier := place.tier(one))},
        findings=tuple(shop.found),
        settlement=happened.settlement,
    )
    return replace(told, not_as_expected=not_as_expected(step.expect, told))


def till_of(step: Step) -> str:
    """Where a step happens; what an office does is known at the till without a name."""
    match step:
        case Pass() | Publish() | Tell() | Issue() | Settle() | Forget():
            return ""
        case _:
            return step.till


def _happen(shop: StoryShop, step: Step) -> Happened:
    match step:
        case Pass():
            pass_to(shop, (step.until or shop.clock) + timedelta(days=step.days))
        case Publish():
            shop.programmes += step.programmes
            shop.fund_budgets(step.programmes)
        case Tell():
            return Happened(warned=tell_endings(shop, _wallets(shop, step.member)))
        case Issue():
            _issue(shop, step)
        case Settle():
            return _settle(shop, step)
        case Forget():
            forget(shop, step)
        case Offline():
            go_offline(shop, step)
        case Online():
            come_back(shop, step.till)
        case _:
            return _happen_at(place_of(shop, step.till), step)
    return Happened()


def _happen_at(
    place: StoryShop,
    step: Enrol
    | Change
    | ReplaceCard
    | Park
    | Sell
    | TakeBack
    | TakeBackWithoutSlip
    | Undo
    | Grant,
) -> Happened:
    """What a cashier does."""
    match step:
        case Enrol():
            return enrol(place, step)
        case Change():
            change(place, step)
        case ReplaceCard():
            replace_card(place, step)
        case Park():
            park(place, step)
        case Sell():
            return sell(place, step)
        case TakeBack():
            return take_back(place, step)
        case TakeBackWithoutSlip():
            return take_back_without_slip(place, step)
        case Undo():
            return _undo(place, step)
        case Grant():
            place.member(step.member)
            gift = step.name or f"gift {place.names.gifts_made + 1}"
            if gift in place.names.gifts or gift in place.names.gifts_taken_back:
                raise StoryStops(f"there is a gift {gift!r} already")
            missed = place.not_given(step.member, step.on, step.programme)
            earned = place.give(step.member, step.on, step.programme, gift)
            return Happened(earned=earned, not_given=missed)
        case _:
            assert_never(step)
    return Happened()


def _undo(place: StoryShop, step: Undo) -> Happened:
    if bool(step.sale) == bool(step.gift):
        raise StoryStops("name what is undone: a sale or a gift")
    if step.sale:
        return undo_sale(place, step.sale)
    names = place.names
    if step.gift in names.gifts_taken_back:
        raise StoryStops(f"{step.gift!r} was taken back already")
    if step.gift not in names.gifts:
        raise StoryStops(f"there is no gift {step.gift!r}")
    till, gift = names.gifts[step.gift]
    if till != place.at_till:
        raise StoryStops(f"{step.gift!r} was given at another till, which alone takes it back")
    given = taking_back(gift, place.standing(gift.body.member, (), 0), place.today)
    if given is None or any(
        place.rights.get(account, 0) + n < 0 for account, n in rights_of(given.entries).items()
    ):
        raise StoryStops(f"of {step.gift!r} something is spent already")
    names.gifts_taken_back.add(step.gift)
    place.count_served(given.counts)
    place.book_gift(given, step.gift)
    return Happened()


def _issue(shop: StoryShop, step: Issue) -> None:
    if step.name in shop.names.codes:
        raise StoryStops(f"there is a code {step.name!r} already")
    wallet = shop.new_wallet()
    shop.names.codes[step.name] = wallet
    units = [one for one in step.units.items() if one[1]]
    shop.move(Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n) for unit, n in units)


def _settle(shop: StoryShop, step: Settle) -> Happened:
    first, last = step.first or shop.story.first_day, step.last or shop.today
    if last < first:
        raise StoryStops(f"{last} is before {first}")
    counts = [
        one
        for history in shop.histories.values()
        for one in history.counted
        if first <= one.day <= last
    ]
    return Happened(settlement=settlement(counts, shop.programmes))


# --- what is there then -----------------------------------------------------------------------------


def _wallets(shop: StoryShop, member: str) -> tuple[WalletId, ...]:
    shop.member(member)
    return shop.wallets_of(member)


def _purses(place: StoryShop) -> Iterator[tuple[str, tuple[WalletId, ...]]]:
    """The wallets of every member who is known there, and of every code."""
    for name in place.members:
        yield name, place.wallets_of(name)
    for name, wallet in place.names.codes.items():
        yield name, (wallet,)


def _by_name(place: StoryShop, n_of: Callable[[Sums], int]) -> dict[str, dict[str, int]]:
    """Units by member and code, zeros left out."""
    found: dict[str, dict[str, int]] = {}
    for name, wallets in _purses(place):
        units = found.setdefault(name, {})
        for account, sums in place.sums.items():
            if account.wallet in wallets:
                units[account.unit] = units.get(account.unit, 0) + n_of(sums)
        found[name] = {unit: n for unit, n in units.items() if n}
    return found


def _spendable(place: StoryShop) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for name, wallets in _purses(place):
        units = found.setdefault(name, {})
        for one in place.holdings(wallets):
            if one.spendable:
                units[one.account.unit] = units.get(one.account.unit, 0) + one.spendable
    return found


def _lots(place: StoryShop) -> Mapping[str, Mapping[str, tuple[LotLeft, ...]]]:
    """Vested units by the last day on which they can be used, earliest first."""
    found: dict[str, dict[str, dict[date | None, tuple[int, bool]]]] = {}
    for name, wallets in _purses(place):
        units = found.setdefault(name, {})
        for account in place.sums:
            if account.wallet not in wallets:
                continue
            stated = place.stated(account)
            for lot in lots_that_hold(stated.sums, stated.extended):
                lots = units.setdefault(account.unit, {})
                n, _ = lots.get(lot.day, (0, False))
                warned = lot.day is not None and place.was_warned(stated, lot.day)
                lots[lot.day] = (n + lot.n, warned)
    return {
        name: {
            unit: tuple(
                LotLeft(n, until, warned)
                for until, (n, warned) in sorted(
                    lots.items(), key=lambda one: (one[0] is None, one[0] or date.max)
                )
            )
            for unit, lots in units.items()
        }
        for name, units in found.items()
    }
