"""A new log after a fork: a till that was restored or copied begins again, without rights.

The old log becomes the one that the server has. What was recorded here in its place stands aside
for whoever audits it and is recorded again in the new log: goods have left the shop. Rights stay
behind: nobody can tell which of the two futures holds them, so only the server decides of them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from terminal.loyalty.bodies import LotWarned, read_body
from terminal.loyalty.facts import (
    FIRST_HASH,
    Fact,
    FactKind,
    UnreadableFact,
    decode,
    fact_hash,
)
from terminal.loyalty.standing import Moment
from terminal.loyalty.statement import Grant
from terminal.till.database.aside import record_again, refold, set_aside
from terminal.till.database.balances import (
    drop_rights,
)
from terminal.till.database.connection import Database
from terminal.till.database.counts import count
from terminal.till.database.facts import (
    ADD_FACT,
    Identity,
    entry_rows,
    fact_row,
    identity,
    write_entries,
)
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.refunds import id_on_slip, is_known
from terminal.till.database.warned import note
from terminal.till.ports import Clock
from terminal.values import dataclass

_LOG = logging.getLogger(__name__)

_HASH = "SELECT hash FROM facts WHERE incarnation = ? AND seq = ?"
_SENT = "DELETE FROM outbox WHERE incarnation = ? AND seq <= ?"
_LAST = "SELECT coalesce(max(seq), 0) FROM facts WHERE incarnation = ?"
_KEEP_LOG = """INSERT INTO older_logs
(incarnation, position, last, acknowledged, refused)
SELECT ?, coalesce(max(position), 0) + 1, ?, ?, 0 FROM older_logs"""
_BEGIN = "UPDATE identity SET incarnation = ?, next_seq = 1, head = ?, acknowledged = 0"
_KNOWN_LOG = "SELECT 1 FROM facts WHERE incarnation = ?"
# A log that the server never answered is not known to it: it would not know whose key to ask for.
_FOLLOW = """UPDATE line SET replaces = iif(nonce = '' AND replaces <> '', replaces, ?),
nonce = '', random = ''"""
_DROP_BLOCKS = "DELETE FROM card_blocks"
_DROP_RECEIVED = "DELETE FROM grants_received WHERE incarnation = ?"


@dataclass(frozen=True, slots=True)
class _Held:
    """A fact as the server holds it."""

    seq: int
    stored: bytes
    hash: str
    fact: Fact | None
    """None where this program cannot read it."""


def begin_anew(
    database: Database,
    clock: Clock,
    held: Sequence[bytes],
    grants: Sequence[Grant],
    *,
    incarnation: str,
    at: Moment,
) -> None:
    """Begin a new log.

    Raises:
        ValueError: ``held`` does not fit onto this log, or the incarnation is not new.
    """
    with database.writing() as connection:
        old = identity(connection)
        quick = Quick(connection)
        if incarnation == old.incarnation or quick.row(f"{_KNOWN_LOG} LIMIT 1", (incarnation,)):
            raise ValueError(f"{incarnation} is a log of this till already")
        theirs = tuple(_numbered(held, old))
        fork = _fork(connection, old, theirs)
        aside, wallets = set_aside(connection, old.incarnation, fork, at)
        quick.run(_DROP_RECEIVED, (old.incarnation,))
        wallets |= _take_over(
            connection, old.incarnation, [one for one in theirs if one.seq >= fork]
        )
        _close(connection, old, theirs)
        quick.run(_BEGIN, (incarnation, FIRST_HASH))
        quick.run(_FOLLOW, (old.incarnation,))
        quick.run(_DROP_BLOCKS)  # the other future gives the same numbers out
        drop_rights(connection)
        wallets |= record_again(connection, clock, aside)
        refold(connection, wallets)
    _LOG.info(
        "a new log was begun: %s facts recorded again, %s grants stay with the old one",
        len(aside),
        len(grants),
    )


def _numbered(held: Sequence[bytes], old: Identity) -> Iterator[_Held]:
    """The server's facts with their numbers; one that cannot be read follows the one before."""
    seq = old.acknowledged
    for stored in held:
        try:
            fact = decode(stored)
        except UnreadableFact:
            fact = None
        if fact is not None and fact.incarnation != old.incarnation:
            raise ValueError(f"a fact of {fact.incarnation} in the log {old.incarnation}")
        seq = seq + 1 if fact is None else fact.seq
        yield _Held(seq, stored, fact_hash(stored), fact)


def _fork(connection: Connection, old: Identity, theirs: Sequence[_Held]) -> int:
    """The first number from which the logs differ, or that only the server has."""
    quick, before = Quick(connection), None
    for one in theirs:
        if before is not None and one.seq != before.seq + 1:
            raise ValueError(f"the server's facts leave {before.seq + 1} out")
        previous = before.hash if before else _hash(quick, old, one.seq - 1)
        if one.fact is not None and one.fact.before != previous:
            raise ValueError(f"the server's fact {one.seq} does not follow what is here")
        if _hash(quick, old, one.seq) != one.hash:
            return one.seq
        before = one
    return old.next_seq


def _hash(quick: Quick, old: Identity, seq: int) -> str | None:
    if seq == 0:
        return FIRST_HASH
    row = quick.row(_HASH, (old.incarnation, seq))
    return str(row[0]) if row else None


def _take_over(connection: Connection, log: str, theirs: Sequence[_Held]) -> set[str]:
    """Make the server's facts our own; tells whose wallets they move."""
    wallets: set[str] = set()
    quick = Quick(connection)
    for one in theirs:
        if one.fact is None:
            # Kept as it is, for a program that can read it.
            quick.run(ADD_FACT, (log, one.seq, "", one.hash, one.stored, None, 0, ""))
            continue
        quick.run(ADD_FACT, fact_row(one.fact, one.stored, one.hash, _new_id(quick, one.fact)))
        write_entries(connection, entry_rows(one.fact))
        wallets |= count(connection, one.fact)
        if one.fact.kind == FactKind.LOT_WARNED:
            note(connection, read_body(LotWarned, one.fact.body))
        wallets |= {entry.account.wallet for entry in one.fact.entries}
    return wallets


def _new_id(quick: Quick, fact: Fact) -> str | None:
    sale_id = id_on_slip(fact)
    return None if sale_id is None or is_known(quick, sale_id) else sale_id


def _close(connection: Connection, old: Identity, theirs: Sequence[_Held]) -> None:
    """The old log as an older one; what the server lacks of its end still goes up."""
    quick = Quick(connection)
    (last,) = quick.rows(_LAST, (old.incarnation,))[0]
    acknowledged = max([old.acknowledged, *(one.seq for one in theirs)])
    quick.run(_SENT, (old.incarnation, acknowledged))
    quick.run(_KEEP_LOG, (old.incarnation, last, min(last, acknowledged)))
