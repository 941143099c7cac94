"""Wallets of codes, in the dictionaries of the fake members."""

from __future__ import annotations

from collections.abc import Sequence

from terminal.loyalty.ledger import NOTHING
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.statement import PlacedRight
from terminal.loyalty.wallet import WalletId
from tests.fakes.members import FakeMembers


class FakeBearers:
    """``ports.Bearers``."""

    def __init__(self, members: FakeMembers) -> None:
        self._members = members
        self.elsewhere: tuple[PlacedRight, ...] = ()

    def standing(self, wallets: Sequence[WalletId]) -> Standing:
        known = self._members
        accounts = [
            one
            for wallet in wallets
            for one in sorted({*known.sums, *known.rights})
            if one.wallet == wallet
        ]
        return Standing(
            bearers=tuple(wallets),
            holdings=tuple(
                Holding(
                    account=one,
                    sums=known.sums.get(one, NOTHING),
                    spendable=known.rights.get(one, 0),
                )
                for one in accounts
            ),
            elsewhere=self.elsewhere if accounts else (),
        )
