"""Who brings somebody new is thanked, and so is who came: once that one has bought something.

A till does not know what others recorded, so the server gives these units, by the rules of the day
of the first purchase. That it was done is counted on the new member's wallet in the same
transaction (``history.THANKED``), so it is done once, however many servers and runs there are, and
a refold finds it again. What was given goes back when no purchase is left: see ``thanks_back``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from terminal.loyalty.budgets import budgets_of
from terminal.loyalty.facts import FactKind
from terminal.loyalty.giving import Giving, giving
from terminal.loyalty.history import THANKED, Counted, History
from terminal.loyalty.ledger import NOTHING, Sums, fold, rights_of
from terminal.loyalty.programme import Programme, in_force
from terminal.loyalty.standing import Holding, Moment, Standing
from terminal.loyalty.wallet import Account, WalletId
from terminal.server.calendar.minting import mint_by_store
from terminal.server.database import accounts, counts, people, referrals
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.people import MemberRow
from terminal.server.database.referrals import Brought
from terminal.server.ledger.minting import Coin
from terminal.server.ledger.published import published
from terminal.server.members import fields
from terminal.server.members.traits import traits_of
from terminal.server.registry.local_days import LocalDays

BATCH = 200
"""Members looked at without a lock, to find out of whom a transaction is needed."""

_REFERRED, _REFERRAL = "referred", "referral"


def thank(database: ServerDatabase, *, now_ms: int, days: LocalDays) -> int:
    """Give what is due for members who were brought; returns for how many of them."""
    with database.reading() as connection:
        programmes = published(connection)
    done = 0
    for one in brought(database, programmes, referrals.waiting):
        at = _noon(one.day)
        held = tuple(filter(thanks, in_force(programmes, at.utc)))
        if held:
            done += _thank(database, one, held, at, now_ms=now_ms, days=days)
    return done


def brought(
    database: ServerDatabase,
    programmes: Sequence[Programme],
    found: Callable[[Connection, str, int], list[Brought]],
) -> Iterator[Brought]:
    """Members of whom a transaction is needed, looked for without a lock; none without a rule."""
    after = ""
    while any(map(thanks, programmes)):
        with database.reading() as connection:
            batch = found(connection, after, BATCH)
        if not batch:
            break
        yield from batch
        after = batch[-1].member


def thanks(programme: Programme) -> bool:
    """Whether a revision gives anything for the coming of somebody."""
    return any(rule.on in (_REFERRED, _REFERRAL) for rule in programme.earn)


def _noon(day: date) -> Moment:
    """The moment by whose rules a day is judged: counts know of days only."""
    return Moment(local=datetime.combine(day, time(12)), offset_minutes=0, business_day=day)


def _thank(
    database: ServerDatabase,
    brought: Brought,
    programmes: Sequence[Programme],
    at: Moment,
    *,
    now_ms: int,
    days: LocalDays,
) -> bool:
    def work(connection: Connection) -> bool:
        both = _both(connection, brought.member)
        if both is None:
            return False
        new, friend = both
        known = _Known.locked(connection, both, programmes)
        if known is None:
            return False
        coins: dict[str, list[Coin]] = {}
        for on, row in ((_REFERRED, new), (_REFERRAL, friend)):
            gift = giving(on, programmes, known.standing(row), at)
            if gift is not None:
                known.book(gift)
            mark = (Counted(THANKED, at.business_day, 1),) if row is new else ()
            if gift is not None or mark:
                wallet = WalletId(known.wallets[row.id][0])
                given = gift or Giving(reason=on, wallet=wallet, entries=(), counts=())
                body = given.body(row.id, *mark, newcomer=new.id)
                coin = Coin(kind=FactKind.UNITS_ADJUSTED, entries=given.entries, body=body)
                coins.setdefault(row.store, []).append(coin)
        mint_by_store(connection, coins, now_ms=now_ms, days=days)
        return True

    return database.run(work)


def _both(connection: Connection, member: str) -> tuple[MemberRow, MemberRow] | None:
    """The new member and who brought them, held; None where one of them is nobody any more."""
    row = people.rows_of(connection, [member]).get(member)
    said = traits_of(member, fields.from_json(row.fields)).referred_by if row else ""
    final = people.finals(connection, [said]).get(said, "") if said else ""
    if not final or final == member:
        return None
    held = people.rows_of(connection, [member, final], lock=True)
    if len(held) < 2 or any(one.standing != "active" for one in held.values()):
        return None
    return held[member], held[final]


@dataclass(slots=True)
class _Known:
    """What both have, with the rows of their wallets held."""

    wallets: Mapping[str, list[str]]
    """By member."""
    sums: dict[Account, Sums]
    pools: dict[Account, int]
    budgets: Mapping[Account, int]
    histories: Mapping[str, History]
    """By wallet."""

    @classmethod
    def locked(
        cls,
        connection: Connection,
        both: tuple[MemberRow, MemberRow],
        programmes: Sequence[Programme],
    ) -> _Known | None:
        """None where somebody was thanked already: another server may have been here."""
        wallets = people.wallets_of(connection, [row.id for row in both])
        if len(wallets) < len(both):
            return None
        budgets = budgets_of(programmes)
        of_people = {wallet for some in wallets.values() for wallet in some}
        every = sorted(of_people | {account.wallet for account in budgets})
        accounts.lock_wallets(connection, every, both[0].store)
        told: dict[str, list[Counted]] = {}
        for wallet, one in counts.counts_of(connection, sorted(of_people), date.min):
            told.setdefault(wallet, []).append(one)
        # All at once: a history is made anew with each addition to it.
        histories = {wallet: History().plus(counted) for wallet, counted in told.items()}
        if any(
            one.name == THANKED and one.n > 0
            for wallet in wallets[both[0].id]
            for one in histories.get(wallet, History()).counted
        ):
            return None
        found = accounts.accounts_of(connection, every)
        return cls(
            wallets=wallets,
            sums={account: sums for account, (sums, _) in found.items()},
            pools={account: pool for account, (_, pool) in found.items()},
            budgets=budgets,
            histories=histories,
        )

    def standing(self, row: MemberRow) -> Standing:
        """What one of them has, as the rules ask."""
        own = self.wallets[row.id]
        history = History()
        for wallet in own:
            history = history.plus(self.histories.get(wallet, History()).counted)
        return Standing(
            traits=traits_of(row.id, fields.from_json(row.fields)),
            wallets=tuple(map(WalletId, own)),
            holdings=tuple(self._holding(one) for one in self.sums if one.wallet in own),
            history=history,
            budgets=tuple(map(self._holding, sorted(self.budgets))),
        )

    def book(self, gift: Giving) -> None:
        """What the one was given is no more there for the other."""
        self.sums = fold(gift.entries, self.sums)
        for account, n in rights_of(gift.entries).items():
            self.pools[account] = self.pools.get(account, 0) + n

    def _holding(self, account: Account) -> Holding:
        return Holding(
            account=account,
            sums=self.sums.get(account, NOTHING),
            spendable=max(0, self.pools.get(account, 0)),
        )
