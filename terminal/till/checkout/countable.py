"""What of a customer's units rewards and payments may count on."""

from __future__ import annotations

from dataclasses import replace

from terminal.loyalty.standing import Standing
from terminal.till.checkout.draft import Draft


def countable(standing: Standing, draft: Draft) -> Standing:
    """Nothing of a card whose number was only typed, until somebody proves whose it is."""
    return without_rights(standing) if draft.typed else standing


def without_rights(standing: Standing) -> Standing:
    """What the member has spends nothing; whoever shows a code has what is in it."""
    kept = tuple(
        holding if holding.account.wallet in standing.bearers else replace(holding, spendable=0)
        for holding in standing.holdings
    )
    return replace(standing, holdings=kept)
