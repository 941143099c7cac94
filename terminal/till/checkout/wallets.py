"""Vouchers and gift cards in a standing: those that were shown, and wallets for new ones.

Ids of new wallets are chance and stay the same for a basket, so that whatever is judged twice is
the same sale. They are made only where a programme could fill one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from terminal.loyalty.benefits import GivenUnits
from terminal.loyalty.engine.evaluation import Evaluation
from terminal.loyalty.ledger import NOTHING
from terminal.loyalty.programme import Programme
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.units import UnitKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.ports import Bearers

FRESH = 8
"""Vouchers and gift cards that a small sale may give."""
FRESH_MOST = 200
"""As many as the largest may; what comes on top is on the last of them."""


class Wallets:
    """Wallets that belong to nobody, for one counter."""

    def __init__(self, bearers: Bearers, chance: Callable[[], str] | None) -> None:
        """``chance`` gives 128 random bits as 32 hex digits; None where no codes can be made."""
        self._bearers, self._chance = bearers, chance
        self._fresh: tuple[WalletId, ...] = ()

    def forget_fresh(self) -> None:
        """The wallets of the last basket are its own."""
        self._fresh = ()

    def read(self, standing: Standing, shown: Collection[WalletId]) -> Standing:
        """A standing with what was shown beside it.

        Raises:
            Trouble: it could not be read.
        """
        if not shown:
            return standing
        found = self._bearers.standing(tuple(shown))
        return replace(
            standing,
            bearers=found.bearers,
            holdings=(*standing.holdings, *found.holdings),
            elsewhere=(*standing.elsewhere, *found.elsewhere),
            statements=(*standing.statements, *found.statements),
        )

    def prepared(
        self, standing: Standing, programmes: Iterable[Programme], pieces: int
    ) -> Standing:
        """The same with wallets for what the sale may give, in which nothing is yet: one for each
        of its pieces, if all of them were gift cards.

        A blank gift card is one of the wallets that were shown: it can be loaded.
        """
        programmes = tuple(programmes)
        if not any(map(gives_codes, programmes)):
            return standing
        if self._chance is not None:
            # Those that a basket has it keeps, so that whatever is judged twice is the same sale.
            wanted = FRESH if pieces <= FRESH // 2 else min(FRESH + pieces, FRESH_MOST)
            more = range(wanted - len(self._fresh))
            self._fresh += tuple(WalletId(self._chance()) for _ in more)
        held = {holding.account.wallet for holding in standing.holdings}
        blank = [wallet for wallet in standing.bearers if wallet not in held]
        empty = tuple(
            Holding(account=Account(wallet, unit), sums=NOTHING)
            for wallet in blank
            for unit in sorted(set(gift_card_units(programmes)))
        )
        return replace(standing, fresh=self._fresh, holdings=(*standing.holdings, *empty))


def gives_codes(programme: Programme) -> bool:
    """Whether somebody may get a code by it."""
    earned = programme.unit is not None and programme.unit.held == "bearer" and programme.earn
    return bool(earned) or any(
        isinstance(reward.benefit, GivenUnits) and reward.benefit.bearer
        for reward in programme.rewards
    )


def gift_card_units(programmes: Iterable[Programme]) -> Iterator[UnitId]:
    """The units that gift cards hold."""
    for programme in programmes:
        unit = programme.unit
        if unit is not None and unit.held == "bearer" and unit.kind is UnitKind.MONEY:
            yield UnitId(unit.id)


def unfilled(evaluation: Evaluation, programmes: Iterable[Programme]) -> bool:
    """Whether a gift card is paid for that nothing could be loaded onto."""
    loading = {
        (one.programme, rule.id)
        for one in programmes
        if one.unit is not None and one.unit.id in set(gift_card_units((one,)))
        for rule in one.earn
    }
    return any(
        one.earns and one.reason.units > 0 and (one.programme, one.rule) in loading
        for one in evaluation.not_applied
    )
