"""Every invariant can fail: a violation is planted in each, beside a world in which it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from terminal.loyalty.facts import FIRST_HASH, Fact, FactKind, encode, fact_hash
from terminal.loyalty.ledger import Entry, EntryKind
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.simulation import invariants
from terminal.simulation.invariants import Violation, demand
from terminal.simulation.looks import (
    AccountLook,
    FeedLook,
    GrantName,
    LogLook,
    SentGrant,
    ServerLook,
    TillLook,
)
from terminal.simulation.truth import Truth

POINTS = Account(WalletId("a" * 32), UnitId("points"))
LOG, OTHER = "1" * 16, "2" * 16
ACTIVE = LogLook(
    terminal="t",
    store="s",
    role="till",
    standing="active",
    timeline=1,
    stored=5,
    head="h",
    applied=5,
    quarantined=False,
)
# 100 earned, 30 used: 50 in the pool, 15 in the hands of the till, 5 on their way to it
SERVER = ServerLook(
    timeline=1,
    logs={LOG: ACTIVE},
    accounts={POINTS: AccountLook(100, 0, 30, 0, 0, 50)},
    held={(POINTS, LOG): 15},
    sent=(SentGrant(GrantName(LOG, 1, 1), POINTS, 5),),
    feeds={"s": FeedLook(upcoming=8, least=1, most=7, rows=7)},
)
TILL = TillLook(
    till="till 1",
    incarnation=LOG,
    timeline=1,
    cursor=7,
    acknowledged=5,
    next_seq=6,
    head="h",
    waiting=0,
    rights={POINTS: 15},
)


def truth(rights: int = 70, allowed: int = 0) -> Truth:
    return Truth(rights=Counter({POINTS: rights}), allowed=Counter({POINTS: allowed}))


def test_a_demand_without_sentences_passes_and_one_with_some_names_the_invariant() -> None:
    demand("fine", [])
    with pytest.raises(Violation, match="not fine: this") as raised:
        demand("not fine", ["this", "that"])
    assert raised.value.sentences == ("this", "that")


@pytest.mark.parametrize(
    ("left", "allowed", "holds"), [(0, 0, True), (-1, 0, False), (-3, 3, True)]
)
def test_what_was_spent_was_earned_or_is_on_the_books(left: int, allowed: int, holds: bool) -> None:
    assert (not list(invariants.nothing_overdrawn(truth(left, allowed)))) is holds


@pytest.mark.parametrize(
    ("there", "allowed", "holds"), [(70, 0, True), (69, 0, False), (69, 1, True)]
)
def test_whatever_may_be_spent_is_there(there: int, allowed: int, holds: bool) -> None:
    found = list(invariants.potential_is_covered(SERVER, [TILL], truth(there, allowed)))
    assert (not found) is holds


def test_a_clone_doubles_the_potential() -> None:
    clone = replace(TILL, till="clone 1")
    assert list(invariants.potential_is_covered(SERVER, [TILL, clone], truth()))


def test_a_grant_that_arrived_is_not_on_its_way_any_more() -> None:
    arrived = replace(TILL, rights={POINTS: 20}, received=frozenset({GrantName(LOG, 1, 1)}))
    assert invariants.potential_of(SERVER, (arrived,), with_pool=True)[POINTS] == 70
    assert invariants.potential_of(SERVER, (TILL,), with_pool=True)[POINTS] == 70


def test_a_grant_that_one_future_of_a_log_had_comes_to_no_other() -> None:
    had = {GrantName(LOG, 1, 1)}
    over = replace(SERVER, logs={LOG: ACTIVE._replace(standing="fenced")})
    assert invariants.potential_of(over, (TILL,), with_pool=True, had=had)[POINTS] == 65
    assert invariants.potential_of(SERVER, (TILL,), with_pool=True, had=had)[POINTS] == 70
    assert invariants.potential_of(over, (TILL,), with_pool=True)[POINTS] == 70


def test_quarantine_locks_the_pool() -> None:
    locked = replace(SERVER, logs={LOG: ACTIVE._replace(quarantined=True)})
    assert not list(invariants.potential_is_covered(locked, [TILL], truth(20)))
    assert list(invariants.potential_is_covered(locked, [TILL], truth(19)))
    assert not list(invariants.potential_is_covered(SERVER, [TILL], truth(20), forgetful=1))


def test_rights_are_conserved() -> None:
    assert not list(invariants.rights_are_conserved(SERVER))
    lost = replace(SERVER, held={})
    assert list(invariants.rights_are_conserved(lost))
    stray = replace(SERVER, held={**SERVER.held, (POINTS._replace(unit=UnitId("x")), LOG): 1})
    assert list(invariants.rights_are_conserved(stray))


def test_no_pool_and_no_holding_is_below_zero() -> None:
    assert not list(invariants.nothing_below_zero(SERVER, truth()))
    pool = replace(SERVER, accounts={POINTS: AccountLook(100, 0, 30, 0, 0, -1)})
    assert list(invariants.nothing_below_zero(pool, truth()))
    assert not list(invariants.nothing_below_zero(pool, truth(allowed=1)))
    held = replace(SERVER, held={(POINTS, LOG): -2})
    assert list(invariants.nothing_below_zero(held, truth()))
    debt = replace(SERVER, accounts={POINTS: AccountLook(100, 0, 30, 0, -1, 50)})
    assert list(invariants.nothing_below_zero(debt, truth()))


def test_what_a_log_holds_in_facts_that_are_parked_is_counted() -> None:
    held = replace(SERVER, held={(POINTS, LOG): -2}, parked={(POINTS, LOG): 2})
    assert not list(invariants.nothing_below_zero(held, truth()))
    held = replace(held, parked={(POINTS, LOG): 1})
    assert list(invariants.nothing_below_zero(held, truth()))


def test_what_was_spent_of_an_older_log_stands_against_what_is_left_there() -> None:
    logs = {LOG: ACTIVE._replace(standing="fenced"), OTHER: ACTIVE}
    anew = replace(SERVER, logs=logs, held={(POINTS, LOG): 15, (POINTS, OTHER): -20})
    assert not list(invariants.nothing_below_zero(anew, truth()))
    more = replace(anew, held={(POINTS, LOG): 15, (POINTS, OTHER): -21})
    assert list(invariants.nothing_below_zero(more, truth()))
    strangers = replace(anew, logs={**logs, LOG: logs[LOG]._replace(terminal="u")})
    assert list(invariants.nothing_below_zero(strangers, truth()))


def test_who_was_let_in_again_left_it_behind_under_the_first_name() -> None:
    """A copy that was turned away spent a grant: it joins under another name and tells of it."""
    logs = {LOG: ACTIVE._replace(standing="fenced", terminal="u"), OTHER: ACTIVE}
    anew = replace(SERVER, logs=logs, held={(POINTS, LOG): 15, (POINTS, OTHER): -20})
    known = truth()
    known.let_in.update({"t": "v", "v": "u"})
    assert not list(invariants.nothing_below_zero(anew, known))
    more = replace(anew, held={(POINTS, LOG): 15, (POINTS, OTHER): -21})
    assert list(invariants.nothing_below_zero(more, known))
    known.let_in.update({"v": "w"})
    assert list(invariants.nothing_below_zero(anew, known))


def test_what_is_acknowledged_is_stored() -> None:
    assert not list(invariants.acknowledged_is_stored(SERVER, TILL))
    assert list(invariants.acknowledged_is_stored(SERVER, replace(TILL, acknowledged=6)))
    restored = replace(SERVER, timeline=2)
    assert not list(invariants.acknowledged_is_stored(restored, replace(TILL, acknowledged=6)))


def test_a_fenced_log_and_quarantine_get_no_grant() -> None:
    given = SentGrant(GrantName(LOG, 1, 2), POINTS, 5)
    after = replace(SERVER, sent=(*SERVER.sent, given))
    assert not list(invariants.fenced_logs_get_nothing(SERVER, after))
    fenced = replace(after, logs={LOG: ACTIVE._replace(standing="fenced")})
    assert list(invariants.fenced_logs_get_nothing(SERVER, fenced))
    unknown = replace(after, logs={})
    assert list(invariants.fenced_logs_get_nothing(SERVER, unknown))
    locked = {LOG: ACTIVE, OTHER: ACTIVE._replace(quarantined=True)}
    before, after = replace(SERVER, logs=locked), replace(after, logs=locked)
    assert list(invariants.fenced_logs_get_nothing(before, after))


def test_a_feed_has_no_gap_and_goes_up() -> None:
    def feeds(upcoming: int, most: int) -> ServerLook:
        return replace(SERVER, feeds={"s": FeedLook(upcoming, 1, most, most)})

    assert not list(invariants.feed_is_dense(SERVER, feeds(9, 8)))
    assert list(invariants.feed_is_dense(SERVER, feeds(9, 7)))
    assert list(invariants.feed_is_dense(SERVER, feeds(7, 6)))
    assert list(invariants.feed_is_dense(SERVER, feeds(9, 9)))


def test_a_cursor_moves_on_and_not_beyond_the_feed() -> None:
    assert not list(invariants.cursor_moves_on(TILL, TILL, SERVER))
    assert list(invariants.cursor_moves_on(TILL, replace(TILL, cursor=6), SERVER))
    assert not list(invariants.cursor_moves_on(TILL, replace(TILL, cursor=0, timeline=2), SERVER))
    assert list(invariants.cursor_moves_on(TILL, replace(TILL, cursor=8), SERVER))


def test_an_incarnation_is_begun_once() -> None:
    anew = replace(TILL, incarnation=OTHER)
    assert not list(invariants.incarnations_are_new(TILL, anew, truth()))
    known = truth()
    known.incarnations[OTHER] = "till 2"
    assert list(invariants.incarnations_are_new(TILL, anew, known))


def test_what_the_server_holds_stood_on_a_till() -> None:
    known = truth()
    known.contents[(LOG, 5)] = {"h"}
    assert not list(invariants.contents_are_fenced(SERVER, known, {LOG: "h"}))
    assert list(invariants.contents_are_fenced(SERVER, known, {LOG: "other"}))
    fenced = replace(SERVER, logs={LOG: ACTIVE._replace(standing="fenced")})
    assert not list(invariants.contents_are_fenced(fenced, known, {LOG: "other"}))


# --- chains --------------------------------------------------------------------------------------


def chain(n: int) -> list[tuple[int, str, bytes]]:
    facts: list[tuple[int, str, bytes]] = []
    before = FIRST_HASH
    for seq in range(1, n + 1):
        stored = encode(sale(seq, before))
        before = fact_hash(stored)
        facts.append((seq, before, stored))
    return facts


def sale(seq: int, before: str, kind: str = FactKind.SALE_RECORDED, body: bytes = b"") -> Fact:
    return Fact(
        incarnation=LOG,
        seq=seq,
        before=before,
        kind=kind,
        wall_ms=seq,
        offset_minutes=0,
        clock="trusted",
        business_day=date(2027, 3, 1),
        entries=(Entry(POINTS, EntryKind.EARN, 10, None),),
        body=body or b'{"id":"%d"}' % seq,
    )


def test_a_whole_chain_holds() -> None:
    assert not list(invariants.chain_holds(LOG, chain(4)))


@pytest.mark.parametrize("damage", ["removed", "swapped", "changed", "torn", "other log"])
def test_a_damaged_chain_is_found(damage: str) -> None:
    facts = chain(4)
    if damage == "removed":
        del facts[1]
    elif damage == "swapped":
        facts[1], facts[2] = facts[2], facts[1]
    elif damage == "changed":
        seq, known, stored = facts[1]
        facts[1] = (seq, known, stored.replace(b'"wall_ms":2', b'"wall_ms":9'))
    elif damage == "torn":
        facts[1] = (2, fact_hash(b"torn"), b"torn")
    else:
        assert list(invariants.chain_holds(OTHER, facts))
        return
    assert list(invariants.chain_holds(LOG, facts))


# --- the truth -----------------------------------------------------------------------------------


def test_a_sale_recorded_anew_is_one_deed() -> None:
    known = Truth()
    first = sale(1, FIRST_HASH, body=b'{"id":"x"}')
    assert known.take(first, "one") is not None
    assert known.take(replace(first, incarnation=OTHER, seq=9), "other") is None
    assert known.of(POINTS) == 10
    assert known.contents[(LOG, 1)] == {"one"}


def test_a_grant_received_by_two_lives_is_exposure() -> None:
    known = Truth()
    received = replace(
        sale(2, FIRST_HASH, FactKind.RIGHTS_RECEIVED, b'{"number":1,"timeline":1}'),
        entries=(Entry(POINTS, EntryKind.RECEIVE, 7),),
    )
    known.take(received, "one")
    known.take(received, "one")
    assert known.allowed[POINTS] == 0
    known.take(received, "other")
    assert known.allowed[POINTS] == 7
    assert known.of(POINTS) == 0, "moving rights makes none"


def test_units_vest_once_for_each_fact_that_earned_them() -> None:
    known = Truth()
    vested = replace(
        sale(1, FIRST_HASH, FactKind.UNITS_VESTED, b'{"incarnation":"1111","seq":4}'),
        entries=(Entry(POINTS, EntryKind.VEST, 6),),
    )
    known.vest(vested)
    known.vest(replace(vested, seq=2))
    assert known.of(POINTS) == 6
