"""Proof that the server's tables say what its facts say: refold everything and compare.

``check`` writes nothing and tells each difference as data; ``rebuild`` writes the tables again
from the facts, provided that the facts themselves are sound. A fact that was tampered with is
told, never repaired: there is nothing to repair it from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from terminal.loyalty.ledger import NOTHING, Sums
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import counts, grants, logs, refunds, tiers
from terminal.server.database import entries as entry_table
from terminal.server.database import facts as fact_table
from terminal.server.database.accounts import HoldingRow
from terminal.server.database.connection import Connection, ServerDatabase
from terminal.server.database.entries import EntryRow
from terminal.server.database.logs import Log
from terminal.server.ledger.ready import Unfit, ready
from terminal.server.ledger.refolding import (
    IN_FACTS,
    Difference,
    DifferenceKind,
    Refolded,
    entry_rows,
    fold_backwards,
    refold,
)
from terminal.server.ledger.storing import arrived
from terminal.server.members import decisions

__all__ = ["Difference", "DifferenceKind", "Findings", "check", "rebuild"]

_AT_A_TIME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The whole answer."""

    facts: int
    differences: tuple[Difference, ...]

    @property
    def clean(self) -> bool:
        """Whether everything agrees."""
        return not self.differences

    @property
    def facts_sound(self) -> bool:
        """Whether the facts may be believed, whatever the tables say."""
        return not any(one.kind in IN_FACTS for one in self.differences)


def check(database: ServerDatabase) -> Findings:
    """Refold all facts and compare; nothing is written."""
    with database.reading() as connection:
        return _findings(_compare(connection, logs.all_logs(connection)))


def rebuild(database: ServerDatabase) -> Findings:
    """Write everything computed again from the facts; returns what was wrong before.

    Where the facts are not sound nothing is written. Meanwhile no other fact is taken.
    """

    def work(connection: Connection) -> Findings:
        known = logs.lock_all(connection)
        folded = _compare(connection, known)
        findings = _findings(folded)
        if findings.facts_sound and not findings.clean:
            _write(connection, folded, known)
        return findings

    return database.run(work)


def _findings(folded: Refolded) -> Findings:
    return Findings(facts=folded.facts, differences=tuple(folded.differences))


def _compare(connection: Connection, known: tuple[Log, ...]) -> Refolded:
    folded = refold(connection, known)
    stored = {
        Account(WalletId(row[0]), UnitId(row[1])): row
        for row in account_table.all_account_rows(connection)
    }
    pools = _pools(connection, folded)
    for account in sorted({*stored, *folded.sums}):
        sums = folded.sums.get(account, NOTHING)
        place = f"{account.wallet}/{account.unit}"
        computed = account_table.account_row(account, sums, pools.get(account, 0))
        row = stored.get(account, account_table.account_row(account, NOTHING, 0))
        folded.tell(DifferenceKind.SUMS, place, row[2:-1], computed[2:-1])
        folded.tell(DifferenceKind.POOL, place, row[-1], computed[-1])
    held = {(row.account, row.incarnation): row.n for row in account_table.all_holdings(connection)}
    for key in sorted({*held, *folded.holdings}):
        (wallet, unit), incarnation = key
        place = f"{wallet}/{unit} {incarnation}"
        folded.tell(DifferenceKind.HOLDINGS, place, held.get(key, 0), folded.holdings.get(key, 0))
    _compare_wallets(connection, folded)
    _compare_lists(connection, folded)
    _compare_counts(connection, folded)
    for place, before, expected in decisions.differences(connection, folded.said):
        folded.tell(DifferenceKind.PEOPLE, place, before, expected)
    _compare_sums(folded, fold_backwards(connection, known))
    return folded


def _pools(connection: Connection, folded: Refolded) -> dict[Account, int]:
    """What must sit at the server: all rights, less those that are out or on their way."""
    pools = {account: sums.rights_in_all for account, sums in folded.sums.items()}
    for (account, _), n in folded.holdings.items():
        pools[account] = pools.get(account, 0) - n
    for grant in grants.all_sent(connection):
        pools[grant.account] = pools.get(grant.account, 0) - grant.n
    return pools


def _compare_wallets(connection: Connection, folded: Refolded) -> None:
    for some in _parts(sorted(folded.wallets)):
        rows = {row.wallet: row for row in account_table.wallet_rows(connection, some)}
        for wallet in some:
            row = rows.get(wallet)
            stored = None if row is None else row.movements
            folded.tell(DifferenceKind.WALLETS, wallet, stored, folded.wallets[wallet])


def _compare_lists(connection: Connection, folded: Refolded) -> None:
    pending = entry_table.all_pending(connection)
    folded.tell(DifferenceKind.PENDING, "pending", pending, folded.pending())
    wallets = sorted(folded.wallets)
    warnings = entry_table.warnings_of(connection, wallets)
    expected = list(entry_table.holding_warnings(folded.warnings).values())
    folded.tell(DifferenceKind.WARNINGS, "warnings", warnings, expected)
    extensions = entry_table.extensions_of(connection, wallets)
    latest = list(entry_table.holding_extensions(folded.extensions).values())
    folded.tell(DifferenceKind.EXTENSIONS, "extensions", extensions, latest)
    noted = [row._replace(looked=0) for row in refunds.all_refunds(connection)]
    told = [row._replace(looked=0) for row in folded.refunds_noted()]
    folded.tell(DifferenceKind.REFUNDS, "refunds", noted, told)


def _compare_counts(connection: Connection, folded: Refolded) -> None:
    stored = counts.all_counts(connection)
    for key in sorted({*stored, *folded.counts}):
        place = "/".join(map(str, key))
        # Nothing is not the same as never: on that day a purchase was there, until it came back.
        there, should = stored.get(key), folded.counts.get(key)
        folded.tell(DifferenceKind.COUNTS, place, there, should)


def _compare_sums(folded: Refolded, backwards: Mapping[Account, Sums]) -> None:
    if any(one.kind is DifferenceKind.ENTRIES for one in folded.differences):
        return  # the table of entries is told already
    for account in sorted({*folded.sums, *backwards}):
        place = f"{account.wallet}/{account.unit}"
        other = backwards.get(account, NOTHING)
        folded.tell(DifferenceKind.ORDER, place, other, folded.sums.get(account, NOTHING))


def _write(connection: Connection, folded: Refolded, known: tuple[Log, ...]) -> None:
    for wallet, store in sorted(folded.homes.items()):
        account_table.lock_wallets(connection, [wallet], store)
    decisions.heed(connection, folded.said, store="")
    for fact in folded.columns:
        fact_table.describe(connection, fact)
    entry_table.forget_all(connection)
    for rows in _all_entries(connection, known):
        entry_table.add(connection, rows)
    entry_table.add_pending(connection, folded.pending())
    entry_table.add_warnings(connection, folded.warnings)
    entry_table.add_extensions(connection, folded.extensions)
    refunds.forget_all(connection)
    refunds.note(connection, folded.refunds_noted())
    counts.forget_all(connection)
    counts.add_counts(connection, folded.counts)
    tiers.forget_looks(connection)
    pools = _pools(connection, folded)
    account_table.forget_all(connection)
    account_table.write_accounts(
        connection,
        ((account, sums, pools[account]) for account, sums in sorted(folded.sums.items())),
    )
    account_table.add_to_holdings(
        connection,
        [
            HoldingRow(*account, incarnation, n)
            for (account, incarnation), n in folded.holdings.items()
            if n
        ],
    )
    for some in _parts(sorted(folded.wallets)):
        account_table.write_wallets(
            connection,
            [
                row._replace(version=row.version + 1, movements=folded.wallets[row.wallet])
                for row in account_table.wallet_rows(connection, some)
                if row.movements != folded.wallets[row.wallet]
            ],
        )


def _all_entries(connection: Connection, known: tuple[Log, ...]) -> Iterator[list[EntryRow]]:
    parked = {(row.incarnation, row.seq) for row in fact_table.all_parked(connection)}
    for log in known:
        for after in range(0, log.applied, _AT_A_TIME):
            up_to = min(log.applied, after + _AT_A_TIME)
            rows: list[EntryRow] = []
            for row in fact_table.between(
                connection, log.incarnation, after=after, up_to=up_to, most=_AT_A_TIME
            ):
                one = arrived(row.stored, (row.incarnation, row.seq))
                if (row.incarnation, row.seq) in parked or one.fact is None:
                    continue
                try:
                    rows += entry_rows(ready(one.fact, log.role))
                except Unfit:
                    continue
            yield rows


def _parts(keys: list[str]) -> Iterator[list[str]]:
    for begin in range(0, len(keys), _AT_A_TIME):
        yield keys[begin : begin + _AT_A_TIME]
