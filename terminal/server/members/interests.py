"""Which stores are told of whom: those where a member was seen, for all wallets of the member."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.server.database import feeds, people
from terminal.server.database.connection import Connection
from terminal.server.database.feeds import Telling
from terminal.server.members import households


def register(connection: Connection, seen: Iterable[tuple[str, str]]) -> list[Telling]:
    """Wallets were seen in stores: (wallet, store). Returns what those stores must be told.

    One question where every store knew its wallets already. Takes no lock that others wait for;
    call it before telling.
    """
    pairs = set(seen)
    known = feeds.interested_stores(connection, {wallet for wallet, _ in pairs})
    fresh = {(wallet, store) for wallet, store in pairs if store not in known.get(wallet, ())}
    if not fresh:
        return []
    feeds.add_interests(connection, fresh)
    holders = people.members_of(connection, {wallet for wallet, _ in fresh})
    tellings = [Telling(feeds.WALLET, wallet, (store,)) for wallet, store in sorted(fresh)]
    return tellings + spread(connection, {one for one in holders.values() if one})


def spread(connection: Connection, members: Iterable[str]) -> list[Telling]:
    """See that every store that is told of a wallet is told of its member and all their wallets.

    A household is one: whoever of it comes spends from all of its wallets. Returns what to tell:
    the members to all of those stores, wallets where they are news.
    """
    tellings: list[Telling] = []
    missing: list[tuple[str, str]] = []
    wanted = set(members)
    fellows = households.fellows_of(connection, wanted)
    together = {frozenset((one, *fellows.get(one, ()))) for one in wanted}
    wallets = people.wallets_of(connection, frozenset().union(*together))
    known = feeds.interested_stores(connection, {one for some in wallets.values() for one in some})
    for household in sorted(together, key=sorted):
        everybody = [one for one in sorted(household) if one in wallets]
        all_wallets = [wallet for one in everybody for wallet in wallets[one]]
        stores = frozenset().union(*(known.get(wallet, frozenset()) for wallet in all_wallets))
        tellings += [Telling(feeds.MEMBER, one, sorted(stores)) for one in everybody]
        for wallet in all_wallets:
            news = sorted(stores - known.get(wallet, frozenset()))
            missing += [(wallet, store) for store in news]
            if news:
                tellings.append(Telling(feeds.WALLET, wallet, news))
    feeds.add_interests(connection, missing)
    return tellings
