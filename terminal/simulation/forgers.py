"""Codes that nobody of the chain printed: made up, or signed with a key that somebody took.

Whoever makes codes up has no key, and knows at most of which number one is. Whoever took a store's
key signs as well as the store; then the owner withdraws it, and what was not known before is good
at no till that has heard of it. One that has not lets such a code in, and finds nothing behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from terminal.barcodes.voucher_code import code_key, voucher_code, wallet_of
from terminal.server.database.connection import ServerDatabase
from terminal.server.feed.telling import tell
from terminal.server.registry.code_keys import keys_of, renewed, withdrawn
from terminal.server.registry.publishing import publish
from terminal.server.registry.stores import shop_of
from terminal.simulation import codes, selling
from terminal.simulation.scenario import CARD_KEY, GIFT_CARD_MONEY
from terminal.simulation.signatures import made_up_key, number_of_chain
from terminal.simulation.tills import Till
from terminal.simulation.world import World
from terminal.wire.registry_json import PublishRequest, ShopRecord

Change = Callable[[ShopRecord, int, Callable[[], str]], ShopRecord]

KEYS_MOST = 4
"""Of a chain in one world: each change is told to every till."""


def happen(world: World, till: Till) -> None:
    """Somebody shows a code that no slip ever had, or the owner changes a store's key."""
    world.chance.weighted(_WAYS)(world, till)


def _made_up(world: World, till: Till) -> None:
    """For a card that somebody has, or for none, with the number of a key that there is or is not."""
    known = world.codes[GIFT_CARD_MONEY]
    aimed = wallet_of(world.chance.pick(known)) if known and world.chance.happens(0.7) else None
    number = number_of_chain() if world.chance.happens(0.7) else world.chance.between(0, 127)
    _show(world, till, voucher_code(aimed or world.chance.hex128(), key=made_up_key(number)))


def _signed_by_a_thief(world: World, till: Till) -> None:
    """With the key that the chain began with, which somebody took."""
    _show(world, till, voucher_code(world.chance.hex128(), key=code_key(CARD_KEY)))


def _show(world: World, till: Till, code: str) -> None:
    """Whoever shows it would have goods for it."""
    world.figures["forged codes"] += 1
    world.tell(f"{till.name}: somebody shows {wallet_of(code)} of their own making")
    with world.dying(till):
        sale = codes.price(world, till, (code,))
        if sale is not None:
            let_in = any(one == wallet_of(code) for one in sale.standing.bearers)
            world.figures["forged codes let in"] += let_in
            selling.record(world, till, sale)


def _renew(world: World, till: Till) -> None:
    """The owner gives the store a new key, which signs from tomorrow on."""
    _change(world, till, renewed, "a new key")


def _withdraw(world: World, till: Till) -> None:
    """The owner heard that the key was taken."""
    _change(world, till, withdrawn, "its keys are withdrawn")


def _change(world: World, till: Till, change: Change, words: str) -> None:
    if len(world.keys) >= KEYS_MOST:
        return
    now_ms = world.clockwork.now_ms

    def work(database: ServerDatabase) -> None:
        with database.reading() as connection:
            shop = change(shop_of(connection, till.store), now_ms, world.office.chance)
        # Before it is kept: where the server dies, nobody knows whether it is.
        world.keys |= {bytes.fromhex(one.key) for one in keys_of(shop)}
        request = PublishRequest(shop=shop)
        reply = publish(database, request, now_ms, tell=tell, chance=world.office.chance)
        assert reply.published, reply.problems

    lived = world.office.work(work)
    world.figures["keys changed"] += 1
    world.tell(f"server: the store of {till.name}: {words}{'' if lived else ', died'}")


_WAYS: Sequence[tuple[Callable[[World, Till], None], float]] = (
    (_made_up, 4),
    (_signed_by_a_thief, 4),
    (_renew, 0.5),
    (_withdraw, 1.5),
)
