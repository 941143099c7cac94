"""What makes vouchers and gift cards safe, each taken out for a while, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from terminal.loyalty import refunding
from terminal.loyalty.engine.evaluation import Evaluation, together
from terminal.loyalty.engine.run import evaluate
from terminal.loyalty.ledger import Entry
from terminal.loyalty.sale import Sale, sale_entries
from terminal.loyalty.standing import Standing
from terminal.loyalty.wallet import Account, WalletId
from terminal.server.ledger import settling as server_settling
from terminal.simulation import counter
from terminal.simulation.replacing import replaced
from terminal.simulation.scenario import CODE_UNITS
from terminal.till.checkout import genuine
from terminal.till.database import journal
from terminal.till.database.balances import missing_rights
from terminal.till.database.bearers import StoredBearers
from terminal.till.database.code_keys import StoredCodeKeys
from terminal.till.database.quick import Connection
from terminal.till.ports import CodeKey


@contextmanager
def code_is_enough() -> Iterator[None]:
    """Who shows a code may spend what stands behind it, whoever holds the right to it."""
    known = StoredBearers.standing

    def standing(self: StoredBearers, wallets: Sequence[WalletId]) -> Standing:
        found = known(self, wallets)
        holdings = (
            replace(one, spendable=max(one.spendable, one.sums.balance)) for one in found.holdings
        )
        return replace(found, holdings=tuple(holdings))

    def lacking(
        connection: Connection, entries: tuple[Entry, ...]
    ) -> tuple[tuple[Account, int], ...]:
        return tuple(
            one for one in missing_rights(connection, entries) if one[0].unit not in CODE_UNITS
        )

    with (
        replaced(StoredBearers, "standing", standing),
        replaced(journal, "missing_rights", lacking),
    ):
        yield


def cards_share_a_code() -> AbstractContextManager[None]:
    """At the counter, as a compiled engine takes nothing out of itself."""

    def judged(*asked: Any) -> Evaluation:
        found = evaluate(*asked)
        return replace(found, earned=together(found.earned))

    return replaced(counter, "evaluate", judged)


def gift_card_not_charged() -> AbstractContextManager[None]:
    def entries(sale: Sale) -> tuple[Entry, ...]:
        return sale_entries(
            replace(sale, tenders=tuple(replace(one, account=None) for one in sale.tenders))
        )

    return replaced(journal, "sale_entries", entries)


@contextmanager
def card_may_owe() -> Iterator[None]:
    """At the till and at the server, which would ask the same."""

    def nobody(*_given: object) -> tuple[frozenset[Account], frozenset[Account]]:
        return frozenset(), frozenset()

    with (
        replaced(refunding, "bearer_accounts", nobody),
        replaced(server_settling, "bearer_accounts", nobody),
    ):
        yield


def number_is_enough() -> AbstractContextManager[None]:
    return replaced(genuine, "signing_key", lambda _code, keys: next(iter(keys), None))


def withdrawal_unheeded() -> AbstractContextManager[None]:
    known = StoredCodeKeys.numbered

    def numbered(self: StoredCodeKeys, number: int) -> tuple[CodeKey, ...]:
        return tuple(CodeKey(one.key) for one in known(self, number))

    return replaced(StoredCodeKeys, "numbered", numbered)
