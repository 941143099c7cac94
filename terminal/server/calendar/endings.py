"""Lots whose last day is over: they expire, stay usable for longer, or wait for a person.

What happens is `loyalty.expiry`'s to say; here it is recorded and told. Rights that are out are
asked back, and the tills' stores hear their bell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from terminal.loyalty import ledger
from terminal.loyalty.bodies import LotExpired, LotExtended
from terminal.loyalty.expiry import (
    Decide,
    EndingAccount,
    Expire,
    ExpiryTerms,
    Extend,
    Outcome,
    at_the_end,
)
from terminal.loyalty.facts import FactKind
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.calendar.minting import mint_by_store
from terminal.server.calendar.reading import ending_accounts
from terminal.server.database import accounts as account_table
from terminal.server.database import logs, lots, recalls
from terminal.server.database.accounts import day_text
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.lots import DecisionRow
from terminal.server.database.recalls import Held, RecallRow
from terminal.server.ledger.minting import Coin
from terminal.server.registry.local_days import LocalDays

RECALLED = "recalled"


@dataclass(frozen=True, slots=True)
class Done:
    """What came of some accounts."""

    expired: int = 0
    extended: int = 0
    recalled: int = 0
    listed: int = 0

    def __add__(self, other: Done) -> Done:
        return Done(
            self.expired + other.expired,
            self.extended + other.extended,
            self.recalled + other.recalled,
            self.listed + other.listed,
        )


def that_need_something(
    database: ServerDatabase,
    accounts: Collection[Account],
    *,
    days: LocalDays,
    terms: ExpiryTerms,
) -> list[Account]:
    """The accounts for which a transaction is worth its locks; most only wait."""
    with database.reading() as connection:
        found = ending_accounts(connection, accounts)
        return sorted(_plan(connection, found, now_ms=0, today=days.open, terms=terms).accounts)


def end(
    database: ServerDatabase,
    accounts: Collection[Account],
    *,
    now_ms: int,
    days: LocalDays,
    terms: ExpiryTerms,
) -> Done:
    """Do what is due for some accounts, in one transaction.

    Lots end once their last day is over in every store: never too early for anybody.
    """

    def work(connection: Connection) -> Done:
        if logs.any_quarantined(connection):
            return Done()
        found = ending_accounts(connection, accounts, lock=True)
        plan = _plan(connection, found, now_ms=now_ms, today=days.open, terms=terms)
        recalls.ask_back(connection, plan.asked)
        lots.list_decisions(connection, plan.listed)
        lots.forget_decisions(connection, plan.decided)
        mint_by_store(connection, plan.coins, now_ms=now_ms, days=days)
        for store in sorted(plan.ringing):
            database.bell.ring(connection, store)
        return plan.done

    return database.run(work) if accounts else Done()


def spent(connection: Connection, rows: Sequence[DecisionRow]) -> list[DecisionRow]:
    """Those of the listed lots of which nothing is left."""
    found = account_table.accounts_of(connection, sorted({row.wallet for row in rows}))
    left = {
        (account.wallet, account.unit, day_text(lot.day))
        for account, (sums, _) in found.items()
        for lot in ledger.lots(sums)
    }
    return [row for row in rows if (row.wallet, row.unit, row.day) not in left]


# --- what is to be done --------------------------------------------------------------------------


@dataclass(slots=True)
class _Plan:
    """What some accounts come to, before anything is written."""

    accounts: set[Account] = field(default_factory=set)
    """Those that anything is to be done for."""
    coins: dict[str, list[Coin]] = field(default_factory=dict)
    """By store."""
    asked: list[RecallRow] = field(default_factory=list)
    ringing: set[str] = field(default_factory=set)
    """Stores whose tills are asked for rights."""
    listed: list[DecisionRow] = field(default_factory=list)
    decided: list[DecisionRow] = field(default_factory=list)
    done: Done = Done()


def _plan(
    connection: Connection,
    found: Mapping[Account, EndingAccount],
    *,
    now_ms: int,
    today: date,
    terms: ExpiryTerms,
) -> _Plan:
    outcomes = {account: at_the_end(one, today, terms) for account, one in found.items()}
    plan = _Plan()
    _plan_facts(connection, plan, outcomes)
    _plan_decisions(connection, plan, outcomes, now_ms)
    _plan_recalls(connection, plan, outcomes, now_ms)
    return plan


def _plan_facts(
    connection: Connection, plan: _Plan, outcomes: Mapping[Account, Sequence[Outcome]]
) -> None:
    wallets = sorted({account.wallet for account in outcomes})
    homes = {row.wallet: row.store for row in account_table.wallet_rows(connection, wallets)}
    for account, steps in outcomes.items():
        for one in steps:
            if isinstance(one, Expire | Extend):
                coin = _coin(account, one)
                plan.coins.setdefault(homes[account.wallet], []).append(coin)
                plan.accounts.add(account)
                expires = isinstance(one, Expire)
                plan.done += Done(expired=expires, extended=not expires)


def _coin(account: Account, one: Expire | Extend) -> Coin:
    wallet, unit = account
    if isinstance(one, Extend):
        extended = LotExtended(
            wallet=wallet, unit=unit, day=one.day, until=one.until, reason=one.because.value
        )
        return Coin(kind=FactKind.LOT_EXTENDED, entries=(), body=extended)
    return Coin(
        kind=FactKind.LOT_EXPIRED,
        entries=(Entry(account, EntryKind.EXPIRE, one.n, one.day),),
        body=LotExpired(wallet=wallet, unit=unit, up_to=one.day),
    )


def _plan_decisions(
    connection: Connection, plan: _Plan, outcomes: Mapping[Account, Sequence[Outcome]], now_ms: int
) -> None:
    wallets = sorted({account.wallet for account in outcomes})
    waiting = {
        (Account(WalletId(row.wallet), UnitId(row.unit)), row.day): row
        for row in lots.decisions_of(connection, wallets)
    }
    for account, steps in outcomes.items():
        for one in steps:
            if not isinstance(one, Decide):
                continue
            known = waiting.pop((account, day_text(one.day)), None)
            if known is None or known.n != one.n:
                plan.listed.append(DecisionRow(*account, day_text(one.day), one.n, now_ms))
                plan.accounts.add(account)
                plan.done += Done(listed=known is None)
    for (account, _), row in waiting.items():
        # Spent meanwhile, or it stays. One that was let go may wait for rights that are out.
        if account in outcomes and not row.ruling:
            plan.decided.append(row)
            plan.accounts.add(account)


def _plan_recalls(
    connection: Connection, plan: _Plan, outcomes: Mapping[Account, Sequence[Outcome]], now_ms: int
) -> None:
    """Those that hold most are asked first; what is asked already is not asked again."""
    wanted = {
        account: one.n
        for account, steps in outcomes.items()
        for one in steps
        if not isinstance(one, Expire | Extend | Decide)
    }
    if not wanted:
        return
    asked = lots.asked_back(connection, sorted({account.wallet for account in wanted}))
    by_account: dict[Account, list[Held]] = {}
    for held in recalls.holders(connection, sorted(wanted), ""):
        by_account.setdefault(held.account, []).append(held)
    for account, n_wanted in wanted.items():
        missing = n_wanted
        for held in by_account.get(account, ()):
            n = min(held.n, missing)
            missing -= n
            if n > asked.get((held.incarnation, account), 0):
                plan.asked.append(RecallRow(held.incarnation, *account, n, RECALLED, now_ms))
                plan.ringing.add(held.store)
                plan.accounts.add(account)
                plan.done += Done(recalled=n)
