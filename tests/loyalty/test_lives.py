"""Laws that hold through whole lives: after every step, and for whatever was bought and came back.

Whose second purchase comes back after the third gave something has the third once more: that is
told to the owner, and no law forbids it.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from terminal.loyalty.checking.findings import FindingKind
from terminal.loyalty.ledger import Sums
from terminal.loyalty.refund import RefundRecord, pieces_left
from terminal.loyalty.sale import SaleRecord
from terminal.loyalty.story import playing
from terminal.loyalty.story.shop import StoryShop
from terminal.loyalty.story.steps import Sell, Step, TakeBack
from terminal.loyalty.story.told import Told
from terminal.loyalty.wallet import Account
from tests.loyalty.lives import Life

STEPS = 14


def happens(shop: StoryShop, step: Step) -> Told:
    return playing._told(shop, 0, step)


@pytest.mark.parametrize("seed", range(12))
def test_a_life_breaks_no_law(seed: int) -> None:
    life = Life(Random(seed))
    shop = StoryShop(life.story, life.story.start, list(life.programmes))
    shop.fund_budgets(life.programmes)
    told = None
    for step in life.joining():
        told = happens(shop, step)
        assert not told.refused
    assert told is not None
    for _ in range(STEPS):
        step = life.next_step(shop, told)
        before = copy.deepcopy(shop)
        told = happens(shop, step)
        life.happened(step, told)
        found = {one.kind for one in told.findings}
        assert found <= {FindingKind.NTH_AGAIN}, "an honest till is found to be wrong"
        accounts_are_sound(shop)
        for name, sale in shop.sales.items():
            never_more_than_was_paid(sale, shop.refunds.get(name, []))
        if isinstance(step, Sell) and not told.refused and step.in_exchange is None:
            what_came_back_never_was(before, shop, step.name, Random(seed))


def accounts_are_sound(shop: StoryShop) -> None:
    for account, sums in shop.sums.items():
        rights = shop.rights.get(account, 0)
        assert sums.pending >= 0
        assert sums.debt >= 0
        assert rights >= 0
        assert sums.rights_in_all == rights
        assert not (sums.debt and rights), "who owes has nothing to spend"
        assert all(n >= 0 for _, n in sums.earned)


def never_more_than_was_paid(sale: SaleRecord, refunds: list[RefundRecord]) -> None:
    back: Counter[Any] = Counter()
    for one in refunds:
        assert one.due >= 0
        assert not (one.remainder and one.due)
        assert sum(tender.amount for tender in one.tenders) == one.paid_back
        back["due"] += one.due
        back["paid"] += one.paid_back
        back.update({("line", line.key): line.back for line in one.lines})
        back.update({("net", rate.rate): rate.taxable for rate in one.vat})
        back.update({("tax", rate.rate): rate.tax for rate in one.vat})
        back.update({tender.account: tender.amount for tender in one.tenders if tender.account})
    paid: Counter[Any] = Counter(due=sale.total, paid=sale.due)
    paid.update({("line", line.key): line.net for line in sale.lines})
    paid.update({("net", rate.rate): rate.taxable for rate in sale.vat})
    paid.update({("tax", rate.rate): rate.tax for rate in sale.vat})
    of_accounts = {tender.account: tender.amount for tender in sale.tenders if tender.account}
    for what, n in back.items():
        assert n <= (of_accounts if isinstance(what, Account) else paid).get(what, 0), what
    if not any(pieces_left(sale, refunds).values()):
        assert +back == +paid | {one: n for one, n in back.items() if isinstance(one, Account)}


def what_came_back_never_was(
    before: StoryShop, after: StoryShop, sale: str, chance: Random
) -> None:
    """All of it at once or in parts, by either law: everything is as it was."""
    for law in ("pro_rata", "reevaluate"):
        at_once, in_parts = copy.deepcopy(after), copy.deepcopy(after)
        told = happens(at_once, TakeBack(sale=sale, law=law))
        if told.refused:
            return  # with a card that was sold they paid something else meanwhile
        assert told.findings == ()
        assert state(at_once) == state(before)
        left = [key for key, n in pieces_left(after.sales[sale], ()).items() for _ in range(n)]
        chance.shuffle(left)
        while left:
            n = chance.randint(1, 4)
            pieces = {str(key): count for key, count in Counter(left[:n]).items()}
            told = happens(in_parts, TakeBack(sale=sale, pieces=pieces, law=law))
            assert (told.refused, told.findings) == ("", ())
            left = left[n:]
        assert state(in_parts) == state(before)


def state(shop: StoryShop) -> Mapping[str, object]:
    """What somebody may see or spend later. What is owed and what may be spent are weighed up: a
    debt that was repaid out of a right leaves the same."""
    counts: Counter[object] = Counter()
    for wallet, history in shop.histories.items():
        counts.update({(wallet, one.name, one.day): one.n for one in history.counted})
    waiting: Counter[object] = Counter()
    for one in shop.to_vest:
        waiting[one.vests, one.account] += one.n
    none = Sums()
    return {
        "sums": {
            account: (sums.earned, sums.expired, sums.used, sums.pending)
            for account, sums in shop.sums.items()
            if sums != none
        },
        "rights": {
            account: n
            for account, sums in shop.sums.items()
            if (n := shop.rights.get(account, 0) - sums.debt)
        },
        "tiers": {name: one.tier for name, one in shop.members.items()},
        "counts": {name: n for name, n in counts.items() if n},
        "waiting": {name: n for name, n in waiting.items() if n},
    }
