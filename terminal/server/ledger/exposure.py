"""Rights that were spent twice: something was restored, or written off in error.

While a restored server waits for logs, what looks so may be explained by one that has not spoken
yet. So nobody is alarmed then; when the last one has spoken, everything is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterable

from terminal.loyalty.wallet import Account
from terminal.server.database import accounts as account_table
from terminal.server.database import logs
from terminal.server.database.alarms import Alarm, raise_alarms
from terminal.server.database.connection import Connection
from terminal.server.database.registry import lock_server

EXPOSURE = "exposure"


def of_pool(account: Account, n: int) -> Alarm:
    """The pool gave more than it had; ``n`` is what it stands at."""
    return Alarm(EXPOSURE, f"pool {account.wallet}/{account.unit}", f"the pool stands at {n}")


def of_log(incarnation: str, account: Account, n: int) -> Alarm:
    """A log spent more than it held; ``n`` is what it holds, below zero."""
    place = f"{incarnation} {account.wallet}/{account.unit}"
    return Alarm(EXPOSURE, place, f"it spent {-n} more than it held")


def alarm(connection: Connection, found: Iterable[Alarm], now_ms: int) -> None:
    """Raise these alarms, unless there is still somebody who may explain them."""
    raised = list(found)
    if raised and not logs.any_quarantined(connection):
        raise_alarms(connection, raised, now_ms)


def look_again(connection: Connection, now_ms: int) -> None:
    """A log is waited for no longer: if it was the last, tell what nobody explained."""
    # Two that end at once take turns, so that one of them is the last.
    lock_server(connection)
    pools = account_table.pools_below_zero(connection).items()
    holdings = account_table.holdings_below_zero(connection)
    found = [of_pool(account, n) for account, n in pools]
    found += [of_log(one.incarnation, one.account, one.n) for one in holdings]
    alarm(connection, found, now_ms)
