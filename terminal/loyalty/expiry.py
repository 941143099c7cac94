"""The end of a lot: who is warned of it when, and what becomes of units that were not spent.

Units cannot end in silence. Their member is warned at least 14 days before; without that they
stay usable for 30 days more, again and again, and after a year of that a person decides. Nothing
here reads or writes: every step is an `Outcome` for somebody else to record.

A lot is named by the expiry day *as earned*, for ever; an extension gives it a later last day and
moves no sum. A warning counts if it told the last day that holds now: whoever was told "30 April"
knows nothing of 30 May.

Example: 40 points end on 30 April. Told on a slip in March: on 1 May they expire. Told nobody:
on 1 May they stay usable until 30 May, and slips of May tell that day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from terminal.loyalty.last_days import extended_until
from terminal.loyalty.ledger import (
    Entry,
    EntryKind,
    Lot,
    expirable,
    expired_too_much,
    fold,
    lots,
    spendable_lots,
    unspent,
)
from terminal.loyalty.ledger import apply as apply_entry
from terminal.loyalty.statement import AccountStatement, last_day_of
from terminal.loyalty.units import ExpiresAfter
from terminal.loyalty.units import last_day as counted_from
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.values import dataclass

WARNED_AHEAD = timedelta(days=14)
"""A warning is in good time if it came at least so long before the last day."""

WARNED_AT_MOST_AHEAD = timedelta(days=90)
"""Earlier than that a date says little to anybody, so a till does not call it a warning."""


BRING = frozenset({EntryKind.EARN, EntryKind.EARN_PENDING, EntryKind.VEST})
"""The kinds of entries by which units come, or may be spent."""


class Told(NamedTuple):
    """What a member was told: units of this expiry day (as earned) end after ``last_day``."""

    day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LotToWarn:
    """Units whose end would be told in good time today."""

    day: date
    """The expiry day as earned, which names the lot."""
    last_day: date
    n: int

    @property
    def told(self) -> Told:
        """What telling it today comes to."""
        return Told(self.day, self.last_day)


def lots_to_warn(
    account: AccountStatement, today: date, already: Collection[Told] = ()
) -> tuple[LotToWarn, ...]:
    """The lots whose last day, if it is shown to the member today, counts as a warning.

    ``account`` is the statement, its sums with the till's own tail folded on top; ``already`` is
    what own facts told of this account. Whoever shows only some of the lots records only those.
    """
    return tuple(
        LotToWarn(day=lot.day, last_day=last, n=lot.n)
        for lot in spendable_lots(account.sums)
        if lot.day is not None
        and lot.day not in account.warned
        and is_warning(today, last := last_day_of(account, lot.day))
        and Told(lot.day, last) not in already
    )


def in_good_time(today: date, last_day: date) -> bool:
    """Whether telling a last day today is not too late for a warning."""
    return today + WARNED_AHEAD <= last_day


def is_warning(today: date, last_day: date) -> bool:
    """Whether telling a last day today is a warning: neither too late nor too early for one."""
    return in_good_time(today, last_day) and last_day - today <= WARNED_AT_MOST_AHEAD


def warned_days(
    warnings: Collection[tuple[Told, date]],
    extended: Iterable[tuple[date, date]],
    shown: Collection[tuple[date, date]] = (),
) -> tuple[date, ...]:
    """The lots of an account whose member knows the last day that holds now, in order.

    ``warnings`` are (what was told, on which day), ``extended`` as in a statement. ``shown`` are
    (last day, on which day) of purchases that moved units on, those that came back included:
    whoever was told a later day since, or on the same day, knows nothing of the earlier one.
    """
    until = dict(extended)
    return tuple(
        sorted(
            {
                told.day
                for told, on in warnings
                if told.last_day == until.get(told.day, told.day)
                and in_good_time(on, told.last_day)
                and not any(last > told.last_day and on <= since for last, since in shown)
                and not any(
                    other.day == told.day and other.last_day > told.last_day and on <= since
                    for other, since in warnings
                )
            }
        )
    )


# --- what the calendar does on the day after ------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpiryTerms:
    """The owner's settings for units whose end nobody was told."""

    step_days: int = 30
    """By so many days at a time they stay usable."""
    months_most: int = 12
    """So long after the day as earned; then a person decides."""


USUAL_TERMS = ExpiryTerms()


class Because(StrEnum):
    """Why a lot stays usable, as its fact says."""

    NOT_WARNED = "not_warned"
    GIVEN_BACK_LATE = "given_back_late"
    ACTIVE = "active"
    """The member bought something since, and the units end by inactivity alone."""
    OWNER = "owner"
    """A person decided so."""


class Expire(NamedTuple):
    """``n`` units of a lot end, by an entry of the server; their rights sit in its pool."""

    day: date
    n: int


class Recall(NamedTuple):
    """Rights to ``n`` units are asked back from the tills; then one looks again."""

    n: int


class Extend(NamedTuple):
    """What is left of a lot stays usable until a later day."""

    day: date
    until: date
    because: Because


class Decide(NamedTuple):
    """A lot is listed for a person: it may neither end in silence nor stay for ever."""

    day: date
    n: int


Outcome = Expire | Recall | Extend | Decide


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingAccount:
    """An account as the calendar finds it."""

    stated: AccountStatement
    """With the extensions that facts tell of, and warnings of the days that hold."""
    pool: int
    """Rights that sit at the server."""
    rights_out: int
    """Rights in the hands of tills, or on their way there."""
    given_back: tuple[tuple[date, int], ...] = ()
    """(business day, n) of spent units that were given back."""
    came: tuple[tuple[Entry, date], ...] = ()
    """Entries by which units were earned or vested, with their business days; those of days that
    were in good time to warn of all lots may be left out, if they are not pending.
    """
    let_go: frozenset[date] = frozenset()
    """Lots that a person decided to let end, although nobody was told."""
    renewed_to: date | None = None
    """The last day that the member's purchases give all units; see ``activity``."""


def at_the_end(
    ending: EndingAccount, today: date, terms: ExpiryTerms = USUAL_TERMS
) -> tuple[Outcome, ...]:
    """What becomes of the lots of an account whose last day is over; nothing if there are none.

    Doing it and asking again on the same day gives nothing new, except what was waiting for
    rights that have come back meanwhile.
    """
    outcomes: list[Outcome] = []
    until, stated = ending.renewed_to, ending.stated
    now = replace(stated, extended=extended_until(stated.sums, stated.extended, until))
    left, recalled = replace(ending, stated=now), 0
    for lot in lots(stated.sums):
        if lot.day is None or last_day_of(stated, lot.day) >= today:
            continue
        if until is not None and until > last_day_of(stated, lot.day):
            # Also if that is over by now: what was used until then was used of it.
            outcomes.append(Extend(lot.day, until, Because.ACTIVE))
            if until >= today:
                continue
        for one in _end_of(lot, left, today, terms):
            if isinstance(one, Recall):
                recalled = max(recalled, one.n)
                continue
            outcomes.append(one)
            if isinstance(one, Expire):
                left = _expired(left, one)
    return (*outcomes, *((Recall(recalled),) if recalled else ()))


def _end_of(lot: Lot, ending: EndingAccount, today: date, terms: ExpiryTerms) -> Iterator[Outcome]:
    assert lot.day is not None
    if lot.day not in ending.stated.warned and lot.day not in ending.let_go:
        yield _stays(lot.day, lot.n, Because.NOT_WARNED, ending, today, terms)
        return
    back = new = 0
    if lot.day not in ending.let_go:
        back, new = given_back_late(ending, lot), earned_late(ending, lot)
    late = min(lot.n, back + new)
    now = min(lot.n - late, _expirable(ending, lot.day))
    if now:
        yield Expire(lot.day, now)
    waiting = lot.n - late - now
    missing = _to_recall(_expired(ending, Expire(lot.day, now)), lot.day, waiting) if waiting else 0
    if missing:
        yield Recall(missing)
    elif late:
        because = Because.NOT_WARNED if new else Because.GIVEN_BACK_LATE
        yield _stays(lot.day, lot.n - now, because, ending, today, terms)


def given_back_late(ending: EndingAccount, lot: Lot) -> int:
    """How many units of a lot are there only because they were given back too late to warn."""
    assert lot.day is not None
    last = last_day_of(ending.stated, lot.day)
    late = sum(n for on, n in ending.given_back if not in_good_time(on, last))
    if not late:
        return 0
    sums = ending.stated.sums
    without = lots(replace(sums, used=sums.used + late))
    return lot.n - sum(one.n for one in without if one.day == lot.day)


def earned_late(ending: EndingAccount, lot: Lot) -> int:
    """How many units of a lot came, or could be spent, only when it was too late to warn of it.

    Such as in the last days of a campaign at whose end all of its units end. Those that vest are of
    no lot in particular, so they count for every lot that had units to vest.
    """
    assert lot.day is not None
    last = last_day_of(ending.stated, lot.day)
    came, vested, pending = 0, 0, 0
    for entry, on in ending.came:
        late = not in_good_time(on, last)
        if entry.kind is EntryKind.VEST:
            vested += entry.n if late else 0
        elif entry.day == lot.day:
            came += entry.n if late and entry.kind is EntryKind.EARN else 0
            pending += entry.n if entry.kind is EntryKind.EARN_PENDING else 0
    return came + min(vested, pending)


def _stays(
    day: date, n: int, because: Because, ending: EndingAccount, today: date, terms: ExpiryTerms
) -> Outcome:
    """The next last day that leaves time to tell it, if the owner lets units stay so long."""
    until = last_day_of(ending.stated, day)
    while not (today <= until and in_good_time(today, until)):
        until += timedelta(days=terms.step_days)
    latest = counted_from(ExpiresAfter(months=terms.months_most), day)
    if latest is None or until > latest:
        return Decide(day, n)
    return Extend(day, until, because)


def _expirable(ending: EndingAccount, day: date) -> int:
    return expirable(
        ending.stated.sums, up_to=day, pool=ending.pool, rights_out=max(0, ending.rights_out)
    )


def _to_recall(ending: EndingAccount, day: date, n: int) -> int:
    """How many rights must come back before n more units of a lot may expire.

    Those that stay out may be spent already, and would be spent of the earliest units.
    """
    out = max(0, ending.rights_out)
    spare = unspent(ending.stated.sums, up_to=day) - n
    return max(0, min(out, max(n - ending.pool, out - spare)))


def _expired(ending: EndingAccount, one: Expire) -> EndingAccount:
    if not one.n:
        return ending
    entry = Entry(Account(WalletId(""), UnitId("")), EntryKind.EXPIRE, one.n, one.day)
    stated = replace(ending.stated, sums=apply_entry(ending.stated.sums, entry))
    return replace(ending, stated=stated, pool=ending.pool - one.n)


# --- what facts that came late show ---------------------------------------------------------------

_OF_EXPIRY = frozenset({EntryKind.EXPIRE, EntryKind.UNEXPIRE})


def _is_of(entry: Entry, day: date) -> bool:
    """Whether an entry tells of lots up to that day, whenever it was written."""
    if entry.kind is EntryKind.UNEARN:
        return entry.day is not None and entry.day <= day
    return entry.kind in _OF_EXPIRY


def brought_back(
    entries: Sequence[tuple[Entry, date]], extended: Mapping[date, date]
) -> dict[date, tuple[Entry, ...]]:
    """The ``unexpire`` entries that an account needs, by the day up to which too much expired.

    ``entries`` are all of the account with their business days. Of an extended lot, what was used
    until its later last day was used of it. What was taken back of a lot counts whenever goods
    came back: what expired of it is nobody's loss a second time.
    """
    corrections: dict[date, tuple[Entry, ...]] = {}
    known = list(entries)
    days = {one.day for one, _ in entries if one.kind is EntryKind.EXPIRE and one.day}
    for day in sorted(days):
        last = extended.get(day, day)
        counted = [one for one, on in known if on <= last or _is_of(one, day)]
        account = counted[0].account
        sums = fold(counted)[account]
        missing = expired_too_much(sums, up_to=day)
        back: list[Entry] = []
        for of_day, n in reversed(sums.expired):
            if of_day is not None and of_day <= day and missing > 0 and n > 0:
                back.append(Entry(account, EntryKind.UNEXPIRE, min(n, missing), of_day))
                missing -= back[-1].n
        if back:
            corrections[day] = tuple(back)
            known += [(one, day) for one in back]
    return corrections


def ended_while_active(
    entries: Iterable[tuple[Entry, date]], active_on: Callable[[date], date | None]
) -> tuple[Entry, ...]:
    """The ``unexpire`` entries of lots that ended although a purchase had moved their day on: it
    was made at a till of which nobody had heard yet.

    ``entries`` are all of an account with their business days; ``active_on`` tells what purchases
    before a day give. What was brought back since then for whatever reason is not brought back
    again.
    """
    of_day: dict[date, list[tuple[Entry, date]]] = {}
    for one, on in entries:
        if one.kind in _OF_EXPIRY and one.day is not None:
            of_day.setdefault(one.day, []).append((one, on))
    back: list[Entry] = []
    for day, some in sorted(of_day.items()):
        ended = [(one, on) for one, on in some if one.kind is EntryKind.EXPIRE]
        wrong = [(one, on) for one, on in ended if (active_on(on) or date.min) >= on]
        if not wrong:
            continue
        first = min(on for _, on in wrong)
        returned = [(one.n, on) for one, on in some if one.kind is EntryKind.UNEXPIRE]
        missing = sum(one.n for one, _ in wrong) - sum(n for n, on in returned if on >= first)
        left = sum(one.n for one, _ in ended) - sum(n for n, _ in returned)
        if (n := min(missing, left)) > 0:
            back.append(Entry(some[0][0].account, EntryKind.UNEXPIRE, n, day))
    return tuple(back)
