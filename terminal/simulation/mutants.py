"""Mutants: named safeguards taken out of the real code, to see that the simulator notices.

Each is a context manager that replaces a function or a statement of the program for a while. The
seeds that catch it stand in ``tests/simulation/mutants.json``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from terminal.simulation import code_mutants, server_mutants, till_mutants


@dataclass(frozen=True, slots=True)
class Mutant:
    """A safeguard that is missing."""

    what: str
    """What is done wrong without it, in words."""
    removed: Callable[[], AbstractContextManager[None]]


MUTANTS: Mapping[str, Mutant] = {
    "grant_given_twice": Mutant(
        "the till takes a grant each time that a reply names it", till_mutants.grant_given_twice
    ),
    "rights_not_rechecked_at_record": Mutant(
        "a sale is recorded though its rights went back meanwhile",
        till_mutants.rights_not_rechecked,
    ),
    "refused_by_the_clock": Mutant(
        "a till refuses units by what its clock shows", till_mutants.refused_by_the_clock
    ),
    "cursor_ahead_of_settle": Mutant(
        "the cursor is saved in a transaction before what it stands for", till_mutants.cursor_ahead
    ),
    "statement_without_includes": Mutant(
        "the till does not heed which own facts a statement includes", till_mutants.without_includes
    ),
    "parked_not_folded": Mutant(
        "the till does not fold those of its facts that the server parked",
        till_mutants.parked_not_folded,
    ),
    "parked_not_listed": Mutant(
        "the server does not say which facts it parked", server_mutants.parked_not_listed
    ),
    "grants_forgotten": Mutant(
        "the till does not keep by what name it received a grant", till_mutants.grants_forgotten
    ),
    "counted_each_time": Mutant(
        "what two copies of a disk both recorded counts twice", server_mutants.counted_each_time
    ),
    "cursor_one_too_far": Mutant(
        "a page's cursor is that of the row after it", server_mutants.naive_cursor
    ),
    "copys_log_not_taken": Mutant(
        "what a copy wrote under its old name is taken from nobody",
        server_mutants.tail_stays_behind,
    ),
    "records_not_taught": Mutant(
        "a restored server is not told again of people whom it forgot",
        till_mutants.records_not_taught,
    ),
    "marks_by_number": Mutant(
        "an acknowledgement counts by its number, whoever's fact that is",
        till_mutants.contradictions_unheeded,
    ),
    "settle_not_atomic": Mutant(
        "a reply's grants are booked in a transaction after the rest of it", till_mutants.not_atomic
    ),
    "old_timeline_reply_taken": Mutant(
        "the till takes any reply, of whatever request and timeline", till_mutants.any_reply
    ),
    "no_fork_check": Mutant(
        "two copies of a till under one log go unnoticed", server_mutants.no_fork_check
    ),
    "no_fence": Mutant("a log with two futures goes on getting rights", server_mutants.no_fence),
    "no_quarantine": Mutant(
        "a restored server grants before everybody has spoken", server_mutants.no_quarantine
    ),
    "facts_acked_before_stored": Mutant(
        "facts are acknowledged that the till only says it has",
        server_mutants.acknowledged_unstored,
    ),
    "pool_not_charged": Mutant("a grant does not leave the pool", server_mutants.pool_not_charged),
    "dedupe_off": Mutant(
        "facts are applied each time they are looked at", server_mutants.applied_not_marked
    ),
    "page_ends_early": Mutant(
        "a page of the feed says it goes further than it does", server_mutants.page_skips
    ),
    "outbox_pruned_on_send": Mutant(
        "facts count as safe when they were sent", till_mutants.pruned_on_send
    ),
    "refund_knows_no_other": Mutant(
        "a refund does not look at what came back before", till_mutants.refund_knows_no_other
    ),
    "code_is_enough": Mutant(
        "the till lets a gift card pay whose right is elsewhere", code_mutants.code_is_enough
    ),
    "cards_share_a_code": Mutant(
        "gift cards of one sale are behind one code together", code_mutants.cards_share_a_code
    ),
    "gift_card_not_charged": Mutant(
        "what a gift card pays does not leave it", code_mutants.gift_card_not_charged
    ),
    "card_may_owe": Mutant(
        "a gift card comes back though somebody spent of it, and owes the rest",
        code_mutants.card_may_owe,
    ),
    "number_is_enough": Mutant(
        "a code is genuine that only names the number of a key", code_mutants.number_is_enough
    ),
    "withdrawal_unheeded": Mutant(
        "the till does not heed that a key was withdrawn", code_mutants.withdrawal_unheeded
    ),
    "settled_each_time": Mutant(
        "a refund is settled whenever somebody looks", server_mutants.settled_each_time
    ),
}
