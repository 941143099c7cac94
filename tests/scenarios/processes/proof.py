"""What must be true when the storm is over: the files of the tills held against the server's tables.

Everything is read from the databases themselves, and folded here once more by the ledger's own
rules, so neither side is believed because it says so.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from terminal.loyalty.facts import FIRST_HASH, FactKind, decode, fact_hash
from terminal.loyalty.ledger import RIGHT_SIGN, Entry, Sums, fold
from terminal.loyalty.sale import read_sale_body
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database.connection import ServerDatabase
from terminal.server.ledger import rebuilding
from terminal.till.database import rebuild
from terminal.till.database.accounts import stored_accounts
from terminal.till.database.connection import open_file
from terminal.till.database.quick import Quick
from terminal.till.settings import Settings

FactKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Books:
    """The server's tables, as they stand."""

    facts: Mapping[FactKey, bytes]
    roles: Mapping[str, str]
    waiting: int
    """Facts that are stored and not applied."""
    sent: int
    """Grants that no till has received yet."""
    news: int
    """The number of the last row of the feed."""
    accounts: Mapping[Account, tuple[int, int, int, int, int, int]]
    """E, X, U, P, D and the pool."""
    holdings: Mapping[tuple[Account, str], int]
    on_their_way: Mapping[Account, int]
    parked: tuple[tuple[str, int, str], ...]
    alarms: tuple[tuple[str, str, str], ...]


def read_books(database: ServerDatabase) -> Books:
    """Everything of one moment."""
    with database.reading() as connection:

        def rows(question: str) -> list[Any]:
            return list(connection.exec_driver_sql(question).all())

        sent = rows("SELECT wallet, unit, n FROM grants WHERE standing = 'sent'")
        on_their_way: Counter[Account] = Counter()
        for wallet, unit, n in sent:
            on_their_way[_account(wallet, unit)] += n
        return Books(
            facts={
                (log, seq): bytes(stored)
                for log, seq, stored in rows("SELECT incarnation, seq, stored FROM facts")
            },
            roles=dict(tuple(row) for row in rows("SELECT incarnation, role FROM logs")),
            waiting=rows("SELECT coalesce(sum(stored - applied), 0) FROM logs")[0][0],
            sent=len(sent),
            news=rows("SELECT coalesce(max(next), 1) - 1 FROM feeds")[0][0],
            accounts={
                _account(wallet, unit): tuple(rest)
                for wallet, unit, *rest in rows(
                    "SELECT wallet, unit, earned, expired, used, pending, debt, pool FROM accounts"
                )
            },
            holdings={
                (_account(wallet, unit), log): n
                for wallet, unit, log, n in rows(
                    "SELECT wallet, unit, incarnation, n FROM holdings"
                )
                if n
            },
            on_their_way=on_their_way,
            parked=tuple(tuple(row) for row in rows("SELECT incarnation, seq, reason FROM parked")),
            alarms=tuple(tuple(row) for row in rows("SELECT kind, place, detail FROM alarms")),
        )


@dataclass(frozen=True, slots=True)
class TillBook:
    """A till's file, as it stands."""

    lane: str
    incarnation: str
    facts: Mapping[FactKey, bytes]
    sums: Mapping[Account, Sums]
    rights: Mapping[Account, int]
    outbox: int
    records: int
    parked: int
    cursor: int
    members: frozenset[str]


def read_till(settings: Settings) -> TillBook:
    """Read a till's file; nobody may be at work on it."""
    database = open_file(settings.database)
    try:
        findings = rebuild.check(database)
        assert findings.clean, (settings.lane.name, findings.differences[:10])
        with database.reading() as connection:
            rows = Quick(connection).rows
            accounts = [
                (Account(WalletId(wallet), UnitId(unit)), sums, right)
                for wallet, unit, sums, right in stored_accounts(connection)
            ]
            return TillBook(
                lane=settings.lane.name,
                incarnation=rows("SELECT incarnation FROM identity")[0][0],
                facts={
                    (log, seq): bytes(stored)
                    for log, seq, stored in rows("SELECT incarnation, seq, stored FROM facts")
                },
                sums={account: sums for account, sums, _ in accounts if sums != Sums()},
                rights={account: n for account, _, n in accounts if n},
                outbox=rows("SELECT count(*) FROM outbox")[0][0],
                records=rows("SELECT count(*) FROM record_outbox")[0][0],
                parked=rows("SELECT count(*) FROM parked")[0][0],
                cursor=rows("SELECT cursor FROM line")[0][0],
                members=frozenset(row[0] for row in rows("SELECT id FROM members")),
            )
    finally:
        database.close()


def waits_at(settings: Settings) -> tuple[int, int]:
    """(what waits to go up, the cursor) of a till that is open."""
    with closing(sqlite3.connect(f"file:{settings.database}?mode=ro", uri=True)) as plain:
        (waits,) = plain.execute(
            "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM record_outbox)"
        ).fetchone()
        (cursor,) = plain.execute("SELECT cursor FROM line").fetchone()
    return int(waits), int(cursor)


# --- the proof -----------------------------------------------------------------------------------


def prove(
    books: Books, database: ServerDatabase, tills: Iterable[TillBook], sales: Iterable[str]
) -> None:
    """Nothing lost, nothing counted twice, nothing overspent, and the same story everywhere."""
    tills = tuple(tills)
    _every_fact_is_there_once(books, tills)
    _every_sale_is_there(books, sales)
    _nothing_needs_a_person(books)
    _logs_are_whole(books.facts)
    sums = _sums_of(books.facts)
    _accounts_are_the_facts(books, sums)
    _rights_are_conserved(books, sums)
    assert len({till.members for till in tills}) == 1, "not everybody is known everywhere"
    for till in tills:
        _till_says_the_same(till, books, sums)
    findings = rebuilding.check(database)
    assert findings.clean, findings.differences[:10]


def _every_fact_is_there_once(books: Books, tills: tuple[TillBook, ...]) -> None:
    """Byte for byte; and the server has no fact of a till that no till has."""
    at_tills: dict[FactKey, bytes] = {}
    for till in tills:
        for key, stored in till.facts.items():
            assert key not in at_tills, f"{key} is at two tills"
            at_tills[key] = stored
    at_server = {key: one for key, one in books.facts.items() if books.roles[key[0]] == "till"}
    missing = sorted(set(at_tills) - set(at_server))
    strange = sorted(set(at_server) - set(at_tills))
    changed = [key for key in at_tills if key in at_server and at_tills[key] != at_server[key]]
    assert not missing, f"not at the server: {missing[:10]}, {len(missing)} in all"
    assert not strange, f"at no till: {strange[:10]}"
    assert not changed, f"not byte for byte: {changed[:10]}"


def _every_sale_is_there(books: Books, sales: Iterable[str]) -> None:
    stored = Counter(
        read_sale_body(fact.body).id
        for fact in map(decode, books.facts.values())
        if fact.kind == FactKind.SALE_RECORDED
    )
    sales = tuple(sales)
    assert len(set(sales)) == len(sales), "a sale was reported as recorded twice"
    lost = [sale for sale in sales if stored[sale] != 1]
    assert not lost, f"reported as recorded and not there exactly once: {lost}"


def _nothing_needs_a_person(books: Books) -> None:
    assert not books.parked, books.parked
    # Rounds fail while the database is away; they come again.
    grave = [alarm for alarm in books.alarms if alarm[0] != "round_failed"]
    assert not grave, grave
    assert books.waiting == 0
    assert books.sent == 0


def _logs_are_whole(facts: Mapping[FactKey, bytes]) -> None:
    heads: dict[str, tuple[int, str]] = defaultdict(lambda: (0, FIRST_HASH))
    for log, seq in sorted(facts):
        last, head = heads[log]
        stored = facts[log, seq]
        assert seq == last + 1, f"a gap before {log}/{seq}"
        assert decode(stored).before == head, f"{log}/{seq} names another one before it"
        heads[log] = (seq, fact_hash(stored))


def _entries(facts: Mapping[FactKey, bytes]) -> list[tuple[str, Entry]]:
    return [
        (log, entry)
        for (log, _), stored in sorted(facts.items())
        for entry in decode(stored).entries
    ]


def _sums_of(facts: Mapping[FactKey, bytes]) -> dict[Account, Sums]:
    return fold(entry for _, entry in _entries(facts))


def _plain(sums: Sums) -> tuple[int, int, int, int, int]:
    return (sums.earned_in_all, sums.expired_in_all, sums.used, sums.pending, sums.debt)


def _accounts_are_the_facts(books: Books, sums: Mapping[Account, Sums]) -> None:
    told = {account: row[:5] for account, row in books.accounts.items() if any(row[:5])}
    folded = {account: _plain(one) for account, one in sums.items() if any(_plain(one))}
    assert told == folded


def _rights_are_conserved(books: Books, sums: Mapping[Account, Sums]) -> None:
    held: Counter[Account] = Counter()
    computed: Counter[tuple[Account, str]] = Counter()
    for log, entry in _entries(books.facts):
        if books.roles[log] == "till":
            computed[entry.account, log] += RIGHT_SIGN[entry.kind] * entry.n
    assert books.holdings == {key: n for key, n in computed.items() if n}
    for (account, log), n in books.holdings.items():
        assert n >= 0, f"{log} spent more of {account} than it held: {n}"
        held[account] += n
    for account, (earned, expired, used, pending, debt, pool) in books.accounts.items():
        there = earned - used - expired - pending + debt
        assert there >= 0, f"{account} was overdrawn: {there}"
        assert pool >= 0, f"more of {account} was given than there was: {pool}"
        assert pool + held[account] + books.on_their_way[account] == there, account
    assert set(sums) <= set(books.accounts)


def _till_says_the_same(till: TillBook, books: Books, sums: Mapping[Account, Sums]) -> None:
    where = till.lane
    assert (till.outbox, till.records, till.parked) == (0, 0, 0), where
    assert till.cursor == books.news, where
    assert till.rights == {
        account: n for (account, log), n in books.holdings.items() if log == till.incarnation
    }, where
    told = {account: one for account, one in till.sums.items() if one != Sums()}
    true = {account: one for account, one in sums.items() if one != Sums()}
    differ = {key for key in set(told) | set(true) if told.get(key) != true.get(key)}
    assert not differ, [(where, key, told.get(key), true.get(key)) for key in sorted(differ)[:5]]


def _account(wallet: str, unit: str) -> Account:
    return Account(WalletId(wallet), UnitId(unit))
