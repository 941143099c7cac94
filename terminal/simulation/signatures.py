"""Whose key signed a code, at the tills of a world in which keys are taken and withdrawn.

A till tells by the keys that it was told of, and asks where it cannot tell. What it lets in is held
against what the owner did: no code that nobody of the chain signed, and of a key of which the till
has heard that it was withdrawn none that nobody ever sold.
"""

from __future__ import annotations

from collections.abc import Iterator

from terminal.barcodes.voucher_code import (
    code_key,
    is_genuine,
    key_number,
    number_of,
    signing_key,
    voucher_code,
    wallet_of,
)
from terminal.loyalty.wallet import WalletId
from terminal.server.database import registry
from terminal.server.registry.code_keys import keys_of
from terminal.simulation.invariants import demand
from terminal.simulation.scenario import CARD_KEY
from terminal.simulation.tills import Till
from terminal.simulation.world import World
from terminal.till.checkout.genuine import Verdict, lets_in, verdict_on
from terminal.till.line_port import Question
from terminal.wire.published_files import read_shop

_KEYS = "SELECT key, withdrawn FROM code_keys"
NOBODYS = "77" * 16
"""A wallet that no chance draws."""


def admits(world: World, till: Till, code: str) -> bool:
    """Whether the till lets a code in; it asks the server about one that it cannot place.

    Raises:
        Violation: it is none of the chain's, or of a key that the till knows to be withdrawn.
    """
    wallet = WalletId(wallet_of(code) or "")

    def known() -> bool:
        held = till.program.bearers.standing((wallet,)).holdings
        return any(one.sums.earned_in_all for one in held)

    own = is_genuine(code, (code_key(CARD_KEY),))
    keys = till.program.code_keys
    good = lets_in(verdict_on(code, keys, own=own), known)
    if not good and world.has_forgers:
        world.figures["codes doubted"] += 1
        world.exchange(till, Question(wallet=wallet, code_key=number_of(code)))
        if not till.runs:
            return False
        good = lets_in(verdict_on(code, keys, own=False), known)
    if good and world.has_forgers:
        demand("only the chain's codes", wrong(world, till, code))
    return good


def at_rest(world: World) -> Iterator[str]:
    """24: once everybody has heard everything, what is made up opens nothing, nor what is signed
    anew with a withdrawn key; and of what was sold no till thinks that somebody made it up.

    A server that was restored may have forgotten a key or its withdrawal; who heard of it knows it.
    """
    keys = dict(_keys_of_chain(world))
    for till in world.tills:
        for key, gone in keys.items():
            verdict = verdict_on(voucher_code(NOBODYS, key=key), till.program.code_keys, own=False)
            known = Verdict.WITHDRAWN if gone or key in _withdrawn(till) else Verdict.GENUINE
            if verdict is not known:
                yield f"{till.name}: what a key signs that is withdrawn={gone} is {verdict.name}"
        forged = voucher_code(NOBODYS, key=made_up_key(number_of_chain()))
        if verdict_on(forged, till.program.code_keys, own=False) is not Verdict.MADE_UP:
            yield f"{till.name}: a code that nobody signed is taken for one"
        for code in sorted({one for some in world.codes.values() for one in some}):
            if signing_key(code, keys) is None:
                continue
            verdict = verdict_on(code, till.program.code_keys, own=False)
            if verdict not in (Verdict.GENUINE, Verdict.WITHDRAWN):
                yield f"{till.name}: the code of {wallet_of(code)}, which was sold, is {verdict.name}"


def number_of_chain() -> int:
    """The number by which codes name the first key of the chain."""
    return key_number(code_key(CARD_KEY))


def made_up_key(number: int) -> bytes:
    """A key that nobody of the chain has, with a number that one of theirs may have."""
    found = (f"made up {n}".encode() for n in range(10_000))
    return next(one for one in found if key_number(one) == number)


def wrong(world: World, till: Till, code: str) -> Iterator[str]:
    """What is wrong with a till's letting a code in."""
    wallet = wallet_of(code)
    signed = signing_key(code, world.keys)
    if signed is None:
        yield f"{till.name} lets a code in that nobody of the chain signed"
        return
    if signed not in _withdrawn(till):
        return
    if not any(one.account.wallet == wallet for sale in world.sold for one in sale.earned):
        yield f"{till.name} heard that a key is withdrawn, and lets in what nobody sold"


def _withdrawn(till: Till) -> set[bytes]:
    """Of which keys a till has heard that they were withdrawn."""
    return {bytes.fromhex(key) for key, gone in till.disk.rows(_KEYS) if gone}


def _keys_of_chain(world: World) -> Iterator[tuple[bytes, bool]]:
    """Every key that the server knows, and whether any store withdrew it."""
    gone: dict[bytes, bool] = {}
    with world.office.database.reading() as connection:
        rows = registry.all_stores(connection)
    for row in rows:
        for one in keys_of(read_shop(row.shop)):
            key = bytes.fromhex(one.key)
            gone[key] = gone.get(key, False) or one.withdrawn_ms is not None
    yield from gone.items()
