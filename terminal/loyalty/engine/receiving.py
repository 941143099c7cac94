"""Into which account units go: the member's, or a bearer's whose code was shown or is printed."""

from __future__ import annotations

from collections.abc import Iterable

from terminal.loyalty.engine.evaluation import Earned
from terminal.loyalty.programme import UnitTerms
from terminal.loyalty.standing import Standing
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, UnitId, WalletId


class Receiving:
    """Accounts of one sale. All bearer units of one kind go into one fresh wallet."""

    def __init__(self, standing: Standing, to: WalletId | None = None) -> None:
        self._standing = standing
        self._to = to
        self._fresh: dict[str, WalletId] = {}

    def after(self, earned: Iterable[Earned]) -> Receiving:
        """The same, with the fresh wallets that some units went into already."""
        for one in earned:
            if one.account.wallet in self._standing.fresh:
                self._fresh[one.account.unit] = one.account.wallet
        return self

    def account(self, unit: str, terms: UnitTerms | None, *, bearer: bool) -> Account | None:
        """Where units go; None where nobody is there to have them.

        Money goes onto the card that was shown last, other units always behind a new code: what
        was printed once is never good again.
        """
        if not bearer and (terms is None or terms.held == "member"):
            if self._to is not None:
                return Account(self._to, UnitId(unit))
            return self._standing.account_for(unit)
        if terms is not None and terms.kind is UnitKind.MONEY:
            shown = {one.account for one in self._standing.of(unit)}
            for wallet in reversed(self._standing.bearers):
                if Account(wallet, UnitId(unit)) in shown:
                    return Account(wallet, UnitId(unit))
        if unit not in self._fresh:
            free = [one for one in self._standing.fresh if one not in self._fresh.values()]
            if not free:
                return None
            self._fresh[unit] = free[0]
        return Account(self._fresh[unit], UnitId(unit))
