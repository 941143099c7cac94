"""Which budgets of offers this till runs out of: what it asks for with its next request.

A till that has less than half of what it got last asks for more, and one that never got anything
asks at once. It asks again only when it gave out something since, or after a while: what the
server has none of, it may have none of for long.
"""

from __future__ import annotations

from collections.abc import Mapping

from terminal.loyalty.wallet import Account
from terminal.till.database.balances import right_here
from terminal.till.database.quick import Connection, Quick
from terminal.wire.sync_json import Want

AGAIN_MS = 60_000

_LAST_RECEIVED = """SELECT n FROM entries WHERE wallet = ? AND kind = 'receive' AND incarnation =
(SELECT incarnation FROM identity) ORDER BY seq DESC LIMIT 1"""


class BudgetWants:
    """What was asked for last, so that nobody is asked in vain with every request."""

    def __init__(self) -> None:
        self._asked: dict[Account, tuple[int, int]] = {}
        """What was here of a budget when it was asked for, and when (Unix ms)."""

    def of(
        self, connection: Connection, budgets: Mapping[Account, int], now_ms: int
    ) -> tuple[Want, ...]:
        """What to ask for of these budgets; the server gives a part of it."""
        wants = []
        for account, amount in sorted(budgets.items()):
            here = right_here(connection, account)
            if here >= amount or not self._is_due(account, here, now_ms):
                continue
            row = Quick(connection).row(_LAST_RECEIVED, (account.wallet,))
            if row is None or here * 2 < row[0] or here == 0:
                self._asked[account] = (here, now_ms)
                wants.append(Want(wallet=account.wallet, unit=account.unit, n=amount))
        return tuple(wants)

    def _is_due(self, account: Account, here: int, now_ms: int) -> bool:
        before, at_ms = self._asked.get(account, (-1, 0))
        return here != before or not 0 <= now_ms - at_ms < AGAIN_MS
