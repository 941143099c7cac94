"""The book of one transaction: every row that its facts move, read once, folded, written once.

Opening it locks the wallets in their order, and with them their accounts; nothing is written
before it is closed, so a fact that cannot be folded has changed nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from terminal.loyalty.bodies import (
    CardMet,
    CardReplaced,
    ConsentGiven,
    ConsentWithdrawn,
    CountedOnce,
    LotExtended,
    LotWarned,
    MemberEnrolled,
    RefundSettled,
    RightsReceived,
    RightsWrittenOff,
    UnitsVested,
)
from terminal.loyalty.counting import FactCounts
from terminal.loyalty.facts import Fact
from terminal.loyalty.history import PURCHASES
from terminal.loyalty.ledger import NOTHING, RIGHT_SIGN, Entry, EntryKind, Sums, apply_all
from terminal.loyalty.wallet import Account, WalletId
from terminal.server.database import accounts as account_table
from terminal.server.database import counts, grants, recalls
from terminal.server.database import entries as entry_table
from terminal.server.database.accounts import HoldingRow, WalletRow, day_text
from terminal.server.database.alarms import Alarm
from terminal.server.database.connection import Connection
from terminal.server.database.entries import EntryRow, ExtensionRow, PendingRow, WarningRow
from terminal.server.database.grants import RECEIVED, SENT, GrantRow
from terminal.server.database.logs import Log, LogRole
from terminal.server.ledger import exposure, movements
from terminal.server.ledger.ready import VESTS_NEVER, ReadyFact

_WORDS = {kind: kind.value for kind in EntryKind}


class Book:
    """What facts of one log move. Open it with all of them, fold each, close it."""

    def __init__(
        self,
        connection: Connection,
        log: Log,
        facts: Iterable[ReadyFact],
        known_grants: Mapping[tuple[int, int], GrantRow],
    ) -> None:
        """``known_grants`` are those that the facts name, by (timeline, number)."""
        self._connection = connection
        self._log = log
        self._is_server = log.role == LogRole.SERVER
        self._grants = known_grants
        touched: set[Account] = {one.account for one in known_grants.values()}
        wallets: set[WalletId] = set()
        for fact in facts:
            touched.update([entry.account for entry in fact.fact.entries])
            if fact.body is not None:
                touched |= fact.accounts
                wallets |= fact.wallets
            elif fact.counted is not None:
                wallets.add(WalletId(fact.counted.wallet))
        wallets |= {account.wallet for account in touched}
        self.wallets = frozenset(wallets)
        self._rows = account_table.lock_wallets(connection, wallets, log.store)
        known = account_table.accounts_of(connection, {one.wallet for one in touched})
        self.sums: dict[Account, Sums] = {}
        self.pool: dict[Account, int] = {}
        for account in touched:
            self.sums[account], self.pool[account] = known.get(account, (NOTHING, 0))
        self._moved: dict[Account, list[Entry]] = {}
        self._held: dict[tuple[str, Account], int] = {}
        self._returned: dict[Account, int] = {}
        self._lines: dict[str, list[movements.Line]] = {}
        self._entries: list[EntryRow] = []
        self._pending: list[PendingRow] = []
        self._vested: list[tuple[str, int, str]] = []
        self._warned: list[WarningRow] = []
        self._extended: list[ExtensionRow] = []
        self._received: list[tuple[int, int]] = []
        self._met: list[GrantRow] = []
        self._folded: list[Fact] = []
        self._counted: list[counts.CountedRow] = []
        self._purchases: list[FactCounts] = []

    # --- folding ---------------------------------------------------------------------------------

    def fold(self, ready: ReadyFact) -> None:
        """Move what a fact moves, in memory."""
        fact = ready.fact
        incarnation, seq, day = fact.incarnation, fact.seq, day_text(fact.business_day)
        self._folded.append(fact)
        rows, moved = self._entries, self._moved
        for position, entry in enumerate(fact.entries):
            account, kind, n, ends = entry
            moved.setdefault(account, []).append(entry)
            self._move_right(account, kind, n)
            rows.append(
                EntryRow(incarnation, seq, position, *account, _WORDS[kind], n, day_text(ends), day)
            )
        for wallet, line in movements.lines_of(fact):
            self._lines.setdefault(wallet, []).append(line)
        for account, vests, n in ready.vesting:
            self._pending.append(PendingRow(incarnation, seq, *account, vests, n, self._log.store))
        if ready.body is not None:
            self._heed_body(ready)
        if ready.counted is not None:
            self._counted += counts.rows_of(*ready.counted)
            self._purchases.append(ready.counted)

    def _move_right(self, account: Account, kind: EntryKind, n: int) -> None:
        change = RIGHT_SIGN[kind] * n
        if self._is_server:
            # What the server writes moves its pool; a right cannot come to it from itself.
            if kind is not EntryKind.RECEIVE and kind is not EntryKind.RELEASE:
                self.pool[account] += change
            return
        if change:
            self._hold(self._log.incarnation, account, change)
        if kind is EntryKind.RECEIVE:
            self.pool[account] -= n
        elif kind is EntryKind.RELEASE:
            self.pool[account] += n
            self._returned[account] = self._returned.get(account, 0) + n

    def _hold(self, incarnation: str, account: Account, change: int) -> None:
        key = incarnation, account
        self._held[key] = self._held.get(key, 0) + change

    def _heed_body(self, ready: ReadyFact) -> None:
        body, fact = ready.body, ready.fact
        match body:
            case RightsReceived():
                self._receive(ready, body)
            case RightsWrittenOff():
                for wallet, unit, n in body.rights:
                    account = Account(wallet, unit)
                    self._hold(body.incarnation, account, -n)
                    self.pool[account] += n
            case UnitsVested():
                # Of what was taken back meanwhile nothing vests, so the entries may have less.
                up_to = day_text(body.up_to or fact.business_day)
                self._vested.append((body.incarnation, body.seq, up_to))
            case CountedOnce():
                self._vested.append((body.incarnation, body.seq, VESTS_NEVER))
            case LotWarned():
                told_on, last = day_text(fact.business_day), day_text(body.last_day)
                day = day_text(body.day)
                self._warned.append(
                    WarningRow(body.wallet, body.unit, day, told_on, last, body.how)
                )
            case LotExtended():
                day, until = day_text(body.day), day_text(body.until)
                self._extended.append(ExtensionRow(body.wallet, body.unit, day, until, body.reason))
            case _:
                # Whose a wallet is, cards and consents are records, and refunds have a table;
                # whoever applies sees to them.
                assert isinstance(
                    body,
                    MemberEnrolled
                    | CardMet
                    | CardReplaced
                    | ConsentGiven
                    | ConsentWithdrawn
                    | RefundSettled,
                )

    def _receive(self, ready: ReadyFact, body: RightsReceived) -> None:
        """A grant is on its way no more. Its entry took the right from the pool."""
        name = (body.timeline, body.number)
        known = self._grants.get(name)
        if known is None:
            # This server forgot that it gave it: it was restored.
            for entry in ready.fact.entries:
                if entry.kind is EntryKind.RECEIVE:
                    self._met.append(
                        GrantRow(
                            self._log.incarnation,
                            *name,
                            *entry.account,
                            entry.n,
                            RECEIVED,
                            ready.fact.wall_ms,
                        )
                    )
                    break
            return
        if known.standing == SENT:
            # It left the pool when it was given; the entry took it a second time.
            self.pool[known.account] += known.n
        self._received.append(name)

    # --- writing ---------------------------------------------------------------------------------

    def close(self) -> list[Alarm]:
        """Write everything; tells where more rights were spent than there were."""
        connection, log = self._connection, self._log
        for account, entries in self._moved.items():
            self.sums[account] = apply_all(self.sums[account], entries)
        entry_table.add(connection, self._entries)
        entry_table.add_pending(connection, self._pending)
        entry_table.dealt_with(connection, self._vested)
        entry_table.add_warnings(connection, self._warned)
        entry_table.add_extensions(connection, self._extended)
        counts.add_rows(connection, self._counted)
        grants.mark_grants(connection, log.incarnation, self._received, RECEIVED)
        grants.add_grants(connection, self._met)
        recalls.reduce_recalls(connection, log.incarnation, self._returned)
        changes = [
            HoldingRow(*account, incarnation, n)
            for (incarnation, account), n in self._held.items()
            if n
        ]
        account_table.add_to_holdings(connection, changes)
        account_table.write_accounts(
            connection,
            ((account, self.sums[account], self.pool[account]) for account in sorted(self.sums)),
        )
        account_table.write_wallets(
            connection, [self._after(self._rows[wallet]) for wallet in sorted(self.wallets)]
        )
        return self._exposures()

    def _after(self, row: WalletRow) -> WalletRow:
        lines = self._lines.get(row.wallet)
        told = movements.added(row.movements, lines) if lines else row.movements
        return row._replace(version=row.version + 1, movements=told)

    def _exposures(self) -> list[Alarm]:
        alarms = [exposure.of_pool(account, n) for account, n in self.pool.items() if n < 0]
        lowered: dict[str, set[str]] = {}
        for (incarnation, account), n in self._held.items():
            if n < 0:
                lowered.setdefault(incarnation, set()).add(account.wallet)
        for incarnation, wallets in lowered.items():
            holes = account_table.holes(self._connection, incarnation, sorted(wallets))
            alarms += [exposure.of_log(incarnation, account, n) for account, n in holes.items()]
        return alarms

    # --- what follows ----------------------------------------------------------------------------

    def repaid_twice(self) -> dict[Account, int]:
        """Accounts whose debt was repaid more than once, and how much too often."""
        return {account: -sums.debt for account, sums in self.sums.items() if sums.debt < 0}

    def covered(self) -> dict[Account, int]:
        """Accounts that owe what the pool has by now, as rights came back to it."""
        found = {one: min(self.sums[one].debt, self.pool[one]) for one in self._returned}
        return {account: n for account, n in found.items() if n > 0}

    def late(self) -> dict[Account, date]:
        """Accounts of which units expired, and the earliest day that a till's fact of now tells of."""
        if self._is_server:
            return {}
        expired = {account for account, sums in self.sums.items() if sums.expired}
        facts = self._folded if expired else ()
        return earliest_days(
            (entry, fact.business_day)
            for fact in facts
            for entry in fact.entries
            if entry.account in expired
        )

    def bought(self) -> dict[WalletId, date]:
        """The wallets with which tills' facts of now count purchases, and the earliest day of each."""
        found: dict[WalletId, date] = {}
        for one in () if self._is_server else self._purchases:
            wallet = WalletId(one.wallet)
            for name, day, n in one.counts:
                if name == PURCHASES and n > 0:
                    found[wallet] = min(day, found.get(wallet, day))
        return found


def earliest_days(moved: Iterable[tuple[Entry, date]]) -> dict[Account, date]:
    """By account the earliest day that entries tell of: that of units that were taken back is the
    lot's, and of everything else the business day.
    """
    found: dict[Account, date] = {}
    for (account, kind, _, ends), day in moved:
        of = min(day, ends) if kind is EntryKind.UNEARN and ends is not None else day
        found[account] = min(of, found.get(account, of))
    return found
