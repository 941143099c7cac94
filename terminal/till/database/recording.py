"""What the journal writes, inside a transaction that is begun and ended elsewhere.

One sale at the counter and a year of sales in bulk go through the same functions: they differ only
in how a fact is appended, and that is an argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from terminal.loyalty.bodies import LotWarned, MemberEnrolled, UnitsAdjusted, body_bytes
from terminal.loyalty.facts import FactKind
from terminal.loyalty.giving import Giving
from terminal.loyalty.ledger import Entry, EntryKind, check_entry
from terminal.loyalty.refund import refund_body
from terminal.loyalty.refunding import Refund
from terminal.loyalty.standing import Moment
from terminal.loyalty.wallet import Account, UnitId, WalletId
from terminal.till.database import people, working_basket
from terminal.till.database.balances import missing_rights
from terminal.till.database.facts import Append
from terminal.till.database.members import add_member
from terminal.till.database.quick import Connection, Quick
from terminal.till.database.warned import note
from terminal.till.journal_port import Recorded, Shortfall, Welcome
from terminal.till.ports import Ids, Member
from terminal.values import dataclass

_KNOWN = "SELECT incarnation, seq FROM facts WHERE sale_id = ?"
_TAKEN_CARD = "SELECT 1 FROM cards WHERE number = ?"
_TAKEN_MEMBER = """SELECT 1 FROM members WHERE id = ?1
UNION ALL SELECT 1 FROM merged_members WHERE id = ?1"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """Somebody who joins, and what they bring along."""

    member: Member
    card_number: str
    at: Moment
    opening: tuple[tuple[str, int, date | None], ...] = ()
    """Units that the member has from the start: unit, how many, their last day."""
    welcome: Welcome | None = None
    """What the rules give whoever joins."""


def enrol(connection: Connection, append: Append, ids: Ids, enrolment: Enrolment) -> Recorded:
    """Make somebody a member, with what they bring along.

    Raises:
        ValueError: the card belongs to somebody already, or the member is one already.
    """
    member, number, at = enrolment.member, enrolment.card_number, enrolment.at
    quick = Quick(connection)
    if number and quick.row(_TAKEN_CARD, (number,)) is not None:
        raise ValueError(f"card {number} belongs to somebody already")
    if quick.rows(_TAKEN_MEMBER, (member.id,)):
        raise ValueError(f"{member.id} is a member already")
    wallet = WalletId(ids.random_id())
    card = ids.random_id() if number else ""
    add_member(connection, member, wallet=wallet, card=card, number=number)
    recorded = append(
        kind=FactKind.MEMBER_ENROLLED,
        at=at,
        entries=(),
        body=body_bytes(MemberEnrolled(member=member.id, wallet=wallet, card=card)),
    )
    people.append_decisions(append, member.id, member.consents, at)
    opening = tuple(
        check_entry(Entry(Account(wallet, UnitId(unit)), EntryKind.EARN, n, day))
        for unit, n, day in enrolment.opening
    )
    if opening:
        adjust(append, opening, "opening", member.id, at)
    gift = enrolment.welcome(wallet) if enrolment.welcome else None
    if gift is not None:
        give(connection, append, gift, member.id, at)
    return recorded


def give(
    connection: Connection,
    append: Append,
    gift: Giving,
    member: str,
    at: Moment,
    *,
    approver: str = "",
) -> Recorded | Shortfall:
    """Write what the rules give a member without a purchase, if its budget is there."""
    missing = missing_rights(connection, gift.entries)
    if missing:
        return Shortfall(missing=missing)
    return append(
        kind=FactKind.UNITS_ADJUSTED,
        at=at,
        entries=gift.entries,
        body=body_bytes(gift.body(member)),
        approver=approver or None,
    )


def adjust(
    append: Append, entries: tuple[Entry, ...], reason: str, member: str, at: Moment
) -> Recorded:
    """Move units by decision; whether the rights are there was asked before."""
    return append(
        kind=FactKind.UNITS_ADJUSTED,
        at=at,
        entries=entries,
        body=body_bytes(UnitsAdjusted(reason=reason, member=member)),
    )


def refund(
    connection: Connection, append: Append, refund: Refund, approver: str
) -> Recorded | Shortfall:
    """Write a refund, if it is not there and the rights to what it takes back are.

    Without a slip the basket in work is what came back: it goes with it, or not at all.
    """
    record = refund.record
    if not record.sale:
        working_basket.forget(connection)
    known = Quick(connection).row(_KNOWN, (record.id,))
    if known is not None:
        return Recorded(incarnation=known[0], seq=known[1])
    missing = missing_rights(connection, refund.entries)
    if missing:
        return Shortfall(missing=missing)
    return append(
        kind=FactKind.REFUND_RECORDED,
        at=record.at,
        entries=refund.entries,
        body=refund_body(record),
        sale_id=record.id,
        approver=approver or None,
    )


def warn(connection: Connection, append: Append, warnings: Sequence[LotWarned], at: Moment) -> None:
    """Write down that members were told of units that end."""
    for warning in warnings:
        append(kind=FactKind.LOT_WARNED, at=at, entries=(), body=body_bytes(warning))
        note(connection, warning)
