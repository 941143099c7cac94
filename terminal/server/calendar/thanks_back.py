"""Who came and has no purchase left is nobody that somebody brought: both sides give it back.

It is found by counts, so it is the same in whatever order sales and returns were heard of. What was
given goes back as any gift does, pending units first, and what is spent by now is owed; so is what
tills hold, until it came back. The mark goes down in the same transaction: once it is done nobody
finds it again, and the next purchase that stays is thanked for anew.
"""

from __future__ import annotations

from datetime import date

from terminal.loyalty.bodies import UnitsAdjusted
from terminal.loyalty.facts import FactKind
from terminal.loyalty.giving import Gift, taking_back_even_if_spent
from terminal.loyalty.history import PURCHASES, THANKED, Counted, History
from terminal.loyalty.ledger import fold, rights_of
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.wallet import WalletId
from terminal.server.calendar.minting import mint_by_store
from terminal.server.calendar.referrals import brought
from terminal.server.database import accounts, counts, people, referrals
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.ledger.asking_back import ask_back_what_is_owed
from terminal.server.ledger.minting import Coin
from terminal.server.ledger.published import published
from terminal.server.members import fields
from terminal.server.members.traits import traits_of
from terminal.server.registry.local_days import LocalDays


def take_thanks_back(database: ServerDatabase, *, now_ms: int, days: LocalDays) -> int:
    """Take back what was given for members without a purchase; returns for how many of them."""
    with database.reading() as connection:
        programmes = published(connection)
    return sum(
        _take_back(database, one.member, now_ms=now_ms, days=days)
        for one in brought(database, programmes, referrals.in_vain)
    )


def _take_back(database: ServerDatabase, member: str, *, now_ms: int, days: LocalDays) -> bool:
    def work(connection: Connection) -> bool:
        names, stores = _people(connection, member)
        if member not in names:
            return False
        gifts = referrals.thanks(connection, names, stores)
        touched = {entry.account.wallet for gift in gifts for entry in gift.entries}
        held = sorted({*stores, *touched})
        home = stores.get(next(iter(stores), ""), "")
        accounts.lock_wallets(connection, held, home)
        marks = _marks(connection, people.wallets_of(connection, [member]).get(member, []))
        if not marks:
            return False
        # Read again under the lock: another server may have been here.
        gifts = referrals.thanks(connection, names, stores)
        coins: dict[str, list[Coin]] = {}
        for store, coin in _coins(connection, gifts, held, stores, days, now_ms):
            coins.setdefault(store, []).append(coin)
            assert isinstance(coin.body, UnitsAdjusted)
            own = marks.get(coin.body.wallet, History())
            marks[coin.body.wallet] = own.plus(
                one for one in coin.body.counts if one.name == THANKED
            )
        for wallet, left in marks.items():
            # Who came was given nothing, and it was counted all the same.
            if left.counted:
                body = UnitsAdjusted(
                    reason="referred",
                    member=member,
                    wallet=wallet,
                    counts=tuple(Counted(THANKED, day, -n) for _, day, n in left.counted),
                    newcomer=member,
                )
                coin = Coin(kind=FactKind.UNITS_ADJUSTED, entries=(), body=body)
                coins.setdefault(stores[wallet], []).append(coin)
        mint_by_store(connection, coins, now_ms=now_ms, days=days)
        return True

    return database.run(work)


def _people(connection: Connection, member: str) -> tuple[set[str], dict[str, str]]:
    """Under which ids somebody came, held, and both sides' wallets, each with its store."""
    row = people.rows_of(connection, [member]).get(member)
    if row is None or row.merged_into:
        return set(), {}
    came = [row, *people.merged_into(connection, [member])]
    said = {traits_of(one.id, fields.from_json(one.fields)).referred_by for one in came} - {""}
    both = {member, *people.finals(connection, said).values()}
    held = people.rows_of(connection, both, lock=True)
    wallets = people.wallets_of(connection, sorted(held))
    stores = {wallet: held[one].store for one in sorted(wallets) for wallet in wallets[one]}
    return {one.id for one in came}, stores


def _marks(connection: Connection, wallets: list[str]) -> dict[str, History]:
    """The marks by wallet; none where somebody took them down meanwhile, or a purchase came."""
    told: dict[str, History] = {}
    for wallet, one in counts.counts_of(connection, wallets, date.min):
        if one.name == PURCHASES and one.n > 0:
            return {}
        if one.name == THANKED:
            told[wallet] = told.get(wallet, History()).plus([one])
    return {wallet: one for wallet, one in told.items() if any(n > 0 for _, _, n in one.counted)}


def _coins(
    connection: Connection,
    gifts: list[Gift],
    held: list[str],
    stores: dict[str, str],
    days: LocalDays,
    now_ms: int,
) -> list[tuple[str, Coin]]:
    """What goes back, with the store where it is written."""
    found = accounts.accounts_of(connection, held)
    sums = {account: one for account, (one, _) in found.items()}
    pools = {account: pool for account, (_, pool) in found.items()}
    coins: list[tuple[str, Coin]] = []
    for gift in (one for one in gifts if one.body.wallet in stores):
        holdings = tuple(
            Holding(account=account, sums=one, spendable=max(0, pools.get(account, 0)))
            for account, one in sums.items()
        )
        store = stores[gift.body.wallet]
        standing = Standing(wallets=(WalletId(gift.body.wallet),), holdings=holdings)
        given = taking_back_even_if_spent(gift, standing, days.at(store))
        if given is None:
            continue
        ask_back_what_is_owed(connection, given.entries, sums, now_ms)
        sums = fold(given.entries, sums)
        for account, n in rights_of(given.entries).items():
            pools[account] = pools.get(account, 0) + n
        body = given.body(gift.body.member, newcomer=gift.body.newcomer)
        coins.append((store, Coin(kind=FactKind.UNITS_ADJUSTED, entries=given.entries, body=body)))
    return coins
