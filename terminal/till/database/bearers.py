"""Wallets of codes, vouchers and gift cards: what this till knows of them and may spend of them.

They belong to nobody, so they are asked for by their id: it stands in the code.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from terminal.loyalty.ledger import NOTHING
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database.balances import sums_of_wallets
from terminal.till.database.connection import Database
from terminal.till.database.quick import Quick
from terminal.till.database.statements import notes_of_wallets

_RIGHTS = """SELECT wallet, unit, n FROM rights
WHERE wallet IN (SELECT value FROM json_each(?))
AND wallet NOT IN (SELECT wallet FROM member_wallets)"""
_HELD = """SELECT wallet FROM member_wallets
WHERE wallet IN (SELECT value FROM json_each(?))"""


class StoredBearers:
    """``ports.Bearers`` on the till's file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def standing(self, wallets: Sequence[WalletId]) -> Standing:
        """What these wallets hold and may spend here."""
        with self._database.reading() as connection:
            quick, asked = Quick(connection), (json.dumps(list(wallets)),)
            held = {wallet for (wallet,) in quick.rows(_HELD, asked)}
            free = [wallet for wallet in wallets if wallet not in held]
            sums = sums_of_wallets(connection, free)
            rights = {
                Account(WalletId(wallet), UnitId(unit)): n
                for wallet, unit, n in quick.rows(_RIGHTS, asked)
            }
            notes = notes_of_wallets(connection, free)
        order = {wallet: place for place, wallet in enumerate(wallets)}
        accounts = sorted({*sums, *rights}, key=lambda one: (order[one.wallet], one.unit))
        return Standing(
            bearers=tuple(wallets),
            holdings=tuple(
                Holding(
                    account=one,
                    sums=sums.get(one, NOTHING),
                    spendable=rights.get(one, 0),
                    extended=notes.lots[one][0] if one in notes.lots else (),
                )
                for one in accounts
            ),
            elsewhere=notes.elsewhere,
            statements=notes.versions,
        )
