"""The keys with which the stores of the chain sign vouchers and gift cards, as the server told.

A key that was told stays, and so does that it was withdrawn: what it signed lies in drawers, and a
server that was restored from a backup may have forgotten it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from terminal.barcodes.voucher_code import key_number
from terminal.till.database.connection import Database
from terminal.till.database.quick import Quick
from terminal.till.database.writes import Writes
from terminal.till.ports import CodeKey

if TYPE_CHECKING:
    from terminal.wire.registry_json import StoreKeys

_PUT = """INSERT INTO code_keys (store, key, number, signs_from_ms, withdrawn)
VALUES (?, ?, ?, ?, ?) ON CONFLICT (store, key) DO UPDATE SET
signs_from_ms = excluded.signs_from_ms, withdrawn = max(withdrawn, excluded.withdrawn)"""
_NUMBERED = "SELECT key, withdrawn FROM code_keys WHERE number = ? ORDER BY store, key"
_OWN = """SELECT key FROM code_keys WHERE store = (SELECT store FROM line) AND withdrawn = 0
ORDER BY signs_from_ms > ?1, abs(signs_from_ms - ?1), key LIMIT 1"""


class StoredCodeKeys:
    """``ports.CodeKeys`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def numbered(self, number: int, /) -> tuple[CodeKey, ...]:
        """The keys that codes name by this number."""
        with self._database.reading() as connection:
            rows = Quick(connection).rows(_NUMBERED, (number,))
        return tuple(CodeKey(bytes.fromhex(key), withdrawn=bool(gone)) for key, gone in rows)

    def own(self, now_ms: int) -> bytes | None:
        """With what this store signs now; None where no server told of a key.

        By a clock that is behind it may be a key that is new: never one that was withdrawn.
        """
        with self._database.reading() as connection:
            row = Quick(connection).row(_OWN, (now_ms,))
        return None if row is None else bytes.fromhex(row[0])


def settle_keys(writes: Writes, told: Iterable[StoreKeys]) -> None:
    """Keep what a reply tells: all keys of each store in it."""
    for one in told:
        writes.add(
            _PUT,
            *(
                (
                    one.store,
                    each.key,
                    key_number(bytes.fromhex(each.key)),
                    each.signs_from_ms,
                    int(each.withdrawn_ms is not None),
                )
                for each in one.keys
            ),
        )
