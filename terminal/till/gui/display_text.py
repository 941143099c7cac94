"""What stands on the customer's display, in words: no widget, and nothing that is nobody's business.

A stranger in the queue reads along: of a member there is the short name and the last digits of
the card, never a full name, a phone or a birthday, and of a card whose number was typed nothing
until its owner has proven to be there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from terminal.loyalty.engine.evaluation import Offer, Why
from terminal.loyalty.standing import RewardName
from terminal.loyalty.tender import TenderKind
from terminal.loyalty.units import UnitKind
from terminal.till.checkout.view import (
    BalanceView,
    CheckoutView,
    LineState,
    LineView,
    MemberView,
    Stage,
)
from terminal.till.gui.total_card import told_total
from terminal.values import dataclass
from terminal.wording.display_labels import DisplayLabel
from terminal.wording.fitting import behind_colon
from terminal.wording.labels import Label
from terminal.wording.slip_labels import SlipLabel
from terminal.wording.words import Words

_BALANCES_MOST, _OFFERS_MOST = 2, 2
_LINES_MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line beside the basket. ``value`` stands at its end; ``weight`` is how it is written."""

    words: str
    value: str = ""
    weight: str = "usual"
    """usual, strong, good, or alone: it has all the room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayText:
    """Everything on the display; empty parts are left out."""

    head: str
    """The goods that were scanned last, or a greeting."""
    beside: str = ""
    """What they cost."""
    notes: tuple[str, ...] = ()
    """Small lines below."""
    lines: tuple[Row, ...] = ()
    """What else lies in the basket, the newest first."""
    caption: str = ""
    figure: str = ""
    """The largest: what is to be paid, or the change."""
    who: str = ""
    card: str = ""
    rows: tuple[Row, ...] = ()


def display_text(
    view: CheckoutView, words: Words, shop: str, member: MemberView | None
) -> DisplayText:
    """The display for a view. ``member`` is whose sale it is, or was until it was done."""
    if view.stage is Stage.DONE:
        return _done(view, words, member)
    returning = view.stage is Stage.RETURNING
    # Whose goods come back is another customer than the one whose basket waits.
    member = None if returning else view.member
    rows = tuple(_rows(view, words, member)) if member else ()
    if not returning:
        ahead = (*_ahead(view, words), *_others(view, words, member))
        # Whoever showed no card is asked for it first.
        asked = _asked(view, words, "strong") if ahead and view.lines else ()
        ends = _use_by(words, member) if member else ()
        rows = (*rows, *_codes(view, words), *asked, *ahead, *ends)
    who, card = _who(words, member)
    if not view.lines and not returning:
        return DisplayText(
            head=who or words.label(DisplayLabel.WELCOME),
            notes=() if who else (shop, words.label(DisplayLabel.ASK_FOR_CARD)),
            card=card,
            rows=rows,
        )
    last = None if returning else _last(view)
    caption, figure, below = told_total(view, words)
    if returning:
        caption = words.label(DisplayLabel.MONEY_BACK)
    return DisplayText(
        head=last.name if last else "",
        beside=words.money(last.net) if last else "",
        notes=() if returning else tuple(_notes(view, words, last, below)),
        lines=() if returning else tuple(_lines(view, words, last)),
        caption=caption,
        figure=figure,
        who=who,
        card=card,
        rows=rows or _asked(view, words, "alone"),
    )


def _asked(view: CheckoutView, words: Words, weight: str) -> tuple[Row, ...]:
    """Whoever showed no card is asked once, while there is time."""
    if view.stage is not Stage.SELLING or view.member is not None:
        return ()
    return (Row(words=words.label(DisplayLabel.ASK_FOR_CARD), weight=weight),)


def _last(view: CheckoutView) -> LineView | None:
    """The line that the cashier works on, if it is known what it is."""
    for line in reversed(view.lines):
        if line.key == view.selected and line.state is LineState.READY:
            return line
    ready = [line for line in view.lines if line.state is LineState.READY]
    return ready[-1] if ready else None


def _notes(view: CheckoutView, words: Words, last: LineView | None, below: str) -> Iterator[str]:
    if last is not None and (last.pieces > 1 or last.grams is not None):
        yield words.quantity(last.pieces, last.grams, last.unit_price)
    pieces = sum(1 if line.grams is not None else line.pieces for line in view.lines)
    if pieces > 1:
        yield words.pieces(pieces)
    if below:
        yield below
    if view.payment is not None and view.evaluation.discount:
        yield words.label(Label.SAVED_AMOUNT, amount=words.money(view.evaluation.discount))


def _lines(view: CheckoutView, words: Words, last: LineView | None) -> Iterator[Row]:
    for line in reversed(view.lines[-_LINES_MOST:]):
        if line is last or line.state is not LineState.READY:
            continue
        many = words.quantity(line.pieces, line.grams, line.unit_price)
        name = f"{line.name}  {many}" if line.pieces > 1 or line.grams is not None else line.name
        yield Row(words=name, value=words.money(line.net))


def _who(words: Words, member: MemberView | None) -> tuple[str, str]:
    if member is None or member.typed:
        return "", ""
    card = words.label(SlipLabel.CARD, tail=member.card_tail) if member.card_tail else ""
    first = member.name.split(" ", maxsplit=1)[0]
    return (words.label(DisplayLabel.HELLO, name=first) if first else card), card if first else ""


def _rows(view: CheckoutView, words: Words, member: MemberView) -> Iterator[Row]:
    if member.typed:
        return
    if member.provisional:
        yield Row(words=words.label(DisplayLabel.CARD_KNOWN_LATER))
    held = _held(member)
    for balance in held[:_BALANCES_MOST]:
        yield from _balance(words, balance, balance.balance, balance.worth)
        if balance.earns:
            units = words.units(balance.earns, balance)
            yield Row(words=words.label(DisplayLabel.FOR_THIS_PURCHASE, units=units), weight="good")
        if balance.spends:
            units = words.units(balance.spends, balance)
            yield Row(words=words.label(DisplayLabel.TAKEN, units=units))
    if held and member.unconfirmed and not member.provisional:
        yield Row(words=words.label(SlipLabel.KNOWN_HERE))
    for offer in member.offers[:_OFFERS_MOST]:
        yield _offer(view, words, offer)


def _held(member: MemberView) -> list[BalanceView]:
    return [one for one in member.balances if one.balance or one.earns or one.debt]


def _use_by(words: Words, member: MemberView) -> Iterator[Row]:
    """What ends when, where there is room: paper is what warns."""
    for balance in () if member.typed else _held(member)[:_BALANCES_MOST]:
        if balance.expires and balance.expires_n:
            units = words.units(balance.expires_n, balance)
            day = words.date(balance.expires)
            yield Row(words=words.label(SlipLabel.USE_BY, day=day, units=units))


def _codes(view: CheckoutView, words: Words) -> Iterator[Row]:
    """Gift cards and vouchers that were shown: who holds the paper may know what is in it."""
    for code in view.bearers:
        if code.kind is UnitKind.MONEY:
            yield Row(words=words.name(code.name), value=words.money(code.balance), weight="strong")
        elif code.on:
            name = words.name(view.names.get(code.on[0], {}))
            yield Row(words=f"✓ {name}", value=f"−{words.money(code.off)}", weight="good")


def _ahead(view: CheckoutView, words: Words) -> Iterator[Row]:
    """The next step of a reward, where this basket nearly has it."""
    ahead = next(iter(view.evaluation.within_reach), None)
    if ahead is not None and view.stage is Stage.SELLING:
        reward = words.name(view.names.get(ahead.name, {}))
        missing = behind_colon(words.within_reach(ahead, view.names))
        yield Row(words=words.label(DisplayLabel.REWARD_AHEAD, reward=reward, missing=missing))


def _others(view: CheckoutView, words: Words, member: MemberView | None) -> Iterator[Row]:
    """Offers that stayed away, with what they want; none that stands above already."""
    above = {one.name for one in member.offers[:_OFFERS_MOST]} if member else set()
    above |= {code for one in view.bearers for code in one.on}
    for one in view.others:
        rule = RewardName(one.programme, one.rule)
        name = words.name(view.names.get(rule, {}))
        wants = words.reason_brief(one.reason, view.names)
        if rule not in above and name and wants:
            yield Row(words=words.label(SlipLabel.OFFER, offer=name, wants=wants))


def _balance(words: Words, balance: BalanceView, n: int, worth: int | None) -> Iterator[Row]:
    name = words.name(balance.name)
    yield Row(words=name[:1].upper() + name[1:], value=words.units(n, balance), weight="strong")
    if worth:
        yield Row(words=words.label(Label.WORTH, amount=words.money(worth)))


def _offer(view: CheckoutView, words: Words, offer: Offer) -> Row:
    reward = words.name(view.names.get(offer.name, {}))
    unit = view.unit_kinds.get(offer.name, UnitKind.POINTS)
    if offer.applied:
        value = f"−{words.money(offer.worth)}" if offer.worth else ""
        return Row(words=f"✓ {reward}", value=value, weight="good")
    if offer.worth or (offer.brings is not None and offer.times):
        ready = words.label(DisplayLabel.REWARD_READY, reward=reward)
        return Row(words=ready, weight="good")
    reason = offer.reason
    if reason.why is Why.UNITS_MISSING:
        reason = replace(
            reason, amount=0
        )  # how to come by them takes a second line; the slip has it
    missing = behind_colon(words.reason_short(reason, view.names, unit))
    return Row(words=words.label(DisplayLabel.REWARD_AHEAD, reward=reward, missing=missing))


def _done(view: CheckoutView, words: Words, member: MemberView | None) -> DisplayText:
    done = view.done
    assert done is not None, "a sale that is done tells what was paid"
    thanks = words.label(DisplayLabel.THANKS)
    back = done.change + sum(
        one.amount for one in done.back if one.kind is not TenderKind.CASH and not done.refund
    )
    paid = words.money(done.due)
    caption, figure = words.label(DisplayLabel.PAID), paid
    notes: list[str] = []
    if done.refund:
        caption = words.label(DisplayLabel.MONEY_BACK)
    elif back:
        notes.append(f"{caption} {paid}")
        caption, figure = words.label(SlipLabel.CHANGE), words.money(back)
    if done.off and not done.refund:
        notes.append(words.label(Label.SAVED_AMOUNT, amount=words.money(done.off)))
    who, card = _who(words, None if done.refund else member)
    return DisplayText(
        head=thanks,
        notes=tuple(notes),
        caption=caption,
        figure=figure,
        who=who,
        card=card,
        rows=tuple(_after(words, member)) if member and not done.refund else (),
    )


def _after(words: Words, member: MemberView) -> Iterator[Row]:
    """The new balances; those of a card that is only met are not known here."""
    if member.typed or member.provisional:
        return
    moved = [one for one in member.balances if one.after or one.earns or one.spends]
    if moved:
        yield Row(words=words.label(SlipLabel.YOU_HAVE), weight="strong")
    for balance in moved[:_BALANCES_MOST]:
        yield from _balance(words, balance, balance.after, balance.worth_after)
