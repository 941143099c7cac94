"""A shop leaves for another server: all that this one has of it, in pieces that may come again."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from terminal.server.database import facts, grants, logs, people, registry
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.facts import FactRow
from terminal.server.database.logs import Log, LogRole
from terminal.server.database.people import ERASED
from terminal.server.members.records import records_as_kept
from terminal.server.registry.stores import all_shops
from terminal.wire.moving_json import (
    BringReply,
    BringRequest,
    BroughtGrant,
    BroughtLog,
    BroughtTill,
)
from terminal.wire.registry_json import CardSeries, ShopRecord
from terminal.wire.signing import FACTS_MOST
from terminal.wire.sync_json import OpaqueFact

PAGE_BYTES_MOST = 256 * 1024
"""Facts of one message; even in base64 it is far below what a request may have."""
RECORDS_AT_ONCE = 200

Ask = Callable[[BringRequest], BringReply]


class CannotMove(RuntimeError):
    """The shop cannot leave as it stands; the words say what to do first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """A shop that leaves: who is there, and how far each log goes."""

    code: str
    shop: ShopRecord
    tills: tuple[BroughtTill, ...]
    logs: tuple[BroughtLog, ...]
    cards: CardSeries | None

    def first(self) -> BringRequest:
        """The message by which the other server learns what will come."""
        return BringRequest(
            code=self.code,
            tills=self.tills,
            logs=self.logs,
            cards=self.cards,
            code_keys=self.shop.code_keys,
        )


def leaving(connection: Connection, code: str) -> Leaving:
    """What there is to bring.

    Raises:
        CannotMove: not only one shop lives here, or a till has to speak first.
    """
    shops = all_shops(connection)
    if len(shops) != 1:
        raise CannotMove(f"This server has {len(shops)} shops; only one alone can move.")
    (shop,) = shops
    known = logs.all_logs(connection)
    terminals = registry.all_terminals(connection)
    lanes = {one.id: one.lane for one in terminals}
    waited_for = [lanes.get(one.terminal, one.incarnation) for one in known if one.quarantined]
    if waited_for:
        raise CannotMove(
            "The server beside the till was restored and still waits for "
            f"{', '.join(waited_for)}: open that till once, and then move."
        )
    issued = registry.cards_issued(connection, shop.store)
    has_cards = shop.card_prefix and shop.card_key
    return Leaving(
        code=code,
        shop=shop,
        tills=tuple(
            BroughtTill(
                terminal=one.id,
                lane=one.lane,
                public_key=one.public_key,
                incarnation=one.incarnation,
                revoked=one.standing == "revoked",
            )
            for one in terminals
        ),
        logs=tuple(_log(one) for one in known),
        cards=CardSeries(prefix=shop.card_prefix, key=shop.card_key, issued=issued)
        if has_cards
        else None,
    )


def _log(log: Log) -> BroughtLog:
    return BroughtLog(
        incarnation=log.incarnation,
        role="server" if log.role == LogRole.SERVER else "till",
        terminal=log.terminal,
        standing=_STANDINGS[log.standing],
        stored=log.stored,
        head=log.head,
        next_grant=log.next_grant,
    )


_STANDINGS: dict[str, Literal["active", "fenced", "closed", "written_off"]] = {
    "active": "active",
    "fenced": "fenced",
    "closed": "closed",
    "written_off": "written_off",
    "brought": "active",
}


def carry(database: ServerDatabase, shop: Leaving, begun: BringReply, ask: Ask) -> None:
    """Bring everything that the other server does not have yet, facts first and people last.

    Nobody works here any more, so that what is read in many pieces is of one moment.
    """
    held = {mark.incarnation: mark.seq for mark in begun.acknowledged}
    for log in shop.logs:
        for page in _pages(database, log, held.get(log.incarnation, 0)):
            ask(_with_facts(shop.code, page))
    with database.reading() as connection:
        sent = tuple(
            BroughtGrant(
                incarnation=one.incarnation,
                timeline=one.timeline,
                number=one.number,
                wallet=one.account.wallet,
                unit=one.account.unit,
                n=one.n,
                given_ms=one.given_ms,
            )
            for one in grants.all_sent(connection)
        )
        everybody = people.all_members(connection)
    ask(BringRequest(code=shop.code, logs=shop.logs, grants=sent, finish=True))
    gone = tuple(row.id for row in everybody if row.standing == ERASED)
    living = [row for row in everybody if row.standing != ERASED]
    for begin in range(0, len(gone), RECORDS_AT_ONCE):
        ask(BringRequest(code=shop.code, erased=gone[begin : begin + RECORDS_AT_ONCE]))
    for begin in range(0, len(living), RECORDS_AT_ONCE):
        with database.reading() as connection:
            records = records_as_kept(connection, living[begin : begin + RECORDS_AT_ONCE])
        ask(BringRequest(code=shop.code, records=records))


def _pages(database: ServerDatabase, log: BroughtLog, after: int) -> Iterator[list[FactRow]]:
    while after < log.stored:
        with database.reading() as connection:
            rows = facts.between(
                connection, log.incarnation, after=after, up_to=log.stored, most=FACTS_MOST
            )
        page, size = rows[:1], len(rows[0].stored)
        for row in rows[1:]:
            size += len(row.stored)
            if size > PAGE_BYTES_MOST:
                break
            page.append(row)
        yield page
        after = page[-1].seq


def _with_facts(code: str, page: list[FactRow]) -> BringRequest:
    texts: list[str] = []
    opaque: list[OpaqueFact] = []
    for row in page:
        text = _text(row)
        if text is not None:
            texts.append(text)
            continue
        coded = base64.b64encode(row.stored).decode()
        opaque.append(OpaqueFact(incarnation=row.incarnation, seq=row.seq, base64=coded))
    return BringRequest(code=code, facts=tuple(texts), opaque=tuple(opaque))


def _text(row: FactRow) -> str | None:
    """A fact as text; None where it cannot be read and its place is told beside it."""
    try:
        return bytes(row.stored).decode() if row.kind else None
    except UnicodeDecodeError:
        return None
