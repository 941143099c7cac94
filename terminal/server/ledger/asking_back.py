"""Rights that tills hold of what the server took back: they are asked for, and owed until then.

What comes back repays the debt (``correcting``), so nobody spends here what is owed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from terminal.loyalty.ledger import Entry, EntryKind, Sums
from terminal.loyalty.wallet import Account
from terminal.server.database import recalls
from terminal.server.database.connection import Connection
from terminal.server.database.recalls import RECALLED, RecallRow


def ask_back(connection: Connection, wanted: Mapping[Account, int], now_ms: int) -> list[RecallRow]:
    """Ask tills for rights that were taken back, as far as they hold them."""
    left = dict(wanted)
    asked: list[RecallRow] = []
    for held in recalls.holders(connection, wanted, but_not=""):
        n = min(left[held.account], held.n)
        if n > 0:
            left[held.account] -= n
            row = RecallRow(held.incarnation, *held.account, n, RECALLED, now_ms)
            asked.append(row)
    recalls.ask_back(connection, asked)
    return asked


def ask_back_what_is_owed(
    connection: Connection, entries: Iterable[Entry], before: Mapping[Account, Sums], now_ms: int
) -> None:
    """Ask for what accounts owe by these entries. ``before`` are their sums without them."""
    owed: dict[Account, int] = {}
    for one in entries:
        if one.kind is EntryKind.OWE:
            owed[one.account] = owed.get(one.account, 0) + one.n
    # Of what is asked back the larger number counts, so it is all that is owed and no part of it.
    debts = {
        account: n + (max(0, before[account].debt) if account in before else 0)
        for account, n in owed.items()
    }
    ask_back(connection, debts, now_ms)
