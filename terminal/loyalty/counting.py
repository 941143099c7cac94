"""What facts add to the counts of ``history``, and which counts rules can ask for. Pure.

Till and server fold the same counts out of the same bodies: the till as it records, the server as
it takes in. Counts belong to the wallet to which the sale's units went, so a member whose doubles
were joined has the sum of all their wallets without anything being added up.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from terminal.loyalty.conditions import Away, Limit, Occasion, Period, Purchases, Spending
from terminal.loyalty.engine.evaluation import Why
from terminal.loyalty.facts import FactKind
from terminal.loyalty.history import (
    PURCHASES,
    SPENT,
    Counted,
    brought,
    first_day,
    had,
    had_under,
    rest,
)
from terminal.loyalty.money import tax_upon
from terminal.loyalty.plain import to_lean
from terminal.loyalty.programme import Programme
from terminal.loyalty.sale import SaleRecord
from terminal.values import dataclass

KEPT_DAYS = 31
"""Purchases and money spent are told by day for so long, whatever rules there are: one that is
published tomorrow finds a month, and everything before it as one sum."""
LARGEST_COUNTED = 10**12
"""As much as one entry may move: the sums of millions of the largest are whole numbers everywhere."""
NAME_LONGEST = 160

_WALLET = re.compile(r"[0-9a-f]{32}")
_OF_OPERATORS = ("had:", "brought:")


class FactCounts(NamedTuple):
    """What one fact counts. ``wallet`` is empty where nobody showed a card."""

    wallet: str
    counts: tuple[Counted, ...]

    @property
    def of_operator(self) -> tuple[Counted, ...]:
        """What counts for whoever served: rewards given, units brought."""
        return tuple(one for one in self.counts if one.name.startswith(_OF_OPERATORS))


COUNTS_NOTHING = FactCounts(wallet="", counts=())


def counted(record: SaleRecord) -> tuple[Counted, ...]:
    """What a sale adds to the counts, all on its business day.

    Money spent is what was paid for goods that earn, tax included, rewards taken off: deposits
    and the like do not count, and a gift card counts when it buys something, not when it is sold.
    Without a card only rewards and units count, for whoever served.
    """
    return _of_sale(to_lean(record)).counts


def counts_of_fact(kind: str, body: bytes) -> FactCounts | None:
    """What the body of a fact counts; None where it counts nothing, or cannot be read."""
    if kind not in COUNTING:
        return None
    try:
        # As text, which needs no look at what encoding it is: servers read thousands a second.
        plain = json.loads(body.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError):
        return None
    return counts_of_plain(kind, plain)


def counts_of_plain(kind: str, plain: Mapping[str, Any]) -> FactCounts | None:
    """The same of a body that was read already, wholly or what counts of it."""
    try:
        found: FactCounts = _READERS[kind](plain)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return found if found.counts and all(map(_fits, found.counts)) else None


def _of_sale(body: Mapping[str, Any]) -> FactCounts:
    """Read from the plain content: servers read thousands of bodies a second."""
    day = date.fromisoformat(body["at"]["business_day"])
    wallet = _wallet_of(body)
    counts: dict[str, int] = {PURCHASES: 1, SPENT: _spent(body)} if wallet else {}
    for one in body.get("applied", ()):
        _add(counts, had(*one["name"]), one["times"])
    carrying: set[tuple[int, str]] = set()
    for one in body.get("earned", ()):
        if one.get("by_reward"):
            continue  # that is one of the reward's
        programme, rule = one["programme"], one["rule"]
        _add(counts, brought(programme, rule), one["n"])
        if "counted" in one:
            carrying.add((programme, rule))
            _add(counts, rest(programme, rule), one["counted"])
        if (programme, rule) in carrying:  # of several codes the first one tells what was counted
            made = one["n"] * parts_of_unit(one["reason"].get("per", 0))
            _add(counts, rest(programme, rule), -made)
    for programme, rule, n in body.get("carried", ()):
        _add(counts, rest(programme, rule), n)
    return FactCounts(wallet, tuple([Counted(name, day, n) for name, n in counts.items() if n]))


def _of_what_it_says(body: Mapping[str, Any]) -> FactCounts:
    """A refund says itself what it takes away, on the day of the sale; so do units without one."""
    told = (Counted(name, date.fromisoformat(day), n) for name, day, n in body.get("counts", ()))
    return FactCounts(_wallet_of(body), tuple(told))


_READERS = {
    FactKind.SALE_RECORDED.value: _of_sale,
    FactKind.REFUND_RECORDED.value: _of_what_it_says,
    FactKind.REFUND_SETTLED.value: _of_what_it_says,
    FactKind.UNITS_ADJUSTED.value: _of_what_it_says,
}
COUNTING = frozenset(_READERS)
"""The kinds of facts that may count anything."""


def _wallet_of(body: Mapping[str, Any]) -> str:
    """The member's first wallet; a sale of before it was written down told it by its units."""
    if not body.get("member"):
        return ""
    told = body.get("wallet")
    if not told:
        moved = (*body.get("earned", ()), *body.get("taken", ()))
        earned = [one["account"][0] for one in moved]
        stated = [one[0] for one in body.get("statements", ())]
        told = next(iter((*earned, *stated)), "")
    return told if isinstance(told, str) and _WALLET.fullmatch(told) else ""


def _spent(body: Mapping[str, Any]) -> int:
    paid = 0
    by_rate: dict[int, int] = {}
    before_tax = body["prices_include_tax"] is False
    for line in body["lines"]:
        if "earning" in line and not line["earning"]:
            continue
        net = line["gross"] - line["discount"] if "discount" in line else line["gross"]
        paid += net
        if before_tax:
            by_rate[line["vat"]] = by_rate.get(line["vat"], 0) + net
    for rate, net in by_rate.items():
        paid += tax_upon(net, rate)
    if "bearers" in body:
        paid -= sum(_gift_cards(body))
    return max(0, paid)


def parts_of_unit(per: int) -> int:
    """How much a rule that carries on counts for one unit; ``per`` as its reason tells it."""
    return (per or 1) * 100


def _gift_cards(body: Mapping[str, Any]) -> Iterator[int]:
    """Money that went onto the cards of bearers, one unit for each minor unit: of goods that count
    as spent, since all others are left out already.
    """
    lines = [one for one in body["lines"] if not one.get("earning", True)]
    apart = {one["key"] for one in lines if "key" in one}
    # Onto a card that had been in use, which tells no line, one such purchase is loaded whole.
    whole = [one["gross"] for one in lines]
    bearers = {one["wallet"] for one in body.get("bearers", ())}
    for one in body.get("earned", ()) if bearers else ():
        reason = one["reason"]
        paid_for = reason["why"] == Why.EARNED_PER_MONEY and reason.get("amount", 0) == one["n"]
        if one["account"][0] in bearers and paid_for:
            line = one.get("line")
            if line in apart if line is not None else one["n"] in (*whole, sum(whole)):
                continue
            yield one["n"]


def _add(counts: dict[str, int], name: str, n: int) -> None:
    counts[name] = counts.get(name, 0) + n


def _fits(one: Counted) -> bool:
    name, _, n = one
    return type(n) is int and -LARGEST_COUNTED <= n <= LARGEST_COUNTED and _is_name(name)


# Names are few, those of programmes and their rules, and come again and again.
@lru_cache(maxsize=4096)
def _is_name(name: str) -> bool:
    return len(name) <= NAME_LONGEST and name.isprintable()


# --- what rules can ask for ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Counts that rules ask for: by name the first day of which every day is needed by itself.

    What lies before counts as one sum, on the latest day of which something is left.
    """

    of_members: Mapping[str, date]
    of_operators: Mapping[str, date]


def asked(programmes: Iterable[Programme], today: date) -> Asked:
    """What these programmes can ask for, on this day or later."""
    members, operators = _Days(today), _Days(today)
    members.add(PURCHASES, Period(kind="days", days=KEPT_DAYS))
    members.add(SPENT, Period(kind="days", days=KEPT_DAYS))
    for programme in programmes:
        number = programme.programme
        for reward in programme.rewards:
            _limits(had(number, reward.id), reward.limits, members, operators)
            _occasion(reward.occasion, members)
        for rule in programme.earn:
            name = brought(number, rule.id)
            _limits(name, rule.limits, members, operators)
            _occasion(rule.occasion, members)
            for multiplier in rule.multipliers:
                _occasion(multiplier.occasion, members)
            if rule.on != "purchase":
                members.add(name, Period())
            if rule.carry:
                members.add(rest(number, rule.id), Period())
            if programme.tiers is not None:
                members.add(name, programme.tiers.period)
    return Asked(of_members=members.first, of_operators=operators.first)


def pruned(counts: Iterable[Counted], needed: Mapping[str, date]) -> tuple[Counted, ...]:
    """Counts as far as they are needed; equal ones are equal, however they were put together."""
    by_day: dict[tuple[str, date], int] = {}
    for name, day, n in counts:
        if name in needed:
            by_day[name, day] = by_day.get((name, day), 0) + n
    kept = [Counted(name, day, n) for (name, day), n in by_day.items() if n and needed[name] <= day]
    before: dict[str, int] = {}
    latest: dict[str, tuple[bool, date]] = {}
    for (name, day), n in by_day.items():
        if day < needed[name]:
            before[name] = before.get(name, 0) + n
            # What came back was nothing: the day before it is the last one.
            latest[name] = max((n > 0, day), latest.get(name, (False, day)))
    kept += [Counted(name, latest[name][1], n) for name, n in before.items() if n]
    return tuple(sorted(kept))


class _Days:
    """By name the earliest day that anything asks for by itself."""

    def __init__(self, today: date) -> None:
        self._today = today
        self.first: dict[str, date] = {}

    def add(self, name: str, period: Period) -> None:
        # A till elsewhere may still have yesterday.
        since = first_day(period, self._today - timedelta(days=1)) or self._today
        self.first[name] = min(since, self.first.get(name, since))


def _limits(name: str, limits: Iterable[Limit], members: _Days, operators: _Days) -> None:
    for limit in limits:
        for one in had_under(limit, name):
            (members if limit.per == "member" else operators).add(one, limit.period)


def _occasion(occasion: Occasion | None, members: _Days) -> None:
    match occasion:
        case Purchases(period=period):
            members.add(PURCHASES, period)
        case Spending(period=period):
            members.add(SPENT, period)
        case Away():
            members.add(PURCHASES, Period())
        case _:
            pass
