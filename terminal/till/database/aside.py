"""Facts of a log with another future at the server: set aside, and recorded again.

Goods have left the shop, so what happened stays; it moves to the end of the present log, as of
when it happened. Rights that were received or returned stay behind: nobody can tell which of the
two futures holds them, so only the server decides of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from terminal.loyalty.facts import Fact, FactKind, UnreadableFact, decode
from terminal.loyalty.ledger import NOTHING, Entry, rights_of
from terminal.loyalty.standing import Moment
from terminal.till.database.balances import rights_added, sums_of_wallets, write_sums
from terminal.till.database.counts import leave, refold_counts
from terminal.till.database.facts import Growth, identity, unix_ms
from terminal.till.database.quick import Connection, Quick, Row
from terminal.till.database.refunds import id_on_slip, is_known, take_free_ids
from terminal.till.database.statements import refolded
from terminal.till.ports import Clock

_FROM = "SELECT seq, stored, sale_id FROM facts WHERE incarnation = ? AND seq >= ? ORDER BY seq"
_WALLETS = "SELECT DISTINCT wallet FROM entries WHERE incarnation = ? AND seq >= ?"
_SET_ASIDE = """INSERT OR REPLACE INTO set_aside (incarnation, seq, stored, set_aside_ms)
SELECT incarnation, seq, stored, ? FROM facts WHERE incarnation = ? AND seq >= ?"""
_LEAVE = (
    "DELETE FROM outbox WHERE incarnation = ? AND seq >= ?",
    "DELETE FROM entries WHERE incarnation = ? AND seq >= ?",
    "DELETE FROM facts WHERE incarnation = ? AND seq >= ?",
)
_SHORTEN = """UPDATE older_logs SET last = ?, acknowledged = min(acknowledged, ?)
WHERE incarnation = ? AND last >= ?"""

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a moment carries no zone either
_STAYS = frozenset({FactKind.RIGHTS_RECEIVED.value, FactKind.RIGHTS_RETURNED.value})


def contradict(
    connection: Connection, clock: Clock, incarnation: str, seq: int, at: Moment
) -> None:
    """The server has another future of an older log from this fact on: make its end ours."""
    aside, wallets = set_aside(connection, incarnation, seq, at)
    Quick(connection).run(_SHORTEN, (seq - 1, seq - 1, incarnation, seq))
    wallets |= record_again(connection, clock, aside)
    refold(connection, wallets)


def set_aside(
    connection: Connection, incarnation: str, seq: int, at: Moment
) -> tuple[Sequence[Row], set[str]]:
    """Take a log's facts from one on out of the journal; tells them, and whose wallets moved.

    A sale of which another log here tells too is found there from now on.
    """
    quick, place = Quick(connection), (incarnation, seq)
    wallets = {wallet for (wallet,) in quick.rows(_WALLETS, place)}
    wallets |= leave(connection, incarnation, seq)
    aside = quick.rows(_FROM, place)
    quick.run(_SET_ASIDE, (unix_ms(at), *place))
    for statement in _LEAVE:
        quick.run(statement, place)
    take_free_ids(quick)
    return aside, wallets


def record_again(connection: Connection, clock: Clock, aside: Sequence[Row]) -> set[str]:
    """Record what stands aside in the present log, as of when it happened; whose wallets move.

    But for sales and refunds of which another fact here tells.
    """
    quick = Quick(connection)
    moved: list[Entry] = []
    growth = Growth(identity(connection), clock)
    told: set[str] = set()
    for _, stored, kept_id in aside:
        try:
            fact = decode(bytes(stored))
        except UnreadableFact:
            continue  # it stands aside, and nothing can be said of it
        sale_id = kept_id or id_on_slip(fact)
        if fact.kind in _STAYS or sale_id in told:
            continue
        if sale_id is not None:
            if is_known(quick, sale_id):
                continue
            told.add(sale_id)
        again = growth.add(
            kind=fact.kind,
            at=_moment(fact),
            entries=fact.entries,
            body=fact.body,
            sale_id=sale_id,
            like=fact,
        )
        moved += again.entries
    if len(growth):
        growth.write(connection)
        quick.run_all(*rights_added(rights_of(moved)))
    return {entry.account.wallet for entry in moved}


def refold(connection: Connection, wallets: Collection[str]) -> None:
    """Bring the sums of some wallets up to date with facts that moved."""
    before, after = sums_of_wallets(connection, wallets), refolded(connection, wallets)
    write_sums(
        connection,
        [
            (one, before.get(one, NOTHING), after.get(one, NOTHING))
            for one in sorted({*before, *after})
        ],
    )
    refold_counts(connection, wallets)


def _moment(fact: Fact) -> Moment:
    utc = _EPOCH + timedelta(milliseconds=fact.wall_ms)
    return Moment(
        local=utc + timedelta(minutes=fact.offset_minutes),
        offset_minutes=fact.offset_minutes,
        business_day=fact.business_day,
    )
