"""Vouchers and gift cards at the counters: sold, loaded, shown, spent, brought back.

Who has a code may have copied it: any code that ever went out may be shown at any till, and at
two of them at once. What it holds only the right to it lets anybody spend.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from terminal.barcodes.voucher_code import code_key, voucher_code, wallet_of
from terminal.loyalty.basket import Basket, Line
from terminal.loyalty.sale import Sale
from terminal.loyalty.wallet import WalletId
from terminal.simulation import counter, selling
from terminal.simulation.returning import take_back
from terminal.simulation.scenario import CARD_KEY, CURRENCY, GIFT_CARD, GIFT_CARD_MONEY, VOUCHER
from terminal.simulation.signatures import admits
from terminal.simulation.tills import Till
from terminal.simulation.world import World
from terminal.till.checkout.bearers import question_about
from terminal.till.ports import Member

SHOWN_MOST = 5
"""Codes that went out before the last so many stay in their drawers."""
GIFT_CARDS_SHOWN = 0.75
"""Of all codes that are shown; the others are vouchers."""
ASKS_MOST = 2
"""What is in a wallet, then for the right to it: another till may have it."""
ASKED = 0.7
"""How often a till asks for what it does not have, before somebody tires of waiting."""


def happen(world: World, till: Till) -> None:
    """Somebody comes who buys a gift card or has a code."""
    world.chance.weighted(_WAYS)(world, till)


def show(world: World, till: Till, code: str) -> WalletId | None:
    """A code is scanned: the till asks for what it lacks. None where no key of the chain made it."""
    if not admits(world, till, code):
        return None
    wallet = WalletId(wallet_of(code) or "")
    for _ in range(ASKS_MOST):
        standing = till.program.bearers.standing((wallet,))
        question = question_about(wallet, standing.holdings, known=bool(standing.statements))
        if question is None or not world.chance.happens(ASKED):
            break
        world.figures["codes asked for"] += 1
        world.tell(f"{till.name}: asks for {wallet[:8]}")
        world.exchange(till, question)
        if not till.runs:
            break
    return wallet


def _sell(world: World, till: Till) -> None:
    """Gift cards, each with a code of its own, perhaps with other goods."""
    with world.dying(till):
        _sell_cards(world, till, ())


def _load(world: World, till: Till) -> None:
    """Money onto a card that is in use, or onto one that came blank from the printer."""
    cards = world.codes[GIFT_CARD_MONEY]
    if not cards or world.chance.happens(0.3):
        cards.append(voucher_code(world.chance.hex128(), key=code_key(CARD_KEY)))
    code = world.chance.pick(cards[-SHOWN_MOST:])
    with world.dying(till):
        wallet = show(world, till, code)
        if wallet is not None and till.runs:
            _sell_cards(world, till, (wallet,))


def _sell_cards(world: World, till: Till, shown: tuple[WalletId, ...]) -> None:
    chance = world.chance
    cards = Line(
        key=1,
        product=GIFT_CARD,
        pieces=chance.pick((1, 1, 1, 2, 3)),
        price=chance.pick((None, 500, 2500)),
    )
    goods = counter.draw_basket(chance).lines if chance.happens(0.3) else ()
    lines = (cards, *(replace(one, key=one.key + 1) for one in goods))
    basket = Basket(currency=CURRENCY, lines=lines)
    member = _somebody(world, till)
    sale = counter.judge(till, member, chance, basket=basket, shown=shown, pays=False)
    selling.record(world, till, sale)


def _pay(world: World, till: Till) -> None:
    """Somebody pays with a gift card or has a voucher taken off, or with two of them."""
    if not world.codes[GIFT_CARD_MONEY]:
        return
    codes = [_code(world) for _ in range(world.chance.pick((1, 1, 2)))]
    with world.dying(till):
        sale = price(world, till, codes)
        if sale is not None:
            selling.record(world, till, sale)


def _pay_twice(world: World, till: Till) -> None:
    """One code at two tills: both have their price on the screen before either is paid."""
    others = [one for one in world.tills if one.runs and one is not till]
    if not world.codes[GIFT_CARD_MONEY] or not others:
        return
    code = _code(world)
    world.figures["codes at two tills"] += 1
    priced: list[tuple[Till, int, Sale]] = []
    for one in (till, world.chance.pick(others)):
        with world.dying(one):
            sale = price(world, one, (code,))
            if sale is not None:
                priced.append((one, one.run, sale))
    for one, run, sale in priced:
        if world.chance.happens(0.3):
            world.exchange(one)
        with world.dying(one):
            if one.runs and one.run == run:
                selling.record(world, one, sale)


def price(world: World, till: Till, codes: Sequence[str]) -> Sale | None:
    """A basket with what is behind codes taken off and paid out of; None where the till is down."""
    shown: dict[WalletId, None] = {}
    for code in codes:
        wallet = show(world, till, code)
        if not till.runs:
            return None
        if wallet is not None:
            shown[wallet] = None
    return counter.judge(till, _somebody(world, till), world.chance, shown=tuple(shown))


def _take_back(world: World, till: Till) -> None:
    """Goods come back that a code had paid for or brought, or the gift card itself."""
    if not world.sold:
        return
    sale = world.chance.pick(world.sold[-8:])
    with world.dying(till):
        take_back(world, till, sale, world.chance)


def _somebody(world: World, till: Till) -> Member | None:
    if world.chance.happens(0.6):
        return None
    return counter.look_up(till, world.chance.pick(world.people))


def _code(world: World) -> str:
    unit = GIFT_CARD_MONEY if world.chance.happens(GIFT_CARDS_SHOWN) else VOUCHER
    among = world.codes[unit] or world.codes[GIFT_CARD_MONEY]
    return world.chance.pick(among[-SHOWN_MOST:])


_WAYS: Sequence[tuple[Callable[[World, Till], None], float]] = (
    (_sell, 2),
    (_load, 2),
    (_pay, 8),
    (_pay_twice, 4),
    (_take_back, 2),
)
