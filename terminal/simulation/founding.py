"""The beginning of every world: a server with its stores, tills paired and fed, all as images.

Made once for each shape in a process, from chance of its own, so that a seed finds the same
beginning whichever seeds ran before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from terminal.loyalty.programme import Programme
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.ledger.publication import publish
from terminal.server.registry.pairing import KnownLog, issue_code, pair
from terminal.simulation.chance import Chance, Clockwork
from terminal.simulation.clocks import BEGINNING_MS, DAY_MS
from terminal.simulation.disk import Disk, scratch_folder
from terminal.simulation.network import Request
from terminal.simulation.office import Office
from terminal.simulation.scenario import (
    CARD_KEY,
    CARD_PREFIX,
    COUNTRY,
    CURRENCY,
    HOLDS,
    price_list,
    programmes,
)
from terminal.simulation.tills import Copy, Till
from terminal.till.database.catalogue import StoredCatalogue
from terminal.till.database.connection import open_file
from terminal.till.database.programmes import StoredProgrammes
from terminal.till.sync.errands import Message
from terminal.till.sync_port import PairedLine
from terminal.wire.programme_json import write_programme
from terminal.wire.registry_json import (
    CatalogueFile,
    PairReply,
    PairRequest,
    PublishRequest,
    ShopRecord,
)
from terminal.wire.signing import public_key_of
from terminal.wire.sync_json import write_message

_OLDER = "SELECT incarnation FROM older_logs ORDER BY position"
APP = "simulation"
TRIES = 6
"""Of a pairing; a server does not die for ever."""
TURNS = 8
"""Turns of the courier after which a till has everything that there is."""


@dataclass(frozen=True, slots=True)
class Founding:
    """A server and its tills, as images."""

    server: bytes
    tills: tuple[Copy, ...]
    spare: bytes
    """The disk of a till that has met no server yet: no identity, but price list and programmes."""


@cache
def found(
    stores: int,
    tills: int,
    timeless: bool,
    budgets: bool = False,
    codes: bool = False,
    thanks: bool = False,
) -> Founding:
    """The beginning of a world of this shape."""
    offered = programmes(1, timeless=timeless, budgets=budgets, codes=codes, thanks=thanks)
    chance = Chance(f"founding {stores} {tills} {timeless}")
    clockwork = Clockwork(BEGINNING_MS - DAY_MS)
    office = Office(clockwork, chance.stream("office"))
    office.start(None)
    ids = [store_id(number) for number in range(1, stores + 1)]
    for number, store in enumerate(ids, start=1):
        shop = _shop(store, f"Store {number}")
        publish_revision(office, clockwork, offered, shop, timeless=timeless)
    copies = []
    with scratch_folder() as folder:
        spare = _spare(folder / "spare" / "till.sqlite", offered)
        for number in range(1, tills + 1):
            name = f"till {number}"
            store = ids[(number - 1) % stores]
            till = Till(
                name=name,
                store=store,
                key=bytes.fromhex(chance.hex(256)),
                disk=Disk(folder / name / "till.sqlite"),
                clockwork=clockwork,
                chance=chance.stream(name),
            )
            till.put(spare)
            till.start()
            join(till, office, clockwork)
            _feed(till, office, clockwork)
            copies.append(till.copy())
            till.stop()
            till.disk.let_go()
    return Founding(office.stop(), tuple(copies), spare)


def store_id(number: int) -> str:
    """The id of a store of the chain."""
    return f"{number:032x}"


def publish_revision(
    office: Office,
    clockwork: Clockwork,
    offered: tuple[Programme, ...],
    shop: ShopRecord | None = None,
    *,
    timeless: bool = False,
) -> bool:
    """Publish programmes and the price list; whether the server lived.

    A till turns a price list when its own clock says so, in commits of its own, and a crash counts
    commits: where clocks must change nothing, the list holds from as long ago as the programmes.
    """
    files = [(f"programme-{one.programme}.json", write_programme(one)) for one in offered]
    since = HOLDS.isoformat() if timeless else None
    prices = CatalogueFile(format=1, catalogue=price_list(offered), holds_from=since)
    files.append(("catalogue.json", write_message(prices).decode()))
    request = PublishRequest(shop=shop, files=tuple(files))

    def work(database: ServerDatabase) -> None:
        reply = publish(database, request, clockwork.now_ms, chance=office.chance)
        assert reply.published, reply.problems

    return office.work(work)


def join(till: Till, office: Office, clockwork: Clockwork, *, again: bool = False) -> bool:
    """Pair a till with the server, its whole log so far included; whether all went well.

    Whoever stands there types the same code again where no answer came. ``again``: it was turned
    away, and joins under a new log; the older ones come along.
    """
    codes: list[str] = []
    replies: list[PairReply] = []
    if again:
        name, at = till.ids.random_id()[:16], till.clock.now()
        till.program.sync.begin_anew((), (), incarnation=name, at=at)
    incarnation = till.program.journal.identity().incarnation
    older = tuple(one for (one,) in till.disk.rows(_OLDER))

    def issue(connection: Connection) -> str:
        return issue_code(connection, till.store, clockwork.now_ms, office.chance).code

    def enter(connection: Connection) -> PairReply:
        request = PairRequest(
            code=codes[-1],
            public_key=public_key_of(till.key).hex(),
            incarnation=incarnation,
            lane=till.name,
            app=APP,
            older=older,
        )
        return pair(connection, request, clockwork.now_ms, office.chance)

    for _ in range(TRIES):
        if not codes:
            office.work(lambda database: codes.append(database.run(issue)))
            continue
        try:
            if office.work(lambda database: replies.append(database.run(enter))):
                break
        except KnownLog:
            return False
    if not replies:
        return False
    (reply,) = replies
    till.program.sync.pair(
        PairedLine(
            url="https://server.test",
            terminal=reply.terminal,
            store=till.store,
            timeline=reply.timeline,
            nonce=reply.nonce,
        ),
        again=again,
    )
    return True


def _feed(till: Till, office: Office, clockwork: Clockwork) -> None:
    """Let a till ask over a perfect line until it has everything."""
    for number in range(1, TURNS + 1):
        found = till.courier.next(clockwork.now_ms)
        if not isinstance(found, Message):
            return
        reply = office.receive(
            Request(
                till=till.name,
                run=till.run,
                number=number,
                path=found.path,
                headers=tuple(found.headers.items()),
                body=found.body,
            )
        )
        assert reply is not None, "nobody dies while a world is founded"
        assert reply.code == 200, reply.body
        till.courier.answered(reply.code, reply.body, clockwork.now_ms)


def _spare(path: Path, offered: tuple[Programme, ...]) -> bytes:
    database = open_file(path)
    StoredCatalogue(database).put_products(price_list(offered))
    StoredProgrammes(database).put(map(write_programme, offered))
    database.close()
    disk = Disk(path)
    image = disk.image()
    disk.let_go()
    return image


def _shop(store: str, name: str) -> ShopRecord:
    return ShopRecord(
        store=store,
        name=name,
        country=COUNTRY,
        currency=CURRENCY,
        language="en",
        card_prefix=CARD_PREFIX,
        card_key=CARD_KEY.hex(),
    )
