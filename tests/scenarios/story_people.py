"""What a cashier does for people in a story, by the keys of a till."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from terminal.barcodes.card_number import card_number
from terminal.loyalty.consent import Purpose
from terminal.loyalty.engine.evaluation import Earned, Reason, Why
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.story.steps import Change, Enrol, Grant, ReplaceCard, Tell, Undo
from terminal.loyalty.wallet import Account, UnitId
from terminal.till.app import statements_of
from terminal.till.checkout.notice import NoticeKind
from terminal.till.journal_port import Recorded
from tests.fakes.printers import FakePrinter
from tests.scenarios.story_words import KEY, PREFIX, StoryRefused

if TYPE_CHECKING:
    from tests.scenarios.story_till import StoryTill


def enrol(shop: StoryTill, step: Enrol) -> tuple[Earned, ...]:
    """A blank card is handed out; what the office knows of its holder is written behind it.

    What the rules gave them for it is told, as the member's story on the screen has it.
    """
    checkout, database = shop.till.checkout, shop.till.database
    number = _blank_card(shop)
    shop.seen(checkout.scan(number))
    if step.referred_by:
        shop.seen(checkout.scan(shop.cards[step.referred_by]))
    shop.ids.next_name = step.member
    month, day = step.birthday or (0, 0)
    view = checkout.join(
        step.member,
        birthday=f"{day}.{month}" if day else "",
        agreed=frozenset(map(Purpose, step.consents)),
        text="1 en",
    )
    assert view.member is not None, view.notice
    assert view.member.id == step.member
    shop.cards[step.member] = number
    shop.cards_of[step.member] = [number]
    if step.household:
        _share(shop, step.member, step.household)
    checkout.remove_member()
    given = database.journal.movements(step.member, 10)
    if step.tier or step.segments:
        known = database.members.by_id(step.member)
        assert known is not None
        database.members.change(replace(known, tier=step.tier, segments=step.segments))
    if step.units:
        wallet = database.members.standing(step.member).wallets[0]
        entries = [
            Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n)
            for unit, n in step.units.items()
        ]
        assert isinstance(database.journal.adjust(entries, "opening", step.member), Recorded)
    return tuple(_earned(one.entry, Why.ENROLMENT) for one in given)


def _blank_card(shop: StoryTill) -> str:
    shop.cards_made += 1
    return card_number(shop.cards_made, key=KEY, prefix=PREFIX)


def replace_card(shop: StoryTill, step: ReplaceCard) -> None:
    """They tell their name, a blank card is scanned, and Enter."""
    checkout = shop.till.checkout
    if shop.till.database.members.by_id(step.member) is None:
        raise StoryRefused(f"{step.member!r} has not joined")
    number = _blank_card(shop)
    shop.seen(checkout.pick_member(step.member))
    view = shop.seen(checkout.scan(number))
    assert view.replacing is not None, view.notice
    view = checkout.enter("")
    assert view.notice is not None
    assert view.notice.kind is NoticeKind.CARD_HANDED_OUT, view.notice
    checkout.remove_member()
    shop.cards[step.member] = number
    shop.cards_of[step.member].append(number)


def show_card(shop: StoryTill, member: str, card: int) -> None:
    """A card is scanned; the cashier lets nobody use one that was replaced."""
    cards = shop.cards_of[member]
    view = shop.seen(shop.till.checkout.scan(cards[card - 1] if card else shop.cards[member]))
    notice = view.notice
    if notice is not None and notice.kind is NoticeKind.CARD_REPLACED:
        shop.till.checkout.dismiss()
        raise StoryRefused(f"card {card} of {member!r} was replaced")
    if notice is not None and notice.kind is NoticeKind.CARD_MET:
        shop.clear()
        raise StoryRefused(f"card {card} of {member!r} is not known here: their till has no line")


def change(shop: StoryTill, step: Change) -> None:
    """What they agree to the cashier ticks; their segments are the office's to say."""
    checkout, members = shop.till.checkout, shop.till.database.members
    if step.segments is not None:
        known = members.by_id(step.member)
        assert known is not None
        members.change(replace(known, segments=step.segments))
    if step.consents is not None:
        with _at_the_counter(shop, step.member):
            for purpose in Purpose:
                agreed = purpose.value in step.consents
                checkout.with_members(
                    lambda steps, one=purpose, yes=agreed: steps.decide(
                        one, agreed=yes, text="1 en"
                    )  # type: ignore[misc]
                )
    if step.household is not None:
        with _at_the_counter(shop, step.member):
            if step.household:
                _share(shop, step.member, step.household)
            else:
                _leave(shop, step.member)


def _share(shop: StoryTill, member: str, other: str) -> None:
    """Two cards and a yes."""
    checkout = shop.till.checkout
    checkout.with_care(lambda care: care.begin_household())
    shop.seen(checkout.scan(shop.cards[other]))
    checkout.enter("")
    fellows = [one.id for one in shop.till.database.members.fellows(member)]
    assert other in fellows, checkout.view().notice


def _leave(shop: StoryTill, member: str) -> None:
    checkout = shop.till.checkout
    checkout.with_care(lambda care: care.begin_household())
    checkout.with_care(lambda care: care.households.leave())
    checkout.enter("")
    assert not shop.till.database.members.fellows(member), checkout.view().notice


def tell(shop: StoryTill, step: Tell) -> None:
    """They ask what they have, and take a statement home: its last days are told."""
    with _at_the_counter(shop, step.member):
        printer = FakePrinter()
        statements_of(shop.till, printer).print(step.member, lambda _answer: None)
        assert printer.sheets


def grant(shop: StoryTill, step: Grant) -> tuple[Earned, ...]:
    """Units by the cashier's hand: for an opinion, or because they were sorry for a wait."""
    checkout, journal = shop.till.checkout, shop.till.database.journal
    shop.clock.local += timedelta(seconds=1)  # no hand gives twice at one instant
    before = {one.name for one in journal.gifts(step.member, 50)}
    with _at_the_counter(shop, step.member):
        view = checkout.with_care(lambda care: care.begin_goodwill())
        assert view.goodwill is not None, view.notice
        for choice in view.goodwill.choices:
            if choice.on != step.on:
                continue
            if step.on == "feedback":
                checkout.with_care(lambda care, one=choice: care.goodwill.thank(one.name))  # type: ignore[misc]
            else:
                checkout.with_care(lambda care, one=choice: care.goodwill.mark(one.name))  # type: ignore[misc]
                checkout.enter("1")
    given = [one for one in journal.gifts(step.member, 50) if one.name not in before]
    if given:
        shop.gifts_made += 1
        name = step.name or f"gift {shop.gifts_made}"
        shop.gifts[name] = (step.member, given[0].name)
    why = Why.FEEDBACK if step.on == "feedback" else Why.GOODWILL
    return tuple(
        _earned(entry, why)
        for one in given
        for entry in one.entries
        if entry.kind in (EntryKind.EARN, EntryKind.EARN_PENDING)
    )


def take_gift_back(shop: StoryTill, step: Undo) -> None:
    """The key beside what was given; it has none where it cannot be taken back."""
    if step.gift not in shop.gifts:
        raise StoryRefused(f"there is no gift {step.gift!r}")
    member, key = shop.gifts[step.gift]
    checkout = shop.till.checkout
    with _at_the_counter(shop, member):
        view = checkout.with_care(lambda care: care.begin_goodwill())
        assert view.goodwill is not None, view.notice
        given = {one.key: one for one in view.goodwill.given}
        if key not in given:
            raise StoryRefused(f"{step.gift!r} was given at another till")
        if given[key].taken_back:
            raise StoryRefused(f"{step.gift!r} was taken back already")
        if not given[key].undoable:
            raise StoryRefused(f"of {step.gift!r} something is spent already")
        checkout.with_care(lambda care: care.goodwill.take_back(key))
    assert any(
        one.name == key and one.taken_back for one in shop.till.database.journal.gifts(member, 50)
    )


@contextmanager
def _at_the_counter(shop: StoryTill, member: str) -> Iterator[None]:
    """A member shows their card, something is done for them, and they go."""
    if member not in shop.cards:
        raise StoryRefused(f"{member!r} has not joined")
    checkout = shop.till.checkout
    shop.seen(checkout.scan(shop.cards[member]))
    try:
        yield
    finally:
        checkout.with_care(lambda care: care.close())
        checkout.remove_member()


def _earned(entry: Entry, why: Why) -> Earned:
    """Units that came without a purchase, as far as the till's file tells."""
    return Earned(
        programme=0,
        revision=0,
        rule="",
        account=entry.account,
        n=entry.n,
        day=entry.day,
        reason=Reason(why=why, units=entry.n),
    )
