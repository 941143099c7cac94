"""Getting a fact ready to be applied: everything that can be wrong with it is found here.

What comes out can be folded without failing. Pure.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from terminal.loyalty.bodies import (
    Body,
    CardMet,
    CardReplaced,
    ConsentGiven,
    ConsentWithdrawn,
    CountedOnce,
    LotExtended,
    LotWarned,
    MemberEnrolled,
    RefundSettled,
    RightsReceived,
    RightsWrittenOff,
    UnitsVested,
    read_body,
)
from terminal.loyalty.counting import COUNTING, FactCounts, counts_of_fact, counts_of_plain
from terminal.loyalty.facts import Fact, FactKind
from terminal.loyalty.ledger import EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.server.database.logs import LogRole
from terminal.wire.glance import sale_glance

UNIT_LONGEST = 64
VESTS_NEVER = "9999-12-31"
"""The day of pending units of which the sale does not say when they vest: a person decides."""

_BY_ANYBODY: Mapping[str, type[Body]] = {
    FactKind.MEMBER_ENROLLED: MemberEnrolled,
    FactKind.CARD_MET: CardMet,
    FactKind.CARD_REPLACED: CardReplaced,
    FactKind.CONSENT_GIVEN: ConsentGiven,
    FactKind.CONSENT_WITHDRAWN: ConsentWithdrawn,
    FactKind.RIGHTS_RECEIVED: RightsReceived,
    FactKind.LOT_WARNED: LotWarned,
}
_BY_SERVER: Mapping[str, type[Body]] = {
    FactKind.LOT_WARNED: LotWarned,
    FactKind.LOT_EXTENDED: LotExtended,
    FactKind.UNITS_VESTED: UnitsVested,
    FactKind.COUNTED_ONCE: CountedOnce,
    FactKind.REFUND_SETTLED: RefundSettled,
    FactKind.RIGHTS_WRITTEN_OFF: RightsWrittenOff,
}
"""Bodies that move something; a till that writes one of these moves its entries and no more."""

_WALLET = re.compile(r"[0-9a-f]{32}")
_is_wallet = _WALLET.fullmatch
_PURPOSE = re.compile(r"[a-z_]{1,32}")


class Unfit(ValueError):
    """A fact that is kept and not applied; the message is the reason, a short key first."""


@dataclass(frozen=True, slots=True)
class ReadyFact:
    """A fact whose form is proven."""

    fact: Fact
    body: Body | None
    """Of kinds that move something beside their entries."""
    vesting: tuple[tuple[Account, str, int], ...] = ()
    """What it brought that vests later: (account, day, n)."""
    counted: FactCounts | None = None
    """What counts for a member: of facts that name a wallet for it."""

    @property
    def accounts(self) -> set[Account]:
        """Every account that the fact moves or speaks of."""
        found = {entry.account for entry in self.fact.entries}
        if isinstance(self.body, LotWarned | LotExtended):
            found.add(Account(self.body.wallet, self.body.unit))
        if isinstance(self.body, RightsWrittenOff):
            found |= {Account(wallet, unit) for wallet, unit, _ in self.body.rights}
        return found

    @property
    def wallets(self) -> set[WalletId]:
        """Every wallet that the fact moves or speaks of."""
        found = {account.wallet for account in self.accounts}
        if isinstance(self.body, MemberEnrolled | CardMet):
            found.add(self.body.wallet)
        if self.counted is not None:
            found.add(WalletId(self.counted.wallet))
        return found


def ready(fact: Fact, role: str) -> ReadyFact:
    """Prove a fact of a log with that role.

    Raises:
        Unfit: it cannot be applied; the message says why.
    """
    vests = False
    for account, kind, _, _ in fact.entries:
        _demand_form(account)
        vests = vests or kind is EntryKind.EARN_PENDING
    shape = (_BY_SERVER if role == LogRole.SERVER else _BY_ANYBODY).get(fact.kind)
    body = None
    if shape is not None:
        try:
            body = read_body(shape, fact.body)
        except (ValueError, RecursionError) as error:
            raise Unfit(f"body: {error}") from error
    made = ReadyFact(fact, body, _vesting(fact) if vests else (), counted(fact))
    if body is not None:
        for account in made.accounts:
            _demand_form(account)
        for wallet in made.wallets:
            _demand_wallet(wallet)
        if isinstance(body, CardReplaced | ConsentGiven | ConsentWithdrawn):
            _demand_person(body)
    return made


def counted(fact: Fact) -> FactCounts | None:
    """What a fact counts for a member; None where it names no wallet for that."""
    if fact.kind not in COUNTING or _SOMEBODY not in fact.body:
        return None  # nobody showed a card, so nobody need look further
    seen = sale_glance(fact.body) if fact.kind == FactKind.SALE_RECORDED else None
    if seen is None:
        found = counts_of_fact(fact.kind, fact.body)
    else:
        found = counts_of_plain(fact.kind, seen)
    return found if found is not None and found.wallet else None


_SOMEBODY = b'"member":"'


def _vesting(fact: Fact) -> tuple[tuple[Account, str, int], ...]:
    """What vests later of a fact, by day; of a sale what the body does not explain never does."""
    pending: dict[Account, int] = {}
    for entry in fact.entries:
        if entry.kind is EntryKind.EARN_PENDING:
            pending[entry.account] = pending.get(entry.account, 0) + entry.n
    if not pending or fact.kind not in (FactKind.SALE_RECORDED, FactKind.UNITS_ADJUSTED):
        return ()
    unexplained = _unexplained(pending) if fact.kind == FactKind.SALE_RECORDED else ()
    found: dict[tuple[Account, str], int] = {}
    for account, vests, n in (*_told_to_vest(fact.body), *unexplained):
        counted = min(n, pending.get(account, 0))
        if counted > 0:
            pending[account] -= counted
            found[account, vests] = found.get((account, vests), 0) + counted
    return tuple((account, vests, n) for (account, vests), n in found.items())


def _told_to_vest(body: bytes) -> list[tuple[Account, str, int]]:
    """(account, day, n) as a body says; read by hand, since the whole of it is slow."""
    told: list[tuple[Account, str, int]] = []
    try:
        for one in json.loads(body).get("earned", ()):
            if one.get("vests") is not None:
                wallet, unit = one["account"]
                vests = _iso_day(one["vests"])
                told.append((Account(WalletId(wallet), UnitId(unit)), vests, int(one["n"])))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return []
    return told


def _iso_day(raw: Any) -> str:
    if not isinstance(raw, str) or not _DAY.fullmatch(raw):
        raise ValueError(f"no day: {raw!r}")
    return raw


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _unexplained(pending: Mapping[Account, int]) -> list[tuple[Account, str, int]]:
    return [(account, VESTS_NEVER, n) for account, n in pending.items()]


def _demand_form(account: Account) -> None:
    wallet, unit = account
    if not _is_wallet(wallet):
        _demand_wallet(wallet)
    if not _is_unit(unit):
        raise Unfit("unit_form: a unit is named by 1 to 64 signs")


def _demand_person(body: CardReplaced | ConsentGiven | ConsentWithdrawn) -> None:
    """Rows of people are made of these, so they must be ids."""
    keys = [body.member]
    if isinstance(body, CardReplaced):
        keys += [body.card, *filter(None, [body.before])]
    elif not _PURPOSE.fullmatch(body.purpose):
        raise Unfit("purpose_form: a purpose is a short word")
    if not all(_WALLET.fullmatch(key) for key in keys):
        raise Unfit("person_form: members and cards are 32 hex digits")


def _demand_wallet(wallet: str) -> None:
    if not _WALLET.fullmatch(wallet):
        raise Unfit("wallet_form: a wallet is 32 hex digits")


@lru_cache(maxsize=4096)
def _is_unit(unit: str) -> bool:
    return 1 <= len(unit) <= UNIT_LONGEST and not any(
        unicodedata.category(sign) in {"Cc", "Cs"} for sign in unit
    )
