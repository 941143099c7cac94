"""What must hold after every step: pure functions over looks and the truth.

Each yields sentences about what does not hold; their names are what a violation is called. The
numbers are those of the list that the simulator was written to (see README, "The simulator").
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from terminal.loyalty.facts import FIRST_HASH, Fact, UnreadableFact, decode, fact_hash
from terminal.loyalty.wallet import Account
from terminal.simulation.looks import GrantName, ServerLook, TillLook
from terminal.simulation.truth import Truth

Reading = Callable[[str, bytes], Fact]
"""Reads a fact; what was read once under a hash need not be read again."""


class Violation(Exception):
    """Something that must hold does not."""

    def __init__(self, invariant: str, sentences: Iterable[str]) -> None:
        self.invariant = invariant
        self.sentences = tuple(sentences)
        super().__init__(f"{invariant}: {'; '.join(self.sentences[:5])}")


def demand(invariant: str, sentences: Iterable[str]) -> None:
    """Raise if there is a sentence."""
    found = tuple(sentences)
    if found:
        raise Violation(invariant, found)


def nothing_overdrawn(truth: Truth) -> Iterator[str]:
    """1: what was spent was earned, but for the exposure on the books."""
    for account in sorted({*truth.rights, *truth.minted}):
        left = truth.of(account)
        if left < -truth.allowed[account]:
            yield (
                f"{name_of(account)} was overdrawn by {-left}, "
                f"on the books are {truth.allowed[account]}"
            )


def potential_is_covered(
    server: ServerLook,
    tills: Iterable[TillLook],
    truth: Truth,
    *,
    forgetful: int | None = None,
) -> Iterator[str]:
    """2: whatever may be spent anywhere is there, but for the exposure on the books.

    The pool of a server that was put back and has not noticed is not counted: what it gives out
    before it notices is booked as it gives it.
    """
    with_pool = not server.in_quarantine and server.timeline != forgetful
    potential = potential_of(server, tuple(tills), with_pool=with_pool, had=truth.received)
    for account in sorted(potential):
        there, allowed = truth.of(account), truth.allowed[account]
        if potential[account] > max(0, there) + allowed:
            yield (
                f"of {name_of(account)} {potential[account]} may be spent, "
                f"there are {there}, on the books {allowed}"
            )


def potential_of(
    server: ServerLook,
    tills: tuple[TillLook, ...],
    *,
    with_pool: bool,
    had: Collection[tuple[str, int, int]] = (),
) -> Counter[Account]:
    """Pool, rights on live disks, grants on their way to live disks. Quarantine locks the pool.

    A log with two futures gets nothing any more: what one of them ``had`` comes to no other.
    """
    potential: Counter[Account] = Counter()
    if with_pool:
        for account, one in server.accounts.items():
            potential[account] += max(0, one.pool)
    for till in tills:
        for account, n in till.rights.items():
            potential[account] += max(0, n)
    alive = {till.incarnation for till in tills}
    arrived = frozenset[GrantName]().union(*(till.received for till in tills))
    for grant in server.sent:
        log = server.logs.get(grant.name.incarnation)
        over = log is not None and log.standing != "active" and grant.name in had
        if grant.name.incarnation in alive and grant.name not in arrived and not over:
            potential[grant.account] += grant.n
    return potential


def rights_are_conserved(server: ServerLook) -> Iterator[str]:
    """3: pool, holdings and grants on their way are all the rights that the sums make."""
    placed: Counter[Account] = Counter()
    for (account, _), n in server.held.items():
        placed[account] += n
    for grant in server.sent:
        placed[grant.account] += grant.n
    for account, one in server.accounts.items():
        if one.pool + placed[account] != one.rights:
            yield (
                f"{name_of(account)}: pool {one.pool} and {placed[account]} placed, "
                f"but the sums make {one.rights}"
            )
    for account in sorted(set(placed) - set(server.accounts)):
        if placed[account]:
            yield f"{name_of(account)}: {placed[account]} placed, and there is no such account"


def nothing_below_zero(server: ServerLook, truth: Truth) -> Iterator[str]:
    """4: no pool and no holding is below zero, but for the exposure on the books.

    In quarantine the grants that one till tells of may come before the returns of another.
    """
    for account, one in server.accounts.items():
        least = -truth.allowed[account] - truth.unvested[account]
        if one.pool < least and not server.in_quarantine:
            yield f"the pool of {name_of(account)} is {one.pool}"
        if one.debt < 0 and not truth.restored_servers:
            yield f"the debt of {name_of(account)} is {one.debt}"
    for (account, incarnation), applied in server.held.items():
        n = applied + server.parked.get((account, incarnation), 0)
        if n >= -truth.allowed[account] or server.in_quarantine:
            continue
        if n + _left_behind(server, truth, account, incarnation) < -truth.allowed[account]:
            yield f"{incarnation} holds {n} of {name_of(account)}"


def _left_behind(server: ServerLook, truth: Truth, account: Account, incarnation: str) -> int:
    """What stays with the older logs of a till, though what it spent of it was recorded anew.

    Also with those from before it was turned away and let in again as another terminal.
    """
    terminals = truth.terminals_of(server.logs[incarnation].terminal)
    older = {
        name
        for name, log in server.logs.items()
        if name != incarnation and log.terminal in terminals and log.standing != "active"
    }
    held = sum(max(0, server.held.get((account, name), 0)) for name in older)
    return held + sum(
        one.n for one in server.sent if one.account == account and one.name.incarnation in older
    )


def acknowledged_is_stored(
    server: ServerLook, till: TillLook, *, forgetful: int | None = None
) -> Iterator[str]:
    """6: what a till believes to be safe is on the server's disk, while both are of one timeline.

    ``forgetful`` is the timeline of a backup that was put back: until the server notices, and
    begins another, it does not know what it acknowledged on it.
    """
    log = server.logs.get(till.incarnation)
    if till.timeline != server.timeline or log is None or server.timeline == forgetful:
        return
    if till.acknowledged > log.stored:
        yield f"{till.till} believes {till.acknowledged} stored, there are {log.stored}"


def fenced_logs_get_nothing(before: ServerLook, after: ServerLook) -> Iterator[str]:
    """7 and 19: no new grant to a log that is not active, none at all in quarantine."""
    known = {grant.name for grant in before.sent}
    for grant in after.sent:
        if grant.name in known:
            continue
        log = after.logs.get(grant.name.incarnation)
        if log is None or log.standing != "active":
            yield f"{grant.name} was given to a log that is {log.standing if log else 'unknown'}"
        if before.in_quarantine and after.in_quarantine:
            yield f"{grant.name} was given in quarantine"


def feed_is_dense(before: ServerLook, after: ServerLook) -> Iterator[str]:
    """8: numbers of a feed have no gap and only go up, within one timeline."""
    for store, feed in after.feeds.items():
        old = before.feeds.get(store)
        if feed.rows and feed.most >= feed.upcoming:
            yield f"the feed of {store} has number {feed.most}, the next is {feed.upcoming}"
        if old is None or before.timeline != after.timeline:
            continue
        if feed.upcoming < old.upcoming:
            yield f"the feed of {store} went back from {old.upcoming} to {feed.upcoming}"
        elif feed.upcoming > old.upcoming and feed.rows and feed.most != feed.upcoming - 1:
            yield f"the feed of {store} ends at {feed.most}, the next is {feed.upcoming}"


def cursor_moves_on(
    before: TillLook, after: TillLook, server: ServerLook, *, forgetful: int | None = None
) -> Iterator[str]:
    """8: a cursor never goes back within a timeline, and never beyond what there is."""
    same = (before.timeline, before.terminal) == (after.timeline, after.terminal)
    if same and after.cursor < before.cursor:
        yield f"the cursor of {after.till} went back from {before.cursor} to {after.cursor}"
    log = server.logs.get(after.incarnation)
    feed = server.feeds.get(log.store) if log is not None else None
    if server.timeline == forgetful:
        return
    if feed is not None and after.timeline == server.timeline and after.cursor >= feed.upcoming:
        yield f"the cursor of {after.till} is {after.cursor}, the feed ends at {feed.upcoming - 1}"


def incarnations_are_new(before: TillLook, after: TillLook, truth: Truth) -> Iterator[str]:
    """8: a log that begins anew has a name that nobody ever had."""
    if before.incarnation != after.incarnation and after.incarnation in truth.incarnations:
        yield f"{after.till} took the name {after.incarnation}, which there was"


def contents_are_fenced(
    server: ServerLook, truth: Truth, stored: Mapping[str, str]
) -> Iterator[str]:
    """7: a log with two futures that both spoke is fenced. ``stored``: head by incarnation."""
    for incarnation, head in stored.items():
        log = server.logs.get(incarnation)
        if log is None or log.standing != "active" or not log.stored:
            continue
        known = truth.contents.get((incarnation, log.stored))
        if known is not None and head not in known:
            yield f"the server's fact {incarnation}.{log.stored} stood on no till's disk"


def _read(_known_hash: str, stored: bytes) -> Fact:
    return decode(stored)


def chain_holds(
    incarnation: str, facts: Iterable[tuple[int, str, bytes]], read: Reading = _read
) -> Iterator[str]:
    """11: (seq, hash, stored) of a log from its first: gapless, each hash that of its bytes."""
    before, expected = FIRST_HASH, 1
    for seq, known_hash, stored in facts:
        if seq != expected:
            yield f"{incarnation}: {expected} is missing before {seq}"
            return
        if fact_hash(stored) != known_hash:
            yield f"{incarnation}.{seq}: the bytes are not those that were hashed"
            return
        try:
            fact = read(known_hash, stored)
        except UnreadableFact as error:
            yield f"{incarnation}.{seq}: {error}"
            return
        if (fact.incarnation, fact.seq, fact.before) != (incarnation, seq, before):
            yield f"{incarnation}.{seq}: does not follow the fact before"
        before, expected = known_hash, seq + 1


def name_of(account: Account) -> str:
    """An account, short enough for a sentence."""
    return f"{account.wallet[:8]}/{account.unit}"
