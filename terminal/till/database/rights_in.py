"""Rights that came from the server's pool and rights that go back: facts of the present log.

A grant is received once, by its name; a recall gets at most what is here, and nothing that a
member at the counter, or one whose basket waits since today, was promised a reward for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from terminal.loyalty.bodies import RightsReceived, RightsReturned, body_bytes
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.standing import Moment
from terminal.loyalty.wallet import Account, WalletId
from terminal.till.checkout.draft import restored
from terminal.till.database import parked, working_basket
from terminal.till.database.balances import right_here
from terminal.till.database.facts import Growth
from terminal.till.database.members import member_of, wallets_of
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.writes import Writes
from terminal.wire.sync_json import Recall, SyncReply

_RECEIVED = """SELECT 1 FROM grants_received
WHERE incarnation = ? AND timeline = ? AND number = ?"""
PUT_RECEIVED = """INSERT OR IGNORE INTO grants_received (incarnation, timeline, number)
VALUES (?, ?, ?)"""


def settle_rights(
    connection: Connection, writes: Writes, growth: Growth, reply: SyncReply, at: Moment
) -> dict[Account, int]:
    """The facts of rights that came and were asked back; tells by how much rights change."""
    own, rights = growth.incarnation, dict[Account, int]()
    seen: set[tuple[int, int]] = set()
    for grant in reply.grants:
        name = (grant.timeline, grant.number)
        if name in seen or Quick(connection).row(_RECEIVED, (own, *name)) is not None:
            continue
        seen.add(name)
        growth.add(
            kind=FactKind.RIGHTS_RECEIVED.value,
            at=at,
            entries=(Entry(grant.account, EntryKind.RECEIVE, grant.n),),
            body=body_bytes(RightsReceived(timeline=grant.timeline, number=grant.number)),
        )
        rights[grant.account] = rights.get(grant.account, 0) + grant.n
    writes.add(PUT_RECEIVED, *((own, *name) for name in sorted(seen)))
    in_use = _wallets_in_use(connection, at) if reply.recalls else frozenset()
    for reason in sorted({recall.reason for recall in reply.recalls}):
        recalled = (
            one for one in reply.recalls if one.reason == reason and one.wallet not in in_use
        )
        entries = tuple(_returned(connection, rights, recalled))
        if entries:
            growth.add(
                kind=FactKind.RIGHTS_RETURNED.value,
                at=at,
                entries=entries,
                body=body_bytes(RightsReturned(reason=reason)),
            )
    return rights


def _returned(
    connection: Connection, rights: dict[Account, int], recalls: Iterable[Recall]
) -> Iterator[Entry]:
    """What of each recall is here to be returned."""
    for recall in recalls:
        account = Account(recall.wallet, recall.unit)
        here = right_here(connection, account) + rights.get(account, 0)
        n = min(recall.n, here)
        if n > 0:
            rights[account] = rights.get(account, 0) - n
            yield Entry(account, EntryKind.RELEASE, n)


def _wallets_in_use(connection: Connection, at: Moment) -> frozenset[WalletId]:
    """The wallets of those who were promised what their rights pay for.

    They claimed rewards, or showed a voucher or a gift card, in the basket in work or in one that
    was put aside today: whoever went for the milk comes back soon, and an older basket must not
    hold rights for ever.
    """
    today = (one for one in parked.waiting(connection) if one.business_day == at.business_day)
    baskets = (working_basket.kept(connection), *(one.stored for one in today))
    drafts = tuple(map(restored, baskets))
    members = frozenset(
        wallet
        for draft in drafts
        if draft.member is not None and draft.choices.claims
        for wallet in wallets_of(connection, member_of(connection, draft.member))
    )
    return members.union(*(draft.bearers for draft in drafts))
