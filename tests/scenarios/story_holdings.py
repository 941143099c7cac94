"""What is there at a till in a story: units by their names, lots, tiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from terminal.loyalty.activity import with_last_days
from terminal.loyalty.ledger import Sums
from terminal.loyalty.standing import Holding, Standing
from terminal.loyalty.story.told import LotLeft
from terminal.loyalty.tiers import with_tier
from terminal.loyalty.wallet import WalletId

if TYPE_CHECKING:
    from tests.scenarios.story_till import StoryTill


def holdings(shop: StoryTill, wallet: WalletId) -> tuple[Holding, ...]:
    return shop.till.database.bearers.standing((wallet,)).holdings


def all_standing(shop: StoryTill) -> dict[str, Standing]:
    """What every member whom this till knows has, and every code, with the days that hold."""
    database = shop.till.database
    revisions, today = database.programmes.revisions(), shop.clock.now().business_day
    known = [name for name in shop.cards if database.members.by_id(name) is not None]
    of_codes = {code: database.bearers.standing((one,)) for code, one in shop.codes.items()}
    return {
        name: with_last_days(database.members.standing(name), revisions, today) for name in known
    } | of_codes


def all_held(shop: StoryTill) -> dict[str, tuple[Holding, ...]]:
    """The accounts of every member whom this till knows, and of every code."""
    return {name: one.holdings for name, one in all_standing(shop).items()}


def units(shop: StoryTill, n_of: Callable[[Sums], int]) -> dict[str, dict[str, int]]:
    """Units by member and code, zeros left out."""
    found: dict[str, dict[str, int]] = {}
    for name, holdings in all_held(shop).items():
        units = found.setdefault(name, {})
        for one in holdings:
            units[one.account.unit] = units.get(one.account.unit, 0) + n_of(one.sums)
    return {name: {unit: n for unit, n in units.items() if n} for name, units in found.items()}


def lots_left(shop: StoryTill) -> dict[str, dict[str, tuple[LotLeft, ...]]]:
    """Units by their last day, as the member's story on the screen has them."""
    found: dict[str, dict[str, Counter[date | None]]] = {}
    for name, standing in all_standing(shop).items():
        units = found.setdefault(name, {})
        for one in standing.holdings:
            for lot in standing.lots(one):
                units.setdefault(one.account.unit, Counter())[lot.day] += lot.n
    return {
        name: {
            unit: tuple(
                LotLeft(n, until)
                for until, n in sorted(
                    lots.items(), key=lambda lot: (lot[0] is None, lot[0] or date.max)
                )
            )
            for unit, lots in units.items()
        }
        for name, units in found.items()
    }


def spendable(shop: StoryTill) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for name, holdings in all_held(shop).items():
        units = found.setdefault(name, {})
        for one in holdings:
            if one.spendable > 0:
                units[one.account.unit] = units.get(one.account.unit, 0) + one.spendable
    return found


def tiers(shop: StoryTill) -> Mapping[str, str]:
    """Everybody's tier as the till would count it now."""
    now = shop.clock.now()
    programmes = shop.till.database.programmes.revisions()
    tiers = {}
    for name in shop.cards:
        if shop.till.database.members.by_id(name) is None:
            continue
        standing = shop.till.database.members.standing(name)
        traits = with_tier(standing, programmes, now.business_day).traits
        if traits is not None and traits.tier:
            tiers[name] = traits.tier
    return tiers
